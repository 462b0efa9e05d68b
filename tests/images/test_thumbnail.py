"""Small pictures: of the right size, from the pixels alone."""

from __future__ import annotations

import io

import numpy as np
import pytest
from examples_images import encoded, picture
from PIL import Image

from auditor.images.files import Unreadable
from auditor.images.thumbnail import thumbnail


def shown(data: bytes) -> Image.Image:
    image = Image.open(io.BytesIO(data))
    assert image.format == "WEBP"
    image.load()
    return image


def chunks(data: bytes) -> list[bytes]:
    """The names of what a WebP file consists of."""
    assert data[:4] == b"RIFF"
    assert data[8:12] == b"WEBP"
    names, at = [], 12
    while at < len(data):
        names.append(data[at : at + 4])
        size = int.from_bytes(data[at + 4 : at + 8], "little")
        at += 8 + size + size % 2
    return names


@pytest.mark.parametrize(
    ("size", "side", "expected"),
    [
        ((1000, 500), 128, (128, 64)),
        ((500, 1000), 256, (128, 256)),
        ((130, 130), 128, (128, 128)),
        ((100, 20), 128, (100, 20)),
        ((32, 32), 96, (32, 32)),
        ((3000, 2), 96, (96, 1)),
        ((1, 1), 96, (1, 1)),
    ],
)
def test_the_longer_side_is_cut_down_and_nothing_enlarged(
    size: tuple[int, int], side: int, expected: tuple[int, int]
) -> None:
    """Proportions stay; a smaller image keeps its size."""
    for kind in ("PNG", "JPEG"):
        assert shown(thumbnail(encoded(picture(*size), kind), side)).size == expected


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "TIFF"])
def test_nothing_but_pixels_gets_into_a_thumbnail(kind: str) -> None:
    """No EXIF, place, profile, comment or words of the file: one chunk of pixels."""
    exif = Image.Exif()
    exif[0x010F] = "SECRET maker"
    exif[0x0112] = 6
    exif.get_ifd(0x8825)[1] = "SECRET north"
    more = {"comment": b"SECRET words"} if kind == "JPEG" else {}
    for image in (picture(), picture(400, 300)):
        data = encoded(image, kind, exif=exif, icc_profile=b"SECRET profile", **more)
        assert b"SECRET" in data
        small = thumbnail(data)
        assert b"SECRET" not in small
        assert chunks(small) in ([b"VP8 "], [b"VP8L"])
        assert not shown(small).getexif()
        assert {"exif", "icc_profile", "xmp"}.isdisjoint(shown(small).info)


def test_a_turned_photo_is_shown_upright() -> None:
    """A photo of 400 x 300 marked as lying on its side is 300 x 400."""
    exif = Image.Exif()
    exif[0x0112] = 6
    assert shown(thumbnail(encoded(picture(400, 300), "JPEG", exif=exif))).size == (96, 128)


def test_it_looks_like_the_image() -> None:
    """A tiny drawing is kept exactly, a photo nearly; what is transparent is white."""
    drawing = Image.fromarray(np.kron(np.eye(4, dtype=np.uint8), np.full((8, 8), 255, np.uint8)))
    assert np.array_equal(np.asarray(shown(thumbnail(encoded(drawing)))), np.asarray(drawing.convert("RGB")))
    photo = picture(128, 100)
    error = np.abs(np.asarray(shown(thumbnail(encoded(photo)))).astype(int) - np.asarray(photo))
    assert error.mean() < 6
    clear = encoded(Image.new("RGBA", (8, 8), (0, 0, 0, 0)))
    assert np.unique(np.asarray(shown(thumbnail(clear)))).tolist() == [255]


def test_the_same_file_gives_the_same_bytes() -> None:
    """Thumbnails lie in pages, and pages of one audit are equal byte by byte."""
    data = encoded(picture(300, 200), "JPEG")
    assert thumbnail(data) == thumbnail(data)


@pytest.mark.parametrize("side", [0, 95, 481])
def test_other_sides_are_refused(side: int) -> None:
    """A page asks for 96 to 480."""
    with pytest.raises(ValueError, match="96 to 480"):
        thumbnail(encoded(picture()), side)


def test_what_cannot_be_opened_is_unreadable() -> None:
    """A page says why instead."""
    with pytest.raises(Unreadable):
        thumbnail(b"GIF89a")
