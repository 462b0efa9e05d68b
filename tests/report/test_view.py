"""The page of a real audit: every number on it worked out by hand from what was planted."""

from __future__ import annotations

import json
import re
import shlex
from dataclasses import replace
from functools import lru_cache
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest
from audit_inputs import planted, planted_audit, planted_files, sentence, texts_of

import auditor
from auditor import Audit
from auditor.cli.main import main
from auditor.report.elements import Groups, Page, Table
from auditor.report.page import render
from auditor.report.view import page_of


@lru_cache
def page(lang: str = "en", predictions: bool = True) -> Page:
    return page_of(planted_audit(predictions), lang)


def clean_audit() -> Audit:
    """Sixty different rows, labels that the model never contradicts."""
    n = 60
    frame = pd.DataFrame({"text": [sentence(row) for row in range(n)], "label": ["cat", "dog"] * (n // 2)})
    return auditor.audit(frame, predictions=np.array([[0.9, 0.1], [0.1, 0.9]] * (n // 2)))


def cells(of: Page) -> dict[str, tuple[str, str]]:
    return {cell.title: (cell.number, cell.word) for cell in of.verdicts}


# the verdict strip


def test_the_four_cells_say_what_was_planted() -> None:
    """4 wrong labels; with one conflict 5 decisions; three groups, two near; 78 dogs, 82 / 78 is 1.05."""
    assert cells(page()) == {
        "Labels suspected": ("4", "rows"),
        "To review first": ("5", "decisions"),
        "Duplicate groups": ("3", "same content"),
        "Smallest class": ("78", "rows"),
    }
    details = [cell.detail for cell in page().verdicts]
    assert details[0].startswith("1.7% of 240 rows")  # 4 / 240
    assert details[2] == "1 with different labels; 1 row leaked across splits; + 2 near"
    assert details[3] == '"dog"; largest to smallest 1.1:1'
    assert [cell.tone for cell in page().verdicts] == ["look", "look", "look", "calm"]


def test_the_cells_lead_to_what_they_count() -> None:
    anchors = {section.id for section in page().sections} | {"queue"}
    assert {cell.href.removeprefix("#") for cell in page().verdicts} <= anchors


def test_without_predictions_label_errors_are_not_measured() -> None:
    """Not "0" and not "none found"; copies and classes are still counted."""
    bare = page(predictions=False)
    assert cells(bare)["Labels suspected"] == ("-", "not measured")
    assert bare.verdicts[0].detail == "no predictions"
    assert cells(bare)["Duplicate groups"] == ("3", "same content")
    assert bare.forecast == ""
    assert not any("review.html" in action.title for action in bare.actions)


def test_where_nothing_was_found_it_says_so() -> None:
    """None found is another thing than not measured."""
    clean = page_of(clean_audit())
    assert cells(clean)["Labels suspected"] == ("0", "none found")
    assert cells(clean)["Duplicate groups"] == ("0", "none found")
    assert cells(clean)["To review first"] == ("0", "decisions")
    assert clean.forecast == ""
    status = {section.id: section.status for section in clean.sections}
    assert (status["label-issues"], status["duplicates"]) == ("none", "none")


def test_without_labels_neither_errors_nor_classes_are_measured() -> None:
    frame = planted()[0]
    bare = page_of(auditor.audit(frame, label="none"))
    assert cells(bare)["Labels suspected"][1] == "not measured"
    assert cells(bare)["Smallest class"][1] == "not measured"
    assert cells(bare)["Duplicate groups"][0] == "3"


def test_a_class_name_of_5000_characters_is_cut_in_the_cell() -> None:
    frame, probs, _ = planted()
    frame["label"] = frame["label"].replace("dog", "d" * 5_000)
    named = auditor.audit(frame, predictions=probs, classes=["cat", "d" * 5_000, "eel"])
    assert len(page_of(named).verdicts[3].detail) < 120


# what to do first


def test_actions_stand_in_order_of_gain() -> None:
    """Learn how many are real, settle conflicts, remove leaks, look at near conflicts, then the queue."""
    assert [action.title for action in page().actions] == [
        "Open review.html and check the first 25 rows, about 3 minutes",
        "Settle 1 group of equal rows with different labels",
        "Remove 1 leaked row from the later split",
        "Compare 1 pair of rows that are alike but labelled differently",
        "Work through the queue from the top",
    ]
    assert all(action.why for action in page().actions)


def test_without_predictions_the_first_action_is_to_bring_some() -> None:
    first = page(predictions=False).actions[0]
    assert first.title == "Bring out-of-sample predictions"
    assert shlex.split(first.command) == ["auditor", "audit", "dataframe", "--predictions", "oof.npz"]


def test_there_are_at_most_five_actions() -> None:
    """Even where there is something of every kind to do."""
    frame, probs, _ = planted()
    audit = auditor.audit(frame, predictions=probs, detect={"class_balance": {"too_small": 1000}})
    assert len(page_of(audit).actions) == 5
    assert page_of(audit).actions[-1].title == "Work through the queue from the top"


# rows to check first


def test_25_rows_are_spread_over_the_queue() -> None:
    """One of each 25th of the decisions; the exact copies in the queue are one decision."""
    audit = planted_audit()
    ranks = audit.queue["rank"]
    total = ranks.max()
    at = [ranks[position - 1] - 1 for position in audit.header["sampling"]["spots"]]
    pieces = [(total * piece // 25, total * (piece + 1) // 25) for piece in range(25)]
    assert len(at) == 25
    assert all(low <= place < high for place, (low, high) in zip(at, pieces, strict=True))


def test_the_action_names_as_many_rows_as_there_are() -> None:
    """A queue of ten rows has ten to check, about a minute."""
    first = page_of(planted_audit(top=10)).actions[0]
    assert first.title == "Open review.html and check the first 10 rows, about 1 minute"


# the queue and the sections


def test_the_queue_shows_the_first_rows_with_their_content() -> None:
    """The four wrong labels first, each with the text a person needs."""
    rows = page().queue.rows
    assert {row.item for row in rows[:4]} == planted()[2]["label_issue"]
    row = next(row for row in rows if row.item == "item-101")
    assert (row.given, row.suggested) == ("cat", "eel")
    assert row.badges == ("suspected label",)
    assert row.content == (("text", sentence(101)),)
    assert page().queue.total == 240


def test_the_sections_stand_in_the_order_of_the_specification() -> None:
    assert [section.id for section in page().sections] == [
        "label-issues",
        "review",
        "annotators",
        "duplicates",
        "outliers",
        "class-balance",
        "hygiene",
        "trust",
    ]
    assert all(section.meaning for section in page().sections)


def test_the_pairs_of_labels_are_counted() -> None:
    """10 and 202: dog to eel given; 53 and 101: eel to cat given."""
    table = next(block for block in page().sections[0].blocks if isinstance(block, Table))
    assert [tuple(cell.text for cell in row[:3]) for row in table.rows] == [
        ("cat", "eel", "2"),
        ("eel", "dog", "2"),
    ]


def test_a_partial_audit_says_so_before_the_numbers(monkeypatch: pytest.MonkeyPatch) -> None:
    audit = planted_audit()
    why = {"template": "{error}", "values": {"error": "RuntimeError: no idea"}}
    failed = {"detector": "exact_duplicates", "status": "failed", "why": why}
    outcomes = [
        failed if entry["detector"] == failed["detector"] else entry for entry in audit.header["outcomes"]
    ]
    measures = tuple(measure for measure in audit.measures if not measure.name.startswith("duplicates"))
    partial = Audit(header={**audit.header, "outcomes": outcomes}, measures=measures, tables=audit.tables)
    shown = page_of(partial)
    assert "exact_duplicates did not finish (RuntimeError: no idea)" in shown.warnings[0].text
    assert cells(shown)["Duplicate groups"] == ("-", "not measured")


@pytest.mark.parametrize(
    ("said", "words"),
    [
        (True, "out of sample, as stated"),
        (False, "not out of sample, as stated"),
        (None, "was not said (--out-of-sample yes|no)"),
    ],
)
def test_the_page_says_where_the_predictions_come_from(said: bool | None, words: str) -> None:
    assert words in page_of(planted_audit(out_of_sample=said)).provenance


def test_the_page_says_that_there_were_no_predictions() -> None:
    assert page(predictions=False).provenance == "Made without predictions: label errors were not looked for."


def test_no_number_of_real_errors_is_foretold() -> None:
    """No "12 real errors", "about 40% are real", "expected errors: 3" anywhere before a person has looked."""
    text = "\n".join(texts_of(page()))
    assert "No number of real errors is given" in page().forecast
    number = r"\d[\d,.]*%?"
    assert not re.search(rf"{number} (of them )?(are )?(real|true|actual) ", text)
    assert not re.search(rf"(expected|estimated|real) errors?:? *{number}", text, re.IGNORECASE)
    assert not any(measure.name.startswith("label_errors") for measure in planted_audit().measures)


# languages


def numbers(text: str) -> list[str]:
    """The numbers of a sentence; their order may differ between languages."""
    return sorted(re.findall(r"\d+(?:[.,]\d+)*%?", text.replace(" ten ", " 10 ")))


@pytest.mark.parametrize("predictions", [True, False])
def test_the_page_has_the_same_numbers_in_both_languages(predictions: bool) -> None:
    """Cell by cell, sentence by sentence."""
    english, korean = list(texts_of(page("en", predictions))), list(texts_of(page("ko", predictions)))
    assert len(english) == len(korean)
    different = [
        (one, other) for one, other in zip(english, korean, strict=True) if numbers(one) != numbers(other)
    ]
    assert different == []


def test_the_korean_page_is_korean() -> None:
    """Every sentence of ours, not those of the data."""
    shown = page("ko")
    ours = [cell.title for cell in shown.verdicts] + [action.title for action in shown.actions]
    ours += [section.title for section in shown.sections] + [section.meaning for section in shown.sections]
    ours += [shown.provenance, shown.forecast, *(row.reason for row in shown.queue.rows[:10])]
    assert all(re.search("[가-힣]", sentence) for sentence in ours)


# privacy

HEAD, TAIL = "quokka", "wombat"


def private_files(folder: Path) -> None:
    """The planted dataset whose texts begin with one odd word and end, after 120 characters, in another."""
    planted_files(folder)
    frame = pd.read_csv(folder / "data.csv")
    frame["text"] = HEAD + " " + frame["text"] + " filler" * 20 + " " + TAIL
    frame.to_csv(folder / "data.csv", index=False)


def found_in(folder: Path, word: str) -> set[str]:
    """The files that hold a word, in any case; the cells of packed tables are looked through too."""
    found = set()
    for path in folder.iterdir():
        data = path.read_bytes().lower()
        if path.suffix == ".parquet":
            data += str(pq.read_table(path).to_pylist()).lower().encode()
        if word.encode() in data:
            found.add(path.name)
    return found


PAGES = {"report.html", "review.html", "items.parquet"}
"""The files that may hold content."""


@pytest.mark.parametrize(
    ("privacy", "head", "tail"),
    [
        ("full", PAGES, PAGES),
        ("snippet", PAGES, set()),
        ("ids", set(), set()),
    ],
)
def test_privacy_keeps_content_out_of_every_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, privacy: str, head: set[str], tail: set[str]
) -> None:
    """Every byte written is searched for words of the content."""
    private_files(tmp_path)
    monkeypatch.chdir(tmp_path)
    assert main(["audit", "data.csv", "--predictions", "oof.npz", "--privacy", privacy, "--quiet"]) == 0
    assert found_in(tmp_path / "audit", HEAD) == head
    assert found_in(tmp_path / "audit", TAIL) == tail


@pytest.mark.parametrize("privacy", ["snippet", "ids"])
def test_privacy_holds_for_what_is_printed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], privacy: str
) -> None:
    """`show`, `report` and `--json` say no more than the folder holds."""
    private_files(tmp_path)
    monkeypatch.chdir(tmp_path)
    assert main(["audit", "data.csv", "--predictions", "oof.npz", "--privacy", privacy, "--json"]) == 0
    assert main(["show", "audit", "item-101"]) == 0
    assert main(["report", "audit"]) == 0
    said = "".join(capsys.readouterr()) + Path("report.html").read_text(encoding="utf-8")
    assert TAIL not in said
    assert (HEAD in said) == (privacy == "snippet")


# what the page carries


def test_the_page_carries_a_subset_of_audit_json(tmp_path: Path) -> None:
    """The block #auditor-data, member by member as in the file."""
    folder = planted_audit().save(tmp_path / "a")
    document = json.loads((folder / "audit.json").read_bytes())
    html = (folder / "report.html").read_text(encoding="utf-8")
    block = re.search(r'<script type="application/json" id="auditor-data">(.*?)</script>', html, re.DOTALL)
    assert block is not None
    carried = json.loads(block[1])
    assert carried == {name: document[name] for name in carried}
    assert {"schema", "audit_id", "measures", "outcomes", "settings"} <= carried.keys()
    assert carried["schema"] == "auditor.audit/1"


PREDICTED = ["--predictions", "oof.npz"]
COMMANDS = [
    [],
    PREDICTED,
    [*PREDICTED, "--predictions", "second one.npy", "--out-of-sample", "no"],
    [*PREDICTED, "--label", "label", "--id", "id", "--split", "split", "--text", "text"],
    [*PREDICTED, "--features", "te*,split", "--privacy", "snippet", "--top", "17"],
    [*PREDICTED, "--align", "id", "--missing", "drop", "--top", "all", "--lang", "ko"],
    ["--predictions", "second one.npy", "--classes", "cat,dog,eel", "--class-order-checked"],
    ["--predictions", "second one.npy", "--classes", "my names.txt"],
    ["--label", "none", "--privacy", "ids", "--sep", ",", "--input-format", "csv"],
]


@pytest.mark.parametrize(
    ("name", "options"),
    [
        *(("data.csv", options) for options in COMMANDS),
        ("my 'own' $data.csv", PREDICTED),
        ("-rf.csv", PREDICTED),
        ("a\nb;rm -rf.csv", PREDICTED),
    ],
)
def test_the_command_shown_makes_the_same_audit(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, options: list[str]
) -> None:
    """Typed into a shell in the folder of the files, it gives the same audit id."""
    data, _ = planted_files(tmp_path)
    data.rename(tmp_path / name)
    np.save(tmp_path / "second one.npy", planted()[1] * 0.9 + 1 / 30)
    (tmp_path / "my names.txt").write_text("cat\ndog\neel\n")
    monkeypatch.chdir(tmp_path)
    assert main(["audit", f"./{name}", *options, "--quiet", "-o", "first"]) == 0
    first = auditor.load_audit("first")

    words = shlex.split(page_of(first).command)

    assert words[:2] == ["auditor", "audit"]
    assert main([*words[1:], "--quiet", "-o", "second"]) == 0
    assert auditor.load_audit("second").audit_id == first.audit_id


# the curve


def curve(of: Page) -> list[float]:
    """The points of the order curve, [] where the page has none."""
    section = next(part for part in of.sections if part.id == "label-issues")
    charts = [block for block in section.blocks if getattr(block, "id", "") == "chart-order"]
    return [y for chart in charts for y in chart.figure["data"][0]["y"]]  # type: ignore[union-attr]


def with_unclear_conflict(clear_suspects: bool) -> Page:
    """Sixty rows, two of them "good" under two labels that the model contradicts, and perhaps four more."""
    n = 60
    labels = ["cat", "dog"] * (n // 2)
    p = np.array([[0.9, 0.1], [0.1, 0.9]] * (n // 2))
    texts = [f"sentence number {row}" for row in range(n)]
    texts[0] = texts[1] = "good"
    p[[0, 1]] = p[[1, 0]]
    for row in (10, 11, 20, 21) if clear_suspects else ():
        p[row] = p[row][::-1]
    frame = pd.DataFrame({"text": texts, "label": labels})
    return page_of(auditor.audit(frame, predictions=p, detect={"label_issues": {}}), "en")


def test_the_order_curve_falls_and_leaves_out_what_stands_apart() -> None:
    """Conflicts over "good" stand last whatever their score; drawn, they would turn the curve up again."""
    points = curve(with_unclear_conflict(clear_suspects=True))
    assert len(points) == 58
    assert points == sorted(points, reverse=True)


def test_no_curve_is_drawn_where_every_suspect_stands_apart() -> None:
    assert curve(with_unclear_conflict(clear_suspects=False)) == []


# predictions that are worth little, and nothing found


def first_title(of: Page) -> str:
    return of.actions[0].title


def test_in_sample_predictions_are_said_to_be_worth_little_before_any_review() -> None:
    """As stated by the user, or as told by predictions that repeat every label."""
    n = 120
    frame = pd.DataFrame(
        {"text": [f"sentence {row}" for row in range(n)], "label": ["cat", "dog"] * (n // 2)}
    )
    p = np.array([[0.99, 0.01], [0.01, 0.99]] * (n // 2))
    for stated in (None, False):
        shown = page_of(auditor.audit(frame, predictions=p, out_of_sample=stated), "en")
        assert first_title(shown) == "Bring better predictions"
        assert any("training rows" in note.text for note in shown.warnings)
    assert first_title(page_of(auditor.audit(frame, predictions=p, out_of_sample=True), "en")) != (
        "Bring better predictions"
    )


def test_a_clean_dataset_is_given_nothing_to_work_through() -> None:
    """No minutes, no decisions; the least sure rows are offered."""
    shown = page_of(clean_audit(), "en")
    assert cells(shown)["To review first"] == ("0", "decisions")
    assert "min" not in shown.verdicts[1].detail
    assert "Work through the queue from the top" not in [action.title for action in shown.actions]
    assert "Look at the first rows of the queue" in [action.title for action in shown.actions]


def test_a_wide_table_shows_its_first_columns_and_counts_the_rest() -> None:
    """A row of 30 features would fill the screen; `auditor show` prints them all."""
    n = 20
    frame = pd.DataFrame({f"f{at:02d}": np.arange(n) * (at + 1) for at in range(30)})
    audit = auditor.audit(
        frame.assign(label=["cat", "dog"] * (n // 2)),
        predictions=np.array([[0.9, 0.1], [0.2, 0.8]] * (n // 2)),
    )
    content = page_of(audit, "en").queue.rows[0].content
    assert [name for name, _ in content] == [f"f{at:02d}" for at in range(8)] + ["..."]
    assert content[-1][1].startswith("22 more columns")


@pytest.mark.parametrize("names", [("A", "B"), ("train", "fold 2")])
def test_leaks_between_splits_without_an_order_are_not_called_none(names: tuple[str, str]) -> None:
    """No "0 leaked" in the cell, and a note that says why."""
    frame, probs, _ = planted()
    frame["split"] = [names[row % 2] for row in range(len(frame))]
    shown = page_of(auditor.audit(frame, predictions=probs), "en")
    assert "leaked" not in shown.verdicts[2].detail
    assert any("neither train, validation nor test" in note.text for note in shown.warnings)


def test_a_group_stands_under_one_heading() -> None:
    """A conflict across splits is a conflict; the headings count every group once."""
    frame = pd.DataFrame(
        {
            "text": ["one text of words"] * 2 + ["two text of words"] * 2 + ["good"] * 2 + ["ok"] * 2,
            "label": ["cat", "dog", "cat", "cat", "cat", "dog", "cat", "cat"],
            "split": ["train", "test"] * 4,
        }
    )
    section = next(part for part in page_of(auditor.audit(frame), "en").sections if part.id == "duplicates")
    assert [block.caption for block in section.blocks if isinstance(block, Groups)] == [
        "Different labels for the same content (1)",
        "Copies across splits (leaks) (1)",
        "Different labels, but the content says too little to decide (1)",
        "Copies across splits whose content says too little to matter (1)",
    ]


@pytest.mark.parametrize("privacy", ["full", "ids"])
def test_names_that_are_very_long_are_cut_wherever_the_page_shows_them(privacy: str) -> None:
    """A class name of 9,000 characters would otherwise stand in every row, list and table."""
    frame, probs, _ = planted()
    whole = {name: name + "x" * 9_000 for name in ("cat", "dog", "eel")}
    frame = frame.assign(
        label=frame["label"].map(whole), id=["y" * 9_000 + f"{row:03d}" for row in range(240)]
    )
    audit = auditor.audit(frame, predictions=probs, classes=list(whole.values()), privacy=privacy)
    shown = page_of(audit)
    html = render(replace(shown, command="", data={}))  # these two carry the names once, and whole
    assert "y" * 150 in html and "x" * 150 in html
    assert "y" * 201 not in html and "x" * 201 not in html
    assert audit.queue["given_label"].str.len().max() > 9_000


def test_the_copies_of_a_wide_table_show_their_first_columns() -> None:
    """As in the queue: a card of 30 features is no card."""
    frame = pd.DataFrame({f"f{at:02d}": [1, 1, *range(18)] for at in range(30)})
    audit = auditor.audit(frame.assign(label=["cat", "dog"] * 10))
    section = next(entry for entry in page_of(audit).sections if entry.id == "duplicates")
    (card,) = section.blocks[0].cards
    assert [name for name, _ in card.content] == [f"f{at:02d}" for at in range(8)] + ["..."]


def test_the_effective_number_is_explained_with_the_beta_it_was_made_with() -> None:
    """0.999 unless the configuration says otherwise."""
    frame, probs, _ = planted()
    for options, beta in (({}, "beta 0.999:"), ({"class_balance": {"beta": 0.9}}, "beta 0.9:")):
        shown = page_of(auditor.audit(frame, predictions=probs, detect=options), "en")
        tables = [block for part in shown.sections for block in part.blocks if isinstance(block, Table)]
        helps = [column.help for table in tables for column in table.columns if "beta" in column.help]
        assert len(helps) == 1 and beta in helps[0]
