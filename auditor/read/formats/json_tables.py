"""JSON Lines and JSON documents that hold a table, every cell as it was written."""

from __future__ import annotations

import json
import shlex
from collections.abc import Mapping, Sequence
from typing import Any

from auditor.errors import InputError, Problem
from auditor.read.formats.cells import Columns, table_of
from auditor.read.formats.nested import flat_columns
from auditor.read.formats.records import (
    document_of,
    encoding_of_file,
    line_records,
    no_table,
    objects_of,
)
from auditor.read.json_text import cell, holds_lines, plain, told
from auditor.read.sources import Source
from auditor.read.tables import Skip, TextTable, table_reader
from auditor.wording import N_, Text, listed, say

ROW_NUMBERS = "__index_level_0__"
"""What pandas calls an index that becomes a column: it names the row and is no content."""
Shape = tuple[Columns, tuple[Problem, ...]]
"""The columns of a document, and what is to be said of them."""


@table_reader("jsonl", N_("JSON Lines"), (".jsonl", ".ndjson"))
def read_jsonl(source: Source, sep: str | None, skip: Skip) -> TextTable:
    """One JSON object a line; numbers keep the digits they were written with, null and NaN are empty."""
    return _lines(source, "jsonl", skip)


@table_reader("json", N_("JSON table"), (".json",))
def read_json(source: Source, sep: str | None, skip: Skip) -> TextTable:
    """A list of objects, an object of columns, an object that holds one table, or what pandas writes.

    JSON Lines under the ending `.json` are read too, and said.
    """
    if not source.is_folder and holds_lines(source.head):
        return _lines(
            source, "json", skip, (_shape(source.name, say(N_("one object per line (JSON Lines)"))),)
        )
    document = document_of(source)
    with told(source.name):
        columns, notes = _columns(source.name, document)
    return table_of(source, "json", columns, skip, notes=(*encoding_of_file(source), *notes))


def _lines(source: Source, form: str, skip: Skip, said: tuple[Problem, ...] = ()) -> TextTable:
    records = line_records(source)
    with told(source.name):
        columns, notes = flat_columns(source.name, records.rows)
    return table_of(source, form, columns, skip, notes=(*records.notes, *said, *notes))


def _columns(file: str, found: Any) -> Shape:
    """The table in a document.

    Raises:
        InputError: `json-no-table`, `json-several-tables`, `json-keys-vary`.
    """
    if isinstance(found, list):
        return flat_columns(file, objects_of(file, found))
    if not isinstance(found, dict) or not found:
        raise InputError(no_table(file))
    if set(found) in ({"columns", "data"}, {"columns", "index", "data"}):
        return _split(file, found)
    if all(isinstance(part, dict) for part in found.values()):
        return _crossed(file, found)
    tables = [name for name, part in found.items() if _is_table(part)]
    if _are_columns(found) and len(tables) < len(found):
        return {name: [cell(value) for value in part] for name, part in found.items()}, ()
    if len(tables) > 1:
        raise InputError(_several(file, tables))
    if not tables and not _are_columns(found):
        raise InputError(no_table(file))
    return _inner(file, found, tables) if tables else ({name: [] for name in found}, ())


def _is_table(part: Any) -> bool:
    return isinstance(part, list) and bool(part) and all(isinstance(row, dict) for row in part)


def _are_columns(found: Mapping[str, Any]) -> bool:
    parts = list(found.values())
    return all(isinstance(part, list) for part in parts) and len({len(part) for part in parts}) == 1


def _inner(file: str, found: Mapping[str, Any], tables: Sequence[str]) -> Shape:
    """The only list of objects in an object."""
    (name,) = tables
    columns, notes = flat_columns(file, found[name])
    others = listed([plain(key) for key in found if key != name])
    said = say(N_("the list {key}"), key=plain(name))
    left = (say(N_("left out: {names}"), names=others),) if others else ()
    return columns, (_shape(file, said, *left), *notes)


def _split(file: str, found: Mapping[str, Any]) -> Shape:
    """What pandas writes with orient="split": names, an index, and rows of cells."""
    names, rows = found["columns"], found["data"]
    index = found.get("index", [])
    lists = isinstance(names, list) and isinstance(rows, list) and isinstance(index, list)
    if not lists or not all(isinstance(row, list) and len(row) == len(names) for row in rows):
        raise InputError(no_table(file))
    cells = {cell(name): [cell(row[at]) for row in rows] for at, name in enumerate(names)}
    if len(cells) < len(names) or (index and len(index) != len(rows)):
        raise InputError(no_table(file))
    return _with_row_names(cells, [cell(name) for name in index]), (_pandas(file, "split"),)


def _crossed(file: str, found: Mapping[str, Mapping[str, Any]]) -> Shape:
    """What pandas writes with orient="columns" (its default) or "index": objects of objects.

    Both look alike; row numbers tell which keys are those of the rows.
    """
    outer, inner = list(found), list(next(iter(found.values())))
    same = all(part.keys() == set(inner) for part in found.values())
    by_column, by_row = _are_numbers(inner), _are_numbers(outer)
    if not same or not inner or by_column == by_row:
        raise InputError(no_table(file))
    said = _pandas(file, "columns" if by_column else "index")
    if by_column:
        cells = {name: [cell(part[row]) for row in inner] for name, part in found.items()}
        return _with_row_names(cells, inner), (said,)
    cells = {name: [cell(part[name]) for part in found.values()] for name in inner}
    return _with_row_names(cells, outer), (said,)


def _are_numbers(names: Sequence[str]) -> bool:
    return all(name.isascii() and name.isdigit() for name in names)


def _with_row_names(cells: Columns, names: Sequence[str]) -> Columns:
    """The columns, and the names of the rows where they are more than 0, 1, 2, ..."""
    plain_numbers = all(name == str(at) for at, name in enumerate(names))
    return cells if plain_numbers or ROW_NUMBERS in cells else {ROW_NUMBERS: list(names), **cells}


def _pandas(file: str, orient: str) -> Problem:
    return _shape(file, say(N_('columns as pandas writes them with orient="{orient}"'), orient=orient))


def _shape(file: str, what: Text, *details: Text) -> Problem:
    return Problem(
        slug="json-shape",
        what=say(N_("the table in {name} was read from: {shape}"), name=file, shape=what),
        details=details,
        level="note",
    )


def _several(file: str, tables: Sequence[str]) -> Problem:
    key = json.dumps(tables[0], ensure_ascii=False)
    command = f"jq {shlex.quote(f'.[{key}]')} {shlex.quote(file)} > one.json"
    return Problem(
        slug="json-several-tables",
        what=say(
            N_("{name} holds {n} lists of objects, and one of them is the table: {names}"),
            name=file,
            n=len(tables),
            names=listed([plain(name) for name in tables]),
        ),
        fixes=(
            say(
                N_("write the one that is meant to a file of its own, e.g. {command}"), command=plain(command)
            ),
        ),
    )
