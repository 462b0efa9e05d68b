"""Section "Can this be trusted?": what was checked, and what could not be told."""

from __future__ import annotations

from functools import lru_cache

from audit_inputs import planted

from auditor import Audit, audit
from auditor.report.elements import Table
from auditor.report.facts import Facts
from auditor.report.sections.trust import section


def checked(found: Audit) -> list[tuple[str, str]]:
    """(question, answer) of every row of the table of checks."""
    blocks = section(Facts(audit=found, lang="en")).blocks
    tables = [block for block in blocks if isinstance(block, Table) and block.caption == "What was checked"]
    return [(row[0].text, row[1].text) for table in tables for row in table.rows]


@lru_cache
def few_rows() -> Audit:
    """Thirty rows, too few to tell the order of rows from."""
    frame, probs, _ = planted()
    return audit(frame.head(30), predictions=probs[:30])


def test_what_cannot_be_told_stands_before_what_is_fine() -> None:
    answers = [answer for _, answer in checked(few_rows())]
    assert "cannot tell" in answers
    assert "ok" in answers
    assert answers == sorted(answers, key=["error", "warning", "cannot tell", "note", "ok"].index)


def test_questions_about_predictions_are_not_answered_without_them() -> None:
    """Not even by "ok": what was not looked at is not in the table."""
    frame, probs, _ = planted()
    with_model = {question for question, _ in checked(audit(frame, predictions=probs))}
    without = {question for question, _ in checked(audit(frame))}
    assert "order of the class columns" in with_model - without
    assert without < with_model


def test_an_audit_that_was_saved_without_answers_is_still_shown() -> None:
    """By an earlier version."""
    found = few_rows()
    header = {name: value for name, value in found.header.items() if name != "checks"}
    older = Audit(header=header, measures=found.measures, tables=found.tables)
    assert checked(older) == []
