"""Pascal VOC folders: `Annotations/*.xml`, an `<annotation>` for each image with its `<object>`s."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Any
from xml.etree.ElementTree import Element, TreeBuilder
from xml.parsers import expat

from auditor.data import split_kind
from auditor.errors import InputError, Problem
from auditor.read.files import bytes_of_small, unreadable
from auditor.read.formats.boxes import IMAGE, box_number, boxes_table
from auditor.read.formats.cells import Columns
from auditor.read.formats.folder_kinds import (
    IMAGES,
    having,
    is_voc,
    nothing_of,
    split_of_folders,
    voc_files,
)
from auditor.read.formats.oddities import Oddities
from auditor.read.formats.parts import SPLIT
from auditor.read.sources import Source
from auditor.read.tables import Skip, TextTable, table_reader
from auditor.wording import N_, say

BOX = ("xmin", "ymin", "xmax", "ymax")
"""The columns of a box: its corners, as the files call them."""
COLUMNS = ("id", IMAGE, "label", *BOX, "difficult", "truncated", SPLIT)
MOST_XML = 16 << 20
"""A larger annotation is refused."""
SET = re.compile(r"(?:^|/)ImageSets/Main/(?P<split>train|val|test)\.txt$", re.IGNORECASE)
MOST_NAMED = 5
"""Files that cannot be read and are named."""
NO_NAME = N_("an object without a name")
NO_BOX = N_("an object without a box of four numbers")
NO_AREA = N_("a box without width or height")
OUTSIDE = N_("a box that leaves its image")


class _Declares(ValueError):
    """A document type or an entity is declared."""


@dataclass(slots=True)
class _Found:
    """The rows so far, column by column, and what does not become a row."""

    cells: Columns = field(default_factory=lambda: {name: [] for name in COLUMNS})
    odd: Oddities = field(default_factory=Oddities)
    empty: list[str] = field(default_factory=list)
    other: list[str] = field(default_factory=list)
    broken: list[Problem] = field(default_factory=list)
    sets: Mapping[tuple[str, str], str] = field(default_factory=dict)
    """(folder above the annotations, stem of the image) -> its split, by `ImageSets/Main`."""


@table_reader("voc", N_("Pascal VOC folder"), looks_like=is_voc, folder=True)
def read_voc(source: Source, sep: str | None, skip: Skip) -> TextTable:
    """A row for each object; the split where a folder above the annotations is one.

    See `auditor.read.formats.boxes` for what is compared. Images are not opened.

    Raises:
        InputError: `format-unknown`, `no-annotations`, `xml-refused`, `file-unreadable`.
    """
    if not is_voc(source):
        fix = say(N_("a Pascal VOC folder has Annotations/*.xml with the root annotation"))
        raise InputError(nothing_of(source, "voc", fix))
    places = voc_files(source)
    found = _Found(sets=_image_sets(source))
    for place in places:
        _read_file(source, place, found)
    if found.broken:
        raise InputError(found.broken[:MOST_NAMED])
    images = having(source.files, IMAGES)
    return boxes_table(
        source,
        "voc",
        found.cells,
        BOX,
        skip,
        odd=found.odd,
        without=[*found.empty, *_without_file(images, places)],
        others=sorted((set(source.files) - {*places, *images, *_set_files(source)}) | set(found.other)),
    )


def _without_file(images: Sequence[str], places: Sequence[str]) -> list[str]:
    """The images that no annotation belongs to, by the stems of their names."""
    stems = {PurePosixPath(place).stem for place in places}
    return [place for place in images if PurePosixPath(place).stem not in stems]


def _read_file(source: Source, place: str, found: _Found) -> None:
    try:
        root = annotation(source.path / place)
    except InputError as error:
        found.broken += error.problems
        return
    if root.tag != "annotation":
        found.other.append(place)
        return
    objects = root.findall("object")
    if not objects:
        found.empty.append(place)
    image = _image(place, _text(root, "filename") or PurePosixPath(place).stem)
    size = [_number(_text(root, f"size/{side}")) for side in ("width", "height")]
    split = split_of_folders(place) or found.sets.get((_above(place), PurePosixPath(place).stem), "")
    for number, one in enumerate(objects, start=1):
        at = f"{place}:{number}"
        _look(one, size, at, found.odd)
        box = [box_number(_text(one, f"bndbox/{corner}")) for corner in BOX]
        said = [_text(one, name) for name in ("difficult", "truncated")]
        row = (at, image, _text(one, "name"), *box, *said, split)
        for name, cell in zip(COLUMNS, row, strict=True):
            found.cells[name].append(cell)


def _set_files(source: Source) -> list[str]:
    """The lists of images of each split; `trainval.txt` and those of a single class are none."""
    return [place for place in source.files if SET.search(place)]


def _image_sets(source: Source) -> dict[tuple[str, str], str]:
    """(folder above the annotations, stem of the image) -> its split."""
    out: dict[tuple[str, str], str] = {}
    for place in _set_files(source):
        found = SET.search(place)
        split = split_kind(found["split"]) if found else None
        text = bytes_of_small(source.path / place, MOST_XML).decode("utf-8", "replace")
        for line in text.splitlines():
            if line.split() and split and found:
                out.setdefault((place[: found.start()].rstrip("/"), line.split()[0]), split)
    return out


def _above(place: str) -> str:
    """The folder in which `Annotations` stands."""
    folders = place.split("/")[:-1]
    at = max(i for i, folder in enumerate(folders) if folder.lower() == "annotations")
    return "/".join(folders[:at])


def _image(place: str, file: str) -> str:
    """The image of an annotation with the folders it is in: `1.jpg` of train and of test are two images."""
    folders = place.split("/")[:-1]
    at = max(i for i, folder in enumerate(folders) if folder.lower() == "annotations")
    return "/".join((*folders[:at], *folders[at + 1 :], file))


def _text(element: Element, path: str) -> str:
    return (element.findtext(path) or "").strip()


def _number(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None


def _look(one: Element, size: Sequence[float | None], at: str, odd: Oddities) -> None:
    if not _text(one, "name"):
        odd.add(NO_NAME, at)
    corners = [_number(_text(one, f"bndbox/{corner}")) for corner in BOX]
    left, top, right, bottom = corners
    if left is None or top is None or right is None or bottom is None:
        odd.add(NO_BOX, at)
        return
    if not (right > left and bottom > top):
        odd.add(NO_AREA, at)
    width, height = size
    if width and height and not (left >= 0 and top >= 0 and right <= width and bottom <= height):
        odd.add(OUTSIDE, at)


def annotation(path: Path) -> Element:
    """The root of an XML file; one that declares a document type or an entity is not read.

    Raises:
        InputError: `xml-refused` for a declaration; `file-unreadable` for what is no XML or too large.
    """
    builder = TreeBuilder()
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartElementHandler = builder.start
    parser.EndElementHandler = builder.end
    parser.CharacterDataHandler = builder.data
    parser.StartDoctypeDeclHandler = _refuse
    parser.EntityDeclHandler = _refuse
    data = bytes_of_small(path, MOST_XML)
    try:
        parser.Parse(data, True)
        return builder.close()
    except _Declares as error:
        raise InputError(_declares(path)) from error
    except (expat.ExpatError, ValueError, LookupError, AssertionError) as error:
        raise InputError(unreadable(path, error)) from error


def _refuse(*declared: Any) -> None:
    raise _Declares


def _declares(path: Path) -> Problem:
    return Problem(
        slug="xml-refused",
        what=say(N_("{name} declares a document type or an entity; such XML is not read"), name=path.name),
        fixes=(say(N_("remove the DOCTYPE from the file")),),
    )
