"""COCO folders: `annotations/instances_*.json` beside images, and what Roboflow exports."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from audit_inputs import refusal, slugs
from examples_folders import put

from auditor.errors import InputError
from auditor.read.dataset import read_inputs
from auditor.read.tables import read_table

CATEGORIES = [{"id": 1, "name": "cat"}, {"id": 2, "name": "dog"}]


def coco(*boxes: tuple[int, str, int, str], **changed: Any) -> str:
    """A COCO file: (id, file, category, more keys as JSON) of each box, an image for each file."""
    files = dict.fromkeys(file for _, file, *_ in boxes)
    numbers = {file: at for at, file in enumerate(files, start=1)}
    whole = {
        "images": [{"id": number, "file_name": file} for file, number in numbers.items()],
        "annotations": [
            {
                "id": at,
                "image_id": numbers[file],
                "category_id": kind,
                "bbox": [1, 2, 3, 4],
                **json.loads(more),
            }
            for at, file, kind, more in boxes
        ],
        "categories": CATEGORIES,
    }
    return json.dumps({**whole, **changed})


def standard(folder: Path, **files: str | bytes) -> Path:
    """The folder of COCO 2017."""
    return put(
        folder / "coco",
        {
            "annotations/instances_train2017.json": coco((11, "1.jpg", 1, "{}"), (12, "2.jpg", 2, "{}")),
            "annotations/instances_val2017.json": coco((21, "3.jpg", 2, "{}")),
            "annotations/captions_train2017.json": '{"images": [], "annotations": []}',
            "train2017/1.jpg": b"",
            "train2017/2.jpg": b"",
            "val2017/3.jpg": b"",
            **files,
        },
    )


def roboflow(folder: Path) -> Path:
    """What Roboflow exports: annotations beside the images, ids from 0 in each split."""
    return put(
        folder / "robo",
        {
            "train/_annotations.coco.json": coco((0, "a.jpg", 1, "{}"), (1, "b.jpg", 2, "{}")),
            "train/a.jpg": b"",
            "train/b.jpg": b"",
            "valid/_annotations.coco.json": coco((0, "a.jpg", 1, "{}")),
            "valid/a.jpg": b"",
            "README.roboflow.txt": "exported\n",
        },
    )


@pytest.mark.parametrize("form", [None, "coco", "coco-folder"])
def test_the_standard_folder_is_one_dataset_with_splits(tmp_path: Path, form: str | None) -> None:
    """Folder names are never classes; captions are named as not read."""
    table = read_table(standard(tmp_path), input_format=form)
    assert table.format == "coco-folder"
    assert table.columns.to_pydict() == {
        "id": ["11", "12", "21"],
        "image": ["train2017/1.jpg", "train2017/2.jpg", "val2017/3.jpg"],
        "x": ["1"] * 3,
        "y": ["2"] * 3,
        "width": ["3"] * 3,
        "height": ["4"] * 3,
        "label": ["cat", "dog", "dog"],
        "split": ["train", "train", "validation"],
    }
    left = [note.what.to("en") for note in table.notes if note.slug == "files-left-out"]
    assert "captions_train2017.json" in left[0]
    assert "1.jpg" not in left[0]


def test_ids_that_start_again_in_each_file_get_the_name_of_their_file(tmp_path: Path) -> None:
    """Roboflow numbers from 0 in each split; the same name in two splits is two images."""
    dataset = read_inputs(roboflow(tmp_path)).dataset
    assert dataset.ids.to_pylist() == [
        "train/_annotations.coco.json:0",
        "train/_annotations.coco.json:1",
        "valid/_annotations.coco.json:0",
    ]
    assert dataset.content.columns["image"].to_pylist() == ["train/a.jpg", "train/b.jpg", "valid/a.jpg"]
    assert dataset.splits is not None
    assert dataset.splits.names == ("train", "validation")
    assert dataset.classes == ("cat", "dog")


def test_masks_in_one_file_only_are_no_other_columns(tmp_path: Path) -> None:
    folder = standard(tmp_path)
    boxless = coco((21, "3.jpg", 2, '{"bbox": [], "segmentation": [[1, 1, 2, 2, 3, 1]]}'))
    put(folder, {"annotations/instances_val2017.json": boxless})
    assert read_table(folder).columns["mask"].to_pylist() == ["", "", "[[1, 1, 2, 2, 3, 1]]"]


def test_other_classes_in_another_file_are_refused_with_a_file_to_name(tmp_path: Path) -> None:
    """A number would mean two classes; the file that is offered can be read."""
    folder = standard(tmp_path)
    other = coco((21, "3.jpg", 1, "{}"), categories=[{"id": 1, "name": "dog"}])
    put(folder, {"annotations/instances_val2017.json": other})
    (problem,) = refusal(InputError, read_table, folder)
    assert problem.slug == "parts-differ"
    place = problem.fixes[0].to("en").split(": ", 1)[1]
    assert read_table(place).format == "coco"


def test_crowd_boxes_are_counted(tmp_path: Path) -> None:
    """One box over many objects is said, because its copies and its place mean something else."""
    path = tmp_path / "a.json"
    path.write_text(coco((1, "1.jpg", 1, '{"iscrowd": 1}'), (2, "1.jpg", 1, '{"iscrowd": 0}')))
    (note,) = (note for note in read_table(path).notes if note.slug == "format-partly")
    assert "1 crowd box" in " ".join(detail.to("en") for detail in note.details)


def test_a_folder_of_images_without_such_files_stays_one(tmp_path: Path) -> None:
    folder = put(tmp_path / "pets", {"cat/1.jpg": b"", "dog/2.jpg": b""})
    assert read_table(folder).format == "image-folder"


@pytest.mark.parametrize("place", ["labels.csv", "train/cat/1.json", "Anno/a.xml", "x.xlsx"])
def test_files_that_may_hold_labels_beside_images_are_warned_of(tmp_path: Path, place: str) -> None:
    """Never green as "no labels" or with names of folders where annotations stand beside the images."""
    folder = put(
        tmp_path / "pets", {"train/cat/1.jpg": b"", "train/dog/2.jpg": b"", place: "{}", "a.md": "x"}
    )
    table = read_table(folder, input_format="image-folder")
    (warning,) = (note for note in table.notes if note.slug == "annotations-not-read")
    assert warning.level == "warning"
    assert place in warning.what.to("en")
    assert "a.md" not in warning.what.to("en")


def test_nothing_is_warned_of_where_no_such_file_stands(tmp_path: Path) -> None:
    folder = put(tmp_path / "pets", {"cat/1.jpg": b"", "dog/2.jpg": b"", "README.md": "x"})
    assert "annotations-not-read" not in slugs(read_table(folder).notes)


def test_annotations_of_each_image_are_not_offered_as_a_dataset(tmp_path: Path) -> None:
    """XML beside the images (LabelImg): in a folder `Annotations` they are read, and so it is said."""
    xml = "<annotation><filename>1.jpg</filename><object><name>cat</name></object></annotation>"
    folder = put(tmp_path / "pets", {"1.jpg": b"", "1.xml": xml, "2.jpg": b"", "2.xml": xml})
    (warning,) = (note for note in read_table(folder).notes if note.slug == "annotations-not-read")
    assert "Annotations" in str(warning.fixes[0])
    (folder / "Annotations").mkdir()
    for name in ("1.xml", "2.xml"):
        (folder / name).rename(folder / "Annotations" / name)
    assert read_table(folder).format == "voc"
