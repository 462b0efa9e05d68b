"""From the bytes of a file to upright pixels, safely: the only place where images are decoded.

The bytes come from whoever made the dataset, so a file may lie about everything. What is opened is on a
list of formats; how many pixels it has is read before they are decoded; a file that ends early is a fault
and not a grey half; and whatever Pillow raises becomes an `Unreadable`.
"""

from __future__ import annotations

import io
import re
import threading
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass

from PIL import (
    BmpImagePlugin,
    GifImagePlugin,
    Image,
    JpegImagePlugin,
    PngImagePlugin,
    TiffImagePlugin,
    UnidentifiedImageError,
    WebPImagePlugin,
)
from PIL.ExifTags import Base
from PIL.ImageFile import ImageFile

from auditor.images.endings import ends_early, kind_of
from auditor.images.files import Unreadable
from auditor.images.pixels import has_no_colour, plain
from auditor.images.quiet import quiet

PLUGINS = (
    JpegImagePlugin,
    PngImagePlugin,
    WebPImagePlugin,
    GifImagePlugin,
    BmpImagePlugin,
    TiffImagePlugin,
)
"""Imported by name: Pillow would import every format it knows to find one that is missing."""
FORMATS = ("JPEG", "PNG", "WEBP", "GIF", "BMP", "TIFF")
"""What is opened, whatever the file is called. No SVG: it is a program, not pixels."""
MAX_PIXELS = 64_000_000
"""Larger images are refused before they are decoded: a file of 49 kB may hold 400 million pixels."""
MAX_SCANNED = 4_000_000_000
"""Pixels times scans of a progressive JPEG at most: some four seconds of decoding."""
LARGE = 16_000_000
"""Of images that decode to more pixels, one is decoded at a time: threads do not multiply their memory."""
TILE = (322, 323)
"""The TIFF tags of a tile's sides: what is allocated, however small the image."""
TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
"""EXIF orientation (tag 274) -> what makes the image upright; 1 is upright."""
_one_large = threading.Lock()


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """An image, upright and in 8 bits, and what its file says."""

    image: Image.Image
    """Mode RGB, or L where the file's mode has no colour; maybe reduced."""
    format: str
    """One of `FORMATS`, by the bytes; a multi-picture JPEG (MPO) is a JPEG."""
    width: int
    """Pixels of the whole image, upright."""
    height: int
    mode: str
    """Pillow's mode of what the file holds: `RGB`, `CMYK`, `P`, `I;16`, ..."""
    frames: int
    """1, or how many the file has; of a TIFF with more pages it is 2. Only the first is looked at."""
    grey: bool
    """The file's mode has no colour. One with colour may still hold greys only."""
    profile: bool
    """The file has a colour profile; it is not applied: values are taken as sRGB."""


def opened(data: bytes, reduced_to: int | None = None) -> Opened:
    """Decode an image.

    Args:
        data: the bytes of the file.
        reduced_to: reduce by a whole factor, as far as neither side gets below this many pixels: the
            shorter side of a larger image is then between it and about twice it. JPEG is reduced while
            it is decoded, which costs a fraction. None: as it is.

    Raises:
        Unreadable: `empty`, `format` (its detail says what it is, if known), `truncated`, `bomb`, or
            `broken` (its detail is what Pillow says).
    """
    if not data:
        raise Unreadable("empty")
    with quiet:
        try:
            return _opened(data, reduced_to)
        except Unreadable:
            raise
        except Exception as error:  # Pillow raises what its parsers happen to: KeyError, struct.error, ...
            raise _why(data, error) from error


def _opened(data: bytes, reduced_to: int | None) -> Opened:
    file = Image.open(io.BytesIO(data), formats=FORMATS)
    if not isinstance(file, ImageFile):  # never so; for the types
        raise Unreadable("format")
    stored, mode, profile = file.size, file.mode, "icc_profile" in file.info
    frames = _frames(data, file)
    _refuse_bombs(file)
    _refuse_scans(data, file)
    if reduced_to is not None and file.format in ("JPEG", "MPO"):
        file.draft(mode, (reduced_to, reduced_to))
    with _room_for(file.size):
        file.load()
        _refuse_bombs(file)
        turn = TURNS.get(_orientation(file))
        image = _reduced(plain(file), reduced_to)
    # what a format turned while loading (TIFF) has lost its orientation, and its sides may be exchanged
    turned = turn is not None and turn in (Image.Transpose.TRANSPOSE, Image.Transpose.TRANSVERSE,
                                           Image.Transpose.ROTATE_90, Image.Transpose.ROTATE_270)  # fmt: skip
    width, height = stored[::-1] if turned else stored
    return Opened(
        image=image if turn is None else image.transpose(turn),
        format="JPEG" if file.format == "MPO" else str(file.format),
        width=width,
        height=height,
        mode=mode,
        frames=frames,
        grey=has_no_colour(mode),
        profile=profile,
    )


def _refuse_scans(data: bytes, file: ImageFile) -> None:
    """A progressive JPEG is decoded once for each of its scans, of 92 bytes at least: 500 kB keep a core busy
    for minutes. What an encoder writes has some ten; a film behind a photo may look like a hundred."""
    if not file.info.get("progressive"):
        return
    scans = data.count(b"\xff\xda")
    if scans * file.size[0] * file.size[1] > MAX_SCANNED:
        raise Unreadable("bomb", f"{scans:,} scans of {file.size[0]:,} x {file.size[1]:,}")


def _refuse_bombs(file: ImageFile) -> None:
    """Before the pixels are there, and once more where a first frame was larger than it said."""
    width, height = file.size
    tags = getattr(file, "tag_v2", {})
    tile = [int(tags.get(tag, 1)) for tag in TILE]
    if max(width * height, tile[0] * tile[1]) > MAX_PIXELS:
        raise Unreadable("bomb", f"{width:,} x {height:,}")


def _room_for(size: tuple[int, int]) -> AbstractContextManager[object]:
    return _one_large if size[0] * size[1] > LARGE else nullcontext()


def _reduced(image: Image.Image, reduced_to: int | None) -> Image.Image:
    """Means of whole squares of pixels, neither side below `reduced_to`."""
    factor = 1 if reduced_to is None else min(image.size) // reduced_to
    return image if factor <= 1 else image.reduce(factor)


def _orientation(file: ImageFile) -> int:
    """The EXIF orientation: 1..8; 1 where it is not given or cannot be read."""
    if file.format in ("JPEG", "MPO") and not {"exif", "xmp"} & file.info.keys():
        return 1
    try:
        return int(file.getexif().get(Base.Orientation, 1))
    except Exception:  # whatever a broken EXIF block makes its parser raise
        return 1


def _frames(data: bytes, file: ImageFile) -> int:
    """How many frames; 1 where what follows the first is broken.

    Pillow counts the pages of a TIFF in quadratic time, and counting leaves a GIF at another frame.
    """
    if file.format == "TIFF":
        return 2 if getattr(file, "is_animated", False) else 1
    if file.format != "GIF":
        return int(getattr(file, "n_frames", 1))
    try:
        with Image.open(io.BytesIO(data), formats=("GIF",)) as other:
            return int(getattr(other, "n_frames", 1))
    except Exception:  # whatever a broken frame makes the parser raise
        return 1


def _why(data: bytes, error: Exception) -> Unreadable:
    """What to say of an image that could not be decoded."""
    if isinstance(error, MemoryError | Image.DecompressionBombError):
        return Unreadable("bomb")
    if "truncated" in str(error).lower() or ends_early(data):
        return Unreadable("truncated")
    if isinstance(error, UnidentifiedImageError):
        kind = kind_of(data)
        return Unreadable("format", kind) if kind or not _has_magic(data) else Unreadable("broken")
    return Unreadable("broken", _plainly(error))


def _has_magic(data: bytes) -> bool:
    """Whether the bytes begin as one of the formats does."""
    head = data[:16]
    return any(
        accept(head) for name in FORMATS if (accept := Image.OPEN.get(name, (None, None))[1]) is not None
    )


def _plainly(error: Exception) -> str:
    """One line of what Pillow says, without the addresses of objects in it."""
    line = (str(error).splitlines() or [""])[0]
    return re.sub(r"\s*<[^>]*>|0x[0-9a-fA-F]+", "", line)[:200] or type(error).__name__
