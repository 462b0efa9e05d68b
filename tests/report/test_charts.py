"""Figures for plotly.js: valid, inert, honest about what they leave out."""

from __future__ import annotations

import json
from collections.abc import Callable
from itertools import permutations
from typing import Any

import pytest
from example_page import HOSTILE

from auditor.report.charts import class_balance, given_by_suggested, inert, order_curve

MANY = [f"class {i:03d}" for i in range(120)]


def balance() -> dict[str, Any]:
    return class_balance(["cat", "dog"], [3, 5], [1, 2])


def heat() -> dict[str, Any]:
    return given_by_suggested(["cat", "dog"], {(0, 1): 2, (1, 0): 1})


def curve() -> dict[str, Any]:
    return order_curve([1, 2, 3], [0.9, 0.5, 0.1], 2)


@pytest.mark.parametrize("make", [balance, heat, curve])
def test_plotly_accepts_the_figure(make: Callable[[], dict[str, Any]]) -> None:
    graph_objects = pytest.importorskip("plotly.graph_objects")
    figure = make()
    graph_objects.Figure(figure)
    assert json.loads(json.dumps(figure)) == figure


@pytest.mark.parametrize("make", [balance, heat, curve])
def test_backgrounds_are_left_to_the_page(make: Callable[[], dict[str, Any]]) -> None:
    layout = make()["layout"]
    assert layout["paper_bgcolor"] == layout["plot_bgcolor"] == "rgba(0, 0, 0, 0)"
    assert "font" not in layout


@pytest.mark.parametrize(
    ("name", "drawn"),
    [
        ("<b>bold</b>", "&lt;b>bold&lt;/b>"),
        ("a & b", "a &amp; b"),
        ("&lt;", "&amp;lt;"),  # an entity in the data stays what it was
        ("x" * 40, "x" * 40),
        ("x" * 41, "x" * 37 + "..."),
        ("<" * 41, "&lt;" * 37 + "..."),  # cut before escaping: no half entity
        ("\u202egpj", "[U+202E]gpj"),
        ("", "(empty)"),
    ],
)
def test_a_name_is_drawn_literally(name: str, drawn: str) -> None:
    assert inert(name) == drawn


def test_no_figure_holds_a_tag_from_the_data() -> None:
    counts = dict.fromkeys(permutations(range(len(HOSTILE)), 2), 1)
    figures = (class_balance(HOSTILE, range(len(HOSTILE))), given_by_suggested(HOSTILE, counts))
    for figure in figures:
        drawn = json.dumps(figure).replace("<extra>", "").replace("</extra>", "")
        assert "<" not in drawn


# class balance


def test_bars_stand_largest_first() -> None:
    rows, suspected = balance()["data"]
    assert (rows["y"], rows["x"]) == (["dog", "cat"], [5, 3])
    assert (suspected["y"], suspected["x"]) == (["dog", "cat"], [2, 1])


def test_names_that_look_like_numbers_stay_names() -> None:
    figure = class_balance(["007", "1", "1e3"], [3, 2, 1])
    assert figure["layout"]["yaxis"]["type"] == "category"
    assert figure["data"][0]["y"] == ["007", "1", "1e3"]


def test_names_that_look_the_same_after_cutting_keep_their_own_bars() -> None:
    figure = class_balance(["x" * 50, "x" * 60], [2, 1])
    assert figure["data"][0]["y"] == ["x" * 37 + "...", "x" * 37 + "... (2)"]


def test_at_most_forty_classes_are_drawn_and_the_axis_says_so() -> None:
    figure = class_balance(MANY, range(120))
    assert figure["data"][0]["y"] == MANY[:79:-1]
    assert figure["layout"]["xaxis"]["title"]["text"] == "rows per class · the 40 largest of 120 classes"


# given by suggested


def test_cells_without_rows_stay_blank() -> None:
    assert heat()["data"][0]["z"] == [[None, 2], [1, None]]


def test_classes_with_most_suspects_come_first_and_the_others_stay_out() -> None:
    figure = given_by_suggested(["a", "b", "c", "d"], {(0, 1): 1, (1, 2): 9})
    assert figure["data"][0]["y"] == ["b", "c", "a"]


def test_at_most_thirty_classes_are_in_the_heat_map_and_the_axis_says_so() -> None:
    figure = given_by_suggested(MANY, {(at, at + 1): at for at in range(119)})
    assert len(figure["data"][0]["y"]) == len(figure["data"][0]["x"]) == 30
    assert "the 30 of 120 classes" in figure["layout"]["yaxis"]["title"]["text"]


def test_no_suspects_give_an_empty_heat_map() -> None:
    assert given_by_suggested(["a"], {})["data"][0]["z"] == []


# order


def test_a_long_curve_is_thinned_and_keeps_both_ends() -> None:
    figure = order_curve(range(1, 100_001), [1 - rank / 100_000 for rank in range(1, 100_001)])
    x = figure["data"][0]["x"]
    assert len(x) <= 400
    assert (x[0], x[-1]) == (1, 100_000)


def test_a_short_curve_is_drawn_whole() -> None:
    assert curve()["data"][0]["x"] == [1, 2, 3]


@pytest.mark.parametrize(("rank", "side"), [(1, "left"), (3, "right")])
def test_the_end_of_the_flagged_rows_is_marked_on_the_side_with_room(rank: int, side: str) -> None:
    layout = order_curve([1, 2, 3], [0.9, 0.5, 0.1], rank)["layout"]
    assert layout["shapes"][0]["x0"] == layout["shapes"][0]["x1"] == rank
    assert layout["annotations"][0]["xanchor"] == side
    assert layout["annotations"][0]["text"] == f"last suspect: rank {rank}"


def test_a_curve_without_a_limit_has_no_mark() -> None:
    assert "shapes" not in order_curve([1, 2], [0.9, 0.5])["layout"]


def test_an_empty_queue_gives_an_empty_curve() -> None:
    assert order_curve([], [])["data"][0]["x"] == []


@pytest.mark.parametrize(("most", "step"), [(0, 1), (4, 1), (5, 1), (6, 2), (100, 20)])
def test_the_scale_of_the_heat_map_counts_in_whole_rows(most: int, step: int) -> None:
    (heat,) = given_by_suggested(["a", "b"], {(0, 1): most, (1, 1): 1})["data"]
    assert heat["colorbar"]["dtick"] == max(step, 1)
