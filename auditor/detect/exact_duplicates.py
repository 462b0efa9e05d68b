"""Rows with the same content: copies, copies with different labels, copies across splits.

**What it finds.** Groups of rows whose content is equal after normalisation (Unicode NFC, case,
blanks; of texts the punctuation at the edges of words too, but not a question mark); among them
*conflicts*, whose labels differ, and *leaks*, rows of a later split (train, validation, test) with a
copy in an earlier one.

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

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from auditor.arrow import label_codes
from auditor.detect import CONTENT, LABELS, Inputs, detector
from auditor.findings import Ran, findings_of
from auditor.measures import Measure, measured
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
    "leak-too-little": N_(
        "A copy of this row stands in an earlier split ({split}), but its content says too little to matter."
    ),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Options of the detector: none."""


@detector(name="exact_duplicates", kinds=("exact_duplicate", "conflict", "leak"), needs=(CONTENT,))
def find(inputs: Inputs, settings: Settings) -> Ran:
    """Count the groups, list their rows."""
    return Ran(
        findings=(_copies(inputs), _conflicts(inputs), _leaks(inputs)), measures=tuple(_measures(inputs))
    )


def conflict_pairs(labels: Mapping[str, int]) -> int:
    """Pairs of labelled rows of one group with different labels: (n^2 - sum of squares) / 2.

    >>> conflict_pairs({"a": 2, "b": 1})
    2
    """
    n = sum(labels.values())
    return (n * n - sum(count * count for count in labels.values())) // 2


def _copies(inputs: Inputs) -> pa.Table:
    groups = inputs.index.groups
    return findings_of(
        inputs.dataset,
        inputs.index,
        kind="exact_duplicate",
        rows=groups.rows,
        suspicion=np.ones(len(groups.rows)),
        reason_code="exact-copy",
        group=[name for name, rows in zip(groups.names, groups.members, strict=True) for _ in rows],
        evidence=[{"copies": len(rows) - 1} for rows in groups.members for _ in rows],
    )


def _conflicts(inputs: Inputs) -> pa.Table:
    """The labelled rows of every group with several labels; the rarer a row's label there, the surer."""
    groups, labels = inputs.index.groups, inputs.index.conflicts
    codes, names = label_codes(inputs.dataset.labels)
    rows = groups.rows
    rows = rows[(codes[rows] >= 0) & np.isin(groups.of_row[rows], list(labels))]
    of = groups.of_row[rows].tolist()
    totals = {g: sum(labels[g].values()) for g in labels}
    own = [labels[g][names[code]] / totals[g] for g, code in zip(of, codes[rows], strict=True)]
    evidence = {g: {"labels": inputs.index.shown_labels[g], "of": len(labels[g])} for g in labels}
    return findings_of(
        inputs.dataset,
        inputs.index,
        kind="conflict",
        rows=rows,
        suspicion=1 - np.array(own),
        reason_code=["conflict" if groups.enough[g] else "conflict-too-little" for g in of],
        group=[groups.names[g] for g in of],
        evidence=[evidence[g] for g in of],
    )


def _leaks(inputs: Inputs) -> pa.Table:
    groups, leaked = inputs.index.groups, inputs.index.leaks
    rows = np.array(sorted(leaked), np.int64)
    return findings_of(
        inputs.dataset,
        inputs.index,
        kind="leak",
        rows=rows,
        suspicion=np.ones(len(rows)),
        reason_code=["leak" if groups.enough[g] else "leak-too-little" for g in groups.of_row[rows]],
        group=[groups.names[g] for g in groups.of_row[rows]],
        evidence=[{"split": leaked[row]} for row in rows.tolist()],
    )


def _measures(inputs: Inputs) -> list[Measure]:
    n, index = len(inputs.dataset), inputs.index
    extra = len(index.groups.rows) - len(index.groups.members)

    measures = [
        measured("duplicates.exact_groups", len(index.groups.members), n),
        measured("duplicates.rate", extra / max(n, 1), n),
    ]
    if inputs.has(LABELS):
        pairs = sum(conflict_pairs(labels) for labels in index.conflicts.values())
        measures.append(measured("duplicates.conflict_pairs", pairs, n))
    if inputs.dataset.splits is not None and inputs.dataset.splits.comparable:
        measures.append(measured("duplicates.leaked_rows", len(index.leaks), n))
    return measures
