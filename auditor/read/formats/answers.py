"""Items that people answered questions about, as annotation tools export them: one row per item.

Each question becomes a column; its cell is the class that the annotations agree on, or that most of
them chose. What is not settled so, and what was not counted, is said with its number.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from auditor.errors import Problem
from auditor.read.columns import NAMES, NONE, names_files, normal_name
from auditor.read.formats.cells import Columns, free_name, table_of
from auditor.read.formats.records import (
    columns_of,
)
from auditor.read.json_text import plain, told
from auditor.read.sources import Source
from auditor.read.tables import Skip, TextTable
from auditor.wording import N_, Text, listed, say

OWN_ID = "auditor_item"
"""The field in which the id of a row travels through an annotation tool that numbers its tasks."""


SAMPLED = 200
"""Rows of a field that are looked at to tell whether it names files."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One task or record."""

    id: str | None
    shown: dict[str, Any]
    """Field -> what people saw."""
    more: dict[str, Any] = field(default_factory=dict)
    """What is known of it besides, and was not shown."""
    answers: list[dict[str, tuple[str, ...]]] = field(default_factory=list)
    """One per annotation that counts: question -> the classes that were chosen."""
    people: tuple[str, ...] = ()
    """Who made them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Settled:
    """One question, answered for every item."""

    cells: list[str]
    differing: tuple[int, ...]
    """Items whose annotations differ."""
    ties: int
    several: int
    """Items with an annotation of more than one class."""
    empty: int
    """Items without an answer."""


def answered_table(
    source: Source,
    form: str,
    items: Sequence[Item],
    questions: Sequence[str],
    skip: Skip,
    notes: Iterable[Problem] = (),
) -> TextTable:
    """Items as a table: their ids, what was shown, a column per question, and who answered.

    Args:
        source: where they come from.
        form: the name of the format.
        items: the items.
        questions: questions that are answered with a class. Of several the user has to name one.
        skip: which columns are not wanted.
        notes: what was said while reading.

    Raises:
        InputError: `json-too-deep`, `json-keys-vary`, `file-unreadable`.
    """
    with told(source.name):
        shown, missing = columns_of(source.name, [item.shown for item in items])
        more, missing_too = columns_of(source.name, [item.more for item in items])
    settled = {name: _settled(items, name) for name in questions}
    answered = {name: found.cells for name, found in settled.items()}
    answered |= _who(items, answered)
    ids = _ids(items, answered)
    fields: Columns = {}
    for name, cells in (shown | more).items():
        fields[free_name(name, {*ids, *answered, *fields})] = cells
    content = dict(zip(fields, shown, strict=False))
    said = [problem for name, found in settled.items() for problem in _said(source.name, items, name, found)]
    return table_of(
        source,
        form,
        {**ids, **fields, **answered},
        skip,
        notes=(*notes, *missing, *missing_too, *said),
        roles={
            "id": (OWN_ID,) if all(fields.get(OWN_ID, [""])) else tuple(ids),
            "label": tuple(questions) or (NONE,),
            **_content_role({name: fields[name] for name in content if name != OWN_ID}),
        },
    )


def _ids(items: Sequence[Item], answered: Columns) -> Columns:
    """The ids of the items under a name that no question has; no column where there are none."""
    there = any(item.id is not None for item in items)
    return {free_name("id", answered): [item.id or "" for item in items]} if there else {}


def _who(items: Sequence[Item], answered: Columns) -> Columns:
    """Who annotated, where it was one person; no column where that is never so."""
    people = [item.people[0] if len(item.people) == 1 else "" for item in items]
    return {free_name("annotator", answered): people} if any(people) else {}


def _content_role(columns: Columns) -> dict[str, tuple[str, ...]]:
    """Text where a single column is named so, or where there is but one; else all are features."""
    named = [name for name in columns if normal_name(name) in NAMES["text"]]
    if len(named) == 1:
        return {"text": (named[0],)}
    if len(columns) == 1 and not names_files(next(iter(columns.values()))[:SAMPLED]):
        return {"text": tuple(columns)}
    return {"features": tuple(columns)} if columns else {}


def _settled(items: Sequence[Item], question: str) -> _Settled:
    cells: list[str] = []
    differing: list[int] = []
    ties = several = empty = 0
    for at, item in enumerate(items):
        chosen = [answer[question] for answer in item.answers if answer.get(question)]
        votes = Counter(classes[0] for classes in chosen if len(classes) == 1)
        several += any(len(classes) > 1 for classes in chosen)
        empty += not chosen
        ranked = votes.most_common(2)
        tied = len(ranked) == 2 and ranked[0][1] == ranked[1][1]
        ties += tied
        if len(votes) > 1:
            differing.append(at)
        cells.append(ranked[0][0] if ranked and not tied else "")
    return _Settled(cells=cells, differing=tuple(differing), ties=ties, several=several, empty=empty)


def _said(file: str, items: Sequence[Item], question: str, found: _Settled) -> list[Problem]:
    problems = []
    if found.differing:
        first = found.differing[0]
        problems.append(_differ(file, question, found, _example(items[first], question, first)))
    if found.several:
        problems.append(several_classes(file, question, found.several))
    if found.empty:
        problems.append(_unanswered(file, question, found.empty))
    return problems


def _example(item: Item, question: str, at: int) -> Text:
    votes = Counter(classes[0] for answer in item.answers if len(classes := answer.get(question, ())) == 1)
    said = listed([f"{plain(name)} ({count})" for name, count in votes.most_common()])
    return say(N_("e.g. {item}: {labels}"), item=plain(item.id or f"row-{at}"), labels=said)


def _differ(file: str, question: str, found: _Settled, example: Text) -> Problem:
    tied = say(
        N_("{n:,} item without a majority has no label"),
        N_("{n:,} items without a majority have no label"),
        n=found.ties,
    )
    return Problem(
        slug="annotations-differ",
        what=say(
            N_("{file}: annotations of {n:,} item differ in {question}"),
            N_("{file}: annotations of {n:,} items differ in {question}"),
            file=file,
            n=len(found.differing),
            question=plain(question),
        ),
        details=(say(N_("the class of most was taken")), *((tied,) if found.ties else ()), example),
        level="warning",
    )


def several_classes(file: str, question: str, n: int) -> Problem:
    """Rows with more than one class in one annotation: they are left without a label."""
    return Problem(
        slug="several-classes",
        what=say(
            N_("{file}: {n:,} row has several classes at once in {question}; only single ones are read"),
            N_("{file}: {n:,} rows have several classes at once in {question}; only single ones are read"),
            file=file,
            n=n,
            question=plain(question),
        ),
        details=(say(N_("datasets of several labels per row are not audited yet")),),
        level="warning",
    )


def left_out(file: str, what: Text) -> Problem:
    """Annotations that were not counted; `what` says how many and why."""
    return Problem(
        slug="annotations-left-out",
        what=say(N_("{file}: {what}"), file=file, what=what),
        level="note",
    )


def no_classes(questions: Sequence[str]) -> Text:
    """Questions that are answered with something else than classes."""
    names = listed([plain(name) for name in questions])
    return say(N_("answers that choose no class were not read: {names}"), names=names)


def _unanswered(file: str, question: str, n: int) -> Problem:
    return Problem(
        slug="annotations-empty",
        what=say(
            N_("{file}: {n:,} item has no answer to {question}, and so no label"),
            N_("{file}: {n:,} items have no answer to {question}, and so no label"),
            file=file,
            n=n,
            question=plain(question),
        ),
        level="note",
    )
