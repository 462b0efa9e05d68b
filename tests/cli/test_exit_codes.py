"""Every exit code, in a process of its own: the situation, the code, what is said, what is left."""

from __future__ import annotations

import os
import pickle
import shlex
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from audit_inputs import planted

from auditor import load_audit
from auditor.cli.main import main

Run = subprocess.CompletedProcess[str]
AUDIT = ["audit", "data.csv", "--predictions", "oof.npz"]


def run(folder: Path, *args: str) -> Run:
    """`auditor ARGS` in a folder."""
    command = [sys.executable, "-m", "auditor", *args]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)


def run_spoiled(folder: Path, spoil: str, *args: str) -> Run:
    """The same with a piece of the program replaced before it starts."""
    code = f"{spoil}\nimport sys\nfrom auditor.cli.main import main\nsys.exit(main(sys.argv[1:]))"
    command = [sys.executable, "-c", code, *args]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)


# 0: done


def test_an_audit_exits_0_whatever_it_finds(here: Path) -> None:
    """Suspects, conflicts and leaks are findings, not failures."""
    done = run(here, *AUDIT)
    assert done.returncode == 0
    assert "Labels suspected   4 rows" in done.stdout
    assert load_audit(here / "audit").measure("duplicates.leaked_rows").value == 1


@pytest.mark.parametrize("args", [["--version"], ["audit", "--help"], ["explain", "class-order"]])
def test_asking_for_help_exits_0(tmp_path: Path, args: list[str]) -> None:
    assert run(tmp_path, *args).returncode == 0


# 2: wrong usage


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (["adit"], "audit?"),
        (["audit", "data.csv", "--predicitons", "oof.npz"], "--predictions"),
        (["audit", "data.csv", "--privacy", "secret"], "'full', 'snippet', 'ids'"),
    ],
)
def test_wrong_usage_exits_2_and_says_what_is_right(here: Path, args: list[str], said: str) -> None:
    """No traceback, nothing on stdout, nothing written."""
    ended = run(here, *args)
    assert (ended.returncode, ended.stdout) == (2, "")
    assert said in ended.stderr
    assert "Traceback" not in ended.stderr
    assert {path.name for path in here.iterdir()} == {"data.csv", "oof.npz"}


def test_a_misspelt_key_of_the_configuration_exits_2_with_a_guess(here: Path) -> None:
    (here / "auditor.toml").write_text("[data]\nlable = 'x'\n")
    ended = run(here, *AUDIT)
    assert (ended.returncode, ended.stdout) == (2, "")
    assert "did you mean label?" in ended.stderr
    assert not (here / "audit").exists()


# 3: no verdict


def keep_rows(n: int) -> Callable[[Path], None]:
    def spoil(folder: Path) -> None:
        lines = (folder / "data.csv").read_text().splitlines(keepends=True)
        (folder / "data.csv").write_text("".join(lines[: 1 + n]))

    return spoil


def rewrite(**columns: object) -> Callable[[Path], None]:
    return lambda folder: planted()[0].assign(**columns).to_csv(folder / "data.csv", index=False)


def ragged(folder: Path) -> None:
    with (folder / "data.csv").open("a") as stream:
        stream.write("item-x,one,two,three,four,five\n")


def predictions(**arrays: object) -> Callable[[Path], None]:
    def spoil(folder: Path) -> None:
        frame, probs, _ = planted()
        given = {"probs": probs, "ids": frame["id"].to_numpy(dtype=str)} | arrays
        np.savez(folder / "oof.npz", **{name: value for name, value in given.items() if value is not None})

    return spoil


def with_nan() -> np.ndarray:
    probs = planted()[1].copy()
    probs[7, 1] = np.nan
    return probs


class Bomb:
    """Unpickled, it makes a file."""

    def __reduce__(self) -> tuple[object, ...]:
        return os.mkdir, ("PWNED",)


def as_pickle(folder: Path) -> None:
    (folder / "oof.npz").write_bytes(pickle.dumps(Bomb()))


def as_object_array(folder: Path) -> None:
    np.savez(folder / "oof.npz", probs=np.array([Bomb()], dtype=object))


Case = tuple[Callable[[Path], object], str]
BAD_INPUT: dict[str, Case] = {
    "no such file": (lambda folder: (folder / "data.csv").unlink(), "file-not-found"),
    "no bytes": (lambda folder: (folder / "data.csv").write_bytes(b""), "file-empty"),
    "one row": (keep_rows(1), "too-few-rows"),
    "one class": (rewrite(label="cat"), "one-class"),
    "ragged": (ragged, "ragged-rows"),
    "other ids": (predictions(ids=np.array([f"x{n}" for n in range(240)])), "ids-do-not-match"),
    "NaN": (predictions(probs=with_nan()), "probabilities-not-finite"),
    "fewer rows, no ids": (predictions(probs=np.full((100, 3), 1 / 3), ids=None), "rows-differ"),
    "a pickle": (as_pickle, "pickle-refused"),
}
MORE_BAD_INPUT: dict[str, Case] = {
    "a folder": (
        lambda folder: [(folder / "data.csv").unlink(), (folder / "data.csv").mkdir()],
        "format-unknown",
    ),
    "noise": (
        lambda folder: (folder / "data.csv").write_bytes(b"id,text,label\n\xff\xfe\x81\x00"),
        "encoding-unknown",
    ),
    "a header only": (keep_rows(0), "no-rows"),
    "ids twice": (rewrite(id="same"), "ids-repeat"),
    "too many columns": (predictions(probs=np.full((240, 5), 0.2)), "class-count"),
    "three dimensions": (predictions(probs=np.full((240, 3, 1), 1.0)), "predictions-shape"),
    "a pickle in the array": (as_object_array, "pickle-refused"),
}


def assert_no_verdict(here: Path, code: int, out: str, err: str, slug: str) -> None:
    """A code first, no traceback, nothing on stdout, nothing written, nothing run."""
    assert code == 3, err
    assert err.startswith(f"auditor: {slug}: "), err
    assert err.endswith("exit 3\n")
    assert "Traceback" not in err
    assert out == ""
    assert {path.name for path in here.iterdir()} <= {"data.csv", "oof.npz"}


@pytest.mark.parametrize("case", BAD_INPUT)
def test_input_that_cannot_be_judged_exits_3(here: Path, case: str) -> None:
    spoil, slug = BAD_INPUT[case]
    spoil(here)
    ended = run(here, *AUDIT)
    assert_no_verdict(here, ended.returncode, ended.stdout, ended.stderr, slug)


@pytest.mark.parametrize("case", MORE_BAD_INPUT)
def test_more_input_that_cannot_be_judged(here: Path, capsys: pytest.CaptureFixture[str], case: str) -> None:
    """The same in this process, which is faster."""
    spoil, slug = MORE_BAD_INPUT[case]
    spoil(here)
    assert_no_verdict(here, main(AUDIT), *capsys.readouterr(), slug)


def test_what_is_no_audit_exits_3(here: Path) -> None:
    """show and report on a folder that holds something else."""
    for args in (["show", ".", "item-001"], ["report", "nowhere", "-o", "x.html"]):
        ended = run(here, *args)
        assert ended.returncode == 3
        assert ended.stderr.startswith("auditor: not-an-audit: ")
    assert not (here / "x.html").exists()


@pytest.mark.parametrize("args", [AUDIT, ["demo"], ["audit", "{here}/data.csv", "-o", "{here}/old"]])
def test_a_working_folder_that_was_deleted_is_no_bug(here: Path, args: list[str]) -> None:
    (here / "old").mkdir()
    words = shlex.join([sys.executable, "-P", "-m", "auditor", *(word.format(here=here) for word in args)])
    script = f"mkdir gone && cd gone && rmdir ../gone && {words}"
    ended = subprocess.run(["/bin/sh", "-c", script], cwd=here, capture_output=True, text=True, check=False)
    assert ended.returncode in (2, 3), ended.stderr
    assert ended.stderr.startswith(("auditor: file-not-found: ", "auditor: output-not-writable: "))


# 4: a bug

BUG = """
import auditor.pipeline
def boom(*args): raise RuntimeError("two\\nlines")
auditor.pipeline.run = boom
"""
FAILING = """
from dataclasses import replace
from auditor import detect
def boom(inputs, settings): raise RuntimeError("no idea")
detect._REGISTRY["exact_duplicates"] = replace(detect.detectors()["exact_duplicates"], find=boom)
"""


def test_a_bug_exits_4_without_a_traceback(here: Path) -> None:
    """One line that names the error, and how to see more; nothing written."""
    ended = run_spoiled(here, BUG, *AUDIT)
    assert ended.returncode == 4
    assert ended.stderr.startswith("auditor: bug: RuntimeError: two\n")
    assert "--debug" in ended.stderr and "Traceback" not in ended.stderr
    assert not (here / "audit").exists()


def test_debug_shows_the_traceback_of_a_bug(here: Path) -> None:
    ended = run_spoiled(here, BUG, *AUDIT, "--debug")
    assert ended.returncode == 4
    assert "Traceback" in ended.stderr


def test_a_detector_that_fails_exits_4_and_leaves_the_rest(here: Path) -> None:
    """The folder is written, marked partial, the other detectors' findings are in it."""
    ended = run_spoiled(here, FAILING, *AUDIT)
    assert ended.returncode == 4
    assert "exact_duplicates failed; the folder is partial" in ended.stderr
    assert "Traceback" not in ended.stderr
    audit = load_audit(here / "audit")
    assert audit.partial
    assert audit.measure("label_issues.count").value == 4
    assert "This audit is partial" in (here / "audit" / "report.html").read_text(encoding="utf-8")
    assert "not measured" in ended.stdout


def test_an_end_of_file_error_is_a_bug_and_no_interruption(here: Path) -> None:
    """Click takes an EOFError for Ctrl-D."""
    spoil = BUG.replace("RuntimeError", "EOFError")
    assert run_spoiled(here, spoil, *AUDIT).returncode == 4


# 130: interrupted

WAITING = """
import sys, time, auditor.{module} as module
real = module.{name}
def wait(*args):
    print("ready", flush=True)
    time.sleep(60)
module.{name} = wait
"""


@pytest.mark.parametrize(("module", "name"), [("pipeline", "run"), ("store.folder", "_write_json")])
def test_an_interrupted_run_exits_130_and_leaves_nothing(here: Path, module: str, name: str) -> None:
    """Ctrl-C while it computes, and while it writes."""
    spoil = WAITING.format(module=module, name=name)
    code = f"{spoil}\nfrom auditor.cli.main import main\nsys.exit(main(sys.argv[1:]))"
    child = subprocess.Popen(
        [sys.executable, "-c", code, *AUDIT],
        cwd=here,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert child.stdout is not None
    assert child.stdout.readline() == "ready\n"
    child.send_signal(signal.SIGINT)
    _, said = child.communicate(timeout=20)
    assert child.returncode == 130
    assert said.splitlines()[-1] == "auditor: interrupted"
    assert "Traceback" not in said
    assert {path.name for path in here.iterdir()} == {"data.csv", "oof.npz"}


# a reader that has seen enough


@pytest.mark.parametrize(
    ("args", "unbuffered"), [(AUDIT, ""), (AUDIT, "1"), (["explain", "label_issues"], "1"), (["--help"], "")]
)
def test_a_closed_pipe_is_no_error(here: Path, args: list[str], unbuffered: str) -> None:
    """`auditor ... | head -0`: quiet, exit 0, and never the 1 of a failed gate."""
    reading, writing = os.pipe()
    os.close(reading)
    ended = subprocess.run(
        [sys.executable, "-m", "auditor", *args],
        cwd=here,
        stdout=writing,
        stderr=subprocess.PIPE,
        env=os.environ | {"PYTHONUNBUFFERED": unbuffered},
        text=True,
        check=False,
    )
    os.close(writing)
    assert ended.returncode == 0
    assert "Traceback" not in ended.stderr and "BrokenPipe" not in ended.stderr
    assert (here / "audit" / "audit.json").exists() == (args == AUDIT)


@pytest.mark.parametrize("closed", [">&-", "2>&-"])
def test_a_stream_that_is_not_there_is_no_error(here: Path, closed: str) -> None:
    """Some schedulers start programs without stdout or stderr."""
    words = shlex.join([sys.executable, "-m", "auditor", *AUDIT])
    ended = subprocess.run(["/bin/sh", "-c", f"{words} {closed}"], cwd=here, capture_output=True, check=False)
    assert ended.returncode == 0, ended.stderr
    assert (here / "audit" / "audit.json").exists()


# streams that break


def run_into(folder: Path, to: dict[str, int], args: list[str], spoil: str = "") -> Run:
    """A run whose named streams go to file descriptors; the others are captured."""
    code = f"{spoil}\nimport sys\nfrom auditor.cli.main import entry\nentry()"
    streams = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE} | to
    return subprocess.run([sys.executable, "-c", code, *args], cwd=folder, text=True, check=False, **streams)


@pytest.fixture
def nobody() -> Iterator[int]:
    """The end of a pipe whose reader has gone."""
    reading, writing = os.pipe()
    os.close(reading)
    yield writing
    os.close(writing)


@pytest.fixture
def full() -> Iterator[int]:
    """A device on which there is no room."""
    with Path("/dev/full").open("wb", buffering=0) as stream:
        yield stream.fileno()


@pytest.mark.parametrize("streams", [["stdout", "stderr"], ["stderr"], ["stdout"]])
@pytest.mark.parametrize(
    ("args", "spoil", "code"),
    [
        (["audit", "bad.csv"], "", 3),
        (["audit", "bad.csv", "--json"], "", 3),
        (["adit"], "", 2),
        (["adit", "--json"], "", 2),
        (AUDIT, "FAILING", 4),
        (AUDIT, "BUG", 4),
        ([*AUDIT, "--json"], "", 0),
    ],
)
def test_a_reader_that_left_does_not_change_the_code(
    here: Path, nobody: int, streams: list[str], args: list[str], spoil: str, code: int
) -> None:
    """`auditor ... 2>&1 | true` ends in what happened."""
    (here / "bad.csv").write_text("id,text,label\n")
    before = {"BUG": BUG, "FAILING": FAILING, "": ""}[spoil]
    assert run_into(here, dict.fromkeys(streams, nobody), args, before).returncode == code


@pytest.mark.parametrize(("args", "code"), [(AUDIT, 0), (["audit", "bad.csv"], 3), (["adit"], 2)])
def test_a_report_of_problems_that_cannot_be_printed_hides_nothing(
    here: Path, full: int, args: list[str], code: int
) -> None:
    """`2>/dev/full`: never 1."""
    (here / "bad.csv").write_text("id,text,label\n")
    assert run_into(here, {"stderr": full}, args).returncode == code


def test_output_without_room_exits_2_with_a_code(here: Path, full: int) -> None:
    """`>/dev/full` after all went well: the folder is there, the summary is not, and that is said."""
    ended = run_into(here, {"stdout": full}, AUDIT)
    assert ended.returncode == 2
    assert "auditor: output-not-writable: the output cannot be printed: No space left" in ended.stderr
    assert (here / "audit" / "audit.json").exists()


def test_output_without_room_does_not_hide_a_failed_detector(here: Path, full: int) -> None:
    assert run_into(here, {"stdout": full}, AUDIT, FAILING).returncode == 4


def test_an_ascii_stream_that_breaks_is_survived_too(
    here: Path, full: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTHONIOENCODING", "ascii")
    assert run_into(here, {"stderr": full}, ["adit"]).returncode == 2
