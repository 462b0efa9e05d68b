"""Exports of doccano again: the class of a text, or the tag of a span, changes in its place."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from auditor.read.formats import doccano
from auditor.read.formats.records import Record, records_in
from auditor.read.sources import Source
from auditor.read.tables import TextTable
from auditor.review.rewrite.annotations import refuse_added, refused, write_classes
from auditor.review.rewrite.family import Edits, rewriter
from auditor.review.rewrite.record_files import RecordEdits, Way, rewrite_records
from auditor.wording import N_, say

Place = tuple[int, Way]
"""An object of the file, and the way to a span within it."""


@rewriter("doccano")
def rewrite_doccano(source: Source, table: TextTable, edits: Edits, target: Path) -> None:
    """Write an export of doccano: a row is a text with its class, or a span with its tag.

    Raises:
        InputError: `format-not-written`.
    """
    records = records_in(source).rows
    if any(doccano._span(part) for record in records for part in doccano._list(record) or ()):
        refuse_added(source, edits)
        if edits.cells.keys() - {"label"}:
            raise refused(source, say(N_("only labels can be changed in it")))
        rewrite_records(source, _of_spans(source, records, edits), target)
    else:
        write_classes(source, records, [[at] for at in range(len(records))], _classes, edits, target)


def _of_spans(source: Source, records: Sequence[Record], edits: Edits) -> RecordEdits:
    """What changes where a row is a span."""
    labels = edits.cells.get("label", {})
    values: dict[int, dict[Way, str]] = {}
    gone: dict[int, dict[Way, frozenset[int]]] = {}
    for row, (at, (key, number)) in enumerate(_spans(records)):
        if row in edits.dropped:
            if records[at].get("relations"):
                raise refused(source, say(N_("a span that has relations cannot be taken out")))
            there = gone.setdefault(at, {})
            there[key,] = there.get((key,), frozenset()) | {int(number)}
        elif row in labels:
            tag = "label" if isinstance(records[at][str(key)][number], dict) else 2
            values.setdefault(at, {})[key, number, tag] = labels[row]
    return RecordEdits(values=values, entries=gone)


def _classes(record: Record, question: str) -> Iterator[Way]:
    if question == doccano._key(record):
        yield from ((question, at) for at in range(len(record[question])))


def _spans(records: Sequence[Record]) -> Iterator[Place]:
    """Each span that lies within its text, in the order of the rows."""
    for at, record in enumerate(records):
        text = record["text"] if isinstance(record.get("text"), str) else ""
        for number, part in enumerate(doccano._list(record) or ()):
            span = doccano._span(part)
            if span is not None and 0 <= span[0] < span[1] <= len(text):
                yield at, (str(doccano._key(record)), number)
