"""cleanlab itself, for those who want its own answer."""

from __future__ import annotations

import warnings

import numpy as np
import pytest
from audit_inputs import random_model
from oracles import cleanlab_flags

from auditor.blocks import ArrayBlocks
from auditor.scan.reference import flagged_by_cleanlab


def test_cleanlab_sees_only_known_rows() -> None:
    """Rows without label or prediction are not handed over and not flagged."""
    labels, probs = random_model(300, 4, 3, noise=0.3)
    known = np.random.default_rng(0).random(300) > 0.3
    labels[~known] = -1
    flags = flagged_by_cleanlab(ArrayBlocks(probs), labels, known)

    assert not flags[~known].any()
    assert (flags[known] == cleanlab_flags(labels[known], probs[known])).all()


def test_another_filter_can_be_named() -> None:
    """`predicted_neq_given` is what its name says."""
    labels, probs = random_model(200, 3, 1)
    flags = flagged_by_cleanlab(ArrayBlocks(probs), labels, np.ones(200, bool), "predicted_neq_given")

    assert (flags == (probs.argmax(axis=1) != labels)).all()


def test_warnings_are_as_strict_afterwards_as_before() -> None:
    """Importing and running cleanlab changes no warning filter of the process."""
    labels, probs = random_model(50, 3, 1)
    before = list(warnings.filters)
    flagged_by_cleanlab(ArrayBlocks(probs), labels, np.ones(50, bool))

    assert list(warnings.filters) == before
    with pytest.raises(UserWarning):
        warnings.warn("still an error", UserWarning, stacklevel=1)
