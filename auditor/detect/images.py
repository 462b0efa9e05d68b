"""Images that cannot be opened, and images that are dark, washed out, blurred, nearly empty, odd or grey.

**What it finds.** Images whose file is missing, empty, damaged or cut off, of a format that is not opened,
or refused because its path leads elsewhere or it would unpack to too much. Images that are dark, washed
out, blurred or nearly empty; of a size or shape far from what is usual in the dataset; grey ones among
coloured ones.

**Why it matters.** An image that cannot be opened is compared with nothing, and stops most training runs.
Nobody can label what cannot be seen, and a fault that one class or one source has more often than others is
learned instead of the class.

**What to do.** Find missing and damaged files again, or drop their rows. Of the other kinds look at the
first: drop what nobody can judge, keep what the model will meet too. Where sizes or shapes are odd, see how
these images were cut or collected.

**Method.** Each image is decoded once, upright, and reduced to 128 to 255 pixels on its shorter side; blur is
judged as seen at that size. Dark: the lightest twentieth of the pixels has a mean under 0.3 of white. Washed
out: the darkest twentieth has one over 0.7. Blurred: the sharpest edges (99th percentile of the Laplacian)
are under 0.25 of the contrast (1st to 99th percentile of grey). Nearly empty: the greys carry under 3 bits a
pixel (Shannon's entropy). Grey: the strongest of red, green and blue is less than 0.01 above the weakest on
average. Odd: a number of pixels four times larger or smaller than the median, or sides twice as long or as
square, and a modified z-score of 3.5 or more. Where more than a quarter of the images pass a bar, that is how
the dataset is: it is said, and only those with such a z-score are flagged. Suspicion is 1 for what cannot be
opened, otherwise 0.5 at the bar and more beyond it.

**How good it is.** Bars were set on undamaged photos and planted damage (`benchmarks/images_quality.py`). Of
damage planted in other images of one of their sources it finds all that is darkened by four stops, lies under
a veil, is of one colour or without colour, enlarged three times or cut to a quarter, and 99 of 100 that are
blurred by 1.5 pixels or enlarged four times from less; but of overexposed and clipped images only a fifth,
since they keep their blacks. Of the undamaged ones it flags none but those that are grey indeed (2 of 100).
CleanVision 0.3.7, with the bars it comes with, finds 26 to 31 of 100 blurred ones and none under a veil.

**Reference.** Iglewicz & Hoaglin: How to Detect and Handle Outliers, 1993 (modified z-score, 3.5);
Pech-Pacheco et al.: Diatom Autofocusing in Brightfield Microscopy, ICPR 2000, and Pertuz et al.: Analysis of
Focus Measure Operators for Shape-from-Focus, Pattern Recognition 2013 (Laplacian measures of focus).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from auditor.detect import IMAGES, Inputs, detector
from auditor.detect.row_faults import RowFaults, fault_findings
from auditor.findings import Ran
from auditor.images.looks import Looks
from auditor.images.quality import BARS, DISTANCES, QUESTIONS, Judged, judged
from auditor.images.whys import path_of
from auditor.measures import MEASURES, measured
from auditor.wording import N_

UNREADABLE = "image-unreadable"
REASONS = {
    UNREADABLE: N_("The image cannot be opened: {why}."),
    "image-dark": N_("Dark: its lightest pixels are at {value:g} of white; dark is below {bar:g}."),
    "image-bright": N_(
        "Washed out: its darkest pixels are at {value:g} of white; washed out is above {bar:g}."
    ),
    "image-blurry": N_(
        "Blurred: its sharpest edges are {value:g} of its contrast; blurred is below {bar:g}."
    ),
    "image-low-information": N_(
        "Nearly empty: its greys carry {value:g} bits a pixel; nearly empty is below {bar:g}."
    ),
    "image-odd-size": N_(
        "Of an odd size: {width} x {height}, {value:,} pixels. Usual are {usual:,}, and a factor of {bar:g} "
        "from that is odd."
    ),
    "image-odd-aspect": N_(
        "Of an odd shape: {width} x {height}, its longer side is {value:g} times the shorter one. Usual is "
        "{usual:g}, and a factor of {bar:g} from that is odd."
    ),
    "image-grey": N_(
        "Grey in a dataset of coloured images: its colours are {value:g} apart; grey is below {bar:g}."
    ),
}
CODES: Mapping[str, str] = {
    "dark": "image-dark",
    "bright": "image-bright",
    "blurry": "image-blurry",
    "low_information": "image-low-information",
    "odd_size": "image-odd-size",
    "odd_aspect": "image-odd-aspect",
    "greyscale": "image-grey",
}
"""Question, one of `QUESTIONS` -> reason code."""
COUNTED: Mapping[str, str] = {
    known.reasons[0]: name for name, known in MEASURES.items() if known.kinds == ("image",)
}
"""Reason code -> the measure that counts its images."""
DIGITS = 3
"""Decimals of a measure in the evidence."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """The detector has no options."""


@detector(name="images", kinds=("image",), needs=(IMAGES,))
def find(inputs: Inputs, settings: Settings) -> Ran:
    """Say what one look at each image has found."""
    looks = inputs.index.looks
    if looks is None:
        raise ValueError("there are no images")
    answers = judged(looks)
    faults = {UNREADABLE: _unreadable(inputs, looks)}
    faults |= {CODES[name]: _flagged(looks, name, answers[name]) for name in CODES}
    opened = int(looks.opened.sum())
    return Ran(
        findings=tuple(fault_findings(inputs, "image", code, found) for code, found in faults.items()),
        measures=tuple(
            measured(COUNTED[code], len(found.rows), len(looks) if code == UNREADABLE else opened)
            for code, found in faults.items()
        ),
        tables={
            "image_traits": pa.Table.from_pylist(list(_traits(looks, answers)), TRAITS),
            "image_files": pa.Table.from_pylist(list(_files(looks)), FILES),
        },
    )


def _unreadable(inputs: Inputs, looks: Looks) -> RowFaults:
    """The images that could not be opened; what more is known stands in the evidence where there is any."""
    files = inputs.dataset.images
    rows = np.flatnonzero(~looks.opened)
    evidence = [
        {"why": looks.why(row), "detail": looks.details.get(row, "")}
        | ({} if files is None else {"what": path_of(files, row)})
        for row in rows.tolist()
    ]
    return RowFaults(rows=rows, evidence=evidence, suspicion=np.ones(len(rows)))


def _flagged(looks: Looks, name: str, answer: Judged) -> RowFaults:
    """The images that a question flags."""
    rows = np.flatnonzero(answer.flagged)
    told = _distances if name in DISTANCES else _measures
    return RowFaults(
        rows=rows,
        evidence=list(told(looks, name, rows)),
        suspicion=1 - answer.score[rows].astype(np.float64),
    )


def _measures(looks: Looks, name: str, rows: NDArray[np.int64]) -> Iterator[dict[str, Any]]:
    """The measure of each image beside its bar."""
    for value in looks.quality[name][rows].tolist():
        yield {"value": round(value, DIGITS), "bar": BARS[name].value}


def _distances(looks: Looks, name: str, rows: NDArray[np.int64]) -> Iterator[dict[str, Any]]:
    """Pixels, or longer side over shorter one, beside what is usual; both are measured in powers of two."""
    if not len(rows):
        return  # of no image at all there is no median
    usual, bar = 2 ** _median(looks.quality[name]), round(2 ** DISTANCES[name].value)
    for row in rows.tolist():
        width, height = int(looks.width[row]), int(looks.height[row])
        sides = {"width": width, "height": height, "bar": bar}
        if name == "odd_size":
            yield sides | {"value": width * height, "usual": round(usual)}
        else:
            shape = max(width, height) / min(width, height)
            yield sides | {"value": round(shape, 2), "usual": round(usual, 2)}


def _median(values: NDArray[np.float32]) -> float:
    return float(np.median(values[~np.isnan(values)].astype(np.float64)))


TRAITS = pa.schema(
    [
        ("reason_code", pa.string()),
        ("known", pa.int64()),
        ("passing", pa.int64()),
        ("usual", pa.bool_()),
    ]
)
"""The table `image_traits`, a row per question that has a bar of its own: images with an answer, images that
pass the bar, and whether these are so many that only those that stand out from the others are flagged."""
FILES = pa.schema(
    [
        ("format", pa.string()),
        ("images", pa.int64()),
        *((f"{which}_{side}", pa.int64()) for which in ("smallest", "median", "largest")
          for side in ("width", "height")),
    ]
)  # fmt: skip
"""The table `image_files`: sizes by the number of pixels, of all opened images (format null), then of each
format; medians of either side alone."""


def _traits(looks: Looks, answers: Mapping[str, Judged]) -> Iterator[dict[str, Any]]:
    for name in QUESTIONS:
        if name in BARS:
            values, bar = looks.quality[name], BARS[name]
            passing = values > bar.value if bar.above else values < bar.value
            yield {
                "reason_code": CODES[name],
                "known": int((~np.isnan(values)).sum()),
                "passing": int(passing.sum()),
                "usual": answers[name].usual,
            }


def _files(looks: Looks) -> Iterator[dict[str, Any]]:
    if looks.opened.any():
        yield _sizes(looks, None, np.flatnonzero(looks.opened))
    for at, name in enumerate(looks.formats):
        rows = np.flatnonzero(looks.format == at)
        if len(rows):
            yield _sizes(looks, name, rows)


def _sizes(looks: Looks, name: str | None, rows: NDArray[np.int64]) -> dict[str, Any]:
    width, height = looks.width[rows].astype(np.int64), looks.height[rows].astype(np.int64)
    order = np.lexsort((height, width, width * height))
    return {
        "format": name,
        "images": len(rows),
        **_side("smallest", width[order[0]], height[order[0]]),
        **_side("median", np.median(width), np.median(height)),
        **_side("largest", width[order[-1]], height[order[-1]]),
    }


def _side(which: str, width: Any, height: Any) -> dict[str, int]:
    return {f"{which}_width": int(width), f"{which}_height": int(height)}
