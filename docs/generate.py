"""Write the parts of the documentation that come from the program: README's help blocks, docs/detectors.md.

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
    for path, text in ((ROOT / "README.md", readme()), (ROOT / "docs/detectors.md", detector_pages())):
        if not path.exists() or path.read_text(encoding="utf-8") != text:
            stale.append(path.name)
            if "--check" not in sys.argv:
                path.write_text(text, encoding="utf-8")
    print("\n".join(f"stale: {name}" for name in stale) or "up to date")
    return 1 if stale and "--check" in sys.argv else 0


if __name__ == "__main__":
    sys.exit(main())
