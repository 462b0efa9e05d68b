"""Section "Review so far": what reviewers decided, how many suspects were errors, and what is left open."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from auditor.report.agreement_words import agreement_lines, confirmed_lines, interval, percent, unsure_lines
from auditor.report.agreement_words import number as coefficient
from auditor.report.elements import Block, Cell, Note, Section, Table
from auditor.report.facts import Facts, number
from auditor.review.agreement import Agreement, agreement_from
from auditor.review.confirmed import confirmed_from
from auditor.statistics.intervals import wilson
from auditor.wording import N_, Text, share

PAIRS = 15
"""Pairs of given and decided label in the table."""
OPEN = 20
"""Items in the table of what somebody must settle."""
SAMPLES: Mapping[str, str] = {
    "spot": N_("spot checks, blind"),
    "queue": N_("the other rows of the queue"),
    "rate": N_("rows of the estimate, blind"),
    "control": N_("controls: rows that nobody suspected"),
}
"""Why an item was asked about -> how the table calls it."""
OPEN_STATES: Mapping[str, str] = {
    "conflict": N_("reviewers disagree"),
    "needs_votes": N_("needs another vote"),
    "to_settle": N_("no class of the list fits"),
    "unsure": N_("could not tell"),
    "stale": N_("changed since it was reviewed"),
    "unknown": N_("no such item"),
    "label_unknown": N_("no such class"),
}
"""States that `auditor apply` leaves alone -> what they are called."""
REASONS: Mapping[str, str] = {
    "guideline_unclear": N_("the guideline is unclear"),
    "needs_new_class": N_("needs a new class"),
    "more_than_one_class": N_("more than one class"),
    "unreadable": N_("unreadable"),
    "wrong_language": N_("wrong language"),
    "personal_data": N_("personal data"),
    "broken_text": N_("broken text"),
    "other": N_("other"),
}
"""Reasons of a decision -> what they are called."""


def section(facts: Facts) -> Section:
    """What came back."""
    decided = facts.decided
    return Section(
        id="review",
        title=facts.say(N_("Review so far")),
        status="found" if decided else "not_applicable",
        status_text=facts.say(N_("{n:,} item decided"), N_("{n:,} items decided"), n=len(decided))
        if decided
        else facts.say(N_("nothing decided yet")),
        tone="look" if _open(decided) else "calm",
        meaning=facts.say(
            N_(
                "What reviewers said of single items. Of suspects it tells how many are real errors, of "
                "controls how many errors nobody suspected; a decision counts once for all exact copies."
            )
        ),
        blocks=_blocks(facts) if decided else (),
        todo=_todo(facts),
    )


def _todo(facts: Facts) -> str:
    if not facts.decided:
        return facts.say(
            N_(
                "Open review.html, or send it to the labellers. What they decide comes back as a file, for "
                "auditor apply and for --decisions."
            )
        )
    return facts.say(
        N_(
            "auditor apply DATA DECISIONS -o FIXED writes the corrected dataset; audit that one next, with "
            "--decisions, and nothing settled is asked again."
        )
    )


def _blocks(facts: Facts) -> tuple[Block, ...]:
    judged = [entry for entry in facts.decided if not entry["copy_of"]]
    blocks: list[Block] = [_outcomes(facts, judged)]
    header = facts.audit.header.get("decisions") or {}
    if "confirmed" in header and (lines := confirmed_lines(confirmed_from(header["confirmed"]))):
        blocks.append(Note(text=_sentences(facts, lines)))
    if "agreement" in header:
        blocks += _agreement(facts, agreement_from(header["agreement"]))
    kept = header.get("kept_suspects", 0)
    if kept:
        blocks.append(Note(text=_kept(facts, kept)))
    if pairs := _pairs(judged):
        blocks.append(_pair_table(facts, pairs))
    if reasons := Counter(name for entry in judged for name in entry["reasons"].split(";") if name):
        blocks.append(_reason_table(facts, reasons))
    if left := _open(facts.decided):
        blocks.append(_open_table(facts, left))
    return tuple(blocks)


def _sentences(facts: Facts, lines: Iterable[Text]) -> str:
    return ". ".join(line.to(facts.lang).strip().rstrip(".") for line in lines) + "."


def _agreement(facts: Facts, found: Agreement) -> list[Block]:
    """How far several reviewers agree: in sentences, by pairs, by classes."""
    blocks: list[Block] = [Note(text=_sentences(facts, [*agreement_lines(found), *unsure_lines(found)]))]
    if len(found.pairs) > 1:
        blocks.append(_reviewer_pairs(facts, found))
    if any(one.same is not None and one.same < 1 for one in found.classes):
        blocks.append(_class_agreement(facts, found))
    return blocks


def _reviewer_pairs(facts: Facts, found: Agreement) -> Table:
    return Table(
        caption=facts.say(N_("Reviewers, two by two")),
        columns=(
            facts.column(N_("reviewers"), "content"),
            facts.column(N_("items both judged"), "number"),
            facts.column(N_("same answer"), "number"),
            facts.column(N_("Cohen's kappa"), "number", N_("1: all agree, 0: as by chance")),
        ),
        rows=tuple(
            (
                Cell(text=", ".join(name or "-" for name in pair.reviewers)),
                number(pair.raw.n),
                Cell(text=percent(pair.raw)),
                Cell(text=f"{coefficient(pair.kappa)} {interval(pair.kappa)}".strip()),
            )
            for pair in found.pairs
        ),
    )


def _class_agreement(facts: Facts, found: Agreement) -> Table:
    return Table(
        caption=facts.say(N_("Classes on which reviewers agree least")),
        columns=(
            facts.column(N_("class"), "label"),
            facts.column(N_("items"), "number", N_("items of which somebody said the class")),
            facts.column(N_("same answer"), "number", N_("where one says the class, how often another does")),
            facts.column(N_("unsure"), "number", N_("of the answers on items with this given label")),
        ),
        rows=tuple(
            (
                Cell(text=one.name),
                number(one.items),
                Cell(text="-" if one.same is None else share(one.same, 0)),
                number(one.unsure),
            )
            for one in found.classes
        ),
        note=facts.say(N_("Two classes that people mix up need a clearer guideline before more labels.")),
    )


def _kept(facts: Facts, kept: int) -> str:
    return facts.say(
        N_("{n:,} row that the filter flags was kept by a reviewer: it is no suspect any more."),
        N_("{n:,} rows that the filter flags were kept by reviewers: they are no suspects any more."),
        n=kept,
    )


def _outcomes(facts: Facts, judged: Sequence[Mapping[str, Any]]) -> Table:
    """One row per kind of question: how many were decided, and how many were errors."""
    by_sample = {name: [e for e in judged if e["sample"] == name] for name in SAMPLES}
    return Table(
        caption=facts.say(N_("What was decided")),
        columns=(
            facts.column(N_("asked about")),
            facts.column(N_("decided"), "number"),
            facts.column(
                N_("errors"), "number", N_("changed, excluded, or with a reason that no class fits")
            ),
            facts.column(N_("share"), "number"),
            facts.column(N_("95% interval"), "number", N_("Wilson interval of the share")),
            facts.column(N_("no error"), "number"),
            facts.column(N_("no verdict"), "number", N_("unsure, or a duplicate")),
        ),
        rows=tuple(_outcome(facts, SAMPLES[name], rows) for name, rows in by_sample.items() if rows),
        note=facts.say(
            N_(
                "Spot checks and controls were judged without seeing the suggestion. The other rows are not: "
                "people tend to agree with what they are shown."
            )
        ),
    )


def _outcome(facts: Facts, title: str, rows: Sequence[Mapping[str, Any]]) -> tuple[Cell, ...]:
    verdicts = [row["is_error"] for row in rows]
    errors, fine = verdicts.count(True), verdicts.count(False)
    n = errors + fine
    low, high = wilson(errors, n)
    return (
        Cell(text=facts.say(title)),
        number(len(rows)),
        number(errors),
        Cell(text=share(errors / n) if n else "-"),
        Cell(text=f"{share(low, 0)} - {share(high, 0)}" if n else "-"),
        number(fine),
        number(len(rows) - n),
    )


def _pairs(judged: Iterable[Mapping[str, Any]]) -> list[tuple[tuple[str, str], int]]:
    """(given, decided) -> how often, the commonest first."""
    found = Counter(
        (entry["given"] or "", entry["label"]) for entry in judged if entry["action"] == "relabel"
    )
    return sorted(found.items(), key=lambda pair: (-pair[1], pair[0]))


def _pair_table(facts: Facts, pairs: Sequence[tuple[tuple[str, str], int]]) -> Table:
    shown = pairs[:PAIRS]
    more = len(pairs) - len(shown)
    return Table(
        caption=facts.say(N_("Labels that were changed")),
        columns=(
            facts.column(N_("given label"), "label"),
            facts.column(N_("decided label"), "label"),
            facts.column(N_("items"), "number"),
        ),
        rows=tuple(
            (
                Cell(text=given),
                Cell(text=decided),
                Cell(text=f"{n:,}", weight=n / shown[0][1]),
            )
            for (given, decided), n in shown
        ),
        style="bars",
        note=facts.say(N_("{n:,} more pair"), N_("{n:,} more pairs"), n=more) if more else "",
    )


def _reason_table(facts: Facts, reasons: Counter[str]) -> Table:
    ordered = sorted(reasons.items(), key=lambda entry: (-entry[1], list(REASONS).index(entry[0])))
    return Table(
        caption=facts.say(N_("Reasons that were given")),
        columns=(facts.column(N_("reason")), facts.column(N_("items"), "number")),
        rows=tuple((Cell(text=facts.say(REASONS[name])), number(n)) for name, n in ordered),
    )


def _open(decided: Iterable[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """What nothing was settled for, in the order of `OPEN_STATES`."""
    order = list(OPEN_STATES)
    left = [entry for entry in decided if entry["state"] in OPEN_STATES]
    return sorted(left, key=lambda entry: (order.index(entry["state"]), entry["item"]))


def _open_table(facts: Facts, left: Sequence[Mapping[str, Any]]) -> Table:
    more = len(left) - OPEN
    return Table(
        caption=facts.say(N_("Left open")),
        columns=(
            facts.column(N_("item"), "item"),
            facts.column(N_("why")),
            facts.column(N_("given label"), "label"),
            facts.column(N_("reviewers"), "content"),
            facts.column(N_("comment"), "content"),
        ),
        rows=tuple(
            (
                Cell(text=entry["item"]),
                Cell(text=facts.say(OPEN_STATES[entry["state"]])),
                Cell(text=entry["given"] or ""),
                Cell(text=entry["reviewers"].replace(";", ", ")),
                Cell(text=entry["comment"] or "-"),
            )
            for entry in left[:OPEN]
        ),
        note=facts.say(N_("{n:,} more item"), N_("{n:,} more items"), n=more) if more > 0 else "",
    )
