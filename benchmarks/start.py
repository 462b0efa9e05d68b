"""The first answers: `auditor --help` and `auditor demo` beside an interpreter that imports Click.

    python benchmarks/start.py [--rounds 9]

Each line is a process of its own, run in turns in one go; medians.
"""

from __future__ import annotations

import argparse
import sys
import tempfile

from processes import in_turns, table

BASE = "python -c 'import click'"


def main() -> int:
    """Print the table."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--rounds", type=int, default=9)
    rounds = parser.parse_args().rounds
    auditor = [sys.executable, "-m", "auditor"]
    with tempfile.TemporaryDirectory() as folder:
        commands = {
            BASE: [sys.executable, "-c", "import click"],
            "auditor --help": [*auditor, "--help"],
            "auditor demo": [*auditor, "demo", "-o", f"{folder}/demo", "--quiet"],
            "auditor demo --lang ko": [*auditor, "demo", "--lang", "ko", "-o", f"{folder}/ko", "--quiet"],
        }
        print(table(in_turns(commands, rounds), BASE))
    return 0


if __name__ == "__main__":
    sys.exit(main())
