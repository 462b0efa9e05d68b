"""An `Audit` as the labeller's page: the items of a round, each with what helps to decide it.

The values are plain JSON; the page hides what a blind item must not show. Nothing of the model's numbers is
in it but the sentence that says why an item is asked about.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from auditor.audits import Audit
from auditor.detect import reasons
from auditor.errors import InputError, Problem, UsageError, did_you_mean, nearest
from auditor.items import CONTENT, DETAIL
from auditor.prioritise.reasons import model_code, model_sentence
from auditor.prioritise.round import Asked, Plan, Round
from auditor.read.encodings import encoding_of
from auditor.read.files import existing_file
from auditor.report.differences import marked
from auditor.report.facts import KINDS, SECONDS_PER_ROW, Facts, kinds_of
from auditor.rounds import last_round, round_of
from auditor.wording import N_, cut, listed, say

SCHEMA = "auditor.review/1"
COPIES = 200
"""Exact copies that a page names; how many more there are is said."""
NEAR = 5
"""Near copies that are shown beside an item."""
NEAR_CELL = 2_000
"""Characters of a cell of a near copy."""
SIMILAR_CELL = 400
"""Characters of a cell of a similar row."""
GUIDELINES = 500_000
"""Bytes of guidelines that a page holds."""
NEEDED = frozenset({"content", "draw", "reserve", "nearest", "likeness"})
"""Columns of items.parquet that audits of earlier versions do not have."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewOptions:
    """What the lead says of a page; the sizes of the round are in `Plan`."""

    plan: Plan = field(default_factory=Plan)
    columns: tuple[str, ...] = ()
    """Columns to show, in this order; () for all."""
    only: tuple[str, ...] = ()
    """Kinds of findings to ask about; () for all."""
    guidelines: str = ""
    contact: str = ""
    """Whom the decisions file is sent to."""


def guidelines_in(path: Path) -> str:
    """The text of a file of guidelines, in any encoding that datasets are read in.

    Raises:
        InputError: `file-not-found`, `encoding-unknown`, `file-unreadable`; `guidelines-too-long`.
    """
    existing_file(path)
    if path.stat().st_size > GUIDELINES:
        what = say(N_("{name} is longer than {limit} kB"), name=path.name, limit=GUIDELINES // 1000)
        raise InputError(Problem(slug="guidelines-too-long", what=what))
    return path.read_text(encoding=encoding_of(path)).lstrip("\ufeff")


def can_review(audit: Audit) -> bool:
    """Whether the audit keeps what a page needs; those of earlier versions do not."""
    return set(audit.tables["items"].column_names) >= NEEDED


def review_data(audit: Audit, options: ReviewOptions, lang: str) -> dict[str, Any]:
    """The JSON of the page (`auditor.review/1`) with all items of the round.

    What the audit's `decisions` settle is not asked again, and the round follows on theirs.

    Raises:
        InputError: `audit-version` for an audit of a version that drew no reserve.
    """
    refuse_unknown(audit, options)
    view = _View(facts=Facts(audit=audit, lang=lang), options=options)
    drawn = view.round
    header, dataset = audit.header, audit.header["dataset"]
    items = [view.item(asked) for asked in drawn.asked]
    return {
        "schema": SCHEMA,
        "report": {
            "id": _report_id(audit, drawn, items),
            "created": _created(),
            "tool": header["versions"]["auditor"],
            "part": "1/1",
        },
        "dataset": {
            "name": dataset["name"],
            "rows": dataset["rows"],
            "fingerprint": f"sha256:{dataset['fingerprint']}",
            "label_column": next(iter(dataset.get("roles", {}).get("label", ())), None),
        },
        "taxonomy": {"classes": dataset["classes"], "hash": taxonomy_hash(dataset["classes"])},
        "round": drawn.number,
        "seconds": SECONDS_PER_ROW,
        "contact": options.contact,
        "guidelines": options.guidelines,
        "privacy": header["settings"]["privacy"],
        "columns": [name for name, _ in view.content],
        "details": [name for name, _ in view.details],
        "items": items,
    }


def taxonomy_hash(classes: Sequence[str]) -> str:
    """sha256 over the class names in their order."""
    raw = json.dumps(list(classes), ensure_ascii=False, separators=(",", ":"))
    return f"sha256:{hashlib.sha256(raw.encode('utf-8', 'surrogatepass')).hexdigest()}"


def refuse_unknown(audit: Audit, options: ReviewOptions) -> None:
    """Raise for a column that the audit did not keep, and for a kind that stands in no queue.

    Raises:
        UsageError: `column-not-found`, `option-value`.
    """
    names = audit.tables["items"].column_names
    kept = [name.split(".", 1)[1] for name in names if name.startswith((CONTENT, DETAIL))]
    for column in options.columns:
        if column not in kept:
            raise UsageError(_no_column(column, kept))
    for kind in options.only:
        if kind not in KINDS:
            what = say(N_("--only {kind}: kinds are {names}"), kind=kind, names=", ".join(KINDS))
            fixes = did_you_mean(nearest(kind, KINDS))
            raise UsageError(Problem(slug="option-value", what=what, fixes=fixes))


def _no_column(column: str, kept: Sequence[str]) -> Problem:
    return Problem(
        slug="column-not-found",
        what=say(N_("--column {column}: the audit kept no such column"), column=column),
        details=(say(N_("columns: {names}"), names=listed(list(kept))),),
        fixes=did_you_mean(nearest(column, kept)),
    )


def _report_id(audit: Audit, drawn: Round, items: Iterable[Mapping[str, Any]]) -> str:
    """Of the audit and of what is asked: two pages of one id ask the same."""
    asked = [[item["item"], item["sample"], item["blind"]] for item in items]
    raw = json.dumps([audit.audit_id, drawn.number, asdict(drawn.plan), asked], ensure_ascii=False)
    return f"r-{hashlib.sha256(raw.encode('utf-8', 'surrogatepass')).hexdigest()[:16]}"


def _created() -> str | None:
    """The date that `SOURCE_DATE_EPOCH` says; the same input gives the same bytes, so no clock is asked."""
    seconds = os.environ.get("SOURCE_DATE_EPOCH", "")
    if not seconds.isdecimal() or int(seconds) > 253_402_300_799:
        return None
    return datetime.fromtimestamp(int(seconds), UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


@dataclass(frozen=True, kw_only=True)
class _View:
    """The tables of an audit, looked up by row."""

    facts: Facts
    options: ReviewOptions

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
        tables, options = self.facts.audit.tables, self.options
        number = last_round(tables["decisions"]) + 1
        return round_of(tables, options.plan, number=number, only=options.only)

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
        }

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
