"""What an audit of images keeps of them: pictures, places on the map, and what it says of both."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow.compute as pc
import pytest
from examples_images import scene
from PIL import Image

import auditor
from auditor.places import MOST_SUSPECTS
from auditor.similar.map import MOST


@pytest.fixture(scope="module")
def photos(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """60 pictures of 400 pixels in folders of two classes, one of them broken, and one in three files."""
    folder = tmp_path_factory.mktemp("photos")
    for at in range(60):
        (folder / f"class{at % 2}").mkdir(exist_ok=True)
        scene(at, 400).save(folder / f"class{at % 2}" / f"{at:02}.png")
    (folder / "class0" / "58.png").write_bytes(b"no image at all")
    for name in ("copy", "again"):
        scene(1, 400).save(folder / "class0" / f"{name}.bmp")
    return folder


def pictures(audit: auditor.Audit) -> list[tuple[int, int]]:
    """Width and height of every picture that is kept."""
    found = [raw for raw in audit.tables["items"]["thumbnail"].to_pylist() if raw is not None]
    return [Image.open(io.BytesIO(raw)).size for raw in found]


def test_a_folder_of_images_is_audited_from_its_path_alone(photos: Path) -> None:
    """Copies in other formats are copies, what cannot be opened is counted, the rest teaches a model."""
    audit = auditor.audit(photos)
    assert audit.header["images"]["opened"] == 61
    assert audit.header["images"]["faults"] == {"format": 1}
    groups = audit.duplicates[audit.duplicates["kind"] == "exact_duplicate"]
    assert sorted(groups["item"]) == ["class0/again.bmp", "class0/copy.bmp", "class1/01.png"]
    assert groups["conflict"].all()
    assert audit.header["predictions"]["model"]["looked_at"] == ["images"]


@pytest.mark.parametrize(("privacy", "most"), [("full", 400), ("snippet", 96)])
def test_pictures_are_as_large_as_privacy_allows(photos: Path, privacy: str, most: int) -> None:
    """Of rows that are asked about up to 480 pixels, here all 400; under `snippet` 96."""
    audit = auditor.audit(photos, privacy=privacy)
    assert max(max(size) for size in pictures(audit)) == most
    assert audit.header["images"]["pictures"] == len(pictures(audit))


def test_no_picture_is_kept_where_no_content_may_be(photos: Path) -> None:
    """`ids` keeps none, nor does an audit of texts have the column."""
    audit = auditor.audit(photos, privacy="ids")
    assert "thumbnail" not in audit.tables["items"].column_names
    assert audit.header["images"]["pictures"] == 0
    texts = auditor.audit(pd.DataFrame({"text": ["a cat", "a dog"], "label": ["cat", "dog"]}))
    assert texts.header["images"] is None
    assert "thumbnail" not in texts.tables["items"].column_names


def test_an_audit_of_images_is_read_back_as_it_was_saved(photos: Path, tmp_path: Path) -> None:
    """Pictures and places come back, and the pages can be made again without the images."""
    audit = auditor.audit(photos)
    folder = audit.save(tmp_path / "audit")
    again = auditor.load_audit(folder)
    assert again.tables["map"].equals(audit.tables["map"])
    assert again.tables["items"]["thumbnail"].equals(audit.tables["items"]["thumbnail"])
    first = (folder / "report.html").read_bytes()
    assert (again.save(tmp_path / "again") / "report.html").read_bytes() == first


def test_another_pixel_is_another_audit(photos: Path, tmp_path: Path) -> None:
    """The id of an audit follows the files, and not their names alone."""
    import shutil

    other = tmp_path / "photos"
    shutil.copytree(photos, other)
    first = auditor.audit(other).audit_id
    scene(99, 400).save(other / "class0" / "02.png")
    assert auditor.audit(other).audit_id != first


def test_the_map_holds_rows_with_an_image(photos: Path) -> None:
    """All that could be opened, by row."""
    audit = auditor.audit(photos)
    rows = audit.tables["map"]["row"].to_pylist()
    broken = pc.index(audit.tables["scores"]["item"], "class0/58.png").as_py()
    assert rows == [row for row in range(62) if row != broken]


def test_suspects_come_first_on_a_crowded_map() -> None:
    """Of 8,000 rows with 3,000 suspects 5,000 are shown, half of them the first suspects of the queue."""
    rng = np.random.default_rng(0)
    n, wrong = 8_000, 3_000
    truth = np.arange(n) % 2
    given = np.where(rng.permutation(n) < wrong, 1 - truth, truth)
    sure = rng.uniform(0.8, 0.99, n)
    probs = np.where(truth[:, None] == [0, 1], sure[:, None], 1 - sure[:, None])
    frame = pd.DataFrame({"id": [f"r{at}" for at in range(n)], "label": given.astype(str), "x": np.arange(n)})
    vectors = np.where(truth[:, None], 1.0, -1.0) + rng.normal(size=(n, 40))
    audit = auditor.audit(frame, predictions=probs, embeddings=vectors, out_of_sample=True, top=None)
    rows = audit.tables["map"]["row"].to_numpy()
    suspected = audit.scores["flags"].to_numpy()[rows] & 1 == 1
    places = audit.scores["place"].to_numpy()[rows[suspected]]
    assert len(rows) == MOST
    assert suspected.sum() == MOST_SUSPECTS
    assert places.max() <= MOST_SUSPECTS


def test_what_cannot_be_opened_is_neither_learned_from_nor_predicted(photos: Path) -> None:
    """Nobody can judge it: it has no prediction, no place in the queue, and no part in the agreement."""
    audit = auditor.audit(photos, top=None)
    row = audit.scores[audit.scores["item"] == "class0/58.png"].iloc[0]
    assert np.isnan(row["p_given"]) and pd.isna(row["place"])
    assert "class0/58.png" not in set(audit.queue["item"])
    assert audit.header["predictions"]["model"]["rows"] == 61
    assert audit.header["predictions"]["model"]["not_judged"] == 0


def test_images_of_a_table_are_called_by_their_paths(photos: Path, tmp_path: Path) -> None:
    """Where a table has no ids and every row has a path of its own; else by the number of the row."""
    paths = sorted(path.relative_to(photos).as_posix() for path in photos.rglob("*.png"))
    frame = pd.DataFrame({"image": paths, "label": [path.split("/")[0] for path in paths]})
    frame.to_csv(tmp_path / "one.csv", index=False)
    assert list(auditor.audit(tmp_path / "one.csv", image_root=photos).scores["item"]) == paths
    pd.concat([frame, frame[:1]]).to_csv(tmp_path / "twice.csv", index=False)
    assert auditor.audit(tmp_path / "twice.csv", image_root=photos).scores["item"][0] == "row-0"


def test_missing_images_are_different_rows_to_a_baseline(photos: Path, tmp_path: Path) -> None:
    """Another file that is missing is another row, also in a table without ids."""
    paths = [f"class0/{at:02}.png" for at in range(0, 40, 2)]
    frame = pd.DataFrame({"image": [*paths, paths[0], "gone-a.png", "gone-b.png"], "label": "x"})
    frame.loc[::2, "label"] = "y"
    frame.to_csv(tmp_path / "data.csv", index=False)
    audit = auditor.audit(tmp_path / "data.csv", image_root=photos, model="none")
    digests = audit.tables["scores"]["digest"].to_pylist()
    assert audit.scores["item"][0] == "row-0"
    assert digests[-1] != digests[-2]


def test_a_kind_stands_once_in_the_queue(tmp_path: Path) -> None:
    """An image that is dark, nearly empty and grey has one kind `image`."""
    for at in range(40):
        (tmp_path / f"c{at % 2}").mkdir(exist_ok=True)
        scene(at).save(tmp_path / f"c{at % 2}" / f"{at}.png")
    Image.new("RGB", (64, 64), (3, 3, 3)).save(tmp_path / "c0" / "black.png")
    queue = auditor.audit(tmp_path, top=None).queue
    kinds = queue.loc[queue["item"] == "c0/black.png", "kinds"].iloc[0].split(";")
    assert "image" in kinds and len(kinds) == len(set(kinds))
