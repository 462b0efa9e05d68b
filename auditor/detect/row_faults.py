"""Rows with a fault of their content, as findings: a row may have several, each with a key of its own."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from auditor.detect import Inputs
from auditor.findings import finding_key, findings_of


@dataclass(frozen=True, slots=True, kw_only=True)
class RowFaults:
    """The rows with one kind of fault."""

    rows: NDArray[np.int64]
    """(m,) ascending."""
    evidence: list[dict[str, Any]]
    suspicion: NDArray[np.float64]
    """(m,) 0..1."""


def fault_findings(inputs: Inputs, kind: str, code: str, faults: RowFaults) -> pa.Table:
    """The findings of one reason; equal rows without ids are numbered by what was found in them."""
    order = np.arange(len(faults.rows))
    if not inputs.dataset.has_ids:
        order = np.array(sorted(order, key=lambda at: str(faults.evidence[at])), np.int64)
    found = findings_of(
        inputs.dataset,
        inputs.index,
        kind=kind,
        rows=faults.rows[order],
        suspicion=faults.suspicion[order],
        reason_code=code,
        evidence=[faults.evidence[at] for at in order],
    )
    keys = [finding_key(kind=kind, identity=key, part=code) for key in found["key"].to_pylist()]
    return found.set_column(0, "key", pa.array(keys, pa.string()))
