"""What holds of every registered check: a new one is tested by being registered."""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from dataclasses import fields, replace
from functools import lru_cache
from typing import Any

import numpy as np
import pandas as pd
import pytest
from audit_inputs import planted
from numpy.typing import NDArray

from auditor.checks import Stage, Subject, all_checks
from auditor.codes import CODES
from auditor.errors import Problem
from auditor.read.choice import InputChoice
from auditor.read.columns import ColumnChoice
from auditor.read.dataset import read_inputs
from auditor.scan.kernel import scan
from auditor.similar.content import ContentIndex

every_check = pytest.mark.parametrize(("stage", "name"), all_checks(), ids=lambda part: str(part))


def subject_of(frame: pd.DataFrame, *predictions: NDArray[Any], **choice: Any) -> Subject:
    """All that a check may look at."""
    given = read_inputs(frame, list(predictions), InputChoice(**choice))
    rows = sums = None
    if given.probabilities is not None:
        rows, sums = scan(given.probabilities.blocks, given.dataset.labels.codes)
    return Subject(
        dataset=given.dataset,
        index=ContentIndex(given.dataset),
        probabilities=given.probabilities,
        rows=rows,
        sums=sums,
    )


def troubled() -> Iterator[Subject]:
    """Inputs with faults of every kind, so that each check has something to say of one of them."""
    frame, probs, _ = planted()
    names = ("cat", "dog", "eel")
    codes = np.array([names.index(label) for label in frame["label"]])
    yield subject_of(frame, probs[:, [1, 2, 0]])  # another class order
    yield subject_of(frame, np.random.default_rng(0).permutation(probs))  # another order of rows
    yield subject_of(frame, probs, np.random.default_rng(1).dirichlet(np.ones(3), len(frame)))
    yield subject_of(frame, np.eye(3)[codes] * 0.97 + 0.01)  # what the labels say: in-sample
    yield subject_of(frame, probs.round(1) / probs.round(1).sum(axis=1, keepdims=True))  # few digits
    yield subject_of(frame.assign(label=frame["id"]))  # ids for labels
    yield subject_of(frame.assign(text="the same"))
    yield subject_of(frame.assign(label="cat"))
    yield subject_of(frame.assign(label=""))
    yield subject_of(frame.assign(label=["cat ", "zebra", "", *frame["label"][3:]]), class_names=names)
    yield subject_of(frame.assign(label=[f"n{row % 4}" for row in range(240)]), class_names=names)
    yield subject_of(frame.assign(split=["A", "B"] * 120))
    yield subject_of(frame.assign(label=["a" * 10_001, *frame["label"][1:]]))
    yield subject_of(frame.iloc[:1])
    yield subject_of(frame[["label"]].assign(size=range(240), order_key=frame["id"]))


@lru_cache
def subjects() -> list[Subject]:
    """The troubled inputs, made once."""
    return list(troubled())


def problems_of(stage: Stage, name: str) -> list[Problem]:
    """All that a check says of the troubled inputs."""
    return [problem for subject in subjects() for problem in all_checks()[stage, name](subject)]


def arrays_of(subject: Subject) -> Iterator[NDArray[Any]]:
    """Every array that a check could write into."""
    yield subject.dataset.labels.codes
    for part in (subject.rows, subject.sums):
        yield from () if part is None else (getattr(part, field.name) for field in fields(part))


@every_check
def test_a_check_says_what_can_be_explained_in_either_language(stage: Stage, name: str) -> None:
    """A known code and level; every sentence filled in, in English and Korean; errors say what to do."""
    problems = problems_of(stage, name)
    assert problems, "no troubled input reaches this check: add one"
    for problem in problems:
        assert problem.slug in CODES
        assert problem.level in {"error", "warning", "note"}
        texts = (problem.what, *problem.details, *problem.fixes)
        for lang in ("en", "ko"):
            assert all(text.to(lang) and "{" not in text.to(lang) for text in texts)
        assert problem.fixes or problem.details or problem.slug in {"too-few-rows", "many-classes"}


@every_check
def test_a_check_says_the_same_again(stage: Stage, name: str) -> None:
    """Nothing random, nothing kept from one input to the next."""
    said = [str(problem) for problem in problems_of(stage, name)]
    assert said == [str(problem) for problem in problems_of(stage, name)]


@every_check
def test_a_check_leaves_its_subject_as_it_is(stage: Stage, name: str) -> None:
    """The arrays it looks at hold the same afterwards."""
    for subject in subjects():
        before = [array.copy() for array in arrays_of(subject)]
        list(all_checks()[stage, name](subject))
        assert [array.tobytes() for array in before] == [array.tobytes() for array in arrays_of(subject)]


@every_check
def test_a_check_is_silent_on_sound_data(stage: Stage, name: str) -> None:
    """Four wrong labels, a copy, a conflict and a leak are findings, not faults of the input."""
    frame, probs, _ = planted()
    assert list(all_checks()[stage, name](subject_of(frame, probs))) == []


@every_check
def test_a_check_that_lacks_what_it_looks_at_is_silent(stage: Stage, name: str) -> None:
    """No predictions, no labels, no content."""
    frame, probs, _ = planted()
    bare = subject_of(frame[["id"]].assign(text=frame["text"]), columns=ColumnChoice(label="none"))
    for subject in (bare, replace(bare, index=None), replace(subject_of(frame, probs), rows=None, sums=None)):
        assert list(all_checks()[stage, name](subject)) == []


@every_check
def test_a_check_does_not_depend_on_the_order_of_rows(stage: Stage, name: str) -> None:
    """The same codes and levels for the rows backwards; examples may be others."""
    frame, probs, _ = planted()
    labels = ["cat ", "zebra", "", *frame["label"][3:]]
    there = subject_of(frame.assign(label=labels), probs[:, [1, 2, 0]], class_names=("cat", "dog", "eel"))
    back = subject_of(
        frame.assign(label=labels).iloc[::-1], probs[::-1, [1, 2, 0]], class_names=("cat", "dog", "eel")
    )
    said = [[(p.slug, p.level) for p in all_checks()[stage, name](subject)] for subject in (there, back)]
    assert said[0] == said[1]


@every_check
def test_a_check_says_what_it_asks(stage: Stage, name: str) -> None:
    """A docstring, and one of the two stages."""
    assert stage in {"labels", "predictions"}
    assert (inspect.getdoc(all_checks()[stage, name]) or "").endswith(".")


def test_the_troubled_inputs_meet_every_level() -> None:
    """So that the tests above have seen errors, warnings and notes."""
    levels = {problem.level for stage, name in all_checks() for problem in problems_of(stage, name)}
    assert levels == {"error", "warning", "note"}
