"""Limits: read as written, compared unrounded, shown with the digits that tell why."""

from __future__ import annotations

import operator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.errors import UsageError
from auditor.gating.limits import Limit, limit_of, limits_text, shown, unfit
from auditor.measures import MEASURES

RATE, COUNT, SCORE = (MEASURES[name] for name in ("label_issues.rate", "label_issues.count", "model.kappa"))
SIGNS = {
    ">": operator.gt,
    ">=": operator.ge,
    "<": operator.lt,
    "<=": operator.le,
    "==": operator.eq,
    "!=": operator.ne,
}


@pytest.mark.parametrize(
    ("written", "value", "text"),
    [
        ("> 3%", 0.03, "> 3%"),
        (">=3 %", 0.03, ">= 3%"),
        ("<0.5", 0.5, "< 0.5"),
        ("  == 0  ", 0.0, "== 0"),
        ("!= 12", 12.0, "!= 12"),
        ("> 0.7%", 0.007, "> 0.7%"),
        ("> 12.345%", 0.12345, "> 12.345%"),
        ("< -0.1", -0.1, "< -0.1"),
    ],
)
def test_a_limit_is_read_and_shown_as_it_was_written(written: str, value: float, text: str) -> None:
    """A share in percent is the nearest number to it: 0.7% is 7 of 1,000, to the bit."""
    limit = limit_of(written, RATE, "rule")
    assert (limit.value, str(limit)) == (value, text)


@pytest.mark.parametrize(
    "written",
    [
        "",
        "3%",
        "> ",
        "> three",
        "=> 3",
        "> 3%%",
        "> 1e5",
        "> 3 and < 5",
        "> 3; import os",
        "> ３",
        "> nan",
        ">3,5",
    ],
)
def test_what_is_no_limit_is_refused(written: str) -> None:
    """No expression, no other digits, no comma: nothing is guessed."""
    with pytest.raises(UsageError, match="rule-limit"):
        limit_of(written, RATE, "rule")


def test_percent_is_for_shares_and_scores_only() -> None:
    with pytest.raises(UsageError, match=r"is a count, not a share(?s:.*)write > 3"):
        limit_of("> 3%", COUNT, "rule")
    assert limit_of("< 80%", SCORE, "rule").value == 0.8


@pytest.mark.parametrize(
    ("limit", "name", "fix"),
    [
        (Limit(">", 3), "label_issues.rate", "write > 3%"),
        (Limit(">", 1), "label_issues.rate", "write > 1%"),
        (Limit("<", 80), "model.accuracy", "write < 80%"),
        (Limit(">", 3, percent=True), "label_issues.rate", None),
        (Limit("<", 8, percent=True), "model.accuracy", None),
        (Limit(">", -1), "label_issues.count", None),
        (Limit("<", 0.03, percent=True), "label_issues.rate", "write > 3%"),
        (Limit("<=", 5), "labels.missing", "write >= 5"),
        (Limit(">", 20), "classes.min_count", "write < 20"),
    ],
)
def test_a_limit_that_is_never_or_always_reached_or_upside_down_is_unfit(
    limit: Limit, name: str, fix: str | None
) -> None:
    """A forgotten percent sign, a share over 1, a count below 0, a rule that fails good data."""
    problem = unfit(limit, MEASURES[name], "rule")
    assert problem is not None and problem.slug == "rule-limit"
    assert [str(one) for one in problem.fixes] == ([] if fix is None else [fix])


@pytest.mark.parametrize(
    ("limit", "name"),
    [
        (Limit(">", 3), "label_issues.count"),
        (Limit(">", 1), "classes.imbalance_ratio"),
        (Limit(">", 0), "label_issues.rate"),
        (Limit("!=", 0), "labels.missing"),
        (Limit("<", -0.1), "model.kappa"),
        (Limit("<", 1), "model.accuracy"),
    ],
)
def test_a_limit_that_can_be_reached_is_fit(limit: Limit, name: str) -> None:
    assert unfit(limit, MEASURES[name], "rule") is None


@given(st.sampled_from(sorted(SIGNS)), st.floats(-1e6, 1e6), st.floats(-1e6, 1e6))
def test_numbers_are_compared_unrounded(sign: str, value: float, limit: float) -> None:
    """As Python compares them."""
    assert Limit(sign, limit).trips(value) is SIGNS[sign](value, limit)


@given(st.integers(0, 10**6), st.integers(1, 10**6), st.integers(0, 10_000))
def test_what_is_shown_of_a_share_lies_on_the_side_of_the_limit_where_the_share_lies(
    hits: int, more: int, hundredths: int
) -> None:
    """Never "3% > 3%": a reader who compares what is printed comes to the verdict."""
    value, limit = hits / (hits + more), Limit(">", hundredths / 10_000, percent=True)
    seen = float(shown(value, "rate", limit).rstrip("%"))
    bar = float(str(limit).lstrip("> ").rstrip("%"))
    assert (seen > bar) is (value > limit.value)


@pytest.mark.parametrize(
    ("value", "kind", "limits", "text"),
    [
        (0.0304, "rate", [Limit(">", 0.03, percent=True)], "3.04%"),
        (0.030004, "rate", [Limit(">", 0.03, percent=True)], "3.0004%"),
        (0.03, "rate", [Limit(">", 0.03, percent=True)], "3.00%"),
        (12345.0, "count", [Limit(">", 0)], "12,345"),
        (0.8996, "score", [Limit("<", 0.9)], "0.8996"),
        (20.5, "count", [Limit(">", 20)], "20.5"),
        (20.5, "count", [], "20"),
    ],
)
def test_digits_are_as_few_as_tell_the_value_from_its_limits(
    value: float, kind: str, limits: list[Limit], text: str
) -> None:
    assert shown(value, kind, *limits) == text  # type: ignore[arg-type]


def test_the_limits_of_a_rule_in_one_phrase() -> None:
    error, warn = Limit(">", 0.05, percent=True), Limit(">", 0.02, percent=True)
    assert str(limits_text(error, warn)) == "> 2% warns, > 5% fails"
    assert str(limits_text(error, None)) == "> 5% fails"
    assert str(limits_text(None, warn)) == "> 2% warns"
    assert str(limits_text(None, None)) == "must be measured"
