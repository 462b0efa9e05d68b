"""Two audits beside each other: what is new, what is gone and why, and what may be said of a difference."""

from __future__ import annotations

import json
import random
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from audit_inputs import WRONG, planted, planted_audit, refusal, slugs
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from review_files import record, write_decisions

import auditor
from auditor import Audit, Comparison, InputError, Measure, compare_audits
from auditor.comparison_json import SCHEMA
from auditor.gating.baseline import baseline_of, compared
from auditor.gating.subjects import subject_of
from auditor.measures_beside import measures_beside, word_of

Frame = pd.DataFrame
Model = NDArray[np.float64]
NAMES = ("cat", "dog", "eel")
FIRST, SECOND, THIRD, FOURTH = (f"item-{row:03d}" for row in WRONG)


def made(frame: Frame, model: Model | None, **options: Any) -> Audit:
    """An audit without a model of our own."""
    return auditor.audit(frame, predictions=model, **{"model": "none", **options})


def whys(found: Comparison, which: str, kind: str) -> dict[str, str]:
    """Item -> why its finding is new, or gone."""
    frame = getattr(found, which)
    frame = frame[frame["kind"] == kind]
    return dict(zip(frame["item"], frame["why"], strict=True))


def moved() -> tuple[Frame, Model]:
    """The planted data a week later: each wrong label met another fate, and three rows are wrong anew."""
    frame, model, _ = planted()
    at = frame.set_index("id")["label"]
    row = {item: number for number, item in enumerate(frame["id"])}
    truth = {item: NAMES[row[item] % 3] for item in (FIRST, "item-100", "item-120")}
    frame.loc[row[FIRST], "label"] = truth[FIRST]  # corrected
    frame.loc[row[THIRD], "text"] += " and so on"  # its content changed, its label is as wrong
    frame.loc[row["item-100"], "label"] = NAMES[(row["item-100"] + 1) % 3]  # relabelled, wrongly
    model[row["item-120"]] = [0.002, 0.002, 0.996]  # the model alone changed its mind
    more = pd.DataFrame(
        [frame.iloc[110].to_dict() | {"id": "new", "text": "quite another text, told at length"}]
    )
    more["label"] = NAMES[(110 + 1) % 3]
    keep = np.array([item != SECOND for item in frame["id"]])
    assert at[SECOND]
    return pd.concat([frame[keep], more], ignore_index=True), np.vstack([model[keep], model[110]])


def kept_fourth(folder: Path) -> Path:
    """A reviewer finds the fourth wrong label right."""
    frame = planted()[0].set_index("id")
    given = frame.loc[FOURTH, "label"]
    said = record(FOURTH, "keep", row=WRONG[3], given=given)
    return write_decisions(folder / "kim.json", [said])


@pytest.fixture
def later(tmp_path: Path) -> Comparison:
    """The planted audit beside the one a week later."""
    frame, model = moved()
    new = made(frame, model, decisions=[kept_fourth(tmp_path)])
    return compare_audits(planted_audit(), new)


def test_what_is_gone_is_told_apart_by_why(later: Comparison) -> None:
    """Corrected, removed, edited and kept: one wrong label each."""
    assert whys(later, "gone", "label_issue") == {
        FIRST: "relabelled",
        SECOND: "absent",
        THIRD: "content",
        FOURTH: "kept",
    }


def test_what_is_new_is_told_apart_by_why(later: Comparison) -> None:
    """A row that is new, two that were changed, and one that only the model sees otherwise."""
    assert whys(later, "new", "label_issue") == {
        "new": "absent",
        "item-100": "relabelled",
        "item-120": "drift",
        THIRD: "content",
    }


def test_the_numbers_of_a_kind_add_up(later: Comparison) -> None:
    """Old less gone is what still stands, and so is new less what came."""
    for kind in later.kinds:
        assert kind.old - kind.gone == kind.still == kind.new - kind.fresh
    found = next(kind for kind in later.kinds if kind.kind == "label_issue")
    assert (found.old, found.new, found.still, found.fresh, found.gone) == (4, 4, 0, 4, 4)


def test_it_is_said_what_became_of_the_labels(later: Comparison) -> None:
    """The first wrong label was corrected to what the model had suggested."""
    row = WRONG[0]
    assert later.corrected == ((NAMES[(row + 1) % 3], NAMES[row % 3], 1),)
    frame = later.gone.set_index(["kind", "item"])
    assert frame.loc[("label_issue", FIRST), "label_there"] == NAMES[row % 3]


def test_rows_are_counted_by_what_became_of_them(later: Comparison) -> None:
    """240 rows: one came, one went, two have another label, one another text, one only another opinion."""
    rows = later.rows
    assert (rows.by, rows.old, rows.new) == ("id", 240, 240)
    assert (rows.added, rows.removed, rows.relabelled, rows.changed, rows.untouched) == (1, 1, 2, 1, 236)


def test_decisions_are_counted_since(later: Comparison) -> None:
    """One item was decided, and kept."""
    assert (later.decided.items, later.decided.errors, later.decided.kept) == (1, 0, 1)


def test_per_class_suspects_that_came_and_went(later: Comparison) -> None:
    """By the label they have now, and the label they had then; rows of the class then and now."""
    new, gone = (getattr(later, name) for name in ("new", "gone"))
    for one in later.classes:
        came = new[(new["kind"] == "label_issue") & (new["given"] == one.name)]
        went = gone[(gone["kind"] == "label_issue") & (gone["given"] == one.name)]
        assert (one.fresh, one.gone) == (len(came), len(went))
    assert sum(one.fresh for one in later.classes) == 4
    assert {one.name: one.rows for one in later.classes} == {
        name: (int((planted()[0]["label"] == name).sum()), int((moved()[0]["label"] == name).sum()))
        for name in NAMES
    }


def test_the_same_audit_twice_has_nothing_new() -> None:
    """All of it still stands, no measure moved, and it is said that it is one audit."""
    found = compare_audits(planted_audit(), planted_audit())
    assert found.same and [one.code for one in found.remarks] == ["same-audit"]
    assert len(found.new) == len(found.gone) == 0
    assert all(kind.old == kind.new == kind.still > 0 for kind in found.kinds)
    assert {one.word for one in found.measures} == {"same"}


def test_saved_audits_compare_as_those_in_memory(tmp_path: Path) -> None:
    """A folder, a path as text, and the audit itself."""
    frame, model = moved()
    new = made(frame, model)
    folders = [audit.save(tmp_path / name) for name, audit in (("old", planted_audit()), ("new", new))]
    saved = compare_audits(str(folders[0]), folders[1])
    assert saved.to_json() == compare_audits(planted_audit(), new).to_json()


def test_the_order_of_the_rows_says_nothing() -> None:
    """The same data shuffled: all still there, and the comparison with a third audit is the same."""
    frame, model = moved()
    mixed = np.random.default_rng(5).permutation(len(frame))
    one = compare_audits(planted_audit(), made(frame, model))
    other = compare_audits(planted_audit(), made(frame.iloc[mixed].reset_index(drop=True), model[mixed]))
    columns = ["key", "why", "label_there"]
    for which in ("new", "gone"):
        assert getattr(one, which)[columns].to_dict() == getattr(other, which)[columns].to_dict()
    assert one.rows == other.rows and one.corrected == other.corrected


# the rule is the gate's, and both directions are one

TEXTS = ("one plain text here", "another plain text", "the third of all texts", "a fourth one, told")
Row = tuple[str, str, float]
rows_of = st.lists(
    st.tuples(st.sampled_from(TEXTS), st.sampled_from("ab"), st.sampled_from([0.05, 0.5, 0.95])),
    min_size=3,
    max_size=9,
)
FIXED: list[Row] = [("always the same text", "a", 0.9), ("always there as well", "b", 0.1)]


def audit_of(rows: list[Row], ids: list[int] | None) -> Audit:
    """An audit of texts, labels and the probability of `a`."""
    frame = pd.DataFrame([row[:2] for row in rows], columns=["text", "label"])
    if ids is not None:
        frame.insert(0, "id", [f"i{number}" for number in ids])
    share = np.array([row[2] for row in rows])
    return made(frame, np.c_[share, 1 - share], class_order_checked=True, align="position")


@settings(max_examples=20, deadline=None)
@given(rows_of, rows_of, st.booleans(), st.integers(0, 99))
def test_swapped_audits_mirror_new_and_gone(one: list[Row], other: list[Row], ids: bool, seed: int) -> None:
    """What is new one way is gone the other, for the same reasons; rows that came are rows that went."""
    numbers = random.Random(seed).sample(range(10, 24), 20 - 6)
    then = audit_of([*FIXED, *one], [0, 1, *numbers[: len(one)]] if ids else None)
    now = audit_of([*FIXED, *other], [0, 1, *sorted(numbers)[: len(other)]] if ids else None)
    forth, back = compare_audits(then, now), compare_audits(now, then)
    for which, mirror in (("new", "gone"), ("gone", "new")):
        told = getattr(forth, which)[["key", "why"]].to_numpy().tolist()
        assert told == getattr(back, mirror)[["key", "why"]].to_numpy().tolist()
    assert [kind.still for kind in forth.kinds] == [kind.still for kind in back.kinds]
    assert (forth.rows.added, forth.rows.removed) == (back.rows.removed, back.rows.added)
    assert (forth.rows.untouched, forth.rows.relabelled) == (back.rows.untouched, back.rows.relabelled)
    mirrored = {"better": "worse", "worse": "better", "only_old": "only_new", "only_new": "only_old"}
    for there, here in zip(forth.measures, back.measures, strict=True):
        assert here.word == mirrored.get(there.word, there.word)


@settings(max_examples=20, deadline=None)
@given(rows_of, rows_of, st.booleans())
def test_the_gate_says_the_same_of_a_baseline(one: list[Row], other: list[Row], ids: bool) -> None:
    """New, drifted and stale beside a baseline are what came, what drifted and what is gone."""
    then = audit_of([*FIXED, *one], list(range(2 + len(one))) if ids else None)
    now = audit_of([*FIXED, *other], list(range(2 + len(other))) if ids else None)
    found = compare_audits(then, now)
    gate = compared(baseline_of(subject_of(then)), subject_of(now))
    drift = found.new["why"] == "drift"
    assert set(found.new["key"][~drift]) == {one.key for one in gate.new}
    assert set(found.new["key"][drift]) == {one.key for one in gate.drifted}
    assert set(found.gone["key"]) == {line.split(" ")[-1] for line in gate.stale}


# without ids, and audits that kept less


def test_without_ids_a_row_is_its_content_and_label() -> None:
    """An edited row cannot be told from one that went and one that came; that is said."""
    frame, model = moved()
    old = made(planted()[0].drop(columns="id"), planted()[1])
    found = compare_audits(old, made(frame.drop(columns="id"), model))
    rows = found.rows
    assert (rows.by, rows.untouched, rows.added, rows.removed) == ("content", 236, 4, 4)
    assert rows.relabelled is None and rows.changed is None
    assert "rows-by-content" in [one.code for one in found.remarks]
    suspects = found.new[found.new["kind"] == "label_issue"]
    assert sorted(suspects["why"]) == ["drift", "edited", "edited", "edited"]


def test_of_copies_that_nothing_tells_apart_one_more_is_new() -> None:
    """Two rows of one content became three: two stand as they stood, and none is called the new one."""
    rows = [("the same text again", "a", 0.9)] * 2 + [*FIXED, *[(text, "a", 0.9) for text in TEXTS]]
    found = compare_audits(audit_of(rows, None), audit_of([rows[0], *rows], None))
    assert (found.rows.untouched, found.rows.added, found.rows.removed) == (8, 1, 0)


def bare(audit: Audit) -> Audit:
    """As a version wrote it that kept no digests of rows, and told of no schemes."""
    header = {name: value for name, value in audit.header.items() if name != "schemes"}
    scores = audit.tables["scores"].drop_columns(["digest"])
    return replace(audit, header=header, tables={**audit.tables, "scores": scores})


def test_an_audit_without_digests_says_what_cannot_be_told() -> None:
    """By ids labels are compared, contents are not; what stands with its label is of unknown content."""
    found = compare_audits(bare(planted_audit()), made(*moved()))
    rows = found.rows
    assert (rows.added, rows.removed, rows.relabelled, rows.same_label) == (1, 1, 2, 237)
    assert rows.untouched is None and rows.changed is None
    assert "content-not-told" in [one.code for one in found.remarks]
    gone = whys(found, "gone", "label_issue")
    assert gone == {FIRST: "relabelled", SECOND: "absent", THIRD: "unknown"}


def test_without_ids_and_digests_rows_cannot_be_told_apart() -> None:
    """Findings are known by their keys all the same."""
    frame, model, _ = planted()
    old = made(frame.drop(columns="id"), model)
    found = compare_audits(bare(old), made(moved()[0].drop(columns="id"), moved()[1]))
    assert found.rows.by == "nothing" and found.rows.untouched is None
    assert found.remarks[0].code == "rows-not-told"
    assert set(found.gone["why"]) <= {"unknown", "no_row"}
    assert len(found.gone) and any(kind.still for kind in found.kinds)


def test_what_one_audit_did_not_look_for_is_neither_new_nor_gone() -> None:
    """Without predictions no suspect could be found; its kind counts none as new or gone."""
    without = planted_audit(False)
    for found, which in (
        (compare_audits(without, planted_audit()), "came"),
        (compare_audits(planted_audit(), without), "went"),
    ):
        kind = next(one for one in found.kinds if one.kind == "label_issue")
        assert getattr(kind, which) == {"not_looked_for": 4}
        assert (kind.fresh, kind.gone) == (0, 0)
        assert all(one.fresh == one.gone == 0 for one in found.classes)
        assert "detector-in-one" in [one.code for one in found.remarks]
        lacking = [one for one in found.measures if one.name == "model.accuracy"]
        assert [one.word for one in lacking] == ["only_new" if which == "came" else "only_old"]
        assert lacking[0].difference is None


def test_an_audit_that_keeps_no_content_is_compared_and_says_so() -> None:
    """Ids, labels and reasons alone stand in the comparison, whatever the audits kept."""
    found = compare_audits(planted_audit(privacy="ids"), made(*moved()))
    assert "privacy-ids" in [one.code for one in found.remarks]
    text = json.dumps(found.to_json(), allow_nan=False)
    assert not any(one in text for one in moved()[0]["text"])
    assert found.rows.untouched == 236


# what must be known first, and what cannot be compared


def with_header(audit: Audit, **changes: Any) -> Audit:
    """The audit with other members of its header."""
    return replace(audit, header={**audit.header, "audit_id": "0" * 16, **changes})


def test_other_settings_are_named() -> None:
    """Other predictions and another threshold of near copies."""
    frame, model = moved()
    found = compare_audits(planted_audit(), made(frame, model, near_threshold=0.9))
    said = {one.code: str(one.text) for one in found.remarks}
    assert said["settings-differ"] == "other than then: predictions, near threshold"
    assert "other-predictions" in said


def test_another_version_is_named_and_measures_that_it_defines_otherwise_are_not_compared() -> None:
    """The number of outliers is of another definition: no difference, no better."""
    old = planted_audit()
    versions = {**old.header["versions"], "auditor": "9.9"}
    schemes = {"finding_key": 1, "row_digest": 1, "measures": {"label_issues.count": 2}}
    found = compare_audits(old, with_header(old, versions=versions, schemes=schemes))
    assert {"other-version", "measures-redefined"} <= {one.code for one in found.remarks}
    one = next(one for one in found.measures if one.name == "label_issues.count")
    assert (one.word, one.difference) == ("redefined", None)


def test_versions_that_name_findings_differently_are_refused() -> None:
    """Every finding would seem new."""
    old = planted_audit()
    new = with_header(old, schemes={"finding_key": 2, "row_digest": 1})
    assert slugs(refusal(InputError, compare_audits, old, new)) == ["compare-schemes"]
    assert compare_audits(bare(old), old).new.empty  # those that tell of none are of the first


def test_other_labels_are_another_task() -> None:
    """No class in common; or another column with other classes. A renamed column is compared and told."""
    frame, model, _ = planted()
    other = frame.assign(label=[f"{name}s" for name in frame["label"]])
    assert slugs(refusal(InputError, compare_audits, planted_audit(), made(other, model))) == [
        "compare-other-task"
    ]
    part = frame.rename(columns={"label": "target"}).assign(target=frame["label"].replace("eel", "fox"))
    problem = refusal(InputError, compare_audits, planted_audit(), made(part, model, label="target"))
    assert slugs(problem) == ["compare-other-task"] and "target" in str(problem[0].what)
    renamed = made(frame.rename(columns={"label": "target"}), model, label="target")
    found = compare_audits(planted_audit(), renamed)
    assert "label-column" in [one.code for one in found.remarks] and found.rows.untouched == 240


def test_classes_that_came_or_went_are_told() -> None:
    """Eels are called foxes: the class is gone, another is new, and rows are relabelled."""
    frame, model, _ = planted()
    found = compare_audits(
        planted_audit(), made(frame.assign(label=frame["label"].replace("eel", "fox")), model)
    )
    rows = {one.name: one.rows for one in found.classes}
    eels = int((frame["label"] == "eel").sum())
    assert rows["eel"] == (eels, None) and rows["fox"] == (None, eels)
    assert found.rows.relabelled == eels


def test_another_dataset_is_refused() -> None:
    """No id in common; and without ids no content."""
    frame, model, _ = planted()
    strange = frame.assign(id=[f"x{row}" for row in range(240)])
    assert slugs(refusal(InputError, compare_audits, planted_audit(), made(strange, model))) == [
        "compare-other-dataset"
    ]
    old = made(frame.drop(columns="id"), model)
    new = made(frame.drop(columns="id").assign(text=[f"quite other {row}" for row in range(240)]), model)
    assert slugs(refusal(InputError, compare_audits, old, new)) == ["compare-other-dataset"]


def test_the_same_ids_with_other_contents_are_doubted() -> None:
    """Ids that count from 0 are alike in every dataset."""
    frame, model, _ = planted()
    other = frame.assign(text=[f"quite another text {row * row}" for row in range(240)])
    found = compare_audits(planted_audit(), made(other, model))
    assert "hardly-untouched" in [one.code for one in found.remarks]


def test_ids_in_one_audit_alone_are_refused() -> None:
    """Neither rows nor findings can be known again."""
    frame, model, _ = planted()
    new = made(frame.drop(columns="id"), model)
    assert slugs(refusal(InputError, compare_audits, planted_audit(), new)) == ["compare-ids"]


def test_what_is_no_audit_is_refused(tmp_path: Path) -> None:
    """A folder that no audit wrote, and a value that is none."""
    assert slugs(refusal(InputError, compare_audits, tmp_path, planted_audit())) == ["not-an-audit"]
    with pytest.raises(TypeError, match="int"):
        compare_audits(3, planted_audit())  # type: ignore[arg-type]


# measures


def measure(value: float, n: int = 100, **more: Any) -> Measure:
    """A count of faults, unless told otherwise."""
    return Measure(
        **{"name": "m", "kind": "count", "bad": "up", "exact": False, "value": value, "n": n, **more}
    )


@pytest.mark.parametrize(
    ("old", "new", "word"),
    [
        (measure(4), measure(4, 90), "same"),
        (measure(4), measure(3), "better"),
        (measure(3), measure(4), "worse"),
        (measure(0.8, bad="down", kind="score"), measure(0.9, bad="down", kind="score"), "better"),
        (measure(0.9, bad="down", kind="score"), measure(0.8, bad="down", kind="score"), "worse"),
        # 4 of 100 and 3 of 50: fewer, and a larger share
        (measure(4, 100), measure(3, 50), "other_rows"),
        (measure(4, 100), measure(2, 50), "other_rows"),
        (measure(4, 100), measure(1, 50), "better"),
        (measure(3, 50), measure(4, 100), "other_rows"),
        # a smallest class of 40 rows of 3 classes: no share of anything
        (measure(40, 3, bad="down"), measure(30, 2, bad="down"), "worse"),
        (measure(0.30, low=0.2, high=0.4), measure(0.22, low=0.15, high=0.3), "not_clear"),
        (measure(0.30, low=0.2, high=0.4), measure(0.1, low=0.05, high=0.15), "better"),
        (measure(0.30, low=0.2, high=0.4), measure(0.25), "not_clear"),
        (measure(0.30, low=0.2, high=0.4), measure(0.5), "worse"),
        (measure(0.30, low=0.2, high=0.4), measure(0.5, low=0.4, high=0.6), "not_clear"),
        (None, measure(3), "only_new"),
        (measure(3), None, "only_old"),
    ],
)
def test_what_may_be_said_of_a_difference(old: Measure | None, new: Measure | None, word: str) -> None:
    """Better is what the bad direction says, never where intervals touch or only the rows became fewer."""
    assert word_of(old, new) == word


def test_measures_are_paired_by_name_and_scope() -> None:
    """The whole before its parts; a part of the one alone is told."""
    old = [measure(0.4, name="slices.suspect_rate", scope="a=1"), measure(5, name="labels.missing")]
    new = [measure(2, name="labels.missing"), measure(0.2, name="slices.suspect_rate", scope="a=2")]
    found = measures_beside(old, new)
    assert [(one.name, one.scope, one.difference) for one in found] == [
        ("labels.missing", "all", -3),
        ("slices.suspect_rate", "a=1", None),
        ("slices.suspect_rate", "a=2", None),
    ]


def test_the_json_is_whole(later: Comparison) -> None:
    """Its schema, a list of every kind, and no more than ten named of each."""
    told = json.loads(json.dumps(later.to_json(), allow_nan=False))
    assert told["schema"] == SCHEMA
    entry = next(one for one in told["findings"] if one["kind"] == "label_issue")
    assert entry["new"]["why"] == {"absent": 1, "relabelled": 1, "content": 1, "drift": 1}
    assert {one["item"] for one in entry["gone"]["top"]} == {FIRST, SECOND, THIRD, FOURTH}
    assert all(len(one[which]["top"]) <= 10 for one in told["findings"] for which in ("new", "gone"))
    assert told["corrected"] == [{"from": NAMES[(WRONG[0] + 1) % 3], "to": NAMES[WRONG[0] % 3], "n": 1}]
    assert told["decided_since"] == {"items": 1, "errors": 0, "kept": 1}


def test_a_share_that_only_other_rows_moved_is_neither_better_nor_worse() -> None:
    """Ten faults among 400 rows and then among 396."""
    old, new = (
        Measure(name="label_issues.rate", value=10 / n, n=n, kind="rate", bad="up", exact=False)
        for n in (400, 396)
    )
    assert word_of(old, new) == word_of(new, old) == "other_rows"
    assert word_of(old, replace(new, value=12 / 396)) == "worse"
