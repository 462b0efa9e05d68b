"""Columns that name the row or tell the label are left out; strong honest ones stay."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.csv
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from auditor.predict.leaks import Judged, judged
from auditor.predict.table_columns import typed_columns

Labels = NDArray[np.int32]


def judge(columns: Mapping[str, Sequence[object]], labels: Sequence[int] | Labels) -> Judged:
    """What is found of some columns."""
    table = pa.table({name: pa.array([str(cell) for cell in cells]) for name, cells in columns.items()})
    codes = np.asarray(labels, np.int32)
    return judged(typed_columns(table), codes, int(codes.max(initial=0)) + 1)


def why(found: Judged) -> dict[str, str]:
    """Column -> why it is left out."""
    return {part.column: part.why for part in found.left_out}


def flipped(labels: Labels, share: float, seed: int = 0) -> Labels:
    """The labels, with this share of them wrong."""
    rng = np.random.default_rng(seed)
    out = labels.copy()
    rows = rng.choice(len(labels), round(share * len(labels)), replace=False)
    out[rows] = (out[rows] + 1) % (labels.max() + 1)
    return out


@pytest.fixture
def labels() -> Labels:
    """600 labels of three classes."""
    return np.random.default_rng(1).integers(0, 3, 600).astype(np.int32)


# identifiers


def test_a_counter_names_the_row_in_any_order() -> None:
    """1 to 100, in file order and shuffled."""
    numbers = np.random.default_rng(0).permutation(100) + 1
    assert why(judge({"no": range(100)}, [0, 1] * 50)) == {"no": "identifier"}
    assert why(judge({"no": numbers.tolist()}, [0, 1] * 50)) == {"no": "identifier"}


def test_a_counter_with_gaps_names_the_row() -> None:
    """Invoice numbers: rising by 1 to 9."""
    numbers = np.cumsum(np.random.default_rng(0).integers(1, 10, 300))
    assert why(judge({"invoice": numbers.tolist()}, [0, 1] * 150)) == {"invoice": "identifier"}


def test_hashes_and_file_names_name_the_row() -> None:
    """Codes that differ in every row."""
    columns = {"hash": [f"{7919 * n:08x}f" for n in range(90)], "file": [f"b.{n:05d}.wav" for n in range(90)]}
    assert why(judge(columns, [0, 1] * 45)) == dict.fromkeys(columns, "identifier")


@pytest.mark.parametrize(
    "numbers",
    [
        np.random.default_rng(0).normal(50, 12, 800).round(),  # ages
        np.random.default_rng(0).lognormal(10, 1, 800).round(),  # incomes: hardly one twice, but no counter
        np.random.default_rng(0).normal(0, 1, 800),  # decimals differ anyway
        np.random.default_rng(0).integers(0, 10**9, 800),  # a range so wide that nothing repeats by chance
    ],
)
def test_measured_numbers_do_not_name_the_row(numbers: NDArray[np.float64], labels: Labels) -> None:
    """Whole numbers that repeat as measurements do, or whose range lets them differ, stay."""
    assert not why(judge({"x": numbers[:600].tolist()}, labels))


def test_names_in_which_words_repeat_are_no_identifier() -> None:
    """A title within a name can be learned from."""
    names = [
        f"{'Mrs' if n % 2 else 'Mr'} Family{'abcdefghij'[n % 10]} Given{'xyz'[n % 3]}n{n}" for n in range(90)
    ]
    assert not why(judge({"name": names}, [0, 1] * 45))


# leaks


def test_the_label_in_other_words_is_a_leak(labels: Labels) -> None:
    """Its code, its name in another language, a finer label, each of them alone."""
    rng = np.random.default_rng(2)
    columns = {
        "code": labels * 10,
        "name": [("고양이", "개", "말")[code] for code in labels],
        "finer": [f"{code}{rng.integers(4)}" for code in labels + 1],
    }
    found = judge(columns, labels)
    assert why(found) == dict.fromkeys(columns, "leak")
    assert all(part.classes == (0, 1, 2) and not part.exceptions for part in found.left_out)


def test_a_few_exceptions_to_a_leak_are_named(labels: Labels) -> None:
    """Two of 600 rows in which two columns for the same thing disagree."""
    codes = labels.copy()
    codes[[7, 300]] = (codes[[7, 300]] + 1) % 3
    found = judge({"code": codes}, labels).left_out[0]
    assert found.why == "leak"
    assert found.exceptions == (7, 300)
    assert found.share == pytest.approx(598 / 600)


def test_a_label_written_as_a_column_per_class_is_a_leak(labels: Labels) -> None:
    """All of the columns, though each tells one class only."""
    columns = {f"is_{code}": (labels == code).astype(int) for code in range(3)}
    assert why(judge(columns, labels)) == dict.fromkeys(columns, "leak")


def test_a_column_that_tells_one_class_of_many_is_named_and_stays() -> None:
    """Milk tells mammals among seven classes."""
    labels = np.arange(210, dtype=np.int32) % 7
    found = judge({"milk": (labels == 4).astype(int)}, labels)
    assert not found.left_out
    assert [(part.column, part.classes) for part in found.tells_one] == [("milk", (4,))]


def test_a_rating_from_which_the_label_was_cut_is_a_leak() -> None:
    """Few values, and many."""
    rng = np.random.default_rng(3)
    stars, score = rng.integers(1, 11, 400), rng.normal(size=400)
    assert why(judge({"stars": stars}, (stars > 6).astype(int))) == {"stars": "leak"}
    assert why(judge({"score": score}, np.digitize(score, [-0.5, 0.8]))) == {"score": "leak"}


def test_a_cell_that_is_filled_for_one_class_only_is_a_leak() -> None:
    """The date of a relapse tells who had one; among three classes it tells one, which is a note."""
    labels = np.arange(200, dtype=np.int32) % 2
    days = [f"2024-{1 + n % 12:02d}-{1 + n % 28:02d}" if code else "" for n, code in enumerate(labels)]
    assert why(judge({"relapse": days}, labels)) == {"relapse": "leak"}
    three = np.where(labels, 2, np.arange(200) // 2 % 2)
    found = judge({"relapse": days}, three)
    assert (why(found), len(found.tells_one)) == ({}, 1)


# honest columns


@pytest.mark.parametrize("share", [0.01, 0.02, 0.08, 0.3])
def test_wrong_labels_are_exceptions_that_keep_a_perfect_column(labels: Labels, share: float) -> None:
    """What was true before the labels went wrong finds them: no such column may go."""
    columns = {"code": labels, "score": labels * 2 + np.random.default_rng(0).random(len(labels))}
    assert not why(judge(columns, flipped(labels, share)))


def test_a_column_that_is_right_in_97_of_100_rows_stays(labels: Labels) -> None:
    """A strong column is no leak."""
    assert not why(judge({"strong": flipped(labels, 0.03)}, labels))


@pytest.mark.parametrize("name", ["iris", "wine", "breast_cancer", "digits"])
def test_the_columns_of_well_known_data_stay(name: str) -> None:
    """Petals tell irises, alcohol tells wines: honestly. (A column of zeros in digits says nothing.)"""
    from sklearn import datasets

    data = getattr(datasets, f"load_{name}")()
    found = judge({f"c{at}": column for at, column in enumerate(data.data.T)}, data.target)
    assert set(why(found).values()) <= {"constant"}
    assert len(found.left_out) == (3 if name == "digits" else 0)


def test_a_group_that_lies_apart_by_nature_stays() -> None:
    """One iris against the two others: petals tell them without exception, with a gap between."""
    from sklearn.datasets import load_iris

    data = load_iris()
    found = judge({f"c{at}": column for at, column in enumerate(data.data.T)}, (data.target == 0).astype(int))
    assert not why(found)


def test_a_rare_class_is_not_told_by_saying_never() -> None:
    """Four frauds in 1,000 rows: a column without anything to say has four exceptions only."""
    labels = np.zeros(1000, np.int32)
    labels[::250] = 1
    assert not why(judge({"colour": np.arange(1000) % 7}, labels))


def test_few_rows_prove_nothing() -> None:
    """Under 50 labelled rows nothing is judged a leak."""
    labels = np.arange(80, dtype=np.int32) % 2
    labels[45:] = -1
    assert not why(judge({"code": np.arange(80) % 2}, labels))


def test_music_keeps_all_of_its_columns(shared_data: Path) -> None:
    """A peer's filter took the strongest ones away."""
    path = shared_data / "music_genre" / "dataset.csv"
    table = pyarrow.csv.read_csv(path)
    codes = table["label"].dictionary_encode().combine_chunks().indices.to_numpy().astype(np.int32)
    features = table.drop_columns(["id", "label"])
    strings = pa.table({name: features[name].cast(pa.string()) for name in features.column_names})
    assert judged(typed_columns(strings), codes, 10) == Judged()


@given(st.data())
def test_the_order_of_the_rows_does_not_matter(data: st.DataObject) -> None:
    """The same columns go, and the same rows are exceptions, when rows are shuffled."""
    rng = np.random.default_rng(data.draw(st.integers(0, 2**32)))
    n, classes = data.draw(st.integers(50, 120)), data.draw(st.integers(2, 4))
    labels = rng.integers(-1, classes, n).astype(np.int32)
    columns = {
        "copy": np.where(rng.random(n) < 0.005, 0, labels),
        "few": rng.integers(0, 3, n),
        "one": (labels == 1).astype(int),
        "many": rng.normal(size=n),
        "no": np.arange(n),
    }
    order = rng.permutation(n)
    one = judge(columns, labels)
    other = judge({name: np.asarray(cells)[order] for name, cells in columns.items()}, labels[order])
    assert [part.column for part in one.tells_one] == [part.column for part in other.tells_one]
    assert why(one) == why(other)
    for part, again in zip(one.left_out, other.left_out, strict=True):
        assert set(part.exceptions) == {int(order[row]) for row in again.exceptions}
