"""CSV and TSV rewritten: every byte stays but those of the named cells and rows."""

from __future__ import annotations

import codecs
import tracemalloc
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from unittest.mock import patch

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from rewriting import edited_rows, rewritten, rows_of

from auditor.errors import InputError
from auditor.read.sources import located
from auditor.read.tables import read_table
from auditor.review.rewrite import records
from auditor.review.rewrite.family import Edits

ENCODINGS: Mapping[str, tuple[bytes, str]] = {
    "utf-8": (b"", "utf-8"),
    "utf-8-sig": (codecs.BOM_UTF8, "utf-8"),
    "utf-16 little": (codecs.BOM_UTF16_LE, "utf-16-le"),
    "utf-16 big": (codecs.BOM_UTF16_BE, "utf-16-be"),
    "utf-16 little, no mark": (b"", "utf-16-le"),
    "utf-16 big, no mark": (b"", "utf-16-be"),
    "utf-32 little": (codecs.BOM_UTF32_LE, "utf-32-le"),
    "utf-32 big": (codecs.BOM_UTF32_BE, "utf-32-be"),
    "cp949": (b"", "cp949"),
}
"""Name -> (byte order mark, codec of what follows)."""
ENDS = ("\n", "\r\n", "\r")
TEXTS = ("a", "가나", "똠\\", "😀", " x ", 'say "hi"', '"', '""', "b,c", "t\tt", "s;s", "p|p", "", "007")
LINES = ("two\nlines", "two\r\nlines", "r\rr", '"\n"')
NAMES = ("글", "label", "note")


@dataclass(frozen=True)
class Cell:
    """A cell, and whether the writer chose to quote it."""

    text: str
    quoted: bool

    def needs_quotes(self, separator: str) -> bool:
        return any(sign in self.text for sign in (separator, '"', "\n", "\r"))

    def written(self, separator: str) -> str:
        if self.quoted or self.needs_quotes(separator):
            return '"' + self.text.replace('"', '""') + '"'
        return self.text


@dataclass(frozen=True)
class Row:
    """A record, the empty lines before it, and its line end."""

    cells: tuple[Cell, ...]
    before: str
    end: str

    def written(self, separator: str) -> str:
        return self.before + separator.join(cell.written(separator) for cell in self.cells) + self.end


@dataclass(frozen=True)
class File:
    """A file of separated values, the first row being the header."""

    suffix: str
    separator: str
    encoding: str
    start: str
    rows: tuple[Row, ...]

    def written(self) -> bytes:
        mark, codec = ENCODINGS[self.encoding]
        return mark + (self.start + "".join(row.written(self.separator) for row in self.rows)).encode(codec)

    def after(self, edits: Edits) -> bytes:
        """What the file must be after the edits, each of which is made by hand."""
        rows = []
        for number, row in enumerate(self.rows, start=-1):
            if number in edits.dropped:
                rows.append(Row((), row.before, ""))
                continue
            cells = list(row.cells)
            for at, name in enumerate(NAMES[: len(cells)]):
                if number in edits.cells.get(name, {}):
                    text = edits.cells[name][number]
                    quoted = cells[at].quoted or cells[at].needs_quotes(self.separator)
                    alone = not text and len(cells) == 1 and not edits.added
                    cells[at] = Cell(text, quoted or alone)
            for name, texts in edits.added.items():
                cells.append(Cell(name if number < 0 else texts.get(number, ""), False))
            rows.append(replace(row, cells=tuple(cells)))
        return replace(self, rows=tuple(rows)).written()


@st.composite
def files(draw: st.DrawFn) -> tuple[File, Edits]:
    """A file and what is to change in it."""
    suffix, preferred = draw(st.sampled_from([("csv", ","), ("tsv", "\t"), ("txt", "\t")]))
    width = draw(st.integers(1, 3))
    separator = preferred if width == 1 else draw(st.sampled_from([",", "\t", ";", "|"]))
    encoding = draw(st.sampled_from(list(ENCODINGS)))
    texts = [text for text in (*TEXTS, *LINES) if holds(encoding, text)]
    ends = draw(st.lists(st.sampled_from(ENDS), min_size=1, max_size=3, unique=True))
    end = st.sampled_from(ends)
    blank = st.sampled_from(["", "", "", *ends]) if width > 1 else st.just("")
    text = st.sampled_from(texts)
    if len(ends) > 1:  # an empty line behind another end would make one end of two: "\r" and "\n"
        blank = blank.filter(lambda blank: not blank.startswith("\n"))
        text = text.filter(bool) if width == 1 else text
    quoted = draw(st.sampled_from([st.just(True), st.just(False), st.booleans()]))
    rows = [Row(tuple(Cell(name, draw(quoted)) for name in NAMES[:width]), "", draw(end))]
    n = draw(st.integers(1, 6))
    for _ in range(n):
        cells = tuple(Cell(draw(text), draw(quoted)) for _ in range(width))
        rows.append(Row(cells, draw(blank), draw(end)))
    if draw(st.booleans()) and rows[-1].written(separator).strip("\r\n"):
        rows[-1] = replace(rows[-1], end="")
    said = f"sep={separator}" + draw(end)
    start = draw(st.sampled_from(["", "", draw(end), said, said + draw(end)]))
    file = File(suffix, separator, encoding, start, tuple(rows))
    numbers = st.integers(0, n - 1)
    changes = {name: draw(st.dictionaries(numbers, text, max_size=3)) for name in NAMES[:width]}
    added = {"extra": draw(st.dictionaries(numbers, text, max_size=2))} if draw(st.booleans()) else {}
    dropped = draw(st.frozensets(numbers, max_size=n - 1))
    return file, Edits(cells=changes, dropped=dropped, added=added)


def holds(encoding: str, text: str) -> bool:
    try:
        text.encode(ENCODINGS[encoding][1])
    except UnicodeEncodeError:
        return False
    return True


@given(files(), st.integers(1, 9), st.integers(2, 3))
def test_what_is_written_is_the_file_with_the_named_cells_spliced_in(
    made: tuple[File, Edits], chunk: int, block: int
) -> None:
    """Byte for byte, in every encoding, separator, line end and way of quoting; it reads back as edited."""
    file, edits = made
    with TemporaryDirectory() as folder, patch.multiple(records, CHUNK=chunk, BLOCKS=(block + 2, block)):
        path = Path(folder) / f"data.{file.suffix}"
        path.write_bytes(file.written())
        before = read_as_meant(path, file)
        new = rewritten(path, edits)
        assert new.read_bytes() == file.after(edits)
        again = read_table(new)
        assert again.form is not None
        guessed = file.separator == "\t" and not again.form.quoted  # the new cells made quotes text
        assert guessed or rows_of(again) == edited_rows(before, edits)


@given(files(), st.integers(1, 9))
def test_no_edits_no_change(made: tuple[File, Edits], chunk: int) -> None:
    """Without edits the bytes are the same; so they are where each cell is replaced by itself."""
    file, _ = made
    with TemporaryDirectory() as folder, patch.multiple(records, CHUNK=chunk, BLOCKS=(3, 2)):
        path = Path(folder) / f"data.{file.suffix}"
        path.write_bytes(file.written())
        before = read_as_meant(path, file)
        assert rewritten(path, Edits()).read_bytes() == file.written()
        same = Edits(cells={name: dict(enumerate(cells)) for name, cells in before.items()})
        assume(len(before) > 1)  # alone in its row, an empty cell gets quotes
        assert rewritten(path, same).read_bytes() == file.written()


def read_as_meant(path: Path, file: File) -> dict[str, list[str]]:
    """The table of a file that the reader takes as it was meant: a tab may make it read quotes as text."""
    try:
        table = read_table(path)
    except InputError as error:
        assume("encoding" not in str(error))
        raise
    assert table.form is not None
    assume(table.form.quoted and table.form.encoding.startswith(file.encoding.split(" ")[0]))
    rows = rows_of(table)
    names = [cell.text for cell in file.rows[0].cells]
    assert rows == {name: [row.cells[at].text for row in file.rows[1:]] for at, name in enumerate(names)}
    return rows


sloppy = st.text(st.sampled_from('a",\n\r '), max_size=40)


@given(sloppy, st.integers(1, 4), st.integers(0, 3))
def test_rows_are_those_of_the_reader(content: str, chunk: int, row: int) -> None:
    """However sloppy the quotes are: what the reader takes for a row is the row that changes."""
    with TemporaryDirectory() as folder, patch.multiple(records, CHUNK=chunk, BLOCKS=(3, 2)):
        path = Path(folder) / "data.csv"
        path.write_bytes(b"t,l\n" + content.encode())
        try:
            table = read_table(path)
        except InputError:
            return
        assert table.form is not None
        rows = rows_of(table)
        row = min(row, len(rows["l"]) - 1)
        edits = Edits(cells={"l": {row: "new"}})
        try:
            new = read_table(rewritten(path, edits))
        except InputError as error:  # the changed cell was what made the quotes be read as text
            assert not table.form.quoted or "quote-open" in repr(error)
            return
        assert new.form is not None
        if new.form.quoted == table.form.quoted:
            assert rows_of(new) == edited_rows(rows, edits)


Write = Callable[[bytes], Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Writes data.csv."""

    def make(content: bytes) -> Path:
        path = tmp_path / "data.csv"
        path.write_bytes(content)
        return path

    return make


def test_a_quoted_cell_may_be_longer_than_what_is_read_at_once(write: Write) -> None:
    """A line end within quotes where a chunk ends does not shift the rows behind it."""
    path = write(b"t,l\n" + b'"a\n,b",x\n' * 300_000)
    with patch.object(records, "CHUNK", 1 << 16):
        new = rewritten(path, Edits(cells={"l": {299_998: "y"}}))
    assert new.read_bytes() == b"t,l\n" + b'"a\n,b",x\n' * 299_998 + b'"a\n,b",y\n"a\n,b",x\n'


def test_a_header_in_quotes_behind_a_byte_order_mark(write: Write) -> None:
    """The mark is no part of the first cell, whose quotes count."""
    path = write(b'\xef\xbb\xbf"t\nz",l\n1,2\n3,4\n')
    new = rewritten(path, Edits(cells={"l": {1: "y"}}))
    assert new.read_bytes() == b'\xef\xbb\xbf"t\nz",l\n1,2\n3,y\n'


def test_a_cell_goes_on_behind_its_closing_quote(write: Write) -> None:
    """As pyarrow reads it: `"b"c"d` is one cell, and no other changes."""
    path = write(b't,l\n"b"c"d,x\na"b,y\n')
    new = rewritten(path, Edits(cells={"l": {0: "p", 1: "q"}}))
    assert new.read_bytes() == b't,l\n"b"c"d,p\na"b,q\n'


def test_a_quote_that_the_last_row_leaves_open_is_closed_before_a_new_cell(write: Write) -> None:
    """Or the new cell would be within the quotes."""
    path = write(b't,l\na,x\nb,"y')
    new = rewritten(path, Edits(added={"extra": {1: "z"}}))
    assert new.read_bytes() == b't,l,extra\na,x,\nb,"y",z'


def test_quotes_that_are_text_are_written_as_text(tmp_path: Path) -> None:
    """In a file whose quotes the reader takes for text no label gets quotes, and none is doubled."""
    path = tmp_path / "data.tsv"
    path.write_bytes(b't\tl\n"open\tx\n"a\t"y"\n')
    new = rewritten(path, Edits(cells={"l": {0: '"y"'}}))
    assert new.read_bytes() == b't\tl\n"open\t"y"\n"a\t"y"\n'
    with pytest.raises(InputError, match="no quotes"):
        rewritten(path, Edits(cells={"l": {0: "a\tb"}}))


def test_bytes_of_cp949_that_look_like_ascii_are_no_separators(write: Write) -> None:
    """The second byte of a character may be that of a letter of the alphabet."""
    letters = "".join(
        letter for letter in map(chr, range(0xAC00, 0xD7A4)) if letter.encode("cp949")[1] < 0x80
    )
    assert len(letters) > 3000
    raw = f"글|label\n{letters}|나\n다|{letters}\n".encode("cp949")
    new = rewritten(write(raw), Edits(cells={"label": {0: "쀍"}}))
    assert new.read_bytes() == f"글|label\n{letters}|쀍\n다|{letters}\n".encode("cp949")


def test_a_label_that_the_encoding_lacks_is_refused_by_name(write: Write) -> None:
    """The message names the label and the encoding, and nothing is written."""
    path = write("글,label\n가,나\n".encode("cp949"))
    with pytest.raises(InputError) as caught:
        rewritten(path, Edits(cells={"label": {0: "joy 😀"}}))
    (problem,) = caught.value.problems
    assert problem.slug == "label-not-encodable"
    assert "joy 😀" in str(problem.what)
    assert "cp949" in str(problem.what)
    assert not (path.parent / "new" / path.name).exists()


def test_memory_does_not_grow_with_the_file(write: Write) -> None:
    """A file of 4 MB is written with less than 1 MB when little is read at once."""
    path = write(b"t,l\n" + b'"a, text",x\n' * 350_000)
    rewritten(path, Edits())  # what is imported on the way is not counted
    table = read_table(path)
    source = located(path)
    from auditor.review.rewrite.separated import rewrite_separated

    with patch.object(records, "CHUNK", 1 << 14):
        tracemalloc.start()
        rewrite_separated(source, table, Edits(cells={"l": {349_999: "y"}}), path.parent / "out.csv")
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
    assert peak < 1 << 20
