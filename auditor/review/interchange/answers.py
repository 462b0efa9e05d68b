"""Answers that came back from another tool, as the entries of a decisions file."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from math import isfinite
from typing import Any

from auditor.errors import InputError, Problem
from auditor.review.decisions import ERROR_REASONS
from auditor.review.interchange.slips import DamagedSlip, Slip, slip_in
from auditor.wording import N_, Text, say

LABEL, VERDICT, REASONS, COMMENT = "label", "verdict", "reasons", "comment"
"""The questions, by the names that every tool gives them."""
VERDICTS = frozenset({"keep", "relabel", "exclude", "unsure"})
COUNTED = {
    "skipped": (N_("{n:,} skipped annotation was not read"), N_("{n:,} skipped annotations were not read")),
    "draft": (N_("{n:,} draft was not read"), N_("{n:,} drafts were not read")),
    "discarded": (N_("{n:,} discarded response was not read"), N_("{n:,} discarded responses were not read")),
    "several": (
        N_("{n:,} answer with several classes was not read"),
        N_("{n:,} answers with several classes were not read"),
    ),
    "both": (
        N_("{n:,} answer has a class and a verdict; the verdict counts"),
        N_("{n:,} answers have a class and a verdict; the verdict counts"),
    ),
    "incomplete": (
        N_("{n:,} answer has a comment or a reason and no decision; it was not read"),
        N_("{n:,} answers have a comment or a reason and no decision; they were not read"),
    ),
    "foreign": (
        N_("{n:,} item did not come from auditor; it was not read"),
        N_("{n:,} items did not come from auditor; they were not read"),
    ),
    "no_status": (
        N_("{n:,} response does not say whether it is submitted, a draft or discarded; it counts"),
        N_("{n:,} responses do not say whether they are submitted, drafts or discarded; all count"),
    ),
}
"""What a file may hold besides answers -> how its number is said."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What one person answered of one item."""

    slip: Slip
    person: str
    """As the tool names them: a number, an e-mail address, a UUID; "" where it does not say."""
    label: str | None = None
    verdict: str = ""
    """`keep`, `relabel`, `exclude`, `unsure`, in a table `duplicate`; "" where only a class was chosen."""
    reasons: tuple[str, ...] = ()
    comment: str = ""
    at: str = ""
    ms: int | None = None
    order: tuple[int, str] = (0, "")
    """What makes an answer later than another of the same person."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Returned:
    """What a file of another tool holds."""

    answers: tuple[Answer, ...]
    open: tuple[Slip, ...] = ()
    """Items that nobody answered."""
    counted: Mapping[str, int] = field(default_factory=dict)
    """Key of `COUNTED` -> how many."""
    prefix: str = ""
    """What stands before a person's number: `label-studio`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """The answers on one round, as a decisions file has them."""

    slip: Slip
    """Of any of its items: report, dataset and classes are the same in all."""
    entries: tuple[tuple[str, Mapping[str, Any]], ...]
    """(reviewer, decision as in a decisions file)."""
    undecided: int


def slip_of(name: str, cell: Any, counted: Counter[str]) -> Slip | None:
    """The slip of an item; None, and counted as foreign, where it has none.

    Raises:
        InputError: `decisions-damaged`.
    """
    try:
        found = slip_in(cell)
    except DamagedSlip as error:
        raise InputError(_damaged(name, str(cell))) from error
    if found is None:
        counted["foreign"] += 1
    return found


def batches(returned: Returned) -> list[Batch]:
    """The answers by round, each round in the order of its items; those nobody can use are left out."""
    handles = _handles(returned)
    decided: dict[str, list[tuple[str, Mapping[str, Any]]]] = {}
    slips: dict[str, Slip] = {}
    undecided = Counter[str]()
    for answers in _by_person_and_item(returned.answers):
        source = answers[0].slip.source
        slips.setdefault(source, answers[0].slip)
        for revision, answer in enumerate(answers, start=1):
            reviewer = handles[answer.person]
            found = [(reviewer, entry) for entry in _entries(answer, revision)]
            decided.setdefault(source, []).extend(found)
    for slip in returned.open:
        slips.setdefault(slip.source, slip)
        undecided[slip.source] += 1
    return [
        Batch(slip=slips[source], entries=tuple(decided.get(source, ())), undecided=undecided[source])
        for source in sorted(slips)
    ]


def usable(answer: Answer, counted: Counter[str]) -> bool:
    """Whether an answer decides anything; what it says else is counted."""
    if answer.verdict and answer.label is not None and answer.verdict in {"exclude", "unsure"}:
        counted["both"] += 1
    if answer.verdict == "relabel" and answer.label is None:
        counted["incomplete"] += 1
        return False
    if answer.verdict or answer.label is not None or ERROR_REASONS & set(answer.reasons):
        return True
    counted["incomplete"] += bool(answer.reasons or answer.comment)
    return False


def counted_notes(name: str, counted: Mapping[str, int]) -> tuple[Problem, ...]:
    """What was not read, or not as it stands, said with its number."""
    from auditor.read.formats.answers import left_out

    found = ((COUNTED[why], counted.get(why, 0)) for why in COUNTED)
    return tuple(left_out(name, say(one, many, n=n)) for (one, many), n in found if n)


def utc_of(value: Any) -> str:
    """A time of another tool to the second, as decisions have it; "" for none.

    >>> utc_of("2026-11-22T14:12:44.123456+09:00"), utc_of("soon")
    ('2026-11-22T05:12:44Z', '')
    """
    try:
        moment = datetime.fromisoformat(str(value))
        known = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
        return known.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    except (ValueError, OverflowError):
        return ""


def ms_of(seconds: Any) -> int | None:
    """Seconds as milliseconds; None where they are no sensible number.

    >>> ms_of("8.4"), ms_of("nan"), ms_of(None)
    (8400, None, None)
    """
    try:
        found = float(seconds)
    except (TypeError, ValueError):
        return None
    return round(found * 1_000) if isfinite(found) and 0 <= found < 1e9 else None


def _by_person_and_item(answers: Sequence[Answer]) -> Iterator[list[Answer]]:
    """The answers of each person on each item, the earliest first: of several submissions the last counts."""
    found: dict[tuple[str, str, str], list[Answer]] = {}
    for answer in answers:
        found.setdefault((answer.slip.source, answer.slip.item, answer.person), []).append(answer)
    for key in found:
        yield sorted(found[key], key=lambda one: one.order)


def _entries(answer: Answer, revision: int) -> Iterator[Mapping[str, Any]]:
    """The decision on an item, and those on its copies, as the labeller's page would write them."""
    slip = answer.slip
    told = {
        "content": slip.content,
        "reasons": list(answer.reasons),
        "comment": answer.comment,
        "shown_suggestion": not slip.blind,
        "round": slip.round,
        "at": answer.at,
        "ms": answer.ms,
        "revision": revision,
    }
    own = {name: getattr(slip, name) for name in ("item", "row", "given", "suggested", "sample", "position")}
    action, label = _settled(answer, slip.given)
    yield {**told, **own, "action": action, "label": label}
    for copy in () if answer.verdict == "duplicate" else slip.copies:
        action, label = _settled(answer, str(copy.get("given") or ""))
        if label is None or not slip.classes or label in slip.classes:
            yield {**told, **copy, "copy_of": slip.item, "action": action, "label": label}


def _settled(answer: Answer, given: str) -> tuple[str, str | None]:
    """What an answer means for a row with the label `given`: choosing the label it has is keeping it.

    Where no class fits (`needs_new_class`) and none was chosen, the row keeps its label, with that reason.
    """
    if answer.verdict in {"exclude", "unsure", "duplicate"}:
        return answer.verdict, None
    label = answer.label if answer.verdict != "keep" else None
    if label is None and answer.verdict == "keep" and not ERROR_REASONS & set(answer.reasons):
        label = answer.slip.given
    return ("keep", None) if label is None or label == given else ("relabel", label)


def _handles(returned: Returned) -> dict[str, str]:
    """Person -> the handle under which they decide.

    Of an e-mail address what stands before the `@`, of a UUID its first eight digits, each in full where two
    people would have one handle; of a number the name of the tool and the number.
    """
    people = sorted({answer.person for answer in returned.answers})
    short = {person: _short(person, returned.prefix) for person in people}
    times = Counter(short.values())
    return {
        person: found if times[found] == 1 else _long(person, returned.prefix)
        for person, found in short.items()
    }


def _short(person: str, prefix: str) -> str:
    if "@" in person:
        return person.partition("@")[0] or person
    return _long(person.partition("-")[0] if person.count("-") == 4 else person, prefix)


def _long(person: str, prefix: str) -> str:
    return person if "@" in person else f"{prefix}:{person}" if person else prefix


def not_ours(name: str, title: str) -> Problem:
    """An export of a tool whose tasks auditor did not make."""
    return Problem(
        slug="export-not-ours",
        what=say(
            N_("{name} is an export of {tool} whose items did not come from auditor"), name=name, tool=title
        ),
        details=(say(N_("no item has the field {field}"), field="auditor"),),
        fixes=(
            say(N_("make its items with: {command}"), command="auditor export AUDIT --to ..."),
            say(
                N_("to audit what it holds, give it as the dataset: {command}"), command="auditor audit FILE"
            ),
            say(N_("to apply its labels, give a table with item and label")),
        ),
    )


def _damaged(name: str, cell: str) -> Problem:
    why: Text = say(
        N_("the field {field} of an item was cut off or changed: {value}"), field="auditor", value=cell[:40]
    )
    return Problem(
        slug="decisions-damaged",
        what=say(N_("{name} is damaged: {why}"), name=name, why=why),
        fixes=(say(N_("export it again from the tool, as JSON")),),
    )
