"""What one look at the pixels measures: how light, how sharp, how varied, how coloured.

All are plain numbers of one image, the same whatever else is in the dataset; `quality.py` judges them.
The percentiles and the entropy come from a count of greys, so a block of images is measured at once.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PIL import Image

LEVELS = 256
TAIL = 0.05
"""Share of the pixels that count as the lightest and as the darkest."""
LOWEST, HIGHEST = 0.01, 0.99
"""The percentiles of grey between which the contrast of an image lies."""
FAINT = 2
"""Steps between pixels that are smaller are noise or nothing: a sky says little about sharpness."""
FLAT = 8
"""Greys between the percentiles under which an image is too flat to be sharp or blurred."""


def luma_counts(grey: Image.Image) -> NDArray[np.int32]:
    """(256,) how many pixels of an image of mode L have each grey."""
    return np.array(grey.histogram(), np.int32)


def step_counts(grey: Image.Image) -> NDArray[np.int32]:
    """(256,) how many pixels have which Laplacian (4 times a pixel less its four neighbours, unsigned).

    The outermost pixels have none; what is over 255 counts as 255.

    >>> dot = Image.new("L", (3, 3)); dot.putpixel((1, 1), 10)
    >>> np.flatnonzero(step_counts(dot)).tolist()
    [40]
    """
    values = np.asarray(grey).astype(np.int16)
    steps = values[1:-1, 1:-1] * np.int16(4)
    steps -= values[:-2, 1:-1]
    steps -= values[2:, 1:-1]
    steps -= values[1:-1, :-2]
    steps -= values[1:-1, 2:]
    np.abs(steps, out=steps)
    np.minimum(steps, LEVELS - 1, out=steps)
    return np.bincount(steps.ravel(), minlength=LEVELS).astype(np.int32)


def of_pixels(
    luma: NDArray[np.int32], steps: NDArray[np.int32], stamps: NDArray[np.uint8]
) -> dict[str, NDArray[np.float32]]:
    """The measures of a block of images.

    Args:
        luma: (m, 256) counts of greys.
        steps: (m, 256) counts of Laplacians.
        stamps: (m, h, w, 3) the images as small squares.

    Returns:
        (m,) each:

        - `dark`: mean of the lightest 5 % of the pixels, 0..1; a dark image has nothing light;
        - `bright`: mean of the darkest 5 %, 0..1; a washed-out image has nothing dark;
        - `blurry`: the sharpest edges against the contrast: the 99th percentile of the Laplacian where there
          is any, over the range of grey (99th less 1st percentile). Even a photo with a soft background
          has a sharp edge somewhere; a blurred one has none. After the Laplacian measures of focus in
          Pech-Pacheco et al. 2000 and Pertuz et al. 2013, made independent of contrast and of how much
          of the image is textured. NaN where the image is flat, or has no 3 x 3 pixels;
        - `low_information`: Shannon's entropy of the greys, 0..8 bits;
        - `greyscale`: mean distance of the strongest from the weakest of red, green and blue, 0..1.
    """
    at = [_percentiles(luma, share) for share in (LOWEST, HIGHEST)]
    contrast = (at[1] - at[0]).astype(np.float64)
    edges = steps.copy()
    edges[:, :FAINT] = 0
    sharpest = np.where(edges.any(axis=1), _percentiles(edges, HIGHEST), 0)
    with np.errstate(divide="ignore", invalid="ignore"):
        sharpness = np.where((contrast < FLAT) | ~steps.any(axis=1), np.nan, sharpest / contrast)
    found = {
        "dark": 1 - _tail(luma[:, ::-1]),
        "bright": _tail(luma),
        "blurry": sharpness,
        "low_information": _entropy(luma),
        "greyscale": _colourfulness(stamps),
    }
    return {name: values.astype(np.float32) for name, values in found.items()}


def of_sizes(width: NDArray[np.int32], height: NDArray[np.int32]) -> dict[str, NDArray[np.float32]]:
    """`odd_size`: log2 of the number of pixels; `odd_aspect`: log2 of longer over shorter side, 0 is square.

    (n,) each; NaN where a side is 0.
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        wide, high = np.log2(width.astype(np.float64)), np.log2(height.astype(np.float64))
        found = {"odd_size": wide + high, "odd_aspect": np.abs(wide - high)}
    known = (width > 0) & (height > 0)
    return {name: np.where(known, values, np.nan).astype(np.float32) for name, values in found.items()}


def _percentiles(counts: NDArray[np.int32], share: float) -> NDArray[np.int64]:
    """(m,) the smallest value that a share of what is counted does not exceed."""
    below = np.cumsum(counts, axis=1, dtype=np.int64)
    places: NDArray[np.int64] = np.argmax(below >= share * below[:, -1:], axis=1)
    return places


def _tail(counts: NDArray[np.int32]) -> NDArray[np.float64]:
    """(m,) mean of the smallest `TAIL` of what is counted, 0..1."""
    total = counts.sum(axis=1, dtype=np.int64, keepdims=True)
    below = np.minimum(np.cumsum(counts, axis=1, dtype=np.int64), TAIL * total)
    parts = np.diff(below, axis=1, prepend=0)
    means: NDArray[np.float64] = parts @ np.arange(LEVELS) / (TAIL * total[:, 0] * (LEVELS - 1))
    return means


def _entropy(counts: NDArray[np.int32]) -> NDArray[np.float64]:
    """(m,) bits a pixel."""
    shares = counts / counts.sum(axis=1, keepdims=True)
    logs = np.log2(shares, out=np.zeros(shares.shape), where=shares > 0)
    bits: NDArray[np.float64] = -(shares * logs).sum(axis=1) + 0.0
    return bits


def _colourfulness(stamps: NDArray[np.uint8]) -> NDArray[np.float64]:
    """(m,) mean of the strongest less the weakest colour, 0..1."""
    red, green, blue = stamps[..., 0], stamps[..., 1], stamps[..., 2]
    strongest = np.maximum(np.maximum(red, green), blue)
    weakest = np.minimum(np.minimum(red, green), blue)
    spread: NDArray[np.float64] = (strongest - weakest).reshape(len(stamps), -1).mean(axis=1)
    return spread / (LEVELS - 1)
