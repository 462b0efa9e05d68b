"""The gate beside an interpreter that imports Click: a saved audit, a baseline, five reports, the cache.

    python benchmarks/gate.py [--rounds 9] [--rows 12000]

Each line is a process of its own, run in turns in one go; medians. The dataset is made: sentences of random
syllables, four classes, a model that is right nine times in ten.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

import numpy as np
import pandas as pd
from processes import in_turns, table

BASE = "python -c 'import click'"
SYLLABLES = np.array([a + b for a in "bdfgklmnprst" for b in "aeiou"])
FORMATS = ("json", "junit", "gitlab", "sarif", "markdown")


def made(folder: Path, rows: int) -> None:
    """data.csv and oof.npy of some rows."""
    random = np.random.default_rng(0)
    words = random.choice(SYLLABLES, (rows, 12, 3))
    texts = [" ".join("".join(word) for word in row) for row in words]
    truth = random.integers(0, 4, rows)
    given = np.where(random.random(rows) < 0.05, (truth + 1) % 4, truth)
    seen = np.where(random.random(rows) < 0.1, (truth + 2) % 4, truth)
    model = np.full((rows, 4), 0.05)
    model[np.arange(rows), seen] = 0.85
    names = np.array(["cat", "dog", "eel", "fox"])
    frame = pd.DataFrame({"id": [f"i{n}" for n in range(rows)], "text": texts, "label": names[given]})
    frame.to_csv(folder / "data.csv", index=False)
    model += random.random((rows, 4)) * 1e-3
    np.save(folder / "oof.npy", model / model.sum(axis=1, keepdims=True))


def main() -> int:
    """Print the table."""
    import auditor

    parser = argparse.ArgumentParser()
    parser.add_argument("--rounds", type=int, default=9)
    parser.add_argument("--rows", type=int, default=12_000)
    said = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        made(folder, said.rows)
        audit = auditor.audit(folder / "data.csv", predictions=folder / "oof.npy", out_of_sample=True)
        audit.save(folder / "audit")
        auditor.write_baseline(audit, folder / "baseline.json")
        gate = [sys.executable, "-m", "auditor", "gate"]
        saved = [*gate, str(folder / "audit"), "--rule", "label_issues.rate > 50%", "--ci", "none"]
        known = [*saved, "--baseline", str(folder / "baseline.json"), "--ratchet"]
        reports = [part for one in FORMATS for part in ("--report", f"{one}={folder / one}")]
        data = [*gate, str(folder / "data.csv"), "--predictions", str(folder / "oof.npy"), "--ci", "none"]
        commands = {
            BASE: [sys.executable, "-c", "import click"],
            "auditor gate AUDIT": saved,
            "... with baseline and ratchet": known,
            "... and five reports": [*known, *reports],
            "auditor gate DATA, cached": [*data, "--cache", str(folder / "cache")],
            "auditor gate DATA, audited": data,
        }
        print(table(in_turns(commands, said.rounds), BASE))
        size = (folder / "baseline.json").stat().st_size
        print(f"\nbaseline of {said.rows:,} rows: {size / 1e3:,.0f} kB")
    return 0


if __name__ == "__main__":
    sys.exit(main())
