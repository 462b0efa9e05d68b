"""Texts that are nearly the same are found, compared as documented, and kept in bounds."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from auditor.similar.candidates import numbers_of
from auditor.similar.deletions import deletion_pairs
from auditor.similar.grams import pieces_of
from auditor.similar.kept import hashes_of
from auditor.similar.letters import letters_of
from auditor.similar.likeness import Likeness
from auditor.similar.near_texts import near_texts
from auditor.similar.pairs import MOST, NearSearch
from auditor.similar.rare import rare_pairs

FILLER = [f"{one} {two} {three}" for one in ("red", "blue", "green", "black", "white")
          for two in ("table", "garden", "window", "bottle", "pencil", "mirror")
          for three in ("stands", "breaks", "shines", "vanishes", "matters")]  # fmt: skip
"""150 different texts: more than are compared all with all."""


def found(search: NearSearch) -> dict[tuple[int, int], float]:
    pairs = search.pairs
    return dict(
        zip(
            zip(pairs.first.tolist(), pairs.second.tolist(), strict=True),
            pairs.similarity.tolist(),
            strict=True,
        )
    )


def likeness(one: str, other: str) -> float:
    return float(Likeness(pa.array([one, other])).of(np.array([0]), np.array([1]))[0])


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("재미 없다", "재미없다"),
        ("so cool", "so, cool!!"),
        ("sooooo cool", "soooo cool"),
        ("ab 12", "ＡＢ １２"),
        ("굿 ㅋㅋㅋㅋ", "굿ㅋㅋ"),
        ("ÉTÉ", "été"),
        ("all lovely", "alllovely"),
        ("all lovely", "a l l l o v e l y"),
    ],
)
def test_texts_with_the_same_letters_are_alike_entirely(one: str, other: str) -> None:
    """Case, width, blanks, punctuation and repeated letters say nothing."""
    assert likeness(one, other) == 1.0


def test_repeated_digits_count() -> None:
    """1000 and 100000 are different numbers."""
    assert likeness("pay 1000", "pay 100000") < 1.0


def test_texts_without_letters_are_compared_as_they_are() -> None:
    """^^ and ;; are not both nothing."""
    assert likeness("^^", ";;") < 0.5


def test_edits_of_a_short_text_count_by_letters() -> None:
    """One of ten letters replaced: 2 * 9 common / 20."""
    assert likeness("abcdefghij", "abcdefghix") == pytest.approx(0.9)


def test_another_order_of_words_counts_half() -> None:
    """The pieces, within words, are the same; of twelve letters the nine of "small step" keep their order."""
    assert likeness("one small step", "small one step") == pytest.approx((0.9999 + 0.75) / 2)


def test_pieces_are_runs_of_letters_and_syllables() -> None:
    """`ab` gives _a, ab, b_, _ab, ab_ less one: _ab_ has the runs of three _ab and ab_; `가` gives itself,
    _가 and 가_."""
    offsets = pieces_of(letters_of(pa.array(["ab", "가", ""]))).offsets
    assert np.diff(offsets).tolist() == [5, 3, 0]


@pytest.mark.parametrize(
    ("text", "copy"),
    [
        ("영화 정말 재미있게 봤습니다", "영화 정말 재밌게 봤습니다"),
        ("최고의영화", "최고의 영화다"),
        ("i want my money back at once", "i wnat my money back at once"),
        ("where is the card that i ordered", "is where the card that i ordered"),
    ],
)
def test_a_planted_copy_is_found_among_others(text: str, copy: str) -> None:
    """The only pair with that text."""
    search = near_texts([pa.array([*FILLER, text, copy])])
    n = len(FILLER)
    assert {pair for pair in found(search) if pair[1] >= n} == {(n, n + 1)}
    assert search.compared == n + 2 and search.how == "texts"


def test_row_order_changes_nothing_but_the_numbers() -> None:
    """The same pairs with the same bits, whatever the order."""
    texts = [*FILLER, *(f"{text}s" for text in FILLER[:70]), "굿", "굿굿", "굿 굿굿"]
    kinds = np.arange(len(texts)) % 3
    turn = np.random.default_rng(4).permutation(len(texts))
    for threshold in (0.8, 0.4):
        straight = near_texts([pa.array(texts)], threshold, kinds)
        turned = near_texts([pa.array([texts[at] for at in turn])], threshold, kinds[turn])
        back = {(min(turn[a], turn[b]), max(turn[a], turn[b])): s for (a, b), s in found(turned).items()}
        assert back == found(straight)
        assert turned.bars.tolist() == straight.bars.tolist()


def test_a_hub_is_kept_in_bounds_and_shows_its_conflicts() -> None:
    """500 near copies: a few pairs each, and every text of the rare kind has one of the other kind."""
    letters = [chr(ord("a") + at) for at in range(26)]
    texts = [f"the very same sentence again {one}{two}" for one in letters for two in letters][:500]
    kinds = (np.arange(500) == 77).astype(np.int64)
    search = near_texts([pa.array(texts)], 0.8, kinds)
    assert len(search.pairs) <= 500 * (MOST + 1)
    mixed = kinds[search.pairs.first] != kinds[search.pairs.second]
    assert mixed.any() and len(np.unique(np.r_[search.pairs.first, search.pairs.second])) == 500


def test_copies_by_their_letters_form_a_star() -> None:
    """300 ways to write one text: all in pairs with one of them, not 45,000 pairs."""
    texts = [*FILLER, *("good" + "." * at for at in range(300))]
    search = near_texts([pa.array(texts)])
    same = [pair for pair, similarity in found(search).items() if similarity == 1.0]
    assert len(same) == 299 and len({at for pair in same for at in pair}) == 300


def test_several_columns_are_as_alike_as_the_least_alike() -> None:
    """An equal title does not make up for another body; an empty cell against a filled one is 0."""
    titles = pa.array(["breaking news", "breaking news", "breaking news", ""])
    bodies = pa.array(["rain in the north", "rain in the south", "", ""])
    pairs = found(near_texts([titles, bodies], 0.0))
    assert pairs[0, 1] == pytest.approx(likeness("rain in the north", "rain in the south"), abs=0.15)
    assert pairs[0, 2] == 0 and pairs[2, 3] == 0


def test_the_most_similar_under_the_threshold_are_told() -> None:
    """At most five, all below."""
    search = near_texts([pa.array(FILLER)], 0.95)
    assert len(search.below) == 5 and (search.below.similarity < 0.95).all()
    assert search.bars.sum() >= 5


@pytest.mark.parametrize("texts", [[], ["alone"], ["", "a"], [".", "!"]])
def test_tiny_inputs_have_no_pairs(texts: list[str]) -> None:
    """Nothing to pair, nothing raised."""
    assert len(near_texts([pa.array(texts, pa.string())]).pairs) == 0


words = st.lists(st.text("abcde가나다", min_size=1, max_size=7), min_size=1, max_size=3).map(" ".join)


@settings(max_examples=30, deadline=None)
@given(st.lists(words, min_size=2, max_size=12, unique=True))
def test_a_wide_search_of_few_texts_sees_every_pair(texts: list[str]) -> None:
    """Up to a few texts the search is exact: a pair is there if its similarity says so."""
    every = Likeness(pa.array(texts))
    one, other = np.triu_indices(len(texts), 1)
    expected = int((every.of(one, other) >= 0.5).sum())
    search = near_texts([pa.array(texts)], 0.5)
    assert len(search.pairs) == expected and search.bars.sum() == len(one)


@settings(max_examples=50, deadline=None)
@given(st.text("abc가", min_size=4, max_size=16), st.data())
def test_two_letters_replaced_meet_by_deletion(text: str, data: st.DataObject) -> None:
    """Any two replacements of a text of up to 16 letters."""
    letters = list(text)
    for at in data.draw(st.lists(st.integers(0, len(text) - 1), min_size=1, max_size=2)):
        letters[at] = "x"
    both = letters_of(pa.array([text, "".join(letters)])).squeezed()
    same_length = len(set(np.diff(both.starts))) == 1  # runs of letters may be shortened
    first, _ = numbers_of(deletion_pairs(both, np.arange(2), None))
    assert len(first) == 1 or not same_length


def test_rare_pieces_bring_paraphrases_together() -> None:
    """What only two texts speak of makes them a likely pair; what all speak of does not."""
    texts = [*FILLER, "the xylophone of mozambique", "a xylophone from mozambique"]
    first, second = numbers_of(rare_pairs(pieces_of(letters_of(pa.array(texts)))))
    assert (len(texts) - 2, len(texts) - 1) in set(zip(first.tolist(), second.tolist(), strict=True))


def test_hashes_tell_contents_apart_whatever_their_place() -> None:
    """Equal cells, equal hash; cells swapped between columns, another."""
    one = hashes_of([pa.array(["a", "b", "a"]), pa.array(["b", "a", "b"])])
    assert one[0] == one[2] != one[1]
    assert hashes_of([pa.array(["b"]), pa.array(["a"])])[0] == one[1]


def test_korean_paraphrases_rank_above_strangers(shared_data) -> None:  # type: ignore[no-untyped-def]
    """paraKQC: the F1 of a TF-IDF cosine is reached, and the default threshold is precise."""
    texts = pd.read_csv(shared_data / "dup_parakqc" / "dataset.csv").text.str.lower()
    group = pd.read_csv(shared_data / "dup_parakqc" / "truth_groups.csv").group.to_numpy()
    rows = np.flatnonzero(~texts.duplicated())
    group, column = group[rows], pa.array(texts.iloc[rows])
    pairs = near_texts([column], 0.34).pairs
    right = group[pairs.first] == group[pairs.second]
    order = np.argsort(-pairs.similarity, kind="stable")
    hits = np.cumsum(right[order])
    true = int((np.bincount(group) * (np.bincount(group) - 1) // 2).sum())
    assert (2 * hits / (np.arange(1, len(hits) + 1) + true)).max() >= 0.738
    assert right[pairs.similarity >= 0.8].mean() >= 0.9
