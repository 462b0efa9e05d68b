"""Class names that are taken for one another."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.characters.class_names import alike_names, one_letter_apart


def found(rows: dict[str, int]) -> list[tuple[str, str, str]]:
    """(name, the other, how) of every name that is taken for another."""
    return [(pair.name, pair.other, pair.likeness) for pair in alike_names(rows)]


@pytest.mark.parametrize(
    ("rare", "common", "likeness"),
    [
        ("cat ", "cat", "form"),
        ("Cat", "cat", "form"),
        ("cafe\u0301", "caf\u00e9", "form"),
        ("\uff21", "A", "form"),
        ("c\u0430t", "cat", "look"),  # Cyrillic
        ("\u0421at", "cat", "look"),  # Cyrillic, a capital
        ("cat\u200b", "cat", "look"),
        ("a\u2013b", "a-b", "look"),
        ("postive", "positive", "typing"),
        ("psoitive", "positive", "typing"),
        ("positivee", "positive", "typing"),
        ("pozitive", "positive", "typing"),
        ("긍졍", "긍정", "typing"),
        ("card_not_workng", "card_not_working", "typing"),
    ],
)
def test_names_that_are_taken_for_one(rare: str, common: str, likeness: str) -> None:
    """The one with more rows is the one that was meant."""
    assert found({rare: 2, common: 100, "eel": 50}) == [(rare, common, likeness)]


@pytest.mark.parametrize(
    ("rare", "common"),
    [
        ("class 1", "class 2"),
        ("class1", "class2"),
        ("cats", "cat"),
        ("up", "ups"),
        ("group a", "group b"),
        ("atypical", "typical"),  # the first letter is hardly ever the error
        ("a-b", "a_b"),
        ("ab", "a b"),
        ("negative", "positive"),
        ("C", "C++"),
        ("01", "1"),
        ("남", "여"),
    ],
)
def test_names_that_are_two(rare: str, common: str) -> None:
    assert found({rare: 2, common: 100}) == []


def test_two_common_names_of_one_letters_difference_are_two() -> None:
    """`cattle` and `castle` of CIFAR-100: 5 rows of 100 may be a typing error, 6 are a class."""
    assert found({"cattle": 5, "castle": 100}) == [("cattle", "castle", "typing")]
    assert found({"cattle": 6, "castle": 100}) == []


def test_a_class_without_rows_is_no_typing_error() -> None:
    """It stands in the class list because somebody wrote it there."""
    assert found({"postive": 0, "positive": 100}) == []


def test_names_of_blanks_are_not_alike() -> None:
    """They look like nothing; the check of the labels says so."""
    assert found({" ": 3, "  ": 2, "cat": 5}) == []


def test_of_three_that_are_alike_the_commonest_is_meant() -> None:
    assert found({"Cat": 3, "CAT": 1, "cat": 2}) == [("CAT", "Cat", "form"), ("cat", "Cat", "form")]


@given(st.dictionaries(st.text("abAB é\u0430", max_size=4), st.integers(0, 50), max_size=12))
def test_the_order_of_names_does_not_matter(rows: dict[str, int]) -> None:
    """Nor is a name ever taken for itself, or named twice."""
    pairs = alike_names(rows)
    assert pairs == alike_names(dict(reversed(rows.items())))
    assert len({pair.name for pair in pairs}) == len(pairs)
    assert all(pair.name != pair.other and rows[pair.name] <= rows[pair.other] for pair in pairs)


@given(st.text("abcde", min_size=6, max_size=12), st.integers(1, 11), st.sampled_from("abcde"))
def test_any_one_letter_within_a_word_is_a_letters_difference(word: str, at: int, letter: str) -> None:
    """Left out, put in, changed or swapped, at any place but the first; in both directions."""
    at = min(at, len(word) - 1)
    swapped = word[:at] + word[at + 1 : at + 2] + word[at] + word[at + 2 :]
    for other in (word[:at] + word[at + 1 :], word[:at] + letter + word[at:], swapped):
        if other not in (word, "") and other[:1] == word[:1]:
            assert one_letter_apart(other, word)
            assert one_letter_apart(word, other)
