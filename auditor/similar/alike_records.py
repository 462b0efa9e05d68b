"""The most similar rows of a table: the share of what two rows say in which they agree.

    similarity = 2 * sum over columns of w(cells) * s(cells) / (W(row) + W(other))

- Numbers: s = 1 - the difference of their ranks (0..1, of rows with different content), w = 1. Ranks need no
  scale and mind neither outliers nor units.
- Categories (cells of which most stand in several rows): s = 1 where they are equal, else 0; w is what a
  category says, -ln(share of the rows that have it), over the mean of the column: to share a rare value
  says more. A column of one value says nothing.
- Texts: s = the cosine of their pieces, as in `alike_texts.py`, w = 1.
- An empty cell weighs nothing. W is the sum of the weights of a row's own cells, so that a cell that only
  one of the rows has counts half against them.

With categories alone this is the similarity of Lin (An information-theoretic definition of similarity,
1998), mismatches being worth nothing; with numbers alone it is that of Gower (1971), over ranks.

Every row asked about is compared with every other row, as long as that is no more than `WORK` cells;
else with as many as that allows, those with the lowest hashes.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from auditor.similar.alike_pieces import are_long, beginnings, text_pieces
from auditor.similar.grams import weights_of
from auditor.similar.record_columns import NEARLY_ALL, NUMBER

WORK = 1_000_000_000
"""Cells that are compared at most: a few seconds."""
TEXT_CELLS = 32
"""Cells of numbers that take as long as a cell of text."""
FEWEST = 1_000
"""Rows that are compared in any case."""
BLOCK = 1 << 21
"""Cells that are compared at a time, in one column."""
REPEATED = 0.5
"""Share of a column's filled cells that must stand in another row too for it to hold categories."""
LEADING_ZEROS = 0.01
"""Share of cells like 007 from which digits are names of something."""
LEAST = 0.05
"""Similarity under which nothing is shown."""
DIGITS = 9
"""To which a similarity is rounded: sums in another order give the same."""
Numbers = NDArray[np.float64]
Places = NDArray[np.int64]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Table:
    """c rows by what can be compared in them."""

    ranks: Numbers
    """(c, numbers) 0..1, NaN for an empty cell."""
    codes: Places
    """(c, categories) -1 for an empty cell."""
    said: Numbers
    """(c, categories) weight of each."""
    texts: tuple[Any, ...]
    """Per column of texts scipy's csr_array of (c, pieces), each row of length 1, or empty."""
    weight: Numbers
    """(c,) of a row's cells together."""


def alike_records(columns: tuple[pa.Array, ...], asked: Places, k: int) -> tuple[Places, Numbers]:
    """The most similar rows of some rows.

    Args:
        columns: (c,) strings each, normalised, empty or null where there is nothing; rows that differ, in the
            order that decides ties.
        asked: (m,) places of rows.
        k: how many.

    Returns:
        (m, k) places, -1 where there is none, and (m, k) similarities, 0..1, NaN where there is none.
    """
    table = _table(columns)
    n = _compared(table, len(asked))
    near, similarity = np.full((len(asked), k), -1, np.int64), np.full((len(asked), k), np.nan)
    step = max(1, BLOCK // max(n, 1))
    for start in range(0, len(asked), step):
        own = asked[start : start + step]
        shares = _shares(table, own, n)
        inside = np.flatnonzero(own < n)
        shares[inside, own[inside]] = -1
        for at, row in enumerate(shares, start):
            best = _best(row, k)
            near[at, : len(best)], similarity[at, : len(best)] = best, row[best]
    return near, similarity


def _best(shares: Numbers, k: int) -> Places:
    """Places of the k largest, of equal ones the first."""
    bar = np.partition(shares, -k)[-k] if len(shares) > k else LEAST
    near = np.flatnonzero((shares >= bar) & (shares >= LEAST))
    return near[np.argsort(-shares[near], kind="stable")[:k]]


def _compared(table: _Table, m: int) -> int:
    """Rows with which each is compared."""
    cells: int = table.ranks.shape[1] + table.codes.shape[1] + TEXT_CELLS * len(table.texts)
    affordable = max(FEWEST, WORK // max(m * cells, 1))
    return int(min(len(table.weight), affordable))


def _shares(table: _Table, own: Places, n: int) -> Numbers:
    """(b, n) how far each of some rows agrees with each of the first n."""
    shared = _ranked(table.ranks[own], table.ranks[:n])
    for at in range(table.codes.shape[1]):
        mine = table.codes[own, at]
        same = mine[:, None] == table.codes[:n, at]
        shared += same * np.where(mine < 0, 0, table.said[own, at])[:, None]
    for matrix in table.texts:
        shared += (matrix[own] @ matrix[:n].T).toarray()
    together = table.weight[own][:, None] + table.weight[:n]
    found: Numbers = np.clip(2 * shared / np.maximum(together, 1e-12), 0, 1).round(DIGITS)
    return found


def _ranked(own: Numbers, others: Numbers) -> Numbers:
    """(b, n) the sum of 1 - the difference of ranks over the columns that are filled in both rows."""
    from scipy.spatial.distance import cdist

    gaps = np.isnan(own).any(axis=0) | np.isnan(others).any(axis=0)
    whole_own, whole_others = own[:, ~gaps], others[:, ~gaps]
    shared = np.zeros((len(own), len(others)))
    if whole_own.shape[1]:
        shared = whole_own.shape[1] - cdist(whole_own, whole_others, "cityblock")
    for at in np.flatnonzero(gaps):
        shared += np.nan_to_num(1 - np.abs(own[:, at, None] - others[:, at]), nan=0.0)
    return shared


def _table(columns: tuple[pa.Array, ...]) -> _Table:
    """The columns, each as what it holds; those without any filled cell are left out."""
    ranks, codes, said, texts = [], [], [], []
    for column in columns:
        cells = pc.fill_null(column, "")
        filled = np.asarray(pc.not_equal(cells, "").to_numpy(zero_copy_only=False), bool)
        if not filled.any():
            continue
        if _numeric(cells.filter(pa.array(filled))):
            ranks.append(_ranks(cells))
        elif _repeated(cells, filled):
            codes.append(np.where(filled, cells.dictionary_encode().indices.to_numpy(), -1))
            said.append(_said(codes[-1]))
        else:
            texts.append(_directions(cells))
    stack = partial(_stacked, n=len(columns[0]))
    weight = (~np.isnan(stack(ranks))).sum(axis=1) + stack(said).sum(axis=1)
    for matrix in texts:
        weight = weight + (np.diff(matrix.indptr) > 0)
    return _Table(
        ranks=stack(ranks),
        codes=stack(codes).astype(np.int64),
        said=stack(said),
        texts=tuple(texts),
        weight=weight,
    )


def _stacked(columns: list[NDArray[Any]], n: int) -> NDArray[Any]:
    return np.stack(columns, axis=1) if columns else np.empty((n, 0))


def _numeric(cells: pa.Array) -> bool:
    """Whether filled cells are numbers that measure or count."""
    numeric = pc.match_substring_regex(cells, NUMBER)
    zeros = pc.match_substring_regex(cells, r"^0\d")
    return _share(numeric) >= NEARLY_ALL and _share(zeros) < LEADING_ZEROS


def _share(true: pa.Array) -> float:
    return float(pc.mean(true.cast(pa.int8())).as_py())


def _ranks(cells: pa.Array) -> Numbers:
    """(c,) the mean rank of a number, 0..1; NaN for what is none."""
    plain = pc.replace_substring_regex(cells, r"^\+", "")
    numbers = pc.if_else(pc.match_substring_regex(plain, NUMBER), plain, None).cast(pa.float64())
    values = numbers.to_numpy(zero_copy_only=False)
    there = np.isfinite(values)
    _, of, counts = np.unique(values[there], return_inverse=True, return_counts=True)
    ranks = np.full(len(values), np.nan)
    middle = np.cumsum(counts) - (counts + 1) / 2
    ranks[there] = middle[of] / max(there.sum() - 1, 1)
    return ranks


def _repeated(cells: pa.Array, filled: NDArray[np.bool_]) -> bool:
    codes = cells.dictionary_encode().indices.to_numpy()[filled]
    counts = np.bincount(codes)
    return bool((counts[codes] > 1).mean() >= REPEATED)


def _said(codes: Places) -> Numbers:
    """(c,) what each category says, over the mean of the column; 0 for an empty cell and a column of one."""
    filled = codes >= 0
    counts = np.bincount(codes[filled])[np.maximum(codes, 0)]
    said = np.where(filled, -np.log(np.maximum(counts, 1) / filled.sum()), 0.0)
    mean = said.sum() / filled.sum()
    return said / mean if mean > 0 else said


def _directions(cells: pa.Array) -> Any:
    """(c, pieces) the weights of the pieces of each cell, of length 1."""
    from scipy.sparse import csr_array

    texts = beginnings([cells])
    pieces = text_pieces(texts, long=are_long(texts))
    weights = weights_of(pieces)
    size = weights.sums(pieces.hashes, pieces.offsets)
    _, column = np.unique(pieces.hashes, return_inverse=True)
    values = np.sqrt(weights.table[pieces.hashes >> weights.shift].astype(np.float64))
    values /= np.sqrt(np.repeat(size, np.diff(pieces.offsets)))
    shape = len(pieces), int(column.max(initial=0)) + 1
    return csr_array((values, column, pieces.offsets), shape=shape)
