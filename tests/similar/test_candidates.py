"""Contents that share their pieces become candidates; a bucket of any size costs a few pairs a member."""

from __future__ import annotations

from random import Random

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from auditor.similar.candidates import (
    NEIGHBOURS,
    Pieces,
    codes_of,
    likely_pairs,
    numbers_of,
    pairs_in_buckets,
    union,
)
from auditor.similar.sketch import mixed, sketches


def pieces(*contents: list[int]) -> Pieces:
    """Contents of numbered pieces."""
    offsets = np.r_[0, np.cumsum([len(content) for content in contents])].astype(np.int64)
    parts = [
        np.sort(mixed(np.array(content, np.uint64) + np.uint64(1)) >> np.uint64(32)) for content in contents
    ]
    hashes = np.concatenate([np.empty(0, np.uint64), *parts]).astype(np.uint32)
    return Pieces(offsets=offsets, hashes=hashes)


def order(n: int) -> NDArray[np.uint64]:
    return mixed(np.arange(1, n + 1, dtype=np.uint64))


def in_pairs(first: NDArray[np.int64], second: NDArray[np.int64]) -> set[tuple[int, int]]:
    return set(zip(first.tolist(), second.tolist(), strict=True))


def test_contents_that_share_most_pieces_meet() -> None:
    """Two share 18 of 20 pieces; 200 others share nothing."""
    others = [list(range(1000 + 20 * at, 1020 + 20 * at)) for at in range(200)]
    given_pieces = pieces(list(range(20)), *others, list(range(2, 22)))
    assert in_pairs(*likely_pairs(given_pieces, order=order(202))) == {(0, 201)}


def test_contents_without_pieces_meet_nobody() -> None:
    """Empty sets are not alike: nothing is known of them."""
    assert len(likely_pairs(pieces([], [], [1, 2], []), order=order(4))[0]) == 0


def test_no_contents_at_all() -> None:
    """Nothing in, nothing out."""
    assert len(likely_pairs(pieces(), order=order(0))[0]) == 0


def test_row_order_does_not_matter() -> None:
    """The same pairs under other numbers."""
    rng = np.random.default_rng(0)
    contents = [rng.integers(0, 60, 12).tolist() for _ in range(300)]
    turn = rng.permutation(300)
    straight = in_pairs(*likely_pairs(pieces(*contents), order=order(300)))
    first, second = likely_pairs(pieces(*(contents[at] for at in turn)), order=order(300)[turn])
    assert in_pairs(*numbers_of(codes_of(turn[first], turn[second]))) == straight


def test_a_bucket_costs_a_few_pairs_a_member() -> None:
    """1,000 equal contents."""
    first, _ = likely_pairs(pieces(*[[1, 2, 3]] * 1000), order=order(1000))
    assert 999 <= len(first) <= 1000 * NEIGHBOURS


def test_the_only_member_of_another_kind_is_met_by_all() -> None:
    """The hub of one kind does not hide the one of another."""
    keys = np.full(50, 1 << 40, np.uint64)
    kinds = (np.arange(50) == 30).astype(np.int64)
    pairs = in_pairs(*numbers_of(pairs_in_buckets(keys, np.arange(50), 50, kinds)))
    assert {(min(at, 30), max(at, 30)) for at in range(50) if at != 30} <= pairs


@given(st.lists(st.integers(0, 3), max_size=9))
def test_small_buckets_give_every_pair(buckets: list[int]) -> None:
    """With at most nine members everybody is among the next eight."""
    keys = mixed(np.array(buckets, np.uint64) + np.uint64(1))
    n = len(buckets)
    expected = {(a, b) for a in range(n) for b in range(a + 1, n) if buckets[a] == buckets[b]}
    assert in_pairs(*numbers_of(pairs_in_buckets(keys, np.arange(n), n))) == expected


@given(st.lists(st.tuples(st.integers(0, 2**31), st.integers(0, 2**31))))
def test_codes_say_which_pair(pairs: list[tuple[int, int]]) -> None:
    """There and back, the smaller first, each once, sorted."""
    both = np.array(pairs, np.int64).reshape(-1, 2)
    first, second = numbers_of(union([codes_of(both[:, 0], both[:, 1])]))
    expected = sorted({(min(pair), max(pair)) for pair in pairs})
    assert list(zip(first.tolist(), second.tolist(), strict=True)) == expected


def test_sketches_agree_as_much_as_sets_share() -> None:
    """Pairs of 60 sets of equally rare pieces that share half of all: 24 of 48 numbers, on average."""
    contents = []
    for at in range(0, 6000, 100):
        contents += [list(range(at, at + 30)), list(range(at + 10, at + 40))] * 2
    marks = sketches(*_of(pieces(*contents))).marks
    agreeing = (marks[0::4] == marks[1::4]).sum(axis=1).mean()
    assert 22 <= agreeing <= 26


@given(
    st.lists(st.sets(st.integers(0, 40), max_size=9), min_size=1, max_size=8),
    st.randoms(use_true_random=False),
)
def test_a_short_content_has_every_number(contents: list[set[int]], shuffle: Random) -> None:
    """Fewer pieces than numbers: the numbers are those of its pieces, the same wherever the content stands;
    one without pieces has none."""
    both = [sorted(content) for content in contents] * 2
    half = sketches(*_of(pieces(*both)))
    n = len(contents)
    assert (half.numbers[:, :n] == half.numbers[:, n:]).all()
    assert (half.agreeing(np.arange(n), np.arange(n, 2 * n)) == 48).all()
    for at, content in enumerate(contents):
        assert len(set(half.numbers[:, at].tolist())) <= max(len(content), 1)
        assert content or not half.numbers[:, at].any()
    turn = list(range(2 * n))
    shuffle.shuffle(turn)
    assert (sketches(*_of(pieces(*(both[at] for at in turn)))).marks == half.part(np.array(turn)).marks).all()


def test_contents_that_share_nothing_agree_in_nothing() -> None:
    """200 contents of three pieces of their own, each piece had by two others: chance is a byte in 256."""
    contents = [[3 * at, 3 * at + 1, 3 * at + 2] for at in range(200)]
    sketch = sketches(*_of(pieces(*contents, *contents)))
    assert sketch.agreeing(np.arange(0, 199), np.arange(1, 200)).mean() < 1


def _of(given_pieces: Pieces) -> tuple[NDArray[np.int64], NDArray[np.uint32]]:
    return given_pieces.offsets, given_pieces.hashes


def test_a_part_of_the_pieces_is_theirs() -> None:
    """Contents 2 and 0, in that order."""
    whole = pieces([1, 2], [3], [4, 5, 6])
    part = whole.part(np.array([2, 0]))
    assert part.hashes.tolist() == [*whole.hashes[3:].tolist(), *whole.hashes[:2].tolist()]
    assert part.offsets.tolist() == [0, 3, 5]
