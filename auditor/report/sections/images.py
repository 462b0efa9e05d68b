"""Section "Images": those that cannot be opened, are dark, blurred or odd; only where there are images."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from auditor.detect import reasons
from auditor.detect.images import COUNTED, UNREADABLE
from auditor.findings import examples, of_kind
from auditor.images.whys import TOLD
from auditor.report.elements import Block, Cell, Note, Section, Status, Table, tone_of
from auditor.report.facts import Facts, number
from auditor.report.pictures import GROUPS_ROOM, SIDES
from auditor.wording import N_, Text, cut, share

SHOWN = 5
"""Images of each kind of fault; all are in findings.parquet."""
UNREADABLE_SHOWN = 10
"""Images that cannot be opened: there is nothing to see of them but their names."""
PATH = 120
"""Characters of a path in the table."""
TITLES: Mapping[str, str] = {
    UNREADABLE: N_("Cannot be opened"),
    "image-dark": N_("Too dark"),
    "image-bright": N_("Washed out"),
    "image-blurry": N_("Blurred"),
    "image-low-information": N_("Nearly empty"),
    "image-odd-size": N_("Of an odd size"),
    "image-odd-aspect": N_("Of an odd shape"),
    "image-grey": N_("Grey among coloured ones"),
}
"""Reason code -> what the section calls it."""
GREY = N_("Grey")
"""What a dataset is called that has hardly any coloured image."""
WHAT_TO_DO: Mapping[str, str] = {
    UNREADABLE: N_("Find these files again, or drop their rows: nothing is compared with them."),
    "image-dark": N_("Drop what nobody can judge; what only needs more light can be brightened."),
    "image-bright": N_("Drop what nobody can judge; if all come from one source, look at how it was taken."),
    "image-blurry": N_("Drop what nobody can judge; keep it if the model will meet blurred images too."),
    "image-low-information": N_("Look whether anything is to be seen; an empty image has no right label."),
    "image-odd-size": N_("Look whether it is a preview, or was cut out of another image."),
    "image-odd-aspect": N_("Look whether it is a strip or a banner: made square, it is squeezed."),
    "image-grey": N_("If one class has most of them, the model may learn that grey means this class."),
}
"""Reason code -> what to do."""


def applies(facts: Facts) -> bool:
    """Without images there is no such section."""
    return facts.of_images


def section(facts: Facts) -> Section:
    """What is wrong with images, whatever their labels."""
    state, words = _state(facts)
    return Section(
        id="images",
        title=facts.say(N_("Images")),
        status=state,
        status_text=words,
        tone=tone_of(state, look=facts.count(COUNTED[UNREADABLE]) > 0),
        meaning=facts.say(
            N_(
                "Images that cannot be opened, and images that people can hardly judge or that differ from "
                "the others in size, shape or colour. Nothing of this says that a label is wrong."
            )
        ),
        blocks=tuple(_blocks(facts)) if state in {"found", "none"} else (),
        todo=facts.say(
            N_(
                "Begin with what cannot be opened. Of the rest look at the first of each kind before you "
                "drop any: the bars are the same for all datasets, and yours may be meant so."
            )
        )
        if state == "found"
        else "",
    )


def _state(facts: Facts) -> tuple[Status, str]:
    status, why = facts.outcome("images")
    if status != "ran":
        return status, why or facts.say(N_("no images"))
    rows = len(of_kind(facts.audit.tables["findings"], "image")["row"].unique())
    if not rows:
        return "none", facts.say(N_("none found"))
    return "found", facts.say(N_("{n:,} image"), N_("{n:,} images"), n=rows)


def _blocks(facts: Facts) -> Iterator[Block]:
    yield _counts(facts)
    yield from _usual(facts)
    found = examples(facts.audit.tables["findings"], "image", UNREADABLE_SHOWN).to_pylist()
    for code in TITLES:
        shown = [entry for entry in found if entry["reason_code"] == code]
        if shown:
            yield _unreadable(facts, shown) if code == UNREADABLE else _examples(facts, code, shown[:SHOWN])
    yield from _files(facts)


def _counts(facts: Facts) -> Table:
    """How many images have each fault; those that were looked for in vain too."""
    measures = [(title, facts.measure(COUNTED[code])) for code, title in TITLES.items()]
    return Table(
        caption=facts.say(N_("What was looked for")),
        columns=(
            facts.column(N_("fault")),
            facts.column(N_("images"), "number"),
            facts.column(N_("name in rules"), "item"),
        ),
        rows=tuple(
            (Cell(text=facts.say(title)), number(measure.value), Cell(text=measure.name))
            for title, measure in measures
            if measure is not None
        ),
    )


def _usual(facts: Facts) -> Iterator[Note]:
    """What so many images have in common that it is how the dataset is."""
    for trait in facts.audit.header["tables"].get("image_traits", ()):
        if trait["usual"]:
            yield Note(
                text=facts.say(
                    N_(
                        "{fault}: {share} of the images are so. That is how this dataset is; only those that "
                        "stand out from the others are counted."
                    ),
                    fault=Text(
                        GREY if trait["reason_code"] == "image-grey" else TITLES[trait["reason_code"]]
                    ),
                    share=share(trait["passing"] / trait["known"]),
                )
            )


def _unreadable(facts: Facts, shown: list[dict[str, Any]]) -> Table:
    """Item, path and why; what the decoder said stands behind it."""
    rows = []
    for entry in shown:
        said = json.loads(entry["evidence"])
        why = facts.say(TOLD[said["why"]]) + (f" ({said['detail']})" if said["detail"] else "")
        rows.append((Cell(text=entry["item"]), Cell(text=cut(said.get("what", ""), PATH)), Cell(text=why)))
    return Table(
        caption=_caption(facts, UNREADABLE),
        columns=(
            facts.column(N_("item"), "item"),
            facts.column(N_("path"), "content"),
            facts.column(N_("why")),
        ),
        rows=tuple(rows),
        note=_note(facts, UNREADABLE, len(shown)),
    )


def _examples(facts: Facts, code: str, shown: list[dict[str, Any]]) -> Table:
    """The worst images of one fault."""
    pictures, _ = facts.pictures([entry["item"] for entry in shown], GROUPS_ROOM, SIDES[1:])
    columns = [facts.column(N_("item"), "item"), facts.column(N_("label"), "label")]
    if pictures:
        columns.append(facts.column(N_("picture"), "picture"))
    return Table(
        caption=_caption(facts, code),
        columns=(*columns, facts.column(N_("what was found"))),
        rows=tuple(
            (
                Cell(text=entry["item"]),
                Cell(text=entry["given"] or ""),
                *((Cell(text="", picture=pictures.get(entry["item"])),) if pictures else ()),
                Cell(text=Text(reasons()[code], json.loads(entry["evidence"])).to(facts.lang)),
            )
            for entry in shown
        ),
        note=_note(facts, code, len(shown)),
    )


def _caption(facts: Facts, code: str) -> str:
    return f"{facts.say(TITLES[code])} ({facts.count(COUNTED[code]):,})"


def _note(facts: Facts, code: str, shown: int) -> str:
    """What to do, and where the rest is."""
    more = facts.count(COUNTED[code]) - shown
    rest = facts.say(
        N_("{n:,} more is in findings.parquet."), N_("{n:,} more are in findings.parquet."), n=more
    )
    return " ".join([facts.say(WHAT_TO_DO[code]), *([rest] if more > 0 else [])])


def _files(facts: Facts) -> Iterator[Table]:
    """Formats and sizes of what was opened."""
    found = facts.audit.header["tables"].get("image_files", [])
    if found:
        yield Table(
            caption=facts.say(N_("Formats and sizes of the images that were opened")),
            columns=(
                facts.column(N_("format")),
                facts.column(N_("images"), "number"),
                facts.column(N_("smallest"), "number", N_("width x height in pixels, by their number")),
                facts.column(N_("median"), "number", N_("the medians of width and of height")),
                facts.column(N_("largest"), "number"),
            ),
            rows=tuple(_sizes(facts, entry) for entry in found if entry["format"] or len(found) > 2),
        )


def _sizes(facts: Facts, entry: Mapping[str, Any]) -> tuple[Cell, ...]:
    sides = (
        (entry[f"{which}_width"], entry[f"{which}_height"]) for which in ("smallest", "median", "largest")
    )
    return (
        Cell(text=entry["format"] or facts.say(N_("all"))),
        number(entry["images"]),
        *(Cell(text=f"{width:,} x {height:,}") for width, height in sides),
    )
