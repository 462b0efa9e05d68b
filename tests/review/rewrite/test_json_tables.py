"""JSON Lines and JSON tables rewritten: every byte stays but those of the named values and rows."""

from __future__ import annotations

import codecs
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rewriting import edited_rows, rewritten, rows_of

from auditor.errors import InputError
from auditor.read.tables import read_table
from auditor.review.rewrite.family import Edits

MARKS: Mapping[str, tuple[bytes, str]] = {
    "ascii": (b"", "ascii"),
    "utf-8": (b"", "utf-8"),
    "utf-8-sig": (codecs.BOM_UTF8, "utf-8"),
    "utf-16": (codecs.BOM_UTF16_LE, "utf-16-le"),
    "utf-32": (codecs.BOM_UTF32_BE, "utf-32-be"),
    "cp949": (b"", "cp949"),
}
"""Name -> (byte order mark, codec of what follows)."""
OLD = (
    ('"x"', "x"),
    ('"\\uac00"', "가"),
    ('"]},{["', "]},{["),
    ('"\\"\\\\"', '"\\'),
    ("12", "12"),
    ("-0.50", "-0.50"),
    ("1E5", "1E5"),
    ("true", "True"),
    ("null", ""),
    ("NaN", ""),
    ('["p", 1]', '["p", 1]'),
)
"""(a value as it stands in a file, the cell it is read as)."""
NUMBERS = {"12", "-0.50", "1E5", "NaN"}
NEW = ("y", "나", "😀", 'q"\\', "7", "-3", "1.25", "07", "True", "False", "", "a\nb", '["r"]', "[no")
NEW_NUMBERS = {"7", "-3", "1.25"}


def new_value(old: str, cell: str, new: str, escape: Callable[[str], str]) -> str:
    """What must stand in the place of a value, by the rules in words: see `rewrite_json`."""
    if cell == new:
        return old
    if old in NUMBERS and new in NEW_NUMBERS:
        return new
    if old in {"true", "false"} and new in {"True", "False"}:
        return new.lower()
    if old.startswith("[") and new == '["r"]':
        return new
    return escape(new)


@dataclass(frozen=True)
class File:
    """A table of a text and a label, and how it is written; `text` and `label` would be doccano's."""

    shape: str
    encoding: str
    comma: str
    colon: str
    cells: tuple[tuple[str, str], ...]
    """(value of the text, value of the label) of each row, as JSON."""
    numbers: tuple[int, ...]
    """The number of each row."""
    extra: tuple[str, ...] | None = None
    """The value of an added column in each row, as JSON."""

    def rows(self) -> list[dict[str, str]]:
        out = []
        for at, (text, label) in enumerate(self.cells):
            row = {"body": text, "kind": label}
            out.append(row if self.extra is None else row | {"extra": self.extra[at]})
        return out

    def names(self) -> list[str]:
        return ["body", "kind"] if self.extra is None else ["body", "kind", "extra"]

    def listed(self, parts: Sequence[str]) -> str:
        return f"[{self.comma.join(parts)}]"

    def object(self, parts: Mapping[str, str]) -> str:
        return "{" + self.comma.join(f'"{key}"{self.colon}{part}' for key, part in parts.items()) + "}"

    def content(self) -> str:
        rows = self.rows()
        columns = {name: [row[name] for row in rows] for name in self.names()}
        keys = [str(number) for number in self.numbers]
        match self.shape:
            case "lines":
                return "".join(self.object(row) + "\r\n" for row in rows)
            case "list":
                return "\n" + self.listed([self.object(row) for row in rows]) + "\n"
            case "inner":
                inner = self.listed([self.object(row) for row in rows])
                return self.object({"version": '{"n": [1, {}]}', "data": inner, "tail": "[2]"})
            case "lists":
                return self.object({name: self.listed(cells) for name, cells in columns.items()})
            case "split":
                return self.object(
                    {
                        "columns": self.listed([f'"{name}"' for name in columns]),
                        "index": self.listed(keys),
                        "data": self.listed([self.listed(list(row.values())) for row in rows]),
                    }
                )
            case "columns":
                return self.object(
                    {
                        name: self.object(dict(zip(keys, cells, strict=True)))
                        for name, cells in columns.items()
                    }
                )
            case "index":
                objects = [self.object(row) for row in rows]
                return self.object(dict(zip(keys, objects, strict=True)))
        raise ValueError(self.shape)

    def written(self) -> bytes:
        mark, codec = MARKS[self.encoding]
        return mark + self.content().encode(codec)

    def escape(self, text: str) -> str:
        """A string as this file writes it."""
        raw = json.dumps(text, ensure_ascii=False)
        if self.written().isascii():
            return json.dumps(text)
        if self.encoding == "cp949":
            return raw.replace("😀", "\\ud83d\\ude00")
        return raw

    def after(self, edits: Edits) -> File:
        """The file after the edits."""
        read = dict(OLD)
        kept = [row for row in range(len(self.cells)) if row not in edits.dropped]
        cells = list(self.cells)
        for row, new in edits.cells.get("kind", {}).items():
            text, old = cells[row]
            cells[row] = (text, new_value(old, read[old], new, self.escape))
        extra = tuple(self.escape(edits.added.get("extra", {}).get(row, "")) for row in kept)
        return replace(
            self,
            cells=tuple(cells[row] for row in kept),
            numbers=tuple(self.numbers[row] for row in kept),
            extra=extra if edits.added else None,
        )


SHAPES = ("lines", "list", "inner", "lists", "split", "columns", "index")


@st.composite
def files(draw: st.DrawFn) -> tuple[File, Edits]:
    """A file and what is to change in it."""
    shape = draw(st.sampled_from(SHAPES))
    encoding = draw(st.sampled_from(list(MARKS)))
    text = '"some \\uac00 text"' if encoding == "ascii" else '"글 ]}, \\" 글"'
    n = draw(st.integers(2, 6))
    labels = draw(st.lists(st.sampled_from([old for old, _ in OLD]), min_size=n, max_size=n))
    commas = [", ", ",", " , "] if shape == "lines" else [", ", ",", ",\n  "]
    file = File(
        shape=shape,
        encoding=encoding,
        comma=draw(st.sampled_from(commas)),
        colon=draw(st.sampled_from([": ", ":", " : "])),
        cells=tuple((text, label) for label in labels),
        numbers=tuple(range(n)),
    )
    numbers = st.integers(0, n - 1)
    cells = {"kind": draw(st.dictionaries(numbers, st.sampled_from(NEW), max_size=4))}
    dropped = draw(st.frozensets(numbers, max_size=n - 1))
    added = (
        {"extra": draw(st.dictionaries(numbers, st.sampled_from(NEW), max_size=2))}
        if shape not in {"split", "lists", "columns"} and draw(st.booleans())
        else {}
    )
    return file, Edits(cells=cells, dropped=dropped, added=added)


@given(files())
def test_what_is_written_is_the_file_with_the_named_values_spliced_in(made: tuple[File, Edits]) -> None:
    """Byte for byte, in every shape, encoding and kind of value; it reads back as edited."""
    file, edits = made
    with TemporaryDirectory() as folder:
        path = Path(folder) / ("data.jsonl" if file.shape == "lines" else "data.json")
        path.write_bytes(file.written())
        before = rows_of(read_table(path))
        assert before["kind"] == [dict(OLD)[label] for _, label in file.cells]
        new = rewritten(path, edits)
        assert new.read_bytes() == file.after(edits).written()
        after = rows_of(read_table(new))
        after.pop("__index_level_0__", None)  # the names of the rows, which have a gap now
        assert after == edited_rows(before, edits)


@given(files())
def test_no_edits_no_change(made: tuple[File, Edits]) -> None:
    """Without edits the bytes are the same; so they are where each value is replaced by itself."""
    file, _ = made
    with TemporaryDirectory() as folder:
        path = Path(folder) / ("data.jsonl" if file.shape == "lines" else "data.json")
        path.write_bytes(file.written())
        before = rows_of(read_table(path))
        assert rewritten(path, Edits()).read_bytes() == file.written()
        same = Edits(cells={name: dict(enumerate(cells)) for name, cells in before.items()})
        assert rewritten(path, same).read_bytes() == file.written()


Change = Callable[[str, str, Edits], str]


@pytest.fixture
def change(tmp_path: Path) -> Change:
    """The content of a file after edits; what is written reads back as edited."""

    def make(name: str, content: str, edits: Edits) -> str:
        path = tmp_path / name
        path.write_bytes(content.encode())
        new = rewritten(path, edits)
        assert rows_of(read_table(new)) == edited_rows(rows_of(read_table(path)), edits)
        return new.read_bytes().decode()

    return make


def label(column: str, **rows: str) -> Edits:
    """Edits of one column: r0="x" for row 0."""
    return Edits(cells={column: {int(row[1:]): text for row, text in rows.items()}})


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('{"t":"b","a":{"label":"x"}}', '{"t":"b","a":{"label":"z"}}'),
        ('{"t":"b","a":null}', '{"t":"b","a":{"label": "z"}}'),
        ('{"t":"b","a":{}}', '{"t":"b","a":{"label": "z"}}'),
        ('{"t":"b","a":{"by":"k"}}', '{"t":"b","a":{"by":"k","label":"z"}}'),
        ('{"t":"b"}', '{"t":"b","a":{"label": "z"}}'),
    ],
)
def test_a_label_within_an_object_is_written_there(change: Change, old: str, new: str) -> None:
    """Also where the row has no such object, or null: a key `a.label` would be another column."""
    head = '{"t":"a","a":{"label":"x","by":"k"}}\n'
    assert change("d.jsonl", f"{head}{old}\n", label("a.label", r1="z")) == f"{head}{new}\n"


def test_a_key_with_a_dot_wins_where_any_row_has_it(change: Change) -> None:
    """Then the reader leaves the objects cells, and so must the writer, in rows that lack the key too."""
    content = '{"a":{"label":"x"}}\n{"a":{"label":"y"},"a.label":"q"}\n'
    new = change("d.jsonl", content, label("a.label", r0="z"))
    assert new == '{"a":{"label":"x"},"a.label":"z"}\n{"a":{"label":"y"},"a.label":"q"}\n'


def test_two_cells_of_an_object_that_is_null(change: Change) -> None:
    """One object takes both."""
    content = '{"a":{"label":"x","id":1}}\n{"a":null}\n'
    edits = Edits(cells={"a.label": {1: "z"}, "a.id": {1: "2"}})
    assert change("d.jsonl", content, edits).splitlines()[1] == '{"a":{"label": "z", "id": "2"}}'


def test_added_columns_keep_their_order(change: Change) -> None:
    """Behind the others, in each row, whatever their names are."""
    content = '{"t": "a", "l": "x"}\n\n{"t": "b"}\n'
    edits = Edits(added={"z": {0: "1"}, "y": {1: "2"}}, cells={"l": {1: "n"}})
    new = change("d.jsonl", content, edits)
    assert new == '{"t": "a", "l": "x", "z": "1", "y": ""}\n\n{"t": "b", "l": "n", "z": "", "y": "2"}\n'


def test_lists_of_objects_may_be_columns(change: Change) -> None:
    """Where all lists are of one length the reader takes them for columns; the label is not put into one."""
    content = '{"m":[{"a":1},{"a":2}],"l":["x","y"]}'
    assert change("d.json", content, label("l", r0="z")) == '{"m":[{"a":1},{"a":2}],"l":["z","y"]}'


@pytest.mark.parametrize(
    ("content", "new"),
    [
        ('{"t":["a","b"],"l":["x","y"]}', '{"t":["a","b"],"l":["x","y"],"extra":["", "q"]}'),
        (
            '{"columns":["t","l"],"data":[["a","x"],["b","y"]]}',
            '{"columns":["t","l","extra"],"data":[["a","x",""],["b","y","q"]]}',
        ),
        (
            '{"t":{"0":"a","1":"b"},"l":{"0":"x","1":"y"}}',
            '{"t":{"0":"a","1":"b"},"l":{"0":"x","1":"y"},"extra":{"0": "", "1": "q"}}',
        ),
    ],
)
def test_a_column_is_added_to_columns(change: Change, content: str, new: str) -> None:
    """In each of the shapes that are no list of objects."""
    assert change("d.json", content, Edits(added={"extra": {1: "q"}})) == new


def test_keys_of_rows_are_removed_and_the_others_stay(tmp_path: Path) -> None:
    """The names of the rows that stay are theirs still, with a gap."""
    path = tmp_path / "d.json"
    path.write_text('{"t":{"0":"a","1":"b","2":"c"},"l":{"2":"z","1":"y","0":"x"}}')
    new = rewritten(path, Edits(dropped=frozenset({1}), cells={"l": {2: "w"}}))
    assert new.read_text() == '{"t":{"0":"a","2":"c"},"l":{"2":"w","0":"x"}}'


def test_names_of_rows_are_no_labels_to_write(tmp_path: Path) -> None:
    """A column that the reader made of the index is refused, and the message says what to do."""
    path = tmp_path / "d.json"
    path.write_text('{"t":{"5":"a","7":"b"}}')
    with pytest.raises(InputError, match=r"-o FILE\.csv") as caught:
        rewritten(path, label("__index_level_0__", r0="9"))
    assert caught.value.problems[0].slug == "format-not-written"


def test_digits_of_other_scripts_are_no_json(change: Change) -> None:
    """A class called by full-width or Arabic digits becomes a string, even where a number stood."""
    new = change("d.jsonl", '{"l":1,"t":"가"}\n{"l":2,"t":"나"}\n', label("l", r0="1２", r1="٣"))
    assert new == '{"l":"1２","t":"가"}\n{"l":"٣","t":"나"}\n'


def test_lines_under_the_ending_of_documents(change: Change) -> None:
    """JSON Lines in a `.json` file stay lines."""
    assert change("d.json", '{"l":"x"}\n{"l":"y"}\n', label("l", r1="z")) == '{"l":"x"}\n{"l":"z"}\n'


def test_all_rows_may_go(tmp_path: Path) -> None:
    """An empty list, or no lines, is left."""
    gone: Any = frozenset({0, 1})
    for name, content, left in (
        ("a.json", '[ {"l":"x"}, {"l":"y"} ]', "[  ]"),
        ("b.jsonl", '{"l":"x"}\n\n{"l":"y"}', "\n"),
        ("c.json", '{"l":["x","y"]}', '{"l":[]}'),
    ):
        (tmp_path / name).write_text(content)
        assert rewritten(tmp_path / name, Edits(dropped=gone)).read_text() == left
