"""Numbers that say what an image looks like, made by hand and the same for every dataset.

Shape at two scales, colours by place, colours of the whole: nothing is fitted, no network is needed. They
tell digits and simple objects apart and know little of what things are: what a model of them is worth is
measured where it is used.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from auditor.images.colours import LEVELS, grid_colours, histogram
from auditor.images.gradients import brightness, shapes

SIDE = 64
"""Pixels a side of a stamp."""
GRID = 4
"""Parts a side in which shapes and colours are counted."""
FINE, COARSE = 16, 8
"""Directions told apart among the pixels, and in the image at a quarter of its size."""
REDUCED = 16
"""Pixels a side of the image of which coarse shapes are taken."""
TOGETHER = 8
"""Images that are worked on at once: what they need stays in the cache of a processor."""
PLACES = GRID * GRID
WEIGHTS = {"fine": 2.5, "coarse": 1.0, "means": 0.8, "deviations": 2.0, "colours": 1.5}
"""What each part is multiplied by: found on cifar10n, where each then varies about as much in all."""
WIDTHS = {
    "fine": FINE * PLACES,
    "coarse": COARSE * PLACES,
    "means": 3 * PLACES,
    "deviations": 3 * PLACES,
    "colours": LEVELS**3,
}
"""Part -> how many numbers it has, in their order."""
LENGTH = sum(WIDTHS.values())
"""How many numbers stand for an image: 544."""


def features(stamps: NDArray[np.uint8]) -> NDArray[np.float32]:
    """The numbers of each image; the same bits whatever other images are in the block.

    Args:
        stamps: (m, 64, 64, 3) RGB, each an image squeezed into a square; grey ones have three equal channels.

    Returns:
        (m, `LENGTH`) finite, within -4..4: all parts of `WIDTHS`, one behind the other.

    >>> features(np.zeros((2, 64, 64, 3), np.uint8)).shape
    (2, 544)
    """
    out = np.empty((len(stamps), LENGTH), np.float32)
    for start in range(0, len(stamps), TOGETHER):
        out[start : start + TOGETHER] = _features(stamps[start : start + TOGETHER])
    return out


def _features(stamps: NDArray[np.uint8]) -> NDArray[np.float32]:
    light = brightness(stamps)
    means, deviations = grid_colours(stamps, GRID)
    parts = {
        "fine": shapes(light, FINE, GRID),
        "coarse": shapes(_reduced(light), COARSE, GRID),
        "means": means,
        "deviations": deviations,
        "colours": histogram(stamps),
    }
    return np.concatenate([parts[name] * np.float32(WEIGHTS[name]) for name in WIDTHS], axis=1)


def mirrored() -> NDArray[np.intp]:
    """(`LENGTH`,) where each number of an image stands in the numbers of the same image seen in a mirror.

    `features(stamps)[:, mirrored()]` are the features of `stamps[:, :, ::-1]`, but for rounding and the
    pixels that the histogram of colours counts.
    """
    at, parts = 0, []
    for name, width in WIDTHS.items():
        here = np.arange(at, at + width)
        parts.append(here if name == "colours" else _turned(here, {"fine": FINE, "coarse": COARSE}.get(name)))
        at += width
    return np.concatenate(parts).astype(np.intp)


def _turned(places: NDArray[np.int_], bins: int | None) -> NDArray[np.int_]:
    """Columns of the grid from right to left; of directions, right and left are exchanged too."""
    grid = places.reshape(-1, GRID, GRID)[:, :, ::-1]
    if bins is not None:
        grid = grid[(bins // 2 - np.arange(bins)) % bins]
    return grid.ravel()


def _reduced(light: NDArray[np.float32]) -> NDArray[np.float32]:
    """(m, `REDUCED`, `REDUCED`) means of (m, `SIDE`, `SIDE`)."""
    step = SIDE // REDUCED
    weights = np.repeat(np.eye(REDUCED, dtype=np.float32), step, axis=1) / np.float32(step)
    out: NDArray[np.float32] = weights @ light @ weights.T
    return out
