"""Addresses that a user typed: fetched whole, once; and nothing else is."""

from __future__ import annotations

import gc
import gzip
import json
import socket
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import fsspec
import numpy as np
import pytest
from audit_inputs import planted, refusal, slugs

from auditor import audit
from auditor.cli.main import main
from auditor.config import load_config
from auditor.errors import InputError, UsageError
from auditor.read import remote
from auditor.read.dataset import read_inputs
from auditor.read.remote import fetched, is_address, without_secrets
from auditor.read.sources import located

TABLE = b"id,text,label\n1,one,cat\n2,two,dog\n3,three,cat\n"
SECRET = "memory://me:hunter2@bucket/folder/data.csv?X-Signature=abc123#part"


@pytest.fixture
def store() -> Iterator[Any]:
    """A file system in memory, as fsspec has one."""
    files = fsspec.filesystem("memory")
    files.store.clear()
    files.pipe("/folder/data.csv", TABLE)
    files.pipe("/folder/data.csv.gz", gzip.compress(TABLE))
    yield files
    files.store.clear()


def refused(address: str) -> list[str]:
    return slugs(refusal(InputError, fetched, address))


# what an address is


@pytest.mark.parametrize(
    ("text", "is_one"),
    [
        ("s3://bucket/data.csv", True),
        ("hf://datasets/owner/name/train.parquet", True),
        ("HTTPS://host/data.csv", True),
        ("simplecache::s3://bucket/data.csv", True),
        ("data/train.csv", False),
        ("C:/data/train.csv", False),
        ("C:\\data\\train.csv", False),
        ("/data/a:b/train.csv", False),
        ("https:", False),
        (Path("s3:/bucket/data.csv"), False),
        (None, False),
    ],
)
def test_an_address_is_told_from_a_path(text: object, is_one: bool) -> None:
    """A drive of Windows is no protocol."""
    assert is_address(text) is is_one


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        ("s3://bucket/a/b.csv", "s3://bucket/a/b.csv"),
        ("https://host/b.csv?token=x&y=z#q", "https://host/b.csv"),
        ("https://user:pw@host:80/b.csv", "https://host:80/b.csv"),
        ("https://user:p@ss@host/b@c.csv", "https://host/b@c.csv"),
        ("https://host?token=a/b@c", "https://host"),
        ("https://host#frag@x/y", "https://host"),
    ],
)
def test_what_an_address_carries_is_cut(address: str, shown: str) -> None:
    assert without_secrets(address) == shown


# what is read


@pytest.mark.parametrize("name", ["data.csv", "data.csv.gz"])
def test_a_file_at_an_address_is_the_file(store: Any, tmp_path: Path, name: str) -> None:
    """Also a compressed one; its name is the last part of the address."""
    (tmp_path / "data.csv").write_bytes(TABLE)
    found = read_inputs(f"memory://folder/{name}").dataset
    assert found.name == name
    assert found.fingerprint == read_inputs(tmp_path / "data.csv").dataset.fingerprint


def test_predictions_may_stand_at_an_address(store: Any, tmp_path: Path) -> None:
    """No class list is looked for beside them."""
    np.save(tmp_path / "oof.npy", np.array([[0.9, 0.1], [0.2, 0.8], [0.7, 0.3]]))
    store.pipe("/folder/oof.npy", (tmp_path / "oof.npy").read_bytes())
    store.pipe("/folder/classes.txt", b"dog\ncat\n")
    found = read_inputs("memory://folder/data.csv", ["memory://folder/oof.npy"])
    assert found.probabilities is not None
    assert found.probabilities.names == ("oof.npy",)
    assert found.dataset.classes == ("cat", "dog")


def test_the_copy_goes_with_its_source(store: Any) -> None:
    source = located("memory://folder/data.csv")
    copy = source.path
    assert (copy.read_bytes(), source.beside) == (TABLE, None)
    del source
    gc.collect()
    assert not copy.parent.exists()


def test_the_command_line_and_the_configuration_pass_addresses_on(
    store: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """`Path` would make `s3:/x` of `s3://x`, and a configuration puts its folder before a path."""
    frame, probs, _ = planted()
    store.pipe("/folder/all.csv", frame.to_csv(index=False).encode())
    np.save(tmp_path / "oof.npy", probs)
    store.pipe("/folder/oof.npy", (tmp_path / "oof.npy").read_bytes())
    monkeypatch.chdir(tmp_path)
    (tmp_path / "auditor.toml").write_text(
        '[data]\npath = "memory://folder/all.csv"\n[predictions]\npath = ["memory://folder/oof.npy"]\n'
        '[audit]\noutput = "out"\n'
    )
    assert load_config().get("data", "path") == "memory://folder/all.csv"
    assert main(["audit", "--quiet", "--align", "position"]) == 0
    assert main(["audit", "memory://folder/all.csv", "--quiet", "-o", "other"]) == 0
    assert "all.csv" in (tmp_path / "out" / "audit.json").read_text()


def test_nothing_secret_stands_in_the_audit(
    store: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    """Neither the password nor the signature: in no file, and in nothing that is printed."""
    frame, _, _ = planted()
    address = "memory://me:hunter2@folder/all.csv?X-Signature=abc123"
    store.pipe(store._strip_protocol(address), frame.to_csv(index=False).encode())
    assert main(["audit", address, "-o", str(tmp_path / "out")]) == 0
    written = "".join(path.read_text(errors="replace") for path in (tmp_path / "out").iterdir())
    printed = "".join(capfd.readouterr())
    assert "all.csv" in written
    for secret in ("hunter2", "abc123", "X-Signature"):
        assert secret not in written + printed


# what is refused


@pytest.mark.parametrize(
    "address",
    [
        "simplecache::memory://folder/data.csv",
        "filecache::memory://folder/data.csv",
        "zip://data.csv::memory://folder/data.zip",
        "memory://folder/data.csv::memory://folder/data.csv",
        "file:///etc/passwd",
        "local:///etc/passwd",
        "reference://x/data.csv",
        "data://text/plain,x.csv",
        "nonsense://bucket/data.csv",
        "memory://",
        "memory://folder/",
        "memory://folder/..",
    ],
)
def test_other_addresses_are_refused(store: Any, address: str) -> None:
    """Chained, caching, local, unknown ones, and those that end in no file."""
    assert refused(address) == ["address-refused"]


def test_a_file_that_is_not_there_is_not_found(store: Any) -> None:
    """With the address, without what it carries."""
    (problem,) = refusal(InputError, fetched, SECRET)
    assert problem.slug == "file-not-found"
    assert str(problem.what) == "there is no file memory://bucket/folder/data.csv"


def test_a_failure_is_told_without_its_own_words(store: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """A library puts the whole address into its message, and the traceback shows what it was raised from."""

    def fail(*args: Any, **options: Any) -> Any:
        raise ConnectionError(f"cannot connect to {SECRET}")

    monkeypatch.setattr(type(store), "open", fail)
    with pytest.raises(InputError) as caught:
        fetched(SECRET)
    assert slugs(caught.value.problems) == ["address-unreadable"]
    assert "ConnectionError" in str(caught.value)
    assert "hunter2" not in str(caught.value) and "abc123" not in str(caught.value)
    assert caught.value.__suppress_context__


def test_a_file_is_counted_while_it_is_fetched(store: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(remote, "MAX_BYTES", len(TABLE) - 1)
    assert refused("memory://folder/data.csv") == ["address-too-large"]


def test_without_the_extra_the_command_that_installs_it_is_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "fsspec", None)
    (problem,) = refusal(InputError, fetched, "s3://bucket/data.csv")
    assert problem.slug == "extra-missing"
    assert str(problem.fixes[0]) == 'pip install "dataset-auditor[remote]"'


def test_without_the_package_of_a_protocol_it_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "s3fs", None)
    (problem,) = refusal(InputError, fetched, "s3://bucket/data.csv")
    assert problem.slug == "extra-missing"
    assert str(problem.fixes[0]) == 'pip install "dataset-auditor[remote]" s3fs'


def test_one_address_twice_is_the_same_predictions(store: Any) -> None:
    """Another version of a file is another file."""
    twice = ["memory://folder/oof.npy?v=1"] * 2
    problems = refusal(UsageError, read_inputs, "memory://folder/data.csv", twice)
    assert slugs(problems) == ["same-predictions-twice"]
    assert "v=1" not in str(problems[0].what)


# what stands in data


def test_an_address_in_the_data_is_never_opened(tmp_path: Path) -> None:
    """Nobody calls, wherever the address stands."""
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        server.listen()
        server.setblocking(False)
        url = f"http://127.0.0.1:{server.getsockname()[1]}/x.csv"
        rows = [
            {"id": url + str(n), "text": f"{url} {n}", "label": url[: n % 2 + 8], "url": url}
            for n in range(9)
        ]
        (tmp_path / "data.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
        (tmp_path / "classes.txt").write_text(f"{url[:8]}\n{url[:9]}\n")
        audit(tmp_path / "data.jsonl").save(tmp_path / "out")
        with pytest.raises(BlockingIOError):  # whoever had called would be waiting here
            server.accept()
