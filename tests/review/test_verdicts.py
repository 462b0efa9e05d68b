"""Verdicts: which decisions tell of errors in the labels as they are, and which a curve is drawn from."""

from __future__ import annotations

from typing import Any

import pyarrow as pa

from auditor.review.standing import STANDINGS
from auditor.review.verdicts import ENOUGH, Verdicts, seconds_per_item, verdicts_in


def entry(row: int | None, state: str = "kept", wrong: bool | None = False, **more: Any) -> dict[str, Any]:
    """A line of the decisions table."""
    base = dict.fromkeys(STANDINGS.names)
    return base | {
        "item": f"i{row}",
        "row": row,
        "state": state,
        "is_error": wrong,
        "sample": "queue",
        "position": 1,
        "round": 1,
        "shown_suggestion": False,
    } | more  # fmt: skip


def verdicts(*entries: dict[str, Any]) -> Verdicts:
    """What the table of these lines says."""
    return verdicts_in(pa.Table.from_pylist(list(entries), STANDINGS))


def test_only_what_was_said_of_the_label_as_it_is_counts() -> None:
    """Stale, unsure, in conflict, unknown: no verdict."""
    found = verdicts(
        entry(3, "kept"),
        entry(1, "to_apply", True),
        entry(2, "to_settle", True),
        entry(4, "stale", True),
        entry(5, "unsure", None),
        entry(6, "conflict", None),
        entry(None, "unknown", True),
    )

    assert found.rows.tolist() == [1, 2, 3]
    assert found.wrong.tolist() == [True, True, False]


def test_rounds_whose_corrections_were_applied_tell_nothing_of_the_rows_that_are_left() -> None:
    """What was kept in round 1 is known, but a curve through it alone would see no errors at all."""
    found = verdicts(
        entry(1, "kept"),
        entry(2, "done", True),
        entry(3, "to_apply", True, round=2),
        entry(4, "to_apply", True),  # of round 1, and left alone by `auditor apply`
    )

    assert found.rows.tolist() == [1, 3, 4]
    assert found.fresh.tolist() == [False, True, False]
    assert found.of_list.rows.tolist() == found.evidence.rows.tolist() == [3]


def test_every_decision_is_a_verdict_or_is_counted_with_the_reason() -> None:
    """Nothing disappears: verdicts and what is no verdict add up to the table."""
    lines = [
        entry(1),
        entry(2, "unsure", None),
        entry(3, "unsure", None),
        entry(4, "conflict", None),
        entry(5, "needs_votes", None),
        entry(6, "stale", True),
        entry(None, "unknown", True),
        entry(7, "label_unknown", True),
        entry(8, "done", True, round=0),
        entry(9, "to_apply", None, action="duplicate"),
        entry(10, "kept", True, action="relabel", given=None),
        entry(1, item="the same row again"),
    ]
    found = verdicts(*lines)

    assert found.left_out == {
        "unsure": 2, "conflict": 1, "needs_votes": 1, "stale": 1, "unknown": 1, "label_unknown": 1,
        "done": 1, "no_verdict": 1, "label_not_said": 1, "repeated": 1,
    }  # fmt: skip
    assert len(found) + sum(found.left_out.values()) == len(lines)


def test_of_each_verdict_that_is_no_evidence_the_reason_is_counted() -> None:
    """Evidence and what is left out of it add up to the table, with the first reason of each."""
    lines = [
        *(entry(row) for row in range(ENOUGH)),
        entry(20, "unsure", None),
        entry(21, copy_of="i1"),
        entry(22, sample="control", position=None),
        entry(23, shown_suggestion=True),
        entry(24, "done", True, round=0),
        entry(25, round=0, copy_of="i24"),
    ]
    found = verdicts(*lines)

    assert found.left_out_of_evidence == {
        "unsure": 1, "done": 1, "earlier": 1, "copy": 1, "elsewhere": 1, "in_view": 1
    }  # fmt: skip
    assert len(found.evidence) + sum(found.left_out_of_evidence.values()) == len(lines)


def test_a_plain_table_does_not_say_whether_it_was_blind() -> None:
    """Then it was not."""
    assert verdicts(entry(1, shown_suggestion=None)).blind.tolist() == [False]


def test_a_plain_table_that_says_the_label_as_it_is_is_no_verdict() -> None:
    """It does not tell which label was seen: no verdict; a label that is to be changed is an error."""
    found = verdicts(
        entry(1, "kept", True, action="relabel", given=None), entry(2, "to_apply", True, given=None)
    )

    assert found.rows.tolist() == [2]


def test_the_curve_is_drawn_from_blind_verdicts_where_there_are_enough() -> None:
    """Ten blind ones suffice; with nine all are taken."""
    blind = [entry(row) for row in range(ENOUGH)]
    shown = [entry(row, "to_apply", True, shown_suggestion=True) for row in range(50, 55)]

    assert verdicts(*blind, *shown).evidence.rows.tolist() == list(range(ENOUGH))
    assert len(verdicts(*blind[1:], *shown).evidence) == ENOUGH - 1 + 5


def test_copies_and_rows_from_outside_of_the_list_are_no_evidence() -> None:
    """A copy was decided along with another row; controls and rows of an estimate stand elsewhere."""
    found = verdicts(
        entry(1),
        entry(2, copy_of="i1"),
        entry(3, sample="control", position=None),
        entry(4, sample="rate", position=None),
        entry(5, sample="rate", position=7),
        entry(6, position=None),  # a plain table has no positions
    )

    assert found.rows.tolist() == [1, 2, 3, 4, 5, 6]
    assert found.evidence.rows.tolist() == [1, 5, 6]


def test_a_long_pause_is_no_pace() -> None:
    """The median time, an hour counted as two minutes; None where nobody measured."""
    times = [entry(n, ms=ms) for n, ms in enumerate((4_000, 6_000, 3_600_000))]

    assert seconds_per_item(pa.Table.from_pylist(times, STANDINGS)) == 6.0
    assert seconds_per_item(pa.Table.from_pylist(times[2:], STANDINGS)) == 120.0
    assert seconds_per_item(pa.Table.from_pylist([entry(1)], STANDINGS)) is None
