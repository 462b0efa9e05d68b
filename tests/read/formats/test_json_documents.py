"""JSON documents and JSON Lines as tables: shapes, digits, keys, and what is refused."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from audit_inputs import refusal, slugs
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from auditor.errors import AuditorError, InputError
from auditor.read import json_text
from auditor.read.dataset import read_inputs
from auditor.read.formats import records
from auditor.read.tables import TextTable, read_table

ROWS = '[{"text": "a", "label": "x"}, {"text": "b", "label": "y"}]'
CELLS = {"text": ["a", "b"], "label": ["x", "y"]}
FRAME = pd.DataFrame({"text": ["a", "b", "c"], "label": ["x", "y", "x"]})
ANY = st.text(st.characters(exclude_categories=["Cs"]), max_size=12) | st.sampled_from(
    ["007", "1e5", "None", "NA", "null", "true", '"', "\\", "a\nb", "\u2028", "\x85", "\x00", "\ufeff", "가"]
)
of_files = settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])


def read(folder: Path, text: str, name: str = "data.json", encoding: str = "utf-8") -> TextTable:
    path = folder / name
    path.write_bytes(text.encode(encoding))
    return read_table(path)


def refused(folder: Path, text: str, name: str = "data.json") -> list[str]:
    return slugs(refusal(InputError, lambda: read(folder, text, name)))


def said(table: TextTable, slug: str) -> str:
    """The sentence and the details of the only note with a code."""
    (found,) = (note for note in table.notes if note.slug == slug)
    return " | ".join(map(str, (found.what, *found.details)))


# shapes


@pytest.mark.parametrize(
    ("text", "note"),
    [
        (ROWS, None),
        ('{"text": ["a", "b"], "label": ["x", "y"]}', None),
        (f'{{"data": {ROWS}}}', "the table in data.json was read from: the list data"),
        (
            f'{{"version": "1.0", "rows": {ROWS}, "tags": ["t"], "more": []}}',
            "the table in data.json was read from: the list rows | left out: version, tags, more",
        ),
        (
            '{"columns": ["text", "label"], "index": [0, 1], "data": [["a", "x"], ["b", "y"]]}',
            'the table in data.json was read from: columns as pandas writes them with orient="split"',
        ),
        (
            '{"text": {"0": "a", "1": "b"}, "label": {"0": "x", "1": "y"}}',
            'the table in data.json was read from: columns as pandas writes them with orient="columns"',
        ),
        (
            '{"0": {"text": "a", "label": "x"}, "1": {"text": "b", "label": "y"}}',
            'the table in data.json was read from: columns as pandas writes them with orient="index"',
        ),
        (
            '{"text": "a", "label": "x"}\n{"text": "b", "label": "y"}\n',
            "the table in data.json was read from: one object per line (JSON Lines)",
        ),
    ],
)
def test_a_table_is_found_in_every_usual_shape(tmp_path: Path, text: str, note: str | None) -> None:
    """And said where it was found, unless the document is the table."""
    table = read(tmp_path, text)
    assert table.columns.to_pydict() == CELLS
    assert table.format == "json"
    if note is None:
        assert table.notes == ()
    else:
        assert said(table, "json-shape") == note


@pytest.mark.parametrize("orient", ["records", "columns", "index", "split", "table"])
def test_what_pandas_writes_comes_back(tmp_path: Path, orient: Any) -> None:
    """In every form that keeps the names; `table` has its row numbers in a column of their own."""
    FRAME.to_json(tmp_path / "a.json", orient=orient)
    cells = read_table(tmp_path / "a.json").columns.to_pydict()
    expected = {"text": ["a", "b", "c"], "label": ["x", "y", "x"]}
    assert cells == ({"index": ["0", "1", "2"], **expected} if orient == "table" else expected)


@pytest.mark.parametrize("orient", ["columns", "index", "split"])
def test_row_names_of_a_filtered_frame_are_kept_and_are_no_content(tmp_path: Path, orient: Any) -> None:
    """They are neither the id, which the user did not write, nor lost."""
    FRAME[FRAME.label == "x"].to_json(tmp_path / "a.json", orient=orient)
    table = read_table(tmp_path / "a.json")
    assert table.columns["__index_level_0__"].to_pylist() == ["0", "2"]
    assert table.columns["text"].to_pylist() == ["a", "c"]
    roles = read_inputs(tmp_path / "a.json").dataset.roles
    assert (roles.get("id"), roles["text"], roles["label"]) == (None, ("text",), ("label",))


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("3", "json-no-table"),
        ("null", "json-no-table"),
        ("{}", "json-no-table"),
        ("[1, 2]", "json-no-table"),
        ('[{"a": 1}, 2]', "json-no-table"),
        ('{"a": 1}', "json-no-table"),
        ('{"a": [1, 2], "b": [1]}', "json-no-table"),
        ('{"a": {"x": 1}, "b": {"y": 1}}', "json-no-table"),
        ('{"doc": {"text": 1}, "other": {"text": 2}}', "json-no-table"),
        ('{"columns": ["a", "a"], "data": [[1, 2]]}', "json-no-table"),
        ('{"columns": ["a"], "data": [[1, 2]]}', "json-no-table"),
        ('{"columns": ["a"], "index": [0, 1], "data": [[1]]}', "json-no-table"),
        ('{"train": [{"a": 1}], "test": [{"a": 2}]}', "json-several-tables"),
        ("[]", "no-rows"),
        ('{"a": [], "b": []}', "no-rows"),
        ('{"data": []}', "no-rows"),
        ("[{}]", "no-rows"),
        ('[{"a": 1}', "not-json"),
        ('[{"a": 007}]', "not-json"),
        ("<html>", "not-json"),
        ('{"a": "1"}\n[2]\n', "not-json"),
        ("[" * 100_000, "json-too-deep"),
        ('{"a":' * 100_000, "json-too-deep"),
        ('[{"a": ' + "[" * 60 + "]" * 60 + "}]", "json-too-deep"),
        ('[{"a": "\\ud800"}]', "file-unreadable"),
        ('[{"\\ud800": 1}]', "file-unreadable"),
        ('[{"a": 1, "a": 2}]', "json-keys-repeat"),
        ('[{"a": {"b": 1, "b": 2}}]', "json-keys-repeat"),
        ('[{"\\ud800": 1, "\\ud800": 2}]', "json-keys-repeat"),
    ],
)
def test_what_is_no_table_is_refused_with_a_code(tmp_path: Path, text: str, code: str) -> None:
    assert refused(tmp_path, text) == [code]


def test_the_list_that_is_meant_can_be_cut_out_by_what_the_message_says(tmp_path: Path) -> None:
    """The command is ready to paste."""
    text = '{"train set": [{"a": 1}], "test": [{"a": 2}]}'
    (problem,) = refusal(InputError, lambda: read(tmp_path, text, "my data.json"))
    assert str(problem.what) == (
        "my data.json holds 2 lists of objects, and one of them is the table: train set, test"
    )
    assert str(problem.fixes[0]).endswith("""jq '.["train set"]' 'my data.json' > one.json""")


def test_a_column_of_objects_is_no_second_table(tmp_path: Path) -> None:
    """Columns of equal length of which one holds objects are columns."""
    table = read(tmp_path, '{"text": ["a", "b"], "meta": [{"n": 1}, {"n": 2}]}')
    assert table.columns.to_pydict() == {"text": ["a", "b"], "meta": ['{"n": 1}', '{"n": 2}']}


def test_lines_longer_than_the_head_of_a_file_ask_for_json_lines(tmp_path: Path) -> None:
    """Under the ending of a document they cannot be told; the flag that reads them is named."""
    line = json.dumps({"text": "x" * 100_000, "label": "a"})
    (problem,) = refusal(InputError, lambda: read(tmp_path, f"{line}\n{line}\n"))
    assert problem.slug == "not-json"
    assert str(problem.fixes[0]).endswith("--input-format jsonl")
    assert read_table(tmp_path / "data.json", input_format="jsonl").columns.num_rows == 2


# cells


@pytest.mark.parametrize("name", ["data.json", "data.jsonl"])
def test_cells_stay_as_they_were_written(tmp_path: Path, name: str) -> None:
    """Digits, also within lists; null and NaN are empty, and so is nothing else."""
    row = (
        '{"a": 1.50, "b": 12345678901234567890123, "c": true, "d": null, "e": NaN, "f": [1.0, "1", null],'
        ' "g": -Infinity, "h": "null", "i": "", "j": {"k": 1e5}, "l": "\\u0000\\n"}'
    )
    assert read(tmp_path, f"[{row}]" if name == "data.json" else row, name).columns.to_pylist() == [
        {
            "a": "1.50",
            "b": "12345678901234567890123",
            "c": "True",
            "d": "",
            "e": "",
            "f": '[1.0, "1", null]',
            "g": "-Infinity",
            "h": "null",
            "i": "",
            "j.k": "1e5",
            "l": "\0\n",
        }
    ]


def test_a_number_of_a_million_digits_is_a_cell(tmp_path: Path) -> None:
    """Python's own reader refuses more than 4,300."""
    digits = "7" * 1_000_000
    assert read(tmp_path, f'[{{"a": {digits}}}]').columns["a"].to_pylist() == [digits]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp949"])
@pytest.mark.parametrize("name", ["data.json", "data.jsonl"])
def test_every_encoding_is_read_and_said(tmp_path: Path, encoding: str, name: str) -> None:
    text = '{"text": "안녕하세요", "label": "긍정"}'
    table = read(tmp_path, f"[{text}]" if name == "data.json" else text, name, encoding)
    assert table.columns.to_pylist() == [{"text": "안녕하세요", "label": "긍정"}]
    converted = [] if encoding.startswith("utf-8") else ["encoding-converted"]
    assert slugs(table.notes) == converted


def test_json_in_no_encoding_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.json").write_bytes(b'[{"a": "\xff\xff"}]')
    assert slugs(refusal(InputError, read_table, tmp_path / "a.json")) == ["encoding-unknown"]


@of_files
@given(
    rows=st.lists(st.lists(ANY, min_size=3, max_size=3), min_size=1, max_size=5),
    names=st.lists(ANY, min_size=3, max_size=3, unique=True),
    ascii_only=st.booleans(),
    indent=st.sampled_from([None, 2]),
)
def test_any_table_comes_back_from_a_document(
    tmp_path: Path, rows: list[list[str]], names: list[str], ascii_only: bool, indent: int | None
) -> None:
    """Any names and cells of any characters, as a list of objects and as columns."""
    objects = [dict(zip(names, row, strict=True)) for row in rows]
    columns = {name: [row[at] for row in rows] for at, name in enumerate(names)}
    for document in (objects, columns):
        table = read(tmp_path, json.dumps(document, ensure_ascii=ascii_only, indent=indent))
        assert table.columns.to_pydict() == columns


@of_files
@given(rows=st.lists(st.dictionaries(ANY, ANY, min_size=1, max_size=4), min_size=1, max_size=6))
def test_any_objects_give_the_same_table_in_a_document_and_in_lines(
    tmp_path: Path, rows: list[dict[str, str]]
) -> None:
    """Keys that some lack are empty cells in both, and counted alike."""
    one = read(tmp_path, json.dumps(rows))
    other = read(tmp_path, "\n".join(map(json.dumps, rows)), "data.jsonl")
    assert one.columns.equals(other.columns)
    names = list(dict.fromkeys(name for row in rows for name in row))
    assert one.columns.to_pydict() == {name: [row.get(name, "") for row in rows] for name in names}
    assert slugs(one.notes) == slugs(other.notes)
    assert ("keys-missing" in slugs(one.notes)) == any(len(row) < len(names) for row in rows)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | ANY,
    lambda part: st.lists(part, max_size=3) | st.dictionaries(ANY, part, max_size=3),
    max_leaves=12,
)


@of_files
@given(document=JSON, name=st.sampled_from(["data.json", "data.jsonl"]))
def test_any_document_is_a_table_or_a_coded_error(tmp_path: Path, document: Any, name: str) -> None:
    """Whatever JSON holds: never a traceback."""
    try:
        table = read(tmp_path, json.dumps(document), name)
    except AuditorError as error:
        assert all(problem.slug and problem.what.to("ko") for problem in error.problems)
    else:
        assert table.columns.num_rows


@of_files
@given(value=JSON)
def test_a_nested_cell_is_json_of_the_same_value(tmp_path: Path, value: Any) -> None:
    """A list in a cell can be parsed again and is what was written."""
    assume(value == value and "NaN" not in json.dumps(value))
    (cell,) = read(tmp_path, json.dumps([{"a": [value]}])).columns["a"].to_pylist()
    assert json.loads(cell) == [value]


# keys


def test_keys_that_some_rows_lack_are_counted(tmp_path: Path) -> None:
    """A misspelt key is two keys, each of which most rows lack; a key with null is there."""
    text = '[{"text": "a", "label": null}, {"text": "b"}, {"text": "c", "lable": "x"}]'
    assert said(read(tmp_path, text), "keys-missing") == (
        "data.json: 3 rows lack a key that other rows have; it was read as an empty cell"
        " | rows without it: label (2), lable (2)"
    )


def test_a_key_twice_names_the_lines(tmp_path: Path) -> None:
    """Python's own reader would keep the last value."""
    lines = '{"text": "a", "label": "x"}\n{"text": "b", "label": "x", "label": "y"}\n'
    (problem,) = refusal(InputError, lambda: read(tmp_path, lines, "a.jsonl"))
    assert problem.slug == "json-keys-repeat"
    assert str(problem.what) == "a.jsonl: an object has the key label twice"
    assert str(problem.details[0]) == "line 2"


def test_all_faults_of_json_lines_are_told_at_once(tmp_path: Path) -> None:
    assert refused(tmp_path, '{"a": 1}\n{"a": 1, "a": 2}\n[1]\n', "a.jsonl") == [
        "not-json-lines",
        "json-keys-repeat",
    ]


def test_objects_with_keys_of_their_own_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A table of rows times keys would fill any memory."""
    monkeypatch.setattr(records, "EMPTY_CELLS", 100)
    rows = [{f"key {number}": "x"} for number in range(1_000)]
    assert refused(tmp_path, json.dumps(rows)) == ["json-keys-vary"]
    assert refused(tmp_path, "\n".join(map(json.dumps, rows)), "a.jsonl") == ["json-keys-vary"]


def test_a_document_too_large_to_be_read_whole_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """JSON Lines of that size are read."""
    monkeypatch.setattr(json_text, "MOST_BYTES", 60)
    lines = '{"text": "a", "label": "x"}\n' * 3
    assert refused(tmp_path, f"[{', '.join(lines.split(chr(10))[:3])}]") == ["json-too-large"]
    assert read(tmp_path, lines, "a.jsonl").columns.num_rows == 3


def test_a_table_is_told_from_lines_without_reading_the_file(tmp_path: Path) -> None:
    """What cannot be a document is not parsed as one, whatever its ending."""
    for head in (b"text,label\n", b'{"a": 1}\n{"a": 2}\n', b"\xef\xbb\xbf", b"\xff\xfe\x00\xd8", b"\x00"):
        assert not json_text.may_be_document(head)
    for head in (b"[", b'\xef\xbb\xbf {"a":\n', '{"a"'.encode("utf-16"), b'{"a": 1}\n'):
        assert json_text.may_be_document(head)
