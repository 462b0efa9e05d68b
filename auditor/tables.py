"""From outcomes to the tables of an `Audit`, and the audit itself."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from auditor.arrow import label_texts, named
from auditor.audits import Audit
from auditor.checks import Answer
from auditor.data import NO_LABEL, UNKNOWN_LABEL
from auditor.detect import Inputs
from auditor.findings import Failed, Outcome, Ran, no_findings, of_kind, table_of, without_quotes
from auditor.flags import FLAGS
from auditor.header import header_of
from auditor.items import items_table, shown_rows
from auditor.places import places_table
from auditor.prioritise.queue import Order
from auditor.review.agreement import agreement_json
from auditor.review.confirmed import confirmed_of
from auditor.review.standing import Standing, counts, standings_table
from auditor.rounds import sampling_json
from auditor.row_digests import row_digests

if TYPE_CHECKING:
    from auditor.pipeline import AuditOptions
    from auditor.read.dataset import Given
    from auditor.review.merging import Merged

CLASSES = pa.schema(
    [
        ("class", pa.string()),
        ("count", pa.int64()),
        ("share", pa.float64()),
        ("effective_number", pa.float64()),
        ("train", pa.int64()),
        ("validation", pa.int64()),
        ("test", pa.int64()),
        ("suspected", pa.int64()),
        ("suspected_share", pa.float64()),
        ("accuracy", pa.float64()),
        ("f1", pa.float64()),
        ("most_confused_with", pa.string()),
    ]
)
"""The columns of classes.csv; nulls where nobody counted or no model was there."""
DUPLICATES = pa.schema(
    [
        ("group", pa.string()),
        ("item", pa.string()),
        ("row", pa.int64()),
        ("split", pa.string()),
        ("label", pa.string()),
        ("kind", pa.string()),
        ("similarity", pa.float64()),
        ("conflict", pa.bool_()),
        ("leak", pa.bool_()),
        ("nearest", pa.string()),
    ]
)
"""The columns of duplicates.csv; `nearest` is what a near copy is most like, empty for exact copies."""


def all_findings(outcomes: Mapping[str, Outcome]) -> pa.Table:
    """The findings of every detector that ran, in one table."""
    tables = [table for found in outcomes.values() if isinstance(found, Ran) for table in found.findings]
    if not tables:
        return no_findings()
    return pa.concat_tables(tables).unify_dictionaries().combine_chunks()


def assemble(
    given: Given,
    inputs: Inputs,
    outcomes: Mapping[str, Outcome],
    findings: pa.Table,
    order: Order,
    queue: pa.Table,
    options: AuditOptions,
    answers: Sequence[Answer],
    stands: Sequence[Standing] = (),
) -> Audit:
    """The audit: its tables, its measures, its header."""
    duplicates = duplicates_table(inputs, findings)
    searched = isinstance(outcomes.get("near_duplicates"), Ran)
    kept = items_table(
        inputs, order, shown_rows(inputs, queue, duplicates, findings, searched=searched), options
    )
    tables = {
        "queue": queue,
        "scores": scores_table(inputs, order, findings),
        "findings": without_quotes(findings) if options.privacy == "ids" else findings,
        "items": kept,
        "duplicates": duplicates,
        "classes": classes_table(inputs, outcomes, findings),
    }
    tables["decisions"] = standings_table(stands)
    tables["map"] = places_table(inputs, order.places, tables["scores"]["flags"].to_numpy(), options.seed)
    ran = [found for found in outcomes.values() if isinstance(found, Ran)]
    measures = tuple(measure for found in ran for measure in found.measures)
    header = header_of(
        given,
        inputs,
        outcomes,
        options,
        answers,
        queue_rows=len(queue),
        order=order,
        sampling=sampling_json(tables, options.plan, options.seed),
        decided=None if options.decisions is None else decided_json(options.decisions, tables, inputs),
        items=kept,
    )
    traces = {name: found.trace for name, found in outcomes.items() if isinstance(found, Failed)}
    return Audit(header=header, measures=measures, tables=tables, traces=traces)


def decided_json(merged: Merged, tables: Mapping[str, pa.Table], inputs: Inputs) -> dict[str, Any]:
    """What reviewers had decided, in numbers."""
    return {
        "digest": merged.digest,
        "files": len(merged.files),
        "reviewers": sorted(merged.reviewers),
        "states": dict(counts(tables["decisions"])),
        "kept_suspects": inputs.shared.get("kept_suspects", 0),
        "confirmed": confirmed_of(merged).to_json(),
        **agreement_json(merged),
    }


def scores_table(inputs: Inputs, order: Order, findings: pa.Table) -> pa.Table:
    """Per row of the dataset what the model says of it, and what was found there, as bits."""
    dataset, scores, groups = inputs.dataset, inputs.scores, inputs.index.groups
    return pa.table(
        {
            "item": dataset.ids,
            "row": np.arange(len(dataset)),
            "given": label_texts(dataset.labels),
            "predicted": named(scores.predicted, dataset.classes),
            "suggested": named(scores.other, dataset.classes),
            "p_given": _nullable(scores.p_given),
            "p_suggested": _nullable(scores.p_other),
            "suspicion": _nullable(1 - scores.p_given),
            "order_score": _nullable(order.scores),
            "place": pa.array(order.places, pa.int64(), mask=order.places < 0),
            "group": named(groups.of_row, groups.names).cast(pa.string()),
            "flags": pa.array(_flags(inputs, findings)),
            "digest": row_digests(dataset, inputs.index),
        }
    )


def _nullable(values: NDArray[np.float64]) -> pa.Array:
    return pa.array(values, pa.float64(), mask=np.isnan(values))


def _flags(inputs: Inputs, findings: pa.Table) -> NDArray[np.int32]:
    codes = inputs.dataset.labels.codes
    flags = np.zeros(len(codes), np.int32)
    flags[inputs.confirmed] |= FLAGS["kept"]
    flags[codes == NO_LABEL] |= FLAGS["no_label"]
    flags[codes == UNKNOWN_LABEL] |= FLAGS["unknown_label"]
    if inputs.probabilities is not None and inputs.probabilities.covered is not None:
        flags[~inputs.probabilities.covered] |= FLAGS["no_prediction"]
    kinds = findings["kind"].cast(pa.string())
    for kind, bit in FLAGS.items():
        rows = findings["row"].filter(pc.equal(kinds, kind)).drop_null().to_numpy()
        flags[rows] |= bit
    return flags


def duplicates_table(inputs: Inputs, findings: pa.Table) -> pa.Table:
    """The rows of every exact group, then those of every near group: a table of the `DUPLICATES` schema.

    `conflict` says that a row's exact group has different labels, or that its direct near copy has another;
    `leak` that the row itself is leaked. A row may stand in both parts.
    """
    return pa.concat_tables([_exact_rows(inputs), _near_rows(inputs, findings)])


def _exact_rows(inputs: Inputs) -> pa.Table:
    groups = inputs.index.groups
    rows = groups.rows
    of = groups.of_row[rows]
    columns = {
        "group": named(of, groups.names),
        **_known_of(inputs, rows),
        "kind": pa.repeat("exact_duplicate", len(rows)),
        "similarity": np.ones(len(rows)),
        "conflict": np.isin(of, list(inputs.index.conflicts)),
        "leak": np.isin(rows, list(inputs.index.leaks)),
        "nearest": pa.nulls(len(rows)),
    }
    return pa.table(columns).select(DUPLICATES.names).cast(DUPLICATES)


def _near_rows(inputs: Inputs, findings: pa.Table) -> pa.Table:
    found = of_kind(findings, "near_duplicate")
    if not len(found):
        return DUPLICATES.empty_table()
    of = inputs.near.groups.of_row[found["row"].to_numpy()]
    found = found.take(pa.array(np.lexsort((found["row"].to_numpy(), of))))
    rows = found["row"].to_numpy()
    columns = {
        "group": found["group"],
        **_known_of(inputs, rows),
        "kind": pa.repeat("near_duplicate", len(rows)),
        "similarity": found["suspicion"],
        "conflict": np.isin(rows, of_kind(findings, "near_conflict")["row"].to_numpy()),
        "leak": np.isin(rows, of_kind(findings, "near_leak")["row"].to_numpy()),
        "nearest": [json.loads(said)["nearest"] for said in found["evidence"].to_pylist()],
    }
    return pa.table(columns).select(DUPLICATES.names).cast(DUPLICATES)


def _known_of(inputs: Inputs, rows: NDArray[np.int64]) -> dict[str, Any]:
    """What the dataset says of some rows."""
    dataset, at = inputs.dataset, pa.array(rows)
    splits = dataset.splits
    return {
        "item": dataset.ids.take(at),
        "row": at,
        "split": pa.nulls(len(rows)) if splits is None else named(splits.codes[rows], splits.names),
        "label": label_texts(dataset.labels).take(at),
    }


def classes_table(inputs: Inputs, outcomes: Mapping[str, Outcome], findings: pa.Table) -> pa.Table:
    """Counts per class and split, suspects, and how the model does: a table of the `CLASSES` schema."""
    classes = inputs.dataset.classes
    suspected, share = _suspects(inputs, outcomes, findings)
    columns: dict[str, Any] = {"class": list(classes), "suspected": suspected, "suspected_share": share}
    for detector, name in (("class_balance", "counts"), ("model_quality", "agreement")):
        found = table_of(outcomes, detector, name)
        columns |= {} if found is None else {column: found[column] for column in found.column_names}
    nothing = pa.nulls(len(classes))
    return pa.table({name: columns.get(name, nothing) for name in CLASSES.names}).cast(CLASSES)


def _suspects(
    inputs: Inputs, outcomes: Mapping[str, Outcome], findings: pa.Table
) -> tuple[pa.Array, pa.Array]:
    """Per class the flagged rows and their share of its rows with a prediction; nulls where nobody looked."""
    k = len(inputs.dataset.classes)
    if not isinstance(outcomes.get("label_issues"), Ran):
        return pa.nulls(k, pa.int64()), pa.nulls(k, pa.float64())
    flagged = of_kind(findings, "label_issue")["row"].to_numpy()
    codes = inputs.dataset.labels.codes
    counts = np.bincount(codes[flagged], minlength=k)
    scored = np.bincount(codes[inputs.scores.scored], minlength=k)
    share = pa.array(counts / np.maximum(scored, 1), pa.float64(), mask=scored == 0)
    return pa.array(counts, pa.int64()), share
