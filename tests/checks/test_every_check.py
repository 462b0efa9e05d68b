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
from audit_inputs import images_of, planted, vectors_of
from examples_images import in_memory, unreadable
from numpy.typing import NDArray

from auditor.checks import Answer, CannotTell, Fine, Stage, Subject, Verdict, all_checks, answers
from auditor.codes import CODES
from auditor.errors import Problem
from auditor.images.files import ImageFiles
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
    found = given.probabilities
    if found is not None:
        rows, sums = scan(found.blocks, given.dataset.labels.codes, covered=found.covered)
    return Subject(
        dataset=given.dataset,
        index=ContentIndex(given.dataset, given.embeddings),
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
    yield subject_of(frame, probs, embeddings=vectors_of(frame))
    yield subject_of(frame, np.random.default_rng(0).permutation(probs))  # another order of rows
    yield subject_of(frame, probs, np.random.default_rng(1).dirichlet(np.ones(3), len(frame)))
    many, _, _ = planted(n=1200)
    given = np.array([names.index(label) for label in many["label"]])
    yield subject_of(many, np.eye(3)[given] * 0.97 + 0.01)  # what the labels say: in-sample
    yield subject_of(many, np.full((1200, 3), 0.2) + 0.4 * np.eye(3)[half_right(given)])
    yield subject_of(frame, probs.round(1) / probs.round(1).sum(axis=1, keepdims=True))  # few digits
    yield subject_of(frame, np.roll(probs, 2, axis=0))  # two rows on, which is also another class order
    mixed = np.random.default_rng(2).permutation(len(frame))
    yield subject_of(frame.iloc[mixed], np.roll(probs[mixed], 2, axis=0))
    yield subject_of(frame.iloc[mixed], np.concatenate([probs[mixed][:120], probs[mixed][:119:-1]]))
    yield subject_of(frame.iloc[:12], probs[:12])  # too few rows
    yield subject_of(frame.iloc[:60], np.full((60, 3), 0.2) + 0.4 * np.eye(3)[half_right(codes[:60])])
    yield subject_of(frame, np.eye(3)[codes])
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
    yield with_images(subject_of(frame.iloc[:5]), in_memory(dict(unreadable().values())))
    yield sound()


def with_images(subject: Subject, images: ImageFiles) -> Subject:
    """The same rows with images beside them."""
    dataset = replace(subject.dataset, images=images)
    return replace(subject, dataset=dataset, index=ContentIndex(dataset))


def half_right(codes: NDArray[Any]) -> NDArray[Any]:
    """Right in 47 % of the rows of three classes: kappa about .2."""
    rng, n = np.random.default_rng(3), len(codes)
    return np.where(rng.permutation(n) < 0.47 * n, codes, (codes + rng.integers(1, 3, n)) % 3)


def sound() -> Subject:
    """Four wrong labels, a copy, a conflict and a leak are findings, not faults of the input."""
    frame, probs, _ = planted()
    mixed = np.random.default_rng(2).permutation(len(frame))  # classes in turn would hide rows that are off
    return with_images(subject_of(frame.iloc[mixed], probs[mixed]), images_of(frame.iloc[mixed]))


@lru_cache
def subjects() -> list[Subject]:
    """The troubled inputs, made once."""
    return list(troubled())


def said_by(stage: Stage, name: str, subject: Subject) -> Answer:
    """What a check says of an input."""
    return next(answer for answer in answers(stage, subject) if answer.check == name)


def all_said(stage: Stage, name: str) -> list[Answer]:
    """What a check says of every troubled input."""
    return [said_by(stage, name, subject) for subject in subjects()]


def problems_of(stage: Stage, name: str) -> list[Problem]:
    """The problems that a check finds in the troubled inputs."""
    return [problem for answer in all_said(stage, name) for problem in answer.problems]


def arrays_of(subject: Subject) -> Iterator[NDArray[Any]]:
    """Every array that a check could write into."""
    yield subject.dataset.labels.codes
    for part in (subject.rows, subject.sums):
        yield from () if part is None else (getattr(part, field.name) for field in fields(part))


NO_PROBLEM = {"kind_of_numbers"}
"""Checks that only tell: what is wrong there is said while reading."""
ONLY_NOTES = {"identifier_columns", "near_copies_by_vectors"}
"""Checks that tell of something, and are silent where it is not there."""
FROM_FEW_ROWS = {
    *("class_order", "row_order", "model_strength", "predictions_out_of_sample"),
    *("label_column_is_no_identifier", "content_tells_rows_apart"),
}
"""Checks that rest on a number of rows."""


@every_check
def test_a_check_says_what_can_be_explained_in_either_language(stage: Stage, name: str) -> None:
    """A known code and level; every sentence filled in, in English and Korean; errors say what to do."""
    problems = problems_of(stage, name)
    assert problems or name in NO_PROBLEM, "no troubled input reaches this check: add one"
    for problem in problems:
        assert problem.slug in CODES
        assert problem.level in {"error", "warning", "note"}
        texts = (problem.what, *problem.details, *problem.fixes)
        for lang in ("en", "ko"):
            assert all(text.to(lang) and "{" not in text.to(lang) for text in texts)
        assert problem.fixes or problem.details or problem.slug in {"too-few-rows", "many-classes"}


@every_check
def test_a_check_asks_and_answers_in_words_that_any_console_can_print(stage: Stage, name: str) -> None:
    """Filled in, in both languages, in the characters of cp949."""
    for answer in all_said(stage, name):
        words = [part.words for part in answer.said if isinstance(part, (Fine, CannotTell))]
        for text in (answer.question, *words):
            for lang in ("en", "ko"):
                assert text.to(lang)
                assert "{" not in text.to(lang)
                text.to(lang).encode("cp949")


@every_check
def test_a_check_reaches_each_of_its_verdicts(stage: Stage, name: str) -> None:
    """It finds nothing wrong somewhere, something wrong elsewhere; and with a handful of rows it says so."""
    verdicts: set[Verdict] = {answer.verdict for answer in all_said(stage, name)}
    assert name in ONLY_NOTES or "fine" in verdicts
    assert name in NO_PROBLEM or verdicts & {"error", "warning", "note"}
    assert name not in FROM_FEW_ROWS or "cannot-tell" in verdicts


@every_check
def test_a_check_says_the_same_again(stage: Stage, name: str) -> None:
    """Nothing random, nothing kept from one input to the next."""
    said = [str(answer) for answer in all_said(stage, name)]
    again = [said_by(stage, name, replace(subject)) for subject in subjects()]
    assert said == [str(answer) for answer in again]


@every_check
def test_a_check_leaves_its_subject_as_it_is(stage: Stage, name: str) -> None:
    """The arrays it looks at hold the same afterwards."""
    for subject in subjects():
        before = [array.copy() for array in arrays_of(subject)]
        said_by(stage, name, replace(subject))
        assert [array.tobytes() for array in before] == [array.tobytes() for array in arrays_of(subject)]


@every_check
def test_a_check_finds_nothing_wrong_with_sound_data(stage: Stage, name: str) -> None:
    """Nor does it say that it cannot tell: 240 rows of three classes are enough."""
    answer = said_by(stage, name, sound())
    assert answer.problems == ()
    assert answer.verdict == ("not-applicable" if name in ONLY_NOTES else "fine")


@every_check
def test_a_check_that_lacks_what_it_looks_at_is_silent(stage: Stage, name: str) -> None:
    """Of predictions that are not there, labels that are not there, content that is not there."""
    frame, probs, _ = planted()
    bare = subject_of(frame[["id"]].assign(text=frame["text"]), columns=ColumnChoice(label="none"))
    unscanned = replace(subject_of(frame, probs), rows=None, sums=None)
    if stage == "predictions":
        assert [said_by(stage, name, subject).said for subject in (bare, unscanned)] == [(), ()]
    elif name.startswith("content"):
        assert said_by(stage, name, replace(bare, index=None)).said == ()
    else:
        assert said_by(stage, name, bare).said == ()


@every_check
def test_a_check_does_not_depend_on_the_order_of_rows(stage: Stage, name: str) -> None:
    """The same codes, levels and verdicts for the rows backwards; examples and directions may be others."""
    frame, probs, _ = planted()
    labels = ["cat ", "zebra", "", *frame["label"][3:]]
    names = ("cat", "dog", "eel")
    frame = frame.assign(label=labels)
    mixed = np.random.default_rng(2).permutation(len(frame))
    off = np.roll(probs[mixed], 2, axis=0)
    for table, numbers in ((frame, probs[:, [1, 2, 0]]), (frame, probs), (frame.iloc[mixed], off)):
        there = said_by(stage, name, subject_of(table, numbers, class_names=names))
        back = said_by(stage, name, subject_of(table.iloc[::-1], numbers[::-1], class_names=names))
        assert there.verdict == back.verdict
        assert [(p.slug, p.level) for p in there.problems] == [(p.slug, p.level) for p in back.problems]


@every_check
def test_a_check_says_what_it_asks(stage: Stage, name: str) -> None:
    """A docstring, a question of a few words, and one of the two stages."""
    member = all_checks()[stage, name]
    assert stage in {"labels", "predictions"}
    assert (inspect.getdoc(member.ask) or "").endswith(".")
    assert 5 < len(member.question) < 60
    assert not member.question.endswith((".", "?"))


def test_no_two_checks_ask_the_same() -> None:
    questions = [member.question for member in all_checks().values()]
    assert len(set(questions)) == len(questions)


def test_the_troubled_inputs_meet_every_level() -> None:
    """So that the tests above have seen errors, warnings and notes."""
    levels = {problem.level for stage, name in all_checks() for problem in problems_of(stage, name)}
    assert levels == {"error", "warning", "note"}
