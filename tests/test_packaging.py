"""A wheel, an editable install and a bare checkout all hold what they need."""

from __future__ import annotations

import configparser
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
MAPPED = {"report_templates": "auditor.report_templates", "sample_data": "auditor.sample_data"}


def listed_packages() -> set[str]:
    """The packages in setup.cfg."""
    parser = configparser.ConfigParser()
    parser.read(ROOT / "setup.cfg", encoding="utf-8")
    return set(parser["options"]["packages"].split())


def test_every_folder_with_code_is_a_listed_package() -> None:
    """A forgotten sub-package would build without a word and be missing from the wheel."""
    folders = {path.parent for path in (ROOT / "auditor").rglob("*.py")}
    found = {".".join(folder.relative_to(ROOT).parts) for folder in folders}
    assert listed_packages() == found | set(MAPPED.values())
    assert all((folder / "__init__.py").is_file() for folder in folders)
    assert all((ROOT / folder / "__init__.py").is_file() for folder in MAPPED)


@pytest.fixture(scope="session")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built from a copy of the tracked files and those not ignored."""
    pytest.importorskip("build", reason="pip install build")
    copy = tmp_path_factory.mktemp("source")
    names = subprocess.run(
        ["git", "ls-files", "-co", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    if names.returncode != 0:
        pytest.skip("not a git checkout: the files of the project cannot be told from others")
    for name in names.stdout.splitlines():
        if (ROOT / name).is_file():
            (copy / name).parent.mkdir(parents=True, exist_ok=True)
            (copy / name).write_bytes((ROOT / name).read_bytes())
    out = tmp_path_factory.mktemp("wheel")
    subprocess.run(
        [sys.executable, "-m", "build", "--wheel", "--no-isolation", "-o", str(out), str(copy)],
        check=True,
        capture_output=True,
    )
    return next(out.glob("*.whl"))


def test_the_wheel_holds_every_package_and_every_data_file(wheel: Path) -> None:
    """Code, templates, styles, scripts, catalogues, samples, the type marker and the licence."""
    names = set(zipfile.ZipFile(wheel).namelist())
    assert wheel.name.startswith("dataset_auditor-")
    code = {str(path.relative_to(ROOT)) for path in (ROOT / "auditor").rglob("*.py")}
    assert code <= names
    for folder in MAPPED:
        files = [
            path for path in (ROOT / folder).rglob("*") if path.is_file() and "__pycache__" not in path.parts
        ]
        assert {f"auditor/{path.relative_to(ROOT)}" for path in files} <= names
    assert {"auditor/py.typed", "auditor/gating/gate.schema.json"} <= names
    assert "auditor/locale/ko/LC_MESSAGES/auditor.mo" in names
    assert any(name.endswith("LICENSE") for name in names)
    assert not any(name.startswith(("tests/", "benchmarks/")) for name in names)


def audit_from(path: str, cwd: Path) -> str:
    """Run the Korean demo in a new interpreter that sees the package only at `path`."""
    code = (
        "import sys; sys.path.insert(0, sys.argv[1]); import auditor; print(auditor.__file__);"
        "from auditor.cli.main import main; sys.exit(main(['demo', '--lang', 'ko', '-o', 'out']))"
    )
    command = [sys.executable, "-I", "-c", code, path]
    run = subprocess.run(command, cwd=cwd, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stderr
    return run.stdout.splitlines()[0]


def test_an_unpacked_wheel_runs_the_demo(wheel: Path, tmp_path: Path) -> None:
    """Templates, catalogue and samples are found inside the installed package."""
    zipfile.ZipFile(wheel).extractall(tmp_path / "site")
    assert str(tmp_path / "site") in audit_from(str(tmp_path / "site"), tmp_path)
    assert (tmp_path / "out" / "report.html").is_file()


def test_a_bare_checkout_runs_the_demo(tmp_path: Path) -> None:
    """Without any install the two mapped folders are found beside the package."""
    for name in ("auditor", *MAPPED):
        (tmp_path / "checkout").mkdir(exist_ok=True)
        (tmp_path / "checkout" / name).symlink_to(ROOT / name)
    audit_from(str(tmp_path / "checkout"), tmp_path)
    assert (tmp_path / "out" / "report.html").is_file()


def test_an_editable_install_runs_the_demo(tmp_path: Path) -> None:
    """`pip install -e .` finds the two mapped folders as packages of `auditor`."""
    pytest.importorskip("pip", reason="an editable install needs pip")
    target = tmp_path / "site"
    install = [sys.executable, "-m", "pip", "install", "-q", "--no-deps", "--no-build-isolation"]
    run = subprocess.run(
        [*install, "--target", str(target), "-e", str(ROOT)], capture_output=True, text=True, check=False
    )
    assert run.returncode == 0, run.stderr
    code = (
        "import site, sys; site.addsitedir(sys.argv[1]);"
        "import auditor.report_templates, auditor.sample_data;"
        "from auditor.cli.main import main; sys.exit(main(['demo', '-o', 'out']))"
    )
    demo = subprocess.run(
        [sys.executable, "-I", "-c", code, str(target)],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert demo.returncode == 0, demo.stderr
