"""What kind of numbers the predictions are, as a person is told."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from audit_inputs import random_model
from checked_predictions import answer, words
from numpy.typing import NDArray

LABELS, PROBS = random_model(200, 3, seed=0, strength=6)


@pytest.mark.parametrize(
    ("numbers", "verdict", "said"),
    [
        (PROBS, "fine", "probabilities; every row sums to 1"),
        (np.log(PROBS) + 2, "fine", "logits; turned into probabilities by softmax"),
        (np.log(PROBS), "fine", "log-probabilities; turned into probabilities by exp"),
        (100 * PROBS, "fine", "percentages; divided by 100"),
        (PROBS * 1.0005, "fine", "probabilities; rows summed to nearly 1 and were renormalised"),
        (np.eye(3)[LABELS], "cannot-tell", "every value is 0 or 1; how sure the model is cannot be told"),
    ],
)
def test_the_kind_is_told(numbers: NDArray[Any], verdict: str, said: str) -> None:
    found = answer("kind_of_numbers", LABELS, numbers)
    assert (found.verdict, words(found)) == (verdict, [f"predictions: {said}"])


def test_each_file_has_its_own_kind() -> None:
    said = words(answer("kind_of_numbers", LABELS, PROBS, np.log(PROBS) + 2))
    assert [line.split(";")[0] for line in said] == ["predictions 1: probabilities", "predictions 2: logits"]
