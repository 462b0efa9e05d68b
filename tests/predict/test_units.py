"""Rows that must be predicted together: copies always, near copies as far as a fold can hold them."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from audit_inputs import CHAIN, sentence

from auditor.predict.units import units_of
from auditor.read.dataset import read_inputs
from auditor.similar.content import ContentIndex


def index_of(texts: list[str]) -> ContentIndex:
    """Texts of two classes, compared."""
    frame = pd.DataFrame({"text": texts, "label": ["a", "b"] * (len(texts) // 2) + ["a"] * (len(texts) % 2)})
    return ContentIndex(read_inputs(frame).dataset)


def test_copies_and_near_copies_share_a_unit() -> None:
    """Two copies, a chain of three near copies of which one has a copy, and rows on their own."""
    others = [sentence(row) for row in range(60)]
    units = units_of(index_of([*others, others[0].upper(), *CHAIN, CHAIN[2] + "!"]), 5)
    of = units.of_row
    assert of[0] == of[60]
    assert len({int(of[row]) for row in (61, 62, 63, 64)}) == 1
    assert len(np.unique(of)) == 61
    assert (units.exact, units.near, units.split) == (2, 1, 0)


def test_a_near_group_that_would_swallow_a_fold_is_not_kept_together_but_its_copies_are() -> None:
    """Thirty near copies of one template among 80 rows: half a fold is 8 rows."""
    template = "the quick brown fox number {} jumps over the lazy dog of the mayor of the town"
    texts = [sentence(row) for row in range(50)] + [template.format(row) for row in range(29)]
    units = units_of(index_of([*texts, template.format(3)]), 5)
    assert (units.split, units.split_rows) == (1, 30)
    assert units.of_row[53] == units.of_row[79]
    assert len(np.unique(units.of_row)) == 79


@pytest.mark.parametrize("texts", [["", "", "", ""], ["a", "b", "c", "d"]])
def test_rows_without_content_stand_on_their_own(texts: list[str]) -> None:
    """An empty text is no copy of another empty text."""
    assert len(np.unique(units_of(index_of(texts), 5).of_row)) == 4
