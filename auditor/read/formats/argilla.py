"""Records of Argilla: nested (1.x and 2.x), or flattened, as `to_datasets` and `to_list` write them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

from auditor.errors import InputError, Problem
from auditor.read.formats.answers import Item, answered_table, left_out, no_classes
from auditor.read.formats.cells import another_format
from auditor.read.formats.records import (
    Record,
    first_records,
    parquet_names,
    parquet_records,
    records_in,
)
from auditor.read.json_text import cell, plain, told
from auditor.read.sources import Source
from auditor.read.tables import Skip, TextTable, table_reader
from auditor.wording import N_, listed, say

PARQUET = (".parquet", ".pq")
"""What `Dataset.to_parquet` of a flattened export writes."""
RESPONSES = ".responses"
"""Ending of the flattened key of a question's responses; `.users` and `.status` follow it."""
SUGGESTIONS = (".suggestion", ".suggestion.score", ".suggestion.agent")
"""Endings of flattened keys of what a model suggested."""
SUBMITTED = frozenset({"submitted", ""})
"""Statuses of a response that counts; nested records of 2.x do not write the status."""
NOT_SHOWN = frozenset({"id", "status", "inserted_at", "updated_at", "_server_id"})
"""Flattened keys that are no field and no metadata."""
Response = tuple[str, Any, str, str]
"""(question, value, who, status)."""


def is_export(source: Source) -> bool:
    """Whether a file holds records of Argilla, by their keys."""
    if source.suffix in PARQUET:
        return bool(questions_of(dict.fromkeys(parquet_names(source))))
    first = first_records(source)
    return bool(first) and (all(is_nested(record) for record in first) or any(map(questions_of, first)))


@table_reader("argilla", N_("Argilla records"), looks_like=is_export)
def read_argilla(source: Source, sep: str | None, skip: Skip) -> TextTable:
    """A row per record; every question that is answered with a class is a column, the only one is the label.

    Discarded responses and drafts do not count. Nested records of version 2 do not say which they are.

    Raises:
        InputError: `not-this-format`; else as `records_in` and `answered_table`.
    """
    records = parquet_records(source) if source.suffix in PARQUET else records_in(source)
    nested = [is_nested(record) for record in records.rows]
    if not all(nested) and not any(map(questions_of, records.rows)):
        raise InputError(another_format(source.name, say(N_("the objects have no fields and responses"))))
    with told(source.name):
        found = [list(responses_of(record)) for record in records.rows]
        chosen, others = _asked(found)
        items = [_item(*both, chosen) for both in zip(records.rows, found, strict=True)]
    suggested = sum(map(_suggestions, records.rows))
    notes = (*records.notes, *_not_counted(source.name, found, others, suggested))
    return answered_table(source, "argilla", items, chosen, skip, notes=notes)


def is_nested(record: Record) -> bool:
    """Whether a record keeps fields and responses apart, as `to_json` writes it."""
    given = record.get("responses")
    if not isinstance(record.get("fields"), dict) or not isinstance(given, (dict, list)):
        return False
    parts = given.values() if isinstance(given, dict) else [given]
    return all(isinstance(part, list) and all(isinstance(one, dict) for one in part) for part in parts)


def questions_of(record: Record) -> list[str]:
    """The questions of a flattened record."""
    ends = [name for name in record if name.endswith(RESPONSES)]
    return [name.removesuffix(RESPONSES) for name in ends if f"{name}.users" in record]


def responses_of(record: Record) -> Iterator[Response]:
    """The responses of a record of any version; "" as the status where it does not say one."""
    if not is_nested(record):
        for question in questions_of(record):
            yield from _flat(record, question)
    elif isinstance(record["responses"], dict):  # 2.x: question -> responses
        for question, given in record["responses"].items():
            for one in given:
                yield question, one.get("value"), cell(one.get("user_id")), cell(one.get("status"))
    else:  # 1.x: a response per person, to all questions
        for one in record["responses"]:
            values = one.get("values")
            for question, given in values.items() if isinstance(values, dict) else ():
                value = given.get("value") if isinstance(given, dict) else given
                yield question, value, cell(one.get("user_id")), cell(one.get("status"))


def _flat(record: Record, question: str) -> Iterator[Response]:
    values, users, states = (
        found if isinstance(found := record.get(f"{question}{RESPONSES}{end}"), list) else []
        for end in ("", ".users", ".status")
    )
    for at, value in enumerate(values):
        user = cell(users[at]) if at < len(users) else ""
        yield question, value, user, cell(states[at]) if at < len(states) else ""


def _asked(found: list[list[Response]]) -> tuple[list[str], list[str]]:
    """The questions that are answered with classes, and the others."""
    questions = dict.fromkeys(question for responses in found for question, *_ in responses)
    others = {
        question
        for responses in found
        for question, value, *_ in responses
        if value is not None and _classes(value) is None
    }
    return [name for name in questions if name not in others], [n for n in questions if n in others]


def _classes(value: Any) -> tuple[str, ...] | None:
    """The classes of a response: one, several, or None where it is a ranking or spans."""
    if isinstance(value, list):
        return None if any(isinstance(part, (dict, list)) for part in value) else tuple(map(cell, value))
    return None if isinstance(value, dict) else tuple(filter(None, [cell(value)]))


def _item(record: Record, responses: list[Response], questions: list[str]) -> Item:
    people: dict[str, dict[str, tuple[str, ...]]] = {}
    known = set(questions)
    for at, (question, value, user, status) in enumerate(responses):
        if question in known and status in SUBMITTED and value is not None:
            answer = people.setdefault(user, {})
            key = user if question not in answer else f"{user} {at}"  # nobody is named: each stands alone
            people.setdefault(key, {})[question] = _classes(value) or ()
    named = record.get("id", record.get("external_id"))
    return Item(
        id=None if named is None else cell(named),
        shown=_shown(record),
        more=_metadata(record),
        answers=list(people.values()),
        people=tuple(people),
    )


def _shown(record: Record) -> dict[str, Any]:
    """The fields; of a flattened record the metadata too, which stands among them."""
    if is_nested(record):
        return dict(record["fields"])
    ends = (RESPONSES, f"{RESPONSES}.users", f"{RESPONSES}.status", *SUGGESTIONS)
    shown = (name for name in record if name not in NOT_SHOWN and not name.endswith(ends))
    return {name: record[name] for name in shown}


def _metadata(record: Record) -> dict[str, Any]:
    found = record.get("metadata")
    if not is_nested(record) or not isinstance(found, dict):
        return {}
    return {f"metadata.{name}": value for name, value in found.items()}


def _suggestions(record: Record) -> int:
    given = record.get("suggestions")
    if is_nested(record):
        return len(given) if isinstance(given, (dict, list)) else 0
    return sum(1 for name, value in record.items() if name.endswith(SUGGESTIONS[0]) and value is not None)


def _not_counted(file: str, found: list[list[Response]], others: list[str], suggested: int) -> list[Problem]:
    states = Counter(status for responses in found for *_, status in responses)
    left = [f"{plain(status)} ({n:,})" for status, n in states.items() if status not in SUBMITTED]
    out = []
    if left:
        out.append(say(N_("responses that are not submitted do not count: {names}"), names=listed(left)))
    elif set(states) == {""}:
        out.append(say(N_("drafts and discarded responses cannot be told from others; all count")))
    if others:
        out.append(no_classes(others))
    if suggested:
        out.append(
            say(N_("{n:,} suggestion was not read"), N_("{n:,} suggestions were not read"), n=suggested)
        )
    return [left_out(file, what) for what in out]
