"""What reviewers confirmed of the queue and of the controls, by hand and by scipy."""

from __future__ import annotations

from typing import Any

import pytest
from scipy.stats import binomtest

from auditor.review.confirmed import Confirmed, confirmed_from, confirmed_of
from auditor.review.decisions import Decision, DecisionFile
from auditor.review.merging import merged


def verdicts(n: int, errors: int, *, start: int = 0, who: str = "kim", **more: Any) -> list[Decision]:
    """n verdicts on rows of their own, the first of them errors that became the suggested label."""
    plain = {"given": "cat", "suggested": "dog", "reviewer": who, "shown_suggestion": True}
    wrong, right = {"action": "relabel", "label": "dog"}, {"action": "keep"}
    return [
        Decision(item=f"i{start + at}", **plain | (wrong if at < errors else right) | more)  # type: ignore[arg-type]
        for at in range(n)
    ]


def confirmed(*several: list[Decision], lead: str = "") -> Confirmed:
    """Of decisions by their reviewers."""
    said = [one for some in several for one in some]
    names = sorted({one.reviewer for one in said})
    files = [
        DecisionFile(name=n, reviewer=n, decisions=tuple(one for one in said if one.reviewer == n))
        for n in names
    ]
    return confirmed_of(merged(files, lead=lead))


def test_the_shares_of_queue_and_controls() -> None:
    """81 of 100 and 2 of 50, with the Wilson interval."""
    found = confirmed(
        verdicts(60, 50),
        verdicts(40, 31, start=100, sample="spot"),
        verdicts(50, 2, start=200, sample="control"),
    )
    assert (found.queue.hits, found.queue.n, found.queue.value, found.open) == (81, 100, 0.81, 0)
    interval = binomtest(2, 50).proportion_ci(method="wilson")
    assert (found.controls.low, found.controls.high) == pytest.approx((interval.low, interval.high))


def test_what_is_open_is_counted_and_in_no_share() -> None:
    """An unsure answer and a conflict; rows of an estimate and copies decided along are elsewhere."""
    found = confirmed(
        verdicts(1, 0, action="unsure"),
        verdicts(1, 1, start=1),
        verdicts(1, 0, start=1, who="lee"),
        verdicts(5, 5, start=10, sample="rate"),
        verdicts(5, 5, start=20, copy_of="i1"),
        verdicts(2, 1, start=30),
    )
    assert (found.queue.hits, found.queue.n, found.open) == (1, 2, 2)


def test_what_the_suggestion_adds() -> None:
    """56 of 70 in view less 48 of 80 blind is .2; Newcombe (1998), table II (a): .0524 to .3339."""
    found = confirmed(verdicts(70, 56), verdicts(80, 48, start=100, shown_suggestion=False))
    assert found.pull is not None and found.pull.value == pytest.approx(0.2)
    assert (round(found.pull.low, 4), round(found.pull.high, 4)) == (0.0524, 0.3339)


def test_who_is_persuaded_counts_with_the_first_answer() -> None:
    """100 blind rows, 40 errors at first; 30 of the others became errors once the suggestion was seen."""
    first = verdicts(40, 40, shown_suggestion=False)
    persuaded = verdicts(30, 30, start=40, blind=("keep", None))
    firm = verdicts(30, 0, start=70, shown_suggestion=False)
    found = confirmed(first, persuaded, firm, verdicts(400, 280, start=200))
    assert (found.blind.hits, found.blind.n) == (40, 100)
    assert (found.in_view.hits, found.in_view.n) == (280, 400)


def test_neither_conflicts_nor_a_lead_move_answers() -> None:
    """Two judge 50 rows blindly and differ on 25: every answer counts, whoever settles them in view."""
    hidden = {"shown_suggestion": False}
    kim, lee = verdicts(50, 25, **hidden), verdicts(50, 50, who="lee", **hidden)
    boss = verdicts(25, 0, start=25, who="boss", settles=True)
    for found in (confirmed(kim, lee), confirmed(kim, lee, boss, lead="boss")):
        assert (found.blind.hits, found.blind.n, found.in_view.n) == (75, 100, 0)


def test_spot_checks_stand_elsewhere_in_the_queue_and_are_not_compared() -> None:
    found = confirmed(verdicts(10, 9), verdicts(10, 1, start=10, sample="spot", shown_suggestion=False))
    assert found.blind.n == 0 and found.pull is None


def test_how_often_the_suggested_label_was_taken() -> None:
    """Of four changes in view three, of two blind ones one."""
    hidden = {"shown_suggestion": False}
    found = confirmed(
        verdicts(3, 3),
        verdicts(1, 1, start=3, label="eel"),
        verdicts(1, 1, start=4, **hidden),
        verdicts(1, 1, start=5, label="eel", **hidden),
        verdicts(1, 1, start=6, suggested=None),
    )
    assert (found.taken_in_view.hits, found.taken_in_view.n) == (3, 4)
    assert (found.taken_blind.hits, found.taken_blind.n) == (1, 2)


def test_it_comes_back_from_json() -> None:
    for found in (confirmed(verdicts(9, 3), verdicts(4, 1, start=9, shown_suggestion=False)), confirmed()):
        assert confirmed_from(found.to_json()) == found
