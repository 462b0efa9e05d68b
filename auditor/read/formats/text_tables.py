"""CSV and TSV, every cell as it was written."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pyarrow as pa
from pyarrow import csv

from auditor.errors import InputError, Problem
from auditor.read.encodings import encoding_notes
from auditor.read.files import unreadable
from auditor.read.separated import SeparatedForm, form_of, is_too_long, parse_options, read_options, too_long
from auditor.read.sources import Source
from auditor.read.tables import Skip, TextTable, read_and_skipped, table_reader
from auditor.wording import N_, Text, say

SHOWN = 5
"""How many bad rows an error names."""
Ragged = list[tuple[int, int, int]]
"""(row number, cells expected, cells found) of rows with another number of cells than the header."""


@table_reader("csv", N_("CSV table"), (".csv",))
def read_csv(source: Source, sep: str | None, skip: Skip) -> TextTable:
    """Comma, tab, semicolon or pipe, told from the header line unless `sep` says."""
    return _read_separated(source.path, sep, skip, preferred=",")


@table_reader("tsv", N_("tab-separated table"), (".tsv", ".txt", ".tab"))
def read_tsv(source: Source, sep: str | None, skip: Skip) -> TextTable:
    """Tab-separated text; quotes are literal where reading them as quotes would swallow line ends."""
    return _read_separated(source.path, sep, skip, preferred="\t")


def _read_separated(path: Path, sep: str | None, skip: Skip, *, preferred: str) -> TextTable:
    form = form_of(path, sep, preferred)
    names = form.names()
    _, skipped = read_and_skipped(path.name, names, skip)
    table, ragged = _parse(form, names, skipped)
    notes = encoding_notes(path.name, form.encoding)
    if form.has_quotes() and (literal := _literal(form, skipped, table, ragged)) is not None:
        form, table, ragged = replace(form, quoted=False), literal, []
        notes += (_quotes_literal(path),)
    if ragged or table is None:
        titled = (table is None or not len(table)) and _is_titled(ragged)
        raise InputError(_ragged(path, ragged, _under_title() if titled else _unquoted(form)))
    return TextTable(
        columns=table,
        format="csv" if preferred == "," else "tsv",
        notes=notes,
        skipped=skipped,
        form=form,
    )


def _literal(
    form: SeparatedForm, skipped: tuple[str, ...], table: pa.Table | None, ragged: Ragged
) -> pa.Table | None:
    """The table with " read as text, where only that makes rows of it; None where quotes are quotes.

    Raises:
        InputError: `quote-open` where neither reading makes rows of the file.
    """
    line = form.open_quote()
    if line is None and form.separator != "\t":
        return None
    plain = replace(form, quoted=False)
    literal, literal_ragged = _parse(plain, plain.names(), skipped)
    if literal is None or literal_ragged:
        if line is not None:
            raise InputError(_quote_open(form.path, line))
        return None
    better = line is not None or ragged or table is None or len(table) != len(literal)
    return literal if better else None


def _parse(form: SeparatedForm, names: list[str], skipped: tuple[str, ...]) -> tuple[pa.Table | None, Ragged]:
    ragged: Ragged = []

    def note(row: csv.InvalidRow) -> str:
        ragged.append((row.number or 0, row.expected_columns, row.actual_columns))
        return "skip"

    left_out = set(skipped)
    wanted = [name for name in names if name not in left_out]
    try:
        table = csv.read_csv(
            form.path,
            read_options=read_options(form),
            parse_options=parse_options(form, len(names), note),
            convert_options=csv.ConvertOptions(
                column_types={name: pa.string() for name in wanted},
                include_columns=wanted,
                strings_can_be_null=False,
            ),
        )
    except (pa.ArrowInvalid, pa.ArrowKeyError) as error:
        if is_too_long(error):
            raise InputError(too_long(form.path)) from error
        if ragged or not form.quoted:
            return None, ragged
        raise InputError(unreadable(form.path, error)) from error
    return table, ragged


def _is_titled(ragged: Ragged) -> bool:
    """Whether all rows have the same number of cells, more than the first."""
    widths = {found for _, _, found in ragged}
    return len(ragged) > 1 and len(widths) == 1 and all(found > expected for _, expected, found in ragged)


def _under_title() -> tuple[Text, ...]:
    return (say(N_("row 1 looks like a title: delete it, so that the names of the columns come first")),)


def _unquoted(form: SeparatedForm) -> tuple[Text, ...]:
    flags = [say("--sep {separator}", separator=_visible(other)) for other in form.other_separators()]
    return (say(N_("quote cells that hold the separator")), *flags)


def _ragged(path: Path, ragged: Ragged, fixes: tuple[Text, ...]) -> Problem:
    shown = [
        say(
            N_("row {row:,}: {found} cells, the header has {expected}"),
            row=row,
            found=found,
            expected=expected,
        )
        for row, expected, found in ragged[:SHOWN]
    ]
    return Problem(
        slug="ragged-rows",
        what=say(
            N_("{name}: {n:,} row has another number of cells than the header"),
            N_("{name}: {n:,} rows have another number of cells than the header"),
            name=path.name,
            n=len(ragged),
        ),
        details=tuple(shown),
        fixes=fixes,
    )


def _visible(separator: str) -> str:
    return {"\t": "'\\t'", ";": "';'", "|": "'|'"}.get(separator, f"'{separator}'")


def _quote_open(path: Path, line: int) -> Problem:
    return Problem(
        slug="quote-open",
        what=say(
            N_('{name}: a cell that begins with " in line {line:,} does not end with one'),
            name=path.name,
            line=line,
        ),
        details=(say(N_("read on to the next quote it would swallow rows")),),
        fixes=(say(N_('begin and end the cell with ", and double every " in it')),),
    )


def _quotes_literal(path: Path) -> Problem:
    return Problem(
        slug="quotes-literal",
        what=say(N_('{name}: the character " was read as text, not as a quote'), name=path.name),
        details=(say(N_("read as quotes, some rows would have swallowed the next ones")),),
        level="note",
    )
