"""Argilla: records and the settings of their dataset, and the records that come back, nested or flattened.

Run against the client 2.8.0. Its `to_json` does not write whether a response was submitted, is a draft or was
discarded; `to_list(flatten=True)` does.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from auditor.errors import InputError
from auditor.read.formats.argilla import SUBMITTED, is_nested, questions_of, responses_of
from auditor.review.decisions import REASONS as KNOWN_REASONS
from auditor.review.interchange.answers import (
    COMMENT,
    LABEL,
    REASONS,
    VERDICT,
    VERDICTS,
    Answer,
    Returned,
    not_ours,
    slip_of,
    usable,
)
from auditor.review.interchange.choices import VERDICT_TITLES, reason_titles, refuse_classes, title
from auditor.review.interchange.family import Outgoing, OutItem, Record, Tool, field_names, register
from auditor.review.interchange.slips import FIELD, Slip, slip_text
from auditor.wording import N_, Text, say

NAME = "Argilla"
RECORDS, SETTINGS, SCRIPT = "records.json", "settings.json", "send.py"
FEW, VISIBLE = 3, 20
"""Options that may be folded away at all; options shown before the rest unfolds."""
LONGEST = 200
"""Characters of an option."""
SEND = '''"""Makes a dataset on an Argilla server from settings.json and records.json; run in their folder.

    pip install argilla requests
    ARGILLA_API_URL=https://... ARGILLA_API_KEY=... python send.py NAME
"""

import sys

import argilla as rg

dataset = rg.Dataset(name=sys.argv[1], settings=rg.Settings.from_json("settings.json"))
dataset.create()
dataset.records.from_json("records.json")
'''
"""What is written beside the records: Argilla makes datasets by code alone."""


# out


def write(out: Outgoing) -> dict[str, str]:
    """The records, the settings of their dataset, and the script that sends both.

    The client opens files in the encoding of its computer, so that all is ASCII.

    Raises:
        InputError: `class-not-exportable`.
    """
    refuse_classes(out.classes, NAME, longest=LONGEST)
    records = [_record(item, out) for item in out.items]
    return {
        RECORDS: f"{json.dumps(records, allow_nan=False, indent=0)}\n",
        SETTINGS: f"{json.dumps(_settings(out), allow_nan=False, indent=1)}\n",
        SCRIPT: SEND,
    }


def _record(item: OutItem, out: Outgoing) -> dict[str, Any]:
    fields = {
        **({"image": item.picture} if item.picture else {}),
        **dict(zip(field_names(out), item.cells, strict=True)),
        "given": item.given,
        "suggested": item.suggested,
        "reason": item.reason,
        "copies": str(item.copies) if item.copies else "",
    }
    ticked = out.prelabel and item.suggested in out.classes
    return {
        "id": f"{out.report}.{item.slip.row}",
        "fields": {name: text for name, text in fields.items() if text or name == "given"},
        "metadata": {"auditor_item": item.item, "auditor_report": out.report, FIELD: slip_text(item.slip)},
        "suggestions": {LABEL: {"value": item.suggested, "score": None, "agent": FIELD}} if ticked else {},
        "responses": {},
        "vectors": {},
    }


def _settings(out: Outgoing) -> dict[str, Any]:
    return {
        "guidelines": out.guidelines or None,
        "allow_extra_metadata": True,
        "fields": list(_fields(out)),
        "questions": list(_questions(out)),
        "metadata": [],
        "vectors": [],
    }


def _fields(out: Outgoing) -> Iterator[dict[str, Any]]:
    if out.has_pictures:
        yield _field("image", title("image", out.lang), "image")
    for name, column in zip(field_names(out), out.columns, strict=True):
        yield _field(name, column)
    for name in ("given", "suggested", "reason", "copies"):
        yield _field(name, title(name, out.lang))


def _field(name: str, words: str, kind: str = "text") -> dict[str, Any]:
    more = {"use_markdown": False} if kind == "text" else {}
    required = name == "given"  # every record has it, and a server wants one such field
    return {"name": name, "title": words, "required": required, "settings": {"type": kind, **more}}


def _questions(out: Outgoing) -> Iterator[dict[str, Any]]:
    """What is to become of the item is required; a server wants one such question."""
    verdicts = {name: say(words).to(out.lang) for name, words in VERDICT_TITLES.items()}
    classes = {name: name for name in out.classes}
    action = title("action", out.lang)
    yield _question(VERDICT, action, _options("label_selection", verdicts), required=True)
    yield _question(LABEL, title("class", out.lang), _options("label_selection", classes))
    reasons = _options("multi_label_selection", reason_titles(out.lang))
    yield _question(REASONS, title(REASONS, out.lang), reasons)
    yield _question(COMMENT, title(COMMENT, out.lang), {"type": "text", "use_markdown": False})


def _options(kind: str, offered: Mapping[str, str]) -> dict[str, Any]:
    options = [{"value": value, "text": words, "description": None} for value, words in offered.items()]
    visible = min(len(options), VISIBLE) if len(options) >= FEW else None
    return {"type": kind, "options": options, "visible_options": visible}


def _question(name: str, words: str, settings: dict[str, Any], *, required: bool = False) -> dict[str, Any]:
    return {
        "name": name,
        "title": words,
        "description": None,
        "required": required,
        "settings": settings,
    }


def next_steps(place: str, out: Outgoing) -> Sequence[Text]:
    """How the records get to a server, and the answers back."""
    return (
        say(
            N_("to make the dataset on your server: {command}"), command=f"cd {place} && python {SCRIPT} NAME"
        ),
        say(N_("to get the answers with their status: {file}"), file="docs/exchange.md"),
        say("auditor apply DATA answers.json -o FIXED"),
    )


# back


def is_export(records: Sequence[Record]) -> bool:
    """Whether records are those of Argilla, nested or flattened."""
    return bool(records) and all(is_nested(record) or questions_of(record) for record in records)


def read(name: str, records: Sequence[Record]) -> Returned:
    """What was answered, of submitted responses alone where the records tell them from others.

    Raises:
        InputError: `export-not-ours`, `decisions-damaged`.
    """
    counted = Counter[str]()
    answers: list[Answer] = []
    left: list[Slip] = []
    for record in records:
        metadata = record.get("metadata")
        told = metadata if is_nested(record) and isinstance(metadata, dict) else record
        slip = slip_of(name, told.get(FIELD), counted)
        if slip is None:
            continue
        found = list(_answers(slip, record, counted))
        answers += found
        left += [] if found else [slip]
    if counted["foreign"] == len(records):
        raise InputError(not_ours(name, NAME))
    return Returned(answers=tuple(answers), open=tuple(left), counted=counted, prefix="argilla")


def _answers(slip: Slip, record: Record, counted: Counter[str]) -> Iterator[Answer]:
    people: dict[str, dict[str, Any]] = {}
    states: dict[str, str] = {}
    for question, value, user, status in responses_of(record):
        people.setdefault(user, {})[question] = value
        states[user] = status
    for user, given in people.items():
        if states[user] not in SUBMITTED:
            counted["discarded" if states[user] == "discarded" else "draft"] += 1
            continue
        verdict, reasons = given.get(VERDICT), given.get(REASONS)
        answer = Answer(
            slip=slip,
            person=user,
            label=_text(given.get(LABEL)) or None,
            verdict=verdict if isinstance(verdict, str) and verdict in VERDICTS else "",
            reasons=tuple(one for one in reasons if one in KNOWN_REASONS)
            if isinstance(reasons, list)
            else (),
            comment=_text(given.get(COMMENT)),
        )
        if usable(answer, counted):
            counted["no_status"] += not states[user]
            yield answer


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""


register(
    Tool(
        name="argilla",
        title=NAME,
        output="argilla",
        folder=True,
        write=write,
        next=next_steps,
        is_export=is_export,
        read=read,
        takes_guidelines=True,
        takes_prelabel=True,
    )
)
