"""Write the parts of the documentation that come from the program.

README's table of detectors, the help in docs/commands.md, docs/detectors.md, docs/measures.md, the
tables of docs/inputs.md.

python docs/generate.py            rewrite them
python docs/generate.py --check    exit 1 if one is stale
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent
HELP = re.compile(r"(<!-- What follows is generated [^\n]*-->\n).*", re.DOTALL)
FORMATS = re.compile(r"(\| name \| read as \|[^\n]*\n\|[-|]+\n)((?:\|[^\n]*\n)+)")
ROLES = re.compile(r"(\| role \| names \|\n\|[-|]+\n)((?:\|[^\n]*\n)+)")
ROWS = re.compile(r"(\| detector \| finds \|[^\n]*\n\|[-|]+\n)((?:\|[^\n]*\n)+)")


MEASURES_HEAD = """# The measures

Generated from the registry (`auditor/measures.py`) by `docs/generate.py`. Every number that a rule of the
[gate](gate.md) may judge; `auditor explain MEASURE` says the same on the command line. `audit.json` holds
their values: `value`, `low` and `high` where there is an interval, and `n`, what they were measured on.

`label_issues.*` count what a model doubts, `label_errors.*` what people found. A *fact* is the same whoever
looks; an *estimate* rests on a model or a threshold. A rule with `scope = "new"` counts the findings of the
last column that are not in the baseline; measures without findings have nothing that is new, and
`--ratchet` holds them.

| measure | what it is | number | worse | kind | measured by | findings |
|---|---|---|---|---|---|---|
"""


def help_of(command: str) -> str:
    """What a command prints, in English and 100 columns."""
    words = [sys.executable, "-m", *command.split(), "--help"]
    environment = {**os.environ, "AUDITOR_LANG": "en", "COLUMNS": "100", "PYTHONPATH": str(ROOT)}
    run = subprocess.run(words, capture_output=True, text=True, check=True, env=environment)  # noqa: S603
    return run.stdout


def detector_rows() -> str:
    """The README's table, a row per registered detector."""
    from auditor.detect import detectors

    return "".join(
        f"| `{name}` | {found.title()} | {', '.join(found.needs)} | "
        f"{', '.join(f'`{kind}`' for kind in found.kinds) or '-'} |\n"
        for name, found in detectors().items()
    )


def readme() -> str:
    """The README with its generated table as the program has it now."""
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    return ROWS.sub(lambda match: match[1] + detector_rows(), text)


def commands_page() -> str:
    """docs/commands.md with the help of the program and of each command as it is now."""
    from auditor.cli.main import COMMANDS

    commands = ["auditor", *(f"auditor {name}" for name in COMMANDS)]
    blocks = "".join(f"\n## `{name}`\n\n```\n$ {name} --help\n{help_of(name)}```\n" for name in commands)
    text = (ROOT / "docs/commands.md").read_text(encoding="utf-8")
    return HELP.sub(lambda match: match[1] + blocks, text)


def format_rows() -> str:
    """A row per registered reader of datasets."""
    from auditor.read.formats import register_all
    from auditor.read.tables import READERS

    register_all()
    return "".join(
        f"| `{name}` | {reader.title} | {' '.join(f'`{end}`' for end in reader.suffixes) or 'by content'} |\n"
        for name, reader in READERS.items()
    )


def role_rows() -> str:
    """A row per role, with the names that columns of it have."""
    from auditor.read.columns import NAMES

    return "".join(
        f"| {role} | {', '.join(sorted(names, key=lambda name: (not name.isascii(), name)))} |\n"
        for role, names in NAMES.items()
    )


def inputs_page() -> str:
    """docs/inputs.md with its generated tables as the program has them now."""
    text = (ROOT / "docs/inputs.md").read_text(encoding="utf-8")
    text = FORMATS.sub(lambda match: match[1] + format_rows(), text)
    return ROLES.sub(lambda match: match[1] + role_rows(), text)


def detector_pages() -> str:
    """docs/detectors.md: the docstring of every detector."""
    from dataclasses import fields

    from auditor.detect import detectors

    parts = ["# The detectors\n\nGenerated from the detectors themselves by `docs/generate.py`.\n"]
    for name, found in detectors().items():
        options = [f"- `{field.name}` (default `{field.default!r}`)" for field in fields(found.settings)]
        listed = "\n".join(options) or "none"
        parts.append(f"\n## `{name}`\n\n{found.doc.strip()}\n\n")
        parts.append(f"**Options** in `[detect.{name}]`:\n\n{listed}\n")
    return "".join(parts)


def measures_page() -> str:
    """docs/measures.md: a row per registered measure."""
    from auditor.explanations import KINDS, WORSE
    from auditor.measures import MEASURES

    rows = "".join(
        f"| `{name}` | {known.what} | {KINDS[known.kind]} | {WORSE[known.bad]} | "
        f"{'fact' if known.exact else 'estimate'}{', interval' if known.interval else ''} | "
        f"{f'`{known.detector}`' if known.detector else 'verdicts of people'} | "
        f"{', '.join(f'`{kind}`' for kind in known.kinds) or '-'} |\n"
        for name, known in MEASURES.items()
    )
    return f"{MEASURES_HEAD}{rows}"


def main() -> int:
    """Rewrite the files, or compare them."""
    sys.path.insert(0, str(ROOT))
    stale = []
    pages = {
        "README.md": readme(),
        "docs/commands.md": commands_page(),
        "docs/detectors.md": detector_pages(),
        "docs/inputs.md": inputs_page(),
        "docs/measures.md": measures_page(),
    }
    for name, text in pages.items():
        path = ROOT / name
        if not path.exists() or path.read_text(encoding="utf-8") != text:
            stale.append(path.name)
            if "--check" not in sys.argv:
                path.write_text(text, encoding="utf-8")
    print("\n".join(f"stale: {name}" for name in stale) or "up to date")
    return 1 if stale and "--check" in sys.argv else 0


if __name__ == "__main__":
    sys.exit(main())
