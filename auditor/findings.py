"""What an audit finds: findings, measures, outcomes, and the audit that holds them.

Detectors measure; only `gating/` judges. What could not be measured is a value with a reason.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

import pyarrow as pa

from auditor.wording import Text

if TYPE_CHECKING:
    pass

MeasureKind = Literal["count", "rate", "score"]
BadDirection = Literal["up", "down"]

FINDINGS = pa.schema(
    [
        ("key", pa.string()),
        ("kind", pa.dictionary(pa.int32(), pa.string())),
        ("item", pa.string()),
        ("row", pa.int64()),
        ("part", pa.string()),
        ("group", pa.string()),
        ("suspicion", pa.float64()),
        ("given", pa.dictionary(pa.int32(), pa.string())),
        ("suggested", pa.dictionary(pa.int32(), pa.string())),
        ("reason_code", pa.dictionary(pa.int32(), pa.string())),
        ("evidence", pa.string()),
    ]
)
"""The findings table: only what was flagged; `evidence` is a JSON object with the reason's values."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One flagged thing: a kind, an item (or a class), and the reason as a code with values."""

    kind: str
    item: str | None = None
    row: int | None = None
    part: str | None = None
    group: str | None = None
    suspicion: float | None = None
    """0..1, 1 = surest; comparable within a kind only."""
    given: str | None = None
    suggested: str | None = None
    reason_code: str
    evidence: Mapping[str, Any] = field(default_factory=dict)


def finding_key(
    *, kind: str, identity: str, content: str = "", part: str | None = None, given: str | None = None
) -> str:
    """The name by which a finding is known again in the next audit: 16 hex digits.

    `identity` is the item's own id, or content hash + occurrence number where there is none.
    Scores, ranks, rows, thresholds and suggestions stay out: they may change without the item
    changing. A changed label or text makes a new finding.

    >>> finding_key(kind="label_issue", identity="17", content="ab", given="cat")
    'cb9ce2ac91da5ee4'
    """
    fields = (kind, identity, content, part or "", given or "")
    raw = "\x1f".join(value.replace("\x1f", "\x1f\x1f") for value in fields)
    return hashlib.sha256(raw.encode("utf-8", "surrogatepass")).hexdigest()[:16]


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
class Ran:
    """A detector that did its work."""

    findings: tuple[Finding, ...] = ()
    measures: tuple[Measure, ...] = ()
    tables: Mapping[str, pa.Table] = field(default_factory=dict)
    """Named tables for the report and the folder (e.g. `classes`, `duplicates`)."""
    status = "ran"


@dataclass(frozen=True, slots=True)
class NotApplicable:
    """A detector that has nothing to say about this dataset, and why."""

    why: Text
    status = "not_applicable"


@dataclass(frozen=True, slots=True)
class CouldNot:
    """A detector that should have run and could not, and why."""

    why: Text
    status = "could_not"


@dataclass(frozen=True, slots=True)
class Failed:
    """A detector that raised: a bug of ours. The audit goes on and is marked partial."""

    error: str
    status = "failed"


Outcome = Ran | NotApplicable | CouldNot | Failed
