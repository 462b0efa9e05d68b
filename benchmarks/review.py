"""The way back: `auditor apply` beside pandas reading and writing the same file, and the size of the page.

    python benchmarks/review.py [--rows 300000] [--rounds 3]

Each line is a process of its own, run in turns in one go; medians. pandas changes the same cells: it reads
every cell as text and writes with `to_csv`, finds no stale item and checks nothing. `apply` finds the rows by
their ids, changes bytes, reads what it wrote and compares every cell.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import sys
import tempfile
from pathlib import Path

import numpy as np
import pandas as pd
from auditor.sample_data import path_of
from processes import in_turns, table

import auditor

PANDAS = """
import sys, json, pandas as pd
frame = pd.read_csv(sys.argv[1], dtype=str, keep_default_na=False)
said = {one["item"]: one["label"] for one in json.load(open(sys.argv[2]))["decisions"]}
at = frame["id"].isin(said)
frame.loc[at, "label"] = frame.loc[at, "id"].map(said)
frame.to_csv(sys.argv[3], index=False)
"""
DECIDED = 500


def written(folder: Path, rows: int) -> tuple[Path, Path]:
    """A CSV of short texts, and decisions on 500 of them."""
    draw = np.random.default_rng(1)
    words = np.array([f"word{n}" for n in range(5000)])
    texts = [" ".join(draw.choice(words, 9)) for _ in range(rows)]
    labels = draw.choice(["a", "b", "c"], rows)
    ids = [f"item-{row}" for row in range(rows)]
    data = folder / "data.csv"
    pd.DataFrame({"id": ids, "text": texts, "label": labels}).to_csv(data, index=False)
    chosen = draw.choice(rows, DECIDED, replace=False)
    others = {"a": "b", "b": "c", "c": "a"}
    decisions = [
        {"item": ids[row], "action": "relabel", "label": others[labels[row]], "given": labels[row]}
        for row in chosen.tolist()
    ]
    raw = json.dumps(decisions, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    document = {
        "schema": "auditor.decisions/1",
        "reviewer": {"id": "kim"},
        "count": DECIDED,
        "checksum": f"sha256:{hashlib.sha256(raw.encode()).hexdigest()}",
        "decisions": decisions,
    }
    said = folder / "said.json"
    said.write_text(json.dumps(document), encoding="utf-8")
    return data, said


def pages(folder: Path) -> str:
    """Items of a page and the bytes of it, for the packaged samples."""
    lines = ["| sample | items | MB | kB an item |", "|---|---|---|---|"]
    for name in ("intents_en", "reviews_ko"):
        source = path_of(name)
        audit = auditor.audit(source / "dataset.csv", predictions=source / "oof.npz")
        for items in (100, 500, 1500):
            path = folder / f"{name}-{items}.html"
            made = auditor.write_review(audit, path, items=items, max_size="1GB")
            size = path.stat().st_size
            asked = made.frozen + made.controls
            lines.append(f"| {name} | {asked} | {size / 1e6:.2f} | {size / 1e3 / asked:.1f} |")
    return "\n".join(lines)


def main() -> int:
    """Print the tables."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--rows", type=int, default=300_000)
    parser.add_argument("--rounds", type=int, default=3)
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        print(pages(folder))
        data, said = written(folder, chosen.rows)
        base = "pandas: read, change, write"
        commands = {
            base: [sys.executable, "-c", PANDAS, str(data), str(said), f"{folder}/pandas.csv"],
            "auditor apply": [
                *(sys.executable, "-m", "auditor", "apply", str(data), str(said)),
                *("-o", f"{folder}/fixed.csv", "--force", "--quiet"),
            ],
        }
        print(table(in_turns(commands, chosen.rounds), base))
        same = (folder / "pandas.csv").read_bytes() == (folder / "fixed.csv").read_bytes()
        print(f"the two files are the same: {same}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
