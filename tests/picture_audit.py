"""Audits with pictures and a map put in by hand: what reads images is not what their tests are about."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Callable
from dataclasses import replace
from functools import lru_cache

import numpy as np
import pyarrow as pa
from PIL import Image, ImageDraw

from auditor import Audit
from auditor.pictures import COLUMN


def webp(seed: str, width: int = 200, height: int = 150, shift: int = 0) -> bytes:
    """A picture of a few shapes that the seed decides; `shift` moves one of them."""
    numbers = hashlib.sha256(seed.encode("utf-8", "surrogatepass")).digest()
    image = Image.new("RGB", (width, height), (numbers[0], numbers[1], numbers[2]))
    pen = ImageDraw.Draw(image)
    for at in range(3, 24, 6):
        x, y = numbers[at] * width // 256, numbers[at + 1] * height // 256
        pen.ellipse((x, y, x + width // 3, y + height // 3), fill=tuple(numbers[at + 2 : at + 5]))
    pen.rectangle((shift, shift, shift + width // 8, shift + height // 8), fill=(255, 255, 255))
    out = io.BytesIO()
    image.save(out, "WEBP", quality=75, lossless=max(width, height) <= 64)
    return out.getvalue()


@lru_cache
def noise(seed: int, side: int = 320) -> bytes:
    """A picture that takes as many bytes as one may."""
    pixels = np.random.default_rng(seed).integers(0, 256, (side, side, 3), np.uint8)
    out = io.BytesIO()
    Image.fromarray(pixels).save(out, "WEBP", quality=75)
    return out.getvalue()


def pictured(audit: Audit, make: Callable[[str], bytes | None] = webp) -> Audit:
    """The same audit, had it been one of images: a picture for each item that is kept."""
    items = audit.tables["items"]
    made = pa.array([make(item) for item in items["item"].to_pylist()], pa.binary())
    images = {
        "opened": audit.header["dataset"]["rows"] - 2,
        "faults": {"truncated": 2},
        "pictures": len(made) - made.null_count,
        "of": len(items),
    }
    tables = {**audit.tables, "items": items.append_column(COLUMN, made)}
    return replace(audit, header={**audit.header, "images": images}, tables=tables)


def mapped(audit: Audit, most: int = 5_000) -> Audit:
    """The same audit with a place for each row: a heap for each label, suspects first."""
    scores = audit.tables["scores"].slice(0, most)
    labels = scores["given"].to_pylist()
    names = sorted({label or "" for label in labels})
    turn = np.array([2 * np.pi * names.index(label or "") / len(names) for label in labels])
    places = 4 * np.stack([np.cos(turn), np.sin(turn)], axis=1)
    places += np.random.default_rng(0).standard_normal(places.shape)
    order = np.argsort(scores["flags"].to_numpy() & 1 == 0, kind="stable")
    x, y = places[order].astype(np.float32).T
    table = pa.table({"row": scores["row"].to_numpy()[order], "x": x, "y": y})
    return replace(audit, tables={**audit.tables, "map": table})
