"""Weights of rows: off by default, told when on, and what they do to the order."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from audit_inputs import inputs_of
from hypothesis import given
from hypothesis import strategies as st

from auditor.errors import UsageError
from auditor.prioritise.queue import order_rows
from auditor.prioritise.weights import MOST_RARE, Weights
from auditor.prioritise.worth import worth_of
from auditor.review.verdicts import Verdicts
from auditor.tables import all_findings

ROWS = [  # id, label, split, p(given)
    ("p", "common", "train", 0.10),
    ("q", "common", "test", 0.12),
    ("r", "rare", "train", 0.14),
    ("s", "common", "train", 0.80),
    ("t", "common", "train", 0.90),
    ("u", "middle", "train", 0.85),
    ("v", "middle", "train", 0.95),
]


def inputs():
    """Seven rows of three classes: 4 common, 2 middle, 1 rare."""
    frame = pd.DataFrame(ROWS, columns=["id", "label", "split", "p"])
    names = ["common", "middle", "rare"]
    probs = np.full((len(frame), 3), 0.0)
    for at, (label, p) in enumerate(zip(frame["label"], frame["p"], strict=True)):
        own = names.index(label)
        probs[at] = 0.0
        probs[at, own], probs[at, (own + 1) % 3] = p, 1 - p
    return inputs_of(frame.drop(columns="p"), [probs], class_names=tuple(names))


def items(weights: Weights | None = None, verdicts: Verdicts | None = None) -> list[str]:
    """The ids in the order of the queue."""
    made = inputs()
    order = order_rows(made, all_findings({}), None, worth_of(made, verdicts, weights))
    return [made.dataset.ids[int(row)].as_py() for row in order.rows]


def test_nothing_weighs_by_default() -> None:
    """No weights, no note, the plain order."""
    assert Weights().of(inputs().dataset) is None
    assert not Weights() and Weights().notes == ()
    assert items() == items(Weights()) == ["p", "q", "r", "s", "u", "t", "v"]


def test_a_split_weighs_what_was_said() -> None:
    """log 3 is added to the score of the test row: it passes the one before it."""
    weights = Weights(splits={"test": 3.0})

    assert weights.of(inputs().dataset).tolist() == [1, 3, 1, 1, 1, 1, 1]
    assert items(weights)[:2] == ["q", "p"]
    assert "test 3" in str(weights.notes[0])


def test_rows_of_rare_classes_weigh_by_the_size_of_their_class() -> None:
    """Median class size 2: the class of 1 weighs 2^gamma, larger ones 1."""
    weights = Weights(rarity=1.0)

    assert weights.of(inputs().dataset).tolist() == [1, 1, 2, 1, 1, 1, 1]
    assert items(weights)[0] == "r"
    assert "size" in str(weights.notes[0])


@given(st.floats(0, 1))
def test_no_class_weighs_more_than_five_times(gamma: float) -> None:
    """And none less than 1."""
    importance = Weights(rarity=gamma).of(inputs().dataset)

    assert importance is None or (importance.min() >= 1 and importance.max() <= MOST_RARE)


def test_an_unknown_split_is_refused_with_the_names_there_are() -> None:
    """A weight on a split that nothing is in would do nothing, silently."""
    with pytest.raises(UsageError, match="no such split") as raised:
        Weights(splits={"tets": 3.0}).of(inputs().dataset)

    assert "train" in str(raised.value.problems[0].details[0])


def verdicts(rows: list[int], wrong: list[bool]) -> Verdicts:
    """Blind verdicts on rows of the list."""
    yes = np.ones(len(rows), bool)
    return Verdicts(rows=np.array(rows), wrong=np.array(wrong), blind=yes, first=yes, listed=yes, fresh=yes)


def test_fewer_than_ten_verdicts_change_nothing() -> None:
    """`p_error` stays empty and the order as it was."""
    made = inputs()

    assert worth_of(made, verdicts([0, 1], [True, False])).p_error is None
    assert items(verdicts=verdicts([0, 1], [True, False])) == items()


def test_after_verdicts_copies_add_up() -> None:
    """Three copies expected wrong with .5 each are worth more than one row expected wrong with .9."""
    texts = ["seven dogs bark loudly"] * 3 + [f"text number {n} of many words {n * n}" for n in range(37)]
    p = [0.45] * 3 + [0.05] + [0.2 + 0.02 * n for n in range(36)]
    frame = pd.DataFrame({"text": texts, "label": "a"})
    frame.loc[39, "label"] = "b"
    made = inputs_of(frame, [np.array([[x, 1 - x] for x in p])], class_names=("a", "b"))
    said = verdicts(list(range(4, 24)), [n < 12 for n in range(20)])
    plain = order_rows(made, all_findings({}), None, worth_of(made))
    learned = order_rows(made, all_findings({}), None, worth_of(made, said))

    assert {3, 39} == set(plain.rows[:2].tolist())
    assert set(learned.rows[:3].tolist()) == {0, 1, 2}
    assert learned.p_error is not None
    assert learned.priorities[0] == pytest.approx(learned.p_error[:3].sum())
    assert learned.p_error[3] > learned.p_error[0]
    assert (plain.places == learned.places).all()
