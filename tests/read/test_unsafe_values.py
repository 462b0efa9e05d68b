"""Values that attack who reads them: huge, countless, hidden, no numbers, or not what they declare."""

from __future__ import annotations

import io
import time
import tracemalloc
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from audit_inputs import refusal, slugs

from auditor.blocks import ParquetBlocks
from auditor.checks import Subject, problems_of, run_checks
from auditor.errors import AuditorError, InputError
from auditor.read import separated, unpacked
from auditor.read.choice import InputChoice
from auditor.read.columns import ColumnChoice
from auditor.read.dataset import read_inputs
from auditor.read.predictions import read_predictions
from auditor.read.probability_columns import Known
from auditor.read.tables import read_table
from auditor.similar.content import ContentIndex

KNOWN = Known(labels=frozenset({"cat", "dog"}), id="id")
FRAME = pd.DataFrame({"id": ["1", "2"], "text": ["one", "two"], "label": ["cat", "dog"]})


def written(path: Path, text: str, encoding: str = "utf-8") -> Path:
    path.write_bytes(text.encode(encoding))
    return path


def refused(call: Callable[..., Any], *args: Any, **options: Any) -> list[str]:
    return slugs(refusal(AuditorError, call, *args, **options))


# huge


@pytest.mark.parametrize("suffix", [".csv", ".tsv", ".jsonl"])
def test_a_cell_of_fifty_megabytes_is_read_whole(tmp_path: Path, suffix: str) -> None:
    """Text is never cut on the way in."""
    huge = "x" * 50_000_000
    rows = {
        ".csv": f"id,text,label\n1,{huge},a\n2,b,b\n",
        ".tsv": f"id\ttext\tlabel\n1\t{huge}\ta\n2\tb\tb\n",
        ".jsonl": f'{{"id": "1", "text": "{huge}"}}\n{{"id": "2", "text": "b"}}\n',
    }
    texts = read_table(written(tmp_path / f"a{suffix}", rows[suffix])).columns["text"]
    assert [len(text) for text in texts.to_pylist()] == [50_000_000, 1]


@pytest.mark.parametrize("suffix", [".csv", ".tsv"])
def test_a_cell_beyond_the_cap_is_refused(
    tmp_path: Path, suffix: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With or without quotes, in the header too; in one pass and not after a long search."""
    monkeypatch.setattr(separated, "CELL_CAP", 1 << 20)
    monkeypatch.setattr(separated.read_options, "__defaults__", (1 << 20,))
    between = "," if suffix == ".csv" else "\t"
    huge = "x" * (2 << 20)
    for row in (f"1{between}{huge}", f'1{between}"{huge}"'):
        path = written(tmp_path / f"a{suffix}", f"id{between}text\n{row}\n2{between}b\n")
        assert refused(read_table, path) == ["row-too-long"]
    assert refused(read_table, written(tmp_path / f"b{suffix}", f"id{between}{huge}\n1{between}b\n")) in (
        ["file-unreadable"],
        ["row-too-long"],
    )


def test_a_hundred_thousand_columns_are_no_hang(tmp_path: Path) -> None:
    """A header of a megabyte, named once each; seconds and no square of them."""
    names = ",".join(f"c{number}" for number in range(100_000))
    cells = ",".join("1" for _ in range(100_000))
    before = time.process_time()
    path = written(tmp_path / "a.csv", f"label,text,{names}\na,b,{cells}\nb,c,{cells}\n")
    with pytest.raises(AuditorError):
        read_inputs(path, choice=InputChoice(columns=ColumnChoice(id="nothing like it")))
    assert time.process_time() - before < 20


@pytest.mark.parametrize("share", [1, 3])
def test_a_hundred_thousand_classes_are_no_label_column(tmp_path: Path, share: int) -> None:
    """Every row a class of its own, or every third: refused or warned of, and never a hang."""
    n = 100_000 * share
    labels = [f"class-{row % 100_000}" for row in range(n)]
    frame = pd.DataFrame({"id": range(n), "text": [f"text {row}" for row in range(n)], "label": labels})
    frame.to_parquet(tmp_path / "a.parquet")
    dataset = read_inputs(tmp_path / "a.parquet").dataset
    assert len(dataset.classes) == 100_000
    subject = Subject(dataset=dataset, index=ContentIndex(dataset))
    if share == 1:
        assert refused(run_checks, "labels", subject) == ["labels-look-like-ids"]
    else:
        assert "many-classes" in slugs(problems_of(run_checks("labels", subject)))


@pytest.mark.parametrize("number", ["1" * 400, "9" * 5_000, "1e400", "-1e400", "0." + "3" * 5_000])
def test_numbers_of_any_length_are_text_in_a_table(tmp_path: Path, number: str) -> None:
    """No limit of Python on digits, no infinity where digits stood."""
    for suffix, text in ((".csv", f"id,text\n1,{number}\n"), (".jsonl", f'{{"id": 1, "text": {number}}}\n')):
        table = read_table(written(tmp_path / f"a{suffix}", text))
        assert table.columns["text"].to_pylist() == [number]


# not a number


@pytest.mark.parametrize(
    "cell", ["nan", "NaN", "inf", "-inf", "Infinity", "1e999", "", "NA", "null", "nan(7)"]
)
@pytest.mark.parametrize("suffix", [".csv", ".tsv", ".parquet", ".npy", ".npz"])
def test_what_is_no_finite_number_is_refused_in_every_format(tmp_path: Path, cell: str, suffix: str) -> None:
    """As each format holds it; with its row."""
    path = tmp_path / f"p{suffix}"
    if suffix in {".csv", ".tsv"}:
        between = "," if suffix == ".csv" else "\t"
        rows = [["id", "cat", "dog"], ["1", "0.5", "0.5"], ["2", cell, "0.5"]]
        written(path, "".join(between.join(row) + "\n" for row in rows))
    else:
        value = np.inf if "inf" in cell.lower() or cell == "1e999" else np.nan
        matrix = np.array([[0.5, 0.5], [value, 0.5]])
        if suffix == ".parquet":
            pd.DataFrame({"id": ["1", "2"], "cat": matrix[:, 0], "dog": matrix[:, 1]}).to_parquet(path)
        elif suffix == ".npy":
            np.save(path, matrix)
        else:
            np.savez(path, probs=matrix)
    (problem,) = refusal(InputError, read_inputs, FRAME, [path])
    assert problem.slug == "probabilities-not-finite"
    assert str(problem.details[0]).endswith(": 1")


@pytest.mark.parametrize(
    "cell", ["0,5", "50%", "half", "1_0", "0x1p-2", "\uff11", "'0.5", "true", "0.5\u00a0"]
)
def test_what_only_looks_like_a_number_is_refused(tmp_path: Path, cell: str) -> None:
    """Neither guessed nor taken for missing."""
    path = written(tmp_path / "p.tsv", f"id\tprob_cat\tprob_dog\n1\t0.5\t0.5\n2\t{cell}\t0.5\n")
    assert refused(read_inputs, FRAME, [path]) == ["predictions-not-numbers"]


# names


ALIKE = "e\u0301tiquette"
HIDDEN = [
    "\ufeffid",
    "id\u200b",
    "\u202eid",
    "i\u0000d",
    "id\U000e0041",
    "\u2066id\u2069",
    "id\x1b[31m",
    "id\n",
]


@pytest.mark.parametrize(
    "text", ["id,id,label\n1,2,a\n", '"id","id",label\n1,2,a\n', "id,label,label\n1,a,b\n"]
)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_columns_of_one_name_are_refused_behind_a_mark_too(tmp_path: Path, text: str, encoding: str) -> None:
    """A byte order mark is no part of the first name, so it makes no other name of it."""
    assert refused(read_table, written(tmp_path / "a.csv", text, encoding)) == ["column-names-repeat"]


def test_two_unicode_forms_of_one_name_are_asked_about(tmp_path: Path) -> None:
    """They are two columns, and neither is chosen in silence; each can be named as it is written."""
    path = tmp_path / "a.csv"
    one, other = "정답", "\u110c\u1165\u11bc\u1103\u1161\u11b8"
    written(path, f"id,text,{one},{other}\n1,x,a,b\n2,y,b,a\n")
    assert refused(read_inputs, path) == ["label-column"]
    for name, first in ((one, "a"), (other, "b")):
        given = read_inputs(path, choice=InputChoice(columns=ColumnChoice(label=name)))
        assert given.dataset.classes[given.dataset.labels.codes[0]] == first


@pytest.mark.parametrize("name", HIDDEN)
def test_a_column_with_something_hidden_in_its_name_is_not_the_column_it_looks_like(
    tmp_path: Path, name: str
) -> None:
    """It stays in the table under the name that stands there; nothing is stripped in silence."""
    frame = pd.DataFrame({"text": ["one", "two"], name: ["1", "2"], "label": ["a", "b"]})
    frame.to_csv(tmp_path / "a.csv", index=False)
    assert read_table(tmp_path / "a.csv").columns.column_names == ["text", name, "label"]


@pytest.mark.parametrize(
    "label", ["cat\u202e", "cat\u200b", "cat\U000e0041", "cat\x00", "c\u0430t", "cat\u2066"]
)
def test_a_class_with_something_hidden_in_its_name_is_another_class(tmp_path: Path, label: str) -> None:
    """Never merged in silence with the class it looks like."""
    frame = pd.DataFrame(
        {"id": list("123456"), "text": list("uvwxyz"), "label": ["cat", "cat", label, label, "dog", "dog"]}
    )
    frame.to_parquet(tmp_path / "a.parquet")
    frame.to_csv(tmp_path / "a.csv", index=False)
    for path in (tmp_path / "a.parquet", tmp_path / "a.csv"):
        dataset = read_inputs(path).dataset
        assert set(dataset.classes) == {"cat", "dog", label}
        assert dataset.labels.codes[0] != dataset.labels.codes[2]


@pytest.mark.parametrize("ids", [["1", "1"], ["1", ""], ["", ""]])
def test_ids_that_are_missing_or_repeat_are_refused(tmp_path: Path, ids: list[str]) -> None:
    """Decisions about them could not be brought back."""
    frame = FRAME.assign(id=ids)
    frame.to_csv(tmp_path / "a.csv", index=False)
    assert refused(read_inputs, tmp_path / "a.csv") == ["ids-empty" if "" in ids else "ids-repeat"]


@pytest.mark.parametrize(
    "rows", ["1,one\n", "1,one,cat,more\n", "1\n", "1,one,cat\n2,a,b,c\n", "1,a,b,c,d,e\n"]
)
def test_ragged_rows_are_refused(tmp_path: Path, rows: str) -> None:
    """Cut or filled they would shift labels."""
    assert refused(read_table, written(tmp_path / "a.csv", "id,text,label\n" + rows)) == ["ragged-rows"]


# not what they declare


def npy(matrix: np.ndarray) -> bytes:
    stream = io.BytesIO()
    np.save(stream, matrix)
    return stream.getvalue()


def stored(path: Path, members: dict[str, bytes]) -> Path:
    """An archive of members that are stored as they are."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return path


@pytest.mark.parametrize("rows", [4, 5, 6])
def test_a_matrix_never_reaches_into_the_next_member(tmp_path: Path, rows: int) -> None:
    """A header that promises more rows than its member holds, but fewer than the member has bytes."""
    short = npy(np.full((rows, 2), 0.5))[: -16 * (rows - 3)]
    path = stored(tmp_path / "p.npz", {"probs.npy": short, "other.npy": npy(np.full((9, 2), 0.25))})
    assert refused(read_predictions, path, KNOWN) == ["file-unreadable"]


def test_a_damaged_number_in_a_stored_matrix_is_noticed(tmp_path: Path) -> None:
    """It is mapped, not read, so nobody else would look at the checksum."""
    matrix = np.random.default_rng(0).random((4_000, 2))
    path = stored(tmp_path / "p.npz", {"probs.npy": npy(matrix)})
    assert read_predictions(path, KNOWN).blocks.shape == (4_000, 2)
    content = bytearray(path.read_bytes())
    content[40_000] ^= 1
    path.write_bytes(content)
    assert refused(read_predictions, path, KNOWN) == ["file-unreadable"]


@pytest.mark.parametrize("letters", [[0x110000], [0xD800], [97, 0xFFFFFFFF]])
@pytest.mark.parametrize("key", ["ids", "classes"])
def test_letters_that_are_no_unicode_are_refused(tmp_path: Path, letters: list[int], key: str) -> None:
    """numpy keeps letters as numbers and looks at none of them."""
    texts = np.array(["ab", "cd"])
    texts.view(np.uint32)[: len(letters)] = letters
    np.savez(tmp_path / "p.npz", probs=np.full((2, 2), 0.5), **{key: texts})
    assert refused(read_predictions, tmp_path / "p.npz", KNOWN) == ["file-unreadable"]


def test_a_header_of_python_2_is_read_without_a_word(tmp_path: Path) -> None:
    """numpy warns of it on the terminal, with a path of the machine."""
    header = b"{'descr': '<f8', 'fortran_order': False, 'shape': (2L, 2L), }".ljust(117) + b"\n"
    content = (
        b"\x93NUMPY\x01\x00" + len(header).to_bytes(2, "little") + header + np.full((2, 2), 0.5).tobytes()
    )
    (tmp_path / "p.npy").write_bytes(content)
    stored(tmp_path / "p.npz", {"probs.npy": content})
    for name in ("p.npy", "p.npz"):
        assert read_predictions(tmp_path / name, KNOWN).blocks.read(0, 2).tolist() == [[0.5, 0.5]] * 2


def test_a_row_group_that_is_shorter_than_it_says_is_refused(tmp_path: Path) -> None:
    """By the total of the file there are more rows than are read."""
    path = tmp_path / "p.parquet"
    pq.write_table(pa.table({"prob_a": [0.5] * 4, "prob_b": [0.5] * 4}), path)
    blocks = ParquetBlocks(path, ["prob_a", "prob_b"])
    blocks._starts = np.array([0, 6])  # as a damaged footer says
    assert refused(blocks.read, 0, 6) == ["file-unreadable"]


def test_a_parquet_file_without_rows_has_no_numbers(tmp_path: Path) -> None:
    """As an array without rows has none."""
    for rows in ({}, {"row_group_size": 1}):
        pq.write_table(pa.table({"a": [0.5], "b": [0.5]}).slice(1), tmp_path / "p.parquet", **rows)
        assert ParquetBlocks(tmp_path / "p.parquet", ["a", "b"]).read(0, 0).shape == (0, 2)


def test_an_infinite_column_beside_the_classes_is_no_warning(tmp_path: Path) -> None:
    """Python would print one on the terminal, with a path of the machine."""
    rows = "".join(f"{row + 1},0.5,0.5,{cell}\n" for row, cell in enumerate(("inf", "1e999")))
    path = written(tmp_path / "p.csv", "id,cat,dog,fold\n" + rows)
    assert read_inputs(FRAME, [path]).probabilities is not None


@pytest.mark.parametrize("declared", ["honest", "lying"])
def test_a_parquet_file_that_lies_about_its_size_is_counted_while_it_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, declared: str
) -> None:
    """300 MB of one letter in a few kB: its own account stops an honest one, counting stops the other."""
    if declared == "lying":
        monkeypatch.setattr("auditor.read.formats.arrow_tables.refuse_swollen_parquet", lambda *given: None)
    monkeypatch.setattr(unpacked, "MAX_BYTES", 1 << 40)
    texts = pa.array(["x" * 1_000] * 300_000)
    path = tmp_path / "a.parquet"
    pq.write_table(
        pa.table({"text": texts}), path, compression="zstd", use_dictionary=False, row_group_size=10_000
    )
    assert path.stat().st_size < 1_000_000
    before = pa.total_allocated_bytes()
    assert refused(read_table, path) == ["archive-refused"]
    assert pa.total_allocated_bytes() - before < 1 << 20


def test_a_small_file_takes_little_memory(tmp_path: Path) -> None:
    """Python's own allocations over a table of 100 bytes."""
    path = written(tmp_path / "a.csv", "id,text,label\n1,a,b\n2,b,c\n")
    read_table(path)
    tracemalloc.start()
    read_table(path)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 4 << 20
