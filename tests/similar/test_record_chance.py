"""What agreement of two rows chance would give: by hand, by exact probabilities, and planted in tables."""

from __future__ import annotations

import math

import numpy as np
import pyarrow as pa
import pytest
from scipy.stats import binom

from auditor.similar.near_records import near_records
from auditor.similar.record_chance import chance_of
from auditor.similar.record_columns import record_columns
from auditor.similar.record_pieces import buckets_of


def columns_of(cells: np.ndarray) -> pa.Table:
    """A column of strings for each of the array's."""
    return pa.table(
        {f"c{at:03}": pa.array(column.tolist(), pa.string()) for at, column in enumerate(cells.T)}
    )


def answers(n: int, k: int, options: tuple[str, ...] = ("yes", "no"), seed: int = 0) -> np.ndarray:
    """(n, k) answers at random, no two rows the same."""
    rng = np.random.default_rng(seed)
    return np.unique(np.array(options)[rng.integers(0, len(options), (n, k))], axis=0)


def chances(cells: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """What the rows say, and what agreement chance gives them."""
    typed = record_columns(columns_of(cells))
    found = chance_of(typed, buckets_of(typed.numbers))
    return found.said, found.free


@pytest.mark.parametrize("k", [8, 12, 20, 30, 60])
def test_random_answers_are_no_near_copies(k: int) -> None:
    """Half of the cells of any two rows agree: fewer than one pair is more alike than chance has it."""
    assert len(near_records(columns_of(answers(800, k))).pairs) <= 1


@pytest.mark.parametrize("k", [8, 15, 30])
def test_random_answers_of_five_kinds_are_no_near_copies(k: int) -> None:
    """A questionnaire with five options each."""
    options = ("never", "rarely", "sometimes", "often", "always")

    assert len(near_records(columns_of(answers(800, k, options))).pairs) <= 1


def test_a_copy_among_random_answers_is_found_where_they_say_enough() -> None:
    """30 answers are 21 nats, all pairs of 850 rows 13: with one answer changed a row is still known."""
    cells = answers(800, 30)
    copies = cells[:50].copy()
    copies[:, 7] = np.where(copies[:, 7] == "yes", "no", "yes")

    found = near_records(columns_of(np.concatenate([cells, copies]))).pairs

    planted = {(at, len(cells) + at) for at in range(50)}
    pairs = set(zip(found.first.tolist(), found.second.tolist(), strict=True))
    assert planted <= pairs
    assert len(pairs - planted) <= 1


def test_rare_codes_make_a_row_known_among_common_words() -> None:
    """Planted: 40 of 2000 people of a few occupations, again with their hours changed."""
    rng = np.random.default_rng(4)
    jobs = np.array(["sales", "farming", "repair", "clerical"])[rng.integers(0, 4, 2000)]
    sexes = np.array(["male", "female"])[rng.integers(0, 2, 2000)]
    serial = rng.choice(np.arange(1_000_000, 9_999_999), 2000, replace=False).astype(str)
    other = rng.choice(np.arange(1_000_000, 9_999_999), 2000, replace=False).astype(str)
    hours = rng.integers(20, 60, 2000)
    cells = np.stack([jobs, sexes, serial, other, hours.astype(str)], axis=1)
    copies = cells[:40].copy()
    copies[:, 4] = (hours[:40] + 1).astype(str)

    found = near_records(columns_of(np.concatenate([cells, copies]))).pairs

    assert list(zip(found.first, found.second, strict=True)) == [(at, 2000 + at) for at in range(40)]


def test_long_titles_say_what_their_words_say() -> None:
    """A title and a class alone: as one cell it would say no more than a name of one word."""
    rng = np.random.default_rng(5)
    words = np.array([f"{a}{b}" for a in ("bel", "cor", "dun", "fra", "gro") for b in range(100, 160)])
    titles = [" ".join(rng.choice(words, 8)) for _ in range(500)]
    kinds = rng.choice(["a", "b"], 500).tolist()
    changed = [title[:-1] + "x" for title in titles[:20]]

    found = near_records(pa.table({"title": [*titles, *changed], "kind": kinds + kinds[:20]})).pairs

    assert list(zip(found.first, found.second, strict=True)) == [(at, 500 + at) for at in range(20)]


def test_what_a_row_says_by_hand() -> None:
    """A common cell by its share among the others; a rare one by its words; an empty one nothing."""
    cells = np.array([["red", "old mill"], ["red", "new mill"], ["red", ""], ["blue", "new inn"]])
    third, fourth = -math.log(2 / 4), -math.log(1 / 4)

    said, free = chances(cells)

    assert said[0] == pytest.approx(third + fourth + fourth)  # red; old; mill, which one other row has
    assert said[2] == pytest.approx(third)
    assert said[3] == pytest.approx(fourth * 3)
    assert free[2, 1] == pytest.approx(math.log(2 - 2 / 4))  # t = 1


def test_the_bound_is_above_the_exact_probability() -> None:
    """Oracle: of k fair cells at least a share s agree with a binomial probability; the bound is no less."""
    k, cells = 30, answers(2000, 30)
    typed = record_columns(columns_of(cells))
    chance = chance_of(typed, buckets_of(typed.numbers))
    row = np.zeros(k + 1, np.int64)

    bound = chance._bound(row, np.arange(k + 1) / k)

    exact = -binom.logsf(np.arange(k + 1) - 1, k, 0.5)
    assert (bound <= exact + 0.15 * k * math.log(2)).all()
    assert (bound[:20] <= exact[:20] + 1).all()
    assert bound[k] >= 0.85 * k * math.log(2)


@pytest.mark.parametrize("rows", [0, 1])
def test_no_pair_of_a_table_without_two_rows(rows: int) -> None:
    """There is no number of pairs to take the logarithm of."""
    said, free = chances(np.full((rows, 2), "a"))

    assert (len(said), len(free)) == (rows, rows)
    assert near_records(columns_of(np.full((rows, 2), "a"))).compared == rows
