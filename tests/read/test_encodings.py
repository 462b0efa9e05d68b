"""Which encoding a file is in, and what is said of it."""

from __future__ import annotations

import codecs
import csv
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
        (codecs.BOM_UTF32_LE + KOREAN.encode("utf-32-le"), "utf-32"),
        (codecs.BOM_UTF32_BE + KOREAN.encode("utf-32-be"), "utf-32"),
        (KOREAN.encode("utf-16-le"), "utf-16-le"),  # without a mark
        (KOREAN.encode("utf-16-be"), "utf-16-be"),
        (KOREAN.encode("cp949"), "cp949"),  # 똠 is in cp949 and has no two-byte form in euc-kr
    ],
)
def test_the_encoding_is_found_and_the_text_is_whole(tmp_path: Path, content: bytes, encoding: str) -> None:
    (tmp_path / "a.csv").write_bytes(content)
    table = read_table(tmp_path / "a.csv")
    assert encoding_of(tmp_path / "a.csv") == encoding
    assert table.columns.to_pydict() == {"id": ["1", "2"], "label": ["긍정", "똠방각하"]}
    converted = [] if encoding in {"utf-8", "utf-8-sig"} else ["encoding-converted"]
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


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
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


@pytest.mark.parametrize(
    ("content", "encoding"),
    [
        (b"id,label\n1,c\0at\n", "utf-8"),  # a zero byte that slipped in
        (b"\0" * 64, "utf-8"),
        (KOREAN.encode("cp949") + b"3,\0\n", "cp949"),
        (
            "id,text\n1,\U0001fae8\n".encode("utf-16-le"),
            "utf-16-le",
        ),  # younger than some tables of characters
        ("번호\r\n1\r\n".encode("utf-16-be"), "utf-16-be"),
    ],
)
def test_zero_bytes_alone_make_no_utf_16(tmp_path: Path, content: bytes, encoding: str) -> None:
    (tmp_path / "a.csv").write_bytes(content)
    assert encoding_of(tmp_path / "a.csv") == encoding


@pytest.mark.parametrize("content", [KOREAN.encode("utf-16-le") + b"x", KOREAN.encode("utf-32-le")])
def test_half_a_unit_without_a_mark_is_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "a.csv").write_bytes(content)
    assert slugs(refusal(InputError, encoding_of, tmp_path / "a.csv")) == ["encoding-unknown"]


@settings(max_examples=100, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    cells=st.lists(
        st.text(st.sampled_from('가힣똠긍정abzAZ09 ,;|\\"\t\n漢字'), max_size=8), min_size=1, max_size=6
    ),
    encoding=st.sampled_from(["cp949", "utf-16-le", "utf-16-be", "utf-16", "utf-8-sig"]),
    separator=st.sampled_from(",;|\t"),
)
def test_quotes_and_separators_beside_korean_come_back(
    tmp_path: Path, cells: list[str], encoding: str, separator: str
) -> None:
    """As Excel in Korea saves a table: cp949, CRLF, quotes where they are needed."""
    columns = {"번호": [str(row) for row in range(len(cells))], "본문": cells, "라벨": ["긍정"] * len(cells)}
    with (tmp_path / "a.csv").open("w", encoding=encoding, newline="") as stream:
        writer = csv.writer(stream, delimiter=separator, lineterminator="\r\n")
        writer.writerow(columns)
        writer.writerows(zip(*columns.values(), strict=True))
    assert read_table(tmp_path / "a.csv").columns.to_pydict() == columns


def test_every_character_of_cp949_comes_back(tmp_path: Path) -> None:
    """The second byte of one can be a letter, and is never a quote, a separator or a backslash."""
    pairs = [bytes([first, second]) for first in range(0x81, 0xFF) for second in range(0x41, 0xFF)]
    letters = [pair.decode("cp949", "ignore") for pair in pairs]
    cells = [letter for letter in letters if len(letter) == 1 and len(letter.encode("cp949", "ignore")) == 2]
    assert len(cells) > 17_000
    text = "id,text\r\n" + "".join(f'{row},"{cell},{cell}"\r\n' for row, cell in enumerate(cells))
    (tmp_path / "a.csv").write_bytes(text.encode("cp949"))
    table = read_table(tmp_path / "a.csv").columns
    assert encoding_of(tmp_path / "a.csv") == "cp949"
    assert table["text"].to_pylist() == [f"{cell},{cell}" for cell in cells]
