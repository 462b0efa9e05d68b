"""What colours an image has, and where: means and spreads over a grid, and a histogram of the whole.

Sums are of whole numbers, so that they are the same for every size of a block.
"""

from __future__ import annotations

from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

Floats: TypeAlias = NDArray[np.float32]
LEVELS = 4
"""Levels of red, green and blue in the histogram: 64 colours."""
STEP = 2
"""Of so many pixels a side one is counted."""
CORNERS = np.array([(r * LEVELS + g) * LEVELS + b for r, g, b in np.ndindex(2, 2, 2)]).reshape(
    2, 2, 2, 1, 1, 1
)
"""How much farther on the eight levels around a colour stand."""
ONE = 255.0
"""Of a channel, what is 1."""


def grid_colours(stamps: NDArray[np.uint8], grid: int) -> tuple[Floats, Floats]:
    """Means and standard deviations in each part of a grid, of brightness and two contrasts of colours.

    The axes are (R + 2 G + B) / 4, less one half; R - G; and B - (R + G) / 2: opponent colours, as in van de
    Sande, Gevers & Snoek: Evaluating Color Descriptors (2010), but for their scale; 255 is 1.

    Args:
        stamps: (m, s, s, 3) RGB; s is a multiple of the grid, at most 16 pixels a part.
        grid: parts a side.

    Returns:
        (m, 3 * grid * grid) means and as many deviations, axis by axis, row by row.
    """
    both = _means(_axes(stamps), grid).astype(np.float64)
    means, squares = both[:, 0], both[:, 1]
    deviations = np.sqrt(squares - means**2) / ONE  # both exact: never below zero
    means /= ONE
    means[:, 0] -= 0.5
    return _flat(means), _flat(deviations)


def _axes(stamps: NDArray[np.uint8]) -> Floats:
    """(m, 2, 3, s, s) whole numbers, -255..255, of the three axes, and their squares."""
    red, green, blue = (stamps[..., channel].astype(np.int16) for channel in range(3))
    out = np.empty((len(stamps), 2, 3, *red.shape[1:]), np.float32)
    out[:, 0, 0] = (red + 2 * green + blue) >> 2
    out[:, 0, 1] = red - green
    out[:, 0, 2] = blue - ((red + green) >> 1)
    np.multiply(out[:, 0], out[:, 0], out=out[:, 1])
    return out


def _means(numbers: Floats, grid: int) -> Floats:
    """(..., grid, grid) means of (..., s, s) whole numbers; sums of 256 squares are exact in float32."""
    size = numbers.shape[-1] // grid
    parts = np.repeat(np.eye(grid, dtype=np.float32), size, axis=1)
    out: Floats = (parts @ numbers @ parts.T).astype(np.float32, copy=False)
    out /= np.float32(size**2)
    return out


def _flat(parts: NDArray[np.float64]) -> Floats:
    return parts.reshape(len(parts), -1).astype(np.float32)


def histogram(stamps: NDArray[np.uint8]) -> Floats:
    """(m, 64) square roots of the shares of colours; a colour between levels is shared between them.

    The root makes distances those of Hellinger: a common background does not drown the rest.

    Args:
        stamps: (m, s, s, 3) RGB.

    >>> histogram(np.zeros((1, 4, 4, 3), np.uint8)).nonzero()[1].tolist()
    [0]
    """
    level = np.moveaxis(stamps[:, ::STEP, ::STEP], -1, 0).astype(np.float32) * np.float32((LEVELS - 1) / 255)
    low = np.minimum(np.floor(level), np.float32(LEVELS - 2))
    near = np.stack([1 - (level - low), level - low])
    weight = near[:, None, None, 0] * near[None, :, None, 1] * near[None, None, :, 2]
    m, rooms = len(stamps), LEVELS**3
    place = (low[0] * LEVELS + low[1]) * LEVELS + low[2]
    place += (np.arange(m, dtype=np.float32) * rooms)[:, None, None]
    at = place.astype(np.intp) + CORNERS
    found = np.bincount(at.ravel(), weight.ravel(), m * rooms).reshape(m, rooms)
    out: Floats = np.sqrt(found / level[0, 0].size).astype(np.float32)
    return out
