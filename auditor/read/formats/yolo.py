"""YOLO folders: `data.yaml` names the classes, `labels/*.txt` hold a box a line, `class cx cy w h`."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import Any

import pyarrow as pa

from auditor.errors import InputError, Problem
from auditor.read.encodings import encoding_of
from auditor.read.files import unreadable
from auditor.read.formats.folder_kinds import IMAGES, having, is_yolo_label, split_in, yolo_list
from auditor.read.formats.oddities import Oddities, boxes_not_compared, without_boxes
from auditor.read.formats.parts import SPLIT
from auditor.read.listing import left_out
from auditor.read.sources import Source
from auditor.read.tables import Skip, TextTable, read_and_skipped, table_reader
from auditor.wording import N_, say

COLUMNS = ("id", "image", "label", "box", SPLIT)
MOST_YAML = 1 << 20
MOST_TEXT = 64 << 20
"""A larger file of boxes is refused."""
FIELDS = 5
NOT_A_NUMBER = N_("no class number")
UNKNOWN_CLASS = N_("a class number that the list of names does not have")
OTHER_FIELDS = N_("a line that is not: class, x, y, width, height")
OUTSIDE = N_("a box that is no numbers from 0 to 1")
NO_IMAGE = N_("a file of boxes without its image")


@dataclass(slots=True)
class _Rows:
    """The rows so far, column by column, and what looked odd."""

    names: Mapping[int, str]
    cells: dict[str, list[str]] = field(default_factory=lambda: {name: [] for name in COLUMNS})
    odd: Oddities = field(default_factory=Oddities)

    def add(self, **row: str) -> None:
        for name, cell in row.items():
            self.cells[name].append(cell)


@table_reader("yolo", N_("YOLO folder"), looks_like=lambda source: yolo_list(source) is not None, folder=True)
def read_yolo(source: Source, sep: str | None, skip: Skip) -> TextTable:
    """A row for each box; the class names from `data.yaml`, the split from the folders."""
    here = yolo_list(source)
    if here is None:
        raise InputError(_not_yolo(source))
    names = _class_names(source, here)
    rows = _Rows(names=names)
    labels = [place for place in source.files if is_yolo_label(place)]
    images = having(source.files, IMAGES)
    image_of = {_key(place, "images"): place for place in images}
    for place in labels:
        image = image_of.get(_key(place, "labels"), "")
        if images and not image:
            rows.odd.add(NO_IMAGE, place)
        _read_labels(source, place, image, rows)
    wanted, skipped = read_and_skipped(source.name, _used(rows), skip)
    others = sorted(set(source.files) - {here, *labels, *images})
    filled = set(rows.cells["image"])
    return TextTable(
        columns=pa.table({name: pa.array(rows.cells[name], pa.string()) for name in wanted}),
        format="yolo",
        notes=(
            boxes_not_compared(source.name),
            *rows.odd.warning(source.name),
            *without_boxes(source.name, [place for place in images if place not in filled]),
            *left_out(source.name, others, source.listing.hidden),
        ),
        class_names={"label": tuple(names.values())},
        skipped=skipped,
        roles=roles_of_boxes(wanted),
        compared=False,
    )


def roles_of_boxes(columns: list[str]) -> dict[str, tuple[str, ...]]:
    """The roles of the columns of a dataset of boxes."""
    roles = {"id": ("id",), "label": ("label",), "features": ("image", "box"), "split": (SPLIT,)}
    return {role: names for role, names in roles.items() if set(names) <= set(columns)}


def _used(rows: _Rows) -> list[str]:
    """The columns that say something: no split where no folder is one."""
    return [name for name in COLUMNS if name != SPLIT or any(rows.cells[SPLIT])]


def _key(place: str, folder: str) -> tuple[str, ...]:
    """A path without its last folder of this name and without its ending: equal for image and labels."""
    *parts, name = place.split("/")
    at = max((i for i, part in enumerate(parts) if part.lower() == folder), default=None)
    kept = parts if at is None else [*parts[:at], *parts[at + 1 :]]
    return (*kept, PurePosixPath(name).stem)


def _split(place: str) -> str:
    kinds = {kind for part in place.split("/")[:-1] if (kind := split_in(part))}
    return kinds.pop() if len(kinds) == 1 else ""


def _read_labels(source: Source, place: str, image: str, rows: _Rows) -> None:
    split = _split(place)
    for number, line in enumerate(_lines(source, place), start=1):
        parts = line.split()
        if not parts:
            continue
        at = f"{place}:{number}"
        label = _label(parts[0], at, rows)
        if len(parts) != FIELDS:
            rows.odd.add(OTHER_FIELDS, at)
        elif not all(_is_share(part) for part in parts[1:]):
            rows.odd.add(OUTSIDE, at)
        stem = image or PurePosixPath(place).stem
        rows.add(id=at, image=stem, label=label, box=" ".join(parts[1:]), split=split)


def _lines(source: Source, place: str) -> Iterator[str]:
    path = source.path / place
    try:
        if path.stat().st_size > MOST_TEXT:
            raise InputError(unreadable(path, ValueError(f"it is larger than {MOST_TEXT >> 20} MB")))
        data = path.read_bytes()
        if data.isascii():
            return iter(data.decode("ascii").split("\n"))
        return iter(data.decode(encoding_of(path)).split("\n"))
    except OSError as error:
        raise InputError(unreadable(path, error)) from error


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
    try:
        found = _yaml(source)(path.read_bytes()[: MOST_YAML + 1], path.stat().st_size)
    except (OSError, ValueError, RecursionError) as error:
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


def _yaml(source: Source) -> Callable[[bytes, int], Any]:
    """A reader of YAML whose every value is a text, so that a class `no` does not become False."""
    try:
        import yaml
    except ImportError:
        raise InputError(_missing(source.name)) from None

    def read(data: bytes, size: int) -> Any:
        if size > MOST_YAML:
            raise ValueError(f"it is larger than {MOST_YAML >> 20} MB")
        try:
            return yaml.load(data, Loader=yaml.BaseLoader)  # noqa: S506 - safer than safe_load: texts only
        except yaml.YAMLError as error:
            raise ValueError(" ".join(str(error).split())) from error

    return read


def _missing(name: str) -> Problem:
    return Problem(
        slug="extra-missing",
        what=say(N_("{name} is a YOLO folder; reading its data.yaml needs a package"), name=name),
        fixes=(say("{command}", command='pip install "dataset-auditor[yolo]"'),),
    )


def _not_yolo(source: Source) -> Problem:
    return Problem(
        slug="format-unknown",
        what=say(N_("{name} holds nothing of this format: {format}"), name=source.name, format="yolo"),
        fixes=(say(N_("a YOLO folder has data.yaml with names: and labels/*.txt")),),
    )
