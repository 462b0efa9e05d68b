"""Everything known of one item, as name and value."""

from __future__ import annotations

import pandas as pd
import pytest
from audit_inputs import planted, planted_audit, sentence

import auditor
from auditor import UsageError
from auditor.report.item import item_lines


def known(item: str, audit: auditor.Audit | None = None) -> list[tuple[str, str]]:
    return list(item_lines(audit or planted_audit(), item))


def test_a_suspect_with_its_place_and_its_reason() -> None:
    """Row 101 is an eel given as cat; it stands among the first four."""
    lines = dict(known("item-101"))
    probs = planted()[1][101]
    assert lines["item"] == "item-101 (row 101)"
    assert lines["text"] == sentence(101)
    assert lines["given label"] == "cat"
    assert lines["suggested label"] == f"eel (p {probs[2]:.4g})"
    assert lines["p(given)"] == f"{probs[0]:.4g}"
    # 240 rows; the two rows of each of three groups share one rank
    assert lines["place in the queue"] in {f"rank {rank} of 237" for rank in (1, 2, 3, 4)}
    assert lines["why"].startswith('The model gives "eel"')
    assert lines["finding"].startswith("label_issue (model-contradicts;")


def test_a_row_of_a_conflict_names_its_copies_and_their_labels() -> None:
    """40 is a dog (40 mod 3 = 1), 41 an eel with the same text."""
    lines = known("item-040")
    assert ("same content", "item-041 (eel, train)") in lines
    assert any(name == "finding" and value.startswith("conflict (") for name, value in lines)


def test_a_leaked_row_names_the_row_it_copies() -> None:
    lines = known("item-237")
    assert ("same content", "item-060 (cat, train)") in lines
    assert any(name == "finding" and value.startswith("leak (leak; split train)") for name, value in lines)


def test_an_ordinary_row_has_neither_findings_nor_copies() -> None:
    names = [name for name, _ in known("item-000")]
    assert "finding" not in names and "same content" not in names
    assert "place in the queue" in names


def test_without_a_model_nothing_is_said_of_one() -> None:
    """A row that is in no queue has no place."""
    lines = dict(known("item-000", planted_audit(False)))
    assert "p(given)" not in lines
    assert lines["place in the queue"] == "none"


def test_a_row_without_a_label_is_shown_too() -> None:
    frame = pd.DataFrame({"text": ["a cat", "a dog", "an eel"], "label": ["cat", "dog", ""]})
    assert dict(known("row-2", auditor.audit(frame)))["given label"] == "-"


def test_privacy_leaves_the_content_out() -> None:
    assert "text" not in dict(known("item-101", planted_audit(privacy="ids")))


@pytest.mark.parametrize(("item", "near"), [("itm-101", "item-101"), ("Item-101", "item-101")])
def test_an_unknown_item_is_a_coded_error_with_the_nearest(item: str, near: str) -> None:
    with pytest.raises(UsageError, match=f"did you mean {near}") as error:
        known(item)
    assert error.value.problems[0].slug == "no-such-item"


def test_the_number_of_a_row_leads_to_its_item() -> None:
    """Where a dataset has no ids the items are row-0, row-1, ..."""
    frame = planted()[0].drop(columns="id")
    with pytest.raises(UsageError, match="did you mean row-137"):
        known("137", auditor.audit(frame))


def test_evidence_is_told_in_words() -> None:
    found = [value for name, value in known("item-040") if name == "finding"]
    assert any("labels dog (1), eel (1)" in value for value in found)
    assert not any("{" in value for value in found)


@pytest.mark.parametrize("item", ["", "101", "zzzzz", "\udcff", "\x00"])
def test_an_item_that_is_like_no_other_is_a_coded_error(item: str) -> None:
    """101 is not item-101: ids are compared as texts."""
    with pytest.raises(UsageError) as error:
        known(item)
    assert error.value.problems[0].slug == "no-such-item"


def test_the_names_are_korean_and_the_values_the_same() -> None:
    english, korean = known("item-101"), list(item_lines(planted_audit(), "item-101", "ko"))
    assert len(english) == len(korean)
    assert dict(korean)["text"] == dict(english)["text"]
    assert [name for name, _ in english] != [name for name, _ in korean]
