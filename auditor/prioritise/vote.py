"""A second opinion on the head of the queue: what the rows that are most alike are labelled.

The up to `VOTERS` nearest rows vote for the labels they were given, the nearer the louder, with one vote for
the shares of the classes (`predict/vectors_nearest.py`). **Errors vouch for their copies**: these have no
vote (`electorate.py`). Of 60 digits that stand in the data five times with one wrong label, average precision
is .966 without a vote, .941 with one that leaves out only the row itself, .980 with this one.

**The vote must earn its weight.** On a sample of all rows, both the vote and the model are compared with the
given labels. Only where the vote agrees with them no less than the model does (Cohen's kappa of both) is it
listened to; else its weight is 0 and the head is not voted on. A vote that agrees less re-orders rows that
the model knew better: mnist with pixels as vectors (kappa .955 beside .990) would lose .18 average precision.
benchmarks/vote.py measures both.

Memory: a few numbers per row of the head and the sample. Nothing depends on the order of the rows.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from auditor.predict.vectors_nearest import votes
from auditor.predict.vectors_units import shares
from auditor.prioritise.electorate import VOTERS, Rows, Source, electorate, kinds_of, source_of
from auditor.scan.kernel import RowScores
from auditor.similar.content import ContentIndex
from auditor.similar.kept import hashes_of
from auditor.ties import tie_keys
from auditor.wording import N_, Text, say, share

WEIGHT = 0.1
"""How much of a probability is the vote's, where it is worth it. 0.3 finds more of most errors, and loses up
to .06 average precision where there are many small classes and each is mislabelled as one other: its 15
voters are then much of the class, errors included."""
HEAD: dict[str, int] = {"vectors": 20_000, "content": 2_000}
"""Rows with the highest order scores that are voted on, by what is compared."""
SAMPLE: dict[str, int] = {"vectors": 5_000, "content": 1_000}
"""Contents by which the vote is measured."""
FEWEST = 100
"""Contents below which nothing can be measured."""
LEAST = 0.05
"""Kappa under which a vote says nothing, whatever the model says."""
BLOCK = 1 << 20
"""Shares of votes that are held at once."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Vote:
    """What the neighbours of the rows at the head of the queue say."""

    given: NDArray[np.float64]
    """(n,) share of the votes for the given class, 0..1, the prior counted in; NaN outside the head,
    and everywhere where the vote is not worth it."""
    other: NDArray[np.float64]
    """(n,) the same for the model's best other class."""
    weight: float
    """How much of a probability is the vote's: `WEIGHT`, or 0 where the vote is not worth it."""
    source: Source
    """What makes rows neighbours."""
    voters: int
    """Rows that vote on a row at most."""
    agreement: float
    """Cohen's kappa of the vote and the given labels on the sample; NaN where it is empty."""
    model_agreement: float
    """The same of the model."""
    sampled: int
    """Contents in the sample."""

    @property
    def voted(self) -> NDArray[np.bool_]:
        """(n,) True for the rows of the head."""
        return ~np.isnan(self.given)


def neighbour_vote(
    index: ContentIndex, rows: RowScores, scores: NDArray[np.float64], *, always: bool = False
) -> Vote | None:
    """The vote on the rows with the highest order scores.

    Args:
        index: n rows, perhaps with vectors; without, rows of similar content vote.
        rows: what the model says of each row.
        scores: (n,) order scores, NaN for rows without one.
        always: hold the vote also where it is not worth it, to measure what it would do.

    Returns:
        The vote, with weight 0 where it is not worth more; None where there is nothing to compare.
    """
    source = source_of(index)
    if source is None or not rows.scored.any():
        return None
    codes = index.dataset.labels.codes
    sample = _sample(index, rows, source)
    agreement = kappa(codes[sample], _votes(index, rows, sample, source)[2])
    model_agreement = kappa(codes[sample], rows.predicted[sample])
    worth = len(sample) >= FEWEST and agreement >= max(model_agreement, LEAST)
    head = _head(scores, HEAD[source]) if worth or always else np.empty(0, np.int64)
    given, other, _ = _votes(index, rows, head, source)
    return Vote(
        given=_spread(len(scores), head, given),
        other=_spread(len(scores), head, other),
        weight=WEIGHT if worth else 0.0,
        source=source,
        voters=VOTERS,
        agreement=agreement,
        model_agreement=model_agreement,
        sampled=len(sample),
    )


def mixed(rows: RowScores, vote: Vote) -> RowScores:
    """The row scores with the vote in the probabilities of the rows it was held on.

        p' = (1 - weight) p + weight * vote

    for the given class and for the model's best other one.
    """
    voted, w = vote.voted, vote.weight
    return RowScores(
        p_given=np.where(voted, (1 - w) * rows.p_given + w * vote.given, rows.p_given),
        p_other=np.where(voted, (1 - w) * rows.p_other + w * vote.other, rows.p_other),
        other=rows.other,
        predicted=rows.predicted,
    )


def seamed(before: NDArray[np.float64], after: NDArray[np.float64], vote: Vote) -> NDArray[np.float64]:
    """Order scores in which the vote has re-ordered the head, and nothing else.

    Probabilities with a vote in them are less extreme than those without, so the two do not compare: where
    rows of the head would stand behind the first row that nobody voted on, the whole head is lifted.

    Args:
        before: (n,) order scores without the vote, NaN for rows without one.
        after: (n,) order scores of `mixed`.
        vote: tells which rows are the head.

    Returns:
        (n,) `before` outside the head, there `after`, all moved by one number of 0 or more.
    """
    voted = vote.voted
    if not vote.weight or not voted.any():
        return before
    rest = before[~voted & ~np.isnan(before)]
    lift = max(0.0, float(rest.max(initial=-np.inf) - after[voted].min()))
    return np.where(voted, after + lift, before)


def vote_sentence(vote: Vote) -> Text:
    """What a user is told of the vote."""
    if vote.sampled < FEWEST:
        return say(
            N_(
                "the labels of similar rows have no say in the order: {n:,} row is too few to tell whether "
                "they are worth listening to"
            ),
            N_(
                "the labels of similar rows have no say in the order: {n:,} rows are too few to tell whether "
                "they are worth listening to"
            ),
            n=vote.sampled,
        )
    values = {"vote": round(vote.agreement, 2), "model": round(vote.model_agreement, 2)}
    if not vote.weight:
        return say(
            N_(
                "the labels of similar rows have no say in the order: they agree with the given labels less "
                "than the predictions do (kappa {vote:.2f} and {model:.2f})"
            ),
            **values,
        )
    return say(
        N_(
            "the labels of the {voters} most similar rows, copies left out, have {weight} of the say in the "
            "order: they agree with the given labels no less than the predictions do (kappa {vote:.2f} and "
            "{model:.2f})"
        ),
        voters=vote.voters,
        weight=share(vote.weight, 0),
        **values,
    )


def kappa(one: NDArray[np.integer], other: NDArray[np.integer]) -> float:
    """Cohen's kappa of two classes per row, at most 1; NaN for no rows, 0 where all are of one class.

    >>> kappa(np.array([0, 0, 1, 1]), np.array([0, 1, 1, 1]))
    0.5
    """
    if not len(one):
        return float("nan")
    k = int(max(one.max(), other.max())) + 1
    by_chance = float(np.bincount(one, minlength=k) @ np.bincount(other, minlength=k)) / len(one) ** 2
    same = float((one == other).mean())
    return 0.0 if by_chance >= 1 else (same - by_chance) / (1 - by_chance)


def _head(scores: NDArray[np.float64], most: int) -> Rows:
    """The rows with the highest scores, ascending: at most `most`; rows that are equal to the first row left
    out are left out too."""
    scored = np.flatnonzero(~np.isnan(scores))
    if len(scored) <= most:
        return scored
    bar = np.partition(scores[scored], -most - 1)[-most - 1]
    head: Rows = scored[scores[scored] > bar]
    return head


def _sample(index: ContentIndex, rows: RowScores, source: Source) -> Rows:
    """A row of each of some contents drawn by a hash, ascending: rows with label, prediction and something
    to compare."""
    kinds = kinds_of(index, source)
    usable = rows.scored & (kinds >= 0)
    drawn = _drawn(index, kinds, usable, SAMPLE[source], source)
    at = np.flatnonzero(usable & drawn[kinds])
    key = tie_keys(index.dataset, index)(at)
    order = np.lexsort((rows.predicted[at], rows.p_given[at], key, kinds[at]))
    first = np.diff(kinds[at[order]], prepend=-1) != 0
    return np.sort(at[order[first]])


def _drawn(
    index: ContentIndex, kinds: Rows, usable: NDArray[np.bool_], most: int, source: Source
) -> NDArray[np.bool_]:
    """(contents + 1,) whether a content is drawn; the last, which stands for none, is not.

    Vectors are numbered in the order of a hash of theirs.
    """
    out = np.zeros(int(kinds.max(initial=-1)) + 2, bool)
    numbers, first = np.unique(kinds[usable], return_index=True)
    if source == "content":
        at = pa.array(np.flatnonzero(usable)[first])
        numbers = numbers[np.argsort(hashes_of([column.take(at) for column in index.columns]), kind="stable")]
    out[numbers[:most]] = True
    return out


def _votes(
    index: ContentIndex, rows: RowScores, asked: Rows, source: Source
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.int64]]:
    """(m,) share of the votes for the given class, (m,) for the best other, (m,) the class with most."""
    codes = index.dataset.labels.codes
    voices, similarity = electorate(index, asked, source)
    prior = shares(codes[codes >= 0], len(index.dataset.classes))
    given, other, choice = np.empty(len(asked)), np.empty(len(asked)), np.empty(len(asked), np.int64)
    for here in _blocks(len(asked), max(len(prior), voices.shape[1])):
        told = votes(voices[here], similarity[here], prior)
        at = np.arange(len(told))
        given[here] = told[at, codes[asked[here]]]
        other[here] = told[at, rows.other[asked[here]]]
        choice[here] = told.argmax(axis=1)
    return given, other, choice


def _blocks(m: int, wide: int) -> Iterator[slice]:
    step = max(BLOCK // wide, 1)
    for start in range(0, m, step):
        yield slice(start, min(start + step, m))


def _spread(n: int, at: Rows, values: NDArray[np.float64]) -> NDArray[np.float64]:
    """(n,) values at some rows, NaN elsewhere."""
    out = np.full(n, np.nan)
    out[at] = values
    return out
