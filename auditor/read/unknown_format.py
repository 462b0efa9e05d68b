"""What is said of a file or folder of no known format: what was seen in it, and what to do instead."""

from __future__ import annotations

import shlex
from collections import Counter

from auditor.errors import Problem
from auditor.read.encodings import head_text
from auditor.read.sources import Source
from auditor.wording import N_, Text, say

SPREADSHEETS = frozenset({".xls", ".xlsm", ".xlsb", ".ods"})
"""Endings of spreadsheets that are not read."""
ARRAYS = frozenset({".npy", ".npz"})
"""Endings of files of predictions, which hold no rows to audit."""
SHOWN = 5
FEW = 3
"""So many text or JSON files are a dataset of files; fewer are a note and a README."""
BINARY = "\0"
TEXTS = (
    'python -c "import csv,pathlib,sys; d=pathlib.Path(sys.argv[1]); '
    "w=csv.writer(open('texts.csv','w',newline='',encoding='utf-8')); w.writerow(['id','label','text']); "
    "[w.writerow([f.relative_to(d).as_posix(),f.parent.name,f.read_text('utf-8')]) "
    "for f in sorted(d.rglob('*.txt'))]\" {}"
)
"""Writes a row for each text file; its class is the folder it stands in."""
JSON = "find {} -name '*.json' -exec jq -c . {{}} + > data.jsonl"
"""Writes the one object of each file as a line."""


def unknown_format(source: Source) -> Problem:
    """A file or folder of no known format."""
    details, fixes = _folder(source) if source.is_folder else _file(source)
    return Problem(
        slug="format-unknown",
        what=say(N_("cannot tell the format of {name}"), name=source.name),
        details=details,
        fixes=fixes,
    )


Said = tuple[tuple[Text, ...], tuple[Text, ...]]
"""Details and fixes."""


def _folder(source: Source) -> Said:
    notes = source.listing.notes(source.name, source.path)
    left = tuple(problem.what for problem in notes)
    links = tuple(fix for problem in notes for fix in problem.fixes)
    endings = Counter(_ending(place) for place in source.files)
    if not endings:
        fixes = links or (say(N_("name the folder that holds the files")),)
        return (*left, say(N_("there is no file in it that could be read"))), fixes
    seen = [f"{n:,} {kind}" for kind, n in endings.most_common(SHOWN)]
    details = (say(N_("files in it: {kinds}"), kinds=", ".join(seen)), *left)
    return details, (*links, *_of_many(source, endings))


def _ending(place: str) -> str:
    name = place.rpartition("/")[2]
    stem, dot, last = name.rpartition(".")
    return f".{last.lower()}" if stem and dot else name


def _of_many(source: Source, endings: Counter[str]) -> tuple[Text, ...]:
    """What to do with a folder of many files of one kind; else to name the file that is meant."""
    place = shlex.quote(str(source.path))
    kind, n = endings.most_common(1)[0]
    if n >= FEW and kind == ".txt":
        return (say(N_("write a table with a row for each file: {command}"), command=TEXTS.format(place)),)
    if n >= FEW and kind == ".json":
        return (say(N_("write one object per line: {command}"), command=JSON.format(place)),)
    if set(endings) == {".json"}:
        return (say(N_("name one file: {path}"), path=_first(source, kind)),)
    return (say(N_("name the file or folder that holds the rows, or write them as CSV (UTF-8)")),)


def _first(source: Source, kind: str) -> str:
    place = next(place for place in source.files if _ending(place) == kind)
    return shlex.quote(str(source.path / place))


def _file(source: Source) -> Said:
    ending = say(N_("its ending is {suffix}"), suffix=source.suffix or "-")
    if source.suffix in SPREADSHEETS:
        return (ending,), (say(N_("save the sheet as CSV (UTF-8)")),)
    if source.suffix in ARRAYS:
        flag = f"auditor check TABLE --predictions {shlex.quote(source.name)}"
        return (ending,), (
            say(N_("an array holds predictions; name the table of the rows first: {command}"), command=flag),
        )
    if source.head.startswith(b"%PDF"):
        what = say(N_("a PDF holds pages, and no table that could be read"))
        return (what,), (say(N_("copy its table into a spreadsheet and save that as CSV (UTF-8)")),)
    text = head_text(source.head) or ""
    first, _, rest = text.lstrip().partition("\n")
    form = _form(text, first, rest.partition("\n")[0])
    if form is None:
        return (ending,), (
            say(N_("write the rows as CSV (UTF-8), JSON Lines or Parquet, and name that file")),
        )
    return (ending, say(N_("its first line: {line}"), line=first[:80])), (
        say("--input-format {name}", name=form),
    )


def _form(text: str, first: str, second: str) -> str | None:
    """The reader that a text of another ending is for, as far as its first two lines tell."""
    if BINARY in text:
        return None
    if first.startswith(("{", "[")):
        return "jsonl" if first.startswith("{") and first.rstrip().endswith("}") else "json"
    if "\t" in first:
        return "tsv"
    alike = any(first.count(mark) and first.count(mark) == second.count(mark) for mark in ",;|")
    return "csv" if alike else None
