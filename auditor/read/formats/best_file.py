"""Which file of a folder holds the dataset, where its files cannot be read as one: what a fix offers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from auditor.errors import InputError, Problem
from auditor.read.columns import NAMES, normal_name
from auditor.read.formats.folder_kinds import FAMILY_OF, ending, is_submission, split_of
from auditor.read.sources import Source, located
from auditor.wording import N_, Text, say

LOOKED_AT = 50
"""Files of which the header is read; of more, the others count as without a label column."""


def best_file(source: Source, places: Sequence[str]) -> str:
    """The file that has a label column, is no submission and of the training split, and is the largest."""
    looked = set(places[:LOOKED_AT])

    def worth(place: str) -> tuple[bool, bool, bool, int]:
        labelled = place in looked and _has_label(source, place)
        size = (source.path / place).stat().st_size
        return not is_submission(place), labelled, split_of(place) == "train", size

    return max(places, key=worth)


def naming_best(source: Source, places: Sequence[str], error: InputError) -> InputError:
    """The same error; where parts differ, what it offers first is the best file, with its folder."""
    return InputError([_named(source, places, problem) for problem in error.problems])


def name_file(source: Source, place: str) -> Text:
    """The fix that names one file of a folder as it has to be typed."""
    if source.archive is not None:
        return say(N_("unpack it, and name one file: {path}"), path=source.typed(place))
    return say(N_("name one file: {path}"), path=source.typed(place))


def _named(source: Source, places: Sequence[str], problem: Problem) -> Problem:
    if problem.slug != "parts-differ":
        return problem
    return replace(problem, fixes=(name_file(source, best_file(source, places)), *problem.fixes[1:]))


def _has_label(source: Source, place: str) -> bool:
    return any(normal_name(name) in NAMES["label"] for name in _header(source, place))


def _header(source: Source, place: str) -> Sequence[str]:
    """The names of the columns of a table; none where it cannot be read."""
    family = FAMILY_OF.get(ending(place), "tsv")
    try:
        file = located(source.path / place)
        return _HEADERS[family](file)
    except (InputError, OSError, ValueError):
        return ()


def _of_lines(file: Source) -> Sequence[str]:
    from auditor.read.formats.records import first_records

    return [name for record in first_records(file)[:1] for name in record]


def _of_text(file: Source) -> Sequence[str]:
    from auditor.read.separated import form_of

    return form_of(file.path).names()


def _of_parquet(file: Source) -> Sequence[str]:
    import pyarrow.parquet as pq

    names: list[str] = pq.read_schema(file.path).names
    return names


def _of_feather(file: Source) -> Sequence[str]:
    return ()


_HEADERS = {
    "csv": _of_text,
    "tsv": _of_text,
    "jsonl": _of_lines,
    "parquet": _of_parquet,
    "feather": _of_feather,
}
