"""`.npy` and `.npz`: what they hold, what they may not hold, what damaged ones do."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from audit_inputs import refusal, slugs
from numpy.typing import NDArray

from auditor.errors import InputError
from auditor.read.arrays import MATRIX_KEYS, MAX_MEMBERS, read_npy, read_npz
from auditor.read.predictions import RawPredictions, read_predictions
from auditor.read.probability_columns import Known

PROBS = np.array([[0.7, 0.3], [0.4, 0.6], [0.1, 0.9]])


def read(path: Path) -> RawPredictions:
    return read_predictions(path, Known())


def refused(path: Path) -> list[str]:
    return slugs(refusal(InputError, read, path))


def npy_header(shape: tuple[int, ...], descr: str = "<f8") -> bytes:
    stream = io.BytesIO()
    header = {"descr": descr, "fortran_order": False, "shape": shape}
    np.lib.format.write_array_header_1_0(stream, header)
    return stream.getvalue()


def archive(path: Path, members: dict[str, bytes], compression: int = zipfile.ZIP_DEFLATED) -> Path:
    with zipfile.ZipFile(path, "w", compression) as stream:
        for name, content in members.items():
            stream.writestr(name, content)
    return path


# what is read


@pytest.mark.parametrize("dtype", ["float16", "float32", "float64", ">f4", "int64", "uint8", "bool"])
@pytest.mark.parametrize("order", ["C", "F"])
def test_an_npy_file_gives_its_numbers(tmp_path: Path, dtype: str, order: Any) -> None:
    matrix = np.array([[1, 0], [0, 1], [1, 1]], dtype=dtype, order=order)
    np.save(tmp_path / "p.npy", matrix)
    blocks = read(tmp_path / "p.npy").blocks
    assert blocks.shape == (3, 2)
    assert blocks.read(1, 3).dtype in (np.float32, np.float64)
    assert blocks.read(1, 3).tolist() == [[0, 1], [1, 1]]


@pytest.mark.parametrize("save", [np.savez, np.savez_compressed])
@pytest.mark.parametrize("key", MATRIX_KEYS)
def test_an_npz_file_gives_matrix_ids_and_classes(tmp_path: Path, save: Any, key: str) -> None:
    save(tmp_path / "p.npz", **{key: PROBS}, ids=["a", "b", "c"], classes=["x", "y"], fold=[0, 1, 2])
    found = read(tmp_path / "p.npz")
    assert found.blocks.read(0, 3).tolist() == PROBS.tolist()
    assert (found.ids, found.classes) == (("a", "b", "c"), ("x", "y"))


def test_a_stored_matrix_stays_a_memory_map_and_a_compressed_one_is_read(tmp_path: Path) -> None:
    np.savez(tmp_path / "stored.npz", other=np.zeros(100), probs=np.asfortranarray(PROBS))
    np.savez_compressed(tmp_path / "packed.npz", probs=PROBS)
    np.save(tmp_path / "p.npy", PROBS)
    assert isinstance(read_npz(tmp_path / "stored.npz").matrix, np.memmap)
    assert isinstance(read_npy(tmp_path / "p.npy").matrix, np.memmap)
    assert not isinstance(read_npz(tmp_path / "packed.npz").matrix, np.memmap)
    assert (read_npz(tmp_path / "stored.npz").matrix == PROBS).all()


@pytest.mark.parametrize(
    ("ids", "texts"),
    [
        (np.array([7, 8, 10]), ("7", "8", "10")),
        (np.array([7.0, 8.0, 10.5]), ("7", "8", "10.5")),  # what pandas makes of integers beside a NaN
        (np.array(["007", "1e5", "None"]), ("007", "1e5", "None")),
        (np.array([b"007", "가".encode(), b"x"]), ("007", "가", "x")),
        (np.array([["a"], ["b"], ["c"]]), ("a", "b", "c")),
    ],
    ids=["int", "float", "str", "bytes", "column"],
)
def test_ids_of_any_type_become_the_text_a_person_would_write(
    tmp_path: Path, ids: NDArray[Any], texts: tuple[str, ...]
) -> None:
    np.savez(tmp_path / "p.npz", probs=PROBS, ids=ids)
    assert read(tmp_path / "p.npz").ids == texts


def test_class_names_of_bytes_are_text(tmp_path: Path) -> None:
    np.savez(tmp_path / "p.npz", probs=PROBS, classes=np.array([b"dog", b"cat"]))
    assert read(tmp_path / "p.npz").classes == ("dog", "cat")


def test_a_single_array_of_any_name_is_the_matrix(tmp_path: Path) -> None:
    np.savez(tmp_path / "p.npz", whatever=PROBS)
    assert read(tmp_path / "p.npz").blocks.shape == (3, 2)


def test_an_array_of_objects_that_is_not_asked_for_does_no_harm(tmp_path: Path) -> None:
    texts = np.array(["one", None, 3], dtype=object)
    np.savez(tmp_path / "p.npz", probs=PROBS, texts=texts)
    assert read(tmp_path / "p.npz").blocks.shape == (3, 2)


# what is refused


@pytest.mark.parametrize(
    ("objects", "said"),
    [
        ({"ids": ["a", "b", "c"]}, "ids in it holds"),
        ({"ids": ["a", "b", "c"], "classes": ["cat", "dog"]}, "ids, classes in it hold"),
        ({"probs": PROBS}, "probs in it holds"),
    ],
)
def test_the_members_that_hold_objects_are_named_and_the_recipe_writes_none(
    tmp_path: Path, objects: dict[str, Any], said: str
) -> None:
    """As np.savez writes the columns of a DataFrame and np.unique of them."""
    members = {"probs": PROBS} | {name: np.array(values, dtype=object) for name, values in objects.items()}
    np.savez(tmp_path / "p.npz", **members)
    (problem,) = refusal(InputError, read, tmp_path / "p.npz")
    assert problem.slug == "pickle-refused"
    assert said in str(problem.what)
    line = str(problem.fixes[0].values["recipe"]).replace('"oof.npz"', repr(str(tmp_path / "q.npz")))
    ids = np.array(["a", "b", "c"], dtype=object)
    exec(line, {"np": np, "probs": members["probs"], "ids": ids, "names": ["cat", "dog"]})
    assert read(tmp_path / "q.npz").ids == ("a", "b", "c")


@pytest.mark.parametrize("keys", [("probs", "logits"), ("a", "b"), ("ids", "classes")])
def test_several_arrays_or_none_that_could_be_the_matrix_are_asked_about(
    tmp_path: Path, keys: tuple[str, ...]
) -> None:
    np.savez(tmp_path / "p.npz", **dict.fromkeys(keys, PROBS))
    (problem,) = refusal(InputError, read, tmp_path / "p.npz")
    assert problem.slug == "predictions-key"
    assert all(key in str(problem.details[0]) for key in keys)


@pytest.mark.parametrize(
    ("matrix", "slug"),
    [
        (np.array([0.1, 0.9]), "predictions-shape"),
        (np.array([[0.1], [0.9]]), "predictions-shape"),
        (np.zeros((2, 2, 2)), "predictions-shape"),
        (np.array(0.5), "predictions-shape"),
        (np.array([0, 2, 1]), "hard-labels"),
        (np.array([True, False]), "hard-labels"),
        (np.array(["cat", "dog"]), "hard-labels"),
        (np.array([["cat", "dog"]]), "hard-labels"),
    ],
)
def test_what_is_no_matrix_of_probabilities_is_refused(
    tmp_path: Path, matrix: NDArray[Any], slug: str
) -> None:
    """1-D and one column need the other class; integers and strings are predicted labels."""
    np.save(tmp_path / "p.npy", matrix)
    assert refused(tmp_path / "p.npy") == [slug]


def test_one_column_is_answered_with_the_recipe_for_two(tmp_path: Path) -> None:
    np.save(tmp_path / "p.npy", np.array([[0.1], [0.9]]))
    (problem,) = refusal(InputError, read, tmp_path / "p.npy")
    assert "np.column_stack([1 - p, p])" in str(problem.fixes[0])


@pytest.mark.parametrize(("key", "names"), [("ids", ["a", "b"]), ("classes", ["x", "y", "z"])])
def test_ids_and_classes_of_another_number_than_rows_and_columns_are_refused(
    tmp_path: Path, key: str, names: list[str]
) -> None:
    np.savez(tmp_path / "p.npz", probs=PROBS, **{key: names})
    (problem,) = refusal(InputError, read, tmp_path / "p.npz")
    assert problem.slug == "predictions-shape"
    assert str(problem.what) == f"p.npz: {len(names)} {key} for a matrix of 3 x 2"


# damaged and hostile files


@pytest.mark.parametrize(
    "shape", [(10**12, 2), (2**62, 4), (2**40, 2**40), (-1, 2), (-6, -2)], ids=lambda shape: f"{shape}"
)
@pytest.mark.parametrize("form", ["npy", "stored", "deflated"])
def test_a_header_that_lies_about_its_shape_takes_no_memory(
    tmp_path: Path, shape: tuple[int, int], form: str
) -> None:
    """A promise of 16 TB, or one whose size does not fit a number, beside 96 bytes."""
    content = npy_header(shape) + bytes(96)
    if form == "npy":
        path = tmp_path / "p.npy"
        path.write_bytes(content)
    else:
        compression = zipfile.ZIP_STORED if form == "stored" else zipfile.ZIP_DEFLATED
        path = archive(tmp_path / "p.npz", {"probs.npy": content}, compression)
    assert refused(path) == ["file-unreadable"]


@pytest.mark.parametrize("share", [0.02, 0.2, 0.5, 0.9, 0.99])
@pytest.mark.parametrize("name", ["p.npy", "stored.npz", "packed.npz"])
def test_a_truncated_file_is_refused(tmp_path: Path, name: str, share: float) -> None:
    matrix = np.random.default_rng(0).random((200, 3))
    np.save(tmp_path / "p.npy", matrix)
    np.savez(tmp_path / "stored.npz", probs=matrix)
    np.savez_compressed(tmp_path / "packed.npz", probs=matrix)
    content = (tmp_path / name).read_bytes()
    (tmp_path / name).write_bytes(content[: int(len(content) * share)])
    assert refused(tmp_path / name) == ["file-unreadable"]


def test_damage_inside_a_compressed_member_is_refused(tmp_path: Path) -> None:
    np.savez_compressed(tmp_path / "p.npz", probs=np.random.default_rng(0).random((100, 2)))
    content = bytearray((tmp_path / "p.npz").read_bytes())
    content[300:330] = b"\xff" * 30
    (tmp_path / "p.npz").write_bytes(bytes(content))
    assert refused(tmp_path / "p.npz") == ["file-unreadable"]


def test_one_format_under_the_name_of_the_other_is_refused(tmp_path: Path) -> None:
    np.save(tmp_path / "a.npy", PROBS)
    np.savez(tmp_path / "b.npz", probs=PROBS)
    (tmp_path / "a.npy").rename(tmp_path / "a.npz")
    (tmp_path / "b.npz").rename(tmp_path / "b.npy")
    assert refused(tmp_path / "a.npz") == ["file-unreadable"]
    assert refused(tmp_path / "b.npy") == ["file-unreadable"]


def test_a_member_without_its_ending_is_no_array(tmp_path: Path) -> None:
    path = archive(tmp_path / "p.npz", {"probs": npy_header((3, 2)) + PROBS.tobytes()})
    assert refused(path) == ["predictions-key"]


def test_a_zip_bomb_is_refused_before_it_is_unpacked(tmp_path: Path) -> None:
    """40 MB of zeros in 39 kB: a ratio of 1,026."""
    path = archive(tmp_path / "p.npz", {"probs.npy": npy_header((2_500_000, 2)) + bytes(40_000_000)})
    assert path.stat().st_size < 50_000
    assert refused(path) == ["archive-refused"]


def test_an_archive_of_too_many_members_is_refused(tmp_path: Path) -> None:
    members = {f"a{number}.npy": b"" for number in range(MAX_MEMBERS)}
    probs = npy_header((3, 2)) + PROBS.tobytes()
    assert refused(archive(tmp_path / "p.npz", {"probs.npy": probs, **members})) == ["archive-refused"]


def test_predictions_without_rows_are_a_matrix_without_rows(tmp_path: Path) -> None:
    np.save(tmp_path / "p.npy", np.empty((0, 2)))
    np.savez(tmp_path / "p.npz", probs=np.empty((0, 2)))
    assert read(tmp_path / "p.npy").blocks.shape == read(tmp_path / "p.npz").blocks.shape == (0, 2)
