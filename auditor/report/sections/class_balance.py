"""Section "Class balance": every class with its rows, and those too small to judge."""

from __future__ import annotations

from auditor.data import SPLIT_ORDER
from auditor.detect.class_balance import Settings
from auditor.report import charts
from auditor.report.elements import Block, Cell, Chart, Column, Note, Section, Status, Table, tone_of
from auditor.report.facts import Facts, number
from auditor.report.split_tables import split_blocks, splits_differ
from auditor.wording import N_, cut, share

NAME = 80
"""Characters of a class name in a sentence; the whole name is in classes.csv."""
SHOWN = 60
"""Classes in the table, the smallest; all are in classes.csv."""


def section(facts: Facts) -> Section:
    """How many rows each class has."""
    state, words = _state(facts)
    return Section(
        id="class-balance",
        title=facts.say(N_("Class balance")),
        status=state,
        status_text=words,
        tone=tone_of(state, look=facts.small_classes > 0 or splits_differ(facts)),
        meaning=facts.say(
            N_("How many rows each class has. One with a handful of rows is neither learned nor measured.")
        ),
        blocks=_blocks(facts) if state == "found" else (),
        todo=facts.say(
            N_(
                "Collect rows for the smallest classes, or merge classes that the guideline cannot tell "
                "apart, before trusting a score of theirs."
            )
        )
        if state == "found"
        else "",
    )


def _state(facts: Facts) -> tuple[Status, str]:
    status, why = facts.outcome("class_balance")
    if status != "ran":
        return status, why
    small = facts.small_classes
    if not small:
        return "found", _ratio(facts)
    return "found", facts.say(
        N_("{n:,} class too small to judge"), N_("{n:,} classes too small to judge"), n=small
    )


def _ratio(facts: Facts) -> str:
    ratio = facts.measure("classes.imbalance_ratio")
    return "" if ratio is None else facts.say(N_("largest to smallest {ratio:,.1f}:1"), ratio=ratio.value)


def _blocks(facts: Facts) -> tuple[Block, ...]:
    notes = (
        (
            facts.count("labels.missing"),
            N_("{n:,} row has no label: label it next."),
            N_("{n:,} rows have no label: label them next."),
        ),
        (
            facts.count("labels.unknown"),
            N_("{n:,} row has a label that is not in the class list."),
            N_("{n:,} rows have a label that is not in the class list."),
        ),
    )
    shown = (Note(text=facts.say(one, many, n=n), tone="look") for n, one, many in notes if n)
    return (*shown, _table(facts), _chart(facts), *split_blocks(facts))


def _beta(facts: Facts) -> float:
    """Beta of the effective number in this audit."""
    options: dict[str, float] = facts.audit.header["settings"]["detect"].get("class_balance", {})
    return options.get("beta", Settings().beta)


def _table(facts: Facts) -> Table:
    entries = sorted(facts.classes, key=lambda entry: (entry["count"], entry["class"]))
    most = max((entry["count"] for entry in entries), default=0) or 1
    splits = [name for name in SPLIT_ORDER if entries and entries[0][name] is not None]
    rows = tuple(
        (
            Cell(text=entry["class"]),
            Cell(text=f"{entry['count']:,}", weight=entry["count"] / most),
            Cell(text=share(entry["share"])),
            Cell(text=f"{entry['effective_number']:,.0f}"),
            *(number(entry[name]) for name in splits),
        )
        for entry in entries[:SHOWN]
    )
    more = len(entries) - len(rows)
    titles = {"train": N_("train"), "validation": N_("validation"), "test": N_("test")}
    return Table(
        caption=facts.say(N_("Classes, smallest first")),
        columns=(
            facts.column(N_("class"), "label"),
            facts.column(N_("rows"), "number"),
            facts.column(N_("share"), "number"),
            Column(
                title=facts.say(N_("effective number")),
                kind="number",
                help=facts.say(
                    N_("(1 - beta^n) / (1 - beta), beta {beta}: rows discounted for repetition"),
                    beta=_beta(facts),
                ),
            ),
            *(facts.column(titles[name], "number") for name in splits),
        ),
        rows=rows,
        style="bars",
        note=facts.say(
            N_("{n:,} larger class is in classes.csv"), N_("{n:,} larger classes are in classes.csv"), n=more
        )
        if more
        else "",
    )


def _chart(facts: Facts) -> Chart:
    names = [entry["class"] for entry in facts.classes]
    counts = [entry["count"] for entry in facts.classes]
    suspected = [entry["suspected"] for entry in facts.classes]
    small, large = min(counts), max(counts)
    return Chart(
        id="chart-class-balance",
        title=facts.say(N_("Chart: rows per class")),
        summary=facts.say(
            N_('The largest class is "{large}" with {most:,} rows, the smallest "{small}" with {least:,}.'),
            large=cut(names[counts.index(large)], NAME),
            most=large,
            small=cut(names[counts.index(small)], NAME),
            least=small,
        ),
        figure=charts.class_balance(names, counts, None if None in suspected else suspected, lang=facts.lang),
    )
