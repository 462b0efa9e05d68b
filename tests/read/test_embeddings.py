"""Embeddings: every way of giving them, how they are joined, and what is refused."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.feather as feather
import pyarrow.parquet as pq
import pytest
from audit_inputs import refusal, slugs

from auditor.data import Dataset
from auditor.errors import InputError, UsageError
from auditor.read.choice import InputChoice
from auditor.read.dataset import read_inputs
from auditor.read.embeddings import read_embeddings

IDS = ["a", "b", "c", "d"]
VECTORS = np.array([[1.0, 0.5, -2.0], [0.0, 3.0, 4.0], [5.0, 6.0, 7.5], [-1.0, 0.0, 0.25]])
SHUFFLED = [2, 0, 3, 1]
CHOICE = InputChoice()


def dataset(ids: bool = True) -> Dataset:
    columns = {"text": ["one text", "two texts", "three", "four"], "label": ["x", "y", "x", "y"]}
    return read_inputs(pd.DataFrame({"id": IDS, **columns} if ids else columns)).dataset


def wide(order: list[int]) -> dict[str, list[Any]]:
    columns = {f"e{i}": VECTORS[order, i].tolist() for i in range(3)}
    return {"id": [IDS[row] for row in order], "split": ["t"] * len(order), **columns}


def listed(order: list[int]) -> dict[str, list[Any]]:
    return {"id": [IDS[row] for row in order], "n": order, "embedding": VECTORS[order].tolist()}


def npz(path: Path, order: list[int], **more: Any) -> None:
    np.savez(path, embeddings=VECTORS[order], ids=np.array(IDS)[order], **more)


WRITERS: dict[str, Callable[[Path, list[int]], Any]] = {
    "v.npz": npz,
    "v.csv": lambda path, order: pd.DataFrame(wide(order)).to_csv(path, index=False),
    "v.tsv": lambda path, order: pd.DataFrame(wide(order)).to_csv(path, index=False, sep="\t"),
    "v.parquet": lambda path, order: pq.write_table(pa.table(wide(order)), path, row_group_size=2),
    "l.parquet": lambda path, order: pq.write_table(pa.table(listed(order)), path),
    "v.feather": lambda path, order: feather.write_feather(pa.table(wide(order)), path),
    "l.feather": lambda path, order: feather.write_feather(pa.table(listed(order)), path),
    "v.jsonl": lambda path, order: pd.DataFrame(wide(order)).to_json(path, orient="records", lines=True),
    "l.jsonl": lambda path, order: pd.DataFrame(listed(order)).to_json(path, orient="records", lines=True),
}


@pytest.mark.parametrize("name", WRITERS)
@pytest.mark.parametrize("order", [[0, 1, 2, 3], SHUFFLED], ids=["in order", "shuffled"])
def test_a_file_is_joined_by_its_ids(name: str, order: list[int], tmp_path: Path) -> None:
    """Row i has the vector of item i, whatever the format and the order of the file."""
    WRITERS[name](tmp_path / name, order)
    found = read_embeddings(tmp_path / name, dataset(), CHOICE)
    assert found.vectors.tolist() == VECTORS.tolist()
    assert (found.name, found.covered) == (name, None)


@pytest.mark.parametrize(
    "make",
    [
        lambda: pd.DataFrame(wide(SHUFFLED)),
        lambda: pd.DataFrame(listed(SHUFFLED)),
        lambda: pa.table(wide(SHUFFLED)),
        lambda: pa.table(listed(SHUFFLED)),
    ],
    ids=["frame", "frame of lists", "table", "table of lists"],
)
def test_an_object_is_joined_by_its_ids(make: Callable[[], Any]) -> None:
    found = read_embeddings(make(), dataset(), CHOICE)
    assert found.vectors.tolist() == VECTORS.tolist()


@pytest.mark.parametrize("dtype", ["float16", "float32", "float64"])
def test_an_npy_file_stays_a_read_only_map(dtype: str, tmp_path: Path) -> None:
    """Nothing is copied where the rows stand in the order of the dataset."""
    np.save(tmp_path / "v.npy", VECTORS.astype(dtype))
    found = read_embeddings(str(tmp_path / "v.npy"), dataset(ids=False), CHOICE)
    assert isinstance(found.vectors, np.memmap)
    assert not found.vectors.flags.writeable
    assert found.vectors.dtype == dtype
    assert found.vectors.tolist() == VECTORS.tolist()
    assert slugs(found.notes) == ["joined-by-position"]


@pytest.mark.parametrize(
    "matrix",
    [VECTORS.astype(np.int8), np.asfortranarray(VECTORS), VECTORS.astype(">f4"), VECTORS.tolist()],
    ids=["integers", "column-major", "big-endian", "lists"],
)
def test_other_numbers_are_converted(matrix: Any) -> None:
    """Integers become float32; what numpy cannot walk along by rows is copied."""
    found = read_embeddings(matrix, dataset(ids=False), CHOICE)
    assert found.vectors.dtype in (np.float32, np.float64)
    assert found.vectors.flags.c_contiguous
    assert found.vectors.tolist() == np.asarray(matrix).tolist()


def test_the_digest_is_of_the_vectors_as_joined(tmp_path: Path) -> None:
    """The same vectors in another order of the file have the same digest, others another."""
    digests = []
    for name, order in (("a.npz", [0, 1, 2, 3]), ("b.npz", SHUFFLED)):
        npz(tmp_path / name, order)
        digests.append(read_embeddings(tmp_path / name, dataset(), CHOICE).digest)
    other = read_embeddings(VECTORS + 1, dataset(ids=False), CHOICE).digest
    assert digests[0] == digests[1] != other


def test_zeros_are_counted_and_left_out() -> None:
    """A vector of zeros points nowhere: a note, and covered is False."""
    matrix = VECTORS.copy()
    matrix[1] = 0
    found = read_embeddings(matrix, dataset(ids=False), CHOICE)
    assert found.covered is not None
    assert found.covered.tolist() == [True, False, True, True]
    assert slugs(found.notes) == ["joined-by-position", "embeddings-zero"]


def test_rows_without_a_vector_stop_unless_dropped(tmp_path: Path) -> None:
    """`--missing drop` fills them with zeros and says so."""
    npz(tmp_path / "v.npz", [2, 0, 3])
    problems = refusal(InputError, read_embeddings, tmp_path / "v.npz", dataset(), CHOICE)
    assert slugs(problems) == ["embeddings-missing"]
    assert "b" in str(problems[0].details[0])
    found = read_embeddings(tmp_path / "v.npz", dataset(), InputChoice(missing="drop"))
    assert found.covered is not None
    assert found.covered.tolist() == [True, False, True, True]
    assert found.vectors[1].tolist() == [0, 0, 0]
    assert slugs(found.notes) == ["rows-without-vector"]


def broken(value: float) -> np.ndarray:
    matrix = VECTORS.copy()
    matrix[2, 1] = value
    return matrix


@pytest.mark.parametrize(
    ("matrix", "slug"),
    [
        (VECTORS[:3], "rows-differ"),
        (broken(np.nan), "embeddings-not-finite"),
        (broken(np.inf), "embeddings-not-finite"),
        (VECTORS[:, :1], "embeddings-shape"),
        (VECTORS[:, 0], "embeddings-shape"),
        (VECTORS[None], "embeddings-shape"),
        (np.ones((4, 3)), "embeddings-equal"),
        (np.zeros((4, 3)), "embeddings-equal"),
        (VECTORS.astype(str), "embeddings-not-numbers"),
        (VECTORS > 0, "embeddings-not-numbers"),
        (VECTORS.astype(complex), "embeddings-not-numbers"),
        (VECTORS.astype(object), "embeddings-not-numbers"),
        ([[1.0, 2.0], [1.0]], "file-unreadable"),
        (pd.DataFrame({"label": list("xyxy"), "text": list("abcd")}), "embeddings-columns"),
        (pd.DataFrame({**wide(SHUFFLED), "id": ["a", "a", "b", "c"]}), "ids-repeat"),
        (pd.DataFrame({**wide(SHUFFLED), "id": ["k", "l", "m", "n"]}), "ids-do-not-match"),
        (pd.DataFrame({**wide(SHUFFLED), "e1": ["x"] * 4}), "embeddings-not-numbers"),
        (pd.DataFrame({**listed(SHUFFLED), "embedding": [[1, 2], [1], [2], [3]]}), "embeddings-shape"),
    ],
)
def test_what_is_no_vector_per_row_is_refused(matrix: Any, slug: str) -> None:
    given = dataset(ids=isinstance(matrix, pd.DataFrame))
    assert slugs(refusal(InputError, read_embeddings, matrix, given, CHOICE)) == [slug]


def test_files_that_are_unsafe_unclear_or_unknown_are_refused(tmp_path: Path) -> None:
    """No pickle is opened; several arrays, and formats that nothing reads, are not guessed at."""
    np.save(tmp_path / "o.npy", VECTORS.astype(object), allow_pickle=True)
    np.savez(tmp_path / "two.npz", left=VECTORS, right=VECTORS)
    (tmp_path / "v.pt").write_bytes(b"PK")
    (tmp_path / "v.xyz").write_text("1 2 3", encoding="utf-8")
    (tmp_path / "v.csv").write_text("id,e0,e1\na,1,2\nb,x,3\nc,1,1\nd,0,1\n", encoding="utf-8")
    wanted = {
        "o.npy": "pickle-refused",
        "two.npz": "embeddings-key",
        "v.pt": "pickle-refused",
        "v.xyz": "format-unknown",
        "v.csv": "embeddings-not-numbers",
        "none.npy": "file-not-found",
    }
    for name, slug in wanted.items():
        problems = refusal(InputError, read_embeddings, tmp_path / name, dataset(), CHOICE)
        assert slugs(problems) == [slug]
        assert "probabilit" not in str(problems[0].what)
    assert slugs(refusal(UsageError, read_embeddings, 7, dataset(), CHOICE)) == ["option-value"]


def test_a_table_without_ids_is_not_joined_in_silence() -> None:
    """The dataset has ids, the table has none and holds more than numbers: position must be asked for."""
    frame = pd.DataFrame({"text": list("wxyz"), **{f"e{i}": VECTORS[:, i] for i in range(3)}})
    assert slugs(refusal(InputError, read_embeddings, frame, dataset(), CHOICE)) == ["ids-one-sided"]
    found = read_embeddings(frame, dataset(), replace(CHOICE, align="position"))
    assert found.vectors.tolist() == VECTORS.tolist()


def test_a_frame_of_numbers_alone_is_joined_as_an_array_is() -> None:
    """Its index only counts: with as many rows as the dataset it is joined by position, and that is said."""
    frame = pd.DataFrame(VECTORS)
    array, found = (read_embeddings(given, dataset(), CHOICE) for given in (VECTORS, frame))
    assert found.vectors.tolist() == VECTORS.tolist()
    assert slugs(found.notes) == slugs(array.notes) == ["joined-by-position"]
    assert slugs(refusal(InputError, read_embeddings, frame[:3], dataset(), CHOICE)) == ["rows-differ"]
    by_id = replace(CHOICE, align="id")
    assert slugs(refusal(InputError, read_embeddings, frame, dataset(), by_id)) == ["ids-one-sided"]


def words_of(problems: Any) -> str:
    """All that is said."""
    return " ".join(str(text) for p in problems for text in (p.what, *p.details, *p.fixes))


def test_messages_speak_of_vectors(tmp_path: Path) -> None:
    """Never of predictions, probabilities or their files, though the readers are the same."""
    np.save(tmp_path / "o.npy", VECTORS.astype(object), allow_pickle=True)
    np.savez(tmp_path / "o.npz", embeddings=VECTORS, ids=np.array(IDS, object))
    np.savez(tmp_path / "two.npz", left=VECTORS, right=VECTORS)
    np.savez_compressed(tmp_path / "large.npz", embeddings=np.zeros((200_000, 64)))
    (tmp_path / "v.pt").write_bytes(b"PK")
    shown = {
        "o.npy": 'np.save("embeddings.npy"',
        "v.pt": 'np.save("embeddings.npy"',
        "o.npz": 'np.savez("embeddings.npz", embeddings=',
        "two.npz": "embeddings, embedding, vectors",
        "large.npz": "vectors",
    }
    said = {
        name: words_of(refusal(InputError, read_embeddings, tmp_path / name, dataset(), CHOICE))
        for name in shown
    }
    assert all(shown[name] in said[name] for name in shown)
    for matrix in (VECTORS[:3], np.vstack([VECTORS, VECTORS[:1]])):
        said[str(len(matrix))] = words_of(refusal(InputError, read_embeddings, matrix, dataset(), CHOICE))
        assert "embed every row" in said[str(len(matrix))]
    said["note"] = words_of(read_embeddings(VECTORS, dataset(), CHOICE).notes)
    labelled = pd.DataFrame(VECTORS, index=list("klmn"))
    said["index"] = words_of(read_embeddings(labelled, dataset(ids=False), CHOICE).notes)
    for name, text in said.items():
        assert not any(word in text for word in ("predict", "prob", "oof", "softmax")), (name, text)


@pytest.mark.parametrize("dtype", ["float16", "float32"])
def test_numbers_that_are_none_are_named_and_may_be_dropped(dtype: str) -> None:
    """Without `--missing drop` they stop; the range of float16 is told of float16 alone."""
    matrix = VECTORS.astype(dtype)
    matrix[2, 1] = np.nan
    said = words_of(refusal(InputError, read_embeddings, matrix, dataset(), CHOICE))
    assert "e.g. c" in said
    assert "--missing drop" in said
    assert ("65,504" in said) == (dtype == "float16")


def test_rows_that_are_not_finite_are_left_out_when_dropped(tmp_path: Path) -> None:
    """They become zeros in a copy, are covered by nothing, and are counted apart from zeros."""
    matrix = VECTORS.copy()
    matrix[0] = 0
    matrix[1, 2], matrix[3, 0] = np.inf, np.nan
    matrix = np.vstack([matrix, [[1.0, 1.0, 2.0]]])
    np.save(tmp_path / "v.npy", matrix)
    frame = pd.DataFrame({"id": [*IDS, "e"], "text": list("vwxyz"), "label": list("xyxyx")})
    found = read_embeddings(tmp_path / "v.npy", read_inputs(frame).dataset, InputChoice(missing="drop"))
    assert found.covered is not None
    assert found.covered.tolist() == [False, False, True, False, True]
    assert np.isfinite(found.vectors).all()
    assert found.vectors[2].tolist() == VECTORS[2].tolist()
    assert slugs(found.notes) == ["joined-by-position", "vectors-left-out", "embeddings-zero"]
    assert [problem.what.values["n"] for problem in found.notes[1:]] == [2, 1]
    assert np.isnan(np.load(tmp_path / "v.npy")[3, 0])


def test_a_file_without_any_finite_row_is_refused_though_dropped() -> None:
    """Nothing would be left."""
    matrix = np.full((4, 3), np.nan)
    problems = refusal(InputError, read_embeddings, matrix, dataset(), InputChoice(missing="drop"))
    assert slugs(problems) == ["embeddings-not-finite"]


@pytest.mark.parametrize("name", ["v.csv", "v.tsv"])
@pytest.mark.parametrize("column", ["embedding", "of_the_network"])
def test_lists_in_the_cells_of_a_csv_file_are_read(name: str, column: str, tmp_path: Path) -> None:
    """As pandas writes lists: `[1.0, 0.5, -2.0]`; joined by the ids beside them."""
    frame = pd.DataFrame(
        {"id": [IDS[at] for at in SHUFFLED], "text": list("wxyz"), column: VECTORS[SHUFFLED].tolist()}
    )
    frame.to_csv(tmp_path / name, index=False, sep="," if name == "v.csv" else "\t")
    assert read_embeddings(tmp_path / name, dataset(), CHOICE).vectors.tolist() == VECTORS.tolist()


def test_an_empty_cell_among_lists_is_a_row_without_numbers(tmp_path: Path) -> None:
    """It stops, or is left out."""
    (tmp_path / "v.csv").write_text(
        'id,embedding\na,\nb,"[1, 2]"\nc,"[2, null]"\nd,"[0, 1]"\n', encoding="utf-8"
    )
    problems = refusal(InputError, read_embeddings, tmp_path / "v.csv", dataset(), CHOICE)
    assert slugs(problems) == ["embeddings-not-finite"]
    found = read_embeddings(tmp_path / "v.csv", dataset(), InputChoice(missing="drop"))
    assert found.covered is not None
    assert found.covered.tolist() == [False, True, False, True]


@pytest.mark.parametrize(
    ("cell", "slug"),
    [
        ("[1.0 2.0 3.0]", "embeddings-not-numbers"),
        ('[1, ""x""]', "embeddings-not-numbers"),
        ("[[1, 2], [3, 4]]", "embeddings-not-numbers"),
        ('[{""a"": 1}, 2]', "embeddings-not-numbers"),
        ("[1, 2", "embeddings-not-numbers"),
        ("7", "embeddings-not-numbers"),
        ("[" * 100_000, "embeddings-not-numbers"),
        ("[1]", "embeddings-shape"),
        ("[]", "embeddings-shape"),
    ],
)
def test_cells_that_are_no_lists_of_one_length_are_refused(cell: str, slug: str, tmp_path: Path) -> None:
    """A numpy array as it is printed is no list: Parquet or .npy holds it."""
    text = f'id,embedding\na,"[1, 2]"\nb,"{cell}"\n'
    (tmp_path / "v.csv").write_text(text, encoding="utf-8")
    problems = refusal(InputError, read_embeddings, tmp_path / "v.csv", dataset(), CHOICE)
    assert slugs(problems) == [slug]
    assert "2" in words_of(problems) or "b" in words_of(problems)


def test_the_array_is_not_changed() -> None:
    matrix = VECTORS.copy()
    read_embeddings(matrix, dataset(ids=False), CHOICE)
    assert (matrix == VECTORS).all()
