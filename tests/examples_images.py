"""Small images, and files made of them."""

from __future__ import annotations

import io
import struct
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from auditor.images.files import Folder, ImageFiles, Unreadable, image_files


def picture(width: int = 48, height: int = 32, seed: int = 0) -> Image.Image:
    """A smooth RGB picture without any symmetry."""
    rng = np.random.default_rng(seed)
    coarse = Image.fromarray(rng.integers(0, 256, (4, 6, 3), dtype=np.uint8))
    return coarse.resize((width, height), Image.Resampling.BICUBIC)


def scene(seed: int, size: int = 64) -> Image.Image:
    """A colourful picture with sharp edges, light and dark parts: rectangles over a gradient."""
    rng = np.random.default_rng(seed)
    image = np.linspace(30, 220, size)[:, None, None] * rng.uniform(0.6, 1, (1, size, 3))
    for _ in range(12):
        left, top = rng.integers(0, size - 12, 2)
        wide, high = rng.integers(6, 24, 2)
        image[top : top + high, left : left + wide] = rng.integers(0, 256, 3)
    image[:8, :8] = 250
    image[-8:, -8:] = 5
    return Image.fromarray(np.clip(image + rng.normal(0, 2, image.shape), 0, 255).astype(np.uint8))


def encoded(image: Image.Image, kind: str = "PNG", **settings: Any) -> bytes:
    """The bytes of a file of an image."""
    stream = io.BytesIO()
    image.save(stream, kind, **settings)
    return stream.getvalue()


def png(width: int, height: int, bits: int, colour: int, rows: bytes, *chunks: tuple[bytes, bytes]) -> bytes:
    """A PNG by hand.

    Args:
        width: pixels.
        height: pixels.
        bits: of a sample.
        colour: PNG's colour type: 0 grey, 2 RGB.
        rows: the samples of all rows, without filter bytes.
        chunks: more chunks, before the pixels.
    """
    length = len(rows) // height
    lines = b"".join(b"\0" + rows[start : start + length] for start in range(0, len(rows), length))
    head = struct.pack(">IIBBBBB", width, height, bits, colour, 0, 0, 0)
    parts = [(b"IHDR", head), *chunks, (b"IDAT", zlib.compress(lines)), (b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
        for name, data in parts
    )


def folder_of(path: Path, files: dict[str, bytes]) -> ImageFiles:
    """Write files into a folder; their rows are in the order given."""
    for name, data in files.items():
        (path / name).write_bytes(data)
    return image_files(list(files), Folder(path))


@dataclass(frozen=True)
class InMemory:
    """What holds images without a disk."""

    files: Mapping[str, bytes]
    name: str = "memory"

    def has(self, place: str) -> bool:
        return place in self.files

    def read(self, place: str) -> bytes:
        if place not in self.files:
            raise Unreadable("missing")
        return self.files[place]


def in_memory(files: Mapping[str, bytes]) -> ImageFiles:
    """Images that are nowhere on the disk, in the order given."""
    return image_files(list(files), InMemory(files))


def unreadable() -> dict[str, tuple[str, bytes]]:
    """Reason -> name and bytes of a file that cannot be opened for it, as far as bytes can be at fault."""
    whole = encoded(scene(1))
    return {
        "format": ("notes.jpg", b"these are words"),
        "truncated": ("half.png", whole[: len(whole) // 2]),
        "bomb": ("bomb.png", png(100_000, 1_000, 8, 0, bytes(1_000))),
        "broken": ("broken.png", whole[:60] + bytes(40) + whole[100:]),
        "empty": ("empty.png", b""),
    }
