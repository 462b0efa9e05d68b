"""Compressed files: unpacked as a stream, whatever they are called, and refused when they are not sound."""

from __future__ import annotations

import bz2
import gc
import gzip
import io
import lzma
import pickle
import tempfile
import zipfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from audit_inputs import refusal, slugs
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from auditor.errors import InputError
from auditor.read import compressed
from auditor.read.dataset import read_inputs
from auditor.read.predictions import read_predictions
from auditor.read.probability_columns import Known
from auditor.read.sources import located
from auditor.read.tables import read_table

TABLE = b"id,text,label\n007,one,cat\n1e5,two,dog\nNA,three,cat\n"
CELLS = {"id": ["007", "1e5", "NA"], "text": ["one", "two", "three"], "label": ["cat", "dog", "cat"]}


def zstd(content: bytes) -> bytes:
    """A frame of zstandard, as Arrow writes it."""
    buffer = pa.BufferOutputStream()
    with pa.CompressedOutputStream(buffer, "zstd") as stream:
        stream.write(content)
    return bytes(buffer.getvalue().to_pybytes())


PACK: dict[str, Callable[[bytes], bytes]] = {
    ".gz": gzip.compress,
    ".bz2": bz2.compress,
    ".xz": lzma.compress,
    ".zst": zstd,
}
every_ending = pytest.mark.parametrize("ending", PACK)


def zipped(members: dict[str, bytes], path: Path) -> Path:
    """A zip archive of these members."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return path


def refused(path: Path) -> list[str]:
    return slugs(refusal(InputError, read_table, path))


# what is read


@every_ending
def test_a_compressed_table_is_the_table(tmp_path: Path, ending: str) -> None:
    """Every cell, the same fingerprint; the name stays the one that was typed."""
    (tmp_path / "data.csv").write_bytes(TABLE)
    path = tmp_path / f"data.csv{ending.upper()}"
    path.write_bytes(PACK[ending](TABLE))
    plain, packed = read_inputs(tmp_path / "data.csv").dataset, read_inputs(path).dataset
    assert read_table(path).columns.to_pydict() == CELLS
    assert packed.name == f"data.csv{ending.upper()}"
    assert packed.fingerprint == plain.fingerprint
    assert packed.format == "csv"


@every_ending
def test_the_first_bytes_tell_what_the_ending_does_not(tmp_path: Path, ending: str) -> None:
    """A compressed file that is called data.csv is no garbage."""
    (tmp_path / "data.csv").write_bytes(PACK[ending](TABLE))
    assert read_table(tmp_path / "data.csv").columns.to_pydict() == CELLS


@every_ending
def test_streams_one_behind_the_other_are_one_file(tmp_path: Path, ending: str) -> None:
    """As pigz, pbzip2 and `cat a.gz b.gz` make them."""
    pack = PACK[ending]
    (tmp_path / f"a.csv{ending}").write_bytes(pack(TABLE[:20]) + pack(TABLE[20:]))
    assert read_table(tmp_path / f"a.csv{ending}").columns.to_pydict() == CELLS


@every_ending
@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(content=st.binary(min_size=1, max_size=5000), times=st.integers(1, 400))
def test_any_bytes_come_out_as_they_went_in(tmp_path: Path, ending: str, content: bytes, times: int) -> None:
    """Across the pieces in which a file is read."""
    path = tmp_path / f"a{ending}"
    path.write_bytes(PACK[ending](b"." + content * times))
    copy, scratch = compressed.unpacked(path)
    assert copy.read_bytes() == b"." + content * times
    assert scratch is not None


@pytest.mark.parametrize("inner", [".npy", ".npz", ".csv", ".parquet"])
@every_ending
def test_compressed_predictions_are_the_predictions(tmp_path: Path, ending: str, inner: str) -> None:
    """And their numbers can be read again after the copy has lost its name."""
    probs = np.array([[0.75, 0.25], [0.25, 0.75], [0.5, 0.5]])
    ids = list(CELLS["id"])
    plain = tmp_path / f"oof{inner}"
    frame = pd.DataFrame({"id": ids, "cat": probs[:, 0], "dog": probs[:, 1]})
    {
        ".npy": lambda: np.save(plain, probs),
        ".npz": lambda: np.savez(plain, probs=probs, ids=ids, classes=["cat", "dog"]),
        ".csv": lambda: frame.to_csv(plain, index=False),
        ".parquet": lambda: frame.to_parquet(plain),
    }[inner]()
    path = tmp_path / f"oof{inner}{ending}"
    path.write_bytes(PACK[ending](plain.read_bytes()))
    raw = read_predictions(path, Known(labels=frozenset({"cat", "dog"}), id="id"))
    gc.collect()
    assert np.asarray(raw.blocks.read(0, 3)).tolist() == probs.tolist()
    assert raw.name == path.name
    assert raw.path == path


def test_a_zip_of_one_table_is_the_table(tmp_path: Path) -> None:
    """What macOS and Windows put beside it is nothing anybody sent."""
    junk = {"__MACOSX/._train.csv": b"\0", "folder/.DS_Store": b"\0", "folder/": b""}
    path = zipped({"folder/train.CSV": TABLE, **junk}, tmp_path / "data.zip")
    assert read_table(path).columns.to_pydict() == CELLS
    assert located(path).name == "data.zip"


# what is refused


@every_ending
@pytest.mark.parametrize("cut", [1, 5, 20])
def test_a_file_that_ends_in_the_middle_is_refused(tmp_path: Path, ending: str, cut: int) -> None:
    """Half a download is no dataset, however many whole rows it holds."""
    (tmp_path / f"a.csv{ending}").write_bytes(PACK[ending](TABLE * 50)[:-cut])
    assert refused(tmp_path / f"a.csv{ending}") == ["file-unreadable"]


@every_ending
@pytest.mark.parametrize("tail", [b"more bytes, and still more of them", b"BZh9", b"\xfd7zXZ\0"])
def test_what_follows_and_is_no_stream_is_refused(tmp_path: Path, ending: str, tail: bytes) -> None:
    """The standard library would pass over it in silence; it may be the damaged second half."""
    (tmp_path / f"a.csv{ending}").write_bytes(PACK[ending](TABLE) + tail)
    assert refused(tmp_path / f"a.csv{ending}") == ["file-unreadable"]


@every_ending
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(at=st.integers(0, 200), value=st.integers(0, 255))
def test_one_wrong_byte_is_found_or_harmless(tmp_path: Path, ending: str, at: int, value: int) -> None:
    """Never other rows, never a traceback."""
    content = bytearray(PACK[ending](TABLE))
    content[at % len(content)] = value
    path = tmp_path / f"a.csv{ending}"
    path.write_bytes(bytes(content))
    try:
        found = read_table(path).columns.to_pydict()
    except InputError as error:
        assert error.problems[0].slug
    else:
        assert found == CELLS or ending == ".zst"  # its checksum is optional, and Arrow writes none


@every_ending
def test_a_file_that_is_not_what_its_ending_says_is_refused(tmp_path: Path, ending: str) -> None:
    """With the name under which it can be read."""
    (tmp_path / f"a.csv{ending}").write_bytes(TABLE)
    (problem,) = refusal(InputError, read_table, tmp_path / f"a.csv{ending}")
    assert problem.slug == "file-unreadable"
    assert str(problem.fixes[0]) == "rename it to a.csv"


@every_ending
def test_a_bomb_is_refused_while_it_is_counted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, ending: str
) -> None:
    """Ten megabytes of zeros in a few kilobytes; what has been unpacked by then is gone again."""
    monkeypatch.setattr(compressed, "HARMLESS", 1 << 20)
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "tmp"))
    (tmp_path / "tmp").mkdir()
    (tmp_path / f"a.csv{ending}").write_bytes(PACK[ending](b"0" * (10 << 20)))
    assert refused(tmp_path / f"a.csv{ending}") == ["archive-refused"]
    gc.collect()
    assert list((tmp_path / "tmp").iterdir()) == []


@every_ending
def test_no_file_may_unpack_to_more_than_the_limit(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, ending: str
) -> None:
    """Whatever its ratio: these bytes hardly compress."""
    monkeypatch.setattr(compressed, "MAX_BYTES", 100_000)
    content = np.random.default_rng(0).bytes(100_001)
    (tmp_path / f"a.csv{ending}").write_bytes(PACK[ending](content))
    assert refused(tmp_path / f"a.csv{ending}") == ["archive-refused"]


@every_ending
def test_nothing_is_unpacked_twice(tmp_path: Path, ending: str) -> None:
    (tmp_path / f"a.csv{ending}{ending}").write_bytes(PACK[ending](PACK[ending](TABLE)))
    assert refused(tmp_path / f"a.csv{ending}{ending}") == ["archive-refused"]


@every_ending
@pytest.mark.parametrize("name", ["a.pkl", "a.csv"])
def test_a_compressed_pickle_is_a_pickle(tmp_path: Path, ending: str, name: str) -> None:
    (tmp_path / f"{name}{ending}").write_bytes(PACK[ending](pickle.dumps({"a": 1})))
    assert refused(tmp_path / f"{name}{ending}") == ["pickle-refused"]


def test_a_compressed_file_of_nothing_is_empty(tmp_path: Path) -> None:
    (tmp_path / "a.csv.gz").write_bytes(gzip.compress(b""))
    assert refused(tmp_path / "a.csv.gz") == ["file-empty"]


def test_an_xz_file_may_not_ask_for_all_the_memory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """How much it wants stands in its header."""
    monkeypatch.setattr(compressed, "MAX_MEMORY", 1 << 20)
    (tmp_path / "a.csv.xz").write_bytes(lzma.compress(TABLE, preset=9))
    assert refused(tmp_path / "a.csv.xz") == ["file-unreadable"]


@pytest.mark.parametrize(
    ("members", "slug"),
    [
        ({"train.csv": TABLE, "test.csv": TABLE}, "several-tables"),
        ({f"{number}.csv": TABLE for number in range(101)}, "several-tables"),
        ({}, "archive-empty"),
        ({"__MACOSX/._a.csv": b"x", ".DS_Store": b"x"}, "archive-empty"),
        ({"../train.csv": TABLE}, "archive-refused"),
        ({"/etc/train.csv": TABLE}, "archive-refused"),
        ({"C:\\train.csv": TABLE}, "archive-refused"),
        ({"a/../../b.csv": TABLE}, "archive-refused"),
        ({"inner.csv.gz": gzip.compress(TABLE)}, "archive-refused"),
        ({"inner.csv": gzip.compress(TABLE)}, "archive-refused"),
        ({"a.csv": b"0" * (80 << 20)}, "archive-refused"),
        ({"oof.pkl": b"x"}, "pickle-refused"),
        ({"notes.md": b"x"}, "format-unknown"),
    ],
)
def test_an_archive_that_is_not_one_table_is_refused(
    tmp_path: Path, members: dict[str, bytes], slug: str
) -> None:
    assert refused(zipped(members, tmp_path / "data.zip")) == [slug]


def test_the_files_of_an_archive_are_named(tmp_path: Path) -> None:
    """So that one of them can be chosen."""
    path = zipped({"train.csv": TABLE, "test.csv": TABLE}, tmp_path / "data.zip")
    (problem,) = refusal(InputError, read_table, path)
    assert "train.csv, test.csv" in str(problem.what)


def test_an_archive_in_an_archive_is_refused(tmp_path: Path) -> None:
    inner = zipped({"a.csv": TABLE}, tmp_path / "inner.zip").read_bytes()
    assert refused(zipped({"inner.zip": inner}, tmp_path / "outer.zip")) == ["archive-refused"]


def test_an_encrypted_archive_is_refused(tmp_path: Path) -> None:
    """The bit that says so is set by hand in both headers."""
    content = bytearray(zipped({"a.csv": TABLE}, tmp_path / "a.zip").read_bytes())
    content[6] |= 1
    content[content.index(b"PK\x01\x02") + 8] |= 1
    (tmp_path / "a.zip").write_bytes(bytes(content))
    assert refused(tmp_path / "a.zip") == ["file-unreadable"]


def test_a_workbook_that_is_called_a_table_is_named_as_one(tmp_path: Path) -> None:
    """What Excel saves under a name somebody typed."""
    stream = io.BytesIO()
    pd.DataFrame(CELLS).to_excel(stream, index=False)
    (tmp_path / "data.csv").write_bytes(stream.getvalue())
    (problem,) = refusal(InputError, read_table, tmp_path / "data.csv")
    assert problem.slug == "format-unknown"
    assert "rename it to data.xlsx" in str(problem.fixes[1])


def test_the_copy_lives_as_long_as_its_source(tmp_path: Path) -> None:
    (tmp_path / "a.csv.gz").write_bytes(gzip.compress(TABLE))
    source = located(tmp_path / "a.csv.gz")
    copy = source.path
    assert copy.read_bytes() == TABLE
    del source
    gc.collect()
    assert not copy.parent.exists()


def test_nothing_is_written_beside_the_data(tmp_path: Path) -> None:
    (tmp_path / "a.csv.gz").write_bytes(gzip.compress(TABLE))
    read_inputs(tmp_path / "a.csv.gz")
    assert [path.name for path in tmp_path.iterdir()] == ["a.csv.gz"]
