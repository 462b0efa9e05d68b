"""Fresh rows in any number, with planted near copies: texts, records, vectors."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from functools import cache
from typing import TypeVar

import numpy as np
import pyarrow as pa
from duplicates_copies import EDITS, near_copy
from duplicates_packs import read
from numpy.typing import NDArray

COPIED = 0.02
"""Share of the rows that are near copies of another."""
PER_CLUSTER = 100
DIMENSIONS, INNER = 384, 48
"""Of the vectors, and of the space in which their clusters lie."""
Truth = NDArray[np.int64]
Row = TypeVar("Row")


def fresh_texts(n: int, rng: np.random.Generator) -> tuple[pa.Table, Truth]:
    """Half English (one to four sentences), half Korean (two to four: there are fewer to draw from), every
    sentence begun by one writer and ended by another at a word both used. 2 % are small edits of another
    text."""
    originals = n - round(COPIED * n)
    pools = [(_Pool(_english()), (1, 2, 3, 4)), (_Pool(_korean()), (2, 3, 4))]
    texts = []
    for at in range(originals):
        pool, lengths = pools[at % 2]
        texts.append(_text(pool, lengths[at // 2 % len(lengths)], rng))
    sources = rng.choice(originals, n - originals, replace=False)
    changes = list(EDITS)
    copies = [near_copy(texts[row], f"edit: {changes[at % len(changes)]}", rng)
              for at, row in enumerate(sources)]  # fmt: skip
    rows, truth = _shuffled([*texts, *copies], sources, rng)
    return pa.table({"text": pa.array(rows, pa.string())}), truth


def _shuffled(
    rows: list[Row], sources: NDArray[np.int64], rng: np.random.Generator
) -> tuple[list[Row], Truth]:
    """The rows in random order, and where the last ones, copies of the sources, have come to stand."""
    order = rng.permutation(len(rows))
    place = np.argsort(order)
    pairs = np.stack([place[sources], place[len(rows) - len(sources) :]], axis=1)
    return [rows[at] for at in order], np.sort(pairs, axis=1)


class _Pool:
    """Sentences as words, and where each word stands in them."""

    def __init__(self, sentences: Sequence[str]) -> None:
        self.sentences = [sentence.split() for sentence in sentences]
        self.places: dict[str, list[tuple[int, int]]] = defaultdict(list)
        for number, words in enumerate(self.sentences):
            for at, word in enumerate(words[1:-1], start=1):
                self.places[word].append((number, at))


def _text(pool: _Pool, sentences: int, rng: np.random.Generator) -> str:
    return " ".join(_sentence(pool, rng) for _ in range(sentences))


def _sentence(pool: _Pool, rng: np.random.Generator) -> str:
    """The beginning of one sentence and the end of another that share the word between them."""
    words = pool.sentences[rng.integers(len(pool.sentences))]
    at = int(rng.integers(1, len(words) - 1))
    there = pool.places[words[at]]
    other, place = there[rng.integers(len(there))]
    return " ".join([*words[:at], *pool.sentences[other][place:]])


@cache
def _english() -> list[str]:
    """Sentences of reviews, bank questions and news groups, without headers and quotes."""
    posts = [re.sub(r"(?m)^(>.*|\S+:.*|.*(wrote|writes):.*)$", "", text) for text in read("20news")["text"]]
    reviews = [text.replace("<br />", " ") for text in read("imdb")["text"]]
    return _sentences(
        [*reviews, *read("banking77")["text"], *posts], r"(?<=[.!?])\s+", least=5, letters="a-zA-Z"
    )


@cache
def _korean() -> list[str]:
    """Sentences of film reviews and comments on the news."""
    texts = [*read("nsmc")["text"], *read("korean_hate")["text"]]
    return _sentences(texts, r"(?<=[.!?~])\s+", least=3, letters="가-힣")


def _sentences(texts: Sequence[str], ends: str, *, least: int, letters: str) -> list[str]:
    parts = {" ".join(part.split()) for text in texts for part in re.split(ends, text)}
    wanted = re.compile(rf"[{letters}]")
    return sorted(part for part in parts
                  if least <= part.count(" ") + 1 <= 40 and len(part) < 300
                  and len(wanted.findall(part)) > len(part) / 2)  # fmt: skip


def fresh_records(n: int, rng: np.random.Generator) -> tuple[pa.Table, Truth]:
    """People as `people` makes them; 20 % are copies in which up to three cells have a slip, are missing or
    changed places."""
    originals = n - n // 5
    columns = people(originals, rng)
    persons = [list(cells) for cells in zip(*columns.values(), strict=True)]
    sources = rng.choice(originals, n - originals, replace=False)
    everyone, truth = _shuffled([*persons, *(_slipped(persons[at], rng) for at in sources)], sources, rng)
    cells = list(zip(*everyone, strict=True))
    return pa.table(dict(zip(columns, (pa.array(list(c), pa.string()) for c in cells), strict=True))), truth


def people(originals: int, rng: np.random.Generator) -> dict[str, list[str]]:
    """Column -> cells, of persons as in dup_febrl3: each cell drawn from its column there, numbers new."""
    pool = read("dup_febrl3")
    columns = {name: pool[name].to_numpy(str)[rng.integers(len(pool), size=originals)].astype(object)
               for name in pool.columns if name != "id"}  # fmt: skip
    numbers = {"postcode": (800, 9_000), "soc_sec_id": (10**6, 10**7), "street_number": (1, 400)}
    for name, (low, high) in numbers.items():
        columns[name] = rng.integers(low, high, originals).astype(str).astype(object)
    days = np.datetime64("1920-01-01") + rng.integers(0, 30_000, originals)
    columns["date_of_birth"] = np.char.replace(days.astype(str), "-", "").astype(object)
    return {name: [str(cell) for cell in cells] for name, cells in columns.items()}


def _slipped(person: list[str], rng: np.random.Generator) -> list[str]:
    """A record typed once more."""
    out = list(person)
    for at in rng.choice(len(out), rng.integers(1, 4), replace=False):
        if rng.random() < 0.15:
            out[at] = ""
        elif rng.random() < 0.05:
            other = (at + 1) % len(out)
            out[at], out[other] = out[other], out[at]
        elif len(out[at]) > 2:
            out[at] = near_copy(out[at], "edit: typos", rng)
    return out


def fresh_vectors(n: int, rng: np.random.Generator) -> tuple[NDArray[np.float32], Truth]:
    """(n, 384) float32 in clusters of about 100, one for each topic; 2 % are near copies (cosine about .97).

    Clusters lie in a space of 48 dimensions with a common direction, as those of text encoders do.
    """
    originals = n - round(COPIED * n)
    base = rng.normal(size=(INNER, DIMENSIONS)).astype(np.float32)
    centres = rng.normal(size=(max(n // PER_CLUSTER, 1), INNER)).astype(np.float32) + 0.7
    of = rng.integers(len(centres), size=originals)
    vectors = np.empty((n, DIMENSIONS), np.float32)
    for start in range(0, originals, 50_000):
        own = of[start : start + 50_000]
        inner = centres[own] + 0.6 * rng.standard_normal((len(own), INNER), np.float32)
        whole = inner @ base
        noise = rng.standard_normal(whole.shape, np.float32)
        vectors[start : start + len(own)] = whole + 2.5 * noise
    sources = rng.choice(originals, n - originals, replace=False)
    scale = np.linalg.norm(vectors[sources], axis=1, keepdims=True) / np.sqrt(DIMENSIONS)
    slip = rng.standard_normal((len(sources), DIMENSIONS), np.float32)
    vectors[originals:] = vectors[sources] + 0.25 * scale * slip
    order = rng.permutation(n)
    place = np.argsort(order)
    truth = np.sort(np.stack([place[sources], place[originals:]], axis=1), axis=1)
    return np.ascontiguousarray(vectors[order]), truth
