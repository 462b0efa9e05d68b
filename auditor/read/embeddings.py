"""Vectors into `Embeddings`: read, joined to the rows of the dataset, and checked for being vectors."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from auditor.blocks import ArrayBlocks, BlockSource
from auditor.data import Dataset, Embeddings
from auditor.errors import InputError, Problem
from auditor.read.choice import InputChoice
from auditor.read.frame_index import Rows
from auditor.read.probabilities import joined_rows
from auditor.read.probability_columns import Known
from auditor.read.raw_predictions import RawPredictions
from auditor.read.raw_vectors import not_vectors, raw_vectors
from auditor.read.spool import mapped
from auditor.wording import N_, say

FLOATS = (np.dtype(np.float16), np.dtype(np.float32), np.dtype(np.float64))
BLOCK_BYTES = 8 << 20
RESTATED = {"predictions-not-numbers": "embeddings-not-numbers", "predictions-shape": "embeddings-shape"}
"""What readers of predictions raise -> what it is of vectors."""
Vectors = NDArray[np.floating[Any]]


def read_embeddings(
    where: Any, dataset: Dataset, choice: InputChoice, rows: Rows | None = None
) -> Embeddings:
    """The vector of every row of a dataset.

    Args:
        where: `.npy` (mapped, never copied where it stands in the order of the dataset), `.npz`, CSV, TSV,
            Parquet, Feather or JSON Lines; an (n, d) array; a DataFrame or an Arrow table.
        dataset: the dataset.
        choice: what the user said; `align` and `missing` hold for vectors as for predictions.
        rows: what names the rows of the dataset, where that is more than its ids.

    Raises:
        UsageError: `option-value` for an object that is none of these.
        InputError: unreadable; rows that cannot be joined; `embeddings-...` where they are no vectors.
    """
    rows = rows or Rows(name=dataset.name, n=len(dataset), ids=dataset.ids if dataset.has_ids else None)
    raw = _read(where, Known(id=next(iter(dataset.roles.get("id", ())), None)))
    join = joined_rows(rows, raw, choice)
    here = np.ones(len(dataset), bool) if join.order is None else join.order >= 0
    if not here.all() and choice.missing != "drop":
        raise InputError(_missing(raw.name, dataset, here))
    vectors = _joined(raw, join.order)
    facts = _facts(vectors)
    _refuse(raw.name, dataset, facts)
    zeros = int((~facts.pointing & here).sum())
    notes = [*raw.notes, *join.notes]
    notes += [] if here.all() else [_dropped(raw.name, int((~here).sum()))]
    notes += [_zeros(raw.name, zeros)] if zeros else []
    return Embeddings(
        name=raw.name,
        vectors=vectors,
        digest=facts.digest,
        covered=None if facts.pointing.all() else facts.pointing,
        notes=tuple(notes),
    )


def _read(where: Any, known: Known) -> RawPredictions:
    try:
        return raw_vectors(where, known)
    except InputError as error:
        raise InputError([_restated(problem) for problem in error.problems]) from error


def _restated(problem: Problem) -> Problem:
    """A problem that a reader of predictions told, said of vectors."""
    slug = RESTATED.get(problem.slug)
    if slug is None:
        return problem
    name, _, what = str(problem.what).partition(": ")
    if slug == "embeddings-not-numbers":
        return not_vectors(name, what.partition(": ")[2])
    return replace(problem, slug="embeddings-shape")


def _joined(raw: RawPredictions, order: NDArray[np.int64] | None) -> Vectors:
    """(n, d) in the order of the dataset: as they lie there where that is possible, else a mapped copy."""
    if isinstance(raw.blocks, ArrayBlocks):
        matrix = raw.blocks.array
        if order is None and matrix.dtype in FLOATS and matrix.dtype.isnative and matrix.flags.c_contiguous:
            return matrix
    else:
        matrix = _copied(raw.blocks, None)
        if order is None:
            return matrix
    return _copied(ArrayBlocks(matrix), order)


def _copied(blocks: BlockSource, order: NDArray[np.int64] | None) -> Vectors:
    """A mapped copy; rows without a vector become zeros."""
    array = blocks.array if isinstance(blocks, ArrayBlocks) else None
    d = blocks.shape[1]
    dtype = np.dtype(np.float32)
    if array is not None and array.dtype.kind == "f":
        dtype = np.dtype(f"f{min(array.dtype.itemsize, 8)}")
    n = blocks.shape[0] if order is None else len(order)

    def parts() -> Iterator[NDArray[Any]]:
        step = max(BLOCK_BYTES // (8 * d), 1)
        for start in range(0, n, step):
            stop = min(start + step, n)
            if order is None:
                block = blocks.read(start, stop) if array is None else array[start:stop]
                yield block.astype(dtype)
                continue
            at = order[start:stop]
            out = np.zeros((stop - start, d), dtype)
            out[at >= 0] = blocks.rows(at[at >= 0])
            yield out

    return mapped(parts(), d, dtype)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Facts:
    """What one pass over the vectors showed."""

    finite: NDArray[np.bool_]
    """(n,) no NaN and no infinity."""
    pointing: NDArray[np.bool_]
    """(n,) not zeros."""
    equal: bool
    """Whether all that are not zeros are the same."""
    digest: str


def _facts(vectors: Vectors) -> _Facts:
    n, d = vectors.shape
    finite, pointing = np.ones(n, bool), np.ones(n, bool)
    digest = hashlib.sha256(f"{vectors.shape}{vectors.dtype}".encode())
    one: NDArray[Any] | None = None
    equal = True
    step = max(BLOCK_BYTES // (8 * d), 1)
    for start in range(0, n, step):
        block = np.ascontiguousarray(vectors[start : start + step])
        digest.update(block.data)
        finite[start : start + step] = np.isfinite(block).all(axis=1)
        pointing[start : start + step] = here = (block != 0).any(axis=1)
        if equal and here.any():
            one = block[here][0] if one is None else one
            equal = bool((block[here] == one).all())
    return _Facts(finite=finite, pointing=pointing, equal=equal, digest=digest.hexdigest())


def _refuse(name: str, dataset: Dataset, facts: _Facts) -> None:
    """Raise for vectors that compare nothing: `embeddings-not-finite`, `embeddings-equal`."""
    broken = np.flatnonzero(~facts.finite)
    if len(broken):
        raise InputError(_not_finite(name, dataset, broken))
    if not facts.pointing.any() or (facts.equal and facts.pointing.sum() > 1):
        raise InputError(
            Problem(
                slug="embeddings-equal",
                what=say(N_("{name}: all vectors are the same, so they compare nothing"), name=name),
                fixes=(say(N_("look at what made them: perhaps every input was empty")),),
            )
        )


def _not_finite(name: str, dataset: Dataset, broken: NDArray[np.int64]) -> Problem:
    return Problem(
        slug="embeddings-not-finite",
        what=say(
            N_("{name}: {n:,} vector holds NaN or infinity"),
            N_("{name}: {n:,} vectors hold NaN or infinity"),
            name=name,
            n=len(broken),
        ),
        details=(_examples(dataset, broken),),
        fixes=(say(N_("make them again in float32: float16 ends at 65,504")),),
    )


def _examples(dataset: Dataset, rows: NDArray[np.int64]) -> Any:
    return say(N_("e.g. {names}"), names=", ".join(dataset.ids[int(row)].as_py() for row in rows[:5]))


def _missing(name: str, dataset: Dataset, here: NDArray[np.bool_]) -> Problem:
    absent = np.flatnonzero(~here)
    return Problem(
        slug="embeddings-missing",
        what=say(
            N_("{n:,} row of {dataset} has no vector in {name}"),
            N_("{n:,} of {of:,} rows of {dataset} have no vector in {name}"),
            n=len(absent),
            of=len(dataset),
            dataset=dataset.name,
            name=name,
        ),
        details=(_examples(dataset, absent),),
        fixes=(say(N_("embed them too, or --missing drop to leave them out of what needs vectors")),),
    )


def _dropped(name: str, n: int) -> Problem:
    return Problem(
        slug="rows-without-vector",
        what=say(
            N_("{n:,} row has no vector in {name} and is compared with nothing"),
            N_("{n:,} rows have no vector in {name} and are compared with nothing"),
            n=n,
            name=name,
        ),
        level="warning",
    )


def _zeros(name: str, n: int) -> Problem:
    return Problem(
        slug="embeddings-zero",
        what=say(
            N_("{name}: {n:,} vector is all zeros, has no direction, and is compared with nothing"),
            N_("{name}: {n:,} vectors are all zeros, have no direction, and are compared with nothing"),
            name=name,
            n=n,
        ),
        level="note",
    )
