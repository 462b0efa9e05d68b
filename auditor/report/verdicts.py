"""The verdict strip: four cells, each a number, a word, what it rests on, and a link to the evidence."""

from __future__ import annotations

from typing import Any

from auditor.report.elements import VerdictCell
from auditor.report.facts import SECONDS_PER_ROW, Facts, cut, kinds_of, minutes
from auditor.wording import N_, share

NAME = 60
"""Characters of a class name in a cell; the whole name is in the section."""


def verdicts(facts: Facts) -> tuple[VerdictCell, ...]:
    """Labels suspected, to review first, duplicate groups, the smallest class."""
    return (_suspected(facts), _first(facts), _duplicates(facts), _smallest(facts))


def _not_measured(facts: Facts, title: str, href: str, why: str) -> VerdictCell:
    return VerdictCell(
        title=title, number="-", word=facts.say(N_("not measured")), detail=why, href=href, tone="unknown"
    )


def _suspected(facts: Facts) -> VerdictCell:
    title = facts.say(N_("Labels suspected"))
    rate = facts.measure("label_issues.rate")
    if rate is None:
        return _not_measured(facts, title, "#label-issues", facts.outcome("label_issues")[1])
    count = facts.count("label_issues.count")
    return VerdictCell(
        title=title,
        number=f"{count:,}",
        word=facts.say(N_("suspected")) if count else facts.say(N_("none found")),
        detail=facts.say(
            N_("{share} of {n:,} rows; how many are real is not known yet"), share=share(rate.value), n=rate.n
        ),
        href="#label-issues",
        tone="look" if count else "calm",
    )


def _first(facts: Facts) -> VerdictCell:
    title = facts.say(N_("To review first"))
    if not facts.queue:
        return _not_measured(facts, title, "#queue", facts.say(N_("the queue is empty")))
    ranks = {row["rank"] for row in facts.queue if _first_of_all(facts, row)}
    return VerdictCell(
        title=title,
        number=f"{len(ranks):,}",
        word=facts.say(N_("decisions")),
        detail=facts.say(
            N_("suspects and conflicts, copies decided once; about {minutes:,} min at {seconds} s each"),
            minutes=minutes(len(ranks)),
            seconds=SECONDS_PER_ROW,
        ),
        href="#queue",
        tone="look" if ranks else "calm",
    )


def _first_of_all(facts: Facts, row: dict[str, Any]) -> bool:
    """A suspect, or a row of a conflict whose content says enough to settle it."""
    kinds = kinds_of(row)
    return "label_issue" in kinds or ("conflict" in kinds and row["group"] not in facts.too_little)


def _duplicates(facts: Facts) -> VerdictCell:
    title = facts.say(N_("Duplicate groups"))
    groups = facts.measure("duplicates.exact_groups")
    if groups is None:
        return _not_measured(facts, title, "#duplicates", facts.outcome("exact_duplicates")[1])
    conflicts = sum(map(len, facts.conflicts))
    leaks = facts.measure("duplicates.leaked_rows")
    detail = facts.say(N_("{n:,} with different labels"), n=conflicts)
    if leaks is not None:
        detail += "; " + facts.say(
            N_("{n:,} row leaked across splits"), N_("{n:,} rows leaked across splits"), n=int(leaks.value)
        )
    return VerdictCell(
        title=title,
        number=f"{int(groups.value):,}",
        word=facts.say(N_("same content")) if groups.value else facts.say(N_("none found")),
        detail=detail,
        href="#duplicates",
        tone="look" if conflicts or (leaks is not None and leaks.value) else "calm",
    )


def _smallest(facts: Facts) -> VerdictCell:
    title = facts.say(N_("Smallest class"))
    least, ratio = facts.measure("classes.min_count"), facts.measure("classes.imbalance_ratio")
    if least is None or ratio is None:
        return _not_measured(facts, title, "#class-balance", facts.outcome("class_balance")[1])
    name = min(facts.classes, key=lambda entry: (entry["count"], entry["class"]))["class"]
    return VerdictCell(
        title=title,
        number=f"{int(least.value):,}",
        word=facts.say(N_("rows")),
        detail=facts.say(
            N_('"{name}"; largest to smallest {ratio:,.1f}:1'), name=cut(name, NAME), ratio=ratio.value
        ),
        href="#class-balance",
        tone="look" if facts.small_classes else "calm",
    )
