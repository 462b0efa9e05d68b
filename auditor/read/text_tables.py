"""CSV, TSV and JSON Lines, every cell as it was written."""

from __future__ import annotations

import csv as text_csv
import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pyarrow as pa
from pyarrow import csv

from auditor.errors import InputError, Problem
from auditor.read.encodings import encoding_of
from auditor.read.files import unreadable
from auditor.read.tables import Skip, TextTable, table_reader
from auditor.wording import N_, say

SEPARATORS = (",", "\t", ";", "|")
CELL_CAP = 64 << 20
"""Largest block, and so the largest row, that is read: 64 MB."""
SHOWN = 5
"""How many bad rows an error names."""


@table_reader("csv", (".csv",))
def read_csv(path: Path, sep: str | None, skip: Skip) -> TextTable:
    """Comma, tab, semicolon or pipe, told from the header line unless `sep` says."""
    return _read_separated(path, sep, skip, preferred=",")


@table_reader("tsv", (".tsv", ".txt", ".tab"))
def read_tsv(path: Path, sep: str | None, skip: Skip) -> TextTable:
    """Tab-separated text; quotes are literal where reading them as quotes would swallow line ends."""
    return _read_separated(path, sep, skip, preferred="\t")


@table_reader("jsonl", (".jsonl", ".ndjson"))
def read_jsonl(path: Path, sep: str | None, skip: Skip) -> TextTable:
    """One JSON object a line; numbers keep the digits they were written with, null is empty."""
    encoding = encoding_of(path)
    rows: list[dict[str, str]] = []
    bad: list[int] = []
    with path.open(encoding=encoding, newline="\n") as stream:
        for number, line in enumerate(stream, start=1):
            if not line.strip():
                continue
            try:
                record = json.loads(line, parse_int=str, parse_float=str, parse_constant=str)
                rows.append({str(name): _cell(value) for name, value in record.items()})
            except (ValueError, AttributeError, RecursionError):
                bad.append(number)
    if bad:
        raise InputError(_not_json(path, bad))
    names = list(dict.fromkeys(name for row in rows for name in row))
    skipped = skip(names)
    columns = {
        name: pa.array([row.get(name, "") for row in rows], pa.string())
        for name in names
        if name not in skipped
    }
    return TextTable(
        columns=pa.table(columns),
        format="jsonl",
        notes=_encoding_notes(path, encoding),
        skipped=tuple(name for name in names if name in skipped),
    )


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    return json.dumps(value, ensure_ascii=False)


def _not_json(path: Path, lines: list[int]) -> Problem:
    return Problem(
        slug="not-json-lines",
        what=say(
            N_("{name}: {n:,} line is not a JSON object: line {lines}"),
            N_("{name}: {n:,} lines are not JSON objects: lines {lines}"),
            name=path.name,
            n=len(lines),
            lines=", ".join(str(number) for number in lines[:SHOWN]),
        ),
        fixes=(
            say(
                N_("write one JSON object per line, e.g. {example}"),
                example='{"text": "...", "label": "..."}',
            ),
        ),
    )


def _read_separated(path: Path, sep: str | None, skip: Skip, *, preferred: str) -> TextTable:
    form = _form_of(path, sep, preferred)
    notes = _encoding_notes(path, form.encoding)
    names = form.names()
    skipped = skip(names)
    table, ragged = _parse(path, form, names, skipped)
    if form.separator == "\t" and _has_quotes(path, form.encoding):
        literal = replace(form, quoted=False)
        plain, plain_ragged = _parse(path, literal, literal.names(), skipped)
        if plain is not None and not plain_ragged and (ragged or table is None or len(table) != len(plain)):
            table, ragged = plain, []
            notes += (_quotes_literal(path),)
    if ragged or table is None:
        raise InputError(_ragged(path, form.separator, ragged))
    return TextTable(
        columns=table,
        format="csv" if preferred == "," else "tsv",
        notes=notes,
        skipped=tuple(name for name in names if name in skipped),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class SeparatedForm:
    """How a file of separated values is written."""

    path: Path
    encoding: str
    separator: str
    quoted: bool = True

    def names(self) -> list[str]:
        """The column names in the header line."""
        with self.path.open(encoding=self.encoding, newline="") as stream:
            quoting = text_csv.QUOTE_MINIMAL if self.quoted else text_csv.QUOTE_NONE
            lines = (line for line in stream if line.strip("\r\n"))
            return next(text_csv.reader(lines, delimiter=self.separator, quoting=quoting), [])


def form_of(path: Path, sep: str | None = None) -> SeparatedForm:
    """Encoding and separator of a CSV or TSV file."""
    return _form_of(path, sep, "," if path.suffix.lower() == ".csv" else "\t")


def _form_of(path: Path, sep: str | None, preferred: str) -> SeparatedForm:
    encoding = encoding_of(path)
    separator = sep or _separator(_header_line(path, encoding), preferred)
    return SeparatedForm(path=path, encoding=encoding, separator=separator)


def _header_line(path: Path, encoding: str) -> str:
    with path.open(encoding=encoding, newline="") as stream:
        return stream.readline(1 << 16)


def _has_quotes(path: Path, encoding: str) -> bool:
    with path.open(encoding=encoding, newline="") as stream:
        return any('"' in line for line in stream)


def _separator(header: str, preferred: str) -> str:
    """The separator that the header line holds most often outside quotes; `preferred` on a tie."""
    outside = "".join(header.split('"')[::2])
    counts = {separator: outside.count(separator) for separator in SEPARATORS}
    best = max(counts.values())
    return preferred if counts[preferred] == best else max(counts, key=lambda separator: counts[separator])


Ragged = list[tuple[int, int, int]]
"""(row number, cells expected, cells found) of rows with another number of cells than the header."""


def _parse(
    path: Path, form: SeparatedForm, names: list[str], skipped: frozenset[str]
) -> tuple[pa.Table | None, Ragged]:
    ragged: Ragged = []

    def note(row: csv.InvalidRow) -> str:
        ragged.append((row.number or 0, row.expected_columns, row.actual_columns))
        return "skip"

    wanted = [name for name in names if name not in skipped]
    try:
        table = csv.read_csv(
            path,
            read_options=read_options(form),
            parse_options=parse_options(form, len(names), note),
            convert_options=csv.ConvertOptions(
                column_types={name: pa.string() for name in wanted},
                include_columns=wanted if len(wanted) < len(names) else None,
                strings_can_be_null=False,
            ),
        )
    except pa.ArrowInvalid as error:
        if ragged or not form.quoted:
            return None, ragged
        raise InputError(unreadable(path, error)) from error
    return table, ragged


def read_options(form: SeparatedForm, block_size: int = CELL_CAP) -> csv.ReadOptions:
    """pyarrow's read options; one thread, so that bad rows have numbers."""
    encoding = "utf8" if form.encoding.startswith("utf-8") else form.encoding
    return csv.ReadOptions(encoding=encoding, use_threads=False, block_size=block_size)


def parse_options(
    form: SeparatedForm, columns: int, on_bad_row: Callable[[csv.InvalidRow], str] | None = None
) -> csv.ParseOptions:
    """pyarrow's parse options; an empty line is a row only where a row is a single cell."""
    return csv.ParseOptions(
        delimiter=form.separator,
        quote_char='"' if form.quoted else False,
        newlines_in_values=form.quoted,
        ignore_empty_lines=columns > 1,
        invalid_row_handler=on_bad_row,
    )


def _ragged(path: Path, separator: str, ragged: Ragged) -> Problem:
    shown = [
        say(
            N_("row {row:,}: {found} cells, the header has {expected}"),
            row=row,
            found=found,
            expected=expected,
        )
        for row, expected, found in ragged[:SHOWN]
    ]
    return Problem(
        slug="ragged-rows",
        what=say(
            N_("{name}: {n:,} row has another number of cells than the header"),
            N_("{name}: {n:,} rows have another number of cells than the header"),
            name=path.name,
            n=len(ragged),
        ),
        details=tuple(shown),
        fixes=(
            say(
                N_("quote cells that hold the separator, or name it: {flag}"),
                flag=f"--sep {_visible(separator)}",
            ),
        ),
    )


def _visible(separator: str) -> str:
    return {"\t": "'\\t'", ";": "';'", "|": "'|'"}.get(separator, f"'{separator}'")


def _encoding_notes(path: Path, encoding: str) -> tuple[Problem, ...]:
    if encoding in {"utf-8", "utf-8-sig"}:
        return ()
    return (
        Problem(
            slug="encoding-converted",
            what=say(N_("{name} was read as {encoding}"), name=path.name, encoding=encoding),
            fixes=(say(N_("save it as UTF-8 to silence this")),),
            level="note",
        ),
    )


def _quotes_literal(path: Path) -> Problem:
    return Problem(
        slug="quotes-literal",
        what=say(N_('{name}: the character " was read as text, not as a quote'), name=path.name),
        details=(say(N_("read as quotes, some rows would have swallowed the next ones")),),
        level="note",
    )
