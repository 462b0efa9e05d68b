"""The rows that decisions are about: by the user's ids, without ids by the content that was seen.

A row's number alone is not trusted where there is content: the file may have been sorted since.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from auditor.data import Dataset
from auditor.review.standing import CONFIRMED, Now, Standing, standings
from auditor.similar.content import ContentIndex

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from auditor.review.merging import Judgement, Merged


class DatasetLookup:
    """Finds the row of a decision in a dataset as it is now."""

    def __init__(self, dataset: Dataset, index: ContentIndex, judgements: Iterable[Judgement]) -> None:
        self.dataset = dataset
        self.index = index
        wanted = pa.array(sorted({one.item for one in judgements}), pa.string())
        rows = np.flatnonzero(pc.is_in(dataset.ids, wanted).to_numpy(zero_copy_only=False))
        items = dataset.ids.take(pa.array(rows)).to_pylist()
        self._place = dict(zip(items, rows.tolist(), strict=True))
        digests = index.hashes_of(rows)
        self._digests = dict(zip(rows.tolist(), digests, strict=True))

    def __call__(self, judgement: Judgement) -> Now | None:
        """The row of a judgement; None where it is not there, or cannot be told from others."""
        row = self._row(judgement)
        return None if row is None else self.now(row)

    def now(self, row: int) -> Now:
        """What the dataset says of a row."""
        return Now(row=row, given=self.dataset.labels.text_of(row), content=self._hash(row))

    def _row(self, judgement: Judgement) -> int | None:
        at = self._place.get(judgement.item, -1)
        if self.dataset.has_ids:
            return at if at >= 0 else None
        at = judgement.row if judgement.row is not None and at < 0 else at
        there = 0 <= at < len(self.dataset)
        if not judgement.content:
            return at if there else None
        if there and self._hash(at) == judgement.content:
            return at
        return self._moved(judgement)

    def _moved(self, judgement: Judgement) -> int | None:
        """The only row with the content, or of several the only one with the label that was seen."""
        rows = self._rows_of.get(judgement.content, [])
        if len(rows) > 1:
            rows = [row for row in rows if self.dataset.labels.text_of(row) == judgement.given]
        return rows[0] if len(rows) == 1 else None

    def _hash(self, row: int) -> str:
        if row not in self._digests:
            self._digests[row] = self.index.hashes_of(np.array([row], np.int64))[0]
        digest = self._digests[row]
        return f"sha256:{digest}" if digest else ""

    @cached_property
    def _rows_of(self) -> Mapping[str, list[int]]:
        """Content -> its rows, of the whole dataset; made where a row has moved."""
        found: dict[str, list[int]] = {}
        for row, digest in enumerate(self.index.hashes_of(np.arange(len(self.dataset)))):
            if digest:
                found.setdefault(f"sha256:{digest}", []).append(row)
        return found


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
    return standings(merged, DatasetLookup(dataset, index, merged.judgements))


def standings_of(tables: Mapping[str, pa.Table], merged: Merged) -> list[Standing]:
    """How decisions stand against the dataset as it was when it was audited."""
    return standings(merged, TablesLookup(tables, merged.judgements))


def confirmed_rows(n: int, stands: Iterable[Standing]) -> NDArray[np.bool_]:
    """(n,) True where a reviewer has said that the label which the row has now is right."""
    rows = np.zeros(n, bool)
    rows[[one.row for one in stands if one.row is not None and one.state in CONFIRMED]] = True
    return rows
