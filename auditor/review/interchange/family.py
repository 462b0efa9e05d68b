"""The family of tools that a round goes to and comes back from, and what goes out to them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from auditor.review.interchange.answers import Returned
from auditor.review.interchange.slips import Slip
from auditor.wording import Text

Record = Mapping[str, Any]
"""An object of a JSON export, or a row of a table as column -> text."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OutItem:
    """One item as another tool shows it. Every text can be written as UTF-8."""

    item: str
    cells: tuple[str, ...]
    """(c,) the content, a text per column."""
    given: str
    suggested: str
    """"" where it is hidden, or where there is none."""
    reason: str
    """Why it is asked about, in a sentence; "" where that is hidden."""
    picture: str
    """The address of a small picture that holds it (`data:image/webp;...`); "" without."""
    copies: int
    """Other rows of the same content that are decided with it."""
    slip: Slip


@dataclass(frozen=True, slots=True, kw_only=True)
class Outgoing:
    """A round as it goes out."""

    name: str
    """The dataset."""
    columns: tuple[str, ...]
    """(c,) names of the content that is shown."""
    classes: tuple[str, ...]
    items: tuple[OutItem, ...]
    report: str
    """Id of the round, `r-...`."""
    guidelines: str = ""
    lang: str = "en"
    prelabel: bool = False
    """Whether the suggested class is ticked beforehand, where the tool can do that."""
    ids_only: bool = False
    """Whether the audit kept no content: the ids stand in its place, as the only column."""

    @property
    def has_pictures(self) -> bool:
        """Whether any item has a picture."""
        return any(item.picture for item in self.items)


Write = Callable[[Outgoing], dict[str, str]]
"""A round -> file name -> its text. One file is written as `-o` says, several into the folder it names."""
IsExport = Callable[[Sequence[Record]], bool]
"""Whether some records surely are what a tool exports, whoever made its tasks."""
Read = Callable[[str, Sequence[Record]], Returned]
"""(name of the file, its records) -> what was answered."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tool:
    """A member of the family."""

    name: str
    """What stands after `--to`."""
    title: str
    """What people call it, as a marked template or a name."""
    output: str
    """The file, or with several files the folder, that is written unless `-o` names another."""
    folder: bool
    """Whether several files are written."""
    write: Write
    next: Callable[[str, Outgoing], Sequence[Text]]
    """(what was written, the round) -> what to do next, a line each."""
    is_export: IsExport | None = None
    """None for tables of our own, which `auditor.review.plain` reads."""
    read: Read | None = None
    takes_guidelines: bool = False
    takes_prelabel: bool = False


NAMES = ("csv", "label-studio", "argilla")
"""The members, in the order in which they are listed."""
TOOLS: dict[str, Tool] = {}


def register(tool: Tool) -> None:
    """Add a member.

    Raises:
        ValueError: the name is taken, or not in `NAMES`.
    """
    if tool.name in TOOLS or tool.name not in NAMES:
        raise ValueError(f"the tool {tool.name} is registered already, or not listed")
    TOOLS[tool.name] = tool


def field_names(out: Outgoing) -> tuple[str, ...]:
    """What the columns are called in tools that do not take every name: `text`, or `text_1`, `text_2`, ...

    The names of the dataset stand in the titles, where every character is allowed.
    """
    if len(out.columns) < 2:
        return ("text",) * len(out.columns)
    return tuple(f"text_{at}" for at in range(1, len(out.columns) + 1))
