"""One decode of one image, and everything that is computed from it."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from auditor.images.measuring import luma_counts, step_counts
from auditor.images.opening import opened

WORKING = 128
"""The shorter side of what is looked at is this to about twice this; a smaller image is left as it is.

So blur is judged as seen at this size: a photo of 12 million pixels that is soft only when it is enlarged
is sharp to a model that sees it at 224 pixels.
"""
STAMP = 64
"""Sides of the square that likeness and features are made of."""
DIGEST = 16
"""Bytes of a digest."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Glance:
    """What one image tells."""

    format: str
    width: int
    height: int
    stamp: NDArray[np.uint8]
    """(64, 64, 3) RGB."""
    luma: NDArray[np.int32]
    """(256,) counts of greys."""
    steps: NDArray[np.int32]
    """(256,) counts of Laplacians."""
    pixel_digest: bytes
    """16 bytes of the size and of the pixels that were looked at."""


def glance(data: bytes) -> Glance:
    """Decode an image once, reduced, and look at it.

    Raises:
        Unreadable: it cannot be opened.
    """
    found = opened(data, WORKING)
    colour = found.image.convert("RGB") if found.grey else found.image
    grey = found.image if found.grey else found.image.convert("L")
    return Glance(
        format=found.format,
        width=found.width,
        height=found.height,
        stamp=stamp_of(colour),
        luma=luma_counts(grey),
        steps=step_counts(grey),
        pixel_digest=_digest(f"{found.width}x{found.height}:".encode(), colour.tobytes()),
    )


def file_digest(data: bytes) -> bytes:
    """16 bytes of blake2b over the bytes of a file."""
    return _digest(data)


def stamp_of(image: Image.Image) -> NDArray[np.uint8]:
    """(64, 64, 3) an RGB image as a square: means of areas where it is larger, bilinear where it is smaller.

    Proportions are given up: the same picture in other proportions has nearly the same stamp.
    """
    if image.size == (STAMP, STAMP):
        return np.asarray(image)
    wide, wide_left = divmod(image.width, STAMP)
    high, high_left = divmod(image.height, STAMP)
    if wide and high and not wide_left and not high_left:
        return np.asarray(image.reduce((wide, high)))
    larger = image.width >= STAMP and image.height >= STAMP
    way = Image.Resampling.BOX if larger else Image.Resampling.BILINEAR
    return np.asarray(image.resize((STAMP, STAMP), way))


def greys_of(stamps: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """(m, 32, 32) luma (ITU-R 601) of (m, 64, 64, 3) stamps, means of 2 x 2 pixels.

    >>> greys_of(np.full((1, 64, 64, 3), 200, np.uint8))[0, 0, 0]
    np.uint8(200)
    """
    sums = stamps[:, ::2] + stamps[:, 1::2].astype(np.uint16)
    sums = (sums[:, :, ::2] + sums[:, :, 1::2]).astype(np.uint32)
    red, green, blue = sums[..., 0], sums[..., 1], sums[..., 2]
    luma = red * np.uint32(19595) + green * np.uint32(38470) + blue * np.uint32(7471)  # .299 .587 .114
    greys: NDArray[np.uint8] = ((luma + np.uint32(1 << 17)) >> np.uint32(18)).astype(np.uint8)
    return greys


def _digest(*parts: bytes) -> bytes:
    digest = hashlib.blake2b(digest_size=DIGEST)
    for part in parts:
        digest.update(part)
    return digest.digest()
