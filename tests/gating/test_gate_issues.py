"""GitLab's code quality and SARIF: what is listed, what is left out, and how it is known again."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest
from gate_readers import read_gate, read_gitlab, read_sarif
from judged_examples import (
    FAILING,
    MEASURES,
    PASSING,
    SUSPECTS,
    VERDICTS,
    WARNING,
    found,
    known,
    subject,
    whole,
)

from auditor.gating.baseline import Baseline
from auditor.gating.entries import capped, entries, location
from auditor.gating.formats import gitlab, sarif, written
from auditor.gating.judge import Judged, judge
from auditor.gating.limits import Limit
from auditor.gating.rules import Rule
from auditor.measures import measured


def of_count(n: int, *more: Rule, baseline: Baseline | None = None) -> Judged:
    """So many suspects, and the rule that fails by them."""
    many = [found("label_issue", f"i{at}", at) for at in range(n)]
    one = subject(many, (measured("label_issues.count", n, 10_000), *MEASURES[1:]))
    return judge(one, (FAILING, *more), baseline=baseline)


def test_each_finding_behind_a_rule_that_trips_is_an_issue() -> None:
    """Three suspects, of a rule that fails (major) and of one that warns (minor); a pass has none."""
    issues = read_gitlab(written("gitlab", whole((FAILING, WARNING, PASSING))))
    assert [issue["severity"] for issue in issues] == ["major"] * 3 + ["minor"] * 3
    assert {issue["check_name"] for issue in issues} == {"auditor/suspects", "auditor/suspect-share"}
    told = {issue["description"] for issue in issues}
    assert "suspects: label_issue, model-contradicts: id-1; row 1, counted from 0" in told
    assert {issue["location"]["path"] for issue in issues} == {"data/train.csv"}
    assert read_gitlab(written("gitlab", VERDICTS["passed"])) == []


def test_with_a_baseline_only_what_is_new_is_an_issue() -> None:
    """Also of rules over all findings; what was known is no news."""
    for rule in (FAILING, replace(FAILING, scope="new", error_if=Limit(">", 0))):
        issues = read_gitlab(written("gitlab", whole((rule,), baseline=known())))
        assert len(issues) == 2
        assert not any("id-0" in issue["description"] for issue in issues)


def test_a_finding_of_a_row_that_was_seen_before_is_no_issue() -> None:
    """Another model doubts a row that the baseline has seen: told in the JSON as a number, and not new."""
    judged = whole((FAILING,), baseline=known())
    assert judged.difference is not None
    drifted = replace(judged.difference, new=SUSPECTS[2:], drifted=SUSPECTS[1:2])
    judged = replace(judged, difference=drifted)
    (issue,) = read_gitlab(written("gitlab", judged))
    assert "id-2" in issue["description"]
    document = read_gate(written("json", judged))
    assert (document["new_total"], document["known"], document["drifted"]) == (1, 1, 1)


def test_a_rule_without_findings_is_one_issue() -> None:
    """No finding stands behind the smallest class; and none of what is behind the suspects is new."""
    small = replace(PASSING, error_if=Limit("<", 500))
    (issue,) = read_gitlab(written("gitlab", whole((small,))))
    assert issue["description"] == "smallest: classes.min_count is 400: < 500"
    (issue,) = read_gitlab(written("gitlab", whole((FAILING,), baseline=known(SUSPECTS))))
    assert issue["description"] == "suspects: label_issues.count is 3: > 2"


def test_rows_without_ids_are_named_by_their_number() -> None:
    """The item is then no name."""
    issues = read_gitlab(written("gitlab", whole((FAILING,), has_ids=False)))
    assert issues[0]["description"].startswith("suspects: label_issue, model-contradicts: row ")


@pytest.mark.parametrize("case", ["no verdict", "crashed", "ended", "unreadable"])
def test_no_verdict_is_no_empty_list(case: str) -> None:
    """What kept the gate from judging is the first issue, and critical."""
    issues = read_gitlab(written("gitlab", VERDICTS[case]))
    assert issues[0]["severity"] == "critical"
    run = read_sarif(written("sarif", VERDICTS[case]))
    assert run["results"][0]["level"] == "error"
    assert run["invocations"][0]["executionSuccessful"] is False
    assert any(one["level"] == "error" for one in run["invocations"][0]["toolExecutionNotifications"])


def test_a_failed_gate_is_a_successful_run() -> None:
    """SARIF asks whether the tool did its work."""
    (invocation,) = read_sarif(written("sarif", VERDICTS["failed"]))["invocations"]
    assert (invocation["executionSuccessful"], invocation["exitCode"]) == (True, 1)
    assert invocation["exitCodeDescription"] == "failed"


def test_fingerprints_stay_when_other_findings_come_and_rows_move() -> None:
    """They are of the rule and the finding's key alone."""
    few = {one["description"]: one["fingerprint"] for one in read_gitlab(written("gitlab", of_count(5)))}
    more = {one["description"]: one["fingerprint"] for one in read_gitlab(written("gitlab", of_count(9)))}
    assert few.items() <= more.items()
    moved = [replace(one, row=(one.row or 0) + 7) for one in SUSPECTS]
    judged = whole((FAILING,))
    after = replace(judged, subject=replace(judged.subject, read_keys=lambda: tuple(moved)))
    assert {one["fingerprint"] for one in read_gitlab(written("gitlab", judged))} == {
        one["fingerprint"] for one in read_gitlab(written("gitlab", after))
    }


def test_gitlab_says_how_many_are_left_out() -> None:
    """999 of 1,200 issues and one that counts the other 201; exactly 1,000 are all there."""
    issues = read_gitlab(written("gitlab", of_count(1_200)))
    assert len(issues) == gitlab.MOST
    assert issues[-1]["description"] == "201 more are left out"
    assert issues[-1]["severity"] == "info"
    assert len(read_gitlab(written("gitlab", of_count(1_000)))) == 1_000


def test_what_is_left_out_hides_no_rule() -> None:
    """A rule with few findings stands beside one with more than fit."""
    small = replace(PASSING, error_if=Limit("<", 500))
    issues = read_gitlab(written("gitlab", of_count(1_200, small)))
    assert "auditor/smallest" in {issue["check_name"] for issue in issues}


def test_capped_keeps_the_first_of_every_rule_in_order() -> None:
    """Two rules of three findings each: of four that stay, three are of the first rule."""
    listed = entries(whole((FAILING, WARNING)))
    assert [entry.rule for entry in capped(listed, 4)] == ["suspects"] * 3 + ["suspect-share"]
    assert capped(listed, 6) == listed


def test_sarif_has_at_most_5000_results_and_says_so() -> None:
    """5,003 suspects: 3 are left out."""
    run = read_sarif(written("sarif", of_count(5_003)))
    assert len(run["results"]) == sarif.MOST
    told = [one["message"]["text"] for one in run["invocations"][0]["toolExecutionNotifications"]]
    assert "3 more results are left out" in told


def test_sarif_stays_under_its_size(monkeypatch: pytest.MonkeyPatch) -> None:
    """Results are dropped until the file fits, compressed; the rules stay."""
    import gzip

    monkeypatch.setattr(sarif, "MOST_BYTES", 3_000)
    text = written("sarif", of_count(400))
    run = read_sarif(text)
    assert len(gzip.compress(text.encode())) <= 3_000
    assert 0 < len(run["results"]) < 400
    told = [one["message"]["text"] for one in run["invocations"][0]["toolExecutionNotifications"]]
    assert f"{400 - len(run['results'])} more results are left out" in told


def test_sarif_levels_and_fingerprints() -> None:
    """Errors before warnings; the finding's key, and a hash of rule and key for GitHub."""
    run = read_sarif(written("sarif", whole((WARNING, FAILING))))
    assert [result["level"] for result in run["results"]] == ["error"] * 3 + ["warning"] * 3
    keys = {result["partialFingerprints"]["auditorFinding/v1"] for result in run["results"]}
    assert keys == {one.key for one in SUSPECTS}
    hashes = {result["partialFingerprints"]["primaryLocationLineHash"] for result in run["results"]}
    assert len(hashes) == 6
    levels = {rule["id"]: rule["defaultConfiguration"]["level"] for rule in run["tool"]["driver"]["rules"]}
    assert levels == {"suspects": "error", "suspect-share": "warning"}


def test_equal_keys_are_one_issue() -> None:
    """Readers keep one of them anyway."""
    twice = subject((*SUSPECTS, *SUSPECTS), MEASURES)
    assert len(read_gitlab(written("gitlab", judge(twice, (FAILING,))))) == 3


@pytest.mark.parametrize(
    ("source", "path"),
    [
        ("data/train.csv", "data/train.csv"),
        ("./data//train.csv", "data/train.csv"),
        ("../train.csv", "train.csv"),
        ("a/../../b.csv", "b.csv"),
        ("data\\train.csv", "data/train.csv"),
        ("s3://store/data/train.csv", "train.csv"),
        ("..", "dataset"),
        ("", "auditor.toml"),
        (None, "auditor.toml"),
        ("학습 데이터.csv", "학습 데이터.csv"),
    ],
)
def test_the_place_is_relative(source: str | None, path: str) -> None:
    """Neither absolute, nor above the working folder, nor an address."""
    judged = whole((FAILING,), source=source)
    assert location(judged) == path
    read_sarif(written("sarif", judged))


def test_the_place_of_a_saved_audit_without_configuration_is_the_dataset() -> None:
    """There is nothing else to point at."""
    judged = replace(whole((FAILING,), source=None), config=None)
    assert location(judged) == "train"


def test_the_order_of_the_keys_is_that_of_the_issues() -> None:
    """A hash orders them, so that neither rows nor files do."""
    shuffled = list(SUSPECTS)
    random.Random(3).shuffle(shuffled)
    issues = [entry.key for entry in entries(judge(subject(shuffled, MEASURES), (FAILING,)))]
    assert issues == sorted(issues)
