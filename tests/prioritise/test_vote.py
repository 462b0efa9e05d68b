"""The vote of the neighbours: by hand, against brute force, and what it must not listen to."""

from __future__ import annotations

from dataclasses import replace
from math import exp
from typing import Any

import numpy as np
import pandas as pd
import pytest
from audit_inputs import CHAIN
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from sklearn.metrics import cohen_kappa_score

from auditor.data import Embeddings
from auditor.prioritise import vote as module
from auditor.prioritise.electorate import COPIES, VOTERS, commonest_labels, electorate
from auditor.prioritise.order import order_scores
from auditor.prioritise.vote import (
    WEIGHT,
    Vote,
    kappa,
    mixed,
    neighbour_vote,
    seamed,
    vote_sentence,
)
from auditor.read.choice import InputChoice
from auditor.read.columns import ColumnChoice
from auditor.read.dataset import read_inputs
from auditor.scan.kernel import RowScores, scan
from auditor.similar.content import ContentIndex

CLASSES = ("a", "b", "c")


def index_of(
    labels: list[str],
    vectors: Any = None,
    texts: list[str] | None = None,
    ids: list[str] | None = None,
) -> ContentIndex:
    """Rows with labels of classes a, b, c, and vectors or texts."""
    frame = pd.DataFrame({"id": ids or [f"i{at}" for at in range(len(labels))], "label": labels}, dtype=str)
    columns = ColumnChoice(id="id", label="label")
    if texts is not None:
        frame["text"] = texts
        columns = ColumnChoice(id="id", label="label", text=("text",))
    inputs = read_inputs(frame, choice=InputChoice(columns=columns, class_names=CLASSES))
    found = None if vectors is None else Embeddings(name="v", vectors=np.asarray(vectors, np.float32))
    return ContentIndex(inputs.dataset, found)


def said(index: ContentIndex, p_given: Any, other: Any) -> RowScores:
    """Row scores of a model that gives the rest of its probability to one other class."""
    p, codes = np.asarray(p_given, np.float64), index.dataset.labels.codes
    predicted = np.where(p >= 0.5, codes, other).astype(np.int32)
    return RowScores(p_given=p, p_other=1 - p, other=np.asarray(other, np.int32), predicted=predicted)


def at_angles(*degrees: float) -> NDArray[np.float64]:
    """Directions in the plane."""
    turn = np.deg2rad(np.array(degrees, float))
    return np.stack([np.cos(turn), np.sin(turn)], axis=1)


def clusters(
    n: int, seed: int, wrong: float = 0.1
) -> tuple[list[str], NDArray[np.float64], NDArray[np.bool_]]:
    """Rows of three classes in three directions of 20 dimensions, some of them with a wrong label."""
    rng = np.random.default_rng(seed)
    truth = rng.integers(0, 3, n)
    vectors = rng.normal(size=(n, 20)) * 0.5 + 3 * np.eye(20)[truth]
    bad = rng.random(n) < wrong
    codes = np.where(bad, (truth + rng.integers(1, 3, n)) % 3, truth)
    return [CLASSES[code] for code in codes], vectors, bad


def unsure(index: ContentIndex, truth_of: NDArray[np.int64], seed: int, right: float = 0.7) -> RowScores:
    """What a model that sees the truth of that share of rows says."""
    rng = np.random.default_rng(seed)
    n, codes = len(truth_of), index.dataset.labels.codes
    top = np.where(rng.random(n) < right, truth_of, (truth_of + rng.integers(1, 3, n)) % 3)
    probs = rng.dirichlet(np.ones(3), n) * 0.5
    probs[np.arange(n), top] += 0.5
    from auditor.blocks import ArrayBlocks

    return scan(ArrayBlocks(probs), codes)[0]


def full(vote: Vote | None) -> Vote:
    """A vote that was held."""
    assert vote is not None
    return vote


def test_the_votes_of_three_neighbours_by_hand() -> None:
    """The row at 0 degrees hears a at 40 (distance 2 - 2 cos 40), b at 60 and b at 90, the farthest.

    Weights exp(-2 d / D) with D = 2: d = .467911, 1, 2. The prior counts one vote: a 2, b 2 of 4 rows.
    """
    index = index_of(["a", "a", "b", "b"], at_angles(0, 40, 60, 90))
    weights = [exp(-0.4679111), exp(-1), exp(-2)]
    total = sum(weights) + 1

    vote = full(
        neighbour_vote(
            index, said(index, [0.2, 0.9, 0.9, 0.9], [1, 1, 0, 0]), np.array([4.0, 1, 1, 1]), always=True
        )
    )

    assert vote.given[0] == pytest.approx((weights[0] + 0.5) / total, abs=1e-5)
    assert vote.other[0] == pytest.approx((weights[1] + weights[2] + 0.5) / total, abs=1e-5)
    assert (vote.source, vote.voters, vote.weight) == ("vectors", 15, 0.0)


def test_mixed_probabilities_by_hand() -> None:
    """p' = .7 p + .3 vote where a vote was held, p elsewhere."""
    rows = RowScores(
        p_given=np.array([0.1, 0.1]),
        p_other=np.array([0.8, 0.8]),
        other=np.array([1, 1], np.int32),
        predicted=np.array([1, 1], np.int32),
    )
    vote = held(given=[0.5, np.nan], other=[0.2, np.nan])

    after = mixed(rows, vote)

    assert after.p_given == pytest.approx([0.22, 0.1])
    assert after.p_other == pytest.approx([0.62, 0.8])
    assert mixed(rows, replace(vote, weight=0.0)).p_given == pytest.approx([0.1, 0.1])


def held(given: list[float], other: list[float]) -> Vote:
    """A vote that counts."""
    return Vote(
        given=np.array(given),
        other=np.array(other),
        weight=0.3,
        source="vectors",
        voters=15,
        agreement=0.8,
        model_agreement=0.7,
        sampled=500,
    )


def test_the_vote_reorders_the_head_and_nothing_else() -> None:
    """Two rows of the head fall under the 2 of the first row behind it, to 1 and .5: all rise by 1.5."""
    before = np.array([9.0, 8.0, 7.0, 2.0, np.nan])
    after = np.array([1.0, 3.0, 0.5, 2.0, np.nan])
    vote = held(given=[0.5, 0.5, 0.5, np.nan, np.nan], other=[0.5, 0.5, 0.5, np.nan, np.nan])

    scores = seamed(before, after, vote)

    assert scores[:4] == pytest.approx([2.5, 4.5, 2.0, 2.0])
    assert np.isnan(scores[4])


def test_a_head_that_stays_in_front_is_not_lifted() -> None:
    """The probabilities with the vote are then those of the order."""
    vote = held(given=[0.5, np.nan], other=[0.5, np.nan])

    assert seamed(np.array([9.0, 1.0]), np.array([3.0, 1.0]), vote) == pytest.approx([3.0, 1.0])
    assert seamed(np.array([9.0, 1.0]), np.array([3.0, 1.0]), replace(vote, weight=0.0)) == pytest.approx(
        [9, 1]
    )


def test_exact_copies_have_no_vote() -> None:
    """The same text with vectors of its own: only the two other rows are heard."""
    texts = ["the same text here", "the same text here", "Nobody reads this", "seven dogs bark"]
    index = index_of(["a", "a", "b", "c"], at_angles(0, 50, 100, 150), texts)

    voices, _ = electorate(index, np.array([0]), "vectors")

    assert voices[0][voices[0] >= 0].tolist() == [1, 2]


def test_equal_vectors_have_no_vote_on_each_other_and_one_vote_together() -> None:
    """Three rows at 60 degrees, two of them b, vote b once; the copy of the row asked about does not."""
    index = index_of(["a", "a", "b", "b", "c"], at_angles(0, 0, 60, 60, 60))

    voices, _ = electorate(index, np.array([0]), "vectors")

    assert voices[0][voices[0] >= 0].tolist() == [1]


def test_near_copies_have_no_vote() -> None:
    """At 10 degrees, a cosine of .985, a row is a near copy, and so is the one behind it that it connects."""
    index = index_of(["a", "a", "a", "b"], at_angles(0, 10, 20, 90))

    voices, _ = electorate(index, np.array([0, 3]), "vectors")

    assert voices[0][voices[0] >= 0].tolist() == [1]
    assert voices[1][voices[1] >= 0].tolist() == [0, 0, 0]


def test_texts_vote_and_their_near_copies_do_not() -> None:
    """The first three are one near group: the second has no vote on the first, nor has the third."""
    texts = [*CHAIN, "mighty owls observe frozen gardens", "a word that nobody knows"]
    index = index_of(["a", "a", "a", "b", "c"], texts=texts)
    assert index.near is not None
    assert index.near.groups.of_row[:3].tolist() == [0, 0, 0]

    voices, _ = electorate(index, np.array([0, 3]), "content")

    assert voices[0][voices[0] >= 0].tolist() == [1, 2]
    assert sorted(voices[1][voices[1] >= 0].tolist()) == [0, 0, 0, 2]


def test_in_a_region_where_all_are_alike_only_those_that_are_all_but_equal_are_copies() -> None:
    """A chain longer than a group of copies, 12 degrees apart, and one row half a degree away."""
    turns = [*(12.0 * at for at in range(COPIES + 4)), 0.5]
    index = index_of(["a"] * (len(turns) - 1) + ["b"], at_angles(*turns))
    assert index.near is not None
    assert len(index.near.groups.members) == 1

    voices, _ = electorate(index, np.array([0]), "vectors")

    heard = voices[0][voices[0] >= 0]
    assert len(heard) == VOTERS
    assert set(heard.tolist()) == {0}


def test_rows_without_a_label_have_no_vote() -> None:
    """Nor have those with a label that is no class."""
    index = index_of(["a", "", "b"], at_angles(0, 60, 120))

    voices, _ = electorate(index, np.array([0]), "vectors")

    assert voices[0][voices[0] >= 0].tolist() == [1]


def test_a_content_with_two_commonest_labels_has_no_vote() -> None:
    """Nobody can say what it votes for."""
    kinds = np.array([0, 0, 1, 1, 1, 2, -1])
    codes = np.array([0, 1, 2, 2, 0, -1, 1], np.int32)

    assert commonest_labels(kinds, codes).tolist() == [-1, 2, -1, -1]


@pytest.mark.parametrize("seed", range(3))
def test_the_neighbours_are_those_of_brute_force(seed: int) -> None:
    """The 15 largest cosines, counted and weighed in numpy, for data without copies."""
    labels, vectors, _ = clusters(150, seed)
    vectors = vectors + np.random.default_rng(seed).normal(size=vectors.shape) * 2
    index = index_of(labels, vectors)
    assert index.near is not None
    assert not len(index.near.search.pairs)
    codes = index.dataset.labels.codes
    other = (codes + 1) % 3

    vote = full(neighbour_vote(index, said(index, np.full(150, 0.4), other), np.arange(150.0), always=True))

    units = vectors.astype(np.float32).astype(np.float64)
    units /= np.linalg.norm(units, axis=1, keepdims=True)
    share = np.bincount(codes, minlength=3) / 150
    for row in range(150):
        cosine = np.delete(units @ units[row], row)
        near = np.argsort(-cosine)[:15]
        distance = 2 - 2 * cosine[near]
        weight = np.exp(-2 * distance / distance.max())
        votes = np.bincount(np.delete(codes, row)[near], weight, minlength=3) + share
        assert vote.given[row] == pytest.approx(votes[codes[row]] / (weight.sum() + 1), abs=1e-4)
        assert vote.other[row] == pytest.approx(votes[other[row]] / (weight.sum() + 1), abs=1e-4)


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 1_000), st.booleans())
def test_row_order_changes_no_vote(seed: int, with_texts: bool) -> None:
    """Vectors, some of them equal, or texts, some of them equal."""
    rng = np.random.default_rng(seed)
    labels, vectors, _ = clusters(60, seed)
    vectors[1::7] = vectors[0]
    words = np.array(["red", "owl", "sits", "under", "old", "green", "oak", "sings", "of", "rain"])
    texts = [" ".join(rng.choice(words, 5)) for _ in range(60)]
    p, other = rng.random(60), rng.integers(0, 2, 60)
    found = []
    for order in (np.arange(60), rng.permutation(60)):
        index = index_of(
            [labels[at] for at in order],
            None if with_texts else vectors[order],
            [texts[at] for at in order] if with_texts else None,
            [f"i{at}" for at in order],
        )
        rows = said(index, p[order], other[order])
        vote = full(neighbour_vote(index, rows, order_scores(rows), always=True))
        back = np.argsort(order)
        found.append((vote.given[back], vote.other[back], vote.agreement, vote.model_agreement, vote.sampled))

    for one, other_one in zip(*found, strict=True):
        assert np.array_equal(one, other_one, equal_nan=True)


def test_vectors_that_say_nothing_get_no_weight() -> None:
    """Random directions agree with no label; the model agrees with most."""
    labels, _, _ = clusters(400, 0)
    index = index_of(labels, np.random.default_rng(1).normal(size=(400, 20)))
    rows = unsure(index, index.dataset.labels.codes.astype(np.int64), 0)

    vote = full(neighbour_vote(index, rows, order_scores(rows)))

    assert abs(vote.agreement) < 0.15 < vote.model_agreement
    assert vote.weight == 0
    assert not vote.voted.any()
    assert np.array_equal(
        seamed(order_scores(rows), order_scores(mixed(rows, vote)), vote), order_scores(rows)
    )


def test_texts_that_say_nothing_get_no_weight() -> None:
    """Words drawn at random agree with no label."""
    labels, _, _ = clusters(150, 0)
    rng = np.random.default_rng(2)
    index = index_of(labels, texts=[" ".join(rng.choice([*"abcdefghijklmnop"], 6)) for _ in labels])
    rows = unsure(index, index.dataset.labels.codes.astype(np.int64), 0)

    vote = full(neighbour_vote(index, rows, order_scores(rows)))

    assert vote.source == "content"
    assert (vote.weight, vote.voted.any()) == (0.0, False)
    assert vote.sampled >= module.FEWEST


def test_vectors_that_know_more_than_the_model_find_more_planted_errors() -> None:
    """Three clear clusters beside a model that is right three times of four."""
    from sklearn.metrics import average_precision_score

    labels, vectors, bad = clusters(400, 0)
    index = index_of(labels, vectors)
    truth = np.argmax(vectors[:, :3], axis=1)
    rows = unsure(index, truth, 0)
    before = order_scores(rows)

    vote = full(neighbour_vote(index, rows, before))
    after = seamed(before, order_scores(mixed(rows, vote)), vote)

    assert vote.weight == WEIGHT == 0.1
    assert vote.agreement > vote.model_agreement
    assert average_precision_score(bad, after) > average_precision_score(bad, before) + 0.05


def test_few_rows_measure_nothing() -> None:
    """With 60 rows the vote has no weight, however well it agrees."""
    labels, vectors, _ = clusters(60, 0, wrong=0)
    index = index_of(labels, vectors)
    rows = unsure(index, np.argmax(vectors[:, :3], axis=1), 0)

    vote = full(neighbour_vote(index, rows, order_scores(rows)))

    assert vote.agreement == pytest.approx(1.0)
    assert (vote.weight, vote.sampled) == (0.0, 60)


def test_only_the_head_is_voted_on(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of two equal rows at the edge of the head neither, since nothing tells them apart."""
    monkeypatch.setattr(module, "HEAD", {"vectors": 3, "content": 3})
    index = index_of(["a", "a", "b", "b", "c", "c"], at_angles(0, 40, 80, 120, 160, 200))
    rows = said(index, [0.1, 0.2, 0.3, 0.3, 0.9, np.nan], [1, 1, 0, 0, 0, 0])

    vote = full(neighbour_vote(index, rows, np.array([5.0, 4.0, 3.0, 3.0, 1.0, np.nan]), always=True))

    assert np.flatnonzero(vote.voted).tolist() == [0, 1]


def test_rows_without_neighbours_get_the_shares_of_the_classes() -> None:
    """A vector of zeros is near to nothing: a has 2 of 4 rows, b and c one each."""
    index = index_of(["a", "a", "b", "c"], [[0.0, 0], [1, 0], [0, 1], [1, 1]])

    vote = full(neighbour_vote(index, said(index, [0.1] * 4, [1, 1, 0, 0]), np.ones(4), always=True))

    assert (vote.given[0], vote.other[0]) == pytest.approx((0.5, 0.25))


def test_without_vectors_or_content_there_is_no_vote() -> None:
    """Nor without a single prediction."""
    bare, full_index = index_of(["a", "b"]), index_of(["a", "b"], at_angles(0, 90))

    assert neighbour_vote(bare, said(bare, [0.5, 0.5], [1, 0]), np.ones(2)) is None
    assert neighbour_vote(full_index, said(full_index, [np.nan] * 2, [1, 0]), np.full(2, np.nan)) is None


@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3)), min_size=2, max_size=30))
def test_kappa_is_that_of_scikit_learn(pairs: list[tuple[int, int]]) -> None:
    """Where it is defined."""
    one, other = np.array(pairs).T
    if len(set(one.tolist()) | set(other.tolist())) > 1:
        assert kappa(one, other) == pytest.approx(cohen_kappa_score(one, other))


def test_a_sentence_says_whether_the_neighbours_are_listened_to() -> None:
    """With both kappas; with the number of rows where these are too few."""
    vote = held(given=[0.5], other=[0.5])

    assert str(vote_sentence(vote)) == (
        "the labels of the 15 most similar rows, copies left out, have 30% of the say in the order: they "
        "agree with the given labels no less than the predictions do (kappa 0.80 and 0.70)"
    )
    assert str(vote_sentence(replace(vote, weight=0.0, agreement=-0.331))) == (
        "the labels of similar rows have no say in the order: they agree with the given labels less than the "
        "predictions do (kappa -0.33 and 0.70)"
    )
    assert "1 row is too few" in str(vote_sentence(replace(vote, weight=0.0, sampled=1)))
    assert "60 rows are too few" in str(vote_sentence(replace(vote, weight=0.0, sampled=60)))
