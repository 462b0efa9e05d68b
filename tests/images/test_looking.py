"""One look at every image: what is kept of each, by hand, and the same for any number of threads."""

from __future__ import annotations

import hashlib
import tempfile
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from examples_images import encoded, folder_of, picture
from PIL import Image

from auditor import scratch
from auditor.errors import InputError
from auditor.images import looking
from auditor.images.files import ImageFiles
from auditor.images.glance import STAMP, greys_of, stamp_of
from auditor.images.looking import look_at
from auditor.scratch import scratch_array


@pytest.fixture(scope="module")
def many(tmp_path_factory: pytest.TempPathFactory) -> ImageFiles:
    """150 images of several formats and sizes, every tenth of them broken."""
    kinds = ("JPEG", "PNG", "GIF", "BMP", "TIFF")
    files = {}
    for row in range(150):
        data = encoded(picture(20 + 7 * row % 190, 30 + row % 80, seed=row), kinds[row % 5])
        files[f"{row}"] = data[: len(data) // 2] if row % 10 == 3 else data
    files["7"] = encoded(picture(600, 400), "JPEG")
    return folder_of(tmp_path_factory.mktemp("many"), files)


def test_what_is_kept_of_an_image(tmp_path: Path) -> None:
    """Sizes, format and digests are those of the file; a grey of 200 is a stamp of 200."""
    data = encoded(Image.new("RGB", (300, 200), (200, 200, 200)), "PNG")
    looks = look_at(folder_of(tmp_path, {"a": data}), with_features=False)
    assert (looks.width.tolist(), looks.height.tolist()) == ([300], [200])
    assert looks.formats[looks.format[0]] == "PNG"
    assert looks.file_digest[0].tobytes() == hashlib.blake2b(data, digest_size=16).digest()
    assert (looks.grey.shape, np.unique(looks.grey).tolist()) == ((1, 32, 32), [200])
    assert looks.features.shape == (1, 0)
    assert (looks.opened.tolist(), looks.why(0), looks.faults()) == ([True], "", {})
    assert looks.quality["odd_aspect"][0] == pytest.approx(np.log2(1.5))


def test_faults_are_told_and_do_not_stop_the_others(tmp_path: Path) -> None:
    """A missing, an empty, a foreign and a cut file between two good ones."""
    good = encoded(picture())
    files = folder_of(
        tmp_path, {"0": good, "1": b"", "2": b"%PDF-1.7", "3": good[:-40], "4": good, "5": good}
    )
    (tmp_path / "5").unlink()
    looks = look_at(files, with_features=False)
    assert [looks.why(row) for row in range(6)] == ["", "empty", "format", "truncated", "", "missing"]
    assert looks.details[2] == "PDF"
    assert looks.faults() == {"missing": 1, "format": 1, "truncated": 1, "empty": 1}
    assert looks.format.tolist() == [1, -1, -1, -1, 1, -1]
    assert looks.width.tolist() == [48, 0, 0, 0, 48, 0]
    for values in looks.quality.values():
        assert np.isnan(values).tolist() == [False, True, True, True, False, True]
    assert not looks.file_digest[[1, 5]].any()
    assert looks.file_digest[[2, 3]].any(axis=1).all()
    assert not looks.grey[1:4].any()


def test_the_same_pixels_in_other_files_have_one_pixel_digest(tmp_path: Path) -> None:
    """PNG, BMP, TIFF and lossless WebP of one image, and of a grey one in RGB; not of another size."""
    image, grey = picture(), picture().convert("L")
    files = [encoded(image, kind) for kind in ("PNG", "BMP", "TIFF")]
    files += [encoded(image, "WEBP", lossless=True), encoded(grey), encoded(grey.convert("RGB"), "BMP")]
    files += [encoded(Image.new("RGB", size, "red")) for size in ((10, 10), (20, 20))]
    looks = look_at(folder_of(tmp_path, {f"{n}": data for n, data in enumerate(files)}), with_features=False)
    digests = [row.tobytes() for row in looks.pixel_digest]
    assert len(set(digests[:4])) == len(set(digests[4:6])) == 1
    assert len(set(digests)) == 4
    assert len({row.tobytes() for row in looks.file_digest}) == 8


def test_any_number_of_threads_gives_the_same(many: ImageFiles) -> None:
    """150 images in three blocks: every array of one thread equals that of two and of five."""
    one = look_at(many, threads=1, with_features=False)
    assert one.faults() == {"truncated": 15}
    for threads in (2, 5):
        other = look_at(many, threads=threads, with_features=False)
        assert other.details == one.details
        for name, values in one.arrays().items():
            assert np.array_equal(values, other.arrays()[name], equal_nan=values.dtype.kind == "f"), name


def test_the_order_of_rows_changes_nothing(many: ImageFiles) -> None:
    """Each row of the files taken backwards is the same row."""
    one = look_at(many, with_features=False)
    other = look_at(replace(many, places=many.places[::-1]), with_features=False)
    for name, values in one.arrays().items():
        backwards = other.arrays()[name][::-1]
        assert np.array_equal(values, backwards, equal_nan=values.dtype.kind == "f"), name


def test_progress_goes_up_to_one(many: ImageFiles, tmp_path: Path) -> None:
    """150 images are three blocks of at most 64."""
    shares: list[float] = []
    look_at(many, shares.append, with_features=False)
    assert shares == pytest.approx([64 / 150, 128 / 150, 1])
    look_at(folder_of(tmp_path, {}), shares.append, with_features=False)
    assert len(shares) == 3


def test_features_are_those_of_the_stamps(tmp_path: Path) -> None:
    """The features of a file are what the function says of its stamp, in half precision."""
    from auditor.images.features import LENGTH, features

    looks = look_at(folder_of(tmp_path, {"a": encoded(picture(64, 64)), "b": b""}))
    expected = features(np.asarray(picture(64, 64))[None]).astype(np.float16)
    assert looks.features.shape == (2, LENGTH)
    assert np.array_equal(looks.features[:1], expected)
    assert not looks.features[1].any()


def test_a_stamp_is_a_square_of_means() -> None:
    """128 x 192 pixels: means of 2 x 3; a stamp is itself; a smaller image is drawn out."""
    image = picture(192, 128)
    values = np.asarray(image).astype(float).reshape(64, 2, 64, 3, 3).mean(axis=(1, 3))
    assert np.abs(stamp_of(image) - values).max() <= 0.51
    square = picture(STAMP, STAMP)
    assert np.array_equal(stamp_of(square), np.asarray(square))
    for size in ((1, 1), (500, 3), (65, 130)):
        assert stamp_of(Image.new("RGB", size, (1, 2, 3))).reshape(-1, 3).tolist() == [[1, 2, 3]] * 4096


def test_greys_are_luma_of_means() -> None:
    """Pure red, green and blue are .299, .587 and .114 of 255; a checkered stamp is its mean."""
    pure = np.zeros((3, 64, 64, 3), np.uint8)
    pure[[0, 1, 2], :, :, [0, 1, 2]] = 255
    assert greys_of(pure)[:, 5, 5].tolist() == [76, 150, 29]
    checkered = (np.indices((64, 64)).sum(axis=0) % 2 * 100).astype(np.uint8)
    assert np.unique(greys_of(np.repeat(checkered[None, :, :, None], 3, axis=3))).tolist() == [50]


def test_large_arrays_lie_in_a_file_without_a_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Above the limit it is a memory map of zeros; its file has gone from the folder already."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    small, large = (scratch_array((4, 5), np.float16, in_memory=limit) for limit in (40, 39))
    assert (type(small), type(large)) == (np.ndarray, np.memmap)
    assert not large.any()
    large[2] = 7
    assert large.sum() == 35
    assert list(tmp_path.iterdir()) == []


def test_looking_into_a_file_is_looking_into_memory(
    many: ImageFiles, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The same greys wherever they lie."""
    expected = look_at(many, with_features=False).grey
    monkeypatch.setattr(looking, "scratch_array", lambda *args: scratch_array(*args, in_memory=0))
    found = look_at(many, with_features=False).grey
    assert isinstance(found, np.memmap)
    assert np.array_equal(found, expected)


def test_a_full_temporary_folder_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """No room for the greys is a problem with a fix, before any image is opened."""

    def full(descriptor: int, start: int, size: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(scratch.os, "posix_fallocate", full, raising=False)
    with pytest.raises(InputError) as caught:
        scratch_array((10,), np.uint8, looking.ROOM, in_memory=0)
    assert caught.value.problems[0].slug == "no-room"
    assert "images" in str(caught.value)
