"""An audit with what people decided since, as the gate counts it: what they kept is no suspect any more."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.compute as pc

from auditor.decided import with_decisions
from auditor.label_errors import label_error_measures
from auditor.measures import Measure
from auditor.review.corrections import Reviewed, refuse_other_dataset
from auditor.review.lookup import standings_of
from auditor.review.standing import CONFIRMED

if TYPE_CHECKING:
    from auditor.audits import Audit
    from auditor.review.merging import Merged

SILENCED = pa.array(["label_issue", "annotation"])
"""Kinds of findings that doubt a given label: a reviewer who keeps it settles them. Copies stay copies."""


def silenced(audit: Audit, found: Merged) -> Audit:
    """The audit after some decisions: kept suspects are out, and real errors are measured.

    The counts are those that a new audit with the decisions would have; scores and places stay as they are.

    Args:
        audit: as it was made or loaded.
        found: the decisions, merged.

    Raises:
        InputError: `decisions-other-dataset`.
    """
    dataset = audit.header["dataset"]
    label = next(iter(dataset["roles"].get("label", ())), None)
    reviewed = Reviewed(name=dataset["name"], label=label, classes=dataset["classes"])
    refuse_other_dataset(reviewed, found, standings_of(audit.tables, found), label_stated=False)
    audit = with_decisions(audit, found)
    findings = audit.tables["findings"]
    table = audit.tables["decisions"]
    confirmed = table.filter(pc.is_in(table["state"], pa.array(sorted(CONFIRMED))))["row"].drop_null()
    doubts = pc.is_in(findings["kind"].cast(pa.string()), SILENCED)
    gone = pc.and_(doubts, pc.is_in(findings["row"], confirmed.combine_chunks()))
    counts = _by_kind(findings.filter(gone))
    kept = findings.filter(pc.invert(pc.fill_null(gone, False)))
    return replace(
        audit,
        tables={**audit.tables, "findings": kept},
        measures=_measures(audit, counts),
        header={**audit.header, "decisions": _decisions(audit.header["decisions"], counts)},
    )


def _by_kind(gone: pa.Table) -> Mapping[str, int]:
    return Counter(gone["kind"].cast(pa.string()).to_pylist())


def _measures(audit: Audit, gone: Mapping[str, int]) -> tuple[Measure, ...]:
    """The measures with the silenced findings taken off, and those of real errors as they are now."""
    less = {
        "label_issues.count": float(gone.get("label_issue", 0)),
        "annotations.consensus_differs": float(gone.get("annotation", 0)),
    }
    counted = []
    for one in audit.measures:
        if one.name.startswith("label_errors."):
            continue
        if one.name == "label_issues.rate":
            count = round(one.value * one.n) - gone.get("label_issue", 0)
            one = replace(one, value=count / max(one.n, 1))
        counted.append(replace(one, value=one.value - less[one.name]) if one.name in less else one)
    return (*counted, *label_error_measures(audit))


def _decisions(known: Mapping[str, Any], gone: Mapping[str, int]) -> dict[str, Any]:
    return {**known, "kept_suspects": known["kept_suspects"] + gone.get("label_issue", 0)}
