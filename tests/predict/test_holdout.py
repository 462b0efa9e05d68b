"""The fixed model: what stays whatever labels it learns from, and what it may never learn from."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from auditor.predict.blends import best_blend, blend_of_all
from auditor.predict.holdout import FixedModel, fix_model
from auditor.read.choice import InputChoice
from auditor.read.dataset import read_inputs
from auditor.similar.content import ContentIndex
from auditor.ties import tie_keys

PETS = ("cat", "dog", "eel")


def data(n: int) -> tuple[ContentIndex, np.ndarray, np.ndarray]:
    """n texts a class, half of which have labels; the index, the right codes, the labels that teach."""
    rng = np.random.default_rng(0)
    noise = [" ".join(rng.choice(list("abcdefghij"), 4)) for _ in range(3 * n)]
    right = np.tile(np.arange(3), n).astype(np.int32)
    texts = [
        f"{PETS[code]} {words} {row}" for row, (code, words) in enumerate(zip(right, noise, strict=True))
    ]
    labels = [PETS[code] for code in right]
    frame = pd.DataFrame({"id": [f"r{row}" for row in range(3 * n)], "text": texts, "label": labels})
    dataset = read_inputs(frame, (), InputChoice()).dataset
    codes = np.where(np.arange(3 * n) < 3 * n // 2, right, -1).astype(np.int32)
    dataset = replace(dataset, labels=replace(dataset.labels, codes=codes))
    return ContentIndex(dataset), right, codes


def fixed(
    index: ContentIndex, codes: np.ndarray, others: np.ndarray, seconds: float | None = None
) -> FixedModel:
    """The model fixed by some labels."""
    keys = tie_keys(index.dataset, index)(np.arange(len(codes)))
    model = fix_model(index, codes, others, keys, seconds=seconds)
    assert model is not None
    return model


def test_it_predicts_rows_that_it_has_not_learned_from() -> None:
    """A word tells the class: right for nearly every row without a label."""
    index, right, codes = data(40)
    tests = np.flatnonzero(codes < 0)
    assert (fixed(index, codes, codes).predict(codes, tests) == right[tests]).mean() > 0.95


def test_the_same_labels_give_the_same_predictions() -> None:
    """Twice by one model, and by one that was fixed anew."""
    index, _, codes = data(40)
    noisy = np.where(np.arange(len(codes)) % 5 == 0, (codes + 1) % 3, codes).astype(np.int32)
    noisy[codes < 0] = -1
    tests, model = np.flatnonzero(codes < 0), fixed(index, noisy, codes)
    once = model.predict(noisy, tests)
    assert np.array_equal(model.predict(noisy, tests), once)
    assert np.array_equal(fixed(index, noisy, codes).predict(noisy, tests), once)


def test_other_labels_choose_nothing() -> None:
    """Kinds, rows that teach, folds and order are those of the first labels, whatever the others are."""
    index, _, codes = data(40)
    shuffled = np.random.default_rng(1).permutation(codes[codes >= 0])
    others = np.where(codes >= 0, np.resize(shuffled, len(codes)), -1).astype(np.int32)
    one, other = fixed(index, codes, codes), fixed(index, codes, others)
    assert [learner.name for learner in one.learners] == [learner.name for learner in other.learners]
    assert (one.most, one.looked_at) == (other.most, other.looked_at)
    assert np.array_equal(one.teach, other.teach)
    assert np.array_equal(one.folds, other.folds)
    assert np.array_equal(one.keys, other.keys)


def test_learning_from_other_labels_leaves_the_model_as_it_was() -> None:
    """Asked in between for another training, it says the same of the first labels as before."""
    index, _, codes = data(40)
    model, tests = fixed(index, codes, codes), np.flatnonzero(codes < 0)
    once = model.predict(codes, tests)
    turned = np.where(codes >= 0, (codes + 1) % 3, -1).astype(np.int32)
    assert np.array_equal(model.predict(turned, tests), (once + 1) % 3)
    assert np.array_equal(model.predict(codes, tests), once)


def test_a_class_that_nothing_teaches_is_never_named() -> None:
    """Without its labels no row is called an eel."""
    index, _, codes = data(40)
    model = fixed(index, codes, codes)
    without = np.where(codes == 2, -1, codes).astype(np.int32)
    assert 2 not in model.predict(without, np.flatnonzero(codes < 0))


def test_a_class_that_only_other_labels_have_is_learned_from_them() -> None:
    """The first labels know two classes, the others a third: what is fixed does not forbid it."""
    index, right, codes = data(40)
    first = np.where(codes == 2, 0, codes).astype(np.int32)
    tests, model = np.flatnonzero(codes < 0), fixed(index, first, codes)
    assert set(model.predict(first, tests)) == {0, 1}
    assert (model.predict(codes, tests) == right[tests]).mean() > 0.95


def test_where_time_is_short_the_same_rows_teach_both_times() -> None:
    """The rows are drawn by the first labels; of rows that only the others have, as large a part."""
    index, _, codes = data(2_000)
    first = codes.copy()
    first[:600] = -1
    whole, short = fixed(index, first, codes), fixed(index, first, codes, seconds=0.2)
    assert whole.learned(first) == (first >= 0).sum()
    for mask in short.teach:
        part = mask[first >= 0].sum() / (first >= 0).sum()
        assert part < 0.9
        assert mask[:600].sum() / 600 == pytest.approx(part, abs=0.01)
        assert not mask[codes < 0].any()


def test_nothing_to_learn_from_gives_no_model() -> None:
    """One class is none to tell from another."""
    index, _, codes = data(20)
    one = np.where(codes >= 0, 0, -1).astype(np.int32)
    keys = tie_keys(index.dataset, index)(np.arange(len(codes)))
    assert fix_model(index, one, codes, keys) is None


def test_a_blend_of_all_keeps_a_model_that_knows_nothing() -> None:
    """It was chosen by other labels; `best_blend` would leave it out."""
    codes = np.tile(np.arange(2), 50).astype(np.int32)
    knows = np.eye(2)[codes] * 0.8 + 0.1
    outputs = [knows, np.full((100, 2), 0.5)]
    assert best_blend(outputs, codes).members == (0,)
    assert blend_of_all(outputs, codes).members == (0, 1)
    assert blend_of_all([outputs[0][:0]], codes[:0]).members == (0,)
