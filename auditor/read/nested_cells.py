"""Columns whose cells hold lists or objects, each of which would be one class or one text."""

from __future__ import annotations

import json

import pyarrow as pa

from auditor.errors import Problem
from auditor.read.columns import Roles
from auditor.read.tables import TextTable
from auditor.wording import N_, say

NESTING = frozenset({"json", "jsonl", "parquet", "feather", "shards", "huggingface"})
"""Formats whose cells may be lists or objects."""
SAMPLED = 200
"""Rows that are looked at."""


def nested_cells(file: str, table: TextTable, roles: Roles) -> tuple[Problem, ...]:
    """A warning for each label or text column that holds lists or objects; none where none does."""
    if table.format not in NESTING:
        return ()
    out = []
    for name in (roles.label, *roles.text):
        if name and (example := _example(table.columns[name])):
            out.append(_nested(file, name, example))
    return tuple(out)


def _example(cells: pa.ChunkedArray) -> str | None:
    """The first list or object, where most of the first cells that are filled are such."""
    if not pa.types.is_string(cells.type):
        return None
    filled = [text for text in cells.slice(0, SAMPLED).to_pylist() if text]
    nested = [text for text in filled if _is_json(text)]
    return nested[0] if nested and 2 * len(nested) > len(filled) else None


def _is_json(text: str) -> bool:
    if text[0] + text[-1] not in {"[]", "{}"}:
        return False
    try:
        return isinstance(json.loads(text), (list, dict))
    except (ValueError, RecursionError):
        return False


def _nested(file: str, column: str, example: str) -> Problem:
    return Problem(
        slug="cells-nested",
        what=say(
            N_("{name}: the cells of {column} are lists or objects, each taken as one text: {example}"),
            name=file,
            column=column,
            example=example[:80],
        ),
        fixes=(say(N_("name a column of plain values, or write one class or text into each cell")),),
        level="warning",
    )
