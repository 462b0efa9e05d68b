"""Prediction rows to dataset rows: by id, by position, or not at all."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from audit_inputs import refusal, slugs
from hypothesis import given, settings
from hypothesis import strategies as st

from auditor.errors import InputError, UsageError
from auditor.read.choice import InputChoice
from auditor.read.columns import ColumnChoice
from auditor.read.dataset import Given, read_inputs

CLASSES = ("cat", "dog")


def frame(n: int, with_ids: bool = True) -> pd.DataFrame:
    ids = [f"item{row}" for row in range(n)] if with_ids else None
    columns: dict[str, Any] = {} if ids is None else {"id": ids}
    return pd.DataFrame(
        {**columns, "text": [f"t{row}" for row in range(n)], "label": [CLASSES[row % 2] for row in range(n)]}
    )


def predictions(rows: list[int], with_ids: bool = True, weight: float = 1.0) -> pd.DataFrame:
    """For item r the probability of `cat` is (r + 1) / 100 * weight: each item has its own number."""
    cat = [(row + 1) / 100 * weight for row in rows]
    columns: dict[str, Any] = {"id": [f"item{row}" for row in rows]} if with_ids else {}
    return pd.DataFrame({**columns, "cat": cat, "dog": [1 - p for p in cat]})


def cats(found: Given) -> list[float]:
    assert found.probabilities is not None
    values: list[float] = found.probabilities.blocks.read(0, len(found.dataset))[:, 0].round(9).tolist()
    return values


def notes(found: Given) -> list[str]:
    assert found.probabilities is not None
    return slugs(found.probabilities.notes)


@settings(max_examples=25)
@given(order=st.permutations(range(7)))
def test_any_order_of_rows_joined_by_id_gives_back_the_same_rows(order: list[int]) -> None:
    found = read_inputs(frame(7), [predictions(order)])
    assert cats(found) == [0.01, 0.02, 0.03, 0.04, 0.05, 0.06, 0.07]
    assert notes(found) == []


@settings(max_examples=25)
@given(st.data())
def test_files_in_any_orders_are_averaged_item_by_item(data: st.DataObject) -> None:
    """Rows and class columns of each file in an order of their own; the mean is that of each item."""
    orders = data.draw(st.lists(st.permutations(range(5)), min_size=2, max_size=4))
    files = []
    for number, order in enumerate(orders, start=1):
        columns = ["id", *data.draw(st.permutations(CLASSES))]
        files.append(predictions(order, weight=number)[columns])
    found = read_inputs(frame(5), files)
    assert found.probabilities is not None
    mean = np.mean(range(1, len(orders) + 1))
    of_cat = found.dataset.classes.index("cat")
    values = found.probabilities.blocks.read(0, 5)[:, of_cat]
    assert values == pytest.approx([0.01 * row * mean for row in range(1, 6)])


def test_a_bare_array_beside_a_named_file_keeps_the_order_of_the_sorted_labels() -> None:
    """The columns of the one file say nothing about the other: dog, cat there; cat, dog here."""
    named = predictions([0, 1, 2])[["id", "dog", "cat"]]
    bare = predictions([0, 1, 2], weight=3)[["cat", "dog"]].to_numpy()
    for files in ([named, bare], [bare, named]):
        found = read_inputs(frame(3), files)
        assert found.probabilities is not None
        of_cat = found.dataset.classes.index("cat")
        assert found.probabilities.blocks.read(0, 3)[:, of_cat] == pytest.approx([0.02, 0.04, 0.06])


def test_files_that_name_other_classes_are_refused() -> None:
    one = predictions([0, 1]).rename(columns={"cat": "prob_cat", "dog": "prob_dog"})
    two = predictions([0, 1], weight=2).rename(columns={"cat": "prob_cat", "dog": "prob_eel"})
    (problem,) = refusal(InputError, read_inputs, frame(2), [one, two])
    assert problem.slug == "class-names-differ"
    assert [str(line) for line in problem.details] == ["columns: cat, eel", "classes: cat, dog"]


def test_an_array_is_joined_by_position_and_says_so() -> None:
    for data in (frame(3), frame(3, with_ids=False)):
        found = read_inputs(data, [predictions([2, 1, 0], with_ids=False)])
        assert cats(found) == [0.03, 0.02, 0.01]
        assert notes(found) == ["joined-by-position"]


def test_position_on_demand_leaves_the_ids_aside() -> None:
    found = read_inputs(frame(3), [predictions([2, 1, 0])], InputChoice(align="position"))
    assert cats(found) == [0.03, 0.02, 0.01]


def test_ids_on_demand_need_ids_on_both_sides() -> None:
    choice = InputChoice(align="id")
    assert slugs(refusal(InputError, read_inputs, frame(3), [predictions([0, 1, 2], False)], choice)) == [
        "ids-one-sided"
    ]


def test_predictions_with_ids_for_a_dataset_without_are_refused() -> None:
    (problem,) = refusal(InputError, read_inputs, frame(3, with_ids=False), [predictions([0, 1, 2])])
    assert problem.slug == "ids-one-sided"
    assert [str(fix) for fix in problem.fixes][-1] == "--align position if the rows are in the same order"


def test_a_table_without_ids_for_a_dataset_with_ids_is_refused(tmp_path: Path) -> None:
    """A table could have had ids, a bare array could not."""
    predictions([0, 1, 2], with_ids=False).to_csv(tmp_path / "p.csv", index=False)
    assert slugs(refusal(InputError, read_inputs, frame(3), [tmp_path / "p.csv"])) == ["ids-one-sided"]
    read_inputs(frame(3), [tmp_path / "p.csv"], InputChoice(align="position"))


@pytest.mark.parametrize("n", [2, 4])
def test_other_numbers_of_rows_cannot_be_joined_by_position(n: int) -> None:
    (problem,) = refusal(InputError, read_inputs, frame(3), [predictions(list(range(n)), False)])
    assert problem.slug == "rows-differ"
    assert str(problem.what) == f"predictions has {n} rows and dataframe has 3"


def test_ids_without_a_single_match_are_refused_with_one_of_each() -> None:
    other = predictions([0, 1, 2]).assign(id=["0", "1", "2"])
    (problem,) = refusal(InputError, read_inputs, frame(3), [other])
    assert problem.slug == "ids-do-not-match"
    assert str(problem.details[0]) == '0 in common; dataframe has "item0", predictions has "0"'


@pytest.mark.parametrize(
    ("ours", "theirs", "said"),
    [
        (["00000", "00001", "00002"], ["0", "1", "2"], "leading zeros were lost"),
        (["0", "1", "2"], ["0.0", "1.0", "2.0"], "ids became floats"),
        (["007", "008", "009"], ["7.0", "8.0", "9.0"], "leading zeros were lost"),
    ],
)
def test_ids_that_were_read_as_numbers_on_the_way_are_told(
    ours: list[str], theirs: list[str], said: str
) -> None:
    data, other = frame(3).assign(id=ours), predictions([0, 1, 2]).assign(id=theirs)
    for left, right in ((data, other), (data.assign(id=theirs), other.assign(id=ours))):
        (problem,) = refusal(InputError, read_inputs, left, [right])
        assert problem.slug == "ids-do-not-match"
        assert f"3 of them are the same numbers: {said}; read both with dtype=str" in str(problem.details[1])


@pytest.mark.parametrize(("n", "said"), [(4, "one row more"), (2, "one row less"), (5, None)])
def test_one_row_more_or_less_names_the_commonest_cause(n: int, said: str | None) -> None:
    (problem,) = refusal(InputError, read_inputs, frame(3), [predictions(list(range(n)), False)])
    told = [str(line) for line in problem.details[1:]]
    assert [line[: len(said or "")] for line in told] == ([] if said is None else [said])


def test_doubled_predictions_are_counted_and_to_be_dropped() -> None:
    (problem,) = refusal(InputError, read_inputs, frame(3), [predictions([0, 1, 2, 1, 1, 0])])
    assert problem.slug == "ids-repeat"
    assert str(problem.details[0]) == "e.g. item1, item0"
    assert "drop the 3 repeated rows" in str(problem.fixes[0])


@pytest.mark.parametrize("side", ["dataset", "predictions"])
def test_repeated_ids_are_counted_and_five_are_shown(side: str) -> None:
    data, file = frame(16), predictions(list(range(16)))
    twice = [f"item{row // 2}" for row in range(16)]  # eight ids, each twice
    data, file = (data.assign(id=twice), file) if side == "dataset" else (data, file.assign(id=twice))
    (problem,) = refusal(InputError, read_inputs, data, [file])
    assert problem.slug == "ids-repeat"
    assert problem.what.values["n"] == 8
    assert str(problem.details[0]) == "e.g. item0, item1, item2, item3, item4"


def test_rows_without_an_id_are_counted() -> None:
    data = frame(4).assign(id=["a", "", "b", None])
    (problem,) = refusal(InputError, read_inputs, data)
    assert problem.slug == "ids-empty"
    assert str(problem.what) == "dataframe: 2 rows have no id in column id"


def test_without_an_id_column_items_are_counted_from_zero() -> None:
    dataset_ = read_inputs(frame(3, with_ids=False)).dataset
    assert dataset_.ids.to_pylist() == ["row-0", "row-1", "row-2"]
    assert not dataset_.has_ids


# missing and superfluous rows


def test_rows_without_a_prediction_stop_with_their_number_and_names() -> None:
    (problem,) = refusal(InputError, read_inputs, frame(5), [predictions([4, 1])])
    assert problem.slug == "predictions-missing"
    assert str(problem.what) == "3 of 5 rows of dataframe have no prediction"
    assert str(problem.details[0]) == "e.g. item0, item2, item3"


def test_missing_drop_keeps_the_rows_and_leaves_them_out_of_the_numbers() -> None:
    found = read_inputs(frame(5), [predictions([4, 1])], InputChoice(missing="drop"))
    assert found.probabilities is not None and found.probabilities.covered is not None
    assert found.probabilities.covered.tolist() == [False, True, False, False, True]
    assert cats(found) == [0, 0.02, 0, 0, 0.05]
    assert notes(found) == ["rows-without-prediction"]


def test_of_several_files_only_rows_that_all_predict_count() -> None:
    files = [predictions([0, 1, 2]), predictions([1, 2, 3], weight=3)]
    found = read_inputs(frame(4), files, InputChoice(missing="drop"))
    assert found.probabilities is not None and found.probabilities.covered is not None
    assert found.probabilities.covered.tolist() == [False, True, True, False]
    assert cats(found)[1:3] == [0.04, 0.06]


def test_rows_of_predictions_that_the_dataset_does_not_have_are_counted() -> None:
    found = read_inputs(frame(2), [predictions([3, 1, 0, 2])])
    assert cats(found) == [0.01, 0.02]
    assert found.probabilities is not None
    (note,) = found.probabilities.notes
    assert (note.slug, note.level, note.what.values["n"]) == ("predictions-unused", "warning", 2)


# the same file twice


def test_the_same_file_given_twice_is_a_usage_error(tmp_path: Path) -> None:
    predictions([0, 1]).to_csv(tmp_path / "p.csv", index=False)
    twice = [tmp_path / "p.csv", tmp_path / "." / "p.csv"]
    assert slugs(refusal(UsageError, read_inputs, frame(2), twice)) == ["same-predictions-twice"]


@pytest.mark.parametrize("names", [("a.npy", "b.npy"), ("one/p.npy", "two/p.npy")])
def test_the_same_content_under_another_name_is_refused(tmp_path: Path, names: tuple[str, str]) -> None:
    for name in names:
        (tmp_path / name).parent.mkdir(exist_ok=True)
        np.save(tmp_path / name, predictions([0, 1], False).to_numpy())
    files = [tmp_path / name for name in names]
    assert slugs(refusal(InputError, read_inputs, frame(2), files)) == ["same-predictions-twice"]


# all at once


def test_the_problems_of_all_files_are_raised_at_once(tmp_path: Path) -> None:
    """An unreadable file and one of labels; then, of files that are read, NaN and foreign ids."""
    (tmp_path / "broken.npy").write_bytes(b"\x93NUMPY")
    np.save(tmp_path / "hard.npy", np.array([0, 1]))
    files = [tmp_path / "broken.npy", tmp_path / "hard.npy"]
    assert slugs(refusal(InputError, read_inputs, frame(2), files)) == ["file-unreadable", "hard-labels"]
    nan = predictions([0, 1]).assign(cat=[np.nan, 0.5])
    foreign = predictions([0, 1]).assign(id=["x", "y"])
    problems = refusal(InputError, read_inputs, frame(2), [nan, foreign])
    assert slugs(problems) == ["probabilities-not-finite", "ids-do-not-match"]


def test_every_file_of_another_width_than_the_classes_is_named() -> None:
    files = [np.full((3, 3), 1 / 3), predictions([0, 1, 2], False).to_numpy(), np.full((3, 4), 0.25)]
    problems = refusal(InputError, read_inputs, frame(3), files)
    assert [str(problem.what) for problem in problems] == [
        "predictions 1 has 3 columns for 2 classes",
        "predictions 3 has 4 columns for 2 classes",
    ]


def test_predictions_without_labels_are_a_usage_error() -> None:
    choice = InputChoice(columns=ColumnChoice(label="none"))
    assert slugs(refusal(UsageError, read_inputs, frame(2), [predictions([0, 1])], choice)) == [
        "option-value"
    ]


@pytest.mark.parametrize("ways", [("\uae0d", "\u1100\u1173\u11bc"), ("a", "a "), ("a", "\ufeffa")])
def test_ids_that_differ_in_what_nobody_sees_are_told_so(ways: tuple[str, str]) -> None:
    mine, other = ways
    data = pd.DataFrame({"id": [mine, "b"], "text": ["x", "y"], "label": ["cat", "dog"]})
    given = pd.DataFrame({"id": [other, "c"], "cat": [0.9, 0.1], "dog": [0.1, 0.9]})
    (problem,) = refusal(InputError, read_inputs, data, [given])
    assert problem.slug == "ids-do-not-match"
    assert [str(detail) for detail in problem.details[1:]] == [
        "1 id differs only in its Unicode form or in blanks around it"
    ] * (other[0] != "\ufeff")
