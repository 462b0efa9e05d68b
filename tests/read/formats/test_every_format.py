"""What holds of every format that is known by its content; a new one needs an `Example`."""

from __future__ import annotations

from pathlib import Path

import pytest
from audit_inputs import refusal, slugs
from examples_folders import EXAMPLES as FOLDERS
from examples_json import EXAMPLES as JSON

from auditor.cli.main import main
from auditor.errors import AuditorError, UsageError
from auditor.read.choice import InputChoice
from auditor.read.dataset import read_inputs
from auditor.read.formats import register_all
from auditor.read.tables import READERS, read_table

register_all()
EXAMPLES = {**JSON, **FOLDERS}
every_format = pytest.mark.parametrize("name", EXAMPLES)


def test_every_format_has_an_example() -> None:
    """A format that is known by its content, without an example here, is a format without tests."""
    assert {name for name, reader in READERS.items() if reader.looks_like} == EXAMPLES.keys()


@every_format
def test_a_format_is_recognised_and_read_as_it_was_written(tmp_path: Path, name: str) -> None:
    """By its content alone; every cell and the roles of the columns."""
    example = EXAMPLES[name]
    table = read_table(example.make(tmp_path))
    assert table.columns.to_pydict() == example.cells
    assert slugs(table.notes)[0] == "format-recognised"


@every_format
def test_a_format_can_be_named(tmp_path: Path, name: str) -> None:
    """`--input-format`, and then nothing is said about what was recognised."""
    example = EXAMPLES[name]
    table = read_table(example.make(tmp_path), input_format=name)
    assert table.columns.to_pydict() == example.cells
    assert "format-recognised" not in slugs(table.notes)


@every_format
def test_a_format_tells_which_column_is_what(tmp_path: Path, name: str) -> None:
    """The roles without a flag; the same rows give the same fingerprint again."""
    example = EXAMPLES[name]
    path = example.make(tmp_path)
    first, second = (read_inputs(path).dataset for _ in range(2))
    assert {role: first.roles.get(role, ()) for role in example.roles} == example.roles
    assert (first.format, first.fingerprint) == (name, second.fingerprint)


@every_format
def test_a_format_is_audited_or_refused_with_a_code(tmp_path: Path, name: str) -> None:
    """From the command line: the folder is written, or a coded error says why not; never a traceback."""
    path = EXAMPLES[name].make(tmp_path)
    assert main(["audit", str(path), "-o", str(tmp_path / "out"), "--quiet"]) in {0, 3}


@every_format
def test_another_format_may_not_be_forced_in_silence(tmp_path: Path, name: str) -> None:
    """Read as something else it is refused, or its rows are others; never a traceback."""
    path = EXAMPLES[name].make(tmp_path)
    for other in sorted(READERS.keys() - {name}):
        try:
            table = read_table(path, input_format=other)
        except AuditorError as error:
            assert all(problem.slug and problem.what.to("ko") for problem in error.problems)
        else:
            assert table.columns.num_rows


def test_an_unknown_name_of_a_format_is_refused(tmp_path: Path) -> None:
    """With all the names there are."""
    path = tmp_path / "a.csv"
    path.write_text("text,label\na,b\n", encoding="utf-8")
    (problem,) = refusal(UsageError, read_inputs, path, (), InputChoice(input_format="cvs"))
    assert all(name in str(problem.fixes[0]) for name in READERS)
