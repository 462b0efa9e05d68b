"""Our search for near-duplicates beside Datalab's, datasketch's and a plain TF-IDF cosine.

    pip install "cleanlab[datalab]" datasketch pillow      # what runs beside it; a missing one is named
    python benchmarks/duplicates.py [quality] [growth] [audit] [--rounds 3] [--large] [--only NAME]

quality: every `dup_*` pack, exact copies of imdb and nsmc, and 200 planted near copies in each of four
sets of texts. growth: CPU seconds at n, 4n, 16n, and with --large a million rows. audit: what the whole
tool lists of a planted CSV with an id column. Each search is a process of its own with one thread; all run in
turns in one go. Prints Markdown; docs/duplicates.md keeps a run. Ends with 1 where a bar is missed.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from duplicates_audit import audits
from duplicates_growth import growth
from duplicates_packs import Case, cases
from duplicates_scores import Score, best_f1, codes_of, curve, recall_when_sure, score
from duplicates_tools import TOOLS, is_there
from numpy.typing import NDArray
from packs import SHARED
from processes import Cost, cost_of

SEARCH = str(Path(__file__).parent / "duplicates_tools.py")
ENOUGH_PRECISION = 0.8
"""What our default threshold must reach on every pack."""
COLUMNS = (
    *("case", "rows", "pairs", "search", "precision", "recall", "others"),
    *("best F1", "at", "recall at precision .95", "CPU s", "peak MB"),
)
"""`others` are pairs at the default threshold that nobody judged."""


@dataclass(frozen=True, kw_only=True)
class Line:
    """What one tool did with one case."""

    case: Case
    tool: str
    cost: Cost
    default: Score
    others: int
    """Pairs found at the default threshold that nobody judged."""
    found: frozenset[int] = field(repr=False)
    """True pairs found at the default threshold, as indices into the truth."""
    f1: float
    at: float
    sure: float


def search(tool: str, folder: Path, *flags: str) -> tuple[Cost, dict[str, NDArray[np.float64]]]:
    """Run a tool on a written case."""
    out = folder / "found.npz"
    cost = cost_of([sys.executable, SEARCH, tool, str(folder), str(out), *flags])
    with np.load(out) as found:
        return cost, dict(found)


def line(tool: str, case: Case, folder: Path) -> Line:
    """Search at the default threshold and, where that is another run, far under it."""
    cost, narrow = search(tool, folder)
    again = TOOLS[tool].twice and not case.recall_only
    wide = search(tool, folder, "--wide")[1] if again else narrow
    codes, right, _ = _judged(case, narrow, TOOLS[tool].default)
    _, likely, similarity = _judged(case, wide, 0.0)
    points = curve(likely, similarity, len(case.truth))
    f1, at = best_f1(points)
    hits = np.flatnonzero(np.isin(codes_of(case.truth, len(case)), codes))
    return Line(
        case=case,
        tool=tool,
        cost=cost,
        default=score(right, len(case.truth)),
        others=int((narrow["similarity"] >= TOOLS[tool].default).sum()) - len(right),
        found=frozenset(hits.tolist()),
        f1=f1,
        at=at,
        sure=recall_when_sure(points),
    )


def _judged(
    case: Case, found: dict[str, NDArray[np.float64]], threshold: float
) -> tuple[NDArray[np.int64], NDArray[np.bool_], NDArray[np.float64]]:
    """Codes, truth and similarities of the found pairs of which the truth says something."""
    first, second = found["first"].astype(np.int64), found["second"].astype(np.int64)
    truth = codes_of(case.truth, len(case))
    codes = first * len(case) + second
    there = (found["similarity"] >= threshold) & case.judged(first, second)
    if case.recall_only:
        there &= np.isin(codes, truth)
    return codes[there], np.isin(codes[there], truth), found["similarity"][there]


def quality(only: str, tools: Sequence[str]) -> list[Line]:
    """Every tool on every case, in turns."""
    lines = []
    print(f"\n| {' | '.join(COLUMNS)} |\n|{'---|' * len(COLUMNS)}")
    for case in cases(only):
        with tempfile.TemporaryDirectory() as name:
            case.write(Path(name))
            for tool in tools_for(case.kind, tools):
                try:
                    lines.append(line(tool, case, Path(name)))
                except RuntimeError as error:
                    print(f"| {case.name} | {tool} | failed: {error} |", flush=True)
                    continue
                print(_shown(lines[-1]), flush=True)
    _print_planted(lines)
    return lines


def tools_for(kind: str, asked: Sequence[str]) -> list[str]:
    """The tools that look at such rows."""
    return [name for name in asked if kind in TOOLS[name].kinds]


def _shown(found: Line) -> str:
    whole = not found.case.recall_only
    cells = [
        found.case.name,
        f"{len(found.case):,}",
        f"{len(found.case.truth):,}",
        found.tool,
        f"{found.default.precision:.3f}" if whole and found.default.found else "-",
        f"{found.default.recall:.3f}",
        f"{found.others:,}",
        *((f"{found.f1:.3f}", f"{found.at:.3f}", f"{found.sure:.3f}") if whole else "---"),
        f"{found.cost.cpu:.1f}",
        f"{found.cost.megabytes:.0f}",
    ]
    return f"| {' | '.join(cells)} |"


def _print_planted(lines: Sequence[Line]) -> None:
    """Recall by kind of change, over the sets with planted copies."""
    there = [found for found in lines if found.case.parts]
    if not there:
        return
    tools = list(dict.fromkeys(found.tool for found in there))
    print("\n### Planted near copies found at the default threshold, by change\n")
    print(f"| change | planted | {' | '.join(tools)} |")
    print(f"|---|---|{'---|' * len(tools)}")
    for change in there[0].case.parts:
        planted = sum(len(found.case.parts[change]) for found in there if found.tool == tools[0])
        shares = []
        for tool in tools:
            hits = sum(len(found.found & set(found.case.parts[change].tolist()))
                       for found in there if found.tool == tool)  # fmt: skip
            shares.append(f"{hits / planted:.2f}")
        print(f"| {change} | {planted} | {' | '.join(shares)} |")


def missed(lines: Sequence[Line]) -> list[str]:
    """The bars of the project that our lines miss."""
    ours = [found for found in lines if found.tool == "auditor" and not found.case.recall_only]
    plain = {found.case.name: found.f1 for found in lines if found.tool == "cosine"}
    out = [f"{found.case.name}: precision {found.default.precision:.3f} at the default threshold"
           for found in ours if found.default.precision < ENOUGH_PRECISION]  # fmt: skip
    out += [f"{found.case.name}: best F1 {found.f1:.3f}, the plain cosine {plain[found.case.name]:.3f}"
            for found in ours if round(found.f1, 3) < round(plain.get(found.case.name, 0.0), 3)]  # fmt: skip
    exact = [found for found in lines if found.tool == "auditor" and found.case.recall_only]
    return out + [f"{found.case.name}: recall {found.default.recall:.3f}"
                  for found in exact if found.default.recall < 1]  # fmt: skip


def main() -> int:
    """Print the tables; 1 where a bar is missed."""
    parser = argparse.ArgumentParser()
    parser.add_argument("parts", nargs="*", default=["quality", "growth", "audit"])
    parser.add_argument("--rounds", type=int, default=3, help="runs of each size in growth")
    parser.add_argument("--large", action="store_true", help="a million texts and vectors too")
    parser.add_argument("--only", default="", help="cases whose name holds this")
    parser.add_argument("--tools", default=",".join(TOOLS), help="the searches to run")
    asked = parser.parse_args()
    if not SHARED.is_dir():
        print(f"no datasets at {SHARED}; set AUDITOR_SHARED_DATA")
        return 2
    os.environ["OMP_NUM_THREADS"] = os.environ["OPENBLAS_NUM_THREADS"] = "1"
    tools = []
    for name in asked.tools.split(","):
        if is_there(name):
            tools.append(name)
        else:
            print(f"{name} is left out: install {TOOLS[name].install}\n")
    told: list[str] = []
    if "quality" in asked.parts:
        print("## Quality")
        told += missed(quality(asked.only, tools))
    if "growth" in asked.parts:
        told += growth(search, tools, asked.rounds, large=asked.large, only=asked.only)
    if "audit" in asked.parts:
        told += audits()
    print("\nEvery bar is met." if not told else "\nMissed:\n")
    print("\n".join(f"- {bar}" for bar in told))
    return 1 if told else 0


if __name__ == "__main__":
    sys.exit(main())
