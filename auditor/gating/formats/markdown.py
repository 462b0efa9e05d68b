"""Markdown: the summary of a job on GitHub (`$GITHUB_STEP_SUMMARY`), or a comment on a merge request.

All that comes from the dataset stands in code spans, where no reader looks for links, mentions or tags.
"""

from __future__ import annotations

import re
from typing import Final

from auditor.gating.discreet import discreet
from auditor.gating.entries import behind, crash_text, failed_detectors
from auditor.gating.formats import gate_format
from auditor.gating.inert import LONGEST_NAME, plain
from auditor.gating.judge import Judged, Ruling
from auditor.gating.limits import Limit, limits_text, shown
from auditor.gating.subject import Found
from auditor.gating.words import STATUSES, next_steps, summary, value_text
from auditor.wording import N_, Text, catalogue, cut, say

MOST_BYTES = 60_000
"""Bytes at most."""
MOST_NEW = 10
"""New findings that are named."""
MOST_LINES = 10
"""Notes, problems, failures and fixes at most, each."""
LONGEST_LINE = 250
"""Characters of each: with all of them there is still room for the table."""
ORDER: Final = ("fail", "not_judged", "warn", "pass", "not_applicable")
_SPELLED: Final = {"`": "[U+0060]", "|": "[U+007C]"}
"""What ends a code span or a cell; no escape works in both."""
_SIGNS: Final = re.compile(r"([\\`*_\[\]<>|~#])")


@gate_format("markdown")
def write(judged: Judged, lang: str) -> str:
    """The verdict as Markdown, at most 60 kB: rules that passed are left out first."""
    told = discreet(judged)
    head, tail = _head(told, lang), _tail(told, lang)
    rows = [_row(one, lang) for one in sorted(told.rulings, key=lambda one: ORDER.index(one.status))]
    left = 0
    while rows and _size(head, _table(rows, left, lang), tail) > MOST_BYTES:
        cut_off = max(len(rows) // 10, 1)
        rows, left = rows[:-cut_off], left + cut_off
    return "\n".join([*head, *_table(rows, left, lang), *tail])


def code(text: str, most: int = LONGEST_NAME) -> str:
    """A value as a code span on one line.

    >>> code("a|b `c` <d> @e")
    '`a[U+007C]b [U+0060]c[U+0060] <d> @e`'
    """
    spelled = plain(text, most)
    for sign, name in _SPELLED.items():
        spelled = spelled.replace(sign, name)
    spelled = cut(spelled, most)
    return f"`{spelled}`" if spelled.strip() else '`""`'


def prose(text: str) -> str:
    """A sentence of ours without values from the dataset; signs that Markdown reads are escaped.

    >>> prose("> 3%")
    '\\\\> 3%'
    """
    return _SIGNS.sub(r"\\\1", plain(text))


def _head(judged: Judged, lang: str) -> list[str]:
    subject = judged.subject
    counts = say(
        N_("{n:,} row, {classes:,} classes"),
        N_("{n:,} rows, {classes:,} classes"),
        n=subject.rows,
        classes=len(subject.classes),
    )
    lines = [f"### {prose(summary(judged).to(lang))}", ""]
    lines += [f"auditor gate {code(subject.source or subject.name)}: {prose(counts.to(lang))}", ""]
    if judged.baseline is not None and judged.difference is not None:
        told = say(
            N_("baseline: {known:,} known, {new:,} new, {drifted:,} on rows seen before, {stale:,} gone"),
            known=judged.difference.known,
            new=len(judged.new),
            drifted=len(judged.difference.drifted),
            stale=len(judged.difference.stale),
        )
        lines += [f"{code(judged.baseline.name)}: {prose(told.to(lang))}", ""]
    return lines


def _table(rows: list[str], left: int, lang: str) -> list[str]:
    if not rows and not left:
        return []
    words = ("", N_("rule"), N_("value"), N_("limit"), N_("baseline"), N_("change"))
    titles = [prose(say(word).to(lang)) for word in words]
    lines = [_cells(titles), _cells(["---"] * len(titles)), *rows]
    if left:
        more = say(N_("{n:,} more rule is left out"), N_("{n:,} more rules are left out"), n=left)
        lines += ["", prose(more.to(lang))]
    return [*lines, ""]


def _row(ruling: Ruling, lang: str) -> str:
    status = prose(catalogue(lang).gettext(STATUSES[ruling.status]))
    rule = code(ruling.rule.id)
    if ruling.measure is not None and ruling.measure.scope != "all":
        rule += f" {code(ruling.measure.scope)}"
    value = prose(value_text(ruling).to(lang)) if ruling.why is None else "-"
    limits = limits_text(ruling.rule.error_if, ruling.rule.warn_if)
    return _cells(
        [
            f"**{status}**" if ruling.status == "fail" or ruling.blocks else status,
            rule,
            value,
            prose(limits.to(lang)) if ruling.why is None else code(ruling.why.to(lang), LONGEST_LINE),
            _was(ruling),
            prose(_change(ruling).to(lang)),
        ]
    )


def _was(ruling: Ruling) -> str:
    return "" if ruling.was is None else prose(shown(ruling.was, ruling.rule.known.kind))


def _change(ruling: Ruling) -> Text:
    """What the whole measure went up or down by since the baseline; shares in points."""
    measure = ruling.measure
    if measure is None or ruling.was is None or measure.scope != "all":
        return say("")
    change = round(measure.value - ruling.was, 12)
    sign = "+" if change > 0 else "-" if change < 0 else ""
    told = sign + shown(abs(change), measure.kind, Limit(">", 0))
    if measure.kind == "rate":
        return say(N_("{change} points"), change=told.rstrip("%"))
    return say("{change}", change=told)


def _tail(judged: Judged, lang: str) -> list[str]:
    return [
        *_listed(_troubles(judged), lang),
        *_listed([fix for one in judged.rulings if one.blocks for fix in one.fixes], lang),
        *_new(judged, lang),
        *_listed(list(judged.notes), lang),
        *_listed([say(N_("next: {step}"), step=step) for step in next_steps(judged)], lang),
    ]


def _troubles(judged: Judged) -> list[Text]:
    told = [crash_text(judged)] if judged.crash is not None else []
    told += [why for _, why in failed_detectors(judged)]
    for problem in judged.problems:
        told.append(say("{slug}: {what}", slug=problem.slug, what=problem.what))
        told += [say(N_("fix: {fix}"), fix=fix) for fix in problem.fixes]
    return told


def _new(judged: Judged, lang: str) -> list[str]:
    """The first new findings, those behind rules that tripped before others."""
    found: dict[str, Found] = {}
    for status in ("fail", "warn"):
        for ruling in judged.rulings:
            if ruling.status == status and (judged.difference is not None or ruling.rule.scope == "new"):
                found |= {one.key: one for one in behind(judged, ruling)} | found
    found |= {one.key: one for one in judged.new if one.key not in found}
    if not found:
        return []
    title = say(N_("{n:,} new finding"), N_("{n:,} new findings"), n=len(found))
    lines = [f"**{prose(title.to(lang))}**", ""]
    lines += [_item(judged, one, lang) for one in list(found.values())[:MOST_NEW]]
    if len(found) > MOST_NEW:
        more = say(N_("and {n:,} more"), n=len(found) - MOST_NEW)
        lines.append(f"- {prose(more.to(lang))}")
    return [*lines, ""]


def _item(judged: Judged, found: Found, lang: str) -> str:
    what = f"- {code(found.kind)} {code(found.reason)}"
    if judged.subject.has_ids or found.row is None:
        what += f": {code(found.name)}"
    if found.row is None:
        return what
    row = say(N_("row {row:,}, counted from 0"), row=found.row)
    return f"{what}, {prose(row.to(lang))}"


def _listed(texts: list[Text], lang: str) -> list[str]:
    lines = [f"- {code(text.to(lang), LONGEST_LINE)}" for text in texts[:MOST_LINES]]
    return [*lines, ""] if lines else []


def _cells(cells: list[str]) -> str:
    return "| " + " | ".join(cells) + " |"


def _size(*blocks: list[str]) -> int:
    return sum(len(line.encode()) + 1 for block in blocks for line in block)
