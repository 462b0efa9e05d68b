"""Vectors into `Embeddings`: read, joined to the rows of the dataset, and checked for being vectors."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from auditor.blocks import ArrayBlocks, BlockSource
from auditor.data import Dataset, Embeddings
from auditor.errors import InputError
from auditor.read.choice import InputChoice
from auditor.read.frame_index import Rows
from auditor.read.probabilities import joined_rows
from auditor.read.probability_columns import Known
from auditor.read.raw_predictions import RawPredictions
from auditor.read.raw_vectors import raw_vectors
from auditor.read.spool import mapped
from auditor.read.vector_problems import (
    all_equal,
    dropped,
    left_out,
    missing,
    not_finite,
    restated,
    said_of_vectors,
    zeros,
)

FLOATS = (np.dtype(np.float16), np.dtype(np.float32), np.dtype(np.float64))
BLOCK_BYTES = 8 << 20
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
    known = Known(id=next(iter(dataset.roles.get("id", ())), None))
    with said_of_vectors():
        raw = raw_vectors(where, known)
        join = joined_rows(rows, raw, choice)
    here = np.ones(len(dataset), bool) if join.order is None else join.order >= 0
    if not here.all() and choice.missing != "drop":
        raise InputError(missing(raw.name, dataset, np.flatnonzero(~here)))
    vectors, facts, finite = _finite(raw.name, dataset, _joined(raw, join.order), choice)
    counts = (
        (dropped, int((~here).sum())),
        (left_out, int((~finite).sum())),
        (zeros, int((~facts.pointing & here & finite).sum())),
    )
    notes = [*raw.notes, *map(restated, join.notes), *(note(raw.name, n) for note, n in counts if n)]
    return Embeddings(
        name=raw.name,
        vectors=vectors,
        digest=facts.digest,
        covered=None if facts.pointing.all() else facts.pointing,
        notes=tuple(notes),
    )


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


def _finite(
    name: str, dataset: Dataset, vectors: Vectors, choice: InputChoice
) -> tuple[Vectors, _Facts, NDArray[np.bool_]]:
    """The vectors, zeros for those that are not finite, what they showed, and (n,) which were finite.

    Raises:
        InputError: `embeddings-not-finite` unless such rows are dropped, `embeddings-equal`.
    """
    facts = _facts(vectors)
    finite = facts.finite
    if not finite.all():
        if choice.missing != "drop" or not finite.any():
            raise InputError(not_finite(name, dataset, np.flatnonzero(~finite), vectors.dtype))
        vectors = _without(vectors, ~finite)
        facts = _facts(vectors)
    if not facts.pointing.any() or (facts.equal and facts.pointing.sum() > 1):
        raise InputError(all_equal(name))
    return vectors, facts, finite


def _without(vectors: Vectors, broken: NDArray[np.bool_]) -> Vectors:
    """A mapped copy in which some rows are zeros."""
    n, d = vectors.shape
    step = max(BLOCK_BYTES // (8 * d), 1)

    def parts() -> Iterator[NDArray[Any]]:
        for start in range(0, n, step):
            kept = ~broken[start : start + step, None]
            yield np.where(kept, vectors[start : start + step], 0).astype(vectors.dtype)

    return mapped(parts(), d, vectors.dtype)
