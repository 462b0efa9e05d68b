"""A team's files: `auditor merge` and `auditor compare` beside what pandas and scikit-learn do of it.

    python benchmarks/team.py [--decisions 20000] [--rows 200000] [--rounds 3]

Each line is a process of its own, run in turns in one go; medians. Five reviewers decide a share each, and
15 % in common. pandas takes the answer of most and scikit-learn gives the kappa of each pair, without
intervals, checksums, leads or a file that can be merged again. For the comparison pandas joins the two tables
of scores and counts the flags that came and went; it says nothing of why.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from pathlib import Path

import numpy as np
import pandas as pd
from processes import in_turns, table

import auditor
from auditor.review.checksum import checksum

CLASSES = [f"class_{n:02d}" for n in range(20)]
PEOPLE = [f"r{n}" for n in range(5)]
OVERLAP = 0.15
MERGE = """
import sys, json, itertools, pandas as pd
from sklearn.metrics import cohen_kappa_score
frames = []
for name in sys.argv[2:]:
    found = json.load(open(name))
    frames.append(pd.DataFrame(found["decisions"]).assign(who=found["reviewer"]["id"]))
all = pd.concat(frames)
all["answer"] = all["label"].fillna(all["given"])
most = all.groupby("item")["answer"].agg(lambda said: said.mode().iloc[0])
wide = all.pivot(index="item", columns="who", values="answer")
for one, other in itertools.combinations(wide.columns, 2):
    both = wide[[one, other]].dropna()
    cohen_kappa_score(both[one], both[other])
most.to_csv(sys.argv[1])
"""
COMPARE = """
import sys, pandas as pd
old, new = (pd.read_parquet(f"{folder}/scores.parquet") for folder in sys.argv[1:])
both = old.merge(new, on="item", how="outer", suffixes=("_old", "_new"))
(both["flags_old"].fillna(0) != 0).sum(), (both["given_old"] != both["given_new"]).sum()
"""


def team_files(folder: Path, n: int) -> list[Path]:
    """A file a reviewer, of n decisions each."""
    draw = np.random.default_rng(3)
    common = round(OVERLAP * n)
    paths = []
    for at, name in enumerate(PEOPLE):
        items = [f"item-{row}" for row in range(common)]
        items += [f"item-{row}" for row in range(common + at * n, common + at * n + n - common)]
        changed, labels = draw.random(n) < 0.3, draw.integers(0, len(CLASSES), n)
        decisions = [
            _decision(item, row, bool(changed[row]), int(labels[row])) for row, item in enumerate(items)
        ]
        document = {
            "schema": "auditor.decisions/1",
            "report": {"id": f"r-{at:016d}"},
            "dataset": {"name": "d.csv", "rows": 10 * n, "fingerprint": "sha256:0", "label_column": "label"},
            "taxonomy": {"classes": CLASSES},
            "reviewer": {"id": name},
            "count": n,
            "checksum": checksum(decisions),
            "decisions": decisions,
        }
        paths.append(folder / f"{name}-{n}.json")
        paths[-1].write_text(json.dumps(document), encoding="utf-8")
    return paths


def _decision(item: str, row: int, changed: bool, label: int) -> dict[str, object]:
    given = CLASSES[int(item.removeprefix("item-")) % len(CLASSES)]
    said = {"item": item, "row": row, "given": given, "content": f"sha256:{row:016d}", "sample": "queue"}
    return said | {
        "action": "relabel" if changed else "keep",
        "label": CLASSES[label] if changed else None,
        "at": "2026-11-28T00:00:00Z",
        "position": row + 1,
        "shown_suggestion": row % 5 > 0,
    }


def audits(folder: Path, rows: int) -> tuple[Path, Path]:
    """An audit and the next: some labels corrected, some rows gone, another model."""
    draw = np.random.default_rng(5)
    truth, labels = draw.integers(0, 10, rows), draw.integers(0, 10, rows)
    labels = np.where(draw.random(rows) < 0.9, truth, labels)
    frame = pd.DataFrame({"id": [f"i{n}" for n in range(rows)], "x": draw.random(rows)})
    out = []
    for at, right in enumerate((0.0, 0.5)):
        given = np.where(draw.random(rows) < right, truth, labels)
        probs = draw.random((rows, 10)).astype(np.float32)
        probs[np.arange(rows), truth] += 4
        probs /= probs.sum(axis=1, keepdims=True)
        kept = np.arange(rows) % 50 >= at
        data = frame.assign(label=[f"c{one}" for one in given])[kept]
        audit = auditor.audit(data, predictions=probs[kept], label="label", id="id", features="x")
        out.append(audit.save(folder / f"audit{at}"))
    return out[0], out[1]


def main() -> int:
    """Print the tables."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--decisions", type=int, default=20_000, help="of each of five reviewers")
    parser.add_argument("--rows", type=int, default=200_000)
    parser.add_argument("--rounds", type=int, default=3)
    said = parser.parse_args()
    program = [sys.executable, "-m", "auditor"]
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for n in (said.decisions // 4, said.decisions):
            files = [str(path) for path in team_files(folder, n)]
            commands = {
                "auditor merge": [*program, "merge", *files, "-o", str(folder / "merged.json"), "--force"],
                "auditor merge, nothing written": [*program, "merge", *files],
                "pandas, scikit-learn": [sys.executable, "-c", MERGE, str(folder / "out.csv"), *files],
            }
            costs = in_turns(commands, said.rounds)
            print(f"\n5 files of {n:,} decisions\n\n{table(costs, 'pandas, scikit-learn')}")
        old, new = audits(folder, said.rows)
        commands = {
            "auditor compare": [*program, "compare", str(old), str(new)],
            "pandas": [sys.executable, "-c", COMPARE, str(old), str(new)],
        }
        print(f"\n{said.rows:,} rows\n\n{table(in_turns(commands, said.rounds), 'pandas')}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
