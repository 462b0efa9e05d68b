"""What an image looks like, in 64 numbers: a perceptual hash whose bits are not rounded to signs.

The low frequencies of the discrete cosine transform of the greys, as in pHash (Zauner 2010), weighted by a
band pass and brought to one length. The cosine of two is the zero-mean normalised correlation of the two
images, slightly blurred and without the light that changes slowly over them: brightness, contrast, another
size and another compression change it little. A mirrored image has the same numbers, some with another sign.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from auditor.similar.directions import spans
from auditor.similar.sketch import mixed

SIDE = 32
"""Pixels of a side of the greys."""
FREQUENCIES = 8
"""Of each direction, from 0 up; what lies above is mostly noise of the compression."""
LENGTH = FREQUENCIES * FREQUENCIES
BLUR, LIGHT = 1.0, 5.0
"""Standard deviations, in pixels, of the two Gaussians whose difference is the band pass."""
FLAT = 2.0
"""Contrast in steps of grey (0..255), within the band: below, an image shows nothing that could be told from
the noise of its compression; photographs have 4 to 50."""
EXACT = 1024
"""The basis is rounded to this part, so that sums are exact and do not depend on how rows are blocked."""
STEPS = 2048
"""The numbers are multiples of 1 / STEPS: float16 holds them, float32 adds their products without error."""
BLOCK = 1024
"""Images that are transformed at once."""
Greys = NDArray[np.uint8]
Hashes = NDArray[np.float16]


def image_hashes(grey: Greys, opened: NDArray[np.bool_] | None = None) -> Hashes:
    """(n, LENGTH) the soft hash of each image, of length about 1; zeros for flat images and unopened ones.

    Args:
        grey: (n, SIDE, SIDE) 0..255, perhaps a memory map.
        opened: (n,) False for rows without an image; all are there unless given.

    >>> image_hashes(np.full((1, 32, 32), 9, np.uint8)).any()
    np.False_
    """
    found = np.zeros((len(grey), LENGTH), np.float16)
    basis, gains = _basis(), _gains()
    for start, stop in spans(len(grey), BLOCK):
        waves = basis @ np.asarray(grey[start:stop]).astype(np.float64) @ basis.T / EXACT**2
        waves = (waves * gains).reshape(-1, LENGTH)
        contrast = np.sqrt((waves * waves).sum(axis=1))
        flat = contrast < FLAT * SIDE
        waves /= np.where(flat, np.inf, contrast)[:, None]
        found[start:stop] = np.rint(waves * STEPS) / STEPS
    if opened is not None:
        found[~opened] = 0
    return found


def mirrored(hashes: Hashes) -> Hashes:
    """(n, LENGTH) the hashes of the images with left and right exchanged: odd waves along x turn round."""
    turned = hashes.reshape(-1, FREQUENCIES, FREQUENCIES).copy()
    turned[:, :, 1::2] *= -1
    return turned.reshape(-1, LENGTH)


def keys_of(grey: Greys) -> NDArray[np.uint64]:
    """(n,) a number that follows from the pixels alone: the order of what is tied."""
    words = SIDE * SIDE // 8
    factors = mixed(np.arange(1, words + 1, dtype=np.uint64)) | np.uint64(1)
    found = np.empty(len(grey), np.uint64)
    for start, stop in spans(len(grey), BLOCK):
        pixels = np.ascontiguousarray(grey[start:stop]).reshape(stop - start, -1).view("<u8")
        found[start:stop] = mixed((mixed(pixels.astype(np.uint64)) * factors).sum(axis=1))
    return found


def _basis() -> NDArray[np.float64]:
    """(FREQUENCIES, SIDE) the orthonormal DCT-II times EXACT, rounded; each row but the first sums to 0."""
    wave = np.arange(FREQUENCIES)[:, None] * (np.arange(SIDE) + 0.5) * np.pi / SIDE
    rows = np.cos(wave) * np.sqrt(2 / SIDE)
    rows[0] /= np.sqrt(2)
    basis: NDArray[np.float64] = np.rint(rows * EXACT)
    return basis


def _gains() -> NDArray[np.float64]:
    """(FREQUENCIES, FREQUENCIES) how much of each wave the band pass leaves; nothing of the mean."""
    square = (np.arange(FREQUENCIES) * np.pi / SIDE) ** 2
    squares = square[:, None] + square
    gains: NDArray[np.float64] = np.exp(-squares * BLUR**2 / 2) * -np.expm1(-squares * LIGHT**2 / 2)
    return gains
