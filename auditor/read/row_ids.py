"""The ids of rows: is there one in every row, and does each stand once?"""

from __future__ import annotations

import shlex
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from auditor.errors import InputError, Problem
from auditor.read.formats.folder_kinds import split_of
from auditor.wording import N_, Text, listed, say

if TYPE_CHECKING:
    import pyarrow as pa

SHOWN = 5
"""How many ids a message names."""


def refuse_bad_ids(
    ids: pa.Array, file: str, column: str, parts: Mapping[str, int], folder: str | None = None
) -> None:
    """Raise where an id is empty or stands in several rows.

    Args:
        ids: (n,) texts.
        file: what messages call the dataset.
        column: the column of the ids.
        parts: file or folder -> its rows, in their order, where the dataset was joined from several.
        folder: the folder of the parts as it was typed; None where that is `file`.

    Raises:
        InputError: `ids-empty`, `ids-repeat`.
    """
    import pyarrow.compute as pc

    empty = pc.indices_nonzero(pc.equal(ids, "")).to_pylist()
    if empty:
        raise InputError(_empty(file, column, empty))
    if pc.count_distinct(ids).as_py() < len(ids):
        raise InputError(repeated_ids(file, ids.to_pylist(), parts, folder))


def repeated_ids(
    file: str, ids: Sequence[str], parts: Mapping[str, int] | None = None, folder: str | None = None
) -> Problem:
    """Ids that stand in more than one row, and in which files where the rows come from several."""
    seen: set[str] = set()
    twice: dict[str, None] = {}
    for item in ids:
        if item in seen:
            twice[item] = None
        seen.add(item)
    shared = _shared(ids, parts or {})
    return Problem(
        slug="ids-repeat",
        what=say(
            N_("{file}: {n:,} id stands in more than one row"),
            N_("{file}: {n:,} ids stand in more than one row"),
            file=file,
            n=len(twice),
        ),
        details=(
            say(N_("e.g. {names}"), names=", ".join(list(twice)[:SHOWN])),
            *(_in_both(*pair, n) for pair, n in shared.most_common(SHOWN)),
        ),
        fixes=(
            say(N_("--id COLUMN with a column that names each row once")),
            *(_for_parts(folder or file, next(iter(shared)), next(iter(twice))) if shared else ()),
        ),
    )


def _shared(ids: Sequence[str], parts: Mapping[str, int]) -> Counter[tuple[str, str]]:
    """(first file of an id, another file of it) -> how many ids they share."""
    first: dict[str, str] = {}
    shared = Counter[tuple[str, str]]()
    at = 0
    for place, n in parts.items():
        for item in dict.fromkeys(ids[at : at + n]):
            if (known := first.setdefault(item, place)) != place:
                shared[known, place] += 1
        at += n
    return shared


def _in_both(one: str, other: str, n: int) -> Text:
    return say(
        N_("{n:,} id stands in both {one} and {other}"),
        N_("{n:,} ids stand in both {one} and {other}"),
        n=n,
        one=one,
        other=other,
    )


def _for_parts(folder: str, pair: tuple[str, str], item: str) -> tuple[Text, ...]:
    """What to do where ids start again in each file of a folder."""
    best = next((place for place in pair if split_of(place) == "train"), pair[0])
    example = f"{PurePosixPath(pair[0]).stem}-{item}"
    return (
        say(N_("name one file or folder: {path}"), path=shlex.quote(f"{folder}/{best}")),
        say(N_("or write ids that no other file has, e.g. {example}"), example=example),
    )


def _empty(file: str, column: str, rows: Sequence[int]) -> Problem:
    shown = [f"{row + 1:,}" for row in rows]
    at = say(N_("rows, counted from 1 without the header: {rows}"), rows=listed(shown, SHOWN))
    return Problem(
        slug="ids-empty",
        what=say(
            N_("{file}: {n:,} row has no id in column {column}"),
            N_("{file}: {n:,} rows have no id in column {column}"),
            file=file,
            n=len(rows),
            column=column,
        ),
        details=(at,),
        fixes=(say(N_("--id COLUMN with a column that names each row once")),),
    )
