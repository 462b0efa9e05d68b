"""Many files as one judgement per item."""

from __future__ import annotations

import itertools
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from auditor.review.decisions import Decision, DecisionFile
from auditor.review.merging import Merged, merged

LABELS = ("cat", "dog", "eel")


def decided(
    reviewer: str, action: str = "keep", label: str | None = None, item: str = "a", **more: object
) -> Decision:
    said = {"given": "cat", "content": "", "revision": 1, "at": "2026-01-01T00:00:00Z"} | more
    return Decision(item=item, action=action, label=label, reviewer=reviewer, **said)  # type: ignore[arg-type]


def of(*decisions: Decision) -> DecisionFile:
    return DecisionFile(
        name="d.json", decisions=decisions, reviewer=decisions[0].reviewer if decisions else ""
    )


def settled(*decisions: Decision, min_votes: int | None = None) -> tuple[str, str, str | None]:
    """State, action and label of one item that these decisions are about."""
    (one,) = merged([of(each) for each in decisions], min_votes=min_votes).judgements
    return one.state, one.action, one.label


VOTES = [
    ([("kim", "relabel", "dog")], "settled"),
    ([("kim", "relabel", "dog"), ("lee", "relabel", "dog")], "settled"),
    ([("kim", "relabel", "dog"), ("lee", "relabel", "eel")], "conflict"),
    ([("kim", "relabel", "dog"), ("lee", "keep", None)], "conflict"),
    ([("kim", "keep", None), ("lee", "relabel", "cat")], "settled"),  # choosing the given label is keeping it
    ([("kim", "relabel", "dog"), ("lee", "unsure", None)], "settled"),
    ([("kim", "unsure", None), ("lee", "unsure", None)], "unsure"),
    ([("kim", "relabel", "dog"), ("lee", "relabel", "dog"), ("park", "keep", None)], "settled"),  # 2 of 3
    ([("kim", "relabel", "dog"), ("lee", "relabel", "eel"), ("park", "keep", None)], "conflict"),
    ([("kim", "exclude", None)], "settled"),
    ([("kim", "exclude", None), ("lee", "unsure", None)], "needs_votes"),
    ([("kim", "exclude", None), ("lee", "exclude", None)], "settled"),
]


@pytest.mark.parametrize(("said", "state"), VOTES)
def test_votes(said: list[tuple[str, str, str | None]], state: str) -> None:
    """All agree, or two thirds of three; unsure is no vote; an exclusion needs two where two review."""
    assert settled(*(decided(*vote) for vote in said))[0] == state


def test_a_change_may_need_more_votes() -> None:
    """Keeping needs none: nothing is changed by it."""
    assert settled(decided("kim", "relabel", "dog"), min_votes=2)[0] == "needs_votes"
    assert settled(decided("kim", "keep"), min_votes=2)[0] == "settled"


def test_of_one_reviewer_the_highest_revision_counts_then_the_latest() -> None:
    first = decided("kim", "keep", revision=1, at="2026-01-03T00:00:00Z")
    second = decided("kim", "relabel", "dog", revision=2, at="2026-01-02T00:00:00Z")
    third = decided("kim", "relabel", "eel", revision=2, at="2026-01-02T00:00:01Z")
    for order in itertools.permutations([first, second, third]):
        assert settled(*order) == ("settled", "relabel", "eel")


def test_reasons_that_no_class_fits_make_an_error_of_a_keep() -> None:
    (one,) = merged([of(decided("kim", "keep", reasons=("needs_new_class",)))]).judgements
    assert (one.is_error, one.is_kept) == (True, False)
    (one,) = merged([of(decided("kim", "keep", reasons=("other",)))]).judgements
    assert (one.is_error, one.is_kept) == (False, True)


def test_another_label_or_content_is_another_question() -> None:
    """What was said of the item as it was before stands beside what is said of it now."""
    found = merged([of(decided("kim", "relabel", "dog"), decided("kim", "keep", given="dog", round=2))])
    assert [one.given for one in found.by_item["a"]] == ["cat", "dog"] and found.rounds == 2


decisions = st.builds(
    decided,
    st.sampled_from(["kim", "lee", "park"]),
    st.sampled_from(["keep", "exclude", "unsure"]),
    item=st.sampled_from(["a", "b", "c"]),
    revision=st.integers(1, 3),
    at=st.sampled_from(["2026-01-01T00:00:00Z", "2026-01-02T00:00:00Z"]),
    given=st.sampled_from(["cat", "dog", None]),
    comment=st.sampled_from(["", "x"]),
) | st.builds(
    decided,
    st.sampled_from(["kim", "lee", "park"]),
    st.just("relabel"),
    st.sampled_from(LABELS),
    item=st.sampled_from(["a", "b", "c"]),
    revision=st.integers(1, 3),
)


@given(st.lists(decisions, max_size=12), st.randoms(use_true_random=False), st.integers(1, 4))
@settings(max_examples=200)
def test_neither_order_nor_number_nor_cut_of_the_files_matters(
    said: list[Decision], draw: object, parts: int
) -> None:
    """Any order, any file twice, the decisions cut into any files: the same judgements and digest."""
    whole = merged([of(*said)])
    shuffled = [*said, *said[: len(said) // 2]]
    draw.shuffle(shuffled)  # type: ignore[attr-defined]
    files = [of(*shuffled[at::parts]) for at in range(parts)]
    cut = merged(files)
    assert cut.judgements == whole.judgements and cut.digest == whole.digest


def test_no_files_are_no_decisions() -> None:
    empty = merged([])
    assert isinstance(empty, Merged) and (empty.judgements, empty.rounds, empty.reviewers) == ((), 0, ())


def test_a_name_of_a_file_says_nothing(tmp_path: Path) -> None:
    one, other = (
        of(decided("kim")),
        DecisionFile(name=str(tmp_path), decisions=(decided("kim"),), exported="now"),
    )
    assert merged([one]).digest == merged([other]).digest


def table_of(name: str, *rows: tuple[str, str]) -> DecisionFile:
    """A plain table of items and labels, which names nobody and no time."""
    said = tuple(Decision(item=item, action="relabel", label=label) for item, label in rows)
    return DecisionFile(name=name, decisions=said)


def test_two_tables_that_name_nobody_and_differ_are_a_conflict() -> None:
    """Nobody can say which is later, nor whether one person wrote both; the same table twice agrees."""
    one, other = table_of("a.csv", ("a", "dog"), ("b", "eel")), table_of("b.csv", ("a", "eel"), ("b", "eel"))
    for files in ([one, other], [other, one], [one, other, one]):
        assert [found.state for found in merged(files).judgements] == ["conflict", "settled"]
    assert [found.state for found in merged([one, one]).judgements] == ["settled", "settled"]
