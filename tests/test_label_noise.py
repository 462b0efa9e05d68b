"""How many labels of each class are wrong: by hand, beside cleanlab, bounded, and in every kind of audit."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from audit_inputs import planted, planted_audit, random_model, sentence
from hypothesis import given, settings
from hypothesis import strategies as st
from joints import NAMES, THREE, audit_of, rows_of
from oracles import quietly

import auditor
from auditor import detect
from auditor.detect import detectors
from auditor.label_noise import CLASSES, PAIRS, label_noise, label_noise_in, label_noise_json
from auditor.store.shapes import misshapen


def test_two_classes_by_hand() -> None:
    """Of 8 cats two are dogs, of 8 dogs none is a cat: 2 of 16 labels; 2 of the 10 real dogs are missed."""
    found = label_noise(np.array([[6, 2], [0, 8]]), ["cat", "dog"])

    assert (found.rows, found.wrong, found.share) == (16, 2, 2 / 16)
    cat, dog = found.classes
    assert (cat.name, cat.rows, cat.wrong, cat.noise, cat.quality) == ("cat", 8, 2, 2 / 8, 6 / 8)
    assert (cat.missed, cat.inverse_noise) == (0, 0)
    assert (dog.name, dog.rows, dog.wrong, dog.noise, dog.quality) == ("dog", 8, 0, 0, 1)
    assert (dog.missed, dog.inverse_noise) == (2, 2 / 10)
    (pair,) = found.pairs
    assert (pair.one, pair.other, pair.rows, pair.share) == ("cat", "dog", 2, 2 / 16)
    assert (found.more_classes, found.more_pairs) == (0, 0)


def test_three_classes_by_hand_and_in_an_audit(tmp_path: Path) -> None:
    """The noisiest class and the largest overlap first; the same in the audit, its folder and Python."""
    audit = audit_of(THREE)
    found = auditor.load_audit(audit.save(tmp_path / "audit")).label_noise

    assert found is not None
    assert found == audit.label_noise == label_noise(THREE, NAMES)
    assert [(entry.name, entry.wrong, entry.rows) for entry in found.classes] == [
        ("cat", 2, 8),
        ("eel", 1, 5),
        ("dog", 1, 9),
    ]
    assert [(entry.missed, entry.inverse_noise) for entry in found.classes] == [
        (1, 1 / 7),
        (0, 0),
        (3, 3 / 11),
    ]
    assert [(pair.one, pair.other, pair.given_one, pair.given_other) for pair in found.pairs] == [
        ("cat", "dog", 2, 1),
        ("dog", "eel", 0, 1),
    ]
    assert [pair.share for pair in found.pairs] == [3 / 17, 1 / 14]
    assert (found.rows, found.wrong) == (22, 4)


def test_what_stands_in_audit_json(tmp_path: Path) -> None:
    """Every share beside its counts, the method by its name, and how many are not listed."""
    folder = audit_of(THREE).save(tmp_path / "audit")
    kept = json.loads((folder / "audit.json").read_text("utf-8"))["label_noise"]

    assert kept["method"] == "calibrated confident joint"
    assert (kept["rows"], kept["wrong"], kept["share"]) == (22, 4, 4 / 22)
    assert kept["classes"][0] == {
        **{"name": "cat", "rows": 8, "wrong": 2, "noise": 0.25, "quality": 0.75},
        **{"missed": 1, "inverse_noise": 1 / 7},
    }
    assert kept["pairs"][0] == {
        **{"one": "cat", "other": "dog", "rows": 3, "share": 3 / 17},
        **{"given_one": 2, "given_other": 1},
    }
    assert (kept["more_classes"], kept["more_pairs"]) == (0, 0)


@pytest.mark.parametrize("zipf", [False, True], ids=["even", "zipf"])
def test_the_audit_has_cleanlabs_numbers(zipf: bool) -> None:
    """Quality and noise of every class in `rank_classes_by_label_quality`'s order, pairs with their rows."""
    labels, probs = random_model(600, 8, 3, zipf=zipf, noise=0.25)
    frame = pd.DataFrame({"text": map(sentence, range(600)), "label": [f"c{code}" for code in labels]})
    found = auditor.audit(frame, predictions=probs, classes=[f"c{code}" for code in range(8)]).label_noise
    with quietly():
        from cleanlab.dataset import find_overlapping_classes, rank_classes_by_label_quality

        ranked = rank_classes_by_label_quality(labels, probs).to_dict("records")
        overlaps = find_overlapping_classes(labels, probs).to_dict("records")

    assert found is not None
    assert [entry.quality for entry in found.classes] == pytest.approx(
        [row["Label Quality Score"] for row in ranked]
    )
    ours = {
        entry.name: (entry.wrong, entry.missed, entry.noise, entry.inverse_noise) for entry in found.classes
    }
    columns = ("Label Issues", "Inverse Label Issues", "Label Noise", "Inverse Label Noise")
    for row in ranked:
        assert ours[f"c{row['Class Index']}"] == pytest.approx([row[name] for name in columns])
    shared = {
        (f"c{row['Class Index A']}", f"c{row['Class Index B']}"): row["Num Overlapping Examples"]
        for row in overlaps
        if row["Num Overlapping Examples"]
    }
    assert {(pair.one, pair.other): pair.rows for pair in found.pairs} == shared
    assert found.more_pairs == 0


def test_what_is_not_listed_is_counted_with_2000_classes() -> None:
    """Class k of 2,000 has k wrong rows of 4,000, all taken for the next class: a ring of overlaps."""
    k = 2_000
    joint = np.diag(4_000 - np.arange(k)) + np.roll(np.diag(np.arange(k)), 1, axis=1)
    found = label_noise(joint, [f"class {code}" for code in range(k)])

    assert [entry.wrong for entry in found.classes] == list(range(1_999, 1_999 - CLASSES, -1))
    assert found.more_classes == 1_900
    assert [pair.rows for pair in found.pairs] == list(range(1_999, 1_999 - PAIRS, -1))
    assert (found.pairs[0].one, found.pairs[0].other) == ("class 0", "class 1999")
    assert found.more_pairs == 1_999 - PAIRS  # class 0 has no wrong rows
    assert len(json.dumps(label_noise_json(found))) < 30_000


def test_classes_without_rows_are_not_listed() -> None:
    """A class that nobody was given has no noise to estimate."""
    found = label_noise(np.array([[3, 0, 1], [0, 0, 0], [0, 0, 2]]), NAMES)

    assert [entry.name for entry in found.classes] == ["cat", "eel"]
    assert found.more_classes == 0


def test_nothing_at_all_is_no_division_by_zero() -> None:
    """A joint without rows."""
    found = label_noise(np.zeros((3, 3), np.int64), NAMES)

    assert (found.rows, found.wrong, found.share, found.classes, found.pairs) == (0, 0, 0, (), ())


@given(st.integers(1, 12).flatmap(lambda k: st.lists(st.integers(0, 9), min_size=k * k, max_size=k * k)))
@settings(deadline=None)
def test_sums_add_up_and_come_back_from_json(counts: list[int]) -> None:
    """Whatever the joint: classes and pairs hold all wrong rows, shares are shares, JSON loses nothing."""
    k = round(len(counts) ** 0.5)
    joint = np.array(counts, np.int64).reshape(k, k)
    found = label_noise(joint, [f"c{code}" for code in range(k)])
    off = int(joint.sum() - np.trace(joint))

    assert found.wrong == off
    assert sum(entry.wrong for entry in found.classes) == off
    if not found.more_pairs:
        assert sum(pair.rows for pair in found.pairs) == off
    both = np.triu(joint + joint.T, 1)
    assert len(found.pairs) + found.more_pairs == np.count_nonzero(both)
    assert all(0 <= entry.noise <= 1 and 0 <= entry.inverse_noise <= 1 for entry in found.classes)
    assert all(0 < pair.share <= 1 for pair in found.pairs)
    assert label_noise_in(json.loads(json.dumps({"label_noise": label_noise_json(found)}))) == found


def test_the_order_of_the_rows_does_not_matter() -> None:
    """The same rows shuffled give the same estimates."""
    frame, probs = rows_of(THREE)
    order = np.random.default_rng(1).permutation(len(frame))
    shuffled = auditor.audit(
        frame.iloc[order].reset_index(drop=True), predictions=probs[order], classes=list(NAMES)
    )

    assert shuffled.label_noise == label_noise(THREE, NAMES)


@pytest.mark.parametrize("filter_by", ["low_self_confidence", "predicted_neq_given"])
def test_the_filter_that_flags_rows_does_not_matter(filter_by: str) -> None:
    """The estimates are of the confident joint, whatever is flagged."""
    found = audit_of(THREE, detect={"label_issues": {"filter_by": filter_by}}).label_noise

    assert found == label_noise(THREE, NAMES)


def test_without_predictions_or_labels_there_is_none() -> None:
    """Nothing is estimated, and nothing is said to be 0."""
    without = planted_audit(False)
    unlabelled = auditor.audit(planted()[0], label="none")

    for audit in (without, unlabelled):
        assert audit.label_noise is None
        assert audit.header["label_noise"] is None


@pytest.mark.parametrize("privacy", ["full", "snippet", "ids"])
def test_no_setting_of_privacy_changes_it_and_it_holds_no_content(privacy: str) -> None:
    """Names of classes and counts: no item, no text."""
    audit = planted_audit(privacy=privacy)
    kept = json.dumps(audit.header["label_noise"])

    assert audit.label_noise == planted_audit().label_noise
    assert "item-" not in kept
    assert not any(sentence(row) in kept for row in range(240))


def test_an_audit_of_an_earlier_version_still_loads(tmp_path: Path) -> None:
    """It has no such member: nothing is known, nothing breaks."""
    folder = audit_of(THREE).save(tmp_path / "audit")
    path = folder / "audit.json"
    document = json.loads(path.read_text("utf-8"))
    del document["label_noise"]
    path.write_text(json.dumps(document), encoding="utf-8")

    assert auditor.load_audit(folder).label_noise is None


@pytest.mark.parametrize(
    "change",
    [
        {"rows": -1},
        {"share": "much"},
        {"classes": [{"name": "cat"}]},
        {"pairs": [{"one": 1, "other": "dog", "rows": 1, "share": 0.1, "given_one": 1, "given_other": 0}]},
        {"more_pairs": 0.5},
    ],
    ids=lambda change: next(iter(change)),
)
def test_a_member_made_by_hand_is_refused(change: dict[str, object], tmp_path: Path) -> None:
    """`label_noise` is named where it is not as auditor writes it."""
    folder = audit_of(THREE).save(tmp_path / "audit")
    document = json.loads((folder / "audit.json").read_text("utf-8"))

    assert misshapen(document) is None
    assert misshapen(document | {"label_noise": document["label_noise"] | change}) == "label_noise"


def test_a_failed_detector_leaves_no_estimates(monkeypatch: pytest.MonkeyPatch) -> None:
    """What the section that failed would have said is not said elsewhere."""

    def broken(*_: object) -> None:
        raise RuntimeError("no idea")

    found = replace(detectors()["label_issues"], find=broken)
    monkeypatch.setitem(detect._REGISTRY, "label_issues", found)
    audit = audit_of(THREE)

    assert audit.partial
    assert audit.label_noise is None
