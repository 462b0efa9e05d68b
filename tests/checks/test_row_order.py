"""Rows in another order than the labels: shuffled, off by a few, misaligned from some row on; or not told."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
import sklearn.metrics
from audit_inputs import random_model, refusal, slugs
from checked_predictions import answer, checked, hard, refused, seen, words
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from auditor.checks import run_checks
from auditor.errors import InputError
from auditor.read.choice import InputChoice

LABELS, PROBS = random_model(1500, 3, seed=4, strength=10)
LATER = "the predictions have rows in front that the labels lack, as a header read as a row"
EARLIER = "the predictions lack rows in front that the labels have, as a first row read as a header"


# shuffled


@pytest.mark.parametrize("k", [2, 5, 20])
def test_shuffled_rows_are_found(k: int) -> None:
    labels, probs = random_model(1500, k, seed=k, strength=10)
    shuffled = np.random.default_rng(0).permutation(probs)
    (problem,) = refused(labels, shuffled)
    assert problem.slug == "chance-level"
    kappa = sklearn.metrics.cohen_kappa_score(labels, shuffled.argmax(axis=1))
    assert f"kappa {kappa:.2f}" in str(problem.what)


def test_rows_by_position_are_accepted_on_the_users_word_but_never_in_silence() -> None:
    """`--align position` is also how ids on one side are got over; the queue rests on it all the same."""
    shuffled = np.random.default_rng(0).permutation(PROBS)
    found = checked(LABELS, shuffled, aligned_by_position=True)
    assert [(problem.slug, problem.level) for problem in found] == [
        ("chance-level", "warning"),
        ("weak-model", "warning"),
    ]
    assert str(found[0].details[-1]).startswith("accepted, because --align position")
    assert not any("--align" in str(fix) for fix in found[0].fixes)
    (shifted, *_) = checked(LABELS, np.roll(PROBS, 2, axis=0), aligned_by_position=True)
    assert (shifted.slug, shifted.level) == ("rows-shifted", "warning")


# off by a few


@settings(max_examples=20)
@given(st.integers(-5, 5).filter(bool), st.integers(2, 6), st.booleans())
def test_rows_that_are_off_are_reported_by_how_many_and_which_way(by: int, k: int, backwards: bool) -> None:
    """Row i of the labels is row i + by of the predictions; backwards it is the other way round."""
    labels, probs = random_model(800, k, seed=k, strength=10)
    moved = np.roll(probs, by, axis=0)
    if backwards:
        labels, moved, by = labels[::-1], moved[::-1], -by
    (problem,) = refused(labels, moved)
    rows = f"{abs(by)} row{'s' * (abs(by) > 1)}"
    assert (problem.slug, str(problem.what)) == ("rows-shifted", f"the rows of predictions are off by {rows}")
    there, here = (1 + by, 1) if by > 0 else (1, 1 - by)
    assert str(problem.details[0]).endswith(f"if its row {there} is taken as row {here}")
    assert str(problem.details[1]) == (LATER if by > 0 else EARLIER)
    assert str(problem.fixes[1]) == "if the rows are in the same order: --align position"


def test_six_rows_are_too_far_to_be_called_off_by_a_few() -> None:
    assert slugs(refused(LABELS, np.roll(PROBS, 6, axis=0))) == ["chance-level"]


def test_ids_that_name_other_rows_are_found_and_the_fix_is_about_ids() -> None:
    """The ids of the predictions were written one row too late."""
    ids = np.arange(1500)
    frame = pd.DataFrame({"id": ids, "text": [f"t{row}" for row in ids], "label": LABELS})
    table = pd.DataFrame(PROBS, columns=["0", "1", "2"]).assign(id=np.roll(ids, 1))
    view = seen(frame, [table], InputChoice())
    (problem,) = refusal(InputError, run_checks, "predictions", view)
    assert problem.slug == "rows-shifted"
    assert [str(fix) for fix in problem.fixes] == [
        "write the ids beside the predictions again: those there name other rows",
        "to take row i for row i whatever the ids say: --align position",
    ]


# misaligned from some row on


@pytest.mark.parametrize("at", [300, 750, 1200])
def test_rows_that_are_shuffled_from_some_row_on_are_named(at: int) -> None:
    probs = np.concatenate([PROBS[:at], np.random.default_rng(0).permutation(PROBS[at:])])
    (problem,) = refused(LABELS, probs)
    assert problem.slug == "rows-misaligned"
    named = problem.what.values["row"]
    assert isinstance(named, int)
    assert abs(named - 1 - at) <= 20
    assert "no longer fit the labels from row" in str(problem.what)


def test_rows_that_fit_only_from_some_row_on_are_named() -> None:
    probs = np.concatenate([np.random.default_rng(0).permutation(PROBS[:600]), PROBS[600:]])
    (problem,) = refused(LABELS, probs)
    assert problem.slug == "rows-misaligned"
    assert "fit the labels only from row" in str(problem.what)


@pytest.mark.parametrize("by", [-2, 1])
def test_a_row_that_was_lost_or_doubled_is_said_to_be_the_cause(by: int) -> None:
    """From row 700 on the predictions are off."""
    probs = np.concatenate([PROBS[:700], np.roll(PROBS[700:], by, axis=0)])
    (problem,) = refused(LABELS, probs)
    assert problem.slug == "rows-misaligned"
    assert str(problem.details[1]).startswith(f"those rows are off by {abs(by)}: moved back they agree to")
    assert str(problem.details[2]) == (
        "the predictions have rows there that the labels lack"
        if by > 0
        else "the predictions lack rows there that the labels have"
    )


def test_a_change_that_does_not_fall_to_chance_is_a_harder_part_of_the_data() -> None:
    """The second half is right half of the time, of ten classes."""
    labels, probs = random_model(2000, 10, seed=1, strength=10)
    rng = np.random.default_rng(0)
    late = (np.arange(2000) >= 1000) & (rng.random(2000) < 0.4)
    probs[late] = rng.permutation(probs[late])
    assert checked(labels, probs) == []


# the class order first


def test_rows_and_classes_in_another_order_are_both_found() -> None:
    """Rows are looked at in the better class order."""
    problems = refused(LABELS, np.roll(PROBS[:, [1, 2, 0]][:, ::-1][:, ::-1], 0, axis=0))
    assert slugs(problems) == ["class-order"]
    half = np.concatenate([PROBS[:1200], np.random.default_rng(0).permutation(PROBS[1200:])])
    assert slugs(refused(LABELS, half[:, [1, 2, 0]])) == ["class-order", "rows-misaligned"]


# seen to be in order, or not told


def test_rows_that_are_seen_to_be_in_order_are_fine_with_the_numbers() -> None:
    labels = np.random.default_rng(0).integers(0, 2, 1000)
    said = answer("row_order", labels, hard(labels, 2))
    assert said.verdict == "fine"
    moved = max(
        np.mean(labels[max(-d, 0) : 1000 - max(d, 0)] == labels[max(d, 0) : 1000 + min(d, 0)])
        for d in range(1, 6)
    )
    assert words(said) == [
        f"predictions: agreement is 100%, {100 * moved:.0f}% at best if the rows are moved by 1 to 5, "
        "and falls to chance nowhere"
    ]


def test_labels_sorted_by_class_do_not_show_rows_that_are_off() -> None:
    order = np.argsort(LABELS, kind="stable")
    for probs in (PROBS[order], np.roll(PROBS[order], 2, axis=0)):
        said = answer("row_order", LABELS[order], probs)
        assert said.verdict == "cannot-tell"
        assert "neighbours mostly have the same label" in words(said)[0]


def test_labels_sorted_by_class_still_show_shuffled_rows() -> None:
    order = np.argsort(LABELS, kind="stable")
    assert slugs(refused(LABELS[order], np.random.default_rng(0).permutation(PROBS[order]))) == [
        "chance-level"
    ]


def test_few_rows_are_not_called_in_order() -> None:
    """60 rows, all right: a fifth of them in disorder would not be seen."""
    labels = np.random.default_rng(0).integers(0, 2, 60)
    said = answer("row_order", labels, hard(labels, 2))
    assert said.verdict == "cannot-tell"
    assert words(said)[0].endswith("but 60 are too few to see whether some are off")


@settings(max_examples=60)
@given(st.sampled_from([12, 40, 60, 120, 400]), st.integers(0, 50))
def test_shuffled_rows_are_never_called_fine(n: int, seed: int) -> None:
    labels, probs = random_model(n, 3, seed=seed, strength=10)
    shuffled = np.random.default_rng(seed).permutation(probs)
    assert answer("row_order", labels, shuffled).verdict in {"error", "cannot-tell"}


# several files


def test_one_file_of_several_in_another_row_order_is_found_by_name() -> None:
    labels, first = random_model(1200, 4, seed=6, strength=10)
    second = np.random.default_rng(0).permutation(first * 0.9 + 0.025)
    (problem,) = refused(labels, first, second)
    assert problem.slug == "chance-level"
    assert str(problem.what).startswith("predictions 2 agrees with the labels no better than chance")


def test_rows_without_a_label_or_a_prediction_change_nothing() -> None:
    """A tenth of the labels is empty; the shift is found all the same."""
    labels: NDArray[Any] = LABELS.copy()
    labels[::10] = -1
    assert slugs(refused(labels, np.roll(PROBS, 3, axis=0))) == ["rows-shifted"]
