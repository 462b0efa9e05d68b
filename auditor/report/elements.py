"""What a page is made of: plain values in the reader's language, no HTML.

Sections build these from an `Audit`; templates only lay them out. Every string that came from the
data (labels, items, content) stands in a field named so below and is hostile until escaped.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from auditor.report.differences import Pieces

CellKind = Literal["text", "label", "number", "content", "item", "picture"]
Status = Literal["found", "none", "not_applicable", "could_not", "failed"]
Tone = Literal["calm", "look", "unknown"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """A column of a table: its heading, what its cells hold, and a sentence of help."""

    title: str
    kind: CellKind = "text"
    help: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """A picture that stands in the page itself."""

    name: str
    """What it is of: an item, a file. Read out and shown in its place."""
    src: str
    """A `data:` address."""
    width: int
    """Pixels."""
    height: int
    tiny: bool = False
    """Whether it has so few pixels that it is enlarged pixel by pixel."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """One cell; `weight` in 0..1 is drawn as a bar behind a number, or as the shade in a heat table."""

    text: str
    weight: float | None = None
    odd: str = ""
    """Characters of the text that look like others: a label shows their code points behind them."""
    picture: Picture | None = None
    """What a cell of a column of pictures shows; its text where there is none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A table that reads without JavaScript."""

    caption: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    style: Literal["plain", "bars", "heat"] = "plain"
    note: str = ""
    """What the table leaves out, and where the rest is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Chart:
    """A plotly figure, started when the reader opens it; `summary` says the same in a sentence."""

    id: str
    title: str
    summary: str
    figure: Mapping[str, Any]
    """`{"data": [...], "layout": {...}}` for plotly.js, labels already made inert."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """A sentence that stands out."""

    text: str
    tone: Tone = "calm"


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """One item of a duplicate group."""

    item: str
    label: str
    split: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupCard:
    """A group of items with the same content, and how they are labelled."""

    title: str
    labels: tuple[tuple[str, int], ...]
    """(label, number of members), commonest first."""
    content: tuple[tuple[str, str], ...]
    """(column, cell) of the first member; empty when the privacy setting hides it."""
    picture: Picture | None = None
    """Of the first member that has one."""
    members: tuple[Member, ...]
    more: int = 0
    """Members that are not listed here."""
    conflict: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Groups:
    """Several group cards under one heading."""

    caption: str
    cards: tuple[GroupCard, ...]
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PairSide:
    """One of two items that are alike."""

    item: str
    label: str
    split: str = ""
    cells: tuple[tuple[str, Pieces], ...] = ()
    """(column, its text with what differs marked), of the columns that differ; () where nothing is shown."""
    picture: Picture | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PairCard:
    """Two items that are alike, one above the other."""

    title: str
    """How alike they are: an estimate."""
    sides: tuple[PairSide, PairSide]
    badges: tuple[str, ...] = ()
    single: bool = False
    """Whether items have one column only, whose name goes without saying."""
    notes: tuple[str, ...] = ()
    """What is not shown: equal columns, differences that are too many to be marked."""
    difference: Picture | None = None
    """What differs between the pictures of both sides."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pairs:
    """Several pairs under one heading."""

    caption: str
    cards: tuple[PairCard, ...]
    meaning: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shelf:
    """The pictures of one pair of classes."""

    given: str
    suggested: str
    count: str
    """How many of how many are shown, in words."""
    pictures: tuple[Picture, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Gallery:
    """Pictures by what they are given as and what is suggested."""

    caption: str
    shelves: tuple[Shelf, ...]
    meaning: str = ""
    note: str = ""
    """What is not shown, and where it is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Island:
    """The dots of one class on a map."""

    name: str
    shape: int | None
    """0..11: colour and form of its dots; None for classes without a colour of their own."""
    dots: str
    """A path in the units of the picture: one point of no length for each row."""
    suspects: str
    """The same of the suspects among them, which are drawn again on top."""
    rows: int
    suspected: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Map:
    """Rows as dots, near where their vectors are alike."""

    caption: str
    summary: str
    """The same in sentences."""
    width: int
    height: int
    islands: tuple[Island, ...]
    rings: str
    """A path over all suspects, which are outlined."""
    crowded: bool
    """Whether there are so many suspects that each is drawn smaller."""
    table: Table
    """The same in numbers."""
    data: Mapping[str, Any]
    """What the script needs to say which row a dot is."""
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """One bar of a histogram."""

    height: float
    """0..1."""
    text: str
    """What it stands for and how much, in words."""
    counts: bool
    """Whether it stands at or above the threshold."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Histogram:
    """Bars from left to right with a threshold, and a command that sets another."""

    caption: str
    summary: str
    """The same in a sentence."""
    bars: tuple[Bar, ...]
    ends: tuple[str, str]
    """What stands under the first and the last bar."""
    threshold: str
    """The words at the threshold."""
    place: float
    """Where the threshold stands, 0..1 of the width."""
    notes: tuple[str, ...] = ()
    command_text: str = ""
    command: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipe:
    """A script to copy, and what it is for."""

    title: str
    code: str


Block = Table | Chart | Note | Groups | Pairs | Gallery | Map | Histogram | Recipe


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """One section: a sentence of meaning, the evidence, then what to do."""

    id: str
    """Stable anchor, e.g. `label-issues`."""
    title: str
    status: Status
    status_text: str
    """Short words beside the title: "124 suspected", "none found", "not applicable: no predictions"."""
    tone: Tone
    """How the words beside the title are marked: nothing to do, look here, not known."""
    meaning: str
    blocks: tuple[Block, ...] = ()
    todo: str = ""


def tone_of(status: Status, *, look: bool) -> Tone:
    """The tone of a section: not known where nothing was measured, else whether to look at it."""
    if status in {"could_not", "failed"}:
        return "unknown"
    return "look" if status == "found" and look else "calm"


@dataclass(frozen=True, slots=True, kw_only=True)
class VerdictCell:
    """One of the four cells of the first screen."""

    title: str
    number: str
    word: str
    """A word or two that judges nothing a person has not set a limit on: "suspected", "not measured"."""
    detail: str
    href: str
    tone: Tone = "calm"


@dataclass(frozen=True, slots=True, kw_only=True)
class Action:
    """One thing to do, in order of gain per minute."""

    title: str
    why: str
    command: str = ""
    href: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueRow:
    """One row of the queue as the page shows it."""

    rank: int
    item: str
    given: str
    suggested: str
    p_given: str
    p_suggested: str
    badges: tuple[str, ...]
    reason: str
    content: tuple[tuple[str, str], ...]
    """(column, cell); empty when the privacy setting hides it or there is no content."""
    picture: Picture | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueView:
    """The first rows of the queue; the page shows a few without JavaScript and pages through the rest."""

    rows: tuple[QueueRow, ...]
    total: int
    """Items in queue.csv."""
    meaning: str = ""
    """What stands in it and in which order, or why it is empty."""
    static: int = 25
    """How many rows are written as HTML, so that they read without JavaScript."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tick:
    """A mark on an axis: where it stands, and the number there."""

    at: float
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawing:
    """The yield curve: paths and marks in the units of the picture."""

    band: str
    line: str
    found: str
    """Errors that reviewers have found already."""
    stop: float | None
    """Where reviewing is hardly worth it any more; None where that is not on the picture."""
    x_ticks: tuple[Tick, ...]
    y_ticks: tuple[Tick, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Yield:
    """The forecast: what it says, its picture, and what the page needs to forecast anew."""

    lines: tuple[str, ...]
    rate: tuple[str, ...]
    """What is said of the whole dataset."""
    first: tuple[str, ...]
    """The errors among the first 50, 100, ... rows."""
    promise: str
    """How often the bands hold."""
    drawing: Drawing | None
    """None before there are enough verdicts."""
    data: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """The lead's report."""

    lang: str
    dataset: str
    """File name of the dataset."""
    facts: tuple[tuple[str, str], ...]
    """(name, value) of the head: rows, classes, audit id, version, ..."""
    provenance: str
    """"made from predictions: ..., out of sample, as stated" or what is known instead."""
    warnings: tuple[Note, ...]
    """What a reader must know before the numbers: partial audit, weak model, rows left out."""
    verdicts: tuple[VerdictCell, ...]
    actions: tuple[Action, ...]
    expects: Yield | None = None
    """Errors to expect, once rows were judged."""
    forecast: str
    """Why no number of real errors is printed yet, and what would allow one."""
    queue: QueueView
    sections: tuple[Section, ...]
    made: tuple[tuple[str, str], ...]
    """(name, value) of "How it was made"."""
    command: str
    """The command that made it, base names only."""
    data: Mapping[str, Any]
    """The `auditor.audit/1` subset embedded as `#auditor-data`."""
    pictured: bool = False
    """Whether there are pictures or a map in it, which need a style and scripts of their own."""
    pictures: Mapping[str, Picture] = field(default_factory=dict)
    """Item -> the picture that scripts show: of rows of the queue, of dots of the map."""
