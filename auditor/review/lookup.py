"""The rows that decisions are about: by the user's ids, without ids by the content that was seen.

A row's number alone is not trusted where there is content: the file may have been sorted since.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal, InvalidOperation
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from auditor.data import Dataset
from auditor.review.decisions import Decision
from auditor.review.row_numbers import Numbers, numbers_of, reviewed_rows, row_of_name
from auditor.review.spelling import in_classes_of
from auditor.review.standing import CONFIRMED, REMOVALS, Now, Standing, standings
from auditor.similar.content import ContentIndex

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from auditor.review.merging import Judgement, Merged


class DatasetLookup:
    """Finds the row of a decision in a dataset as it is now."""

    def __init__(self, dataset: Dataset, index: ContentIndex, merged: Merged) -> None:
        self.dataset = dataset
        self.index = index
        self.merged = merged
        named = {one.item for one in merged.judgements}
        named |= {one.duplicate_of for one in merged.judgements if one.duplicate_of is not None}
        wanted = pa.array(sorted(named), pa.string())
        rows = np.flatnonzero(pc.is_in(dataset.ids, wanted).to_numpy(zero_copy_only=False))
        items = dataset.ids.take(pa.array(rows)).to_pylist()
        self._place: dict[str, int] = dict(zip(items, rows.tolist(), strict=True))
        digests = index.hashes_of(rows)
        self._digests = dict(zip(rows.tolist(), digests, strict=True))

    def __call__(self, judgement: Judgement) -> Now | None:
        """The row of a judgement; None where it is not there, or cannot be told from others."""
        if self.dataset.has_ids:
            row = self._row_by_id(judgement)
            return None if row is None else self.now(row)
        return self._by_number(judgement)

    def now(self, row: int, *, sure: bool = True) -> Now:
        """What the dataset says of a row."""
        return Now(row=row, given=self._label(row), content=self._hash(row), sure=sure)

    def place_of(self, item: str, judgement: Judgement) -> int | None:
        """The row of an item that a judgement names besides its own, by the numbers of that judgement."""
        if self.dataset.has_ids:
            return self._place.get(item)
        row, numbers = row_of_name(item), self._numbers_for(judgement)
        at = None if row is None or numbers is None or numbers.hold == "lost" else numbers.now(row)
        return at if at is not None and at < len(self.dataset) else None

    def _row_by_id(self, judgement: Judgement) -> int | None:
        """By the id; by the number in a table from a spreadsheet, which may have changed `007` to `7`."""
        row = judgement.row
        is_table = not judgement.content and judgement.given is None
        if is_table and row is not None and row < len(self.dataset):
            own = self.dataset.ids[row].as_py()
            if own == judgement.item or _same_number(own, judgement.item):
                return row
        return self._place.get(judgement.item)

    def _by_number(self, judgement: Judgement) -> Now | None:
        row = row_of_name(judgement.item) if judgement.row is None else judgement.row
        numbers = self._numbers_for(judgement)
        at = row if row is None or numbers is None else numbers.now(row)
        if at is None and row is not None:
            return None  # it was taken out
        there = at is not None and 0 <= at < len(self.dataset)
        same = numbers is not None and numbers.hold == "same"
        if not judgement.content:
            usable = there and (numbers is None or numbers.hold != "lost")
            return self.now(at or 0, sure=same) if usable else None
        if there and (numbers is None or numbers.hold != "lost") and self._hash(at or 0) == judgement.content:
            return self.now(at or 0, sure=same)
        return self._moved(judgement, numbers)

    def _moved(self, judgement: Judgement, numbers: Numbers | None) -> Now | None:
        """The only row with the content, or of several the only one with the label that was seen.

        Of copies that all have the label which was decided it does not matter which. A row is surely the one
        that was reviewed only where the dataset has as many rows as then: else that one may be gone, and
        this be its copy.
        """
        rows = self._rows_of.get(judgement.content, [])
        labels = {self._label(row) for row in rows}
        as_long = numbers is not None and numbers.reviewed == len(self.dataset)
        if len(rows) > 1:
            right = judgement.label if judgement.action == "relabel" else judgement.given
            if judgement.action in REMOVALS or labels == {right}:
                seen = [row for row in rows if self._label(row) == judgement.given]
                return self.now((seen or rows)[0], sure=as_long and len(seen) == 1)
            rows = [row for row in rows if self._label(row) == judgement.given]
        return self.now(rows[0], sure=as_long) if len(rows) == 1 else None

    def _label(self, row: int) -> str:
        return self.dataset.labels.text_of(row)

    def _hash(self, row: int) -> str:
        if row not in self._digests:
            self._digests[row] = self.index.hashes_of(np.array([row], np.int64))[0]
        digest = self._digests[row]
        return f"sha256:{digest}" if digest else ""

    def _numbers_for(self, judgement: Judgement) -> Numbers | None:
        """How the numbers of a judgement stand; None where its files do not say what was reviewed."""
        reviewed = self._reviewed(judgement)
        return None if reviewed is None else self._numbers.get(reviewed)

    def _reviewed(self, judgement: Judgement) -> int | None:
        found = {self._rows_reviewed[one] for one in judgement.decisions if one in self._rows_reviewed}
        return found.pop() if len(found) == 1 else None

    @cached_property
    def _rows_reviewed(self) -> Mapping[Decision, int]:
        return reviewed_rows(self.merged)

    @cached_property
    def _numbers(self) -> Mapping[int, Numbers]:
        """Rows of a reviewed dataset -> how the numbers of the decisions on it stand."""
        by_rows: dict[int, list[Judgement]] = {}
        for one in self.merged.judgements:
            if (reviewed := self._reviewed(one)) is not None:
                by_rows.setdefault(reviewed, []).append(one)
        n = len(self.dataset)
        return {
            rows: numbers_of(judgements, rows, n, self._hash, lambda: self._rows_of.keys())
            for rows, judgements in by_rows.items()
        }

    @cached_property
    def _rows_of(self) -> Mapping[str, list[int]]:
        """Content -> its rows, of the whole dataset; made where a row has moved."""
        found: dict[str, list[int]] = {}
        for row, digest in enumerate(self.index.hashes_of(np.arange(len(self.dataset)))):
            if digest:
                found.setdefault(f"sha256:{digest}", []).append(row)
        return found


def _same_number(one: str, other: str) -> bool:
    """Whether two ids are one number to a spreadsheet.

    >>> _same_number("007", "7"), _same_number("1e5", "100000"), _same_number("a7", "7")
    (True, True, False)
    """
    try:
        return Decimal(one) == Decimal(other)
    except InvalidOperation:
        return False


class TablesLookup:
    """Finds the row of a decision in the tables of a saved audit; the content only of rows that it kept."""

    def __init__(self, tables: Mapping[str, pa.Table], judgements: Iterable[Judgement]) -> None:
        wanted = pa.array(sorted({one.item for one in judgements}), pa.string())
        scores = tables["scores"].select(["item", "row", "given"])
        known = scores.filter(pc.is_in(scores["item"], wanted)).to_pylist()
        items = tables["items"].select(["row", "content"])
        rows = pa.array([entry["row"] for entry in known], pa.int64())
        kept = items.filter(pc.is_in(items["row"], rows))
        content = dict(zip(kept["row"].to_pylist(), kept["content"].to_pylist(), strict=True))
        self.known = {
            entry["item"]: Now(
                row=entry["row"],
                given=entry["given"] or "",
                content=f"sha256:{digest}" if (digest := content.get(entry["row"])) else "",
            )
            for entry in known
        }

    def __call__(self, judgement: Judgement) -> Now | None:
        """What the audit knows of the item."""
        return self.known.get(judgement.item)


def standings_in(dataset: Dataset, index: ContentIndex, merged: Merged | None) -> list[Standing]:
    """How decisions stand against a dataset; none without decisions."""
    if merged is None:
        return []
    merged = in_classes_of(dataset, merged)
    return standings(merged, DatasetLookup(dataset, index, merged))


def standings_of(tables: Mapping[str, pa.Table], merged: Merged) -> list[Standing]:
    """How decisions stand against the dataset as it was when it was audited."""
    return standings(merged, TablesLookup(tables, merged.judgements))


def confirmed_rows(n: int, stands: Iterable[Standing]) -> NDArray[np.bool_]:
    """(n,) True where a reviewer has said that the label which the row has now is right."""
    rows = np.zeros(n, bool)
    rows[[one.row for one in stands if one.row is not None and one.state in CONFIRMED]] = True
    return rows
