"""What every reader of predictions gives, and the register of the readers."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from auditor.blocks import ArrayBlocks, BlockSource
from auditor.errors import InputError, Problem
from auditor.read.classes import sorted_labels
from auditor.read.frame_index import RowIndex
from auditor.read.probability_columns import Known, hard_labels
from auditor.wording import N_, Text, cut, say


@dataclass(frozen=True, slots=True, kw_only=True)
class RawPredictions:
    """The numbers of one file, before it is known whether they are probabilities."""

    name: str
    blocks: BlockSource
    ids: tuple[str, ...] | None = None
    """(n,) ids of the rows, where the file has them."""
    classes: tuple[str, ...] | None = None
    """(K,) names of the columns, where the file has them."""
    half: bool = False
    """The numbers are float16."""
    single: bool = False
    """The numbers are float32."""
    quantised: bool = False
    """The numbers are 8-bit integers."""
    path: Path | None = None
    """None for what was in memory already."""
    is_table: bool = False
    """A table, which could have had ids; a bare array could not."""
    is_frame: bool = False
    """A DataFrame, which has an index."""
    out_of_sample: bool = False
    """The file says that each row was predicted by a model that did not train on it."""
    by_auditor: bool = False
    """`auditor predict` wrote the file."""
    of_dataset: bool = False
    """Columns of the dataset itself: row i is row i."""
    index: RowIndex | None = None
    """The index of a DataFrame that does more than count its rows."""
    notes: tuple[Problem, ...] = ()
    """What was left out or understood while reading."""


Reader = Callable[[Path, Known], RawPredictions]
READERS: dict[str, Reader] = {}


def prediction_reader(*suffixes: str) -> Callable[[Reader], Reader]:
    """Register a function (path, what the dataset tells) -> RawPredictions for file endings.

    Raises:
        ValueError: an ending is taken.
    """

    def register(function: Reader) -> Reader:
        for suffix in suffixes:
            if suffix in READERS:
                raise ValueError(f"a prediction reader for {suffix} is registered already")
            READERS[suffix] = function
        return function

    return register


def from_array(
    matrix: NDArray[Any],
    name: str,
    *,
    path: Path | None = None,
    ids: Sequence[str] | None = None,
    classes: Sequence[str] | None = None,
    labels: frozenset[str] = frozenset(),
) -> RawPredictions:
    """Predictions from an array.

    Args:
        matrix: (n, K) numbers of any type; (n,) or (n, 1) is no matrix of class probabilities.
        name: what messages call it.
        path: the file it is mapped from, if it is.
        ids: (n,) ids of the rows, where there are any.
        classes: (K,) names of the columns, where there are any.
        labels: the label texts of the dataset.

    Raises:
        InputError: `hard-labels` or `predictions-shape`.
    """
    if matrix.dtype.kind not in "fiub":
        raise InputError(hard_labels(name, say(N_("it holds {kind} values"), kind=str(matrix.dtype))))
    if matrix.ndim != 2 or matrix.shape[1] < 2:
        raise InputError(_shape(name, matrix, labels))
    for what, given, wanted in (("ids", ids, matrix.shape[0]), ("classes", classes, matrix.shape[1])):
        if given is not None and len(given) != wanted:
            raise InputError(_other_length(name, matrix, what, len(given)))
    return RawPredictions(
        name=name,
        path=path,
        blocks=ArrayBlocks(matrix),
        ids=None if ids is None else tuple(ids),
        classes=None if classes is None else tuple(classes),
        half=matrix.dtype == np.float16,
        single=matrix.dtype == np.float32,
        quantised=matrix.dtype in (np.int8, np.uint8),
    )


def _other_length(name: str, matrix: NDArray[Any], what: str, found: int) -> Problem:
    return Problem(
        slug="predictions-shape",
        what=say(
            N_("{name}: {found:,} {what} for a matrix of {rows:,} x {columns:,}"),
            name=name,
            found=found,
            what=what,
            rows=matrix.shape[0],
            columns=matrix.shape[1],
        ),
    )


def _shape(name: str, matrix: NDArray[Any], labels: frozenset[str]) -> Problem:
    shape = " x ".join(f"{size:,}" for size in matrix.shape)
    single = matrix.ndim == 1 or (matrix.ndim == 2 and matrix.shape[1] == 1)
    if single and len(matrix) and _are_codes(matrix):
        return hard_labels(name, say(N_("shape: {shape}"), shape=shape))
    return Problem(
        slug="predictions-shape",
        what=say(N_("{name} is an array of shape {shape}; rows x classes is needed"), name=name, shape=shape),
        details=_second_class(labels) if single and len(labels) == 2 else (),
        fixes=(say(N_("for two classes write both columns: {recipe}"), recipe=_both_columns(name, single)),),
    )


def _are_codes(matrix: NDArray[Any]) -> bool:
    """Whether single numbers are the codes of predicted classes: all of them whole."""
    return bool(np.all(np.isfinite(matrix)) and np.all(matrix % 1 == 0))


def _both_columns(name: str, single: bool) -> str:
    """The line of numpy that makes both columns of one."""
    if not (single and name.endswith(".npy")):
        return "np.column_stack([1 - p, p])"
    return f"p = np.load({name!r}).ravel(); np.save({'both-' + name!r}, np.column_stack([1 - p, p]))"


def _second_class(labels: frozenset[str]) -> tuple[Text, ...]:
    first, second = (cut(label, 40) for label in sorted_labels(sorted(labels)))
    return (
        say(
            N_('so that the columns are "{first}" and "{second}", p must be the probability of "{second}"'),
            first=first,
            second=second,
        ),
    )
