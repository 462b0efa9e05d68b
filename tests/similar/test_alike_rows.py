"""The most similar rows of a row."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from audit_inputs import inputs_of
from hypothesis import given, settings
from hypothesis import strategies as st

from auditor.similar.alike import Alike, most_similar


def alike(frame: pd.DataFrame, k: int = 3, **more: Any) -> Alike:
    """The most similar rows of every row."""
    inputs = inputs_of(frame, **more)
    return most_similar(inputs.index, np.arange(len(frame)), k)


def texts(*said: str) -> pd.DataFrame:
    return pd.DataFrame(
        {"id": [f"i{at}" for at in range(len(said))], "text": said, "label": ["a", "b"] * (len(said) // 2)}
    )


def test_texts_that_share_rare_words_are_similar() -> None:
    """Not those that share what all texts have; Korean particles do no harm."""
    frame = texts(
        "the rabbit crossed the frozen garden at night",
        "a rabbit in the frozen gardens of the north",
        "the price of the shares fell at the stock exchange",
        "the shares of the exchange were cheap at noon",
        "금리가 오르자 코스피는 하락했다",
        "코스피의 하락, 금리를 올린 탓",
    )
    assert alike(frame).rows[:, 0].tolist() == [1, 0, 3, 2, 5, 4]


def test_rows_of_a_table_agree_cell_by_cell() -> None:
    """Numbers by their ranks, words by equality: worked out by hand."""
    frame = pd.DataFrame(
        {
            "id": list("pqrs"),
            "size": [1, 2, 3, 100],  # ranks 0, 1/3, 2/3, 1
            "city": ["x", "y", "x", "y"],
            "shape": ["u", "u", "v", "v"],
            "label": list("abab"),
        }
    )
    found = alike(frame)
    assert found.rows[0].tolist() == [1, 2, -1]  # 2/3 + 0 + 1, 1/3 + 1 + 0, nothing in common
    assert np.allclose(found.similarity[0, :2], [(2 / 3 + 1) / 3, (1 / 3 + 1) / 3])


def test_copies_are_never_their_own_evidence() -> None:
    """Neither the row itself nor one of the same content; of several equal others one."""
    frame = texts(
        "one rabbit here",
        "one rabbit here",
        "one rabbit there",
        "ONE  rabbit there",
        "two owls",
        "two owls away",
    )
    found = alike(frame)
    assert not {0, 1} & set(found.rows[0].tolist()) and not {0, 1} & set(found.rows[1].tolist())
    assert len({2, 3} & set(found.rows[0].tolist())) == 1


def test_empty_and_strange_rows_have_none() -> None:
    found = alike(texts("", "a rabbit runs", "a rabbit ran", "zzzz"))
    assert found.rows[0].tolist() == [-1, -1, -1] and np.isnan(found.similarity[0]).all()
    assert found.rows[3].tolist() == [-1, -1, -1]
    assert 0 not in found.rows


def test_vectors_are_compared_by_their_cosine() -> None:
    frame = texts("a", "b", "c", "d")
    vectors = np.array([[1, 0], [0.9, 0.1], [0, 1], [0.1, 0.9]], np.float32)
    assert alike(frame, embeddings=vectors).rows[:, 0].tolist() == [1, 0, 3, 2]


WORDS = ["rabbit", "owl", "gardens", "frozen", "night", "stock", "share", "금리", "하락", "코스피"]
words = st.lists(st.sampled_from(WORDS), min_size=0, max_size=5)


@given(st.lists(words, min_size=2, max_size=14), st.randoms(use_true_random=False))
@settings(max_examples=40, deadline=None)
def test_neither_the_order_of_the_rows_nor_ties_matter(said: list[list[str]], draw: Any) -> None:
    """Shuffled rows have the same neighbours, by their ids."""
    frame = pd.DataFrame(
        {"id": [f"i{at}" for at in range(len(said))], "text": [" ".join(one) for one in said]}
    )
    frame["label"] = ["a", "b"] * (len(said) // 2) + ["a"] * (len(said) % 2)
    order = list(range(len(said)))
    draw.shuffle(order)
    shuffled = frame.iloc[order].reset_index(drop=True)

    def named(one: pd.DataFrame) -> dict[str, list[str]]:
        found = alike(one).rows
        return {
            one["id"][row]: [one["id"][at] for at in near if at >= 0]
            for row, near in enumerate(found.tolist())
        }

    assert named(frame) == named(shuffled)
