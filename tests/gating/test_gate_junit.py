"""JUnit: each status of a rule as the result that CI systems make of it."""

from __future__ import annotations

from dataclasses import replace

from gate_readers import read_junit
from judged_examples import FAILING, OPTIONAL, PASSING, VERDICTS, WARNING, whole

from auditor.gating.formats import written


def test_a_case_for_every_rule() -> None:
    """A failure, a warning that passes and says so, a pass, and two that are skipped."""
    cases = dict(read_junit(written("junit", VERDICTS["failed"])))
    assert cases["suspects"] == [("Failure", "threshold", "label_issues.count is 3: > 2")]
    ((kind, _, told),) = cases["suspect-share"]
    assert (kind, told) == ("SystemOut", "warn: label_issues.rate is 0.30% (3 of 1,000): > 0.2%")
    assert cases["smallest"] == []
    assert [kind for kind, _, _ in cases["errors-if-known"]] == ["Skipped"]
    assert [kind for kind, _, _ in cases["far"]] == ["Skipped"]
    assert len(cases) == 5


def test_what_should_have_been_judged_is_an_error_and_no_failure() -> None:
    """A required measure that is not there differs from a rule that trips, which is told too."""
    cases = dict(read_junit(written("junit", VERDICTS["no verdict"])))
    assert [(kind, type_) for kind, type_, _ in cases["errors"]] == [("Error", "not-judged")]
    assert [(kind, type_) for kind, type_, _ in cases["suspects"]] == [("Failure", "threshold")]


def test_a_failed_detector_is_a_case_of_its_own() -> None:
    """Whatever rules there are."""
    cases = dict(read_junit(written("junit", VERDICTS["crashed"])))
    assert cases["detector label_issues"] == [
        ("Error", "crash", "the detector label_issues failed: ValueError")
    ]
    ended = dict(read_junit(written("junit", VERDICTS["ended"])))
    assert ended == {"audit": [("Error", "crash", "a bug ended the audit: KeyError")]}


def test_an_input_that_cannot_be_judged_is_an_error() -> None:
    """Each of its problems."""
    cases = dict(read_junit(written("junit", VERDICTS["unreadable"])))
    assert cases == {
        "input ids-do-not-match": [("Error", "not-judged", 'oof.npz: the ids do not match: "..."')]
    }


def test_a_suite_is_never_without_cases() -> None:
    """Readers take an empty suite for a broken one."""
    assert read_junit(written("junit", VERDICTS["empty"])) == [
        ("audit", [("Skipped", "", "the dataset has no rows")])
    ]


def test_failures_are_what_the_gate_fails_by() -> None:
    """With `--fail-on warn` a warning is a failure; with `never` nothing is, what tripped is still said."""
    strict = dict(read_junit(written("junit", whole((WARNING,), fail_on="warn"))))
    assert [kind for kind, _, _ in strict["suspect-share"]] == ["Failure"]
    lenient = dict(read_junit(written("junit", whole((FAILING,), fail_on="never"))))
    assert lenient["suspects"] == [("SystemOut", "", "FAIL: label_issues.count is 3: > 2")]


def test_what_to_do_stands_in_the_text_of_an_error() -> None:
    """The fixes, a line each."""
    text = written("junit", VERDICTS["no verdict"])
    assert "\nfix: auditor review audit --estimate 100 -o review.html\n" in text


def test_rules_are_told_in_their_order() -> None:
    """The order in which they are written."""
    rules = (PASSING, FAILING, replace(OPTIONAL, id="last"))
    assert [case for case, _ in read_junit(written("junit", whole(rules)))] == [
        "smallest",
        "suspects",
        "last",
    ]
