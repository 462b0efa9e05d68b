"""The packs with known duplicates, each as rows for the tools and a truth that the tools never see."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
from duplicates_copies import CHANGES, near_copy
from numpy.typing import NDArray
from packs import SHARED

Codes = NDArray[np.int64]
Judge = Callable[[Codes, Codes], NDArray[np.bool_]]
PLANTED = 200
APART = 0.6
"""Planted copies have sources that no other row of the set is this similar to (TF-IDF cosine of
4-grams, Korean 2-grams)."""


@dataclass(frozen=True, kw_only=True)
class Case:
    """Rows, and which pairs of them are duplicates."""

    name: str
    kind: str
    korean: bool
    table: pa.Table | None = None
    vectors: NDArray[np.float32] | None = None
    truth: NDArray[np.int64]
    """(m, 2) row numbers, the smaller first."""
    judged: Judge = field(default=lambda first, second: np.ones(len(first), bool))
    """Which pairs the truth says anything of."""
    recall_only: bool = False
    """Whether other pairs may be duplicates too: nothing follows about precision."""
    parts: Mapping[str, NDArray[np.int64]] = field(default_factory=dict)
    """Name -> indices into `truth`."""

    def __len__(self) -> int:
        rows = self.table if self.vectors is None else self.vectors
        assert rows is not None
        return len(rows)

    def write(self, folder: Path) -> None:
        """What a tool is given."""
        said = {"kind": self.kind, "korean": self.korean}
        (folder / "case.json").write_text(json.dumps(said), encoding="utf-8")
        if self.table is not None:
            pq.write_table(self.table, folder / "content.parquet")
        else:
            np.save(folder / "vectors.npy", self.vectors)


def cases(wanted: str = "") -> Iterator[Case]:
    """Every case whose name holds a word, in the order of the tables; each is made when its turn comes."""
    makers: dict[str, Callable[[], Case]] = {
        name: partial(_records, name) for name in ("dup_restaurants", "dup_febrl1", "dup_febrl3")
    }
    makers["dup_parakqc"] = _paraphrases
    makers["dup_korean_questions"] = _questions
    makers |= {
        f"{name}, exact copies": partial(_exact, name, korean=name == "nsmc") for name in ("imdb", "nsmc")
    }
    sets = {"banking77": False, "imdb": False, "nsmc": True, "korean_hate": True}
    makers |= {f"{name}, planted": partial(planted, name, korean=korean) for name, korean in sets.items()}
    makers["dup_images"] = _images
    for name, make in makers.items():
        if wanted in name:
            yield make()


def read(pack: str) -> pd.DataFrame:
    """A pack's dataset, every cell a string."""
    path = next((SHARED / pack).glob("dataset.*"))
    if path.suffix == ".parquet":
        return pd.read_parquet(path).astype(str)
    return pd.read_csv(path, dtype=str, keep_default_na=False, encoding="utf-8")


def _columns(frame: pd.DataFrame, names: list[str]) -> pa.Table:
    return pa.table({name: pa.array(frame[name].tolist(), pa.string()) for name in names})


def _sorted(pairs: list[tuple[int, int]]) -> NDArray[np.int64]:
    return np.sort(np.array(pairs, np.int64).reshape(-1, 2), axis=1)


def _pairs_of_groups(groups: pd.Series, rows: pd.Series) -> NDArray[np.int64]:
    """All pairs of rows with the same group."""
    out = []
    for _, members in rows.groupby(groups):
        at = members.tolist()
        out += [(a, b) for i, a in enumerate(at) for b in at[i + 1 :]]
    return _sorted(out)


def _records(pack: str) -> Case:
    frame = read(pack)
    row_of = {item: row for row, item in enumerate(frame["id"])}
    truth = pd.read_csv(SHARED / pack / "truth_pairs.csv", dtype=str)
    pairs = [(row_of[a], row_of[b]) for a, b in zip(truth["id_a"], truth["id_b"], strict=True)]
    table = _columns(frame, [name for name in frame if name != "id"])
    return Case(name=pack, kind="records", korean=False, table=table, truth=_sorted(pairs))


def _paraphrases() -> Case:
    frame = read("dup_parakqc")
    groups = pd.read_csv(SHARED / "dup_parakqc" / "truth_groups.csv", dtype=str).set_index("id")["group"]
    truth = _pairs_of_groups(frame["id"].map(groups), pd.Series(range(len(frame))))
    return Case(name="dup_parakqc", kind="texts", korean=True, table=_columns(frame, ["text"]), truth=truth)


def _questions() -> Case:
    """Distinct sentences; only the pairs that a person judged count, and not those of one string."""
    pack = "dup_korean_questions"
    frame = read(pack).merge(pd.read_csv(SHARED / pack / "truth.csv", dtype=str), on="id")
    sentences = sorted({*frame["text_a"], *frame["text_b"]})
    row_of = {text: row for row, text in enumerate(sentences)}
    pairs = np.sort(np.stack([frame[name].map(row_of) for name in ("text_a", "text_b")], axis=1), axis=1)
    apart = pairs[:, 0] != pairs[:, 1]
    same = (frame["same"] == "1").to_numpy()
    judged = np.unique(pairs[apart] @ [len(sentences), 1])
    table = pa.table({"text": pa.array(sentences, pa.string())})
    return Case(
        name=pack,
        kind="texts",
        korean=True,
        table=table,
        truth=np.unique(pairs[apart & same], axis=0),
        judged=lambda first, second: np.isin(first * len(sentences) + second, judged),
    )


def _exact(pack: str, *, korean: bool) -> Case:
    frame = read(pack)
    rows = pd.read_csv(SHARED / pack / "truth_exact_duplicates.csv", dtype=str)
    row_of = {item: row for row, item in enumerate(frame["id"])}
    truth = _pairs_of_groups(rows["group"], rows["id"].map(row_of))
    return Case(
        name=f"{pack}, exact copies",
        kind="texts",
        korean=korean,
        table=_columns(frame, ["text"]),
        truth=truth,
        recall_only=True,
    )


def planted(pack: str, *, korean: bool, rows: int = 2_000) -> Case:
    """Rows of a pack and `PLANTED` near copies of some; pairs with a planted row count."""
    rng = np.random.default_rng(sum(map(ord, pack)))
    frame = read(pack)
    texts = frame["text"].drop_duplicates().sample(rows, random_state=5).tolist()
    sources = apart(texts, korean=korean, rng=rng)[:PLANTED]
    changes = [list(CHANGES)[at % len(CHANGES)] for at in range(len(sources))]
    copies = [near_copy(texts[at], change, rng) for at, change in zip(sources, changes, strict=True)]
    order = rng.permutation(rows + len(copies))
    place = np.argsort(order)
    everything = [[*texts, *copies][at] for at in order]
    truth = np.sort(np.stack([place[sources], place[rows : rows + len(copies)]], axis=1), axis=1)
    is_copy = order >= rows
    return Case(
        name=f"{pack}, planted",
        kind="texts",
        korean=korean,
        table=pa.table({"text": pa.array(everything, pa.string())}),
        truth=truth,
        judged=lambda first, second: is_copy[first] | is_copy[second],
        parts={change: np.flatnonzero(np.array(changes) == change) for change in CHANGES},
    )


def apart(texts: list[str], *, korean: bool, rng: np.random.Generator) -> NDArray[np.int64]:
    """Rows, in random order, that are long enough to be edited a little and like no other row."""
    from sklearn.feature_extraction.text import TfidfVectorizer

    length = 2 if korean else 4
    grams = TfidfVectorizer(analyzer="char_wb", ngram_range=(length, length), max_df=0.1).fit_transform(texts)
    alike = (grams @ grams.T).toarray()
    np.fill_diagonal(alike, 0)
    nearest = alike.max(axis=1)
    long = np.array([len(text) >= (15 if korean else 25) and text.count(" ") >= 3 for text in texts])
    return rng.permutation(np.flatnonzero(long & (nearest < APART)))


def _images() -> Case:
    """Grey pixels, each image less its mean and over its deviation; only pairs across the split count."""
    from PIL import Image

    frame = read("dup_images")
    with zipfile.ZipFile(SHARED / "dup_images" / "images.zip") as archive:
        grey = [Image.open(io.BytesIO(archive.read(name))).convert("L") for name in frame["image"]]
    pixels = np.stack([np.asarray(image, np.float32).ravel() for image in grey])
    pixels -= pixels.mean(axis=1, keepdims=True)
    pixels /= pixels.std(axis=1, keepdims=True) + 1e-6
    row_of = {item: row for row, item in enumerate(frame["id"])}
    truth = pd.read_csv(SHARED / "dup_images" / "truth_pairs.csv", dtype=str)
    pairs = [(row_of[a], row_of[b]) for a, b in zip(truth["id_a"], truth["id_b"], strict=True)]
    split = frame["split"].to_numpy()
    return Case(
        name="dup_images, grey pixels as vectors",
        kind="vectors",
        korean=False,
        vectors=pixels,
        truth=_sorted(pairs),
        judged=lambda first, second: split[first] != split[second],
    )
