"""How near another image is by chance: that depends on the images around, and on how many there are.

Two photographs with a correlation of .9 are one shot; with .9 many a handwritten 1 is like another, and of a
million images more are alike than of a thousand. So the distance of a pair is measured in that within which
one image in a hundred has another by chance. It is extrapolated from a sample: the share of images within a
distance r grows as r^d (d is the intrinsic dimension around the image, Levina and Bickel 2004), and two
quantiles give d. They are far from the nearest images, so that near copies do not raise the bar for
themselves unless each has a share of `NEAR` of all. Counting false alarms so is what Desolneux, Moisan and
Morel (2000) call detection a contrario.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from auditor.similar.directions import spans

SAMPLE = 500
"""Images that every image is compared with."""
NEAR, FAR = 0.02, 0.25
"""Shares of the sample whose distances are measured."""
FALSE_ALARMS = 0.01
"""Other images that an image is to have within the distance that is chance, on average."""
USUAL = (0.617, 0.867)
"""1 - correlation at NEAR and FAR in 10,000 photographs (CIFAR-10): what is taken for few images."""
FEW, ENOUGH = 50, 250
"""Images up to which only the usual is taken; between the two, ever more of their own."""
LEAST, MOST = 0.005, 0.5
"""Bounds of what is taken for chance, as 1 - correlation: one of .995 is a copy (a similarity of .5) also
where copies are so many that they are the rule, and one under .5 is none, however few images there are."""
BLOCK = 4_096


def chances(
    hashes: NDArray[np.float16], keys: NDArray[np.uint64], rows: NDArray[np.int64]
) -> NDArray[np.float64]:
    """(len(rows),) 1 - correlation that is chance for each of some images, LEAST..MOST.

    Args:
        hashes: (n, d) the soft hashes of all images; zeros are none.
        keys: (n,) a number per image from its pixels alone, which draws the sample.
        rows: the images that are asked for.
    """
    sample = _sample(hashes, keys)
    rarity = FALSE_ALARMS / max(int(hashes.any(axis=1).sum()), 1)
    share = np.clip((len(sample) - FEW) / (ENOUGH - FEW), 0, 1)
    usual = np.log(USUAL)
    found = np.empty(len(rows))
    for start, stop in spans(len(rows), BLOCK):
        own = np.log(_quantiles(hashes[rows[start:stop]], sample)) if share else usual
        near, far = (share * own + (1 - share) * usual).T if share else usual
        steepness = np.maximum(far - near, 1e-4) / np.log(FAR / NEAR)
        found[start:stop] = np.exp(near + steepness * np.log(rarity / NEAR))
    return np.clip(found, LEAST, MOST)


def _sample(hashes: NDArray[np.float16], keys: NDArray[np.uint64]) -> NDArray[np.float32]:
    """(at most SAMPLE, d) hashes of distinct images that are not flat, those of the smallest keys."""
    smallest = np.argsort(keys, kind="stable")
    distinct = smallest[np.diff(keys[smallest], prepend=~keys[smallest[:1]]) != 0]
    taken: list[NDArray[np.float32]] = []
    for start, stop in spans(len(distinct), 2 * SAMPLE):
        found = hashes[distinct[start:stop]].astype(np.float32)
        taken.append(found[found.any(axis=1)])
        if sum(map(len, taken)) >= SAMPLE:
            break
    return np.concatenate([*taken, np.empty((0, hashes.shape[1]), np.float32)])[:SAMPLE]


def _quantiles(hashes: NDArray[np.float16], sample: NDArray[np.float32]) -> NDArray[np.float64]:
    """(m, 2) 1 - correlation with the sample, at NEAR and FAR; itself counts where it is in it."""
    apart = 1 - hashes.astype(np.float32) @ sample.T
    ranks = [int(NEAR * len(sample)), int(FAR * len(sample))]
    apart.partition(ranks, axis=1)
    found: NDArray[np.float64] = np.maximum(apart[:, ranks], 1e-3).astype(np.float64)
    return found
