"""The most similar rows beside scikit-learn's: how often their labels are the row's own, and CPU time.

    python benchmarks/alike.py [--asked 1000] [--only NAME] [--growth]

The peer is what one would write: `TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 4))` for texts, and
the same with words, which serve long ones better; `StandardScaler` for numbers; and
`NearestNeighbors(algorithm="brute")`. All are asked for three rows of other content for the same rows, drawn
at random, with one thread, and are given the normalised content; imports are not counted. `majority`: share
of rows whose label is the one that most of the three have (of three labels the first). `agree`: share of the
three with the row's label. The row's label is the one that people hold for true where they named one, else
the given; those of the three are the given ones, as the page shows them.
`found`: share of the three that a search through all pieces of all texts finds too. `--growth`:
3,000 and 100,000 short texts made of halves of those of nsmc. Prints Markdown.
"""

from __future__ import annotations

import argparse
import csv
import os
import time
from collections.abc import Callable

os.environ["OMP_NUM_THREADS"] = os.environ["OPENBLAS_NUM_THREADS"] = "1"

import numpy as np
import pandas as pd
import pyarrow as pa
from numpy.typing import NDArray
from packs import SHARED
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.neighbors import NearestNeighbors
from sklearn.preprocessing import StandardScaler

from auditor.arrow import label_texts
from auditor.data import Dataset
from auditor.read.choice import InputChoice
from auditor.read.dataset import read_inputs
from auditor.similar import alike_texts
from auditor.similar.alike import most_similar
from auditor.similar.content import ContentIndex

PACKS = ("nsmc", "korean_hate", "banking77", "klue_nli", "music_genre", "20news", "imdb")
K = 3
Rows = NDArray[np.int64]
Labels = NDArray[np.str_]


def dataset_of(name: str) -> Dataset:
    """A pack's dataset, as the tool reads it."""
    path = next((SHARED / name).glob("dataset.*"))
    return read_inputs(path, (), InputChoice()).dataset


def labels_of(name: str, dataset: Dataset) -> tuple[Labels, Labels]:
    """(n,) given labels, and (n,) labels that people hold for true where they judged."""
    given = np.array(label_texts(dataset.labels).to_pylist())
    true, truth = given.astype(object), SHARED / name / "truth.csv"
    if truth.exists():
        place = {item: at for at, item in enumerate(dataset.ids.to_pylist())}
        with truth.open(encoding="utf-8", newline="") as stream:
            for row in csv.DictReader(stream):
                said = row.get("true_label") or row.get("corrected_label")
                if said and row["id"] in place:
                    true[place[row["id"]]] = said
    return given, true.astype(str)


def theirs(index: ContentIndex, rows: Rows, analyzer: str, ngrams: tuple[int, int]) -> Rows:
    """The nearest rows of other content by the peer's search."""
    first = np.sort(np.unique(index.codes, return_index=True)[1])
    if index.dataset.content.kind == "text" or not _numeric(index):
        texts = np.array(index.texts.to_pylist(), object)
        vectors = TfidfVectorizer(analyzer=analyzer, ngram_range=ngrams)
        space, asked = vectors.fit_transform(texts[first]), vectors.transform(texts[rows])
        search = NearestNeighbors(metric="cosine", algorithm="brute")
    else:
        cells = np.stack([column.cast(pa.float64()).to_numpy() for column in index.columns], axis=1)
        scaled = StandardScaler().fit_transform(cells)
        space, asked = scaled[first], scaled[rows]
        search = NearestNeighbors(algorithm="brute")
    near = first[search.fit(space).kneighbors(asked, K + 1, return_distance=False)]
    keep = index.codes[near] != index.codes[rows][:, None]
    order = np.argsort(~keep, axis=1, kind="stable")[:, :K]
    return np.take_along_axis(near, order, axis=1)


def _numeric(index: ContentIndex) -> bool:
    try:
        index.columns[0].cast(pa.float64())
    except pa.ArrowInvalid:
        return False
    return True


def agreeing(near: Rows, rows: Rows, given: Labels, true: Labels) -> tuple[float, float]:
    """Shares of rows whose label most of their three have, and of the three that have it."""
    labels = np.where(near >= 0, given[near], "")
    majority = np.where(labels[:, 1] == labels[:, 2], labels[:, 1], labels[:, 0])
    return float((majority == true[rows]).mean()), float((labels == true[rows][:, None]).mean())


def timed(search: Callable[[], Rows]) -> tuple[Rows, float]:
    """What a search finds, and its CPU seconds."""
    start = time.process_time()
    found = search()
    return found, time.process_time() - start


def recall(index: ContentIndex, rows: Rows) -> float:
    """Share of what an unbounded search finds that ours finds, of up to 200 of the rows."""
    rows = rows[:200]
    ours = most_similar(index, rows, K).rows
    bounds = alike_texts.LOOKED_UP, alike_texts.PROMISING
    alike_texts.LOOKED_UP, alike_texts.PROMISING = 1 << 40, 1 << 30
    try:
        everything = most_similar(index, rows, K).rows
    finally:
        alike_texts.LOOKED_UP, alike_texts.PROMISING = bounds
    met = [len(np.intersect1d(a[a >= 0], b)) for a, b in zip(everything, ours, strict=True)]
    return sum(met) / max(int((everything >= 0).sum()), 1)


def show(name: str, dataset: Dataset, given: Labels, true: Labels, count: int) -> None:
    """A row per search."""
    index = ContentIndex(dataset)
    rng = np.random.default_rng(0)
    rows = np.sort(
        rng.choice(np.flatnonzero(index.filled), min(count, int(index.filled.sum())), replace=False)
    )
    most_similar(index, rows[:2], K)  # imports
    searches: dict[str, Callable[[], Rows]] = {
        "auditor": lambda: most_similar(index, rows, K).rows,
        "scikit-learn": lambda: theirs(index, rows, "char_wb", (2, 4)),
        "scikit-learn, words": lambda: theirs(index, rows, "word", (1, 1)),
        "random": lambda: rng.integers(0, len(dataset), (len(rows), K)),
    }
    if _numeric(index):
        del searches["scikit-learn, words"]
    for tool, search in searches.items():
        near, cpu = timed(search)
        majority, agree = agreeing(near, rows, given, true)
        text = tool == "auditor" and dataset.content.kind == "text"
        found = f"{recall(index, rows):.3f}" if text else ""
        print(f"| {name} | {len(dataset):,} | {tool} | {majority:.3f} | {agree:.3f} | {found} | {cpu:.2f} |",
              flush=True)  # fmt: skip


def halves(n: int) -> Dataset:
    """n texts, each the first half of one review and the second half of another."""
    words = [text.split() for text in dataset_of("nsmc").content.columns[0].to_pylist()]
    rng = np.random.default_rng(n)
    pairs = rng.integers(0, len(words), (n, 2)).tolist()
    texts = [" ".join(words[a][: len(words[a]) // 2 + 1] + words[b][len(words[b]) // 2 :]) for a, b in pairs]
    frame = pd.DataFrame({"text": texts, "label": ["ab"[at % 2] for at in range(n)]})
    return read_inputs(frame, (), InputChoice()).dataset


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--asked", type=int, default=1_000)
    parser.add_argument("--only", default="", help="packs whose name holds this")
    parser.add_argument("--growth", action="store_true")
    asked = parser.parse_args()
    print("| data | rows | search | majority | agree | found | CPU s |\n|---|---|---|---|---|---|---|")
    for name in PACKS:
        if asked.only in name:
            dataset = dataset_of(name)
            show(name, dataset, *labels_of(name, dataset), asked.asked)
    for n in (3_000, 100_000) if asked.growth else ():
        dataset = halves(n)
        labels = np.array(label_texts(dataset.labels).to_pylist())
        show("halves", dataset, labels, labels, asked.asked)


if __name__ == "__main__":
    main()
