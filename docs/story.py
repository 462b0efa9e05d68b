"""The running example of the README: a dataset whose wrong labels are known, and reviewers who are simulated.

python docs/story.py prepare FOLDER                  train.csv, test.csv and truth.csv of the packaged sample
python docs/story.py decide PAGE TRUTH NAME -o FILE  what the simulated reviewer NAME decides on a page; with
                                                     --first 25 of its first 25 items only
python docs/story.py left DATA TRUTH                 how many labels are wrong

`prepare` keeps one question in four of `sample_data/intents_en` as a test set, and gives one in ten of the
others the wrong label that it is most easily taken for: the runner-up of the predictions in the package.
`decide` fills the labeller's page from the label before that, which is taken for right: nobody has judged
these questions one by one. Of the simulated reviewers kim knows the truth; any other slips on one item in 25.
"""

from __future__ import annotations

import argparse
import csv
import hashlib
import json
import re
import sys
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np

ROOT = Path(__file__).parent.parent
SAMPLE = ROOT / "sample_data" / "intents_en"
TEST, PLANTED = 4, 10
"""One question in so many is of the test set; of the others, one in so many gets a wrong label."""
SURE, SLIPS = "kim", 25
"""Who knows the truth; the others take one item in so many for what it is not."""
START, SECONDS, STAMP = datetime(2026, 1, 5, 9, tzinfo=UTC), 5, "%Y-%m-%dT%H:%M:%SZ"
"""When simulated reviewers begin, and what a decision takes them."""
PAGE = re.compile(r'<script type="application/json" id="review-data">(.*?)</script>', re.DOTALL)


def draw(seed: str, below: int) -> int:
    """A number from 0 to `below` - 1 that depends on `seed` and nothing else.

    >>> draw("17", 5) == draw("17", 5)
    True
    """
    return int(hashlib.sha256(seed.encode()).hexdigest(), 16) % below


def runners_up() -> dict[str, list[str]]:
    """Item -> its two likeliest classes by the predictions in the package, the likeliest first."""
    with np.load(SAMPLE / "oof.npz") as saved:
        best = np.argsort(-saved["probs"], axis=1, kind="stable")[:, :2]
        return dict(zip(saved["ids"].tolist(), saved["classes"][best].tolist(), strict=True))


def prepared(rows: Iterable[dict[str, str]]) -> Iterator[tuple[str, str, dict[str, str]]]:
    """Every row with the file it belongs to and its label before one was planted."""
    likeliest = runners_up()
    for row in rows:
        right = row["label"]
        if draw(f"test {row['id']}", TEST) == 0:
            yield "test", right, row
        elif draw(f"planted {row['id']}", PLANTED) == 0:
            yield (
                "train",
                right,
                row | {"label": next(name for name in likeliest[row["id"]] if name != right)},
            )
        else:
            yield "train", right, row


def prepare(folder: Path) -> str:
    """Write the files; says how many labels were planted."""
    folder.mkdir(parents=True, exist_ok=True)
    with (SAMPLE / "dataset.csv").open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    made = list(prepared(rows))
    for name in ("train", "test"):
        write(folder / f"{name}.csv", list(rows[0]), [row for part, _, row in made if part == name])
    truth = [{"id": row["id"], "label": right} for part, right, row in made if part == "train"]
    write(folder / "truth.csv", ["id", "label"], truth)
    wrong = sum(row["label"] != right for _, right, row in made)
    return (
        f"train.csv: {len(truth):,} questions, {wrong} with a wrong label; test.csv: {len(rows) - len(truth)}"
    )


def write(path: Path, columns: list[str], rows: Iterable[dict[str, str]]) -> None:
    """A CSV file with line feeds, the same on every system."""
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, columns, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def decide(page: Path, truth: Path, name: str, first: int | None) -> dict[str, Any]:
    """The decisions file that the page would export for a reviewer who knows the truth, but for slips."""
    found = PAGE.search(page.read_text(encoding="utf-8"))
    if found is None:
        sys.exit(f"{page} is not a labeller's page")
    asked = json.loads(found[1])
    right = labels(truth)
    classes = asked["taxonomy"]["classes"]
    decisions = [
        decision(item, right[item["item"]], classes, name, number) | {"round": asked.get("round", 1)}
        for number, item in enumerate(asked["items"][:first], start=1)
    ]
    return {
        "schema": "auditor.decisions/1",
        **{key: asked[key] for key in ("report", "dataset", "taxonomy")},
        "reviewer": {"id": name, "role": "labeller"},
        "exported": (START + timedelta(seconds=len(decisions) * SECONDS)).strftime(STAMP),
        "count": len(decisions),
        "checksum": f"sha256:{digest(decisions)}",
        "decisions": decisions,
    }


def left(data: Path, truth: Path) -> str:
    """How many labels are another than the right one."""
    right, given = labels(truth), labels(data)
    wrong = sum(label != right[item] for item, label in given.items())
    return f"{wrong} of {len(given):,} labels are wrong"


def labels(path: Path) -> dict[str, str]:
    """Item -> its label in a CSV file."""
    with path.open(encoding="utf-8", newline="") as stream:
        return {row["id"]: row["label"] for row in csv.DictReader(stream)}


def digest(decisions: list[dict[str, Any]]) -> str:
    """The checksum that the page computes."""
    raw = json.dumps(decisions, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(raw.encode()).hexdigest()


def decision(item: dict[str, Any], right: str, classes: list[str], name: str, number: int) -> dict[str, Any]:
    """One decision: the right label or, of a reviewer who slips, another."""
    label = right
    if name != SURE and draw(f"slip {name} {item['item']}", SLIPS) == 0:
        label = classes[draw(f"slip to {name} {item['item']}", len(classes))]
    keep = label == item["given"]
    return {
        **{key: item[key] for key in ("item", "row", "content", "given", "suggested", "sample", "position")},
        "action": "keep" if keep else "relabel",
        "label": None if keep else label,
        "duplicate_of": None,
        "copy_of": None,
        "reasons": [],
        "comment": "",
        "shown_suggestion": not item["blind"],
        "blind": None,
        "at": (START + timedelta(seconds=number * SECONDS)).strftime(STAMP),
        "ms": SECONDS * 1000,
        "seq": number,
        "revision": 1,
    }


def arguments() -> argparse.Namespace:
    """What was typed."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("prepare").add_argument("folder", type=Path)
    deciding, counting = commands.add_parser("decide"), commands.add_parser("left")
    deciding.add_argument("page", type=Path)
    deciding.add_argument("truth", type=Path)
    deciding.add_argument("name")
    deciding.add_argument("--first", type=int)
    deciding.add_argument("-o", dest="output", type=Path, required=True)
    counting.add_argument("data", type=Path)
    counting.add_argument("truth", type=Path)
    return parser.parse_args()


def main() -> None:
    """The three commands."""
    told = arguments()
    if told.command == "prepare":
        print(prepare(told.folder))
    elif told.command == "left":
        print(left(told.data, told.truth))
    else:
        decided = decide(told.page, told.truth, told.name, told.first)
        told.output.write_text(json.dumps(decided, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
        print(f"{told.name} decided {decided['count']} items")


if __name__ == "__main__":
    main()
