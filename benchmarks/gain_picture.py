"""The picture of what relabelling buys, drawn from the numbers that `gain.py` wrote.

    python benchmarks/gain_picture.py     docs/gain.json -> docs/gain.png

One panel a pack: accuracy gained against rows reviewed, with bands of 95 % over splits. Colours are those
of Okabe and Ito (2008), which colour-blind people tell apart; lines differ in dashes too, and are named where
they end. It needs what docs/pictures.py needs: playwright and a Chromium.
"""

from __future__ import annotations

import io
import json
import sys
from collections.abc import Mapping, Sequence
from typing import Any

from gain import RESULTS
from packs import ROOT
from PIL import Image

sys.path.insert(0, str(ROOT / "docs"))
from pictures import chromium

PICTURE = ROOT / "docs" / "gain.png"
WIDTH, HEIGHT, SCALE = 900, 400, 2
PANEL, LEFT, TOP, DEEP = 278, 52, 62, 262
"""Width of a plot, where the first begins, where plots begin, how high they are."""
APART = 446
"""From one plot to the next: between them stand the names of the lines."""
LINES = (
    ("random", "rows at random", "#d55e00", "6 4"),
    ("cleanlab", "cleanlab's order", "#009e73", "2 3"),
    ("ours", "auditor's queue", "#0072b2", ""),
)
TITLES = {
    "nsmc": "nsmc: 9,000 film reviews, 15 % of labels turned over",
    "music_genre": "music_genre: 450 songs, 29 % of crowd labels wrong",
}
INK, PALE = "#222222", "#777777"
AT_LEAST = 15
"""Pixels between two names."""


def panel(found: Mapping[str, Any], left: int) -> str:
    """One pack."""
    one, grid = found["accuracy"], found["grid"]
    levels = [
        value + sign * half for name, *_ in LINES for value, half in one["orders"][name] for sign in (-1, 1)
    ]
    levels += [one["right"][0], one["dropped"][0], 0]
    low, high = min(levels), max(levels)
    step = next(step for step in (0.5, 1, 2, 5) if (high - low) / step <= 8)

    def x(rows: float) -> float:
        return left + PANEL * rows / grid[-1]

    def y(points: float) -> float:
        return TOP + DEEP * (high - points) / (high - low)

    out = [_text(left - 40, TOP - 36, TITLES[found["name"]], weight=600, size=13)]
    out += [_text(left - 40, TOP - 16, "accuracy gained, percentage points", colour=PALE)]
    at = -(-low // step) * step
    while at <= high:
        out.append(_line(left, y(at), left + PANEL, y(at), "#e4e4e4" if at else "#999999", 1))
        out.append(_text(left - 8, y(at) + 4, f"{at:+g}" if at else "0", anchor="end", colour=PALE))
        at += step
    for rows in range(0, grid[-1] + 1, 1_500 if grid[-1] > 1_000 else 100):
        out.append(_text(x(rows), TOP + DEEP + 20, f"{rows:,}", anchor="middle", colour=PALE))
    out.append(_text(left + PANEL / 2, TOP + DEEP + 42, "rows reviewed", anchor="middle", colour=PALE))
    for name, _, colour, _ in LINES:
        out.append(_band(grid, one["orders"][name], x, y, colour))
    for name, _, colour, dashes in LINES:
        way = " ".join(
            f"{x(rows):.1f},{y(value):.1f}"
            for rows, (value, _) in zip(grid, one["orders"][name], strict=True)
        )
        out.append(
            f'<polyline points="{way}" fill="none" stroke="{colour}" stroke-width="2.4" '
            f'stroke-dasharray="{dashes}"/>'
        )
    for name in ("right", "dropped"):
        out.append(_line(left, y(one[name][0]), left + PANEL, y(one[name][0]), INK, 1.2, "8 3 2 3"))
    names = [(y(one["orders"][name][-1][0]), words, colour) for name, words, colour, _ in LINES]
    names += [(y(one["right"][0]), "all labels right", INK), (y(one["dropped"][0]), "suspects dropped", INK)]
    return "".join(out + _names(names, left + PANEL + 6))


def _names(names: Sequence[tuple[float, str, str]], left: float) -> list[str]:
    """Names beside the ends of lines, moved apart."""
    found, last = [], -AT_LEAST
    for at, words, colour in sorted(names):
        last = max(at + 4, last + AT_LEAST)
        found.append(_text(left, last, words, colour=colour, size=12))
    return found


def _band(grid: Sequence[int], values: Sequence[Sequence[float]], x: Any, y: Any, colour: str) -> str:
    over = [f"{x(rows):.1f},{y(value + half):.1f}" for rows, (value, half) in zip(grid, values, strict=True)]
    under = [f"{x(rows):.1f},{y(value - half):.1f}" for rows, (value, half) in zip(grid, values, strict=True)]
    return f'<polygon points="{" ".join(over + under[::-1])}" fill="{colour}" opacity="0.13"/>'


def _line(x1: float, y1: float, x2: float, y2: float, colour: str, wide: float, dashes: str = "") -> str:
    return (f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" stroke="{colour}" '
            f'stroke-width="{wide}" stroke-dasharray="{dashes}"/>')  # fmt: skip


def _text(
    x: float,
    y: float,
    words: str,
    *,
    anchor: str = "start",
    colour: str = INK,
    size: int = 12,
    weight: int = 400,
) -> str:
    return (f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" fill="{colour}" font-size="{size}" '
            f'font-weight="{weight}">{words}</text>')  # fmt: skip


def drawn(results: Sequence[Mapping[str, Any]]) -> str:
    """The whole picture as SVG."""
    panels = "".join(panel(found, LEFT + APART * number) for number, found in enumerate(results))
    below = (
        "Means of {n} splits on a clean test set, the fixed model of auditor gain; bands: 95 % of the mean."
    ).format(n=results[0]["splits"])
    return (f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{HEIGHT}" '
            f'font-family="DejaVu Sans, Arial, sans-serif"><rect width="100%" height="100%" fill="#fcfcfc"/>'
            f'{panels}{_text(16, HEIGHT - 10, below, colour=PALE)}</svg>')  # fmt: skip


def main() -> None:
    """Draw it."""
    svg = drawn(json.loads(RESULTS.read_text(encoding="utf-8")))
    with chromium() as browser:
        page = browser.new_page(viewport={"width": WIDTH, "height": HEIGHT}, device_scale_factor=SCALE)
        page.set_content(f'<body style="margin:0">{svg}</body>')
        raw = page.screenshot()
    Image.open(io.BytesIO(raw)).convert("RGB").quantize(64).save(PICTURE, optimize=True)
    print(f"{PICTURE.name}: {PICTURE.stat().st_size / 1000:.0f} kB")


if __name__ == "__main__":
    main()
