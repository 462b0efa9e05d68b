"""What the order is made of beside the model's scores: the neighbours' vote, verdicts, and weights."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from auditor.detect import Inputs
from auditor.prioritise.order import LOWEST, order_scores
from auditor.prioritise.rerank import Judgements, p_errors
from auditor.prioritise.vote import mixed, neighbour_vote, seamed, vote_sentence
from auditor.prioritise.weights import Weights
from auditor.review.verdicts import ENOUGH, Verdicts
from auditor.wording import N_, Text, say

WEAK_BESIDE_TEXTS = 0.7
"""Kappa of the predictions from which on similar texts never agreed more with the given labels: on every
text dataset measured their kappa was lower (docs/ranking.md)."""
ANSWERS = 3.0
"""Weight of the answers' word on the given label, measured on four datasets (docs/annotators.md)."""
ANSWERED = N_(
    "the answers of several annotators have a say in the order: -{weight:g} log of the quality that "
    "CROWDLAB finds of the given label"
)
DECIMALS = 6
"""Of a probability that is fitted: its last digits differ from machine to machine."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Worth:
    """What each row is worth: what the queue is sorted by."""

    scores: NDArray[np.float64]
    """(n,) order score, the vote in it; NaN for rows without one."""
    p_error: NDArray[np.float64] | None = None
    """(n,) probability that a reviewer will confirm an error; None before enough verdicts."""
    importance: NDArray[np.float64] | None = None
    """(n,) how much a row weighs; None for all alike."""
    notes: tuple[Text, ...] = ()
    """What is told of the order."""

    @property
    def added(self) -> bool:
        """Whether the worth of copies adds up: once it counts rows corrected."""
        return self.p_error is not None

    @property
    def of_rows(self) -> NDArray[np.float64]:
        """(n,) expected corrected rows, weighted; before verdicts the order score, to whose log-odds the
        logarithm of the weight is added."""
        if self.p_error is not None:
            return self.p_error if self.importance is None else self.p_error * self.importance
        return self.scores if self.importance is None else self.scores + np.log(self.importance)


def worth_of(inputs: Inputs, verdicts: Verdicts | None = None, weights: Weights | None = None) -> Worth:
    """What each row is worth.

    Args:
        inputs: the dataset, its content and its scores.
        verdicts: what reviewers said; fewer than `ENOUGH` change nothing.
        weights: what a user said of the importance of rows.
    """
    weights = weights or Weights()
    scores, notes = _voted(inputs)
    answers = _of_answers(inputs)
    if answers is not None:
        scores, notes = scores + answers, (*notes, say(ANSWERED, weight=ANSWERS))
    p_error = None if verdicts is None else _chances(inputs, scores, verdicts.of_list)
    if verdicts is not None:
        notes += (_learned(len(verdicts.of_list)),) if p_error is not None else _nothing_learned(verdicts)
    return Worth(
        scores=scores,
        p_error=p_error,
        importance=weights.of(inputs.dataset),
        notes=notes + weights.notes,
    )


def _voted(inputs: Inputs) -> tuple[NDArray[np.float64], tuple[Text, ...]]:
    """(n,) order scores with the vote of similar rows in them, and what is told of it."""
    codes = inputs.dataset.labels.codes
    scores = order_scores(inputs.scores, codes)
    vote = None if _hopeless(inputs) else neighbour_vote(inputs.index, inputs.scores, scores)
    if vote is None:
        return scores, ()
    return seamed(scores, order_scores(mixed(inputs.scores, vote), codes), vote), (vote_sentence(vote),)


def _learned(n: int) -> Text:
    return say(
        N_("the order has learned from {n:,} verdict: rows stand by the errors expected of them"),
        N_("the order has learned from {n:,} verdicts: rows stand by the errors expected of them"),
        n=n,
    )


def _nothing_learned(verdicts: Verdicts) -> tuple[Text, ...]:
    """Why verdicts of rounds whose corrections were applied teach the order nothing; () without any."""
    n = int((verdicts.first & ~verdicts.fresh).sum())
    if not n:
        return ()
    one = N_(
        "the order has not learned from {n:,} verdict of earlier rounds: corrections of those rounds were "
        "applied, so that only rows that were right are left of them"
    )
    many = N_(
        "the order has not learned from {n:,} verdicts of earlier rounds: corrections of those rounds were "
        "applied, so that only rows that were right are left of them"
    )
    return (say(one, many, n=n),)


def _of_answers(inputs: Inputs) -> NDArray[np.float64] | None:
    """(n,) what several annotators' answers add: the quality of the given label that CROWDLAB finds in them
    (Goh, Tkachenko, Mueller 2022), as its logarithm; 0 for rows that nobody answered, None without answers.
    """
    quality: NDArray[np.float64] | None = inputs.shared.get("given_quality")
    if quality is None:
        return None
    added: NDArray[np.float64] = -ANSWERS * np.log(np.maximum(quality, LOWEST))
    return np.where(np.isnan(added), 0.0, added)


def _hopeless(inputs: Inputs) -> bool:
    """Whether similar texts cannot be worth listening to, so that looking for them is not worth the time.

    Texts agree with the given labels more than a model does only where the model is weak; auditor's own has
    learned from the same texts.
    """
    if inputs.index.embeddings is not None or inputs.dataset.content.kind != "text":
        return False
    own = inputs.probabilities is not None and inputs.probabilities.model is not None
    return own or inputs.sums is None or inputs.sums.kappa >= WEAK_BESIDE_TEXTS


def _chances(inputs: Inputs, scores: NDArray[np.float64], verdicts: Verdicts) -> NDArray[np.float64] | None:
    if len(verdicts) < ENOUGH:
        return None
    judged = Judgements(rows=verdicts.rows, wrong=verdicts.wrong)
    found = p_errors(scores, inputs.scores, inputs.dataset.labels.codes, judged)
    return np.round(found, DECIMALS)
