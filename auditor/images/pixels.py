"""Whatever a file's pixels are, as RGB or as grey of 8 bits."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageChops

GREY = ("1", "L", "LA", "La", "I", "F")
"""Modes without a colour, beside those that begin with `I;`."""
BITS = 258
"""The TIFF tag of the bits of a sample."""


def has_no_colour(mode: str) -> bool:
    """Whether a mode of Pillow holds greys only.

    >>> has_no_colour("I;16"), has_no_colour("P")
    (True, False)
    """
    return mode in GREY or mode.startswith("I;")


def plain(image: Image.Image) -> Image.Image:
    """A loaded image in mode RGB, or L where its mode has no colour.

    - What is transparent lies over white, as on a page.
    - 16 bits are scaled to 8 by their range (the high byte), not clipped; other deep pixels (32 bits,
      floating point) have no agreed range: their smallest value becomes black, their largest white.
    - CMYK is taken as Adobe writes it in JPEG (inverted) where the file has Adobe's mark, as it stands
      otherwise, and mixed without a colour profile.

    Raises:
        ValueError: a colour space that Pillow does not convert.
    """
    if image.mode in ("RGB", "L") and "transparency" not in image.info:
        return image
    if image.mode in ("I", "F") or image.mode.startswith("I;"):
        return Image.fromarray(_eight_bits(image))
    if image.mode == "CMYK" and image.format == "JPEG" and "adobe" not in image.info:
        image = ImageChops.invert(image)  # Pillow inverts every one
    if image.mode in ("LA", "La", "RGBA", "RGBa", "PA") or "transparency" in image.info:
        return _over_white(image)
    return image.convert("L" if has_no_colour(image.mode) else "RGB")


def _over_white(image: Image.Image) -> Image.Image:
    mode = "L" if has_no_colour(image.mode) else "RGB"
    try:
        seen = image.convert(mode + "A")
    except ValueError:  # a transparent colour that the mode cannot have
        image.info.pop("transparency", None)
        return image.convert(mode)
    over = Image.new(mode, image.size, "white")
    over.paste(seen.convert(mode), mask=seen.getchannel("A"))
    return over


def _eight_bits(image: Image.Image) -> NDArray[np.uint8]:
    """(h, w) the greys of a deep image."""
    values: NDArray[Any] = np.asarray(image)
    bits = _bits(image)
    if bits is not None:
        scaled: NDArray[np.uint32] = np.clip(values, 0, (1 << bits) - 1).astype(np.uint32) >> (bits - 8)
        return scaled.astype(np.uint8)
    finite = np.isfinite(values)
    least, most = (values[finite].min(), values[finite].max()) if finite.any() else (0, 0)
    spread = float(most) - float(least)
    if not 0 < spread < np.inf:
        return np.zeros(values.shape, np.uint8)
    known = np.where(finite, values, least).astype(np.float64)
    return ((known - float(least)) / spread * 255).astype(np.uint8)  # 255 / spread may be infinite


def _bits(image: Image.Image) -> int | None:
    """How many bits the greys of a deep image have: 9..16, or None where they have no agreed range."""
    if image.mode.startswith("I;"):
        found = getattr(image, "tag_v2", {}).get(BITS, (16,))
        bits = found[0] if isinstance(found, tuple) else found
        return bits if isinstance(bits, int) and 8 < bits <= 16 else 16
    return 16 if image.mode == "I" and image.format == "PNG" else None
