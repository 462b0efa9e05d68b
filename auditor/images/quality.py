"""Which images are dark, bright, blurry, nearly empty, of an odd size or shape, or grey among coloured ones.

Each question has a measure (`measuring.py`) and a bar. The bars were set on undamaged photos and on planted
damage (`benchmarks/images_quality.py`): of the 10,000 images of CIFAR-10 six pass one of the first four, of
450 cuts of photos one, while what is blurred by two pixels or darkened by four stops is found. Of images that
are overexposed and clipped only a fifth is: they keep their blacks.

What most of a dataset looks like is no fault of an image: where more than a quarter of the images pass a bar
(digits are nearly all black), an image is flagged only if it stands out from the others too. Standing out
is the modified z-score of Iglewicz & Hoaglin 1993: distance from the median over the median absolute
deviation, from 3.5 up. Size and shape are judged so from the start: there is no right size.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from auditor.images.looks import Looks
from auditor.wording import N_

Numbers = NDArray[np.float64]
USUAL = 0.25
"""Share of the images above which what they have in common is how the dataset is."""
STANDS_OUT = 3.5
"""Modified z-score from which a value is an outlier (Iglewicz & Hoaglin 1993)."""
FEWEST = 10
"""Images from which on there is something usual, and one can stand out from the others."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """Where a measure begins to be a fault."""

    value: float
    """A fault is below it, or above it where `above`; of size and shape: how far from the median."""
    above: bool = False
    means: str
    """What a flagged image is: a marked sentence."""


BARS = {
    "dark": Bar(value=0.3, means=N_("dark: even its lightest parts are darker than a third of white")),
    "bright": Bar(value=0.7, above=True, means=N_("washed out: even its darkest parts are light")),
    "blurry": Bar(value=0.25, means=N_("blurred: it has no sharp edge anywhere, for its contrast")),
    "low_information": Bar(value=3.0, means=N_("nearly empty: its greys carry under 3 bits a pixel")),
    "greyscale": Bar(value=0.01, means=N_("grey, in a dataset of coloured images")),
}
"""Question -> its bar, in the unit of its measure."""
DISTANCES = {
    "odd_size": Bar(value=2.0, means=N_("of an odd size: four times larger or smaller than is usual here")),
    "odd_aspect": Bar(value=1.0, means=N_("of an odd shape: twice as long or as square as is usual here")),
}
"""Question -> how far from the median an image lies at least: in powers of two."""
QUESTIONS = (*BARS, *DISTANCES)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Judged:
    """One question, asked of every image."""

    flagged: NDArray[np.bool_]
    """(n,) False where the image was not opened or the question has no answer."""
    score: NDArray[np.float32]
    """(n,) 0..1: 0 the worst, under .5 flagged; 1 where the question has no answer."""
    usual: bool
    """So many images pass the bar that only those that stand out from the others are flagged."""


def judged(looks: Looks) -> dict[str, Judged]:
    """Every question, asked of every image; in the order of `QUESTIONS`."""
    found = {name: _against(looks.quality[name].astype(np.float64), bar) for name, bar in BARS.items()}
    for name, bar in DISTANCES.items():
        values = looks.quality[name].astype(np.float64)
        distance = np.abs(values - _median(values)) / bar.value
        found[name] = _judged(np.minimum(distance, np.abs(modified_z(values)) / STANDS_OUT), usual=False)
    return found


def flags(looks: Looks) -> dict[str, NDArray[np.bool_]]:
    """Question -> (n,) which images it flags."""
    return {name: answer.flagged for name, answer in judged(looks).items()}


def scores(looks: Looks) -> dict[str, NDArray[np.float32]]:
    """Question -> (n,) 0..1, the worst first; under .5 flagged."""
    return {name: answer.score for name, answer in judged(looks).items()}


def _against(values: Numbers, bar: Bar) -> Judged:
    """A measure against its bar, and against the others where the bar is passed by many."""
    below, limit = (1 - values, 1 - bar.value) if bar.above else (values, bar.value)
    with np.errstate(divide="ignore"):
        worse = limit / np.maximum(below, 0)
    known = ~np.isnan(below)
    usual = int(known.sum()) >= FEWEST and float((worse[known] > 1).mean()) > USUAL
    if usual:
        worse = np.minimum(worse, np.maximum(-modified_z(below), 0) / STANDS_OUT)
    return _judged(worse, usual)


def _judged(worse: Numbers, usual: bool) -> Judged:
    """From how much worse than the bar each is: 1 is at the bar."""
    known = ~np.isnan(worse)
    worse = np.where(known, worse, 0)
    return Judged(flagged=worse > 1, score=(1 / (1 + worse)).astype(np.float32), usual=usual)


def modified_z(values: Numbers) -> Numbers:
    """(n,) how far each stands out from the others: .6745 times its distance from the median over the median
    absolute deviation; where that is 0, over 1.2533 times the mean one.

    0 where nothing differs or there are too few; NaN stays NaN.

    Source: Iglewicz, B. & Hoaglin, D. (1993), How to detect and handle outliers.

    >>> modified_z(np.array([1.0] * 9 + [2.0])).round(2).tolist()[-1]
    7.98
    """
    known = values[~np.isnan(values)]
    if len(known) < FEWEST:
        return np.where(np.isnan(values), np.nan, 0.0)
    distance = values - np.median(known)
    spread = float(np.median(np.abs(known - np.median(known)))) / 0.6745
    if not spread:
        spread = 1.253314 * float(np.abs(known - np.median(known)).mean())
    return distance / spread if spread else distance * 0


def _median(values: Numbers) -> float:
    known = values[~np.isnan(values)]
    return float(np.median(known)) if len(known) else 0.0
