"""Our index of vectors beside faiss and brute force: CPU time, memory, recall of close pairs.

    pip install faiss-cpu "cleanlab[datalab]"     # what runs beside it; a missing one is named
    python benchmarks/duplicates_vectors.py [--rounds 3] [--large] [--only NAME] [--tools A,B] [--sizes N,N]

Each search is a process of its own with one thread, reads float32 (--half: float16) from a memory map, and
asks for the 16 nearest of every row; ours also makes the pairs of it, each checked in float64. All run in
turns in one go. faiss is helped where ours is not: how many lists it looks into is chosen with the truth in
hand and outside the clock, its BLAS is told the processor that numpy's finds, and equal vectors are not
looked for. Prints Markdown; 1 where a bar is missed.

- planted: share of the planted pairs whose cosine is .95 or more that stand in a list;
- sampled: the same of all such pairs of 4,000 random rows (of a million: 2,000), searched exactly here;
- said: what ours says of itself, from a sample of its own;
- precision: of the pairs at .95 and more those whose cosine in float64 is;
- of the ten nearest: share of the sampled rows' ten nearest, however far, that stand in their lists;
- private MB: most anonymous memory above that before the search, without the mapped input.
"""

from __future__ import annotations

import argparse
import importlib.util
import os
import statistics
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict
from pathlib import Path

import numpy as np
from duplicates_fresh import DIMENSIONS, fresh_vectors
from duplicates_indexes import (
    ALL_WITH_ALL,
    CLOSE,
    ENOUGH,
    ENOUGH_LARGE,
    LARGE,
    TOOLS,
    K,
    Truth,
    Vectors,
    cosine_of,
    units,
)
from numpy.typing import NDArray
from processes import cost_of

SEARCH = str(Path(__file__).parent / "duplicates_indexes.py")
TESTED = 4_000
"""Rows whose nearest are searched exactly to judge a search: about 160 have a close pair."""
PLANTED = 0.02
SIZES = (12_500, 50_000, 200_000)
LINEAR, CPU_LARGE, MEGABYTES = 1.2, 120.0, 300.0
"""Most growth of our CPU time against linear; CPU seconds at a million rows; megabytes above the input."""
COLUMNS = (
    *("data", "rows", "search", "planted", "sampled", "said", "precision", "of the ten nearest"),
    *("CPU s", "against the first", "private MB", "peak MB"),
)
CHEAPER = 12.0
"""Times less CPU than Datalab at 50,000 rows."""
Planted = tuple[NDArray[np.float32], NDArray[np.int64]]
"""(n, d) vectors, and (p, 2) the rows of each near copy and its original."""


def clusters(n: int, rng: np.random.Generator) -> Planted:
    """Topics as those of text encoders, 2 % near copies."""
    return fresh_vectors(n, rng)


def low_rank(n: int, rng: np.random.Generator) -> Planted:
    """One cloud in a space of 24 dimensions with a little noise, 2 % near copies."""
    base = rng.standard_normal((24, DIMENSIONS), np.float32)
    return _planted(n, rng, lambda m: _little_noise(rng.standard_normal((m, 24), np.float32) @ base, rng))


def noise(n: int, rng: np.random.Generator) -> Planted:
    """Independent numbers, 2 % near copies: there is nothing that an index could use."""
    return _planted(n, rng, lambda m: rng.standard_normal((m, DIMENSIONS), np.float32))


DATA: dict[str, Callable[[int, np.random.Generator], Planted]] = {
    "clusters": clusters,
    "low rank": low_rank,
    "noise": noise,
}


def _little_noise(rows: NDArray[np.float32], rng: np.random.Generator) -> NDArray[np.float32]:
    rows += 0.5 * rng.standard_normal(rows.shape, np.float32)
    return rows


def _planted(n: int, rng: np.random.Generator, make: Callable[[int], NDArray[np.float32]]) -> Planted:
    """n rows in random order, the last 2 % of them near copies (cosine about .97) of others."""
    rows = np.empty((n, DIMENSIONS), np.float32)
    originals = n - round(PLANTED * n)
    for start in range(0, originals, 50_000):
        stop = min(start + 50_000, originals)
        rows[start:stop] = make(stop - start)
    which = rng.choice(originals, n - originals, replace=False)
    sources = rows[which]
    scale = 0.25 * np.linalg.norm(sources, axis=1, keepdims=True) / np.sqrt(DIMENSIONS)
    rows[originals:] = sources + scale * rng.standard_normal(sources.shape, np.float32)
    order = rng.permutation(n)
    place = np.argsort(order)
    return rows[order], np.stack([place[which], place[originals:]], axis=1)


def exact(vectors: Vectors, rows: NDArray[np.int64], planted: NDArray[np.int64]) -> Truth:
    """The K nearest of some rows among all."""
    asked = units(vectors[rows])
    names, cosine = np.empty((len(rows), 0), np.int64), np.empty((len(rows), 0), np.float32)
    for start in range(0, len(vectors), 20_000):
        here = np.arange(start, min(start + 20_000, len(vectors)))
        product = asked @ units(vectors[here]).T
        product[rows[:, None] == here] = -np.inf
        if start:
            nearer = (product > cosine.min(axis=1)[:, None]).any(axis=0)
            here, product = here[nearer], product[:, nearer]
        names = np.hstack([names, np.broadcast_to(here, product.shape)])
        cosine = np.hstack([cosine, product])
        top = np.argpartition(-cosine, K - 1, axis=1)[:, :K]
        names, cosine = (np.take_along_axis(each, top, axis=1) for each in (names, cosine))
    order = np.argsort(-cosine, axis=1, kind="stable")
    return Truth(
        rows=rows,
        nearest=np.take_along_axis(names, order, axis=1),
        cosine=np.take_along_axis(cosine, order, axis=1),
        planted=planted[cosine_of(vectors, planted) >= CLOSE],
    )


def tested(vectors: Vectors, planted: NDArray[np.int64], rng: np.random.Generator) -> Truth:
    """The truth of random rows, and the planted pairs that are close."""
    count = TESTED if len(vectors) < LARGE else TESTED // 2
    return exact(vectors, rng.choice(len(vectors), count, replace=False), planted)


def in_turns(folder: Path, tools: Sequence[str], rounds: int) -> dict[str, dict[str, float]]:
    """The medians of what each tool took and found."""
    told: dict[str, list[dict[str, float]]] = {tool: [] for tool in tools}
    for _ in range(rounds):
        for tool in tools:
            cost = cost_of([sys.executable, SEARCH, tool, str(folder)])
            with np.load(folder / "found.npz") as found:
                told[tool].append({**{k: float(found[k]) for k in found.files}, "rss": cost.megabytes})
    return {
        tool: {key: statistics.median(run[key] for run in runs) for key in runs[0]}
        for tool, runs in told.items()
    }


def case(kind: str, n: int, tools: Sequence[str], rounds: int, dtype: str) -> dict[str, dict[str, float]]:
    """Make the vectors, run every tool that serves so many, print a row of each."""
    rng = np.random.default_rng(n)
    serving = [tool for tool in tools if n <= ALL_WITH_ALL.get(tool, n)]
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        vectors, planted = DATA[kind](n, rng)
        np.save(folder / "vectors.npy", vectors.astype(dtype, copy=False))
        del vectors
        truth = tested(np.load(folder / "vectors.npy", mmap_mode="r"), planted, rng)
        np.savez(folder / "truth.npz", **asdict(truth))
        told = in_turns(folder, serving, rounds if n < LARGE else 1)
    for tool, run in told.items():
        ratio = run["cpu"] / told[serving[0]]["cpu"]
        said = "" if np.isnan(run["said"]) else f"{run['said']:.3f}"
        print(f"| {kind} | {n:,} | {tool} | {run['planted']:.4f} | {run['recall']:.3f} | {said} | "
              f"{run['precision']:.4f} | {run['ten']:.3f} | {run['cpu']:.1f} | {ratio:.2f}x | "
              f"{run['private']:.0f} | {run['rss']:.0f} |", flush=True)  # fmt: skip
    return told


def main() -> int:
    """Print the table; 1 where ours misses a bar."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--large", action="store_true", help="a million rows too")
    parser.add_argument("--half", action="store_true", help="vectors of float16")
    parser.add_argument("--only", default="", help="data whose name holds this")
    parser.add_argument("--tools", default=",".join(TOOLS))
    parser.add_argument("--sizes", default=",".join(map(str, SIZES)))
    asked = parser.parse_args()
    sizes = [int(n) for n in asked.sizes.split(",")] + [LARGE] * asked.large
    _one_thread()
    tools = [tool for tool in asked.tools.split(",") if importlib.util.find_spec(TOOLS[tool][1])]
    print(f"| {' | '.join(COLUMNS)} |\n|{'---|' * len(COLUMNS)}")
    dtype = "float16" if asked.half else "float32"
    told = {(kind, n): case(kind, n, tools, asked.rounds, dtype)
            for kind in DATA if asked.only in kind for n in sizes}  # fmt: skip
    bars = [*missed({key: runs["auditor"] for key, runs in told.items() if "auditor" in runs}), *dearer(told)]
    print("\nEvery bar is met." if not bars else "\nMissed:\n")
    print("\n".join(f"- {bar}" for bar in bars))
    return 1 if bars else 0


def _one_thread() -> None:
    """One thread for all; faiss's OpenBLAS is told the processor, which it may be too old to know."""
    from threadpoolctl import threadpool_info

    os.environ["OMP_NUM_THREADS"] = os.environ["OPENBLAS_NUM_THREADS"] = "1"
    for library in threadpool_info():
        if library["internal_api"] == "openblas":
            os.environ.setdefault("OPENBLAS_CORETYPE", library["architecture"])


def dearer(told: dict[tuple[str, int], dict[str, dict[str, float]]]) -> Iterator[str]:
    """Where Datalab ran at its largest and ours took too much beside it."""
    for (kind, n), runs in told.items():
        if n == ALL_WITH_ALL["Datalab"] and {"auditor", "Datalab"} <= set(runs):
            ratio = runs["Datalab"]["cpu"] / runs["auditor"]["cpu"]
            if ratio < CHEAPER:
                yield f"{kind}, {n:,}: {ratio:.1f} times less CPU than Datalab"


def missed(runs: dict[tuple[str, int], dict[str, float]]) -> Iterator[str]:
    """The bars that ours misses."""
    for (kind, n), run in runs.items():
        enough = ENOUGH if n < LARGE else ENOUGH_LARGE
        if min(run["recall"], run["planted"]) < enough:
            yield f"{kind}, {n:,}: recall {run['recall']:.3f}, of planted pairs {run['planted']:.3f}"
        if run["precision"] < 1:
            yield f"{kind}, {n:,}: precision {run['precision']:.4f}"
        if n >= LARGE and run["cpu"] > CPU_LARGE:
            yield f"{kind}, {n:,}: {run['cpu']:.0f} CPU s"
        if run["private"] > MEGABYTES:
            yield f"{kind}, {n:,}: {run['private']:.0f} MB above the input"
        first = (kind, SIZES[0])
        if n == SIZES[-1] and first in runs:
            growth = run["cpu"] / runs[first]["cpu"] / (n / SIZES[0])
            print(f"\n{kind}: {growth:.2f} times linear from {SIZES[0]:,} to {n:,} rows")
            if growth > LINEAR:
                yield f"{kind}: {growth:.2f} times linear"


if __name__ == "__main__":
    sys.exit(main())
