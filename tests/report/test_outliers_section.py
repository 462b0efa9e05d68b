"""The outliers on the page: the farthest first, with their content; not applicable without vectors."""

from __future__ import annotations

import json
from dataclasses import replace
from functools import lru_cache

import pyarrow as pa
from near_examples import TICKETS, tickets

import auditor
from auditor import Audit
from auditor.findings import FINDINGS
from auditor.report.elements import Section, Table
from auditor.report.facts import Facts
from auditor.report.sections import outliers


@lru_cache
def with_outliers(count: int) -> Audit:
    """The tickets, had the first `count` been found to lie far out: .99, .98, ..."""
    audit = auditor.audit(tickets())
    rows = []
    for number, item in enumerate(list(TICKETS)[:count]):
        row = dict.fromkeys(FINDINGS.names)
        row |= {"key": f"{number:016x}", "kind": "outlier", "item": item, "row": number}
        row |= {"suspicion": 0.99 - number / 100, "given": TICKETS[item][1]}
        evidence = {"distance": 1.5 - number / 100, "median": 0.214, "neighbours": 10}
        rows.append(row | {"reason_code": "outlier", "evidence": json.dumps(evidence)})
    findings = pa.concat_tables(
        [audit.tables["findings"], pa.Table.from_pylist(rows[::-1], schema=FINDINGS)]
    ).unify_dictionaries()
    outcomes = [entry for entry in audit.header["outcomes"] if entry["detector"] != "outliers"]
    ran = {"detector": "outliers", "status": "ran", "why": None}
    header = {**audit.header, "outcomes": [*outcomes, ran]}
    return replace(audit, header=header, tables={**audit.tables, "findings": findings})


def section(audit: Audit) -> Section:
    return outliers.section(Facts(audit=audit, lang="en"))


def table(count: int) -> Table:
    (found,) = section(with_outliers(count)).blocks
    assert isinstance(found, Table)
    return found


def test_the_farthest_stands_first_with_label_and_distance() -> None:
    assert [tuple(cell.text for cell in row[:3]) for row in table(3).rows] == [
        ("a", "delivery", "1.50"),
        ("b", "refund", "1.49"),
        ("c", "login", "1.48"),
    ]
    assert table(3).note == ""
    assert "the 10 nearest rows" in table(3).columns[2].help and "within 0.21" in table(3).columns[2].help


def test_content_that_is_kept_is_shown() -> None:
    """i and j are copies, and so their content is in the folder."""
    shown = {row[0].text: row[3].text for row in table(10).rows}
    assert shown["i"] == TICKETS["i"][0]


def test_ten_are_shown_and_the_rest_counted() -> None:
    assert len(table(12).rows) == 10
    assert table(12).note == "2 more are in findings.parquet"
    assert section(with_outliers(12)).status_text == "12 rows"


def test_what_was_not_measured_is_not_called_clean() -> None:
    """No vectors were given; with vectors and nothing far out, none was found."""
    assert section(auditor.audit(tickets())).status == "not_applicable"
    assert section(with_outliers(0)).status == "none"


def test_an_outlier_is_no_fault_by_itself() -> None:
    """A rare case may be what the data needs."""
    assert section(with_outliers(3)).tone == "calm"
