"""Small real images, folders and archives of them, made on the spot."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable, Mapping
from pathlib import Path

from PIL import Image


def picture(grey: int = 128, side: int = 8, form: str = "PNG") -> bytes:
    """An image of one grey."""
    out = io.BytesIO()
    Image.new("L", (side, side), grey).save(out, form)
    return out.getvalue()


def pictures(places: Iterable[str]) -> dict[str, bytes]:
    """A different image for each place."""
    return {place: picture(at % 256) for at, place in enumerate(places)}


def zipped(path: Path, members: Mapping[str, bytes | str]) -> Path:
    """An archive; names as they are given, and in this order."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            info = zipfile.ZipInfo(name)
            info.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(info, content)
    return path
