"""Folders of boxes: YOLO and Pascal VOC."""

from __future__ import annotations

import sys
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import pytest
from audit_inputs import refusal, slugs
from examples_folders import put, voc_object, voc_xml
from hypothesis import given, settings
from hypothesis import strategies as st

from auditor.errors import AuditorError, InputError, Problem
from auditor.read.dataset import read_inputs
from auditor.read.formats import voc, yolo
from auditor.read.formats.boxes import box_number
from auditor.read.tables import TextTable, read_table
from auditor.similar.content import ContentIndex

NAMES = "names: [cat, dog]\n"
BOX = "0 0.5 0.5 0.1 0.1\n"


def the(table: TextTable, slug: str) -> Problem:
    """The only note of a code."""
    (note,) = [note for note in table.notes if note.slug == slug]
    return note


def details(note: Problem) -> list[str]:
    """What a note says below its first line."""
    return [str(detail) for detail in note.details]


def copies(folder: Path) -> list[list[str]]:
    """The ids of rows whose content is the same, group by group."""
    dataset = read_inputs(folder).dataset
    ids = dataset.ids.to_pylist()
    return [[ids[row] for row in rows] for rows in ContentIndex(dataset).groups.members]


# Both: the policy of COCO


def yolo_folder(folder: Path) -> Path:
    """One box four times in two writings, twice in one image; the last of an image of another split."""
    files = {
        "data.yaml": NAMES,
        "train/images/a.jpg": b"",
        "train/labels/a.txt": "0 0.5 0.5 0.1 0.1\n1 0.50 .5 1e-1 0.1\n0 0.5 0.5 0.1 0.2\n",
        "train/labels/b.txt": BOX,
        "valid/labels/a.txt": BOX,
        "valid/labels/b.txt": BOX,
    }
    return put(folder, files)


def voc_folder(folder: Path) -> Path:
    """The same with corners."""
    twice = voc_object("cat", (1, 2, 3, 4)) + voc_object("dog", (1, 2, 3, 4)).replace(">1<", ">1.00<")
    files = {
        "train/Annotations/a.xml": voc_xml("a.jpg", twice, voc_object("cat", (1, 2, 3, 5))),
        "train/Annotations/b.xml": voc_xml("b.jpg", voc_object("cat", (1, 2, 3, 4))),
        "valid/Annotations/a.xml": voc_xml("a.jpg", voc_object("cat", (1, 2, 3, 4))),
    }
    return put(folder, files)


@pytest.mark.parametrize(
    ("make", "pair"),
    [
        (yolo_folder, ["train/labels/a.txt:1", "train/labels/a.txt:2"]),
        (voc_folder, ["train/Annotations/a.xml:1", "train/Annotations/a.xml:2"]),
    ],
)
def test_one_box_twice_in_one_image_is_a_conflict_where_its_classes_differ(
    tmp_path: Path, make: Callable[[Path], Path], pair: list[str]
) -> None:
    """0.5 and 0.50 are one place. The same numbers in another image, also of its name, are another box."""
    folder = make(tmp_path)
    assert copies(folder) == [pair]
    index = ContentIndex(read_inputs(folder).dataset)
    assert index.conflicts == {0: {"cat": 1, "dog": 1}}
    assert index.groups.enough.tolist() == [True], "a box says enough to settle a conflict"
    assert str(the(read_table(folder), "format-partly").what).endswith(
        "boxes: classes and copies are audited; positions and missing boxes are not"
    )


@pytest.mark.parametrize(
    "files",
    [
        {"data.yaml": NAMES, "labels/a.txt": ""},
        {"Annotations/1.xml": voc_xml("1.jpg")},
    ],
)
def test_a_folder_without_a_box_is_refused_as_a_file_without_one(
    tmp_path: Path, files: dict[str, str]
) -> None:
    assert slugs(refusal(InputError, read_table, put(tmp_path, files))) == ["no-annotations"]


@pytest.mark.parametrize("text", ["0.1", "100", "-3", "0.000001", "1" * 40, "0." + "1" * 40])
def test_no_digit_of_a_coordinate_is_lost(text: str) -> None:
    assert box_number(text) == text


@given(st.decimals(allow_nan=False, allow_infinity=False, places=6, min_value=-9999, max_value=9999))
def test_a_coordinate_is_the_same_in_every_writing(number: Decimal) -> None:
    written = {f"{number}", f"{number:f}0", f"{number:.12e}", f"{number:+f}"}
    shown = {box_number(text) for text in written}
    assert len(shown) == 1
    assert Decimal(shown.pop()) == number


# YOLO


@pytest.mark.parametrize(
    ("names", "classes"),
    [
        ("names: [cat, dog]", ("cat", "dog")),
        ("names:\n- cat\n- dog\n", ("cat", "dog")),
        ("names:\n  1: dog\n  0: cat\n", ("cat", "dog")),
        ("names:\n  10: dog\n  9: cat\n", ("cat", "dog")),
        # every name is the text that was written: no is not False, 007 is not 7
        ("names: [no, 007]", ("no", "007")),
        ("names: [null, 1e5]", ("null", "1e5")),
        ("names: [고양이, 개]", ("고양이", "개")),
    ],
)
def test_class_names_are_a_list_or_numbered(tmp_path: Path, names: str, classes: tuple[str, ...]) -> None:
    first, second = (10, 9) if "10:" in names else (1, 0)
    labels = f"{first} 0.5 0.5 0.1 0.1\n{second} 0.5 0.5 0.1 0.1\n"
    put(tmp_path, {"data.yaml": names + "\n", "labels/a.txt": labels})
    read = read_inputs(tmp_path).dataset
    assert read.classes == classes
    assert [read.labels.text_of(row) for row in range(2)] == [classes[1], classes[0]]


@pytest.mark.parametrize(
    "content",
    [
        "names: cat\n",
        "names: []\n",
        "names: [[cat]]\n",
        "names: {a: cat}\n",
        "names:\n  0: [cat]\n",
        "names: [cat\n",
        "a: &a [x, x]\nb: &b [*a, *a]\nnames: [*b, *b]\n",
        "names: " + "[" * 5_000 + "\n",
        "names: [cat]\n#" + "x" * (1 << 20),
    ],
)
def test_names_that_are_no_texts_are_refused(tmp_path: Path, content: str) -> None:
    """Nothing in YAML is unfolded."""
    put(tmp_path, {"data.yaml": content, "labels/a.txt": BOX})
    assert slugs(refusal(InputError, read_table, tmp_path)) == ["file-unreadable"]


def test_nothing_in_yaml_is_run(tmp_path: Path) -> None:
    """What names a function of Python is the text behind it."""
    mark = tmp_path / "pwned"
    content = f"names: !!python/object/apply:os.system ['touch {mark}']\n"
    put(tmp_path, {"data.yaml": content, "labels/a.txt": BOX})
    assert read_table(tmp_path).class_names == {"label": (f"touch {mark}",)}
    assert not mark.exists()


def test_without_a_yaml_reader_the_package_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "yaml", None)
    put(tmp_path, {"data.yaml": NAMES, "labels/a.txt": BOX})
    (problem,) = refusal(InputError, read_table, tmp_path)
    assert problem.slug == "extra-missing"
    assert str(problem.fixes[0]) == 'pip install "dataset-auditor[yolo]"'


def test_odd_lines_are_kept_counted_and_named(tmp_path: Path) -> None:
    lines = [
        "0 0.5 0.5 0.1 0.1",
        "0 0.5 0.5 1.5 0.1",  # outside
        "",
        "7 0.5 0.5 0.1 0.1",  # no such class
        "1 0.1 0.1 0.2 0.2 0.3 0.3",  # a polygon
        "x 0.5 0.5 0.1 0.1",
        "1.0 0.5 nan 0.1 0.1",
        "1_0 0.5 0.5 0.1 0.1",
    ]
    put(tmp_path, {"data.yaml": NAMES, "labels/a.txt": "\r\n".join(lines)})
    table = read_table(tmp_path)
    assert table.columns["label"].to_pylist() == ["cat", "cat", "#7", "dog", "", "dog", ""]
    assert table.columns["id"].to_pylist()[2] == "labels/a.txt:4"
    assert details(the(table, "annotations-odd")) == [
        "a box that is no numbers from 0 to 1: 2, e.g. labels/a.txt:2, labels/a.txt:7",
        "a class number that the list of names does not have: 1, e.g. labels/a.txt:4",
        "a line that is not: class, x, y, width, height: 1, e.g. labels/a.txt:5",
        "no class number: 2, e.g. labels/a.txt:6, labels/a.txt:8",
    ]


def test_images_and_labels_are_paired_in_both_layouts(tmp_path: Path) -> None:
    """`images/train/a.jpg` with `labels/train/a.txt`, or `train/images`, `train/labels` (Roboflow)."""
    files = {
        "data.yaml": NAMES,
        "images/train/a.jpg": b"",
        "labels/train/a.txt": BOX,
        "valid/images/b.png": b"",
        "valid/labels/b.txt": BOX,
        "valid/images/background.png": b"",
        "labels/train/c.txt": BOX,
        "labels/train/empty.txt": b"",
        "images/train/empty.jpg": b"",
        "labels/classes.txt": "cat\ndog\n",
    }
    table = read_table(put(tmp_path, files))
    assert table.columns["image"].to_pylist() == ["images/train/a.jpg", "train/c", "valid/images/b.png"]
    assert table.columns["split"].to_pylist() == ["train", "train", "validation"]
    without = str(the(table, "images-without-boxes").what)
    assert "2 images" in without and "background.png" in without and "empty.jpg" in without
    assert details(the(table, "annotations-odd")) == [
        "a file of boxes without its image: 1, e.g. labels/train/c.txt"
    ]
    assert "labels/classes.txt" in str(the(table, "files-left-out").what)


def test_shapes_that_are_no_boxes_are_compared_point_by_point(tmp_path: Path) -> None:
    """A polygon twice in one image; the columns of a box stay empty."""
    polygon = "0 0.1 0.1 0.2 0.2 0.3 0.3\n"
    put(tmp_path, {"data.yaml": NAMES, "labels/a.txt": polygon * 2 + BOX, "labels/b.txt": polygon})
    table = read_table(tmp_path)
    assert table.columns["points"].to_pylist()[2:] == ["", "0.1 0.1 0.2 0.2 0.3 0.3"]
    assert table.columns["width"].to_pylist() == ["", "", "0.1", ""]
    assert copies(tmp_path) == [["labels/a.txt:1", "labels/a.txt:2"]]


# Pascal VOC

LAUGHS = (
    '<!DOCTYPE a [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">]>'
    "<annotation><filename>&b;</filename></annotation>"
)
OUTSIDE = (
    '<!DOCTYPE a [<!ENTITY a SYSTEM "file:///etc/passwd">]><annotation><filename>&a;</filename></annotation>'
)


@pytest.mark.parametrize("content", [LAUGHS, OUTSIDE, "<!DOCTYPE annotation><annotation/>"])
def test_declarations_in_xml_are_refused(tmp_path: Path, content: str) -> None:
    put(tmp_path, {"Annotations/1.xml": content, "Annotations/2.xml": voc_xml("2.jpg")})
    (problem,) = refusal(InputError, read_table, tmp_path)
    assert problem.slug == "xml-refused"
    assert "1.xml" in str(problem.what)


@pytest.mark.parametrize(
    "content", ["<annotation>", "<annotation></b>", "<annotation/>x", "<annotation>\0</annotation>"]
)
def test_xml_that_is_none_is_refused(tmp_path: Path, content: str) -> None:
    put(tmp_path, {"Annotations/1.xml": content})
    assert slugs(refusal(InputError, read_table, tmp_path)) == ["file-unreadable"]


def test_large_xml_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(voc, "MOST_XML", 100)
    put(tmp_path, {"Annotations/1.xml": voc_xml("1.jpg", voc_object("cat", (1, 2, 3, 4)))})
    assert slugs(refusal(InputError, read_table, tmp_path)) == ["file-unreadable"]


def test_a_large_file_of_boxes_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(yolo, "MOST_TEXT", 10)
    put(tmp_path, {"data.yaml": NAMES, "labels/a.txt": BOX})
    assert slugs(refusal(InputError, read_table, tmp_path)) == ["file-unreadable"]


def test_odd_objects_are_kept_counted_and_named(tmp_path: Path) -> None:
    objects = [
        voc_object("cat", (1, 1, 500, 375)),
        voc_object("cat", (1, 1, 501, 375)),
        voc_object("dog", (9, 9, 9, 20)),
        "<object><name>dog</name></object>",
        "<object><bndbox><xmin>1</xmin><ymin>1</ymin><xmax>2.5</xmax><ymax>2</ymax></bndbox>"
        "<part><name>head</name></part></object>",
    ]
    put(tmp_path, {"Annotations/1.xml": voc_xml("1.jpg", *objects)})
    table = read_table(tmp_path)
    assert table.columns["label"].to_pylist() == ["cat", "cat", "dog", "dog", ""]
    assert table.columns["xmax"].to_pylist()[3:] == ["", "2.5"]
    assert details(the(table, "annotations-odd")) == [
        "a box that leaves its image: 1, e.g. Annotations/1.xml:2",
        "a box without width or height: 1, e.g. Annotations/1.xml:3",
        "an object without a box of four numbers: 1, e.g. Annotations/1.xml:4",
        "an object without a name: 1, e.g. Annotations/1.xml:5",
    ]


def test_images_without_objects_and_other_xml_are_counted(tmp_path: Path) -> None:
    files = {
        "Annotations/1.xml": voc_xml("1.jpg", voc_object("cat", (1, 2, 3, 4))),
        "Annotations/2.xml": voc_xml("2.jpg"),
        "Annotations/x.xml": "<other/>",
        "JPEGImages/1.jpg": b"",
        "JPEGImages/3.jpg": b"",
        "ImageSets/Main/cat_train.txt": "1  1\n",
    }
    table = read_table(put(tmp_path, files))
    assert "Annotations/2.xml, JPEGImages/3.jpg" in str(the(table, "images-without-boxes").what)
    assert "Annotations/x.xml, ImageSets/Main/cat_train.txt" in str(the(table, "files-left-out").what)


def test_a_folder_that_is_voc_and_yolo_is_of_two_kinds(tmp_path: Path) -> None:
    put(tmp_path, {"data.yaml": NAMES, "labels/a.txt": BOX, "Annotations/a.xml": voc_xml("a.jpg")})
    assert slugs(refusal(InputError, read_table, tmp_path)) == ["format-ambiguous"]


NAMES_OF_CLASSES = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=8).map(
    str.strip
)


@given(name=NAMES_OF_CLASSES.filter(bool))
@settings(max_examples=80)
def test_any_class_name_survives_xml(tmp_path_factory: pytest.TempPathFactory, name: str) -> None:
    """Written by the library's own escape."""
    from xml.sax.saxutils import escape

    content = voc_xml("1.jpg", voc_object(escape(name), (1, 2, 3, 4)))
    folder = put(tmp_path_factory.mktemp("any"), {"Annotations/1.xml": content})
    assert read_table(folder).columns["label"].to_pylist() == [name]


@given(
    content=st.binary(max_size=60) | st.text(max_size=40).map(lambda text: text.encode("utf-8", "replace"))
)
@settings(max_examples=150)
def test_any_bytes_end_in_a_code_or_are_read(
    tmp_path_factory: pytest.TempPathFactory, content: bytes
) -> None:
    """As a file of boxes, as the list of classes, as an annotation."""
    good = {"data.yaml": NAMES.encode(), "labels/a.txt": BOX.encode()}
    for changed in ({"labels/a.txt": content}, {"data.yaml": b"names: " + content}):
        _read_or_refused(put(tmp_path_factory.mktemp("yolo"), {**good, **changed}))
    files = {"Annotations/1.xml": b"<annotation>" + content + b"</annotation>"}
    _read_or_refused(put(tmp_path_factory.mktemp("voc"), files))


def _read_or_refused(folder: Path) -> None:
    try:
        read_table(folder)
    except AuditorError as error:
        assert all(problem.slug and str(problem.what) for problem in error.problems)


def test_voc_lists_of_images_tell_the_split(tmp_path: Path) -> None:
    """`ImageSets/Main/train.txt`; the lists of single classes and `trainval.txt` are not these."""
    xml = voc_xml("1.jpg", voc_object("cat", (1, 2, 3, 4)))
    names = {f"VOC2007/Annotations/{name}.xml": xml for name in ("000001", "000002", "000003", "000004")}
    folder = put(
        tmp_path / "VOCdevkit",
        {
            **names,
            "VOC2007/ImageSets/Main/train.txt": "000001\n",
            "VOC2007/ImageSets/Main/val.txt": "000002\r\n",
            "VOC2007/ImageSets/Main/test.txt": "000003  1\n",
            "VOC2007/ImageSets/Main/trainval.txt": "000004\n",
            "VOC2007/ImageSets/Main/cat_train.txt": "000004  1\n",
        },
    )
    assert read_table(folder).columns["split"].to_pylist() == ["train", "validation", "test", ""]
