"""Objects that are given in Python: what hands out Arrow columns is read, others are told what to call."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pyarrow as pa
import pytest
from audit_inputs import refusal, slugs

from auditor.errors import UsageError
from auditor.read.dataset import read_inputs

COLUMNS = {"id": ["a", "b", "c"], "text": ["x", "y", "z"], "label": ["cat", "dog", "cat"]}
PROBS = {"id": ["c", "a", "b"], "cat": [0.6, 0.9, 0.2], "dog": [0.4, 0.1, 0.8]}
EXPECTED = [[0.9, 0.1], [0.2, 0.8], [0.6, 0.4]]


class Frame:
    """What polars and others are to pyarrow: an object that hands out a stream as often as it is asked."""

    def __init__(self, table: pa.Table) -> None:
        self.table = table

    def __arrow_c_stream__(self, requested_schema: object = None) -> Any:
        return self.table.__arrow_c_stream__(requested_schema)


WAYS = {
    "table": lambda columns: pa.table(columns),
    "stream": lambda columns: Frame(pa.table(columns)),
    "reader": lambda columns: pa.table(columns).to_reader(),
    "pandas": pd.DataFrame,
}


@pytest.mark.parametrize("data", WAYS)
@pytest.mark.parametrize("predictions", WAYS)
def test_tables_that_hand_out_arrow_columns_are_read_like_dataframes(data: str, predictions: str) -> None:
    found = read_inputs(WAYS[data](COLUMNS), [WAYS[predictions](PROBS)])
    assert found.probabilities is not None
    assert found.probabilities.blocks.read(0, 3).tolist() == EXPECTED
    assert found.dataset.fingerprint == read_inputs(pd.DataFrame(COLUMNS)).dataset.fingerprint


def test_probabilities_in_the_columns_of_such_a_table_are_found() -> None:
    own = {**COLUMNS, "prob_cat": [0.9, 0.2, 0.6], "prob_dog": [0.1, 0.8, 0.4]}
    found = read_inputs(Frame(pa.table(own)))
    assert found.probabilities is not None
    assert found.probabilities.blocks.read(0, 3).tolist() == EXPECTED


class Dataset:
    """The calls by which a Hugging Face dataset is known."""

    def to_pandas(self) -> None: ...

    def save_to_disk(self, folder: str) -> None: ...


@pytest.mark.parametrize(
    ("given", "fixes"),
    [
        (COLUMNS, ["pd.DataFrame(data)"]),
        ([COLUMNS], ["pd.DataFrame(data)"]),
        (pd.Series(["x"]), [".to_frame() makes a table of it"]),
        (
            Dataset(),
            [
                'save_to_disk("data"), and give the folder "data": the class names are kept',
                ".to_pandas() makes a table of it",
            ],
        ),
        (7, []),
    ],
)
def test_what_is_no_table_is_refused_with_the_call_that_makes_one(given: Any, fixes: list[str]) -> None:
    problems = refusal(UsageError, read_inputs, given)
    assert slugs(problems) == ["option-value"]
    assert [str(fix) for fix in problems[0].fixes] == fixes
