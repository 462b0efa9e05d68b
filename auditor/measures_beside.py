"""The measures of two audits beside each other: the difference, and whether it may be called better or worse.

Nothing is called better where intervals overlap, and a count is not where the share behind it says otherwise.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from auditor.measures import MEASURES, Measure

Word = Literal["same", "better", "worse", "not_clear", "other_rows", "only_old", "only_new", "redefined"]
"""`not_clear`: the intervals overlap, so the difference may be chance. `other_rows`: a count that was taken
over another number of rows, and their share went the other way. `redefined`: the measure was defined
otherwise by the version of the other audit."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MeasureBeside:
    """A measure then and now; None where an audit does not have it."""

    name: str
    scope: str
    old: Measure | None
    new: Measure | None
    word: Word

    @property
    def difference(self) -> float | None:
        """New minus old; None where either is not there, or was defined otherwise."""
        if self.old is None or self.new is None or self.word == "redefined":
            return None
        return self.new.value - self.old.value

    @property
    def other_n(self) -> bool:
        """Whether the two were measured on another number of rows, groups or classes."""
        return self.old is not None and self.new is not None and self.old.n != self.new.n


def measures_beside(
    old: Sequence[Measure], new: Sequence[Measure], redefined: frozenset[str] = frozenset()
) -> tuple[MeasureBeside, ...]:
    """Every measure of either audit, in the order of the registry, the whole before its parts.

    Args:
        old: the measures of the one.
        new: those of the other.
        redefined: names of measures that the versions define differently.
    """
    then = {(one.name, one.scope): one for one in old}
    now = {(one.name, one.scope): one for one in new}
    order = {name: at for at, name in enumerate(MEASURES)}
    names = sorted(
        {*then, *now}, key=lambda key: (order.get(key[0], len(order)), key[0], key[1] != "all", key[1])
    )
    return tuple(
        MeasureBeside(
            name=name,
            scope=scope,
            old=then.get((name, scope)),
            new=now.get((name, scope)),
            word=word_of(then.get((name, scope)), now.get((name, scope)), redefined),
        )
        for name, scope in names
    )


def word_of(old: Measure | None, new: Measure | None, redefined: frozenset[str] = frozenset()) -> Word:
    """What may be said of a difference.

    >>> one = Measure(name="a", value=3, n=10, kind="count", bad="up", exact=False)
    >>> word_of(one, Measure(name="a", value=2, n=10, kind="count", bad="up", exact=False))
    'better'
    """
    if old is None or new is None:
        return "only_new" if old is None else "only_old"
    if old.name in redefined:
        return "redefined"
    if old.value == new.value:
        return "same"
    if _overlap(old, new):
        return "not_clear"
    word: Word = "better" if (new.value < old.value) == (new.bad == "up") else "worse"
    return "other_rows" if _share_disagrees(old, new) else word


def _overlap(old: Measure, new: Measure) -> bool:
    """Whether the intervals overlap; a measure without one is a point."""
    low, high = _ends(old)
    least, most = _ends(new)
    return low <= most and least <= high


def _ends(one: Measure) -> tuple[float, float]:
    return (one.value, one.value) if one.low is None or one.high is None else (one.low, one.high)


def _share_disagrees(old: Measure, new: Measure) -> bool:
    """Whether a count of faults over other rows went the other way than its share of them, or that stayed.

    Of a share it is asked whether the faults themselves stayed as many, so that other rows alone moved it.
    """
    if new.kind == "rate" and old.n and new.n and old.n != new.n:
        return round(old.value * old.n) == round(new.value * new.n)
    if new.kind != "count" or new.bad != "up" or old.n == new.n or not (old.n and new.n):
        return False
    shares = new.value / new.n - old.value / old.n
    return (shares < 0) != (new.value < old.value) or shares == 0
