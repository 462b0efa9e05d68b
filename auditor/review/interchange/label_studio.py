"""Label Studio: a project's form and its tasks, and the exports that come back (JSON, JSON_MIN, CSV, TSV).

Run against version 1.23.2. The given label is data, never an annotation: a task with an annotation counts as
labelled and is not asked about. The suggestion is data too, and a prediction only where that is wanted,
because the page ticks a predicted class before anybody has read the text.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from auditor.errors import InputError, Problem
from auditor.read.formats.label_studio import annotations_of, is_flat_row, is_task, person_of
from auditor.review.decisions import REASONS as KNOWN_REASONS
from auditor.review.interchange.answers import (
    COMMENT,
    LABEL,
    REASONS,
    VERDICT,
    VERDICTS,
    Answer,
    Returned,
    ms_of,
    not_ours,
    slip_of,
    usable,
    utc_of,
)
from auditor.review.interchange.choices import refuse_classes
from auditor.review.interchange.family import Outgoing, OutItem, Record, Tool, field_names, register
from auditor.review.interchange.label_config import label_config, shown_first
from auditor.review.interchange.slips import FIELD, Slip, slip_text
from auditor.wording import N_, Text, say

NAME = "Label Studio"
TASKS, CONFIG = "tasks.json", "label_config.xml"
MOST_BYTES = 200_000_000
"""Of tasks.json: Label Studio takes 250 MiB in one request."""
VARIABLE = re.compile(r"\$[\w\[\]{}.]")
"""What Label Studio replaces by a field of the task."""
LISTS = ("choices", "text")
"""Keys under which JSON_MIN and CSV write several answers."""


# out


def write(out: Outgoing) -> dict[str, str]:
    """The tasks, one JSON array with texts alone in their data, and the form that shows them.

    Raises:
        InputError: `class-not-exportable`; `export-too-large`.
    """
    refuse_classes(out.classes, NAME, VARIABLE)
    tasks = [_task(item, out) for item in out.items]
    text = json.dumps(tasks, ensure_ascii=False, allow_nan=False, indent=0)
    if len(text.encode("utf-8")) > MOST_BYTES:
        raise InputError(_too_large())
    return {TASKS: f"{text}\n", CONFIG: label_config(out)}


def _task(item: OutItem, out: Outgoing) -> dict[str, Any]:
    names = field_names(out)
    data = {
        "auditor_item": item.item,
        "auditor_report": out.report,
        FIELD: slip_text(item.slip),
        **dict(zip(names, item.cells, strict=True)),
        **({"image": item.picture} if out.has_pictures else {}),
        "given": item.given,
        "suggested": item.suggested,
        "reason": item.reason,
        "copies": str(item.copies) if item.copies else "",
    }
    if not out.prelabel or item.suggested not in out.classes:
        return {"data": data}
    ticked = {
        "id": f"p{item.slip.row}",
        "from_name": LABEL,
        "to_name": shown_first(out),
        "type": "choices",
        "value": {"choices": [item.suggested]},
    }
    return {"data": data, "predictions": [{"model_version": FIELD, "result": [ticked]}]}


def _too_large() -> Problem:
    limit = MOST_BYTES // 1_000_000
    return Problem(
        slug="export-too-large",
        what=say(
            N_("the tasks take more than {limit} MB, and Label Studio would not import them"), limit=limit
        ),
        fixes=(say(N_("--items N with a smaller number, and the rest in the next round")),),
    )


def next_steps(place: str, out: Outgoing) -> Sequence[Text]:
    """How the tasks get into a project, and the answers back."""
    return (
        say(
            N_("in Label Studio: Create Project; Labeling Setup > Custom template > Code: paste {file}"),
            file=CONFIG,
        ),
        say(N_("  Import: {file}; label; Export: JSON (it alone tells what was skipped)"), file=TASKS),
        say("auditor apply DATA export.json -o FIXED"),
    )


# back


def is_export(records: Sequence[Record]) -> bool:
    """Whether records are tasks, rows of JSON_MIN, or rows of the CSV export."""
    return bool(records) and (all(map(is_task, records)) or all(map(is_flat_row, records)))


def read(name: str, records: Sequence[Record]) -> Returned:
    """What was answered; skipped work is looked at first, because it carries what was ticked beforehand.

    Raises:
        InputError: `export-not-ours`, `decisions-damaged`.
    """
    counted = Counter[str]()
    nested = all(map(is_task, records))
    found = list((_of_task if nested else _of_row)(name, records, counted))
    if counted["foreign"] == len(records):
        raise InputError(not_ours(name, NAME))
    answers = [answer for _, several in found for answer in several]
    decided = {answer.slip.item for answer in answers}
    left = {slip.item: slip for slip, _ in found if slip.item not in decided}
    return Returned(answers=tuple(answers), open=tuple(left.values()), counted=counted, prefix="label-studio")


Found = Iterator[tuple[Slip, list[Answer]]]


def _of_task(name: str, tasks: Sequence[Record], counted: Counter[str]) -> Found:
    for task in tasks:
        slip = slip_of(name, task["data"].get(FIELD), counted)
        if slip is None:
            continue
        counted["draft"] += len(drafts) if isinstance(drafts := task.get("drafts"), list) else 0
        found = []
        for annotation in annotations_of(task):
            if annotation.get("was_cancelled") is True or annotation.get("skipped") is True:
                counted["skipped"] += 1
                continue
            answer = _answer(
                slip, _person(annotation.get("completed_by")), _given(annotation), annotation, counted
            )
            found += [] if answer is None else [answer]
        yield slip, found


def _person(given: Any) -> str:
    """Who annotated: the number where there is one, since most exports say nothing else."""
    number = given.get("id") if isinstance(given, dict) else None
    return person_of(given if number is None else number)


def _given(annotation: Record) -> dict[str, list[str]]:
    """Control -> what was chosen or typed."""
    out: dict[str, list[str]] = {}
    results = annotation.get("result")
    for result in results if isinstance(results, list) else ():
        value = result.get("value") if isinstance(result, dict) else None
        if not isinstance(value, dict):
            continue
        for key in LISTS:
            out.setdefault(str(result.get("from_name")), []).extend(_texts(value.get(key)))
    return out


def _of_row(name: str, rows: Sequence[Record], counted: Counter[str]) -> Found:
    """JSON_MIN and CSV: a row per annotation; what was skipped is not in them."""
    for row in rows:
        slip = slip_of(name, row.get(FIELD), counted)
        if slip is None:
            continue
        given = {key: _flat(row.get(key)) for key in (LABEL, VERDICT, REASONS, COMMENT)}
        person = _person(row.get("annotator"))
        answer = _answer(slip, person, given, {**row, "id": row.get("annotation_id")}, counted)
        yield slip, [] if answer is None else [answer]


def _flat(value: Any) -> list[str]:
    """An answer of JSON_MIN, or its text in a cell of CSV: several stand in an object."""
    if isinstance(value, str) and value[:1] == "{":
        try:
            found = json.loads(value)
        except (ValueError, RecursionError):
            found = None
        value = found if isinstance(found, dict) and set(found) & set(LISTS) else value
    if isinstance(value, dict):
        return [text for key in LISTS for text in _texts(value.get(key))]
    return [text for text in _texts(value) if text]


def _texts(value: Any) -> list[str]:
    several = value if isinstance(value, list) else [value]
    return [text for text in several if isinstance(text, str)]


def _answer(
    slip: Slip, person: str, given: Mapping[str, list[str]], told: Record, counted: Counter[str]
) -> Answer | None:
    """One annotation as an answer; None where it decides nothing, which is counted unless it is empty."""
    labels, verdicts = given.get(LABEL, []), given.get(VERDICT, [])
    if len(labels) > 1:
        counted["several"] += 1
        return None
    number = str(told.get("id") or "")
    answer = Answer(
        slip=slip,
        person=person,
        label=labels[0] if labels else None,
        verdict=next((one for one in verdicts if one in VERDICTS), ""),
        reasons=tuple(one for one in given.get(REASONS, []) if one in KNOWN_REASONS),
        comment="\n".join(given.get(COMMENT, [])),
        at=utc_of(told.get("updated_at") or told.get("created_at")),
        ms=ms_of(told.get("lead_time")),
        order=(int(number) if number.isdecimal() else 0, str(told.get("created_at"))),
    )
    return answer if usable(answer, counted) else None


register(
    Tool(
        name="label-studio",
        title=NAME,
        output="label-studio",
        folder=True,
        write=write,
        next=next_steps,
        is_export=is_export,
        read=read,
        takes_prelabel=True,
    )
)
