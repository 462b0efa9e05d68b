"""An audit as the report's sections ask for it: in the reader's language, content looked up once."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.compute as pc

from auditor.audits import Audit
from auditor.detect import reasons
from auditor.detect.class_balance import REASONS
from auditor.forecasts import Forecast, forecast
from auditor.measures import Measure, OutcomeStatus
from auditor.pictures import COLUMN
from auditor.prioritise.reasons import conflict_sentence, model_sentence, near_sentence
from auditor.report.command import made_here
from auditor.report.elements import Cell, CellKind, Column, Member, Picture, QueueRow
from auditor.report.model import WORTH_A_REVIEW, rounded
from auditor.report.near import Near, near_findings
from auditor.report.pictures import SIDES, album, picture_of, smaller
from auditor.wording import N_, Text, cut, share, text_from

if TYPE_CHECKING:
    from auditor.comparison import Comparison

SHOWN_ROWS = 500
"""Rows of the queue in the page; all of it is in queue.csv."""
SECONDS_PER_ROW = 7
"""Time to check one short text, from timed reviews."""
SHOWN_CELL = 2_000
"""Characters of a cell that `auditor show` prints."""
QUEUE_CELL = 1_000
"""Characters of a cell shown in a row of the queue; the whole cell is in items.parquet."""
DOUBTED = frozenset(
    {"weak-model", "in-sample", "hard-predictions", "chance-level", "rows-shifted", "rows-misaligned"}
)
"""Warnings after which better predictions are worth more than any review."""
SHOWN_CELLS = 8
"""Cells of a table row shown in a row of the queue, in a card and in an example."""
UNCLEAR = frozenset({"conflict-too-little", "leak-too-little"})
"""Reasons of exact groups whose content says too little."""
KINDS: Mapping[str, str] = {
    "label_issue": N_("suspected label"),
    "exact_duplicate": N_("exact copy"),
    "conflict": N_("conflict"),
    "leak": N_("leak"),
    "near_duplicate": N_("near copy"),
    "near_conflict": N_("near conflict"),
    "near_leak": N_("near leak"),
    "outlier": N_("outlier"),
    "hygiene": N_("hygiene"),
    "slice": N_("slice"),
    "annotation": N_("consensus differs"),
    "annotator": N_("annotator"),
    "class": N_("class"),
    "image": N_("image"),
}
"""Kind of finding -> what a badge calls it."""

DECIDED: Mapping[str, str] = {
    "kept": N_("decided: keep"),
    "done": N_("decided: keep"),
    "to_apply": N_("decided: change"),
    "excluded": N_("decided: exclude"),
    "to_settle": N_("decided: no class fits"),
    "unsure": N_("decided: unsure"),
    "conflict": N_("reviewers disagree"),
    "needs_votes": N_("needs another vote"),
    "stale": N_("changed since it was reviewed"),
}
"""How a decision stands -> what the badge of its item says."""
NAME = 40
"""Characters of a label in a badge."""


@dataclass(frozen=True, kw_only=True)
class Facts:
    """An audit and the language to say it in."""

    audit: Audit
    lang: str
    place: str | None = None
    """The dataset as the user typed it, for commands on the terminal; files hold its base name only."""
    since: Comparison | None = None
    """This audit beside an earlier one, where one was named."""

    def say(self, template: str, plural: str | None = None, /, **values: object) -> str:
        """A marked template in the reader's language."""
        return Text(template, values, plural).to(self.lang)

    def measure(self, name: str) -> Measure | None:
        """A measure of the whole dataset, None where the audit has none."""
        return next((m for m in self.audit.measures if m.name == name and m.scope == "all"), None)

    def count(self, name: str) -> int:
        """A count measure, 0 where the audit has none."""
        measure = self.measure(name)
        return 0 if measure is None else int(measure.value)

    def column(self, title: str, kind: CellKind = "text", help: str = "") -> Column:
        """A column of a table; `title` and `help` are marked templates."""
        return Column(title=self.say(title), kind=kind, help=self.say(help))

    def outcome(self, detector: str) -> tuple[OutcomeStatus, str]:
        """(status, why) of a detector; "" for why where it ran."""
        for entry in self.audit.header["outcomes"]:
            if entry["detector"] == detector:
                status: OutcomeStatus = entry["status"]
                return status, text_from(entry["why"]).to(self.lang) if entry["why"] else ""
        return "not_applicable", ""

    @property
    def has_predictions(self) -> bool:
        """Whether the audit was made with predictions."""
        return self.audit.header["predictions"] is not None

    @property
    def model(self) -> Mapping[str, Any] | None:
        """The card of the built-in model; None where the user brought the predictions, or there are none."""
        return made_here(self.audit.header)

    @property
    def doubtful(self) -> tuple[str, ...]:
        """Why better predictions are worth more than any review; () where the order is worth something."""
        kappa = self.measure("model.kappa")
        if self.doubts or self.model is None or kappa is None or kappa.value >= WORTH_A_REVIEW:
            return self.doubts
        return (self.say(N_("The built-in model is weak: kappa {kappa:.2f}."), kappa=rounded(kappa.value)),)

    @property
    def has_labels(self) -> bool:
        """Whether the dataset has classes."""
        return bool(self.audit.header["dataset"]["classes"])

    @cached_property
    def queue(self) -> list[dict[str, Any]]:
        """The rows of the queue."""
        rows: list[dict[str, Any]] = self.audit.tables["queue"].to_pylist()
        return rows

    @cached_property
    def decided(self) -> list[dict[str, Any]]:
        """What reviewers decided, a row per item; [] where nobody has."""
        rows: list[dict[str, Any]] = self.audit.tables["decisions"].to_pylist()
        return rows

    @cached_property
    def forecast(self) -> Forecast:
        """What the decisions say of the rows that nobody has judged."""
        return forecast(self.audit)

    @cached_property
    def _decision_of(self) -> dict[str, dict[str, Any]]:
        return {entry["item"]: entry for entry in self.decided}

    @cached_property
    def to_apply(self) -> int:
        """Decided corrections that the dataset does not have yet."""
        return sum(entry["state"] == "to_apply" for entry in self.decided)

    @cached_property
    def classes(self) -> list[dict[str, Any]]:
        """The rows of classes.csv."""
        rows: list[dict[str, Any]] = self.audit.tables["classes"].to_pylist()
        return rows

    @cached_property
    def small_classes(self) -> int:
        """How many classes are missing or too small to judge."""
        codes: list[str] = self.audit.tables["findings"]["reason_code"].to_pylist()
        return sum(code in REASONS for code in codes)

    @cached_property
    def suspects(self) -> list[dict[str, Any]]:
        """The queue's rows that carry the label-issue badge, in queue order."""
        return [row for row in self.queue if "label_issue" in kinds_of(row)]

    @cached_property
    def _content(self) -> tuple[dict[str, int], list[str], pa.Table]:
        items = self.audit.tables["items"]
        place = {item: at for at, item in enumerate(items["item"].to_pylist())}
        columns = [name for name in items.column_names if name.startswith("content.")]
        return place, columns, items

    def content(
        self, item: str, length: int = SHOWN_CELL, most: int | None = None
    ) -> tuple[tuple[str, str], ...]:
        """(column, cell) of an item, the first `most`, cut to `length`; empty where privacy hides it."""
        place, columns, items = self._content
        at = place.get(item)
        if at is None:
            return ()
        cells = ((name.removeprefix("content."), items[name][at].as_py() or "") for name in columns[:most])
        return tuple((name, cut(cell, length)) for name, cell in cells)

    def snippet(self, item: str, length: int = 90) -> str:
        """The beginning of an item's content on one line, or the item itself."""
        cells = [" ".join(cell.split()) for _, cell in self.content(item, length * 2, SHOWN_CELLS)]
        text = " | ".join(cell for cell in cells if cell)
        return cut(text or item, length)

    @property
    def of_images(self) -> bool:
        """Whether the dataset is one of images."""
        return self.audit.header.get("images") is not None

    @cached_property
    def has_pictures(self) -> bool:
        """Whether the audit keeps pictures of its items."""
        items = self.audit.tables["items"]
        return COLUMN in items.column_names and items[COLUMN].null_count < len(items)

    def picture_bytes(self, item: str) -> bytes | None:
        """The WebP that is kept of an item; None where there is none."""
        place, _, items = self._content
        if not self.has_pictures or item not in place:
            return None
        found: bytes | None = items[COLUMN][place[item]].as_py()
        return found

    def picture(self, item: str, side: int = SIDES[0]) -> Picture | None:
        """The picture of an item, at most `side` (96 to 256) pixels; None where none is kept."""
        data = self.picture_bytes(item)
        return None if data is None else picture_of(item, smaller(data, side))

    def pictures(
        self, items: Iterable[str], room: int, sides: Sequence[int] = SIDES
    ) -> tuple[dict[str, Picture], int]:
        """The pictures of items, as large as the room allows, and how many have none for want of room.

        Args:
            items: the most important first; one that is named twice counts once.
            room: characters of the page.
            sides: longer sides they may have, the largest first.
        """
        kept = ((item, self.picture_bytes(item)) for item in dict.fromkeys(items))
        found = {item: data for item, data in kept if data is not None}
        shown = album(found, room, sides)
        return shown, len(found) - len(shown)

    def queue_row(self, row: Mapping[str, Any], picture: Picture | None = None) -> QueueRow:
        """A row of the queue as the page shows it, its reason in the reader's language."""
        return QueueRow(
            rank=row["rank"],
            item=row["item"],
            given=row["given_label"] or "",
            suggested=row["suggested_label"] or "",
            p_given="" if row["p_given"] is None else share(row["p_given"], 0),
            p_suggested="" if row["p_suggested"] is None else share(row["p_suggested"], 0),
            badges=(
                *(self.say(KINDS[kind]) for kind in kinds_of(row) if kind in KINDS),
                *self.decision_badge(row["item"]),
            ),
            reason=self.reason(row),
            content=self.shown_content(row["item"], pictured=picture is not None),
            picture=picture,
        )

    def decision_badge(self, item: str) -> tuple[str, ...]:
        """What was decided of an item, in two words."""
        entry = self._decision_of.get(item)
        if entry is None or entry["state"] not in DECIDED:
            return ()
        if entry["action"] == "relabel" and entry["state"] == "to_apply":
            return (self.say(N_("decided: {label}"), label=cut(entry["label"], NAME)),)
        word = "excluded" if entry["action"] in {"exclude", "duplicate"} else entry["state"]
        return (self.say(DECIDED[word]),)

    def shown_content(
        self, item: str, length: int = QUEUE_CELL, *, pictured: bool = False
    ) -> tuple[tuple[str, str], ...]:
        """The first cells of an item, cut to `length`, and how many more it has.

        Beside a picture a file's name that is the item's own need not be said again.
        """
        more = len(self._content[1]) - SHOWN_CELLS
        cells = self.content(item, length, SHOWN_CELLS if more > 1 else None)
        if pictured and len(cells) == 1 and item.endswith(cells[0][1]):
            return ()
        if more <= 1 or not cells:
            return cells
        return (*cells, ("...", self.say(N_("{n:,} more columns"), n=more)))

    def reason(self, row: Mapping[str, Any]) -> str:
        """Why a row stands where it stands, said again in the reader's language."""
        template = reasons().get(row["reason_code"] or "")
        if template is None:
            return ""
        if row["reason_code"].startswith("near-"):
            return self._near_reason(row, template)
        if row["reason_code"].startswith("conflict"):
            found = self._conflict_labels.get(row["group"], {"labels": {}, "of": 0})
            return conflict_sentence(template, found["labels"], found["of"]).to(self.lang)
        sentence = model_sentence(
            template,
            given=row["given_label"],
            suggested=row["suggested_label"],
            p_given=row["p_given"],
            p_suggested=row["p_suggested"],
        )
        return sentence.to(self.lang)

    def _near_reason(self, row: Mapping[str, Any], template: str) -> str:
        found = self.near.of_reason(row["item"], row["reason_code"])
        return "" if found is None else near_sentence(template, found.evidence).to(self.lang)

    @cached_property
    def near(self) -> Near:
        """Rows that are nearly the same: estimates, and apart from the facts on exact copies."""
        copies = {row["item"]: name for name, rows in self.groups.items() for row in rows}
        return Near(findings=near_findings(self.audit.tables["findings"]), copies=copies)

    @cached_property
    def _conflict_labels(self) -> dict[str, dict[str, Any]]:
        table = self.audit.tables["findings"].select(["kind", "group", "evidence"]).to_pylist()
        return {
            entry["group"]: json.loads(entry["evidence"]) for entry in table if entry["kind"] == "conflict"
        }

    @cached_property
    def too_little(self) -> set[str]:
        """Groups of exact copies whose content says too little to settle their conflict or leak."""
        table = self.audit.tables["findings"].select(["group", "reason_code"]).to_pylist()
        return {entry["group"] for entry in table if entry["reason_code"] in UNCLEAR}

    @cached_property
    def review_first(self) -> int:
        """How many decisions the suspects and the conflicts that can be settled would be."""
        return len({row["rank"] for row in self.queue if self._stands_out(row)})

    def _stands_out(self, row: Mapping[str, Any]) -> bool:
        kinds = kinds_of(row)
        return "label_issue" in kinds or ("conflict" in kinds and row["group"] not in self.too_little)

    @cached_property
    def leaked_rows(self) -> int:
        """Rows of a later split with a copy in an earlier one, whose content says enough to matter."""
        codes: list[str] = self.audit.tables["findings"]["reason_code"].to_pylist()
        return codes.count("leak")

    @cached_property
    def doubts(self) -> tuple[str, ...]:
        """Why the predictions are worth little, one sentence each; () where nothing speaks against them."""
        return tuple(
            text_from(entry["what"]).to(self.lang) + "."
            for entry in self.audit.header["notes"]
            if entry["slug"] in DOUBTED and entry["level"] == "warning"
        )

    @cached_property
    def groups(self) -> dict[str, list[dict[str, Any]]]:
        """Group of exact copies -> the rows of duplicates.csv in it."""
        found: dict[str, list[dict[str, Any]]] = {}
        for row in self.audit.tables["duplicates"].to_pylist():
            if row["kind"] == "exact_duplicate":
                found.setdefault(row["group"], []).append(row)
        return found

    def members(self, items: Iterable[str]) -> dict[str, Member]:
        """Items -> their labels and splits, as far as the tables tell them."""
        wanted = pa.array(sorted(set(items)), pa.string())
        scores = self.audit.tables["scores"].select(["item", "given"])
        known = scores.filter(pc.is_in(scores["item"], wanted)).to_pylist()
        splits: dict[str, str | None] = {}
        for name in ("queue", "duplicates"):
            table = self.audit.tables[name].select(["item", "split"])
            kept = table.filter(pc.is_in(table["item"], wanted))
            splits |= dict(zip(kept["item"].to_pylist(), kept["split"].to_pylist(), strict=True))
        return {
            row["item"]: Member(
                item=row["item"], label=row["given"] or "", split=splits.get(row["item"]) or ""
            )
            for row in known
        }

    @cached_property
    def conflicts(self) -> tuple[list[str], list[str]]:
        """Groups with different labels: those that content can settle, those that say too little for it."""
        names = [name for name, rows in self.groups.items() if rows[0]["conflict"]]
        clear = [name for name in names if name not in self.too_little]
        return clear, [name for name in names if name in self.too_little]


def sentences(entry: Mapping[str, Any], lang: str) -> str:
    """What a note of the audit says, and its details."""
    parts = [text_from(entry["what"]), *map(text_from, entry["details"])]
    return ". ".join(part.to(lang).rstrip(".") for part in parts) + "."


def kinds_of(row: Mapping[str, Any]) -> list[str]:
    """The kinds of what was found in a row of the queue."""
    kinds: list[str] = row["kinds"].split(";")
    return kinds


def minutes(rows: int) -> int:
    """About how long it takes to check some rows; never 0."""
    return max(1, round(rows * SECONDS_PER_ROW / 60))


def member(row: Mapping[str, Any]) -> Member:
    """A row of duplicates.csv as a member of a group card."""
    return Member(item=row["item"], label=row["label"] or "", split=row["split"] or "")


def number(value: float) -> Cell:
    """A count as a cell."""
    return Cell(text=f"{value:,.0f}")
