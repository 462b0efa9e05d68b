"""Section "Suspected label errors": pairs of classes, the heat map, the curve, the classes."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from typing import Any

from auditor.report import charts
from auditor.report.elements import Block, Cell, Chart, Column, Note, Section, Status, Table, tone_of
from auditor.report.facts import Facts, number
from auditor.report.gallery import gallery
from auditor.report.noise_tables import noise_blocks
from auditor.report.slice_tables import slice_blocks
from auditor.statistics.intervals import wilson
from auditor.wording import N_, cut, share

PAIRS = 20
"""Pairs of classes in the table; all suspects are in queue.csv."""
NAME = 80
"""Characters of a class name in a sentence; the whole name is in classes.csv."""
EXAMPLES = 3
"""Texts shown for a pair."""


def section(facts: Facts) -> Section:
    """What the model contradicts, where it clusters, and what to do."""
    state, words = _state(facts)
    found = len(facts.suspects)
    return Section(
        id="label-issues",
        title=facts.say(N_("Suspected label errors")),
        status=state,
        status_text=words,
        tone=tone_of(state, look=found > 0),
        meaning=facts.say(
            N_(
                "Rows whose given label the predictions contradict. They are suspects: how many are real "
                "is known only when a person has checked some."
            )
        ),
        blocks=(
            *(_blocks(facts) if found else ()),
            *noise_blocks(facts),
            *(slice_blocks(facts) if found else ()),
        ),
        todo=facts.say(
            N_(
                "Review the queue from the top. Where one pair of classes holds many suspects, read the "
                "guideline for that pair first: one decision may settle them all."
            )
        )
        if found
        else "",
    )


def _state(facts: Facts) -> tuple[Status, str]:
    status, why = facts.outcome("label_issues")
    if status != "ran":
        return status, why
    count = facts.count("label_issues.count")
    if count == 0:
        return "none", facts.say(N_("none found"))
    return "found", facts.say(N_("{n:,} suspected"), n=count)


def _blocks(facts: Facts) -> tuple[Block, ...]:
    blocks: list[Block] = [_pairs(facts), *gallery(facts)]
    if len(facts.classes) > 2:
        names, counts = _counts(facts)
        blocks += [_heat_table(facts, names, counts), _heat_chart(facts, names, counts)]
    blocks += [*_curve(facts), _per_class(facts)]
    if facts.audit.header["dataset"]["splits"]:
        blocks.append(_per_split(facts))
    if len(facts.suspects) < facts.count("label_issues.count"):
        blocks.append(
            Note(
                text=facts.say(
                    N_("The tables above count the {n:,} suspect that stands in queue.csv."),
                    N_("The tables above count the {n:,} suspects that stand in queue.csv."),
                    n=len(facts.suspects),
                )
            )
        )
    return tuple(blocks)


def _pairs(facts: Facts) -> Table:
    found: dict[tuple[str, str], list[dict[str, Any]]] = defaultdict(list)
    for row in facts.suspects:
        found[row["given_label"], row["suggested_label"]].append(row)
    ordered = sorted(found.items(), key=lambda entry: (-len(entry[1]), entry[0]))
    most = len(ordered[0][1])
    rows = tuple(
        (
            Cell(text=given),
            Cell(text=suggested),
            Cell(text=f"{len(rows):,}", weight=len(rows) / most),
            *_examples(facts, rows),
        )
        for (given, suggested), rows in ordered[:PAIRS]
    )
    more = len(ordered) - len(rows)
    return Table(
        caption=facts.say(N_("Which label for which: pairs with the most suspects")),
        columns=(
            facts.column(N_("given label"), "label"),
            facts.column(N_("suggested label"), "label"),
            facts.column(N_("suspects"), "number"),
            *([] if facts.has_pictures else [facts.column(N_("clearest examples"), "content")]),
        ),
        rows=rows,
        style="bars",
        note=facts.say(N_("{n:,} more pair is in queue.csv"), N_("{n:,} more pairs are in queue.csv"), n=more)
        if more > 0
        else "",
    )


def _examples(facts: Facts, rows: list[dict[str, Any]]) -> Iterator[Cell]:
    """The clearest examples of a pair; pictures stand in the gallery."""
    if not facts.has_pictures:
        yield Cell(text="\n".join(facts.snippet(row["item"]) for row in rows[:EXAMPLES]))


def _counts(facts: Facts) -> tuple[list[str], Counter[tuple[int, int]]]:
    """The classes, and the suspects of each pair of given and suggested class."""
    names = [entry["class"] for entry in facts.classes]
    place = {name: at for at, name in enumerate(names)}
    pairs = ((place[row["given_label"]], place[row["suggested_label"]]) for row in facts.suspects)
    return names, Counter(pairs)


def _heat_table(facts: Facts, names: list[str], counts: Counter[tuple[int, int]]) -> Table:
    suspected = charts.most_suspected(counts)
    kept = suspected[: charts.HEAT]
    most = max(counts.values())
    rows = tuple(
        (
            Cell(text=names[g]),
            *(
                Cell(text=f"{counts[g, s]:,}" if counts[g, s] else "", weight=counts[g, s] / most)
                for s in kept
            ),
        )
        for g in kept
    )
    left = len(suspected) - len(kept)
    return Table(
        caption=facts.say(N_("Given label (rows) by suggested label (columns): suspects")),
        columns=(
            facts.column(N_("given label"), "label"),
            *(Column(title=names[s], kind="number") for s in kept),
        ),
        rows=rows,
        style="heat",
        note=facts.say(
            N_("{n:,} more class with suspects is in classes.csv"),
            N_("{n:,} more classes with suspects are in classes.csv"),
            n=left,
        )
        if left
        else "",
    )


def _heat_chart(facts: Facts, names: list[str], counts: Counter[tuple[int, int]]) -> Chart:
    (given, suggested), most = min(counts.items(), key=lambda entry: (-entry[1], entry[0]))
    return Chart(
        id="chart-given-suggested",
        title=facts.say(N_("Heat map: given by suggested label")),
        summary=facts.say(
            N_('Most suspects are given "{given}" and suggested "{suggested}": {n:,}.'),
            given=cut(names[given], NAME),
            suggested=cut(names[suggested], NAME),
            n=most,
        ),
        figure=charts.given_by_suggested(names, counts, lang=facts.lang),
    )


def _curve(facts: Facts) -> Iterator[Chart]:
    """The chart of the order score; none where every suspect stands apart from the order."""
    best = {row["rank"]: row["priority"] for row in facts.queue if row["priority"] is not None}
    suspects = sorted({row["rank"] for row in facts.suspects} & best.keys())
    if not suspects:
        return
    half, last = suspects[(len(suspects) - 1) // 2], suspects[-1]
    yield Chart(
        id="chart-order",
        title=facts.say(N_("Curve: the order score along the queue")),
        summary=facts.say(
            N_(
                "Half of the suspects stand among the first {half:,} decisions, the last at {last:,}. The "
                "score orders rows; it is no probability of an error."
            ),
            half=half,
            last=last,
        ),
        figure=charts.order_curve(list(best), list(best.values()), last, lang=facts.lang),
    )


def _per_class(facts: Facts) -> Table:
    entries = [entry for entry in facts.classes if entry["suspected_share"] is not None]
    entries.sort(key=lambda entry: (-entry["suspected_share"], entry["class"]))
    most = max((entry["suspected_share"] for entry in entries), default=0) or 1
    rows = []
    for entry in entries:
        n = round(entry["suspected"] / entry["suspected_share"]) if entry["suspected"] else entry["count"]
        low, high = wilson(entry["suspected"], n)
        rows.append(
            (
                Cell(text=entry["class"]),
                number(entry["count"]),
                number(entry["suspected"]),
                Cell(text=share(entry["suspected_share"]), weight=entry["suspected_share"] / most),
                Cell(text=f"{share(low)} - {share(high)}"),
            )
        )
    return Table(
        caption=facts.say(N_("Suspects per class")),
        columns=(
            facts.column(N_("class"), "label"),
            facts.column(N_("rows"), "number"),
            facts.column(N_("suspects"), "number"),
            facts.column(N_("share"), "number"),
            facts.column(
                N_("95% interval"),
                "number",
                N_("Wilson interval of the share of suspects, for comparing classes"),
            ),
        ),
        rows=tuple(rows),
        style="bars",
    )


def _per_split(facts: Facts) -> Table:
    rows_of: Counter[str] = Counter(row["split"] or "" for row in facts.queue if row["p_given"] is not None)
    suspects: Counter[str] = Counter(row["split"] or "" for row in facts.suspects)
    rows = tuple(
        (Cell(text=name), number(rows_of[name]), number(suspects[name]), Cell(text=share(suspects[name] / n)))
        for name in facts.audit.header["dataset"]["splits"]
        if (n := rows_of[name])
    )
    return Table(
        caption=facts.say(N_("Suspects per split, in the queue")),
        columns=(
            facts.column(N_("split"), "label"),
            facts.column(N_("rows"), "number"),
            facts.column(N_("suspects"), "number"),
            facts.column(N_("share"), "number"),
        ),
        rows=rows,
    )
