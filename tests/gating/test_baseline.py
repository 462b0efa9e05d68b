"""The baseline: old findings stay old whatever else changes; what is new is new, however alike it is."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from audit_inputs import planted, sentence
from gate_data import CLASSES, N, answers, audited, flipped, good
from hypothesis import given, settings
from hypothesis import strategies as st
from review_files import record, write_decisions

import auditor
from auditor.errors import InputError, UsageError
from auditor.gates import gate, new_rows, subject_with, write_baseline
from auditor.gating.baseline import baseline_of, changed_settings, compared, to_json, updated
from auditor.gating.baseline_file import read_baseline
from auditor.gating.baseline_file import write_baseline as write_file
from auditor.gating.rows import MASK, packed, seen, unpacked
from auditor.gating.rules import rules_from
from auditor.gating.subject import Subject
from auditor.gating.subjects import subject_of


def subject(frame: pd.DataFrame, model: Any = None, **options: Any) -> Subject:
    return subject_of(auditor.audit(frame, predictions=model, **options))


def new(before: Subject, after: Subject) -> list[tuple[str, str]]:
    """Kind and item of what is new."""
    return sorted((found.kind, found.name) for found in compared(baseline_of(before), after).new)


def still_there(before: Subject, after: Subject) -> set[tuple[str, str, str]]:
    """What both audits found, by kind, item and reason."""
    both = [{(found.kind, found.name, found.reason) for found in one.findings} for one in (before, after)]
    return both[0] & both[1]


def none_of_it_is_new(before: Subject, after: Subject) -> None:
    same = still_there(before, after)
    assert same
    assert not {(f.kind, f.name, f.reason) for f in compared(baseline_of(before), after).new} & same


# what must not make an old finding new


def test_the_same_audit_again_has_nothing_new_and_nothing_stale() -> None:
    frame, model, _ = planted()
    before = subject(frame, model)
    difference = compared(baseline_of(before), subject(frame, model))
    assert len(before.findings) > 10
    assert (difference.new, difference.stale, difference.known) == ((), (), len(before.findings))


@pytest.mark.parametrize("ids", [True, False])
def test_sorting_makes_nothing_new(ids: bool) -> None:
    """With ids, and without: then rows are known by their content."""
    frame, model, _ = planted()
    frame = frame if ids else frame.drop(columns="id")
    order = np.random.default_rng(2).permutation(len(frame))
    before = subject(frame, model)
    after = subject(frame.iloc[order].reset_index(drop=True), model[order])
    difference = compared(baseline_of(before), after)
    assert (len(difference.new), difference.stale) == (0, ())


@pytest.mark.parametrize("ids", [True, False])
def test_adding_unrelated_rows_makes_nothing_old_new(ids: bool) -> None:
    """Forty clean rows in front, so that every row number moves."""
    frame, model, _ = planted()
    rows = [
        {**dict.fromkeys(frame.columns), "id": f"z{at}", "label": frame.loc[at, "label"]} for at in range(40)
    ]
    more = pd.DataFrame(rows)
    more["text"] = [sentence(5000 + at) for at in range(40)]
    both = pd.concat([more, frame], ignore_index=True)
    models = np.vstack([model[:40], model])
    if not ids:
        frame, both = frame.drop(columns="id"), both.drop(columns="id")
    before, after = subject(frame, model), subject(both, models)
    if ids:
        none_of_it_is_new(before, after)
    known, today = (Counter((f.kind, f.key) for f in one.findings) for one in (before, after))
    assert sum((known & today).values()) > 0.9 * sum(known.values())


@pytest.mark.parametrize(
    "options", [{"near_threshold": 0.6}, {"near_threshold": 1.0}, {"detect": {"hygiene": {"letters": 60}}}]
)
def test_other_thresholds_make_nothing_old_new(options: dict[str, Any]) -> None:
    """More may be found, and that is new; what was known stays known. The settings are said to be others."""
    frame, model, _ = planted()
    before, after = subject(frame, model), subject(frame, model, **options)
    none_of_it_is_new(before, after)
    assert changed_settings(baseline_of(before), after)
    assert not changed_settings(baseline_of(before), before)


def test_another_model_makes_nothing_old_new() -> None:
    """It flags other rows, suggests other classes, and is said to be another."""
    frame, model, _ = planted()
    other = model**0.5 / (model**0.5).sum(axis=1, keepdims=True)
    before, after = subject(frame, model), subject(frame, other)
    none_of_it_is_new(before, after)
    assert changed_settings(baseline_of(before), after) == ["predictions"]


def test_the_same_rows_in_another_file_have_nothing_new(tmp_path: Path) -> None:
    """CSV, JSONL, Parquet and cp949."""
    frame, model, _ = planted()
    frame.to_csv(tmp_path / "a.csv", index=False)
    frame.to_csv(tmp_path / "b.csv", index=False, encoding="cp949", errors="ignore", sep=";")
    frame.to_json(tmp_path / "c.jsonl", orient="records", lines=True)
    frame.to_parquet(tmp_path / "d.parquet")
    subjects = [subject_of(auditor.audit(path, predictions=model)) for path in sorted(tmp_path.iterdir())]
    for one in subjects[1:]:
        assert new(subjects[0], one) == []


# what is new


@pytest.mark.parametrize("ids", [True, False])
def test_a_second_identical_bad_row_is_new(ids: bool) -> None:
    """A finding that looks just like a known one must not pass for it."""
    frame, model = flipped(range(0, N, 24))
    frame = pd.concat([frame, frame.iloc[[0]].assign(id="again")], ignore_index=True)
    model = np.vstack([model, model[0]])
    keep = ["id", "text", "label"] if ids else ["text", "label"]
    before = subject(frame.loc[: N - 1, keep], model[:N], label="label")
    after = subject(frame[keep], model, label="label")
    kinds = Counter(kind for kind, _ in new(before, after))
    assert kinds["label_issue"] == 1
    assert kinds["exact_duplicate"] == 2  # the old row was no copy before


@pytest.mark.parametrize(("column", "value"), [("label", "foxhound"), ("text", "something else altogether")])
def test_a_changed_label_or_text_makes_a_new_finding(column: str, value: str) -> None:
    """Row 0 is wrong before and after, in another way."""
    frame, model = flipped(range(0, N, 24))
    before = subject(frame, model)
    frame.loc[0, column] = value
    assert ("label_issue", "i000") in new(before, subject(frame, model))


TEXTS = ("one plain text", "another plain text", "the third of them", "a fourth one here")


@settings(max_examples=25, deadline=None)
@given(
    st.lists(st.tuples(st.sampled_from(TEXTS), st.sampled_from("ab")), min_size=4, max_size=12),
    st.randoms(use_true_random=False),
    st.tuples(st.sampled_from(TEXTS), st.sampled_from("ab")),
)
def test_without_ids_keys_are_a_multiset_of_contents(
    rows: list[tuple[str, str]], random: Any, more: tuple[str, str]
) -> None:
    """Any order has the same keys; one more row adds keys, and takes none away that its copies had."""
    rows = [*rows, (TEXTS[0], "a"), (TEXTS[1], "b")]

    def keys(listed: list[tuple[str, str]]) -> Counter[str]:
        frame = pd.DataFrame(listed, columns=["text", "label"])
        found = subject_of(auditor.audit(frame, model="none"))
        return Counter(one.key for one in found.findings if one.row is not None)

    shuffled = list(rows)
    random.shuffle(shuffled)
    before = keys(rows)
    assert keys(shuffled) == before
    assert max(before.values(), default=1) == 1
    assert not before - keys([*rows, more])


# the file


def test_a_baseline_goes_to_disk_and_back(tmp_path: Path) -> None:
    """Sorted, a finding a line, the same bytes again."""
    frame, model, _ = planted()
    audit = auditor.audit(frame, predictions=model)
    path = write_baseline(audit, tmp_path / "deep" / "baseline.json")
    read = read_baseline(path)
    assert to_json(read) == to_json(baseline_of(subject_of(audit)))
    lines = json.loads(path.read_text(encoding="utf-8"))["findings"]
    assert lines == sorted(lines) and len(lines) == len(set(lines)) == len(subject_of(audit).findings)
    before = path.read_bytes()
    assert write_baseline(audit, path, force=True).read_bytes() == before


def test_the_file_holds_no_text_of_the_dataset_and_no_score(tmp_path: Path) -> None:
    """Kinds, ids, hashes and measures alone; rows without ids are not named by numbers that sorting moves."""
    frame, model = flipped(range(0, N, 24))
    path = write_baseline(audited(frame.drop(columns="id"), model), tmp_path / "baseline.json")
    text = path.read_text(encoding="utf-8")
    assert not any(one in text for one in frame["text"])
    lines = json.loads(text)["findings"]
    assert {line.split(" ")[1] for line in lines if line.startswith("label_issue")} == {"-"}


def test_a_baseline_that_is_there_is_not_written_over(tmp_path: Path) -> None:
    frame, model = good()
    path = write_baseline(audited(frame, model), tmp_path / "baseline.json")
    with pytest.raises(UsageError, match="output-exists"):
        write_baseline(audited(frame, model), path)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "{}",
        '{"schema": "auditor.baseline/2"}',
        '{"schema": "auditor.baseline/1"}',
        "[" * 100_000,
        '{"schema": "auditor.baseline/1", "tool": "", "dataset": "", "classes": [], "settings": {}, '
        '"measures": {"a": NaN}, "findings": []}',
        '{"schema": "auditor.baseline/1", "tool": "", "dataset": "", "classes": [], "settings": {}, '
        '"measures": {}, "findings": ["two parts"]}',
    ],
)
def test_what_is_no_baseline_is_refused(tmp_path: Path, text: str) -> None:
    """It comes from a repository that others write to."""
    path = tmp_path / "baseline.json"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(InputError, match="not-a-baseline"):
        read_baseline(path)


# update and ratchet


def test_update_takes_out_what_is_gone_and_keeps_what_is_new_out() -> None:
    """Five wrong labels of ten were corrected, and one is new."""
    before = subject(*flipped(range(0, 100, 10)))
    frame, model = flipped(range(0, 50, 10))
    frame.loc[77, "label"] = CLASSES[(77 + 1) % 4]
    after = subject(frame, model)
    baseline = baseline_of(before)
    tightened = updated(baseline, after)
    assert set(tightened.findings) < set(baseline.findings)
    assert {found.item for found in compared(tightened, after).new} == {"i077"}
    assert not compared(updated(baseline, after, accept_new=True), after).new


def test_update_never_loosens_a_measure() -> None:
    """Better numbers are taken, worse ones are not, and one that was not measured today stays."""
    worse, better = subject(*flipped(range(0, 100, 10))), subject(*flipped(range(0, 50, 10)))
    tight = updated(baseline_of(worse), better).measures
    assert tight["label_issues.count"] == baseline_of(better).measures["label_issues.count"]
    assert tight["model.accuracy"] == baseline_of(better).measures["model.accuracy"]
    assert updated(baseline_of(better), worse).measures == baseline_of(better).measures
    bare = subject_of(audited(good()[0], None))
    assert updated(baseline_of(better), bare).measures["model.accuracy"] == tight["model.accuracy"]


def test_the_ratchet_passes_what_is_as_good_and_fails_what_is_worse(tmp_path: Path) -> None:
    """Twice as many wrong labels are worse."""
    path = write_baseline(audited(*flipped(range(0, 100, 10))), tmp_path / "baseline.json")
    same = gate(
        audited(*flipped(range(0, 100, 10))), baseline=path, ratchet=True, rules=["labels.missing > 0"]
    )
    better = gate(
        audited(*flipped(range(0, 50, 10))), baseline=path, ratchet=True, rules=["labels.missing > 0"]
    )
    worse = gate(
        audited(*flipped(range(0, 110, 10))), baseline=path, ratchet=True, rules=["labels.missing > 0"]
    )
    assert [one.verdict for one in (same, better, worse)] == ["passed", "passed", "failed"]
    failed = {one.rule.measure for one in worse.rulings if one.status == "fail"}
    assert {"label_issues.count", "label_issues.rate", "model.accuracy"} <= failed


def test_a_measure_that_the_baseline_has_and_today_lacks_is_no_verdict(tmp_path: Path) -> None:
    """The predictions were forgotten: the ratchet cannot hold what nobody measured."""
    path = write_baseline(audited(*good()), tmp_path / "baseline.json")
    judged = gate(audited(good()[0], None), baseline=path, ratchet=True)
    assert judged.verdict == "no verdict"


def test_a_ratchet_without_a_baseline_says_so() -> None:
    with pytest.raises(InputError, match="no-baseline"):
        gate(audited(*good()), ratchet=True)


# decisions


FLAGGED = subject(*flipped(range(0, 100, 10)))
SUSPECTS = sorted(found.name for found in FLAGGED.findings if found.kind == "label_issue")
"""Items of wrong labels that the audit of ten flags."""


def kept(frame: pd.DataFrame, *items: str) -> list[dict[str, Any]]:
    """What a reviewer says who finds some labels right."""
    given = frame.set_index("id")["label"]
    return [record(item, "keep", row=int(item[1:]), given=given[item]) for item in items]


def test_what_a_person_kept_is_silent(tmp_path: Path) -> None:
    """Two suspects are kept: they count no more and are not new. A changed label ends the silence."""
    frame, model = flipped(range(0, 100, 10))
    audit = audited(frame, model)
    decisions = write_decisions(tmp_path / "kim.json", kept(frame, *SUSPECTS[:2]), classes=CLASSES)
    path = write_baseline(audited(*good()), tmp_path / "baseline.json")
    left = len(SUSPECTS) - 2
    rules: dict[str, Any] = {"rules": [f"label_issues.count > {left}"], "baseline": path}

    loud, silent = gate(audit, **rules), gate(audit, decisions=[decisions], **rules)
    assert (loud.verdict, silent.verdict) == ("failed", "passed")
    assert silent.rulings[0].value == left
    assert {found.item for found in loud.new} - {found.item for found in silent.new} == set(SUSPECTS[:2])
    assert any("2 suspects are none any more" in str(note) for note in silent.notes)

    row = int(SUSPECTS[0][1:])
    frame.loc[row, "label"] = CLASSES[(row + 2) % 4]
    changed = gate(audited(frame, model), decisions=[decisions], **rules)
    assert SUSPECTS[0] in {found.item for found in changed.new if found.kind == "label_issue"}


def test_a_saved_audit_with_decisions_is_judged_as_a_new_one_with_them(tmp_path: Path) -> None:
    """The same counts, shares and findings either way."""
    frame, model = flipped(range(0, 100, 10))
    row = int(SUSPECTS[2][1:])
    wrong = record(SUSPECTS[2], "relabel", CLASSES[row % 4], row=row, given=frame.loc[row, "label"])
    said = [*kept(frame, *SUSPECTS[:2]), wrong]
    decisions = write_decisions(tmp_path / "kim.json", said, classes=CLASSES)
    folder = audited(frame, model).save(tmp_path / "audit")

    later = subject_with(folder, [decisions])
    anew = subject_of(audited(frame, model, decisions=decisions))
    for name in ("label_issues.count", "label_issues.rate", "label_errors.confirmed"):
        assert [(m.value, m.n) for m in later.of(name)] == [(m.value, m.n) for m in anew.of(name)]
    issues = [{f.key for f in one.findings if f.kind == "label_issue"} for one in (later, anew)]
    assert issues[0] == issues[1] and len(issues[0]) == len(SUSPECTS) - 2


# rows that were seen


def test_what_another_model_doubts_of_old_rows_has_drifted_and_is_not_new() -> None:
    """A model that sees nothing doubts other rows; two new wrong rows are new whatever the model."""
    frame, model = flipped(range(0, 100, 10))
    shuffled = model[np.random.default_rng(4).permutation(len(model))]
    baseline = baseline_of(subject(frame, model))
    after = subject(frame, (shuffled + 2 * model) / 3)
    difference = compared(baseline, after)
    assert difference.new == () and difference.drifted

    more = frame.iloc[[1, 2]].assign(id=["n1", "n2"], text=[sentence(7001), sentence(7002)], label="eel")
    both = pd.concat([more, frame], ignore_index=True)
    added = subject(both, np.vstack([model[[1, 1]], (shuffled + 2 * model) / 3]))
    assert {found.item for found in compared(baseline, added).new if found.kind == "label_issue"} == {
        "n1",
        "n2",
    }


def test_facts_of_old_rows_are_new_when_they_arise() -> None:
    """A row that was seen gets a copy with another label: both rows are copies and a conflict now."""
    frame, model = good()
    twin = frame.iloc[[1]].assign(id="twin", label="eel", split="train")
    both = pd.concat([frame, twin], ignore_index=True)
    found = new(subject(frame, model), subject(both, np.vstack([model, model[1]])))
    assert {("conflict", "i001"), ("exact_duplicate", "i001")} <= set(found)


def test_a_row_whose_text_changed_at_its_end_is_not_the_row_that_was_seen() -> None:
    """However long the text: all of it counts."""
    frame, model = flipped(range(0, 100, 10))
    frame["text"] = [f"{text} {' '.join(sentence(at) for at in range(40))} end" for text in frame["text"]]
    before = subject(frame, model)
    item = next(found.name for found in before.findings if found.kind == "label_issue")
    row = int(item[1:])
    clean = frame.copy()
    clean.loc[row, "label"] = CLASSES[row % 4]
    baseline = baseline_of(subject(clean, model))
    changed = clean.copy()
    changed.loc[row, "label"] = frame.loc[row, "label"]
    assert ("label_issue", item) in {
        (f.kind, f.name) for f in compared(baseline, subject(changed, model)).new
    }


def test_damaged_rows_are_told_when_they_are_asked_for() -> None:
    """A merge cut the text off."""
    frame, model = flipped(range(0, 100, 10))
    whole = baseline_of(subject(*good()))
    assert whole.rows is not None
    with pytest.raises(InputError, match="not-a-baseline"):
        compared(replace(whole, rows=whole.rows[:-5] + "*"), subject(frame, model))


def test_what_a_detector_finds_that_did_not_run_before_is_new() -> None:
    """The baseline was written without predictions: nobody had looked at the labels then."""
    frame, model = flipped(range(0, 100, 10))
    baseline = baseline_of(subject_of(audited(frame, None)))
    found = compared(baseline, subject(frame, model))
    assert {one.name for one in found.new if one.kind == "label_issue"} == set(SUSPECTS)
    assert not found.drifted


def test_answers_that_came_since_make_new_findings() -> None:
    """A row's digest knows nothing of the answers to it."""
    frame, model = good()
    before = subject_of(audited(frame, model, annotations=answers(0)))
    after = subject_of(audited(frame, model, annotations=answers(60)))
    found = {one.kind for one in compared(baseline_of(before), after).new}
    assert "annotation" in found


def test_another_label_column_is_another_task(tmp_path: Path) -> None:
    """The same rows with other labels: nothing can be said to be new."""
    frame, model = flipped(range(0, 100, 10))
    path = write_baseline(
        audited(frame.rename(columns={"label": "topic"}), model, label="topic"), tmp_path / "b.json"
    )
    judged = gate(audited(frame, model), baseline=path, rules=["label_issues.count > 0"], scope="new")
    assert judged.verdict == "no verdict"
    assert "label column is label, and was topic" in str(judged.rulings[0].why)


@pytest.mark.parametrize("member", ["findings", "rows", "measures", "classes"])
def test_a_careless_merge_is_noticed(tmp_path: Path, member: str) -> None:
    """One member of one branch and the rest of the other: findings would be hidden."""
    paths = [
        write_baseline(audited(*flipped(range(0, end, 10))), tmp_path / f"{end}.json") for end in (60, 100)
    ]
    ours, theirs = (json.loads(path.read_text(encoding="utf-8")) for path in paths)
    emptied = {"findings": [], "rows": None, "measures": {}, "classes": []}[member]
    for value in (theirs[member], emptied):
        paths[0].write_text(json.dumps(ours | {member: value}), encoding="utf-8")
        if value != ours[member]:
            with pytest.raises(InputError, match="not-a-baseline"):
                read_baseline(paths[0])


def test_a_damaged_baseline_can_be_replaced_and_a_file_of_another_kind_cannot(tmp_path: Path) -> None:
    audit = audited(*good())
    path = write_baseline(audit, tmp_path / "baseline.json")
    path.write_text("<<<<<<< HEAD\n" + path.read_text(encoding="utf-8"), encoding="utf-8")
    with pytest.raises(InputError, match="not-a-baseline"):
        read_baseline(path)
    assert read_baseline(write_baseline(audit, path, force=True))
    other = tmp_path / "data.csv"
    other.write_text("text,label\n", encoding="utf-8")
    with pytest.raises(UsageError, match=r"data\.csv is no baseline"):
        write_baseline(audit, other, force=True)
    assert other.read_text(encoding="utf-8") == "text,label\n"


def test_a_ratchet_that_holds_nothing_is_no_pass(tmp_path: Path) -> None:
    """A baseline without measures."""
    audit = audited(*good())
    path = write_file(tmp_path / "b.json", replace(baseline_of(subject_of(audit)), measures={}))
    with pytest.raises(InputError, match="no-baseline"):
        gate(audit, baseline=path, ratchet=True)


def test_of_pairs_and_groups_it_can_only_be_asked_whether_any_is_new() -> None:
    """Their rows are counted, and a limit is of another unit. A flag leaves such rules, and says so."""
    audit = audited(*good())
    for name in ("duplicates.exact_groups", "duplicates.conflict_pairs", "duplicates.near_groups"):
        table = {"measure": name, "error_if": "> 2", "scope": "new"}
        with pytest.raises(UsageError, match="only > 0 can be asked"):
            rules_from([table], "auditor.toml")
        assert rules_from([table | {"error_if": "> 0"}], "auditor.toml")
        judged = gate(audit, rules=f"{name} > 2", scope="new", no_baseline=True)
        assert judged.passed and judged.rulings[0].rule.scope == "all"
        assert any("1 rule judges all" in str(note) for note in judged.notes)


@pytest.mark.parametrize(
    "other", [{"column": "sentiment"}, {"classes": ["yes", "no"]}], ids=["another column", "other classes"]
)
def test_decisions_about_other_labels_silence_nothing(tmp_path: Path, other: dict[str, Any]) -> None:
    """They name the same ids."""
    frame, model = flipped(range(0, 100, 10))
    said = {"classes": CLASSES, **other}
    path = write_decisions(tmp_path / "kim.json", kept(frame, *SUSPECTS), **said)
    with pytest.raises(InputError, match="decisions-other-dataset"):
        gate(audited(frame, model), decisions=path)
    with pytest.raises(InputError, match="decisions-other-dataset"):
        audited(frame, model, decisions=path)


def test_update_leaves_rows_that_came_since_unseen() -> None:
    """They were not there when a person said that what is there is known."""
    frame, model = good()
    half = baseline_of(subject(frame.iloc[:120], model[:120]))
    tight = updated(half, subject(frame, model))
    assert tight.rows is not None and half.rows is not None
    assert unpacked(tight.rows) == unpacked(half.rows)
    loose = updated(half, subject(frame, model), accept_new=True)
    assert loose.rows is not None and sum(unpacked(loose.rows).values()) == N


@given(st.lists(st.integers(0, 2**64 - 1), max_size=200))
def test_rows_are_packed_without_loss(rows: list[int]) -> None:
    """But for the bits above 40."""
    assert unpacked(packed(rows)) == Counter(row & MASK for row in rows)


@given(st.text(max_size=40))
def test_any_text_is_rows_or_a_value_error(text: str) -> None:
    """It comes from a file that others write."""
    try:
        unpacked(text)
    except ValueError:
        return


@given(st.lists(st.integers(0, 6), max_size=30), st.lists(st.integers(0, 6), max_size=30))
def test_of_copies_none_is_seen_where_there_are_more_than_before(before: list[int], today: list[int]) -> None:
    """Counted by hand."""
    found = seen(today, range(len(today)), Counter(before))
    expected = {row for row, number in enumerate(today) if today.count(number) <= before.count(number)}
    assert found == expected


# review --only new


def test_the_rows_to_review_are_those_with_something_new(tmp_path: Path) -> None:
    path = write_baseline(audited(*flipped(range(0, 50, 10))), tmp_path / "baseline.json")
    audit = audited(*flipped(range(0, 80, 10)))
    rows = new_rows(audit, path, ["label_issue"])
    assert rows and rows <= {50, 60, 70}
    with pytest.raises(UsageError, match="nothing-new"):
        new_rows(audited(*flipped(range(0, 50, 10))), path)
