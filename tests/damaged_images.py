"""A dataset of images of which some are damaged: which ones, and in which way, is known."""

from __future__ import annotations

from pathlib import Path

from examples_images import encoded, scene, unreadable
from PIL import Image, ImageFilter

N = 60
"""Images that can be opened; those that are not damaged are 48 x 48, sharp and colourful."""
SIDE = 48
DAMAGED: dict[str, tuple[int, ...]] = {
    "image-dark": (3, 33),
    "image-bright": (8, 38),
    "image-blurry": (11, 41),
    "image-low-information": (17, 47),
    "image-odd-size": (25, 55),
    "image-odd-aspect": (31, 59),
    "image-grey": (20, 50),
}
"""Reason code -> the images with this damage."""
MEASURES = {
    "image-unreadable": "images.unreadable",
    "image-dark": "images.dark",
    "image-bright": "images.bright",
    "image-blurry": "images.blurry",
    "image-low-information": "images.low_information",
    "image-odd-size": "images.odd_size",
    "image-odd-aspect": "images.odd_aspect",
    "image-grey": "images.grey",
}
"""Reason code -> the measure that counts it."""


def damaged(at: int, damage: str) -> Image.Image:
    """An image of the dataset, damaged in one way."""
    image = scene(at, SIDE)
    if damage == "image-dark":
        return image.point(lambda value: value // 6)
    if damage == "image-bright":
        return image.point(lambda value: 255 - (255 - value) // 6)
    if damage == "image-blurry":
        return image.filter(ImageFilter.GaussianBlur(3))
    if damage == "image-low-information":
        return Image.new("RGB", (SIDE, SIDE), (90, 120, 100 + at))
    if damage == "image-odd-size":
        return scene(at, 8 * SIDE)
    if damage == "image-odd-aspect":
        return scene(at, 2 * SIDE).crop((0, 0, 2 * SIDE, SIDE // 2))
    return image.convert("L").convert("RGB")


def images() -> dict[str, bytes]:
    """Name -> bytes: `00.png` to `59.png`, of which some are damaged."""
    damage = {at: code for code, places in DAMAGED.items() for at in places}
    return {
        f"{at:02}.png": encoded(damaged(at, damage[at]) if at in damage else scene(at, SIDE))
        for at in range(N)
    }


def unreadable_files() -> dict[str, tuple[str, bytes | None]]:
    """Reason -> the path that a row names and the bytes of its file; None where there is none."""
    return {
        **unreadable(),
        "missing": ("gone<img src=x onerror=alert(1)>.png", None),
        "outside": ("../../../etc/passwd.png", None),
    }


def dataset(folder: Path, *, text: bool = False, ids: bool = True) -> Path:
    """A table of all of them with its images beside it: 60 that can be opened, 9 that cannot.

    Args:
        folder: where to write.
        text: with a text in each row too.
        ids: with a column of ids.
    """
    files: dict[str, bytes | None] = {**images(), **dict(unreadable_files().values())}
    (folder / "folder.png").mkdir()
    with (folder / "large.png").open("wb") as stream:
        stream.truncate((256 << 20) + 1)  # a hole: it takes no room
    for name, data in files.items():
        if data is not None:
            (folder / name).write_bytes(data)
    names = [*files, "folder.png", "large.png"]
    rows = ["id,image,label,text" if text else "id,image,label"]
    for at, name in enumerate(names):
        cells = [f"row-{at}", name, ("cat", "dog")[at % 2]]
        rows.append(",".join([*cells, f"what is said of number {at}"] if text else cells))
    if not ids:
        rows = [row.partition(",")[2] for row in rows]
    table = folder / "data.csv"
    table.write_text("\n".join(rows) + "\n", encoding="utf-8")
    return table
