"""JSON Lines and JSON tables again: every byte stays but those of the named values."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path

from auditor.errors import InputError
from auditor.read.encodings import encoding_of
from auditor.read.json_text import holds_lines
from auditor.read.sources import Source
from auditor.read.tables import TextTable
from auditor.review.rewrite.family import Edits, format_not_written, rewriter
from auditor.review.rewrite.json_values import Splice, Value, parse, spliced, without, written
from auditor.review.rewrite.separated import exact_encoding
from auditor.wording import N_, say


@rewriter("jsonl", "json")
def rewrite_json(source: Source, table: TextTable, edits: Edits, target: Path) -> None:
    """Write a JSON file with other values in some rows.

    Raises:
        InputError: `format-not-written` for a shape that is not written again.
    """
    encoding = exact_encoding(source.path, encoding_of(source.path))
    if table.format == "jsonl" or holds_lines(source.head):
        _lines(source, edits, target, encoding)
        return
    with source.path.open(encoding=encoding, newline="") as stream:
        text = stream.read()
    start = 1 if text.startswith("\ufeff") else 0
    new = spliced(text, list(_document(source.name, text, parse(text, start), edits)))
    with target.open("w", encoding=encoding, newline="") as out:
        out.write(new)


def _lines(source: Source, edits: Edits, target: Path, encoding: str) -> None:
    with source.path.open("rb") as stream:
        plain = all(line.isascii() for line in stream)
    row = 0
    with (
        source.path.open(encoding=encoding, newline="\n") as lines,
        target.open("w", encoding=encoding, newline="") as out,
    ):
        for line in lines:
            start = 1 if line.startswith("\ufeff") else 0
            if not line[start:].strip():
                out.write(line)
                continue
            if row not in edits.dropped:
                out.write(_line(source.name, line, start, row, edits, plain=plain))
            row += 1


def _line(name: str, line: str, start: int, row: int, edits: Edits, *, plain: bool) -> str:
    named = [column for column, rows in edits.cells.items() if row in rows]
    if not named and not edits.added:
        return line
    return spliced(line, list(_object(name, line, parse(line, start), row, edits, plain=plain)))


def _object(name: str, text: str, found: Value, row: int, edits: Edits, *, plain: bool) -> Iterator[Splice]:
    """The changes of one object that is a row."""
    for column, rows in edits.cells.items():
        if row not in rows:
            continue
        value = _at(found, column)
        if value is None:
            yield from _new_member(text, found, column, rows[row], plain=plain)
        else:
            yield value.start, value.end, written(text, value, rows[row], ascii_only=plain)
    for column, rows in edits.added.items():
        yield from _new_member(text, found, column, rows.get(row, ""), plain=plain)


def _at(found: Value, column: str) -> Value | None:
    """The value of a column: a member of that name, or one within objects, `annotation.label`."""
    direct = found.member(column)
    if direct is not None or "." not in column:
        return direct
    for at in (place for place, sign in enumerate(column) if sign == "."):
        inner = found.member(column[:at])
        if inner is not None and inner.members is not None:
            return _at(inner, column[at + 1 :])
    return None


def _new_member(text: str, found: Value, column: str, new: str, *, plain: bool) -> Iterator[Splice]:
    """A member behind the others of an object."""
    member = f"{json.dumps(column, ensure_ascii=plain)}: {json.dumps(new, ensure_ascii=plain)}"
    if found.members:
        end = found.members[-1][1].end
        yield end, end, f", {member}"
    else:
        yield found.start + 1, found.start + 1, member


def _document(name: str, text: str, found: Value, edits: Edits) -> Iterator[Splice]:
    """The changes of a document, whatever shape its table has."""
    plain = text.isascii()
    rows = _rows(found)
    if rows is not None:
        kept = [row for row in range(len(rows)) if row not in edits.dropped]
        for row in kept:
            yield from _object(name, text, rows[row], row, edits, plain=plain)
        spans = [(row.start, row.end) for row in rows]
        yield from without(spans, sorted(edits.dropped), len(text))
        return
    columns = dict(found.members or ())
    if columns and all(value.entries is not None for value in columns.values()):
        yield from _columns(name, text, columns, edits, plain=plain)
        return
    why = say(N_("its table is neither a list of objects nor an object of lists"))
    raise InputError(format_not_written(name, why))


def _rows(found: Value) -> Sequence[Value] | None:
    """The objects of a list, or of the only list of objects in an object."""
    lists = [found] if found.entries is not None else [value for _, value in found.members or ()]
    tables = [
        one.entries for one in lists if one.entries and all(row.members is not None for row in one.entries)
    ]
    return tables[0] if len(tables) == 1 else None


def _columns(
    name: str, text: str, columns: dict[str, Value], edits: Edits, *, plain: bool
) -> Iterator[Splice]:
    """The changes of an object that holds a list for each column."""
    if edits.added or any(column not in columns for column in edits.cells):
        raise InputError(format_not_written(name, say(N_("it is an object of columns"))))
    for column, rows in edits.cells.items():
        entries = columns[column].entries or ()
        for row, new in rows.items():
            if row not in edits.dropped:
                yield entries[row].start, entries[row].end, written(text, entries[row], new, ascii_only=plain)
    if edits.dropped:
        for value in columns.values():
            spans = [(entry.start, entry.end) for entry in value.entries or ()]
            yield from without(spans, sorted(edits.dropped), value.end)
