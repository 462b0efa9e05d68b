"""The verdict: every status of a rule, what blocks, which of the four answers comes out."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from auditor.errors import ExitCode, Problem
from auditor.gating.baseline import Baseline, baseline_of
from auditor.gating.judge import EXIT_CODES, Judged, Ruling, judge
from auditor.gating.limits import Limit
from auditor.gating.rules import BUILT_IN, Rule, with_required
from auditor.gating.subject import Found, Outcome, Subject, nothing
from auditor.gating.words import message
from auditor.measures import Measure, measured
from auditor.wording import Text, say

OVER_0 = Limit(">", 0)
DETECTORS = (
    *("label_issues", "class_balance", "exact_duplicates", "near_duplicates", "outliers", "hygiene"),
    *("images", "model_quality", "slices", "split_labels", "annotators"),
)


def subject(*measures: Measure, found: tuple[Found, ...] = (), **more: Any) -> Subject:
    """An audit of 1,000 rows with some measures; every detector ran."""
    plain = Subject(
        name="train.csv",
        audit_id="0" * 16,
        rows=1000,
        label="label",
        classes=("cat", "dog"),
        has_ids=True,
        predictions=("oof.npz",),
        out_of_sample="yes",
        measures=measures,
        outcomes={name: Outcome(status="ran") for name in DETECTORS},
        settings={},
        read_keys=lambda: found,
    )
    return replace(plain, **more)


def suspect(at: int) -> Found:
    return Found(key=f"{at:016x}", kind="label_issue", item=f"i{at}", row=at, reason="model-contradicts")


def ruled(case: Subject, rule: Rule, **more: Any) -> Ruling:
    (ruling,) = judge(case, [rule], **more).rulings
    return ruled_once(ruling)


def ruled_once(ruling: Ruling) -> Ruling:
    assert str(message(ruling))
    return ruling


def rule(measure: str, **more: Any) -> Rule:
    return Rule(id="r", measure=measure, **more)


# what a rule says


@pytest.mark.parametrize(
    ("value", "status"), [(0, "pass"), (2, "pass"), (3, "warn"), (5, "warn"), (6, "fail"), (900, "fail")]
)
def test_an_error_outranks_a_warning(value: int, status: str) -> None:
    both = rule("labels.missing", warn_if=Limit(">", 2), error_if=Limit(">", 5))
    assert ruled(subject(measured("labels.missing", value, 1000)), both).status == status


def test_the_message_says_what_was_compared_with_what() -> None:
    case = subject(measured("label_issues.rate", 0.0304, 1250))
    tight = rule("label_issues.rate", error_if=Limit(">", 0.03, percent=True))
    assert str(message(ruled(case, tight))) == "label_issues.rate is 3.04% (38 of 1,250): > 3%"


def test_fewer_rows_than_min_rows_are_not_judged() -> None:
    case = subject(measured("label_issues.rate", 0.5, 199))
    ruling = ruled(case, rule("label_issues.rate", error_if=Limit(">", 0.05), min_rows=200))
    assert ruling.status == "not_judged"
    assert str(ruling.why) == "measured on 199, and min_rows is 200"
    enough = subject(measured("label_issues.rate", 0.5, 200))
    assert ruled(enough, rule("label_issues.rate", error_if=Limit(">", 0.05), min_rows=200)).status == "fail"


@pytest.mark.parametrize(
    ("use", "status"), [("lower", "pass"), ("point", "fail"), ("upper", "fail"), (None, "pass")]
)
def test_an_interval_is_judged_by_the_end_that_was_chosen(use: Any, status: str) -> None:
    """4 % [2.5 %, 6 %] against 3 %: the lower end is under it, the others are over it."""
    case = subject(measured("label_errors.rate", 0.04, 100, low=0.025, high=0.06))
    ruling = ruled(case, rule("label_errors.rate", error_if=Limit(">", 0.03, percent=True), use=use))
    assert ruling.status == status
    assert "[2.50%, 6.00%]" in str(message(ruling))


def test_of_parts_the_worst_is_judged_and_the_others_are_counted() -> None:
    """Two annotators over the limit; the message names the worse."""
    rates = {"annotator=kim": 0.3, "annotator=lee": 0.1, "annotator=max": 0.4}
    parts = [measured("slices.suspect_rate", r, 100, low=0.0, high=1.0, scope=s) for s, r in rates.items()]
    ruling = ruled(subject(*parts), rule("slices.suspect_rate", error_if=Limit(">", 0.2, percent=True)))
    assert (ruling.status, ruling.parts) == ("fail", 2)
    assert "slices.suspect_rate (annotator=max) is 40.00%" in str(message(ruling))
    alone = rule("slices.suspect_rate", error_if=Limit(">", 0.2, percent=True), of="annotator=lee")
    assert ruled(subject(*parts), alone).status == "pass"


def test_a_part_that_is_not_there_is_not_passed_over() -> None:
    """A misspelt name must not pass for ever."""
    part = measured("slices.suspect_rate", 0.1, 100, low=0.0, high=1.0, scope="annotator=kim")
    ruling = ruled(subject(part), rule("slices.suspect_rate", error_if=Limit(">", 0.2), of="annotator=kin"))
    assert ruling.status == "not_judged" and ruling.blocks
    assert str(ruling.why) == "there is no annotator=kin; measured are: annotator=kim"


# what could not be measured


def without(detector: str, status: Any) -> Subject:
    case = subject()
    return replace(
        case, outcomes={**case.outcomes, detector: Outcome(status=status, why=Text("no predictions"))}
    )


@pytest.mark.parametrize(
    ("status", "required", "ruling", "verdict"),
    [
        ("not_applicable", None, "not_applicable", "passed"),
        ("not_applicable", False, "not_applicable", "passed"),
        ("not_applicable", True, "not_applicable", "no verdict"),
        ("could_not", None, "not_judged", "no verdict"),
        ("could_not", False, "not_judged", "passed"),
        ("could_not", True, "not_judged", "no verdict"),
        ("failed", None, "not_judged", "crashed"),
        ("failed", False, "not_judged", "crashed"),
    ],
)
def test_what_was_not_measured_passes_only_where_that_is_meant(
    status: str, required: Any, ruling: str, verdict: str
) -> None:
    one = rule("label_issues.rate", error_if=Limit(">", 0.05), required=required)
    judged = judge(without("label_issues", status), [one])
    assert (judged.rulings[0].status, judged.verdict) == (ruling, verdict)


def test_a_rule_that_could_only_warn_does_not_block() -> None:
    one = rule("label_issues.rate", warn_if=Limit(">", 0.05))
    assert judge(without("label_issues", "could_not"), [one]).verdict == "passed"


def test_an_audit_without_the_detector_is_not_judged() -> None:
    """One of an earlier version."""
    assert ruled(subject(outcomes={}), rule("outliers.count", error_if=OVER_0)).status == "not_judged"


def test_a_measure_that_a_detector_did_not_give_does_not_apply() -> None:
    """Copies were looked for; without splits none can leak."""
    ruling = ruled(subject(), rule("duplicates.leaked_rows", error_if=OVER_0))
    assert (ruling.status, str(ruling.why)) == ("not_applicable", "no splits to compare")


@pytest.mark.parametrize("name", ["label_errors.rate", "label_errors.count", "label_errors.confirmed"])
def test_real_errors_are_not_judged_before_people_have_looked_and_it_says_what_to_do(name: str) -> None:
    ruling = ruled(subject(folder="out"), rule(name, error_if=OVER_0))
    assert ruling.status == "not_judged" and ruling.blocks
    assert any("auditor review out" in str(fix) for fix in ruling.fixes)
    assert any("auditor gate out --decisions FILE" in str(fix) for fix in ruling.fixes)


# the verdict


@pytest.mark.parametrize(
    ("statuses", "fail_on", "verdict", "code"),
    [
        ("pass", "error", "passed", 0),
        ("warn", "error", "passed", 0),
        ("warn", "warn", "failed", 1),
        ("fail", "error", "failed", 1),
        ("fail", "warn", "failed", 1),
        ("fail", "never", "passed", 0),
        ("fail not_judged", "error", "no verdict", 3),
        ("pass not_judged", "never", "no verdict", 3),
        ("pass not_applicable", "error", "passed", 0),
        ("", "error", "passed", 0),
    ],
)
def test_what_could_not_be_judged_outranks_what_failed(
    statuses: str, fail_on: Any, verdict: str, code: int
) -> None:
    one = rule("labels.missing", error_if=OVER_0)
    rulings = tuple(Ruling(rule=one, status=status) for status in statuses.split())  # type: ignore[arg-type]
    judged = Judged(subject=subject(), rulings=rulings, fail_on=fail_on)
    assert (judged.verdict, int(judged.exit_code)) == (verdict, code)


def test_a_failed_detector_outranks_everything() -> None:
    """Though another rule failed, and none looks at the detector."""
    case = without("outliers", "failed")
    case = replace(case, measures=(measured("labels.missing", 3, 1000),))
    judged = judge(case, [rule("labels.missing", error_if=OVER_0)])
    assert judged.rulings[0].status == "fail"
    assert (judged.verdict, judged.exit_code) == ("crashed", ExitCode.BUG)


def test_a_problem_of_the_input_is_no_verdict_and_a_crash_is_a_crash() -> None:
    problem = Problem(slug="file-not-found", what=say("x"))
    assert Judged(subject=nothing("x"), rulings=(), problems=(problem,)).verdict == "no verdict"
    assert Judged(subject=nothing("x"), rulings=(), crash="KeyError: 1").verdict == "crashed"


def test_the_four_answers_have_four_codes() -> None:
    assert sorted(map(int, EXIT_CODES.values())) == [0, 1, 3, 4]


def test_the_built_in_rules_judge_what_applies() -> None:
    """Neither splits nor predictions: two rules are judged, three do not apply, and it passes.

    There are no images either, and of the rule on them nothing is said unless it is required.
    """
    bare = subject(
        measured("labels.unknown", 0, 9),
        measured("labels.missing", 2, 9),
        predictions=(),
        outcomes={
            **{name: Outcome(status="not_applicable", why=Text("no predictions")) for name in DETECTORS},
            "class_balance": Outcome(status="ran"),
            "exact_duplicates": Outcome(status="ran"),
        },
    )
    judged = judge(bare, BUILT_IN)
    assert [one.status for one in judged.rulings] == [
        "pass",
        "warn",
        "not_applicable",
        "not_applicable",
        "not_applicable",
    ]
    assert judged.passed
    required = judge(bare, with_required(BUILT_IN, ["images.unreadable"]))
    assert "images-unreadable" in {one.rule.id for one in required.rulings}


# what is new


NEW = rule("label_issues.count", error_if=OVER_0, scope="new")


def known(*numbers: int) -> Baseline:
    return baseline_of(subject(found=tuple(map(suspect, numbers))))


def test_only_findings_that_the_baseline_does_not_hold_are_counted() -> None:
    case = subject(measured("label_issues.count", 3, 1000), found=(suspect(1), suspect(2), suspect(3)))
    ruling = ruled(case, NEW, baseline=known(1, 2))
    assert (ruling.status, ruling.value, [one.item for one in ruling.found]) == ("fail", 1, ["i3"])
    assert str(message(ruling)) == "label_issues.count: 1 new finding; limit: > 0"
    assert ruled(case, NEW, baseline=known(1, 2, 3, 4)).status == "pass"


def test_a_share_of_what_is_new_is_of_all_rows() -> None:
    """Two new of 1,000 rows are 0.2 %."""
    case = subject(measured("label_issues.rate", 0.003, 1000), found=(suspect(1), suspect(2), suspect(3)))
    one = rule("label_issues.rate", error_if=Limit(">", 0.001, percent=True), scope="new")
    assert ruled(case, one, baseline=known(1)).value == 0.002


def test_without_a_baseline_nothing_is_said_to_be_new() -> None:
    """Neither passed nor failed: not judged, and it says how a baseline is written."""
    case = subject(measured("label_issues.count", 1, 1000), found=(suspect(1),), folder="out")
    judged = judge(case, [NEW])
    assert judged.verdict == "no verdict"
    assert str(judged.rulings[0].fixes[0]) == "auditor baseline write out"
    assert judge(case, [NEW], all_new=True).verdict == "failed"


def test_a_class_that_is_gone_stops_the_comparison_and_a_new_one_does_not() -> None:
    """A renamed class would make every finding of it new, which would be no news."""
    case = subject(measured("label_issues.count", 0, 1000), classes=("cat", "hound"))
    ruling = ruled(case, NEW, baseline=known())
    assert ruling.status == "not_judged" and "gone or called otherwise: dog" in str(ruling.why)
    more = subject(measured("label_issues.count", 0, 1000), classes=("cat", "dog", "eel"))
    assert ruled(more, NEW, baseline=known()).status == "pass"
