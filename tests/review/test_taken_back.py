"""A decision that was exported and taken back since: the older file says it no more."""

from __future__ import annotations

from itertools import permutations
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from review_files import record, write_decisions

from auditor.errors import InputError
from auditor.review.decisions import Decision, DecisionFile
from auditor.review.merging import Merged, merged
from auditor.review.reading import read_decisions


def mark(item: str, revision: int, **more: Any) -> dict[str, Any]:
    """What the labeller's page writes of a decision that was taken back."""
    return {
        "item": item,
        **{"row": None, "content": "", "given": None, "sample": "queue", "position": 1, "round": 1},
        **{"action": "undecided", "label": None, "reasons": [], "comment": "", "blind": None},
        **{"at": "2026-11-22T06:12:44Z", "revision": revision},
        **more,
    }


def read(tmp_path: Path, *files: tuple[str, list[dict[str, Any]]]) -> list[DecisionFile]:
    """Files of (reviewer, records), read back."""
    paths = [
        write_decisions(tmp_path / f"{number}.json", records, reviewer=reviewer)
        for number, (reviewer, records) in enumerate(files)
    ]
    return [read_decisions(path) for path in paths]


def said(found: Merged) -> dict[str, tuple[str, tuple[str, ...]]]:
    """Item -> action and who said it."""
    return {one.item: (one.action, one.reviewers) for one in found.judgements}


def test_the_last_word_of_a_reviewer_may_be_nothing(tmp_path: Path) -> None:
    """In any order of the files; what is dropped is counted."""
    seen = {"content": "sha256:1", "given": "cat", "row": 3}
    files = read(
        tmp_path,
        ("kim", [record("a", "relabel", "dog", **seen), record("b")]),
        ("kim", [mark("a", 2, **seen), record("b")]),
    )
    for order in permutations(files):
        found = merged(order)
        assert said(found) == {"b": ("keep", ("kim",))}
        assert (found.taken_back, found.reviewers) == (1, ("kim",))


def test_a_word_after_it_counts_again(tmp_path: Path) -> None:
    files = read(
        tmp_path,
        ("kim", [record("a")]),
        ("kim", [mark("a", 2)]),
        ("kim", [record("a", "exclude", revision=3)]),
    )
    for order in permutations(files):
        assert said(merged(order)) == {"a": ("exclude", ("kim",))}
        assert merged(order).taken_back == 0


def test_what_others_said_stays(tmp_path: Path) -> None:
    """Kim is no vote and no second person any more: an exclusion of one reviewer stands alone."""
    files = read(
        tmp_path, ("kim", [record("a", "keep")]), ("kim", [mark("a", 2)]), ("lee", [record("a", "exclude")])
    )
    for order in permutations(files):
        (one,) = merged(order).judgements
        assert (one.state, one.action, one.reviewers, one.votes) == ("settled", "exclude", ("lee",), 1)


def test_a_table_of_the_same_reviewer_that_says_less_is_older(tmp_path: Path) -> None:
    """What says nothing of content and given label is about the one thing that was seen."""
    seen = {"content": "sha256:1", "given": "cat"}
    files = read(tmp_path, ("kim", [record("a", "exclude")]), ("kim", [mark("a", 2, **seen)]))
    assert said(merged(files)) == {} and merged(files).taken_back == 1


def test_it_is_neither_error_nor_none_and_needs_its_item(tmp_path: Path) -> None:
    assert Decision(item="a", action="undecided").is_error is None
    with pytest.raises(InputError):
        read(tmp_path, ("kim", [mark("", 2)]))


WORDS = st.tuples(
    st.sampled_from("ab"), st.sampled_from(["kim", "lee"]), st.sampled_from(["keep", "exclude", None])
)


@given(st.lists(WORDS, max_size=8), st.randoms(use_true_random=False))
def test_files_in_any_order_say_what_each_said_last(
    words: list[tuple[str, str, str | None]], chance: Any
) -> None:
    """Against a plain loop: the last word of each reviewer on each item, nothing where it was taken back."""
    last: dict[tuple[str, str], str | None] = {}
    files = []
    for number, (item, who, action) in enumerate(words, start=1):
        last[item, who] = action
        one = Decision(item=item, action=action or "undecided", revision=number, reviewer=who)  # type: ignore[arg-type]
        files.append(DecisionFile(name=f"{number}.json", decisions=(one,), reviewer=who))
    chance.shuffle(files)
    found = merged(files)
    spoken = {(one.item, d.reviewer): d.action for one in found.judgements for d in one.decisions}
    assert spoken == {key: action for key, action in last.items() if action}
    assert found.taken_back == sum(action is None for action in last.values())
