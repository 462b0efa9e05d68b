"""Pictures on the lead's page: in their places, as large as there is room for; what differs between two."""

from __future__ import annotations

import io
import re
from dataclasses import replace
from functools import lru_cache

import numpy as np
import pytest
from audit_inputs import planted_audit, texts_of
from numpy.typing import NDArray
from picture_audit import mapped, noise, pictured, webp
from PIL import Image

from auditor import Audit
from auditor.report.elements import Gallery, Groups, Page, Pairs, Picture, Table
from auditor.report.facts import Facts
from auditor.report.gallery import SHOWN, gallery
from auditor.report.page import OF_PICTURES, SCRIPTS, queue_rows, render, scripts_of, sources
from auditor.report.pictures import (
    AMPLIFIED,
    SIDES,
    address,
    album,
    data_of,
    difference,
    picture_of,
    side_for,
    size_of,
    smaller,
    source_of,
)
from auditor.report.sections import all_sections, duplicates, label_issues
from auditor.report.view import page_of

BUDGET = 4_000_000


def flat(colour: tuple[int, int, int], size: tuple[int, int] = (32, 24)) -> bytes:
    """A picture of one colour, without loss."""
    out = io.BytesIO()
    Image.new("RGB", size, colour).save(out, "WEBP", lossless=True)
    return out.getvalue()


def pixels_of(picture: Picture) -> NDArray[np.uint8]:
    with Image.open(io.BytesIO(data_of(picture.src))) as image:
        return np.asarray(image.convert("RGB"))


@lru_cache
def audit() -> Audit:
    """The planted audit, all of whose items have a picture."""
    return pictured(planted_audit())


@lru_cache
def page() -> Page:
    """Its page."""
    return page_of(audit())


def facts(found: Audit | None = None, lang: str = "en") -> Facts:
    return Facts(audit=found or audit(), lang=lang)


# one picture


def test_a_picture_is_its_bytes_in_the_page() -> None:
    data = webp("a", 200, 150)
    found = picture_of("a.png", data)
    assert data_of(found.src) == data and (found.width, found.height) == (200, 150) == size_of(data)
    assert found.src.startswith("data:image/webp;base64,") and not found.tiny
    assert source_of(data) == [found.src, 200, 150]


@pytest.mark.parametrize(("side", "tiny"), [(8, True), (64, True), (65, False), (320, False)])
def test_only_few_pixels_are_enlarged_one_by_one(side: int, tiny: bool) -> None:
    assert picture_of("a", flat((1, 2, 3), (side, side // 2))).tiny is tiny


def test_a_small_picture_stays_byte_for_byte_and_a_large_one_keeps_its_shape() -> None:
    """Encoding once more would only lose."""
    small, large = webp("a", 96, 60), webp("a", 320, 200)
    assert smaller(small, 96) == small
    assert size_of(smaller(large, 96)) == (96, 60)


def test_no_metadata_and_no_larger_preview_comes_along() -> None:
    with Image.open(io.BytesIO(smaller(webp("a", 320, 200), 128))) as image:
        assert not image.getexif() and set(image.info) <= {"background", "loop", "timestamp", "duration"}


# room


def test_the_largest_side_that_has_room_is_taken() -> None:
    """Four times the room of the smallest is none for the largest."""
    made = [noise(seed) for seed in range(6)]
    sizes = {side: sum(len(address(smaller(data, side))) for data in made) for side in SIDES}
    for side in SIDES:
        assert side_for(made, sizes[side] * 1.2) == side
    assert side_for(made, 1) == SIDES[-1]
    assert side_for([], 1) == SIDES[0]


def test_what_has_no_room_is_left_out_from_the_end() -> None:
    made = {str(seed): noise(seed, 100) for seed in range(5)}
    each = len(address(smaller(made["0"], 96)))
    shown = album(made, int(2.5 * each))
    assert list(shown) == ["0", "1"]


def test_a_page_of_the_heaviest_pictures_stays_in_its_budget() -> None:
    """Noise takes more bytes than anything that is photographed; what is not shown is said."""
    heavy = mapped(pictured(planted_audit(), lambda item: noise(int(item[-3:]) % 24)))
    html = render(page_of(heavy))
    assert sum(map(len, re.findall(r"data:image/webp;base64,[\w+/=]+", html))) < BUDGET


# what differs


def test_equal_pictures_differ_nowhere() -> None:
    assert pixels_of(difference(webp("a"), webp("a"), "difference")).max() == 0


def test_a_difference_is_amplified_channel_by_channel() -> None:
    """10, 0 and 100 apart: 40, 0 and the largest there is."""
    found = pixels_of(difference(flat((100, 50, 0)), flat((110, 50, 100)), "difference"))
    assert (found == [10 * AMPLIFIED, 0, 255]).all()


def test_the_second_is_drawn_in_the_shape_of_the_first() -> None:
    found = difference(flat((9, 9, 9), (40, 20)), flat((9, 9, 9), (20, 20)), "difference")
    assert (found.width, found.height) == (40, 20) and pixels_of(found).max() == 0


# places


def test_rows_of_the_queue_have_their_picture() -> None:
    rows, pictures = page().queue.rows, page().pictures
    assert all(row.picture and row.picture.name == row.item for row in rows)
    assert set(pictures) == {row.item for row in rows}
    listed = queue_rows(rows, pictures)
    at = listed["fields"].index("picture")
    assert [row[at] for row in listed["rows"]] == [row.item for row in rows]
    assert sources(pictures)[rows[0].item][0] == pictures[rows[0].item].src


def test_the_gallery_shows_the_most_doubtful_of_each_pair() -> None:
    """In the order of the queue, the commonest pair first; as many as are shown are counted."""
    (found,) = gallery(facts())
    suspects = facts().suspects
    pairs = {(row["given_label"], row["suggested_label"]) for row in suspects}
    assert {(shelf.given, shelf.suggested) for shelf in found.shelves} == pairs
    for shelf in found.shelves:
        own = [
            row["item"]
            for row in suspects
            if (row["given_label"], row["suggested_label"]) == (shelf.given, shelf.suggested)
        ]
        assert [one.name for one in shelf.pictures] == own[:SHOWN]
        assert shelf.count == f"{len(shelf.pictures)} of {len(own)}"
    assert [len(shelf.pictures) for shelf in found.shelves] == sorted(
        (len(shelf.pictures) for shelf in found.shelves), reverse=True
    )


def test_pictures_that_have_no_room_are_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("auditor.report.gallery.GALLERY_ROOM", 1 + len(facts().picture("item-101", 128).src))  # type: ignore[union-attr] # it has one
    (found,) = gallery(facts())
    assert sum(len(shelf.pictures) for shelf in found.shelves) == 1
    assert found.note.startswith("3 pictures are left out")


def test_pairs_stand_side_by_side_with_what_differs() -> None:
    blocks = duplicates.section(facts()).blocks
    cards = [card for block in blocks if isinstance(block, Pairs) for card in block.cards]
    assert cards
    for card in cards:
        first, second = (side.picture for side in card.sides)
        assert first and second and card.difference
        assert (first.name, second.name) == tuple(side.item for side in card.sides)
        assert card.difference.src == difference(data_of(first.src), data_of(second.src), "").src
        assert all(not side.cells for side in card.sides)


def test_a_group_shows_the_first_member_that_has_a_picture() -> None:
    """One of three exact pairs has a first member without any."""
    lost = pictured(planted_audit(), lambda item: None if item == "item-027" else webp(item))
    blocks = duplicates.section(facts(lost)).blocks
    cards = [card for block in blocks if isinstance(block, Groups) for card in block.cards]
    assert sorted(card.picture.name for card in cards if card.picture) == ["item-030", "item-040", "item-060"]


def test_the_table_of_pairs_leaves_examples_to_the_gallery() -> None:
    blocks = label_issues.section(facts()).blocks
    assert isinstance(blocks[0], Table) and [column.kind for column in blocks[0].columns] == [
        *("label", "label", "number")
    ]
    assert isinstance(blocks[1], Gallery)


def test_without_pictures_nothing_of_them_is_in_the_page() -> None:
    """Texts, and images under --privacy ids."""
    for found in (planted_audit(), pictured(planted_audit(), lambda item: None)):
        plain = page_of(found)
        assert plain.pictures == {} and not plain.pictured and scripts_of(plain) == SCRIPTS
        html = render(plain)
        assert "data:image" not in html and 'id="pictures"' not in html


def test_scripts_and_style_come_with_pictures() -> None:
    assert set(scripts_of(page())) == {*SCRIPTS, *OF_PICTURES} and scripts_of(page())[0] == SCRIPTS[0]
    assert render(page()) == render(page_of(audit()))


def test_images_are_counted_in_the_head() -> None:
    assert dict(page().facts)["images"] == "238 (2 could not be opened)"
    fine = {**audit().header["images"], "faults": {}, "opened": 240}
    whole = replace(audit(), header={**audit().header, "images": fine})
    assert dict(page_of(whole).facts)["images"] == "240"


def test_a_name_of_a_file_is_hostile_too() -> None:
    """It stands in attributes, spelled out and escaped."""
    picture = picture_of('x" onerror="window.PWNED=1\u202e.png', webp("a"))
    rows = tuple(replace(row, picture=picture) for row in page().queue.rows[:2])
    html = render(replace(page(), queue=replace(page().queue, rows=rows), pictures={"x": picture}))
    assert 'onerror="' not in html and "[U+202E].png" in html


def test_sections_with_pictures_speak_korean_too() -> None:
    found = [texts for section in all_sections(facts(lang="ko")) for texts in texts_of(section)]
    assert found and not any("{" in text for text in found)
