"""`auditor init`: limits that today's data pass, and that data which got worse fail, one kind at a time."""

from __future__ import annotations

import tomllib
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from audit_inputs import planted_files
from gate_data import N, audited, flipped, good
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from auditor.cli.main import main
from auditor.config import load_config
from auditor.gating.judge import judge
from auditor.gating.rules import rule_from
from auditor.gating.subjects import subject_of
from auditor.starting import starting_rules, toml_value

Frame = pd.DataFrame
Model = NDArray[np.float64]
Worse = Callable[[Frame, Model], tuple[Frame, Model]]
ROWS = 3000
"""Of the real dataset: an audit takes two seconds."""


def nsmc(folder: Path) -> tuple[Frame, Model]:
    """The first of the real Korean reviews as they are, with copies and imbalance, in two splits."""
    pack = folder / "nsmc"
    frame = pd.read_csv(pack / "dataset.csv", dtype=str, keep_default_na=False, nrows=ROWS)
    frame["split"] = np.where(np.arange(ROWS) % 5 == 0, "test", "train")
    return frame, np.load(pack / "pred_probs.npy")[:ROWS]


def written(folder: Path, frame: Frame, model: Model) -> None:
    frame.to_csv(folder / "reviews.csv", index=False, encoding="utf-8")
    np.save(folder / "oof.npy", model)


def more_errors(frame: Frame, model: Model) -> tuple[Frame, Model]:
    """One label in twenty is turned round."""
    frame = frame.copy()
    rows = frame.index[::20]
    frame.loc[rows, "label"] = frame.loc[rows, "label"].map({"positive": "negative", "negative": "positive"})
    return frame, model


def more_duplicates(frame: Frame, model: Model) -> tuple[Frame, Model]:
    """Sixty reviews stand there twice, in their own split, with their own label."""
    again = frame.iloc[100:160].assign(id=[f"again{at}" for at in range(60)])
    return pd.concat([frame, again], ignore_index=True), np.vstack([model, model[100:160]])


def a_leak(frame: Frame, model: Model) -> tuple[Frame, Model]:
    """One review of the training split stands in the test split as well."""
    row = frame.index[(frame["split"] == "train") & (frame["text"].str.len() > 30)][7]
    again = frame.loc[[row]].assign(id="leak", split="test")
    return pd.concat([frame, again], ignore_index=True), np.vstack([model, model[row]])


def imbalance(frame: Frame, model: Model) -> tuple[Frame, Model]:
    """A quarter of the negative reviews is gone."""
    negative = np.flatnonzero((frame["label"] == "negative").to_numpy())
    keep = np.setdiff1d(np.arange(len(frame)), negative[::4])
    return frame.iloc[keep].reset_index(drop=True), model[keep]


def more_of_the_same(frame: Frame, model: Model) -> tuple[Frame, Model]:
    """A twentieth of the rows is left out: other data of the same kind, not worse."""
    keep = np.arange(len(frame)) % 20 != 3
    return frame[keep].reset_index(drop=True), model[keep]


@pytest.fixture(scope="module")
def started(tmp_path_factory: pytest.TempPathFactory, shared_data: Path) -> Path:
    """A folder with the dataset and the configuration that `auditor init` wrote."""
    folder = tmp_path_factory.mktemp("nsmc")
    written(folder, *nsmc(shared_data))
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        assert (
            main(["init", "reviews.csv", "--predictions", "oof.npy", "--out-of-sample", "yes", "--quiet"])
            == 0
        )
    return folder


@pytest.mark.parametrize(
    ("worse", "code", "measures"),
    [
        (None, 0, set()),
        (more_of_the_same, 0, set()),
        (more_errors, 1, {"label_issues.rate"}),
        (more_duplicates, 1, {"duplicates.rate"}),
        (a_leak, 1, {"duplicates.leaked_rows"}),
        (imbalance, 1, {"classes.min_count", "classes.imbalance_ratio"}),
    ],
)
def test_todays_limits_pass_today_and_fail_when_real_data_get_worse(
    started: Path,
    shared_data: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    worse: Worse | None,
    code: int,
    measures: set[str],
) -> None:
    """Errors, duplicates, a leak and imbalance, one at a time; the rules that fail are those that should."""
    monkeypatch.chdir(started)
    frame, model = nsmc(shared_data)
    written(started, *(worse(frame, model) if worse else (frame, model)))
    assert main(["gate", "--lang", "en"]) == code
    failed = {line.split()[1] for line in capsys.readouterr().out.splitlines() if line.startswith("  FAIL")}
    assert failed >= measures
    assert bool(failed) is bool(measures)


def test_what_was_found_is_written_down(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Columns and files, relative to the configuration: the next run does not guess again."""
    planted_files(tmp_path)
    monkeypatch.chdir(tmp_path)
    assert main(["init", "data.csv", "--predictions", "oof.npz", "--near-threshold", "0.8", "--quiet"]) == 0
    text = (tmp_path / "auditor.toml").read_text(encoding="utf-8")
    document = tomllib.loads(text)
    assert document["data"]["path"] == "data.csv"
    assert (document["data"]["id"], document["data"]["label"]) == ("id", "label")
    assert document["data"]["near_threshold"] == 0.8
    assert document["predictions"]["path"] == "oof.npz"
    assert str(tmp_path) not in text
    assert all(rule["required"] for rule in document["gate"]["rules"])
    assert load_config(tmp_path / "auditor.toml").get("gate", "rules")


@pytest.mark.parametrize("target", ["data.csv", "oof.npz", "pyproject.toml", "notes.txt"])
def test_neither_an_input_nor_a_file_of_another_kind_is_written_over(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, target: str
) -> None:
    """Whatever --force says."""
    planted_files(tmp_path)
    monkeypatch.chdir(tmp_path)
    for name in ("pyproject.toml", "notes.txt"):
        (tmp_path / name).write_text("[tool.x]\n", encoding="utf-8")
    before = (tmp_path / target).read_bytes()
    assert main(["init", "data.csv", "--predictions", "oof.npz", "-o", target, "--force"]) == 2
    assert (tmp_path / target).read_bytes() == before


def test_a_configuration_that_is_there_is_not_replaced(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Before any work."""
    planted_files(tmp_path)
    monkeypatch.chdir(tmp_path)
    (tmp_path / "auditor.toml").write_text("schema = 1\n", encoding="utf-8")
    assert main(["init", "data.csv", "--predictions", "oof.npz"]) == 2
    assert "auditor.toml is there already" in capsys.readouterr().err
    assert (tmp_path / "auditor.toml").read_text(encoding="utf-8") == "schema = 1\n"


@pytest.mark.parametrize("wrong", [0, 35])
def test_limits_pass_the_data_that_they_were_made_from(wrong: int) -> None:
    """Every one of them, whatever the numbers: also where nothing is wrong at all."""
    subject = subject_of(audited(*(flipped(range(0, N, N // wrong)) if wrong else good())))
    starts = starting_rules(subject)
    assert {"label_issues.rate", "duplicates.rate", "classes.min_count"} <= {one.measure for one in starts}
    rules = [rule_from(f"{one.measure} {one.limit}", "error") for one in starts]
    assert [ruling.status for ruling in judge(subject, rules).rulings] == ["pass"] * len(rules)


@given(st.text(alphabet=st.characters(exclude_categories=["Cs"])))
def test_any_name_of_a_file_or_a_column_can_be_written(text: str) -> None:
    """Quotes, backslashes, line ends, controls, Hangul: what is read back is what was written."""
    assert tomllib.loads(f"a = {toml_value(text)}\nb = {toml_value([text, text])}") == {
        "a": text,
        "b": [text] * 2,
    }
