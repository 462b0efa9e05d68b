"""What several annotators say of the rows (`--annotations`): their consensus, and how good each of them is.

**What it finds.** For every row that was answered the consensus of its annotators and of the model, and how
sure it is; the rows whose given label is not their consensus; for every annotator a quality, and whether
their disagreement with the consensus stands clear of the others'; and the rows for which one more answer
would help most.

**Why it matters.** A majority vote counts a careless answer like a careful one, and of three answers that
differ it knows nothing. Weighing annotators by how well they agree, and asking the model too, gives better
labels for the same money, and says where the next answer is worth buying.

**What to do.** Look at the rows whose consensus is another label: the given label stays what it is until you
change it. Read the guideline with annotators who are clear. Ask for one more answer where it helps most. An
annotator of few answers is not judged, whatever the number says; a clear one may have got the harder rows,
or be right where most share a mistake.

**Method.** With predictions: CROWDLAB. The probability of a class is the average of the model's and of each
answer's, weighed by how much better than always naming the commonest class they are; then once more with
the consensus that this gives. The next rows come from ActiveLab, with the model's temperature fitted to the
answers. Without predictions: majority and share of answers, all annotators alike. Definitions are cleanlab's;
ties that it draws go to the first class. An annotator is clear as a slice is in `slices`: the answers to
shared rows that are not the consensus, beside those of others where the consensus is of the same class.

**Reference.** Goh, Tkachenko, Mueller: CROWDLAB, arXiv:2210.06812 (2022); Goh, Mueller: ActiveLab,
arXiv:2301.11856 (2023); Krippendorff: Content Analysis (2004), chapter 11, for the agreement.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from auditor.arrow import label_texts
from auditor.data import Annotations
from auditor.detect import ANNOTATIONS, Inputs, detector
from auditor.detect.answered import Answered, answered_rows
from auditor.findings import Ran, class_findings, findings_of, part_of
from auditor.measures import Measure, measured
from auditor.statistics.active_label import label_next
from auditor.statistics.annotator_quality import Annotators, annotators_of, compared_annotators
from auditor.statistics.votes import agreement, mean
from auditor.ties import lexsort_by_item
from auditor.wording import N_

REASONS = {
    "consensus-differs": N_(
        'The consensus of the annotators is "{suggested}", not "{given}": {votes:,} against {given_votes:,} '
        "of {answers:,} answers; quality of the consensus {quality:.2f}."
    ),
    "annotator-clear": N_(
        'Of {shared:,} answers of "{annotator}" to rows that others answered too, {differ:,} are not the '
        "consensus ({rate:.1%}); others on rows of the same classes: {expected:.1%}. Pooled rate "
        "{pooled:.1%}, 95% interval {low:.1%} to {high:.1%}."
    ),
}
ANNOTATORS_TABLE = pa.schema(
    [
        ("annotator", pa.string()),
        ("annotators", pa.int64()),
        ("answers", pa.int64()),
        ("quality", pa.float64()),
        ("agreement", pa.float64()),
        ("worst_class", pa.string()),
        ("shared", pa.int64()),
        ("differ", pa.int64()),
        ("rate", pa.float64()),
        ("expected", pa.float64()),
        ("pooled", pa.float64()),
        ("low", pa.float64()),
        ("high", pa.float64()),
        ("clear", pa.bool_()),
    ]
)
"""The table `annotators`: the clear ones first, the worst of them at the top, then by answers; `annotator` is
null in a row that stands for the `annotators` of the fewest answers together."""
NEXT_TABLE = pa.schema(
    [
        ("item", pa.string()),
        ("given", pa.string()),
        ("consensus", pa.string()),
        ("quality", pa.float64()),
        ("score", pa.float64()),
        ("votes", pa.int64()),
        ("answers", pa.int64()),
    ]
)
"""The table `next_answers`: the rows for which one more answer helps most, the lowest score first."""


COMPARED = ("shared", "differ", "expected", "pooled", "low", "high", "clear")
"""What is told of those who share rows with others."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Options of the detector."""

    most: int = 1000
    """Annotators who are compared and listed, those with the most answers; the rest are counted together."""
    next: int = 100
    """Rows to be answered next that are listed."""

    def __post_init__(self) -> None:
        for name in ("most", "next"):
            if getattr(self, name) < 1:
                raise ValueError(name, getattr(self, name))


@detector(name="annotators", kinds=("annotation", "annotator"), needs=(ANNOTATIONS,))
def find(inputs: Inputs, settings: Settings) -> Ran:
    """Weigh the answers, the rows and the annotators."""
    annotations = inputs.annotations
    if annotations is None:
        raise ValueError("there are no annotations")
    answered = answered_rows(inputs, annotations)
    differs = _differs(inputs, answered)
    inputs.shared["given_quality"] = _given_quality(inputs, answered)
    annotators = annotators_of(answered.votes, answered.found)
    kept = np.lexsort((np.arange(len(annotators.answers)), -annotators.answers))[: settings.most]
    entries = _entries(inputs, annotations, answered, annotators, kept)
    clear = [entry for entry in entries if entry["clear"]]
    return Ran(
        findings=(_row_findings(inputs, answered, differs), _annotator_findings(clear)),
        measures=(*_measures(answered, differs), *_of_annotators(entries, clear)),
        tables={
            "annotators": pa.Table.from_pylist([*entries, *_rest(annotators, kept)], ANNOTATORS_TABLE),
            "next_answers": _next(inputs, answered, settings.next),
        },
    )


def _given_quality(inputs: Inputs, answered: Answered) -> NDArray[np.float64]:
    """(n,) how probable the given label of each row is, 0..1; NaN where it is missing, or nobody answered."""
    quality = np.full(len(inputs.dataset), np.nan)
    quality[answered.rows] = answered.found.given
    return quality


def _differs(inputs: Inputs, answered: Answered) -> NDArray[np.int64]:
    """Where the given label is not the consensus, among the answered rows; confirmed labels are left out.

    The least probable labels come first: copies without ids are numbered in this order.
    """
    other = (answered.given >= 0) & (answered.given != answered.found.label)
    at = np.flatnonzero(other & ~inputs.confirmed[answered.rows])
    return at[np.lexsort((at, answered.found.given[at]))]


def _row_findings(inputs: Inputs, answered: Answered, at: NDArray[np.int64]) -> pa.Table:
    found, votes = answered.found, answered.votes
    classes = inputs.dataset.classes
    columns = {
        "votes": votes.votes_for(found.label)[at],
        "given_votes": votes.votes_for(answered.given)[at],
        "answers": votes.answers[at],
        "quality": found.quality[at],
    }
    return findings_of(
        inputs.dataset,
        inputs.index,
        kind="annotation",
        rows=answered.rows[at],
        suspicion=np.clip(1 - found.given[at], 0, 1),
        reason_code="consensus-differs",
        evidence=[
            dict(zip(columns, values, strict=True))
            for values in zip(*(column.tolist() for column in columns.values()), strict=True)
        ],
        suggested=[classes[code] for code in found.label[at].tolist()],
    )


def _entries(
    inputs: Inputs,
    annotations: Annotations,
    answered: Answered,
    annotators: Annotators,
    kept: NDArray[np.int64],
) -> list[dict[str, Any]]:
    """An entry for each of some annotators, in the order of the table."""
    classes = inputs.dataset.classes
    entries = {at: _entry(at, annotations.names[at], annotators, classes) for at in kept.tolist()}
    compared = compared_annotators(answered.votes, answered.found.label, kept)
    told = zip(*(getattr(compared, name).tolist() for name in COMPARED), strict=True)
    for at, values in zip(compared.annotators.tolist(), told, strict=True):
        entries[at] |= dict(zip(COMPARED, values, strict=True))
        entries[at]["rate"] = entries[at]["differ"] / entries[at]["shared"]
    return sorted(entries.values(), key=_place)


def _entry(at: int, name: str, annotators: Annotators, classes: tuple[str, ...]) -> dict[str, Any]:
    quality = float(annotators.quality[at])
    return {
        "annotator": name,
        "annotators": 1,
        "answers": int(annotators.answers[at]),
        "quality": None if np.isnan(quality) else quality,
        "agreement": float(annotators.agreement[at]),
        "worst_class": classes[int(annotators.worst[at])],
        "shared": 0,
        "differ": 0,
        "clear": False,
    }


def _place(entry: Mapping[str, Any]) -> tuple[Any, ...]:
    far = entry["expected"] - entry["low"] if entry["clear"] else 0.0
    return (not entry["clear"], far, -entry["answers"], entry["annotator"])


def _rest(annotators: Annotators, kept: NDArray[np.int64]) -> list[dict[str, Any]]:
    """One entry for all who have none of their own; none where there is nobody."""
    n = len(annotators.answers) - len(kept)
    answers = int(annotators.answers.sum() - annotators.answers[kept].sum())
    return [{"annotator": None, "annotators": n, "answers": answers, "clear": False}] if n else []


def _annotator_findings(clear: list[dict[str, Any]]) -> pa.Table:
    numbers = ("annotator", "shared", "differ", "rate", "expected", "pooled", "low", "high")
    return class_findings(
        [part_of("annotator", entry["annotator"]) for entry in clear],
        ["annotator-clear"] * len(clear),
        [{name: entry[name] for name in numbers} for entry in clear],
        kind="annotator",
    )


def _measures(answered: Answered, differs: NDArray[np.int64]) -> tuple[Measure, ...]:
    votes, found = answered.votes, answered.found
    labelled, shared = int((answered.given >= 0).sum()), int(votes.shared.sum())
    share, alpha = agreement(votes)
    majority = answered.model is None  # then the consensus is counted and rests on no model
    measures = (
        measured("annotators.count", votes.annotators, votes.annotators),
        measured("annotations.answers", len(votes.row), votes.rows),
        measured("annotations.agreement", share, shared),
        measured("annotations.alpha", alpha, shared),
        measured("annotations.consensus_differs", len(differs), labelled, exact=majority),
        measured("annotations.consensus_quality", mean(found.quality), votes.rows),
    )
    return tuple(measure for measure in measures if not np.isnan(measure.value))


def _of_annotators(entries: list[dict[str, Any]], clear: list[dict[str, Any]]) -> list[Measure]:
    judged = sum(entry["shared"] > 0 for entry in entries)
    count = measured("annotators.clear", len(clear), judged)
    return [count, *(_quality(entry) for entry in entries if entry["quality"] is not None)]


def _quality(entry: Mapping[str, Any]) -> Measure:
    return measured(
        "annotators.quality",
        entry["quality"],
        entry["answers"],
        scope=part_of("annotator", entry["annotator"]),
    )


def _next(inputs: Inputs, answered: Answered, most: int) -> pa.Table:
    votes, found = answered.votes, answered.found
    scores = label_next(votes, answered.model, found.agreement)
    order = lexsort_by_item((scores,), answered.rows, inputs.ties)[:most]
    at, classes = pa.array(answered.rows[order]), inputs.dataset.classes
    return pa.table(
        {
            "item": inputs.dataset.ids.take(at),
            "given": label_texts(inputs.dataset.labels).take(at).cast(pa.string()),
            "consensus": [classes[code] for code in found.label[order].tolist()],
            "quality": found.quality[order],
            "score": scores[order],
            "votes": votes.votes_for(found.label)[order],
            "answers": votes.answers[order],
        },
        schema=NEXT_TABLE,
    )
