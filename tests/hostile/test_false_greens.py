"""What the nearest tools call fine, or read wrong, or let pass: none of it here."""

from __future__ import annotations

import csv
import json
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from audit_inputs import planted, refusal, sentence, slugs

from auditor import Audit, audit, load_audit
from auditor.cli.main import main
from auditor.errors import AuditorError

CLASSES = ["cat", "dog", "eel"]


def said(args: list[str], capsys: pytest.CaptureFixture[str]) -> tuple[int, str, str]:
    """The exit code and what was printed."""
    code = main(args)
    out, err = capsys.readouterr()
    return code, out, err


def refused(frame: Any, probs: Any = None, **options: Any) -> list[str]:
    """The codes with which an audit is refused."""
    return slugs(refusal(AuditorError, audit, frame, predictions=probs, **options))


def queue(folder: Path) -> list[dict[str, str]]:
    """queue.csv as another program reads it."""
    with (folder / "queue.csv").open(encoding="utf-8-sig", newline="") as stream:
        return list(csv.DictReader(stream))


# nothing to audit is no good grade


def test_a_header_without_rows_is_no_verdict(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A peer gives it 97 points and an A."""
    path = tmp_path / "data.csv"
    path.write_text("id,text,label\n", encoding="utf-8")
    code, out, err = said(["audit", str(path), "-o", str(tmp_path / "audit")], capsys)
    assert (code, out) == (3, "")
    assert err.startswith("auditor: no-rows: ")
    assert not (tmp_path / "audit").exists()


@pytest.mark.parametrize("missing", [None, float("nan"), "", pd.NA])
@pytest.mark.parametrize("suffix", [".csv", ".parquet", ".jsonl"])
def test_labels_that_are_all_missing_are_no_verdict(tmp_path: Path, missing: Any, suffix: str) -> None:
    """A peer gives them 78 points."""
    path = tmp_path / f"data{suffix}"
    frame = pd.DataFrame({"id": list("abc"), "text": list("xyz"), "label": [missing] * 3})
    if suffix == ".csv":
        frame.to_csv(path, index=False)
    elif suffix == ".parquet":
        frame.astype({"label": object}).to_parquet(path)
    else:
        frame.to_json(path, orient="records", lines=True)
    assert refused(path) == ["no-labels"]


def test_text_without_predictions_is_not_called_clean(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A peer: "A, ready to train" on text of which no check looked at a label. Never green for what was not
    checked, on the terminal, on the page, in the JSON."""
    frame, _, _ = planted()
    frame.drop_duplicates("text").to_csv(tmp_path / "data.csv", index=False)
    out = tmp_path / "audit"
    data = str(tmp_path / "data.csv")
    args = ["audit", data, "--model", "none", "-o", str(out), "--lang", "en"]
    code, printed, _ = said(args, capsys)
    assert code == 0
    suspected = next(line for line in printed.splitlines() if "Labels suspected" in line)
    assert "not measured" in suspected and "no predictions" in suspected
    assert "none found" not in suspected
    assert "--predictions" in printed
    statuses = {entry["detector"]: entry["status"] for entry in load_audit(out).header["outcomes"]}
    assert statuses["label_issues"] == "not_applicable"
    assert "not measured" in (out / "report.html").read_text(encoding="utf-8")


def test_a_model_that_learned_nothing_is_not_called_good(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Texts that say nothing of their labels: the built-in model is at chance, and that is said first."""
    frame, _, _ = planted()
    frame.drop_duplicates("text").to_csv(tmp_path / "data.csv", index=False)
    out = tmp_path / "audit"
    code, printed, warned = said(
        ["audit", str(tmp_path / "data.csv"), "-o", str(out), "--lang", "en"], capsys
    )
    assert code == 0
    assert "weak-model" in warned
    assert "close to chance" in printed
    first = next(line for line in printed.splitlines() if line.startswith("  1. "))
    assert "Bring better predictions" in first and "--predictions" in first
    assert "Work through the queue" not in printed


def test_a_wrong_label_column_is_a_usage_error(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A peer ends with 0."""
    planted()[0].to_csv(tmp_path / "data.csv", index=False)
    out = str(tmp_path / "audit")
    code, _, err = said(["audit", str(tmp_path / "data.csv"), "--label", "lable", "-o", out], capsys)
    assert code == 2
    assert "--label label" in err


# text stays text


@pytest.mark.parametrize("suffix", [".csv", ".parquet", ".jsonl"])
def test_labels_that_are_spelt_like_nothing_are_labels(tmp_path: Path, suffix: str) -> None:
    """A peer deleted 600 rows whose labels were "NA"."""
    names = ["NA", "None", "null", "nan", "N/A", "-", "0", "False"]
    frame = pd.DataFrame(
        {
            "id": [f"r{row}" for row in range(80)],
            "text": [f"text number {row}" for row in range(80)],
            "label": names * 10,
        }
    )
    path = tmp_path / f"data{suffix}"
    if suffix == ".csv":
        frame.to_csv(path, index=False)
    elif suffix == ".parquet":
        frame.to_parquet(path)
    else:
        frame.to_json(path, orient="records", lines=True)
    found = audit(path)
    assert set(found.header["dataset"]["classes"]) == set(names)
    assert list(found.scores["given"]) == list(frame["label"])


def test_leading_zeros_survive_into_the_queue(tmp_path: Path) -> None:
    """A peer's `fix` turned 007 into 7: ids, labels and content of digits through to the file."""
    frame, probs, _ = planted()
    codes = {"cat": "007", "dog": "7", "eel": "1e5"}
    frame["id"] = [f"{row:05d}" for row in range(len(frame))]
    frame["label"] = frame["label"].map(codes)
    frame.to_csv(tmp_path / "data.csv", index=False)
    np.savez(tmp_path / "p.npz", probs=probs, ids=frame["id"].to_numpy(str), classes=["007", "7", "1e5"])
    args = ["audit", str(tmp_path / "data.csv"), "--predictions", str(tmp_path / "p.npz"), "--quiet"]
    assert main([*args, "-o", str(tmp_path / "audit")]) == 0
    rows = queue(tmp_path / "audit")
    given = dict(zip(frame["id"], frame["label"], strict=True))
    assert {row["item"] for row in rows} >= {"00010", "00053", "00101", "00202"}
    assert all(row["given_label"] == given[row["item"]] for row in rows)
    assert {row["given_label"] for row in rows} == {"007", "7", "1e5"}


@pytest.mark.parametrize(
    ("encoding", "separator"), [("cp949", ","), ("utf-8-sig", ";"), ("utf-16", "\t"), ("cp949", ";")]
)
def test_what_korean_excel_writes_is_read(tmp_path: Path, encoding: str, separator: str) -> None:
    """Peers: cp949 never, a mark with semicolons once of two, with a damaged name of the first column."""
    frame = pd.DataFrame(
        {
            "일련번호": [f"{row:03d}" for row in range(20)],
            "본문": [f"이 영화, 정말 좋다; {row}\t번" for row in range(20)],
            "라벨": ["긍정", "부정"] * 10,
        }
    )
    frame.to_csv(tmp_path / "data.csv", index=False, encoding=encoding, sep=separator)
    found = audit(tmp_path / "data.csv")
    dataset = found.header["dataset"]
    assert dataset["roles"] == {"id": ["일련번호"], "text": ["본문"], "label": ["라벨"]}
    assert dataset["classes"] == ["긍정", "부정"]
    assert list(found.scores["item"]) == list(frame["일련번호"])
    texts = found.tables["items"].to_pandas()
    assert set(texts.get("content.본문", [])) <= set(frame["본문"])


# what hides something


@pytest.mark.parametrize("name", ["id", "row_id", "uuid", "상품번호", "Unnamed: 0", "image_path"])
def test_a_column_that_names_the_row_does_not_hide_copies(name: str) -> None:
    """With an `id` column peers miss every copy, conflict and leak."""
    rng = np.random.default_rng(0)
    values = rng.integers(0, 1_000_000, 200)
    values[100:110] = values[:10]
    labels = np.where(np.arange(200) % 2, "yes", "no")
    labels[100:105] = np.where(labels[:5] == "yes", "no", "yes")
    labels[105:110] = labels[5:10]
    names = [f"a/{row}.jpg" for row in range(200)] if name == "image_path" else [f"k{r}" for r in range(200)]
    found = audit(pd.DataFrame({name: names, "amount": values, "label": labels}))
    kinds = found.findings.groupby("kind")["row"].nunique()
    assert found.measure("duplicates.exact_groups").value == 10
    assert (kinds["exact_duplicate"], kinds["conflict"]) == (20, 10)


@pytest.mark.parametrize(
    "label", ["[/bold]", "[link=http://x.example]", "\x1b[31mred", "a\n::error::pwn", "::stop-commands::x"]
)
def test_a_label_does_nothing_on_the_terminal(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], label: str
) -> None:
    """`[/bold]` ends a peer with a traceback; `::error::` at the start of a line is a command of CI."""
    frame, _, _ = planted()
    frame.loc[frame["label"] == "eel", "label"] = label
    frame.to_parquet(tmp_path / "data.parquet")
    out = str(tmp_path / "audit")
    code, printed, err = said(["audit", str(tmp_path / "data.parquet"), "-o", out], capsys)
    assert code == 0
    for line in (printed + err).split("\n"):
        assert "\x1b" not in line
        assert not line.lstrip().startswith("::")


def test_a_line_end_in_a_column_name_is_only_a_name(tmp_path: Path) -> None:
    """A peer generates a Python file with column names in it, and a line end in a name ran code."""
    name = 'text\nimport os; os.mkdir("PWNED")\n#'
    frame = planted()[0].rename(columns={"text": name})
    frame.to_csv(tmp_path / "data.csv", index=False)
    done = subprocess.run(
        [sys.executable, "-m", "auditor", "audit", "data.csv", "--text", name, "-o", "out"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "Traceback" not in done.stderr
    assert {path.name for path in tmp_path.iterdir()} == {"data.csv", "out"}
    suffixes = {path.suffix for path in (tmp_path / "out").iterdir()}
    assert suffixes <= {".json", ".csv", ".html", ".parquet", ".keys", ".digests"}
    assert load_audit(tmp_path / "out").header["dataset"]["roles"]["text"] == [name]


# predictions that are none


def spoilt(kind: str) -> tuple[pd.DataFrame, Any]:
    """The planted dataset with predictions that a peer takes."""
    frame, probs, _ = planted(n=600)
    rng = np.random.default_rng(5)
    spoilt = {
        "too short": probs[:-1],
        "too long": np.vstack([probs, probs[:1]]),
        "swapped classes": probs[:, [1, 0, 2]],
        "classes in another order": probs[:, [2, 0, 1]],
        "shuffled": probs[rng.permutation(len(probs))],
        "sums of .5": probs * 0.5,
        "sums of 1.3": probs * 1.3,
        "one NaN": np.where(np.arange(probs.size).reshape(probs.shape) == 30, np.nan, probs),
        "one infinity": np.where(np.arange(probs.size).reshape(probs.shape) == 30, np.inf, probs),
        "one dimension": probs.argmax(axis=1),
        "a column too many": np.column_stack([probs, probs[:, :1]]),
    }
    return frame, spoilt[kind]


@pytest.mark.parametrize(
    ("kind", "slug"),
    [
        ("too short", "rows-differ"),
        ("too long", "rows-differ"),
        ("swapped classes", "class-order"),
        ("classes in another order", "class-order"),
        ("shuffled", None),
        ("sums of .5", "probabilities-rows-do-not-sum"),
        ("sums of 1.3", "probabilities-rows-do-not-sum"),
        ("one NaN", "probabilities-not-finite"),
        ("one infinity", "probabilities-not-finite"),
        ("one dimension", "hard-labels"),
        ("a column too many", "class-count"),
    ],
)
def test_predictions_that_are_wrong_are_refused(kind: str, slug: str | None) -> None:
    """cleanlab's Datalab prints a line about the first, and takes every other one in silence."""
    found = refused(*spoilt(kind))
    assert found
    assert slug is None or slug in found


def test_predictions_of_the_training_rows_are_told() -> None:
    """A model that saw the labels repeats the wrong ones: cleanlab finds none of 308."""
    frame, probs, _ = planted(n=600)
    codes = frame["label"].map(CLASSES.index).to_numpy()
    sure = np.full_like(probs, 0.005)
    sure[np.arange(len(codes)), codes] = 0.99
    noise = np.random.default_rng(0).uniform(0, 0.004, probs.shape)
    found = audit(frame, predictions=(sure + noise) / (sure + noise).sum(axis=1, keepdims=True))
    assert "in-sample" in [note["slug"] for note in found.header["notes"]]


def test_class_order_of_numbers_is_that_of_numbers() -> None:
    """Sorted as text 10 stands before 2; every column behind it would be another class."""
    n = 330
    truth = np.arange(n) % 11
    probs = np.full((n, 11), 0.01)
    probs[np.arange(n), truth] = 0.9
    frame = pd.DataFrame(
        {"text": [f"text {row}" for row in range(n)], "label": [str(code + 1) for code in truth]}
    )
    found = audit(frame, predictions=probs)
    assert found.header["dataset"]["classes"] == [str(number) for number in range(1, 12)]
    assert found.measure("label_issues.count").value == 0


@pytest.mark.parametrize("suffix", [".jsonl", ".parquet"])
def test_labels_in_one_hot_lists_are_not_taken_for_numbers_of_classes(tmp_path: Path, suffix: str) -> None:
    """[0, 1, 0] read as class indices made cleanlab flag 803 of 1,000 rows; here it is a name, or refused."""
    lists = [[1, 0, 0], [0, 1, 0], [0, 0, 1]]
    frame = pd.DataFrame(
        {"text": [f"text {row}" for row in range(30)], "label": [lists[r % 3] for r in range(30)]}
    )
    path = tmp_path / f"data{suffix}"
    frame.to_json(path, orient="records", lines=True) if suffix == ".jsonl" else frame.to_parquet(path)
    try:
        found: Audit = audit(path)
    except AuditorError as error:
        assert slugs(error.problems)
    else:
        assert len(found.header["dataset"]["classes"]) == 3
        assert list(found.scores["given"]) == [json.dumps(label) for label in frame["label"]]


def test_an_error_in_a_rare_class_is_found() -> None:
    """Datalab leaves out classes of under ten rows, with one line in a log."""
    frame, probs, _ = planted()
    rare = np.arange(8) * 3 + 60
    probs = np.column_stack([probs * 0.99, np.full(len(probs), 0.01)])
    probs[rare] = [0.01, 0.01, 0.01, 0.97]
    labels = frame["label"].to_numpy(object)
    labels[rare] = "rare"
    probs[rare[0]] = [0.97, 0.01, 0.01, 0.01]  # a cat, surely
    found = audit(frame.assign(label=labels), predictions=probs, classes=[*CLASSES, "rare"])
    suspects = found.findings[found.findings["kind"] == "label_issue"]["item"]
    assert f"item-{rare[0]:03d}" in set(suspects)


@pytest.mark.parametrize("place", [0, 1, 3])
def test_a_class_without_a_row_shifts_no_other(place: int) -> None:
    """In front it gives a peer's imbalance a 0 and hides the rare class; at the end it ends the run."""
    frame, probs, _ = planted()
    names = [*CLASSES[:place], "ghost", *CLASSES[place:]]
    wide = np.insert(probs * 0.999, place, 0.001, axis=1)
    found = audit(frame, predictions=wide, classes=names)
    assert found.header["dataset"]["classes"] == names
    suspects = found.findings[found.findings["kind"] == "label_issue"]["item"]
    assert set(suspects) == {"item-010", "item-053", "item-101", "item-202"}


# cost


def test_a_thousand_classes_take_seconds_and_get_no_nonsense() -> None:
    """A peer: 112 CPU seconds, "100 % mislabelled"."""
    n, k = 6_000, 1_000
    rng = np.random.default_rng(0)
    truth = np.arange(n) % k
    logits = rng.normal(size=(n, k)).astype(np.float32)
    logits[np.arange(n), truth] += 8
    probs = np.exp(logits)
    probs /= probs.sum(axis=1, keepdims=True)
    labels = truth.copy()
    wrong = rng.choice(n, 60, replace=False)
    labels[wrong] = (truth[wrong] + 7) % k
    names = [f"c{code:04d}" for code in range(k)]
    frame = pd.DataFrame(
        {"text": [sentence(row) for row in range(n)], "label": [names[code] for code in labels]}
    )
    before = time.process_time()
    found = audit(frame, predictions=probs, classes=names)
    assert time.process_time() - before < 20
    suspects = set(found.findings[found.findings["kind"] == "label_issue"]["row"])
    assert len(suspects & set(wrong)) > 0.9 * len(suspects) > 20
    assert len(set(found.queue["row"][:60]) & set(wrong)) >= 50


# the data folder


def listing(folder: Path) -> dict[str, tuple[int, int]]:
    """Every file with its size and the time of its last change."""
    return {
        path.relative_to(folder).as_posix(): (path.stat().st_size, path.stat().st_mtime_ns)
        for path in sorted(folder.rglob("*"))
    }


@pytest.mark.parametrize("broken", [False, True])
def test_nothing_is_written_beside_the_data(tmp_path: Path, broken: bool) -> None:
    """A peer writes 5 to 11 MB into it; here neither a success nor a refusal leaves a trace."""
    folder, elsewhere = tmp_path / "data", tmp_path / "work"
    folder.mkdir(), elsewhere.mkdir()
    frame, probs, _ = planted()
    frame.to_csv(folder / "data.csv", index=False)
    table = pd.DataFrame(probs, columns=CLASSES).assign(id=frame["id"])
    if broken:
        table = table.astype({"cat": object})
        table.loc[3, "cat"] = "no number"
    table.to_csv(folder / "oof.csv.gz", index=False)
    before = listing(folder)
    args = ["audit", str(folder / "data.csv"), "--predictions", str(folder / "oof.csv.gz"), "-o", "out"]
    done = subprocess.run(
        [sys.executable, "-m", "auditor", *args],
        cwd=elsewhere,
        capture_output=True,
        text=True,
        check=False,
        env=os.environ | {"TMPDIR": str(elsewhere)},
    )
    assert done.returncode == (3 if broken else 0), done.stderr
    assert "Traceback" not in done.stderr
    assert listing(folder) == before
    assert {path.name for path in elsewhere.iterdir()} == (set() if broken else {"out"})
