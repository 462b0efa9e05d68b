"""The hook of pre-commit, run by pre-commit itself in real git repositories, without network."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml
from plugged_data import told, written

ROOT = Path(__file__).parents[2]
MANIFEST = ROOT / ".pre-commit-hooks.yaml"
Ended = subprocess.CompletedProcess[str]


def hook(**more: Any) -> dict[str, Any]:
    """Our hook, run by the `auditor` on the PATH instead of one that is installed from a package index."""
    (found,) = yaml.safe_load(MANIFEST.read_text(encoding="utf-8"))
    return found | {"language": "system"} | more


@dataclass
class Repository:
    """A git repository with the hook."""

    folder: Path
    environment: Mapping[str, str]

    def run(self, *command: str) -> Ended:
        """Run a command in the repository."""
        return subprocess.run(
            command, cwd=self.folder, env=self.environment, capture_output=True, text=True, check=False
        )

    def git(self, *args: str) -> str:
        """Run git, which must succeed; what it prints."""
        ended = self.run("git", *args)
        assert ended.returncode == 0, told(ended)
        return ended.stdout

    def pre_commit(self, *args: str) -> Ended:
        """Run pre-commit."""
        return self.run(sys.executable, "-m", "pre_commit", *args)

    def commit(self) -> Ended:
        """Stage everything and commit it: the hook runs."""
        self.git("add", "-A")
        return self.run("git", "commit", "-m", "change")

    def commits(self) -> int:
        """How many commits there are."""
        return int(self.git("rev-list", "--count", "HEAD"))


@pytest.fixture
def repository(clean: Path, plain_environment: dict[str, str]) -> Repository:
    """A repository with a clean dataset, its configuration and the hook at commit and push."""
    one = Repository(folder=clean.parent, environment=plain_environment)
    one.git("init", "-q", "-b", "main")
    one.git("config", "user.name", "Kim")
    one.git("config", "user.email", "kim@example.test")
    config = {"repos": [{"repo": "local", "hooks": [hook()]}]}
    (one.folder / ".pre-commit-config.yaml").write_text(yaml.safe_dump(config), encoding="utf-8")
    (one.folder / "auditor.toml").write_text(
        '[data]\npath = "data.csv"\n[predictions]\nmodel = "none"\n[gate]\ncache = ".git/auditor-cache"\n'
    )
    one.git("add", "-A")
    one.git("commit", "-q", "-m", "start")
    installed = one.pre_commit("install", "-t", "pre-commit", "-t", "pre-push")
    assert installed.returncode == 0, told(installed)
    return one


def test_the_manifest_is_valid() -> None:
    """By pre-commit's own validator."""
    ended = subprocess.run(
        [sys.executable, "-m", "pre_commit", "validate-manifest", str(MANIFEST)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.returncode == 0, told(ended)


@pytest.mark.parametrize(
    ("name", "judged"),
    [
        *((name, True) for name in ("data.csv", "a/b.jsonl", "x.parquet", "oof.npz", "t.csv.gz")),
        *((name, True) for name in ("auditor.toml", "a/pyproject.toml", "data.csv.dvc", "dvc.lock")),
        *((name, False) for name in ("train.py", "README.md", "csv", "my_auditor.toml", "data.csv.bak")),
    ],
)
def test_the_hook_runs_for_data_and_their_configuration(name: str, judged: bool) -> None:
    assert bool(re.search(hook()["files"], name)) == judged


def test_every_commit_and_every_push_is_judged(repository: Repository, tmp_path: Path) -> None:
    """A good change is committed; a leak and data that cannot be judged are not, and nothing is modified.

    What is judged is what is staged: a leak that is not staged does not block. A commit that skipped the hook
    does not get past the push.
    """
    shutil.copytree(repository.folder / ".git", tmp_path / "origin.git")
    repository.git("remote", "add", "origin", str(tmp_path / "origin.git"))
    data = repository.folder / "data.csv"
    good = data.read_text(encoding="utf-8") + "item-045,another wholly different row,cat,train\n"
    data.write_text(good, encoding="utf-8")
    passed = repository.commit()
    assert passed.returncode == 0, told(passed)
    assert "Passed" in told(passed) and repository.commits() == 2

    written(data, leak=True)
    blocked = repository.commit()
    assert blocked.returncode == 1
    assert "exit code: 1" in told(blocked) and re.search(r"FAIL +leaked-rows", told(blocked))
    assert "modified by this hook" not in told(blocked)
    assert repository.git("status", "--porcelain") == "M  data.csv\n"

    data.write_text("id,text,label\n", encoding="utf-8")
    unjudged = repository.commit()
    assert unjudged.returncode == 1
    assert "exit code: 3" in told(unjudged) and "modified by this hook" not in told(unjudged)
    assert repository.commits() == 2

    repository.git("checkout", "HEAD", "data.csv")
    with (repository.folder / "auditor.toml").open("a", encoding="utf-8") as config:
        config.write("# a remark\n")
    repository.git("add", "auditor.toml")
    written(data, leak=True)
    only_staged = repository.run("git", "commit", "-m", "what is staged is good")
    assert only_staged.returncode == 0, told(only_staged)
    assert "Passed" in told(only_staged)
    assert repository.git("status", "--porcelain") == " M data.csv\n"

    repository.git("commit", "-q", "--no-verify", "-am", "leak")
    stopped = repository.run("git", "push", "-q", "origin", "main:next")
    assert stopped.returncode == 1
    assert re.search(r"FAIL +leaked-rows", told(stopped))
    assert repository.run("git", "ls-remote", "--exit-code", "origin", "next").returncode == 2


def test_a_change_of_other_files_skips_it(repository: Repository) -> None:
    """pre-commit says so."""
    (repository.folder / "train.py").write_text("print()\n", encoding="utf-8")
    done = repository.commit()
    assert done.returncode == 0
    assert "(no files to check)" in told(done)


def test_the_manifest_is_found_in_a_repository(repository: Repository, tmp_path: Path) -> None:
    """As a user of the hook meets it: a repository that holds the manifest, tried on another's files."""
    source = Repository(folder=tmp_path / "source", environment=repository.environment)
    source.folder.mkdir()
    source.git("init", "-q", "-b", "main")
    (source.folder / MANIFEST.name).write_text(yaml.safe_dump([hook()]), encoding="utf-8")
    source.git("add", "-A")
    source.git("-c", "user.name=Kim", "-c", "user.email=kim@example.test", "commit", "-q", "-m", "hooks")
    done = repository.pre_commit(
        "try-repo", str(source.folder), "auditor-gate", "--all-files", "--verbose", "--color", "never"
    )
    assert done.returncode == 0, told(done)
    assert "GATE PASSED" in done.stdout
    assert repository.git("status", "--porcelain") == ""
