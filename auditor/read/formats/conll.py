"""Token files in CoNLL form: a token a line with its tag in the last column, an empty line after a text."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from auditor.errors import InputError
from auditor.read.encodings import head_text
from auditor.read.formats.cells import another_format, text_of
from auditor.read.formats.spans import Passage, Span, span_table
from auditor.read.sources import Source
from auditor.read.tables import Skip, TextTable, table_reader
from auditor.wording import N_, listed, say

TAG = re.compile(r"O|[BIESLU]-\S+")
"""Outside, or begin, inside, end, single, last, unit with the kind of the entity (IOB, BIOES, BILOU)."""
MARK = "-DOCSTART-"
"""The first token of a line that begins a document."""
STARTS, ENDS = frozenset("BSU"), frozenset("ESLU")
"""Letters of tags that begin a span whatever stood before, and that end it."""


@dataclass(slots=True)
class _Sentence:
    """Tokens and tags of one text."""

    line: int
    tokens: list[str] = field(default_factory=list)
    tags: list[str] = field(default_factory=list)


def is_token_file(source: Source) -> bool:
    """Whether every line at the beginning of a file is a token with a tag, empty or a comment."""
    lines = (head_text(source.head) or "").split("\n")[:-1]
    rows = [row for line in lines if (row := _row(line.rstrip("\r"))) is not None]
    tagged = [row for row in rows if len(row) > 1 and TAG.fullmatch(row[-1])]
    ends = any(not line.strip() for line in lines)
    return ends and len(tagged) == len(rows) and any(row[-1] != "O" for row in tagged)


@table_reader("conll", N_("token labels (CoNLL)"), (".conll", ".iob", ".bio"), is_token_file)
def read_conll(source: Source, sep: str | None, skip: Skip) -> TextTable:
    """A row per entity, see `auditor.read.formats.spans`; it is found by the line its text begins in."""
    text, notes = text_of(source)
    sentences = list(_sentences(source.name, text))
    joint = "" if any(not token.strip() for part in sentences for token in part.tokens) else " "
    passages = [_passage(sentence, joint) for sentence in sentences]
    return span_table(source, "conll", passages, skip, place="line", notes=notes)


def _row(line: str) -> list[str] | None:
    """The columns of a token; None of an empty line, a comment, or the mark of a document."""
    if not line.strip() or line.startswith(MARK):
        return None
    row = line.split("\t") if "\t" in line else line.split()
    is_comment = line.startswith("#") and not TAG.fullmatch(row[-1])
    return None if is_comment else row


def _sentences(file: str, text: str) -> Iterator[_Sentence]:
    """The texts of a file.

    Raises:
        InputError: `not-this-format`.
    """
    found: _Sentence | None = None
    bad: list[int] = []
    for number, line in enumerate(text.split("\n"), start=1):
        row = _row(line.rstrip("\r"))
        if row is None:
            if found is not None and not line.strip():
                yield found
                found = None
        elif len(row) < 2 or not TAG.fullmatch(row[-1]):
            bad.append(number)
        else:
            found = found or _Sentence(number)
            found.tokens.append(row[0])
            found.tags.append(row[-1])
    if bad:
        places = listed(list(map(str, bad)), 5)
        why = say(N_("a line is no token with a tag such as B-PER or O: line {places}"), places=places)
        raise InputError(another_format(file, why))
    if found is not None:
        yield found


def _passage(sentence: _Sentence, joint: str) -> Passage:
    starts: list[int] = []
    at = 0
    for token in sentence.tokens:
        starts.append(at)
        at += len(token) + len(joint)
    ends = [start + len(token) for start, token in zip(starts, sentence.tokens, strict=True)]
    spans = [(starts[first], ends[last], kind) for first, last, kind in _entities(sentence.tags)]
    return Passage(place=str(sentence.line), text=joint.join(sentence.tokens), spans=spans)


def _entities(tags: list[str]) -> Iterator[Span]:
    """(first token, last token, kind) of each entity, in any of the usual schemes.

    >>> list(_entities(["B-PER", "I-PER", "O", "I-LOC", "B-LOC", "S-PER"]))
    [(0, 1, 'PER'), (3, 3, 'LOC'), (4, 4, 'LOC'), (5, 5, 'PER')]
    """
    open_since: int | None = None
    kind = ""
    for at, tag in enumerate([*tags, "O"]):
        letter, _, new = tag.partition("-")
        if open_since is not None and (letter == "O" or letter in STARTS or new != kind):
            yield open_since, at - 1, kind
            open_since = None
        if letter != "O":
            open_since = at if open_since is None else open_since
            kind = new
            if letter in ENDS:
                yield open_since, at, kind
                open_since = None
