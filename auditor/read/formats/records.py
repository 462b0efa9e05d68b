"""What readers of JSON have in common: the objects of a file, and their values as columns of cells."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from auditor.errors import InputError, Problem
from auditor.read.encodings import encoding_notes, encoding_of, head_encoding
from auditor.read.files import unreadable
from auditor.read.formats.cells import Columns
from auditor.read.json_text import (
    RepeatedKey,
    cell,
    document_in,
    keys_repeat,
    parsed,
    plain,
    starts_with,
)
from auditor.read.sources import Source
from auditor.wording import N_, Text, listed, say

SHOWN = 5
"""How many bad rows an error names."""
SAMPLED = 200
"""Objects at the beginning of a file by which its format is told."""
EMPTY_CELLS = 10_000_000
"""So many cells may be empty before keys that differ from object to object are refused."""
EMPTY_PER_FILLED = 100
"""So many cells may be empty for each that is filled, above `EMPTY_CELLS`."""
MOST_SAMPLED = 16 << 20
"""Characters of them at most: a line may be longer than `Source.head`."""
Record = Mapping[str, Any]
"""A JSON object."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Records:
    """The objects of a file, and what was said of it."""

    rows: list[dict[str, Any]]
    notes: tuple[Problem, ...] = ()


def records_in(source: Source) -> Records:
    """The objects of a JSON list, or of JSON Lines.

    Raises:
        InputError: as `document_of` and `line_records`; `json-no-table` for anything but objects.
    """
    if starts_with(source.head, "{"):
        return line_records(source)
    return Records(rows=objects_of(source.name, document_of(source)), notes=encoding_of_file(source))


def document_of(source: Source) -> Any:
    """What a JSON file holds.

    Raises:
        InputError: as `document_in`.
    """
    return document_in(source.path, source.name) if source.document is None else source.document


def line_records(source: Source) -> Records:
    """The objects of JSON Lines, one a line; empty lines are skipped.

    Raises:
        InputError: `not-json-lines`, `json-keys-repeat`, `encoding-unknown`.
    """
    encoding = encoding_of(source.path)
    rows: list[dict[str, Any]] = []
    bad: list[int] = []
    repeated: dict[int, str] = {}
    with source.path.open(encoding=encoding, newline="\n") as stream:
        for number, line in enumerate(stream, start=1):
            try:
                record = parsed(line) if line.strip() else {}
            except RepeatedKey as error:
                repeated[number] = error.key
            except (ValueError, RecursionError):
                bad.append(number)
            else:
                if not isinstance(record, dict):
                    bad.append(number)
                elif line.strip():
                    rows.append(record)
    problems = [_not_lines(source.name, bad)] if bad else []
    if repeated:
        problems.append(keys_repeat(source.name, next(iter(repeated.values())), list(repeated)))
    if problems:
        raise InputError(problems)
    return Records(rows=rows, notes=encoding_notes(source.name, encoding))


def first_records(source: Source) -> list[Record]:
    """The first objects of a JSON list or of JSON Lines, by which a format is told; none of other files."""
    if isinstance(source.document, list):
        return [row for row in source.document[:SAMPLED] if isinstance(row, dict)]
    if not starts_with(source.head, "{"):
        return []
    return [row for line in _first_lines(source) if isinstance(row := _or_none(line), dict)]


def _first_lines(source: Source) -> Iterator[str]:
    """The first lines of a text file, as long as they are of a reasonable length together."""
    left = MOST_SAMPLED
    try:
        with source.path.open(encoding=head_encoding(source.head), newline="\n") as stream:
            for _ in range(SAMPLED):
                line = stream.readline(left)
                left -= len(line)
                if not line or not left:
                    return
                yield line
    except UnicodeDecodeError:
        return


def parquet_names(source: Source) -> list[str]:
    """The columns of a Parquet file; none of what is no such file."""
    import pyarrow.parquet as pq

    from auditor.read.formats.arrow_tables import BROKEN

    try:
        names: list[str] = pq.read_schema(source.path).names
    except BROKEN:
        return []
    return names


def parquet_records(source: Source) -> Records:
    """The rows of a Parquet file as objects of JSON: numbers as texts, dates as they are written.

    Raises:
        InputError: `file-unreadable`, `archive-refused`.
    """
    from auditor.read.formats.arrow_tables import BROKEN, parquet_columns, without_bytes

    try:
        table = without_bytes(parquet_columns(source.path, parquet_names(source)))
        rows = [parsed(json.dumps(row, default=str)) for row in table.to_pylist()]
    except (*BROKEN, ValueError, RecursionError) as error:
        raise InputError(unreadable(source.path, error)) from error
    return Records(rows=rows)


def encoding_of_file(source: Source) -> tuple[Problem, ...]:
    """A note where a file is not in UTF-8."""
    return encoding_notes(source.name, encoding_of(source.path))


def objects_of(file: str, found: Any) -> list[dict[str, Any]]:
    """A list of objects as such.

    Raises:
        InputError: `json-no-table` where it is none.
    """
    if not isinstance(found, list):
        raise InputError(no_table(file))
    bad = [at for at, part in enumerate(found) if not isinstance(part, dict)]
    if bad:
        raise InputError(_not_objects(file, bad))
    return found


def columns_of(file: str, rows: Sequence[Record]) -> tuple[Columns, tuple[Problem, ...]]:
    """Objects as columns, in the order in which their keys come, and a note of keys that some lack.

    Raises:
        InputError: `json-keys-vary`.
        TooDeep: a cell is nested too deeply.
    """
    filled = Counter(name for row in rows for name in row)
    cells = sum(filled.values())
    if len(rows) * len(filled) > EMPTY_CELLS + EMPTY_PER_FILLED * cells:
        raise InputError(_keys_vary(file, len(filled)))
    columns = {name: [cell(row.get(name)) for row in rows] for name in filled}
    lacking = {name: len(rows) - count for name, count in filled.items() if count < len(rows)}
    if not lacking:
        return columns, ()
    short = sum(1 for row in rows if len(row) < len(filled))
    return columns, (_keys_missing(file, short, lacking),)


def no_table(file: str) -> Problem:
    """A JSON document that is no table of any known shape."""
    return Problem(
        slug="json-no-table",
        what=say(N_("{name} holds no table: no list of objects, no columns of equal length"), name=file),
        fixes=(
            _as_objects(),
            say(N_("with pandas: {command}"), command='df.to_json(path, orient="records")'),
        ),
    )


def _as_objects() -> Text:
    return say(N_("write a list of objects, e.g. {example}"), example='[{"text": "...", "label": "..."}]')


def _or_none(line: str) -> Any:
    try:
        return parsed(line)
    except (ValueError, RecursionError):
        return None


def _not_lines(file: str, lines: Sequence[int]) -> Problem:
    return Problem(
        slug="not-json-lines",
        what=say(
            N_("{name}: {n:,} line is not a JSON object: line {lines}"),
            N_("{name}: {n:,} lines are not JSON objects: lines {lines}"),
            name=file,
            n=len(lines),
            lines=listed(list(map(str, lines)), SHOWN),
        ),
        fixes=(
            say(
                N_("write one JSON object per line, e.g. {example}"),
                example='{"text": "...", "label": "..."}',
            ),
        ),
    )


def _not_objects(file: str, places: Sequence[int]) -> Problem:
    return Problem(
        slug="json-no-table",
        what=say(
            N_("{name}: {n:,} element of the list is not an object: number {places}"),
            N_("{name}: {n:,} elements of the list are not objects: numbers {places}"),
            name=file,
            n=len(places),
            places=listed([str(at + 1) for at in places], SHOWN),
        ),
        fixes=(_as_objects(),),
    )


def _keys_vary(file: str, keys: int) -> Problem:
    return Problem(
        slug="json-keys-vary",
        what=say(
            N_("{name}: the objects have {keys:,} different keys, and nearly every cell would be empty"),
            name=file,
            keys=keys,
        ),
        details=(say(N_("often the keys are values, such as ids")),),
        fixes=(say(N_("write each object with the same keys")),),
    )


def _keys_missing(file: str, rows: int, lacking: Mapping[str, int]) -> Problem:
    return Problem(
        slug="keys-missing",
        what=say(
            N_("{name}: {n:,} row lacks a key that other rows have; it was read as an empty cell"),
            N_("{name}: {n:,} rows lack a key that other rows have; it was read as an empty cell"),
            name=file,
            n=rows,
        ),
        details=(
            say(
                N_("rows without it: {names}"),
                names=listed([f"{plain(key)} ({count:,})" for key, count in lacking.items()]),
            ),
        ),
        level="note",
    )
