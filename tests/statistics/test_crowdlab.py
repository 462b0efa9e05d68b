"""Several annotators: against cleanlab itself, by hand, and whatever the order of the answers."""

from __future__ import annotations

import contextlib
import io
import warnings
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

import auditor.blocks
from auditor.blocks import ArrayBlocks
from auditor.statistics.active_label import label_next, temperature
from auditor.statistics.annotator_quality import annotators_of, compared_annotators
from auditor.statistics.crowdlab import Model, counted, crowdlab
from auditor.statistics.votes import Votes, agreement, counted_votes, majority

Wide = NDArray[np.float64]


def crowd(
    seed: int, n: int = 120, m: int = 6, k: int = 4, density: float = 0.5
) -> tuple[Wide, Wide, NDArray[np.int64]]:
    """Answers as cleanlab wants them, NaN where there is none, the probabilities of a model, the truth."""
    rng = np.random.default_rng(seed)
    truth = rng.integers(0, k, n)
    right = rng.random((n, m)) < rng.uniform(0.3, 0.95, m)
    wide = np.where(right, truth[:, None], rng.integers(0, k, (n, m))).astype(float)
    wide[rng.random((n, m)) > density] = np.nan
    answered = ~np.isnan(wide).all(axis=1)
    probs = rng.dirichlet(np.full(k, 0.5), n)
    probs[np.arange(n), truth] += 0.7
    probs /= probs.sum(axis=1, keepdims=True)
    return wide[answered], probs[answered], truth[answered]


def votes_of(wide: Wide, k: int, order: NDArray[np.int64] | None = None) -> Votes:
    """The same answers as a list, perhaps in another order."""
    row, annotator = np.nonzero(~np.isnan(wide))
    label = wide[row, annotator].astype(int)
    if order is not None:
        row, annotator, label = row[order], annotator[order], label[order]
    return counted_votes(row, annotator, label, rows=len(wide), annotators=wide.shape[1], classes=k)


def model_of(probs: Wide) -> Model:
    return Model(probabilities=ArrayBlocks(probs), predicted=probs.argmax(axis=1).astype(np.int32))


@pytest.fixture
def theirs(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """`cleanlab.multiannotator`, quiet, and with the counting of answers that its texts describe.

    cleanlab 2.9 counts floats as if they were names: the answers 2, 2 of 4 classes become 2, 0, 0, 0. That
    spoils the temperature of ActiveLab and nothing else that is compared here.
    """
    with warnings.catch_warnings():
        import cleanlab.internal.multiannotator_utils as utils
        from cleanlab import multiannotator

        warnings.simplefilter("ignore")
        monkeypatch.setattr(
            utils, "value_counts", lambda x, num_classes: np.bincount(x.astype(int), minlength=num_classes)
        )
        with contextlib.redirect_stdout(io.StringIO()):
            yield multiannotator


# against cleanlab


@pytest.mark.parametrize("shape", [(120, 6, 4, 0.5), (200, 30, 3, 0.1), (80, 3, 2, 1.0), (150, 5, 10, 0.6)])
@pytest.mark.parametrize("seed", range(4))
def test_the_consensus_is_that_of_cleanlab(theirs: Any, seed: int, shape: tuple[Any, ...]) -> None:
    """Labels, qualities, weights, worst classes, the quality of every answer."""
    wide, probs, _ = crowd(seed, *shape)
    votes = votes_of(wide, probs.shape[1])
    found = crowdlab(votes, model_of(probs), np.full(votes.rows, -1))
    expected = theirs.get_label_quality_multiannotator(wide, probs, return_weights=True, verbose=False)

    rows = expected["label_quality"]
    assert found.label.tolist() == rows["consensus_label"].tolist()
    assert found.quality == pytest.approx(rows["consensus_quality_score"].to_numpy(), abs=1e-9)
    assert found.agreement == pytest.approx(rows["annotator_agreement"].to_numpy())
    assert votes.answers.tolist() == rows["num_annotations"].tolist()
    assert found.weights is not None
    assert found.weights.model == pytest.approx(expected["model_weight"], abs=1e-8)
    assert found.weights.annotators == pytest.approx(expected["annotator_weight"], abs=1e-9)
    of_answers = expected["detailed_label_quality"].to_numpy()[votes.row, votes.annotator]
    assert found.answered == pytest.approx(of_answers, abs=1e-9)
    people, ours = expected["annotator_stats"].sort_index(), annotators_of(votes, found)
    assert ours.quality == pytest.approx(people["annotator_quality"].to_numpy(), abs=1e-9, nan_ok=True)
    assert ours.agreement == pytest.approx(people["agreement_with_consensus"].to_numpy())
    assert ours.worst.tolist() == people["worst_class"].tolist()
    assert ours.answers.tolist() == people["num_examples_labeled"].tolist()


@pytest.mark.parametrize("seed", range(4))
def test_the_next_answers_are_those_of_cleanlab(theirs: Any, seed: int) -> None:
    """ActiveLab, with probabilities of 0 among them."""
    wide, probs, _ = crowd(seed)
    probs[:20] = np.eye(4)[np.arange(20) % 4]
    votes, model = votes_of(wide, 4), model_of(probs)
    expected, _ = theirs.get_active_learning_scores(wide, probs)
    assert label_next(votes, model, np.zeros(votes.rows)) == pytest.approx(expected, abs=1e-7)


@pytest.mark.parametrize("seed", range(4))
def test_the_majority_is_that_of_cleanlab(theirs: Any, seed: int) -> None:
    """With a model to break ties, and without one."""
    wide, probs, _ = crowd(seed, density=0.4)
    votes = votes_of(wide, 4)
    assert (
        majority(votes, ArrayBlocks(probs)).tolist() == theirs.get_majority_vote_label(wide, probs).tolist()
    )
    assert majority(votes).tolist() == theirs.get_majority_vote_label(wide).tolist()


def test_a_real_crowd_gets_what_cleanlab_gives_it(theirs: Any, shared_data: Any) -> None:
    """music_genre: 44 annotators, 2,945 answers, 700 songs, 10 classes."""
    import pandas as pd

    folder = shared_data / "music_genre"
    classes = (folder / "classes.txt").read_text().split()
    songs = pd.read_csv(folder / "dataset.csv", usecols=["id"])["id"]
    answers = pd.read_csv(folder / "annotators.csv").replace({"label": {c: k for k, c in enumerate(classes)}})
    table = answers.pivot(index="id", columns="annotator", values="label").loc[songs]
    wide, probs = table.to_numpy(float), np.load(folder / "pred_probs.npy").astype(float)
    votes = votes_of(wide, 10)
    found = crowdlab(votes, model_of(probs), np.full(votes.rows, -1))
    expected = theirs.get_label_quality_multiannotator(wide, probs, verbose=False)["label_quality"]
    assert found.label.tolist() == expected["consensus_label"].tolist()
    assert found.quality == pytest.approx(expected["consensus_quality_score"].to_numpy(), abs=1e-9)
    truth = pd.read_csv(folder / "truth.csv").set_index("id")["true_label"].loc[songs]
    right = np.array(classes)[found.label] == truth.to_numpy()
    assert right.mean() == pytest.approx(0.773, abs=5e-4)


# by hand


def test_the_majority_alone_counts_answers() -> None:
    """Two of three say 1; of one row nobody gave the given label."""
    votes = counted_votes(
        np.array([0, 0, 0, 1, 1]),
        np.array([0, 1, 2, 0, 1]),
        np.array([1, 1, 0, 2, 2]),
        rows=2,
        annotators=3,
        classes=3,
    )
    found = counted(votes, np.array([0, 1]))
    assert found.label.tolist() == [1, 2]
    assert found.quality.tolist() == pytest.approx([2 / 3, 1])
    assert found.given.tolist() == pytest.approx([1 / 3, 0])
    assert annotators_of(votes, found).quality.tolist() == [1, 1, 0]
    # (2/3 * 3 + 1/3) / 4 and (1 * 2 + 1/3) / 3: every annotator counts as one
    assert label_next(votes, None, found.agreement).tolist() == pytest.approx([7 / 12, 7 / 9])


def test_ties_go_to_the_rarer_class_then_to_the_better_annotator_then_to_the_first_class() -> None:
    """Row 0: class 2 is rarer than 0. Rows 2 and 4: equally rare; see below."""
    answers = [(0, 0, 0), (0, 1, 2), (1, 0, 0), (2, 0, 1), (2, 1, 3)]
    row, annotator, label = np.array(answers).T
    votes = counted_votes(row, annotator, label, rows=3, annotators=2, classes=4)
    assert majority(votes).tolist() == [2, 0, 1]
    more = np.array([*answers, (3, 0, 0), (3, 1, 2), (3, 2, 2), (4, 1, 3), (4, 2, 1), (5, 2, 1), (6, 1, 3)])
    votes = counted_votes(*more.T, rows=7, annotators=3, classes=4)
    assert majority(votes)[4] == 1  # annotators 1 and 2 are both right wherever there is no tie
    more = np.array([*more.tolist(), (7, 0, 0), (7, 1, 0), (7, 2, 2)])
    votes = counted_votes(*more.T, rows=8, annotators=3, classes=4)
    assert majority(votes)[4] == 3  # annotator 2 is not in row 7


def test_krippendorff_s_alpha_by_hand() -> None:
    """Krippendorff, "Computing Krippendorff's Alpha-Reliability" (2011), part C: 4 observers, .743."""
    table = [
        "1 2 3 3 2 1 4 1 2 . . .",
        "1 2 3 3 2 2 4 1 2 5 . 3",
        ". 3 3 3 2 3 4 2 2 5 1 .",
        "1 2 3 3 2 4 4 1 2 5 1 .",
    ]
    cells = [
        (u, o, int(c) - 1) for o, line in enumerate(table) for u, c in enumerate(line.split()) if c != "."
    ]
    votes = counted_votes(*np.array(cells).T, rows=12, annotators=4, classes=5)
    assert agreement(votes)[1] == pytest.approx(0.743, abs=5e-4)


def test_annotators_who_share_no_row_are_not_compared() -> None:
    """Only annotators 0 and 1 meet; 2 has an agreement with the consensus all the same, and no quality."""
    votes = counted_votes(
        np.array([0, 0, 1, 1, 2]),
        np.array([0, 1, 0, 1, 2]),
        np.array([0, 0, 1, 1, 0]),
        rows=3,
        annotators=3,
        classes=2,
    )
    found = counted(votes, np.full(3, -1))
    people = annotators_of(votes, found)
    assert np.isnan(people.quality[2]) and people.agreement[2] == 1
    assert compared_annotators(votes, found.label).annotators.tolist() == [0, 1]


def test_without_a_row_of_two_answers_nothing_can_be_weighed() -> None:
    votes = counted_votes(
        np.array([0, 1]), np.array([0, 1]), np.array([0, 1]), rows=2, annotators=2, classes=2
    )
    with pytest.raises(ValueError, match="two answers"):
        crowdlab(votes, model_of(np.full((2, 2), 0.5)), np.full(2, -1))
    assert np.isnan(agreement(votes)).all()


def test_rows_that_the_model_did_not_predict_are_judged_by_their_annotators() -> None:
    """Their consensus is the answer of those who are trusted most; the others are as if they were alone."""
    wide, probs, _ = crowd(1)
    votes = votes_of(wide, 4)
    predicted = probs.argmax(axis=1).astype(np.int32)
    here = np.arange(votes.rows) % 3 > 0
    probs[~here] = 0
    model = Model(probabilities=ArrayBlocks(probs), predicted=np.where(here, predicted, -1).astype(np.int32))
    found = crowdlab(votes, model, np.full(votes.rows, -1))
    assert ((found.quality > 0) & (found.quality <= 1)).all()
    alone = votes.answers == 1
    single = votes.label[np.searchsorted(votes.row, np.flatnonzero(alone & ~here))]
    assert found.label[alone & ~here].tolist() == single.tolist()
    assert np.isfinite(label_next(votes, model, found.agreement)).all()


# whatever the order and the blocks


@settings(max_examples=30)
@given(st.integers(0, 2**32 - 1), st.integers(1, 7))
def test_neither_order_nor_blocks_change_a_bit(seed: int, block: int) -> None:
    """Rows permuted, answers shuffled, blocks of a few rows."""
    wide, probs, _ = crowd(seed, n=40, m=5, k=3)
    rng = np.random.default_rng(seed)
    rows = rng.permutation(len(wide))
    plain = votes_of(wide, 3)
    if not plain.shared.any():
        return
    mixed = votes_of(wide[rows], 3, rng.permutation(len(plain.row)))
    given_labels = np.arange(len(wide)) % 3
    one = crowdlab(plain, model_of(probs), given_labels)
    scores = label_next(plain, model_of(probs), one.agreement)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(auditor.blocks, "BLOCK_CELLS", 3 * block)
        other = crowdlab(mixed, model_of(probs[rows]), given_labels[rows])
        others = label_next(mixed, model_of(probs[rows]), other.agreement)
    for name in ("majority", "label", "quality", "given", "agreement"):
        assert getattr(one, name)[rows].tobytes() == getattr(other, name).tobytes()
    assert scores[rows].tobytes() == others.tobytes()
    assert annotators_of(plain, one).quality.tobytes() == annotators_of(mixed, other).quality.tobytes()


@settings(max_examples=50)
@given(st.lists(st.tuples(st.integers(0, 8), st.integers(0, 5), st.integers(0, 3)), min_size=2, max_size=60))
def test_whatever_the_answers_shares_are_shares(answers: list[tuple[int, int, int]]) -> None:
    """Every quality is in 0..1, the majority has the most answers, temperatures are among those tried."""
    kept = {(row, who): label for row, who, label in answers}
    row, who, label = np.array([(*pair, label) for pair, label in kept.items()]).T
    rows, row = np.unique(row, return_inverse=True)
    people, who = np.unique(who, return_inverse=True)
    votes = counted_votes(row, who, label, rows=len(rows), annotators=len(people), classes=4)
    most = majority(votes)
    best = np.zeros(len(rows), int)
    np.maximum.at(best, votes.cell_row, votes.cell_votes)
    assert votes.votes_for(most).tolist() == best.tolist()
    if not votes.shared.any():
        return
    model = model_of(np.random.default_rng(0).dirichlet(np.ones(4), len(rows)))
    found = crowdlab(votes, model, most)
    for values in (found.quality, found.given, found.answered, label_next(votes, model, found.agreement)):
        assert ((values >= 0) & (values <= 1 + 1e-12)).all()
    assert 0.1 <= temperature(votes, model) <= 8
