"""Tables whose first row is no header, or is not the only one."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest
from audit_inputs import refusal, slugs

from auditor.errors import InputError
from auditor.read.choice import InputChoice
from auditor.read.columns import ColumnChoice
from auditor.read.dataset import read_inputs


def csv(folder: Path, text: str) -> Path:
    path = folder / "data.csv"
    path.write_text(text, encoding="utf-8")
    return path


BODY = "".join(f"{at},{'neg' if at % 2 else 'pos'},text {at}\n" for at in range(1, 9))


def test_a_first_row_of_data_is_refused(tmp_path: Path) -> None:
    """The class of the first row stands among the values below it, and no name says a role."""
    (problem,) = refusal(InputError, read_inputs, csv(tmp_path, "0,neg,first\n" + BODY))
    assert problem.slug == "header-missing"
    assert "neg" in problem.what.to("en")
    assert "id,label,text" in problem.fixes[0].to("en")


def test_numbers_and_empty_cells_are_no_names(tmp_path: Path) -> None:
    """Nothing repeats, but no name is a name."""
    text = "0.5,1.25,,3\n" + "".join(f"{at}.5,{at}.75,x{at},{at}\n" for at in range(9))
    assert slugs(refusal(InputError, read_inputs, csv(tmp_path, text))) == ["header-missing"]


def test_with_a_named_label_the_row_is_warned_of(tmp_path: Path) -> None:
    """The user said which column it is; the first row is lost all the same."""
    choice = InputChoice(columns=ColumnChoice(label="neg"))
    notes = read_inputs(csv(tmp_path, "0,neg,first\n" + BODY), choice=choice).dataset.notes
    (warning,) = (note for note in notes if note.slug == "header-missing")
    assert warning.level == "warning"


@pytest.mark.parametrize(
    ("header", "label"),
    [
        ("id,label,text", None),
        ("id,label,pos", None),  # a role is named, so it is a header
        ("nr,what,words", "what"),
        ("0,1,2", "1"),  # what pandas calls columns without names
    ],
)
def test_headers_are_not_taken_for_data(tmp_path: Path, header: str, label: str | None) -> None:
    choice = InputChoice(columns=ColumnChoice(label=label))
    notes = read_inputs(csv(tmp_path, header + "\n" + BODY), choice=choice).dataset.notes
    assert "header-missing" not in slugs(notes)


def test_a_second_header_is_refused(tmp_path: Path) -> None:
    """Korean names above, English below: `label` is no class."""
    book = openpyxl.Workbook()
    for row in [["번호", "라벨", "본문"], ["id", "label", "text"], ["1", "pos", "a"], ["2", "neg", "b"]]:
        book.active.append(row)
    book.save(tmp_path / "two.xlsx")
    (problem,) = refusal(InputError, read_inputs, tmp_path / "two.xlsx")
    assert problem.slug == "header-repeats"
    assert "id, label, text" in problem.what.to("en")


def test_headers_of_files_that_were_put_together_are_refused(tmp_path: Path) -> None:
    """`cat a.csv b.csv` leaves a header in the middle; rows are counted as in the file."""
    head = "id,label,text\n"
    text = head + BODY + head + BODY.replace("text", "word")
    (problem,) = refusal(InputError, read_inputs, csv(tmp_path, text))
    assert problem.slug == "header-repeats"
    assert "row 10" in problem.what.to("en")


def test_single_cells_that_are_names_are_data(tmp_path: Path) -> None:
    """A class called `label` or a text that is `text` is no header."""
    text = "label,text\nlabel,a\ntag,text\nlabel,b\n"
    assert len(read_inputs(csv(tmp_path, text)).dataset.ids) == 3
