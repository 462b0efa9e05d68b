"""The configuration file: defaults < `auditor.toml` or `[tool.auditor]` < flags.

Searched from the working directory upward to the root of the repository; the first found wins
alone. Unknown keys are errors with a guess. Paths in it are relative to the file.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from auditor.choices import several, unknown_key
from auditor.errors import InputError, Problem, UsageError
from auditor.read.remote import is_address
from auditor.wording import N_, say

FILE, PYPROJECT = "auditor.toml", "pyproject.toml"
SCHEMA = 1
KEYS: Mapping[str, Mapping[str, type | tuple[type, ...]]] = {
    "": {"schema": int, "lang": str},
    "data": {
        "path": str,
        "id": str,
        "label": str,
        "text": (str, list),
        "image": str,
        "image_root": str,
        "features": (str, list),
        "split": str,
        "slice": (str, list),
        "classes": (str, list),
        "sep": str,
        "input_format": str,
        "embeddings": str,
        "annotations": str,
        "near_threshold": (int, float),
    },
    "predictions": {
        "path": (str, list),
        "out_of_sample": bool,
        "align": str,
        "missing": str,
        "class_order_checked": bool,
        "model": str,
        "model_seconds": (int, float),
    },
    "audit": {
        "top": (int, str),
        "privacy": str,
        "output": str,
        "items": int,
        "split_weight": (str, list, dict),
        "rarity": (int, float),
        "seed": int,
        "max_size": (int, str),
        "decisions": (str, list),
        "since": str,
    },
    "review": {
        "items": int,
        "spot": int,
        "controls": (int, float, str),
        "blind": (int, float, str),
        "estimate": int,
        "columns": (str, list),
        "guidelines": str,
        "contact": str,
        "reviewers": (str, list),
        "overlap": (int, float, str),
        "max_size": (int, str),
        "decisions": (str, list),
        "output": str,
    },
    "gate": {
        "rules": list,
        "scope": str,
        "fail_on": str,
        "baseline": str,
        "decisions": (str, list),
        "ratchet": bool,
        "require": (str, list),
        "cache": str,
    },
}
"""Section -> key -> type; `[detect.NAME]` is checked against the detector's own settings."""
PATHS = {
    *(("data", "path"), ("data", "embeddings"), ("data", "annotations"), ("data", "image_root")),
    ("predictions", "path"),
    *(("audit", "output"), ("audit", "decisions"), ("audit", "since")),
    *(("review", "guidelines"), ("review", "decisions"), ("review", "output")),
    *(("gate", "baseline"), ("gate", "decisions"), ("gate", "cache")),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Config:
    """What a configuration file says; empty where there is none."""

    source: Path | None = None
    sections: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    detect: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)

    def get(self, section: str, key: str) -> Any:
        """A value, None where the file does not say."""
        return self.sections.get(section, {}).get(key)

    def several(self, section: str, key: str) -> tuple[str, ...]:
        """A value that may be one text or a list of them."""
        return several(self.get(section, key))


def load_config(path: Path | None = None, start: Path | None = None) -> Config:
    """The configuration in `path`, else the first found from `start` upward, else an empty one.

    Raises:
        UsageError: `config-unreadable` or `config-unknown-key`.
        InputError: `file-not-found`: the working folder was deleted.
    """
    if path is not None:
        document = _parsed(path)
        return _config(path, (_table(path, document) or {}) if path.name == PYPROJECT else document)
    for folder in _upward(start or _working_folder()):
        if (folder / FILE).is_file():
            return _config(folder / FILE, _parsed(folder / FILE))
        if (folder / PYPROJECT).is_file():
            table = _table(folder / PYPROJECT, _parsed(folder / PYPROJECT))
            if table is not None:
                return _config(folder / PYPROJECT, table)
    return Config()


def _working_folder() -> Path:
    try:
        return Path.cwd()
    except OSError as error:
        gone = say(
            N_("the working folder is not there any more: {error}"), error=error.strerror or str(error)
        )
        raise InputError(Problem(slug="file-not-found", what=gone)) from error


def _upward(start: Path) -> list[Path]:
    """The folder and its parents, up to the root of the repository it is in, or itself alone."""
    folders = [start, *start.parents]
    for at, folder in enumerate(folders):
        if (folder / ".git").exists():
            return folders[: at + 1]
    return [start]


def _parsed(path: Path) -> dict[str, Any]:
    import tomllib  # only where there is a file

    try:
        return tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except (OSError, ValueError) as error:
        raise UsageError(_unreadable(path, str(error).splitlines()[0])) from error


def _table(path: Path, document: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """`[tool.auditor]` of a pyproject.toml, None where it has none."""
    tool = document.get("tool", {})
    table = tool.get("auditor") if isinstance(tool, dict) else None
    if table is None or isinstance(table, dict):
        return table
    raise UsageError(_unreadable(path, f"tool.auditor = {table!r}"))


def _config(path: Path, document: Mapping[str, Any]) -> Config:
    sections: dict[str, dict[str, Any]] = {"": {}}
    detect: Mapping[str, Any] = {}
    for name, value in document.items():
        if name == "detect" and isinstance(value, dict):
            detect = _detectors(path, value)
        elif name in KEYS and isinstance(value, dict):
            sections[name] = {key: _checked(path, name, key, entry) for key, entry in value.items()}
        else:
            sections[""][name] = _checked(path, "", name, value)
    if sections[""].get("schema", SCHEMA) != SCHEMA:
        raise UsageError(
            _unreadable(path, f"schema {sections['']['schema']}: this version reads schema {SCHEMA}")
        )
    return Config(source=path, sections=sections, detect=detect)


def _detectors(path: Path, tables: Mapping[str, Any]) -> Mapping[str, Any]:
    """`[detect.NAME]` tables, checked against the settings of the detectors."""
    from auditor.detect import detector_options  # numpy and Arrow, which few configurations need

    for name, value in tables.items():
        if not isinstance(value, dict):
            raise UsageError(_unreadable(path, f"detect.{name} = {value!r}"))
    return detector_options(tables)


def _checked(path: Path, section: str, key: str, value: Any) -> Any:
    kinds = KEYS[section].get(key)
    if kinds is None:
        known = [*KEYS[section], *([] if section else [*(name for name in KEYS if name), "detect"])]
        raise UsageError(_unknown(path, section, key, known))
    entries = value if isinstance(value, list) else [value]
    typed = isinstance(value, kinds) and (kinds is bool or not isinstance(value, bool))
    if not typed or any("\0" in str(entry) for entry in entries):  # no path and no column holds a null
        raise UsageError(_unreadable(path, f"{section + '.' if section else ''}{key} = {value!r}"))
    if (section, key) in PATHS:
        return [_beside(path, entry) for entry in value] if isinstance(value, list) else _beside(path, value)
    if (section, key) == ("data", "classes") and isinstance(value, str) and "," not in value:
        return _beside(path, value)  # a file of names; with commas the names themselves
    return value


def _beside(path: Path, name: object) -> str:
    return str(name) if is_address(name) else str(path.parent / str(name))


def _unreadable(path: Path, why: str) -> Problem:
    return Problem(
        slug="config-unreadable",
        what=say(N_("{file} cannot be used: {why}"), file=path.name, why=why),
    )


def _unknown(path: Path, section: str, key: str, known: list[str]) -> Problem:
    what = (
        say(N_("{file}: {where} has no key {key}"), file=path.name, where=f"[{section}]", key=key)
        if section
        else say(N_("{file} has no key {key}"), file=path.name, key=key)
    )
    return unknown_key(what, key, known)
