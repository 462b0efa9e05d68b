"""The rows of two audits beside each other: which are there in both, and what was changed of them.

Rows with ids are the same row where the id is; without ids a row is known by its digest alone (content and
label), and copies that nothing tells apart are counted. Joins and sorts of Arrow and numpy, O(n log n).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

if TYPE_CHECKING:
    from auditor.audits import Audit

ABSENT, RELABELLED, CONTENT, EDITED, UNTOUCHED, UNKNOWN = range(6)
"""What a row is beside the other audit: not there; there with another label (perhaps another content too);
with the same label and another content; without ids: not there as it is, so that it is new or was edited; as
it was; there with the same label, and whether its content is the same cannot be told."""
NOWHERE = -1


@dataclass(frozen=True, slots=True, kw_only=True)
class Rows:
    """How many rows of two audits are what to each other; None for what cannot be told."""

    by: Literal["id", "content", "nothing"]
    """What rows are known by: their ids; content and label; or nothing, since an audit of an earlier version
    kept no digests and there are no ids."""
    old: int
    new: int
    added: int | None = None
    """Rows of the new audit that the old one does not have; without ids also those that were edited."""
    removed: int | None = None
    """Rows of the old audit that the new one does not have; without ids also those that were edited."""
    relabelled: int | None = None
    changed: int | None = None
    """With the same label and another content."""
    untouched: int | None = None
    same_label: int | None = None
    """With the same label where nothing is known of the content; None where it is known."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """The rows of one audit beside those of the other."""

    state: NDArray[np.int8]
    """(n,) one of the states of this module."""
    partner: NDArray[np.int64]
    """(n,) the row of the other audit that it is; -1 where there is none, or none is known."""


def rows_beside(old: Audit, new: Audit) -> tuple[Rows, Side, Side]:
    """The rows of two audits, both with ids or both without: the counts, and what each row is.

    Args:
        old: the one.
        new: the other.
    """
    if old.header["dataset"].get("has_ids", True):
        return _by_id(old.tables["scores"], new.tables["scores"])
    return _by_digest(digests_of(old), digests_of(new), len(old.tables["scores"]), len(new.tables["scores"]))


def digests_of(audit: Audit) -> NDArray[np.uint64] | None:
    """(n,) the digest of each row; None in audits of versions that kept none."""
    scores = audit.tables["scores"]
    return scores["digest"].to_numpy() if "digest" in scores.column_names else None


def known_share(rows: Rows) -> float:
    """Of the rows of the smaller audit the share that the other one has too, 0..1; 1 where it is not known.

    Without ids rows count that are as they were.
    """
    least = min(rows.old, rows.new)
    if rows.removed is None or not least:
        return 1.0
    return (rows.old - rows.removed) / least


def _by_id(old: pa.Table, new: pa.Table) -> tuple[Rows, Side, Side]:
    one, other = _side(old, new), _side(new, old)
    count = np.bincount(one.state, minlength=UNKNOWN + 1).tolist()
    told = "digest" in old.column_names and "digest" in new.column_names
    rows = Rows(
        by="id",
        old=len(old),
        new=len(new),
        added=int((other.state == ABSENT).sum()),
        removed=count[ABSENT],
        relabelled=count[RELABELLED],
        changed=count[CONTENT] if told else None,
        untouched=count[UNTOUCHED] if told else None,
        same_label=None if told else count[UNKNOWN],
    )
    return rows, one, other


def _side(here: pa.Table, there: pa.Table) -> Side:
    """What each row of one table is beside the other."""
    found = pc.index_in(here["item"], value_set=_whole(there["item"]))
    partner = pc.fill_null(found, NOWHERE).to_numpy().astype(np.int64)
    at = np.flatnonzero(partner >= 0)
    state = np.full(len(here), ABSENT, np.int8)
    state[at] = np.where(_equal(here, there, at, partner[at], "given"), UNKNOWN, RELABELLED)
    if "digest" in here.column_names and "digest" in there.column_names:
        same = here["digest"].to_numpy()[at] == there["digest"].to_numpy()[partner[at]]
        state[at] = np.where(same, UNTOUCHED, np.where(state[at] == UNKNOWN, CONTENT, RELABELLED))
    return Side(state=state, partner=partner)


def _equal(
    here: pa.Table, there: pa.Table, at: NDArray[np.int64], partner: NDArray[np.int64], column: str
) -> NDArray[np.bool_]:
    """(k,) whether the cells of some rows and their partners are equal; two empty ones are."""
    same = pc.equal(_texts(here[column], at), _texts(there[column], partner))
    return np.asarray(same.to_numpy(), bool)


def _texts(column: pa.ChunkedArray, rows: NDArray[np.int64]) -> pa.ChunkedArray:
    """The cells of some rows; "" for none."""
    return pc.fill_null(column.take(pa.array(rows)).cast(pa.string()), "")


def _whole(column: pa.ChunkedArray) -> pa.Array:
    return column.combine_chunks() if column.num_chunks != 1 else column.chunk(0)


def _by_digest(
    old: NDArray[np.uint64] | None, new: NDArray[np.uint64] | None, n_old: int, n_new: int
) -> tuple[Rows, Side, Side]:
    if old is None or new is None:
        one, other = (
            Side(state=np.full(n, UNKNOWN, np.int8), partner=np.full(n, NOWHERE, np.int64))
            for n in (n_old, n_new)
        )
        return Rows(by="nothing", old=n_old, new=n_new), one, other
    (one, both), (other, _) = _counted(old, new), _counted(new, old)
    rows = Rows(by="content", old=n_old, new=n_new, added=n_new - both, removed=n_old - both, untouched=both)
    return rows, one, other


def _counted(here: NDArray[np.uint64], there: NDArray[np.uint64]) -> tuple[Side, int]:
    """What each row is beside the other audit, and how many rows both have.

    Of copies none counts as untouched where there are more of them here than there: which one is more cannot
    be said. The gate says the same of the rows of a baseline (`auditor.gating.rows.seen`).
    """
    names, inverse, counts = np.unique(here, return_inverse=True, return_counts=True)
    others, first, numbers = np.unique(there, return_index=True, return_counts=True)
    place = np.searchsorted(others, names)
    found = np.zeros(len(names), bool)
    inside = place < len(others)
    found[inside] = others[place[inside]] == names[inside]
    that, partner = np.zeros(len(names), np.int64), np.full(len(names), NOWHERE, np.int64)
    that[found], partner[found] = numbers[place[found]], first[place[found]]
    state = np.where(counts <= that, UNTOUCHED, EDITED).astype(np.int8)
    return Side(state=state[inverse], partner=partner[inverse]), int(np.minimum(counts, that).sum())


def relabelled_pairs(
    old: Audit, new: Audit, side: Side, rows: NDArray[np.int64]
) -> Iterator[tuple[str, str, int]]:
    """(label then, label now, rows) of some rows of the old audit that have another label now.

    The commonest first, ties by their names; "" for no label.

    Args:
        old: the audit that the rows are of.
        new: the other.
        side: the rows of the old one beside it.
        rows: of the old audit, each once.
    """
    at = rows[side.state[rows] == RELABELLED]
    then = _texts(old.tables["scores"]["given"], at)
    now = _texts(new.tables["scores"]["given"], side.partner[at])
    counted = pa.table({"then": then, "now": now}).group_by(["then", "now"]).aggregate([([], "count_all")])
    ordered = counted.sort_by([("count_all", "descending"), ("then", "ascending"), ("now", "ascending")])
    for entry in ordered.to_pylist():
        yield entry["then"], entry["now"], entry["count_all"]
