"""Rows of a table that are nearly the same: what is found, what is not, and on what it must not depend."""

from __future__ import annotations

import csv
import math
import random
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
from audit_inputs import sentence
from hypothesis import given, settings
from hypothesis import strategies as st

from auditor.similar.candidates import Pieces
from auditor.similar.kept import near_search
from auditor.similar.near_records import near_records
from auditor.similar.pairs import MOST, NearSearch
from auditor.similar.record_columns import record_columns
from auditor.similar.record_pieces import text_pieces, with_numbers
from auditor.similar.record_similarity import records_of, similarities

Row = Sequence[str]
NAMES = ["name", "street", "city", "phone"]
PEOPLE = [
    ("hattie white", "ebden street", "lalor", "4750 2133"),
    ("sam quilliam", "pryor place", "geelong", "4507 2892"),
    ("isaac webb", "namatjira drive", "toronto", "3072 1556"),
    ("josephine green", "merv waite street", "condell park", "2750 3172"),
    ("xani morrison", "drevermann crescent", "landsborough", "2617 8286"),
    ("dillon burra", "willmont avenue", "swan hill", "3194 9218"),
]


def table(rows: Sequence[Row], names: Sequence[str] = ()) -> pa.Table:
    """String columns of the rows."""
    names = names or [f"c{at}" for at in range(len(rows[0]))]
    return pa.table({name: pa.array([row[at] for row in rows], pa.string()) for at, name in enumerate(names)})


def alike(one: Row, other: Row, rest: Sequence[Row] = ()) -> float:
    """The similarity of two rows in a table with others."""
    rows = [one, other, *rest]
    records = records_of(record_columns(table(rows)), len(rows))
    return float(similarities(records, np.array([0]), np.array([1]))[0])


def told(found: NearSearch, rows: Sequence[Row]) -> set[tuple[frozenset[Row], float]]:
    """The pairs by content."""
    pairs = found.pairs
    return {
        (frozenset({tuple(rows[a]), tuple(rows[b])}), float(s))
        for a, b, s in zip(pairs.first, pairs.second, pairs.similarity, strict=True)
    }


def people(n: int, seed: int = 0) -> list[Row]:
    """Made-up people, all different."""
    rng = random.Random(seed)
    parts = [
        "an",
        "bel",
        "cor",
        "dun",
        "el",
        "fra",
        "gro",
        "hil",
        "is",
        "jon",
        "kem",
        "lor",
        "mun",
        "nor",
        "os",
    ]

    def word(length: int) -> str:
        return "".join(rng.choice(parts) for _ in range(length))

    return [
        (f"{word(2)} {word(3)}", f"{word(3)} street", word(3), f"{rng.randrange(10**4, 10**5)} {number}")
        for number in rng.sample(range(1000, 10000), n)
    ]


def test_a_row_with_a_typing_error_is_found_and_others_are_not() -> None:
    """Planted: one letter of one cell."""
    copy = ("hattie whyte", *PEOPLE[0][1:])

    found = near_records(table([*PEOPLE, copy], NAMES))

    assert found.how == "records"
    assert found.compared == len(PEOPLE) + 1
    assert [(0, len(PEOPLE))] == list(zip(found.pairs.first, found.pairs.second, strict=True))
    assert 0.65 < found.pairs.similarity[0] < 1


def test_swapped_cells_are_the_same_record() -> None:
    """Given name and surname in each other's column."""
    one, other = ("hattie", "white", "lalor"), ("white", "hattie", "lalor")

    assert alike(one, other, [("sam", "webb", "toronto")]) == 1


def test_cosine_of_words_by_hand() -> None:
    """A word of two letters has three pieces: ` ab`, `ab `, ` ab `; both rows have them, or one."""
    shared, alone = 1 + math.log(3 / 3), 1 + math.log(3 / 2)

    expected = 3 * shared**2 / (3 * shared**2 + 3 * alone**2)

    assert alike(("ab", "cd"), ("ab", "ef")) == pytest.approx(expected, abs=1e-6)


def test_numbers_written_differently_are_alike_where_a_column_is_decimal() -> None:
    """1.0 and 1, 2.50 and 2.5, 1e3 and 1000."""
    rest = [("3.25", "7.125", "2.5e2"), ("0.5", "4.75", "17.5")]

    assert alike(("1.0", "2.50", "1e3"), ("1", "2.5", "1000"), rest) == 1


def test_numbers_too_large_to_hold_are_empty() -> None:
    """1e999 is no finite number; an infinity would agree with every other."""
    found = record_columns(table([("1e999", "ann"), ("2.5", "bob")]))

    assert np.isnan(found.numbers[0, 0])
    assert found.numbers[1, 0] == 2.5


def test_codes_stay_text() -> None:
    """007 and 7 are names of different things, also among measurements; so are dates."""
    rows = [
        ("007", "19250301", "1.5", "0.25"),
        ("010", "19390109", "1.25", "0.5"),
        ("121", "19930926", "2", "3.5"),
    ]

    found = record_columns(table(rows))

    assert len(found.texts) == 2
    assert found.numbers.tolist() == [[1.5, 0.25], [1.25, 0.5], [2.0, 3.5]]


def test_whole_numbers_are_text_in_records_and_decimal_among_measurements() -> None:
    """A house number goes wrong digit by digit; counts are compared as numbers."""
    records = record_columns(table([("ann", "high street", "12"), ("bob", "low lane", "7")]))
    counts = record_columns(table([("3", "12", "a"), ("40", "7", "b")]))

    assert records.numbers.shape == (2, 0)
    assert counts.numbers.tolist() == [[3, 12], [40, 7]]


def test_yes_in_one_column_is_not_yes_in_another() -> None:
    """Columns with the same few cells are compared each with itself."""
    one, other = ("yes", "no", "yes", "no"), ("no", "yes", "no", "yes")

    assert alike(one, other, [("yes", "yes", "no", "no"), ("no", "no", "yes", "yes")]) == 0


def test_noise_in_many_numbers_is_a_copy_and_another_row_is_not() -> None:
    """100 rows of 40 random numbers, ten of them again with a relative noise of 1e-4."""
    rng = np.random.default_rng(0)
    values = rng.normal(size=(100, 40))
    noisy = values[:10] * (1 + 1e-4 * rng.uniform(-1, 1, (10, 40)))
    rows = [[f"{value:.7g}" for value in row] for row in np.concatenate([values, noisy])]

    found = near_records(table(rows))

    assert list(zip(found.pairs.first, found.pairs.second, strict=True)) == [
        (at, at + 100) for at in range(10)
    ]


def test_columns_of_zeros_make_no_rows_alike() -> None:
    """Sparse counts: two rows agree in four cells of five, nearly all of them zeros."""
    rng = np.random.default_rng(1)
    counts = np.where(rng.random((200, 60)) < 0.12, rng.integers(1, 9, (200, 60)), 0)

    assert not len(near_records(table(counts.astype(str).tolist())).pairs)


def test_an_empty_cell_takes_little_and_a_nearly_empty_row_is_no_copy() -> None:
    """Of ten numbers one is missing, or all but one."""
    full = [f"{value}.5" for value in range(1, 11)]
    rest = [[f"{value * 7 + shift}.25" for value in range(1, 11)] for shift in range(5)]

    assert alike(full, [*full[:9], ""], rest) == pytest.approx(0.9)
    assert alike(full, [full[0], *[""] * 9], rest) == pytest.approx(0.1)
    assert alike(PEOPLE[0], (PEOPLE[0][0], "", "", ""), PEOPLE[1:]) < 0.65


@pytest.mark.parametrize("rows", [[], [PEOPLE[0]], [("", ""), ("", "a")], [("+", "-"), ("-", "+")]])
def test_tables_without_anything_to_compare_have_no_pairs(rows: list[Row]) -> None:
    """No rows, one row, empty cells, signs only."""
    columns = table(rows) if rows else pa.table({"c0": pa.array([], pa.string())})

    assert near_records(columns).compared == len(rows)


def test_null_cells_are_empty() -> None:
    """A missing value says what an empty cell says."""
    columns = pa.table(
        {"a": pa.array(["hattie white", "hattie white"]), "b": pa.array([None, "lalor"], pa.string())}
    )

    assert near_records(columns, 0.1).pairs.similarity[0] < 1


def test_a_hub_keeps_few_pairs_per_row_and_the_best_of_another_kind() -> None:
    """400 of 4400 rows differ in a number; two are of another kind, and have a pair with the rest."""
    rng = random.Random(6)
    name = "the great northern hotel of perth by station road near the old quay"
    rows = [(f"{name} room {at}", "", "a") for at in range(400)]
    others = people(4000)
    rows += [(f"{row[0]} {row[1]} {row[2]}", row[3], rng.choice("abc")) for row in others]
    kinds = np.zeros(len(rows), np.int64)
    kinds[[17, 203]] = 1

    found = near_records(table(rows), 0.3, kinds)

    hub = found.pairs.second < 400
    between = kinds[found.pairs.first] != kinds[found.pairs.second]
    assert 400 <= int(hub.sum()) <= (MOST + 1) * 400
    assert {17, 203} <= set(np.r_[found.pairs.first[between], found.pairs.second[between]].tolist())
    assert int(found.bars.sum()) < 150 * len(rows)


def test_the_pairs_that_are_kept_by_plain_loops() -> None:
    """The sixteen best of a row by similarity, then by hash; and the best of another kind."""
    rng = np.random.default_rng(2)
    n = 60
    first, second = np.triu_indices(n, 1)
    similarity = rng.integers(0, 8, len(first)) / 8
    order, kinds = rng.permutation(n).astype(np.uint64), (np.arange(n) < 3).astype(np.int64)
    kept = set()
    for row in range(n):
        mine = [at for at in range(len(first)) if row in (first[at], second[at])]
        mine.sort(key=lambda at: (-similarity[at], order[first[at] + second[at] - row]))
        kept |= set(mine[:MOST]) | set([at for at in mine if kinds[first[at]] != kinds[second[at]]][:1])

    found = near_search("records", 0.0, order, kinds, (first, second), similarity).pairs

    expected = sorted((first[at], second[at]) for at in kept)
    assert list(zip(found.first, found.second, strict=True)) == expected


def test_the_pairs_under_the_threshold_are_the_most_similar_ones() -> None:
    """What a lower threshold would add stands in `below`, in the order of the rows."""
    copies = [(row[0], row[1], row[2], "0000 0000") for row in PEOPLE]
    rows = [*PEOPLE, *copies]

    every, strict = near_records(table(rows), 0.0), near_records(table(rows), 0.999999)

    assert len(strict.pairs) == 0
    assert strict.below.similarity.tolist() == pytest.approx(
        every.pairs.similarity[np.sort(np.argsort(-every.pairs.similarity, kind="stable")[:5])].tolist()
    )


cells = st.sampled_from(["ann", "bob white", "white", "1.5", "2.25", "3", "", "x", "서울", "street 7"])
tables = st.lists(st.tuples(cells, cells, cells, cells), min_size=1, max_size=30, unique=True)


@settings(max_examples=25)
@given(tables, st.randoms())
def test_row_order_and_column_order_do_not_matter(rows: list[Row], rng: random.Random) -> None:
    """The same pairs of contents with the same similarities."""
    expected = told(near_records(table(rows), 0.3), rows)
    shuffled = rng.sample(rows, len(rows))
    columns = table(rows)
    permuted = columns.select(rng.sample(columns.column_names, 4))

    assert told(near_records(table(shuffled), 0.3), shuffled) == expected
    assert told(near_records(permuted, 0.3), rows) == expected


@settings(max_examples=40)
@given(tables)
def test_similarity_is_symmetric_and_one_of_a_row_with_itself(rows: list[Row]) -> None:
    """Both ways the same; a row that has anything to compare is wholly like itself."""
    records = records_of(record_columns(table(rows)), len(rows))
    first, second = (side.reshape(-1) for side in np.indices((len(rows), len(rows))))
    found = similarities(records, first, second).reshape(len(rows), len(rows))
    something = (np.diff(records.pieces.offsets) > 0) | ~np.isnan(records.numbers).all(axis=1)

    assert (found == found.T).all()
    assert (found.diagonal()[something] == 1).all()


@settings(max_examples=20)
@given(st.integers(0, 1000))
def test_equal_rows_are_always_found_with_similarity_one(seed: int) -> None:
    """Also rows that are there twice, which the caller usually leaves out."""
    rows = people(40, seed)

    found = near_records(table([*rows, rows[3], rows[11]]))

    assert {(3, 40): 1.0, (11, 41): 1.0}.items() <= {
        (int(a), int(b)): float(s)
        for a, b, s in zip(found.pairs.first, found.pairs.second, found.pairs.similarity, strict=True)
    }.items()


def test_pieces_by_plain_loops(monkeypatch: pytest.MonkeyPatch) -> None:
    """As many as there are runs of three or four signs in the padded words; blocks do not matter."""
    rows = people(30)
    columns = record_columns(table(rows))
    expected = [
        len(
            {
                f" {w} "[at : at + k]
                for c in row
                for w in c.split()
                for k in (3, 4)
                for at in range(len(w) + 3 - k)
            }
        )
        for row in rows
    ]

    whole = text_pieces(columns, len(rows))
    monkeypatch.setattr("auditor.similar.record_pieces.BLOCK", 7)
    parts = text_pieces(columns, len(rows))

    assert np.diff(whole.offsets).tolist() == expected
    assert whole.hashes.tolist() == parts.hashes.tolist()


def test_numbers_are_pieces_beside_those_of_words() -> None:
    """Each division's bucket once per filled cell; 0 stands for an empty one."""
    words = Pieces(offsets=np.array([0, 2, 3]), hashes=np.array([2, 8, 4], np.uint32))
    buckets = np.array([[5 << 32, 0], [6 << 32, 7 << 32]], np.uint64)

    found = with_numbers(words, buckets)

    assert found.offsets.tolist() == [0, 3, 6]
    assert found.hashes.tolist() == [2, 5, 8, 4, 6, 7]


def pack(folder: Path) -> tuple[list[Row], set[tuple[int, int]]]:
    """The rows of a pack without its ids, and its true pairs."""
    with (folder / "dataset.csv").open(encoding="utf-8", newline="") as file:
        head, *rows = [[" ".join(cell.lower().split()) for cell in row] for row in csv.reader(file)]
    assert head[0] == "id"
    place = {row[0]: at for at, row in enumerate(rows)}
    with (folder / "truth_pairs.csv").open(encoding="utf-8", newline="") as file:
        pairs = [(place[a], place[b]) for a, b in list(csv.reader(file))[1:]]
    return [row[1:] for row in rows], {(min(pair), max(pair)) for pair in pairs}


@pytest.mark.parametrize(
    ("name", "least_precise", "least_found", "least_f1", "least_recall_at_95"),
    [
        ("dup_restaurants", 0.93, 0.93, 0.929, 0.902),
        ("dup_febrl1", 0.99, 0.95, 1.0, 1.0),
        ("dup_febrl3", 0.99, 0.82, 0.999, 0.9995),
    ],
)
def test_real_records(
    shared_data: Path,
    name: str,
    least_precise: float,
    least_found: float,
    least_f1: float,
    least_recall_at_95: float,
) -> None:
    """At the default threshold, and over all thresholds no worse than a TF-IDF of character n-grams."""
    rows, truth = pack(shared_data / name)
    found, every = near_records(table(rows)).pairs, near_records(table(rows), 0.0).pairs

    right = sum((a, b) in truth for a, b in zip(found.first, found.second, strict=True))
    order = np.argsort(-every.similarity, kind="stable")
    true = np.array([(a, b) in truth for a, b in zip(every.first[order], every.second[order], strict=True)])
    precision, recall = true.cumsum() / np.arange(1, len(true) + 1), true.cumsum() / len(truth)

    assert right / len(found) >= least_precise
    assert right / len(truth) >= least_found
    assert (2 * precision * recall / np.maximum(precision + recall, 1e-9)).max() >= least_f1
    assert recall[precision >= 0.95].max() >= least_recall_at_95


def test_rows_whose_sentences_differ_are_as_alike_as_those() -> None:
    """One premise with three hypotheses, and one of these again with a letter more."""
    premise = "two young men in grey jackets are walking slowly through the old town in the rain"
    hypotheses = [
        "nobody in this picture is getting wet at all today",
        "some people carry an umbrella that is much too small",
        "the town has been empty for more than a hundred years",
        "the town has been empty for more than a hundred year",
    ]
    others = [f"{sentence(3 * row)} {sentence(3 * row + 1)}" for row in range(20)]
    table = pa.table({"premise": [premise] * 4 + others, "hypothesis": [*hypotheses, *others[::-1]]})
    pairs = near_records(table).pairs

    assert list(zip(pairs.first.tolist(), pairs.second.tolist(), strict=True)) == [(2, 3)]
