"""`auditor predict`: the file it writes, what it prints, what it refuses, and the audit it leads to."""

from __future__ import annotations

import json
import shlex
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from auditor.cli.main import main

WORDS = {
    "cat": ["purr", "whisker", "kitten", "mew", "litter"],
    "dog": ["bark", "leash", "puppy", "kennel", "fetch"],
}


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Two classes of texts, the label of one row turned, in the working folder."""
    rng = np.random.default_rng(0)
    labels = ["cat", "dog"] * 30
    texts = [
        f"{' '.join(rng.choice(WORDS[label], 3))} number {row * row}" for row, label in enumerate(labels)
    ]
    labels[10] = "dog"
    frame = pd.DataFrame({"id": [f"i{row:02d}" for row in range(60)], "text": texts, "label": labels})
    frame.to_csv(tmp_path / "data.csv", index=False)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_it_writes_a_file_that_an_audit_takes(data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The command that it prints next is run as it stands; the turned label is found."""
    assert main(["predict", "data.csv", "-o", "made.npz"]) == 0
    printed = capsys.readouterr().out
    following = next(line for line in printed.splitlines() if line.startswith("next: "))
    words = shlex.split(following.removeprefix("next: "))
    assert words == ["auditor", "audit", "data.csv", "--predictions", "made.npz"]
    assert "kappa" in printed
    assert main([*words[1:], "--quiet"]) == 0
    queue = pd.read_csv("audit/queue.csv")
    assert queue["item"][0] == "i10"
    header = json.loads((data / "audit/audit.json").read_text("utf-8"))
    assert header["predictions"]["out_of_sample"] == "yes"
    assert header["predictions"]["joined_by"] == ["id"]


def test_the_audit_alone_and_the_audit_of_the_file_give_the_same_order(data: Path) -> None:
    """The same probabilities, whether they went through a file or not."""
    assert main(["audit", "data.csv", "--quiet", "-o", "alone"]) == 0
    assert main(["predict", "data.csv", "--quiet"]) == 0
    assert main(["audit", "data.csv", "--quiet", "--predictions", "oof.npz", "-o", "by-file"]) == 0
    assert (data / "alone/queue.csv").read_bytes() == (data / "by-file/queue.csv").read_bytes()


def test_the_same_input_gives_the_same_bytes(data: Path) -> None:
    """No clock, no name of the machine."""
    assert main(["predict", "data.csv", "--quiet", "-o", "one.npz"]) == 0
    assert main(["predict", "data.csv", "--quiet", "-o", "two.npz"]) == 0
    assert (data / "one.npz").read_bytes() == (data / "two.npz").read_bytes()


@pytest.mark.parametrize("drop", [[], ["id"]])
def test_the_next_command_works_where_the_model_has_learned_nothing(
    data: Path, capsys: pytest.CaptureFixture[str], drop: list[str]
) -> None:
    """A file of its own that agrees with no label is a weak model, and no file in another order."""
    frame = pd.read_csv("data.csv").drop(columns=drop)
    rng = np.random.default_rng(8)
    frame = pd.concat([frame] * 8, ignore_index=True)
    frame["text"] = [f"{rng.integers(1e9)} {rng.integers(1e9)}" for _ in range(len(frame))]
    if "id" in frame:
        frame["id"] = [f"i{row}" for row in range(len(frame))]
    frame.to_csv("data.csv", index=False)
    assert main(["predict", "data.csv"]) == 0
    following = next(line for line in capsys.readouterr().out.splitlines() if line.startswith("next: "))
    assert main(shlex.split(following)[2:]) == 0
    assert "weak-model" in capsys.readouterr().err


def test_a_file_of_someone_else_is_not_replaced(data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Its own it replaces, and any with --force."""
    np.savez(data / "oof.npz", probs=np.ones((3, 1)))
    before = (data / "oof.npz").read_bytes()
    assert main(["predict", "data.csv"]) == 2
    assert "output-exists" in capsys.readouterr().err
    assert (data / "oof.npz").read_bytes() == before
    assert main(["predict", "data.csv", "--quiet", "--force"]) == 0
    assert main(["predict", "data.csv", "--quiet"]) == 0


@pytest.mark.parametrize(
    ("args", "code", "slug"),
    [
        (["-o", "made.csv"], 2, "option-value"),
        (["--predictions", "oof.npz"], 2, "option-value"),
        (["--model", "none"], 2, "option-value"),
        (["--model-seconds", "0"], 2, "option-value"),
        (["--model-seconds", "nan"], 2, "option-value"),
        (["-o", "nowhere/made.npz"], 2, "output-not-writable"),
        (["--text", "nothing"], 2, "column-not-found"),
        (["--label", "none"], 3, "no-model"),
    ],
)
def test_what_is_refused(
    data: Path, capsys: pytest.CaptureFixture[str], args: list[str], code: int, slug: str
) -> None:
    """With a code, and without a file."""
    assert main(["predict", "data.csv", *args]) == code
    assert slug in capsys.readouterr().err
    assert not list(data.glob("*.npz"))
    assert not [path for path in data.iterdir() if "partial" in path.name]


def test_rows_without_a_prediction_are_left_out_and_the_next_command_says_so(
    data: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A class of one row, in a dataset with ids and in one without."""
    for drop in ([], ["id"]):
        frame = pd.read_csv("data.csv").drop(columns=drop)
        frame.loc[3, "label"] = "eel"
        frame.to_csv("one.csv", index=False)
        assert main(["predict", "one.csv"]) == 0
        out = capsys.readouterr().out
        with np.load("oof.npz") as made:
            assert made["probs"].shape == (59, 3)
            assert len(made["ids"]) == 59
        following = next(line for line in out.splitlines() if line.startswith("next: "))
        assert following.endswith("--missing drop")
        assert main([*shlex.split(following)[2:], "--quiet", "--force"]) == 0
        scores = pd.read_parquet("audit/scores.parquet")
        assert np.flatnonzero(scores["p_given"].isna()).tolist() == [3]


def test_the_summary_as_one_object(data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """For a script: how it was made, how good it is, what to type next."""
    assert main(["predict", "data.csv", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["schema"] == "auditor.predictions/1"
    assert found["model"]["folds"] == 5
    assert found["kappa"] > 0.8
    assert set(found["f1"]) == {"cat", "dog"}
    assert found["next"] == "auditor audit data.csv --predictions oof.npz"


def test_flags_of_the_input_are_kept_in_the_next_command(
    data: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """What was said of the columns must be said again; what was said of the model need not."""
    args = ["data.csv", "--text", "text", "--label", "label", "--model-seconds", "60", "--lang", "en"]
    assert main(["predict", *args]) == 0
    out = capsys.readouterr().out
    assert "auditor audit data.csv --text text --label label --lang en --predictions oof.npz" in out


def test_the_terminal_says_what_the_model_is_and_what_follows(
    data: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Labels at random: the queue is close to chance, and what to bring is said."""
    frame = pd.read_csv("data.csv")
    frame["label"] = np.random.default_rng(5).permutation(frame["label"])
    frame.to_csv("random.csv", index=False)
    assert main(["audit", "random.csv"]) == 0
    said = capsys.readouterr()
    assert "close to chance" in said.out
    assert "--embeddings" in said.err
