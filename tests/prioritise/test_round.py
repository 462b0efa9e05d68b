"""A round of review: what is frozen, what is asked first, what is mixed in."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from auditor.prioritise.draws import keys_of
from auditor.prioritise.round import Plan, Round, draw_round


def tables(n: int, groups: dict[int, int] | None = None, unscored: int = 0) -> tuple[pa.Table, pa.Table]:
    """A queue of `n` rows out of 3 n, row r at place r, and its items; place -> size of a group there."""
    ranks, at = [], 0
    while at < n:
        size = (groups or {}).get(at, 1)
        ranks += [len(set(ranks)) + 1] * size
        at += size
    n = len(ranks)
    p_given = [0.1] * (n - unscored) + [None] * unscored
    queue = pa.table({"rank": ranks, "row": np.arange(n), "p_given": pa.array(p_given, pa.float64())})
    keys = keys_of(pa.array([f"i{row}" for row in range(3 * n)]), 0)
    items = pa.table({"row": np.arange(3 * n), "draw": keys, "reserve": np.ones(3 * n, bool)})
    return queue, items


def drawn(n: int, plan: Plan, groups: dict[int, int] | None = None, **more: Any) -> Round:
    """A round of such a queue; rows from `n` on are not suspected."""
    queue, items = tables(n, groups, more.pop("unscored", 0))
    return draw_round(queue, items, plan, unsuspected=unsuspected(len(items), len(queue)), **more)


def unsuspected(rows: int, queued: int) -> NDArray[np.bool_]:
    """True for the rows behind the queue."""
    return np.arange(rows) >= queued


@given(st.integers(0, 60), st.integers(1, 80), st.integers(0, 30), st.sampled_from([0.0, 0.1, 0.5]))
@settings(max_examples=60)
def test_a_round_asks_each_frozen_row_once(n: int, items: int, spot: int, controls: float) -> None:
    """The first rows of the queue, each once with its place; controls are other rows; spots stand first."""
    found = drawn(n, Plan(items=items, spot=spot, controls=controls))
    asked = [one for one in found.asked if one.sample != "control"]
    assert sorted(one.row for one in asked) == list(range(min(n, items)))
    assert all(one.position == one.row + 1 for one in asked)
    assert found.count("spot") == min(spot, n, items)
    assert [one.sample for one in found.asked[: found.count("spot")]] == ["spot"] * found.count("spot")
    extra = [one.row for one in found.asked if one.sample == "control"]
    assert len(extra) == len(set(extra)) == round(controls * min(n, items)) and all(row >= n for row in extra)


def test_spot_checks_are_one_of_each_equal_piece() -> None:
    """Of 100 rows and 10 spot checks one position stands in each ten."""
    found = drawn(100, Plan(items=100, spot=10))
    assert [(position - 1) // 10 for position in found.spots] == list(range(10))


def test_spot_checks_are_not_asked_in_the_order_of_the_queue() -> None:
    """Their order tells nothing of how suspicious they are."""
    spots = [one.position for one in drawn(200, Plan(items=200, spot=20)).asked if one.sample == "spot"]
    assert spots != sorted(spots, key=int)


def test_the_others_keep_the_order_of_the_queue() -> None:
    """Controls and spot checks aside, what is asked follows the queue."""
    found = drawn(100, Plan(items=100, spot=10, controls=0.3))
    queue = [one.row for one in found.asked if one.sample == "queue"]
    assert queue == sorted(queue)


def test_controls_and_spot_checks_are_blind_and_so_is_a_share_of_the_queue() -> None:
    """Nothing but the label of a row tells a control from a blind row of the queue."""
    found = drawn(2000, Plan(items=2000, spot=20, controls=0.1, blind=0.2))
    assert all(one.blind for one in found.asked if one.sample != "queue")
    blind = [one.blind for one in found.asked if one.sample == "queue"]
    assert 0.16 < sum(blind) / len(blind) < 0.24  # 4.5 standard errors
    assert not any(one.blind for one in drawn(50, Plan(spot=0, controls=0, blind=0)).asked)


def test_controls_stand_all_over_the_queue() -> None:
    """One in each equal piece, so that nobody has seen them all before the end."""
    found = drawn(300, Plan(items=300, spot=0, controls=0.1))
    places = [at for at, one in enumerate(found.asked) if one.sample == "control"]
    assert [place * 30 // len(found.asked) for place in places] == list(range(30)) or (
        max(np.diff(places)) < 25 and places[0] < 25
    )


def test_no_group_is_cut_and_no_control_stands_inside_one() -> None:
    """Exact copies stay together: at the end of the round and where controls are mixed in."""
    groups = {5: 7, 20: 9, 47: 6}
    found = drawn(60, Plan(items=50, spot=0, controls=0.5), groups)
    rows = [one.row for one in found.asked if one.sample == "queue"]
    assert rows == list(range(47))  # the group at 47 would end behind 50
    order = [one.row if one.sample == "queue" else -1 for one in found.asked]
    for start, size in ((5, 7), (20, 9)):
        at = order.index(start)
        assert order[at : at + size] == list(range(start, start + size))


def test_a_group_larger_than_the_round_is_asked_whole() -> None:
    """The first group stays, however large; nothing would be asked otherwise."""
    assert len([1 for one in drawn(40, Plan(items=5, spot=0, controls=0), {0: 12}).asked]) == 12


def test_a_group_is_spot_checked_once() -> None:
    """Exact copies are one decision, so at most one of them is a spot check."""
    found = drawn(50, Plan(items=50, spot=25), {0: 30})
    assert sum(one.sample == "spot" and one.row < 30 for one in found.asked) == 1


def test_rows_without_a_score_are_no_spot_checks() -> None:
    """The forecast is about the model's order; conflicts that no model scored stand outside of it."""
    found = drawn(40, Plan(items=40, spot=40), unscored=10)
    assert {one.row for one in found.asked if one.sample == "spot"} == set(range(30))


def test_controls_are_taken_from_the_simple_random_sample_only() -> None:
    """Rows that only their stratum brought into the reserve are likelier than others: they are left out."""
    n = 1500
    queue, items = tables(10)
    keys = np.sort(keys_of(pa.array([f"x{row}" for row in range(n)]), 0))
    items = pa.table({"row": np.arange(n), "draw": keys, "reserve": np.ones(n, bool)})
    free = np.arange(n) >= 10
    found = draw_round(queue, items, Plan(controls=1000.0, spot=0), unsuspected=free)
    assert {one.row for one in found.asked if one.sample == "control"} == set(range(10, 1000))


@pytest.mark.parametrize("n", [0, 1])
def test_a_queue_of_nothing_or_one_row_is_a_round_too(n: int) -> None:
    """An empty round asks nothing; of one row the row is the spot check."""
    assert [one.sample for one in drawn(n, Plan(controls=0)).asked] == ["spot"] * n
