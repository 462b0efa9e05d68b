"""The map on the lead's page: where dots stand, what colour they have, which are outlined."""

from __future__ import annotations

import re
from dataclasses import replace
from functools import lru_cache

import numpy as np
import pyarrow as pa
from audit_inputs import planted_audit
from picture_audit import mapped, pictured, webp

from auditor import Audit
from auditor.flags import FLAGS
from auditor.report.elements import Map
from auditor.report.facts import Facts
from auditor.report.map_view import COLOURED, EDGE, WIDTH, map_of, pictures_of_map
from auditor.report.page import render
from auditor.report.sections import all_sections
from auditor.report.view import page_of


@lru_cache
def audit() -> Audit:
    return mapped(planted_audit())


def drawn(found: Audit | None = None) -> Map:
    return map_of(Facts(audit=found or audit(), lang="en"))


def dots(path: str) -> list[tuple[int, int]]:
    """The points of a path, each of no length."""
    assert re.fullmatch(r"(M\d+ \d+h0)*", path)
    return [(int(x), int(y)) for x, y in re.findall(r"M(\d+) (\d+)h0", path)]


def placed(rows: list[tuple[int, float, float]]) -> Audit:
    """The planted audit with these places."""
    row, x, y = zip(*rows, strict=True)
    table = pa.table({"row": list(row), "x": np.float32(x), "y": np.float32(y)})
    return replace(planted_audit(), tables={**planted_audit().tables, "map": table})


def test_without_places_there_is_no_such_section() -> None:
    names = [section.id for section in all_sections(Facts(audit=planted_audit(), lang="en"))]
    assert "map" not in names and 'href="#map"' not in render(page_of(planted_audit()))
    assert "map" in [section.id for section in all_sections(Facts(audit=audit(), lang="en"))]


def test_every_row_is_one_dot_and_every_suspect_is_outlined() -> None:
    """By class as the dataset says it; suspects stand in a path of their own, and once more as rings."""
    found = drawn()
    scores = planted_audit().scores
    suspected = scores["flags"] & FLAGS["label_issue"] != 0
    for island in found.islands:
        own = scores["given"] == island.name
        assert island.rows == own.sum() == len(dots(island.dots)) + len(dots(island.suspects))
        assert island.suspected == (own & suspected).sum() == len(dots(island.suspects))
    assert len(dots(found.rings)) == suspected.sum() == 4
    assert "240 rows are shown; 4 of them suspected" in found.summary
    assert [cell.text for cell in found.table.rows[0][:3]] == [found.islands[0].name, "82", "2"]


def test_places_keep_their_shape_within_the_picture() -> None:
    """A square of places is a square of dots; nothing stands on the edge."""
    found = drawn(placed([(0, 0, 0), (1, 2, 0), (2, 0, 2), (3, 2, 2)]))
    x, y = np.array(found.data["x"]), np.array(found.data["y"])
    assert abs((x[1] - x[0]) - (y[2] - y[0])) <= 1
    assert x.min() >= EDGE and x.max() <= WIDTH - EDGE and y.min() >= EDGE and y.max() <= found.height - EDGE


def test_a_line_and_a_single_place_are_drawn_too() -> None:
    flat = drawn(placed([(0, -5, 1), (1, 5, 1)]))
    assert flat.height > 400 and flat.data["x"] == [EDGE, WIDTH - EDGE]
    one = drawn(placed([(0, 1, 1), (1, 1, 1)]))
    assert one.data["x"] == [WIDTH // 2] * 2


def test_how_well_classes_lie_apart_is_said() -> None:
    """Of three cats and two dogs three have their own kind beside them; by chance 8 of 20 pairs would."""
    found = drawn(placed([(0, 0, 0), (3, 1, 0), (6, 10, 0), (1, 10.5, 0), (4, 30, 0)]))
    assert "same label for 60% of the dots; by chance it would be 40%" in found.summary
    assert [(row[0].text, row[3].text) for row in found.table.rows] == [("cat", "67%"), ("dog", "50%")]


def test_vectors_that_tell_nothing_are_called_so() -> None:
    """Labels without any order on the map, against a heap for each."""
    random = np.random.default_rng(0).standard_normal((240, 2))
    mixed = drawn(placed([(row, x, y) for row, (x, y) in enumerate(random.tolist())]))
    assert "hardly tell the classes apart" in mixed.note
    assert "hardly" not in drawn().note


def test_rare_classes_share_one_colour() -> None:
    """Twelve have their own, the rest and rows without a label are one."""
    scores = planted_audit().tables["scores"]
    labels = [None if row % 20 == 19 else f"class {row % 20:02d}" for row in range(len(scores))]
    at = scores.column_names.index("given")
    many = {**audit().tables, "scores": scores.set_column(at, "given", pa.array(labels))}
    islands = drawn(replace(audit(), tables=many)).islands
    assert [island.shape for island in islands] == [*range(COLOURED), None]
    assert [island.name for island in islands[:2]] == ["class 00", "class 01"]
    assert islands[-1].name == "other classes" and islands[-1].rows == 8 * 12


def test_the_script_knows_what_a_dot_is() -> None:
    """Item, given and suggested label of each dot; suspects in the order of the table; texts where kept."""
    data = drawn().data
    scores = planted_audit().scores.set_index("item")
    for at in (0, 5, 200):
        row = scores.loc[data["item"][at]]
        assert data["names"][data["given"][at]] == row["given"]
        assert data["names"][data["suggested"][at]] == row["suggested"]
    assert data["suspects"] == [0, 1, 2, 3]
    kept = set(planted_audit().tables["items"]["item"].to_pylist())
    assert data["texts"].keys() == kept & set(data["item"])


def test_pictures_of_dots_are_those_the_page_has_not_yet() -> None:
    found = Facts(audit=mapped(pictured(planted_audit())), lang="en")
    picture = found.picture("item-000")
    assert picture
    more = pictures_of_map(found, without={"item-000": picture})
    assert "item-000" not in more and "item-001" in more
    assert pictures_of_map(Facts(audit=audit(), lang="en"), without={}) == {}
    none = mapped(pictured(planted_audit(), lambda item: webp(item) if item == "item-000" else None))
    assert pictures_of_map(Facts(audit=none, lang="en"), without={"item-000": picture}) == {}


def test_a_sample_is_called_one() -> None:
    assert drawn().caption == "Every row as a dot"
    assert "sample" in drawn(placed([(0, 0, 0), (1, 1, 1)])).caption
