"""CPU seconds of the searches at n, 4n, 16n rows, and how far they are from growing linearly."""

from __future__ import annotations

import statistics
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from duplicates_fresh import fresh_records, fresh_texts, fresh_vectors
from duplicates_packs import Case
from duplicates_scores import codes_of
from duplicates_tools import TOOLS
from processes import Cost

LINEAR = 1.2
"""How much more than linear our CPU seconds may grow from n to 16n."""
SIZES: Mapping[str, tuple[int, ...]] = {
    "texts": (12_500, 50_000, 200_000),
    "records": (5_000, 20_000, 80_000),
    "vectors": (12_500, 50_000, 200_000),
}
LARGE = 1_000_000
MOST: Mapping[str, int] = {"auditor": LARGE, "datasketch": 200_000, "Datalab": 12_500, "cosine": 12_500}
"""Rows up to which each tool is run: two of the peers compare all with all."""
Search = Callable[..., tuple[Cost, dict[str, Any]]]


@dataclass(kw_only=True)
class Runs:
    """What a tool took for one size, run by run."""

    cpu: list[float] = field(default_factory=list)
    megabytes: list[float] = field(default_factory=list)
    planted: float = 0.0
    """Share of the planted pairs found."""
    pairs: int = 0


def fresh(kind: str, n: int) -> Case:
    """n rows with planted near copies."""
    make = {"texts": fresh_texts, "records": fresh_records, "vectors": fresh_vectors}[kind]
    rows, truth = make(n, np.random.default_rng(n))
    given = {"vectors": rows} if kind == "vectors" else {"table": rows}
    return Case(name=f"{kind}, {n:,}", kind=kind, korean=True, truth=truth, **given)


def growth(search: Search, tools: Sequence[str], rounds: int, *, large: bool, only: str) -> list[str]:
    """Print a table for texts, records and vectors; the bars that are missed."""
    print("\n## Growth")
    missed = []
    for kind, sizes in SIZES.items():
        if only not in kind:
            continue
        grown = (*sizes, LARGE) if large and kind != "records" else sizes
        runs = _in_turns(search, kind, grown, tools, rounds)
        print(f"\n### {kind}: {', '.join(f'{n:,}' for n in grown)} rows\n")
        print("| search | rows | pairs | planted pairs found | CPU s of the search | against linear | "
              "peak MB |")  # fmt: skip
        print("|---|---|---|---|---|---|---|")
        for row in _rows(runs):
            print(row, flush=True)
        ratio = against_linear(runs, "auditor", sizes[0], sizes[-1])
        if ratio > LINEAR:
            missed.append(f"{kind}: {ratio:.2f} times linear from {sizes[0]:,} to {sizes[-1]:,} rows")
    return missed


def _in_turns(
    search: Search, kind: str, sizes: Sequence[int], tools: Sequence[str], rounds: int
) -> dict[tuple[str, int], Runs]:
    """Every tool at every size it serves, one after another, `rounds` times; a million rows once."""
    runs: dict[tuple[str, int], Runs] = {}
    with tempfile.TemporaryDirectory() as name:
        written = [(case, folder) for case, folder in _written(kind, sizes, Path(name))]
        for turn in range(rounds):
            for case, folder in written:
                for tool in tools:
                    serves = kind in TOOLS[tool].kinds and len(case) <= MOST[tool]
                    if serves and not (turn and len(case) >= LARGE):
                        _note(
                            runs.setdefault((tool, len(case)), Runs()), case, *search(tool, folder, "--warm")
                        )
    return runs


def _written(kind: str, sizes: Sequence[int], folder: Path) -> Iterator[tuple[Case, Path]]:
    for n in sizes:
        case, place = fresh(kind, n), folder / str(n)
        place.mkdir()
        case.write(place)
        yield case, place


def _note(runs: Runs, case: Case, cost: Cost, found: dict[str, Any]) -> None:
    runs.cpu.append(float(found["cpu"]))
    runs.megabytes.append(cost.megabytes)
    codes = found["first"].astype(np.int64) * len(case) + found["second"].astype(np.int64)
    runs.planted = float(np.isin(codes_of(case.truth, len(case)), codes).mean())
    runs.pairs = len(codes)


def against_linear(runs: Mapping[tuple[str, int], Runs], tool: str, small: int, large: int) -> float:
    """CPU seconds at the larger size over those of linear growth from the smaller; NaN where not run."""
    if (tool, small) not in runs or (tool, large) not in runs:
        return float("nan")
    first, last = (statistics.median(runs[tool, n].cpu) for n in (small, large))
    return last / first / (large / small)


def _rows(runs: Mapping[tuple[str, int], Runs]) -> Iterator[str]:
    smallest = min(n for _, n in runs)
    for tool, n in sorted(runs, key=lambda key: (list(TOOLS).index(key[0]), key[1])):
        run = runs[tool, n]
        ratio = "" if n == smallest else f"{against_linear(runs, tool, smallest, n):.2f}x"
        yield (f"| {tool} | {n:,} | {run.pairs:,} | {run.planted:.3f} | {statistics.median(run.cpu):.1f} | "
               f"{ratio} | {statistics.median(run.megabytes):.0f} |")  # fmt: skip
