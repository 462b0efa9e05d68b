"""The rows that direct pairs connect, and which search looks at which content."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
from audit_inputs import CHAIN, inputs_of, sentence
from hypothesis import given
from hypothesis import strategies as st

from auditor.detect import Inputs
from auditor.read.columns import ColumnChoice
from auditor.similar.groups import group_name
from auditor.similar.near import EXAMPLES, NearCopies


def near_of(texts: list[str], **choice: Any) -> NearCopies:
    """The near copies of some texts."""
    return inputs_for(texts, **choice).near


def inputs_for(texts: list[str], **choice: Any) -> Inputs:
    """Inputs of some texts, labelled in turn."""
    labels = ["a", "b"] * len(texts)
    ids = [f"i{row}" for row in range(len(texts))]
    frame = pd.DataFrame({"id": ids, "text": texts, "label": labels[: len(texts)]}, dtype=str)
    return inputs_of(frame, columns=ColumnChoice(text=("text",)), **choice)


def components(near: NearCopies) -> list[set[int]]:
    """The rows that pairs connect, by walking from row to row."""
    pairs = near.search.pairs
    of = near.content_of.tolist()
    joined = {frozenset(pair) for pair in zip(pairs.first.tolist(), pairs.second.tolist(), strict=True)}
    left, found = set(range(len(of))), []
    while left:
        reached, new = set(), {left.pop()}
        while new:
            reached |= new
            new = {
                row
                for row in range(len(of))
                for known in new
                if of[row] >= 0 and (of[row] == of[known] or frozenset((of[row], of[known])) in joined)
            } - reached
        left -= reached
        if len({of[row] for row in reached}) > 1:
            found.append(reached)
    return sorted(found, key=min)


@given(
    st.lists(st.sampled_from([*CHAIN, CHAIN[0].upper(), sentence(1), sentence(1) + "?", "", " "]), min_size=2)
)
def test_near_groups_are_what_pairs_connect(texts: list[str]) -> None:
    """With the exact copies of each; rows without content are in none, exact copies alone make none."""
    near = near_of(texts)

    assert [set(rows.tolist()) for rows in near.groups.members] == components(near)
    for number, rows in enumerate(near.groups.members):
        assert set(near.groups.of_row[rows]) == {number}
        assert near.groups.names[number] == group_name([f"i{row}" for row in rows])
    assert set(np.flatnonzero(near.content_of < 0)) == {
        at for at, text in enumerate(texts) if not text.strip()
    }


def test_a_near_group_may_hold_rows_that_are_no_pair() -> None:
    """A chain: its ends share twelve words of sixteen."""
    near = near_of([*CHAIN, sentence(1)])

    assert [rows.tolist() for rows in near.groups.members] == [[0, 1, 2]]
    assert len(near.search.pairs) == 2


def test_the_content_says_which_search_looks() -> None:
    """Texts, the cells of table rows, or the vectors where there are some."""
    frame = pd.DataFrame({"height": [f"{n}.25" for n in range(8)], "label": ["a", "b"] * 4})
    vectors = np.eye(8)

    assert near_of(CHAIN).search.how == "texts"
    assert inputs_of(frame).near.search.how == "records"
    assert inputs_of(frame, embeddings=vectors).near.search.how == "vectors"
    assert inputs_of(frame[["label"]], embeddings=vectors).near.search.how == "vectors"
    assert inputs_of(frame[["label"]]).index.near is None


def test_rows_with_one_content_are_no_near_copies_whatever_their_vectors() -> None:
    """A pair of vectors counts between contents; each content once."""
    vectors = np.array([[1, 0.0], [1, 0], [1, 0.01], [0, 1], [-1, 0]])
    near = near_of(["a text", "A text", "many other words", sentence(1), sentence(2)], embeddings=vectors)

    assert list(zip(near.search.pairs.first, near.search.pairs.second, strict=True)) == [(0, 1)]
    assert near.search.compared == 4
    assert [rows.tolist() for rows in near.groups.members] == [[0, 1, 2]]


def test_examples_stand_on_both_sides_of_the_threshold() -> None:
    """The last pairs above it, the first below; what says too little gives way to what says enough."""
    trifles = [f"good{'?' * n}" for n in range(9)]
    inputs = inputs_for([*CHAIN, *trifles, sentence(1)])
    shown = inputs.index.near_examples

    assert shown.similarity.tolist() == sorted(shown.similarity, reverse=True)
    above = {frozenset(pair) for pair, s in pairs_of(shown) if s >= 0.9}
    assert len(inputs.near.search.pairs) > EXAMPLES == len(above)
    assert above >= {frozenset((0, 1)), frozenset((1, 2))}
    assert max(s for _, s in pairs_of(shown) if s < 0.9) == pytest.approx(
        max(inputs.near.search.below.similarity)
    )


def pairs_of(pairs: Any) -> list[tuple[tuple[int, int], float]]:
    """((row, row), similarity) of pairs."""
    ends = zip(pairs.first.tolist(), pairs.second.tolist(), strict=True)
    return list(zip(ends, pairs.similarity.tolist(), strict=True))
