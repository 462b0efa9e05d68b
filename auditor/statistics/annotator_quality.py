"""How good each annotator is, by the consensus and the model, and who stands clear of the others.

The quality is that of CROWDLAB (arXiv:2210.06812, section 3.3). A number for three answers says little;
whether somebody is clear is told by partial pooling, as for slices (`pooling.py`).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from auditor.statistics.crowdlab import Consensus
from auditor.statistics.pooling import TAIL, comparable, pooled
from auditor.statistics.votes import Floats, Ints, Votes, means_by


@dataclass(frozen=True, slots=True, kw_only=True)
class Annotators:
    """What is said of each annotator: arrays of (m,)."""

    quality: Floats
    """How good an annotator's answers are, 0..1; NaN for who shares no row with anyone."""
    agreement: Floats
    """The share of an annotator's answers that are the consensus."""
    answers: Ints
    worst: Ints
    """The class that, where the annotator names it, is the consensus least often."""


def annotators_of(votes: Votes, found: Consensus) -> Annotators:
    """The quality of every annotator: section 3.3 of the paper."""
    hits = (votes.label == found.label[votes.row]).astype(np.float64)
    shared = votes.shared[votes.row]
    agreed = means_by(votes.annotator[shared], hits[shared], votes.annotators)
    quality = agreed
    if found.weights is not None:
        weights = found.weights
        annotators = weights.annotators.sum() * (len(votes.row) / votes.rows) / votes.annotators
        of_model = weights.model / (weights.model + annotators)
        likely = means_by(votes.annotator, found.answered, votes.annotators)
        quality = of_model * likely + (1 - of_model) * agreed
    return Annotators(
        quality=quality,
        agreement=means_by(votes.annotator, hits, votes.annotators),
        answers=np.bincount(votes.annotator, minlength=votes.annotators),
        worst=_worst(votes, found, hits),
    )


def _worst(votes: Votes, found: Consensus, hits: Floats) -> Ints:
    """(m,) ties go to the class named more often, then to the one of the surer rows, then to the first."""
    keys, of, counts = np.unique(
        votes.annotator * votes.classes + votes.label, return_inverse=True, return_counts=True
    )
    of = of.reshape(-1)
    right = means_by(of, hits, len(keys))
    sure = means_by(of, found.quality[votes.row], len(keys))
    order = np.lexsort((keys, -sure, -counts, right, keys // votes.classes))
    _, first = np.unique((keys // votes.classes)[order], return_index=True)
    worst: Ints = keys[order][first] % votes.classes
    return worst


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """Annotators beside the others, by their answers to rows that others answered too: arrays of (s,)."""

    annotators: Ints
    """Those who have such answers."""
    shared: Ints
    """Their answers to such rows."""
    differ: Ints
    """Those of them that are not the consensus."""
    expected: Floats
    """The share that differs among others, where the consensus is of the same classes."""
    pooled: Floats
    """The share that differs, drawn towards the expected one."""
    low: Floats
    """Ends of its 95 % interval."""
    high: Floats
    clear: NDArray[np.bool_]
    """Whether the share is no higher than expected with a probability of at most 2.5 %."""


def compared_annotators(votes: Votes, label: NDArray[np.int32], among: Ints | None = None) -> Compared:
    """Annotators beside the others: how often an answer is not the consensus.

    Args:
        votes: the answers.
        label: (rows,) the consensus.
        among: the annotators that are compared, all by default; the others are others all the same.
    """
    here = votes.shared[votes.row]
    people, consensus = votes.annotator[here], label[votes.row[here]].astype(np.int64)
    wrong = votes.label[here] != consensus
    there = np.unique(people) if among is None else np.intersect1d(people, among)
    place = np.full(votes.annotators, -1)
    place[there] = np.arange(len(there))
    found = comparable(place[people], consensus, wrong)
    beliefs = pooled(found)
    return Compared(
        annotators=there,
        shared=np.bincount(people, minlength=votes.annotators)[there],
        differ=np.bincount(people[wrong], minlength=votes.annotators)[there],
        expected=found.expected,
        pooled=beliefs.rate,
        low=beliefs.quantile(TAIL),
        high=beliefs.quantile(1 - TAIL),
        clear=beliefs.below(found.expected) <= TAIL,
    )
