"""JUnit XML: the test reports of GitLab, Jenkins, Azure and most others read it.

One test case a rule. A rule that trips is a failure, one that should have been judged and could not be is an
error, one that does not apply is skipped; a warning passes and says so in its output. A detector that failed
is an error of its own.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from auditor.gating.discreet import discreet
from auditor.gating.entries import crash_text, failed_detectors
from auditor.gating.formats import gate_format
from auditor.gating.inert import name, plain
from auditor.gating.judge import Judged, Ruling
from auditor.gating.words import STATUSES, message, summary
from auditor.wording import N_, Text, catalogue, say

SUITE = "auditor.gate"
Result = Literal["failure", "error", "skipped", "system-out", "passed"]
COUNTED = {"failures": "failure", "errors": "error", "skipped": "skipped"}
"""Attribute of a suite -> the results that it counts."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Case:
    name: str
    result: Result = "passed"
    type: str = ""
    what: str = ""
    more: tuple[str, ...] = ()


@gate_format("junit")
def write(judged: Judged, lang: str) -> str:
    """The verdict as XML, a test case a rule."""
    told = discreet(judged)
    cases = _cases(told, lang)
    counts = {"tests": len(cases)} | {
        key: sum(case.result == result for case in cases) for key, result in COUNTED.items()
    }
    totals = "".join(f' {key}="{value}"' for key, value in counts.items())
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        f'<testsuites name="{SUITE}"{totals}>',
        f'  <testsuite name="{SUITE}"{totals}>',
        "    <properties>",
        f'      <property name="verdict" value="{told.verdict}"/>',
        f'      <property name="exit_code" value="{int(told.exit_code)}"/>',
        f'      <property name="dataset" value="{_safe(name(told.subject.name))}"/>',
        "    </properties>",
        *(line for case in cases for line in _lines(case)),
        f"    <system-out>{_safe(plain(summary(told).to(lang)))}</system-out>",
        "  </testsuite>",
        "</testsuites>",
    ]
    return "".join(f"{line}\n" for line in lines)


def _cases(judged: Judged, lang: str) -> list[_Case]:
    cases = [_of_rule(judged, ruling, lang) for ruling in judged.rulings]
    if judged.crash is not None:
        cases.append(_error("audit", "crash", crash_text(judged), lang))
    cases += [_error(f"detector {one}", "crash", why, lang) for one, why in failed_detectors(judged)]
    cases += [
        _error(f"input {problem.slug}", "not-judged", problem.what, lang, problem.fixes)
        for problem in judged.problems
    ]
    return cases or [_of_nothing(judged, lang)]


def _of_rule(judged: Judged, ruling: Ruling, lang: str) -> _Case:
    case = name(ruling.rule.id)
    what = plain(message(ruling).to(lang))
    if judged.trips(ruling):
        return _Case(name=case, result="failure", type="threshold", what=what)
    if ruling.blocks:
        return _error(case, "not-judged", message(ruling), lang, ruling.fixes)
    if ruling.status in ("not_judged", "not_applicable"):
        return _Case(name=case, result="skipped", what=what)
    if ruling.status == "pass":
        return _Case(name=case)
    word = catalogue(lang).gettext(STATUSES[ruling.status])
    return _Case(name=case, result="system-out", what=f"{word}: {what}")


def _error(case: str, kind: str, what: Text, lang: str, fixes: tuple[Text, ...] = ()) -> _Case:
    more = tuple(plain(say(N_("fix: {fix}"), fix=fix).to(lang)) for fix in fixes)
    return _Case(name=plain(case), result="error", type=kind, what=plain(what.to(lang)), more=more)


def _of_nothing(judged: Judged, lang: str) -> _Case:
    """A suite without cases is taken for a broken one, so that nothing was judged is a case too."""
    notes = " ".join(note.to(lang) for note in judged.notes)
    return _Case(name="audit", result="skipped", what=plain(notes or summary(judged).to(lang)))


def _lines(case: _Case) -> list[str]:
    start = f'    <testcase classname="{SUITE}" name="{_safe(case.name)}"'
    if case.result == "passed":
        return [f"{start}/>"]
    what = _safe(case.what)
    if case.result == "system-out":
        inner = f"<system-out>{what}</system-out>"
    elif case.result == "skipped":
        inner = f'<skipped message="{what}"/>'
    else:
        body = "\n".join([what, *map(_safe, case.more)])
        inner = f'<{case.result} type="{case.type}" message="{what}">{body}</{case.result}>'
    return [f"{start}>", f"      {inner}", "    </testcase>"]


def _safe(text: str) -> str:
    """Text for content and attributes; what XML has no character for is spelled already."""
    for sign, entity in (("&", "&amp;"), ("<", "&lt;"), (">", "&gt;"), ('"', "&quot;")):
        text = text.replace(sign, entity)
    return text
