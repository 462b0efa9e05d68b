"""What detectors give: findings, measures, and an outcome each.

Detectors measure and judge nothing. What could not be measured is a value with a reason.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from auditor.arrow import label_texts
from auditor.data import Dataset
from auditor.measures import Measure
from auditor.similar.content import ContentIndex
from auditor.wording import Text

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
QUOTED = frozenset({"what", "was"})
"""Members of the evidence that quote content: what stands there, and what was meant."""
_ENCODED = json.JSONEncoder(ensure_ascii=False, sort_keys=True).encode


def finding_key(
    *, kind: str, identity: str, content: str = "", part: str | None = None, given: str | None = None
) -> str:
    """The name by which a finding is known again in the next audit: 16 hex digits.

    `identity` is the item's own id, or content hash + occurrence number where there is none.
    Scores, ranks, rows, thresholds and suggestions stay out: they may change without the item
    changing. A changed label or text makes a new finding.

    >>> finding_key(kind="label_issue", identity="17", content="ab", given="cat")
    '849aa1b647b1ff47'
    """
    fields = (kind, identity, content, part or "", given or "")
    raw = "\x1f".join(value.replace("\x1e", "\x1e\x1e").replace("\x1f", "\x1e\x1f") for value in fields)
    return hashlib.sha256(raw.encode("utf-8", "surrogatepass")).hexdigest()[:16]


@dataclass(frozen=True, slots=True, kw_only=True)
class Ran:
    """A detector that did its work."""

    findings: tuple[pa.Table, ...] = ()
    """Tables of the `FINDINGS` schema."""
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
    trace: str = ""
    """The traceback, for `--debug`; never written into the audit."""
    status = "failed"


Outcome = Ran | NotApplicable | CouldNot | Failed


def table_of(outcomes: Mapping[str, Outcome], detector: str, name: str) -> pa.Table | None:
    """A named table of a detector that ran; None where it did not run, or has no such table."""
    found = outcomes.get(detector)
    return found.tables.get(name) if isinstance(found, Ran) else None


def findings_of(
    dataset: Dataset,
    index: ContentIndex,
    *,
    kind: str,
    rows: NDArray[np.int64],
    suspicion: NDArray[np.float64] | None,
    reason_code: str | Sequence[str],
    evidence: Sequence[Mapping[str, Any]],
    group: Sequence[str | None] | None = None,
    suggested: Sequence[str | None] | None = None,
) -> pa.Table:
    """A findings table for rows of the dataset, with the key that knows each of them again."""
    n, at = len(rows), pa.array(rows, pa.int64())
    items = dataset.ids.take(at).to_pylist()
    given = label_texts(dataset.labels).take(at).to_pylist()
    content = index.hashes_of(rows)
    identities = items if dataset.has_ids else _numbered(content, given)
    columns = {
        "key": [
            finding_key(kind=kind, identity=identity, content=shown, given=label)
            for identity, shown, label in zip(identities, content, given, strict=True)
        ],
        "kind": [kind] * n,
        "item": items,
        "row": at,
        "part": [None] * n,
        "group": group or [None] * n,
        "suspicion": [None] * n if suspicion is None else suspicion,
        "given": given,
        "suggested": suggested or [None] * n,
        "reason_code": [reason_code] * n if isinstance(reason_code, str) else reason_code,
        "evidence": [_ENCODED(entry) for entry in evidence],
    }
    return _table(columns)


def _numbered(content: Sequence[str], given: Sequence[str | None]) -> list[str]:
    """Content hash and which of the found rows with this content and label it is.

    Only found rows are counted, and per label, so that the keys do not depend on the order of rows.
    """
    seen: Counter[tuple[str, str | None]] = Counter()
    names = []
    for pair in zip(content, given, strict=True):
        names.append(f"{pair[0]}#{seen[pair]}")
        seen[pair] += 1
    return names


def part_of(column: str, value: str) -> str:
    """What the rows of one value of a column are called, in findings and in the scope of measures.

    A column whose own name could be misread is written as JSON.

    >>> part_of("annotator", "kim"), part_of("a=b", "c")
    ('annotator=kim', '"a=b"=c')
    """
    plain = "=" not in column and not column.startswith('"')
    return f"{column if plain else _ENCODED(column)}={value}"


def class_findings(
    names: Sequence[str],
    reason_code: Sequence[str],
    evidence: Sequence[Mapping[str, Any]],
    *,
    kind: str = "class",
) -> pa.Table:
    """A findings table for classes, or slices and splits: no item, the class or its like as the part."""
    n = len(names)
    columns: dict[str, Any] = {entry.name: [None] * n for entry in FINDINGS}
    columns |= {
        "key": [
            finding_key(kind=kind, identity=name, part=code)
            for name, code in zip(names, reason_code, strict=True)
        ],
        "kind": [kind] * n,
        "part": list(names),
        "reason_code": list(reason_code),
        "evidence": [_ENCODED(entry) for entry in evidence],
    }
    return _table(columns)


def _table(columns: Mapping[str, Any]) -> pa.Table:
    arrays = []
    for entry in FINDINGS:
        coded = pa.types.is_dictionary(entry.type)
        array = pa.array(columns[entry.name], entry.type.value_type if coded else entry.type)
        arrays.append(array.dictionary_encode() if coded else array)
    return pa.Table.from_arrays(arrays, schema=FINDINGS)


def no_findings() -> pa.Table:
    """An empty findings table."""
    return FINDINGS.empty_table()


def without_quotes(findings: pa.Table) -> pa.Table:
    """The findings with dots for the content that evidence quotes: for audits that keep no content."""
    kept = []
    for said in findings["evidence"].to_pylist():
        evidence = json.loads(said)
        kept.append(_ENCODED(evidence | dict.fromkeys(QUOTED & evidence.keys(), "...")))
    place = findings.column_names.index("evidence")
    return findings.set_column(place, "evidence", pa.array(kept, pa.string()))


def of_kind(findings: pa.Table, kind: str) -> pa.Table:
    """The findings of one kind."""
    return findings.filter(pc.equal(findings["kind"].cast(pa.string()), kind))


def examples(findings: pa.Table, kind: str, most: int = 10) -> pa.Table:
    """The most suspicious findings of each reason of a kind, ties by their keys: what the report shows."""
    found = of_kind(findings, kind)
    codes = found["reason_code"].cast(pa.string())
    keys = pa.table({"code": codes, "suspicion": found["suspicion"], "key": found["key"]})
    order = pc.sort_indices(
        keys, [("code", "ascending"), ("suspicion", "descending"), ("key", "ascending")]
    ).to_numpy()
    of = codes.combine_chunks().dictionary_encode().indices.to_numpy()[order]
    starts = np.flatnonzero(np.diff(of, prepend=-1))
    within = np.arange(len(of)) - np.repeat(starts, np.diff(starts, append=len(of)))
    return found.take(pa.array(order[within < most]))
