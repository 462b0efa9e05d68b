"""Which images are the same image."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
from PIL import Image

from auditor.data import ClassLabels, Content, Dataset
from auditor.images.files import Folder, image_files
from auditor.similar.content import ContentIndex


def photo(seed: int, side: int = 48) -> Image.Image:
    """A smooth image with some noise on it."""
    rng = np.random.default_rng(seed)
    small = Image.fromarray(rng.integers(0, 255, (6, 6, 3), np.uint8))
    return small.resize((side, side), Image.Resampling.BICUBIC)


def index_of(folder: Path, images: dict[str, Image.Image | bytes]) -> ContentIndex:
    """The content of a dataset of image files."""
    import pyarrow as pa

    for name, image in images.items():
        if isinstance(image, bytes):
            (folder / name).write_bytes(image)
        else:
            image.save(folder / name)
    names = list(images)
    dataset = Dataset(
        name="photos",
        ids=pa.array(names),
        has_ids=True,
        labels=ClassLabels(codes=np.zeros(len(names), np.int32), classes=("a",)),
        content=Content(kind="images", columns=pa.table({"image": names})),
        images=image_files(names, Folder(folder)),
    )
    return ContentIndex(dataset)


def members(index: ContentIndex) -> list[list[int]]:
    """Rows of each group."""
    return [rows.tolist() for rows in index.groups.members]


def test_the_same_pixels_in_another_file_are_a_copy(tmp_path: Path) -> None:
    """PNG, BMP and a PNG with a comment hold one image; a JPEG of it has other pixels."""
    from PIL.PngImagePlugin import PngInfo

    told = PngInfo()
    told.add_text("comment", "another file")
    stream = io.BytesIO()
    photo(1).save(stream, "PNG", pnginfo=told)
    images = {
        "a.png": photo(1),
        "b.bmp": photo(1),
        "c.png": stream.getvalue(),
        "d.jpg": photo(1),
        "e.png": photo(2),
    }
    assert members(index_of(tmp_path, images)) == [[0, 1, 2]]


def test_large_images_are_compared_whole(tmp_path: Path) -> None:
    """One pixel of a photo of 1,600 x 1,600 differs by one level, which no reduced copy shows: no copy."""
    image = photo(3, 1600)
    other = image.copy()
    red, green, blue = other.getpixel((801, 803))
    other.putpixel((801, 803), (red ^ 1, green, blue))
    images = {"a.png": image, "b.bmp": image.copy(), "c.png": other}
    assert members(index_of(tmp_path, images)) == [[0, 1]]


def test_what_cannot_be_opened_has_no_content(tmp_path: Path) -> None:
    """Two broken files are no copies of each other, and have no hash of what they show."""
    index = index_of(tmp_path, {"a.png": b"no image", "b.png": b"no image", "c.png": photo(4)})
    assert members(index) == []
    assert index.filled.tolist() == [False, False, True]


def test_an_image_of_one_colour_says_too_little(tmp_path: Path) -> None:
    """Two people may rightly label a black square differently; a photo they may not."""
    black = Image.new("RGB", (40, 40))
    index = index_of(tmp_path, {"a.png": black, "b.png": photo(5), "c.bmp": black, "d.bmp": photo(5)})
    assert dict(zip(map(tuple, members(index)), index.groups.enough.tolist(), strict=True)) == {
        (0, 2): False,
        (1, 3): True,
    }


def test_the_hash_of_a_row_is_that_of_its_file_and_needs_no_look(tmp_path: Path) -> None:
    """16 digits of sha256 of the bytes."""
    import hashlib

    index = index_of(tmp_path, {"a.png": photo(6)})
    expected = hashlib.sha256((tmp_path / "a.png").read_bytes()).hexdigest()[:16]
    assert index.hashes_of(np.array([0])) == [expected]
    assert index._looks is None


def test_files_that_cannot_be_read_are_told_apart(tmp_path: Path) -> None:
    """Two that are missing are not one, and one that was emptied is not what it was."""
    index = index_of(tmp_path, {"a.png": photo(6), "b.png": photo(7), "c.png": photo(8)})
    before = index.hashes_of(np.arange(3))
    (tmp_path / "a.png").unlink()
    (tmp_path / "b.png").unlink()
    (tmp_path / "c.png").write_bytes(b"")
    gone = ContentIndex(index.dataset).hashes_of(np.arange(3))
    assert len({*before, *gone}) == 6
    (tmp_path / "a.png").write_bytes(b"")
    assert ContentIndex(index.dataset).hashes_of(np.array([0])) != gone[:1]
