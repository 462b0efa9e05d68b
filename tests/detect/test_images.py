"""Images that cannot be opened and damaged ones: found by their names, with what was measured."""

from __future__ import annotations

import json
from collections import defaultdict
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from audit_inputs import inputs_of, planted
from damaged_images import DAMAGED, MEASURES, SIDE, N, dataset, unreadable_files
from examples_images import encoded, in_memory, scene
from PIL import Image

import auditor
from auditor import Audit
from auditor.detect import Inputs, reasons, run_detectors
from auditor.detect.images import CODES, COUNTED, TRAITS
from auditor.findings import Ran
from auditor.images.files import WHYS, ImageFiles
from auditor.images.quality import QUESTIONS
from auditor.images.whys import TOLD
from auditor.measures import MEASURES as KNOWN
from auditor.wording import Text


@pytest.fixture(scope="module")
def audit(tmp_path_factory: pytest.TempPathFactory) -> Audit:
    """An audit of the damaged images, by a table that names them."""
    return auditor.audit(dataset(tmp_path_factory.mktemp("data")), model="none")


def findings(of: Audit) -> list[dict[str, Any]]:
    """The findings of images, their evidence read."""
    found = of.tables["findings"].to_pylist()
    return [
        entry | {"evidence": json.loads(entry["evidence"])} for entry in found if entry["kind"] == "image"
    ]


def found_items(of: Audit) -> dict[str, set[str]]:
    """Reason code -> items."""
    out = defaultdict(set)
    for entry in findings(of):
        out[entry["reason_code"]].add(entry["item"])
    return dict(out)


def ran(images: ImageFiles, **options: Any) -> Ran:
    """What is found in images beside as many planted rows."""
    frame = planted()[0].iloc[: len(images)]
    outcome = run_detectors(inputs_of(frame, images=images, **options), {})["images"]
    assert isinstance(outcome, Ran), outcome
    return outcome


def traits(outcome: Ran) -> dict[str, dict[str, Any]]:
    return {row["reason_code"]: row for row in outcome.tables["image_traits"].to_pylist()}


def values(outcome: Ran) -> dict[str, tuple[float, int]]:
    return {measure.name: (measure.value, measure.n) for measure in outcome.measures}


def evidence(outcome: Ran, code: str) -> list[dict[str, Any]]:
    rows = [entry for table in outcome.findings for entry in table.to_pylist()]
    return [json.loads(entry["evidence"]) for entry in rows if entry["reason_code"] == code]


def test_every_planted_damage_is_found_and_nothing_else(audit: Audit) -> None:
    """Two of each of seven kinds, and nine images that cannot be opened."""
    expected = {code: {f"row-{at}" for at in places} for code, places in DAMAGED.items()}
    expected["image-unreadable"] = {f"row-{at}" for at in range(N, N + 9)}
    assert found_items(audit) == expected


def test_each_measure_counts_its_findings_and_says_of_how_many(audit: Audit) -> None:
    """Of 69 images 9 cannot be opened; the rest was asked of 60."""
    for code, name in MEASURES.items():
        measure = audit.measure(name)
        assert (measure.value, measure.n) == ((9, 69) if code == "image-unreadable" else (2, 60))


def test_each_reason_why_an_image_cannot_be_opened_is_told(audit: Audit) -> None:
    """All nine, each with the path of its file and a sentence in plain words."""
    paths = {why: path for why, (path, _) in unreadable_files().items()}
    paths |= {"not-a-file": "folder.png", "too-large": "large.png"}
    found = [entry["evidence"] for entry in findings(audit) if entry["reason_code"] == "image-unreadable"]
    assert {said["why"]: said["what"] for said in found} == paths
    assert set(paths) == set(WHYS) == set(TOLD)
    for said in found:
        sentence = str(Text(reasons()["image-unreadable"], said | {"why": TOLD[said["why"]]}))
        assert sentence == f"The image cannot be opened: {TOLD[said['why']]}."


def test_what_cannot_be_opened_is_certain_and_the_rest_is_not(audit: Audit) -> None:
    """Suspicion 1; of the others over .5, where the bar is, and under 1."""
    for entry in findings(audit):
        if entry["reason_code"] == "image-unreadable":
            assert entry["suspicion"] == 1
        else:
            assert 0.5 < entry["suspicion"] <= 1


def test_odd_images_are_told_beside_what_is_usual(audit: Audit) -> None:
    """384 x 384 among 48 x 48: 147,456 pixels and 2,304; 96 x 24: four times as long as high."""
    by_code = defaultdict(list)
    for entry in findings(audit):
        by_code[entry["reason_code"]].append(entry["evidence"])
    large, long = by_code["image-odd-size"], by_code["image-odd-aspect"]
    assert large == [{"width": 384, "height": 384, "value": 384**2, "usual": SIDE**2, "bar": 4}] * 2
    assert long == [{"width": 96, "height": 24, "value": 4.0, "usual": 1.0, "bar": 2}] * 2
    assert str(Text(reasons()["image-odd-size"], large[0])) == (
        "Of an odd size: 384 x 384, 147,456 pixels. Usual are 2,304, and a factor of 4 from that is odd."
    )


def test_measures_stand_beside_their_bars(audit: Audit) -> None:
    """On the side of the bar that is worse."""
    below = {"image-dark": 0.3, "image-blurry": 0.25, "image-low-information": 3.0, "image-grey": 0.01}
    for entry in findings(audit):
        code, said = entry["reason_code"], entry["evidence"]
        if code in below:
            assert said["bar"] == below[code] and said["value"] < below[code]
        if code == "image-bright":
            assert said["bar"] == 0.7 and said["value"] > 0.7


def test_suspicion_is_half_at_the_bar_and_two_thirds_at_half_of_it() -> None:
    """Lightest pixels of .15, half of .3: 1 - 1 / (1 + 2)."""
    dark = np.zeros((SIDE, SIDE, 3), np.uint8)
    dark[:, ::2] = round(0.15 * 255)
    images = [encoded(scene(at, SIDE)) for at in range(40)]
    images[7] = encoded(Image.fromarray(dark))
    outcome = ran(in_memory({f"{at}.png": data for at, data in enumerate(images)}))
    (table,) = [table for table in outcome.findings if "image-dark" in table["reason_code"].to_pylist()]
    assert table["row"].to_pylist() == [7]
    assert table["suspicion"].to_pylist() == pytest.approx([2 / 3], abs=0.01)
    (said,) = evidence(outcome, "image-dark")
    assert said == {"value": 0.149, "bar": 0.3}


def test_what_many_images_are_like_is_said_and_not_flagged() -> None:
    """Of 40 images 20 are equally dark: that is how the dataset is; none stands out."""
    images = [scene(at, SIDE) for at in range(40)]
    images[::2] = [image.point(lambda value: value // 6) for image in images[::2]]
    outcome = ran(in_memory({f"{at}.png": encoded(image) for at, image in enumerate(images)}))
    assert traits(outcome)["image-dark"] == {
        "reason_code": "image-dark",
        "known": 40,
        "passing": 20,
        "usual": True,
    }
    assert values(outcome)["images.dark"] == (0, 40)
    assert [code for code, row in traits(outcome).items() if row["usual"]] == ["image-dark"]


def test_formats_and_sizes_are_counted() -> None:
    """Three PNGs, one JPEG; by pixels 20 x 10 is the smallest, 30 x 40 the largest."""
    sizes = {"a.png": (20, 10), "b.png": (10, 30), "c.png": (30, 40), "d.jpg": (25, 20)}
    files = {
        name: encoded(Image.new("RGB", size, (200, 30, 30)), "JPEG" if name == "d.jpg" else "PNG")
        for name, size in sizes.items()
    }
    rows = ran(in_memory(files | {"e.png": b""})).tables["image_files"].to_pylist()
    sides = ("smallest_width", "smallest_height", "median_width", "median_height",
             "largest_width", "largest_height")  # fmt: skip
    assert [(row["format"], row["images"], *(row[side] for side in sides)) for row in rows] == [
        (None, 4, 20, 10, 22, 25, 30, 40),
        ("JPEG", 1, 25, 20, 25, 20, 25, 20),
        ("PNG", 3, 20, 10, 20, 30, 30, 40),
    ]


def test_where_none_can_be_opened_all_of_them_are_findings() -> None:
    """And nothing else is said, nor divided by nothing."""
    outcome = ran(in_memory({f"{at}.png": b"" for at in range(5)}))
    assert values(outcome)["images.unreadable"] == (5, 5)
    assert values(outcome)["images.dark"] == (0, 0)
    assert outcome.tables["image_files"].to_pylist() == []
    assert outcome.tables["image_traits"].schema == TRAITS


def test_a_dataset_of_texts_with_images_has_both_audited(tmp_path: Path) -> None:
    """The same faults; the text is what copies and hygiene are about."""
    both = auditor.audit(dataset(tmp_path, text=True), model="none")
    assert {code: len(items) for code, items in found_items(both).items()} == {
        **dict.fromkeys(DAMAGED, 2),
        "image-unreadable": 9,
    }
    assert both.measure("hygiene.empty").n == 69


def test_without_ids_the_keys_do_not_depend_on_the_order_of_rows(tmp_path: Path) -> None:
    """Nor do two rows of one damaged image, or two missing ones, share a key."""
    table = dataset(tmp_path, ids=False)
    head, *rows = table.read_text(encoding="utf-8").splitlines()
    rows += ["03.png,dog", "nowhere.png,dog", "elsewhere.png,dog"]
    keys = []
    for some in (rows, rows[::-1]):
        table.write_text("\n".join([head, *some]) + "\n", encoding="utf-8")
        found = findings(auditor.audit(table, model="none"))
        keys.append(sorted((entry["key"], entry["reason_code"]) for entry in found))
        assert len({key for key, _ in keys[-1]}) == len(found) == 14 + 9 + 3
    assert keys[0] == keys[1]


def test_an_audit_without_content_names_no_file(tmp_path: Path) -> None:
    """Under `--privacy ids` neither evidence nor pictures are kept."""
    kept = auditor.audit(dataset(tmp_path), model="none", privacy="ids")
    assert {said["what"] for entry in findings(kept) if "what" in (said := entry["evidence"])} == {"..."}
    assert "thumbnail" not in kept.tables["items"].column_names


def test_the_first_of_each_kind_are_kept_with_their_pictures(audit: Audit) -> None:
    """Those that can be opened have one, those that cannot have none."""
    items = audit.tables["items"].select(["item", "thumbnail"]).to_pylist()
    pictures = {row["item"]: row["thumbnail"] for row in items}
    for code, found in found_items(audit).items():
        assert all((pictures[item] is None) is (code == "image-unreadable") for item in found)


def test_a_flag_of_its_own_marks_the_rows(audit: Audit) -> None:
    """16384, of 14 damaged and 9 unreadable images."""
    assert int((audit.tables["scores"]["flags"].to_numpy() & 16384 > 0).sum()) == 23


def test_without_images_the_detector_does_not_apply() -> None:
    outcome = run_detectors(inputs_of(planted()[0]), {})["images"]
    assert str(getattr(outcome, "why", "")) == "no images"


def test_every_question_has_a_reason_and_a_measure() -> None:
    """And every measure of images one question or none."""
    assert set(CODES) == set(QUESTIONS)
    assert set(COUNTED) == {"image-unreadable", *CODES.values()}
    assert set(COUNTED.values()) == {name for name in KNOWN if name.startswith("images.")}


def test_looking_twice_changes_nothing() -> None:
    """What was looked at is looked at once, and left as it is."""
    images = in_memory({f"{at}.png": encoded(scene(at, 24)) for at in range(12)})
    inputs: Inputs = inputs_of(planted()[0].iloc[:12], images=images)
    looks = inputs.index.looks
    assert looks is not None
    for array in looks.arrays().values():
        array.flags.writeable = False
    first, second = (run_detectors(inputs, {})["images"] for _ in range(2))
    assert isinstance(first, Ran) and isinstance(second, Ran)
    assert pa.concat_tables(first.findings).equals(pa.concat_tables(second.findings))
    assert inputs.index.looks is looks
