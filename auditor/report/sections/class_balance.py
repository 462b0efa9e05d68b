"""Section "Class balance": every class with its rows, and those too small to judge."""

from __future__ import annotations

from auditor.report import charts
from auditor.report.elements import Block, Cell, Chart, Column, Note, Section, Table, tone_of
from auditor.report.facts import Facts, number
from auditor.wording import N_, share

SHOWN = 60


def section(facts: Facts) -> Section:
    """How many rows each class has."""
    status, why = facts.outcome("class_balance")
    small = [row for row in facts.audit.tables["findings"]["kind"].to_pylist() if row == "class"]
    if status != "ran":
        state, words = status, why
    elif small:
        state, words = (
            "found",
            facts.say(
                N_("{n:,} class too small to judge"), N_("{n:,} classes too small to judge"), n=len(small)
            ),
        )
    else:
        state, words = "found", _ratio(facts)
    return Section(
        id="class-balance",
        title=facts.say(N_("Class balance")),
        status=state,  # type: ignore[arg-type]
        status_text=words,
        tone=tone_of(state, look=bool(small)),
        meaning=facts.say(
            N_("How many rows each class has. One with a handful of rows is neither learned nor measured.")
        ),
        blocks=_blocks(facts) if status == "ran" else (),
        todo=facts.say(
            N_(
                "Collect rows for the smallest classes, or merge classes that the guideline cannot tell "
                "apart, before trusting a score of theirs."
            )
        )
        if status == "ran"
        else "",
    )


def _ratio(facts: Facts) -> str:
    ratio = facts.measure("classes.imbalance_ratio")
    return "" if ratio is None else facts.say(N_("largest to smallest {ratio:,.1f}:1"), ratio=ratio.value)


def _blocks(facts: Facts) -> tuple[Block, ...]:
    blocks: list[Block] = [_table(facts), _chart(facts)]
    unknown = facts.count("labels.unknown")
    missing = facts.count("labels.missing")
    if unknown:
        blocks.insert(
            0,
            Note(
                text=facts.say(
                    N_("{n:,} row has a label that is not in the class list."),
                    N_("{n:,} rows have a label that is not in the class list."),
                    n=unknown,
                ),
                tone="look",
            ),
        )
    if missing:
        blocks.insert(
            0,
            Note(
                text=facts.say(
                    N_("{n:,} row has no label: label it next."),
                    N_("{n:,} rows have no label: label them next."),
                    n=missing,
                ),
                tone="look",
            ),
        )
    return tuple(blocks)


def _table(facts: Facts) -> Table:
    entries = sorted(facts.classes, key=lambda entry: (entry["count"], entry["class"]))
    most = max((entry["count"] for entry in entries), default=0) or 1
    splits = [name for name in ("train", "validation", "test") if entries and entries[0][name] is not None]
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
            Column(title=facts.say(N_("class")), kind="label"),
            Column(title=facts.say(N_("rows")), kind="number"),
            Column(title=facts.say(N_("share")), kind="number"),
            Column(
                title=facts.say(N_("effective number")),
                kind="number",
                help=facts.say(N_("(1 - beta^n) / (1 - beta), beta 0.999: rows discounted for repetition")),
            ),
            *(Column(title=facts.say(titles[name]), kind="number") for name in splits),
        ),
        rows=rows,
        style="bars",
        note=facts.say(N_("{n:,} larger classes are in classes.csv"), n=more) if more else "",
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
            large=names[counts.index(large)],
            most=large,
            small=names[counts.index(small)],
            least=small,
        ),
        figure=charts.class_balance(names, counts, None if None in suspected else suspected, lang=facts.lang),
    )
