"""COCO folders: `annotations/instances_train2017.json` beside images, or what Roboflow exports."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from pathlib import PurePosixPath

from auditor.errors import InputError, Problem
from auditor.read.formats.best_file import naming_best
from auditor.read.formats.coco import CocoFile, coco_file, coco_table
from auditor.read.formats.folder_kinds import (
    IMAGES,
    coco_files,
    having,
    is_coco_folder,
    nothing_of,
    split_of,
)
from auditor.read.formats.parts import Part, joined_parts
from auditor.read.listing import left_out
from auditor.read.sources import Source, located
from auditor.read.tables import Skip, TextTable, table_reader
from auditor.wording import N_, say


@table_reader("coco-folder", N_("COCO folder"), looks_like=is_coco_folder, folder=True)
def read_coco_folder(source: Source, sep: str | None, skip: Skip) -> TextTable:
    """The boxes of every file, the split from the names of the files and of their folders.

    Images are not opened. Where ids of two files are the same, the name of the file stands before each.

    Raises:
        InputError: `format-unknown`, `parts-differ`; else as the reader of one file.
    """
    places = coco_files(source)
    if not places:
        fix = say(N_("a COCO folder has annotations/instances_train.json, or train/_annotations.coco.json"))
        raise InputError(nothing_of(source, "coco-folder", fix))
    images = having(source.files, IMAGES)
    files = {place: _placed(place, images, coco_file(_source(source, place))) for place in places}
    _alike(list(files.values()))
    renamed = _told_apart(files)
    parts = [
        Part(place=place, split=split_of(place), read=partial(_table, source, place, file))
        for place, file in files.items()
    ]
    try:
        table = joined_parts(source.name, "coco-folder", parts, skip)
    except InputError as error:
        raise naming_best(source, places, error) from error
    others = sorted(set(source.files) - {*places, *images})
    notes = (*table.notes, *renamed, *left_out(source.name, others, source.listing.hidden))
    return replace(table, notes=notes)


def _table(source: Source, place: str, file: CocoFile, skip: Skip) -> TextTable:
    return coco_table(_source(source, place), file, skip)


def _source(source: Source, place: str) -> Source:
    return replace(located(source.path / place), name=place)


def _placed(place: str, images: Sequence[str], file: CocoFile) -> CocoFile:
    """The file with its images called by their paths in the folder, as far as they are there."""
    by_name: dict[str, list[str]] = {}
    for image in images:
        by_name.setdefault(image.rpartition("/")[2], []).append(image)
    there = set(images)
    known: dict[str, str] = {}
    for name in dict.fromkeys(file.columns["image"]):
        beside = str(PurePosixPath(place).parent / name)
        same = [path for path in by_name.get(name.rpartition("/")[2], ()) if f"/{path}".endswith(f"/{name}")]
        ours = [path for path in same if split_of(path) == split_of(place)]
        one = beside if beside in there else next(iter(same if len(same) == 1 else ours), None)
        known[name] = one or name
    return replace(file, columns={**file.columns, "image": [known[name] for name in file.columns["image"]]})


def _alike(files: Sequence[CocoFile]) -> None:
    """Give each file the columns that one of them has: ids and masks may be missing."""
    n_with_ids = sum("id" in file.columns for file in files)
    for file in files:
        rows = len(file.columns["label"])
        if 0 < n_with_ids < len(files):
            file.columns.pop("id", None)
        if any("mask" in other.columns for other in files):
            file.columns.setdefault("mask", [""] * rows)


def _told_apart(files: dict[str, CocoFile]) -> tuple[Problem, ...]:
    """Put the name of the file before each id, where ids of several files are the same."""
    ids = {place: file.columns["id"] for place, file in files.items() if "id" in file.columns}
    count = Counter(item for cells in ids.values() for item in set(cells))
    n = sum(1 for files_of in count.values() if files_of > 1)
    if not n:
        return ()
    for place, cells in ids.items():
        cells[:] = [f"{place}:{item}" for item in cells]
    what = say(
        N_("{n:,} id stands in several files: before each id stands the name of its file, e.g. {example}"),
        N_("{n:,} ids stand in several files: before each id stands the name of its file, e.g. {example}"),
        n=n,
        example=next(iter(ids.values()))[0],
    )
    return (Problem(slug="ids-told-apart", what=what, level="note"),)
