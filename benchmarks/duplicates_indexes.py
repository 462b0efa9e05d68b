"""One search for the nearest vectors, in a process of its own: ours, faiss, brute force.

    python benchmarks/duplicates_indexes.py TOOL FOLDER

FOLDER holds `vectors.npy` (n, 384) and `truth.npz`; written to it: `found.npz` with the CPU seconds of
the search alone, the most private memory, and what it found of the truth.
"""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

K = 16
CLOSE = 0.95
ENOUGH, ENOUGH_LARGE = 0.99, 0.98
"""Recall of close pairs below a million rows, and at a million."""
LARGE = 1_000_000
PROBES = (1, 2, 3, 4, 6, 8, 12, 16, 24, 32, 48, 64, 96, 128, 192, 256)
DIMENSIONS = 384
Found = tuple[NDArray[np.int64], NDArray[np.float32]]
Vectors = NDArray[np.floating[Any]]


class Clock:
    """CPU seconds of this process, that can be stopped."""

    def __init__(self) -> None:
        self.seconds, self.since = 0.0, time.process_time()
        self.said = float("nan")
        """The recall that the search gives itself."""

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
    planted: NDArray[np.int64]
    """(p, 2) rows of the planted pairs at .95 and more."""

    def planted_found(self, found: NDArray[np.int64]) -> float:
        """Share of the planted pairs that stand in the list of either of their rows."""
        return float(_listed(found, self.planted[:, 0], self.planted[:, 1]).mean())

    def recall(self, found: NDArray[np.int64], least: float = CLOSE) -> float:
        """Share of the pairs at or above a cosine that stand in the list of either of their rows."""
        one, at = np.nonzero(self.cosine >= least)
        return float(_listed(found, self.rows[one], self.nearest[one, at]).mean())

    def all_nearest(self, found: NDArray[np.int64]) -> float:
        """Share of the ten nearest, however far, that stand in the row's own list."""
        wanted = self.nearest[:, :10, None]
        return float((found[self.rows][:, None] == wanted).any(axis=2).mean())


def _listed(found: NDArray[np.int64], a: NDArray[np.int64], b: NDArray[np.int64]) -> NDArray[np.bool_]:
    """(p,) whether a stands in the list of b or b in that of a."""
    out: NDArray[np.bool_] = (found[a] == b[:, None]).any(axis=1) | (found[b] == a[:, None]).any(axis=1)
    return out


def cosine_of(vectors: Vectors, pairs: NDArray[np.int64]) -> NDArray[np.float64]:
    """(p,) the cosines of pairs of rows in float64."""
    out = np.empty(len(pairs))
    for block in blocks(len(pairs)):
        a, b = (vectors[pairs[block, side]].astype(np.float64) for side in (0, 1))
        length = np.linalg.norm(a, axis=1) * np.linalg.norm(b, axis=1)
        out[block] = np.einsum("ij,ij->i", a, b) / np.maximum(length, 1e-300)
    return out


def precision(vectors: Vectors, rows: NDArray[np.int64], cosine: NDArray[np.float32]) -> float:
    """Of the listed pairs that a search calls close, those that are; float32 rounds by 1e-6."""
    one, at = np.nonzero((rows >= 0) & (cosine >= CLOSE))
    found = cosine_of(vectors, np.stack([one, rows[one, at]], axis=1))
    return float((found >= CLOSE - 1e-5).mean()) if len(found) else 1.0


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
    """The index of this project, which measures itself, and the pairs made of it."""
    from auditor.similar.near_vectors import near_vectors
    from auditor.similar.neighbours import neighbours

    found = neighbours(vectors, K)
    near_vectors(vectors, CLOSE, found=found)
    clock.said = float("nan") if found.recall is None else found.recall
    return found.rows, found.similarity


def ivf(vectors: Vectors, truth: Truth, clock: Clock) -> Found:
    """faiss, an inverted file of the whole vectors in float16 (float32 took longer at 50,000)."""
    return _ivf(vectors, truth, clock, None)


def ivf_in_our_place(vectors: Vectors, truth: Truth, clock: Clock) -> Found:
    """The same, and what our tool asks of any: which vectors are equal, and the truth of a sample."""
    from auditor.similar.directions import directions
    from auditor.similar.neighbours import SAMPLED, _exact_of

    found = directions(vectors)
    _exact_of(found, np.arange(min(SAMPLED, len(found))), K)
    return ivf(vectors, truth, clock)


def ivf_pca(vectors: Vectors, truth: Truth, clock: Clock) -> Found:
    """faiss, IndexIVFFlat over 64 principal components; of the 32 nearest the cosines of whole vectors."""
    import faiss

    first = units(vectors[_sample(len(vectors), 10_000)])
    reduce = faiss.PCAMatrix(DIMENSIONS, 64)
    reduce.train(first)
    return _verified(vectors, _ivf(vectors, truth, clock, reduce, 2 * K)[0])


def _ivf(vectors: Vectors, truth: Truth, clock: Clock, reduce: Any, k: int = K) -> Found:
    """Train, add all rows, choose the lists, search for all rows."""
    import faiss

    n, d = len(vectors), DIMENSIONS if reduce is None else 64
    lists = int(LISTS * np.sqrt(n))

    def read(rows: Any) -> NDArray[np.float32]:
        own = units(vectors[rows])
        return own if reduce is None else reduce.apply(own)

    coarse = faiss.IndexFlatIP(d)
    if reduce is None:
        half = faiss.ScalarQuantizer.QT_fp16
        index = faiss.IndexIVFScalarQuantizer(coarse, d, lists, half, faiss.METRIC_INNER_PRODUCT, False)
    else:
        index = faiss.IndexIVFFlat(coarse, d, lists, faiss.METRIC_INNER_PRODUCT)
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
"""Of faiss: lists as a multiple of the root of the rows, rounds of k-means, rows per list that it sees.
Of four settings tried on clusters of 200,000 rows (1, 5, 39; 2, 5, 39; 2, 8, 64; 4, 4, 39) this took the
least with one list looked into; with two, the last was 3 % cheaper."""


def _probes(index: Any, read: Callable[[Any], NDArray[np.float32]], truth: Truth, n: int, k: int) -> int:
    """The fewest lists with which enough of the close pairs are found."""
    both = np.union1d(truth.rows, truth.nearest[truth.cosine >= CLOSE])
    for count in PROBES:
        index.nprobe = count
        found = np.full((n, k + 1), -1, np.int64)
        found[both] = index.search(read(both), k + 1)[1]
        if truth.recall(found) >= (ENOUGH if n < LARGE else ENOUGH_LARGE) + 0.001:
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
    "faiss IVF": (ivf, "faiss"),
    "faiss IVF in our place": (ivf_in_our_place, "faiss"),
    "faiss IVF PCA 64": (ivf_pca, "faiss"),
    "scikit-learn": (brute, "sklearn"),
    "Datalab": (datalab, "datasets"),
}
"""Name -> search, and the module that tells whether it is there."""
ALL_WITH_ALL = {"scikit-learn": 12_500, "Datalab": 50_000}
"""What compares all with all, and the rows up to which it is run."""


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
    rows, cosine = find(vectors, truth, clock)
    clock.stop()
    most = peak.most
    np.savez(folder / "found.npz", cpu=clock.seconds, private=most, recall=truth.recall(rows),
             ten=truth.all_nearest(rows), planted=truth.planted_found(rows), said=clock.said,
             precision=precision(vectors, rows, cosine))  # fmt: skip


if __name__ == "__main__":
    search(sys.argv[1], Path(sys.argv[2]))
