"""The changes of a JSON document, in each shape in which the reader finds a table in one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from auditor.errors import InputError
from auditor.read.json_text import cell
from auditor.review.rewrite.family import Edits, format_not_written
from auditor.review.rewrite.json_paths import paths_of, wanted_of
from auditor.review.rewrite.json_values import (
    ENCODE,
    Member,
    Style,
    changed,
    entries,
    first_value,
    inserted,
    members,
    replaced,
)
from auditor.review.rewrite.splice import Span, Splice, without
from auditor.wording import N_, say


def changes_of(name: str, text: str, found: Any, edits: Edits, style: Style) -> Iterator[Splice]:
    """The changes of a document; the shapes are told apart as `read_json` does.

    Args:
        name: of the file, for messages.
        text: the document.
        found: what it holds.
        edits: what to change.
        style: how strings are written.

    Raises:
        InputError: `format-not-written` where a column to change is the names of the rows.
    """
    top = first_value(text)
    if isinstance(found, list):
        return _objects(text, top, found, edits, style)
    parts = {one.key: one for one in members(text, top)}
    if found.keys() in ({"columns", "data"}, {"columns", "index", "data"}):
        return _split(name, text, parts, found, edits, style)
    if all(isinstance(part, dict) for part in found.values()):
        return _crossed(name, text, top, parts, found, edits, style)
    tables = [key for key, part in found.items() if _is_table(part)]
    if len(tables) == 1 and not (_are_columns(found) and len(found) > 1):
        return _objects(text, parts[tables[0]].start, found[tables[0]], edits, style)
    return _columns(text, top, parts, edits, style)


def _is_table(part: Any) -> bool:
    return isinstance(part, list) and bool(part) and all(isinstance(row, dict) for row in part)


def _are_columns(found: Mapping[str, Any]) -> bool:
    parts = list(found.values())
    return all(isinstance(part, list) for part in parts) and len({len(part) for part in parts}) == 1


def _objects(
    text: str, start: int, rows: Sequence[Mapping[str, Any]], edits: Edits, style: Style
) -> Iterator[Splice]:
    """Of a list of objects."""
    spans = entries(text, start)
    paths = paths_of(edits.cells, rows)
    for row in _touched(edits, len(spans)):
        yield from changed(text, spans[row][0], wanted_of(edits, paths, row), style)
    yield from without(spans, edits.dropped)


def _touched(edits: Edits, n: int) -> list[int]:
    """The rows that stay, and not as they are."""
    rows = range(n) if edits.added else sorted({row for rows in edits.cells.values() for row in rows})
    return [row for row in rows if row not in edits.dropped]


def _columns(
    text: str, top: int, parts: Mapping[str, Member], edits: Edits, style: Style
) -> Iterator[Splice]:
    """Of an object of lists, one for each column."""
    n = 0
    for key, part in parts.items():
        spans = entries(text, part.start)
        n = len(spans)
        yield from _in_list(text, spans, edits.cells.get(key, {}), edits, style)
    kept = [row for row in range(n) if row not in edits.dropped]
    made = {key: ENCODE([texts.get(row, "") for row in kept]) for key, texts in edits.added.items()}
    if made:
        yield inserted(text, top, list(parts.values()), made, style)


def _in_list(
    text: str, spans: Sequence[Span], new: Mapping[int, str], edits: Edits, style: Style
) -> Iterator[Splice]:
    """Of a list that has an entry for each row."""
    for row, cell_text in new.items():
        if row not in edits.dropped:
            yield from replaced(text, spans[row], cell_text, style)
    yield from without(spans, edits.dropped)


def _split(
    name: str,
    text: str,
    parts: Mapping[str, Member],
    found: Mapping[str, Any],
    edits: Edits,
    style: Style,
) -> Iterator[Splice]:
    """Of what pandas writes with orient="split": names, an index, and rows of cells."""
    names = [cell(one) for one in found["columns"]]
    _require(name, edits, names)
    rows = entries(text, parts["data"].start)
    for row in _touched(edits, len(rows)):
        spans = entries(text, rows[row][0])
        for column, texts in edits.cells.items():
            if row in texts:
                yield from replaced(text, spans[names.index(column)], texts[row], style)
        yield from _longer(
            text, rows[row][0], spans, [new.get(row, "") for new in edits.added.values()], style
        )
    columns = parts["columns"].start
    yield from _longer(text, columns, entries(text, columns), list(edits.added), style)
    yield from without(rows, edits.dropped)
    if found.get("index"):
        yield from without(entries(text, parts["index"].start), edits.dropped)


def _longer(
    text: str, start: int, spans: Sequence[Span], new: Sequence[str], style: Style
) -> Iterator[Splice]:
    """Of a list that gets texts behind its entries."""
    if not new:
        return
    comma = text[spans[0][1] : spans[1][0]] if len(spans) > 1 else ", "
    made = comma.join(map(ENCODE, new))
    at = spans[-1][1] if spans else start + 1
    yield at, at, style.escaped(comma + made if spans else made)


def _crossed(
    name: str,
    text: str,
    top: int,
    parts: Mapping[str, Member],
    found: Mapping[str, Mapping[str, Any]],
    edits: Edits,
    style: Style,
) -> Iterator[Splice]:
    """Of what pandas writes with orient="columns" or "index": objects of objects; row numbers tell which."""
    inner = list(next(iter(found.values())))
    if all(key.isascii() and key.isdigit() for key in inner):
        _require(name, edits, list(found))
        return _by_column(text, top, parts, inner, edits, style)
    _require(name, edits, inner)
    return _by_row(text, list(parts.values()), edits, style)


def _by_column(
    text: str, top: int, parts: Mapping[str, Member], keys: Sequence[str], edits: Edits, style: Style
) -> Iterator[Splice]:
    for column, part in parts.items():
        cells = members(text, part.start)
        there = {one.key: (one.start, one.end) for one in cells}
        for row, new in edits.cells.get(column, {}).items():
            if row not in edits.dropped:
                yield from replaced(text, there[keys[row]], new, style)
        gone = {keys[row] for row in edits.dropped}
        yield from _without_members(cells, {at for at, one in enumerate(cells) if one.key in gone})
    kept = [(row, key) for row, key in enumerate(keys) if row not in edits.dropped]
    made = {
        column: ENCODE({key: texts.get(row, "") for row, key in kept})
        for column, texts in edits.added.items()
    }
    if made:
        yield inserted(text, top, list(parts.values()), made, style)


def _by_row(text: str, parts: Sequence[Member], edits: Edits, style: Style) -> Iterator[Splice]:
    paths = {column: (column,) for column in edits.cells}  # the reader does not look into the cells
    for row in _touched(edits, len(parts)):
        yield from changed(text, parts[row].start, wanted_of(edits, paths, row), style)
    yield from _without_members(parts, edits.dropped)


def _without_members(there: Sequence[Member], dropped: frozenset[int] | set[int]) -> Iterator[Splice]:
    return without([(one.key_start, one.end) for one in there], dropped)


def _require(name: str, edits: Edits, columns: Sequence[str]) -> None:
    """Raise where a column to change is none of the table but the names of its rows."""
    if not edits.cells.keys() <= set(columns):
        raise InputError(format_not_written(name, say(N_("its labels are the names of the rows"))))
