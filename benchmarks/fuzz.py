"""Damaged files through every reader for as long as you like: a refusal with a code, or a right reading.

    python benchmarks/fuzz.py --seconds 300 --seed 1
    python benchmarks/fuzz.py --seconds 60 --only jsonl --keep found
    python benchmarks/fuzz.py --again "table csv" 1234 --seed 1

Input number N of a reader is the same for the same seed, whatever the machine, the time or the other
readers do. A failure is an exception without a code, another reading than that of a second reader (Python's
csv and json, numpy, pyarrow), more than 5 seconds of CPU, more than 400 MB of memory, or a process
that dies. What failed is put into the folder after --keep. Needs `pip install -e '.[test]'`; Linux or macOS.
"""

from __future__ import annotations

import argparse
import faulthandler
import json
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
import traceback
from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

TESTS = Path(__file__).parents[1] / "tests"
sys.path[:0] = [str(TESTS), str(TESTS / "read"), str(TESTS / "fuzz")]

BATCH = 40
"""Inputs of one reader before it is another one's turn."""
CPU_SECONDS = 5
MEMORY = 400 << 20
"""By how much the process may grow over one file of at most 1 MB."""
ADDRESSES = 6 << 30
"""Beyond this the operating system refuses memory."""
SHOWN = 5
"""Failures of one reader that are printed."""
SILENCE = 60
"""Seconds without a word after which a worker hangs."""


class TooSlow(BaseException):
    """The CPU time of one input is over."""


def main() -> int:
    """Parse the arguments, run the workers, print the table."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", default="", help="readers whose name holds this")
    parser.add_argument("--keep", type=Path, help="folder for inputs that failed")
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument(
        "--again", nargs=2, metavar=("READER", "NUMBER"), help="one input, with its traceback"
    )
    parser.add_argument("--worker", help=argparse.SUPPRESS)
    choice = parser.parse_args()
    if choice.again:
        return again(choice.again[0], int(choice.again[1]), choice.seed)
    if choice.worker:
        return work(json.loads(choice.worker))
    totals, failures = supervise(choice)
    return show(totals, failures)


# the worker: one process, its share of the readers, until the time is over


def work(task: dict[str, Any]) -> int:
    """Try inputs and tell what became of them, one JSON object a line."""
    import targets

    resource.setrlimit(resource.RLIMIT_AS, (ADDRESSES, ADDRESSES))
    signal.signal(signal.SIGPROF, _stop)
    scratch = Path(task["scratch"])
    with tempfile.TemporaryDirectory(dir=scratch) as sound:
        named = [t for t in targets.targets(Path(sound)) if task["only"] in t.name and t.sound]
        mine = named[task["share"] :: task["of"]]
        until = time.monotonic() + task["seconds"]
        while mine and time.monotonic() < until:
            for target in mine:
                start = task["next"].get(target.name, 0)
                task["next"][target.name] = start + BATCH
                for number in range(start, start + BATCH):
                    tell(_tried(target, task["seed"], number, scratch))
    return 0


def _tried(target: Any, seed: int, number: int, scratch: Path) -> dict[str, Any]:
    import targets

    folder = scratch / "input"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    path = targets.made(target, seed, number, folder)
    (scratch / "current").write_text(json.dumps([target.name, number]), encoding="utf-8")
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    told: dict[str, Any] = {"name": target.name, "number": number}
    try:
        signal.setitimer(signal.ITIMER_PROF, CPU_SECONDS)
        told["outcome"] = targets.outcome(target, path)
    except (Exception, TooSlow) as error:
        told |= {"outcome": "failed", "why": _why(error), "input": str(folder)}
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
    grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) << 10
    if grown > MEMORY:
        told |= {"outcome": "failed", "why": f"memory grew by {grown >> 20} MB", "input": str(folder)}
    if told["outcome"] == "failed":  # the parent copies it before the next input takes its place
        tell(told)
        sys.stdin.readline()
        told = {"name": target.name, "number": number, "outcome": "kept"}
    return told


def _stop(number: int, frame: Any) -> None:
    raise TooSlow(f"more than {CPU_SECONDS} seconds of CPU")


def _why(error: BaseException) -> str:
    place = traceback.extract_tb(error.__traceback__)[-1]
    return f"{type(error).__name__}: {str(error)[:300]} ({Path(place.filename).name}:{place.lineno})"


def tell(told: dict[str, Any]) -> None:
    """One line for the parent."""
    print(json.dumps(told), flush=True)


# the parent: counts, keeps what failed, and starts a new worker where one died


def supervise(choice: argparse.Namespace) -> tuple[dict[str, Counter[str]], list[dict[str, Any]]]:
    """(reader -> outcome -> how many, failures) of all workers."""
    totals: dict[str, Counter[str]] = defaultdict(Counter)
    failures: list[dict[str, Any]] = []
    lock = threading.Lock()

    def one(share: int) -> None:
        for told in _told_by(choice, share):
            with lock:
                if told["outcome"] != "kept":
                    totals[told["name"]][told["outcome"]] += 1
                if told["outcome"] == "failed":
                    failures.append(told)
                    _keep(choice.keep, told)

    threads = [threading.Thread(target=one, args=(share,)) for share in range(choice.workers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return totals, failures


def _told_by(choice: argparse.Namespace, share: int) -> Iterator[dict[str, Any]]:
    """What a worker tells, and the ones that follow it where it dies."""
    until = time.monotonic() + choice.seconds
    following: dict[str, int] = {}
    with tempfile.TemporaryDirectory() as scratch:
        while (left := until - time.monotonic()) > 0:
            task = {
                **{"scratch": scratch, "only": choice.only, "seed": choice.seed, "seconds": left},
                **{"share": share, "of": choice.workers, "next": following},
            }
            current = Path(scratch) / "current"
            current.unlink(missing_ok=True)
            code = yield from _worker(task, following)
            if code == 0:
                return
            if not current.exists():
                raise RuntimeError(f"a worker ended with {code} before its first input")
            name, number = json.loads(current.read_text(encoding="utf-8"))
            following[name] = number + 1
            why = (
                f"the process ended with {code}"
                if code != -signal.SIGKILL
                else f"silent for {SILENCE} seconds"
            )
            yield {
                "name": name,
                "number": number,
                "outcome": "failed",
                "why": why,
                "input": f"{scratch}/input",
            }


def _worker(task: dict[str, Any], following: dict[str, int]) -> Iterator[dict[str, Any]]:
    command = [sys.executable, "-W", "error", __file__, "--worker", json.dumps(task)]
    child = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert child.stdin is not None and child.stdout is not None
    watch = _Watch(child)
    for line in child.stdout:
        watch.heard()
        told = json.loads(line)
        following[told["name"]] = told["number"] + 1
        yield told
        if told["outcome"] == "failed":
            child.stdin.write("\n")
            child.stdin.flush()
    watch.end()
    return child.wait()


class _Watch:
    """Ends a worker that has been silent for too long."""

    def __init__(self, child: subprocess.Popen[str]) -> None:
        self.child = child
        self.timer = threading.Timer(SILENCE, child.kill)
        self.timer.start()

    def heard(self) -> None:
        """The worker said something."""
        self.end()
        self.timer = threading.Timer(SILENCE, self.child.kill)
        self.timer.start()

    def end(self) -> None:
        """The worker need not be watched any more."""
        self.timer.cancel()


def _keep(keep: Path | None, told: dict[str, Any]) -> None:
    if keep is None:
        return
    folder = keep / f"{told['name']} {told['number']}".replace(" ", "-")
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(told["input"], folder)
    (folder / "why.txt").write_text(told["why"] + "\n", encoding="utf-8")


def show(totals: dict[str, Counter[str]], failures: list[dict[str, Any]]) -> int:
    """Print the table and the failures; 1 where there are any."""
    print(f"{'reader':<28} {'inputs':>9} {'refused':>9} {'read':>9} {'failed':>7}")
    for name, counts in sorted(totals.items()):
        print(f"{name:<28} {_numbers(counts)}")
    print(f"{'all':<28} {_numbers(sum(totals.values(), Counter()))}")
    seen: Counter[str] = Counter()
    for told in failures:
        seen[told["name"]] += 1
        if seen[told["name"]] <= SHOWN:
            print(f"{told['name']} {told['number']}: {told['why']}")
    return 1 if failures else 0


def _numbers(counts: Counter[str]) -> str:
    return f"{counts.total():>9,} {counts['refused']:>9,} {counts['read']:>9,} {counts['failed']:>7,}"


def again(name: str, number: int, seed: int) -> int:
    """One input once more, with its traceback."""
    import targets

    with tempfile.TemporaryDirectory() as scratch:
        (Path(scratch) / "input").mkdir()
        target = next(t for t in targets.targets(Path(scratch)) if t.name == name)
        path = targets.made(target, seed, number, Path(scratch) / "input")
        print(path.read_bytes()[:2_000] if path.is_file() else sorted(path.rglob("*")))
        print(targets.outcome(target, path))
    return 0


if __name__ == "__main__":
    faulthandler.enable()
    sys.exit(main())
