"""What the reviewers confirmed: of the queue, of the controls, and how much the suggestion pulled them.

A control is a row that nobody suspects, asked in between. Somebody who says yes to everything finds errors
there too, so that the share of errors among the controls says what a confirmed suspect is worth. Which rows
are blind follows from a hash, so what their share of errors differs by from that of the others is what the
suggestion does. That holds for what each reviewer chose first, before the suggestion was seen and before
anybody settled a conflict; so it is counted by answers and not by items.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from auditor.review.decisions import Decision
from auditor.review.merging import Judgement, Merged
from auditor.statistics.intervals import newcombe, wilson

QUEUE = frozenset({"queue", "spot"})
"""Samples of the frozen list; rows of an estimate are drawn of the whole dataset."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """A share, with its 95% interval (Wilson)."""

    hits: int
    n: int
    low: float
    high: float

    @property
    def value(self) -> float | None:
        """hits / n; None for none."""
        return self.hits / self.n if self.n else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Apart:
    """A share less another one, -1..1, with its 95% interval (Newcombe 1998, method 10)."""

    value: float
    low: float
    high: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Confirmed:
    """Shares of errors among what was judged, of all rounds; exact copies count once."""

    queue: Share
    """Of the rows of the queue that are settled. They are those at its top, not a sample of it: its interval
    speaks of rows as far up only."""
    open: int
    """Rows of the queue that were judged and are not settled, or have no verdict."""
    controls: Share
    """Of the rows that nobody suspects, which are a sample of those."""
    blind: Share
    """Of the first answers on rows of the queue whose suggestion was hidden; spot checks stand elsewhere."""
    in_view: Share
    """Of the answers on those whose suggestion was seen."""
    pull: Apart | None
    """`in_view` less `blind`: what the suggestion adds; None where one of them is empty."""
    taken_blind: Share
    """Of the changed labels among the blind answers: those that became the suggested label."""
    taken_in_view: Share
    """The same of those whose suggestion was seen."""

    def to_json(self) -> dict[str, Any]:
        """As plain JSON values."""
        return asdict(self)


def confirmed_of(found: Merged) -> Confirmed:
    """What was confirmed in merged decisions."""
    rows = [(one, _asked_as(one)) for one in found.judgements]
    of_queue = [one for one, sample in rows if sample in QUEUE]
    firsts = [one.first for one in _answers(found.judgements)]
    asked = [one.was_hidden for one in _answers(found.judgements)]
    blind = [one for one, hidden in zip(firsts, asked, strict=True) if hidden is True]
    in_view = [one for one, hidden in zip(firsts, asked, strict=True) if hidden is False]
    one, other = _errors(_verdicts(in_view)), _errors(_verdicts(blind))
    return Confirmed(
        queue=_errors(_verdicts(of_queue)),
        open=sum(judged.is_error is None for judged in of_queue),
        controls=_errors(_verdicts([judged for judged, sample in rows if sample == "control"])),
        blind=other,
        in_view=one,
        pull=_apart(one, other),
        taken_blind=_taken(blind),
        taken_in_view=_taken(in_view),
    )


def confirmed_from(entry: Mapping[str, Any]) -> Confirmed:
    """What `Confirmed.to_json` wrote."""
    shares = ("queue", "controls", "blind", "in_view", "taken_blind", "taken_in_view")
    return Confirmed(
        **{name: Share(**entry[name]) for name in shares},
        open=entry["open"],
        pull=None if entry["pull"] is None else Apart(**entry["pull"]),
    )


def _asked_as(judgement: Judgement) -> str:
    """Why the item was asked about; "" for one that was decided along with its copy."""
    looked = [one for one in (*judgement.decisions, *judgement.overruled) if one.copy_of is None]
    return min(looked, key=lambda one: (one.settles, one.round, one.reviewer)).sample if looked else ""


def _answers(judgements: Iterable[Judgement]) -> Iterable[Decision]:
    """The independent answers on rows of the queue but for the spot checks."""
    for judgement in judgements:
        for one in (*judgement.decisions, *judgement.overruled):
            if one.sample == "queue" and one.copy_of is None and not one.settles:
                yield one


def _verdicts(judged: Iterable[Judgement | Decision]) -> list[bool]:
    return [one.is_error for one in judged if one.is_error is not None]


def _errors(verdicts: Sequence[bool]) -> Share:
    return _share(sum(verdicts), len(verdicts))


def _taken(answers: Iterable[Decision]) -> Share:
    changed = [one for one in answers if one.action == "relabel" and one.suggested and one.is_error]
    return _share(sum(one.label == one.suggested for one in changed), len(changed))


def _share(hits: int, n: int) -> Share:
    low, high = wilson(hits, n)
    return Share(hits=hits, n=n, low=low, high=high)


def _apart(one: Share, other: Share) -> Apart | None:
    if one.value is None or other.value is None:
        return None
    low, high = newcombe(one.hits, one.n, other.hits, other.n)
    return Apart(value=one.value - other.value, low=low, high=high)
