"""Broken files of annotation tools: whatever bytes they hold, a table or a coded error, never a traceback."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from examples_json import EXAMPLES
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from auditor.errors import AuditorError
from auditor.read.dataset import read_inputs
from auditor.read.tables import read_table

of_files = settings(
    max_examples=100,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
PARTS = re.compile(rb'"[^"]*"|-?[0-9.]+|[\[\]{}:,]|true|false|null|\S+|\s+')
"""The words of a file: JSON tokens, or what stands between blanks."""
WORDS = [
    *(b"null", b"true", b"0", b"-1", b"1e999", b"NaN", b'""', b"[]", b"{}", b"[[]]", b'"x"', b"9" * 5_000),
    *(b'"\\ud800"', b"[" * 300, b"\n", b"\xff", b"\x00", b"\xef\xbb\xbf", b"__label__", b"B-X", b"O", b"\t"),
    *(b'{"text": "a", "label": ["b"]}', b'"label"', b'"id"', b'"data"', b'"words"', b'"\xec"'),
]


@st.composite
def mutated(draw: st.DrawFn, whole: bytes) -> bytes:
    """A file with some of its words left out, doubled, exchanged or replaced, perhaps cut off."""
    parts = PARTS.findall(whole)
    for _ in range(draw(st.integers(1, 4))):
        at, other = (draw(st.integers(0, len(parts) - 1)) for _ in range(2))
        kind = draw(st.sampled_from(["drop", "double", "swap", "replace", "replace", "cut"]))
        if kind == "drop":
            parts[at] = b""
        elif kind == "double":
            parts[at] = parts[at] * 2
        elif kind == "swap":
            parts[at], parts[other] = parts[other], parts[at]
        elif kind == "replace":
            parts[at] = draw(st.sampled_from(WORDS) | st.binary(max_size=3))
        elif len(parts) > 2 and draw(st.booleans()):
            parts = parts[: max(at, 1)]
    return b"".join(parts)


ODD = st.sampled_from(
    [None, True, 0, -1, 10**30, 1.5, "", "x", "B-X", [], {}, [[]], [{}], {"a": 1}, [1, 2, "T"]]
)
"""Values that may stand where another was expected."""


@st.composite
def changed(draw: st.DrawFn, part: Any) -> Any:
    """A JSON document with another value, a missing one or a repeated one at some places in it."""
    if draw(st.integers(0, 12)) == 0:
        return draw(ODD)
    if isinstance(part, dict):
        return {
            draw(st.sampled_from([name] * 20 + ["x"])): draw(changed(value))
            for name, value in part.items()
            if draw(st.integers(0, 20))
        }
    if isinstance(part, list):
        return [
            draw(changed(value)) for value in part for _ in range(draw(st.sampled_from([1] * 8 + [0, 2])))
        ]
    return part


def read_anyhow(path: Path, name: str) -> None:
    """Told by its content, and read as the format by name; through the roles and the classes."""
    for read in (read_inputs, lambda where: read_table(where, input_format=name)):
        try:
            read(path)
        except AuditorError as error:
            assert all(problem.slug and problem.what.to("ko") for problem in error.problems)


@pytest.mark.parametrize("name", EXAMPLES)
@of_files
@given(data=st.data())
def test_a_broken_file_is_a_table_or_a_coded_error(tmp_path: Path, name: str, data: st.DataObject) -> None:
    """Words and bytes of it are others."""
    path = EXAMPLES[name].make(tmp_path)
    path.write_bytes(data.draw(mutated(path.read_bytes())))
    read_anyhow(path, name)


@pytest.mark.parametrize("name", [name for name in EXAMPLES if name not in {"fasttext", "conll"}])
@of_files
@given(data=st.data())
def test_a_document_of_another_shape_is_a_table_or_a_coded_error(
    tmp_path: Path, name: str, data: st.DataObject
) -> None:
    """It is valid JSON, and other values stand in it than the tool writes."""
    path = EXAMPLES[name].make(tmp_path)
    lines = path.suffix == ".jsonl"
    text = path.read_text(encoding="utf-8")
    parts = [json.loads(line) for line in text.splitlines()] if lines else [json.loads(text)]
    path.write_text("\n".join(json.dumps(data.draw(changed(part))) for part in parts), encoding="utf-8")
    read_anyhow(path, name)
