"""A short summary of an audit for a notebook cell."""

from __future__ import annotations

from html import escape

from auditor.audits import Audit
from auditor.report.facts import Facts
from auditor.report.view import verdicts
from auditor.wording import N_


def summary(audit: Audit) -> str:
    """The four verdict numbers as a small HTML table; every value from the data is escaped."""
    facts = Facts(audit=audit, lang="en")
    dataset = audit.header["dataset"]
    head = facts.say(N_("{name}: {rows:,} rows, {classes:,} classes"), name=dataset["name"],
                     rows=dataset["rows"], classes=len(dataset["classes"]))  # fmt: skip
    rows = "".join(
        f"<tr><th>{escape(cell.title)}</th><td>{escape(cell.number)}</td><td>{escape(cell.word)}</td>"
        f"<td>{escape(cell.detail)}</td></tr>"
        for cell in verdicts(facts)
    )
    return f"<table><caption>{escape(head)}</caption>{rows}</table>"
