"""The measures of real label errors: what people's decisions say of the labels as they are."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from review_files import record, write_decisions

import auditor
from auditor.decided import merged_files, with_decisions
from auditor.label_errors import label_error_measures
from auditor.measures import Measure
from auditor.rounds import drawn_for_estimate

N = 400
CLASSES = ("cat", "dog")
WRONG = frozenset(range(0, N, 20))
"""Rows whose label is wrong: 20 of 400. The model doubts every tenth row."""


def audited(fixed: Mapping[int, str] | None = None) -> auditor.Audit:
    """An audit of 400 rows, some labels replaced."""
    random = np.random.default_rng(1)
    given = ["cat" if row % 2 else "dog" for row in range(N)]
    sure = random.uniform(0.7, 0.99, N)
    cat = np.where((np.arange(N) % 2 == 1) ^ (np.arange(N) % 10 == 0), sure, 1 - sure)
    probs = np.column_stack([cat, 1 - cat])
    for row, label in (fixed or {}).items():
        given[row] = label
    frame = pd.DataFrame({"id": [f"i{row:03d}" for row in range(N)], "label": given})
    return auditor.audit(frame, predictions=probs, classes=CLASSES, out_of_sample=True)


def said(row: int, action: str = "keep", label: str | None = None, **more: Any) -> dict[str, Any]:
    """A decision on a row of the dataset as it was first."""
    return record(f"i{row:03d}", action, label, **{"row": row, "given": "cat" if row % 2 else "dog"} | more)


def measures(
    audit: auditor.Audit, folder: Path, *records: dict[str, Any], reviewer: str = "kim"
) -> dict[str, Measure]:
    """The measures of an audit with a file of decisions, by name."""
    path = write_decisions(folder / f"{reviewer}.json", records, classes=CLASSES, reviewer=reviewer)
    return {one.name: one for one in label_error_measures(with_decisions(audit, merged_files([path])))}


def test_before_anybody_has_judged_nothing_is_measured() -> None:
    """No number is better than a guess."""
    assert label_error_measures(audited()) == ()


def test_confirmed_are_the_rows_called_wrong_whose_label_still_stands(tmp_path: Path) -> None:
    """Corrected, excluded, or of no class; not kept, unsure, a copy too many, or of another label."""
    found = measures(
        audited(),
        tmp_path,
        said(0, "relabel", "cat"),
        said(2, "exclude"),
        said(4, "keep", reasons=["more_than_one_class"]),
        said(5),
        said(7, "unsure"),
        said(9, "duplicate", duplicate_of="i011"),
        said(11, "relabel", "dog", given="dog"),  # stale: the dataset has another label than what was seen
        said(13, "relabel", "cat", given="owl"),  # the dataset has taken it over since
        said(15, "exclude", given="owl"),  # of a label that is gone
    )

    assert set(found) == {"label_errors.confirmed"}
    one = found["label_errors.confirmed"]
    assert (one.value, one.n, one.kind, one.bad, one.exact) == (3, 5, "count", "up", True)
    assert (one.low, one.high) == (None, None)


def test_corrections_that_were_applied_are_no_error_any_more(tmp_path: Path) -> None:
    """Of two in an earlier round one was applied: one is left, whatever the round."""
    records = [said(0, "relabel", "cat"), said(2, "relabel", "cat"), said(5)]

    assert measures(audited(), tmp_path, *records)["label_errors.confirmed"].value == 2
    assert measures(audited({0: "cat"}), tmp_path, *records)["label_errors.confirmed"].value == 1
    done = measures(audited({0: "cat", 2: "cat"}), tmp_path, *records)["label_errors.confirmed"]
    assert (done.value, done.n) == (0, 3)


def test_the_rate_and_the_count_are_those_of_the_rows_drawn_for_them(tmp_path: Path) -> None:
    """Every row that the audit keeps is drawn: the rate is 20 of 400, known without an interval."""
    audit = audited()
    drawn = drawn_for_estimate(audit.tables, N)
    records = [
        said(row, "relabel" if row in WRONG else "keep", "cat" if row in WRONG else None,
             sample="rate", position=None, shown_suggestion=False)
        for row in drawn
    ]  # fmt: skip
    found = measures(audit, tmp_path, *records)

    assert len(drawn) == N
    rate, count = found["label_errors.rate"], found["label_errors.count"]
    assert (rate.value, rate.low, rate.high, rate.n) == (pytest.approx(0.05),) * 3 + (N,)
    assert (rate.kind, rate.exact) == ("rate", False)
    assert (count.value, count.low, count.high, count.n, count.kind) == (20, 20, 20, N, "count")
    assert found["label_errors.confirmed"].value == 20


def test_a_few_drawn_rows_give_an_interval_in_rows(tmp_path: Path) -> None:
    """The ends of the count are those of the share of all rows; the true number lies between them."""
    audit = audited()
    records = [
        said(row, "relabel" if row in WRONG else "keep", "cat" if row in WRONG else None,
             sample="rate", position=None, shown_suggestion=False)
        for row in drawn_for_estimate(audit.tables, 60)
    ]  # fmt: skip
    found = measures(audit, tmp_path, *records)
    rate, count = found["label_errors.rate"], found["label_errors.count"]

    assert rate.low is not None and rate.high is not None
    assert count.low is not None and count.high is not None
    assert rate.low <= 20 / N <= rate.high and count.low <= 20 <= count.high
    assert (count.low, count.value, count.high) == tuple(
        pytest.approx(share * N) for share in (rate.low, rate.value, rate.high)
    )
    assert rate.n == count.n == 60
