"""Audits with near copies put in by hand: what the search finds is not what their tests are about."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

import auditor
from auditor import Audit
from auditor.findings import FINDINGS
from auditor.measures import Measure
from auditor.tables import DUPLICATES

NEAR_KINDS = ("near_duplicate", "near_conflict", "near_leak")
TICKETS = {
    "a": ("the parcel came late again today", "delivery", "train"),
    "b": ("the parcel came late again monday", "refund", "train"),
    "c": ("please reset my password for the shop", "login", "train"),
    "d": ("please reset my password for the store", "login", "test"),
    "e": ("where do I find the invoice of march", "billing", "train"),
    "f": ("where do I find the invoice of april", "billing", "train"),
    "g": ("good", "login", "train"),
    "h": ("goods", "billing", "train"),
    "i": ("thanks, this is all I wanted to know", "login", "train"),
    "j": ("thanks, this is all I wanted to know", "login", "train"),
    "k": ("a holiday in the mountains", "refund", "train"),
    "l": ("an engine without oil", "delivery", "test"),
}
"""Item -> its text, its label, its split; i and j are exact copies."""


@dataclass(frozen=True, slots=True)
class Near:
    """A finding of a near copy."""

    kind: str
    item: str
    nearest: str
    similarity: float
    unclear: bool = False


PLANTED = (
    Near("near_duplicate", "a", "b", 0.93),
    Near("near_duplicate", "b", "a", 0.93),
    Near("near_conflict", "a", "b", 0.93),
    Near("near_conflict", "b", "a", 0.93),
    Near("near_duplicate", "c", "d", 0.9),
    Near("near_duplicate", "d", "c", 0.9),
    Near("near_leak", "d", "c", 0.9),
    Near("near_duplicate", "e", "f", 0.88),
    Near("near_duplicate", "f", "e", 0.88),
    Near("near_duplicate", "g", "h", 0.85),
    Near("near_conflict", "g", "h", 0.85, unclear=True),
    Near("near_conflict", "h", "g", 0.85, unclear=True),
)
"""A conflict, a leak, a copy, and a conflict that says too little."""


def search(**other: Any) -> dict[str, Any]:
    """The header's member "near" for the planted pairs and two pairs just under the threshold."""
    bars = [0] * 40
    for similarity in (0.93, 0.9, 0.88, 0.85, 0.79, 0.78):
        bars[int(similarity * 40 + 1e-9)] += 1
    shown = (("e", "f", 0.88), ("g", "h", 0.85), ("k", "l", 0.79))
    found = {
        "how": "texts",
        "threshold": 0.8,
        "default": 0.8,
        "compared": 11,
        "pairs": 4,
        "bars": bars,
        "recall": None,
        "sampled": 0,
        "examples": [{"a": a, "b": b, "similarity": similarity} for a, b, similarity in shown],
    }
    return found | other


def tickets() -> pd.DataFrame:
    """The twelve tickets."""
    rows = [(item, *values) for item, values in TICKETS.items()]
    return pd.DataFrame(rows, columns=["id", "text", "label", "split"])


def with_near(
    audit: Audit,
    found: Sequence[Near] = PLANTED,
    near: Mapping[str, Any] | None = None,
    groups: int | None = None,
) -> Audit:
    """The audit, had its search found these pairs and no others; each pair is a group by default."""
    scores = audit.tables["scores"].select(["item", "given"])
    given = {row["item"]: row["given"] for row in scores.to_pylist()}
    split = {item: values[2] for item, values in TICKETS.items()}
    copies = [entry for entry in found if entry.kind == "near_duplicate"]
    pairs = {frozenset((entry.item, entry.nearest)) for entry in copies}
    outcome = {"detector": "near_duplicates", "status": "ran", "why": None}
    outcomes = [entry for entry in audit.header["outcomes"] if entry["detector"] != outcome["detector"]]
    measure = Measure(
        name="duplicates.near_groups",
        value=len(pairs) if groups is None else groups,
        n=len(given),
        kind="count",
        bad="up",
        exact=False,
    )
    exact = audit.tables["duplicates"].filter(pc.equal(audit.tables["duplicates"]["kind"], "exact_duplicate"))
    return replace(
        audit,
        header={
            **audit.header,
            "near": search() if near is None else dict(near),
            "outcomes": [*outcomes, outcome],
        },
        measures=(*(m for m in audit.measures if ".near_" not in m.name), measure),
        tables={
            **audit.tables,
            "findings": _findings(audit.tables["findings"], found, given, split),
            "duplicates": pa.concat_tables([exact, _rows(copies, given, split)]),
        },
    )


def _findings(
    others: pa.Table, found: Sequence[Near], given: Mapping[str, Any], split: Mapping[str, str]
) -> pa.Table:
    codes = {"near_duplicate": "near-copy", "near_conflict": "near-conflict", "near_leak": "near-leak"}
    rows = []
    for number, entry in enumerate(found):
        more = {
            "near_duplicate": {"copies": 1},
            "near_conflict": {"label": given[entry.nearest]},
            "near_leak": {"split": split.get(entry.nearest)},
        }[entry.kind]
        evidence = {"nearest": entry.nearest, "similarity": entry.similarity} | more
        row = dict.fromkeys(FINDINGS.names)
        row |= {"key": f"{number:016x}", "kind": entry.kind, "item": entry.item, "row": number}
        row |= {"suspicion": entry.similarity, "given": given[entry.item], "evidence": json.dumps(evidence)}
        row |= {"reason_code": codes[entry.kind] + ("-too-little" if entry.unclear else "")}
        rows.append(row | {"group": "near-" + min(entry.item, entry.nearest)})
    kept = others.filter(pc.invert(pc.is_in(others["kind"].cast(pa.string()), pa.array(NEAR_KINDS))))
    return pa.concat_tables([kept, pa.Table.from_pylist(rows, schema=FINDINGS)]).unify_dictionaries()


def _rows(copies: Sequence[Near], given: Mapping[str, Any], split: Mapping[str, str]) -> pa.Table:
    rows = [
        {
            "group": "near-" + min(entry.item, entry.nearest),
            "item": entry.item,
            "row": 0,
            "split": split.get(entry.item),
            "label": given[entry.item],
            "kind": "near_duplicate",
            "similarity": entry.similarity,
            "conflict": False,
            "leak": False,
        }
        for entry in copies
    ]
    return pa.Table.from_pylist(rows, schema=DUPLICATES)


def near_audit(**options: Any) -> Audit:
    """The audit of the tickets with the planted near copies."""
    return with_near(auditor.audit(tickets(), **options))
