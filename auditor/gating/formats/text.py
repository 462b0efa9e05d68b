"""Text for a terminal or the log of a CI job: a line a rule, the verdict, and what to type next.

Every character of its own is one that a Korean console (cp949) can print; names from the data are spelled out
where they hold hidden characters, and no line can start a command of a CI runner.
"""

from __future__ import annotations

from unicodedata import east_asian_width

from auditor.gating.formats import gate_format
from auditor.gating.judge import Judged, Ruling
from auditor.gating.limits import limits_text
from auditor.gating.words import STATUSES, next_steps, summary, value_text
from auditor.report.marks import inert_line
from auditor.wording import N_, Text, catalogue, cut, say

ORDER = ("fail", "not_judged", "warn", "pass", "not_applicable")
"""Rulings that ask for something stand first."""
LONGEST = 400
"""Characters of a line."""
WIDEST = 44
"""Columns of a name or a value at most before the line is allowed to run on."""


@gate_format("text")
def write(judged: Judged, lang: str) -> str:
    """The verdict as lines of text."""
    lines = [*_head(judged, lang), ""]
    lines += [*_rulings(judged, lang), ""] if judged.rulings else []
    lines += [_note(note, lang) for note in judged.notes]
    lines += _drifted(judged, lang)
    lines += _stale(judged, lang)
    lines += [summary(judged).to(lang)]
    lines += [_next(step, lang) for step in next_steps(judged)]
    return "".join(f"{cut(inert_line(line), LONGEST)}\n" for line in lines)


def _head(judged: Judged, lang: str) -> list[str]:
    subject = judged.subject
    what = say(
        N_("{name}: {n:,} row, {classes:,} classes"),
        N_("{name}: {n:,} rows, {classes:,} classes"),
        name=subject.source or subject.name,
        n=subject.rows,
        classes=len(subject.classes),
    )
    lines = [f"auditor gate  {what.to(lang)}"]
    if subject.predictions:
        stated = {"yes": N_("yes"), "no": N_("no"), "not said": N_("not said")}
        told = say(
            N_("predictions: {files}; out of sample: {stated}"),
            files=", ".join(subject.predictions),
            stated=Text(stated.get(subject.out_of_sample, N_("not said"))),
        )
        lines.append(told.to(lang))
    if judged.config is not None:
        lines.append(say(N_("rules: {file}"), file=judged.config).to(lang))
    if judged.baseline is not None:
        lines.append(_baseline(judged).to(lang))
    return lines


def _baseline(judged: Judged) -> Text:
    known = 0 if judged.difference is None else judged.difference.known
    return say(
        N_("baseline: {file}; findings: {known:,} known, {new:,} new"),
        file=judged.baseline.name if judged.baseline else "",
        known=known,
        new=len(judged.new),
    )


def _rulings(judged: Judged, lang: str) -> list[str]:
    ruled = sorted(judged.rulings, key=lambda one: (not _asked(one), ORDER.index(one.status)))
    cells = [_cells(one, lang) for one in ruled]
    widths = [min(max(map(_width, column)), WIDEST) for column in zip(*cells, strict=True)]
    lines = []
    for one, row in zip(ruled, cells, strict=True):
        padded = [_padded(cell, width) for cell, width in zip(row, widths, strict=True)]
        lines.append("  " + "  ".join(padded).rstrip())
        fixes = [say(N_("fix: {fix}"), fix=fix) for fix in one.fixes if one.blocks]
        lines += [f"      {fix.to(lang)}" for fix in fixes]
    return lines


def _cells(ruling: Ruling, lang: str) -> tuple[str, str, str, str]:
    status = catalogue(lang).gettext(STATUSES[ruling.status])
    part = ""
    if ruling.measure is not None and ruling.measure.scope != "all":
        part = f" ({ruling.measure.scope})"
    if ruling.why is not None:
        why = say(N_("{why}; it is required"), why=ruling.why) if _asked(ruling) else ruling.why
        return status, ruling.rule.id + part, "-", why.to(lang)
    limits = limits_text(ruling.rule.error_if, ruling.rule.warn_if).to(lang)
    return status, ruling.rule.id + part, value_text(ruling).to(lang), limits


def _asked(ruling: Ruling) -> bool:
    """Whether it is in the way of a verdict only because it was required."""
    return ruling.blocks and ruling.status == "not_applicable"


def _drifted(judged: Judged, lang: str) -> list[str]:
    if judged.difference is None or not judged.difference.drifted:
        return []
    told = say(
        N_("{n:,} finding is of a row that the baseline has seen as it is: not new"),
        N_("{n:,} findings are of rows that the baseline has seen as they are: not new"),
        n=len(judged.difference.drifted),
    )
    return [_note(told, lang)]


def _stale(judged: Judged, lang: str) -> list[str]:
    if judged.difference is None or not judged.difference.stale:
        return []
    told = say(
        N_("{n:,} finding of the baseline is gone: auditor baseline update {audit} takes it out"),
        N_("{n:,} findings of the baseline are gone: auditor baseline update {audit} takes them out"),
        n=len(judged.difference.stale),
        audit=judged.subject.folder or "AUDIT",
    )
    return [_note(told, lang)]


def _note(note: Text, lang: str) -> str:
    return say(N_("note: {note}"), note=note).to(lang)


def _next(step: Text, lang: str) -> str:
    return say(N_("next: {step}"), step=step).to(lang)


def _width(text: str) -> int:
    """Columns on a terminal: Hangul takes two."""
    return sum(2 if east_asian_width(character) in "WF" else 1 for character in text)


def _padded(text: str, width: int) -> str:
    return text + " " * (width - _width(text))
