"""The three rules of the architecture, held by tests."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

import auditor

PACKAGE = Path(auditor.__file__).parent
MODULES = sorted(PACKAGE.rglob("*.py"))
OUTSIDE_CLI = [path for path in MODULES if "cli" not in path.relative_to(PACKAGE).parts]
HEAVY = ("pandas", "sklearn", "cleanlab", "plotly", "scipy")
ROOMS = (
    *("images", "read", "similar", "predict", "scan", "checks", "detect"),
    *("review", "prioritise", "store", "report", "gating", "cli"),
)
"""In the order of the data's way; a room may import from earlier ones, the pipeline from all."""

FOUNDATIONS = (
    *("arrow", "blocks", "characters", "choices", "codes", "data", "engine", "errors", "images"),
    *("measures", "resources", "scratch", "statistics", "version", "wording"),
)
"""What every room may use."""


def imported(path: Path) -> set[str]:
    """Names of the modules that a file imports, anywhere in it."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names.add(node.module)
    return names


@pytest.mark.parametrize("path", OUTSIDE_CLI, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_only_the_command_line_knows_click_prints_or_exits(path: Path) -> None:
    """Outside auditor/cli/ nothing imports click, prints, or calls sys.exit."""
    assert not any(name.split(".")[0] == "click" for name in imported(path))
    calls = [node.func for node in ast.walk(ast.parse(path.read_text("utf-8"))) if isinstance(node, ast.Call)]
    names = {call.id for call in calls if isinstance(call, ast.Name)}
    attributes = {call.attr for call in calls if isinstance(call, ast.Attribute)}
    assert "print" not in names
    if path.name != "__main__.py":
        assert not {"exit", "quit"} & (names | attributes)


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_data_never_walks_back(path: Path) -> None:
    """A room imports from rooms before it on the data's way, not from rooms after it."""
    room = path.relative_to(PACKAGE).parts[0]
    if room not in ROOMS:
        return
    for name in imported(path):
        parts = name.split(".")
        if parts[0] == "auditor" and len(parts) > 1 and parts[1] in ROOMS:
            assert ROOMS.index(parts[1]) <= ROOMS.index(room), f"{path.name} imports {name}"


@pytest.mark.parametrize("name", FOUNDATIONS)
def test_what_every_room_uses_knows_no_room(name: str) -> None:
    """Foundations import from one another only."""
    paths = [path for path in MODULES if path.relative_to(PACKAGE).with_suffix("").parts[0] == name]
    assert paths
    parts = {tuple(found.split(".")) for path in paths for found in imported(path)}
    assert {part[1] for part in parts if part[0] == "auditor" and len(part) > 1} <= set(FOUNDATIONS)


def loaded_by(code: str) -> set[str]:
    """The modules loaded after running some code in a new interpreter."""
    script = f"{code}\nimport sys; print(' '.join(sys.modules))"
    run = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    return set(run.stdout.splitlines()[-1].split())


@pytest.mark.parametrize("args", [["--help"], ["--version"], ["audit", "--help"]])
def test_help_imports_none_of_the_heavy_libraries(args: list[str]) -> None:
    """`auditor --help` answers without pandas, scikit-learn, plotly or cleanlab."""
    code = f"from auditor.cli.main import main\nmain({args!r})"
    assert not loaded_by(code) & set(HEAVY)


def test_the_root_help_imports_no_arrays_either() -> None:
    """`auditor --help` needs neither numpy nor pyarrow."""
    code = "from auditor.cli.main import main\nmain(['--help'])"
    assert not loaded_by(code) & {"numpy", "pyarrow", *HEAVY}


def test_an_audit_imports_none_of_the_heavy_libraries(tmp_path: Path) -> None:
    """The packaged sample is audited and its page written without any import that costs seconds.

    pyarrow itself imports pandas (0.1 s) when it makes its first array; of scipy the sparse arrays and the
    special functions (0.3 s) are used, the distributions (1 s) are not.
    """
    code = f"from auditor.cli.main import main\nassert main(['demo', '-o', {str(tmp_path / 'a')!r}]) == 0"
    assert not loaded_by(code) & (set(HEAVY) - {"pandas", "scipy"} | {"scipy.stats"})


def test_a_saved_audit_is_judged_without_arrays_and_tables(tmp_path: Path) -> None:
    """With rules, a baseline and the ratchet, and every report but the page: two small files are read."""
    from audit_inputs import planted_audit

    planted_audit().save(tmp_path / "audit")
    auditor.write_baseline(tmp_path / "audit", tmp_path / "baseline.json")
    formats = ("json", "junit", "gitlab", "sarif", "markdown", "github")
    args = ["gate", str(tmp_path / "audit"), "--baseline", str(tmp_path / "baseline.json"), "--ratchet"]
    args += [part for name in formats for part in ("--report", f"{name}={tmp_path / name}")]
    code = f"from auditor.cli.main import main\nassert main({args!r}) == 1"
    heavy = {*HEAVY, "numpy", "pyarrow", "jinja2", "rich"}
    assert not loaded_by(code) & heavy
