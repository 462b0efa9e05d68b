"""A small folder of images, a few of them in the wrong class, and its audit."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from PIL import Image

import auditor
from auditor import Audit

MISPLACED = {"dog-07": "cat", "cat-11": "dog"}
"""File -> the class folder in which it wrongly lies."""


def true_label(item: str) -> str:
    """The right class of an image, which its name begins with."""
    return Path(item).name.partition("-")[0]


def audited_pictures(folder: Path, n: int = 20) -> tuple[Path, Audit]:
    """Reddish cats, bluish dogs, and their audit."""
    root = folder / "photos"
    rng = np.random.default_rng(7)
    for name, channel in (("cat", 0), ("dog", 2)):
        for at in range(n):
            pixels = rng.integers(0, 90, (48, 48, 3), np.uint8)
            pixels[..., channel] += 150
            place = root / MISPLACED.get(f"{name}-{at:02}", name) / f"{name}-{at:02}.png"
            place.parent.mkdir(parents=True, exist_ok=True)
            Image.fromarray(pixels).save(place)
    return root, auditor.audit(root)
