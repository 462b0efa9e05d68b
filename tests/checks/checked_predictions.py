"""Labels and predictions as the checks of the predictions see them."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from audit_inputs import refusal
from numpy.typing import NDArray

from auditor.checks import Answer, Subject, answers, problems_of, run_checks
from auditor.errors import InputError, Problem
from auditor.read.choice import InputChoice
from auditor.read.dataset import read_inputs
from auditor.scan.kernel import scan


def subject(labels: NDArray[Any], *predictions: NDArray[Any], **said: Any) -> Subject:
    """What the checks see of labels named c00, c01 ... and arrays of probabilities; -1 is no label."""
    k = predictions[0].shape[1]
    names = tuple(f"c{code:02d}" for code in range(k))
    frame = pd.DataFrame(
        {
            "text": [f"t{row}" for row in range(len(labels))],
            "label": [names[code] if code >= 0 else "" for code in labels],
        }
    )
    choice = InputChoice(class_names=names, out_of_sample=said.pop("out_of_sample", "not said"))
    return seen(frame, list(predictions), choice, **said)


def seen(frame: pd.DataFrame, predictions: list[Any], choice: InputChoice, **said: Any) -> Subject:
    """What the checks see of a table and its predictions."""
    found = read_inputs(frame, predictions, choice)
    assert found.probabilities is not None
    rows, sums = scan(
        found.probabilities.blocks, found.dataset.labels.codes, covered=found.probabilities.covered
    )
    return Subject(dataset=found.dataset, probabilities=found.probabilities, rows=rows, sums=sums, **said)


def checked(labels: NDArray[Any], *predictions: NDArray[Any], **said: Any) -> list[Problem]:
    """The problems of predictions that can be audited."""
    return list(problems_of(run_checks("predictions", subject(labels, *predictions, **said))))


def refused(labels: NDArray[Any], *predictions: NDArray[Any], **said: Any) -> list[Problem]:
    """The problems of predictions that cannot."""
    return refusal(InputError, checked, labels, *predictions, **said)


def answer(name: str, labels: NDArray[Any], *predictions: NDArray[Any], **said: Any) -> Answer:
    """What one check says."""
    found = answers("predictions", subject(labels, *predictions, **said))
    return next(answer for answer in found if answer.check == name)


def words(said: Answer) -> list[str]:
    """What a check said that is no problem."""
    return [str(part.words) for part in said.said if not isinstance(part, Problem)]


def hard(guess: NDArray[Any], k: int, p: float = 0.9) -> NDArray[np.float64]:
    """Probabilities of about `p` for the guess of every row, no two rows alike."""
    wobble = 0.04 * np.random.default_rng(0).random(len(guess))
    probs = np.repeat(((1 - p + wobble) / (k - 1))[:, None], k, axis=1)
    probs[np.arange(len(guess)), guess] = p - wobble
    return probs
