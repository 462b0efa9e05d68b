"""Write the parts of the documentation that come from the program.

README's help blocks and table of detectors, docs/detectors.md, the tables of docs/inputs.md.

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
BLOCK = re.compile(r"(```\n\$ (auditor[^\n]*--help)\n)(.*?)(```)", re.DOTALL)
FORMATS = re.compile(r"(\| name \| read as \|[^\n]*\n\|[-|]+\n)((?:\|[^\n]*\n)+)")
ROLES = re.compile(r"(\| role \| names \|\n\|[-|]+\n)((?:\|[^\n]*\n)+)")
ROWS = re.compile(r"(\| detector \| finds \|[^\n]*\n\|[-|]+\n)((?:\|[^\n]*\n)+)")


def help_of(command: str) -> str:
    """What a command prints, in English and 100 columns."""
    words = [sys.executable, "-m", *command.split()]
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
    """The README with its generated parts as the program has them now."""
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    text = BLOCK.sub(lambda match: match[1] + help_of(match[2]) + match[4], text)
    return ROWS.sub(lambda match: match[1] + detector_rows(), text)


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


def main() -> int:
    """Rewrite the files, or compare them."""
    sys.path.insert(0, str(ROOT))
    stale = []
    pages = {"README.md": readme(), "docs/detectors.md": detector_pages(), "docs/inputs.md": inputs_page()}
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
