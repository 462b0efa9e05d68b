"""Decisions applied to files and DataFrames: exactly what was decided changes, and nothing else."""

from __future__ import annotations

import csv
import gzip
import io
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from audit_inputs import inputs_of
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from review_files import record, write_decisions

import auditor
from auditor.errors import InputError, UsageError

CLASSES = ("cat", "dog", "eel")
TEXTS = ["a furry cat", "a loud dog", 'an "eel", wet', "two\nlines", "고양이 한 마리", "개 두 마리"]


def table(rows: int = 12) -> pd.DataFrame:
    """Items with ids, texts of every kind, and labels."""
    return pd.DataFrame(
        {
            "id": [f"i{at}" for at in range(rows)],
            "text": [f"{TEXTS[at % len(TEXTS)]} {at}" for at in range(rows)],
            "label": [CLASSES[at % 3] for at in range(rows)],
        }
    )


def applied(data: Path, decisions: Any, output: Path, **more: Any) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The files written, and what changed."""
    return auditor.apply_decisions(data, decisions, output=output, **more)


def slug_of(error: pytest.ExceptionInfo[Any]) -> str:
    return str(error.value.problems[0].slug)


ACTIONS = st.sampled_from(["keep", "cat", "dog", "eel", "exclude", "unsure"])


@given(
    st.dictionaries(st.integers(0, 11), ACTIONS, min_size=1), st.sampled_from([",", "\t", ";"]), st.booleans()
)
@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_exactly_the_decided_cells_differ(
    tmp_path_factory: pytest.TempPathFactory, decided: dict[int, str], separator: str, quoted: bool
) -> None:
    """Against a table edited by hand; a second time nothing is left to do and the bytes are the same."""
    folder = tmp_path_factory.mktemp("apply")
    frame = table()
    quoting = csv.QUOTE_ALL if quoted else csv.QUOTE_MINIMAL
    frame.to_csv(folder / "d.csv", sep=separator, quoting=quoting, index=False, lineterminator="\r\n")
    before = (folder / "d.csv").read_bytes()
    records = [
        record(
            f"i{at}",
            "relabel" if said in CLASSES else said,
            said if said in CLASSES else None,
            given=CLASSES[at % 3],
        )
        for at, said in decided.items()
    ]
    file = write_decisions(folder / "said.json", records)
    applied(folder / "d.csv", file, folder / "fixed.csv")

    expected = frame.copy()
    for at, said in decided.items():
        if said in CLASSES:
            expected.loc[at, "label"] = said
    gone = [at for at, said in decided.items() if said == "exclude"]
    wanted = io.BytesIO()
    expected.drop(index=gone).to_csv(
        wanted, sep=separator, quoting=quoting, index=False, lineterminator="\r\n"
    )
    assert (folder / "fixed.csv").read_bytes() == wanted.getvalue()
    assert (folder / "d.csv").read_bytes() == before
    assert (folder / "fixed.excluded.csv").exists() == bool(gone)

    _, changes = applied(folder / "fixed.csv", file, folder / "again.csv")
    assert len(changes) == 0 and (folder / "again.csv").read_bytes() == wanted.getvalue()


def test_the_order_of_the_files_does_not_matter(tmp_path: Path) -> None:
    """Three reviewers, disagreeing: the same dataset whichever file is named first."""
    table().to_csv(tmp_path / "d.csv", index=False)
    files = [
        write_decisions(
            tmp_path / f"{name}.json", [record("i0", "relabel", label, given="cat"), *more], reviewer=name
        )
        for name, label, more in (
            ("kim", "dog", [record("i1", "exclude", given="dog")]),
            ("lee", "dog", [record("i2", "relabel", "cat", given="eel")]),
            ("park", "eel", [record("i2", "relabel", "dog", given="eel")]),
        )
    ]
    results = set()
    for number, order in enumerate(([0, 1, 2], [2, 1, 0], [1, 0, 2, 1])):
        output = tmp_path / f"fixed{number}.csv"
        applied(tmp_path / "d.csv", [files[at] for at in order], output)
        results.add(output.read_bytes())
    assert len(results) == 1
    fixed = pd.read_csv(io.BytesIO(results.pop()))
    assert list(fixed["label"][:3]) == ["dog", "dog", "eel"]  # two of three; one vote to exclude; a conflict


def test_what_is_stale_unknown_or_in_conflict_is_left_alone(tmp_path: Path) -> None:
    """And the command names it, and with --strict fails for it."""
    frame = table()
    frame.loc[0, "label"] = "eel"
    frame.to_csv(tmp_path / "d.csv", index=False)
    one = [record("i0", "relabel", "dog", given="cat"), record("gone", "keep", given="cat")]
    one += [
        record("i1", "relabel", "cat", given="dog"),
        record("i2", "relabel", "cat", given="eel", content="sha256:00"),
    ]
    other = [record("i1", "relabel", "eel", given="dog")]
    files = [
        write_decisions(tmp_path / "a.json", one),
        write_decisions(tmp_path / "b.json", other, reviewer="lee"),
    ]
    fixed, changes = applied(tmp_path / "d.csv", files, tmp_path / "fixed.csv")
    assert len(changes) == 0 and list(fixed["label"]) == list(frame["label"])
    assert (tmp_path / "fixed.csv").read_bytes() == (tmp_path / "d.csv").read_bytes()


def test_the_dataset_and_the_decisions_are_never_written_over(tmp_path: Path) -> None:
    """Not by their name, not by a link, and nothing that is there without --force."""
    table().to_csv(tmp_path / "d.csv", index=False)
    file = write_decisions(tmp_path / "said.json", [record("i0", "relabel", "dog", given="cat")])
    (tmp_path / "link.csv").symlink_to(tmp_path / "d.csv")
    (tmp_path / "hard.csv").hardlink_to(tmp_path / "d.csv")
    for name in ("d.csv", "link.csv", "hard.csv"):
        with pytest.raises(UsageError) as error:
            applied(tmp_path / "d.csv", file, tmp_path / name, force=True)
        assert slug_of(error) == "output-in-place"
    (tmp_path / "there.csv").write_text("mine")
    with pytest.raises(UsageError) as error:
        applied(tmp_path / "d.csv", file, tmp_path / "there.csv")
    assert slug_of(error) == "output-exists"
    applied(tmp_path / "d.csv", file, tmp_path / "there.csv", force=True)
    assert sorted(path.name for path in tmp_path.iterdir() if path.name.startswith(".")) == []


def test_decisions_of_another_dataset_are_refused(tmp_path: Path) -> None:
    """Another label column, other classes, or none of the items."""
    table().to_csv(tmp_path / "d.csv", index=False)
    said = [record("i0", "relabel", "dog", given="cat")]
    cases = [
        write_decisions(tmp_path / "a.json", said, column="target"),
        write_decisions(tmp_path / "b.json", [record("i0", "keep", given="x")], classes=["x", "y"]),
        write_decisions(tmp_path / "c.json", [record("nobody", "keep", given="cat")]),
    ]
    for file in cases:
        with pytest.raises(InputError) as error:
            applied(tmp_path / "d.csv", file, tmp_path / "fixed.csv")
        assert slug_of(error) == "decisions-other-dataset"
    assert not (tmp_path / "fixed.csv").exists()


def test_rows_without_ids_are_found_by_their_content(tmp_path: Path) -> None:
    """After sorting, the row with the content that was seen is changed."""
    frame = table().drop(columns="id")
    hashes = inputs_of(frame).index.hashes_of(np.arange(len(frame)))
    said = record("row-3", "relabel", "dog", row=3, given="cat", content=f"sha256:{hashes[3]}")
    file = write_decisions(tmp_path / "said.json", [said])
    frame[::-1].to_csv(tmp_path / "sorted.csv", index=False)
    fixed, changes = applied(tmp_path / "sorted.csv", file, tmp_path / "fixed.csv")
    assert list(changes["row"]) == [len(frame) - 1 - 3]
    assert fixed["label"][len(frame) - 4] == "dog"


def test_a_plain_table_from_a_korean_spreadsheet_is_taken(tmp_path: Path) -> None:
    """cp949, quotes changed, the id turned into a number: the key says which row it was."""
    frame = table()
    frame["id"] = [f"00{at}" for at in range(len(frame))]
    frame.to_csv(tmp_path / "d.csv", index=False)
    lines = 'key,item,action,label,reasons,comment,at\r\n"i0",000,relabel,"dog",,메모,\r\n'
    lines += "i1,001,keep,,,,\r\ni2,002,,,,,\r\n"
    (tmp_path / "said.csv").write_bytes(lines.encode("cp949"))
    fixed, changes = applied(tmp_path / "d.csv", tmp_path / "said.csv", tmp_path / "fixed.csv")
    assert list(changes["item"]) == ["000"] and fixed["label"][0] == "dog"


def test_numbers_and_their_names_change_together(tmp_path: Path) -> None:
    """A column of numbers and one that names them: both cells say the new class."""
    frame = table()
    frame["label_text"] = frame["label"]
    frame["label"] = [CLASSES.index(name) for name in frame["label_text"]]
    frame.to_csv(tmp_path / "d.csv", index=False)
    file = write_decisions(tmp_path / "said.json", [record("i0", "relabel", "eel", given="cat")])
    fixed, _ = applied(tmp_path / "d.csv", file, tmp_path / "fixed.csv")
    assert (fixed["label"][0], fixed["label_text"][0]) == ("2", "eel")


FORMATS = [
    "d.csv",
    "d.tsv",
    "d.jsonl",
    "d.json",
    "d.parquet",
    "d.feather",
    "d.xlsx",
    "d.csv.gz",
    "d.jsonl.zip",
    "d.csv.xz",
]


def written(folder: Path, name: str) -> Path:
    """The table in a format."""
    frame, path = table(), folder / name
    inner = path.with_suffix("") if path.suffix in {".gz", ".zip", ".xz"} else path
    writers = {
        ".csv": lambda: frame.to_csv(inner, index=False),
        ".tsv": lambda: frame.to_csv(inner, index=False, sep="\t"),
        ".jsonl": lambda: frame.to_json(inner, orient="records", lines=True, force_ascii=False),
        ".json": lambda: frame.to_json(inner, orient="records", force_ascii=True),
        ".parquet": lambda: pq.write_table(pa.Table.from_pandas(frame), inner, row_group_size=5),
        ".feather": lambda: frame.to_feather(inner),
        ".xlsx": lambda: frame.to_excel(inner, index=False),
    }
    writers[inner.suffix]()
    if inner != path:
        from auditor.review.places import compressed

        compressed(inner, path).rename(path)
        inner.unlink()
    return path


@pytest.mark.parametrize("name", FORMATS)
def test_every_table_format_is_written_in_itself(tmp_path: Path, name: str) -> None:
    """A label changed, a row taken out: what is read back is the table edited by hand; twice is once."""
    from auditor.read.tables import read_table

    data = written(tmp_path, name)
    said = [record("i4", "relabel", "cat", given="dog"), record("i7", "exclude", given="dog")]
    file = write_decisions(tmp_path / "said.json", said)
    output = tmp_path / name.replace("d.", "fixed.", 1)
    applied(data, file, output)
    expected = table()
    expected.loc[4, "label"] = "cat"
    read = read_table(output).columns.to_pandas()
    pd.testing.assert_frame_equal(read.astype(str), expected.drop(index=7).reset_index(drop=True).astype(str))
    again = tmp_path / name.replace("d.", "again.", 1)
    _, changes = applied(output, file, again)
    assert len(changes) == 0
    if not name.endswith((".xlsx", ".zip")):  # which hold the time of writing, and the name
        assert again.read_bytes() == output.read_bytes()
    excluded = tmp_path / name.replace("d.", "fixed.excluded.", 1)
    assert read_table(excluded).columns["id"].to_pylist() == ["i7"]


@pytest.mark.parametrize("orient", ["columns", "index", "split"])
def test_rows_can_go_from_what_pandas_writes_as_json(tmp_path: Path, orient: str) -> None:
    """The other rows keep their numbers, and those are no column."""
    frame = table()
    frame.to_json(tmp_path / "d.json", orient=orient)
    said = [record("i4", "relabel", "cat", given="dog"), record("i7", "exclude", given="dog")]
    file = write_decisions(tmp_path / "said.json", said)
    applied(tmp_path / "d.json", file, tmp_path / "fixed.json")
    frame.loc[4, "label"] = "cat"
    found = pd.read_json(tmp_path / "fixed.json", orient=orient)
    pd.testing.assert_frame_equal(found, frame.drop(index=7))


def test_a_parquet_file_keeps_its_schema_and_row_groups(tmp_path: Path) -> None:
    """Types, metadata, compression, and the sizes of the row groups."""
    frame = table()
    arrow = pa.table(
        {
            "id": pa.array(frame["id"], pa.large_string()),
            "text": frame["text"],
            "label": pa.array(frame["label"]).dictionary_encode(),
            "score": pa.array(range(12), pa.float32()),
        }
    ).replace_schema_metadata({"made": "here"})
    pq.write_table(arrow, tmp_path / "d.parquet", row_group_size=5, compression="zstd")
    file = write_decisions(tmp_path / "said.json", [record("i4", "relabel", "cat", given="dog")])
    applied(tmp_path / "d.parquet", file, tmp_path / "fixed.parquet")
    old, new = pq.ParquetFile(tmp_path / "d.parquet"), pq.ParquetFile(tmp_path / "fixed.parquet")
    assert new.schema_arrow.equals(old.schema_arrow, check_metadata=True)
    assert [new.metadata.row_group(at).num_rows for at in range(new.num_row_groups)] == [5, 5, 2]
    assert new.metadata.row_group(0).column(0).compression == "ZSTD"
    labels = new.read()["label"].to_pylist()
    assert labels[4] == "cat" and labels[:4] + labels[5:] == list(frame["label"][:4]) + list(
        frame["label"][5:]
    )


def test_a_dataframe_keeps_its_types_and_its_index(tmp_path: Path) -> None:
    frame = table().set_index("id")
    frame["label"] = frame["label"].astype("category")
    frame["score"] = 1.5
    said = [record("i4", "relabel", "cat", given="dog"), record("i7", "exclude", given="dog")]
    file = write_decisions(tmp_path / "said.json", said)
    fixed, changes = auditor.apply_decisions(frame, file)
    assert list(fixed.index) == [f"i{at}" for at in range(12) if at != 7]
    assert fixed["label"].dtype == "category" and fixed.loc["i4", "label"] == "cat"
    assert frame.loc["i4", "label"] == "dog" and len(changes) == 2


def test_excluded_rows_can_be_marked_instead(tmp_path: Path) -> None:
    table().to_csv(tmp_path / "d.csv", index=False)
    file = write_decisions(tmp_path / "said.json", [record("i7", "exclude", given="dog")])
    applied(tmp_path / "d.csv", file, tmp_path / "fixed.csv", excluded="flag")
    fixed = pd.read_csv(tmp_path / "fixed.csv", keep_default_na=False)
    assert list(fixed["excluded"]) == [""] * 7 + ["exclude"] + [""] * 4
    assert not (tmp_path / "fixed.excluded.csv").exists()


def test_of_two_duplicates_of_each_other_one_stays(tmp_path: Path) -> None:
    table().to_csv(tmp_path / "d.csv", index=False)
    said = [
        record("i0", "duplicate", given="cat", duplicate_of="i3"),
        record("i3", "duplicate", given="cat", duplicate_of="i0"),
        record("i6", "duplicate", given="cat", duplicate_of="i9"),
        record("i9", "exclude", given="cat"),
    ]
    file = write_decisions(tmp_path / "said.json", said)
    _, changes = applied(tmp_path / "d.csv", file, tmp_path / "fixed.csv")
    assert set(changes["item"]) == {"i0", "i9"}


def test_changes_hold_no_formula(tmp_path: Path) -> None:
    """Ids and labels that a spreadsheet would compute have a sign before them."""
    frame = table()
    frame.loc[0, "id"] = "=1+1"
    frame.to_csv(tmp_path / "d.csv", index=False)
    file = write_decisions(tmp_path / "said.json", [record("=1+1", "relabel", "dog", given="cat")])
    applied(tmp_path / "d.csv", file, tmp_path / "fixed.csv")
    raw = (tmp_path / "fixed.changes.csv").read_bytes()
    assert raw.startswith(
        b"\xef\xbb\xbfitem,key,from,to,action,who,when,reason\r\n'=1+1,i0,cat,dog,relabel,kim,"
    )
    assert (tmp_path / "fixed.csv").read_bytes().startswith(b"id,text,label\n=1+1,")


def test_the_ending_says_the_format(tmp_path: Path) -> None:
    """Another format is refused with the name to type; .csv is a table of item and label."""
    written(tmp_path, "d.parquet")
    file = write_decisions(tmp_path / "said.json", [record("i4", "relabel", "cat", given="dog")])
    with pytest.raises(UsageError) as error:
        applied(tmp_path / "d.parquet", file, tmp_path / "fixed.json")
    assert slug_of(error) == "option-value" and "fixed.parquet" in str(error.value)
    applied(tmp_path / "d.parquet", file, tmp_path / "labels.csv")
    found = pd.read_csv(tmp_path / "labels.csv")
    assert list(found.columns) == ["item", "label"] and found["label"][4] == "cat"


def test_a_label_that_the_encoding_lacks_is_refused(tmp_path: Path) -> None:
    """Nothing is left behind."""
    table().to_csv(tmp_path / "d.csv", index=False, encoding="cp949")
    file = write_decisions(
        tmp_path / "said.json", [record("i0", "relabel", "😀", given="cat")], classes=[*CLASSES, "😀"]
    )
    with pytest.raises(InputError) as error:
        applied(tmp_path / "d.csv", file, tmp_path / "fixed.csv")
    assert slug_of(error) == "label-not-encodable"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["d.csv", "said.json"]


def test_compressed_output_is_the_same_twice(tmp_path: Path) -> None:
    """No clock and no name in the archive."""
    written(tmp_path, "d.csv.gz")
    file = write_decisions(tmp_path / "said.json", [record("i4", "relabel", "cat", given="dog")])
    applied(tmp_path / "d.csv.gz", file, tmp_path / "one.csv.gz")
    applied(tmp_path / "d.csv.gz", file, tmp_path / "two.csv.gz")
    assert (tmp_path / "one.csv.gz").read_bytes() == (tmp_path / "two.csv.gz").read_bytes()
    assert b"cat" in gzip.decompress((tmp_path / "one.csv.gz").read_bytes())


def test_a_folder_of_tables_becomes_a_folder_of_tables(tmp_path: Path) -> None:
    """Each file under its name, the others byte for byte."""
    folder = tmp_path / "data"
    folder.mkdir()
    table()[:6].to_csv(folder / "test.csv", index=False)
    table()[6:].to_csv(folder / "train.csv", index=False)
    file = write_decisions(tmp_path / "said.json", [record("i7", "relabel", "cat", given="dog")])
    applied(folder, file, tmp_path / "fixed")
    assert (tmp_path / "fixed/test.csv").read_bytes() == (folder / "test.csv").read_bytes()
    assert pd.read_csv(tmp_path / "fixed/train.csv")["label"][1] == "cat"
