"""The audit folder: whole, true, read back without loss, and never at the cost of other files."""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pandas as pd
import pyarrow as pa
import pytest
from audit_inputs import planted_audit

from auditor import Audit, InputError, UsageError, audit, load_audit
from auditor.store import folder as store
from auditor.store.folder import write
from auditor.store.names import NAMES
from auditor.store.place import check_output

PAGES = {"report.html": "<p>a page</p>"}


@pytest.fixture
def saved(tmp_path: Path) -> Path:
    """The planted audit in a folder `audit`, with a small page for speed."""
    return write(planted_audit(), tmp_path / "audit", PAGES)


def plain(table: pa.Table) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = table.to_pylist()
    return rows


def contents(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def slug(error: pytest.ExceptionInfo[UsageError] | pytest.ExceptionInfo[InputError]) -> str:
    return error.value.problems[0].slug


def unlabelled() -> Audit:
    """An audit without predictions of rows without a label, among them two copies."""
    frame = pd.DataFrame(
        {"text": ["a cat sat here", "a cat sat here", "the dog", "x"], "label": ["cat", "", "dog", ""]}
    )
    return audit(frame)


# read back


@pytest.mark.parametrize(
    "make", [planted_audit, lambda: planted_audit(False), unlabelled], ids=["full", "no model", "no label"]
)
def test_an_audit_comes_back_without_loss(tmp_path: Path, make: Any) -> None:
    """Header, measures and every table with its types: what was saved is what is loaded."""
    made: Audit = make()

    back = load_audit(write(made, tmp_path / "a", PAGES))

    assert back.header == made.header
    assert back.measures == made.measures
    assert back.tables.keys() == made.tables.keys()
    for name, table in made.tables.items():
        assert back.tables[name].schema.remove_metadata() == table.schema.remove_metadata(), name
        assert plain(back.tables[name]) == plain(table), name


def test_an_audit_saved_again_is_the_same_folder(tmp_path: Path) -> None:
    """Loading and saving changes no byte, the page included."""
    first = planted_audit().save(tmp_path / "first")
    second = load_audit(first).save(tmp_path / "second")
    assert contents(first) == contents(second)


def test_a_dataset_name_that_is_no_text_comes_back(tmp_path: Path) -> None:
    """A file name may hold bytes that no encoding knows."""
    made = planted_audit()
    header = {**made.header, "dataset": {**made.header["dataset"], "name": "b\udcffd.csv"}}
    odd = Audit(header=header, measures=made.measures, tables=made.tables)
    assert load_audit(odd.save(tmp_path / "a")).header["dataset"]["name"] == "b\udcffd.csv"


# what is written


def test_the_files_are_those_of_the_contract(saved: Path) -> None:
    """Ten files, no others."""
    assert {path.name for path in saved.iterdir()} == NAMES
    assert len(NAMES) == 10


def test_sizes_and_hashes_are_true(saved: Path) -> None:
    """audit.json tells the size and sha256 of every file but itself."""
    listed = json.loads((saved / "audit.json").read_bytes())["files"]
    assert listed.keys() == NAMES - {"audit.json"}
    for name, said in listed.items():
        data = (saved / name).read_bytes()
        assert said == {"bytes": len(data), "sha256": hashlib.sha256(data).hexdigest()}


def test_the_keys_are_sorted_lines_of_five_words(saved: Path) -> None:
    """`key kind item row reason`, one line per finding."""
    lines = (saved / "findings.keys").read_text(encoding="utf-8").splitlines()
    assert lines == sorted(lines)
    assert all(re.fullmatch(r"[0-9a-f]{16} [a-z_]+ \S+ (\d+|-) [a-z-]+", line) for line in lines)
    findings = planted_audit().findings
    assert {line.split()[0] for line in lines} == set(findings["key"])
    # 4 wrong labels, 6 rows with a copy, 2 of them in conflict, 1 leak; 4 with a near copy, 2, 1
    assert len(lines) == 4 + 6 + 2 + 1 + 4 + 2 + 1


def test_an_item_of_any_characters_is_one_word_of_the_keys(tmp_path: Path) -> None:
    """Blanks and line ends in an id cannot make a second word or line; decoding gives the id back."""
    odd = "my id\n00 kind/äß%"
    frame = pd.DataFrame(
        {"id": [odd, "b", "c"], "text": ["a cat sat here", "a cat sat here", "dog"], "label": ["x", "y", "x"]}
    )
    keys = (write(audit(frame), tmp_path / "a", PAGES) / "findings.keys").read_text(encoding="utf-8")
    words = [line.split(" ") for line in keys.splitlines()]
    assert {len(line) for line in words} == {5}
    assert odd in {unquote(line[2]) for line in words}


# other people's files


def test_a_folder_with_other_files_is_refused_and_left_alone(tmp_path: Path) -> None:
    """Nothing is written, nothing removed, the message names the file and what to type."""
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "thesis.tex").write_text("mine")
    with pytest.raises(UsageError) as error:
        write(planted_audit(), tmp_path / "a", PAGES)
    assert slug(error) == "output-exists"
    assert "thesis.tex" in str(error.value) and "--force" in str(error.value)
    assert contents(tmp_path) == {"a/thesis.tex": b"mine"}


@pytest.mark.parametrize("document", ['{"files": {}}', "[1]", '"x"', "{", '{"schema": "npm/1"}', "[" * 5000])
def test_the_audit_json_of_another_tool_does_not_make_a_folder_ours(tmp_path: Path, document: str) -> None:
    """npm writes an audit.json too."""
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "audit.json").write_text(document)
    with pytest.raises(UsageError) as error:
        write(planted_audit(), tmp_path / "a", PAGES)
    assert slug(error) == "output-exists"
    assert contents(tmp_path) == {"a/audit.json": document.encode()}


def test_a_file_in_the_place_of_the_folder_is_refused_even_with_force(tmp_path: Path) -> None:
    (tmp_path / "a").write_text("mine")
    with pytest.raises(UsageError) as error:
        write(planted_audit(), tmp_path / "a", PAGES, force=True)
    assert slug(error) == "output-exists"
    assert contents(tmp_path) == {"a": b"mine"}


def test_force_keeps_files_folders_and_links_of_others(saved: Path) -> None:
    """They stand in the new folder as they stood in the old; ours are new."""
    (saved / "notes").mkdir()
    (saved / "notes" / "deep.txt").write_text("deep")
    (saved / "own.txt").write_text("own")
    (saved / "link").symlink_to("nowhere")

    write(planted_audit(), saved, {"report.html": "new"}, force=True)

    assert (saved / "notes" / "deep.txt").read_text() == "deep"
    assert (saved / "own.txt").read_text() == "own"
    assert (saved / "link").readlink() == Path("nowhere")
    assert (saved / "report.html").read_text() == "new"
    with pytest.raises(UsageError):
        write(planted_audit(), saved, PAGES)


def test_force_never_replaces_a_file_of_others_that_has_a_name_of_ours(tmp_path: Path) -> None:
    """It could neither stay nor go: with it the hashes would lie, without it the file would be lost."""
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "report.html").write_text("of another tool")
    with pytest.raises(UsageError) as error:
        write(planted_audit(), tmp_path / "a", PAGES, force=True)
    assert slug(error) == "output-exists"
    assert "--force" not in str(error.value)
    assert contents(tmp_path) == {"a/report.html": b"of another tool"}


def test_an_audit_replaces_an_audit(saved: Path) -> None:
    """Files of the audit before that this one does not write are gone."""
    write(planted_audit(), saved, {**PAGES, "extra.html": "x"})
    assert (saved / "extra.html").exists()
    write(planted_audit(), saved, PAGES)
    assert {path.name for path in saved.iterdir()} == NAMES


def test_a_link_to_a_folder_is_followed(tmp_path: Path) -> None:
    """The audit stands where the link leads; the link stays a link, nothing is left beside it."""
    (tmp_path / "disk").mkdir()
    (tmp_path / "disk" / "real").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "disk" / "real")
    for _ in range(2):
        write(planted_audit(), tmp_path / "link", PAGES)
    assert (tmp_path / "link").is_symlink()
    assert {path.name for path in (tmp_path / "disk" / "real").iterdir()} == NAMES
    assert [path.name for path in (tmp_path / "disk").iterdir()] == ["real"]


@pytest.mark.parametrize("name", [".", "..", "inner"])
def test_the_working_folder_is_not_replaced(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    """A shell standing in a replaced folder would see nothing of the new one."""
    (tmp_path / "outer" / "inner").mkdir(parents=True)
    monkeypatch.chdir(tmp_path / "outer" / "inner")
    target = Path(name) if name.startswith(".") else tmp_path / "outer" / "inner"
    with pytest.raises(UsageError) as error:
        check_output(target, force=True)
    assert slug(error) == "output-not-writable"


@pytest.mark.parametrize("place", ["pipe", "inner/pipe"])
def test_a_pipe_in_the_folder_is_refused_before_the_work(tmp_path: Path, place: str) -> None:
    """`--force` keeps the files of others, and this one cannot be copied."""
    (tmp_path / "audit" / "inner").mkdir(parents=True)
    os.mkfifo(tmp_path / "audit" / place)
    with pytest.raises(UsageError) as error:
        check_output(tmp_path / "audit", force=True)
    assert slug(error) == "output-exists"


def test_a_mount_point_is_refused_before_the_work(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing can be moved into its place; a folder in it can be written."""
    target = tmp_path / "my volume"
    target.mkdir()
    monkeypatch.setattr(os.path, "ismount", lambda path: Path(path) == target)
    with pytest.raises(UsageError) as error:
        check_output(target)
    assert slug(error) == "output-not-writable"
    assert f"fix: -o '{target}/audit'" in str(error.value)
    assert check_output(target / "audit") == []


# when it cannot be written


def in_a_file(tmp_path: Path) -> Path:
    (tmp_path / "file").write_text("")
    return tmp_path / "file" / "audit"


def long_name(tmp_path: Path) -> Path:
    return tmp_path / ("x" * 300)


def nearly_too_long_name(tmp_path: Path) -> Path:
    """The name fits, that of the hidden folder beside it does not."""
    return tmp_path / ("x" * 250)


def read_only(tmp_path: Path) -> Path:
    if os.geteuid() == 0:
        pytest.skip("for root every folder is writable")
    (tmp_path / "locked").mkdir(mode=0o500)
    return tmp_path / "locked" / "audit"


@pytest.mark.parametrize("place", [in_a_file, long_name, nearly_too_long_name, read_only])
def test_a_place_that_cannot_be_written_is_a_coded_error(tmp_path: Path, place: Any) -> None:
    """The code, the system's own words, and what to type."""
    with pytest.raises(UsageError) as error:
        write(planted_audit(), place(tmp_path), PAGES)
    assert slug(error) == "output-not-writable"
    assert "-o FOLDER" in str(error.value)


@pytest.mark.parametrize(
    "fault", [OSError(28, "No space left on device"), ValueError("a bug"), KeyboardInterrupt()]
)
def test_a_fault_while_writing_leaves_the_audit_before(
    saved: Path, monkeypatch: pytest.MonkeyPatch, fault: BaseException
) -> None:
    """Full disk, bug, Ctrl-C: the old folder stands untouched, and nothing beside it."""
    before = contents(saved)

    def fail(*args: Any) -> None:
        raise fault

    monkeypatch.setattr(store, "_write_json", fail)
    with pytest.raises((UsageError, ValueError, KeyboardInterrupt)) as error:
        write(planted_audit(), saved, PAGES)
    assert isinstance(fault, OSError) == isinstance(error.value, UsageError)
    assert contents(saved) == before
    assert [path.name for path in saved.parent.iterdir()] == ["audit"]


def test_a_fault_of_the_last_move_puts_the_old_folder_back(
    saved: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """When the new folder cannot take the place, the old one does again."""
    before, rename = contents(saved), Path.rename

    def second_fails(self: Path, target: Path) -> Path:
        if target == saved and not self.name.endswith("-old"):
            raise OSError(5, "Input/output error")
        return rename(self, target)

    monkeypatch.setattr(Path, "rename", second_fails)
    with pytest.raises(UsageError):
        write(planted_audit(), saved, PAGES)
    assert contents(saved) == before
    assert [path.name for path in saved.parent.iterdir()] == ["audit"]


# what killed runs leave


@pytest.fixture(scope="module")
def dead() -> int:
    """The number of a process that has ended."""
    run = subprocess.run(
        [sys.executable, "-c", "import os; print(os.getpid())"], capture_output=True, check=True
    )
    return int(run.stdout)


@pytest.mark.parametrize("name", ["audit", "out[1]", "*"])
def test_what_a_dead_run_left_is_swept_up(tmp_path: Path, dead: int, name: str) -> None:
    """Only beside the folder that is written, whatever characters its name has."""
    (tmp_path / f".{name}.partial-{dead}").mkdir()
    (tmp_path / f".other.partial-{dead}").mkdir()
    write(planted_audit(), tmp_path / name, PAGES)
    assert {path.name for path in tmp_path.iterdir()} == {name, f".other.partial-{dead}"}


def test_a_run_that_is_alive_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / ".audit.partial-1").mkdir()
    write(planted_audit(), tmp_path / "audit", PAGES)
    assert (tmp_path / ".audit.partial-1").is_dir()


def test_the_old_folder_of_a_run_killed_mid_move_is_put_back(saved: Path, dead: int) -> None:
    """Also the files of others that were kept in it are known again and protected."""
    (saved / "own.txt").write_text("own")
    saved.rename(saved.parent / f".audit.partial-{dead}-old")
    with pytest.raises(UsageError) as error:
        write(planted_audit(), saved, PAGES)
    assert slug(error) == "output-exists"
    assert (saved / "own.txt").read_text() == "own"
    assert load_audit(saved).audit_id == planted_audit().audit_id


# what is no audit


def drop(name: str) -> Any:
    return lambda folder: (folder / name).unlink()


def put(name: str, data: bytes) -> Any:
    return lambda folder: (folder / name).write_bytes(data)


def without(member: str) -> Any:
    def spoil(folder: Path) -> None:
        document = json.loads((folder / "audit.json").read_bytes())
        del document[member]
        (folder / "audit.json").write_text(json.dumps(document))

    return spoil


def schema(value: object) -> Any:
    def spoil(folder: Path) -> None:
        document = json.loads((folder / "audit.json").read_bytes()) | {"schema": value}
        (folder / "audit.json").write_text(json.dumps(document))

    return spoil


SPOILED = {
    "no folder": (shutil.rmtree, "not-an-audit"),
    "no audit.json": (drop("audit.json"), "not-an-audit"),
    "no queue.csv": (drop("queue.csv"), "not-an-audit"),
    "no scores.parquet": (drop("scores.parquet"), "not-an-audit"),
    "broken JSON": (put("audit.json", b'{"schema": "auditor.audit/1",'), "not-an-audit"),
    "JSON that is no UTF-8": (put("audit.json", b"\xff\xfe"), "not-an-audit"),
    "a list": (put("audit.json", b"[]"), "not-an-audit"),
    "too deep": (put("audit.json", b"[" * 100_000), "not-an-audit"),
    "empty queue.csv": (put("queue.csv", b""), "not-an-audit"),
    "queue.csv of another tool": (put("queue.csv", b"a,b\n1,2\n"), "not-an-audit"),
    "items.parquet is text": (put("items.parquet", b"hello"), "not-an-audit"),
    "no measures": (without("measures"), "not-an-audit"),
    "no outcomes": (without("outcomes"), "not-an-audit"),
    "a later schema": (schema("auditor.audit/2"), "audit-version"),
    "another tool's": (schema("npm/7"), "audit-version"),
    "a schema that is a number": (schema(7), "audit-version"),
    "an endless schema": (schema("x" * 10_000), "audit-version"),
}


@pytest.mark.parametrize("case", SPOILED)
def test_what_is_no_audit_of_ours_is_a_coded_error(saved: Path, case: str) -> None:
    """Never a KeyError or a wrong audit: exit 3, with a code, in a few short lines."""
    spoil, code = SPOILED[case]
    spoil(saved)
    with pytest.raises(InputError) as error:
        load_audit(saved)
    assert slug(error) == code
    assert int(error.value.exit_code) == 3
    assert max(map(len, str(error.value).splitlines())) < 300
