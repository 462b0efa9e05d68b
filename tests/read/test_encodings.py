"""Which encoding a file is in, and what is said of it."""

from __future__ import annotations

import codecs
from pathlib import Path

import pytest
from audit_inputs import refusal, slugs
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from auditor.errors import InputError
from auditor.read import encodings
from auditor.read.encodings import encoding_of
from auditor.read.tables import read_table

KOREAN = "id,label\n1,긍정\n2,똠방각하\n"


@pytest.mark.parametrize(
    ("content", "encoding"),
    [
        (KOREAN.encode(), "utf-8"),
        (codecs.BOM_UTF8 + KOREAN.encode(), "utf-8-sig"),
        (codecs.BOM_UTF16_LE + KOREAN.encode("utf-16-le"), "utf-16"),
        (codecs.BOM_UTF16_BE + KOREAN.encode("utf-16-be"), "utf-16"),
        (KOREAN.encode("cp949"), "cp949"),  # 똠 is in cp949 and has no two-byte form in euc-kr
    ],
)
def test_the_encoding_is_found_and_the_text_is_whole(tmp_path: Path, content: bytes, encoding: str) -> None:
    (tmp_path / "a.csv").write_bytes(content)
    table = read_table(tmp_path / "a.csv")
    assert encoding_of(tmp_path / "a.csv") == encoding
    assert table.columns.to_pydict() == {"id": ["1", "2"], "label": ["긍정", "똠방각하"]}
    converted = ["encoding-converted"] if encoding in {"utf-16", "cp949"} else []
    assert slugs(table.notes) == converted


@pytest.mark.parametrize(
    ("content", "offset"),
    [
        (b"id,label\n1,caf\xe9\n", 14),  # latin-1: counted by hand
        (b"\xffid\n1\n", 0),
        (b"id\n\xf0\x9f\x98\n", 3),  # an emoji cut after three of four bytes
    ],
)
def test_another_encoding_is_refused_with_the_byte(tmp_path: Path, content: bytes, offset: int) -> None:
    (tmp_path / "a.csv").write_bytes(content)
    (problem,) = refusal(InputError, read_table, tmp_path / "a.csv")
    assert problem.slug == "encoding-unknown"
    assert f"byte {offset} " in str(problem.what)


def test_half_a_unit_of_utf_16_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_bytes(codecs.BOM_UTF16_LE + "id\n1".encode("utf-16-le") + b"x")
    assert slugs(refusal(InputError, encoding_of, tmp_path / "a.csv")) == ["encoding-unknown"]


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=st.text(st.characters(exclude_categories=["Cs"]), min_size=1), chunk=st.integers(1, 7))
def test_the_bad_byte_is_the_one_python_finds_in_the_whole_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str, chunk: int
) -> None:
    """Whatever the size of the pieces in which the file is looked at; 0xFF is in neither encoding."""
    monkeypatch.setattr(encodings, "CHUNK", chunk)
    content = text.encode() + b"\xff\xff"
    (tmp_path / "a.csv").write_bytes(content)
    with pytest.raises(UnicodeDecodeError) as python:
        content.decode()
    if content.startswith((codecs.BOM_UTF8, codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return
    (problem,) = refusal(InputError, encoding_of, tmp_path / "a.csv")
    assert problem.what.values["offset"] == python.value.start
