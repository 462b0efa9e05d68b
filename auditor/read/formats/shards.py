"""A folder of tables that are one: Parquet shards as on the Hugging Face Hub, `train.csv` and `test.csv`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path

import pyarrow as pa

from auditor.errors import InputError, Problem
from auditor.read.files import unreadable
from auditor.read.formats.arrow_tables import BROKEN
from auditor.read.formats.best_file import best_file, name_file, naming_best
from auditor.read.formats.folder_kinds import SHARD, nothing_of, split_of, table_parts
from auditor.read.formats.image_manifest import is_manifest
from auditor.read.formats.parts import Part, joined_parts
from auditor.read.listing import left_out
from auditor.read.sources import Source, located
from auditor.read.tables import READERS, Skip, TextTable, table_reader
from auditor.read.unpacked import DAMAGED
from auditor.wording import N_, listed, say


def is_shards(source: Source) -> bool:
    """Whether a folder holds tables and is of no format that has marks of its own."""
    return bool(table_parts(source)) and not is_manifest(source)


@table_reader("shards", N_("folder of tables that are one"), looks_like=is_shards, folder=True)
def read_shards(source: Source, sep: str | None, skip: Skip) -> TextTable:
    """All tables of a folder in name order; the split from the names of files and folders.

    Raises:
        InputError: `format-unknown`, `several-tables`, `shards-missing`, `shards-repeat`; else as
            `joined_parts`.
    """
    found = table_parts(source)
    if not found:
        raise InputError(nothing_of(source, "shards", say(N_("name a file, or leave out --input-format"))))
    if len(found) > 1:
        raise InputError(_several_formats(source, found))
    ((family, places),) = found.items()
    _refuse_gaps(source.name, places)
    parts = [_part(source, place, family, sep) for place in places]
    try:
        table = joined_parts(source.name, "shards", parts, skip)
    except InputError as error:
        raise naming_best(source, places, error) from error
    others = sorted(set(source.files) - set(places))
    return replace(table, notes=(*table.notes, *left_out(source.name, others, source.listing.hidden)))


def _part(source: Source, place: str, family: str, sep: str | None) -> Part:
    path = source.path / place
    schema = {"parquet": partial(_parquet_schema, path)}.get(family)
    return Part(place=place, split=split_of(place), read=partial(_read, path, family, sep), schema=schema)


def _read(path: Path, family: str, sep: str | None, skip: Skip) -> TextTable:
    return READERS[family].read(located(path), sep, skip)


def _parquet_schema(path: Path) -> pa.Schema:
    import pyarrow.parquet as pq

    try:
        return pq.read_schema(located(path).path)
    except (*BROKEN, *DAMAGED) as error:
        raise InputError(unreadable(path, error)) from error


def _refuse_gaps(name: str, places: Sequence[str]) -> None:
    """Raise where a series `-00000-of-00003` lacks a shard, or has one twice."""
    series: dict[str, dict[int, list[tuple[int, str]]]] = {}
    for place in places:
        if (found := SHARD.match(place)) is not None:
            totals = series.setdefault(found["series"], {})
            totals.setdefault(int(found["total"]), []).append((int(found["number"]), place))
    for begin, totals in series.items():
        shards = [entry for entries in totals.values() for entry in entries]
        total = next(iter(totals))
        there = {number for number, _ in shards}
        if len(totals) > 1 or len(there) < len(shards):
            raise InputError(_twice(name, begin, [place for _, place in shards]))
        missing = [f"{begin}-{number:05d}-of-{total:05d}" for number in range(total) if number not in there]
        if missing:
            raise InputError(missing_files(name, missing))


def missing_files(name: str, places: Sequence[str]) -> Problem:
    """Files that a folder says it has and that are not there."""
    return Problem(
        slug="shards-missing",
        what=say(
            N_("{name}: {n:,} file of the dataset is missing: {names}"),
            N_("{name}: {n:,} files of the dataset are missing: {names}"),
            name=name,
            n=len(places),
            names=listed(places, 5),
        ),
        fixes=(say(N_("copy or download the folder again, completely")),),
    )


def _twice(name: str, begin: str, places: Sequence[str]) -> Problem:
    return Problem(
        slug="shards-repeat",
        what=say(N_("{name} holds the shards of {series} more than once"), name=name, series=begin),
        details=(say(N_("files: {names}"), names=listed(places, 6)),),
        fixes=(say(N_("keep one version of them in the folder")),),
    )


def _several_formats(source: Source, found: dict[str, list[str]]) -> Problem:
    places = [place for family in found.values() for place in family]
    return Problem(
        slug="several-tables",
        what=say(
            N_("{name} holds tables of several formats: {formats}"),
            name=source.name,
            formats=", ".join(sorted(found)),
        ),
        details=(say(N_("files: {names}"), names=listed(places, 6)),),
        fixes=(name_file(source, best_file(source, places)),),
    )
