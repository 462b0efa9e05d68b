"""Histograms of the directions in which brightness changes: shape without colour, whatever the light.

Source: Dalal & Triggs: Histograms of Oriented Gradients for Human Detection (2005); each cell is divided by
the energy of the four blocks it lies in and the four results averaged, as in Felzenszwalb et al.: Object
Detection with Discriminatively Trained Part-Based Models (2010), section 6.2. Cells are normalised while they
are small and averaged afterwards, so that one strong edge does not silence what lies beside it.
"""

from __future__ import annotations

from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

Floats: TypeAlias = NDArray[np.float32]
FAINT = np.float32(2e-3)
"""Added to the energy of a block (brightness is 0..1): compression noise on a flat sky is no shape."""
CLIP = np.float32(0.3)
"""A cell's share of the energy of its block at most (Dalal & Triggs: .2)."""
CELL = 4
"""Pixels a side of a cell that is normalised."""


def brightness(stamps: NDArray[np.uint8]) -> Floats:
    """(m, s, s) square root of the luma (ITU-R BT.601, in 256ths), 0..1.

    With the root, light that is twice as strong changes all differences by one factor.

    Args:
        stamps: (m, s, s, 3) RGB.

    >>> brightness(np.full((1, 1, 1, 3), 255, np.uint8)).tolist()
    [[[1.0]]]
    """
    luma = stamps[..., 0].astype(np.uint16) * np.uint16(77)
    luma += stamps[..., 1].astype(np.uint16) * np.uint16(150)
    luma += stamps[..., 2].astype(np.uint16) * np.uint16(29)
    out: Floats = np.sqrt(luma.astype(np.float32) / np.float32(255 * 256))
    return out


def shapes(light: Floats, bins: int, grid: int) -> Floats:
    """(m, bins * grid * grid) how much brightness grows in each direction, in each part of a grid.

    Bin b is the direction 2 pi b / bins: 0 where it grows to the right, a quarter of the bins on where it
    grows downwards. All zeros where nothing changes.

    Args:
        light: (m, s, s) brightness 0..1; s is a multiple of `CELL` and of the grid.
        bins: directions of the full circle.
        grid: parts a side.
    """
    cells = _normal(_histograms(light, bins))
    halves = spread(cells.shape[-1], grid)
    out: Floats = (halves @ cells @ halves.T).astype(np.float32, copy=False)
    return out.reshape(len(light), bins * grid * grid)


def _histograms(light: Floats, bins: int) -> Floats:
    """(m, bins, c, c) mean change of brightness per cell and direction, shared between two directions."""
    strength, angle = _changes(light)
    turns = angle * np.float32(bins / (2 * np.pi)) + np.float32(bins / 2)
    whole = np.floor(turns)
    second = strength * (turns - whole)
    m, cells = len(light), light.shape[-1] // CELL
    slots = bins + 2  # from half a turn back to half a turn on, and the one after: the ends are one direction
    at = np.empty((2, *light.shape), np.intp)
    np.add(_places(m, cells, slots), whole.astype(np.intp) * cells**2, out=at[0])
    np.add(at[0], cells**2, out=at[1])
    shares = np.stack([strength - second, second])
    found = np.bincount(at.ravel(), shares.ravel(), m * slots * cells**2).reshape(m, slots, cells, cells)
    found[:, :2] += found[:, bins:]
    return np.roll(found[:, :bins] / CELL**2, -(bins // 2), axis=1).astype(np.float32)


def _changes(light: Floats) -> tuple[Floats, Floats]:
    """(m, s, s) how much brightness changes across a pixel, and the angle in which it grows; 0 at borders."""
    right, down = np.zeros_like(light), np.zeros_like(light)
    np.subtract(light[:, :, 2:], light[:, :, :-2], out=right[:, :, 1:-1])
    np.subtract(light[:, 2:], light[:, :-2], out=down[:, 1:-1])
    return np.sqrt(right * right + down * down), np.arctan2(down, right)


def _places(m: int, cells: int, slots: int) -> NDArray[np.intp]:
    """(m, s, s) where the first slot of each pixel's cell stands among m * slots * cells * cells."""
    place = np.arange(cells * CELL) // CELL
    return (np.arange(m) * (slots * cells**2))[:, None, None] + place[:, None] * cells + place


def _normal(cells: Floats) -> Floats:
    """The mean of each cell over the four blocks of 2 x 2 cells it lies in, each with an energy of one."""
    energy = _edged((cells * cells).sum(axis=1))
    rows = energy[:, :-1] + energy[:, 1:]
    inverse = (1 / np.sqrt(rows[:, :, :-1] + rows[:, :, 1:] + FAINT))[:, None]
    out, once = np.zeros_like(cells), np.empty_like(cells)
    for block in (inverse[..., :-1, :-1], inverse[..., :-1, 1:], inverse[..., 1:, :-1], inverse[..., 1:, 1:]):
        np.multiply(cells, block, out=once)
        out += np.minimum(once, CLIP, out=once)
    out *= np.float32(0.25)
    return out


def _edged(energy: Floats) -> Floats:
    """(m, c + 2, c + 2) with the outer cells repeated: `numpy.pad` takes longer than all the rest."""
    m, cells = energy.shape[:2]
    out = np.empty((m, cells + 2, cells + 2), np.float32)
    out[:, 1:-1, 1:-1] = energy
    out[:, 0, 1:-1], out[:, -1, 1:-1] = energy[:, 0], energy[:, -1]
    out[:, :, 0], out[:, :, -1] = out[:, :, 1], out[:, :, -2]
    return out


def spread(cells: int, parts: int) -> Floats:
    """(parts, cells) weights of the cells in the mean of each part: 1 / width at its middle, falling to 0 at
    the middles of its neighbours, so that what moves a little changes little.

    >>> spread(4, 2).tolist()
    [[0.5, 0.375, 0.125, 0.0], [0.0, 0.125, 0.375, 0.5]]
    """
    width = cells / parts
    middles = (np.arange(parts) + 0.5) * width
    away = np.abs(np.arange(cells) + 0.5 - middles[:, None]) / width
    weights = np.maximum(1 - away, 0)
    out: Floats = (weights / weights.sum(axis=0) / width).astype(np.float32)
    return out
