"""The measures: every number that a rule of the gate may judge, described once.

Detectors measure, the gate judges; both know a measure by its entry here. `auditor explain MEASURE` prints
an entry, docs/measures.md lists all of them. Plain Python alone, so that a saved audit is judged without
numpy, pandas or Arrow.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from auditor.wording import N_

MeasureKind = Literal["count", "rate", "score"]
BadDirection = Literal["up", "down"]
OutcomeStatus = Literal["ran", "not_applicable", "could_not", "failed"]
"""How it went with a detector, as `audit.json` has it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure:
    """A named number that a rule may judge."""

    name: str
    value: float
    n: int
    """The number of rows, groups or classes it was measured on."""
    kind: MeasureKind
    bad: BadDirection
    """Which direction is worse."""
    exact: bool
    """A fact of the data (True) or something that rests on a model (False)."""
    low: float | None = None
    high: float | None = None
    scope: str = "all"
    """`all`, or the class, split or slice it was measured on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What is known of a measure before anything was measured."""

    name: str
    what: str
    """What it counts, in one sentence marked for translation."""
    kind: MeasureKind
    bad: BadDirection
    exact: bool
    detector: str | None
    """The detector that measures it; None for what is estimated from people's verdicts."""
    kinds: tuple[str, ...] = ()
    """Kinds of the findings behind it: what a rule with the scope `new` counts. () where it has none."""
    reasons: tuple[str, ...] = ()
    """The reason codes of those findings, where only some belong to it."""
    lacks: str | None = None
    """What is lacking where the detector ran and the measure is not there; marked for translation."""
    interval: bool = False
    """Whether it carries an interval."""
    parts: bool = False
    """Whether it is measured per slice, annotator or split, and never of the whole."""
    score_to_1: bool = False
    """Whether it is a score that never exceeds 1."""
    per_finding: bool = True
    """Whether it counts findings one by one; pairs and groups are of several."""

    @property
    def at_most_1(self) -> bool:
        """Whether it never exceeds 1: shares, and some scores."""
        return self.kind == "rate" or self.score_to_1

    @property
    def has_findings(self) -> bool:
        """Whether single findings stand behind it, so that old ones can be told from new ones."""
        return bool(self.kinds)


NO_SPLITS = N_("no splits to compare")
NO_LABELS = N_("no labels")
_NO_TEXT = N_("no text to look at")


def _facts(name: str, what: str, detector: str, **more: object) -> Known:
    """A count of faults: a fact of the data, and the more the worse."""
    return Known(name=name, what=what, kind="count", bad="up", exact=True, detector=detector, **more)  # type: ignore[arg-type]


def _guesses(name: str, what: str, detector: str, **more: object) -> Known:
    """A count that rests on a model or a threshold, and the more the worse."""
    return Known(name=name, what=what, kind="count", bad="up", exact=False, detector=detector, **more)  # type: ignore[arg-type]


def _quality(name: str, what: str, detector: str, **more: object) -> Known:
    """A score: the less the worse."""
    return Known(
        name=name,
        what=what,
        kind="score",
        bad="down",
        exact=False,
        detector=detector,
        score_to_1=True,
        **more,  # type: ignore[arg-type]
    )


_ALL = (
    # suspects, and what people found
    _guesses(
        "label_issues.count",
        N_("Rows whose label is suspected, without those that a reviewer kept."),
        "label_issues",
        kinds=("label_issue",),
    ),
    Known(
        name="label_issues.rate",
        what=N_("Share of the rows with label and prediction whose label is suspected."),
        kind="rate",
        bad="up",
        exact=False,
        detector="label_issues",
        kinds=("label_issue",),
    ),
    Known(
        name="label_errors.rate",
        what=N_(
            "Share of the labels that are wrong, estimated from rows drawn at random that people judged."
        ),
        kind="rate",
        bad="up",
        exact=False,
        detector=None,
        interval=True,
    ),
    Known(
        name="label_errors.count",
        what=N_("Rows whose label is wrong, estimated from rows drawn at random that people judged."),
        kind="count",
        bad="up",
        exact=False,
        detector=None,
        interval=True,
    ),
    Known(
        name="label_errors.confirmed",
        what=N_("Rows whose label people called wrong and that still carry it."),
        kind="count",
        bad="up",
        exact=True,
        detector=None,
    ),
    # labels and classes
    _facts("labels.unknown", N_("Rows whose label is none of the classes."), "class_balance"),
    _facts("labels.missing", N_("Rows without a label."), "class_balance"),
    Known(
        name="classes.min_count",
        what=N_("Rows of the smallest class."),
        kind="count",
        bad="down",
        exact=True,
        detector="class_balance",
    ),
    Known(
        name="classes.imbalance_ratio",
        what=N_("Rows of the largest class for every row of the smallest that has any."),
        kind="score",
        bad="up",
        exact=True,
        detector="class_balance",
    ),
    _facts(
        "classes.missing",
        N_("Classes without a single row."),
        "class_balance",
        kinds=("class",),
        reasons=("class-missing",),
    ),
    _facts(
        "classes.names_alike",
        N_("Class names that differ only in case, blanks or Unicode form, or look the same."),
        "hygiene",
        kinds=("class",),
        reasons=("class-names-alike", "class-names-look-alike"),
        lacks=NO_LABELS,
    ),
    _guesses(
        "classes.names_mistyped",
        N_("Class names that may be a typing error for another."),
        "hygiene",
        kinds=("class",),
        reasons=("class-name-mistyped",),
        lacks=NO_LABELS,
    ),
    # copies
    _facts(
        "duplicates.exact_groups",
        N_("Groups of rows with the same content."),
        "exact_duplicates",
        kinds=("exact_duplicate",),
        per_finding=False,
    ),
    Known(
        name="duplicates.rate",
        what=N_("Share of the rows that repeat another: those beyond the first of each group of copies."),
        kind="rate",
        bad="up",
        exact=True,
        detector="exact_duplicates",
        kinds=("exact_duplicate",),
        per_finding=False,
    ),
    _facts(
        "duplicates.conflict_pairs",
        N_("Pairs of rows with the same content and different labels."),
        "exact_duplicates",
        kinds=("conflict",),
        per_finding=False,
        lacks=NO_LABELS,
    ),
    _facts(
        "duplicates.leaked_rows",
        N_("Rows of a later split with a copy in an earlier one (split leakage)."),
        "exact_duplicates",
        kinds=("leak",),
        lacks=NO_SPLITS,
    ),
    _guesses(
        "duplicates.near_groups",
        N_("Groups of rows connected by near-duplicate pairs."),
        "near_duplicates",
        kinds=("near_duplicate",),
        per_finding=False,
    ),
    _guesses(
        "duplicates.near_conflict_pairs",
        N_("Near-duplicate pairs with different labels."),
        "near_duplicates",
        kinds=("near_conflict",),
        per_finding=False,
        lacks=NO_LABELS,
    ),
    _guesses(
        "duplicates.near_leaked_rows",
        N_("Rows of a later split with a near-duplicate in an earlier one."),
        "near_duplicates",
        kinds=("near_leak",),
        lacks=NO_SPLITS,
    ),
    # content
    _facts(
        "hygiene.empty",
        N_("Rows without content."),
        "hygiene",
        kinds=("hygiene",),
        reasons=("empty",),
        lacks=_NO_TEXT,
    ),
    _facts(
        "hygiene.too_short",
        N_("Texts with too few letters to say anything."),
        "hygiene",
        kinds=("hygiene",),
        reasons=("too-short",),
        lacks=_NO_TEXT,
    ),
    _facts(
        "hygiene.broken_encoding",
        N_("Rows with characters that could not be read."),
        "hygiene",
        kinds=("hygiene",),
        reasons=("broken-encoding",),
        lacks=_NO_TEXT,
    ),
    _guesses(
        "hygiene.letters_lost",
        N_("Texts whose letters became question marks."),
        "hygiene",
        kinds=("hygiene",),
        reasons=("letters-lost",),
        lacks=_NO_TEXT,
    ),
    _guesses(
        "hygiene.mojibake",
        N_("Texts read in a wrong encoding."),
        "hygiene",
        kinds=("hygiene",),
        reasons=("mojibake",),
        lacks=_NO_TEXT,
    ),
    _facts(
        "hygiene.invisible",
        N_("Rows with invisible characters."),
        "hygiene",
        kinds=("hygiene",),
        reasons=("invisible-characters",),
        lacks=_NO_TEXT,
    ),
    _facts(
        "hygiene.decomposed",
        N_("Rows with letters written in pieces (Unicode NFD)."),
        "hygiene",
        kinds=("hygiene",),
        reasons=("decomposed",),
        lacks=_NO_TEXT,
    ),
    _facts(
        "hygiene.markup",
        N_("Rows with tags or entities of HTML."),
        "hygiene",
        kinds=("hygiene",),
        reasons=("markup-left",),
        lacks=_NO_TEXT,
    ),
    # images
    _facts(
        "images.unreadable",
        N_("Images that cannot be opened: missing, damaged, cut off, of another format, or refused."),
        "images",
        kinds=("image",),
        reasons=("image-unreadable",),
    ),
    _guesses(
        "images.dark",
        N_("Images that are dark: even their lightest parts."),
        "images",
        kinds=("image",),
        reasons=("image-dark",),
    ),
    _guesses(
        "images.bright",
        N_("Images that are washed out: even their darkest parts are light."),
        "images",
        kinds=("image",),
        reasons=("image-bright",),
    ),
    _guesses(
        "images.blurry",
        N_("Images without a sharp edge, for their contrast."),
        "images",
        kinds=("image",),
        reasons=("image-blurry",),
    ),
    _guesses(
        "images.low_information",
        N_("Images that are nearly empty."),
        "images",
        kinds=("image",),
        reasons=("image-low-information",),
    ),
    _guesses(
        "images.odd_size",
        N_("Images four times larger or smaller than is usual in the dataset."),
        "images",
        kinds=("image",),
        reasons=("image-odd-size",),
    ),
    _guesses(
        "images.odd_aspect",
        N_("Images twice as long or as square as is usual in the dataset."),
        "images",
        kinds=("image",),
        reasons=("image-odd-aspect",),
    ),
    _guesses(
        "images.grey",
        N_("Grey images in a dataset of coloured ones."),
        "images",
        kinds=("image",),
        reasons=("image-grey",),
    ),
    _guesses(
        "outliers.count", N_("Rows far from all others in the embeddings."), "outliers", kinds=("outlier",)
    ),
    # the model
    _quality("model.accuracy", N_("Share of the rows whose prediction is the given label."), "model_quality"),
    _quality("model.macro_f1", N_("Mean F1 over the classes."), "model_quality"),
    _quality(
        "model.kappa",
        N_("Cohen's kappa of predictions and given labels: agreement beyond chance."),
        "model_quality",
    ),
    # slices and splits
    _guesses(
        "slices.clear",
        N_("Slices whose share of suspects is clearly above that of the rest."),
        "slices",
        kinds=("slice",),
    ),
    Known(
        name="slices.suspect_rate",
        what=N_("Share of suspects among the rows of a slice, drawn towards that of its column."),
        kind="rate",
        bad="up",
        exact=False,
        detector="slices",
        interval=True,
        parts=True,
    ),
    _facts(
        "splits.classes_only_in_one",
        N_("Classes that one split has and another lacks."),
        "split_labels",
        kinds=("split",),
        reasons=("split-class-only",),
    ),
    Known(
        name="splits.label_distance",
        what=N_("Share of the rows of a split that would need another label to match the reference split."),
        kind="rate",
        bad="up",
        exact=True,
        detector="split_labels",
        interval=True,
        parts=True,
    ),
    # several annotators
    Known(
        name="annotators.count",
        what=N_("Annotators."),
        kind="count",
        bad="down",
        exact=True,
        detector="annotators",
    ),
    _guesses(
        "annotators.clear",
        N_("Annotators who clearly differ from the others more than expected."),
        "annotators",
        kinds=("annotator",),
    ),
    _quality("annotators.quality", N_("Quality of an annotator (CROWDLAB)."), "annotators", parts=True),
    Known(
        name="annotations.answers",
        what=N_("Answers of all annotators."),
        kind="count",
        bad="down",
        exact=True,
        detector="annotators",
    ),
    Known(
        name="annotations.agreement",
        what=N_("Share of pairs of answers to the same row that agree."),
        kind="rate",
        bad="down",
        exact=True,
        detector="annotators",
        lacks=N_("no row has two answers"),
    ),
    Known(
        name="annotations.alpha",
        what=N_("Krippendorff's alpha of the answers: agreement beyond chance."),
        kind="score",
        score_to_1=True,
        bad="down",
        exact=True,
        detector="annotators",
        lacks=N_("no row has two answers"),
    ),
    _guesses(
        "annotations.consensus_differs",
        N_("Rows whose given label is not the consensus of the answers."),
        "annotators",
        kinds=("annotation",),
    ),
    _quality(
        "annotations.consensus_quality",
        N_("Mean quality of the consensus labels."),
        "annotators",
        lacks=N_("no row has two answers"),
    ),
)
MEASURES: Mapping[str, Known] = {known.name: known for known in _ALL}
"""Name -> what is known of the measure, in the order in which they are listed."""


def measured(
    name: str,
    value: float,
    n: int,
    *,
    low: float | None = None,
    high: float | None = None,
    scope: str = "all",
    exact: bool | None = None,
) -> Measure:
    """A measure of the registry with its value.

    Args:
        name: a name in `MEASURES`.
        value: the number; a count, a share of 0..1, or a score.
        n: rows, groups or classes it was measured on.
        low: lower end of its interval.
        high: upper end.
        scope: the class, split or slice it is of.
        exact: where it is a fact of these data though it is none in general, or the other way round.

    >>> measured("labels.missing", 3, 100).bad
    'up'
    """
    known = MEASURES[name]
    return Measure(
        name=name,
        value=value,
        n=n,
        kind=known.kind,
        bad=known.bad,
        exact=known.exact if exact is None else exact,
        low=low,
        high=high,
        scope=scope,
    )
