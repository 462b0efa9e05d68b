"""A short summary of an audit for a notebook cell."""

from __future__ import annotations

from html import escape

from auditor.audits import Audit
from auditor.report.facts import Facts
from auditor.report.marks import spelled_out
from auditor.report.verdicts import verdicts
from auditor.wording import N_


def summary(audit: Audit) -> str:
    """The four verdict numbers as a small HTML table; every value from the data is escaped."""
    facts = Facts(audit=audit, lang="en")
    dataset = audit.header["dataset"]
    head = facts.say(
        N_("{name}: {rows:,} rows, {classes:,} classes"),
        name=dataset["name"],
        rows=dataset["rows"],
        classes=len(dataset["classes"]),
    )
    rows = "".join(
        f"<tr><th>{_safe(cell.title)}</th><td>{_safe(cell.number)}</td><td>{_safe(cell.word)}</td>"
        f"<td>{_safe(cell.detail)}</td></tr>"
        for cell in verdicts(facts)
    )
    return f"<table><caption>{_safe(head)}</caption>{rows}</table>"


def _safe(text: str) -> str:
    return escape(spelled_out(text))
