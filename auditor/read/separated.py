"""How a file of separated values is written: encoding, separator, quotes."""

from __future__ import annotations

import csv as text_csv
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TextIO

from pyarrow import csv

from auditor.errors import InputError, Problem
from auditor.read.encodings import encoding_of
from auditor.read.files import unreadable
from auditor.wording import N_, say

SEPARATORS = (",", "\t", ";", "|")
SAID = re.compile(r'"?sep=([,;|\t])"?,*')
"""The first line by which Excel is told the separator; Excel hides it."""
CELL_CAP = 64 << 20
"""Largest block, and so the largest row, that is read: 64 MB."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SeparatedForm:
    """How a file of separated values is written."""

    path: Path
    encoding: str
    separator: str
    blank: int = 0
    """Lines before the header: empty ones, and `sep=;`."""
    quoted: bool = True
    """Whether the character " quotes; False where it is text."""

    def names(self) -> list[str]:
        """The column names in the header line.

        Raises:
            InputError: `file-unreadable` for a header that is no row of cells.
        """
        try:
            with _lines(self) as stream:
                names: list[str] = next(self._rows(stream), [])
                return names
        except text_csv.Error as error:
            raise InputError(unreadable(self.path, error)) from error

    def other_separators(self) -> list[str]:
        """Separators that stand in the header line and are not the one in use."""
        header = _header(self.path, self.encoding)[1]
        return [separator for separator in SEPARATORS if separator != self.separator and separator in header]

    def has_quotes(self) -> bool:
        """Whether the character " may stand in the file."""
        with self.path.open("rb") as stream:
            return any(b'"' in chunk for chunk in iter(lambda: stream.read(1 << 20), b""))

    def open_quote(self) -> int | None:
        """The line of the first cell whose quote does not close where it should and takes in a line end.

        A reader that forgives it makes one row of several, without a word. Sloppy quotes within one
        line do no harm.
        """
        with _lines(self) as stream:
            reader = self._rows(stream, strict=True)
            while True:
                first = reader.line_num + 1
                try:
                    next(reader)
                except StopIteration:
                    return None
                except text_csv.Error:
                    if reader.line_num > first:
                        return int(first + self.blank)

    def _rows(self, stream: TextIO, *, strict: bool = False) -> Any:
        text_csv.field_size_limit(CELL_CAP)
        return text_csv.reader(
            stream,
            delimiter=self.separator,
            quoting=text_csv.QUOTE_MINIMAL if self.quoted else text_csv.QUOTE_NONE,
            strict=strict,
        )


def form_of(path: Path, sep: str | None = None, preferred: str = ",") -> SeparatedForm:
    """Encoding and separator of a CSV or TSV file; `preferred` where the header does not tell."""
    encoding = encoding_of(path)
    blank, header, said = _header(path, encoding)
    separator = sep or said or _separator(header, preferred)
    return SeparatedForm(path=path, encoding=encoding, separator=separator, blank=blank)


def _header(path: Path, encoding: str) -> tuple[int, str, str | None]:
    """The number of lines before the header, its beginning, and what a line `sep=;` of Excel says."""
    blank, said = 0, None
    with path.open(encoding=encoding, newline="") as stream:
        while line := stream.readline(1 << 16):
            found = SAID.fullmatch(line.strip("\r\n")) if said is None else None
            if line.strip("\r\n") and not found:
                break
            said = found[1] if found else said
            blank += 1
        return blank, line, said


def _separator(header: str, preferred: str) -> str:
    """The separator that the header line holds most often outside quotes; `preferred` on a tie."""
    outside = "".join(header.split('"')[::2])
    counts = {separator: outside.count(separator) for separator in SEPARATORS}
    best = max(counts.values())
    return preferred if counts[preferred] == best else max(counts, key=lambda separator: counts[separator])


def _lines(form: SeparatedForm) -> TextIO:
    """The open file, behind the empty lines before the header."""
    stream = form.path.open(encoding=form.encoding, newline="")
    for _ in range(form.blank):
        stream.readline()
    return stream


def is_too_long(error: Exception) -> bool:
    """Whether pyarrow could not read a row because it is longer than a block."""
    return "straddl" in str(error)


def too_long(path: Path) -> Problem:
    """A row that is longer than the largest block."""
    return Problem(
        slug="row-too-long",
        what=say(N_("{name}: a row is longer than {limit} MB"), name=path.name, limit=CELL_CAP >> 20),
        details=(say(N_("often a quote that does not close, or a file inside a cell")),),
        fixes=(say(N_("shorten the cell, or write the table as Parquet")),),
    )


def read_options(form: SeparatedForm, block_size: int = CELL_CAP) -> csv.ReadOptions:
    """pyarrow's read options; one thread, so that bad rows have numbers."""
    encoding = "utf8" if form.encoding.startswith("utf-8") else form.encoding
    return csv.ReadOptions(encoding=encoding, use_threads=False, block_size=block_size, skip_rows=form.blank)


def parse_options(
    form: SeparatedForm, columns: int, on_bad_row: Callable[[csv.InvalidRow], str] | None = None
) -> csv.ParseOptions:
    """pyarrow's parse options; an empty line is a row only where a row is a single cell."""
    return csv.ParseOptions(
        delimiter=form.separator,
        quote_char='"' if form.quoted else False,
        newlines_in_values=form.quoted,
        ignore_empty_lines=columns > 1,
        invalid_row_handler=on_bad_row,
    )
