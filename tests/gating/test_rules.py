"""Rules: from the configuration, from flags, built in; what does not fit is refused before any work."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.errors import UsageError
from auditor.gating.limits import Limit
from auditor.gating.rules import BUILT_IN, Rule, named_apart, rule_from, rules_from, scoped, with_required
from auditor.measures import MEASURES


def rule(**table: Any) -> Rule:
    return rules_from([table], "auditor.toml")[0]


def refused(**table: Any) -> str:
    with pytest.raises(UsageError) as caught:
        rule(**table)
    return str(caught.value)


def test_a_rule_as_the_configuration_has_it() -> None:
    found = rule(
        id="small",
        measure="classes.min_count",
        warn_if="< 50",
        error_if="< 20",
        min_rows=3,
        required=False,
    )
    assert found == Rule(
        id="small",
        measure="classes.min_count",
        error_if=Limit("<", 20),
        warn_if=Limit("<", 50),
        min_rows=3,
        required=False,
        source="auditor.toml",
    )


def test_without_an_id_a_rule_is_called_after_its_measure() -> None:
    assert rule(measure="labels.missing", error_if="> 0").id == "labels.missing"


@pytest.mark.parametrize(
    ("table", "said"),
    [
        ({"measure": "label_issues.rat", "error_if": "> 1%"}, "did you mean label_issues.rate?"),
        ({"measure": "labels.missing", "eror_if": "> 0"}, "did you mean error_if?"),
        ({"error_if": "> 0"}, "rule 1 names no measure"),
        ({"measure": "labels.missing"}, "a rule needs error_if, warn_if or required = true"),
        ({"measure": "labels.missing", "error_if": 0}, "error_if = 0 is no value for it"),
        ({"measure": "labels.missing", "error_if": "> 0", "min_rows": True}, "min_rows = True is no value"),
        ({"measure": "labels.missing", "error_if": "> 0", "min_rows": -1}, "min_rows is at least 0"),
        ({"measure": "labels.missing", "error_if": "> 0", "scope": "old"}, "'old' is not one of: all, new"),
        ({"measure": "labels.missing", "error_if": "> 0", "use": "mean"}, "not one of: point, lower, upper"),
        ({"measure": "labels.missing", "error_if": "> 0", "use": "lower"}, "carries no interval"),
        ({"measure": "model.kappa", "error_if": "< 0.5", "scope": "new"}, "no single findings stand behind"),
        ({"measure": "model.kappa", "error_if": "< 0.5", "of": "x=y"}, "measured of the whole only"),
        ({"measure": "labels.missing", "error_if": "> 0", "id": "a b"}, "an id has 1 to 80 characters"),
        ({"measure": "labels.missing", "error_if": "> 0", "id": "<b>"}, "an id has 1 to 80 characters"),
        (
            {"measure": "labels.missing", "error_if": "> 0", "id": "::error::x"},
            "an id has 1 to 80 characters",
        ),
        ({"measure": "label_issues.rate", "error_if": "> 5"}, "write > 5%"),
    ],
)
def test_a_rule_that_does_not_fit_says_what_is_wrong(table: dict[str, Any], said: str) -> None:
    assert said in refused(**table)


def test_two_rules_of_one_id_are_refused() -> None:
    tables = [{"measure": "labels.missing", "error_if": "> 0"}] * 2
    with pytest.raises(UsageError, match=r"two rules are called labels\.missing"):
        rules_from(tables, "auditor.toml")


def test_a_rule_as_a_flag_says_it() -> None:
    found = rule_from("label_issues.rate>3%", "warn")
    assert (found.measure, found.warn_if, found.error_if) == (
        "label_issues.rate",
        Limit(">", 0.03, percent=True),
        None,
    )
    assert rule_from("  classes.min_count  <  20 ", "error").error_if == Limit("<", 20)


@pytest.mark.parametrize("text", ["", "label_issues.rate", "> 3", "label_issues.rate 3%", "a b > 3"])
def test_what_is_no_rule_is_refused_with_an_example(text: str) -> None:
    with pytest.raises(UsageError, match=r'rule-invalid(?s:.*)--rule "label_issues.rate > 3%"'):
        rule_from(text, "error")


@given(st.text(max_size=40))
def test_any_text_is_a_rule_or_a_usage_error(text: str) -> None:
    """Nothing is evaluated, nothing crashes."""
    try:
        found = rule_from(text, "error")
    except UsageError:
        return
    assert found.measure in MEASURES and found.error_if is not None


def test_built_in_rules_fail_on_exact_facts_only() -> None:
    """A model's guess fails a build only after a person has said so."""
    for found in BUILT_IN:
        assert found.error_if is None or found.known.exact


def test_required_measures_mark_their_rules_or_get_one() -> None:
    rules = (rule(measure="labels.missing", error_if="> 0"),)
    marked = with_required(rules, ["labels.missing", "model.kappa", "model.kappa"])
    assert [(one.measure, one.required) for one in marked] == [
        ("labels.missing", True),
        ("model.kappa", True),
    ]
    with pytest.raises(UsageError, match=r"--require: there is no measure x(?s:.*)auditor explain"):
        with_required(rules, ["x"])


def test_a_scope_for_all_leaves_measures_without_findings_as_they_are() -> None:
    """Nothing of an accuracy is new."""
    rules = (
        rule(measure="labels.missing", error_if="> 0"),
        rule(measure="label_issues.count", error_if="> 0"),
    )
    assert [one.scope for one in scoped(rules, "new")] == ["all", "new"]
    assert [one.scope for one in scoped(scoped(rules, "new"), "all")] == ["all", "all"]


def test_ids_are_made_to_differ() -> None:
    one = rule_from("labels.missing > 0", "error")
    assert [found.id for found in named_apart([one, one, one])] == [
        "labels.missing",
        "labels.missing-2",
        "labels.missing-3",
    ]


@pytest.mark.parametrize(
    ("measure", "use", "compared"),
    [
        ("label_issues.rate", None, "point"),
        ("label_errors.rate", None, "lower"),
        ("label_errors.rate", "point", "point"),
        ("label_errors.rate", "upper", "upper"),
        ("slices.suspect_rate", None, "point"),
        ("label_errors.confirmed", None, "point"),
    ],
)
def test_real_errors_are_judged_by_the_end_of_the_interval_that_is_kinder(
    measure: str, use: Any, compared: str
) -> None:
    """A build fails when the verdicts say so for sure, not when chance does."""
    assert Rule(id="r", measure=measure, use=use).compared == compared
