"""The running example of the README: what is planted, and how its simulated reviewers decide."""

from __future__ import annotations

import csv
import importlib
import json
import sys
from pathlib import Path
from typing import Any

import pytest

from auditor.review.reading import read_decisions

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT / "docs"))
story, readme_steps = importlib.import_module("story"), importlib.import_module("readme_steps")


def table(path: Path) -> dict[str, dict[str, str]]:
    """Item -> its row in a CSV file."""
    with path.open(encoding="utf-8", newline="") as stream:
        return {row["id"]: row for row in csv.DictReader(stream)}


def page(path: Path, items: list[dict[str, Any]]) -> Path:
    """As much of a labeller's page as the simulated reviewers read."""
    asked = {
        "report": {"id": "r-0123456789abcdef", "created": None, "tool": "0.1.0", "part": "1/1"},
        "dataset": {"name": "d.csv", "rows": 9, "fingerprint": "sha256:0", "label_column": "label"},
        "taxonomy": {"classes": ["cat", "dog"], "hash": "sha256:1"},
        "items": items,
    }
    path.write_text(
        f'<script type="application/json" id="review-data">{json.dumps(asked)}</script>', encoding="utf-8"
    )
    return path


def asked(number: int) -> dict[str, Any]:
    """An item of a page: every second of them is a dog that is called a cat."""
    return {
        "item": f"t{number}",
        "row": number,
        "content": "sha256:0",
        "given": "cat",
        "suggested": "dog",
        "sample": "queue",
        "position": number + 1,
        "blind": number % 3 == 0,
    }


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The files of the story."""
    folder: Path = tmp_path_factory.mktemp("story")
    story.prepare(folder)
    return folder


def test_the_story_parts_the_sample_and_changes_labels_of_the_training_part_alone(prepared: Path) -> None:
    """No row is lost or in both parts; texts and test labels are those of the sample."""
    sample = table(ROOT / "sample_data" / "intents_en" / "dataset.csv")
    train, test, truth = (table(prepared / f"{name}.csv") for name in ("train", "test", "truth"))
    assert train.keys() | test.keys() == sample.keys() and not train.keys() & test.keys()
    assert all(test[item] == sample[item] for item in test)
    assert {item: row["label"] for item, row in truth.items()} == {i: sample[i]["label"] for i in train}
    assert all(train[item]["text"] == sample[item]["text"] for item in train)


def test_about_one_label_in_ten_is_planted_and_every_one_of_them_is_wrong(prepared: Path) -> None:
    """What `prepare` says and `left` counts is what a comparison with the sample finds."""
    train, truth = table(prepared / "train.csv"), table(prepared / "truth.csv")
    wrong = sum(train[item]["label"] != truth[item]["label"] for item in train)
    assert 0.08 < wrong / len(train) < 0.12
    assert story.left(prepared / "train.csv", prepared / "truth.csv").startswith(f"{wrong} of {len(train):,}")
    assert story.left(prepared / "truth.csv", prepared / "truth.csv").startswith("0 of ")
    assert {row["label"] for row in train.values()} == {row["label"] for row in truth.values()}


def test_the_story_is_the_same_every_time(prepared: Path, tmp_path: Path) -> None:
    story.prepare(tmp_path)
    for name in ("train.csv", "test.csv", "truth.csv"):
        assert (tmp_path / name).read_bytes() == (prepared / name).read_bytes()


def test_kim_knows_the_truth_and_lee_slips_now_and_then(tmp_path: Path) -> None:
    """In a file that `apply` reads: of kim all is right, of lee some 2 in 100 wrong (a slip is to one of
    two classes, and half of the time that is the right one)."""
    items = [asked(number) for number in range(500)]
    right = {item["item"]: ("cat", "dog")[item["row"] % 2] for item in items}
    truth = tmp_path / "truth.csv"
    truth.write_text("id,label\n" + "".join(f"{item},{label}\n" for item, label in right.items()))
    off = {}
    for name in ("kim", "lee"):
        decided = story.decide(page(tmp_path / "page.html", items), truth, name, None)
        file = tmp_path / f"{name}.json"
        file.write_text(json.dumps(decided), encoding="utf-8")
        said = read_decisions(file).decisions
        assert [one.item for one in said] == list(right)
        off[name] = sum((one.label or "cat") != right[one.item] for one in said)
    assert off["kim"] == 0 and 2 <= off["lee"] <= 25


def test_a_simulated_reviewer_can_stop_after_the_first_items(tmp_path: Path) -> None:
    truth = tmp_path / "truth.csv"
    truth.write_text("id,label\n" + "".join(f"t{number},cat\n" for number in range(9)))
    decided = story.decide(page(tmp_path / "page.html", [asked(n) for n in range(9)]), truth, "kim", 4)
    assert [one["item"] for one in decided["decisions"]] == ["t0", "t1", "t2", "t3"]
    assert [one["shown_suggestion"] for one in decided["decisions"]] == [False, True, True, False]
    assert decided["count"] == 4


@pytest.mark.parametrize(
    ("shown", "printed", "lost"),
    [
        (["a", "c"], "a\nb\nc\n", []),
        (["c", "a"], "a\nb\nc\n", ["a"]),
        (["a", "x"], "a\nb\n", ["x"]),
        (["wrote 2.4 MB"], "wrote 611 kB\n", []),
        (["2.4 rows"], "2.5 rows\n", ["2.4 rows"]),
    ],
)
def test_lines_that_were_not_printed_in_their_order_are_found(
    shown: list[str], printed: str, lost: list[str]
) -> None:
    """Lines may be left out between them; sizes of files are not compared."""
    step = readme_steps.Step(command="auditor", shown=tuple(shown))
    assert readme_steps.missing(step, printed) == lost
