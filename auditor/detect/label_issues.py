"""Rows whose given label the model contradicts: likely label errors.

**What it finds.** Rows that confident learning flags: the label is probably wrong, as far as the
predictions can tell. They are *suspects*; how many are real only a person's checks can say (on ten
public datasets between 15 % and 90 % were).

**Why it matters.** Wrong labels in training data teach the wrong thing; in test data they move the
measured accuracy, and can turn the ranking of models round.

**What to do.** Work through the queue from the top. The flag is a badge; the *order* of the queue
does not rest on it.

**Method.** cleanlab's default filter, `cleanlab.filter.find_label_issues(filter_by=
"prune_by_noise_rate")`: thresholds are the mean self-confidence per class, the confident joint
counts rows by given and confidently true class, and per pair of classes the rows with the largest
margin are flagged. Rows that a reviewer decided to keep (`--decisions`) are no suspects; how many they
are is said. Computed in blocks without a copy of the probabilities; the flags equal
cleanlab's on data without ties. With `flags_by = "cleanlab"` in `[detect.label_issues]` cleanlab
itself is run (slower, and it holds all probabilities in memory).

**Other filters.** `filter_by` in `[detect.label_issues]` chooses another of cleanlab's filters, or
`confident_and_predicted`, a stricter one that cleanlab does not have: the predicted class must reach its
own threshold. Where classes are many and uneven, and the model knows that they are, it flags fewer rows
and more of them are wrong; it misses more errors too. Every count of suspects follows the choice.

**Noise per class, overlapping classes.** From the same confident joint the audit estimates how many labels
of each class are wrong (label noise), how many rows of it carry another label (inverse noise), and which
classes are taken for one another: the numbers of `cleanlab.dataset.rank_classes_by_label_quality` and
`find_overlapping_classes`. `audit.json` (`label_noise`) keeps the 100 noisiest classes and the 50 largest
overlaps and says how many more there are; `Audit.label_noise` is the same in Python. These are estimates,
whatever filter is chosen: for out-of-sample predictions only, and without what reviewers decided. Trust the
order of the classes more than the numbers: on five prediction sets with known truth and a kappa over 0.5 its
rank correlation with the true noise was .41 to .84, and the estimated total 0.6 to 2.6 times the true one;
with a kappa of 0.13 neither was worth anything. No interval is given: one of the counts alone (Wilson, 95 %)
held the true share for only 14 of 52 classes, for it leaves out the model's own mistakes.

**Reference.** Northcutt, Jiang, Chuang: Confident Learning, JAIR 70 (2021).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from auditor.arrow import named
from auditor.detect import LABELS, PREDICTIONS, Inputs, detector
from auditor.findings import Ran, findings_of
from auditor.measures import Measure, measured
from auditor.scan.filters import OURS, Filter, flagged_by
from auditor.wording import N_

REASONS = {
    "model-contradicts": N_(
        'The model gives "{suggested}" {p_suggested} and the given label "{given}" {p_given}.'
    ),
    "model-prefers-other": N_(
        'The model prefers "{suggested}" ({p_suggested}) to the given label "{given}" ({p_given}).'
    ),
    "model-unsure": N_(
        'The model agrees with "{given}", but only with {p_given}; next is "{suggested}" with {p_suggested}.'
    ),
    "model-agrees": N_('The model agrees with "{given}" ({p_given}).'),
}
SURE = 0.5
"""p(given) under which a row whose prediction is the given label is called unsure."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Options of the detector."""

    flags_by: Literal["scan", "cleanlab"] = "scan"
    """`scan`: in blocks, the same flags; `cleanlab`: cleanlab's own function, all in memory."""
    filter_by: Filter = "prune_by_noise_rate"
    """Which rows are flagged, as in cleanlab: `prune_by_noise_rate`, `prune_by_class`, `both`,
    `confident_learning`, `predicted_neq_given`, `low_self_confidence`, `low_normalized_margin`; or
    `confident_and_predicted`, which is stricter and which cleanlab does not have."""

    def __post_init__(self) -> None:
        """Refuse what cannot be run; ValueError(option, value)."""
        if self.flags_by == "cleanlab" and self.filter_by == OURS:
            raise ValueError("filter_by", f"{self.filter_by} (flags_by = cleanlab)")


@detector(name="label_issues", kinds=("label_issue",), needs=(LABELS, PREDICTIONS))
def find(inputs: Inputs, settings: Settings) -> Ran:
    """Flag the rows, measure how many."""
    flagged, scores = suspects(inputs, settings), inputs.model.rows
    rows = np.flatnonzero(flagged)
    rows = rows[np.argsort(scores.p_given[rows], kind="stable")]
    p_given, p_other = scores.p_given[rows], scores.p_other[rows]
    table = findings_of(
        inputs.dataset,
        inputs.index,
        kind="label_issue",
        rows=rows,
        suspicion=1 - p_given,
        reason_code=_reasons(p_given, scores.predicted[rows] == inputs.dataset.labels.codes[rows]),
        suggested=named(scores.other[rows], inputs.dataset.classes).to_pylist(),
        evidence=[
            {"p_given": given, "p_suggested": other}
            for given, other in zip(p_given.tolist(), p_other.tolist(), strict=True)
        ],
    )
    return Ran(findings=(table,), measures=tuple(_measures(len(rows), int(scores.scored.sum()))))


def _reasons(p_given: NDArray[np.float64], agrees: NDArray[np.bool_]) -> list[str]:
    """The reason of each flagged row; only the `low_...` filters flag rows that are predicted as given."""
    unsure = np.where(p_given < SURE, "model-unsure", "model-agrees")
    found: list[str] = np.where(agrees, unsure, "model-contradicts").tolist()
    return found


def suspects(inputs: Inputs, settings: Settings | None = None) -> NDArray[np.bool_]:
    """(n,) the flagged rows but those whose label a reviewer has confirmed.

    Without settings those flagged before, so that all count the same rows.
    """
    if settings is not None or "suspects" not in inputs.shared:
        flagged = _flags(inputs, settings or Settings())
        inputs.shared["suspects"] = flagged & ~inputs.confirmed
        inputs.shared["kept_suspects"] = int((flagged & inputs.confirmed).sum())
    found: NDArray[np.bool_] = inputs.shared["suspects"]
    return found


def _flags(inputs: Inputs, settings: Settings) -> NDArray[np.bool_]:
    model, labels = inputs.model, inputs.dataset.labels.codes
    if settings.flags_by == "cleanlab":
        from auditor.scan.reference import flagged_by_cleanlab

        return flagged_by_cleanlab(model.probabilities.blocks, labels, model.rows.scored, settings.filter_by)
    return flagged_by(
        settings.filter_by, model.probabilities.blocks, labels, model.rows, model.sums, inputs.ties
    )


def _measures(count: int, n: int) -> list[Measure]:
    rate = count / n if n else 0.0
    return [
        measured("label_issues.count", count, n),
        measured("label_issues.rate", rate, n),
    ]
