"""The slip that travels with an item: whole, or found damaged, and inert on its way."""

from __future__ import annotations

import base64
import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.review.interchange.slips import DamagedSlip, Slip, slip_in, slip_text, travelling

SLIP = Slip(
    item="007",
    row=7,
    content="sha256:00ff",
    given="정치",
    suggested="경제",
    sample="spot",
    position=3,
    round=2,
    blind=True,
    report="r-1",
    dataset={"name": "d.csv", "rows": 9, "fingerprint": "sha256:0", "label_column": "label"},
    classes=("정치", "경제"),
    copies=({"item": "008", "row": 8, "given": "경제"},),
)


@given(st.text(st.characters()), st.text(st.characters()), st.none() | st.text())
def test_every_text_comes_back(item: str, label: str, suggested: str | None) -> None:
    """Ids and labels of any characters, halves of characters too, as ASCII in between."""
    slip = replace(SLIP, item=item, given=label, suggested=suggested)
    text = slip_text(slip)
    assert text.isascii() and text.startswith("a1.") and not set(text) & set(",;\t\r\n\"'= ") - {"="}
    assert slip_in(text) == slip


def test_a_suggestion_cannot_be_read_in_it() -> None:
    """Other tools show all fields of a task in a table: what is hidden must not stand there."""
    text = slip_text(replace(SLIP, suggested="economy", sample="control"))
    assert "economy" not in text and "control" not in text


@pytest.mark.parametrize(
    "change",
    [
        lambda text: text[:-10],
        lambda text: text[: len(text) // 2],
        lambda text: text.replace("a1.", "a1.0", 1),
        lambda text: text + "=",
        lambda text: "a1.",
        lambda text: "a1.zz.zz",
        lambda text: text[:20] + ("A" if text[20] != "A" else "B") + text[21:],
        lambda text: text + "A" * 300_000,
    ],
)
def test_what_was_cut_or_changed_is_found(change: object) -> None:
    """A changed sign, a cell that was cut, one that is too long: nothing of it is used."""
    assert callable(change)
    with pytest.raises(DamagedSlip):
        slip_in(change(slip_text(SLIP)))


@pytest.mark.parametrize(
    "body", [[], {}, {"item": 7}, {"item": "a"}, {"item": "a", "copies": [1]}, "a", None]
)
def test_a_slip_of_another_shape_is_damaged(body: object) -> None:
    """The checksum finds damage and not forgery: the shape is looked at too."""
    import hashlib

    raw = json.dumps(body).encode()
    text = f"a1.{hashlib.sha256(raw).hexdigest()[:8]}.{base64.urlsafe_b64encode(raw).decode()}"
    with pytest.raises(DamagedSlip):
        slip_in(text)


@pytest.mark.parametrize("cell", ["", None, 7, "정치", {"a": 1}, "auditor"])
def test_a_cell_without_one_holds_none(cell: object) -> None:
    assert slip_in(cell) is None


def test_blanks_around_it_do_no_harm() -> None:
    assert slip_in(f" {slip_text(SLIP)}\r\n") == SLIP


def test_long_lists_of_classes_stay_at_home() -> None:
    """They would travel with every item."""
    assert travelling(("a", "b")) == ("a", "b")
    assert travelling(tuple(f"class {n}" for n in range(1_000))) == ()
