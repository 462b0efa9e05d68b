"""The findings that one audit has and another has not, and why, as far as that can be known.

One function serves both directions: what is new is what the new audit has alone, what is gone is what the
old one has alone. So two audits in the other order mirror new and gone.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, get_args

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from auditor.drift import may_drift
from auditor.measures import MEASURES
from auditor.review.standing import CONFIRMED
from auditor.rows_beside import ABSENT, CONTENT, EDITED, NOWHERE, RELABELLED, UNTOUCHED, Side
from auditor.silenced import SILENCED

if TYPE_CHECKING:
    from auditor.audits import Audit

Why = Literal[
    "not_looked_for",
    "no_row",
    "absent",
    "relabelled",
    "content",
    "edited",
    "kept",
    "drift",
    "other_rows",
    "unknown",
]
"""Why a finding stands in one of two audits alone. `not_looked_for`: its detector did not run in the other.
`no_row`: it is about a class, a slice or a split. Of its row: `absent`: the other audit does not have it;
`relabelled`, `content`: it has another label, or another content, there; `edited`: without ids, that it is
not there as it is. Where the row is the same in both: `kept`: a reviewer said in the other that the label is
right; `drift`: the model, a threshold or other rows moved a doubt; `other_rows`: a fact that rests on other
rows, on the split or on an option; `unknown`: whether the row is the same cannot be told."""
WHYS: tuple[Why, ...] = get_args(Why)
OF_STATE: Mapping[int, Why] = {
    ABSENT: "absent",
    RELABELLED: "relabelled",
    CONTENT: "content",
    EDITED: "edited",
}
"""What a row is beside the other audit -> why its finding is alone."""
CODE = {why: code for code, why in enumerate(WHYS)}
LONE = pa.schema(
    [
        *[(name, pa.string()) for name in ("key", "kind", "item")],
        ("row", pa.int64()),
        *[(name, pa.string()) for name in ("part", "given", "suggested", "reason_code")],
        ("suspicion", pa.float64()),
        ("place", pa.int64()),
        ("why", pa.string()),
        ("label_there", pa.string()),
    ]
)
"""Findings of one audit alone, by kind and the most suspicious first. `place`: in the order of the queue, of
doubted labels; `label_there`: the label that the row has in the other audit, where that is another one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Half:
    """One of two audits, as the search for lone findings asks for it."""

    audit: Audit
    findings: pa.Table
    """Its findings, each key once."""
    ran: frozenset[str]
    """Detectors that ran."""
    side: Side
    """Its rows beside the other's."""

    @property
    def confirmed(self) -> NDArray[np.bool_]:
        """(n,) rows whose label a reviewer has said to be right as it is."""
        found = np.zeros(len(self.side.state), bool)
        table = self.audit.tables["decisions"]
        rows = table.filter(pc.is_in(table["state"], pa.array(sorted(CONFIRMED))))["row"].drop_null()
        found[rows.to_numpy()] = True
        return found


def half(audit: Audit, side: Side) -> Half:
    """An audit and its rows beside the other's."""
    table = audit.tables["findings"]
    keys = table["key"].to_numpy(zero_copy_only=False)
    first = np.sort(np.unique(keys.astype(str), return_index=True)[1]) if len(keys) else np.empty(0, int)
    ran = frozenset(entry["detector"] for entry in audit.header["outcomes"] if entry["status"] == "ran")
    whole = table if len(first) == len(table) else table.take(pa.array(first))
    return Half(audit=audit, findings=whole, ran=ran, side=side)


def detector_of(kind: str, reason: str) -> str | None:
    """The detector that finds a kind for a reason; None where no measure tells.

    >>> detector_of("class", "class-name-mistyped"), detector_of("conflict", "conflict")
    ('hygiene', 'exact_duplicates')
    """
    general = None
    for known in MEASURES.values():
        if kind in known.kinds and reason in known.reasons:
            return known.detector
        if kind in known.kinds and not known.reasons:
            general = general or known.detector
    return general or DETECTORS.get(kind)


DETECTORS: Mapping[str, str] = {"class": "class_balance", "hygiene": "hygiene", "image": "images"}
"""Kinds of findings of which some stand behind no measure -> their detector."""


def lone(here: Half, there: Half) -> pa.Table:
    """The findings that one audit has alone: a table of the `LONE` schema.

    Args:
        here: the audit that has them.
        there: the one that has not.
    """
    missing = pc.invert(pc.is_in(here.findings["key"], value_set=_keys(there)))
    found = here.findings.filter(missing)
    rows = pc.fill_null(found["row"], NOWHERE).to_numpy()
    why = _whys(found, rows, here, there)
    names = pa.DictionaryArray.from_arrays(pa.array(why, pa.int8()), pa.array(WHYS)).cast(pa.string())
    columns = {
        **{name: found[name].cast(pa.string()) for name in ("key", "kind", "item", "part")},
        **{name: found[name].cast(pa.string()) for name in ("given", "suggested", "reason_code")},
        "row": found["row"],
        "suspicion": found["suspicion"],
        "place": _places(found, rows, here),
        "why": names,
        "label_there": _labels_there(rows, why, here, there),
    }
    table = pa.table([columns[name] for name in LONE.names], schema=LONE)
    return table.sort_by(
        [("kind", "ascending"), ("place", "ascending"), ("suspicion", "descending"), ("key", "ascending")]
    )


def _keys(side: Half) -> pa.Array:
    return pa.array(side.findings["key"].to_numpy(zero_copy_only=False), pa.string())


def _whys(found: pa.Table, rows: NDArray[np.int64], here: Half, there: Half) -> NDArray[np.int8]:
    """(k,) codes of `WHYS`: by the kind and the reason first, then by the row."""
    state = np.full(len(found), NOWHERE, np.int8)
    state[rows >= 0] = here.side.state[rows[rows >= 0]]
    why = np.full(len(found), CODE["unknown"], np.int8)
    for row_state, name in OF_STATE.items():
        why[state == row_state] = CODE[name]
    why[rows < 0] = CODE["no_row"]
    same = state == UNTOUCHED
    for chosen, drifts, looked in _by_reason(found, there):
        why[chosen & same] = CODE["drift" if drifts else "other_rows"]
        why[chosen & (not looked)] = CODE["not_looked_for"]
    silent = pc.is_in(found["kind"].cast(pa.string()), SILENCED).to_numpy()
    kept = same & silent & (why != CODE["not_looked_for"])
    why[np.flatnonzero(kept)[_kept_there(rows[kept], here, there)]] = CODE["kept"]
    return why


def _by_reason(found: pa.Table, there: Half) -> list[tuple[NDArray[np.bool_], bool, bool]]:
    """Of each kind and reason: which findings are so, whether they drift, whether the other looked for it."""
    coded = [found[name].cast(pa.string()).combine_chunks().dictionary_encode() for name in PAIR]
    kinds, reasons = (array.indices.to_numpy() for array in coded)
    width = len(coded[1].dictionary) + 1
    pairs = kinds.astype(np.int64) * width + reasons
    out = []
    for pair in np.unique(pairs).tolist():
        kind, reason = coded[0].dictionary[pair // width].as_py(), coded[1].dictionary[pair % width].as_py()
        detector = detector_of(kind, reason)
        out.append(
            (pairs == pair, may_drift(kind, reason, there.ran), detector is None or detector in there.ran)
        )
    return out


PAIR = ("kind", "reason_code")


def _kept_there(rows: NDArray[np.int64], here: Half, there: Half) -> NDArray[np.bool_]:
    """(k,) of rows that are as they were: whether a reviewer confirmed their label in the other audit."""
    partner = here.side.partner[rows]
    return there.confirmed[partner] & (partner >= 0) if len(there.side.state) else np.zeros(len(rows), bool)


def _places(found: pa.Table, rows: NDArray[np.int64], here: Half) -> pa.Array:
    """(k,) places in the order of the queue, of findings that doubt a label; null of all others."""
    doubts = pc.is_in(found["kind"].cast(pa.string()), SILENCED).to_numpy()
    at = pa.array(rows, pa.int64(), mask=(rows < 0) | ~doubts)
    return here.audit.tables["scores"]["place"].take(at).cast(pa.int64())


def _labels_there(rows: NDArray[np.int64], why: NDArray[np.int8], here: Half, there: Half) -> pa.Array:
    """(k,) the label in the other audit, of rows that have another one there."""
    other = np.full(len(rows), NOWHERE, np.int64)
    told = (rows >= 0) & (why == CODE["relabelled"])
    other[told] = here.side.partner[rows[told]]
    return there.audit.tables["scores"]["given"].take(pa.array(other, pa.int64(), mask=other < 0))
