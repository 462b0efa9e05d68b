"""Exports of Label Studio: JSON, with every annotation of a task, and JSON_MIN, one row per annotation."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from auditor.errors import InputError, Problem
from auditor.read.formats.answers import Item, answered_table, left_out, no_classes
from auditor.read.formats.cells import another_format
from auditor.read.formats.records import (
    Record,
    document_of,
    encoding_of_file,
    objects_of,
)
from auditor.read.json_text import cell, told
from auditor.read.sources import Source
from auditor.read.tables import Skip, TextTable, table_reader
from auditor.wording import N_, listed, say

ANNOTATIONS = ("annotations", "completions")
"""The key of the annotations of a task; `completions` before version 1.0."""
BOXES = frozenset(
    {"rectanglelabels", "polygonlabels", "brushlabels", "ellipselabels", "keypointlabels", "rectangle"}
)
"""Kinds of answers that mark a place in an image."""
FLAT = frozenset({"id", "annotator", "annotation_id", "created_at", "updated_at", "lead_time"})
"""Keys that JSON_MIN writes into every row."""


def is_export(source: Source) -> bool:
    """Whether a file is an export of Label Studio, by the keys of its tasks."""
    found = source.document
    if not isinstance(found, list) or not found or not all(isinstance(task, dict) for task in found):
        return False
    return all(is_task(task) for task in found) or _is_flat(found)


@table_reader("label-studio", N_("Label Studio export"), looks_like=is_export)
def read_label_studio(source: Source, sep: str | None, skip: Skip) -> TextTable:
    """A row per task; every `Choices` control is a column, and the only one is the label.

    Skipped work is left out; it may carry the class that was ticked beforehand. Where several people
    annotated a task, the class of most is taken. Addresses in the data are texts.

    Raises:
        InputError: `not-this-format`, `json-no-table`; else as `document_of` and `answered_table`.
    """
    tasks = objects_of(source.name, document_of(source))
    with told(source.name):
        if tasks and _is_flat(tasks):
            return _flat(source, tasks, skip)
        if not all(is_task(task) for task in tasks):
            raise InputError(
                another_format(source.name, say(N_("not every object has data and annotations")))
            )
        return _nested(source, tasks, skip)


def is_task(task: Record) -> bool:
    """Whether an object is a task with its data and its annotations or predictions."""
    lists = [task[key] for key in (*ANNOTATIONS, "predictions") if isinstance(task.get(key), list)]
    made = all(_are_objects(task.get(key) or []) for key in ANNOTATIONS)
    return isinstance(task.get("data"), dict) and bool(lists) and made


def _are_objects(found: Any) -> bool:
    return isinstance(found, list) and all(isinstance(part, dict) for part in found)


def _is_flat(tasks: Sequence[Record]) -> bool:
    return all(map(is_flat_row, tasks))


def is_flat_row(row: Record) -> bool:
    """Whether an object, or a row of the CSV export, is an annotation as JSON_MIN writes it."""
    return row.keys() >= FLAT


def _nested(source: Source, tasks: Sequence[Record], skip: Skip) -> TextTable:
    counted = Counter[str]()
    items = [_item(task, counted) for task in tasks]
    questions = dict.fromkeys(name for item in items for answer in item.answers for name in answer)
    return answered_table(
        source,
        "label-studio",
        items,
        list(questions),
        skip,
        notes=(
            *encoding_of_file(source),
            *_not_counted(source.name, tasks, counted),
            *_only_others(source.name, tasks, questions, counted),
        ),
    )


def _only_others(
    file: str, tasks: Sequence[Record], questions: Iterable[str], counted: Mapping[str, int]
) -> tuple[Problem, ...]:
    """A warning where every answer is a box, a span or the like, so that no row has a label."""
    if list(questions) or not counted["result"]:
        return ()
    kinds = {kind for task in tasks for kind in _other_kinds(task)}
    marks = bool(kinds & BOXES)
    what = say(
        N_("{name}: no answer chooses a class of the whole item, so no row has a label: {kinds}"),
        name=file,
        kinds=listed(sorted(kinds)),
    )
    fix = (
        say(N_("boxes are read a row each: export them from Label Studio as COCO, YOLO or Pascal VOC"))
        if marks
        else say(N_("spans are read a row each: export them from Label Studio as CONLL2003"))
    )
    return (Problem(slug="answers-without-class", what=what, fixes=(fix,), level="warning"),)


def _item(task: Record, counted: Counter[str]) -> Item:
    """A task, with the annotations that count; what does not is added to `counted`."""
    kept = []
    for annotation in annotations_of(task):
        if annotation.get("was_cancelled") is True or annotation.get("skipped") is True:
            counted["skipped"] += 1
        else:
            kept.append(annotation)
    return Item(
        id=cell(task["id"]) if "id" in task else None,
        shown=task["data"],
        answers=[_answer(annotation, counted) for annotation in kept],
        people=tuple(person_of(annotation.get("completed_by")) for annotation in kept),
    )


def annotations_of(task: Record) -> Iterator[Record]:
    """The annotations of a task, under either key."""
    for key in ANNOTATIONS:
        yield from task.get(key) or ()


def _answer(annotation: Record, counted: Counter[str]) -> dict[str, tuple[str, ...]]:
    """Control -> the classes that were chosen; a control that was answered region by region has several."""
    out: dict[str, tuple[str, ...]] = {}
    results = annotation.get("result")
    for result in results if isinstance(results, list) else ():
        value = result.get("value") if isinstance(result, dict) else None
        chosen = value.get("choices") if isinstance(value, dict) else None
        if not isinstance(chosen, list):
            counted["result"] += 1
            continue
        name = cell(result.get("from_name"))
        out[name] = (*out.get(name, ()), *(cell(choice) for choice in chosen))
    return out


def person_of(given: Any) -> str:
    """Who made an annotation: a number, an e-mail address, or an object with both."""
    if isinstance(given, dict):
        return cell(given.get("email") or given.get("id"))
    return cell(given)


def _not_counted(file: str, tasks: Sequence[Record], counted: Mapping[str, int]) -> list[Problem]:
    out = []
    if n := counted["skipped"]:
        one = N_("{n:,} skipped annotation was not read")
        out.append(say(one, N_("{n:,} skipped annotations were not read"), n=n))
    if n := _listed_in(tasks, "predictions"):
        out.append(say(N_("{n:,} prediction was not read"), N_("{n:,} predictions were not read"), n=n))
    if n := _listed_in(tasks, "drafts"):
        out.append(say(N_("{n:,} draft was not read"), N_("{n:,} drafts were not read"), n=n))
    if counted["result"]:
        out.append(no_classes(sorted({kind for task in tasks for kind in _other_kinds(task)})))
    return [left_out(file, what) for what in out]


def _listed_in(tasks: Sequence[Record], key: str) -> int:
    return sum(len(task[key]) for task in tasks if isinstance(task.get(key), list))


def _other_kinds(task: Record) -> Iterator[str]:
    for annotation in annotations_of(task):
        results = annotation.get("result")
        for result in results if isinstance(results, list) else ():
            if isinstance(result, dict) and result.get("type") != "choices":
                yield cell(result.get("type"))


def _flat(source: Source, rows: Sequence[Record], skip: Skip) -> TextTable:
    """JSON_MIN: a row per annotation, the newest first; skipped work is not in it."""
    controls = dict.fromkeys(name for row in rows for name in _between(row))
    chosen = [name for name in controls if all(_chosen(row.get(name)) is not None for row in rows)]
    tasks: dict[str, list[Record]] = {}
    for row in rows:
        tasks.setdefault(cell(row["id"]), []).append(row)
    items = [
        Item(
            id=task,
            shown={name: value for name, value in found[0].items() if name not in FLAT | controls.keys()},
            answers=[{name: _chosen(row.get(name)) or () for name in chosen} for row in found],
            people=tuple(person_of(row["annotator"]) for row in found),
        )
        for task, found in tasks.items()
    ]
    others = [name for name in controls if name not in chosen]
    said = (left_out(source.name, no_classes(others)),) if others else ()
    notes = (*encoding_of_file(source), *said)
    return answered_table(source, "label-studio", items, chosen, skip, notes=notes)


def _between(row: Record) -> list[str]:
    """The keys of the answers: JSON_MIN writes them behind the id of the task and before who answered."""
    names = list(row)
    return [name for name in names[names.index("id") + 1 : names.index("annotator")] if name not in FLAT]


def _chosen(value: Any) -> tuple[str, ...] | None:
    """The classes in an answer of JSON_MIN; None where it is no choice of classes."""
    if value is None or isinstance(value, str):
        return (value,) if value else ()
    choices = value.get("choices") if isinstance(value, dict) else None
    return tuple(cell(choice) for choice in choices) if isinstance(choices, list) else None
