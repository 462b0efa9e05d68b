"""Each prediction file is looked at alone, and read once for all checks."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import numpy as np
import pandas as pd
import pytest
import sklearn.metrics
from audit_inputs import random_model
from checked_predictions import checked, seen, subject

from auditor.blocks import Averaged, BlockSource, Matrix
from auditor.checks import CHECKS, MODULES, Subject, all_checks, answers, check, problems_of, run_checks
from auditor.read.choice import InputChoice
from auditor.read.dataset import read_inputs


@pytest.mark.parametrize("k", [2, 3, 10, 40])
@pytest.mark.parametrize("zipf", [False, True])
def test_good_predictions_raise_nothing(k: int, zipf: bool) -> None:
    labels, probs = random_model(4000, k, seed=k, strength=8, zipf=zipf)
    assert checked(labels, probs) == []


def test_the_counts_of_each_file_are_those_of_the_file_alone() -> None:
    labels, first = random_model(500, 3, seed=7)
    second = random_model(500, 3, seed=8)[1]
    found = {look.name: look for look in subject(labels, first, second).files}
    for name, probs in {"predictions 1": first, "predictions 2": second}.items():
        expected = sklearn.metrics.confusion_matrix(labels, probs.argmax(axis=1), labels=range(3))
        assert found[name].read.counts.tolist() == expected.tolist()
        own = probs[np.arange(500), labels]
        assert found[name].lowest.p == pytest.approx(own.min(), abs=1e-7)


@dataclass
class Counted:
    """A source that counts the rows that are read of it."""

    source: BlockSource
    read_rows: list[int] = field(default_factory=list)

    @property
    def shape(self) -> tuple[int, int]:
        return self.source.shape

    def read(self, start: int, stop: int) -> Matrix:
        self.read_rows.append(stop - start)
        return self.source.read(start, stop)

    def rows(self, index: np.ndarray) -> Matrix:
        return self.source.rows(index)


def test_a_file_of_several_is_read_once_for_all_checks() -> None:
    """Its rows once, and three pieces of at most 256 rows for its digits."""
    labels, first = random_model(3000, 3, seed=7)
    view = subject(labels, first, random_model(3000, 3, seed=8)[1])
    assert view.probabilities is not None
    assert isinstance(view.probabilities.blocks, Averaged)
    counted = tuple(Counted(source) for source in view.probabilities.blocks.sources)
    counting = replace(view, probabilities=replace(view.probabilities, blocks=Averaged(counted)))
    answers("predictions", counting)
    answers("predictions", counting)
    assert [sum(source.read_rows) for source in counted] == [3000 + 3 * 256] * 2


def test_rows_without_a_prediction_stand_in_no_check_of_them() -> None:
    """Rows of zeros for absent predictions are neither a lowest probability nor a disagreement."""
    labels, probs = random_model(900, 3, seed=9, strength=8)
    frame = pd.DataFrame({"id": range(900), "text": [f"t{r}" for r in range(900)], "label": labels})
    part = pd.DataFrame(probs[:600], columns=["0", "1", "2"]).assign(id=range(600))
    other = part.assign(**{"0": part["0"]}).iloc[::-1]
    view = seen(frame, [part, other], InputChoice(missing="drop"))
    assert problems_of(run_checks("predictions", view)) == ()
    assert [look.read.n for look in view.files] == [600, 600]
    assert all(look.by_id for look in view.files)


def test_without_a_scan_there_is_nothing_to_check() -> None:
    frame = pd.DataFrame({"text": ["a", "b"], "label": ["x", "y"]})
    found = run_checks("predictions", Subject(dataset=read_inputs(frame).dataset))
    assert {answer.verdict for answer in found} == {"not-applicable"}


# the family


def test_a_check_is_registered_once_under_its_name_in_the_order_of_the_modules() -> None:
    registered = all_checks()
    modules = list(dict.fromkeys(member.ask.__module__ for member in registered.values()))
    assert modules == [f"auditor.checks.{name}" for name in MODULES]
    stage, name = next(iter(registered))

    def again(subject: Subject):  # type: ignore[no-untyped-def]
        yield from ()

    again.__name__ = name
    with pytest.raises(ValueError, match="registered already"):
        check(stage, "again")(again)
    assert set(CHECKS) == set(registered)
