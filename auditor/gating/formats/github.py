"""Annotations of GitHub Actions: the runner reads them from what a step prints, and shows them on the run.

GitHub drops what goes beyond 10 of a kind in a step without a word, so there is one a rule, the worst first,
and the last says how many more there are. No file and line: which line a row begins at is not known.
"""

from __future__ import annotations

from dataclasses import dataclass

from auditor.gating.discreet import discreet
from auditor.gating.entries import crash_text, failed_detectors
from auditor.gating.formats import gate_format
from auditor.gating.inert import name, plain
from auditor.gating.judge import Judged, Ruling
from auditor.gating.words import message
from auditor.wording import N_, Text, say

MOST = 10
"""Annotations at most."""
QUIET = 4
"""Rank of rulings that are not told."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Annotation:
    level: str
    title: str
    what: Text
    fixes: tuple[Text, ...] = ()


@gate_format("github")
def write(judged: Judged, lang: str) -> str:
    """The verdict as workflow commands, one a line; nothing where all passed."""
    listed = _annotations(discreet(judged))
    kept, left = listed[:MOST], max(len(listed) - MOST, 0)
    lines = []
    for at, one in enumerate(kept):
        what = one.what
        if left and at == MOST - 1:
            what = say(N_("{what}; and {n:,} more"), what=what, n=left)
        lines.append(_line(one, what, lang))
    return "".join(f"{line}\n" for line in lines)


def _annotations(judged: Judged) -> list[_Annotation]:
    """What kept the gate from judging, what failed it, what warned, what else was not judged."""
    crashed = [("crash", crash_text(judged))] if judged.crash is not None else []
    listed = [
        _Annotation(level="error", title=title, what=what)
        for title, what in (*crashed, *failed_detectors(judged))
    ]
    listed += [
        _Annotation(level="error", title=problem.slug, what=problem.what, fixes=problem.fixes[:1])
        for problem in judged.problems
    ]
    ranked = sorted(judged.rulings, key=_rank)
    return listed + [_of(judged, one) for one in ranked if _rank(one) < QUIET]


def _rank(ruling: Ruling) -> int:
    if ruling.blocks:
        return 0
    order = {"fail": 1, "warn": 2, "not_judged": 3}
    return order.get(ruling.status, QUIET)


def _of(judged: Judged, ruling: Ruling) -> _Annotation:
    level = "error" if ruling.blocks or judged.trips(ruling) else "warning"
    return _Annotation(level=level, title=ruling.rule.id, what=message(ruling), fixes=ruling.fixes[:1])


def _line(one: _Annotation, what: Text, lang: str) -> str:
    for fix in one.fixes:
        what = say(N_("{what}; fix: {fix}"), what=what, fix=fix)
    title = _property(f"auditor: {name(one.title)}")
    return f"::{one.level} title={title}::{_data(plain(what.to(lang)))}"


def _data(text: str) -> str:
    """A message as the runner unescapes it.

    >>> _data("50% of" + chr(10))
    '50%25 of%0A'
    """
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
