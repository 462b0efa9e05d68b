"""Annotations of Prodigy (JSON Lines): `answer` tells whether a person accepted a row, not its class."""

from __future__ import annotations

import shlex
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from auditor.errors import InputError, Problem
from auditor.read.formats.answers import Item, answered_table, left_out
from auditor.read.formats.cells import another_format
from auditor.read.formats.records import Record, first_records, records_in
from auditor.read.json_text import cell, told
from auditor.read.sources import Source
from auditor.read.tables import Skip, TextTable, table_reader
from auditor.wording import N_, say

STATUSES = frozenset({"accept", "reject", "ignore"})
HASHES = frozenset({"_input_hash", "_task_hash"})
MARKS = ("spans", "relations", "audio_spans")
"""Keys of answers that mark parts of a row."""
NOT_SHOWN = frozenset({"label", "answer", "accept", "options", "tokens", "meta", "config", *MARKS})
QUESTION = "label"
SPANS = (
    "jq -c 'select(.answer==\"accept\") | {{text, label: [.spans[]? | [.start, .end, .label]]}}'"
    " {} > spans.jsonl"
)
"""Writes the accepted spans as doccano does."""


def is_prodigy(source: Source) -> bool:
    """Whether a file holds rows of Prodigy, by their hashes and answers."""
    first = first_records(source)
    return bool(first) and all(_is_row(record) for record in first)


@table_reader("prodigy", N_("Prodigy annotations"), looks_like=is_prodigy)
def read_prodigy(source: Source, sep: str | None, skip: Skip) -> TextTable:
    """A row per answer; its class is `label`, or the only option in `accept`, where it was accepted.

    What was rejected or ignored says no class: those rows have no label, and are counted.

    Raises:
        InputError: `not-this-format`, `answers-mark-parts`; else as `records_in` and `answered_table`.
    """
    records = records_in(source)
    if not all(map(_is_row, records.rows)):
        why = say(N_("not every row has a hash of Prodigy and an answer"))
        raise InputError(another_format(source.name, why))
    with told(source.name):
        classed = any("label" in row or _chosen(row) for row in records.rows)
        if not classed and any(row.get(mark) for row in records.rows for mark in MARKS):
            raise InputError(_marks(source.name))
        items = [_item(row) for row in records.rows]
    notes = (*records.notes, *_not_counted(source.name, records.rows))
    return answered_table(source, "prodigy", items, [QUESTION] if classed else [], skip, notes=notes)


def _is_row(record: Record) -> bool:
    answer = record.get("answer")
    return bool(HASHES & record.keys()) and isinstance(answer, str) and answer in STATUSES


def _item(row: Record) -> Item:
    accepted = row["answer"] == "accept"
    shown: dict[str, Any] = {
        name: value for name, value in row.items() if name not in NOT_SHOWN and not name.startswith("_")
    }
    identity = shown.pop("id", None)
    person = cell(row.get("_annotator_id") or row.get("_session_id"))
    return Item(
        id=None if identity is None else cell(identity),
        shown=shown,
        answers=[{QUESTION: _classes(row)}] if accepted else [],
        people=(person,) if person else (),
    )


def _classes(row: Record) -> tuple[str, ...]:
    chosen = _chosen(row)
    return chosen or ((cell(row["label"]),) if row.get("label") is not None else ())


def _chosen(row: Record) -> tuple[str, ...]:
    """The options that were chosen."""
    given = row.get("accept")
    return tuple(cell(one) for one in given) if isinstance(given, list) else ()


def _not_counted(file: str, rows: Sequence[Record]) -> list[Problem]:
    count: Mapping[str, int] = Counter(row["answer"] for row in rows)
    out = []
    if n := count.get("reject"):
        one = N_("{n:,} rejected answer says what the class is not, and gives no label")
        out.append(say(one, N_("{n:,} rejected answers say what the class is not, and give no label"), n=n))
    if n := count.get("ignore"):
        one = N_("{n:,} ignored answer gives no label")
        out.append(say(one, N_("{n:,} ignored answers give no label"), n=n))
    return [left_out(file, what) for what in out]


def _marks(file: str) -> Problem:
    return Problem(
        slug="answers-mark-parts",
        what=say(
            N_("{name}: the answers mark parts of the rows, and none says the class of a row"), name=file
        ),
        fixes=(
            say(
                N_("for spans, write a file of them and name it: {command}"),
                command=SPANS.format(shlex.quote(file)),
            ),
        ),
    )
