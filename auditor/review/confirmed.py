"""What the reviewers confirmed: of the queue, of the controls, and how much the suggestion pulled them.

A control is a row that nobody suspects, asked in between. Somebody who says yes to everything finds errors
there too, so that the share of errors among the controls says what a confirmed suspect is worth. Blind rows
are drawn of the queue by a hash; what their share differs by is what the suggestion does.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from auditor.statistics.intervals import newcombe, wilson

QUEUE = frozenset({"queue", "spot"})
"""Samples of the frozen list; rows of an estimate are drawn of the whole dataset."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """A share of the verdicts, with its 95% interval (Wilson)."""

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
    """Shares of errors among what was judged; one verdict for all exact copies."""

    queue: Share
    """Of the rows of the queue."""
    controls: Share
    """Of the rows that nobody suspects."""
    blind: Share
    """Of the rows of the queue whose suggestion was hidden; spot checks stand elsewhere in it."""
    in_view: Share
    """Of those whose suggestion was seen."""
    pull: Apart | None
    """`in_view` less `blind`: what the suggestion adds; None where one of them is empty."""
    taken_blind: Share
    """Of the changed labels among the blind ones: those that became the suggested label."""
    taken_in_view: Share
    """The same of those whose suggestion was seen."""

    def to_json(self) -> dict[str, Any]:
        """As plain JSON values."""
        return asdict(self)


def confirmed_of(decided: Iterable[Mapping[str, Any]]) -> Confirmed:
    """What was confirmed.

    Args:
        decided: entries of the table of decisions (`auditor.review.standing.STANDINGS`): `sample`,
            `is_error`, `shown_suggestion`, `copy_of`, `action`, `label`, `suggested`.
    """
    verdicts = [one for one in decided if not one["copy_of"] and one["is_error"] is not None]
    of_queue = [one for one in verdicts if one["sample"] in QUEUE]
    listed = [one for one in verdicts if one["sample"] == "queue"]
    blind = [one for one in listed if one["shown_suggestion"] is False]
    in_view = [one for one in listed if one["shown_suggestion"] is True]
    one, other = _errors(in_view), _errors(blind)
    return Confirmed(
        queue=_errors(of_queue),
        controls=_errors([one for one in verdicts if one["sample"] == "control"]),
        blind=other,
        in_view=one,
        pull=_apart(one, other),
        taken_blind=_taken(blind),
        taken_in_view=_taken(in_view),
    )


def _errors(verdicts: Sequence[Mapping[str, Any]]) -> Share:
    return _share(sum(one["is_error"] for one in verdicts), len(verdicts))


def _taken(verdicts: Iterable[Mapping[str, Any]]) -> Share:
    changed = [one for one in verdicts if one["action"] == "relabel" and one["suggested"] and one["is_error"]]
    return _share(sum(one["label"] == one["suggested"] for one in changed), len(changed))


def _share(hits: int, n: int) -> Share:
    low, high = wilson(hits, n)
    return Share(hits=hits, n=n, low=low, high=high)


def _apart(one: Share, other: Share) -> Apart | None:
    if one.value is None or other.value is None:
        return None
    low, high = newcombe(one.hits, one.n, other.hits, other.n)
    return Apart(value=one.value - other.value, low=low, high=high)
