"""What verdicts say of the rows that nobody has judged: the chance that a reviewer confirms an error.

A logistic curve over the order score, with slight corrections (runner-up, entropy, how many rows disagree in
the same way) and shrunken offsets per given class, suggested class and pair of the two: errors come in pairs
of classes, and a few verdicts on a pair tell the labellers' confusion from the model's, which probabilities
cannot. Every prior stands at the current order, so few verdicts hardly move it. Taken is the mode of the
posterior; what the priors gain and lose is measured in benchmarks/feedback.py.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from auditor.prioritise.order import LAM, LOWEST
from auditor.scan.kernel import RowScores
from auditor.statistics.logistic import Judged, Normal, posterior_mode

Column = NDArray[np.float64]
Cells = NDArray[np.int64]

TOP = 500
"""Columns are centred and scaled over the rows of the first 500 scores: there the verdicts are given."""
BEND = -float(np.log1p(-LAM))
"""Score under which the log-odds go on along their tangent, which rises by 1 / LAM: there the score is mostly
LAM log p(other), and it reaches 0 and below, where log-odds of it do not."""
CLIP = 2.0
"""Corrections count up to this many standard deviations; beyond, they would be extrapolated."""
INTERCEPT: Normal = (0.0, 3.0)
SLOPE: Normal = (1.0, 1.0)
"""Prior of the slope where the verdicts ask for a steeper one."""
SLOPE_BELOW: Normal = (1.0, 0.1)
"""Prior where they ask for a flatter one: the top of a queue is flat, and a few mistaken verdicts make it
flatter; neither says much of its tail."""
NO_SLOPE: Normal = (0.0, 1e-6)
"""In place of a negative slope."""
ALIKE: Normal = (0.0, 0.15)
"""Prior of how many rows disagree in the same way."""
SHAPE: Normal = (0.0, 0.05)
"""Prior of runner-up and entropy: wider ones lose more than they gain."""
CLASS_SD = 0.3
"""Standard deviation of the offsets per given and per suggested class, in log-odds."""
PAIR_SD = 0.5
"""Standard deviation of the offsets per pair of given and suggested class, in log-odds."""
FARTHEST = 30.0
"""Log-odds are cut here, so that every probability is inside (0, 1)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgements:
    """What reviewers said of some rows."""

    rows: NDArray[np.int64]
    """(v,) rows judged, each once."""
    wrong: NDArray[np.bool_]
    """(v,) True where the reviewer found an error."""


def p_errors(
    scores: NDArray[np.float64], rows: RowScores, codes: NDArray[np.int32], verdicts: Judgements
) -> NDArray[np.float64]:
    """(n,) probability in (0, 1) that a reviewer will confirm an error; NaN where `scores` is NaN.

    Without a verdict on a scored row all are NaN: before any verdict there is no number. Rows stand in the
    order of the scores where nothing else tells them apart; equal probabilities are to be ordered by score.
    The result is the same, bit for bit, for any order of rows and of verdicts. Time O(n log n).

    Args:
        scores: (n,) order score, larger = more suspicious.
        rows: p(given), p(best other) and the suggested class of every row.
        codes: (n,) given class.
        verdicts: what is known; rows without a score are ignored.

    Raises:
        ValueError: a row is judged twice.
    """
    if len(np.unique(verdicts.rows)) < len(verdicts.rows):
        raise ValueError("a row is judged twice")
    chances = np.full(len(scores), np.nan)
    scored = np.flatnonzero(~np.isnan(scores))
    position = np.full(len(scores), -1, np.int64)
    position[scored] = np.arange(len(scored))
    fine = position[verdicts.rows] >= 0
    if not fine.any():
        return chances
    given, other = codes[scored].astype(np.int64), rows.other[scored].astype(np.int64)
    cells = given * (int(max(given.max(), other.max())) + 1) + other
    columns = _columns(scores[scored], rows.p_given[scored], rows.p_other[scored], given, other, cells)
    kinds = [(given, CLASS_SD)]
    if not _two_classes(given, other):
        kinds += [(other, CLASS_SD), (cells, PAIR_SD)]
    judged, wrong = _in_order(position[verdicts.rows[fine]], verdicts.wrong[fine], cells, columns)
    odds = _log_odds_of_all(columns, kinds, judged, wrong)
    chances[scored] = 1 / (1 + np.exp(-np.clip(odds, -FARTHEST, FARTHEST)))
    return chances


def _two_classes(given: Cells, other: Cells) -> bool:
    """True where the given class tells the suggested one and the runner-up is the rest: offsets for both,
    runner-up and entropy would say the same again."""
    return int(max(given.max(), other.max())) < 2


def _columns(
    scores: Column, p_given: Column, p_other: Column, given: Cells, other: Cells, cells: Cells
) -> list[Column]:
    """The standardised log-odds and the corrections, (n,) each; rows with a score only."""
    top = scores >= np.partition(scores, max(len(scores) - TOP, 0))[max(len(scores) - TOP, 0)]
    own, rival = np.clip(p_given, LOWEST, 1.0), np.clip(p_other, LOWEST, 1.0)
    corrections = [_how_many_alike(cells, p_other > p_given)]
    if not _two_classes(given, other):
        rest = np.clip(1 - own - rival, LOWEST, 1.0)
        entropy = -(own * np.log(own) + rival * np.log(rival) + rest * np.log(rest))
        corrections += [np.log(rival), entropy]
    clipped = (np.clip(_standard(column, top), -CLIP, CLIP) for column in corrections)
    return [_standard(_log_odds(scores), top), *clipped]


def _log_odds(scores: Column) -> Column:
    """log(e^s - 1): the log-odds of "not the given label" with e^-s as its probability; strictly rising."""
    high = np.maximum(scores, BEND)
    bent: Column = high + np.log1p(-np.exp(-high)) + np.minimum(scores - BEND, 0.0) / LAM
    return bent


def _how_many_alike(cells: Cells, disagrees: NDArray[np.bool_]) -> Column:
    """log(1 + number of rows of the same given and suggested class where the model prefers the latter)."""
    found, counts = np.unique(cells[disagrees], return_counts=True)
    at = np.minimum(np.searchsorted(found, cells), max(len(found) - 1, 0))
    number = np.where(found[at] == cells, counts[at], 0) if len(found) else np.zeros(len(cells), np.int64)
    alike: Column = np.log1p(number)
    return alike


def _standard(column: Column, top: NDArray[np.bool_]) -> Column:
    """Centred and scaled over the rows of `top`, summed in order of size so that no row order shows."""
    values = np.sort(column[top])
    spread = float(values.std())
    standard: Column = (column - values.mean()) / (spread if spread > LOWEST else 1.0)
    return standard


def _in_order(
    judged: Cells, wrong: NDArray[np.bool_], cells: Cells, columns: Sequence[Column]
) -> tuple[Cells, Column]:
    """The judged rows and their verdicts (1.0 = wrong), by pair and then by what else is known of them."""
    keys = (wrong, *(column[judged] for column in columns), cells[judged])
    order = np.lexsort(keys)
    return judged[order], wrong[order].astype(np.float64)


def _log_odds_of_all(
    columns: Sequence[Column], kinds: Sequence[tuple[Cells, float]], judged: Cells, wrong: Column
) -> Column:
    """(n,) log-odds of an error under the mode of the posterior.

    Args:
        columns: (n,) each, the log-odds first.
        kinds: (n,) codes of each kind of offset, and the standard deviation of its offsets.
        judged: rows, in an order that depends on no row number.
        wrong: (v,) 1.0 for an error, 0.0 for none.
    """
    fixed = np.column_stack([np.ones(len(judged)), *(column[judged] for column in columns)])
    seen = [np.unique(codes[judged]) for codes, _ in kinds]
    ends = np.cumsum([fixed.shape[1], *(len(codes) for codes in seen)])
    places = [
        start + np.searchsorted(known, codes[judged])
        for start, known, (codes, _) in zip(ends[:-1], seen, kinds, strict=True)
    ]
    priors = [INTERCEPT, SLOPE, ALIKE, *[SHAPE] * (len(columns) - 2)]
    for known, (_, spread) in zip(seen, kinds, strict=True):
        priors += [(0.0, spread)] * len(known)
    weights = _with_slope(Judged(fixed=fixed, places=np.column_stack(places), wrong=wrong), priors)
    odds = np.full(len(columns[0]), weights[0])
    for column, weight in zip(columns, weights[1:], strict=False):
        odds += weight * column
    for start, end, known, (codes, _) in zip(ends[:-1], ends[1:], seen, kinds, strict=True):
        odds += _looked_up(codes, known, weights[start:end])
    return odds


def _looked_up(codes: Cells, seen: Cells, offsets: Column) -> Column:
    """(n,) the offset of each row's code, 0 for codes that nobody has judged."""
    at = np.minimum(np.searchsorted(seen, codes), len(seen) - 1)
    return np.where(seen[at] == codes, offsets[at], 0.0)


def _with_slope(judged: Judged, priors: Sequence[Normal]) -> Column:
    """The mode with the slope's prior in two halves, the flatter half tighter, and the slope at least 0.

    Both halves have their mean in one place, so the side on which the first fit ends is the right one.
    """
    weights = posterior_mode(judged, [priors[0], SLOPE_BELOW, *priors[2:]])
    if weights[1] > SLOPE_BELOW[0]:
        weights = posterior_mode(judged, priors)
    elif weights[1] < 0:
        weights = posterior_mode(judged, [priors[0], NO_SLOPE, *priors[2:]])
    weights[1] = max(weights[1], 0.0)
    return weights
