"""What the quality flags find of planted damage, and what they flag of undamaged images, beside cleanvision.

    pip install cleanvision                                   # named where it is missing
    python benchmarks/images_quality.py --images images.zip [--folder PHOTOS] [--peers PYTHON]

`--images` is a zip of small images (CIFAR-10: 32 x 32), of which 3,000 are drawn; `--folder` holds larger
photos, of which cuts of 128 to 255 pixels are made (scikit-learn's two without it). Of each set one in
25 images is damaged in each of these ways, the rest is left alone; every tool sees the same PNG files.

- dark: 4 and 5 stops less light (in linear light); bright: a veil, the range above 3/4 of white;
  overexposed: 4 stops more light, clipped;
- blurry: Gaussian, by 1.5 and 2 pixels (32 x 32) or 2 and 3 (photos); upscaled: a quarter of the size and
  back;
- low information: one colour, and with grain of 1; greyscale: luma, saved as RGB (as decoders
  give it) and as L; odd size: enlarged 3 times;
  odd aspect: the upper quarter.

Thresholds of both tools are those they ship with. A rate of false flags counts undamaged images.
Prints Markdown.
"""

from __future__ import annotations

import argparse
import io
import json
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageFilter

DRAWN, SHARE = 3_000, 0.04
THEIRS = {"dark": "dark", "bright": "light", "blurry": "blurry", "low_information": "low_information",
          "greyscale": "grayscale", "odd_size": "odd_size", "odd_aspect": "odd_aspect_ratio"}  # fmt: skip
Damage = Callable[[Image.Image], Image.Image]


def light(stops: float) -> Damage:
    """More or less light, as a camera's exposure: in linear light, clipped (sRGB's curve)."""

    def changed(image: Image.Image) -> Image.Image:
        values = np.asarray(image) / 255
        linear = np.where(values <= 0.04045, values / 12.92, ((values + 0.055) / 1.055) ** 2.4)
        linear = np.clip(linear * 2.0**stops, 0, 1)
        values = np.where(linear <= 0.0031308, linear * 12.92, 1.055 * linear ** (1 / 2.4) - 0.055)
        return Image.fromarray(np.round(values * 255).astype(np.uint8))

    return changed


def blur(radius: float) -> Damage:
    return lambda image: image.filter(ImageFilter.GaussianBlur(radius))


def upscaled(image: Image.Image) -> Image.Image:
    small = image.resize((image.width // 4, image.height // 4), Image.Resampling.BOX)
    return small.resize(image.size, Image.Resampling.BICUBIC)


def empty(image: Image.Image) -> Image.Image:
    rng = np.random.default_rng(image.width)
    values = np.asarray(image).mean(axis=(0, 1)) + rng.integers(-1, 2, (image.height, image.width, 1))
    return Image.fromarray(np.clip(values, 0, 255).astype(np.uint8))


def one_colour(image: Image.Image) -> Image.Image:
    return Image.new("RGB", image.size, tuple(int(value) for value in np.asarray(image).mean(axis=(0, 1))))


def damages(soft: float, softer: float) -> dict[str, tuple[str, Damage]]:
    """Name -> the question that should flag it, and how it is done."""
    return {
        "4 stops darker": ("dark", light(-4)),
        "5 stops darker": ("dark", light(-5)),
        "under a veil": ("bright", lambda image: image.point(lambda value: 191 + value // 4)),
        "overexposed by 4 stops": ("bright", light(4)),
        f"blurred by {soft:g}": ("blurry", blur(soft)),
        f"blurred by {softer:g}": ("blurry", blur(softer)),
        "upscaled 4 times": ("blurry", upscaled),
        "one colour with grain": ("low_information", empty),
        "one colour": ("low_information", one_colour),
        "without colour, in RGB": ("greyscale", lambda image: image.convert("L").convert("RGB")),
        "without colour, in L": ("greyscale", lambda image: image.convert("L")),
        "enlarged 3 times": ("odd_size", lambda image: image.resize((3 * image.width, 3 * image.height))),
        "the upper quarter": ("odd_aspect", lambda image: image.crop((0, 0, image.width, image.height // 4))),
    }


def small(path: Path, rng: np.random.Generator) -> list[Image.Image]:
    """Images drawn from a zip."""
    with zipfile.ZipFile(path) as archive:
        names = sorted(name for name in archive.namelist() if name.endswith((".jpg", ".png")))
        drawn = rng.permutation(len(names))[:DRAWN]
        return [Image.open(io.BytesIO(archive.read(names[at]))).convert("RGB") for at in drawn]


def cuts(folder: Path | None, rng: np.random.Generator) -> list[Image.Image]:
    """Cuts of photos; a third of the sides to all of them, reduced to 128..255 pixels."""
    if folder is None:
        import sklearn.datasets

        folder = Path(sklearn.datasets.__file__).parent / "images"
    photos = [Image.open(path).convert("RGB") for path in sorted(folder.iterdir())
              if path.suffix in (".jpg", ".png")]  # fmt: skip
    found = []
    for _ in range(DRAWN // 3):
        photo = photos[rng.integers(len(photos))]
        side = int(rng.uniform(0.5, 1) * min(photo.size))
        left, top = (int(rng.integers(length - side + 1)) for length in photo.size)
        to = min(side, int(rng.integers(128, 256)))
        cut = photo.crop((left, top, left + side, top + side))
        found.append(cut.resize((to, to), Image.Resampling.BOX))
    return found


def ours(folder: Path) -> dict[str, NDArray[np.bool_]]:
    """Question -> which files are flagged."""
    from auditor.images.files import Folder, image_files
    from auditor.images.looking import look_at
    from auditor.images.quality import flags

    names = sorted(path.name for path in folder.iterdir())
    return flags(look_at(image_files(names, Folder(folder)), with_features=False))


def theirs(folder: Path, python: str) -> dict[str, NDArray[np.bool_]] | None:
    """The same of cleanvision; None where it is not installed."""
    done = subprocess.run([python, __file__, "--peer", str(folder)], capture_output=True, text=True)
    if done.returncode:
        print(f"cleanvision is left out: {done.stderr.strip().splitlines()[-1]}\n")
        return None
    flagged = json.loads(done.stdout.splitlines()[-1])
    return {name: np.array(flagged[other], bool) for name, other in THEIRS.items()}


def peer(folder: Path) -> None:
    """In a process of its own, with the peer's interpreter."""
    from cleanvision import Imagelab

    lab = Imagelab(filepaths=[str(path) for path in sorted(folder.iterdir())], verbose=False)
    lab.find_issues({name: {} for name in THEIRS.values()}, n_jobs=1, verbose=False)
    table = lab.issues.sort_index()
    print(json.dumps({name: table[f"is_{name}_issue"].tolist() for name in THEIRS.values()}))


def compare(name: str, images: list[Image.Image], soft: tuple[float, float], python: str) -> None:
    """Damage some of the images, ask both tools, print a table."""
    ways = damages(*soft)
    rng = np.random.default_rng(1)
    damaged = rng.permutation(len(images))[: int(len(images) * SHARE) * len(ways)].reshape(len(ways), -1)
    for rows, (_, damage) in zip(damaged, ways.values(), strict=True):
        for row in rows:
            images[row] = damage(images[row])
    clean = np.ones(len(images), bool)
    clean[damaged] = False
    with tempfile.TemporaryDirectory() as place:
        for row, image in enumerate(images):
            image.save(Path(place) / f"{row:06}.png")
        found = {"ours": ours(Path(place)), "cleanvision": theirs(Path(place), python)}
    tools = [tool for tool, flagged in found.items() if flagged is not None]
    print(f"\n{name}: {len(images):,} images, {int(clean.sum()):,} of them undamaged\n")
    print("| question | damage | " + " | ".join(f"found by {tool}" for tool in tools) + " |")
    print("|---|---|" + "---|" * len(tools))
    for rows, (way, (question, _)) in zip(damaged, ways.items(), strict=True):
        shares = [f"{found[tool][question][rows].mean():.3f}" for tool in tools]
        print(f"| {question} | {way} | " + " | ".join(shares) + " |")
    for question in THEIRS:
        shares = [f"{found[tool][question][clean].mean():.4f}" for tool in tools]
        print(f"| {question} | (undamaged) | " + " | ".join(shares) + " |")


def main() -> int:
    """Print both tables."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--images", type=Path)
    parser.add_argument("--folder", type=Path)
    parser.add_argument("--peers", default=sys.executable)
    parser.add_argument("--peer", type=Path, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.peer:
        peer(asked.peer)
        return 0
    rng = np.random.default_rng(0)
    if asked.images:
        compare("Small images", small(asked.images, rng), (1.5, 2), asked.peers)
    compare("Cuts of photos", cuts(asked.folder, rng), (2, 3), asked.peers)
    return 0


if __name__ == "__main__":
    sys.exit(main())
