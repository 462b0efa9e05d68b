"""Two audits of one dataset: what is new, what is gone and why, what still stands, measures old -> new."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.compute as pc

from auditor.audits import Audit
from auditor.classes_beside import LABEL_ISSUE, ClassBeside, classes_beside, counted
from auditor.comparable import Remark, label_of, refuse_incomparable, refuse_other_dataset, remarks
from auditor.drift import editions_of, redefined
from auditor.findings_beside import WHYS, Half, Why, half, lone
from auditor.measures import MEASURES
from auditor.measures_beside import MeasureBeside, measures_beside
from auditor.rows_beside import Rows, relabelled_pairs, rows_beside
from auditor.store.loading import load_audit

if TYPE_CHECKING:
    import pandas as pd

TOP = 10
"""Findings of each kind that are named; all are in `new` and `gone`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """One of the two audits."""

    name: str
    """The dataset."""
    audit_id: str
    rows: int
    classes: int
    label: str | None
    auditor: str
    """The version that made it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class KindBeside:
    """The findings of one kind then and now; each key counts once."""

    kind: str
    old: int
    new: int
    still: int
    """Those that stand in both."""
    came: Mapping[Why, int]
    """Why a new one is new -> how many."""
    went: Mapping[Why, int]
    """Why one that is gone is gone -> how many."""

    @property
    def fresh(self) -> int:
        """New ones, without those that nobody looked for then."""
        return sum(self.came.values()) - self.came.get("not_looked_for", 0)

    @property
    def gone(self) -> int:
        """Those that are gone, without those that nobody looked for now."""
        return sum(self.went.values()) - self.went.get("not_looked_for", 0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Decided:
    """Items that reviewers decided since."""

    items: int
    errors: int
    """Of them verdicts that the label is wrong."""
    kept: int
    """Of them verdicts that it is right; the rest is no verdict."""


@dataclass(frozen=True, kw_only=True)
class Comparison:
    """Two audits beside each other. `new` and `gone` are DataFrames of the findings that one has alone."""

    old: Named
    now: Named
    remarks: tuple[Remark, ...]
    rows: Rows
    kinds: tuple[KindBeside, ...]
    corrected: tuple[tuple[str, str, int], ...]
    """(label then, label now, suspects) of the suspects that are gone because their label was changed."""
    measures: tuple[MeasureBeside, ...]
    classes: tuple[ClassBeside, ...]
    decided: Decided
    tables: Mapping[str, pa.Table]
    """`new` and `gone` as Arrow tables (`auditor.findings_beside.LONE`)."""

    @property
    def same(self) -> bool:
        """Whether it is one audit twice."""
        return self.old.audit_id == self.now.audit_id

    @cached_property
    def new(self) -> pd.DataFrame:
        """Findings of the new audit that the old one does not have, by kind, and why each is new."""
        frame: pd.DataFrame = self.tables["new"].to_pandas()
        return frame

    @cached_property
    def gone(self) -> pd.DataFrame:
        """Findings of the old audit that the new one does not have, by kind, and why each is gone."""
        frame: pd.DataFrame = self.tables["gone"].to_pandas()
        return frame

    def top(self, which: str, kind: str, most: int = TOP) -> list[dict[str, Any]]:
        """The first findings of a kind that are `new` or `gone`, as rows of that table."""
        table = self.tables[which]
        rows: list[dict[str, Any]] = table.filter(pc.equal(table["kind"], kind)).slice(0, most).to_pylist()
        return rows

    def to_json(self) -> dict[str, Any]:
        """The comparison as one object of schema `auditor.comparison/1` (docs/compare.md)."""
        from auditor.comparison_json import comparison_json

        return comparison_json(self)


def compare_audits(old: Audit | str | Path, new: Audit | str | Path) -> Comparison:
    """Compare two audits of one dataset, before and after it, its predictions or the decisions changed.

    Findings are known again by their keys, rows by their ids (without ids by their digests: content and
    label). What is gone is told apart by why, as far as the audits tell: the label was corrected, the row
    was removed, its content changed, a reviewer kept it, or nothing about the row changed.

    Args:
        old: from `audit` or `load_audit`, or the folder of a saved one.
        new: the later one.

    Returns:
        `kinds` (per kind of finding `old`, `new`, `still`, `came`, `went`), `rows`, `measures` (each with
        `old`, `new`, `difference`, `word`), `classes`, `corrected`, `decided`, `remarks` (what must be known
        first), and the DataFrames `new` and `gone`: a finding a row, with `why`.

    Raises:
        auditor.InputError: `compare-other-task`, `compare-other-dataset`, `compare-ids`, `compare-schemes`;
            a folder that is no audit.

    Example:
        >>> import auditor, pandas as pd
        >>> texts = [f"{pet} number {n}" for n in range(20) for pet in ("cat", "dog")] + ["cat number 1"]
        >>> data = pd.DataFrame({"id": range(41), "text": texts, "label": ["cat", "dog"] * 20 + ["dog"]})
        >>> then = auditor.audit(data.astype({"id": str}), id="id", model="none")
        >>> now = auditor.audit(data.astype({"id": str}).iloc[:-1], id="id", model="none")
        >>> found = auditor.compare_audits(then, now)  # both rows of the conflict lose it
        >>> found.rows.removed, [(kind.kind, kind.gone) for kind in found.kinds if kind.kind == "conflict"]
        (1, [('conflict', 2)])
    """
    then, now = _audit(old), _audit(new)
    refuse_incomparable(then, now)
    rows, one, other = rows_beside(then, now)
    refuse_other_dataset(then, now, rows)
    before, after = half(then, one), half(now, other)
    tables = {"new": lone(after, before), "gone": lone(before, after)}
    return Comparison(
        old=_named(then),
        now=_named(now),
        remarks=remarks(then, now, rows),
        rows=rows,
        kinds=_kinds(before, after, tables),
        corrected=_corrected(before, after, tables["gone"]),
        measures=measures_beside(
            then.measures, now.measures, redefined(editions_of(then.header), editions_of(now.header))
        ),
        classes=classes_beside(then, now, tables),
        decided=_decided(then, now),
        tables=tables,
    )


def _audit(audit: Audit | str | Path) -> Audit:
    if isinstance(audit, (str, Path)):
        return load_audit(audit)
    if not isinstance(audit, Audit):
        raise TypeError(f"an audit or the folder of one, not a {type(audit).__name__}")
    return audit


def _named(audit: Audit) -> Named:
    dataset = audit.header["dataset"]
    return Named(
        name=dataset["name"],
        audit_id=audit.audit_id,
        rows=dataset["rows"],
        classes=len(dataset["classes"]),
        label=label_of(audit),
        auditor=audit.header["versions"]["auditor"],
    )


def _kinds(before: Half, after: Half, tables: Mapping[str, pa.Table]) -> tuple[KindBeside, ...]:
    """A row per kind that either has, in the order of the measures that count them."""
    then, now = (counted(one.findings, "kind") for one in (before, after))
    came, went = (_by_why(tables[name]) for name in ("new", "gone"))
    order = {kind: at for at, known in enumerate(MEASURES.values()) for kind in known.kinds}
    return tuple(
        KindBeside(
            kind=kind,
            old=then.get(kind, 0),
            new=now.get(kind, 0),
            still=now.get(kind, 0) - sum(came.get(kind, {}).values()),
            came=came.get(kind, {}),
            went=went.get(kind, {}),
        )
        for kind in sorted({*then, *now}, key=lambda kind: (order.get(kind, len(MEASURES)), kind))
    )


def _by_why(table: pa.Table) -> dict[str, dict[Why, int]]:
    """Kind -> why -> how many, in the order of `WHYS`."""
    grouped = table.group_by(["kind", "why"]).aggregate([([], "count_all")]).to_pylist()
    found = {(entry["kind"], entry["why"]): entry["count_all"] for entry in grouped}
    kinds = sorted({kind for kind, _ in found})
    return {kind: {why: found[kind, why] for why in WHYS if (kind, why) in found} for kind in kinds}


def _corrected(before: Half, after: Half, gone: pa.Table) -> tuple[tuple[str, str, int], ...]:
    """What became of the suspects whose label was changed."""
    chosen = gone.filter(pc.and_(pc.equal(gone["kind"], LABEL_ISSUE), pc.equal(gone["why"], "relabelled")))
    rows = chosen["row"].to_numpy()
    return tuple(relabelled_pairs(before.audit, after.audit, before.side, rows))


def _decided(old: Audit, new: Audit) -> Decided:
    """Items that were decided in the new audit and not in the old one; a copy counts with its original."""
    table = new.tables["decisions"]
    table = table.filter(pc.is_null(pc.if_else(pc.equal(table["copy_of"], ""), None, table["copy_of"])))
    known = pa.array(old.tables["decisions"]["item"].to_pylist(), pa.string())
    since = table.filter(pc.invert(pc.is_in(table["item"], value_set=known)))
    errors = pc.sum(since["is_error"]).as_py() or 0
    return Decided(items=len(since), errors=errors, kept=len(since) - errors - since["is_error"].null_count)
