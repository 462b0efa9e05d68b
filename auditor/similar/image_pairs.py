"""Images that are nearly the same: one shot in another size, compression, light or slight crop, or mirrored.

Likely pairs are the nearest by the soft hash (`image_hash`) among the images and their mirror images, found
as the nearest vectors are; each is then measured against what is chance around its two images
(`image_chance`). The similarity of a pair is 1 for the same pixels, .5 where one in a hundred is as near to
another by chance, 0 at twice that distance.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from auditor.similar.directions import spans
from auditor.similar.image_chance import chances
from auditor.similar.image_hash import Greys, Hashes, image_hashes, keys_of, mirrored
from auditor.similar.kept import near_search
from auditor.similar.near_vectors import near_vectors
from auditor.similar.neighbours import Neighbours, neighbours
from auditor.similar.pairs import NEAR_IMAGES, NearSearch

UNDER = 0.3
"""How far under the threshold pairs are still looked at: they tell what a lower one would add."""
ROUNDING = 1e-5
"""How far a correlation in float32 may be off."""
BLOCK = 1 << 16
"""Rows, or pairs, that are looked at at once."""
Rows = NDArray[np.int64]


def near_images(
    grey: Greys,
    threshold: float | None = None,
    kinds: NDArray[np.int64] | None = None,
    opened: NDArray[np.bool_] | None = None,
) -> NearSearch:
    """Pairs of images that are nearly the same.

    Args:
        grey: (n, 32, 32) 0..255, the greys of distinct images, perhaps a memory map.
        threshold: similarity from which a pair counts, 0..1; None for `NEAR_IMAGES`.
        kinds: (n,) a code per image of its label and its split: the most similar of another kind is kept
            even where many of the same kind are nearer.
        opened: (n,) False for rows without an image, which are compared with nothing, as flat images are.

    Returns:
        The pairs, as rows. Neither row order nor the number of threads changes them.
    """
    threshold = NEAR_IMAGES if threshold is None else threshold
    hashes, keys = image_hashes(grey, opened), keys_of(grey)
    there = np.flatnonzero(hashes.any(axis=1))
    chance = np.full(len(hashes), np.nan)
    chance[there] = chances(hashes, keys, there)
    apart = 2 * chance[there] * (1 - threshold + UNDER)
    found = _near_or_mirrored(hashes[there], apart)
    one, other = _likely(hashes[there], found, None if kinds is None else kinds[there])
    first, second = there[one], there[other]
    similarity = _similarity(hashes, chance, first, second)
    search = near_search("images", threshold, keys, kinds, (first, second), similarity)
    return replace(search, compared=len(there), recall=found.recall, sampled=found.sampled)


def _near_or_mirrored(hashes: Hashes, apart: NDArray[np.float64]) -> Neighbours:
    """The nearest of n images and of their mirror images, 2 n rows; only those that may be near enough.

    Args:
        hashes: (n, d) without zeros.
        apart: (n,) 1 - correlation up to which each image has others that count.
    """
    found = neighbours(np.concatenate([hashes, mirrored(hashes)]))
    least = np.tile(1 - apart, 2).astype(np.float32) - np.float32(ROUNDING)
    for start, stop in spans(len(least), BLOCK):
        rows = found.rows[start:stop]
        asked = np.maximum(least[rows], least[start:stop, None])
        rows[~(found.similarity[start:stop] >= asked)] = -1
    return found


def _likely(hashes: Hashes, found: Neighbours, kinds: NDArray[np.int64] | None) -> tuple[Rows, Rows]:
    """The smaller and the larger row of each pair in a list, and of each of equal hashes; once, sorted."""
    n = max(len(hashes), 1)
    both = np.concatenate([hashes, mirrored(hashes)])
    pairs = near_vectors(both, 0.0, None if kinds is None else np.tile(kinds, 2), found).pairs
    one, other = pairs.first % n, pairs.second % n
    codes = np.unique(np.minimum(one, other) * n + np.maximum(one, other))
    first, second = codes // n, codes % n
    two = first != second  # an image may be its own mirror image
    return first[two], second[two]


def _similarity(
    hashes: Hashes, chance: NDArray[np.float64], first: Rows, second: Rows
) -> NDArray[np.float64]:
    """(m,) 0..1 of each pair, as they are or with one mirrored, whichever is more alike."""
    found = np.empty(len(first))
    for start, stop in spans(len(first), BLOCK):
        a, b = first[start:stop], second[start:stop]
        one, other = hashes[a], hashes[b]
        apart = np.minimum(_apart(one, other), _apart(mirrored(one), other))
        found[start:stop] = 1 - apart / (2 * np.minimum(chance[a], chance[b]))
    return np.clip(found, 0, 1)


def _apart(one: Hashes, other: Hashes) -> NDArray[np.float64]:
    """(m,) 1 - correlation: half the squared distance of the two directions, 0 for equal hashes."""
    a, b = one.astype(np.float64), other.astype(np.float64)
    lengths = (a * a).sum(axis=1) * (b * b).sum(axis=1)
    found: NDArray[np.float64] = 1 - (a * b).sum(axis=1) / np.sqrt(lengths)
    return np.where((one == other).all(axis=1), 0.0, np.maximum(found, 0))
