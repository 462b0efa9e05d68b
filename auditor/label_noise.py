"""How many labels of each class are wrong, and which classes overlap: the estimates that an audit keeps.

All of it comes from the calibrated confident joint that the scan has made anyway. What is kept is bounded:
the worst classes and the largest overlaps, and how many more there are.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

CLASSES, PAIRS = 100, 50
"""Classes and pairs of classes that an audit keeps at most: its size must not grow with the square of K."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NoisyClass:
    """A class, and how many labels of it are estimated to be wrong."""

    name: str
    rows: int
    """Rows that are given the class and have a prediction."""
    wrong: int
    """Of these, the rows that are truly of another class."""
    noise: float
    """The share of the rows given the class that are truly of another, 0..1: label noise."""
    missed: int
    """Rows that are truly of the class and given another label."""
    inverse_noise: float
    """The share of the rows truly of the class that are given another label, 0..1: inverse label noise."""

    @property
    def quality(self) -> float:
        """The share of the rows given the class that are rightly so, 0..1: cleanlab's label quality score."""
        return 1 - self.noise


@dataclass(frozen=True, slots=True, kw_only=True)
class OverlappingPair:
    """Two classes, and how many rows of one are estimated to carry the label of the other."""

    one: str
    other: str
    """The names of the classes; `one` comes first in the order of the classes."""
    rows: int
    """Rows that are of one class and labelled with the other."""
    share: float
    """The same as a share of all rows given either class, 0..1."""
    given_one: int
    """Rows given `one` that are truly of `other`."""
    given_other: int
    """Rows given `other` that are truly of `one`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelNoise:
    """What the model estimates of the labels, class by class: no counts, and without intervals.

    Estimates of the calibrated confident joint (Northcutt, Jiang, Chuang: Confident Learning, JAIR 2021):
    the rows of which the model is confident, scaled to all rows. They hold for out-of-sample predictions
    only, are too low where model and labellers err alike and too high where the model cannot tell classes
    apart; the order of the classes is worth more than the numbers. What reviewers decided is not in them.

    No interval is given: one of the counts alone (Wilson, 95 %) held the true share of wrong labels for
    only 14 of 52 classes of six prediction sets whose truth is known, because it leaves out the mistakes
    of the model, which are the larger part.
    """

    rows: int
    """Rows with a label and a prediction: what the estimates are of."""
    wrong: int
    """Rows whose label is wrong."""
    classes: tuple[NoisyClass, ...]
    """At most 100, that with the largest share of wrong labels first; none without rows."""
    more_classes: int
    """Classes with rows that are not listed."""
    pairs: tuple[OverlappingPair, ...]
    """At most 50, that with the most rows first; none that shares no rows."""
    more_pairs: int
    """Pairs that share rows and are not listed."""

    @property
    def share(self) -> float:
        """The share of all labels that are wrong, 0..1."""
        return self.wrong / self.rows if self.rows else 0.0


def label_noise(joint: NDArray[np.int64], names: Sequence[str]) -> LabelNoise:
    """What the calibrated confident joint (K, K) says of the K classes of these names.

    >>> import numpy as np
    >>> found = label_noise(np.array([[6, 2], [0, 8]]), ["cat", "dog"])
    >>> found.wrong, found.share
    (2, 0.125)
    >>> [(entry.name, entry.wrong, entry.noise, entry.missed) for entry in found.classes]
    [('cat', 2, 0.25, 0), ('dog', 0, 0.0, 2)]
    >>> [(pair.one, pair.other, pair.rows, pair.share) for pair in found.pairs]
    [('cat', 'dog', 2, 0.125)]
    """
    import numpy as np

    from auditor.scan.class_noise import class_noise, overlapping_classes, overlaps

    found, rows = class_noise(joint), joint.sum(axis=1)
    worst = np.lexsort((-found.wrong, -found.noise))  # equal ones in the order of the classes
    worst = worst[rows[worst] > 0]
    pairs = overlapping_classes(joint, PAIRS)
    return LabelNoise(
        rows=int(rows.sum()),
        wrong=int(found.wrong.sum()),
        classes=tuple(
            NoisyClass(
                name=names[k],
                rows=int(rows[k]),
                wrong=int(found.wrong[k]),
                noise=float(found.noise[k]),
                missed=int(found.missed[k]),
                inverse_noise=float(found.inverse_noise[k]),
            )
            for k in worst[:CLASSES].tolist()
        ),
        more_classes=max(len(worst) - CLASSES, 0),
        pairs=tuple(
            OverlappingPair(
                one=names[pair.one],
                other=names[pair.other],
                rows=pair.rows,
                share=pair.rows / int(rows[pair.one] + rows[pair.other]),
                given_one=pair.given_one,
                given_other=pair.given_other,
            )
            for pair in pairs
        ),
        more_pairs=overlaps(joint) - len(pairs),
    )


def label_noise_json(found: LabelNoise) -> dict[str, Any]:
    """The member `label_noise` of `audit.json`; every share stands beside its counts."""
    return {
        "method": "calibrated confident joint",
        **asdict(found),
        "share": found.share,
        "classes": [asdict(entry) | {"quality": entry.quality} for entry in found.classes],
        "pairs": [asdict(pair) for pair in found.pairs],
    }


def label_noise_in(header: Mapping[str, Any]) -> LabelNoise | None:
    """What the header of an audit keeps of it; None without predictions or labels, and in older audits."""
    found = header.get("label_noise")
    if found is None:
        return None
    return LabelNoise(
        classes=tuple(NoisyClass(**_fields(NoisyClass, entry)) for entry in found["classes"]),
        pairs=tuple(OverlappingPair(**_fields(OverlappingPair, entry)) for entry in found["pairs"]),
        **{name: found[name] for name in ("rows", "wrong", "more_classes", "more_pairs")},
    )


def _fields(of: type, entry: Mapping[str, Any]) -> dict[str, Any]:
    return {name: entry[name] for name in of.__dataclass_fields__}  # type: ignore[attr-defined]
