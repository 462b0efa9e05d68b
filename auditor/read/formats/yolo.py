"""YOLO folders: `data.yaml` names the classes, `labels/*.txt` hold a box a line, `class cx cy w h`."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import Any

from auditor.errors import InputError
from auditor.read.encodings import encoding_of
from auditor.read.files import bytes_of_small, extra_missing, unreadable
from auditor.read.formats.boxes import IMAGE, POINTS, box_number, boxes_table
from auditor.read.formats.cells import Columns
from auditor.read.formats.folder_kinds import (
    IMAGES,
    having,
    is_yolo_label,
    nothing_of,
    split_of_folders,
    yolo_list,
)
from auditor.read.formats.oddities import Oddities
from auditor.read.formats.parts import SPLIT
from auditor.read.sources import Source
from auditor.read.tables import Skip, TextTable, table_reader
from auditor.wording import N_, say

BOX = ("x_center", "y_center", "width", "height")
"""The columns of a box, as the documentation of YOLO calls them: shares of the image's size."""
COLUMNS = ("id", IMAGE, "label", *BOX, POINTS, SPLIT)
MOST_YAML = 1 << 20
"""A larger list of classes is refused."""
MOST_TEXT = 64 << 20
"""A larger file of boxes is refused."""
NOT_A_NUMBER = N_("no class number")
UNKNOWN_CLASS = N_("a class number that the list of names does not have")
OTHER_FIELDS = N_("a line that is not: class, x, y, width, height")
OUTSIDE = N_("a box that is no numbers from 0 to 1")
NO_IMAGE = N_("a file of boxes without its image")


@dataclass(slots=True)
class _Rows:
    """The rows so far, column by column, and what looked odd."""

    names: Mapping[int, str]
    cells: Columns = field(default_factory=lambda: {name: [] for name in COLUMNS})
    odd: Oddities = field(default_factory=Oddities)


@table_reader("yolo", N_("YOLO folder"), looks_like=lambda source: yolo_list(source) is not None, folder=True)
def read_yolo(source: Source, sep: str | None, skip: Skip) -> TextTable:
    """A row for each box; the class names from `data.yaml`, the split from the folders.

    See `auditor.read.formats.boxes` for what is compared. Images are not opened.

    Raises:
        InputError: `format-unknown`, `no-annotations`, `extra-missing`, `encoding-unknown`,
            `file-unreadable`.
    """
    here = yolo_list(source)
    if here is None:
        fix = say(N_("a YOLO folder has data.yaml with names: and labels/*.txt"))
        raise InputError(nothing_of(source, "yolo", fix))
    rows = _Rows(names=_class_names(source, here))
    labels = [place for place in source.files if is_yolo_label(place)]
    images = having(source.files, IMAGES)
    image_of = {_key(place, "images"): place for place in images}
    for place in labels:
        key = _key(place, "labels")
        if images and key not in image_of:
            rows.odd.add(NO_IMAGE, place)
        _read_labels(source, place, image_of.get(key, "/".join(key)), rows)
    filled = set(rows.cells[IMAGE])
    return boxes_table(
        source,
        "yolo",
        rows.cells,
        BOX,
        skip,
        odd=rows.odd,
        without=[place for place in images if place not in filled],
        others=sorted(set(source.files) - {here, *labels, *images}),
        class_names={"label": tuple(rows.names.values())},
    )


def _key(place: str, folder: str) -> tuple[str, ...]:
    """A path without its last folder of this name and without its ending: equal for image and labels."""
    *parts, name = place.split("/")
    at = max((i for i, part in enumerate(parts) if part.lower() == folder), default=None)
    kept = parts if at is None else [*parts[:at], *parts[at + 1 :]]
    return (*kept, PurePosixPath(name).stem)


def _read_labels(source: Source, place: str, image: str, rows: _Rows) -> None:
    split = split_of_folders(place) or ""
    for number, line in enumerate(_lines(source, place), start=1):
        parts = line.split()
        if not parts:
            continue
        at = f"{place}:{number}"
        label = _label(parts[0], at, rows)
        if len(parts) != 1 + len(BOX):
            rows.odd.add(OTHER_FIELDS, at)
            cells = [""] * len(BOX), " ".join(parts[1:])
        else:
            if not all(map(_is_share, parts[1:])):
                rows.odd.add(OUTSIDE, at)
            cells = list(map(box_number, parts[1:])), ""
        row = (at, image, label, *cells[0], cells[1], split)
        for name, cell in zip(COLUMNS, row, strict=True):
            rows.cells[name].append(cell)


def _lines(source: Source, place: str) -> list[str]:
    path = source.path / place
    data = bytes_of_small(path, MOST_TEXT)
    return data.decode("ascii" if data.isascii() else encoding_of(path)).split("\n")


def _label(text: str, at: str, rows: _Rows) -> str:
    """The name of a class by its number; its number where it has no name, nothing where it is none."""
    number = _number(text)
    whole = int(number) if math.isfinite(number) else 0
    if whole != number:
        rows.odd.add(NOT_A_NUMBER, at)
        return ""
    if whole in rows.names:
        return rows.names[whole]
    rows.odd.add(UNKNOWN_CLASS, at)
    return f"#{whole}"


def _number(text: str) -> float:
    """A number as a YOLO tool writes it, NaN for anything else that Python takes for a number."""
    try:
        return float(text) if text.isascii() and "_" not in text else math.nan
    except ValueError:
        return math.nan


def _is_share(text: str) -> bool:
    return 0 <= _number(text) <= 1


def _class_names(source: Source, place: str) -> dict[int, str]:
    """Class number -> name, in the order of the numbers.

    Raises:
        InputError: `extra-missing` without PyYAML; `file-unreadable` for what is no list of names.
    """
    path = source.path / place
    data = bytes_of_small(path, MOST_YAML)
    try:
        found = _yaml(f"{source.name}/{place}", data)
    except (ValueError, RecursionError) as error:
        raise InputError(unreadable(path, error)) from error
    names = found.get("names") if isinstance(found, dict) else None
    if isinstance(names, list):
        names = {str(number): name for number, name in enumerate(names)}
    if not isinstance(names, dict) or not names or not all(_is_entry(*entry) for entry in names.items()):
        raise InputError(unreadable(path, ValueError("names is no list of class names")))
    numbered = {int(number): str(name) for number, name in names.items()}
    return dict(sorted(numbered.items()))


def _is_entry(number: Any, name: Any) -> bool:
    return isinstance(number, str) and number.isascii() and number.isdigit() and isinstance(name, str)


def _yaml(name: str, data: bytes) -> Any:
    """What YAML holds, every value a text, so that a class `no` does not become False."""
    try:
        import yaml
    except ImportError:
        raise InputError(extra_missing(name, "yolo")) from None
    try:
        return yaml.load(data, Loader=yaml.BaseLoader)  # noqa: S506 - safer than safe_load: texts only
    except yaml.YAMLError as error:
        raise ValueError(" ".join(str(error).split())) from error
