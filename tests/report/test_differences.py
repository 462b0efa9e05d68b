"""The differing characters of two texts: marked where they stand, never cut, in bounded time."""

from __future__ import annotations

import unicodedata
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.report import differences
from auditor.report.differences import Piece, Pieces, excerpt, marked, too_different
from auditor.report.graphemes import graphemes

FAMILY = "\U0001f469\u200d\U0001f469\u200d\U0001f467"
THUMB, DARK_THUMB = "\U0001f44d", "\U0001f44d\U0001f3ff"
KOREA, JAPAN = "\U0001f1f0\U0001f1f7", "\U0001f1ef\U0001f1f5"
LETTERS = st.text(st.sampled_from("ab 가나\u0301\u200d\U0001f1f0\U0001f1f7\U0001f44d\n"), max_size=60)


def shown(pieces: Pieces) -> str:
    """The text with differing runs in brackets, what is left out as its number."""
    return "".join(
        f"<{piece.left_out}>" if piece.left_out else f"[{piece.text}]" if piece.differs else piece.text
        for piece in pieces
    )


@pytest.mark.parametrize(
    ("a", "b", "first", "second"),
    [
        ("the card is lost", "the card was lost", "the card [i]s lost", "the card [wa]s lost"),
        ("refund my order", "refund order", "refund [my ]order", "refund order"),
        ("10:15", "11:16", "1[0]:1[5]", "1[1]:1[6]"),
        ("한국 은행", "한국은행", "한국[ ]은행", "한국은행"),
        ("기준금리 동결", "기준금리 인하", "기준금리 [동결]", "기준금리 [인하]"),
        ("same", "same", "same", "same"),
        ("a\u200bb cat", "ab cat", "a[\u200b]b cat", "ab cat"),
        # a chance letter inside two other words is marked with them
        ("i want a refund", "i want a invoice", "i want a [refund]", "i want a [invoice]"),
    ],
)
def test_what_the_other_text_has_not_is_marked(a: str, b: str, first: str, second: str) -> None:
    """Worked out by hand."""
    one, other = marked(a, b)
    assert (shown(one), shown(other)) == (first, second)


@pytest.mark.parametrize(
    ("a", "b", "whole"),
    [
        ("hello world e\u0301", "hello world e", "e\u0301"),
        ("good work " + DARK_THUMB, "good work " + THUMB, DARK_THUMB),
        ("we are " + FAMILY, "we are \U0001f469", FAMILY),
        ("going to " + KOREA, "going to " + JAPAN, KOREA),
        ("오늘 \u1112\u1161\u11ab", "오늘 \u1112\u1161", "\u1112\u1161\u11ab"),
    ],
)
def test_a_character_is_never_cut(a: str, b: str, whole: str) -> None:
    """An accent, a skin tone, a family, a flag, a syllable written in jamo: marked as one."""
    assert [piece.text for piece in marked(a, b)[0] if piece.differs] == [whole]


def test_a_long_text_is_compared_word_by_word() -> None:
    """200 words; one is another word, one is misspelt: two marks."""
    words = [f"word{at}" for at in range(200)]
    other = [*words]
    other[50], other[150] = "nothing", "wxrd150"
    one, two = marked(" ".join(words), " ".join(other))
    assert [piece.text for piece in one if piece.differs] == ["word50", "o"]
    assert [piece.text for piece in two if piece.differs] == ["nothing", "x"]


def test_where_nearly_everything_differs_nothing_is_marked() -> None:
    """A paraphrase: marks everywhere would show nothing, and it is said."""
    a, b = "send the money back", "I lost my new phone"
    pieces = marked(a, b)
    assert pieces == ((Piece(a),), (Piece(b),))
    assert too_different(pieces)
    assert not too_different(marked("cat", "cats"))
    assert not too_different(marked("cat", "cat"))


@pytest.mark.parametrize(("a", "b"), [("", ""), ("", "a"), ("a", "")])
def test_an_empty_text_has_no_runs(a: str, b: str) -> None:
    assert [shown(side) for side in marked(a, b)] == [a, b]


@given(LETTERS, LETTERS)
def test_the_runs_are_the_texts_and_the_unmarked_ones_are_equal(a: str, b: str) -> None:
    """Nothing is lost; what is not marked stands in both, in the same order."""
    one, two = marked(a, b)
    assert ("".join(p.text for p in one), "".join(p.text for p in two)) == (a, b)
    if not too_different((one, two)):
        equal = ["".join(p.text for p in side if not p.differs) for side in (one, two)]
        assert equal[0] == equal[1]


@given(LETTERS, LETTERS)
def test_runs_begin_where_characters_begin(a: str, b: str) -> None:
    """No run starts with a mark that belongs to the letter before it."""
    for text, side in zip((a, b), marked(a, b), strict=True):
        edges = {sum(map(len, graphemes(text)[:at])) for at in range(len(text) + 1)}
        at = 0
        for piece in side:
            assert at in edges
            at += len(piece.text)


@given(st.text())
def test_graphemes_are_the_text(text: str) -> None:
    """Nothing is lost, nothing is empty, no accent stands first but where nothing can carry it."""
    found = graphemes(text)
    assert "".join(found) == text
    assert all(found)
    assert not any(
        unicodedata.category(one[0]) == "Mn" and before[-1] not in "\r\n" for before, one in pairwise(found)
    )


class Counted(differences.SequenceMatcher[str]):
    """difflib that counts the entries it looks at."""

    steps = 0

    def find_longest_match(self, alo: int = 0, ahi: int | None = None, blo: int = 0, bhi: int | None = None):  # type: ignore[no-untyped-def] # as in difflib
        for entry in self.a[alo:ahi]:
            Counted.steps += 1 + len(self.b2j.get(entry, ()))  # type: ignore[attr-defined] # of difflib
        return super().find_longest_match(alo, ahi, blo, bhi)


@pytest.mark.parametrize(
    ("a", "b"),
    [
        ("a" * 20_000, "ab" * 10_000),
        ("a b " * 5_000, "b a c " * 3_333),
        ("가나다" * 6_666, "나가다" * 6_666),
        (" ".join(str(at * 7919 % 9973) for at in range(4_000)), " ".join(map(str, range(4_000)))),
        ("\u0301" * 20_000, "a" * 20_000),
        ("x" + "ab" * 9_999, "y" + "ba" * 9_999),
    ],
)
def test_texts_of_20000_characters_take_bounded_work(a: str, b: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """What difflib would need hours for costs some millions of steps."""
    monkeypatch.setattr(differences, "SequenceMatcher", Counted)
    Counted.steps = 0
    one, two = marked(a, b)
    assert ("".join(p.text for p in one), "".join(p.text for p in two)) == (a, b)
    assert Counted.steps < 4 * differences.BUDGET


def test_an_excerpt_shows_what_stands_beside_a_difference() -> None:
    """300 equal characters, one that differs, 300 equal ones."""
    one, _ = marked("a" * 300 + " cat " + "b" * 300, "a" * 300 + " cut " + "b" * 300)
    assert shown(excerpt(one, 200)) == "a" * 60 + "<182>" + "a" * 58 + " c[a]t " + "b" * 58 + "<242>"


def test_an_excerpt_is_bounded_and_says_how_much_follows() -> None:
    """Nothing is marked: the first 100 of 20,000 characters."""
    pieces = excerpt((Piece("a" * 20_000),), 100)
    assert shown(pieces) == "a" * 100 + "<19900>"
    many = tuple(Piece("xy", differs=bool(at % 2)) for at in range(500))
    assert sum(len(piece.text) for piece in excerpt(many, 100)) == 100
    assert excerpt(many, 100)[-1] == Piece("", differs=True, left_out=900)


def test_a_short_text_is_its_own_excerpt() -> None:
    pieces = (Piece("cat"), Piece("s", differs=True))
    assert excerpt(pieces, 100) == pieces
