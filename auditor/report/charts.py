"""Figures for plotly.js, as plain values; plotly itself is never imported here.

Names from the data are made inert: plotly reads `<b>`, `<a>` and `<br>` in every string it draws.
Backgrounds are left transparent and text colours to the page, which knows light from dark.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from auditor.report.marks import spelled_out
from auditor.wording import N_, say

Figure = dict[str, Any]
Pairs = Mapping[tuple[int, int], int]
"""(given class, suggested class) -> flagged rows; most pairs of many classes have none."""

BARS = 40
"""Most classes in the bar chart; all of them are in classes.csv."""
HEAT = 30
"""Most classes in a heat map, drawn or as a table: 30 x 30 cells can still be told apart."""
POINTS = 400
"""Most points of a curve: about one for each pixel of a phone's width."""
SLANTED = 12
"""Most names under a heat map that stand at a slant; more of them would touch."""
NAME = 40
"""Longest name drawn, in characters."""

ROWS_COLOUR = "#6f78e0"  # both colours keep 3:1 on the light and on the dark page
SUSPECTED_COLOUR = "#c77d0a"
QUIET_COLOUR = "rgba(128, 128, 128, 0.8)"


def inert(text: str, lang: str = "en") -> str:
    """A name from the data as plotly shows it literally, cut to 40 characters.

    >>> inert("<b>bold</b>")
    '&lt;b>bold&lt;/b>'
    """
    name = spelled_out(text) or say(N_("(empty)")).to(lang)
    if len(name) > NAME:
        name = name[: NAME - 3] + "..."
    return name.replace("&", "&amp;").replace("<", "&lt;")


def class_balance(
    names: Sequence[str],
    counts: Sequence[int],
    suspected: Sequence[int] | None = None,
    *,
    lang: str = "en",
) -> Figure:
    """Bars of rows per class, largest first; at most 40 classes, and the axis says so.

    `suspected` is the number of suspected rows of each class, drawn inside its bar.
    """
    order = sorted(range(len(names)), key=lambda i: (-counts[i], names[i]))[:BARS]
    labels = _distinct([names[i] for i in order], lang)
    traces = [_bars(labels, [int(counts[i]) for i in order], say(N_("rows")).to(lang), ROWS_COLOUR, 0.8)]
    if suspected is not None:
        inner = [int(suspected[i]) for i in order]
        traces.append(_bars(labels, inner, say(N_("suspected")).to(lang), SUSPECTED_COLOUR, 0.4))
    layout = _layout(height=110 + 24 * len(order), margin={"l": 8, "r": 16, "t": 32, "b": 56})
    layout["barmode"] = "overlay"
    layout["showlegend"] = suspected is not None
    layout["legend"] = {"orientation": "h", "x": 0, "y": 1, "yanchor": "bottom"}
    layout["xaxis"] = _axis(_balance_title(len(names), lang), rangemode="tozero", tickformat=",d")
    layout["yaxis"] = _classes(labels) | {"autorange": "reversed"}
    return {"data": traces, "layout": layout}


def _balance_title(classes: int, lang: str) -> str:
    if classes <= BARS:
        return say(N_("rows per class")).to(lang)
    return say(N_("rows per class · the {shown} largest of {n:,} classes"), shown=BARS, n=classes).to(lang)


def _bars(labels: list[str], counts: list[int], name: str, colour: str, width: float) -> Figure:
    return {
        "type": "bar",
        "orientation": "h",
        "x": counts,
        "y": labels,
        "name": name,
        "width": width,
        "marker": {"color": colour},
        "hovertemplate": "%{y}: %{x:,d}<extra>%{fullData.name}</extra>",
    }


def given_by_suggested(names: Sequence[str], counts: Pairs, *, lang: str = "en") -> Figure:
    """Heat map of flagged rows, given label down and suggested label across; zero cells stay blank.

    `counts[g, s]` is the number of rows with given label g and suggested label s, 0 where it is not
    said. At most the 30 classes with most suspects are drawn, most first, and the axis says so.
    """
    kept = most_suspected(counts)[:HEAT]
    labels = _distinct([names[i] for i in kept], lang)
    cells = [[counts.get((given, suggested), 0) or None for suggested in kept] for given in kept]
    layout = _heat_layout(len(kept), longest=max(map(len, labels), default=0))
    angle = -45 if len(kept) <= SLANTED else -90
    across = {"title": _title(say(N_("suggested label")).to(lang)), "tickangle": angle}
    down = {"title": _title(_given_title(len(names), lang)), "autorange": "reversed"}
    layout["xaxis"] = _classes(labels) | across
    layout["yaxis"] = _classes(labels) | down
    return {"data": [_heat(labels, cells)], "layout": layout}


def _heat(labels: list[str], cells: list[list[int | None]]) -> Figure:
    most = max((n for row in cells for n in row if n), default=0)
    bar = {"thickness": 10, "outlinewidth": 0, "tickformat": ",d", "title": {"text": ""}}
    return {
        "type": "heatmap",
        "x": labels,
        "y": labels,
        "z": cells,
        "zmin": 0,
        "zmax": most,
        "colorscale": [[0, "rgba(111, 120, 224, 0.08)"], [1, "rgba(111, 120, 224, 1)"]],
        "colorbar": bar | {"tick0": 0, "dtick": _whole_step(most)},
        "hoverongaps": False,
        "xgap": 1,
        "ygap": 1,
        "hovertemplate": "%{y} → %{x}: %{z:,d}<extra></extra>",
    }


def _whole_step(most: int) -> int:
    """A step of whole numbers that gives a scale to `most` about five ticks."""
    return max(1, -(-most // 5))


def _heat_layout(classes: int, longest: int) -> Figure:
    """Room for the cells and for names of `longest` characters on both sides."""
    names = 7 * longest
    return _layout(
        height=130 + 22 * classes + names,
        least_width=160 + 16 * classes + names,
        margin={"l": 8, "r": 8, "t": 16, "b": 8},
    )


def most_suspected(counts: Pairs) -> list[int]:
    """The classes that flagged rows leave or would go to, most first."""
    total: Counter[int] = Counter()
    for (given, suggested), n in counts.items():
        total[given] += n
        total[suggested] += n
    return sorted((i for i in total if total[i]), key=lambda i: (-total[i], i))


def _given_title(classes: int, lang: str) -> str:
    if classes <= HEAT:
        return say(N_("given label")).to(lang)
    text = say(N_("given label · the {shown} of {n:,} classes with most suspects"), shown=HEAT, n=classes)
    return text.to(lang)


def order_curve(
    ranks: Sequence[int],
    scores: Sequence[float],
    flagged_until: int | None = None,
    *,
    lang: str = "en",
) -> Figure:
    """Line of the order's score against rank, at most about 400 points; marks the last flagged rank.

    `ranks` rise; a higher score is a surer suspect.
    """
    kept = _thinned(len(ranks))
    line = {
        "type": "scatter",
        "mode": "lines",
        "x": [int(ranks[i]) for i in kept],
        "y": [round(float(scores[i]), 4) for i in kept],
        "line": {"color": ROWS_COLOUR, "width": 2},
        "hovertemplate": "%{x:,d}: %{y:.2f}<extra></extra>",
    }
    layout = _layout(height=320, margin={"l": 8, "r": 16, "t": 32, "b": 8})
    layout["showlegend"] = False
    layout["xaxis"] = _axis(say(N_("rank in the queue")).to(lang), tickformat=",d")
    layout["yaxis"] = _axis(say(N_("order score")).to(lang))
    if flagged_until is not None:
        layout |= _flagged_mark(flagged_until, ranks, lang)
    return {"data": [line], "layout": layout}


def _thinned(size: int) -> list[int]:
    if size <= POINTS:
        return list(range(size))
    return sorted({round(step * (size - 1) / (POINTS - 1)) for step in range(POINTS)})


def _flagged_mark(rank: int, ranks: Sequence[int], lang: str) -> Figure:
    """A dotted line where flagging ends, its words on the side that has room."""
    words = say(N_("last suspect: rank {n:,}"), n=rank).to(lang)
    left = len(ranks) > 0 and rank > (ranks[0] + ranks[-1]) / 2
    line = {"type": "line", "x0": rank, "x1": rank, "yref": "paper", "y0": 0, "y1": 1}
    note = {"x": rank, "yref": "paper", "y": 1, "text": words, "showarrow": False}
    return {
        "shapes": [line | {"line": {"color": QUIET_COLOUR, "width": 1, "dash": "dot"}}],
        "annotations": [note | {"yanchor": "bottom", "xanchor": "right" if left else "left"}],
    }


def _layout(height: int, margin: Mapping[str, int], least_width: int = 480) -> Figure:
    """`least_width` is for the page: on a narrow screen the chart scrolls in its own frame."""
    return {
        "height": height,
        "meta": {"least_width": least_width},
        "margin": dict(margin),
        "dragmode": False,  # a finger on the chart scrolls the page
        "paper_bgcolor": "rgba(0, 0, 0, 0)",
        "plot_bgcolor": "rgba(0, 0, 0, 0)",
    }


def _axis(title: str, **more: Any) -> Figure:
    return {"title": _title(title), "automargin": True, "fixedrange": True, "zeroline": False} | more


def _classes(labels: list[str]) -> Figure:
    """An axis of names: `007` and `1` stay names, in the order given."""
    return {
        "type": "category",
        "categoryorder": "array",
        "categoryarray": labels,
        "tickmode": "linear",
        "dtick": 1,
        "ticks": "",
        "ticklabelstandoff": 6,
        "automargin": True,
        "fixedrange": True,
        "showgrid": False,
        "zeroline": False,
    }


def _title(text: str) -> Figure:
    return {"text": text, "standoff": 12}


def _distinct(names: Sequence[str], lang: str) -> list[str]:
    """Inert names, numbered where two look the same after cutting: equal names would share a bar."""
    seen: Counter[str] = Counter()
    shown = []
    for name in (inert(name, lang) for name in names):
        seen[name] += 1
        shown.append(name if seen[name] == 1 else f"{name} ({seen[name]})")
    return shown
