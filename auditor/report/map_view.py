"""The table `map` of an audit as a picture: a dot a row, a colour and form a class, suspects outlined."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from auditor.flags import FLAGS
from auditor.report.elements import Cell, Island, Map, Picture, Table
from auditor.report.facts import Facts, number
from auditor.report.pictures import MAP_ROOM, SIDES
from auditor.wording import N_, cut, share

TABLE = "map"
"""The table of an audit: `row`, `x`, `y`."""
COLOURED = 12
"""Classes with a colour and form of their own, the commonest."""
WIDTH = 1_000
"""Units across; whole units are exact enough for a dot of 8."""
FLATTEST, TALLEST = 0.45, 0.8
"""Height by width."""
EDGE = 16
"""Units left free around the dots."""
CROWDED = 150
"""Suspects above which each is drawn smaller."""
BLOCK = 512
"""Dots that are compared with all at once."""
HARDLY = 0.25
"""Share of the way from chance to certainty up to which a map tells classes hardly apart."""
NAME, SNIPPET = 80, 160
"""Characters of a label, and of the content of a dot."""


def has_map(facts: Facts) -> bool:
    """Whether the audit has places of rows."""
    return TABLE in facts.audit.tables and len(facts.audit.tables[TABLE]) > 1


@dataclass(frozen=True, kw_only=True)
class Dots:
    """The rows of a map, where they lie, and what is known of them."""

    facts: Facts

    @cached_property
    def rows(self) -> NDArray[np.int64]:
        found: NDArray[np.int64] = self.facts.audit.tables[TABLE]["row"].to_numpy()
        return found

    @cached_property
    def known(self) -> pa.Table:
        """(m) item, given, suggested and flags of each."""
        scores = self.facts.audit.tables["scores"].select(["item", "given", "suggested", "flags"])
        return scores.take(pa.array(self.rows))

    @cached_property
    def given(self) -> list[str]:
        found: list[str] = pc.fill_null(self.known["given"].cast(pa.string()), "").to_pylist()
        return found

    @cached_property
    def suspected(self) -> NDArray[np.bool_]:
        flags = self.known["flags"].to_numpy()
        found: NDArray[np.bool_] = flags & FLAGS["label_issue"] != 0
        return found

    @cached_property
    def places(self) -> NDArray[np.int64]:
        """(m, 2) whole units of the picture, both axes in one scale."""
        table = self.facts.audit.tables[TABLE]
        xy = np.stack([table["x"].to_numpy(), table["y"].to_numpy()], axis=1).astype(np.float64)
        low = xy.min(axis=0)
        span = xy.max(axis=0) - low
        scale = (WIDTH - 2 * EDGE) / max(span[0], span[1] / TALLEST, 1e-9)
        off = (np.array([WIDTH, self._height(span * scale)]) - span * scale) / 2
        found: NDArray[np.int64] = np.rint((xy - low) * scale + off).astype(np.int64)
        return found

    @staticmethod
    def _height(span: NDArray[np.float64]) -> int:
        return int(max(span[1] + 2 * EDGE, FLATTEST * WIDTH))

    @cached_property
    def height(self) -> int:
        """Units down."""
        y = self.places[:, 1]
        return int(y.min() + y.max())

    @cached_property
    def classes(self) -> list[str]:
        """Those with a colour, the commonest first."""
        counted = sorted(Counter(self.given).items(), key=lambda entry: (-entry[1], entry[0]))
        return [name for name, _ in counted if name][:COLOURED]

    @cached_property
    def shapes(self) -> NDArray[np.int64]:
        """(m,) which of `classes` each row is of, -1 for the rest."""
        at = {name: place for place, name in enumerate(self.classes)}
        return np.array([at.get(name, -1) for name in self.given])

    @cached_property
    def company(self) -> NDArray[np.bool_]:
        """(m,) whether the nearest dot has the same label."""
        labels = np.unique(np.array(self.given), return_inverse=True)[1].reshape(-1)
        x, y = self.places.astype(np.float32).T
        found = np.empty(len(labels), np.bool_)
        for start in range(0, len(labels), BLOCK):
            block = np.arange(start, min(start + BLOCK, len(labels)))
            apart = (x[block, None] - x) ** 2 + (y[block, None] - y) ** 2
            apart[np.arange(len(block)), block] = np.inf
            found[block] = labels[apart.argmin(axis=1)] == labels[block]
        return found

    @cached_property
    def chance(self) -> float:
        """The share of dots whose nearest had the same label, had labels been dealt out at random."""
        counts = np.array(list(Counter(self.given).values()), np.float64)
        m = counts.sum()
        return float((counts * (counts - 1)).sum() / (m * (m - 1)))

    def path(self, which: NDArray[np.bool_]) -> str:
        """Points of no length, which are drawn as dots by the form of their ends."""
        return "".join(f"M{x} {y}h0" for x, y in self.places[which].tolist())


def map_of(facts: Facts) -> Map:
    """The map of an audit that has one."""
    dots = Dots(facts=facts)
    islands = [_island(dots, name, shape) for shape, name in enumerate(dots.classes)]
    if (dots.shapes < 0).any():
        islands.append(_island(dots, facts.say(N_("other classes")), None))
    rows, suspected = len(dots.rows), int(dots.suspected.sum())
    every = rows == facts.audit.header["dataset"]["rows"]
    return Map(
        caption=facts.say(N_("Every row as a dot")) if every else facts.say(N_("Rows as dots: a sample")),
        summary=" ".join(_summary(facts, dots)),
        width=WIDTH,
        height=dots.height,
        islands=tuple(islands),
        rings=dots.path(dots.suspected),
        crowded=suspected > CROWDED,
        table=_table(facts, dots, islands),
        data=_data(facts, dots),
        note=_note(facts, dots),
    )


def pictures_of_map(facts: Facts, without: Mapping[str, Picture]) -> dict[str, Picture]:
    """Item -> the picture of a dot, as far as there is room; of rows whose picture is not in the page yet."""
    if not has_map(facts) or not facts.has_pictures:
        return {}
    items: list[str] = Dots(facts=facts).known["item"].to_pylist()
    found, _ = facts.pictures([item for item in items if item not in without], MAP_ROOM, SIDES[-1:])
    return found


def _island(dots: Dots, name: str, shape: int | None) -> Island:
    own = dots.shapes == (-1 if shape is None else shape)
    suspected = own & dots.suspected
    return Island(
        name=name,
        shape=shape,
        dots=dots.path(own & ~dots.suspected),
        suspects=dots.path(suspected),
        rows=int(own.sum()),
        suspected=int(suspected.sum()),
    )


def _summary(facts: Facts, dots: Dots) -> Iterator[str]:
    said = facts.say(N_("{n:,} row is shown"), N_("{n:,} rows are shown"), n=len(dots.rows))
    yield facts.say(
        N_("{rows}; {n:,} of them suspected, with an outline."), rows=said, n=int(dots.suspected.sum())
    )
    yield facts.say(
        N_("The nearest dot has the same label for {share} of the dots; by chance it would be {chance}."),
        share=share(float(dots.company.mean()), 0),
        chance=share(dots.chance, 0),
    )


def _note(facts: Facts, dots: Dots) -> str:
    if dots.company.mean() <= dots.chance + HARDLY * (1 - dots.chance):
        return facts.say(
            N_(
                "These vectors hardly tell the classes apart: that a suspect lies among another class means "
                "little here. With vectors of a trained network (--embeddings) it would."
            )
        )
    return facts.say(N_("Distances between groups, their sizes and the axes say little."))


def _table(facts: Facts, dots: Dots, islands: Sequence[Island]) -> Table:
    return Table(
        caption=facts.say(N_("What the map shows, by class")),
        columns=(
            facts.column(N_("given label"), "label"),
            facts.column(N_("rows shown"), "number"),
            facts.column(N_("suspects"), "number"),
            facts.column(
                N_("among its own"), "number", N_("share of the dots whose nearest dot has the same label")
            ),
        ),
        rows=tuple((Cell(text=one.name), *_numbers(dots, one)) for one in islands),
    )


def _numbers(dots: Dots, island: Island) -> tuple[Cell, ...]:
    own = dots.shapes == (-1 if island.shape is None else island.shape)
    alike = Cell(text=share(float(dots.company[own].mean()), 0))
    return number(island.rows), number(island.suspected), alike


def _data(facts: Facts, dots: Dots) -> dict[str, Any]:
    """A list for each of what is known of the dots; labels as numbers in `names`, -1 for none."""
    suggested = pc.fill_null(dots.known["suggested"].cast(pa.string()), "").to_pylist()
    names = sorted({*dots.given, *suggested} - {""})
    at = {name: place for place, name in enumerate(names)}
    items = dots.known["item"].to_pylist()
    return {
        "x": dots.places[:, 0].tolist(),
        "y": dots.places[:, 1].tolist(),
        "item": items,
        "given": [at.get(name, -1) for name in dots.given],
        "suggested": [at.get(name, -1) for name in suggested],
        "suspects": np.flatnonzero(dots.suspected).tolist(),
        "shape": dots.shapes.tolist(),
        "names": [cut(name, NAME) for name in names],
        "texts": {} if facts.has_pictures else _texts(facts, items),
    }


def _texts(facts: Facts, items: Sequence[str]) -> dict[str, str]:
    """Item -> the beginning of its content, where it is kept."""
    return {item: facts.snippet(item, SNIPPET) for item in items if facts.content(item, 1, 1)}
