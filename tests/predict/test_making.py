"""The built-in model, end to end: what it predicts, what it leaves alone, and what it says when it cannot."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from audit_inputs import refusal, sentence, slugs

import auditor
from auditor.errors import InputError
from auditor.inspection import inspect
from auditor.read.choice import InputChoice

THEMES = {
    "money": ["transfer", "account", "balance", "card", "fee", "bank", "cash", "payment"],
    "travel": ["flight", "hotel", "airport", "ticket", "luggage", "train", "passport", "visa"],
    "food": ["soup", "bread", "cheese", "pepper", "kitchen", "recipe", "butter", "noodles"],
}


def themed(n: int, seed: int = 0) -> pd.DataFrame:
    """Texts of five words, three of them of the theme that is their label, and ids in no order."""
    rng = np.random.default_rng(seed)
    labels = [list(THEMES)[row % 3] for row in range(n)]
    texts = [
        " ".join(rng.permutation([*rng.choice(THEMES[label], 3, replace=False), *sentence(row).split()[:2]]))
        for row, label in enumerate(labels)
    ]
    return pd.DataFrame({"id": [f"q{row:04d}" for row in range(n)], "text": texts, "label": labels})


def test_planted_errors_stand_first_in_the_queue_of_a_csv_alone() -> None:
    """Twelve of 240 labels are turned: they are the first rows of the queue, nearly all of them."""
    frame = themed(240)
    wrong = np.arange(0, 240, 20)
    names = list(THEMES)
    frame.loc[wrong, "label"] = [names[(names.index(frame["label"][row]) + 1) % 3] for row in wrong]
    audit = auditor.audit(frame)
    first = set(audit.queue["item"][:12])
    assert len(first & {f"q{row:04d}" for row in wrong}) >= 11
    assert audit.header["predictions"]["model"]["looked_at"] == ["texts"]
    assert audit.header["predictions"]["out_of_sample"] == "yes"


def test_the_probabilities_mean_what_they_say() -> None:
    """Of rows with a label at random, half of two classes, the model is unsure; it is not of clear ones."""
    frame = themed(300)
    clear = auditor.cross_val_predictions(frame)
    assert clear.kappa > 0.95
    assert clear.probs.max(axis=1).mean() > 0.9
    rng = np.random.default_rng(0)
    unclear = auditor.cross_val_predictions(frame.assign(label=rng.choice(["yes", "no"], 300)))
    assert abs(unclear.kappa) < 0.2
    assert unclear.probs.max(axis=1).mean() < 0.65


def test_copies_and_near_copies_are_predicted_by_models_that_have_not_seen_them() -> None:
    """Texts that say nothing of their label, each there three times: what repeats them would know it."""
    rng = np.random.default_rng(1)
    labels = rng.choice(["yes", "no"], 80)
    texts = [sentence(row) for row in range(80)]
    frame = pd.DataFrame({"text": [*texts, *(t.upper() for t in texts), *(t + "s" for t in texts)]})
    found = auditor.cross_val_predictions(frame.assign(label=np.tile(labels, 3)))
    of = found.folds.reshape(3, 80, -1)
    assert (of == of[0]).all()
    assert (of.shape[2], found.model.rounds) == (3, 3)
    assert abs(found.kappa) < 0.35
    assert (found.model.copies, found.model.near_kept) == (80, 80)


def test_the_same_rows_in_another_order_get_the_same_probabilities() -> None:
    """By id, to the last bit."""
    frame = themed(120)
    one = auditor.cross_val_predictions(frame)
    shuffled = frame.sample(frac=1, random_state=3)
    other = auditor.cross_val_predictions(shuffled.reset_index(drop=True))
    place = {item: row for row, item in enumerate(other.ids)}
    assert (other.probs[[place[item] for item in one.ids]] == one.probs).all()


def test_a_class_of_one_row_has_no_prediction_and_is_counted() -> None:
    """The row is in no queue of label errors, and the audit says why."""
    frame = themed(60)
    frame.loc[7, "label"] = "sport"
    found = auditor.cross_val_predictions(frame)
    assert np.flatnonzero(~found.covered).tolist() == [7]
    assert "class-not-learned" in slugs(found.notes)
    audit = auditor.audit(frame)
    assert audit.scores["p_given"].isna().sum() == 1
    assert audit.measure("label_issues.rate").n == 59


def test_classes_with_fewer_rows_than_folds_are_predicted() -> None:
    """Three rows of a class: each is predicted by a model that knows the other two or one of them."""
    frame = themed(90)
    frame.loc[[4, 5, 6], "label"] = "sport"
    found = auditor.cross_val_predictions(frame)
    assert found.covered.all()
    assert (found.probs > 0).all()
    assert found.probs.sum(axis=1) == pytest.approx(1, abs=1e-5)


@pytest.mark.parametrize(
    ("frame", "words"),
    [
        (themed(19), "19 labelled rows are too few"),
        (themed(40).assign(label=["food"] * 39 + ["money"]), "fewer than two classes"),
        (
            pd.DataFrame({"image": [f"{row}.png" for row in range(40)], "label": ["a", "b"] * 20}),
            "names of files are all there is",
        ),
    ],
)
def test_where_nothing_can_be_learned_predict_refuses_and_an_audit_does_without(
    frame: pd.DataFrame, words: str
) -> None:
    """Predictions that were asked for and cannot be made are an error; an audit says so and goes on."""
    problems = refusal(InputError, auditor.cross_val_predictions, frame)
    assert slugs(problems) == ["no-model"]
    assert words in str(problems[0].what)
    audit = auditor.audit(frame)
    assert audit.header["predictions"] is None
    assert "no-model" in [note["slug"] for note in audit.header["notes"]]


def test_premises_with_a_hypothesis_for_each_class_are_not_learned_by_elimination() -> None:
    """Labels that follow from nothing but that the rows of a premise have one of each: chance, not below."""
    rng = np.random.default_rng(2)
    premise = [sentence(row // 3) for row in range(300)]
    label = np.concatenate([rng.permutation(["yes", "no", "maybe"]) for _ in range(100)])
    frame = pd.DataFrame(
        {"premise": premise, "claim": [sentence(500 + r) for r in range(300)], "label": label}
    )
    found = auditor.cross_val_predictions(frame, text=["premise", "claim"])
    assert abs(found.kappa) < 0.15
    assert found.model.parts_kept == 100


def test_model_none_makes_no_model() -> None:
    """As without a built-in model."""
    audit = auditor.audit(themed(60), model="none")
    assert audit.header["predictions"] is None
    assert "no-model" not in [note["slug"] for note in audit.header["notes"]]


def test_the_model_is_left_alone_where_the_user_brought_predictions() -> None:
    """Predictions that say the contrary of the texts are used as they are."""
    frame = themed(60)
    probs = np.tile([0.2, 0.3, 0.5], (60, 1))
    audit = auditor.audit(frame, predictions=probs, classes=["food", "money", "travel"], align="position")
    assert audit.header["predictions"]["model"] is None
    assert audit.scores["p_given"].isin([0.2, 0.3, 0.5]).all()


def test_a_check_trains_nothing() -> None:
    """`check` says what was understood, and nothing that would have to be learned."""
    seen = inspect(themed(60))
    assert seen.given is not None and seen.given.probabilities is None and seen.ok


def test_short_time_means_fewer_rows_to_learn_from_and_is_said() -> None:
    """The least of a time: the models learn from the fewest rows that they may, every row is predicted."""
    frame = themed(2_400)
    found = auditor.cross_val_predictions(frame, model_seconds=0.001)
    assert 990 <= found.model.learned <= 1_000
    assert found.covered.all()
    assert "model-sampled" in slugs(found.notes)
    assert found.kappa > 0.9


def test_texts_that_are_alike_stay_together_where_vectors_say_they_are_not() -> None:
    """Pairs of texts with one letter between them, labels at random per pair, and vectors of noise."""
    rng = np.random.default_rng(4)
    texts = [sentence(row) for row in range(150)]
    frame = pd.DataFrame({"text": [*texts, *(text + "s" for text in texts)]})
    frame["label"] = np.tile(rng.choice(["yes", "no"], 150), 2)
    found = auditor.cross_val_predictions(frame, embeddings=rng.normal(size=(300, 8)))
    of = found.folds.reshape(2, 150, -1)
    assert (of[0] == of[1]).all()
    assert abs(found.kappa) < 0.3


def test_a_leak_goes_by_a_glob_no_more_than_by_nothing() -> None:
    """Only a column that is named by its own name was chosen by a person."""
    rng = np.random.default_rng(0)
    codes = rng.integers(0, 2, 200)
    frame = pd.DataFrame({"f_age": rng.normal(size=200) + codes, "f_code": codes + 7})
    frame["label"] = [("no", "yes")[code] for code in codes]
    by_glob = auditor.cross_val_predictions(frame, features="f_*")
    assert by_glob.model.left_out == {"f_code": "leak"}
    by_name = auditor.cross_val_predictions(frame, features=["f_age", "f_code"])
    assert by_name.model.left_out == {}
    assert by_name.kappa > 0.99
    assert {"leaky-column", "labels-repeated"} <= set(slugs(by_name.notes))
    assert "labels-repeated" not in slugs(by_glob.notes)


def test_vectors_are_learned_from_beside_the_texts() -> None:
    """Texts that say nothing and vectors that say all."""
    frame = themed(120).assign(text=[sentence(row) for row in range(120)])
    rng = np.random.default_rng(0)
    codes = frame["label"].map(list(THEMES).index).to_numpy()
    vectors = np.eye(3)[codes] * 4 + rng.normal(size=(120, 3))
    found = auditor.cross_val_predictions(frame, embeddings=vectors)
    assert found.model.looked_at == ("texts", "vectors")
    assert found.kappa > 0.8


def test_a_table_is_learned_from_and_what_was_left_out_is_named() -> None:
    """Numbers that tell the class, and a column that was made from it."""
    rng = np.random.default_rng(0)
    codes = rng.integers(0, 3, 300)
    frame = pd.DataFrame(rng.normal(size=(300, 4)) + codes[:, None] * [1.5, 0, 0, 1], columns=list("abcd"))
    frame["code"] = [("A1", "B2", "C3")[code] for code in codes]
    audit = auditor.audit(frame.assign(label=[("p", "q", "r")[code] for code in codes]))
    card = audit.header["predictions"]["model"]
    assert card["left_out"] == {"code": "leak"}
    assert set(card["columns"]) == set("abcd")
    assert "leaky-column" in [note["slug"] for note in audit.header["notes"]]
    assert 0.4 < audit.measure("model.kappa").value < 0.95


def test_inspect_predicts_only_where_it_is_asked_to() -> None:
    """Never, where there are none, always."""
    frame = themed(60)
    choice = InputChoice(model="none")
    assert inspect(frame, (), choice, predict="if-none").given.probabilities is None  # type: ignore[union-attr]
    assert inspect(frame, (), choice, predict="always").given.probabilities is not None  # type: ignore[union-attr]
