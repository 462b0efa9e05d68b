"""The pictures that an audit keeps, as pages show them: inside the page, small enough for it, and compared.

They are WebP and nothing but pixels (`auditor.images.thumbnail`), and stand in a page as `data:` addresses.
"""

from __future__ import annotations

import base64
import io
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from auditor.report.elements import Picture

if TYPE_CHECKING:
    from PIL.Image import Image

TINY = 64
"""Pixels of the longer side up to which a picture is enlarged pixel by pixel, without smoothing."""
SIDES = (192, 128, 96)
"""Longer sides that pictures are made smaller to, where a page has no room."""
QUEUE_ROOM, MAP_ROOM, GALLERY_ROOM = 1_200_000, 300_000, 1_200_000
GROUPS_ROOM, PAIRS_ROOM, TABLE_ROOM = 60_000, 180_000, 100_000
"""Characters that pictures may take in a report: of the queue, of the map, of the gallery; of each list of
groups and of pairs, of a table. Together about 4 MB at most."""
SAMPLE = 24
"""Pictures by which it is reckoned how large all are at a side."""
SLACK = 1.05
"""How far a reckoning may be off."""
AMPLIFIED = 4
"""How many times larger a difference is drawn than it is: one of 16 in 256 is hardly seen."""
COMPARED = 160
"""Pixels of the longer side of a picture of differences."""


def picture_of(name: str, data: bytes) -> Picture:
    """A WebP as a page shows it; its name is what stands in its place."""
    width, height = size_of(data)
    return Picture(name=name, src=address(data), width=width, height=height, tiny=max(width, height) <= TINY)


def source_of(data: bytes) -> list[Any]:
    """A WebP as scripts show it: its address, its width, its height."""
    return [address(data), *size_of(data)]


def address(data: bytes) -> str:
    """A WebP as the address of an image.

    >>> address(b"RIFF")
    'data:image/webp;base64,UklGRg=='
    """
    return f"data:image/webp;base64,{base64.b64encode(data).decode('ascii')}"


def data_of(address: str) -> bytes:
    """The bytes behind such an address.

    >>> data_of("data:image/webp;base64,UklGRg==")
    b'RIFF'
    """
    return base64.b64decode(address.partition(",")[2], validate=True)


def size_of(data: bytes) -> tuple[int, int]:
    """Pixels across and down; nothing is decoded."""
    from PIL import Image

    with Image.open(io.BytesIO(data), formats=["WEBP"]) as image:
        return image.size


def smaller(data: bytes, side: int) -> bytes:
    """The picture with at most `side` (96 to 256) pixels on its longer side; as it is where it is so."""
    from auditor.images.thumbnail import thumbnail

    return data if max(size_of(data)) <= side else thumbnail(data, side)


def side_for(pictures: Sequence[bytes], room: float, sides: Sequence[int] = SIDES) -> int:
    """The largest side at which pictures have room, reckoned from some of them; the last where none has.

    Args:
        pictures: in the order of the page.
        room: characters of their addresses.
        sides: the largest first.
    """
    step = max(len(pictures) // SAMPLE, 1)
    sample = pictures[::step]
    for side in sides:
        reckoned = sum(len(address(smaller(data, side))) for data in sample) / max(len(sample), 1)
        if reckoned * len(pictures) * SLACK <= room:
            return side
    return sides[-1]


def album(pictures: Mapping[str, bytes], room: int, sides: Sequence[int] = SIDES) -> dict[str, Picture]:
    """Name -> picture, as large as the room allows; where none is small enough the last are left out.

    Args:
        pictures: name -> WebP, the most important first.
        room: characters of their addresses in all.
        sides: longer sides they may have, the largest first.
    """
    side = side_for(list(pictures.values()), room, sides)
    return dict(_within(pictures, room, side))


def _within(pictures: Mapping[str, bytes], room: int, side: int) -> Iterator[tuple[str, Picture]]:
    for name, data in pictures.items():
        made = picture_of(name, smaller(data, side))
        room -= len(made.src)
        if room < 0:
            return
        yield name, made


def difference(one: bytes, other: bytes, name: str) -> Picture:
    """What differs between two pictures, `AMPLIFIED` times; black where they are the same.

    The second is drawn in the shape of the first: a copy in other proportions differs at its edges.
    """
    from PIL import Image, ImageChops  # imported late: most pages have no pictures

    with (
        Image.open(io.BytesIO(one), formats=["WEBP"]) as a,
        Image.open(io.BytesIO(other), formats=["WEBP"]) as b,
    ):
        first = a.convert("RGB")
        second = b.convert("RGB").resize(first.size, Image.Resampling.BILINEAR)
    found = ImageChops.difference(first, second).point([min(AMPLIFIED * at, 255) for at in range(256)] * 3)
    found.thumbnail((COMPARED, COMPARED))
    ways = ({"lossless": True},) if max(found.size) <= TINY else ({"lossless": True}, {"quality": 70})
    return picture_of(name, min((_webp(found, way) for way in ways), key=len))


def _webp(image: Image, way: Mapping[str, Any]) -> bytes:
    stream = io.BytesIO()
    image.save(stream, "WEBP", method=2, **way)
    return stream.getvalue()
