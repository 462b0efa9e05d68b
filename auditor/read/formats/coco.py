"""COCO: images with boxes, one row per annotation."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from auditor.errors import InputError, Problem
from auditor.read.formats.annotation_notes import no_annotations, not_read
from auditor.read.formats.boxes import box_number, boxes_audited, without_boxes
from auditor.read.formats.cells import Columns, another_format, table_of
from auditor.read.formats.records import (
    Record,
    document_of,
    encoding_of_file,
    objects_of,
)
from auditor.read.json_text import cell, plain, told
from auditor.read.sources import Source
from auditor.read.tables import Skip, TextTable, table_reader
from auditor.wording import N_, Text, say

LISTS = ("images", "annotations", "categories")
READ = frozenset({"id", "image_id", "category_id", "bbox", "segmentation", "iscrowd"})
"""The keys of an annotation that are read."""
BOX = ("x", "y", "width", "height")
"""The columns of a box: its left upper corner and its size."""


def is_coco(source: Source) -> bool:
    """Whether a file is a JSON object with the three lists of COCO."""
    return _is_coco(source.document)


@table_reader("coco", N_("COCO annotations"), looks_like=is_coco)
def read_coco(source: Source, sep: str | None, skip: Skip) -> TextTable:
    """A row per box, or per mask where there is no box; the classes are in the order of their numbers.

    See `auditor.read.formats.boxes` for what is compared. Images are not opened.

    Raises:
        InputError: `not-this-format`, `json-no-table`, `no-annotations`, `references-ambiguous`,
            `json-too-deep`, `file-unreadable`; else as `document_of`.
    """
    return coco_table(source, coco_file(source), skip)


@dataclass(frozen=True, slots=True, kw_only=True)
class CocoFile:
    """What a COCO file holds, a cell for each box in each column."""

    columns: Columns
    classes: tuple[str, ...]
    """Names of all categories, in the order of their numbers."""
    notes: tuple[Problem, ...]


def coco_file(source: Source) -> CocoFile:
    """The boxes of one file.

    Raises:
        InputError: as `read_coco`.
    """
    document = document_of(source)
    if not _is_coco(document):
        why = say(N_("it has no lists images, annotations and categories"))
        raise InputError(another_format(source.name, why))
    images, annotations, categories = (objects_of(source.name, document[name]) for name in LISTS)
    if not annotations:
        raise InputError(no_annotations(source.name))
    with told(source.name):
        files = _by_id(source.name, images, "file_name")
        names = _class_names(_by_id(source.name, categories, "name"))
        columns = _columns(annotations, files, names)
        notes = _notes(source.name, annotations, files, names)
    notes = [*encoding_of_file(source), *notes]
    return CocoFile(columns=columns, classes=tuple(names.values()), notes=tuple(notes))


def coco_table(source: Source, file: CocoFile, skip: Skip) -> TextTable:
    """The boxes of one file as a table.

    Raises:
        InputError: as `table_of`.
    """
    ids = ("id",) if "id" in file.columns else ()
    content = tuple(name for name in file.columns if name in {"image", *BOX, "mask"})
    return table_of(
        source,
        "coco",
        file.columns,
        skip,
        notes=file.notes,
        roles={"id": ids, "label": ("label",), "features": content},
        class_names={"label": file.classes},
    )


def _is_coco(document: Any) -> bool:
    return isinstance(document, dict) and all(isinstance(document.get(name), list) for name in LISTS)


def _by_id(file: str, objects: Sequence[Record], value: str) -> dict[str, str]:
    """Number -> a value of the images or categories.

    Raises:
        InputError: `references-ambiguous` where a number stands for two different ones.
    """
    found: dict[str, str] = {}
    for one in objects:
        number, text = cell(one.get("id")), cell(one.get(value))
        if found.setdefault(number, text) != text:
            raise InputError(_ambiguous(file, number, found[number], text))
    return found


def _class_names(found: Mapping[str, str]) -> dict[str, str]:
    """Number -> name, in the order of the numbers; a name that stands twice is told apart by its number."""
    count = Counter(found.values())
    names = {key: name if name and count[name] == 1 else f"{name} ({key})" for key, name in found.items()}
    return {key: names[key] for key in sorted(names, key=_order)}


def _order(number: str) -> tuple[bool, int, str]:
    """Numbers by their value, then what is none."""
    if not (number.isascii() and number.isdigit()):
        return True, 0, number
    digits = number.lstrip("0")
    return False, len(digits), digits


def _columns(annotations: Sequence[Record], files: Mapping[str, str], names: Mapping[str, str]) -> Columns:
    images = [cell(annotation.get("image_id")) for annotation in annotations]
    boxes = [_box(annotation) for annotation in annotations]
    masks = [
        "" if any(box) else cell(annotation.get("segmentation"))
        for annotation, box in zip(annotations, boxes, strict=True)
    ]
    ids = [cell(annotation.get("id")) for annotation in annotations]
    return {
        **({"id": ids} if any(ids) else {}),
        "image": [files.get(image) or image for image in images],
        **{name: [box[at] for box in boxes] for at, name in enumerate(BOX)},
        **({"mask": masks} if any(masks) else {}),
        "label": [names.get(cell(annotation.get("category_id")), "") for annotation in annotations],
    }


def _box(annotation: Record) -> tuple[str, ...]:
    box = annotation.get("bbox")
    if not isinstance(box, list) or len(box) != len(BOX):
        return ("",) * len(BOX)
    return tuple(box_number(cell(part)) for part in box)


def _notes(
    file: str, annotations: Sequence[Record], files: Mapping[str, str], names: Mapping[str, str]
) -> list[Problem]:
    no_image = sum(1 for annotation in annotations if cell(annotation.get("image_id")) not in files)
    no_class = sum(1 for annotation in annotations if cell(annotation.get("category_id")) not in names)
    used = {cell(annotation.get("image_id")) for annotation in annotations}
    empty = [plain(image) for number, image in files.items() if number not in used]
    others = dict.fromkeys(key for annotation in annotations for key in annotation if key not in READ)
    crowds = sum(1 for annotation in annotations if cell(annotation.get("iscrowd")) in {"1", "True"})
    out = [boxes_audited(file, (*_crowds(crowds), *not_read(others))), *without_boxes(file, empty)]
    return [*out, _broken(file, no_image, no_class)] if no_image or no_class else out


def _crowds(n: int) -> tuple[Text, ...]:
    if not n:
        return ()
    what = say(
        N_("{n:,} crowd box (iscrowd) stands for many objects at once and was read as one row"),
        N_("{n:,} crowd boxes (iscrowd) stand for many objects at once and were read as one row each"),
        n=n,
    )
    return (what,)


def _ambiguous(file: str, number: str, one: str, other: str) -> Problem:
    return Problem(
        slug="references-ambiguous",
        what=say(
            N_("{file}: the id {id} stands for {one} and for {other}"),
            file=file,
            id=plain(number),
            one=plain(one),
            other=plain(other),
        ),
        fixes=(say(N_("give each image and each category an id of its own")),),
    )


def _broken(file: str, no_image: int, no_class: int) -> Problem:
    return Problem(
        slug="references-broken",
        what=say(
            N_("{file}: annotations name an image ({n:,}) or a category ({m:,}) that the file does not list"),
            file=file,
            n=no_image,
            m=no_class,
        ),
        details=(say(N_("without a category they have no label")),),
        level="warning",
    )
