"""A copy for spreadsheets: a CSV to be filled in, with a byte order mark and without formulas.

`auditor.review.plain` reads its rows back, whatever program saved it: the column `key` (`i` and the row)
survives where `007` becomes 7, and the column `auditor` holds what was shown.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from auditor.errors import InputError
from auditor.review.changes import sheet
from auditor.review.interchange.answers import Answer, Returned, slip_of
from auditor.review.interchange.family import Outgoing, OutItem, Tool, register
from auditor.review.interchange.slips import FIELD, slip_text
from auditor.review.plain import Row, invalid_row
from auditor.wording import N_, Text, say

BEFORE = ("key", "item")
GIVEN = ("given", "suggested", "reason")
ASKED = ("action", "label", "reasons", "comment")
"""Columns that are empty, to be filled in."""
OWN = frozenset({*BEFORE, *GIVEN, *ASKED, FIELD, "id", "at"})
"""Names that a column of the content cannot have, in any letter case."""


def write(out: Outgoing) -> dict[str, str]:
    """One file, a row per item."""
    content = [] if out.ids_only else _content_names(out.columns)  # the column item holds the ids already
    names = (*BEFORE, *content, *GIVEN, *ASKED, FIELD)
    return {"review.csv": sheet(names, (_cells(item, len(content)) for item in out.items))}


def _content_names(columns: Sequence[str]) -> list[str]:
    """The columns of the content; one that is called like ours, or like another, becomes `content.NAME`."""
    taken = set(OWN)
    out = []
    for column in columns:
        name = column
        while not name.strip() or name.strip().casefold() in taken:
            name = f"content.{name}"
        taken.add(name.strip().casefold())
        out.append(name)
    return out


def _cells(item: OutItem, content: int) -> list[str]:
    asked = [""] * len(ASKED)
    shown = (item.given, item.suggested, item.reason)
    return [f"i{item.slip.row}", item.item, *item.cells[:content], *shown, *asked, slip_text(item.slip)]


def next_steps(place: str, out: Outgoing) -> Sequence[Text]:
    """How it is filled in, and read back."""
    return (
        say(
            N_("fill in label with the right class (the given one keeps it), or action: {names}"),
            names="keep, exclude, unsure",
        ),
        say(
            N_("leave key and auditor as they are; rows may be sorted, columns moved, the file saved as xlsx")
        ),
        say("auditor apply DATA {file} -o FIXED", file=place),
    )


def returned(name: str, rows: Sequence[Row]) -> Returned:
    """What was filled in, of rows that have a slip.

    Raises:
        InputError: `decisions-damaged`; `decisions-invalid` where key and slip are of two rows: some columns
            were sorted without the others.
    """
    counted = Counter[str]()
    answers, left = [], []
    for row in rows:
        slip = slip_of(name, row.slip, counted)
        if slip is None or (row.row is not None and row.row != slip.row):
            raise InputError(invalid_row(name, row.number, "key" if slip else FIELD, f"i{row.row}"))
        if row.action is None:
            left.append(slip)
            continue
        answers.append(
            Answer(
                slip=slip,
                person="",
                label=row.label or None,
                verdict=row.action,
                reasons=row.reasons,
                comment=row.comment,
                at=row.at,
                order=(row.number, ""),
            )
        )
    return Returned(answers=tuple(answers), open=tuple(left))


register(
    Tool(name="csv", title=N_("spreadsheet"), output="review.csv", folder=False, write=write, next=next_steps)
)
