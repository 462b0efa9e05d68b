"""Our index of vectors beside faiss and brute force: CPU time, memory, recall of close pairs.

    pip install faiss-cpu "cleanlab[datalab]"     # what runs beside it; a missing one is named
    python benchmarks/duplicates_vectors.py [--rounds 3] [--large] [--only NAME] [--tools A,B] [--sizes N,N]

Each search is a process of its own with one thread, reads float16 from a memory map, and asks for the 16
nearest of every row. All run in turns in one go. faiss is helped where ours is not: how many lists it
looks into is chosen with the truth in hand and outside the clock, its BLAS is told the processor
that numpy's finds, and equal vectors are not looked for. Prints Markdown; 1 where a bar is missed.
"""

from __future__ import annotations

import argparse
import importlib.util
import os
import statistics
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from duplicates_fresh import DIMENSIONS, fresh_vectors
from numpy.typing import NDArray
from processes import cost_of

K = 16
CLOSE = 0.95
TESTED = 4_000
"""Rows whose nearest are searched exactly to judge a search: about 160 have a close pair."""
PLANTED = 0.02
SIZES = (12_500, 50_000, 200_000)
LARGE = 1_000_000
BRUTE = 12_500
"""Rows up to which all are compared with all."""
PROBES = (1, 2, 3, 4, 6, 8, 12, 16, 24, 32, 48, 64, 96, 128, 192, 256)
ENOUGH, ENOUGH_LARGE = 0.99, 0.98
"""Recall of close pairs up to 200,000 rows, and at a million."""
LINEAR, CPU_LARGE, MEGABYTES = 1.2, 120.0, 300.0
"""Most growth of our CPU time against linear; CPU seconds at a million rows; megabytes above the input."""
Found = tuple[NDArray[np.int64], NDArray[np.float32]]
Vectors = NDArray[np.float16]


class Clock:
    """CPU seconds of this process, that can be stopped."""

    def __init__(self) -> None:
        self.seconds, self.since = 0.0, time.process_time()

    def stop(self) -> None:
        """What follows does not count."""
        self.seconds += time.process_time() - self.since

    def go(self) -> None:
        """What follows counts."""
        self.since = time.process_time()


@dataclass(frozen=True, kw_only=True)
class Truth:
    """The close pairs of the tested rows, from an exact search."""

    rows: NDArray[np.int64]
    nearest: NDArray[np.int64]
    """(tested, K)"""
    cosine: NDArray[np.float32]

    def recall(self, found: NDArray[np.int64], least: float = CLOSE) -> float:
        """Share of the pairs at or above a cosine that stand in the list of either of their rows."""
        one, at = np.nonzero(self.cosine >= least)
        a, b = self.rows[one], self.nearest[one, at]
        met = (found[a] == b[:, None]).any(axis=1) | (found[b] == a[:, None]).any(axis=1)
        return float(met.mean())

    def all_nearest(self, found: NDArray[np.int64]) -> float:
        """Share of the ten nearest, however far, that stand in the row's own list."""
        wanted = self.nearest[:, :10, None]
        return float((found[self.rows][:, None] == wanted).any(axis=2).mean())


# The data.


def clusters(n: int, rng: np.random.Generator) -> NDArray[np.float32]:
    """Topics as those of text encoders, 2 % near copies."""
    return fresh_vectors(n, rng)[0]


def low_rank(n: int, rng: np.random.Generator) -> NDArray[np.float32]:
    """One cloud in a space of 24 dimensions with a little noise, 2 % near copies."""
    base = rng.standard_normal((24, DIMENSIONS), np.float32)
    return _planted(n, rng, lambda m: _little_noise(rng.standard_normal((m, 24), np.float32) @ base, rng))


def noise(n: int, rng: np.random.Generator) -> NDArray[np.float32]:
    """Independent numbers, 2 % near copies: there is nothing that an index could use."""
    return _planted(n, rng, lambda m: rng.standard_normal((m, DIMENSIONS), np.float32))


DATA: dict[str, Callable[[int, np.random.Generator], NDArray[np.float32]]] = {
    "clusters": clusters,
    "low rank": low_rank,
    "noise": noise,
}


def _little_noise(rows: NDArray[np.float32], rng: np.random.Generator) -> NDArray[np.float32]:
    rows += 0.5 * rng.standard_normal(rows.shape, np.float32)
    return rows


def _planted(
    n: int, rng: np.random.Generator, make: Callable[[int], NDArray[np.float32]]
) -> NDArray[np.float32]:
    """n rows in random order, the last 2 % of them near copies (cosine about .97) of others."""
    rows = np.empty((n, DIMENSIONS), np.float32)
    originals = n - round(PLANTED * n)
    for start in range(0, originals, 50_000):
        stop = min(start + 50_000, originals)
        rows[start:stop] = make(stop - start)
    sources = rows[rng.choice(originals, n - originals, replace=False)]
    scale = 0.25 * np.linalg.norm(sources, axis=1, keepdims=True) / np.sqrt(DIMENSIONS)
    rows[originals:] = sources + scale * rng.standard_normal(sources.shape, np.float32)
    rng.shuffle(rows)
    return rows


def exact(vectors: Vectors, rows: NDArray[np.int64]) -> Truth:
    """The K nearest of some rows among all."""
    asked = units(vectors[rows])
    names, cosine = np.empty((len(rows), 0), np.int64), np.empty((len(rows), 0), np.float32)
    for start in range(0, len(vectors), 20_000):
        here = np.arange(start, min(start + 20_000, len(vectors)))
        product = asked @ units(vectors[here]).T
        product[rows[:, None] == here] = -np.inf
        names = np.hstack([names, np.broadcast_to(here, product.shape)])
        cosine = np.hstack([cosine, product])
        top = np.argpartition(-cosine, K, axis=1)[:, :K]
        names, cosine = (np.take_along_axis(each, top, axis=1) for each in (names, cosine))
    order = np.argsort(-cosine, axis=1, kind="stable")
    return Truth(
        rows=rows,
        nearest=np.take_along_axis(names, order, axis=1),
        cosine=np.take_along_axis(cosine, order, axis=1),
    )


def tested(vectors: Vectors, rng: np.random.Generator) -> Truth:
    """The truth of random rows."""
    count = TESTED if len(vectors) < LARGE else TESTED // 2
    return exact(vectors, rng.choice(len(vectors), count, replace=False))


def units(rows: NDArray[Any]) -> NDArray[np.float32]:
    """The rows as float32 of length one."""
    out = rows.astype(np.float32)
    out /= np.maximum(np.linalg.norm(out, axis=1, keepdims=True), 1e-12)
    return out


def blocks(n: int, each: int = 8_192) -> Iterator[slice]:
    """Slices that cover n rows."""
    for start in range(0, n, each):
        yield slice(start, min(start + each, n))


# The searches: vectors, truth (faiss chooses its lists with it, outside the clock) and the clock.


def ours(vectors: Vectors, truth: Truth, clock: Clock) -> Found:
    """The index of this project, which measures itself."""
    from auditor.similar.neighbours import neighbours

    found = neighbours(vectors, K)
    return found.rows, found.similarity


def ivf(vectors: Vectors, truth: Truth, clock: Clock) -> Found:
    """faiss, IndexIVFFlat over the whole vectors."""
    import faiss

    return _ivf(vectors, truth, clock, faiss.ScalarQuantizer.QT_fp16, None)


def ivf_full(vectors: Vectors, truth: Truth, clock: Clock) -> Found:
    """The same with the vectors as float32."""
    return _ivf(vectors, truth, clock, None, None)


def ivf_pca(vectors: Vectors, truth: Truth, clock: Clock) -> Found:
    """faiss, IndexIVFFlat over 64 principal components; the cosines of the 32 nearest by the whole vectors."""
    import faiss

    first = units(vectors[_sample(len(vectors), 10_000)])
    reduce = faiss.PCAMatrix(DIMENSIONS, 64)
    reduce.train(first)
    return _verified(vectors, _ivf(vectors, truth, clock, None, reduce, 2 * K)[0])


def _ivf(vectors: Vectors, truth: Truth, clock: Clock, kind: int | None, reduce: Any, k: int = K) -> Found:
    """Train, add all rows, choose the lists, search for all rows."""
    import faiss

    n, d = len(vectors), DIMENSIONS if reduce is None else 64
    lists = int(LISTS * np.sqrt(n))

    def read(rows: Any) -> NDArray[np.float32]:
        own = units(vectors[rows])
        return own if reduce is None else reduce.apply(own)

    coarse = faiss.IndexFlatIP(d)
    index = (faiss.IndexIVFFlat(coarse, d, lists, faiss.METRIC_INNER_PRODUCT) if kind is None else
             faiss.IndexIVFScalarQuantizer(coarse, d, lists, kind, faiss.METRIC_INNER_PRODUCT, False))  # fmt: skip
    index.cp.niter, index.cp.max_points_per_centroid = ROUNDS, LEARNED
    index.train(read(_sample(n, LEARNED * lists)))
    for block in blocks(n):
        index.add(read(block))
    clock.stop()
    index.nprobe = _probes(index, read, truth, n, k)
    clock.go()
    rows, cosine = np.empty((n, k), np.int64), np.empty((n, k), np.float32)
    for block in blocks(n):
        near, name = index.search(read(block), k + 1)
        itself = name == np.arange(block.start, block.stop)[:, None]
        itself[~itself.any(axis=1), -1] = True
        rows[block], cosine[block] = name[~itself].reshape(-1, k), near[~itself].reshape(-1, k)
    return rows, cosine


LISTS, ROUNDS, LEARNED = 2.0, 5, 39
"""Of faiss: lists as a multiple of the root of the rows, rounds of k-means, rows per list that it sees. Tried
at 200,000 rows: 1, 2 and 4 times the root; 4, 5, 8 rounds; 39 and 64 rows; these took the least."""


def _probes(index: Any, read: Callable[[Any], NDArray[np.float32]], truth: Truth, n: int, k: int) -> int:
    """The fewest lists with which enough of the close pairs are found."""
    both = np.union1d(truth.rows, truth.nearest[truth.cosine >= CLOSE])
    for count in PROBES:
        index.nprobe = count
        found = np.full((n, k + 1), -1, np.int64)
        found[both] = index.search(read(both), k + 1)[1]
        if truth.recall(found) >= (ENOUGH if n < LARGE else ENOUGH_LARGE) + 0.001:
            print("nprobe", count, file=sys.stderr)
            return count
    return PROBES[-1]


def _verified(vectors: Vectors, near: NDArray[np.int64]) -> Found:
    """The K nearest among candidates by the whole vectors."""
    rows, cosine = np.empty((len(near), K), np.int64), np.empty((len(near), K), np.float32)
    for block in blocks(len(near), 512):
        names = np.sort(near[block], axis=1)
        own, others = units(vectors[block]), units(vectors[names.ravel()].reshape(-1, DIMENSIONS))
        exactly = np.matmul(others.reshape(*names.shape, -1), own[:, :, None])[:, :, 0]
        exactly[names < 0] = -np.inf
        order = np.argsort(-exactly, axis=1, kind="stable")[:, :K]
        rows[block], cosine[block] = (np.take_along_axis(each, order, axis=1) for each in (names, exactly))
    return rows, cosine


def brute(vectors: Vectors, truth: Truth, clock: Clock) -> Found:
    """scikit-learn, all with all: what Datalab searches with."""
    from sklearn.neighbors import NearestNeighbors

    rows = vectors.astype(np.float32)
    search = NearestNeighbors(n_neighbors=K + 1, metric="cosine", algorithm="brute").fit(rows)
    distance, at = search.kneighbors(rows)
    return at[:, 1:], (1 - distance[:, 1:]).astype(np.float32)


def datalab(vectors: Vectors, truth: Truth, clock: Clock) -> Found:
    """Datalab's near-duplicate search."""
    from cleanlab import Datalab

    rows = vectors.astype(np.float32)
    lab = Datalab(data={"row": list(range(len(rows)))}, verbosity=0)
    lab.find_issues(features=rows, issue_types={"near_duplicate": {"k": K}})
    graph = lab.get_info("statistics")["weighted_knn_graph"]
    return graph.indices.reshape(len(rows), -1)[:, :K], 1 - graph.data.reshape(len(rows), -1)[:, :K]


def _sample(n: int, most: int) -> NDArray[np.int64]:
    """Rows to learn from, in order."""
    return np.sort(np.random.default_rng(0).permutation(n)[:most])


TOOLS: dict[str, tuple[Callable[[Vectors, Truth, Clock], Found], str]] = {
    "auditor": (ours, "auditor"),
    "faiss IVF float32": (ivf_full, "faiss"),
    "faiss IVF float16": (ivf, "faiss"),
    "faiss IVF PCA 64": (ivf_pca, "faiss"),
    "scikit-learn": (brute, "sklearn"),
    "Datalab": (datalab, "datasets"),
}
"""Name -> search, and the module that tells whether it is there."""
ALL_WITH_ALL = ("scikit-learn", "Datalab")


# One search in this process.


class Peak(threading.Thread):
    """The most private memory that this process holds, in MB, asked every 20 ms (Linux)."""

    def __init__(self) -> None:
        super().__init__(daemon=True)
        self.start_at, self.most = _private(), 0.0

    def run(self) -> None:
        """Ask until the process ends."""
        while True:
            self.most = max(self.most, _private() - self.start_at)
            time.sleep(0.02)


def _private() -> float:
    try:
        said = Path("/proc/self/status").read_text()
    except OSError:
        return float("nan")
    return float(said.split("RssAnon:")[1].split()[0]) / 1e3


def search(tool: str, folder: Path) -> None:
    """Run a tool on the vectors of a folder and write what it found and took."""
    vectors = np.load(folder / "vectors.npy", mmap_mode="r")
    with np.load(folder / "truth.npz") as said:
        truth = Truth(**said)
    find = TOOLS[tool][0]
    if tool in ("auditor", *ALL_WITH_ALL):
        find(vectors[:200], truth, Clock())
    else:
        import faiss

        faiss.omp_set_num_threads(1)
    peak = Peak()
    peak.start()
    clock = Clock()
    rows, _ = find(vectors, truth, clock)
    clock.stop()
    most = peak.most
    np.savez(folder / "found.npz", cpu=clock.seconds, private=most, recall=truth.recall(rows),
             ten=truth.all_nearest(rows))  # fmt: skip


# All of them.


def in_turns(folder: Path, tools: Sequence[str], rounds: int) -> dict[str, dict[str, float]]:
    """The medians of what each tool took and found."""
    told: dict[str, list[dict[str, float]]] = {tool: [] for tool in tools}
    for _ in range(rounds):
        for tool in tools:
            cost = cost_of([sys.executable, __file__, "--search", tool, str(folder)])
            with np.load(folder / "found.npz") as found:
                told[tool].append({**{k: float(found[k]) for k in found.files}, "rss": cost.megabytes})
    return {
        tool: {key: statistics.median(run[key] for run in runs) for key in runs[0]}
        for tool, runs in told.items()
    }


def case(kind: str, n: int, tools: Sequence[str], rounds: int) -> dict[str, dict[str, float]]:
    """Make the vectors, run every tool that serves so many, print a row of each."""
    rng = np.random.default_rng(n)
    serving = [tool for tool in tools if n <= BRUTE or tool not in ALL_WITH_ALL]
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        np.save(folder / "vectors.npy", DATA[kind](n, rng).astype(np.float16))
        truth = tested(np.load(folder / "vectors.npy", mmap_mode="r"), rng)
        np.savez(folder / "truth.npz", rows=truth.rows, nearest=truth.nearest, cosine=truth.cosine)
        told = in_turns(folder, serving, rounds if n < LARGE else 1)
    for tool, run in told.items():
        ratio = run["cpu"] / told[serving[0]]["cpu"]
        print(f"| {kind} | {n:,} | {tool} | {run['recall']:.3f} | {run['ten']:.3f} | {run['cpu']:.1f} | "
              f"{ratio:.2f}x | {run['private']:.0f} | {run['rss']:.0f} |", flush=True)  # fmt: skip
    return told


def main() -> int:
    """Print the table; 1 where ours misses a bar."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--large", action="store_true", help="a million rows too")
    parser.add_argument("--only", default="", help="data whose name holds this")
    parser.add_argument("--tools", default=",".join(TOOLS))
    parser.add_argument("--sizes", default=",".join(map(str, SIZES)))
    asked = parser.parse_args()
    sizes = [int(n) for n in asked.sizes.split(",")] + [LARGE] * asked.large
    _one_thread()
    tools = [tool for tool in asked.tools.split(",") if importlib.util.find_spec(TOOLS[tool][1])]
    print("| data | rows | search | recall >= .95 | of the ten nearest | CPU s | against the first | "
          "private MB | peak MB |\n|---|---|---|---|---|---|---|---|---|")  # fmt: skip
    told = {(kind, n): case(kind, n, tools, asked.rounds)
            for kind in DATA if asked.only in kind for n in sizes}  # fmt: skip
    bars = list(missed({key: runs["auditor"] for key, runs in told.items() if "auditor" in runs}))
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


def missed(runs: dict[tuple[str, int], dict[str, float]]) -> Iterator[str]:
    """The bars that ours misses."""
    for (kind, n), run in runs.items():
        enough = ENOUGH if n < LARGE else ENOUGH_LARGE
        if run["recall"] < enough:
            yield f"{kind}, {n:,}: recall {run['recall']:.3f}"
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
    if sys.argv[1:2] == ["--search"]:
        search(sys.argv[2], Path(sys.argv[3]))
        sys.exit(0)
    sys.exit(main())
