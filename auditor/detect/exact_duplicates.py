"""Rows with the same content: copies, copies with different labels, copies across splits.

**What it finds.** Groups of rows whose content is equal after normalisation (Unicode NFC, case,
blanks); among them *conflicts*, whose labels differ, and *leaks*, rows of a later split (train,
validation, test) with a copy in an earlier one.

**Why it matters.** Copies weigh double in training and lie about the size of a dataset. Rows in
conflict cannot all be right from what is shown. A leaked test row is a question whose answer was in
the textbook.

**What to do.** Decide conflicts once per group. Remove leaked rows from the later split.

**Method.** Equality of the normalised content, never a hash alone. Content that says too little (a
few letters after repeats and punctuation are collapsed, fewer than three filled cells) is kept
apart: two people may rightly label "good" differently. Identifier columns are left out of a table
row's content. Pairs are counted, not listed, so a group of 10,000 copies costs no more than its rows.

**Reference.** None: counts of facts.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from auditor.data import SPLIT_ORDER, Dataset, split_kind
from auditor.detect import CONTENT, Inputs, detector
from auditor.findings import Measure, Ran, findings_of, no_findings
from auditor.similar.content import Groups
from auditor.wording import N_

REASONS = {
    "exact-copy": N_("{copies} other rows have the same content."),
    "conflict": N_(
        "Rows with the same content are labelled {labels}: they cannot all be right from what is shown."
    ),
    "conflict-too-little": N_(
        "Rows with the same content are labelled {labels}, but it says too little to decide."
    ),
    "leak": N_("A copy of this row stands in an earlier split ({split})."),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Options of the detector: none."""


@detector(name="exact_duplicates", kinds=("exact_duplicate", "conflict", "leak"), needs=(CONTENT,))
def find(inputs: Inputs, settings: Settings) -> Ran:
    """Count the groups, list their rows."""
    groups = inputs.index.groups
    labels = [label_counts(inputs.dataset, rows) for rows in groups.members]
    leaked = leaked_rows(inputs.dataset, groups)
    findings = (
        _copies(inputs, groups),
        _conflicts(inputs, groups, labels),
        _leaks(inputs, groups, leaked),
    )
    return Ran(findings=findings, measures=tuple(_measures(inputs, groups, labels, leaked)))


def label_counts(dataset: Dataset, rows: NDArray[np.int64]) -> Counter[str]:
    """How often each label is given among some rows; rows without a label are left out."""
    texts = (dataset.labels.text_of(int(row)) for row in rows)
    return Counter(text for text in texts if text)


def conflict_pairs(labels: Counter[str]) -> int:
    """Pairs of labelled rows of one group with different labels: (n^2 - sum of squares) / 2.

    >>> conflict_pairs(Counter(a=2, b=1))
    2
    """
    n = labels.total()
    return (n * n - sum(count * count for count in labels.values())) // 2


def leaked_rows(dataset: Dataset, groups: Groups) -> dict[int, str]:
    """Row of a later split -> name of the earliest split that holds a copy of it."""
    if dataset.splits is None:
        return {}
    rank = [SPLIT_ORDER.index(kind) if (kind := split_kind(name)) else -1 for name in dataset.splits.names]
    found: dict[int, str] = {}
    for rows in groups.members:
        codes = dataset.splits.codes[rows]
        ranked = [(rank[code], code, int(row)) for code, row in zip(codes, rows, strict=True) if code >= 0]
        ranked = [entry for entry in ranked if entry[0] >= 0]
        if not ranked:
            continue
        first, code, _ = min(ranked)
        found |= {row: dataset.splits.names[code] for place, _, row in ranked if place > first}
    return found


def _rows_of(groups: Groups, chosen: list[int]) -> tuple[NDArray[np.int64], list[str]]:
    rows = [groups.members[g] for g in chosen]
    names = [groups.names[g] for g in chosen for _ in groups.members[g]]
    return (np.concatenate(rows) if rows else np.empty(0, np.int64)), names


def _copies(inputs: Inputs, groups: Groups) -> pa.Table:
    rows, names = _rows_of(groups, list(range(len(groups.members))))
    sizes = [len(members) for members in groups.members for _ in members]
    return findings_of(
        inputs.dataset,
        inputs.index,
        kind="exact_duplicate",
        rows=rows,
        suspicion=np.ones(len(rows)),
        reason_code="exact-copy",
        group=list(names),
        evidence=[{"copies": size - 1} for size in sizes],
    )


def _conflicts(inputs: Inputs, groups: Groups, labels: list[Counter[str]]) -> pa.Table:
    chosen = [g for g, counts in enumerate(labels) if len(counts) > 1]
    rows, names = _rows_of(groups, chosen)
    of = [g for g in chosen for _ in groups.members[g]]
    own = [labels[g][inputs.dataset.labels.text_of(int(row))] for g, row in zip(of, rows, strict=True)]
    totals = [labels[g].total() for g in of]
    return findings_of(
        inputs.dataset,
        inputs.index,
        kind="conflict",
        rows=rows,
        suspicion=np.array([1 - count / total for count, total in zip(own, totals, strict=True)]),
        reason_code=["conflict" if groups.enough[g] else "conflict-too-little" for g in of],
        group=list(names),
        evidence=[{"labels": dict(sorted(labels[g].items()))} for g in of],
    )


def _leaks(inputs: Inputs, groups: Groups, leaked: dict[int, str]) -> pa.Table:
    if not leaked:
        return no_findings()
    rows = np.array(sorted(leaked), np.int64)
    return findings_of(
        inputs.dataset,
        inputs.index,
        kind="leak",
        rows=rows,
        suspicion=np.ones(len(rows)),
        reason_code="leak",
        group=[groups.names[int(groups.of_row[row])] for row in rows],
        evidence=[{"split": leaked[int(row)]} for row in rows],
    )


def _measures(
    inputs: Inputs, groups: Groups, labels: list[Counter[str]], leaked: dict[int, str]
) -> list[Measure]:
    n = len(inputs.dataset)
    extra = sum(len(rows) - 1 for rows in groups.members)

    def count(name: str, value: int) -> Measure:
        return Measure(name=name, value=value, n=n, kind="count", bad="up", exact=True)

    measures = [
        count("duplicates.exact_groups", len(groups.members)),
        Measure(name="duplicates.rate", value=extra / n, n=n, kind="rate", bad="up", exact=True),
    ]
    if inputs.has("labels"):
        measures.append(count("duplicates.conflict_pairs", sum(conflict_pairs(entry) for entry in labels)))
    if inputs.dataset.splits is not None:
        measures.append(count("duplicates.leaked_rows", len(leaked)))
    return measures
