"""The classes of two audits beside each other: rows, suspects that came and went, how the model does."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.compute as pc

if TYPE_CHECKING:
    from auditor.audits import Audit

LABEL_ISSUE = "label_issue"


@dataclass(frozen=True, slots=True, kw_only=True)
class ClassBeside:
    """A class then and now; None where an audit does not have the class, or the number."""

    name: str
    rows: tuple[int | None, int | None]
    suspected: tuple[int | None, int | None]
    accuracy: tuple[float | None, float | None]
    f1: tuple[float | None, float | None]
    fresh: int
    """Suspects that are new, by the label they have now."""
    gone: int
    """Suspects that are gone, by the label they had then."""


def classes_beside(old: Audit, new: Audit, tables: Mapping[str, pa.Table]) -> tuple[ClassBeside, ...]:
    """Every class of either, in the order of the new audit; those that are gone after them."""
    then, now = ({row["class"]: row for row in audit.tables["classes"].to_pylist()} for audit in (old, new))
    came, went = (_suspects_by_label(tables[name]) for name in ("new", "gone"))

    def both(name: str, column: str) -> tuple[Any, Any]:
        return then.get(name, {}).get(column), now.get(name, {}).get(column)

    return tuple(
        ClassBeside(
            name=name,
            rows=both(name, "count"),
            suspected=both(name, "suspected"),
            accuracy=both(name, "accuracy"),
            f1=both(name, "f1"),
            fresh=came.get(name, 0),
            gone=went.get(name, 0),
        )
        for name in dict.fromkeys([*now, *then])
    )


def _suspects_by_label(table: pa.Table) -> dict[str, int]:
    looked = pc.not_equal(table["why"], "not_looked_for")
    return counted(table.filter(pc.and_(pc.equal(table["kind"], LABEL_ISSUE), looked)), "given")


def counted(table: pa.Table, column: str) -> dict[str, int]:
    """Value of a column -> how many rows have it."""
    counts = pc.value_counts(table[column].cast(pa.string()))
    return {entry["values"]: entry["counts"] for entry in counts.to_pylist()}
