"""From outcomes to the tables and the header of an `Audit`."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from importlib.metadata import PackageNotFoundError, version
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from auditor.audits import Audit
from auditor.data import NO_LABEL, UNKNOWN_LABEL
from auditor.detect import Inputs
from auditor.errors import Problem
from auditor.findings import Failed, Outcome, Ran, no_findings
from auditor.prioritise.order import LAM
from auditor.prioritise.queue import Order
from auditor.similar.labels import label_texts, named
from auditor.version import __version__
from auditor.wording import Text, text_json

if TYPE_CHECKING:
    from auditor.pipeline import AuditOptions
    from auditor.read.dataset import Inputs as Given

SCHEMA = "auditor.audit/1"
FLAGS: Mapping[str, int] = {
    "label_issue": 1,
    "exact_duplicate": 2,
    "conflict": 4,
    "leak": 8,
    "no_label": 16,
    "unknown_label": 32,
    "no_prediction": 64,
}
"""Bits of the column `flags` of scores.parquet; a bit is never given another meaning."""
SNIPPET = 120
SHOWN_CELL = 2_000
"""Characters of a cell that pages show."""
KEPT_CELL = 20_000
"""Characters of a cell that items.parquet keeps."""


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
    notes: Sequence[Problem],
) -> Audit:
    """The audit: its tables, its measures, its header."""
    duplicates = duplicates_table(inputs)
    tables = {
        "queue": queue,
        "scores": scores_table(inputs, order, findings),
        "findings": findings,
        "items": items_table(inputs, queue, duplicates, options.privacy),
        "duplicates": duplicates,
        "classes": classes_table(inputs, outcomes, findings),
    }
    ran = [found for found in outcomes.values() if isinstance(found, Ran)]
    measures = tuple(measure for found in ran for measure in found.measures)
    header = _header(given, outcomes, order, queue, options, notes)
    traces = {name: found.trace for name, found in outcomes.items() if isinstance(found, Failed)}
    return Audit(header=header, measures=measures, tables=tables, traces=traces)


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
            "group": named(groups.of_row, groups.names).cast(pa.string()),
            "flags": pa.array(_flags(inputs, findings)),
        }
    )


def _nullable(values: NDArray[np.float64]) -> pa.Array:
    return pa.array(values, pa.float64(), mask=np.isnan(values))


def _flags(inputs: Inputs, findings: pa.Table) -> NDArray[np.int32]:
    codes = inputs.dataset.labels.codes
    flags = np.zeros(len(codes), np.int32)
    flags[codes == NO_LABEL] |= FLAGS["no_label"]
    flags[codes == UNKNOWN_LABEL] |= FLAGS["unknown_label"]
    if inputs.probabilities is not None and inputs.probabilities.covered is not None:
        flags[~inputs.probabilities.covered] |= FLAGS["no_prediction"]
    kinds = findings["kind"].cast(pa.string())
    for kind, bit in FLAGS.items():
        rows = findings["row"].filter(pc.equal(kinds, kind)).drop_null().to_numpy()
        flags[rows] |= bit
    return flags


def duplicates_table(inputs: Inputs) -> pa.Table:
    """The rows of every exact group: `group,item,row,split,label,kind,similarity,conflict,leak`.

    `conflict` says that the row's group has different labels, `leak` that the row itself is leaked.
    """
    dataset, groups, splits = inputs.dataset, inputs.index.groups, inputs.dataset.splits
    rows = groups.rows
    at, of, n = pa.array(rows), groups.of_row[rows], len(rows)
    return pa.table(
        {
            "group": named(of, groups.names).cast(pa.string()),
            "item": dataset.ids.take(at),
            "row": at,
            "split": pa.nulls(n, pa.string())
            if splits is None
            else named(splits.codes[rows], splits.names).cast(pa.string()),
            "label": label_texts(dataset.labels).take(at).cast(pa.string()),
            "kind": pa.array(["exact_duplicate"] * n, pa.string()),
            "similarity": np.ones(n),
            "conflict": np.isin(of, list(inputs.index.conflicts)),
            "leak": np.isin(rows, list(inputs.index.leaks)),
        }
    )


def classes_table(inputs: Inputs, outcomes: Mapping[str, Outcome], findings: pa.Table) -> pa.Table:
    """classes.csv: counts per class and split, suspects, and how the model does on the class."""
    classes = inputs.dataset.classes
    counts = _table_of(outcomes, "class_balance", "counts")
    agreement = _table_of(outcomes, "model_quality", "agreement")
    k = len(classes)
    if counts is None:
        nothing = pa.nulls(k, pa.int64())
        shares = pa.nulls(k, pa.float64())
        counts = pa.table(
            {"class": list(classes), "count": nothing, "share": shares, "effective_number": shares}
            | dict.fromkeys(("train", "validation", "test"), nothing)
        )
    suspected, share = _suspects(inputs, outcomes, findings)
    columns = {name: counts[name] for name in counts.column_names}
    columns |= {"suspected": suspected, "suspected_share": share}
    for name, kind in (("accuracy", pa.float64()), ("f1", pa.float64()), ("most_confused_with", pa.string())):
        columns[name] = pa.nulls(k, kind) if agreement is None else agreement[name].cast(kind)
    return pa.table(columns)


def _suspects(
    inputs: Inputs, outcomes: Mapping[str, Outcome], findings: pa.Table
) -> tuple[pa.Array, pa.Array]:
    """Per class the flagged rows and their share of its rows with a prediction; nulls where nobody looked."""
    k = len(inputs.dataset.classes)
    if not isinstance(outcomes.get("label_issues"), Ran):
        return pa.nulls(k, pa.int64()), pa.nulls(k, pa.float64())
    flagged = findings["row"].filter(pc.equal(findings["kind"].cast(pa.string()), "label_issue")).to_numpy()
    codes = inputs.dataset.labels.codes
    counts = np.bincount(codes[flagged], minlength=k)
    scored = np.bincount(codes[inputs.scores.scored], minlength=k)
    share = pa.array(counts / np.maximum(scored, 1), pa.float64(), mask=scored == 0)
    return pa.array(counts, pa.int64()), share


def _table_of(outcomes: Mapping[str, Outcome], detector: str, name: str) -> pa.Table | None:
    found = outcomes.get(detector)
    return found.tables.get(name) if isinstance(found, Ran) else None


def items_table(inputs: Inputs, queue: pa.Table, duplicates: pa.Table, privacy: str) -> pa.Table:
    """The content of the items in the queue and in duplicate groups, as the privacy setting allows."""
    rows = np.unique(np.concatenate([queue["row"].to_numpy(), duplicates["row"].to_numpy()]))
    content = inputs.dataset.content.columns
    columns: dict[str, Any] = {"item": inputs.dataset.ids.take(pa.array(rows)), "row": rows}
    if privacy != "ids":
        length = SNIPPET if privacy == "snippet" else KEPT_CELL
        for name in content.column_names:
            cells = content[name].take(pa.array(rows)).combine_chunks()
            columns[f"content.{name}"] = pc.utf8_slice_codeunits(cells, 0, length)
    return pa.table(columns)


def _header(
    given: Given,
    outcomes: Mapping[str, Outcome],
    order: Order,
    queue: pa.Table,
    options: AuditOptions,
    notes: Sequence[Problem],
) -> dict[str, Any]:
    dataset, probabilities = given.dataset, given.probabilities
    settings = _settings(given, options)
    predictions = (
        None
        if probabilities is None
        else {
            "files": list(probabilities.names),
            "digest": probabilities.digest,
            "out_of_sample": probabilities.out_of_sample,
            "rows_without": 0 if probabilities.covered is None else int((~probabilities.covered).sum()),
        }
    )
    every_note = (*dataset.notes, *(probabilities.notes if probabilities else ()), *notes)
    header: dict[str, Any] = {
        "schema": SCHEMA,
        "dataset": {
            "name": dataset.name,
            "rows": len(dataset),
            "classes": list(dataset.classes),
            "class_order": {"source": text_json(given.classes.source), "flag": given.classes.flag},
            "labelled": int((dataset.labels.codes >= 0).sum()),
            "has_ids": dataset.has_ids,
            "roles": {role: list(names) for role, names in sorted(dataset.roles.items())},
            "content": list(dataset.content.columns.column_names),
            "left_out": list(dataset.left_out),
            "splits": list(dataset.splits.names) if dataset.splits else [],
            "fingerprint": dataset.fingerprint,
        },
        "predictions": predictions,
        "settings": settings,
        "versions": _versions(),
        "outcomes": [_outcome(name, found) for name, found in outcomes.items()],
        "notes": [note_json(problem) for problem in every_note],
        "queue": {"rows": len(queue), "total": order.total, "order": "order score", "lam": LAM},
        "tables": {
            "calibration": _plain(_table_of(outcomes, "model_quality", "calibration")),
        },
    }
    header["audit_id"] = audit_id(header)
    plain: dict[str, Any] = json.loads(json.dumps(header))  # what is read back is what was made
    return plain


def _settings(given: Given, options: AuditOptions) -> dict[str, Any]:
    choice = asdict(given.choice)
    for name in ("classes", "class_names"):  # what counts are the names, which stand with the dataset
        choice[name] = None
    return {
        "input": choice,
        "top": options.top,
        "privacy": options.privacy,
        "lang": options.lang,
        "detect": {name: dict(values) for name, values in sorted(options.detect.items())},
    }


def audit_id(header: Mapping[str, Any]) -> str:
    """16 hex digits over the fingerprint, the classes, the settings and the predictions."""
    parts = [
        header["dataset"]["fingerprint"],
        header["dataset"]["classes"],
        header["settings"],
        (header["predictions"] or {}).get("digest"),
    ]
    raw = json.dumps(parts, sort_keys=True, ensure_ascii=False).encode("utf-8", "surrogatepass")
    return hashlib.sha256(raw).hexdigest()[:16]


def note_json(problem: Problem) -> dict[str, Any]:
    """A problem as JSON that can be put into words again in any language."""
    return {
        "slug": problem.slug,
        "level": problem.level,
        "what": text_json(problem.what),
        "details": [text_json(text) for text in problem.details],
        "fixes": [text_json(text) for text in problem.fixes],
    }


def _outcome(name: str, found: Outcome) -> dict[str, Any]:
    why = getattr(found, "why", None)
    entry: dict[str, Any] = {"detector": name, "status": found.status}
    entry["why"] = text_json(why) if why is not None else None
    if isinstance(found, Failed):
        entry["why"] = text_json(Text("{error}", {"error": found.error}))
    return entry


def _plain(table: pa.Table | None) -> list[dict[str, Any]]:
    return [] if table is None else table.to_pylist()


def _versions() -> dict[str, str]:
    out = {"auditor": __version__}
    for name in ("cleanlab", "numpy", "pyarrow"):
        try:
            out[name] = version(name)
        except PackageNotFoundError:
            out[name] = "-"
    return out
