"""The JSON of a verdict: its schema, and values worked out by hand."""

from __future__ import annotations

import json

import jsonschema
import pytest
from gate_readers import GATE_SCHEMA, read_gate
from judged_examples import (
    FAILING,
    HOSTILE,
    SUSPECTS,
    VERDICTS,
    found,
    hostile,
    key_of,
    known,
    subject,
    whole,
)

from auditor.gating.formats import written
from auditor.gating.formats.json import LONGEST, MOST_NEW
from auditor.gating.judge import judge
from auditor.measures import measured


def test_the_schema_is_one() -> None:
    """It is a schema of draft 2020-12."""
    jsonschema.Draft202012Validator.check_schema(GATE_SCHEMA)


@pytest.mark.parametrize(
    ("member", "value"),
    [
        ("verdict", "pass"),
        ("exit_code", 2),
        ("exit_code", 0),
        ("extra", 1),
        ("rules", [{}]),
        ("new_total", -1),
    ],
)
def test_the_schema_refuses_what_is_no_verdict(member: str, value: object) -> None:
    """Other words, an exit code that is not the verdict's, members that are not described."""
    document = json.loads(written("json", VERDICTS["failed"])) | {member: value}
    assert not jsonschema.Draft202012Validator(GATE_SCHEMA).is_valid(document)


@pytest.mark.parametrize(
    ("case", "verdict", "code"),
    [
        ("passed", "passed", 0),
        ("warned", "passed", 0),
        ("failed", "failed", 1),
        ("no verdict", "no verdict", 3),
        ("unreadable", "no verdict", 3),
        ("crashed", "crashed", 4),
        ("ended", "crashed", 4),
        ("empty", "passed", 0),
    ],
)
def test_the_verdict_and_its_exit_code(case: str, verdict: str, code: int) -> None:
    """The words are the same in every language."""
    for lang in ("en", "ko"):
        document = read_gate(written("json", VERDICTS[case], lang))
        assert (document["verdict"], document["exit_code"]) == (verdict, code)


def test_a_rule_that_trips_says_what_was_compared_with_what() -> None:
    """3 suspects, a limit of 2; the share 0.003 of 1,000 over 0.2%."""
    document = read_gate(written("json", VERDICTS["failed"]))
    rules = {rule["id"]: rule for rule in document["rules"]}
    count, rate = rules["suspects"], rules["suspect-share"]
    assert (count["status"], count["value"], count["limit"], count["n"]) == ("fail", 3, "> 2", 1000)
    assert (rate["status"], rate["value"], rate["limit"], rate["warn_if"]) == (
        "warn",
        0.003,
        "> 0.2%",
        "> 0.2%",
    )
    assert (count["kind"], count["exact"], count["source"]) == ("count", False, "auditor.toml")
    assert rules["smallest"]["limit"] is None
    assert rules["errors-if-known"]["status"] == "not_judged"
    assert not rules["errors-if-known"]["blocks"]
    assert rules["far"]["status"] == "not_applicable"
    assert document["dataset"] == {
        "name": "train",
        "rows": 1000,
        "classes": 2,
        "audit_id": "0123456789abcdef",
    }


def test_what_is_new_is_listed_with_what_is_known_and_gone() -> None:
    """One of three suspects is in the baseline, which holds one more that is gone."""
    document = read_gate(written("json", VERDICTS["failed by what is new"]))
    assert {one["item"] for one in document["new"]} == {"id-1", "id-2"}
    assert (document["new_total"], document["known"], document["stale"]) == (2, 1, 1)
    (rule,) = document["rules"]
    assert (rule["new"], rule["value"], rule["baseline"]) == (2, 2, 1)
    assert document["baseline"] == "baseline.json"


def test_a_rule_over_all_says_how_much_of_it_is_new() -> None:
    """The scope does not matter for what is told beside."""
    document = read_gate(written("json", whole((FAILING,), baseline=known())))
    assert [rule["new"] for rule in document["rules"]] == [2]


def test_without_a_baseline_nothing_is_said_to_be_new() -> None:
    """No baseline is not the same as none that are new."""
    document = read_gate(written("json", VERDICTS["failed"]))
    assert document["new"] == []
    assert document["new_total"] is document["known"] is document["drifted"] is document["stale"] is None
    assert [rule["new"] for rule in document["rules"]] == [None] * 5


def test_new_findings_are_capped_and_counted() -> None:
    """10,000 are listed, 10,001 are there."""
    many = [found("label_issue", f"i{at}", at) for at in range(MOST_NEW + 1)]
    one = subject(many, (measured("label_issues.count", len(many), 20_000),))
    document = json.loads(written("json", judge(one, (), baseline=known(()))))
    assert len(document["new"]) == MOST_NEW
    assert document["new_total"] == MOST_NEW + 1


@pytest.mark.parametrize(
    "called", [name for name in HOSTILE if len(name) <= LONGEST and "\ud800" not in name]
)
def test_items_are_exact(called: str) -> None:
    """Whatever stands in a name, the JSON reads back as the name; slices too."""
    document = read_gate(written("json", hostile(called)))
    issues = [one for one in document["new"] if one["kind"] == "label_issue"]
    assert {one["item"] for one in issues} == {called or "-"}
    assert [rule["part"] for rule in document["rules"]] == [None, called, None]


def test_findings_are_the_ones_of_the_keys() -> None:
    """Key, kind, row and reason are those of `findings.keys`."""
    document = read_gate(written("json", whole((), baseline=known())))
    second = next(one for one in document["new"] if one["item"] == "id-1")
    assert second == {
        "key": key_of("label_issue", "id-1", 1),
        "kind": "label_issue",
        "item": "id-1",
        "row": 1,
        "reason": "model-contradicts",
    }
    assert second["key"] == SUSPECTS[1].key


def test_a_crash_names_the_detector_and_the_kind_of_error() -> None:
    """The error's own words may quote the dataset, its kind does not."""
    (failed,) = read_gate(written("json", VERDICTS["crashed"]))["failed"]
    assert failed == {
        "detector": "label_issues",
        "message": "the detector label_issues failed: ValueError",
    }
    (ended,) = read_gate(written("json", VERDICTS["ended"]))["failed"]
    assert ended == {"detector": "audit", "message": "a bug ended the audit: KeyError"}


def test_numbers_that_json_does_not_have_are_refused() -> None:
    """A NaN would be read by some programs and not by others."""
    judged = whole(())
    broken = judge(subject((), (measured("label_issues.count", float("nan"), 10),)), (FAILING,))
    assert "NaN" not in written("json", judged)
    with pytest.raises(ValueError, match="JSON"):
        written("json", broken)
