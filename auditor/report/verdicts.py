"""The verdict strip: four cells, each a number, a word, what it rests on, and a link to the evidence."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.report.elements import VerdictCell
from auditor.report.facts import SECONDS_PER_ROW, Facts, minutes
from auditor.wording import N_, cut, share

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
    detail = (
        _real(facts, count, rate.value)
        if count and facts.forecast.enough and count <= facts.forecast.reach
        else facts.say(
            N_("{share} of {n:,} row; how many are real is not known yet"),
            N_("{share} of {n:,} rows; how many are real is not known yet"),
            share=share(rate.value),
            n=rate.n,
        )
        if count
        else facts.say(N_("in {n:,} row"), N_("in {n:,} rows"), n=rate.n)
    )
    return VerdictCell(
        title=title,
        number=f"{count:,}",
        word=facts.say(N_("row"), N_("rows"), n=count) if count else facts.say(N_("none found")),
        detail="; ".join([detail, *_kept(facts)]),
        href="#label-issues",
        tone="look" if count else "calm",
    )


def _real(facts: Facts, count: int, rate: float) -> str:
    """How many errors are expected among as many rows of the queue as are suspected."""
    expected = facts.forecast.at([count])[0]
    return facts.say(
        N_(
            "{share}; real errors expected in the first {n:,} row of the queue: {errors:,} (90%: "
            "{low:,}-{high:,})"
        ),
        N_(
            "{share}; real errors expected in the first {n:,} rows of the queue: {errors:,} (90%: "
            "{low:,}-{high:,})"
        ),
        n=expected.n,
        share=share(rate),
        errors=round(expected.errors),
        low=expected.low,
        high=expected.high,
    )


def _kept(facts: Facts) -> Iterator[str]:
    """The flagged rows that are no suspects because a reviewer kept them."""
    kept = (facts.audit.header.get("decisions") or {}).get("kept_suspects", 0)
    if kept:
        yield facts.say(
            N_("{n:,} more was kept by a reviewer"), N_("{n:,} more were kept by reviewers"), n=kept
        )


def _first(facts: Facts) -> VerdictCell:
    title = facts.say(N_("To review first"))
    if not facts.queue:
        return _not_measured(facts, title, "#queue", facts.say(N_("the queue is empty")))
    n = facts.review_first
    detail = (
        facts.say(
            N_(
                "from the top of the queue, as many as suspects and conflicts; about {minutes:,} min at "
                "{seconds} s each"
            ),
            minutes=minutes(n),
            seconds=SECONDS_PER_ROW,
        )
        if n
        else "; ".join(_nothing_first(facts))
    )
    return VerdictCell(
        title=title,
        number=f"{n:,}",
        word=facts.say(N_("decision"), N_("decisions"), n=n),
        detail=detail,
        href="#queue",
        tone="look" if n else "calm",
    )


def _nothing_first(facts: Facts) -> Iterator[str]:
    """Why there is nothing to review first, and what stands in the queue all the same."""
    searched = facts.outcome("label_issues")[0] == "ran"
    yield facts.say(N_("no suspect") if searched else N_("suspects were not looked for"))
    yield facts.say(N_("no exact conflict that can be settled"))
    near = facts.near.conflicts
    if near:
        yield facts.say(N_("{n:,} near conflict"), N_("{n:,} near conflicts"), n=near)


def _duplicates(facts: Facts) -> VerdictCell:
    title = facts.say(N_("Duplicate groups"))
    groups = facts.measure("duplicates.exact_groups")
    if groups is None:
        why = "; ".join([facts.outcome("exact_duplicates")[1], *_copies(facts, 0, 0, None)])
        return _not_measured(facts, title, "#duplicates", why)
    conflicts = sum(map(len, facts.conflicts))
    leaks = facts.measure("duplicates.leaked_rows")
    leaked = 0 if leaks is None else int(leaks.value)
    return VerdictCell(
        title=title,
        number=f"{int(groups.value):,}",
        word=facts.say(N_("same content")) if groups.value else facts.say(N_("none found")),
        detail="; ".join(_copies(facts, int(groups.value), conflicts, None if leaks is None else leaked)),
        href="#duplicates",
        tone="look" if conflicts or leaked or facts.near.conflicts or facts.near.leaked_rows else "calm",
    )


def _copies(facts: Facts, groups: int, conflicts: int, leaked: int | None) -> Iterator[str]:
    """What is exact first, then the near groups, which are estimates."""
    if groups:
        yield facts.say(N_("{n:,} with different labels"), n=conflicts)
    if groups and leaked is not None:
        yield facts.say(N_("{n:,} row leaked across splits"), N_("{n:,} rows leaked across splits"), n=leaked)
    near = facts.count("duplicates.near_groups")
    if near:
        yield facts.say(N_("+ {n:,} near"), n=near)


def _smallest(facts: Facts) -> VerdictCell:
    title = facts.say(N_("Smallest class"))
    least, ratio = facts.measure("classes.min_count"), facts.measure("classes.imbalance_ratio")
    if least is None or ratio is None:
        return _not_measured(facts, title, "#class-balance", facts.outcome("class_balance")[1])
    name = min(facts.classes, key=lambda entry: (entry["count"], entry["class"]))["class"]
    return VerdictCell(
        title=title,
        number=f"{int(least.value):,}",
        word=facts.say(N_("row"), N_("rows"), n=int(least.value)),
        detail=facts.say(
            N_('"{name}"; largest to smallest {ratio:,.1f}:1'), name=cut(name, NAME), ratio=ratio.value
        ),
        href="#class-balance",
        tone="look" if facts.small_classes else "calm",
    )
