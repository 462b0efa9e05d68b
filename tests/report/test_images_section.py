"""Section "Images": counts, examples with pictures, formats and sizes; and the first thing to do."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from audit_inputs import planted_audit, texts_of
from damaged_images import MEASURES, dataset
from examples_images import encoded, scene

import auditor
from auditor import Audit
from auditor.report.actions import actions
from auditor.report.elements import Note, Section, Table
from auditor.report.facts import Facts
from auditor.report.page import render
from auditor.report.sections import all_sections
from auditor.report.sections.images import TITLES, WHAT_TO_DO, applies, section
from auditor.report.view import page_of

TAG = "gone<img src=x onerror=alert(1)>.png"


@lru_cache
def audit(privacy: str = "full") -> Audit:
    """60 images that can be opened, two of each damage among them, and 9 that cannot."""
    with TemporaryDirectory() as folder:
        return auditor.audit(dataset(Path(folder)), model="none", privacy=privacy)


@lru_cache
def sound(half_dark: bool = False) -> Audit:
    """Twenty images without a fault; or half of them dark, which is how the dataset is then."""
    with TemporaryDirectory() as folder:
        for at in range(20):
            image = scene(at, 48)
            if half_dark and at % 2:
                image = image.point(lambda value: value // 6)
            path = Path(folder) / ("cat" if at < 10 else "dog") / f"{at}.png"
            path.parent.mkdir(exist_ok=True)
            path.write_bytes(encoded(image))
        return auditor.audit(folder, model="none")


def shown(of: Audit, lang: str = "en") -> Section:
    return section(Facts(audit=of, lang=lang))


def tables(of: Section) -> dict[str, Table]:
    """Caption -> table."""
    return {block.caption: block for block in of.blocks if isinstance(block, Table)}


def texts(table: Table) -> list[list[str]]:
    return [[cell.text for cell in row] for row in table.rows]


def test_every_fault_is_counted_with_its_name_in_rules() -> None:
    """9 unreadable, 2 of each other; by the order of the measures."""
    counts = {row[2]: row[1] for row in texts(tables(shown(audit()))["What was looked for"])}
    assert counts == {name: "9" if name == "images.unreadable" else "2" for name in MEASURES.values()}


def test_the_words_beside_the_title_count_images() -> None:
    """Fourteen damaged ones and nine that cannot be opened, which are worth a look."""
    found = shown(audit())
    assert (found.status, found.tone, found.status_text) == ("found", "look", "23 images")


def test_damage_alone_is_no_alarm(tmp_path: Path) -> None:
    """A dark image may be meant so."""
    for at in range(12):
        image = scene(at, 48).point(lambda value: value // 6) if at == 5 else scene(at, 48)
        path = tmp_path / ("cat" if at < 6 else "dog") / f"{at}.png"
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(encoded(image))
    found = shown(auditor.audit(tmp_path, model="none"))
    assert (found.status, found.tone, found.status_text) == ("found", "calm", "1 image")


def test_what_cannot_be_opened_is_listed_with_path_and_reason() -> None:
    """All nine: item, path, why, and what the decoder said."""
    rows = texts(tables(shown(audit()))["Cannot be opened (9)"])
    told = {path: why for _, path, why in rows}
    assert len(rows) == 9
    assert told[TAG] == "the file is not there"
    assert told["empty.png"] == "the file is empty"
    assert told["notes.jpg"] == "it is no image of a format that is opened (text)"
    assert told["bomb.png"] == "it has more pixels or scans than an image may have (100,000 x 1,000)"
    assert told["large.png"].startswith("the file is larger than an image may be (")


@pytest.mark.parametrize("code", [code for code in TITLES if code != "image-unreadable"])
def test_examples_stand_beside_their_pictures(code: str) -> None:
    """Two of each, with the label, what was measured and what to do."""
    table = tables(shown(audit()))[f"{TITLES[code]} (2)"]
    assert [column.kind for column in table.columns] == ["item", "label", "picture", "text"]
    assert len(table.rows) == 2
    assert all(
        row[2].picture is not None and row[2].picture.src.startswith("data:image/webp") for row in table.rows
    )
    assert table.note == WHAT_TO_DO[code]


def test_formats_and_sizes_are_summed_up() -> None:
    """PNG alone: no line for all; the strips of 96 x 24 have as many pixels as 48 x 48."""
    table = tables(shown(audit()))["Formats and sizes of the images that were opened"]
    assert texts(table) == [["PNG", "60", "48 x 48", "48 x 48", "384 x 384"]]


def test_what_many_images_have_in_common_is_said() -> None:
    """Ten of twenty are dark: no finding, and a note."""
    found = shown(sound(True))
    notes = [block.text for block in found.blocks if isinstance(block, Note)]
    assert notes == [
        "Too dark: 50.0% of the images are so. That is how this dataset is; only those that stand out from "
        "the "
        "others are counted."
    ]
    assert (found.status, found.todo) == ("none", "")


def test_a_grey_dataset_is_called_grey(tmp_path: Path) -> None:
    """And not grey among coloured ones, of which there are none."""
    for at in range(12):
        path = tmp_path / ("cat" if at < 6 else "dog") / f"{at}.png"
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(encoded(scene(at, 48).convert("L")))
    (note,) = (
        block for block in shown(auditor.audit(tmp_path, model="none")).blocks if isinstance(block, Note)
    )
    assert note.text.startswith("Grey: 100% of the images are so.")


def test_where_nothing_was_found_it_says_so() -> None:
    found = shown(sound())
    assert (found.status, found.tone, found.status_text, found.todo) == ("none", "calm", "none found", "")
    assert list(tables(found)) == [
        "What was looked for",
        "Formats and sizes of the images that were opened",
    ]


def test_without_images_there_is_no_such_section() -> None:
    facts = Facts(audit=planted_audit(), lang="en")
    assert not applies(facts)
    assert "images" not in {part.id for part in all_sections(facts)}
    assert "images" in {part.id for part in all_sections(Facts(audit=sound(), lang="en"))}


def test_hostile_names_are_inert_on_the_page() -> None:
    """The name of a missing file is shown and is no tag."""
    html = render(page_of(audit()))
    assert "<img src=x" not in html
    assert "gone&lt;img src=x onerror=alert(1)&gt;.png" in html


def test_under_privacy_no_path_and_no_picture_is_shown() -> None:
    """Items alone, and what was measured."""
    found = shown(audit("ids"))
    assert {row[1] for row in texts(tables(found)["Cannot be opened (9)"])} == {"..."}
    assert not any("<img" in text or "data:image" in text for text in texts_of(found))
    assert "picture" not in [column.kind for column in tables(found)["Too dark (2)"].columns]


def test_a_saved_audit_says_the_same(tmp_path: Path) -> None:
    """Read back from its folder."""
    audit().save(tmp_path / "audit")
    assert shown(auditor.load_audit(tmp_path / "audit")) == shown(audit())


def test_images_that_cannot_be_opened_are_a_first_thing_to_do() -> None:
    """With the reasons in numbers; without such images there is no such action."""
    first = actions(Facts(audit=audit(), lang="en"))[0]
    assert first.title == "9 images cannot be opened: find their files again, or drop their rows"
    assert first.why.startswith("the file is not there: 1; the path is an address or leads out")
    assert first.href == "#images"
    assert not any("opened" in one.title for one in actions(Facts(audit=sound(), lang="en")))
