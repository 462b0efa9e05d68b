"""The index of a DataFrame: it names rows and joins predictions to them, and is never passed over."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from audit_inputs import refusal, slugs
from hypothesis import given, settings
from hypothesis import strategies as st

from auditor.errors import InputError
from auditor.read.choice import InputChoice
from auditor.read.columns import ColumnChoice
from auditor.read.dataset import Given, read_inputs

N = 6
LABELS = ["cat", "dog"] * 3


def data(index: Any = None, **more: Any) -> pd.DataFrame:
    """Row r has the text `t{r}`."""
    return pd.DataFrame({**more, "text": [f"t{row}" for row in range(N)], "label": LABELS}, index=index)


def probs(index: Any = None, rows: Any = None, **more: Any) -> pd.DataFrame:
    """The probability of `cat` is (r + 1) / 100 for the row of text `t{r}`."""
    cat = [(row + 1) / 100 for row in (range(N) if rows is None else rows)]
    return pd.DataFrame({**more, "cat": cat, "dog": [1 - p for p in cat]}, index=index)


def cats(found: Given) -> list[int]:
    """For each row of the dataset the row whose prediction it got."""
    assert found.probabilities is not None
    values = found.probabilities.blocks.read(0, len(found.dataset))[:, 0]
    return [int(number) for number in (values * 100).round().astype(int) - 1]


def rows_of(found: Given) -> list[int]:
    return [int(text[1:]) for text in found.dataset.content.columns["text"].to_pylist()]


def told(found: Given) -> dict[str, str]:
    """Slug -> level of what is said of the join and the index."""
    assert found.probabilities is not None
    problems = (*found.dataset.notes, *found.probabilities.notes)
    return {p.slug: p.level for p in problems if p.slug.startswith(("joined", "index", "ids"))}


@settings(max_examples=25)
@given(st.permutations(range(N)), st.permutations(range(N)))
def test_two_frames_with_the_same_index_in_any_orders_are_joined_by_it(a: list[int], b: list[int]) -> None:
    names = [f"item{row}" for row in range(N)]
    found = read_inputs(data(names).iloc[a], [probs(names).iloc[b]])
    assert cats(found) == rows_of(found) == a
    assert found.dataset.ids.to_pylist() == [names[row] for row in a]
    assert told(found) == {"joined-by-index": "note"}


@settings(max_examples=25)
@given(st.permutations(range(N)), st.permutations(range(N)))
def test_row_numbers_after_shuffling_join_what_was_shuffled(a: list[int], b: list[int]) -> None:
    """df.sample(frac=1) on either side: only where the predictions have no numbers of their own is it
    by position."""
    found = read_inputs(data().iloc[a], [probs().iloc[b]])
    if b == list(range(N)) != a:
        assert cats(found) == list(range(N))
        assert told(found) == {"joined-by-position": "note", "index-unused": "warning"}
    else:
        assert cats(found) == rows_of(found)


def test_a_filtered_frame_and_the_predictions_for_it_are_joined_by_the_numbers_that_are_left() -> None:
    kept = data()[[True, False, True, True, False, True]]
    found = read_inputs(kept, [probs([5, 3, 2, 0], [5, 3, 2, 0])])
    assert cats(found) == [0, 2, 3, 5]
    assert not found.dataset.has_ids  # sorting rows must not give their findings other keys
    assert found.dataset.ids.to_pylist() == ["row-0", "row-1", "row-2", "row-3"]


def test_predictions_without_an_index_of_their_own_are_taken_in_the_order_of_a_filtered_frame() -> None:
    """`pd.DataFrame(model.predict_proba(X))`: right as a rule, so a warning and no error."""
    kept = data().iloc[[3, 1, 4]]
    found = read_inputs(kept, [probs(rows=[3, 1, 4])])
    assert cats(found) == rows_of(found) == [3, 1, 4]
    assert told(found) == {"joined-by-position": "note", "index-unused": "warning"}


def test_an_array_is_taken_in_the_order_of_the_frame_without_a_warning() -> None:
    kept = data().iloc[[3, 1, 4]]
    found = read_inputs(kept, [probs(rows=[3, 1, 4]).to_numpy()], InputChoice(class_names=("cat", "dog")))
    assert cats(found) == [3, 1, 4]
    assert told(found) == {"joined-by-position": "note"}
    assert found.dataset.ids.to_pylist() == ["row-0", "row-1", "row-2"]


def test_folds_that_were_joined_are_put_back_by_their_row_numbers(tmp_path: Path) -> None:
    """`pd.concat` of the predictions of each fold, in whatever order the folds came."""
    folds = pd.concat([probs([4, 0], [4, 0]), probs([1, 5], [1, 5]), probs([3, 2], [3, 2])])
    assert cats(read_inputs(data(), [folds])) == list(range(N))
    data().to_csv(tmp_path / "d.csv", index=False)
    assert cats(read_inputs(tmp_path / "d.csv", [folds])) == list(range(N))


def test_rows_that_a_fold_misses_have_no_prediction() -> None:
    problems = refusal(InputError, read_inputs, data(), [probs([4, 0, 1], [4, 0, 1])])
    assert slugs(problems) == ["predictions-missing"]
    found = read_inputs(data(), [probs([4, 0, 1], [4, 0, 1])], InputChoice(missing="drop"))
    assert found.probabilities is not None and found.probabilities.covered is not None
    assert found.probabilities.covered.tolist() == [True, True, False, False, True, False]


NAMES = [f"item{row}" for row in range(N)]


@pytest.mark.parametrize(
    ("left", "right"),
    [
        (data(id=NAMES), probs(NAMES)),
        (data(NAMES), probs(id=NAMES)),
        (data(pd.Index(NAMES, name="guid")), probs(guid=NAMES)),
        (data(id=range(100, 100 + N)), probs(range(100, 100 + N))),
    ],
    ids=["id column and index", "index and id column", "named index and column", "numbers"],
)
def test_an_index_joins_the_id_column_of_the_other_side(left: pd.DataFrame, right: pd.DataFrame) -> None:
    found = read_inputs(left, [right.iloc[[3, 0, 5, 1, 4, 2]]])
    assert cats(found) == list(range(N))


def test_a_file_of_predictions_with_ids_is_joined_to_an_index(tmp_path: Path) -> None:
    np.savez(tmp_path / "p.npz", probs=probs().to_numpy()[::-1], ids=NAMES[::-1], classes=["cat", "dog"])
    assert cats(read_inputs(data(NAMES), [tmp_path / "p.npz"])) == list(range(N))


def test_id_columns_on_both_sides_go_before_every_index() -> None:
    left, right = data([9, 8, 7, 6, 5, 4], id=NAMES), probs([3, 1, 4, 0, 5, 2], id=NAMES)
    found = read_inputs(left, [right.iloc[::-1]])
    assert cats(found) == list(range(N))
    assert told(found) == {}


def test_indexes_that_disagree_are_refused_with_an_example() -> None:
    problems = refusal(InputError, read_inputs, data(NAMES), [probs([f"x{row}" for row in range(N)])])
    assert slugs(problems) == ["index-differs"]
    assert "item0" in str(problems[0].details) and "x0" in str(problems[0].details)
    found = read_inputs(data(NAMES), [probs([f"x{row}" for row in range(N)])], InputChoice(align="position"))
    assert cats(found) == list(range(N))


def test_an_index_that_fits_two_ways_is_refused() -> None:
    """Row numbers after shuffling, and ids that are numbers of the same kind in another order."""
    left = data([5, 4, 3, 2, 1, 0], id=[1, 0, 2, 3, 4, 5])
    assert slugs(refusal(InputError, read_inputs, left, [probs([2, 1, 0, 3, 4, 5])])) == ["index-differs"]


def levels(order: list[int]) -> pd.MultiIndex:
    return pd.MultiIndex.from_tuples([("a", row) for row in order])


def test_an_index_that_cannot_name_rows_joins_nothing_and_passes_in_the_same_order() -> None:
    for same in (levels(list(range(N))), [0, 1, 2, 0, 1, 2]):
        found = read_inputs(data(same), [probs(same)])
        assert cats(found) == list(range(N))
        assert not found.dataset.has_ids
        assert told(found) == {"index-unused": "note", "joined-by-position": "note"}
    for a, b in (
        (levels([0, 1, 2, 3, 4, 5]), levels([1, 0, 2, 3, 4, 5])),
        ([0, 1, 2, 0, 1, 2], [0, 1, 2, 0, 2, 1]),
    ):
        assert slugs(refusal(InputError, read_inputs, data(a), [probs(b)])) == ["index-differs"]


def test_an_index_of_the_predictions_alone_that_fits_nothing_is_warned_of() -> None:
    found = read_inputs(data(), [probs([f"x{row}" for row in range(N)])])
    assert told(found) == {"joined-by-position": "note", "index-unused": "warning"}


def test_an_index_of_the_predictions_that_is_none_of_the_ids_is_warned_of_and_part_of_them_refused() -> None:
    """Row numbers of the table before it was filtered and written are not its ids."""
    found = read_inputs(data(id=NAMES), [probs([7, 8, 9, 10, 11, 12])])
    assert told(found) == {"joined-by-position": "note", "index-unused": "warning"}
    problems = refusal(InputError, read_inputs, data(id=NAMES), [probs([*NAMES[1:], "item9"])])
    assert slugs(problems) == ["index-differs"]
    assert "5" in str(problems[0].details[0])


def test_an_id_column_stays_the_id_and_an_index_never_becomes_content() -> None:
    found = read_inputs(data([9, 8, 7, 6, 5, 4], id=NAMES)).dataset
    assert found.ids.to_pylist() == NAMES
    assert found.content.columns.column_names == ["text"]


def test_the_index_can_be_named_as_the_id() -> None:
    frame = data(pd.Index(NAMES, name="guid"), id=range(N))
    found = read_inputs(frame, (), InputChoice(columns=ColumnChoice(id="guid"))).dataset
    assert (found.ids.to_pylist(), found.roles["id"]) == (NAMES, ("guid",))


@pytest.mark.parametrize(
    ("index", "ids"),
    [
        (pd.Index([7.0, 8.0, 9.5, 10, 11, 12]), ["7", "8", "9.5", "10", "11", "12"]),
        (pd.Index(["007", 7, 8, 9, 10, 11]), ["007", "7", "8", "9", "10", "11"]),
        (pd.RangeIndex(1, N + 1, name="nr"), ["1", "2", "3", "4", "5", "6"]),
        (pd.RangeIndex(1, N + 1), None),
        (pd.RangeIndex(N), None),
        (pd.Index(range(N)), None),
    ],
)
def test_an_index_is_written_as_text_and_row_numbers_in_order_are_none(
    index: pd.Index, ids: list[str] | None
) -> None:
    found = read_inputs(data(index)).dataset
    assert found.has_ids == (ids is not None)
    assert found.ids.to_pylist() == (ids or [f"row-{row}" for row in range(N)])


def test_a_missing_name_in_the_index_is_said_and_no_id_is_made_of_it() -> None:
    found = read_inputs(data(["a", None, "b", "c", "d", "e"])).dataset
    assert not found.has_ids
    assert "index-unused" in slugs(found.notes)
