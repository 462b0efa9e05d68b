"""Class order, row order, in-sample, rounding: each rule on data where it must and must not fire."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
import sklearn.metrics
from audit_inputs import random_model, refusal, slugs
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from auditor.checks import CHECKS, MODULES, Subject, all_checks, check, run_checks
from auditor.checks.class_order import better_order
from auditor.checks.files import by_file
from auditor.errors import InputError, Problem
from auditor.read.choice import InputChoice
from auditor.read.dataset import read_inputs
from auditor.scan.kernel import scan


def subject(labels: NDArray[np.int32], *predictions: NDArray[Any], **said: Any) -> Subject:
    """What the checks see of labels named c00, c01 ... and arrays of probabilities."""
    k = predictions[0].shape[1]
    names = tuple(f"c{code:02d}" for code in range(k))
    frame = pd.DataFrame(
        {"text": [f"t{row}" for row in range(len(labels))], "label": [names[c] for c in labels]}
    )
    choice = InputChoice(class_names=names, out_of_sample=said.pop("out_of_sample", "not said"))
    found = read_inputs(frame, list(predictions), choice)
    assert found.probabilities is not None
    rows, sums = scan(found.probabilities.blocks, found.dataset.labels.codes)
    return Subject(dataset=found.dataset, probabilities=found.probabilities, rows=rows, sums=sums, **said)


def checked(labels: NDArray[np.int32], *predictions: NDArray[Any], **said: Any) -> list[Problem]:
    return list(run_checks("predictions", subject(labels, *predictions, **said)))


def refused(labels: NDArray[np.int32], *predictions: NDArray[Any], **said: Any) -> list[Problem]:
    return refusal(InputError, checked, labels, *predictions, **said)


@pytest.mark.parametrize("k", [2, 3, 10, 40])
@pytest.mark.parametrize("zipf", [False, True])
def test_good_predictions_raise_nothing(k: int, zipf: bool) -> None:
    labels, probs = random_model(4000, k, seed=k, strength=8, zipf=zipf)
    assert checked(labels, probs) == []


# (a) the class order


@settings(max_examples=25, deadline=None)
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


def test_labels_counted_from_one_against_columns_from_zero_are_found() -> None:
    """A cyclic shift: label 1 is column 0, ..., label 10 is column 9; column 10 is another class."""
    labels, probs = random_model(2000, 10, seed=1, strength=10)
    shifted = np.roll(probs, 1, axis=1)
    assert slugs(refused(labels, shifted)) == ["class-order"]


@pytest.mark.parametrize("k", [2, 3])
def test_two_swapped_classes_are_found(k: int) -> None:
    labels, probs = random_model(1500, k, seed=2, strength=10)
    assert slugs(refused(labels, probs[:, [1, 0, *range(2, k)]])) == ["class-order"]


def test_a_checked_class_order_is_accepted() -> None:
    """Annotators can have swapped two classes wholesale; a weak model is still called weak."""
    labels, probs = random_model(1500, 3, seed=2, strength=10)
    assert slugs(checked(labels, probs[:, [1, 2, 0]], class_order_checked=True)) == ["weak-model"]
    assert checked(labels, probs, class_order_checked=True) == []


@pytest.mark.parametrize(
    ("confusion", "order"),
    [
        ([[50, 0], [0, 50]], None),
        ([[0, 50], [50, 0]], [1, 0]),
        ([[30, 70], [30, 70]], None),  # the model prefers a class; no other order is better
        ([[35, 65], [65, 35]], [1, 0]),  # +0.3 in agreement, though no class is twice as good elsewhere
        ([[36, 64], [64, 36]], None),  # +0.28
        ([[0, 4], [4, 0]], None),  # too few rows to say so
        ([[0, 5, 0], [5, 0, 0], [0, 0, 90]], None),  # 5 > 0 + 4 sqrt(5) does not hold
        ([[0, 20, 0], [20, 0, 0], [0, 0, 900]], [1, 0, 2]),  # two classes among many
        ([[10, 90, 0], [0, 10, 90], [90, 0, 10]], [1, 2, 0]),
        ([[0, 100], [0, 100]], None),
        ([[0, 0], [0, 0]], None),
    ],
)
def test_the_rule_of_the_class_order(confusion: list[list[int]], order: list[int] | None) -> None:
    found = better_order(np.array(confusion))
    assert (None if found is None else found.tolist()) == order


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
    found = read_inputs(frame, [probs[:, np.argsort(np.argsort([name, "c"]))][:, ::-1]])
    assert found.probabilities is not None
    rows, sums = scan(found.probabilities.blocks, found.dataset.labels.codes)
    view = Subject(dataset=found.dataset, probabilities=found.probabilities, rows=rows, sums=sums)
    (problem,) = refusal(InputError, run_checks, "predictions", view)
    assert str(problem.fixes[0]) == fix


# (b) rows in another order, and weak models


@pytest.mark.parametrize("k", [2, 5, 20])
def test_shuffled_rows_are_found(k: int) -> None:
    labels, probs = random_model(1500, k, seed=k, strength=10)
    shuffled = np.random.default_rng(0).permutation(probs)
    (problem,) = refused(labels, shuffled)
    assert problem.slug == "chance-level"
    kappa = sklearn.metrics.cohen_kappa_score(labels, shuffled.argmax(axis=1))
    assert f"kappa {kappa:.2f}" in str(problem.what)


def test_rows_by_position_are_accepted_on_the_users_word_but_called_weak() -> None:
    labels, probs = random_model(1500, 3, seed=4, strength=10)
    shuffled = np.random.default_rng(0).permutation(probs)
    assert slugs(checked(labels, shuffled, aligned_by_position=True)) == ["weak-model"]


def of_kappa(kappa: float, n: int) -> tuple[NDArray[np.int32], NDArray[np.float64]]:
    """Two equal classes; the share of right predictions is (1 + kappa) / 2 in each, to the row."""
    labels = (np.arange(n) % 2).astype(np.int32)
    right = np.arange(n) // 2 < round((1 + kappa) / 2 * (n // 2))
    guess = np.where(right, labels, 1 - labels)
    certainty = 0.6 + 0.3 * np.random.default_rng(0).random(n)
    probs = np.empty((n, 2))
    probs[np.arange(n), guess] = certainty
    probs[np.arange(n), 1 - guess] = 1 - certainty
    return labels, probs


@pytest.mark.parametrize(
    ("kappa", "n", "said"),
    [
        # the bar is max(0.10, 3 / sqrt(n))
        (0.08, 10_000, "chance-level"),
        (0.12, 10_000, "weak-model"),
        (0.28, 400, "weak-model"),  # 3 / sqrt(400) = 0.15
        (0.14, 400, "chance-level"),
        (0.28, 100, "chance-level"),  # 3 / sqrt(100) = 0.30
        (0.32, 10_000, None),
        (0.30, 10_000, None),
    ],
)
def test_agreement_at_chance_stops_and_a_weak_model_is_warned_of(
    kappa: float, n: int, said: str | None
) -> None:
    labels, probs = of_kappa(kappa, n)
    found = sklearn.metrics.cohen_kappa_score(labels, probs.argmax(axis=1))
    assert found == pytest.approx(kappa, abs=1e-12)
    view = subject(labels, probs)
    if said == "chance-level":
        assert slugs(refusal(InputError, run_checks, "predictions", view)) == [said]
    else:
        assert slugs(run_checks("predictions", view)) == ([said] if said else [])


# several files


def test_one_file_of_several_in_another_class_order_is_found_by_name() -> None:
    """In the average of three the two good ones would drown it."""
    labels, first = random_model(1200, 4, seed=5, strength=10)
    second, third = first * 0.9 + 0.025, (first * 0.8 + 0.05)[:, [1, 2, 3, 0]]
    assert better_order(subject(labels, first, second, third).sums.confusion) is None  # type: ignore[union-attr]
    (problem,) = refused(labels, first, second, third)
    assert problem.slug == "class-order"
    assert str(problem.what) == "the class order of predictions 3 does not fit the labels"
    assert str(problem.fixes[0]) == "--classes c01,c02,c03,c00"


def test_one_file_of_several_in_another_row_order_is_found_by_name() -> None:
    labels, first = random_model(1200, 4, seed=6, strength=10)
    second = np.random.default_rng(0).permutation(first * 0.9 + 0.025)
    (problem,) = refused(labels, first, second)
    assert problem.slug == "chance-level"
    assert str(problem.what).startswith("predictions 2 agrees with the labels no better than chance")


def test_the_sums_of_each_file_are_those_of_the_file_alone() -> None:
    labels, first = random_model(500, 3, seed=7)
    second = random_model(500, 3, seed=8)[1]
    found = dict(by_file(subject(labels, first, second)))
    for name, probs in {"predictions 1": first, "predictions 2": second}.items():
        expected = sklearn.metrics.confusion_matrix(labels, probs.argmax(axis=1), labels=range(3))
        assert found[name].confusion.tolist() == expected.tolist()


# (c) in-sample


@pytest.mark.parametrize(
    ("wrong", "n", "out_of_sample", "said"),
    [
        (1, 1000, "not said", ["in-sample"]),
        (5, 1000, "not said", ["in-sample"]),  # 0.995
        (6, 1000, "not said", []),
        (0, 100, "not said", ["in-sample"]),
        (0, 99, "not said", []),  # too few rows to say so
        (1, 1000, "no", ["in-sample"]),
        (1, 1000, "yes", []),  # the user's word
    ],
)
def test_predictions_that_repeat_the_labels_are_warned_of(
    wrong: int, n: int, out_of_sample: str, said: list[str]
) -> None:
    labels = (np.arange(n) % 3).astype(np.int32)
    guess = labels.copy()
    guess[:wrong] = (labels[:wrong] + 1) % 3
    probs = np.full((n, 3), 0.1) + 0.7 * np.eye(3)[guess]
    probs += 1e-3 * np.random.default_rng(0).random((n, 3))
    probs /= probs.sum(axis=1, keepdims=True)
    assert slugs(checked(labels, probs, out_of_sample=out_of_sample)) == said


# rounded or saturated


@pytest.mark.parametrize(
    ("tied", "n", "said"),
    [
        (10, 1000, []),
        (11, 1000, ["saturated"]),  # more than ten
        (20, 10_000, []),
        (21, 10_000, ["saturated"]),  # more than 0.2 %
    ],
)
def test_many_rows_that_share_the_lowest_probability_are_warned_of(
    tied: int, n: int, said: list[str]
) -> None:
    rng = np.random.default_rng(0)
    labels = (np.arange(n) % 2).astype(np.int32)
    p_given = rng.uniform(0.4, 0.99, n)
    p_given[rng.choice(n, tied, replace=False)] = 0.0
    probs = np.empty((n, 2))
    probs[np.arange(n), labels], probs[np.arange(n), 1 - labels] = p_given, 1 - p_given
    problems = checked(labels, probs)
    assert [slug for slug in slugs(problems) if slug == "saturated"] == said
    if said:
        assert str(problems[-1].what) == f"{tied} rows share the lowest probability of their label (0)"


def test_rows_without_a_prediction_stand_in_no_check_of_them() -> None:
    """Rows of zeros for absent predictions are neither a lowest probability nor a disagreement."""
    labels, probs = random_model(900, 3, seed=9, strength=8)
    frame = pd.DataFrame({"id": range(900), "text": [f"t{r}" for r in range(900)], "label": labels})
    part = pd.DataFrame(probs[:600], columns=["0", "1", "2"]).assign(id=range(600))
    found = read_inputs(
        frame, [part, part.assign(**{"0": part["0"]}).iloc[::-1]], InputChoice(missing="drop")
    )
    assert found.probabilities is not None
    rows, sums = scan(
        found.probabilities.blocks, found.dataset.labels.codes, covered=found.probabilities.covered
    )
    view = Subject(dataset=found.dataset, probabilities=found.probabilities, rows=rows, sums=sums)
    assert run_checks("predictions", view) == ()
    assert [int(file.confusion.sum()) for _, file in by_file(view)] == [600, 600]


# the family


def test_every_problem_of_the_predictions_is_raised_at_once() -> None:
    """Permuted and rounded to 0 and 1: the error brings the warning along."""
    labels, probs = random_model(900, 3, seed=10, strength=12)
    hard = np.eye(3)[probs.argmax(axis=1)][:, [1, 2, 0]]
    assert slugs(refused(labels, hard)) == ["class-order", "saturated"]


def test_without_a_scan_there_is_nothing_to_check() -> None:
    frame = pd.DataFrame({"text": ["a", "b"], "label": ["x", "y"]})
    assert run_checks("predictions", Subject(dataset=read_inputs(frame).dataset)) == ()


def test_a_check_is_registered_once_under_its_name() -> None:
    registered = all_checks()
    assert {function.__module__ for function in registered.values()} == {
        f"auditor.checks.{name}" for name in MODULES
    }
    name = next(iter(registered))[1]

    def again(subject: Subject) -> Any:
        yield from ()

    again.__name__ = name
    with pytest.raises(ValueError, match="registered already"):
        check(next(iter(registered))[0])(again)
    assert set(CHECKS) == set(registered)


@pytest.mark.parametrize("function", list(all_checks().values()), ids=lambda function: function.__name__)
def test_every_check_says_what_it_asks(function: Any) -> None:
    assert function.__doc__ and len(function.__doc__.strip()) > 20
