"""Rules on images: what cannot be opened warns or fails; what only differs from newcomers has drifted."""

from __future__ import annotations

from pathlib import Path

import pytest
from damaged_images import SIDE, dataset
from examples_images import encoded, scene

import auditor
from auditor import Audit
from auditor.gating.baseline import Difference, baseline_of, compared
from auditor.gating.judge import judge
from auditor.gating.rules import BUILT_IN, rule_from
from auditor.gating.subjects import subject_of


@pytest.fixture(scope="module")
def damaged(tmp_path_factory: pytest.TempPathFactory) -> Audit:
    """Nine of 69 images cannot be opened."""
    return auditor.audit(dataset(tmp_path_factory.mktemp("data")), model="none")


def test_images_that_cannot_be_opened_warn_where_no_rule_is_written(damaged: Audit) -> None:
    """They make no gate fail that nobody has set a limit for."""
    judged = judge(subject_of(damaged), BUILT_IN)
    statuses = {ruling.rule.id: ruling.status for ruling in judged.rulings}
    assert statuses["images-unreadable"] == "warn"
    assert judged.passed


def test_a_rule_on_them_fails_the_gate(damaged: Audit) -> None:
    """Nine are more than eight, and not more than nine."""
    for limit, status in (("> 8", "fail"), ("> 9", "pass")):
        rule = rule_from(f"images.unreadable {limit}", "error")
        (ruling,) = judge(subject_of(damaged), [rule]).rulings
        assert ruling.status == status


def audited(folder: Path, sizes: dict[str, int], *, text: bool) -> Audit:
    """An audit of images of these sides, by a table that names them."""
    head = "id,image,label,text" if text else "id,image,label"
    rows = [f"{name},{name},{'ab'[at % 2]}" + f",words on {name}" * text for at, name in enumerate(sizes)]
    (folder / "data.csv").write_text("\n".join([head, *rows]) + "\n", encoding="utf-8")
    for at, (name, side) in enumerate(sizes.items()):
        (folder / name).write_bytes(encoded(scene(at, side)) if side else b"")
    return auditor.audit(folder / "data.csv", model="none")


def news(first: Audit, second: Audit) -> Difference:
    return compared(baseline_of(subject_of(first)), subject_of(second))


@pytest.mark.parametrize("text", [False, True])
def test_an_image_that_broke_is_new(tmp_path: Path, text: bool) -> None:
    """Also beside a text that has not changed."""
    sizes = {f"{at}.png": SIDE for at in range(20)}
    first = audited(tmp_path, sizes, text=text)
    found = news(first, audited(tmp_path, sizes | {"7.png": 0}, text=text))
    assert [(one.item, one.reason) for one in found.new] == [("7.png", "image-unreadable")]
    assert "7.png" not in {one.item for one in found.drifted}


def test_an_old_image_that_is_odd_among_newcomers_has_drifted(tmp_path: Path) -> None:
    """Half of 40 images are large: none is odd. With 60 more small ones the 20 are, and are as they were."""
    sizes = {f"{at}.png": 4 * SIDE if at % 2 else SIDE for at in range(40)}
    first = audited(tmp_path, sizes, text=False)
    second = audited(tmp_path, sizes | {f"{at}.png": SIDE for at in range(40, 100)}, text=False)
    assert first.measure("images.odd_size").value == 0
    assert second.measure("images.odd_size").value == 20
    found = news(first, second)
    assert [one for one in found.new if one.kind == "image"] == []
    assert {one.reason for one in found.drifted if one.kind == "image"} == {"image-odd-size"}
