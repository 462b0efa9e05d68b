"""The models for texts: a logistic regression and naive Bayes over the same pieces."""

from __future__ import annotations

from collections.abc import Sequence

import pyarrow as pa

from auditor.predict.learners import Learner
from auditor.predict.linear import LinearLearner
from auditor.predict.naive_bayes import BayesLearner
from auditor.predict.text_features import text_features


def text_learners(columns: Sequence[pa.Array]) -> tuple[Learner, ...]:
    """The models for the text columns of a dataset; features are made, nothing is fitted.

    Args:
        columns: of strings, each of n; null counts as "".
    """
    features = text_features(columns)
    return LinearLearner(features=features), BayesLearner(features=features)
