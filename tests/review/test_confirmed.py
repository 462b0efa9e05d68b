"""What reviewers confirmed of the queue and of the controls, by hand and by scipy."""

from __future__ import annotations

from typing import Any

import pytest
from scipy.stats import binomtest

from auditor.review.confirmed import confirmed_of


def verdicts(n: int, errors: int, **more: Any) -> list[dict[str, Any]]:
    """n verdicts, the first of them errors that became the suggested label."""
    plain = {"sample": "queue", "shown_suggestion": True, "copy_of": None, "suggested": "dog"}
    wrong = {"is_error": True, "action": "relabel", "label": "dog"}
    right = {"is_error": False, "action": "keep", "label": None}
    return [plain | (wrong if at < errors else right) | more for at in range(n)]


def test_the_shares_of_queue_and_controls() -> None:
    """81 of 100 and 2 of 50, each with its Wilson interval."""
    found = confirmed_of(
        [*verdicts(60, 50), *verdicts(40, 31, sample="spot"), *verdicts(50, 2, sample="control")]
    )
    assert (found.queue.hits, found.queue.n, found.queue.value) == (81, 100, 0.81)
    low, high = binomtest(2, 50).proportion_ci(method="wilson")
    assert (found.controls.low, found.controls.high) == pytest.approx((low, high))


def test_rows_of_an_estimate_and_what_is_no_verdict_are_left_out() -> None:
    """So are copies that were decided along with another row."""
    left_out = [
        *verdicts(5, 5, sample="rate"),
        *verdicts(5, 5, is_error=None),
        *verdicts(5, 5, copy_of="a"),
    ]
    assert confirmed_of(left_out).queue.n == 0
    assert confirmed_of([]).queue.value is None and confirmed_of([]).pull is None


def test_what_the_suggestion_adds() -> None:
    """56 of 70 in view less 48 of 80 blind is .2; Newcombe (1998), table II (a): .0524 to .3339."""
    found = confirmed_of([*verdicts(70, 56), *verdicts(80, 48, shown_suggestion=False)])
    assert found.pull is not None and found.pull.value == pytest.approx(0.2)
    assert (round(found.pull.low, 4), round(found.pull.high, 4)) == (0.0524, 0.3339)


def test_spot_checks_stand_elsewhere_in_the_queue_and_are_not_compared() -> None:
    found = confirmed_of([*verdicts(10, 9), *verdicts(10, 1, sample="spot", shown_suggestion=False)])
    assert found.blind.n == 0 and found.pull is None


def test_how_often_the_suggested_label_was_taken() -> None:
    """Of four changes in view three, of two blind ones one."""
    other = {"label": "eel"}
    found = confirmed_of(
        [
            *verdicts(3, 3),
            *verdicts(1, 1, **other),
            *verdicts(1, 1, shown_suggestion=False),
            *verdicts(1, 1, shown_suggestion=False, **other),
            *verdicts(1, 1, suggested=None),
        ]
    )
    assert (found.taken_in_view.hits, found.taken_in_view.n) == (3, 4)
    assert (found.taken_blind.hits, found.taken_blind.n) == (1, 2)
