"""Rows that are nearly the same: near-duplicates, near ones with different labels, near ones across splits.

**What it finds.** Pairs of rows whose content is not equal but nearly: a headline with one word
changed, a record typed twice, a picture saved again. Among them *near conflicts*, whose labels
differ, and *near leaks*, rows of a later split (train, validation, test) that are nearly a row of an
earlier one.

**Why it matters.** A near copy weighs in training and in scores as a copy does, and no comparison of
whole rows sees it. Near rows with different labels are where a guideline is read in two ways.

**What to do.** Decide near conflicts side by side: one word may well change the label. Remove near
leaks from the later split after a look. Choose another `--near-threshold` where the pairs just above
and just below it in the report say so.

**Method.** Texts: the cosine of weighted pieces of words, or the edit similarity where that is
higher; the same words in another order count as the mean of the two. Table rows: the cosine over the
cells, decimal numbers with a tolerance; rows that agree no more than chance would have it in so many
pairs (yes/no columns) are none. Vectors (`--embeddings`): their cosine. Likely pairs come from
sketches or an index, and every one is then compared exactly. A pair counts from a similarity that is
the same for every dataset, never from one relative to it. Of a content at most 16 pairs are kept, the
most similar, and the most similar of another label or split. Conflicts and leaks are told of direct
pairs alone: A near B near C does not make A near C. These are estimates: "likely", until a person has
looked.

**Reference.** Broder: On the resemblance and containment of documents, SEQUENCES 1997 (the sketches);
Manning, Raghavan, Schuetze: Introduction to Information Retrieval, 2008, ch. 6 (weighted cosine).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from auditor.arrow import label_codes
from auditor.data import SPLIT_ORDER, split_kind
from auditor.detect import LABELS, SIMILAR, Inputs, detector
from auditor.findings import Ran, findings_of
from auditor.measures import Measure, measured
from auditor.similar.near import NearCopies
from auditor.similar.near_hits import Hits, best_hits, no_hits
from auditor.wording import N_

REASONS = {
    "near-copy": N_("A row that is {similarity} alike: {nearest}."),
    "near-conflict": N_("A row that is {similarity} alike, {nearest}, is labelled {label}."),
    "near-conflict-too-little": N_(
        "A row that is {similarity} alike, {nearest}, is labelled {label}, but they say too little to decide."
    ),
    "near-leak": N_("A row that is {similarity} alike, {nearest}, stands in an earlier split ({split})."),
    "near-leak-too-little": N_(
        "A row that is {similarity} alike, {nearest}, stands in an earlier split ({split}), but they say too "
        "little to matter."
    ),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Options of the detector: none. The threshold is `--near-threshold`, which the queue uses too."""


@detector(name="near_duplicates", kinds=("near_duplicate", "near_conflict", "near_leak"), needs=(SIMILAR,))
def find(inputs: Inputs, settings: Settings) -> Ran:
    """List the rows that direct pairs connect, and among them those in conflict and the leaked ones."""
    near = inputs.near
    codes, names = label_codes(inputs.dataset.labels)
    copies = best_hits(near, np.zeros(len(codes), np.int64), "any", inputs.ties)
    conflicts = best_hits(near, codes, "different", inputs.ties)
    leaks = _leaked(inputs)
    return Ran(
        findings=(
            _found(inputs, "near_duplicate", copies, "near-copy", _direct(near, copies.rows)),
            _found(inputs, "near_conflict", conflicts, "near-conflict", _labels(codes, names, conflicts)),
            _found(inputs, "near_leak", leaks, "near-leak", _splits(inputs, leaks)),
        ),
        measures=tuple(_measures(inputs, len(leaks.rows))),
    )


def _leaked(inputs: Inputs) -> Hits:
    """The rows with a near copy in an earlier split, and none that is exact: those are facts of their own."""
    splits = inputs.dataset.splits
    if splits is None:
        return no_hits()
    kinds = [split_kind(name) for name in splits.names]
    stage = np.array([*(SPLIT_ORDER.index(kind) if kind else -1 for kind in kinds), -1])[splits.codes]
    hits = best_hits(inputs.near, stage, "earlier", inputs.ties)
    return hits.only(~np.isin(hits.rows, list(inputs.index.leaks)))


def _direct(near: NearCopies, rows: NDArray[np.int64]) -> list[dict[str, Any]]:
    """Contents that each row's is directly paired with, as far as they are kept."""
    pairs = near.search.pairs
    ends = np.concatenate([pairs.first, pairs.second])
    degree = np.bincount(ends, minlength=len(near.first_rows))
    return [{"copies": copies} for copies in degree[near.content_of[rows]].tolist()]


def _labels(codes: NDArray[np.int32], names: Sequence[str], hits: Hits) -> list[dict[str, Any]]:
    return [{"label": names[code]} for code in codes[hits.others].tolist()]


def _splits(inputs: Inputs, hits: Hits) -> list[dict[str, Any]]:
    splits = inputs.dataset.splits
    return [] if splits is None else [{"split": splits.names[at]} for at in splits.codes[hits.others]]


def _found(inputs: Inputs, kind: str, hits: Hits, reason: str, more: Sequence[Mapping[str, Any]]) -> pa.Table:
    """The findings of one kind: the row, its nearest and how alike they are."""
    index, groups = inputs.index, inputs.near.groups
    enough = index.says_enough(hits.rows) & index.says_enough(hits.others)
    unclear = "" if kind == "near_duplicate" else "-too-little"
    nearest = inputs.dataset.ids.take(pa.array(hits.others)).to_pylist()
    similarity = hits.similarity.tolist()
    return findings_of(
        inputs.dataset,
        index,
        kind=kind,
        rows=hits.rows,
        suspicion=hits.similarity,
        reason_code=[reason if clear else reason + unclear for clear in enough],
        group=[groups.names[at] for at in groups.of_row[hits.rows]],
        evidence=[
            {"nearest": item, "similarity": alike, **also}
            for item, alike, also in zip(nearest, similarity, more, strict=True)
        ],
    )


def _measures(inputs: Inputs, leaked: int) -> list[Measure]:
    n = len(inputs.dataset)
    measures = [measured("duplicates.near_groups", len(inputs.near.groups.members), n)]
    if inputs.has(LABELS):
        measures.append(measured("duplicates.near_conflict_pairs", _conflict_pairs(inputs), n))
    if inputs.dataset.splits is not None and inputs.dataset.splits.comparable:
        measures.append(measured("duplicates.near_leaked_rows", leaked, n))
    return measures


def _conflict_pairs(inputs: Inputs) -> int:
    """Pairs of labelled rows of one direct pair with different labels: all pairs less those of one label."""
    near, codes = inputs.near, label_codes(inputs.dataset.labels)[0]
    rows = np.flatnonzero((near.groups.of_row >= 0) & (codes >= 0))
    if not len(rows):
        return 0
    from scipy.sparse import coo_array

    shape = (len(near.first_rows), int(codes.max()) + 1)
    counts = coo_array((np.ones(len(rows), np.int64), (near.content_of[rows], codes[rows])), shape).tocsr()
    pairs = near.search.pairs
    one, other = counts[pairs.first], counts[pairs.second]
    return int((one.sum(axis=1) * other.sum(axis=1)).sum() - one.multiply(other).sum())
