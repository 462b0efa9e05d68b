"""Handles of reviewers as people type them: safe in file names, each a name of its own."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from auditor.errors import UsageError
from auditor.handles import handles_of

DECOMPOSED = unicodedata.normalize("NFD", "박서연")
LETTERS = st.sampled_from("abABßÅéèＡａﬁ²①박서ᄇﾊ한.-") | st.characters(categories=["L", "N"])
TYPED = st.text(LETTERS, min_size=1, max_size=3) | st.text(max_size=45)


@pytest.mark.parametrize(
    ("typed", "handles"),
    [
        ("kim,lee,박", ("kim", "lee", "박")),
        (" kim , lee ", ("kim", "lee")),
        (DECOMPOSED, ("박서연",)),
        (["r1", "r2"], ("r1", "r2")),
        ("kim.min-su_2", ("kim.min-su_2",)),
        ("x" * 40, ("x" * 40,)),
        (None, ()),
    ],
)
def test_handles_are_taken_as_they_are_meant(typed: object, handles: tuple[str, ...]) -> None:
    """Spaces around them go; decomposed Hangul is composed."""
    assert handles_of(typed) == handles  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "typed",
    [
        *("", "  ", "kim,,lee", "kim,", ",", "a/b", "..", ".", "-", "../kim", "a\\b", "kim min", "kim;lee"),
        *("x" * 41, "a\0b", "a\nb", "kim‮", "🙂", "C:kim", "kim-1of2", "<b>", "kim，lee"),
        *(["kim", ""], []),
    ],
)
def test_what_is_no_handle_is_refused_with_a_code(typed: object) -> None:
    """Nothing that could leave the folder, hide in a name, or be taken for the part of a page."""
    with pytest.raises(UsageError) as error:
        handles_of(typed)  # type: ignore[arg-type]
    assert [problem.slug for problem in error.value.problems] == ["option-value"]


@pytest.mark.parametrize(
    "typed",
    ["kim,kim", "kim,Kim", "é,é".replace("é", "e\u0301", 1), "ｋｉｍ,kim", f"박서연,{DECOMPOSED}", "ß,ss"],
)
def test_one_handle_twice_is_refused(typed: str) -> None:
    """Also where only case or the spelling of Unicode differs: some file systems see one name."""
    with pytest.raises(UsageError, match=r"one handle|twice"):
        handles_of(typed)


def test_a_space_is_answered_with_what_could_be_typed() -> None:
    with pytest.raises(UsageError) as error:
        handles_of("김 철수,lee")
    assert [str(fix) for fix in error.value.problems[0].fixes] == ["--reviewers 김.철수,..."]


@settings(max_examples=300)
@given(st.lists(TYPED, min_size=1, max_size=4))
def test_no_two_handles_give_one_file_name(typed: list[str]) -> None:
    """Whatever is typed: a coded refusal, or names that no file system takes for one another."""
    try:
        handles = handles_of(typed)
    except UsageError:
        return
    for form in ("NFC", "NFD", "NFKC", "NFKD"):
        seen = {unicodedata.normalize(form, handle).casefold() for handle in handles}
        assert len(seen) == len(typed)
    assert all(
        1 <= len(handle) <= 40 and handle == unicodedata.normalize("NFC", handle) for handle in handles
    )
    assert not any(set(handle) & set('/\\:*?"<>|,; \0\n\u202e') for handle in handles)
