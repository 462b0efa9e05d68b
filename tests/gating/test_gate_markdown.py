"""Markdown as GitHub renders it, and annotations as its runner parses them."""

from __future__ import annotations

from dataclasses import replace

import pytest
from gate_readers import read_commands, read_markdown
from judged_examples import (
    FAILING,
    HOSTILE,
    MEASURES,
    PASSING,
    UNJUDGED,
    VERDICTS,
    WARNING,
    found,
    hostile,
    known,
    subject,
    whole,
)

from auditor.errors import Problem
from auditor.gating.formats import written
from auditor.gating.formats.github import MOST
from auditor.gating.formats.markdown import MOST_BYTES, code
from auditor.gating.judge import judge
from auditor.gating.limits import Limit
from auditor.measures import measured
from auditor.wording import say

TAGS = {"h3", "p", "code", "table", "thead", "tbody", "tr", "th", "td", "strong", "ul", "li"}


def test_the_table_says_what_was_compared_and_what_changed() -> None:
    """Of three suspects one was in the baseline: the measure went from 1 to 3."""
    page = read_markdown(written("markdown", whole((FAILING, PASSING), baseline=known())))
    assert page.rows == [
        ["", "rule", "value", "limit", "baseline", "change"],
        ["FAIL", "suspects", "3", "> 2 fails", "1", "+2"],
        ["ok", "smallest", "400", "< 20 fails", "", ""],
    ]
    assert page.outside.strip().startswith("GATE FAILED: 1 failed")


@pytest.mark.parametrize(
    ("was", "now", "told"),
    [(0.003, 0.003, "0.00 points"), (0.001, 0.003, "+0.20 points"), (0.01, 0.003, "-0.70 points")],
)
def test_shares_change_by_points(was: float, now: float, told: str) -> None:
    """A share is subtracted, not divided."""
    before = replace(known(), measures={"label_issues.rate": was})
    one = subject((), (measured("label_issues.rate", now, 1000),))
    page = read_markdown(written("markdown", judge(one, (WARNING,), baseline=before)))
    assert page.rows[1][-1] == told


def test_what_to_type_next_and_what_is_new_are_told() -> None:
    """The new items, and a command for each step."""
    page = read_markdown(written("markdown", VERDICTS["failed by what is new"]))
    assert {"id-1", "id-2"} <= set(page.codes)
    assert "next: auditor review audit --only new -o review.html" in page.codes
    assert "2 new findings" in page.outside


def test_ten_new_items_are_named() -> None:
    """Of 25; the others are counted."""
    many = [found("label_issue", f"item-{at}", at) for at in range(25)]
    one = subject(many, (measured("label_issues.count", 25, 1000),))
    page = read_markdown(written("markdown", judge(one, (FAILING,), baseline=known(()))))
    assert sum(text.startswith("item-") for text in page.codes) == 10
    assert "and 15 more" in page.outside


@pytest.mark.parametrize("called", HOSTILE, ids=lambda name: ascii(name)[:40])
def test_names_are_code_and_nothing_else(called: str) -> None:
    """No tag, no link, no mention outside of code; the table keeps its six columns."""
    page = read_markdown(written("markdown", hostile(called)))
    assert page.tags <= TAGS
    assert not any(sign in page.outside for sign in ("@", "http", "www.", "evil", "pwn", "script"))
    assert [len(row) for row in page.rows] == [6] * 4


def test_a_code_span_reads_back() -> None:
    """Backticks and pipes are spelled: no escape of theirs works everywhere."""
    page = read_markdown(code("a|b `c` <d> @e \\"))
    assert page.codes == ["a[U+007C]b [U+0060]c[U+0060] <d> @e \\"]


def test_it_is_at_most_60_kb() -> None:
    """With 2,000 rules those that passed are left out first, and counted."""
    rules = [replace(PASSING, id=f"rule-{at}-{'x' * 60}") for at in range(2_000)]
    text = written("markdown", whole((*rules, FAILING)))
    page = read_markdown(text)
    assert MOST_BYTES / 2 < len(text.encode()) <= MOST_BYTES
    assert page.rows[1][:2] == ["FAIL", "suspects"]
    assert f"{2_001 - (len(page.rows) - 1):,} more rules are left out" in page.outside


def test_it_is_at_most_60_kb_whatever_is_to_be_told() -> None:
    """40 long notes in Hangul, 40 problems, and a table that has no room."""
    long = say("{text}", text="가" * 1_000)
    problem = Problem(slug="no-rows", what=long, fixes=(long,))
    rules = [replace(UNJUDGED, id=f"rule-{at}") for at in range(500)]
    judged = replace(whole(rules), notes=(long,) * 40, problems=(problem,) * 40)
    text = written("markdown", judged)
    assert len(text.encode()) <= MOST_BYTES
    assert len(read_markdown(text).rows) > 10


def test_annotations_are_one_a_rule_the_worst_first() -> None:
    """What could not be judged, what fails, what warns, and what was not judged but need not be."""
    optional = replace(UNJUDGED, id="optional", required=False)
    commands = read_commands(written("github", whole((PASSING, optional, WARNING, FAILING, UNJUDGED))))
    assert [(command, properties["title"]) for command, properties, _ in commands] == [
        ("error", "auditor: errors"),
        ("error", "auditor: suspects"),
        ("warning", "auditor: suspect-share"),
        ("warning", "auditor: optional"),
    ]
    assert commands[2][2] == "label_issues.rate is 0.30% (3 of 1,000): > 0.2%"
    assert all(set(properties) == {"title"} for _, properties, _ in commands)


def test_a_pass_has_no_annotation() -> None:
    """Nothing to say."""
    assert written("github", VERDICTS["passed"]) == ""


def test_annotations_are_ten_at_most() -> None:
    """The tenth of fourteen says that there are four more."""
    rules = [replace(FAILING, id=f"rule-{at}") for at in range(14)]
    commands = read_commands(written("github", whole(rules)))
    assert len(commands) == MOST
    assert commands[-1][2] == "label_issues.count is 3: > 2; and 4 more"


def test_an_annotation_is_an_error_only_where_the_gate_fails_by_it() -> None:
    """With `--fail-on warn` a warning is one, with `never` a rule that trips is none."""
    for fail_on, rule, level in (("warn", WARNING, "error"), ("never", FAILING, "warning")):
        ((command, _, _),) = read_commands(written("github", whole((rule,), fail_on=fail_on)))  # type: ignore[arg-type]
        assert command == level


def test_signs_of_a_command_are_escaped() -> None:
    """Percent in messages; colon and comma in titles."""
    rule = replace(FAILING, id="a:b,c%d", error_if=Limit(">", 2))
    text = written("github", whole((rule,)))
    assert text.startswith("::error title=auditor%3A a%3Ab%2Cc%25d::")
    ((_, properties, _),) = read_commands(text)
    assert properties == {"title": "auditor: a:b,c%d"}


def test_a_crash_is_annotated() -> None:
    """With the kind of the error."""
    ((command, properties, message),) = read_commands(written("github", VERDICTS["ended"]))
    assert (command, properties["title"]) == ("error", "auditor: crash")
    assert message == "a bug ended the audit: KeyError"
    assert len(MEASURES) == 3
