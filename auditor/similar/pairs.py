"""Direct pairs of contents that are alike, and what a search for them saw."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

BARS = 40
"""Bars of the distribution of similarities: .025 each, over 0..1."""
MOST = 16
"""Pairs of one content that are kept: a hub of 10,000 near copies costs no more than its rows."""
How = Literal["texts", "records", "vectors", "images"]
NEAR_TEXTS, NEAR_RECORDS, NEAR_VECTORS, NEAR_IMAGES = 0.90, 0.65, 0.95, 0.55
DEFAULTS: dict[How, float] = {
    "texts": NEAR_TEXTS,
    "records": NEAR_RECORDS,
    "vectors": NEAR_VECTORS,
    "images": NEAR_IMAGES,
}
"""The similarity from which a pair counts unless the user says another: the same for every dataset.

Texts: .9 keeps nearly every planted slip (typing errors, words swapped, joined or added) and is under what
questions on one subject are alike by themselves; of 10,003 questions to a bank half have a neighbour at .8,
a fifth at .9. Records: 95 % of the pairs of hand-matched restaurants are found and 95 % of those found are
true. Vectors: what embeddings of a paraphrase reach and those of a subject do not. Images: nearer than
one in a hundred has another by chance; of hand-judged pairs of photographs 68 % are found, and 87 % of those
found are among them (96 % of the best partners: the list names one for each image).
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pairs:
    """Direct pairs: each says of two contents how alike they are, nothing of a third."""

    first: NDArray[np.int64]
    """(m,) the smaller number of each pair; pairs stand in the order of (first, second), each once."""
    second: NDArray[np.int64]
    """(m,) the larger number."""
    similarity: NDArray[np.float64]
    """(m,) 0..1, 1 = the same letters, cells, direction or pixels."""

    def __len__(self) -> int:
        return len(self.first)


def no_pairs() -> Pairs:
    """No pairs."""
    nothing = np.empty(0, np.int64)
    return Pairs(first=nothing, second=nothing, similarity=np.empty(0, np.float64))


@dataclass(frozen=True, slots=True, kw_only=True)
class NearSearch:
    """What a search for near-duplicates found."""

    how: How
    threshold: float
    """Similarity from which a pair counts, 0..1."""
    compared: int
    """Contents that were compared."""
    pairs: Pairs
    """The pairs at or above the threshold; at most about `MOST` of each content, the most similar and, where
    kinds were told, the most similar of another kind."""
    below: Pairs
    """The few most similar pairs under the threshold: what a lower one would add."""
    bars: NDArray[np.int64]
    """(BARS,) compared pairs by similarity; incomplete far down, since only likely pairs are compared."""
    recall: float | None = None
    """Share of a sample's true pairs that an index found, 0..1; None where every pair was looked at or the
    search has no exact twin that is cheap enough."""
    sampled: int = 0
    """Contents in that sample."""


def bars_of(similarity: NDArray[np.float64]) -> NDArray[np.int64]:
    """(BARS,) how many similarities fall into each bar; 1.0 falls into the last.

    >>> bars_of(np.array([0.0, 0.024, 0.8, 1.0])).nonzero()[0].tolist()
    [0, 32, 39]
    """
    at = np.minimum((np.asarray(similarity) * BARS + 1e-9).astype(np.int64), BARS - 1)
    return np.bincount(at, minlength=BARS)
