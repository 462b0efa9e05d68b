"""Columns in another class order: found, named, offered ready to paste; or seen to be right; or not told."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from audit_inputs import random_model, refusal, slugs
from checked_predictions import answer, checked, hard, refused, seen, words
from hypothesis import given, settings
from hypothesis import strategies as st

from auditor.checks import run_checks
from auditor.errors import InputError
from auditor.read.choice import InputChoice


@settings(max_examples=25)
@given(st.integers(3, 12).flatmap(lambda k: st.permutations(range(k))))
def test_permuted_columns_are_found_and_the_order_offered_is_the_planted_one(order: list[int]) -> None:
    """Column j of the file holds class order[j]; of three or more classes at least two are moved."""
    k = len(order)
    labels, probs = random_model(60 * k, k, seed=k, strength=10, noise=0.05)
    permuted = probs[:, order]
    if order == list(range(k)):
        assert checked(labels, permuted) == []
        return
    (problem,) = refused(labels, permuted)
    assert problem.slug == "class-order"
    names = ",".join(f"c{code:02d}" for code in order)
    assert [str(fix) for fix in problem.fixes] == [
        f"--classes {names}",
        "if the order as read is right: --class-order-checked",
    ]
    right, wrong = (round(100 * np.mean(p.argmax(axis=1) == labels)) for p in (probs, permuted))
    assert str(problem.details[0]).startswith(f"agreement is {wrong}% as read and {right}% if")


@pytest.mark.parametrize(
    ("by", "said"),
    [
        (1, "every class fits the column after its own: labels counted from 0, columns from 1"),
        (-1, "every class fits the column before its own: labels counted from 1, columns from 0"),
    ],
)
def test_labels_that_are_counted_from_another_number_than_the_columns_are_told_so(by: int, said: str) -> None:
    """Column 3 holds what the labels call class 2, or class 4."""
    labels, probs = random_model(2000, 10, seed=1, strength=10)
    (problem,) = refused(labels, np.roll(probs, by, axis=1))
    assert problem.slug == "class-order"
    assert said in [str(line) for line in problem.details]


def test_labels_that_are_column_numbers_cannot_be_put_right_by_an_order_of_names() -> None:
    """Labels 1, 2, 3 for columns 0, 1, 2 of four: --classes would rename the columns, not the labels."""
    labels, probs = random_model(900, 4, seed=2, strength=10)
    kept = labels < 3
    frame = pd.DataFrame({"text": [f"t{r}" for r in range(kept.sum())], "label": labels[kept] + 1})
    view = seen(frame, [probs[kept]], InputChoice(class_names=("ant", "bee", "cat", "dog")))
    (problem,) = refusal(InputError, run_checks, "predictions", view)
    assert str(problem.fixes[0]) == "write the labels as class names, and then --classes bee,cat,dog,ant"
    assert str(problem.details[1]).endswith("labels counted from 1, columns from 0")


def test_rows_that_are_off_are_named_where_they_look_like_another_class_order() -> None:
    """Classes in turn, a, b, c, a, b, c: moving the rows by one is the same as moving the classes."""
    labels = np.arange(300) % 3
    problem = refused(labels, hard(np.roll(labels, 1), 3))[0]
    assert problem.slug == "class-order"
    assert str(problem.details[-1]) == "or the rows are off by 1: agreement is 100% if they are moved"


@pytest.mark.parametrize("k", [2, 3])
def test_two_swapped_classes_are_found(k: int) -> None:
    labels, probs = random_model(1500, k, seed=2, strength=10)
    assert slugs(refused(labels, probs[:, [1, 0, *range(2, k)]])) == ["class-order"]


def test_a_checked_class_order_is_accepted_but_not_called_right() -> None:
    """Annotators can have swapped two classes wholesale; a weak model is still called weak."""
    labels, probs = random_model(1500, 3, seed=2, strength=10)
    moved = probs[:, [1, 2, 0]]
    assert slugs(checked(labels, moved, class_order_checked=True)) == ["weak-model"]
    said = answer("class_order", labels, moved, class_order_checked=True)
    assert said.verdict == "cannot-tell"
    assert "another order agrees better" in words(said)[0]
    assert checked(labels, probs, class_order_checked=True) == []


# the order as read


def test_an_order_that_is_seen_to_be_right_is_fine_with_the_numbers() -> None:
    """90 of 100 right; if the classes were swapped the other ten would be."""
    labels = np.arange(100) % 2
    guess = np.where(np.arange(100) < 10, 1 - labels, labels)
    said = answer("class_order", labels, hard(guess, 2))
    assert said.verdict == "fine"
    assert words(said) == [
        "predictions: agreement is 90% as read, and 10% at best if two classes are swapped"
    ]


def test_too_few_rows_a_class_cannot_tell() -> None:
    labels = np.arange(49) % 10
    said = answer("class_order", labels, hard(labels, 10))
    assert (said.verdict, words(said)) == (
        "cannot-tell",
        ["predictions: 49 rows are too few for 10 classes; 5 a class are needed"],
    )


def test_a_weak_model_cannot_tell() -> None:
    """Of 1,000 rows 600 are right, of two classes: kappa .20."""
    labels = np.arange(1000) % 2
    guess = np.where(np.random.default_rng(0).permutation(1000) < 600, labels, 1 - labels)
    said = answer("class_order", labels, hard(guess, 2))
    assert said.verdict == "cannot-tell"
    assert words(said)[0].startswith("predictions: too weak a model, or too few rows, to tell (kappa 0.2")


def test_classes_that_could_stand_in_each_others_place_are_named() -> None:
    """Class 3 and class 4 have three rows each, all right: too few to see it."""
    labels = np.repeat([0, 1, 2, 3, 4], [100, 100, 100, 3, 3])
    said = answer("class_order", labels, hard(labels, 5))
    assert said.verdict == "cannot-tell"
    assert words(said)[0].endswith("2 of 5 have too few rows, or are confused too often, to tell: c03, c04")


@given(st.permutations(range(6)), st.sampled_from([6, 12, 30, 60, 120]), st.integers(0, 20))
@settings(max_examples=60)
def test_a_wrong_order_is_never_called_fine(order: list[int], n: int, seed: int) -> None:
    """Found, or another error, or "cannot tell": with however few rows."""
    labels, probs = random_model(n, 6, seed=seed, strength=10, noise=0.05)
    verdict = answer("class_order", labels, probs[:, order]).verdict
    assert order == list(range(6)) or verdict in {"error", "cannot-tell"}


# several files, and what a shell makes of names


def test_one_file_of_several_in_another_class_order_is_found_by_name() -> None:
    """In the average of three the two good ones would drown it."""
    labels, first = random_model(1200, 4, seed=5, strength=10)
    second, third = first * 0.9 + 0.025, (first * 0.8 + 0.05)[:, [1, 2, 3, 0]]
    (problem,) = refused(labels, first, second, third)
    assert problem.slug == "class-order"
    assert str(problem.what) == "the class order of predictions 3 does not fit the labels"
    assert str(problem.fixes[0]) == "--classes c01,c02,c03,c00"
    said = answer("class_order", labels, first, second, third)
    assert [line.split(":")[0] for line in words(said)] == ["predictions 1", "predictions 2"]


@pytest.mark.parametrize(
    ("name", "fix"),
    [
        ("a b", "--classes 'c,a b'"),
        ("$(touch x)", "--classes 'c,$(touch x)'"),
        ("`x`", "--classes 'c,`x`'"),
        ("a'b", """--classes 'c,a'"'"'b'"""),
        ("a,b", "--classes FILE with the names in this order, one per line"),
    ],
)
def test_an_order_is_offered_so_that_a_shell_runs_nothing_of_it(name: str, fix: str) -> None:
    labels, probs = random_model(300, 2, seed=3, strength=10)
    frame = pd.DataFrame(
        {"text": [str(row) for row in range(300)], "label": [(name, "c")[c] for c in labels]}
    )
    view = seen(frame, [probs[:, np.argsort(np.argsort([name, "c"]))][:, ::-1]], InputChoice())
    (problem,) = refusal(InputError, run_checks, "predictions", view)
    assert str(problem.fixes[0]) == fix
