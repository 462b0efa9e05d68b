"""The pieces of texts that a model learns from."""

from __future__ import annotations

from collections import Counter
from itertools import groupby, pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.predict.text_pieces import HEAD, LONG, SHORT, TAIL, WIDE_FROM, Kinds, counted, normal

TEXTS = st.lists(st.text(alphabet="ab1 가나!\n", max_size=12), max_size=6)


def plain_pieces(text: str, kinds: Kinds) -> Counter[tuple[str, str]]:
    """The pieces of a normal text, by the plainest way to write it."""
    found: Counter[tuple[str, str]] = Counter()
    for length in range(1, 6):
        for start in range(len(text) - length + 1):
            run = text[start : start + length]
            wide = any(ord(sign) >= WIDE_FROM for sign in run)
            if run != " " and length in (kinds.syllables if wide else kinds.letters):
                found["run", run] += 1
    words = ["".join(part) for word in text.split() for _, part in groupby(word, str.isalnum)]
    found.update(("word", word) for word in words)
    if kinds.pairs:
        found.update(("pair", " ".join(pair)) for pair in pairwise(words))
    return found


@pytest.mark.parametrize(
    "kinds", [SHORT, LONG, Kinds(letters=(1,), syllables=(), pairs=False), Kinds(letters=(), syllables=())]
)
@given(TEXTS)
def test_pieces_are_those_of_the_plain_way(kinds: Kinds, texts: list[str]) -> None:
    """Each text has as many pieces as counted one by one, as often; equal pieces have equal hashes."""
    cells = [normal(text) for text in texts]
    found = counted(cells, kinds)
    names: dict[tuple[str, str], int] = {}
    assert len(found.starts) == len(cells) + 1
    for at, cell in enumerate(cells):
        part = slice(*found.starts[at : at + 2])
        plain = plain_pieces(cell, kinds)
        assert sorted(found.times[part].tolist()) == sorted(plain.values())
        assert (np.diff(found.hashes[part].astype(np.int64)) > 0).all()
        for piece in plain:
            names.setdefault(piece, len(names))
    assert len(np.unique(found.hashes)) == len(names)


@given(TEXTS)
def test_a_text_has_the_same_pieces_in_any_company(texts: list[str]) -> None:
    """Pieces do not depend on the texts before and after, nor on where a block begins."""
    cells = [normal(text) for text in texts]
    together = counted(cells, SHORT)
    for at, cell in enumerate(cells):
        alone = counted([cell], SHORT)
        part = slice(*together.starts[at : at + 2])
        assert together.hashes[part].tolist() == alone.hashes.tolist()
        assert together.times[part].tolist() == alone.times.tolist()


def test_a_long_text_is_read_at_both_ends() -> None:
    """The beginning and the end of a text stay, so that the work per text is bounded."""
    text = normal("a" * HEAD + "x" * 100_000 + "b" * TAIL)
    assert text == "a" * HEAD + " " + "b" * TAIL


def test_texts_are_alike_in_case_width_and_blanks() -> None:
    """Full width, capitals, composed or decomposed Hangul and line ends make no difference."""
    assert normal("ＡBc \r\n 각") == normal("abc 각")


@given(st.text(max_size=20))
def test_any_text_can_be_cut(text: str) -> None:
    """No sign of Unicode stops the work, and no text gets mixed with the next."""
    found = counted([normal(text), "abc"], SHORT)
    assert len(found.starts) == 3
    assert found.starts[2] - found.starts[1] == 2  # the run and the word
