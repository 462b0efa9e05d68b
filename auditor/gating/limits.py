"""Limits of rules: `> 3%`. Read, compared unrounded, and shown with as many digits as tell why."""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from auditor.errors import Problem, UsageError
from auditor.measures import Known, MeasureKind
from auditor.wording import N_, Text, say

GRAMMAR = re.compile(
    r"\s*(?P<op>>=|<=|==|!=|>|<)\s*(?P<number>-?[0-9]+(?:\.[0-9]+)?)(?P<percent>\s*%)?\s*", re.ASCII
)
COMPARE: Mapping[str, Callable[[float, float], bool]] = {
    ">": operator.gt,
    ">=": operator.ge,
    "<": operator.lt,
    "<=": operator.le,
    "==": operator.eq,
    "!=": operator.ne,
}
DIGITS = {"count": 0, "rate": 2, "score": 3}
"""Digits of a value of each kind unless more are needed to tell it from the limit."""
MOST_DIGITS = 15
LONGEST = 60
"""Characters of a limit that a message repeats."""


@dataclass(frozen=True, slots=True)
class Limit:
    """An operator and a number; a share where it was written in percent."""

    op: str
    value: float
    percent: bool = False
    written: str | None = None
    """How it is shown; None for its number in full."""

    def trips(self, value: float) -> bool:
        """Whether an unrounded value is over the limit.

        >>> Limit(">", 0.03, percent=True).trips(0.0304)
        True
        """
        return COMPARE[self.op](value, self.value)

    def __str__(self) -> str:
        """As it is written: `> 3%`."""
        if self.written is not None:
            return self.written
        if not self.percent:
            return f"{self.op} {_plainly(self.value)}"
        return f"{self.op} {_plainly(round(self.value * 100, 10))}%"


def limit_of(written: str, known: Known, where: str) -> Limit:
    """A limit as a person wrote it.

    Args:
        written: `> 3%`, `<= 20`.
        known: the measure that it is of; only shares take percent.
        where: names the rule in messages.

    Raises:
        UsageError: `rule-limit`.

    >>> from auditor.measures import MEASURES
    >>> limit_of("> 3%", MEASURES["label_issues.rate"], "rule")
    Limit(op='>', value=0.03, percent=True, written=None)
    """
    found = GRAMMAR.fullmatch(written)
    if found is None:
        what = say(N_("{where}: {limit} is no limit"), where=where, limit=repr(written[:LONGEST]))
        fix = say(N_("write an operator and a number, as > 0, >= 0.5 or > 3%"))
        raise UsageError(Problem(slug="rule-limit", what=what, fixes=(fix,)))
    if not found["percent"]:
        return Limit(found["op"], float(found["number"]))
    if known.kind == "count":
        what = say(N_("{where}: {name} is a count, not a share"), where=where, name=known.name)
        fix = say(N_("write {limit}"), limit=f"{found['op']} {found['number']}")
        raise UsageError(Problem(slug="rule-limit", what=what, fixes=(fix,)))
    share = float(Decimal(found["number"]) / 100)  # 0.7 / 100 would be a bit under 7 of 1,000
    return Limit(found["op"], share, percent=True)


def unfit(limit: Limit, known: Known, where: str) -> Problem | None:
    """What is wrong with a limit that is never or always reached, or upside down; None for a sound one.

    Args:
        limit: of a rule.
        known: its measure.
        where: names the rule in messages.
    """
    if known.at_most_1 and (limit.value > 1 or (limit.value == 1 and limit.op in (">", ">="))):
        what = say(N_("{where}: {name} is never {limit}"), where=where, name=known.name, limit=str(limit))
        fix = say(N_("write {limit}"), limit=f"{limit.op} {_plainly(limit.value)}%")
        return Problem(slug="rule-limit", what=what, fixes=() if limit.percent else (fix,))
    if limit.value < 0 and known.kind != "score":
        what = say(N_("{where}: {name} is never below 0"), where=where, name=known.name)
        return Problem(slug="rule-limit", what=what)
    if known.bad != {"<": "down", ">": "up"}.get(limit.op[0], known.bad):
        sign = ">" if known.bad == "up" else "<"
        what = say(
            N_("{where}: {name} {limit} would fail good data: more of it is worse")
            if known.bad == "up"
            else N_("{where}: {name} {limit} would fail good data: less of it is worse"),
            where=where,
            name=known.name,
            limit=str(limit),
        )
        fix = say(N_("write {limit}"), limit=f"{sign}{str(limit).lstrip('<>')}")
        return Problem(slug="rule-limit", what=what, fixes=(fix,))
    return None


def shown(value: float, kind: MeasureKind, *limits: Limit) -> str:
    """A value with as many digits as tell it from its limits, where it differs from them.

    >>> shown(0.0304, "rate", Limit(">", 0.03, percent=True))
    '3.04%'
    >>> shown(0.03000001, "rate", Limit(">", 0.03, percent=True)), shown(4.0, "count")
    ('3.000001%', '4')
    """
    for digits in range(DIGITS[kind], MOST_DIGITS):
        text = _with_digits(value, kind, digits)
        if all(_told_apart(text, value, limit) for limit in limits):
            return text
    return f"{value!r}"


def _with_digits(value: float, kind: MeasureKind, digits: int) -> str:
    return f"{value:.{digits}%}" if kind == "rate" else f"{value:,.{digits}f}"


def _told_apart(text: str, value: float, limit: Limit) -> bool:
    """Whether what is shown compares with the limit as the value does; one that is the limit is as it is."""
    if value == limit.value:
        return True
    number = float(text.rstrip("%").replace(",", ""))
    seen = round(number / 100, MOST_DIGITS + 2) if text.endswith("%") else number
    return (seen > limit.value, seen < limit.value) == (value > limit.value, value < limit.value)


def _plainly(number: float) -> str:
    return f"{number:.10f}".rstrip("0").rstrip(".")


def limits_text(error_if: Limit | None, warn_if: Limit | None) -> Text:
    """The limits of a rule in one phrase."""
    if error_if is not None and warn_if is not None:
        return say(N_("{warn} warns, {error} fails"), warn=str(warn_if), error=str(error_if))
    if error_if is not None:
        return say(N_("{error} fails"), error=str(error_if))
    if warn_if is not None:
        return say(N_("{warn} warns"), warn=str(warn_if))
    return say(N_("must be measured"))
