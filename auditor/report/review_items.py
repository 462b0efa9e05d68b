"""The items of a round, each with what helps to decide it: content, labels, copies, similar rows.

The values are plain JSON; the page hides what a blind item must not show. Nothing of the model's numbers is
in it but the sentence that says why an item is asked about.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from auditor.audits import Audit
from auditor.detect import reasons
from auditor.errors import InputError, Problem
from auditor.items import CONTENT, DETAIL
from auditor.prioritise.reasons import model_code, model_sentence
from auditor.prioritise.round import Asked, Round
from auditor.report.differences import marked
from auditor.report.facts import KINDS, Facts, kinds_of
from auditor.report.pictures import source_of
from auditor.report.review_options import ReviewOptions
from auditor.rounds import last_round, round_of
from auditor.wording import N_, cut, say

COPIES = 200
"""Exact copies that a page names; how many more there are is said."""
NEAR = 5
"""Near copies that are shown beside an item."""
NEAR_CELL = 2_000
"""Characters of a cell of a near copy."""
SIMILAR_CELL = 400
"""Characters of a cell of a similar row."""
NEEDED = frozenset({"content", "draw", "reserve", "nearest", "likeness"})
"""Columns of items.parquet that audits of earlier versions do not have."""


def can_review(audit: Audit) -> bool:
    """Whether the audit keeps what a page needs; those of earlier versions do not."""
    return set(audit.tables["items"].column_names) >= NEEDED


@dataclass(frozen=True, kw_only=True)
class ReviewItems:
    """The items of a round, made from the tables of an audit."""

    facts: Facts
    options: ReviewOptions
    drawn: Round | None = None
    """What is asked; None for the next round of the audit."""
    said: Mapping[int, Sequence[Mapping[str, Any]]] = field(default_factory=dict)
    """Row -> what reviewers said of it, for a page that settles it."""

    @cached_property
    def items(self) -> pa.Table:
        if not can_review(self.facts.audit):
            raise InputError(_too_old())
        return self.facts.audit.tables["items"]

    @cached_property
    def scores(self) -> pa.Table:
        """A row per row of the dataset, in its order."""
        return self.facts.audit.tables["scores"]

    @cached_property
    def round(self) -> Round:
        """What is asked."""
        _ = self.items  # which an audit of an earlier version does not have
        if self.drawn is not None:
            return self.drawn
        tables, options = self.facts.audit.tables, self.options
        number = last_round(tables["decisions"]) + 1
        return round_of(tables, options.plan, number=number, only=options.only, rows=options.rows)

    @cached_property
    def queued(self) -> dict[int, dict[str, Any]]:
        rows = pa.array([asked.row for asked in self.round.asked], pa.int64())
        queue = self.facts.audit.tables["queue"]
        found = queue.filter(pc.is_in(queue["row"], rows)).to_pylist()
        return {entry["row"]: entry for entry in found}

    @cached_property
    def place(self) -> dict[int, int]:
        """Row -> its place in items.parquet."""
        return {row: at for at, row in enumerate(self.items["row"].to_pylist())}

    @cached_property
    def row_of(self) -> dict[str, int]:
        """Item -> row, of the items whose content is kept."""
        return dict(zip(self.items["item"].to_pylist(), self.items["row"].to_pylist(), strict=True))

    @cached_property
    def content(self) -> list[tuple[str, str]]:
        """(name, column of items.parquet) of the content that is shown."""
        return self._columns(CONTENT)

    @cached_property
    def details(self) -> list[tuple[str, str]]:
        """(name, column) of splits and slices."""
        return self._columns(DETAIL)

    def _columns(self, kind: str) -> list[tuple[str, str]]:
        there = {name.removeprefix(kind): name for name in self.items.column_names if name.startswith(kind)}
        chosen = [name for name in self.options.columns if name in there] if self.options.columns else there
        return [(name, there[name]) for name in chosen]

    @cached_property
    def unsure(self) -> dict[int, dict[str, str]]:
        """Row -> what somebody said who could not tell."""
        found = self.facts.audit.tables["decisions"].to_pylist()
        return {
            entry["row"]: {"action": "unsure", "reviewer": entry["reviewers"], "comment": entry["comment"]}
            for entry in found
            if entry["state"] == "unsure"
        }

    def item(self, asked: Asked) -> dict[str, Any]:
        """One item with all that the page may show of it."""
        at = self.place[asked.row]
        known = self._known(asked.row)
        queued = self.queued.get(asked.row)
        near = self._near(known["item"])
        return {
            **known,
            "row": asked.row,
            "suggested": self._suggested(asked.row),
            "reason": self._reason(asked.row) if queued is None else self.facts.reason(queued),
            "badges": []
            if queued is None
            else [self.facts.say(KINDS[kind]) for kind in kinds_of(queued) if kind in KINDS],
            "sample": asked.sample,
            "position": asked.position,
            "blind": asked.blind,
            "group": None if queued is None else queued["group"],
            "near_group": None if queued is None else queued["near_group"],
            "cells": self._cells(asked.row),
            "details": [self.items[column][at].as_py() or "" for _, column in self.details],
            **self._copies(known["item"], known["content"]),
            "near": near,
            "similar": self._similar(at, {entry["row"] for entry in near}),
            "asked": self.unsure.get(asked.row),
            **({"said": list(self.said[asked.row])} if asked.row in self.said else {}),
        }

    def pictures(self, items: Iterable[Mapping[str, Any]]) -> dict[str, list[Any]]:
        """Item -> address, width and height, of items and of what stands beside them; each once."""
        shown = [[item, *item["near"], *item["similar"]] for item in items]
        names = dict.fromkeys(entry["item"] for entries in shown for entry in entries)
        found = ((name, self.facts.picture_bytes(name)) for name in names)
        return {name: source_of(data) for name, data in found if data is not None}

    def _known(self, row: int) -> dict[str, Any]:
        digest = self.items["content"][self.place[row]].as_py()
        return {
            "item": self.scores["item"][row].as_py(),
            "given": self.scores["given"][row].as_py() or "",
            "content": f"sha256:{digest}" if digest else "",
        }

    def _cells(self, row: int, most: int | None = None) -> list[str]:
        at = self.place[row]
        cells = [self.items[column][at].as_py() or "" for _, column in self.content]
        return cells if most is None else [cut(cell, most) for cell in cells]

    def _suggested(self, row: int) -> str | None:
        if self.scores["p_given"][row].as_py() is None:
            return None
        suggested: str | None = self.scores["suggested"][row].as_py()
        return suggested

    def _reason(self, row: int) -> str:
        """Of a row that is in no queue, or below its end."""
        score = self.scores.slice(row, 1).to_pylist()[0]
        if score["p_given"] is None:
            return ""
        agrees = score["predicted"] == score["given"]
        template = reasons()[model_code(score["p_given"], flagged=False, agrees=agrees)]
        values = {name: score[name] for name in ("given", "suggested", "p_given", "p_suggested")}
        return model_sentence(template, **values).to(self.facts.lang)

    @cached_property
    def _group_of(self) -> dict[str, str]:
        return {row["item"]: name for name, rows in self.facts.groups.items() for row in rows}

    def _copies(self, item: str, content: str) -> dict[str, Any]:
        """The other rows of the same content; each gets a decision of its own where it is ticked."""
        name = self._group_of.get(item)
        rows = [] if name is None else [row for row in self.facts.groups[name] if row["item"] != item]
        shown = [
            {
                "item": row["item"],
                "row": row["row"],
                "given": row["label"] or "",
                "content": content,
                "split": row["split"] or "",
            }
            for row in rows[:COPIES]
        ]
        return {"copies": shown, "more_copies": len(rows) - len(shown)}

    @cached_property
    def _pairs(self) -> dict[str, list[tuple[str, float]]]:
        """Item -> the items that are directly like it, the most alike first."""
        found: dict[str, list[tuple[str, float]]] = {}
        for pair in self.facts.near.pairs:
            one, other = pair.items
            found.setdefault(one, []).append((other, pair.similarity))
            found.setdefault(other, []).append((one, pair.similarity))
        return found

    def _near(self, item: str) -> list[dict[str, Any]]:
        partners = [pair for pair in self._pairs.get(item, ()) if pair[0] in self.row_of][:NEAR]
        return [self._near_copy(item, other, similarity) for other, similarity in partners]

    def _near_copy(self, item: str, other: str, similarity: float) -> dict[str, Any]:
        row = self.row_of[other]
        pairs = [
            marked(a, b)
            for a, b in zip(
                self._cells(self.row_of[item], NEAR_CELL), self._cells(row, NEAR_CELL), strict=True
            )
        ]
        sides = [
            [[[piece.text, int(piece.differs)] for piece in pair[side]] for pair in pairs] for side in (0, 1)
        ]
        return {
            **self._known(row),
            "row": row,
            "similarity": round(similarity, 3),
            "marks": sides[0],
            "cells": sides[1],
        }

    def _similar(self, at: int, shown: set[int]) -> list[dict[str, Any]]:
        rows, shares = self.items["nearest"][at].as_py(), self.items["likeness"][at].as_py()
        return [
            {
                "item": self.scores["item"][row].as_py(),
                "given": self.scores["given"][row].as_py() or "",
                "similarity": round(share, 3),
                "cells": self._cells(row, SIMILAR_CELL),
            }
            for row, share in zip(rows, shares, strict=True)
            if row not in shown
        ]


def _too_old() -> Problem:
    return Problem(
        slug="audit-version",
        what=say(N_("this audit was made by a version that kept no rows for a review")),
        fixes=(say(N_("run the audit again")),),
    )
