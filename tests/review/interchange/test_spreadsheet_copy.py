"""The copy for spreadsheets: filled in, damaged as spreadsheets damage it, and read back."""

from __future__ import annotations

import csv
import io
import tempfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from exported_round import audited
from hypothesis import given
from hypothesis import strategies as st

import auditor
from auditor import Audit
from auditor.cli.main import main
from auditor.errors import InputError
from auditor.review.changes import guarded, sheet
from auditor.review.decisions import DecisionFile
from auditor.review.interchange.family import Outgoing, OutItem
from auditor.review.interchange.slips import Slip
from auditor.review.interchange.spreadsheet import OWN, write
from auditor.review.reading import read_decisions

Rows = list[dict[str, str]]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Audit, Path]:
    """The dataset, its audit, and the copy."""
    folder = tmp_path_factory.mktemp("round")
    data, audit = audited(folder)
    auditor.export_items(audit, folder / "review.csv", to="csv", items=30, spot=4)
    return data, audit, folder / "review.csv"


def read_copy(path: Path) -> Rows:
    """Its rows, as a spreadsheet that takes every cell for a text would show them."""
    with path.open(encoding="utf-8-sig", newline="") as stream:
        return list(csv.DictReader(stream))


def filled(rows: Rows) -> Rows:
    """Three decisions: another class, the given one, and out."""
    rows[0] |= {"label": "경제", "reasons": "other; guideline_unclear", "comment": "본문은 경제면"}
    rows[1] |= {"action": "keep"}
    rows[2] |= {"action": "Exclude"}
    return rows


def saved(rows: Rows, path: Path, encoding: str = "utf-8-sig", sep: str = ",") -> Path:
    """The rows as CSV, as a spreadsheet saves them."""
    with path.open("w", encoding=encoding, errors="replace", newline="") as stream:
        writer = csv.DictWriter(stream, list(rows[0]), delimiter=sep)
        writer.writeheader()
        writer.writerows(rows)
    return path


def said(file: DecisionFile) -> list[tuple[Any, ...]]:
    """What was decided, and what travelled."""
    return [
        (
            one.item,
            one.row,
            one.content,
            one.given,
            one.suggested,
            one.action,
            one.label,
            one.sample,
            one.position,
        )
        for one in file.decisions
    ]


def test_it_is_for_spreadsheets(made: tuple[Path, Audit, Path]) -> None:
    """A byte order mark, line ends of Windows, no formula; nothing is filled in; blind rows hide theirs."""
    raw = made[2].read_bytes()
    assert raw.startswith(b"\xef\xbb\xbf") and raw.count(b"\r\n") >= 33
    rows = read_copy(made[2])
    assert list(rows[0]) == ["key", "item", "text", "given", "suggested", "reason", "action", "label",
                             "reasons", "comment", "auditor"]  # fmt: skip
    assert all(row["action"] == row["label"] == row["reasons"] == row["comment"] == "" for row in rows)
    assert sum(row["suggested"] == "" for row in rows) == 13
    assert not any(cell[:1] in set("=+-@\t\r") for row in rows for cell in row.values() if cell)


def test_what_is_filled_in_comes_back_whole(made: tuple[Path, Audit, Path], tmp_path: Path) -> None:
    """With everything that the page's own file would say of the three items."""
    rows = filled(read_copy(made[2]))
    found = read_decisions(saved(rows, tmp_path / "r.csv"))
    assert [(one.item, one.action, one.label) for one in found.decisions] == [
        ("003", "relabel", "경제"),
        ("067", "keep", None),
        ("047", "exclude", None),
    ]
    first = found.decisions[0]
    assert (first.given, first.suggested, first.row, first.sample, first.round) == (
        "정치",
        " 007",
        3,
        "spot",
        1,
    )
    assert first.content.startswith("sha256:") and first.shown_suggestion is False
    assert (first.reasons, first.comment) == (("other", "guideline_unclear"), "본문은 경제면")
    assert found.dataset["label_column"] == "label" and found.report.startswith("r-")
    assert found.undecided == 29


def without(*names: str) -> Callable[[Rows], Rows]:
    """Columns that somebody deleted."""
    return lambda rows: [{name: cell for name, cell in row.items() if name not in names} for row in rows]


DAMAGE: dict[str, Callable[[Rows], Rows]] = {
    "ids become numbers": lambda rows: [row | {"item": str(int(row["item"]))} for row in rows],
    "columns are moved": lambda rows: [dict(reversed(row.items())) for row in rows],
    "rows are sorted": lambda rows: sorted(rows, key=lambda row: row["text"]),
    "the content is deleted": without("text", "given", "suggested", "reason", "item"),
    "only the slip is left": without("text", "given", "suggested", "reason", "item", "key"),
    "empty rows come in": lambda rows: [
        *rows[:2],
        dict.fromkeys(rows[0], ""),
        *rows[2:],
        dict.fromkeys(rows[0], ""),
    ],
    "names get capitals": lambda rows: [{name.title(): cell for name, cell in row.items()} for row in rows],
    "a column is added": lambda rows: [row | {"my notes": "?"} for row in rows],
    "rows are deleted": lambda rows: rows[:5],
}


@pytest.mark.parametrize("damage", DAMAGE)
@pytest.mark.parametrize(
    ("name", "how"),
    [
        ("r.csv", {}),
        ("r.csv", {"encoding": "cp949"}),
        ("r.csv", {"sep": ";"}),
        ("r.tsv", {"sep": "\t", "encoding": "utf-16"}),
        ("r.xlsx", {}),
    ],
)
def test_spreadsheets_change_nothing_of_it(
    made: tuple[Path, Audit, Path], tmp_path: Path, damage: str, name: str, how: dict[str, str]
) -> None:
    """Whatever they do to encoding, separator, format, order and numbers, the same decisions come back."""
    rows = filled(read_copy(made[2]))
    wanted = said(read_decisions(saved(rows, tmp_path / "whole.csv")))
    rows = DAMAGE[damage](rows)
    path = tmp_path / name
    if name.endswith("xlsx"):
        frame = pd.DataFrame(rows).replace("", None)
        if "item" in frame and damage == "ids become numbers":
            frame["item"] = frame["item"].astype(int)
        frame.to_excel(path, index=False)
    else:
        saved(rows, path, **how)
    assert sorted(said(read_decisions(path))) == sorted(wanted)


def test_it_is_applied(
    made: tuple[Path, Audit, Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Ids that Excel made numbers of find their rows, and copies follow the item they were decided with."""
    from answered_round import applied_changes

    rows = read_copy(made[2])
    for row in rows:
        row["item"] = str(int(row["item"]))
        row["label"] = {"3": "경제", "70": "경제"}.get(row["item"], "")
    fixed = tmp_path / "f.csv"
    assert (
        main(["apply", str(made[0]), str(saved(rows, tmp_path / "r.csv", "cp949", ";")), "-o", str(fixed)])
        == 0
    )
    assert applied_changes(made[0], fixed) == {"003": "경제", "011": "경제", "070": "경제"}
    assert "30 rows without a decision" in capsys.readouterr().out


def test_without_the_slip_it_is_a_plain_table(made: tuple[Path, Audit, Path], tmp_path: Path) -> None:
    """Somebody deleted the column: the key finds the row, as in any table of items."""
    rows = without("auditor")(filled(read_copy(made[2])))
    found = read_decisions(saved(rows, tmp_path / "r.csv"))
    assert next((one.item, one.row, one.action, one.content) for one in found.decisions) == (
        "003",
        3,
        "relabel",
        "",
    )


def test_rows_that_were_added_by_hand_count_as_well(made: tuple[Path, Audit, Path], tmp_path: Path) -> None:
    """An item and a label are a decision."""
    rows = filled(read_copy(made[2]))
    rows.append(dict.fromkeys(rows[0], "") | {"item": "021", "label": "정치"})
    found = read_decisions(saved(rows, tmp_path / "r.csv"))
    assert [one.item for one in found.decisions] == ["003", "067", "047", "021"]


def test_columns_that_were_sorted_apart_are_refused(made: tuple[Path, Audit, Path], tmp_path: Path) -> None:
    """The labels would be those of other rows; key and slip tell."""
    rows = filled(read_copy(made[2]))
    keys = sorted(row["key"] for row in rows)
    mixed = [row | {"key": key} for row, key in zip(rows, keys, strict=True)]
    with pytest.raises(InputError) as error:
        read_decisions(saved(mixed, tmp_path / "r.csv"))
    assert error.value.problems[0].slug == "decisions-invalid"


def test_a_slip_that_was_cut_is_told(made: tuple[Path, Audit, Path], tmp_path: Path) -> None:
    rows = filled(read_copy(made[2]))
    rows[4]["auditor"] = rows[4]["auditor"][:50]
    with pytest.raises(InputError) as error:
        read_decisions(saved(rows, tmp_path / "r.csv"))
    assert error.value.problems[0].slug == "decisions-damaged"


@pytest.mark.parametrize("action", ["delete", "relabel"])
def test_what_cannot_be_meant_is_told_with_its_row(
    made: tuple[Path, Audit, Path], tmp_path: Path, action: str
) -> None:
    rows = read_copy(made[2])
    rows[1]["action"] = action
    with pytest.raises(InputError, match="row 2"):
        read_decisions(saved(rows, tmp_path / "r.csv"))


def outgoing(columns: tuple[str, ...], cells: tuple[str, ...], item: str, given: str) -> Outgoing:
    """A round of one item."""
    slip = Slip(
        item=item, row=7, content="sha256:1", given=given, suggested=None, sample="queue", position=1,
        round=1, blind=False, report="r-1", dataset={"rows": 9},
    )  # fmt: skip
    clean = item.encode("utf-8", "replace").decode().replace("\0", "\ufffd")
    one = OutItem(
        item=clean, cells=cells, given=given, suggested="", reason="", picture="", copies=0, slip=slip
    )
    return Outgoing(name="d.csv", columns=columns, classes=("a",), items=(one,), report="r-1")


written_texts = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=30)
labels = written_texts.filter(bool)
names = st.sampled_from([*sorted(OWN), "Label", " item ", "", "=x", "a,b", "content.item"]) | written_texts


@given(
    st.lists(names, min_size=1, max_size=4, unique=True),
    written_texts,
    st.text(st.characters(), min_size=1, max_size=20).filter(lambda item: "\0" not in item),
    labels,
    labels,
)
def test_any_texts_ids_and_labels_come_back(
    columns: list[str], text: str, item: str, before: str, label: str
) -> None:
    """Whatever stands in the content and in its column names, item and label are those that were meant."""
    made = write(outgoing(tuple(columns), (text,) * len(columns), item, before))["review.csv"]
    header, row = list(csv.reader(io.StringIO(made.removeprefix("\ufeff"), newline="")))
    assert len({name.strip().casefold() for name in header}) == len(header)
    row[header.index("label")] = guarded(label)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "r.csv"
        path.write_bytes(_as_it_was(header, row).encode("utf-8"))
        found = read_decisions(path)
    (one,) = found.decisions
    assert (one.item, one.given) == (item, before)
    assert (one.action, one.label) == (("keep", None) if label == before else ("relabel", label))


def _as_it_was(header: list[str], row: list[str]) -> str:
    """Cells that are guarded already, as CSV."""
    from auditor.review.changes import _quoted

    return "\ufeff" + "".join(",".join(map(_quoted, cells)) + "\r\n" for cells in (header, row))


@given(written_texts)
def test_a_guarded_cell_is_no_formula_and_comes_back(text: str) -> None:
    """Also where it begins with the sign that guards."""
    from auditor.review.plain import _unguarded

    assert _unguarded(guarded(text)) == text
    assert guarded(text)[:1] not in set("=+-@\t\r＝＋－＠") or text == ""
    assert sheet(("a",), [(text,)]).startswith("\ufeffa\r\n")


def test_names_of_the_content_that_are_ours_step_aside() -> None:
    """A dataset with columns called item, Label and auditor."""
    out = outgoing(("item", "Label", "auditor", "content.item"), ("1", "2", "3", "4"), "a", "x")
    header = write(replace(out, lang="ko"))["review.csv"].split("\r\n")[0]
    assert header == (
        "\ufeffkey,item,content.item,content.Label,content.auditor,content.content.item,given,suggested,reason,action,"
        "label,reasons,comment,auditor"
    )
