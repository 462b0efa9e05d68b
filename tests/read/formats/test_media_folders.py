"""Folders of images, sounds and masks."""

from __future__ import annotations

import os
import unicodedata
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from audit_inputs import refusal, slugs
from examples_folders import put
from hypothesis import given, settings
from hypothesis import strategies as st

from auditor.errors import InputError, Problem
from auditor.read.dataset import read_inputs
from auditor.read.tables import TextTable, read_table


def files(folder: Path, *places: str) -> Path:
    """Empty files."""
    return put(folder, dict.fromkeys(places, b""))


def the(table: TextTable, slug: str, level: str = "note") -> Problem:
    """The only note of a code and level."""
    (note,) = [note for note in table.notes if (note.slug, note.level) == (slug, level)]
    return note


def column(table: TextTable, name: str) -> list[str] | None:
    """The cells of a column, None where it is not there."""
    found: list[str] | None = table.columns[name].to_pylist() if name in table.columns.column_names else None
    return found


@pytest.mark.parametrize(
    ("places", "labels", "splits"),
    [
        (["cat/1.jpg", "dog/2.jpg"], ["cat", "dog"], None),
        (["train/cat/1.jpg", "test/dog/2.jpg"], ["dog", "cat"], ["test", "train"]),
        (["data/images/cat/1.jpg", "data/images/dog/2.jpg"], ["cat", "dog"], None),
        (["pets/train/cat/1.jpg", "pets/train/dog/2.jpg"], ["cat", "dog"], ["train", "train"]),
        (["train2017/cat/1.jpg", "val2017/cat/2.jpg"], ["cat", "cat"], ["train", "validation"]),
        # a class may be called like a split, beside classes that are not
        (["plane/1.jpg", "train/2.jpg"], ["plane", "train"], None),
        (["bus/1.jpg", "test_tube/2.jpg"], ["bus", "test_tube"], None),
        # no classes
        (["1.jpg", "2.jpg"], None, None),
        (["images/1.jpg", "images/2.jpg"], None, None),
        (["test/1.jpg", "train/2.jpg"], None, ["test", "train"]),
        (["test/images/1.jpg", "train/images/2.jpg"], None, ["test", "train"]),
        # some stand in no class
        (["1.jpg", "cat/2.jpg"], ["", "cat"], None),
    ],
)
def test_classes_and_splits_are_the_folders(
    tmp_path: Path, places: list[str], labels: list[str] | None, splits: list[str] | None
) -> None:
    table = read_table(files(tmp_path, *places))
    assert column(table, "id") == sorted(places)
    assert (column(table, "label"), column(table, "split")) == (labels, splits)


@pytest.mark.parametrize("places", [["cat/a/1.jpg", "dog/2.jpg"], ["cat/train/1.jpg", "dog/test/2.jpg"]])
def test_deeper_folders_are_not_guessed_at(tmp_path: Path, places: list[str]) -> None:
    """torchvision takes the first folder for the class, `datasets` the last."""
    (problem,) = refusal(InputError, read_table, files(tmp_path, *places))
    assert problem.slug == "class-folders-unclear"
    assert places[0] in str(problem.what)


def test_classes_stand_in_the_order_of_their_names_and_empty_ones_are_kept(tmp_path: Path) -> None:
    """As in torchvision: as texts, so 10 before 9."""
    files(tmp_path, "train/9/1.jpg", "train/10/2.jpg", "val/9/3.jpg")
    (tmp_path / "val" / "eel").mkdir()
    dataset = read_inputs(tmp_path).dataset
    assert dataset.classes == ("10", "9", "eel")
    assert [dataset.labels.text_of(row) for row in range(3)] == ["10", "9", "9"]


def test_what_is_not_looked_at_is_said(tmp_path: Path) -> None:
    """Hidden files and files of other kinds; pipes are not opened, links not followed."""
    files(tmp_path, "cat/1.jpg", "dog/2.png", "cat/notes.txt", "cat/.DS_Store", "cat/3.svg")
    os.mkfifo(tmp_path / "cat" / "pipe.jpg")
    (tmp_path / "cat" / "zero.jpg").symlink_to("/dev/zero")
    (tmp_path / "cat" / "copy.jpg").symlink_to("1.jpg")
    table = read_table(tmp_path)
    assert column(table, "id") == ["cat/1.jpg", "dog/2.png"]
    assert "2 images" in str(the(table, "images-found").what)
    note = the(table, "files-left-out")
    assert "2 files were not read: cat/3.svg, cat/notes.txt" in str(note.what)
    assert [str(detail) for detail in note.details] == ["hidden names, beginning with a dot: 1"]
    assert "1 device, pipe or socket" in str(the(table, "files-left-out", "warning").what)
    links = the(table, "links-left-out", "warning")
    assert "cat/copy.jpg, cat/zero.jpg" in str(links.what)
    assert str(links.details[0]).endswith(": 1")


def test_equal_names_are_no_copies(tmp_path: Path) -> None:
    dataset = read_inputs(files(tmp_path, "cat/1.jpg", "dog/1.jpg")).dataset
    assert (dataset.content.kind, dataset.content.columns.column_names) == ("images", ["image"])


KOREAN = "고양이"
APART = unicodedata.normalize("NFD", KOREAN)


def test_names_made_on_a_mac_are_composed(tmp_path: Path) -> None:
    table = read_table(files(tmp_path, f"{APART}/{APART}.jpg", "dog/1.jpg"))
    assert column(table, "id") == ["dog/1.jpg", f"{KOREAN}/{KOREAN}.jpg"]
    assert column(table, "label") == ["dog", KOREAN]
    assert "1 file name was put" in str(the(table, "file-names-composed").what)


def test_two_names_that_would_become_one_stay_two(tmp_path: Path) -> None:
    """The check of class names then says that two classes look alike."""
    table = read_table(files(tmp_path, f"{APART}/1.jpg", f"{KOREAN}/1.jpg", "dog/1.jpg"))
    assert set(column(table, "id") or ()) == {f"{APART}/1.jpg", f"{KOREAN}/1.jpg", "dog/1.jpg"}
    assert set(column(table, "label") or ()) == {APART, KOREAN, "dog"}
    assert "1 file has a name" in str(the(table, "file-names-composed", "warning").what)


# metadata


def test_metadata_are_joined_by_file_name_and_the_folders_are_kept(tmp_path: Path) -> None:
    """`datasets` drops the classes of the folders where there are metadata."""
    put(tmp_path, {"metadata.csv": "file_name,caption,id\ndog/2.jpg,a dog,007\ncat/1.jpg,a cat,008\n"})
    table = read_table(files(tmp_path, "cat/1.jpg", "dog/2.jpg"))
    assert column(table, "label") == ["cat", "dog"]
    assert column(table, "caption") == ["a cat", "a dog"]
    assert column(table, "metadata.id") == ["008", "007"]
    assert "kept are the classes" in str(the(table, "images-found").details[0])
    content = read_inputs(tmp_path).dataset.content
    assert (content.kind, content.columns.column_names) == ("images", ["image", "caption", "metadata.id"])


def test_a_label_in_the_metadata_goes_first_and_disagreement_is_counted(tmp_path: Path) -> None:
    rows = "file_name,label\ncat/1.jpg,cat\ncat/2.jpg,dog\ndog/3.jpg,dog\n"
    put(tmp_path, {"metadata.csv": rows})
    table = read_table(files(tmp_path, "cat/1.jpg", "cat/2.jpg", "dog/3.jpg"))
    assert (column(table, "folder"), column(table, "label")) == (["cat", "cat", "dog"], ["cat", "dog", "dog"])
    (detail,) = the(table, "annotations-odd", "warning").details
    assert str(detail) == "a file whose folder and whose metadata say different classes: 1, e.g. cat/2.jpg"


def test_class_numbers_in_the_metadata_are_held_against_the_folders(tmp_path: Path) -> None:
    """0 means cat because most of the folder says so."""
    table = pa.table(
        {"file_name": ["cat/1.jpg", "cat/2.jpg", "cat/3.jpg", "dog/4.jpg"], "label": [0, 0, 1, 1]}
    )
    files(tmp_path, *table["file_name"].to_pylist())
    pq.write_table(table, tmp_path / "metadata.parquet")
    (detail,) = the(read_table(tmp_path), "annotations-odd", "warning").details
    assert str(detail).endswith(": 1, e.g. cat/3.jpg")


def test_rows_without_files_and_files_without_rows_are_counted(tmp_path: Path) -> None:
    """Names in the metadata are compared with the files of the folder, and never opened."""
    names = ["a.jpg", "a.jpg", "../../etc/passwd.jpg", "/etc/passwd", "gone.jpg"]
    lines = "".join(f'{{"file_name": "{name}", "text": "x"}}\n' for name in names)
    table = read_table(put(files(tmp_path, "train/a.jpg", "train/b.jpg"), {"train/metadata.jsonl": lines}))
    assert column(table, "text") == ["x", ""]
    assert [str(detail) for detail in the(table, "annotations-odd", "warning").details] == [
        "a file that several rows of the metadata name; the first is taken: 1, e.g. train/a.jpg",
        "a row of the metadata whose file is not there: 3, e.g. ../../etc/passwd.jpg, /etc/passwd, gone.jpg",
        "a file that no row of the metadata names: 1, e.g. train/b.jpg",
    ]


def test_metadata_of_splits_must_have_the_same_columns(tmp_path: Path) -> None:
    files(tmp_path, "train/a.jpg", "test/b.jpg")
    put(
        tmp_path,
        {"train/metadata.csv": "file_name,label\na.jpg,x\n", "test/metadata.csv": "file_name\nb.jpg\n"},
    )
    assert slugs(refusal(InputError, read_table, tmp_path)) == ["parts-differ"]


def test_metadata_without_file_names_are_not_used_and_named(tmp_path: Path) -> None:
    put(files(tmp_path, "cat/a.jpg", "dog/b.jpg"), {"metadata.csv": "name,label\na,x\n"})
    table = read_table(tmp_path)
    assert column(table, "label") == ["cat", "dog"]
    assert "metadata.csv" in str(the(table, "files-left-out").what)


# sounds, masks, both


def test_sounds_and_images_together_are_of_two_kinds(tmp_path: Path) -> None:
    files(tmp_path, "cat/1.jpg", "cat/1.wav")
    assert slugs(refusal(InputError, read_table, tmp_path)) == ["format-ambiguous"]


@pytest.mark.parametrize(
    ("image", "mask", "split"),
    [
        ("images/a.jpg", "masks/a.png", None),
        ("train/images/a.jpg", "train/masks/a.png", "train"),
        ("images/train/a.jpg", "annotations/train/a.png", "train"),
        ("JPEGImages/a.jpg", "SegmentationClass/a.png", None),
    ],
)
def test_images_with_masks_are_not_two_classes(
    tmp_path: Path, image: str, mask: str, split: str | None
) -> None:
    table = read_table(files(tmp_path, image, mask))
    assert table.format == "mask-folder"
    assert (column(table, "id"), column(table, "mask")) == ([image], [mask])
    assert column(table, "split") == (None if split is None else [split])
    assert "label" not in table.columns.column_names


def test_images_without_masks_are_counted(tmp_path: Path) -> None:
    table = read_table(files(tmp_path, "images/a.jpg", "images/b.jpg", "masks/a.png"))
    assert column(table, "mask") == ["masks/a.png", ""]
    assert str(the(table, "content-not-compared").what).endswith("images without a mask: 1")


NAMES = st.text(
    st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="/."), min_size=1, max_size=8
)


@given(
    classes=st.lists(NAMES, min_size=2, max_size=4, unique_by=lambda name: unicodedata.normalize("NFC", name))
)
@settings(max_examples=60)
def test_any_class_name_is_read_as_the_folder_is_called(
    tmp_path_factory: pytest.TempPathFactory, classes: list[str]
) -> None:
    """In composed form; whatever stands in the name."""
    folder = files(tmp_path_factory.mktemp("any"), "zz plain/0.jpg", *(f"{name}/1.jpg" for name in classes))
    found = set(column(read_table(folder), "label") or ())
    assert found == {"zz plain", *(unicodedata.normalize("NFC", name) for name in classes)}
