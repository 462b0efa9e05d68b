"""A merged file: what several reviewers decided, item by item, and everything that each of them said.

Its `decisions` are those that are settled, one an item, as in the file of one reviewer; whatever reads those
reads these. `sources` are the files that were merged, whole, so that nothing is lost and a merged file can be
merged again; `leads` says whose word won over which of them. What is read of it are the sources, and the
decisions have to follow from them.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from auditor.errors import InputError, Problem
from auditor.review.checksum import checksum, damaged
from auditor.review.decisions import SCHEMA, Decision, DecisionFile, Lead
from auditor.review.merging import Judgement, Merged, merged
from auditor.wording import N_, say

Document = Mapping[str, Any]
MERGED = "merged"
"""The role of a merged file."""
FOLLOWS = (
    *("item", "content", "given", "action", "label", "duplicate_of"),
    *("reviewers", "votes", "settled_by"),
)
"""Members of a settled decision that must follow from the sources."""
NOT_IN_RECORD = frozenset({"reviewer", "blind", "settles"})
"""Members of a decision that stand in a record only where there is something to say."""


def is_merged(found: Document) -> bool:
    """Whether a document is a merged file."""
    return isinstance(found.get("sources"), list)


def merged_document(found: Merged, agreement: Document) -> dict[str, Any]:
    """What was merged as JSON values; the same for the same files, in whatever order they were given.

    Args:
        found: the judgements, their files and leads.
        agreement: how far the reviewers agree, for people and scripts; nothing reads it back.
    """
    sources = sources_of(found.files)
    names = {text: number for number, (text, _) in enumerate(sources)}
    settled = [_outcome(one) for one in found.judgements if one.state == "settled"]
    return {
        "schema": SCHEMA,
        "report": {"id": ""},
        "dataset": _shared(file.dataset for file in found.files),
        "taxonomy": {"classes": list(_classes(found.files))},
        "reviewer": {"id": "", "role": MERGED},
        "reviewers": list(found.reviewers),
        "agreement": dict(agreement),
        "count": len(settled),
        "checksum": checksum(settled),
        "decisions": settled,
        "open": [_open(one) for one in found.judgements if one.state != "settled"],
        "leads": sorted(
            (_lead(one, names) for one in found.leads), key=lambda one: (one["rank"], one["reviewer"])
        ),
        "sources": [source for _, source in sources],
    }


def text_of(document: Document) -> str:
    """The document as it is written: a line a decision.

    Half a pair of surrogates, which UTF-8 cannot hold, is written as an escape.
    """
    text = _lines_of(document, ascii_only=False)
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        text = _lines_of(document, ascii_only=True)
    return f"{text}\n"


def _lines_of(value: Document, *, ascii_only: bool) -> str:
    """An object with a line a member, and a line for each object in a list of them."""
    encode = json.JSONEncoder(ensure_ascii=ascii_only).encode  # which is slow where it indents

    def written(member: Any) -> str:
        if not isinstance(member, list) or not any(isinstance(one, dict) for one in member):
            return encode(member)
        entries = [
            _lines_of(one, ascii_only=ascii_only) if "decisions" in one else encode(one) for one in member
        ]
        return "[\n" + ",\n".join(entries) + "\n]"

    return "{\n" + ",\n".join(f"{encode(name)}: {written(member)}" for name, member in value.items()) + "\n}"


def sources_of(files: Iterable[DecisionFile]) -> list[tuple[str, dict[str, Any]]]:
    """(canonical text without the name, document) of each file, a file that is given twice once; sorted."""
    found: dict[str, dict[str, Any]] = {}
    for file in sorted(files, key=lambda file: file.name):
        found.setdefault(_canonical(file), _source(file))
    return sorted(found.items())


def read_merged(name: str, found: Document, read: Callable[[str, Document], DecisionFile]) -> DecisionFile:
    """A merged file as the files it was made of, and whose word wins.

    Args:
        name: of the file.
        found: the document.
        read: reads the document of one source.

    Raises:
        InputError: `decisions-damaged`, `decisions-invalid`, `not-decisions`.
    """
    parts = tuple(_part(name, source, read) for source in found["sources"])
    leads = tuple(_lead_of(name, entry, parts) for entry in _listed(name, found.get("leads")))
    file = DecisionFile(
        name=name,
        decisions=tuple(one for part in parts for one in part.decisions),
        role=MERGED,
        parts=parts,
        leads=leads,
    )
    _refuse_other_outcome(name, found, file)
    return file


def record_of(one: Decision) -> dict[str, Any]:
    """A decision as it stands in a decisions file."""
    names = (name for name in one.__dataclass_fields__ if name not in NOT_IN_RECORD)
    record = {name: getattr(one, name) for name in names}
    blind = None if one.blind is None else {"action": one.blind[0], "label": one.blind[1]}
    return {**record, "reasons": list(one.reasons), "blind": blind}


def _source(file: DecisionFile) -> dict[str, Any]:
    handle = file.reviewer if all(one.reviewer == file.reviewer for one in file.decisions) else ""
    decisions = [record_of(one) | ({} if handle else {"reviewer": one.reviewer}) for one in file.decisions]
    return {
        "schema": SCHEMA,
        "name": file.name,
        "report": {"id": file.report},
        "dataset": dict(file.dataset),
        "taxonomy": {"classes": list(file.classes)},
        "reviewer": {"id": handle, "role": file.role},
        "exported": file.exported,
        "undecided": file.undecided,
        "count": len(decisions),
        "checksum": checksum(decisions),
        "decisions": decisions,
    }


def _canonical(file: DecisionFile) -> str:
    return json.dumps(_source(replace(file, name="")), sort_keys=True, separators=(",", ":"))


def _lead(one: Lead, names: Mapping[str, int]) -> dict[str, Any]:
    over = sorted({names[_canonical(file)] for file in one.files})
    return {"reviewer": one.reviewer, "rank": one.rank, "sources": over}


def _outcome(one: Judgement) -> dict[str, Any]:
    """A settled judgement as a decision, and how it was settled."""
    said = max(one.decisions, key=lambda said: (said.round, said.copy_of is None, said.at, said.reviewer))
    whole = replace(
        said,
        action=one.action,
        label=one.label,
        duplicate_of=one.duplicate_of,
        row=one.row,
        content=one.content,
        given=one.given,
        reasons=tuple(dict.fromkeys(reason for said in one.decisions for reason in said.reasons)),
        comment="\n".join(dict.fromkeys(said.comment for said in one.decisions if said.comment)),
        blind=None,
        at=max(said.at for said in one.decisions),
        revision=1,
    )
    return {
        **record_of(whole),
        "reviewers": list(one.reviewers),
        "votes": one.votes,
        "settled_by": one.settled_by,
    }


def _open(one: Judgement) -> dict[str, Any]:
    """What is not settled, and who said what."""
    answers = [
        {"reviewer": said.reviewer, "action": said.action, "label": said.label} for said in one.decisions
    ]
    return {"item": one.item, "row": one.row, "given": one.given, "state": one.state, "answers": answers}


def _shared(found: Iterable[Mapping[str, object]]) -> dict[str, object]:
    """What all say alike of the dataset."""
    known = [one for one in found if one]
    first: Mapping[str, object] = known[0] if known else {}
    return {name: value for name, value in first.items() if all(one.get(name) == value for one in known)}


def _classes(files: Sequence[DecisionFile]) -> tuple[str, ...]:
    """The classes of all files, each once, in their order where they have one."""
    lists = sorted({file.classes for file in files}, key=lambda names: (-len(names), names))
    return tuple(dict.fromkeys(name for names in lists for name in names))


def _part(name: str, source: Any, read: Callable[[str, Document], DecisionFile]) -> DecisionFile:
    if not isinstance(source, dict) or "sources" in source:
        raise InputError(_damaged(name))
    own = source.get("name")
    undecided = source.get("undecided")
    part = read(own if isinstance(own, str) and own else name, source)
    return replace(part, undecided=undecided if isinstance(undecided, int) else 0)


def _lead_of(name: str, entry: Any, parts: Sequence[DecisionFile]) -> Lead:
    known = entry if isinstance(entry, dict) else {}
    reviewer, rank, over = known.get("reviewer"), known.get("rank"), known.get("sources")
    if not (isinstance(reviewer, str) and reviewer and isinstance(rank, int) and isinstance(over, list)):
        raise InputError(_damaged(name))
    if not all(isinstance(at, int) and 0 <= at < len(parts) for at in over):
        raise InputError(_damaged(name))
    return Lead(reviewer=reviewer, rank=rank, files=tuple(parts[at] for at in over))


def _listed(name: str, value: Any) -> list[Any]:
    if not isinstance(value, list):
        raise InputError(_damaged(name))
    return value


def _refuse_other_outcome(name: str, said: Document, file: DecisionFile) -> None:
    """Raise where what it says does not follow from the sources: somebody changed one of the two by hand."""
    found = merged([file])
    settled = [_short(_outcome(one)) for one in found.judgements if one.state == "settled"]
    left = [_open(one) for one in found.judgements if one.state != "settled"]
    if [_short(one) for one in said["decisions"]] != settled or said.get("open") != left:
        raise InputError(_damaged(name))


def _short(record: Mapping[str, Any]) -> tuple[Any, ...]:
    return tuple(record.get(name) for name in FOLLOWS)


def _damaged(name: str) -> Problem:
    why = say(N_("what it says was decided does not follow from its sources; merge the files again"))
    return replace(damaged(name, why), fixes=(say("auditor merge DECISIONS -o {name} --force", name=name),))
