"""Everything an audit knows of one item, as lines of name and value."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from auditor.audits import Audit
from auditor.errors import Problem, UsageError, did_you_mean, nearest
from auditor.report.elements import Member
from auditor.report.facts import Facts
from auditor.wording import N_, say, share

GUESSED = 50_000
"""Items among which the nearest is looked for: more take seconds."""


def item_lines(audit: Audit, item: str, lang: str = "en") -> Iterator[tuple[str, str]]:
    """(name, value) of all that is known of an item, and why it stands where it stands.

    Raises:
        UsageError: `no-such-item`.
    """
    facts = Facts(audit=audit, lang=lang)
    row = _score_row(audit, item)
    number = facts.say(N_("row {row}"), row=row["row"])
    yield facts.say(N_("item")), f"{item} ({number})"
    yield from facts.content(item)
    yield facts.say(N_("given label")), row["given"] or "-"
    if row["p_given"] is not None:
        yield from _model(facts, row)
    yield from _place(facts, item)
    yield from _decided(facts, item)
    yield from _findings(facts, item)
    yield from _copies(facts, row["group"], item)
    yield from _alike(facts, item)


def _decided(facts: Facts, item: str) -> Iterator[tuple[str, str]]:
    """What reviewers said of the item, and what they wrote."""
    for entry in facts.decided:
        if entry["item"] == item:
            said = ", ".join(facts.decision_badge(item))
            yield facts.say(N_("decided")), f"{said} ({entry['reviewers'].replace(';', ', ') or '-'})"
            if entry["comment"]:
                yield facts.say(N_("comment")), entry["comment"]


def _score_row(audit: Audit, item: str) -> dict[str, Any]:
    scores = audit.tables["scores"]
    item = item.encode("utf-8", "replace").decode("utf-8")  # what a shell passes need not be text
    found = scores.filter(pc.equal(scores["item"], item)).to_pylist()
    if found:
        return dict(found[0])
    raise UsageError(
        Problem(
            slug="no-such-item",
            what=say(N_("the audit has no item {item}"), item=item),
            fixes=did_you_mean(_like(item, scores["item"])),
        )
    )


def _like(item: str, items: pa.ChunkedArray) -> str | None:
    """The item that was meant: `row-7` for 7, else the nearest."""
    numbered = f"row-{item}"
    if pc.index(items, numbered).as_py() >= 0:
        return numbered
    return nearest(item, items.slice(0, GUESSED).to_pylist())


def _model(facts: Facts, row: dict[str, Any]) -> Iterator[tuple[str, str]]:
    yield facts.say(N_("suggested label")), f"{row['suggested']} (p {row['p_suggested']:.4g})"
    yield facts.say(N_("p(given)")), f"{row['p_given']:.4g}"
    yield facts.say(N_("order score")), f"{row['order_score']:.4f}"


def _place(facts: Facts, item: str) -> Iterator[tuple[str, str]]:
    queued = next((row for row in facts.queue if row["item"] == item), None)
    if queued is None:
        yield facts.say(N_("place in the queue")), facts.say(N_("none"))
        return
    yield (
        facts.say(N_("place in the queue")),
        facts.say(
            N_("rank {rank:,} of {n:,}"), rank=queued["rank"], n=max(row["rank"] for row in facts.queue)
        ),
    )
    yield facts.say(N_("why")), facts.reason(queued)


def _findings(facts: Facts, item: str) -> Iterator[tuple[str, str]]:
    table = facts.audit.tables["findings"]
    for entry in table.filter(pc.equal(table["item"], item)).to_pylist():
        evidence = ", ".join(
            f"{name} {_worded(value)}" for name, value in sorted(json.loads(entry["evidence"]).items())
        )
        yield (
            facts.say(N_("finding")),
            f"{entry['kind']} ({entry['reason_code']}; {evidence})  {entry['key']}",
        )


def _worded(value: object) -> str:
    """A value of the evidence: numbers rounded, counts behind what they count."""
    if isinstance(value, dict):
        return ", ".join(f"{name} ({_worded(count)})" for name, count in value.items())
    return f"{value:.4g}" if isinstance(value, float) else str(value)


def _copies(facts: Facts, group: str | None, item: str) -> Iterator[tuple[str, str]]:
    for row in facts.groups.get(group or "", []):
        if row["item"] != item:
            split = f", {row['split']}" if row["split"] else ""
            yield facts.say(N_("same content")), f"{row['item']} ({row['label'] or '-'}{split})"


def _alike(facts: Facts, item: str) -> Iterator[tuple[str, str]]:
    """The most similar rows: of all, of another label, of an earlier split."""
    nearest = {entry.nearest: entry.similarity for entry in facts.near.of(item)}
    known = facts.members(nearest)
    for other, similarity in sorted(nearest.items(), key=lambda entry: (-entry[1], entry[0])):
        found = known.get(other, Member(item=other, label=""))
        split = f", {found.split}" if found.split else ""
        yield (
            facts.say(N_("{share} alike"), share=share(similarity, 0)),
            f"{other} ({found.label or '-'}{split})",
        )
