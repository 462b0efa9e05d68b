"""Token files again: an entity takes another tag on each of its lines, and every other byte stays."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from auditor.read.encodings import encoding_of
from auditor.read.formats import conll
from auditor.read.sources import Source
from auditor.read.tables import TextTable
from auditor.review.rewrite.annotations import refuse_added, refused
from auditor.review.rewrite.family import Edits, rewriter
from auditor.review.rewrite.text_files import MARK, MARKED, exact_encoding, require_encodable
from auditor.wording import N_, say

Entity = tuple[int, int, str]
"""(first token, last token, kind)."""
OUTSIDE = "O"


@dataclass(slots=True)
class _Sentence:
    """Where the tokens of a text stand, and their tags."""

    lines: list[int] = field(default_factory=list)
    tokens: list[str] = field(default_factory=list)
    tags: list[str] = field(default_factory=list)


@rewriter("conll")
def rewrite_conll(source: Source, table: TextTable, edits: Edits, target: Path) -> None:
    """Write token labels with other tags; a row that goes is an entity whose tokens become O.

    Raises:
        InputError: `label-not-encodable`; `format-not-written` for a tag with a blank, for another column,
            and where an entity would become one with the next.
    """
    refuse_added(source, edits)
    if edits.cells.keys() - {"label"}:
        raise refused(source, say(N_("only labels can be changed in it")))
    named = encoding_of(source.path)
    encoding = exact_encoding(source.path, named)
    require_encodable(source.name, edits, encoding)
    with source.path.open(encoding=encoding, newline="") as stream:
        text = stream.read()
    mark = MARK if named in MARKED else ""
    lines = text.removeprefix(mark).split("\n")
    row = 0
    for sentence in list(_sentences(lines)):
        entities = list(conll._entities(sentence.tags))
        wanted: list[Entity] = []
        for first, last, kind in entities:
            if not any(sentence.tokens[first : last + 1]):
                wanted.append((first, last, kind))  # no row: nothing stands in it
                continue
            if row not in edits.dropped:
                wanted.append((first, last, edits.cells.get("label", {}).get(row, kind)))
            row += 1
        if wanted != entities:
            _change(source, lines, sentence, wanted)
    with target.open("w", encoding=encoding, newline="") as out:
        out.write(mark + "\n".join(lines))


def _sentences(lines: list[str]) -> Iterator[_Sentence]:
    """The texts of a file, cut as its reader cuts them."""
    found = _Sentence()
    for number, line in enumerate(lines):
        columns = conll._row(line.rstrip("\r"))
        if columns is not None:
            found.lines.append(number)
            found.tokens.append(columns[0])
            found.tags.append(columns[-1])
        elif not line.strip() and found.lines:
            yield found
            found = _Sentence()
    if found.lines:
        yield found


def _change(source: Source, lines: list[str], sentence: _Sentence, wanted: list[Entity]) -> None:
    """Give the tokens of a text the tags of other entities; `lines` are changed."""
    kinds = {at: kind for first, last, kind in wanted for at in range(first, last + 1)}
    tags = [_tag(source, old, kinds.get(at)) for at, old in enumerate(sentence.tags)]
    if list(conll._entities(tags)) != wanted:
        raise refused(source, say(N_("an entity would become one with the one beside it")))
    for number, old, new in zip(sentence.lines, sentence.tags, tags, strict=True):
        at = lines[number].rindex(old)  # blanks alone stand behind it
        lines[number] = lines[number][:at] + new + lines[number][at + len(old) :]


def _tag(source: Source, old: str, kind: str | None) -> str:
    """A tag of another kind, with the letter that it had; outside where it is of no entity."""
    if kind is None:
        return OUTSIDE
    new = f"{old.partition('-')[0]}-{kind}"
    if conll.TAG.fullmatch(new) is None:
        raise refused(source, say(N_("a label is a word without blanks: {label}"), label=kind[:80]))
    return new
