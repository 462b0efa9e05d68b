"""Objects within the rows of a JSON table: their keys become columns, `annotation.label`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from auditor.errors import Problem
from auditor.read.formats.cells import Columns
from auditor.read.formats.records import Record, columns_of
from auditor.read.json_text import plain
from auditor.wording import N_, listed, say

DEEPEST = 3
"""Objects within each other that become columns; what is deeper stays a cell."""
MOST_KEYS = 50
"""An object of more keys than this, over all rows, is a cell: its keys are values."""
Columned = tuple[Columns, tuple[Problem, ...]]


def flat_columns(file: str, rows: Sequence[Record]) -> Columned:
    """Objects as columns, also those within them; a key that is an object in each row that has it.

    Raises:
        InputError: `json-keys-vary`.
        TooDeep: a cell is nested too deeply.
    """
    made: list[str] = []
    for _ in range(DEEPEST):
        keys = _objects(rows)
        if not keys:
            break
        rows = [_flattened(row, keys) for row in rows]
        made = [
            *(name for name in made if name not in keys),
            *(f"{key}.{one}" for key in keys for one in keys[key]),
        ]
    columns, notes = columns_of(file, rows)
    return columns, ((_said(file, made), *notes) if made else notes)


def _objects(rows: Sequence[Record]) -> dict[str, dict[str, None]]:
    """Key -> the keys of its objects, where it holds nothing but objects and their names are free."""
    found: dict[str, dict[str, None]] = {}
    other: set[str] = set()
    for row in rows:
        for key, value in row.items():
            if isinstance(value, dict) and key not in other:
                found.setdefault(key, {}).update(dict.fromkeys(value))
            elif value is not None:
                other.add(key)
    taken = {key for row in rows for key in row} if found else set()
    return {
        key: inner
        for key, inner in found.items()
        if key not in other
        and 0 < len(inner) <= MOST_KEYS
        and not any(f"{key}.{one}" in taken for one in inner)
    }


def _flattened(row: Record, keys: dict[str, dict[str, None]]) -> dict[str, Any]:
    """A row with the keys of its objects in their places."""
    out: dict[str, Any] = {}
    for name, value in row.items():
        if name not in keys:
            out[name] = value
        elif value is not None:
            out |= {f"{name}.{key}": part for key, part in value.items()}
    return out


def _said(file: str, names: Sequence[str]) -> Problem:
    what = say(
        N_("{name}: objects were read as columns: {columns}"),
        name=file,
        columns=listed([plain(name) for name in names]),
    )
    return Problem(slug="json-flattened", what=what, level="note")
