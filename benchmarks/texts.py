"""The search for near-duplicate texts beside MinHash libraries, on made sentences with planted near copies.

    pip install datasketch rensa      # what runs beside it; a missing one is named
    python benchmarks/texts.py [--rounds 3] [--large] [--sizes 25000,100000,400000] [--tools auditor,rensa]

Sentences of 3 to 60 words (log-normal, about 13) over 50,000 made-up words that follow a law of Zipf; 2 % are
copies of another with one to three letters replaced, added or gone. Every tool gets the same strings and
looks for pairs from its threshold up, candidates verified by an exact similarity:

- auditor: as the tool does it, evened out, equal rows first, threshold .9;
- datasketch: MinHash-LSH (128 permutations, threshold .5), character 3-grams, verified by Jaccard;
- rensa: `RMinHash` and `RMinHashLSH` (25 bands of 5 numbers, what datasketch chooses), likewise.

Both peers keep pairs of Jaccard >= .5, which of three edits in a short sentence leaves most. A process per
run, one thread, in turns; imports are not counted in the CPU seconds, the peak is that of the whole
process. `of those planted`: share of the planted pairs found; `planted of those found`: the precision by
what is known, since chance makes a few more near copies. Prints Markdown; ends with 1 where a bar is missed.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import os
import statistics
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from itertools import combinations, pairwise, product
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray
from processes import Cost, cost_of

SIZES, LARGE = (25_000, 100_000, 400_000), 1_000_000
MOST = {"auditor": LARGE, "rensa": 100_000, "datasketch": 100_000}
"""Rows up to which a tool is run: the peers keep Python objects of over 15 KB a text."""
BARS = {100_000: (3.0, float("inf")), LARGE: (60.0, 2_500.0)}
"""Rows -> CPU seconds of the search and peak MB that ours may take."""
COPIED, WORDS, EDITS = 0.02, 50_000, 3
JACCARD = 0.5
LETTERS = "abcdefghijklmnopqrstuvwxyz"
FIRST = [*"bcdfghklmnprstvwnrst", "th", "sh", "ch", "st", "tr", "br"]
MIDDLE = [*"eaiouaeioe", "ea", "ai", "ou", "ie", "ee"]
LAST = [*"dklmnprst", "nd", "ng", "nt", "rd", "st", "th", *[""] * 12]
"""What syllables are made of."""
Pairs = NDArray[np.int64]
"""(p, 2) rows, the smaller first."""
Runs = dict[tuple[str, int], list[tuple[Cost, dict[str, Any]]]]
"""Tool and rows -> of each run the cost of the process, and what the search says."""


def sentences(n: int) -> tuple[list[str], Pairs]:
    """n sentences in random order, and the pairs of each planted copy and its original."""
    rng = np.random.default_rng(n)
    words = _words(rng)
    share = 1 / (np.arange(WORDS) + 2.7) ** 1.07
    originals = n - round(COPIED * n)
    lengths = np.clip(np.rint(rng.lognormal(2.5, 0.5, originals)), 3, 60).astype(int)
    drawn = np.searchsorted(np.cumsum(share / share.sum()), rng.random(lengths.sum()))
    flat = words[np.minimum(drawn, WORDS - 1)].tolist()
    ends = np.cumsum(lengths).tolist()
    texts = [" ".join(flat[start:end]) for start, end in pairwise([0, *ends])]
    sources = rng.choice(originals, n - originals, replace=False)
    texts += [_edited(texts[row], rng) for row in sources.tolist()]
    order = rng.permutation(n)
    place = np.argsort(order)
    pairs = np.stack([place[sources], place[originals:]], axis=1)
    return [texts[at] for at in order.tolist()], np.sort(pairs, axis=1)


def _words(rng: np.random.Generator) -> NDArray[np.object_]:
    """Made-up words, the commonest first and mostly the shortest."""
    words: dict[str, None] = {}
    while len(words) < WORDS:
        longer = rng.binomial(3, min(0.5, 0.07 * np.log1p(len(words) / 40)))
        parts = [rng.choice(FIRST) * (rng.random() < 0.85) + rng.choice(MIDDLE) + rng.choice(LAST)
                 for _ in range(1 + longer)]  # fmt: skip
        words["".join(parts)] = None
    return np.array(list(words), object)


def _edited(text: str, rng: np.random.Generator) -> str:
    """One to three letters replaced, added or gone; of a short text fewer."""
    for _ in range(rng.integers(1, 1 + max(1, min(EDITS, len(text) // 20)))):
        at, letter = int(rng.integers(len(text))), LETTERS[rng.integers(26)]
        put, gone = [(letter, 1), (letter, 0), ("", 1)][rng.integers(3)]
        text = text[:at] + put + text[at + gone :]
    return text


def auditor(table: pa.Table) -> Pairs:
    """Evened out, distinct contents, compared; pairs of rows of one content count too."""
    from auditor.data import Content
    from auditor.similar.near_texts import near_texts
    from auditor.similar.normal import normal_columns

    column = normal_columns(Content(kind="text", columns=table))[0].dictionary_encode()
    of = column.indices.to_numpy()
    found = near_texts([column.dictionary]).pairs
    order = np.argsort(of, kind="stable")
    starts = np.searchsorted(of[order], np.arange(len(column.dictionary) + 1)).tolist()
    pairs = []
    for content in np.flatnonzero(np.diff(starts) > 1).tolist():
        pairs += combinations(order[starts[content] : starts[content + 1]].tolist(), 2)
    for one, other in zip(found.first.tolist(), found.second.tolist(), strict=True):
        pairs += product(
            order[starts[one] : starts[one + 1]].tolist(), order[starts[other] : starts[other + 1]].tolist()
        )
    return _pairs(pairs)


def datasketch(table: pa.Table) -> Pairs:
    """As in the documentation's example, and verified."""
    from datasketch import MinHash, MinHashLSH

    index, pairs = MinHashLSH(threshold=JACCARD, num_perm=128), []
    grams = _grams(table)
    for row, own in enumerate(grams):
        sketch = MinHash(num_perm=128)
        sketch.update_batch([gram.encode() for gram in own])
        pairs += [(other, row) for other in index.query(sketch) if _alike(own, grams[other])]
        index.insert(row, sketch)
    return _pairs(pairs)


def rensa(table: pa.Table) -> Pairs:
    """Sketches of all texts in one call, every text looked up among all, and verified."""
    from rensa import RMinHash, RMinHashLSH

    grams = _grams(table)
    sketches = RMinHash.from_token_sets([list(own) for own in grams], num_perm=125, seed=42)
    index = RMinHashLSH(threshold=JACCARD, num_perm=125, num_bands=25)
    index.insert_many(sketches)
    pairs = [(row, other) for row, others in enumerate(index.query_all(sketches)) for other in others
             if row < other and _alike(grams[row], grams[other])]  # fmt: skip
    return _pairs(pairs)


def _grams(table: pa.Table) -> list[frozenset[str]]:
    texts = [text.lower() for text in table["text"].to_pylist()]
    return [frozenset(text[at : at + 3] for at in range(max(len(text) - 2, 1))) for text in texts]


def _alike(one: frozenset[str], other: frozenset[str]) -> bool:
    return len(one & other) >= JACCARD * len(one | other)


def _pairs(pairs: Sequence[tuple[int, int]]) -> Pairs:
    found = np.sort(np.array(pairs, np.int64).reshape(-1, 2), axis=1)
    return np.unique(found, axis=0)


TOOLS: dict[str, Callable[[pa.Table], Pairs]] = {"auditor": auditor, "rensa": rensa, "datasketch": datasketch}


def search(tool: str, folder: Path) -> None:
    """In a process of its own: search few rows, for the imports, then all, and write what was found."""
    table, truth = pq.read_table(folder / "texts.parquet"), np.load(folder / "truth.npy")
    TOOLS[tool](table.slice(0, 500))
    started = time.process_time()
    found = TOOLS[tool](table)
    cpu = time.process_time() - started
    codes, right = (pairs[:, 0] * len(table) + pairs[:, 1] for pairs in (found, truth))
    hits = int(np.isin(right, codes).sum())
    said = {"cpu": cpu, "pairs": len(codes), "recall": hits / len(right), "precision": hits / len(codes)}
    (folder / "found.json").write_text(json.dumps(said), encoding="utf-8")


def measured(sizes: Sequence[int], tools: Sequence[str], rounds: int) -> Runs:
    """Every tool at every size that it serves, one after another, `rounds` times; the largest once."""
    runs: Runs = defaultdict(list)
    with tempfile.TemporaryDirectory() as name:
        for n in sizes:
            folder = Path(name) / str(n)
            folder.mkdir()
            texts, truth = sentences(n)
            pq.write_table(pa.table({"text": pa.array(texts, pa.string())}), folder / "texts.parquet")
            np.save(folder / "truth.npy", truth)
        for turn in range(rounds):
            for n in sizes:
                for tool in tools:
                    if n <= MOST[tool] and not (turn and n >= LARGE):
                        folder = Path(name) / str(n)
                        cost = cost_of([sys.executable, __file__, "--search", tool, str(folder)])
                        said = json.loads((folder / "found.json").read_text(encoding="utf-8"))
                        runs[tool, n].append((cost, said))
                        print(f"{tool}, {n:,}: {said['cpu']:.2f}", file=sys.stderr)
    return dict(runs)


def rows(runs: Runs, sizes: Sequence[int]) -> Iterator[str]:
    """The table, line by line."""
    cpu = {key: statistics.median(said["cpu"] for _, said in found) for key, found in runs.items()}
    yield ("| search | rows | CPU s | against ours | against linear | peak MB | pairs | of those planted | "
           "planted of those found |")  # fmt: skip
    yield "|---|---|---|---|---|---|---|---|---|"
    for tool, n in sorted(runs, key=lambda key: (list(TOOLS).index(key[0]), key[1])):
        said = runs[tool, n][-1][1]
        peak = statistics.median(cost.megabytes for cost, _ in runs[tool, n])
        ours = f"{cpu[tool, n] / cpu['auditor', n]:.1f}x" if ("auditor", n) in cpu else ""
        linear = cpu[tool, n] / cpu[tool, sizes[0]] * sizes[0] / n
        yield (f"| {tool} | {n:,} | {cpu[tool, n]:.2f} | {ours} | {linear:.2f}x | {peak:.0f} | "
               f"{said['pairs']:,} | {said['recall']:.4f} | {said['precision']:.4f} |")  # fmt: skip


def missed(runs: Runs) -> list[str]:
    """The bars of the project that our runs miss."""
    out = []
    for n, (most_cpu, most_megabytes) in BARS.items():
        for cost, said in runs.get(("auditor", n), [])[-1:]:
            cpu = statistics.median(said["cpu"] for _, said in runs["auditor", n])
            out += [f"{n:,} texts: {cpu:.1f} CPU s, the bar is {most_cpu:.0f}"] * (cpu > most_cpu)
            out += [f"{n:,} texts: {cost.megabytes:.0f} MB"] * (cost.megabytes > most_megabytes)
    return out


def main() -> int:
    """Print the table; 1 where a bar is missed."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--large", action="store_true", help="a million texts too")
    parser.add_argument("--sizes", default=",".join(str(n) for n in SIZES))
    parser.add_argument("--tools", default=",".join(TOOLS))
    parser.add_argument("--search", nargs=2, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    for threads in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "RAYON_NUM_THREADS"):
        os.environ[threads] = "1"
    if asked.search:
        search(asked.search[0], Path(asked.search[1]))
        return 0
    sizes = [int(n) for n in asked.sizes.split(",")] + [LARGE] * asked.large
    tools = [tool for tool in asked.tools.split(",") if importlib.util.find_spec(tool) is not None]
    for tool in sorted(set(asked.tools.split(",")) - set(tools)):
        print(f"{tool} is left out: it is not installed\n")
    runs = measured(sizes, tools, asked.rounds)
    print("\n".join(rows(runs, sizes)))
    told = missed(runs)
    print("\nEvery bar is met." if not told else "\nMissed:\n" + "\n".join(f"- {bar}" for bar in told))
    return 1 if told else 0


if __name__ == "__main__":
    sys.exit(main())
