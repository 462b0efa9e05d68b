"""The models for texts, as they are handed to the cross-validation."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
from pyarrow import csv
from sklearn.metrics import average_precision_score

from auditor.predict.text import text_learners


def column(texts: list[str]) -> pa.Array:
    return pa.array(texts, pa.large_string())


@pytest.mark.parametrize("member", [0, 1])
def test_a_label_that_the_words_contradict_gets_little(member: int) -> None:
    """Each model believes the words of a row more than a planted label of a row like it."""
    texts = [f"{'정말 좋은 영화' if row % 2 else '너무 나쁜 영화'} {row % 11}번" for row in range(200)]
    codes = np.arange(200, dtype=np.int32) % 2
    codes[:20] = 1 - codes[:20]
    found = text_learners([column(texts)])[member].fit(np.arange(100), codes[:100], 2).predict(np.arange(100))
    given = found[np.arange(100), codes[:100]]
    assert given[:20].max() < given[20:].min()


def test_what_two_columns_say_is_learned_of_both() -> None:
    """Where the second column alone tells the classes apart, it is enough."""
    titles, bodies = (
        ["news"] * 100,
        [f"{'rain sun' if row % 2 else 'goal match'} {row}" for row in range(100)],
    )
    codes = np.arange(100, dtype=np.int32) % 2
    for learner in text_learners([column(titles), column(bodies)]):
        found = learner.fit(np.arange(50), codes[:50], 2).predict(np.arange(50, 100))
        assert (found.argmax(axis=1) == codes[50:]).all()


@pytest.mark.parametrize("texts", [[""] * 8, ["a", "b"] * 4, ["", "가", "a", "?", "😀", "\n", " ", "나"]])
def test_texts_that_say_nothing_give_probabilities(texts: list[str]) -> None:
    """Empty texts, single letters, signs: finite, positive, summing to 1."""
    codes = np.array([0, 1, 2, 0, 1, 2, 0, 0], np.int32)
    for learner in text_learners([column(texts)]):
        found = learner.fit(np.arange(8), codes, 3).predict(np.arange(8))
        assert np.isfinite(found).all()
        assert (found > 0).all()
        assert found.sum(axis=1) == pytest.approx(1)


def test_their_names_differ() -> None:
    """Reports and settings tell them apart by name."""
    names = [learner.name for learner in text_learners([column(["a b", "a c"])])]
    assert names == ["linear", "naive_bayes"]


def test_planted_errors_of_real_reviews_come_first(shared_data: Path) -> None:
    """3,000 Korean reviews, 240 labels turned round: four times as many as chance among the first 240, and
    the average of the models finds more than the worse of the two."""
    table = csv.read_csv(shared_data / "nsmc" / "dataset.csv").slice(0, 3000)
    truth = np.array(table["label"].to_pylist()) == "positive"
    rng = np.random.default_rng(0)
    planted = np.zeros(3000, bool)
    planted[rng.choice(3000, 240, replace=False)] = True
    codes = (truth ^ planted).astype(np.int32)
    halves = np.array_split(rng.permutation(3000), 2)
    precision = []
    outputs = []
    for learner in text_learners([column(table["text"].to_pylist())]):
        output = np.zeros((3000, 2))
        for one, other in (halves, halves[::-1]):
            output[other] = learner.fit(one, codes[one], 2).predict(other)
        outputs.append(output)
    for output in (*outputs, (outputs[0] + outputs[1]) / 2):
        given = output[np.arange(3000), codes]
        precision.append(average_precision_score(planted, -given))
    assert min(precision) > 4 * planted.mean()
    assert precision[2] > min(precision[:2])
