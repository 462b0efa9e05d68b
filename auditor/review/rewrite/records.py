"""A text of separated values cut into records as pyarrow's reader cuts it, a stretch at a time.

A quote counts only as the first character of a cell; behind the quote that closes it the cell goes on up to
the separator. A line end is `\\n`, `\\r\\n` or `\\r`. Empty lines are rows only where a row is a single cell.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TextIO

CHUNK = 1 << 20
"""Characters read at once, at least."""
BLOCKS = (256, 16)
"""Records passed over with one match: so many, where there are; one by one takes ten times as long."""
NO_LIMIT = 1 << 62
END = r"(?:\r\n?+|\n)"
LINE = re.compile(rf"[^\r\n]*+{END}")


class Grammar:
    """The cells and records of one way to write separated values.

    No possessive repeat of a group: Python 3.11 before 3.11.5 gets them wrong (python/cpython#106052).
    """

    def __init__(self, separator: str, *, quoted: bool, width: int) -> None:
        sign = re.escape(separator)
        begun = r'"[^"]*+(?:""[^"]*+)*'
        closed = f'{begun}"(?!")'
        first, later = rf"(?<![^{sign}\r\n])", rf"(?<=[^{sign}\r\n])"  # where a quote counts, and where not
        body = rf'[^"\r\n]*+(?:(?:{first}{closed}|{later}")[^"\r\n]*+)*' if quoted else r"[^\r\n]*+"
        blanks = r"[\r\n]*+" if width > 1 else ""
        plain = rf"[^{sign}\r\n]*+"
        self.separator, self.quoted, self.width = separator, quoted, width
        self._cell = re.compile(f'{closed}{plain}|(?!"){plain}' if quoted else plain)
        self._open = re.compile(rf"{begun}\Z") if quoted else None
        self.blanks = re.compile(blanks)
        self.record = re.compile(f"(?P<before>{blanks})(?P<body>{body})(?P<end>{END})")
        self.blocks = {size: re.compile(f"(?:{blanks}{body}{END}){{{size}}}") for size in BLOCKS}

    def cells(self, body: str) -> list[str]:
        """The cells of a record without its line end, quotes and all; joined again they are the record.

        A cell whose quote does not close takes in all that follows.

        >>> Grammar(",", quoted=True, width=3).cells('a,"b,""c" d,"e,')
        ['a', '"b,""c" d', '"e,']
        """
        out, at = [], 0
        while True:
            found = self._cell.match(body, at)
            end = len(body) if found is None else found.end()
            out.append(body[at:end])
            if end >= len(body):
                return out
            at = end + len(self.separator)

    def is_open(self, cell: str) -> bool:
        """Whether a cell begins with a quote that does not close."""
        return self._open is not None and self._open.match(cell) is not None


@dataclass(frozen=True, slots=True)
class Record:
    """A record and what stands around it; put together they are the text."""

    before: str
    """Empty lines."""
    body: str
    end: str
    """The line end; "" where the text ends without one."""


class Window:
    """A text of which one stretch after the other is taken; it holds little more than a chunk."""

    def __init__(self, stream: TextIO, grammar: Grammar) -> None:
        self._stream, self._grammar = stream, grammar
        self._buffer, self._at, self._ended = "", 0, False
        self._limit = NO_LIMIT  # until the next chunk: so many records are more than this one holds

    def mark(self, sign: str) -> str:
        """The sign, taken where the text begins with it; "" elsewhere."""
        if not self._buffer:
            self._more()
        found = sign if self._buffer.startswith(sign, self._at) else ""
        self._buffer, self._at = self._buffer[self._at + len(found) :], 0
        return found

    def line(self) -> str:
        """The next line, whatever it holds."""
        found = self._match(LINE)
        return self._all() if found is None else found[0]

    def record(self) -> Record | None:
        """The next record; None where none is left: see `rest`."""
        found = self._match(self._grammar.record)
        if found is not None:
            return Record(found["before"], found["body"], found["end"])
        # what is left has no line end behind it: the last row, perhaps with an open quote, or no row
        blank = self._grammar.blanks.match(self._buffer, self._at)
        start = self._at if blank is None else blank.end()
        if start == len(self._buffer):
            return None
        before, body = self._buffer[self._at : start], self._buffer[start:]
        self._all()
        return Record(before, body, "")

    def records(self, n: int) -> Iterator[str]:
        """The next n records as they stand, in stretches; fewer where fewer are left."""
        while n > 0:
            size = next((size for size in self._grammar.blocks if size <= n and size < self._limit), 1)
            pattern = self._grammar.blocks.get(size, self._grammar.record)
            found = pattern.match(self._buffer, self._at) if size > 1 else self._match(pattern)
            if found is not None and self._is_whole(found.end()):
                self._at = found.end()
                yield found[0]
            elif size > 1:
                self._limit = size
                continue
            else:
                yield self._all()
                return
            n -= size

    def rest(self) -> Iterator[str]:
        """All that is left."""
        yield self._all()
        while self._more():
            yield self._all()

    def _match(self, pattern: re.Pattern[str]) -> re.Match[str] | None:
        """What a pattern finds here; None where it finds nothing in all the text that is left."""
        while True:
            found = pattern.match(self._buffer, self._at)
            if found is not None and self._is_whole(found.end()):
                self._at = found.end()
                return found
            if not self._more():
                return None

    def _is_whole(self, end: int) -> bool:
        """Whether the line end before a place is whole: the other half of one may be unread."""
        return end < len(self._buffer) or self._ended or not self._buffer.endswith("\r")

    def _more(self) -> bool:
        """Read on: as much as is held, so that a long record is not looked through too often."""
        if self._ended:
            return False
        before = min(self._at, 1)  # a character, by which a quote counts or not
        held = self._buffer[self._at - before :]
        chunk = self._stream.read(max(CHUNK, len(held)))
        self._buffer, self._at = held + chunk, before
        self._ended, self._limit = not chunk, NO_LIMIT
        return True

    def _all(self) -> str:
        text = self._buffer[self._at :]
        self._buffer, self._at = "", 0
        return text
