"""A decisions file read: what the labeller's page wrote, an export of another tool, or a plain table.

The file comes from another person's computer and is not trusted: its schema, its size, its labels and its
checksum are looked at, and every text in it stays a text.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from auditor.errors import InputError, Problem
from auditor.read.encodings import MARKS, encoding_of
from auditor.read.files import existing_file
from auditor.read.json_text import holds_lines
from auditor.read.sources import HEAD
from auditor.review.checksum import checksum, damaged
from auditor.review.decisions import ACTIONS, REASONS, SAMPLES, SCHEMA, UNDECIDED, Decision, DecisionFile
from auditor.review.elsewhere import from_elsewhere
from auditor.review.interchange.files import ReadEntry
from auditor.review.merged_files import MERGED, is_merged, read_merged
from auditor.wording import N_, Text, say

LARGEST = 200_000_000
"""Bytes of a decisions file: some 400,000 decisions, or 200,000 in a merged one."""
ADJUDICATOR = "adjudicator"
"""The role that the page of open items writes. It gives no rights: it says that the answers of others were
seen."""
LARGEST_EXPORT = 500_000_000
"""Bytes of an export of another tool: twice what Label Studio takes in, whose exports repeat the pictures."""
DEEPEST = 50
"""Levels of brackets in one."""
LONGEST = 20_000
"""Characters of a text in one."""
STRINGS = re.compile(r'"(?:[^"\\]|\\.)*"', re.DOTALL)
BRACKETS = re.compile(r"[][{}]")
SHOWN = 80
"""Characters of a value in a message."""


def read_decisions(path: str | Path) -> DecisionFile:
    """What a reviewer decided.

    Args:
        path: a JSON file of schema `auditor.decisions/1`; an export of Label Studio or Argilla whose items
            came from `auditor export`; or a table with the columns `item` and `label`.

    Raises:
        InputError: `decisions-too-large`, `not-decisions`, `decisions-version`, `decisions-damaged`,
            `decisions-invalid`; or as a table is refused.
    """
    place = existing_file(Path(path))
    if _is_object(place):
        _refuse_size(place, LARGEST)
        return _file(place.name, _document(place))
    _refuse_size(place, LARGEST_EXPORT)
    return from_elsewhere(place, _entry_of(place.name))


def _refuse_size(place: Path, largest: int) -> None:
    if place.stat().st_size > largest:
        raise InputError(too_large(place.name, largest))


def too_large(name: str, largest: int = LARGEST) -> Problem:
    """A file that no command would read."""
    what = say(N_("{name} is larger than {limit} MB"), name=name, limit=largest // 1_000_000)
    return Problem(slug="decisions-too-large", what=what)


def _entry_of(name: str) -> ReadEntry:
    """Reads a decision that came back from another tool.

    A class that was added there is no fault of the file: it is listed and left alone when it is applied.
    """
    return lambda number, entry, reviewer: _decision(name, number, entry, frozenset(), reviewer)


def _is_object(path: Path) -> bool:
    """Whether a file is one JSON object; lines of objects are a table, or records."""
    with path.open("rb") as stream:
        head = stream.read(HEAD)
    if holds_lines(head):
        return False
    for mark, name in MARKS:
        if head.startswith(mark):
            return head[len(mark) :].decode(name, "ignore").lstrip("\ufeff \t\r\n").startswith("{")
    return head.lstrip(b" \t\r\n").startswith(b"{")


def _document(path: Path) -> dict[str, Any]:
    try:
        text = path.read_text(encoding=encoding_of(path)).lstrip("\ufeff")
        _refuse_depth(path.name, text)
        found = json.loads(text, parse_constant=_no_number)
    except (ValueError, RecursionError) as error:
        raise InputError(_not_decisions(path.name, str(error).splitlines()[0])) from error
    if not isinstance(found, dict) or not str(found.get("schema", "")).startswith("auditor.decisions/"):
        raise InputError(_not_decisions(path.name, f"schema: {str(_of(found, 'schema'))[:SHOWN]}"))
    if found["schema"] != SCHEMA and not found["schema"].startswith(f"{SCHEMA}."):
        raise InputError(_other_version(path.name, found["schema"]))
    return found


def _of(found: Any, name: str) -> Any:
    return found.get(name) if isinstance(found, dict) else None


def _no_number(name: str) -> Any:
    raise ValueError(f"{name} is no JSON number")


def _refuse_depth(name: str, text: str) -> None:
    """A file of brackets alone would exhaust the reader."""
    depth = deepest = 0
    for bracket in BRACKETS.findall(STRINGS.sub("", text)):
        depth += 1 if bracket in "[{" else -1
        deepest = max(deepest, depth)
    if deepest > DEEPEST:
        raise InputError(_not_decisions(name, f"{deepest} levels of brackets"))


def _file(name: str, found: Mapping[str, Any]) -> DecisionFile:
    listed = found.get("decisions")
    if not isinstance(listed, list) or not all(isinstance(entry, dict) for entry in listed):
        raise InputError(_not_decisions(name, "decisions"))
    _refuse_damage(name, found, listed)
    if is_merged(found):
        return read_merged(name, found, _file)
    reviewer = _member(found, "reviewer")
    classes = _texts(_member(found, "taxonomy").get("classes"))
    handle = unicodedata.normalize("NFC", _short(reviewer.get("id")).strip())
    role = _short(reviewer.get("role")) or "labeller"
    if role == MERGED:
        raise InputError(damaged(name, say(N_("it is a merged file without the files it was made of"))))
    file = DecisionFile(
        name=name,
        report=_short(_member(found, "report").get("id")),
        dataset={key: value for key, value in _member(found, "dataset").items() if _is_plain(value)},
        classes=classes,
        reviewer=handle,
        role=role,
        exported=_short(found.get("exported")),
        decisions=tuple(
            _decision(name, number, entry, frozenset(classes), handle)
            for number, entry in enumerate(listed, start=1)
        ),
    )
    if role != ADJUDICATOR:
        return file
    return replace(file, decisions=tuple(replace(one, settles=True) for one in file.decisions))


def _refuse_damage(name: str, found: Mapping[str, Any], listed: Sequence[Mapping[str, Any]]) -> None:
    count, said = found.get("count"), found.get("checksum")
    if isinstance(count, int) and count != len(listed):
        why = say(N_("it says {said:,} decisions and holds {n:,}"), said=count, n=len(listed))
        raise InputError(damaged(name, why))
    if said is not None and said != checksum(listed):
        raise InputError(damaged(name, say(N_("its checksum does not fit: it was cut off or changed"))))


def _member(found: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    value = found.get(name)
    return value if isinstance(value, dict) else {}


def _texts(value: Any) -> tuple[str, ...]:
    return tuple(value) if isinstance(value, list) and all(isinstance(one, str) for one in value) else ()


def _short(value: Any) -> str:
    return value[:LONGEST] if isinstance(value, str) else ""


def _is_plain(value: Any) -> bool:
    return value is None or isinstance(value, (str, int))


def _decision(
    name: str, number: int, entry: Mapping[str, Any], classes: frozenset[str], reviewer: str
) -> Decision:
    def fail(field: str, why: Text) -> InputError:
        return InputError(_invalid(name, number, entry, field, why))

    def text(field: str) -> str | None:
        value = entry.get(field)
        if value is not None and (not isinstance(value, str) or len(value) > LONGEST or "\0" in value):
            raise fail(field, say(N_("is no text")))
        return value

    def whole(field: str) -> int | None:
        value = entry.get(field)
        if value is None:
            return None
        if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value < 1 << 53:
            raise fail(field, say(N_("is no whole number")))
        return value

    def one_of(field: str, allowed: Sequence[str], value: Any) -> Any:
        if value not in allowed:
            raise fail(field, say(N_("is none of: {names}"), names=", ".join(allowed)))
        return value

    def label_of(action: str, value: Any) -> str | None:
        if action != "relabel":
            return None
        if not isinstance(value, str) or (classes and value not in classes):
            raise fail("label", say(N_("is no class of the page")))
        return value

    item = text("item")
    if not item:
        raise fail("item", say(N_("is missing")))
    action = one_of("action", (*ACTIONS, UNDECIDED), entry.get("action"))
    reasons = entry.get("reasons") or []
    if not isinstance(reasons, list):
        raise fail("reasons", say(N_("is no list")))
    blind = entry.get("blind")
    before = None
    if isinstance(blind, dict):
        kind = one_of("blind", ACTIONS, blind.get("action"))
        before = (kind, label_of(kind, blind.get("label")))
    shown = entry.get("shown_suggestion")
    return Decision(
        item=item,
        action=action,
        label=label_of(action, entry.get("label")),
        row=whole("row"),
        content=text("content") or "",
        given=text("given"),
        suggested=text("suggested"),
        duplicate_of=text("duplicate_of") if action == "duplicate" else None,
        copy_of=text("copy_of"),
        reasons=tuple(one_of("reasons", REASONS, reason) for reason in reasons),
        comment=text("comment") or "",
        shown_suggestion=shown if isinstance(shown, bool) else None,
        blind=before,
        sample=one_of("sample", SAMPLES, entry.get("sample") or "queue"),
        position=whole("position"),
        round=whole("round") or 1,
        at=text("at") or "",
        ms=whole("ms"),
        seq=whole("seq") or 0,
        revision=whole("revision") or 1,
        reviewer=reviewer or text("reviewer") or "",
    )


def _not_decisions(name: str, why: str) -> Problem:
    return Problem(
        slug="not-decisions",
        what=say(N_("{name} is no decisions file"), name=name),
        details=(say("{why}", why=why[:200]),),
        fixes=(say(N_("give the file that the labeller's page exports, or a table with item and label")),),
    )


def _other_version(name: str, schema: str) -> Problem:
    return Problem(
        slug="decisions-version",
        what=say(
            N_("{name} is of schema {found}; this version reads {known}"),
            name=name,
            found=schema[:SHOWN],
            known=SCHEMA,
        ),
    )


def _invalid(name: str, number: int, entry: Mapping[str, Any], field: str, why: Text) -> Problem:
    return Problem(
        slug="decisions-invalid",
        what=say(
            N_("{name}: decision {number:,} ({item}): {field} {value} {why}"),
            name=name,
            number=number,
            item=str(entry.get("item"))[:SHOWN],
            field=field,
            value=repr(entry.get(field))[:SHOWN],
            why=why,
        ),
        fixes=(say(N_("ask the reviewer to export it again")),),
    )
