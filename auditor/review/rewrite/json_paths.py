"""Which key, within which objects, a column of a JSON table was read from: `annotation.label`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from auditor.review.rewrite.family import Edits

Keys = tuple[str, ...]
"""The keys that lead to a value, from the outside in."""


def paths_of(columns: Iterable[str], rows: Iterable[Mapping[str, Any]]) -> dict[str, Keys]:
    """Column -> the keys that lead to it; the column's name itself where no row has any.

    A key may have a dot in it. The reader makes columns of an object only where their names are free, so a
    key that stands in any row wins over objects within each other.

    >>> paths_of(["a.b", "c.d"], [{"a": None}, {"a": {"b": 1}, "c.d": 2}])
    {'a.b': ('a', 'b'), 'c.d': ('c.d',)}

    Args:
        columns: names as the reader gives them.
        rows: the objects of the table; they are looked through once, and not at all where no name has a dot.
    """
    found: dict[str, Keys] = {name: (name,) for name in columns}
    dotted = {name for name in found if "." in name}
    best: dict[str, Keys] = {}
    if not dotted:
        return found
    for row in rows:
        for name in dotted:
            for path in _within(row, name):
                best[name] = max(best.get(name, path), path, key=lambda one: len(one[0]))
    return found | best


def _within(row: Mapping[str, Any], name: str) -> Iterator[Keys]:
    """The ways in which an object has a value of that name, that of the longest key first."""
    if name in row:
        yield (name,)
    for at in (place for place in range(len(name) - 1, -1, -1) if name[place] == "."):
        inner = row.get(name[:at])
        if isinstance(inner, dict):
            yield from ((name[:at], *path) for path in _within(inner, name[at + 1 :]))


def wanted_of(edits: Edits, paths: Mapping[str, Keys], row: int) -> dict[str, Any]:
    """Key -> the new cell of a row, or the same of an object within; the added columns last."""
    out: dict[str, Any] = {}
    for column, rows in edits.cells.items():
        if row in rows:
            inner = out
            for key in paths[column][:-1]:
                inner = inner.setdefault(key, {})
            inner[paths[column][-1]] = rows[row]
    return out | {column: rows.get(row, "") for column, rows in edits.added.items()}
