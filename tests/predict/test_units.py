"""Rows that must be predicted together: copies always, near copies as far as a fold can hold them."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from audit_inputs import CHAIN, sentence

from auditor.predict.units import units_of
from auditor.read.choice import InputChoice
from auditor.read.columns import ColumnChoice
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


def pairs_of(first: list[str], second: list[str]) -> ContentIndex:
    """Rows of two texts."""
    frame = pd.DataFrame({"premise": first, "hypothesis": second, "label": ["a", "b"] * (len(first) // 2)})
    columns = ColumnChoice(text=("premise", "hypothesis"))
    return ContentIndex(read_inputs(frame, (), InputChoice(columns=columns)).dataset)


def test_rows_that_share_one_of_their_texts_share_a_unit() -> None:
    """Twenty premises, three hypotheses each: whoever has seen two of them knows what the third is not."""
    premises = [sentence(row // 3) for row in range(60)]
    units = units_of(pairs_of(premises, [sentence(100 + row) for row in range(60)]), 5)
    assert units.of_row.tolist() == [row // 3 for row in range(60)]
    assert units.parts == 20


def test_a_text_that_stands_everywhere_keeps_nothing_together() -> None:
    """One hypothesis for all rows; and chains of shared texts that would swallow a fold are not followed."""
    premises = [sentence(row) for row in range(60)]
    same = units_of(pairs_of(premises, ["yes it is so"] * 60), 5)
    assert len(np.unique(same.of_row)) == 60
    assert same.parts == 0
    chain = units_of(
        pairs_of(
            [sentence(row // 2) for row in range(60)], [sentence(100 + (row + 1) // 2) for row in range(60)]
        ),
        5,
    )
    assert len(np.unique(chain.of_row)) == 60


@pytest.mark.parametrize("texts", [["", "", "", ""], ["a", "b", "c", "d"]])
def test_rows_without_content_stand_on_their_own(texts: list[str]) -> None:
    """An empty text is no copy of another empty text."""
    assert len(np.unique(units_of(index_of(texts), 5).of_row)) == 4
