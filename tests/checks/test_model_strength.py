"""Whether the model knows enough for its order of rows to mean something."""

from __future__ import annotations

import numpy as np
import pytest
import sklearn.metrics
from audit_inputs import slugs
from checked_predictions import answer, hard, subject, words
from numpy.typing import NDArray

from auditor.checks import answers, problems_of


def of_kappa(kappa: float, n: int) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Two equal classes in turn; the share of right predictions is (1 + kappa) / 2 in each, to the row."""
    labels = np.arange(n) % 2
    guess = 1 - labels
    rng = np.random.default_rng(0)
    for code in (0, 1):
        rows = rng.permutation(np.flatnonzero(labels == code))[: round((1 + kappa) / 2 * (n // 2))]
        guess[rows] = code
    return labels, hard(guess, 2)


@pytest.mark.parametrize(
    ("kappa", "n", "said", "verdict"),
    [
        # at chance: under max(0.10, 3 / sqrt(n)); surely weak: kappa + 2 / sqrt(n) under 0.30
        (0.08, 10_000, "chance-level", "not-applicable"),
        (0.12, 10_000, "weak-model", "warning"),
        (0.14, 400, "chance-level", "not-applicable"),  # bar 0.15
        (0.16, 400, "weak-model", "warning"),  # 0.16 + 0.10 < 0.30
        (0.22, 400, None, "cannot-tell"),  # 0.22 + 0.10 > 0.30
        (0.08, 100, "chance-level", "not-applicable"),  # bar 0.30; 0.08 + 0.20 < 0.30
        (0.12, 100, None, "cannot-tell"),  # 0.12 + 0.20 > 0.30: a fair model can look so on 100 rows
        (0.28, 100, None, "cannot-tell"),
        (0.305, 10_000, None, "cannot-tell"),  # 0.305 - 0.0095 < 0.30
        (0.32, 10_000, None, "fine"),
    ],
)
def test_agreement_at_chance_stops_a_weak_model_is_warned_of_and_few_rows_do_not_tell(
    kappa: float, n: int, said: str | None, verdict: str
) -> None:
    labels, probs = of_kappa(kappa, n)
    found = sklearn.metrics.cohen_kappa_score(labels, probs.argmax(axis=1))
    assert found == pytest.approx(kappa, abs=1e-3)
    every = answers("predictions", subject(labels, probs))
    assert slugs(problems_of(every)) == ([said] if said else [])
    assert next(part.verdict for part in every if part.check == "model_strength") == verdict


def test_a_strong_model_is_fine_with_its_kappa() -> None:
    labels, probs = of_kappa(0.5, 400)
    assert words(answer("model_strength", labels, probs)) == [
        "predictions: agreement with the labels is 75%, kappa 0.50 (0.30 is needed)"
    ]
