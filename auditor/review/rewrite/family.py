"""The family of rewriters: a dataset file again, with other labels and perhaps fewer rows."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from auditor.errors import InputError, Problem
from auditor.wording import N_, Text, say

if TYPE_CHECKING:
    from auditor.read.sources import Source
    from auditor.read.tables import TextTable


@dataclass(frozen=True, slots=True, kw_only=True)
class Edits:
    """What to change; rows are numbered from 0 as the reader numbers them."""

    cells: Mapping[str, Mapping[int, str]] = field(default_factory=dict)
    """Column -> row -> the new text of the cell."""
    dropped: frozenset[int] = frozenset()
    """Rows that the new file leaves out."""
    added: Mapping[str, Mapping[int, str]] = field(default_factory=dict)
    """A new column, behind the others -> row -> its text; "" in every other row."""

    def kept_only(self, rows: frozenset[int], n: int) -> Edits:
        """The edits that leave these rows alone of n as they are: for the file of excluded rows."""
        return Edits(dropped=frozenset(range(n)) - rows)


Rewrite = Callable[["Source", "TextTable", Edits, Path], None]
"""(the dataset's file, the table as it was read, what to change, the file to write) -> None.

The target is a new file; it must come out complete or the function raises. Everything that is not named in
the edits stays as it was: byte for byte in text formats, value for value (schema, metadata) in binary ones.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rewriter:
    """A member of the family."""

    reader: str
    """The name of the table reader whose format it writes."""
    rewrite: Rewrite
    binary: bool = False
    """Whether the format is compared by value instead of by bytes."""


REWRITERS: dict[str, Rewriter] = {}


def rewriter(*readers: str, binary: bool = False) -> Callable[[Rewrite], Rewrite]:
    """Register a function as what writes the formats of some table readers.

    Raises:
        ValueError: one of them has a rewriter already.
    """

    def register(function: Rewrite) -> Rewrite:
        for name in readers:
            if name in REWRITERS:
                raise ValueError(f"{name} has a rewriter already")
            REWRITERS[name] = Rewriter(reader=name, rewrite=function, binary=binary)
        return function

    return register


def format_not_written(name: str, why: Text) -> Problem:
    """A dataset whose format, or whose shape within it, is not written again."""
    return Problem(
        slug="format-not-written",
        what=say(N_("{name} cannot be written with other labels: {why}"), name=name, why=why),
        fixes=(say(N_("-o FILE.csv writes a table of item and label")),),
    )


def not_encodable(name: str, text: str, encoding: str) -> InputError:
    """A label that the file cannot hold."""
    return InputError(
        Problem(
            slug="label-not-encodable",
            what=say(
                N_("{name}: the label {label} cannot be written in {encoding}"),
                name=name,
                label=text[:80],
                encoding=encoding,
            ),
            fixes=(say(N_("save the dataset as UTF-8, and apply the decisions to that")),),
        )
    )
