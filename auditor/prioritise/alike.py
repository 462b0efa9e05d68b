"""The most similar rows of a row, with their labels: what convinces a person most.

Texts are compared by the pieces they share (runs of letters, syllables and words, so that Korean particles
do no harm), each weighted by how rare it is: the cosine of tf-idf vectors (Salton and Buckley 1988). Pieces
that many texts have say little and are left out, so that the work for a row stays small. Rows of a table are
compared cell by cell: numbers by their ranks, all else by equality. Vectors by their cosine.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from auditor.predict.text_pieces import SHORT, Counted, Kinds, counted, normal
from auditor.similar.content import ContentIndex
from auditor.similar.normal import CELL_JOINT

TEXTS, RECORDS = 50_000, 10_000
"""Contents among which the most similar are looked for; of more, those with the smallest draw keys."""
COMMON = 0.02
"""Share of the texts from which a piece is left out, ..."""
FEW = 200
"""... unless fewer texts than this have it."""
BUCKETS = 1 << 20
"""Numbers that the hashes of pieces are folded to."""
LETTERS = 800
"""Letters of a text that are looked at."""
COLUMNS = 64
"""Columns of a table that are compared."""
NUMERIC = 0.9
"""Share of the filled cells that must be numbers for a column to be compared by rank."""
BLOCK = 4_096
"""Texts cut into pieces at once."""
LEAST = 0.05
"""Similarity below which a row is not worth showing."""
KINDS = Kinds(letters=SHORT.letters, syllables=(1, 2, 3), pairs=False)
WORDS = Kinds(letters=(), syllables=(2, 3), pairs=False)
"""Of long texts: words say enough."""
LONG = 200
"""Letters of the median text from which texts are long."""

Score = Callable[[int], NDArray[np.float64]]
"""Row -> its similarity to each candidate, 0..1."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Alike:
    """The most similar rows of some rows."""

    rows: NDArray[np.int64]
    """(m, k) rows, the most similar first; -1 where there is none."""
    similarity: NDArray[np.float64]
    """(m, k) 0..1, descending; NaN where there is none."""


def most_similar(index: ContentIndex, rows: NDArray[np.int64], keys: NDArray[np.int64], k: int = 3) -> Alike:
    """The most similar other contents of each row: never its copies, and of equal ones one.

    Args:
        index: the content of the dataset, and its vectors.
        rows: (m,) the rows asked about.
        keys: (n,) draw keys: they choose which of equal rows stands for its content, and which contents are
            looked at where there are too many.
        k: how many.
    """
    found = Alike(rows=np.full((len(rows), k), -1), similarity=np.full((len(rows), k), np.nan))
    if index.embeddings is not None:
        _by_vectors(index, rows, found)
        return found
    if index.texts is None:
        return found
    is_text = index.dataset.content.kind == "text"
    candidates = _candidates(index, keys, TEXTS if is_text else RECORDS)
    score = _text_score(index, rows, candidates) if is_text else _record_score(index, candidates)
    codes = index.codes[candidates]
    for at, row in enumerate(rows.tolist()):
        if index.filled[row]:
            _best(found, at, candidates, np.where(codes == index.codes[row], -1.0, score(row)))
    return found


def _candidates(index: ContentIndex, keys: NDArray[np.int64], most: int) -> NDArray[np.int64]:
    """A row for each content, the one with the smallest key; of many contents those with the smallest."""
    order = np.lexsort((keys, index.codes))
    first = order[np.r_[True, np.diff(index.codes[order]) != 0][: len(order)]]
    first = first[index.filled[first]]
    chosen: NDArray[np.int64] = first[np.argsort(keys[first], kind="stable")[:most]]
    return chosen


def _best(found: Alike, at: int, candidates: NDArray[np.int64], scores: NDArray[np.float64]) -> None:
    """Note the candidates with the highest scores; of equal scores the one with the smaller key."""
    k = min(found.rows.shape[1], len(scores))
    if not k:
        return
    bar = np.partition(scores, -k)[-k]
    near = np.flatnonzero((scores >= bar) & (scores >= LEAST))
    near = near[np.argsort(-scores[near], kind="stable")[:k]]  # candidates stand in the order of their keys
    found.rows[at, : len(near)] = candidates[near]
    found.similarity[at, : len(near)] = np.minimum(scores[near], 1.0)


def _by_vectors(index: ContentIndex, rows: NDArray[np.int64], found: Alike) -> None:
    """Cosines that are known already; rows of the same content are passed over."""
    known = index.neighbours
    if known is None:
        return
    for at, row in enumerate(rows.tolist()):
        near, shares = known.rows[row], known.similarity[row]
        fits = (near >= 0) & (shares >= LEAST)
        fits[fits] = index.codes[near[fits]] != index.codes[row] if index.texts is not None else True
        k = min(found.rows.shape[1], int(fits.sum()))
        found.rows[at, :k] = near[fits][:k]
        found.similarity[at, :k] = np.clip(shares[fits][:k], 0.0, 1.0)


def _text_score(index: ContentIndex, rows: NDArray[np.int64], candidates: NDArray[np.int64]) -> Score:
    """Cosines of weighted pieces, through the list of texts that have each piece."""
    kinds = _kinds(index, candidates)
    pieces = _pieces(index, candidates, kinds)
    owner = np.repeat(np.arange(len(candidates)), np.diff(pieces.starts))
    bucket = (pieces.hashes & np.uint32(BUCKETS - 1)).astype(np.int64)
    having = np.bincount(bucket, minlength=BUCKETS)
    rare = having <= max(FEW, COMMON * len(candidates))
    idf = np.where(rare, np.log((len(candidates) + 1) / (having + 0.5)), 0.0)
    weight = (1 + np.log(pieces.times)) * idf[bucket]
    norm = np.sqrt(np.bincount(owner, weight**2, minlength=len(candidates)))
    kept = np.flatnonzero(weight > 0)
    order = kept[np.argsort(bucket[kept], kind="stable")]
    lists = np.r_[0, np.cumsum(np.bincount(bucket[order], minlength=BUCKETS))]
    owners, weights = owner[order], weight[order] / np.maximum(norm[owner[order]], 1e-12)
    asked = dict(zip(rows.tolist(), _asked(index, rows, idf, kinds), strict=True))

    def score(row: int) -> NDArray[np.float64]:
        buckets, own = asked[row]
        parts = [slice(lists[b], lists[b + 1]) for b in buckets.tolist()]
        if not parts:
            return np.zeros(len(candidates))
        at = np.concatenate([owners[part] for part in parts])
        sizes = [part.stop - part.start for part in parts]
        shared = np.concatenate([weights[part] for part in parts]) * np.repeat(own, sizes)
        return np.asarray(np.bincount(at, shared, minlength=len(candidates)), np.float64)

    return score


def _asked(
    index: ContentIndex, rows: NDArray[np.int64], idf: NDArray[np.float64], kinds: Kinds
) -> list[tuple[NDArray[np.int64], NDArray[np.float64]]]:
    """(buckets, weights) of the pieces of each row, of length 1."""
    pieces = _pieces(index, rows, kinds)
    bucket = (pieces.hashes & np.uint32(BUCKETS - 1)).astype(np.int64)
    weight = (1 + np.log(pieces.times)) * idf[bucket]
    out = []
    for start, stop in zip(pieces.starts[:-1].tolist(), pieces.starts[1:].tolist(), strict=True):
        own = weight[start:stop]
        there = own > 0
        length = float(np.sqrt((own**2).sum())) or 1.0
        out.append((bucket[start:stop][there], own[there] / length))
    return out


def _kinds(index: ContentIndex, candidates: NDArray[np.int64]) -> Kinds:
    """Fewer pieces of long texts, told by the first of the candidates."""
    if index.texts is None or not len(candidates):
        return KINDS
    lengths = pc.utf8_length(index.texts.take(pa.array(candidates[:BLOCK]))).to_numpy()
    return WORDS if np.median(lengths) >= LONG else KINDS


def _pieces(index: ContentIndex, rows: NDArray[np.int64], kinds: Kinds) -> Counted:
    """The pieces of some rows, block by block."""
    parts = [_block(index, rows[at : at + BLOCK], kinds) for at in range(0, len(rows), BLOCK)]
    if not parts:
        return counted([], kinds)
    ends = np.cumsum([0, *(len(part.hashes) for part in parts)])
    starts = (part.starts[1:] + end for part, end in zip(parts, ends, strict=False))
    return Counted(
        starts=np.concatenate([[0], *starts]),
        hashes=np.concatenate([part.hashes for part in parts]),
        times=np.concatenate([part.times for part in parts]),
    )


def _block(index: ContentIndex, rows: NDArray[np.int64], kinds: Kinds) -> Counted:
    cells = pa.array([]) if index.texts is None else index.texts.take(pa.array(rows))
    short = pc.utf8_slice_codeunits(pc.replace_substring(cells, CELL_JOINT, " "), 0, LETTERS)
    return counted([normal(text) for text in short.to_pylist()], kinds)


def _record_score(index: ContentIndex, candidates: NDArray[np.int64]) -> Score:
    """The share of agreement over the columns: numbers by ranks, all else by equality."""
    columns = [_column(cells) for cells in index.columns[:COLUMNS]]
    numbers = np.array([numeric for numeric, _ in columns])
    values = np.stack([found for _, found in columns], axis=1)
    own = values[candidates]

    def score(row: int) -> NDArray[np.float64]:
        apart = np.abs(own - values[row])
        agree = np.where(numbers, 1.0 - np.minimum(apart, 1.0), apart == 0)
        return np.asarray(np.nan_to_num(agree).mean(axis=1), np.float64)

    return score


def _column(cells: pa.Array) -> tuple[bool, NDArray[np.float64]]:
    """(whether it holds numbers, ranks 0..1 or codes), NaN for an empty cell."""
    filled = np.asarray(pc.not_equal(cells, "").to_numpy(zero_copy_only=False), bool)
    values = _numbers(cells)
    there = ~np.isnan(values)
    if filled.any() and there.sum() >= NUMERIC * filled.sum():
        ranks = np.full(len(cells), np.nan)
        known, at = np.unique(values[there], return_inverse=True)
        ranks[there] = at / max(len(known) - 1, 1)
        return True, ranks
    codes = np.asarray(cells.dictionary_encode().indices.to_numpy(), np.float64)
    return False, np.where(filled, codes, np.nan)


def _numbers(cells: pa.Array) -> NDArray[np.float64]:
    """Cells as numbers, NaN where they are none; each distinct text is read once."""
    encoded = cells.dictionary_encode()
    known = np.fromiter(map(_number, encoded.dictionary.to_pylist()), np.float64, len(encoded.dictionary))
    values: NDArray[np.float64] = known[encoded.indices.to_numpy()]
    return values


def _number(text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        return np.nan
    return value if np.isfinite(value) else np.nan
