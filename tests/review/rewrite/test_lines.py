"""fastText lines rewritten: another label, and every other byte as it is."""

from __future__ import annotations

import codecs
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from audit_inputs import refusal, slugs
from hypothesis import given
from hypothesis import strategies as st
from rewriting import edited_rows, rewritten, rows_of

from auditor.errors import InputError
from auditor.read.tables import read_table
from auditor.review.rewrite.family import Edits

TEXT = (
    "__label__x  a  b\n\n__label__y 007\t\n__label__x __label__x c\nc __label__z\n"
    "__label__a __label__b d\nplain\n"
)


def put(folder: Path, text: str | bytes) -> Path:
    path = folder / "train.txt"
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return path


def of(row: int, label: str) -> Edits:
    return Edits(cells={"label": {row: label}})


@pytest.mark.parametrize(
    ("row", "old", "new"),
    [
        (0, "__label__x  a", "__label__새  a"),
        (1, "__label__y 007", "__label__새 007"),
        (2, "__label__x __label__x c", "__label__새 __label__새 c"),
        (3, "c __label__z", "c __label__새"),
    ],
)
def test_the_label_of_a_line_changes_wherever_it_stands(tmp_path: Path, row: int, old: str, new: str) -> None:
    """Blanks, empty lines and other labels stay; a label that stands twice changes twice."""
    assert rewritten(put(tmp_path, TEXT), of(row, "새")).read_text() == TEXT.replace(old, new)


@pytest.mark.parametrize("row", [4, 5], ids=["two labels", "no label"])
def test_a_line_without_a_single_label_is_refused(tmp_path: Path, row: int) -> None:
    """There is no one place to write another."""
    assert slugs(refusal(InputError, rewritten, put(tmp_path, TEXT), of(row, "z"))) == ["format-not-written"]


@pytest.mark.parametrize("label", ["two words", "", "a\nb", "a\tb"])
def test_a_label_with_a_blank_is_refused(tmp_path: Path, label: str) -> None:
    """fastText would read the rest of it as text."""
    assert slugs(refusal(InputError, rewritten, put(tmp_path, TEXT), of(0, label))) == ["format-not-written"]


def test_a_label_that_the_encoding_lacks_is_refused(tmp_path: Path) -> None:
    """cp949 has no such sign."""
    path = put(tmp_path, "__label__긍정 재미있다\n__label__부정 별로였다\n".encode("cp949"))
    found = refusal(InputError, rewritten, path, of(0, "😀"))
    assert slugs(found) == ["label-not-encodable"]


@pytest.mark.parametrize("edits", [Edits(added={"new": {0: "x"}}), Edits(cells={"text": {0: "x"}})], ids=str)
def test_other_columns_have_no_place(tmp_path: Path, edits: Edits) -> None:
    """A line is a label and a text."""
    assert slugs(refusal(InputError, rewritten, put(tmp_path, TEXT), edits)) == ["format-not-written"]


@pytest.mark.parametrize(
    ("mark", "codec"), [(b"", "utf-8"), (codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le")]
)
@pytest.mark.parametrize("end", ["\n", "\r\n"])
@given(data=st.data())
def test_any_edits_leave_every_other_byte(mark: bytes, codec: str, end: str, data: st.DataObject) -> None:
    """The oracle puts the lines together again."""
    labels = data.draw(st.lists(st.sampled_from(["x", "y", "새"]), min_size=1, max_size=5))
    rows = st.integers(0, len(labels) - 1)
    edits = Edits(
        cells={"label": data.draw(st.dictionaries(rows, st.sampled_from(["x", "z", "긍정"])))},
        dropped=data.draw(st.frozensets(rows, max_size=len(labels) - 1)),
    )
    last = data.draw(st.sampled_from(["", end]))

    def text(labels: list[str]) -> bytes:
        made = [f"__label__{name}  text, {name}" for name in labels]
        return mark + (end.join(made) + last).encode(codec)

    with TemporaryDirectory() as folder:
        path = put(Path(folder), text(labels))
        expected = edited_rows(rows_of(read_table(path)), edits)
        new = rewritten(path, edits)
        assert rows_of(read_table(new)) == expected
        if not edits.dropped:
            changed = [
                f"__label__{edits.cells['label'].get(at, name)}  text, {name}"
                for at, name in enumerate(labels)
            ]
            assert new.read_bytes() == mark + (end.join(changed) + last).encode(codec)
