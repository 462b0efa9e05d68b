"""What the report shows of the noise per class and of overlapping classes, and when it says what to do."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from audit_inputs import planted_audit
from hostile_data import CLASSES as HOSTILE
from joints import NAMES, THREE, audit_of
from numpy.typing import NDArray

from auditor import Audit
from auditor.label_noise import label_noise, label_noise_json
from auditor.report.actions import actions
from auditor.report.elements import Note, Table
from auditor.report.facts import Facts
from auditor.report.noise_tables import SHOWN, much_overlapping, noise_blocks
from auditor.report.page import render
from auditor.report.sections import label_issues
from auditor.report.view import page_of

MIXED = np.array([[60, 15, 0], [15, 60, 0], [0, 0, 75]])
"""Of 150 cats and dogs 30 carry the label of the other; eels are eels."""


def facts_of(audit: Audit, lang: str = "en") -> Facts:
    return Facts(audit=audit, lang=lang)


def tables_of(facts: Facts) -> list[Table]:
    return [block for block in noise_blocks(facts) if isinstance(block, Table)]


def note_of(facts: Facts) -> Note:
    (note,) = (block for block in noise_blocks(facts) if isinstance(block, Note))
    return note


def with_joint(joint: NDArray[np.int64], names: list[str]) -> Facts:
    """A real audit that keeps the noise of another joint."""
    audit = audit_of(THREE)
    kept = label_noise_json(label_noise(joint, names))
    return facts_of(replace(audit, header={**audit.header, "label_noise": kept}))


def stated(audit: Audit, said: str) -> Facts:
    """The same audit, had the user said so of the predictions."""
    predictions = {**audit.header["predictions"], "out_of_sample": said}
    return facts_of(replace(audit, header={**audit.header, "predictions": predictions}))


def test_a_row_per_class_with_counts_beside_the_shares() -> None:
    """The noisiest first; the bar is as long as its share of the largest."""
    classes, _ = tables_of(facts_of(audit_of(THREE)))

    assert classes.caption == "Estimated label noise per class"
    assert [[cell.text for cell in row] for row in classes.rows] == [
        ["cat", "25.0%", "2", "8", "14.3%", "1"],
        ["eel", "20.0%", "1", "5", "0%", "0"],
        ["dog", "11.1%", "1", "9", "27.3%", "3"],
    ]
    assert [row[1].weight for row in classes.rows] == pytest.approx([1, 0.8, 4 / 9])
    assert classes.note == ""


def test_a_row_per_pair_with_both_directions() -> None:
    """Two cats that are dogs, a dog that is a cat; an eel that is a dog."""
    _, pairs = tables_of(facts_of(audit_of(THREE)))

    assert [[cell.text for cell in row] for row in pairs.rows] == [
        ["cat", "dog", "3", "17.6%", "2", "1"],
        ["dog", "eel", "1", "7.1%", "0", "1"],
    ]
    assert [column.title for column in pairs.columns][-2:] == [
        "given one, truly other",
        "given other, truly one",
    ]


def test_the_note_says_that_they_are_estimates_and_why_there_is_no_interval() -> None:
    """Counts of no rows, of a model; how many real errors there are is not said."""
    text = note_of(facts_of(audit_of(THREE))).text

    assert text.startswith(
        "Scaled to all rows, the confident joint puts 4 of 22 labels (18.2%) under another"
    )
    assert "are estimates of the model, no counts of rows" in text
    assert "No interval is given" in text


@pytest.mark.parametrize(
    ("said", "words", "tone"),
    [
        ("yes", "", "calm"),
        ("no", "The predictions are not out of sample, as stated: the estimates are too low.", "look"),
        ("not said", "They hold for out-of-sample predictions only; whether these are was not said.", "calm"),
    ],
)
def test_what_the_estimates_rest_on_is_said(said: str, words: str, tone: str) -> None:
    """An in-sample model repeats the labels, their errors too."""
    note = note_of(stated(planted_audit(), said))

    assert note.tone == tone
    assert words in note.text
    assert ("out of sample" in note.text or "out-of-sample" in note.text) == bool(words)


def test_of_two_classes_no_pair_is_shown() -> None:
    """It would say what the two rows of the classes say."""
    tables = tables_of(facts_of(audit_of(np.array([[6, 2], [0, 8]]), ("cat", "dog"))))

    assert [table.caption for table in tables] == ["Estimated label noise per class"]


def test_without_noise_nothing_is_shown() -> None:
    """A model that agrees with every label."""
    facts = facts_of(audit_of(np.diag([6, 8, 5])))

    assert list(noise_blocks(facts)) == []


def test_without_predictions_nothing_is_shown() -> None:
    """The section says that label errors were not looked for."""
    facts = facts_of(planted_audit(False))

    assert list(noise_blocks(facts)) == []
    assert label_issues.section(facts).status == "not_applicable"


def test_an_audit_of_an_earlier_version_shows_nothing() -> None:
    """It has no such member."""
    audit = audit_of(THREE)
    older = {name: value for name, value in audit.header.items() if name != "label_noise"}
    facts = facts_of(replace(audit, header=older))

    assert list(noise_blocks(facts)) == []
    assert much_overlapping(facts) == []


def test_2000_classes_make_two_short_tables_that_say_what_they_leave_out() -> None:
    """100 classes and 50 pairs are in audit.json, 20 of each here; class 0 of the ring has no wrong rows."""
    k = 2_000
    ring = np.diag(4_000 - np.arange(k)) + np.roll(np.diag(np.arange(k)), 1, axis=1)
    classes, pairs = tables_of(with_joint(ring, [f"class {code}" for code in range(k)]))

    assert len(classes.rows) == len(pairs.rows) == SHOWN == 20
    assert classes.note == "80 more classes are in audit.json; 1,900 classes with less noise are not listed"
    assert pairs.note == "30 more pairs are in audit.json; 1,949 pairs with no more rows are not listed"


def test_classes_that_overlap_much_are_an_action() -> None:
    """30 of the 150 rows of cats and dogs: merge them, or say better where one ends."""
    audit = audit_of(MIXED)
    (action,) = (entry for entry in actions(facts_of(audit)) if "merged" in entry.title)

    assert action.title == 'See whether "cat" and "dog" should be merged or described better'
    assert action.why.startswith("By estimate 30 of their rows (20.0%) carry the label of the other.")
    assert action.href == "#label-issues"


@pytest.mark.parametrize(
    ("joint", "why"),
    [
        ([[65, 10, 0], [9, 66, 0], [0, 0, 75]], "19 rows are too few"),
        ([[490, 10, 0], [10, 490, 0], [0, 0, 75]], "2 % of their rows is little"),
        ([[50, 25, 0], [5, 70, 0], [0, 0, 75]], "one label is mistaken for the other: 5 of 30 go back"),
    ],
    ids=["few", "little", "one way"],
)
def test_other_pairs_are_none(joint: list[list[int]], why: str) -> None:
    """Only many rows, a good part, and in both directions speak for merging."""
    assert much_overlapping(with_joint(np.array(joint), list(NAMES))) == [], why


def test_two_classes_are_never_to_be_merged() -> None:
    """One class would be left."""
    facts = facts_of(audit_of(np.array([[60, 15], [15, 60]]), ("cat", "dog")))

    assert much_overlapping(facts) == []


def test_the_largest_share_comes_first() -> None:
    """40 of 180 before 60 of 400, though those are more rows."""
    joint = np.diag([70, 70, 170, 170])
    joint[0, 1] = joint[1, 0] = 20
    joint[2, 3] = joint[3, 2] = 30
    found = much_overlapping(with_joint(joint, ["a", "b", "c", "d"]))

    assert [(pair.one, pair.other, pair.rows) for pair in found] == [("a", "b", 40), ("c", "d", 60)]


def test_a_doubtful_model_merges_nothing() -> None:
    """It cannot tell classes apart; in-sample predictions say nothing of them either."""
    audit = audit_of(MIXED)
    weak = {"slug": "weak-model", "level": "warning", "details": [], "fixes": []}
    weak |= {"what": {"template": "kappa is 0.1", "values": {}}}
    doubted = facts_of(replace(audit, header={**audit.header, "notes": [weak]}))

    assert much_overlapping(facts_of(audit))
    assert much_overlapping(doubted) == []
    assert note_of(doubted).tone == "look"
    assert "doubtful" in note_of(doubted).text
    assert much_overlapping(stated(audit, "no")) == []


def test_names_of_classes_are_escaped(monkeypatch: pytest.MonkeyPatch) -> None:
    """Class names that attack the page: none becomes markup, in the tables or in the action."""
    monkeypatch.setattr("auditor.report.page._plotly", lambda: None)
    k = len(HOSTILE)
    joint = np.diag(np.full(k, 60)) + np.roll(np.diag(np.full(k, 15)), 1, axis=1)
    for one in range(0, k - 1, 2):
        joint[one + 1, one] = 15
    facts = with_joint(joint, list(HOSTILE))
    html = render(page_of(facts.audit, "en"))

    assert "<script>window.PWNED" not in html
    assert "<img src=x" not in html
    assert "Estimated overlaps" in html
    (action,) = (entry for entry in actions(facts) if "merged" in entry.title)
    assert "\x1b]0;owned" in action.title
    assert not any(character in html for character in ("\x1b", "\x9b", "\u202e"))
    assert len(action.title) < 250


def test_the_page_of_a_saved_audit_has_the_tables_in_both_languages(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Written, loaded, rendered."""
    monkeypatch.setattr("auditor.report.page._plotly", lambda: None)
    import auditor

    saved = auditor.load_audit(audit_of(THREE).save(tmp_path / "audit"))
    for lang in ("en", "ko"):
        section: Any = label_issues.section(facts_of(saved, lang))
        tables = [block for block in section.blocks if isinstance(block, Table)]
        assert any([cell.text for cell in row][:2] == ["cat", "25.0%"] for t in tables for row in t.rows)
        assert "25.0%" in render(page_of(saved, lang))
