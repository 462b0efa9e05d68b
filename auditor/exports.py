"""The round of an audit for another tool: its items as plain texts, and the files that are written.

What is asked is what the labeller's page asks (`auditor.report.review_view`), so that both have one id. Exact
copies are one item, as they are on the page unless somebody unticks them: the decision is taken over to all.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from auditor.audits import Audit
from auditor.errors import Problem, UsageError
from auditor.report.review_options import ReviewOptions
from auditor.report.review_view import review_data
from auditor.review.interchange import register_all
from auditor.review.interchange.family import NAMES, TOOLS, Outgoing, OutItem, Tool
from auditor.review.interchange.slips import Slip, travelling
from auditor.store.pages import write_pages
from auditor.store.place import check_page
from auditor.wording import N_, Text, say

UNWRITABLE = re.compile("[\x00\ud800-\udfff]")
"""Zero characters, and halves of characters, after which Label Studio cannot export its project any more."""
INSTEAD = "\ufffd"
CARRIED = ("item", "row", "content", "given", "suggested", "sample", "position", "blind")
"""Members of an item of the page that its slip has as they are."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportWritten:
    """A round as it was written for another tool."""

    tool: str
    paths: tuple[Path, ...]
    round: int
    items: int
    """Tasks, records or rows."""
    blind: int
    """Those among them whose suggestion is hidden."""
    copies: int
    """Rows with the same content as one of them, which are decided with it."""
    replaced: int
    """Texts in which characters stood that no UTF-8 file holds; each is shown as U+FFFD there."""
    ids_only: bool
    """Whether the audit kept no content, so that the items are shown by their ids."""
    next: tuple[Text, ...]
    """What to do next, a line each."""


def export_round(
    audit: Audit,
    options: ReviewOptions,
    to: str,
    path: str | Path | None,
    lang: str,
    *,
    prelabel: bool = False,
    force: bool = False,
) -> ExportWritten:
    """Write the next round of an audit for another tool.

    Args:
        audit: with what was decided before.
        options: what is asked and shown.
        to: `csv`, `label-studio` or `argilla`.
        path: the file, or of a tool with several files the folder; None for the usual one.
        lang: "en" or "ko".
        prelabel: tick the suggested class beforehand.
        force: replace files that are there.

    Raises:
        UsageError: `option-value`, `column-not-found`; `output-exists`, `output-not-writable`.
        InputError: `class-not-exportable`, `export-too-large`, `audit-version`.
    """
    tool = _tool(to)
    _refuse_unused(tool, options, prelabel=prelabel)
    place = _place(tool, path)
    folder = place if tool.folder else place.parent
    check_page(folder / "export")
    out, replaced = outgoing(audit, options, lang, prelabel=prelabel)
    files = tool.write(out)
    named = files if tool.folder else dict(zip([place.name], files.values(), strict=True))
    paths = write_pages(folder, named, force=force, make=tool.folder)
    return ExportWritten(
        tool=tool.name,
        paths=tuple(paths),
        round=out.items[0].slip.round if out.items else 0,
        items=len(out.items),
        blind=sum(item.slip.blind for item in out.items),
        copies=sum(item.copies for item in out.items),
        replaced=replaced,
        ids_only=out.ids_only,
        next=tuple(tool.next(str(place), out)),
    )


def outgoing(
    audit: Audit, options: ReviewOptions, lang: str, *, prelabel: bool = False
) -> tuple[Outgoing, int]:
    """The round as it goes out, and in how many texts characters were replaced.

    Raises:
        UsageError: `column-not-found`, `option-value`.
        InputError: `audit-version`.
    """
    data = review_data(audit, options, lang)
    columns = (*data["columns"], *data["details"])
    shows_ids = not columns and not data.get("pictures")
    cleaned = Cleaner()
    out = Outgoing(
        name=data["dataset"]["name"],
        columns=tuple(map(cleaned, ("item",) if shows_ids else columns)),
        classes=tuple(data["taxonomy"]["classes"]),
        items=tuple(_items(data, cleaned, shows_ids=shows_ids)),
        report=data["report"]["id"],
        guidelines=cleaned(data["guidelines"]),
        lang=lang,
        prelabel=prelabel,
        ids_only=shows_ids,
    )
    return out, cleaned.replaced


class Cleaner:
    """Texts as every tool can hold them; counts those in which something was replaced."""

    def __init__(self) -> None:
        self.replaced = 0

    def __call__(self, text: str) -> str:
        clean, n = UNWRITABLE.subn(INSTEAD, text)
        self.replaced += n > 0
        return clean


def _items(data: Mapping[str, Any], cleaned: Cleaner, *, shows_ids: bool) -> Iterator[OutItem]:
    """A task for every content that is asked about, in the order of the page."""
    asked = {item["item"]: item for item in data["items"]}
    common = {
        "round": data["round"],
        "report": data["report"]["id"],
        "dataset": data["dataset"],
        "classes": travelling(tuple(data["taxonomy"]["classes"])),
    }
    done: set[str] = set()
    for item in data["items"]:
        if item["item"] in done:
            continue
        copies = tuple(_copy(entry, item, asked) for entry in item["copies"] if entry["item"] not in done)
        done |= {item["item"], *(copy["item"] for copy in copies)}
        slip = Slip(**{name: item[name] for name in CARRIED}, **common, copies=copies)
        cells = [item["item"]] if shows_ids else [*item["cells"], *item["details"]]
        yield OutItem(
            item=cleaned(item["item"]),
            cells=tuple(map(cleaned, cells)),
            given=cleaned(item["given"]),
            suggested="" if item["blind"] else cleaned(item["suggested"] or ""),
            reason="" if item["blind"] else cleaned(item["reason"]),
            picture=data.get("pictures", {}).get(item["item"], [""])[0],
            copies=len(copies),
            slip=slip,
        )


def _copy(entry: Mapping[str, Any], item: Mapping[str, Any], asked: Mapping[str, Any]) -> dict[str, Any]:
    """A row that is decided with an item: with its own place in the round, if it has one."""
    own = asked.get(entry["item"], {"suggested": None, "sample": item["sample"], "position": None})
    return {
        **{name: entry[name] for name in ("item", "row", "given")},
        **{name: own[name] for name in ("suggested", "sample", "position")},
    }


def _tool(name: str) -> Tool:
    register_all()
    if name not in TOOLS:
        what = say(N_("--to {value}: tools are {names}"), value=name, names=", ".join(NAMES))
        raise UsageError(Problem(slug="option-value", what=what))
    return TOOLS[name]


def _refuse_unused(tool: Tool, options: ReviewOptions, *, prelabel: bool) -> None:
    """Raise for what the tool cannot show."""
    if options.guidelines and not tool.takes_guidelines:
        raise UsageError(_unused(tool, "--guidelines", _where_guidelines(tool)))
    if prelabel and not tool.takes_prelabel:
        raise UsageError(_unused(tool, "--prelabel", say(N_("the column suggested shows what is suggested"))))


def _where_guidelines(tool: Tool) -> Text:
    if tool.name == "label-studio":
        return say(N_("paste them in the project: Settings > Annotation > Labeling Instructions"))
    return say(N_("send them beside the file"))


def _unused(tool: Tool, flag: str, fix: Text) -> Problem:
    what = say(N_("{flag}: files for {tool} have no place for it"), flag=flag, tool=Text(tool.title))
    return Problem(slug="option-value", what=what, fixes=(fix,))


def _place(tool: Tool, path: str | Path | None) -> Path:
    """Where to write: one file, or a folder for several."""
    place = Path(path or tool.output)
    if tool.folder and (place.is_file() or place.suffix.casefold() in {".json", ".xml", ".zip"}):
        raise UsageError(_no_folder(tool, place))
    if not tool.folder and place.is_dir():
        return place / tool.output
    return place


def _no_folder(tool: Tool, place: Path) -> Problem:
    return Problem(
        slug="option-value",
        what=say(
            N_("-o {path}: several files are written for {tool}, so it names a folder"),
            path=str(place),
            tool=Text(tool.title),
        ),
        fixes=(say("-o {folder}", folder=tool.output),),
    )
