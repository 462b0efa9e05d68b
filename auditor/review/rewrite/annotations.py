"""Exports of annotation tools again: a class changes in the annotation that gave it.

Where the class of a row is not the single choice of a single annotation, there is no one place to write
another: two people who agreed would be made to say what neither said. Such rows are refused.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from auditor.errors import InputError
from auditor.read.formats import argilla, label_studio, prodigy
from auditor.read.formats.records import Record, document_of, records_in
from auditor.read.json_text import cell
from auditor.read.sources import Source
from auditor.read.tables import TextTable
from auditor.review.rewrite.family import Edits, format_not_written, rewriter
from auditor.review.rewrite.record_files import RecordEdits, Way, rewrite_records
from auditor.wording import N_, Text, listed, say

Places = Callable[[Record, str], Iterator[Way]]
"""(object, question) -> the ways to the classes that count."""


@rewriter("label-studio")
def rewrite_label_studio(source: Source, table: TextTable, edits: Edits, target: Path) -> None:
    """Write an export of Label Studio, JSON or JSON_MIN, with other choices; a row that goes is a task.

    Raises:
        InputError: `format-not-written`.
    """
    refuse_added(source, edits)
    tasks = document_of(source)
    if tasks and label_studio._is_flat(tasks):
        rows = _by_task(tasks)
        write_classes(source, tasks, rows, _flat_choices, edits, target)
    else:
        write_classes(source, tasks, [[at] for at in range(len(tasks))], _choices, edits, target)


def _by_task(rows: Sequence[Record]) -> list[list[int]]:
    """The objects of each task, which has one for each annotation."""
    tasks: dict[Any, list[int]] = {}
    for at, row in enumerate(rows):
        tasks.setdefault(cell(row["id"]), []).append(at)
    return list(tasks.values())


def _choices(task: Record, question: str) -> Iterator[Way]:
    for key in label_studio.ANNOTATIONS:
        for at, annotation in enumerate(task.get(key) or ()):
            if annotation.get("was_cancelled") is True or annotation.get("skipped") is True:
                continue
            results = annotation.get("result")
            for number, result in enumerate(results if isinstance(results, list) else ()):
                for choice in _chosen(result, question):
                    yield key, at, "result", number, "value", "choices", choice


def _chosen(result: Any, question: str) -> range:
    """The places of the choices in a result, if it answers the question."""
    value = result.get("value") if isinstance(result, dict) else None
    chosen = value.get("choices") if isinstance(value, dict) else None
    fits = isinstance(chosen, list) and cell(result.get("from_name")) == question
    return range(len(chosen) if fits and chosen else 0)


def _flat_choices(row: Record, question: str) -> Iterator[Way]:
    value = row.get(question)
    if isinstance(value, str) and value:
        yield (question,)
    elif isinstance(value, dict):
        yield from ((question, "choices", at) for at in range(len(value["choices"])))


@rewriter("argilla")
def rewrite_argilla(source: Source, table: TextTable, edits: Edits, target: Path) -> None:
    """Write records of Argilla with other responses; not their Parquet form.

    Raises:
        InputError: `format-not-written`.
    """
    refuse_added(source, edits)
    if source.suffix in argilla.PARQUET:
        raise InputError(
            format_not_written(source.name, say(N_("it is of the format {name}"), name="parquet"))
        )
    records = records_in(source).rows
    write_classes(source, records, [[at] for at in range(len(records))], _responses, edits, target)


def _responses(record: Record, question: str) -> Iterator[Way]:
    for way, value, status in _answers(record, question):
        if status in argilla.SUBMITTED and value is not None:
            if isinstance(value, list):
                yield from ((*way, at) for at in range(len(value)))
            else:
                yield way


def _answers(record: Record, question: str) -> Iterator[tuple[Way, Any, str]]:
    """(way to a value, the value, its status) of each response to a question."""
    given = record.get("responses")
    if not argilla.is_nested(record):
        ways = [(f"{question}{argilla.RESPONSES}", at) for at in range(_length(record, question))]
        answers = argilla._flat(record, question)
        yield from ((way, value, status) for way, (_, value, _, status) in zip(ways, answers, strict=True))
    elif isinstance(given, dict):
        for at, one in enumerate(given.get(question) or ()):
            yield ("responses", question, at, "value"), one.get("value"), cell(one.get("status"))
    else:
        for at, one in enumerate(given or ()):
            values = one.get("values")
            if isinstance(values, dict) and question in values:
                way: Way = ("responses", at, "values", question)
                inner = values[question]
                found = (way, inner) if not isinstance(inner, dict) else ((*way, "value"), inner.get("value"))
                yield *found, cell(one.get("status"))


def _length(record: Record, question: str) -> int:
    found = record.get(f"{question}{argilla.RESPONSES}")
    return len(found) if isinstance(found, list) else 0


@rewriter("prodigy")
def rewrite_prodigy(source: Source, table: TextTable, edits: Edits, target: Path) -> None:
    """Write annotations of Prodigy with other classes; the hashes stay those of the old ones.

    Raises:
        InputError: `format-not-written`.
    """
    refuse_added(source, edits)
    records = records_in(source).rows
    write_classes(source, records, [[at] for at in range(len(records))], _accepted, edits, target)


def _accepted(row: Record, question: str) -> Iterator[Way]:
    if row["answer"] != "accept" or question != prodigy.QUESTION:
        return
    if chosen := prodigy._chosen(row):
        yield from (("accept", at) for at in range(len(chosen)))
    elif row.get("label") is not None:
        yield ("label",)


def write_classes(
    source: Source,
    records: Sequence[Record],
    rows: Sequence[Sequence[int]],
    ways: Places,
    edits: Edits,
    target: Path,
) -> None:
    """Write the objects with other classes.

    Args:
        source: the file.
        records: its objects.
        rows: the objects of each row.
        ways: where an object holds its classes.
        edits: of the rows; a new column becomes a member of each object.
        target: the file to write.

    Raises:
        InputError: `format-not-written` where a row has no single class.
    """
    values: dict[int, dict[Way, str]] = {}
    unclear: list[int] = []
    for question, texts in edits.cells.items():
        for row in sorted(texts.keys() - edits.dropped):
            places = [(at, way) for at in rows[row] for way in ways(records[at], question)]
            if len(places) != 1 or not texts[row]:
                unclear.append(row)
                continue
            ((at, way),) = places
            values.setdefault(at, {})[way] = texts[row]
    if unclear:
        raise refused(source, _unclear(unclear))
    rewrite_records(
        source,
        RecordEdits(
            values=values,
            members={at: _members(edits, row) for row, ats in enumerate(rows) for at in ats if edits.added},
            dropped=frozenset(at for row in edits.dropped for at in rows[row]),
        ),
        target,
    )


def _members(edits: Edits, row: int) -> Mapping[str, str]:
    return {name: texts.get(row, "") for name, texts in edits.added.items()}


def _unclear(rows: Sequence[int]) -> Text:
    return say(
        N_("{n:,} row to change has not one annotation with one class: row {rows}"),
        N_("{n:,} rows to change have not one annotation with one class: rows {rows}"),
        n=len(rows),
        rows=listed(list(map(str, sorted(rows))), 5),
    )


def refuse_added(source: Source, edits: Edits) -> None:
    """Raise `format-not-written` for a new column."""
    if edits.added:
        raise refused(source, say(N_("it has no place for a new column")))


def refused(source: Source, why: Text) -> InputError:
    """`format-not-written`; `why` is a sentence."""
    return InputError(format_not_written(source.name, why))
