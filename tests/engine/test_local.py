"""Work on threads: results in order, errors passed on, memory bounded."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from auditor.engine.local import ordered_map, threads


@settings(max_examples=40)
@given(items=st.lists(st.integers()), workers=st.integers(1, 5))
def test_results_come_in_the_order_of_the_items(items: list[int], workers: int) -> None:
    assert list(ordered_map(lambda item: item * 2, items, workers)) == [item * 2 for item in items]


def test_a_slow_first_item_does_not_let_later_ones_pass() -> None:
    def wait(item: int) -> int:
        time.sleep(0.02 if item == 0 else 0)
        return item

    assert list(ordered_map(wait, range(6), workers=3)) == [0, 1, 2, 3, 4, 5]


def test_work_is_done_on_threads_and_with_one_worker_on_this_one() -> None:
    here = threading.current_thread().name
    assert here not in set(ordered_map(lambda _: threading.current_thread().name, range(8), workers=2))
    assert set(ordered_map(lambda _: threading.current_thread().name, range(8), workers=1)) == {here}


@pytest.mark.parametrize("workers", [1, 3])
def test_an_error_is_raised_where_its_result_is_asked_for(workers: int) -> None:
    results = ordered_map(lambda item: 1 // item, [1, 1, 0, 1], workers)
    assert [next(results), next(results)] == [1, 1]
    with pytest.raises(ZeroDivisionError):
        next(results)


def test_at_most_two_results_per_worker_wait() -> None:
    """A consumer that stops pulling stops the producer: memory does not grow with the items."""
    taken: list[int] = []

    def items() -> Iterator[int]:
        for item in range(1000):
            taken.append(item)
            yield item

    results = ordered_map(lambda item: item, items(), workers=2)
    assert next(results) == 0
    assert len(taken) == 4
    results.close()  # type: ignore[attr-defined]


def test_the_number_of_threads_is_the_cores_of_this_process_at_most_eight(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: set(range(3)), raising=False)
    assert threads() == 3
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: set(range(64)), raising=False)
    assert threads() == 8
