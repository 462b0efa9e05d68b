"""Who judges which item: by the item and the handles alone, evenly, and with a part for all."""

from __future__ import annotations

import hashlib
from collections import Counter
from math import sqrt

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from auditor.prioritise.assignment import is_common, judges_of, number_of

NAMES = [hashlib.sha256(str(n).encode()).hexdigest()[:16] for n in range(3_000)]
HANDLES = st.lists(st.sampled_from(["kim", "lee", "park", "박", "r1", "r2", "최-2"]), min_size=1, unique=True)
CONTENTS = st.text(max_size=20)
SHARES = st.floats(0, 1)


@given(CONTENTS, HANDLES, SHARES, st.randoms(use_true_random=False))
def test_the_order_of_the_handles_does_not_matter(
    name: str, handles: list[str], overlap: float, chance: object
) -> None:
    """Nor does their case: kim and Kim are one person."""
    shuffled = [handle.upper() for handle in handles]
    chance.shuffle(shuffled)  # type: ignore[attr-defined]
    found = {handle.lower() for handle in judges_of(name, shuffled, overlap)}
    assert found == set(judges_of(name, handles, overlap))


@given(CONTENTS, HANDLES, SHARES)
def test_one_judges_or_all_do(name: str, handles: list[str], overlap: float) -> None:
    found = judges_of(name, handles, overlap)
    assert len(found) == 1 or list(found) == handles
    assert set(found) <= set(handles)


@given(CONTENTS, HANDLES)
def test_who_joins_takes_and_who_leaves_gives_away_nothing_but_his_own(name: str, handles: list[str]) -> None:
    """With one more an item stays where it was or goes to the new one."""
    (before,) = judges_of(name, handles, 0)
    (after,) = judges_of(name, [*handles, "new"], 0)
    assert after in {before, "new"}


@given(CONTENTS, SHARES, SHARES)
def test_a_larger_overlap_has_every_item_of_a_smaller_one(name: str, one: float, other: float) -> None:
    small, large = sorted([one, other])
    assert is_common(name, large) or not is_common(name, small)
    assert not is_common(name, 0) and is_common(name, 1)


@given(CONTENTS, HANDLES, SHARES, st.sets(st.sampled_from(["kim", "LEE", "park", "somebody"])))
def test_who_was_heard_is_not_asked_again_while_there_are_others(
    name: str, handles: list[str], overlap: float, heard: set[str]
) -> None:
    found = judges_of(name, handles, overlap, heard)
    others = [handle for handle in handles if handle not in {one.lower() for one in heard}]
    assert set(found) <= set(others or handles)
    assert len(found) == (len(others or handles) if is_common(name, overlap) else 1)


@settings(max_examples=20)
@given(st.text(max_size=10), st.text(max_size=10))
def test_the_number_is_that_of_the_documentation(handle: str, name: str) -> None:
    """sha256 over handle, zero byte, name: anybody can work it out."""
    digest = hashlib.new("sha256", handle.encode() + b"\x00" + name.encode()).hexdigest()
    assert number_of(handle, name) == int(digest[:16], 16)


@pytest.mark.parametrize("people", [2, 3, 8])
@pytest.mark.parametrize("overlap", [0.0, 0.15, 0.5])
def test_shares_differ_by_chance_alone(people: int, overlap: float) -> None:
    """Each within four standard deviations of an even share; so is the common part, and in every share."""
    handles = [f"r{n}" for n in range(people)]
    found = [judges_of(name, handles, overlap) for name in NAMES]
    common = [is_common(name, overlap) for name in NAMES]
    assert _near(sum(common), len(NAMES), overlap)
    assert all(len(judges) == (people if shared else 1) for judges, shared in zip(found, common, strict=True))
    alone = Counter(judges[0] for judges, shared in zip(found, common, strict=True) if not shared)
    assert all(_near(alone[handle], len(NAMES) - sum(common), 1 / people) for handle in handles)
    owner = [judges_of(name, handles, 0)[0] for name in NAMES]
    mixed = Counter(who for who, shared in zip(owner, common, strict=True) if shared)
    assert all(_near(mixed[handle], sum(common), 1 / people) for handle in handles)


def _near(count: int, n: int, share: float) -> bool:
    """Whether a count of `n` drawn with probability `share` is within four standard deviations."""
    return abs(count - n * share) <= 4 * sqrt(n * share * (1 - share))
