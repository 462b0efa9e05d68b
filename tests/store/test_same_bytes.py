"""The same input gives the same bytes, and no file says who, where or when."""

from __future__ import annotations

import getpass
import os
import re
import socket
import subprocess
import sys
import time
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from audit_inputs import planted_files

PACKED = re.compile(rb'<script type="application/octet-stream;base64".*?</script>', re.DOTALL)


def run_in(folder: Path, **environment: str) -> Path:
    """An audit of the planted dataset in a new process that stands in a folder of its own."""
    folder.mkdir(parents=True)
    data, predictions = planted_files(folder)
    for at, path in enumerate((data, predictions)):
        os.utime(path, (10**6 * len(folder.name), at))
    command = [
        sys.executable,
        "-m",
        "auditor",
        "audit",
        str(data),
        "--predictions",
        "oof.npz",
        "--lang",
        "en",
    ]
    subprocess.run(
        [*command, "-o", environment.get("OUT", "audit")],
        cwd=folder,
        env=os.environ | environment,
        capture_output=True,
        check=True,
    )
    return folder / environment.get("OUT", "audit")


@pytest.fixture(scope="module")
def pair(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """Two audits made by other people in other places with other hash seeds."""
    base = tmp_path_factory.mktemp("somewhere")
    first = run_in(
        base / "home-of-zoe" / "one",
        PYTHONHASHSEED="1",
        TZ="Asia/Seoul",
        USER="zoe-the-auditor",
        LOGNAME="zoe-the-auditor",
        LC_ALL="C",
    )
    second = run_in(
        base / "two",
        PYTHONHASHSEED="2",
        TZ="America/Lima",
        USER="mallory",
        LOGNAME="mallory",
        OUT="elsewhere/out",
        LC_ALL="C.UTF-8",
        COLUMNS="40",
    )
    return first, second


def test_the_same_input_gives_the_same_bytes_of_every_file(pair: tuple[Path, Path]) -> None:
    """Another folder, working folder, hash seed, time zone, user, locale, file time change nothing."""
    first, second = ({path.name: path.read_bytes() for path in folder.iterdir()} for folder in pair)
    assert first.keys() == second.keys()
    assert [name for name in first if first[name] != second[name]] == []


def test_no_file_says_who_where_or_when(pair: tuple[Path, Path]) -> None:
    """No path, user, host or date in any file, nor in the cells of the packed tables."""
    spots = ["home-of-zoe", "zoe-the-auditor", "somewhere", str(pair[0].parent), str(Path.home()) + "/"]
    spots += [name for name in (getpass.getuser(), socket.gethostname()) if len(name) > 4]
    spots += [time.strftime("%Y-%m-%d"), time.strftime("%Y-%m-%dT")]
    for path in pair[0].iterdir():
        data = PACKED.sub(b"", path.read_bytes())
        if path.suffix == ".parquet":
            data += str(pq.read_table(path).to_pylist()).encode() + str(pq.read_metadata(path)).encode()
        assert [spot for spot in spots if spot.encode() in data] == [], path.name
