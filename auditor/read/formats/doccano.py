"""Exports of doccano: texts with a list of classes, or with a list of spans."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from auditor.errors import InputError
from auditor.read.formats.answers import several_classes
from auditor.read.formats.cells import another_format, table_of
from auditor.read.formats.records import (
    Record,
    Records,
    columns_of,
    first_records,
    records_in,
)
from auditor.read.formats.spans import Passage, Span, span_table
from auditor.read.json_text import cell, told
from auditor.read.sources import Source
from auditor.read.tables import Skip, TextTable, table_reader
from auditor.wording import N_, listed, say

LISTS = ("label", "labels", "entities")
"""Keys of the classes or spans of a text, in this order."""
SHOWN = ("text", "filename")
"""Keys of what was annotated: a text, or a file of an image."""
OFFSETS = ("start_offset", "end_offset", "label")
"""Keys of a span where relations are marked too; elsewhere a span is a list of the three."""


def is_export(source: Source) -> bool:
    """Whether a file is an export of doccano: texts with a list of classes or spans."""
    first = first_records(source)
    return bool(first) and all(_is_example(record) for record in first)


@table_reader("doccano", N_("doccano export"), looks_like=is_export)
def read_doccano(source: Source, sep: str | None, skip: Skip) -> TextTable:
    """Classes: a row per text. Spans: a row per span, see `auditor.read.formats.spans`.

    Raises:
        InputError: `not-this-format`, `no-annotations`, `json-keys-vary`; else as `records_in`.
    """
    records = records_in(source)
    bad = [at for at, record in enumerate(records.rows, start=1) if not _is_example(record)]
    if bad:
        places = listed(list(map(str, bad)), 5)
        why = say(N_("an object has no text with a list of classes or spans: number {places}"), places=places)
        raise InputError(another_format(source.name, why))
    with told(source.name):
        if any(_span(part) for record in records.rows for part in _list(record) or ()):
            return _spans(source, records, skip)
        return _classes(source, records, skip)


def _key(record: Record) -> str | None:
    """The key of the classes or spans; None where the first that is there holds no list."""
    key = next((key for key in LISTS if record.get(key) is not None), None)
    return key if key is not None and isinstance(record[key], list) else None


def _list(record: Record) -> list[Any] | None:
    key = _key(record)
    return None if key is None else record[key]


def _is_example(record: Record) -> bool:
    parts = _list(record)
    if parts is None or not any(isinstance(record.get(key), str) for key in SHOWN):
        return False
    classes = all(isinstance(part, str) for part in parts) and _key(record) != "entities"
    return classes or all(_span(part) for part in parts)


def _span(part: Any) -> Span | None:
    """The span that is written as `[start, end, tag]`, or as an object; None for anything else."""
    if isinstance(part, dict):
        part = [part.get(key) for key in OFFSETS]
    if not isinstance(part, list) or len(part) != 3 or not isinstance(part[2], str):
        return None
    start, end = (_offset(value) for value in part[:2])
    return None if start is None or end is None else (start, end, part[2])


def _offset(value: Any) -> int | None:
    fits = isinstance(value, str) and len(value) < 12 and value.isascii() and value.isdigit()
    return int(value) if fits else None


def _spans(source: Source, records: Records, skip: Skip) -> TextTable:
    passages = [
        Passage(
            place=cell(record.get("id")) or f"row-{at}",
            text=record["text"] if isinstance(record.get("text"), str) else "",
            spans=[span for part in _list(record) or () if (span := _span(part))],
        )
        for at, record in enumerate(records.rows)
    ]
    used = {*SHOWN, *LISTS, "id"}
    others = dict.fromkeys(name for record in records.rows for name in record if name not in used)
    return span_table(source, "doccano", passages, skip, place="example", notes=records.notes, left=others)


def _classes(source: Source, records: Records, skip: Skip) -> TextTable:
    columns, notes = columns_of(source.name, [_single(record) for record in records.rows])
    several = sum(1 for record in records.rows if len(_list(record) or ()) > 1)
    label = next((key for key in LISTS if key in columns), "label")
    shown = next((key for key in SHOWN if key in columns), "text")
    said = (several_classes(source.name, label, several),) if several else ()
    return table_of(
        source,
        "doccano",
        columns,
        skip,
        notes=(*records.notes, *notes, *said),
        roles={"label": (label,), "text" if shown == "text" else "features": (shown,)},
    )


def _single(record: Record) -> dict[str, Any]:
    """A record with its class instead of the list of them, where it is one."""
    key, parts = _key(record) or "", _list(record) or ()
    return {**record, key: _one(parts)}


def _one(parts: Sequence[Any]) -> str:
    return parts[0] if len(parts) == 1 else ""
