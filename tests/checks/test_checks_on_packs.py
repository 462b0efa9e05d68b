"""Real predictions: no false alarm on any of them, and what is planted in them is found.

benchmarks/doctor.py does the same with every fault and many subsamples; docs/doctor.md keeps a run.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from audit_inputs import slugs
from checked_predictions import subject
from numpy.typing import NDArray

from auditor.checks import answers, problems_of
from auditor.read.choice import InputChoice
from auditor.read.columns import ColumnChoice
from auditor.read.dataset import read_inputs

TRUE = {"20news": ["saturated"], "klue_nli": ["weak-model"]}
"""61 rows share p(given) = 0; 42 % right of three classes."""
UNTOLD = {
    "imdb": {"row_order"},
    "banking77": {"row_order"},  # both are sorted by class
    "klue_nli": {"class_order", "row_order"},
}
"""Checks that cannot tell; all others are fine."""


@lru_cache
def real_sets(folder: Path) -> list[tuple[str, str, NDArray[np.int32], NDArray[Any]]]:
    """(pack, file, labels, probabilities) of every prediction file of the packs."""
    return list(_read(folder))


def _read(folder: Path) -> Iterator[tuple[str, str, NDArray[np.int32], NDArray[Any]]]:
    for path in sorted(folder.glob("*/pred_probs*.npy")):
        (data,) = path.parent.glob("dataset.*")
        text = ("sentence",) if path.parent.name == "conll_tokens" else ()
        found = read_inputs(data, [path], InputChoice(columns=ColumnChoice(text=text)))
        assert found.probabilities is not None
        probs = found.probabilities.blocks.read(0, len(found.dataset))
        yield path.parent.name, path.name, found.dataset.labels.codes, probs


def test_no_real_predictions_raise_a_false_alarm(shared_data: Path) -> None:
    """And the checks commit themselves wherever the data tell."""
    sets = real_sets(shared_data)
    assert len(sets) >= 17
    for pack, file, labels, probs in sets:
        found = answers("predictions", subject(labels, probs))
        assert slugs(problems_of(found)) == TRUE.get(pack, []), (pack, file)
        untold = {answer.check for answer in found if answer.verdict == "cannot-tell"}
        assert untold == UNTOLD.get(pack, set()), (pack, file)


def test_permuted_columns_and_shuffled_rows_of_real_predictions_are_found(shared_data: Path) -> None:
    """At least 98 of 100 where there are 1,000 rows, five of each class, and a model of kappa .3."""
    trials: dict[str, int] = {"class-order": 0, "chance-level": 0}
    missed = dict(trials)
    for number, (pack, _, labels, probs) in enumerate(real_sets(shared_data)):
        if pack == "klue_nli" or len(labels) < 1000:
            continue
        for seed in range(3):
            rng = np.random.default_rng([number, seed])
            rows = np.sort(rng.permutation(len(labels))[:1000])
            given, guess = labels[rows], probs[rows]
            order = rng.permutation(guess.shape[1])
            spoilt = {"chance-level": rng.permutation(guess)}
            if (order != np.arange(len(order))).any():
                spoilt["class-order"] = guess[:, order]
            for slug, wrong in spoilt.items():
                trials[slug] += 1
                missed[slug] += slug not in slugs(problems_of(answers("predictions", subject(given, wrong))))
    assert all(count >= 40 for count in trials.values())
    assert all(missed[slug] <= 0.02 * trials[slug] for slug in trials)
