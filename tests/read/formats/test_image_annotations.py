"""COCO and UFO: boxes and words in images as rows."""

from __future__ import annotations

import json
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
from audit_inputs import refusal, slugs
from examples_json import COCO, UFO

from auditor.errors import InputError
from auditor.read.dataset import read_inputs
from auditor.read.tables import TextTable, read_table
from auditor.similar.content import ContentIndex


def written(folder: Path, content: Any) -> Path:
    path = folder / "data.json"
    path.write_text(json.dumps(content), encoding="utf-8")
    return path


def coco(*annotations: dict[str, Any], **changed: Any) -> dict[str, Any]:
    """The example with other annotations: each on image 37777 with an id of its own, unless it says."""
    whole = [
        {"id": at, "image_id": 37777, "category_id": 1, "bbox": [1, 2, 3, 4], **one}
        for at, one in enumerate(annotations)
    ]
    return {**deepcopy(COCO), "annotations": whole, **changed}


def said(table: TextTable, slug: str) -> str:
    (found,) = (note for note in table.notes if note.slug == slug)
    return " | ".join(map(str, (found.what, *found.details)))


# COCO


def test_classes_stand_in_the_order_of_their_numbers_and_none_is_lost(tmp_path: Path) -> None:
    """1 person, 2 bicycle (without a box), 44 bottle: by number, not by text, not by place."""
    changed = deepcopy(COCO)
    changed["categories"].append({"supercategory": "x", "id": 10, "name": "fire hydrant"})  # type: ignore[attr-defined]
    assert read_inputs(written(tmp_path, changed)).dataset.classes == (
        "person",
        "bicycle",
        "fire hydrant",
        "bottle",
    )


def test_equal_boxes_of_one_image_are_copies_and_other_classes_a_conflict(tmp_path: Path) -> None:
    """The same numbers in another image are another box."""
    boxes = coco(
        {"category_id": 1},
        {"category_id": 44},
        {"image_id": 397133},
        {"bbox": [1, 2, 3, 5]},
        {"category_id": 1},
    )
    index = ContentIndex(read_inputs(written(tmp_path, boxes)).dataset)
    assert [list(rows) for rows in index.groups.members] == [[0, 1, 4]]
    assert index.conflicts == {0: {"person": 2, "bottle": 1}}
    assert index.groups.enough.tolist() == [True], "a box says enough to settle a conflict"


def test_one_number_in_two_writings_is_one_place(tmp_path: Path) -> None:
    """1 and 1.0; the cells show the shorter."""
    table = read_table(written(tmp_path, coco({}, {"bbox": [1.0, 2, 3, 4.50]})))
    assert table.columns["x"].to_pylist() == ["1", "1"]
    assert table.columns["height"].to_pylist() == ["4", "4.5"]


def test_what_is_audited_of_boxes_and_what_is_not_is_said(tmp_path: Path) -> None:
    table = read_table(written(tmp_path, coco({}, {"area": 1, "iscrowd": 0})))
    assert said(table, "format-partly") == (
        "data.json: boxes: classes and copies are audited; positions and missing boxes are not"
        " | not read: area"
    )
    assert "1 image has no box and no row: 000000397133.jpg" in said(table, "images-without-boxes")


def test_annotations_of_unknown_images_and_categories_are_counted(tmp_path: Path) -> None:
    """They keep their rows; without a category there is no label."""
    table = read_table(
        written(tmp_path, coco({}, {"image_id": 5}, {"category_id": 99}, {"category_id": None}))
    )
    assert table.columns["label"].to_pylist() == ["person", "person", "", ""]
    assert table.columns["image"].to_pylist() == ["000000037777.jpg", "5", *["000000037777.jpg"] * 2]
    assert said(table, "references-broken").startswith(
        "data.json: annotations name an image (1) or a category (2) that the file does not list"
    )


def test_masks_without_a_box_are_read(tmp_path: Path) -> None:
    """Polygons and run lengths as they are written."""
    polygon, lengths = [[1, 2.5, 3, 4]], {"counts": [3, 1], "size": [2, 2]}
    masks = coco({"segmentation": polygon}, {"segmentation": polygon}, {"segmentation": lengths})
    for annotation in masks["annotations"][1:]:
        del annotation["bbox"]
    table = read_table(written(tmp_path, masks))
    assert table.columns["mask"].to_pylist() == ["", "[[1, 2.5, 3, 4]]", '{"counts": [3, 1], "size": [2, 2]}']
    assert table.columns["x"].to_pylist() == ["1", "", ""]
    assert table.roles["features"] == ("image", "x", "y", "width", "height", "mask")


def test_categories_of_one_name_are_told_apart(tmp_path: Path) -> None:
    categories = [{"id": 1, "name": "cup"}, {"id": 2, "name": "cup"}]
    table = read_table(written(tmp_path, coco({}, {"category_id": 2}, categories=categories)))
    assert table.columns["label"].to_pylist() == ["cup (1)", "cup (2)"]


def test_annotations_without_ids_are_rows_without_ids(tmp_path: Path) -> None:
    boxes = coco({}, {"category_id": 44})
    for annotation in boxes["annotations"]:
        del annotation["id"]
    dataset = read_inputs(written(tmp_path, boxes)).dataset
    assert (dataset.has_ids, len(dataset)) == (False, 2)


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"annotations": []}, "no-annotations"),
        ({"annotations": [1]}, "json-no-table"),
        ({"images": ["a"]}, "json-no-table"),
        ({"categories": [[]]}, "json-no-table"),
        ({"categories": [{"id": 1, "name": "a"}, {"id": 1, "name": "b"}]}, "references-ambiguous"),
        ({"images": [{"id": 1, "file_name": "a"}, {"id": 1, "file_name": "b"}]}, "references-ambiguous"),
    ],
)
def test_lists_of_something_else_are_refused(tmp_path: Path, changed: dict[str, Any], code: str) -> None:
    path = written(tmp_path, {**coco({}), **changed})
    assert slugs(refusal(InputError, read_table, path)) == [code]


def test_captions_are_no_boxes(tmp_path: Path) -> None:
    """captions_val2017.json has no categories, and two lists that could be the table."""
    captions = {name: part for name, part in COCO.items() if name not in {"categories", "info", "licenses"}}
    path = written(tmp_path, captions)
    assert slugs(refusal(InputError, read_table, path)) == ["json-several-tables"]


# UFO


def test_words_have_no_classes_and_copies_are_words_at_one_place(tmp_path: Path) -> None:
    """Many words rightly stand in many places; nothing asks for a label."""
    words = deepcopy(UFO)
    image = words["images"]["img_1001.jpg"]
    image["words"]["0003"] = image["words"]["0001"]
    image["words"]["0004"] = {**image["words"]["0001"], "points": [[0, 0]]}
    words["images"]["img_1002.jpg"] = {"words": {"0001": image["words"]["0001"]}, "img_w": 1, "img_h": 1}  # type: ignore[typeddict-item]
    words["images"]["img_1003.jpg"] = {"words": {}, "img_w": 1, "img_h": 1}  # type: ignore[typeddict-item]
    path = written(tmp_path, words)
    dataset = read_inputs(path).dataset
    rows = dict(zip(dataset.ids.to_pylist(), dataset.content.columns.to_pylist(), strict=True))
    same = [name for name, row in rows.items() if row == rows["img_1001.jpg#0001"]]
    assert same == ["img_1001.jpg#0001", "img_1001.jpg#0003"]
    assert dataset.roles.get("label", ()) == ()
    assert said(read_table(path), "format-partly") == (
        "data.json: words: copies at one place are audited; transcriptions and positions are not"
        " | a row is a word; 1 image without one gives no row"
        " | not read: paragraphs, chars, img_w, img_h, tags, relations, annotation_log, license_tag"
    )


def test_words_that_lack_a_key_are_counted(tmp_path: Path) -> None:
    words = {"images": {"a.jpg": {"words": {"1": {"transcription": "x", "points": []}, "2": {"points": []}}}}}
    table = read_table(written(tmp_path, words))
    assert "rows without it: transcription (1)" in said(table, "keys-missing")


@pytest.mark.parametrize(
    ("content", "code"),
    [
        ({"images": {"a.jpg": {"words": {}}}}, "no-annotations"),
        ({"images": {}}, "not-this-format"),
        ({"images": {"a.jpg": {"words": {"1": "x"}}}}, "not-this-format"),
        ({"images": {"a.jpg": {}}}, "not-this-format"),
        ([], "not-this-format"),
    ],
)
def test_what_holds_no_words_is_refused(tmp_path: Path, content: Any, code: str) -> None:
    path = written(tmp_path, content)
    assert slugs(refusal(InputError, read_table, path, input_format="ufo")) == [code]


def test_a_word_with_keys_of_our_own_keeps_both(tmp_path: Path) -> None:
    words = {"images": {"a.jpg": {"words": {"1": {"id": "mine", "image": "other", "transcription": "x"}}}}}
    assert read_table(written(tmp_path, words)).columns.to_pylist() == [
        {"id": "a.jpg#1", "image": "a.jpg", "_data_id": "mine", "_data_image": "other", "transcription": "x"}
    ]
