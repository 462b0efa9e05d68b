"""The search for the most similar rows: against brute force, in any order of rows, within its bounds."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from audit_inputs import inputs_of
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from auditor.similar import alike_records, alike_texts, grams
from auditor.similar.alike import Alike, most_similar

SENTENCES = (
    "how do i top up my card",
    "top up failed again",
    "my card has not arrived",
    "when will the new card arrive",
    "영화가 정말 재미있다",
    "정말 재미있는 영화였다",
    "이 영화는 지루하다",
    "배우의 연기가 좋다",
)
WORDS = sorted({word for sentence in SENTENCES for word in sentence.split() if len(word) > 1})
"""Two single letters in a row would be read as one word."""


def framed(**columns: Any) -> pd.DataFrame:
    """A dataset of these columns; ids and labels are added."""
    n = len(next(iter(columns.values())))
    ids, labels = [f"i{at}" for at in range(n)], ["ab"[at % 2] for at in range(n)]
    return pd.DataFrame({"id": ids, **columns, "label": labels})


def alike(frame: pd.DataFrame, k: int = 3, rows: Any = None, **more: Any) -> Alike:
    """The most similar rows of every row, or of these."""
    asked = np.arange(len(frame)) if rows is None else np.asarray(rows, np.int64)
    return most_similar(inputs_of(frame, **more).index, asked, k)


def named(frame: pd.DataFrame, **more: Any) -> dict[str, list[tuple[str, float]]]:
    """Id -> the ids of its most similar rows, and how similar they are."""
    found = alike(frame, **more)
    ids = frame["id"].tolist()
    return {
        ids[row]: [(ids[at], share) for at, share in zip(near, shares, strict=True) if at >= 0]
        for row, (near, shares) in enumerate(zip(found.rows.tolist(), found.similarity.tolist(), strict=True))
    }


def runs(text: str) -> set[str]:
    """The runs of one and two syllables, or two and three letters, of the words of a text."""
    found: set[str] = set()
    for word in (f" {word} " for word in text.split()):
        found |= {char for char in word if char >= "\u1100"}
        found |= {word[at : at + 2] for at in range(len(word) - 1)}
        found |= {word[at : at + 3] for at in range(len(word) - 2) if word[at + 1] < "\u1100"}
    return found


def cosines(texts: list[str]) -> NDArray[np.float64]:
    """(n, n) cosines of the weighted runs, one pair after another."""
    sets = [runs(text) for text in texts]
    counts = Counter(run for found in sets for run in found)
    n = len(texts)
    weight = {run: (1 + np.log((1 + n) / (1 + c))) / (1 if c > 1 else 2) for run, c in counts.items()}
    square = {run: w * w for run, w in weight.items()}
    size = [sum(square[run] for run in found) for found in sets]
    shared = [[sum(square[run] for run in one & other) for other in sets] for one in sets]
    return np.array(shared) / np.sqrt(np.outer(size, size))


said = st.lists(st.sampled_from(WORDS), min_size=1, max_size=6).map(" ".join)


@pytest.fixture(scope="module")
def told_apart() -> Iterator[None]:
    """A table so large that no two runs of so few words share an entry."""

    def counts(hashes: NDArray[np.uint32]) -> tuple[NDArray[np.int64], np.uint32]:
        return np.bincount(hashes >> np.uint32(12), minlength=1 << 20), np.uint32(12)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(grams, "counts_of", counts)
        yield


@settings(max_examples=20, deadline=None)
@given(st.lists(said, min_size=2, max_size=25, unique=True), st.integers(1, 5))
def test_texts_are_found_as_brute_force_finds_them(told_apart: None, texts: list[str], k: int) -> None:
    """The similarities are the largest of all cosines, reckoned one pair at a time over sets of strings."""
    rows, similarity = alike_texts.alike_texts((pa.array(texts),), np.arange(len(texts)), k)
    oracle = cosines(texts)
    np.fill_diagonal(oracle, -1)
    most = min(k, len(texts) - 1)
    wanted = -np.sort(-oracle, axis=1)[:, :most]
    wanted[wanted < alike_texts.LEAST] = 0
    assert np.nan_to_num(similarity[:, :most]) == pytest.approx(wanted, abs=1e-3)
    there = rows[:, :most] >= 0
    theirs = np.take_along_axis(oracle, np.maximum(rows[:, :most], 0), axis=1)
    assert theirs[there] == pytest.approx(wanted[there], abs=1e-3)


def test_few_lists_find_nearly_all_that_all_find(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the rarest pieces alone are looked up, planted neighbours are still found."""
    rng = np.random.default_rng(0)
    words = [
        f"{a}{b}" for a in ("ka", "lo", "mi", "tu", "re", "so") for b in ("nden", "ston", "ville", "heim")
    ]
    base = [" ".join(rng.choice(words, 7)) for _ in range(300)]
    texts = base + [" ".join([*text.split()[1:], "the"]) for text in base]
    monkeypatch.setattr(alike_texts, "LOOKED_UP", 2_000)
    monkeypatch.setattr(alike_texts, "PROMISING", 16)
    found = alike(framed(text=texts), 1)
    other = np.r_[np.arange(300, 600), np.arange(300)]
    assert (found.rows[:, 0] == other).mean() > 0.9


def test_too_many_texts_are_answered_from_those_with_the_lowest_hashes(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """All rows are answered, all by the same few, and none by itself."""
    texts = [f"{sentence} {word}" for sentence in SENTENCES for word in WORDS]
    monkeypatch.setattr(alike_texts, "SHORT_CHARACTERS", 500)
    found = alike(framed(text=texts))
    assert (found.rows >= 0).all()
    assert len(np.unique(found.rows)) < 40
    assert not (found.rows == np.arange(len(texts))[:, None]).any()


def test_particles_and_endings_do_not_hide_a_word() -> None:
    """A Korean word is found whatever follows it, among texts that share the common words only."""
    frame = framed(
        text=["배송이 너무 늦었다", "배송은 너무 늦네요", "환불을 너무 미룬다", "환불이 너무 안된다"]
    )
    assert alike(frame, 1).rows[:, 0].tolist() == [1, 0, 3, 2]


def test_long_texts_are_compared_by_their_words() -> None:
    """Two long texts about one thing are nearer than two with many letters in common."""
    filler = "and then there was something that they had seen with others before it went on to be so "
    english = ("galaxy telescope", "telescope galaxy", "pitcher inning", "inning, pitcher")
    texts = [filler * 3 + about for about in english]
    assert alike(framed(text=texts), 1).rows[:, 0].tolist() == [1, 0, 3, 2]
    korean = "그리고 그들은 다시 오랫동안 많은 이야기를 나누었고 " * 8
    texts = [
        korean + about for about in ("은하를 망원경으로", "망원경과 은하의", "투수가 이닝을", "이닝과 투수는")
    ]
    assert alike(framed(text=texts), 1).rows[:, 0].tolist() == [1, 0, 3, 2]


def test_only_the_rows_asked_about_are_answered() -> None:
    """In their order, a row twice if it is asked about twice; none at all is fine."""
    frame = framed(text=list(SENTENCES))
    whole = alike(frame)
    some = alike(frame, rows=[5, 0, 5])
    assert some.rows.tolist() == whole.rows[[5, 0, 5]].tolist()
    assert alike(frame, rows=[]).rows.shape == (0, 3)


@pytest.mark.parametrize("text", ["", "  ", "\u3000"])
def test_rows_without_content_are_neither_asked_nor_answers(text: str) -> None:
    """Blank texts among others, and a dataset of nothing else."""
    found = alike(framed(text=[text, "a rabbit runs", "a rabbit ran", text]))
    assert (found.rows[[0, 3]] == -1).all() and not np.isin(found.rows, [0, 3]).any()
    assert np.isnan(found.similarity[0]).all()
    assert (alike(framed(text=[text, text, text])).rows == -1).all()


def test_signs_alone_are_texts_too() -> None:
    """Texts without a letter have the pieces of their signs; one content has nobody to be like."""
    assert alike(framed(text=["^^;", "^^;;", "a rabbit", "a rabbits"]), 1).rows[2, 0] == 3
    assert (alike(framed(text=["same text", "same  text", "SAME text"])).rows == -1).all()


labelled = st.tuples(said, st.sampled_from("ab"))


@settings(max_examples=15, deadline=None)
@given(st.lists(labelled, min_size=2, max_size=14), st.randoms(use_true_random=False))
def test_copies_are_chosen_the_same_in_any_order(cells: list[tuple[str, str]], draw: Any) -> None:
    """Each content stands there once, by one row, whatever the order of the rows."""
    frame = framed(text=[text for text, _ in cells])
    frame["label"] = [label for _, label in cells]
    doubled = pd.concat([frame, frame.assign(id=frame["id"] + "x")], ignore_index=True)
    order = list(range(len(doubled)))
    draw.shuffle(order)
    found = named(doubled)
    assert found == named(doubled.iloc[order].reset_index(drop=True))
    content = dict(zip(doubled["id"], doubled["text"], strict=True))
    for name, near in found.items():
        texts = [content[other] for other, _ in near]
        assert len(set(texts)) == len(texts) and content[name] not in texts


cell = st.sampled_from(["", "x", "y", "z"])
count, size = st.sampled_from(["", *map(str, range(10))]), st.floats(0, 1).map("{:.2f}".format)
record = st.tuples(count, size, cell, said)


@settings(max_examples=15, deadline=None)
@given(st.lists(record, min_size=3, max_size=20), st.randoms(use_true_random=False), st.integers(1, 60))
def test_rows_of_a_table_are_the_same_in_any_order_and_block(
    records: list[tuple[str, ...]], draw: Any, block: int
) -> None:
    """Numbers with gaps, categories and texts; similarities are 0..1 and descend."""
    frame = framed(**dict(zip(("count", "size", "kind", "note"), zip(*records, strict=True), strict=True)))
    order = list(range(len(frame)))
    draw.shuffle(order)
    found = named(frame)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(alike_records, "BLOCK", block)
        assert found == named(frame.iloc[order].reset_index(drop=True))
    for near in found.values():
        shares = [share for _, share in near]
        assert shares == sorted(shares, reverse=True) and all(0 <= share <= 1 for share in shares)


def test_to_share_a_rare_category_says_more() -> None:
    """Ten rows: four colours x, six y. Worked out by hand."""
    colour = ["x"] * 4 + ["y"] * 6
    shape = ["u", "v"] * 5
    frame = framed(size=[str(at) for at in range(10)], colour=colour, shape=shape)
    found = alike(frame, 9)
    mean = -(0.4 * np.log(0.4) + 0.6 * np.log(0.6))
    x, y = -np.log(0.4) / mean, -np.log(0.6) / mean
    like = dict(zip(found.rows[0].tolist(), found.similarity[0].tolist(), strict=True))
    assert like[2] == pytest.approx((7 / 9 + x + 1) / (2 + x))  # of the same colour and shape
    assert like[4] == pytest.approx(2 * (5 / 9 + 1) / (4 + x + y))  # of the same shape
    rare, common = like[1], found.similarity[4][found.rows[4].tolist().index(5)]
    assert rare == pytest.approx((8 / 9 + x) / (2 + x)) and common == pytest.approx((8 / 9 + y) / (2 + y))
    assert rare > common


def test_columns_of_sentences_count_as_texts() -> None:
    """Titles that differ in a word are alike in a table; those that share a number alone are not."""
    titles = ["red cotton shirt", "red cotton shirts", "garden hose long", "garden hoses long"]
    frame = framed(price=["1.5", "9.5", "1.5", "9.5"], title=titles)
    assert alike(frame, 1).rows[:, 0].tolist() == [1, 0, 3, 2]


def test_a_missing_cell_counts_against_the_row() -> None:
    """A row that says less than another is less like it than one that agrees in all."""
    frame = framed(
        a=["x", "x", "x", "y", "y", "y"], b=["u", "u", "", "v", "v", ""], c=["1", "2", "2", "5", "6", "6"]
    )
    found = alike(frame, 2)
    assert found.rows[0].tolist() == [1, 2]


def test_large_tables_are_answered_by_some_of_their_rows(monkeypatch: pytest.MonkeyPatch) -> None:
    """Those that the work allows, the same in any order of rows."""
    monkeypatch.setattr(alike_records, "WORK", 1)
    monkeypatch.setattr(alike_records, "FEWEST", 20)
    rng = np.random.default_rng(3)
    frame = framed(**{name: [f"{x:.4f}" for x in rng.random(200)] for name in "abc"})
    found = alike(frame)
    assert len(np.unique(found.rows)) <= 20 and (found.rows >= 0).all()
    assert not (found.rows == np.arange(200)[:, None]).any()
    assert named(frame) == named(frame.iloc[::-1].reset_index(drop=True))


def test_vectors_pass_over_copies_of_the_content() -> None:
    """Neither a copy with another vector nor two rows of one content are shown; the same in any order."""
    frame = framed(text=["one", "one", "two", "two", "three", "four", ""])
    vectors = np.array([[1, 0], [1, 0.01], [1, 0.1], [1, 0.1], [1, 0.4], [-1, 0], [1, 0.02]], np.float32)
    found = named(frame, embeddings=vectors)
    order = [6, 3, 5, 2, 4, 1, 0]
    assert found == named(frame.iloc[order].reset_index(drop=True), embeddings=vectors[order])
    near = [name for name, _ in found["i0"]]
    assert near[0] in {"i2", "i3"} and near[1:] == ["i4"]
    assert found["i6"] == [] and found["i5"] == []  # nothing said, and the opposite of all others
    assert found["i0"][1][1] == pytest.approx(1 / np.hypot(1, 0.4), abs=1e-6)


def test_vectors_alone_are_enough() -> None:
    """Files, or nothing but labels: the vectors say what is near; without them nothing is."""
    frame = framed(text=list("abcd"))[["id", "label"]]
    vectors = np.array([[1, 0], [1, 0.1], [0, 1], [0.1, 1]], np.float32)
    assert alike(frame, 1, embeddings=vectors).rows[:, 0].tolist() == [1, 0, 3, 2]
    assert (alike(frame).rows == -1).all()
