"""One search for near-duplicates, in a process of its own: ours, or a peer.

    python benchmarks/duplicates_tools.py TOOL CASE OUT [--wide] [--warm]

CASE is a folder with `case.json` and `content.parquet` (string columns) or `vectors.npy`. Written to
OUT (.npz): `first`, `second`, `similarity` of the pairs of rows found, and `cpu`, the seconds that the
search alone took. `--wide` finds pairs far under the default threshold; `--warm` searches a few rows
first, so that imports do not count.
"""

from __future__ import annotations

import importlib.util
import json
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

WIDE = 0.1
"""The lowest similarity that a wide search is asked for."""
WIDE_JACCARD = 0.3
"""Likewise of datasketch, whose candidates are nearly all pairs below it."""
NEAREST = 20
FEATURES = 256
"""Dimensions of the vectors that Datalab is given for texts."""
Found = tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float64]]


@dataclass(frozen=True, kw_only=True)
class Given:
    """What a tool gets: rows, nothing of the truth."""

    kind: str
    """texts, records or vectors."""
    korean: bool
    table: pa.Table | None = None
    vectors: NDArray[np.float32] | None = None

    def beginning(self, rows: int) -> Given:
        """The first rows."""
        return Given(
            kind=self.kind,
            korean=self.korean,
            table=None if self.table is None else self.table.slice(0, rows),
            vectors=None if self.vectors is None else self.vectors[:rows],
        )

    def texts(self) -> list[str]:
        """One text per row: its cells, joined by blanks."""
        assert self.table is not None
        return [" ".join(cell for cell in row.values() if cell) for row in self.table.to_pylist()]


@dataclass(frozen=True, kw_only=True)
class Tool:
    """A search, the package it needs, and what its own threshold is."""

    search: Callable[[Given, bool], Found]
    package: str
    """The module that tells whether it is there."""
    install: str
    """What to ask pip for."""
    kinds: tuple[str, ...] = ("texts", "records", "vectors")
    default: float = 0.0
    """Similarity from which the pairs of the default run count; 0 where the search knows itself."""
    twice: bool = True
    """Whether a wide search is another run."""


def ours(given: Given, wide: bool) -> Found:
    """The whole way of the tool: evened out, equal rows first, then the search among distinct contents."""
    if given.kind == "vectors":
        from auditor.similar.near_vectors import near_vectors

        return _pairs(near_vectors(given.vectors, **_asked(wide)))
    from auditor.data import Content
    from auditor.similar.near_records import near_records
    from auditor.similar.near_texts import near_texts
    from auditor.similar.normal import has_content, joined, normal_columns

    assert given.table is not None
    columns = normal_columns(
        Content(kind="text" if given.kind == "texts" else "columns", columns=given.table)
    )
    whole = joined(columns)
    rows = np.flatnonzero(has_content(whole))
    codes = whole.dictionary_encode().indices.to_numpy()[rows]
    _, first, of = np.unique(codes, return_index=True, return_inverse=True)
    distinct = [column.take(pa.array(rows[first])) for column in columns]
    if given.kind == "texts":
        found = near_texts(distinct, **_asked(wide))
    else:
        found = near_records(pa.table(distinct, names=given.table.column_names), **_asked(wide))
    return _of_rows(_pairs(found), rows, of, len(first))


def _asked(wide: bool) -> dict[str, float]:
    return {"threshold": WIDE} if wide else {}


def _pairs(search: Any) -> Found:
    pairs = search.pairs
    return pairs.first, pairs.second, pairs.similarity


def _of_rows(found: Found, rows: NDArray[np.int64], of: NDArray[np.int64], contents: int) -> Found:
    """Pairs of contents as pairs of rows, and the pairs of rows with one content (similarity 1)."""
    order = np.argsort(of, kind="stable")
    members = np.split(rows[order], np.flatnonzero(np.diff(of[order])) + 1)
    out = [(a, b, s) for x, y, s in zip(*found, strict=True) for a in members[x] for b in members[y]]
    several = [group for group in members if len(group) > 1]
    out += [(a, b, 1.0) for group in several for at, a in enumerate(group) for b in group[at + 1 :]]
    return _found(out)


def _found(pairs: list[tuple[int, int, float]]) -> Found:
    """Each pair once, the smaller row first."""
    best: dict[tuple[int, int], float] = {}
    for a, b, similarity in pairs:
        key = (min(int(a), int(b)), max(int(a), int(b)))
        best[key] = max(best.get(key, 0.0), float(similarity))
    keys = np.array(list(best), np.int64).reshape(-1, 2)
    return keys[:, 0], keys[:, 1], np.array(list(best.values()), np.float64)


def _tfidf(given: Given) -> Any:
    from sklearn.feature_extraction.text import TfidfVectorizer

    grams = TfidfVectorizer(
        analyzer="char_wb", ngram_range=(1, 3) if given.korean else (2, 4), min_df=2, sublinear_tf=True
    )
    return grams.fit_transform(given.texts())


def cosine(given: Given, wide: bool) -> Found:
    """Cosine of character TF-IDF (vectors as they are), the 20 nearest of each row, by brute force."""
    from sklearn.neighbors import NearestNeighbors

    vectors = given.vectors if given.kind == "vectors" else _tfidf(given)
    nearest = min(NEAREST + 1, vectors.shape[0])
    search = NearestNeighbors(n_neighbors=nearest, metric="cosine", algorithm="brute").fit(vectors)
    distance, at = search.kneighbors(vectors)
    rows = np.repeat(np.arange(len(at)), nearest)
    others, similarity = at.ravel(), 1 - distance.ravel()
    there = (rows != others) & (similarity >= WIDE)
    return _once(rows[there], others[there], similarity[there])


def _once(rows: NDArray[Any], others: NDArray[Any], similarity: NDArray[Any]) -> Found:
    """Each pair once, without a Python object per pair."""
    n = int(max(rows.max(initial=0), others.max(initial=0))) + 1
    codes = np.minimum(rows, others).astype(np.int64) * n + np.maximum(rows, others)
    kept, at = np.unique(codes, return_index=True)
    return kept // n, kept % n, similarity[at].astype(np.float64)


def datalab(given: Given, wide: bool) -> Found:
    """Datalab's near-duplicate issues; texts as TF-IDF and SVD. Wide: all pairs of its graph."""
    from cleanlab import Datalab

    vectors = given.vectors
    if given.kind != "vectors":
        from sklearn.decomposition import TruncatedSVD

        grams = _tfidf(given)
        size = min(FEATURES, min(grams.shape) - 1)
        vectors = TruncatedSVD(size, random_state=0).fit_transform(grams)
    assert vectors is not None
    lab = Datalab(data={"row": list(range(len(vectors)))}, verbosity=0)
    lab.find_issues(features=vectors, issue_types={"near_duplicate": {}})
    if not wide:
        sets = lab.get_issues("near_duplicate")["near_duplicate_sets"]
        return _found([(row, other, 1.0) for row, others in enumerate(sets) for other in others])
    graph = lab.get_info("statistics")["weighted_knn_graph"].tocoo()
    return _once(graph.row, graph.col, 1 - graph.data)


def datasketch(given: Given, wide: bool) -> Found:
    """MinHash-LSH over character 3-grams, candidates verified by their Jaccard similarity."""
    from datasketch import MinHash, MinHashLSH

    threshold = WIDE_JACCARD if wide else TOOLS["datasketch"].default
    lsh = MinHashLSH(threshold=threshold, num_perm=128)
    texts = [text.lower() for text in given.texts()]
    grams = [frozenset(text[at : at + 3] for at in range(max(len(text) - 2, 1))) for text in texts]
    out = []
    for row, own in enumerate(grams):
        sketch = MinHash(num_perm=128)
        sketch.update_batch([gram.encode() for gram in own])
        for other in lsh.query(sketch):
            similarity = len(own & grams[other]) / len(own | grams[other])
            if similarity >= threshold:
                out.append((row, other, similarity))
        lsh.insert(row, sketch)
    return _found(out)


TOOLS = {
    "auditor": Tool(search=ours, package="auditor", install="."),
    "Datalab": Tool(search=datalab, package="datasets", install="cleanlab[datalab]"),
    "datasketch": Tool(
        search=datasketch,
        package="datasketch",
        install="datasketch",
        kinds=("texts", "records"),
        default=0.5,
    ),
    "cosine": Tool(search=cosine, package="sklearn", install="scikit-learn", default=0.8, twice=False),
}
"""Name -> search. Datalab needs `cleanlab[datalab]`, which brings `datasets`. datasketch's threshold is that
of the example in its documentation; its signature says .9, which finds less. A plain cosine has no
threshold of its own: .8 is a usual choice."""


def is_there(tool: str) -> bool:
    """Whether what a tool needs is installed."""
    return importlib.util.find_spec(TOOLS[tool].package) is not None


def main() -> None:
    """Search, and write what was found."""
    tool, folder, out = sys.argv[1:4]
    said = json.loads((Path(folder) / "case.json").read_text(encoding="utf-8"))
    vectors, table = Path(folder) / "vectors.npy", Path(folder) / "content.parquet"
    given = Given(
        kind=said["kind"],
        korean=said["korean"],
        table=pq.read_table(table) if table.exists() else None,
        vectors=np.load(vectors, mmap_mode="r") if vectors.exists() else None,
    )
    wide = "--wide" in sys.argv
    if "--warm" in sys.argv:
        TOOLS[tool].search(given.beginning(200), wide)
    started = time.process_time()
    first, second, similarity = TOOLS[tool].search(given, wide)
    cpu = time.process_time() - started
    np.savez(out, first=first, second=second, similarity=similarity, cpu=cpu)


if __name__ == "__main__":
    main()
