"""The most similar other row of each row: of all, of another code, of a smaller one."""

from __future__ import annotations

from typing import get_args

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from auditor.similar.groups import Groups
from auditor.similar.near import NearCopies
from auditor.similar.near_hits import Wanted, best_hits
from auditor.similar.pairs import BARS, NearSearch, Pairs, no_pairs

CONTENTS = 5


def near_of(content_of: list[int], pairs: dict[tuple[int, int], float]) -> NearCopies:
    """Near copies of rows whose contents and pairs are given."""
    ordered = sorted(pairs)
    of = np.array(content_of, np.int64)
    paired = {content for pair in pairs for content in pair}
    search = NearSearch(
        how="texts",
        threshold=0.5,
        compared=CONTENTS,
        pairs=Pairs(
            first=np.array([a for a, _ in ordered], np.int64),
            second=np.array([b for _, b in ordered], np.int64),
            similarity=np.array([pairs[pair] for pair in ordered], np.float64),
        ),
        below=no_pairs(),
        bars=np.zeros(BARS, np.int64),
    )
    in_group = np.array([0 if content in paired else -1 for content in content_of])
    return NearCopies(
        search=search,
        first_rows=np.array([content_of.index(c) if c in content_of else -1 for c in range(CONTENTS)]),
        content_of=of,
        groups=Groups(of_row=in_group, members=(), names=("g",), enough=np.ones(1, bool)),
    )


def keys(rows: NDArray[np.int64]) -> NDArray[np.uint64]:
    """A key per row that goes against the row numbers."""
    return (1000 - rows).astype(np.uint64)


def brute(
    content_of: list[int], codes: list[int], pairs: dict[tuple[int, int], float], wanted: str
) -> dict[int, float]:
    """Row -> the highest similarity to a row that counts, by looking at every two rows."""
    found: dict[int, float] = {}
    for row, content in enumerate(content_of):
        for other, there in enumerate(content_of):
            similarity = pairs.get((min(content, there), max(content, there)))
            if similarity is None or codes[row] < 0 or codes[other] < 0:
                continue
            counts = {
                "any": True,
                "different": codes[row] != codes[other],
                "earlier": codes[other] < codes[row],
            }[wanted]
            if counts:
                found[row] = max(found.get(row, 0.0), similarity)
    return found


@st.composite
def situations(draw: st.DrawFn) -> tuple[list[int], list[int], dict[tuple[int, int], float]]:
    """Rows with contents and codes, and pairs between some of the contents."""
    rows = draw(st.integers(CONTENTS, 14))
    content_of = [*range(CONTENTS), *draw(st.lists(st.integers(0, 4), min_size=rows - 5, max_size=rows - 5))]
    codes = draw(st.lists(st.integers(-1, 2), min_size=rows, max_size=rows))
    every = [(a, b) for a in range(CONTENTS) for b in range(a + 1, CONTENTS)]
    chosen = draw(st.lists(st.sampled_from(every), unique=True, max_size=7))
    return content_of, codes, {pair: draw(st.sampled_from([0.6, 0.7, 0.8, 1.0])) for pair in chosen}


@pytest.mark.parametrize("wanted", get_args(Wanted))
@given(situation=situations())
def test_the_best_row_is_that_of_looking_at_every_two_rows(
    wanted: Wanted, situation: tuple[list[int], list[int], dict[tuple[int, int], float]]
) -> None:
    """The same rows with the same similarity, and an other row that really counts."""
    content_of, codes, pairs = situation
    same = [0 if code >= 0 else -1 for code in codes] if wanted == "any" else codes
    hits = best_hits(near_of(content_of, pairs), np.array(same), wanted, keys)

    assert dict(zip(hits.rows.tolist(), hits.similarity.tolist(), strict=True)) == brute(
        content_of, same, pairs, wanted
    )
    for row, other, similarity in zip(hits.rows, hits.others, hits.similarity, strict=True):
        ends = sorted((content_of[row], content_of[other]))
        assert pairs[ends[0], ends[1]] == similarity
        assert wanted != "different" or codes[row] != codes[other]
        assert wanted != "earlier" or codes[other] < codes[row]


def test_equal_similarities_go_by_the_key_not_by_the_row() -> None:
    """Row 0 is as like row 1 as row 2; the greater row number has the smaller key here."""
    near = near_of([0, 1, 2, 3, 4], {(0, 1): 0.9, (0, 2): 0.9})
    hits = best_hits(near, np.zeros(5, np.int64), "any", keys)

    assert hits.rows.tolist() == [0, 1, 2]
    assert hits.others.tolist() == [2, 0, 0]


def test_without_pairs_no_row_has_any() -> None:
    """Nor where nothing was paired."""
    assert len(best_hits(near_of([0, 1, 2, 3, 4], {}), np.zeros(5, np.int64), "any", keys).rows) == 0
