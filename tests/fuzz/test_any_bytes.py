"""Any bytes at all, for every reader: Hypothesis looks for the shortest that are neither read nor refused."""

from __future__ import annotations

from pathlib import Path

import pytest
import targets as fuzz
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from mutations import CELLS, TOKENS

from auditor.read.predictions import READERS as PREDICTION_READERS
from auditor.read.tables import READERS as TABLE_READERS

few = settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
pieces = st.lists(
    st.one_of(
        st.sampled_from(TOKENS),
        st.binary(max_size=12),
        st.sampled_from(CELLS).map(str.encode),
        st.just(b"\n"),
    ),
    max_size=25,
).map(b"".join)
"""Bytes of which the readers know some."""


@pytest.fixture(scope="module")
def targets(tmp_path_factory: pytest.TempPathFactory) -> dict[str, fuzz.Target]:
    """Every reader by name."""
    return {target.name: target for target in fuzz.targets(tmp_path_factory.mktemp("sound"))}


@pytest.mark.parametrize("name", sorted(TABLE_READERS))
@given(content=pieces)
@few
def test_any_bytes_are_a_table_or_refused(
    targets: dict[str, fuzz.Target], tmp_path: Path, name: str, content: bytes
) -> None:
    """Under the ending of the format, and forced into it; with the cells a second reader finds."""
    path = tmp_path / f"data{next(iter(TABLE_READERS[name].suffixes), '.dat')}"
    path.write_bytes(content)
    assert fuzz.outcome(targets[f"table {name}"], path) in {"read", "refused"}


@pytest.mark.parametrize("suffix", sorted(PREDICTION_READERS))
@given(content=pieces)
@few
def test_any_bytes_are_predictions_or_refused(
    targets: dict[str, fuzz.Target], tmp_path: Path, suffix: str, content: bytes
) -> None:
    """The same of predictions; what is read are probabilities."""
    path = tmp_path / f"p{suffix}"
    path.write_bytes(content)
    assert fuzz.outcome(targets[f"predictions {suffix}"], path) in {"read", "refused"}


@given(
    rows=st.lists(st.lists(st.sampled_from(CELLS), min_size=2, max_size=2), min_size=1, max_size=8),
    separator=st.sampled_from(",;\t|"),
    end=st.sampled_from(["\n", "\r\n", "\r"]),
)
@few
def test_cells_in_quotes_come_back_whatever_they_hold(
    targets: dict[str, fuzz.Target], tmp_path: Path, rows: list[list[str]], separator: str, end: str
) -> None:
    """Separators, quotes, line ends, zero bytes, hidden characters: quoted by the rules they are cells."""
    lines = [["first", "second"], *rows]
    quoted = (separator.join('"' + cell.replace('"', '""') + '"' for cell in line) for line in lines)
    path = tmp_path / "data.csv"
    path.write_bytes(end.join(quoted).encode())
    table = fuzz.read_table(path)
    assert [list(row) for row in zip(*table.columns.to_pydict().values(), strict=True)] == rows
