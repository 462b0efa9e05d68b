"""What an audit says of rows that are nearly the same, as pairs: each once, the most urgent kind first."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal

import pyarrow as pa
import pyarrow.compute as pc

PairKind = Literal["conflict", "leak", "alike"]
KINDS: Mapping[str, PairKind] = {"near_conflict": "conflict", "near_leak": "leak", "near_duplicate": "alike"}
"""Kind of finding -> what its pair is, the most urgent first."""
REASONS: Mapping[str, PairKind] = {"near-conflict": "conflict", "near-leak": "leak", "near-copy": "alike"}
"""Code of a reason, without `UNCLEAR` -> the same."""
UNCLEAR = "-too-little"
"""How the codes of reasons end whose content says too little."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NearFinding:
    """A row, its nearest, and what is the matter with the two."""

    item: str
    nearest: str
    similarity: float
    """0..1, an estimate of how much of the content is the same."""
    kind: PairKind
    unclear: bool
    """Whether the content says too little to settle anything."""
    label: str = ""
    """The label of the nearest, of conflicts."""
    split: str = ""
    """The split of the nearest, of leaks."""

    @property
    def evidence(self) -> dict[str, object]:
        """What the sentence of the reason says."""
        names = ("nearest", "similarity", "label", "split")
        return {name: getattr(self, name) for name in names}


@dataclass(frozen=True, slots=True, kw_only=True)
class NearPair:
    """Two items that are alike: for a leak the earlier one first, else in the order of their names."""

    items: tuple[str, str]
    similarity: float
    kinds: tuple[PairKind, ...]
    """What the pair is, the most urgent first."""
    unclear: bool


@dataclass(frozen=True, kw_only=True)
class Near:
    """The near copies of an audit."""

    findings: Sequence[NearFinding]
    copies: Mapping[str, str]
    """Item -> its group of exact copies. Pairs of copies of the same two contents are one pair."""

    @cached_property
    def pairs(self) -> list[NearPair]:
        """Every pair once, the most similar first."""
        by_contents: dict[frozenset[str], list[NearFinding]] = {}
        for entry in self.findings:
            ends = frozenset(self.copies.get(item) or item for item in (entry.item, entry.nearest))
            by_contents.setdefault(ends, []).append(entry)
        return sorted(map(_pair, by_contents.values()), key=lambda pair: (-pair.similarity, pair.items))

    @cached_property
    def conflicts(self) -> int:
        """Pairs with different labels whose content says enough to settle it."""
        return sum("conflict" in pair.kinds and not pair.unclear for pair in self.pairs)

    @cached_property
    def leaked_rows(self) -> int:
        """Rows of a later split that are likely in an earlier one, whose content says enough to matter."""
        return sum(entry.kind == "leak" and not entry.unclear for entry in self.findings)

    @cached_property
    def _of_item(self) -> dict[tuple[str, str], NearFinding]:
        return {(entry.item, entry.kind): entry for entry in self.findings}

    def of(self, item: str) -> list[NearFinding]:
        """The findings of an item, the most urgent first."""
        found = (self._of_item.get((item, kind)) for kind in KINDS.values())
        return [entry for entry in found if entry is not None]

    def of_reason(self, item: str, code: str) -> NearFinding | None:
        """The finding behind a reason of the queue."""
        kind = REASONS.get(code.removesuffix(UNCLEAR))
        return None if kind is None else self._of_item.get((item, kind))


def near_findings(findings: pa.Table) -> list[NearFinding]:
    """The findings of near copies, as they stand in the findings table."""
    kinds = findings["kind"].cast(pa.string())
    found = findings.filter(pc.is_in(kinds, pa.array(list(KINDS))))
    columns = found.select(["kind", "item", "reason_code", "evidence"]).to_pylist()
    return [_finding(row) for row in columns]


def _finding(row: Mapping[str, Any]) -> NearFinding:
    evidence = json.loads(row["evidence"])
    return NearFinding(
        item=row["item"],
        nearest=evidence["nearest"],
        similarity=evidence["similarity"],
        kind=KINDS[row["kind"]],
        unclear=row["reason_code"].endswith(UNCLEAR),
        label=evidence.get("label") or "",
        split=evidence.get("split") or "",
    )


def _pair(found: Sequence[NearFinding]) -> NearPair:
    """One pair of all that was found between two contents; shown are the rows of the most urgent finding."""
    urgency = list(KINDS.values())
    entries = sorted(found, key=lambda e: (urgency.index(e.kind), e.unclear, e.item, e.nearest))
    first = entries[0]
    leak = next((e for e in entries if e.kind == "leak"), None)
    ends = (first.item, first.nearest)
    same = leak is not None and {leak.item, leak.nearest} == set(ends)
    return NearPair(
        items=(leak.nearest, leak.item) if leak is not None and same else (min(ends), max(ends)),
        similarity=first.similarity,
        kinds=tuple(dict.fromkeys(e.kind for e in entries)),
        unclear=first.unclear,
    )
