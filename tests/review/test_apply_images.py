"""Decisions applied to datasets of images: a table is written, and no image is touched."""

from __future__ import annotations

import hashlib
import json
import shlex
import unicodedata
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from examples_archives import pictures, zipped
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from review_files import record, write_decisions

import auditor
from auditor.cli.main import main
from auditor.data import Dataset
from auditor.errors import InputError, UsageError
from auditor.read.choice import InputChoice
from auditor.read.columns import ColumnChoice
from auditor.read.dataset import read_inputs
from auditor.store.loading import load_audit

CLASSES = ("cat", "dog", "eel")
PLACES = [f"{split}/{name}/{at}.png" for split in ("train", "test") for name in CLASSES for at in range(3)]


def folder_of(path: Path, places: Iterable[str] = PLACES) -> Path:
    """A folder of small images, each of another grey."""
    for place, data in pictures(places).items():
        (path / place).parent.mkdir(parents=True, exist_ok=True)
        (path / place).write_bytes(data)
    return path


def state_of(path: Path) -> dict[str, tuple[bytes, int]]:
    """The bytes and the time of every file of a folder, and the time of every folder in it."""
    return {
        str(one.relative_to(path)): (b"" if one.is_dir() else one.read_bytes(), one.stat().st_mtime_ns)
        for one in [path, *path.rglob("*")]
    }


def rows_of(dataset: Dataset) -> dict[str, tuple[str, str, bytes]]:
    """Item -> its label, its split and the bytes of its image."""
    splits, images = dataset.splits, dataset.images
    assert images is not None
    return {
        item: (
            dataset.labels.text_of(row),
            "" if splits is None else splits.names[splits.codes[row]],
            images.bytes_of(row),
        )
        for row, item in enumerate(dataset.ids.to_pylist())
    }


def read(path: Path, **said: Any) -> Dataset:
    """A dataset as it is read."""
    return read_inputs(path, (), InputChoice(**said)).dataset


def commands(capsys: pytest.CaptureFixture[str], *args: str | Path) -> list[str]:
    """The commands that `auditor apply` names for the next round."""
    assert main(["apply", *map(str, args), "--json"]) == 0
    found: list[str] = json.loads(capsys.readouterr().out)["next"]
    return found


def content_of(path: Path) -> str:
    """What a decision says of the image that was seen, as sha256sum has it."""
    return f"sha256:{hashlib.sha256(path.read_bytes()).hexdigest()[:16]}"


@given(st.dictionaries(st.sampled_from(PLACES), st.sampled_from([*CLASSES, "keep", "exclude"]), min_size=1))
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_the_table_reads_back_as_the_folder_with_the_decided_labels(
    tmp_path_factory: pytest.TempPathFactory, decided: dict[str, str]
) -> None:
    """The same items, splits and images; every file of the folder keeps its bytes and its time."""
    home = tmp_path_factory.mktemp("apply")
    photos = folder_of(home / "photos")
    records = [
        record(item, "relabel" if said in CLASSES else said, said if said in CLASSES else None)
        for item, said in decided.items()
    ]
    file = write_decisions(home / "said.json", records)
    before, expected = state_of(photos), rows_of(read(photos))
    fixed, changes = auditor.apply_decisions(photos, file, output=home / "fixed.csv")
    assert state_of(photos) == before
    for item, said in decided.items():
        if said in CLASSES:
            expected[item] = (said, *expected[item][1:])
        elif said == "exclude":
            del expected[item]
    assert rows_of(read(home / "fixed.csv", image_root=photos)) == expected
    assert list(fixed.columns) == ["file_name", "label", "split"]
    pd.testing.assert_frame_equal(fixed, pd.read_csv(home / "fixed.csv", dtype=str), check_dtype=False)
    assert len(changes) == sum(
        said == "exclude" or (said in CLASSES and said != item.split("/")[1])
        for item, said in decided.items()
    )


def test_excluded_rows_stand_beside_it_or_are_marked(tmp_path: Path) -> None:
    """As with any other dataset."""
    photos = folder_of(tmp_path / "photos", ["cat/1.png", "cat/2.png", "dog/1.png"])
    file = write_decisions(tmp_path / "said.json", [record("cat/2.png", "exclude", given="cat")])
    auditor.apply_decisions(photos, file, output=tmp_path / "fixed.csv")
    assert (tmp_path / "fixed.csv").read_text() == "file_name,label\ncat/1.png,cat\ndog/1.png,dog\n"
    assert (tmp_path / "fixed.excluded.csv").read_text() == "file_name,label\ncat/2.png,cat\n"
    auditor.apply_decisions(photos, file, output=tmp_path / "marked.csv", excluded="flag")
    assert (tmp_path / "marked.csv").read_text() == (
        "file_name,label,excluded\ncat/1.png,cat,\ncat/2.png,cat,exclude\ndog/1.png,dog,\n"
    )


@pytest.mark.parametrize("top", ["", "photos/"])
def test_an_archive_gives_the_same_table(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], top: str
) -> None:
    """Its images are found in the archive, and the archive is not touched."""
    names = [f"{top}{place}" for place in PLACES]
    packed = zipped(tmp_path / "photos.zip", pictures(names))
    before = (packed.read_bytes(), packed.stat().st_mtime_ns)
    file = write_decisions(tmp_path / "said.json", [record(names[0], "relabel", "eel", given="cat")])
    fixed = tmp_path / "fixed.csv"
    audit, _ = commands(capsys, packed, file, "-o", fixed)
    assert audit == f"auditor audit {fixed} --image-root {packed} --decisions {file} -o again"
    expected = rows_of(read(packed))
    expected[names[0]] = ("eel", *expected[names[0]][1:])
    assert rows_of(read(fixed, image_root=packed)) == expected
    assert (packed.read_bytes(), packed.stat().st_mtime_ns) == before


def test_the_table_of_a_folder_of_images_is_written_again(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Byte for byte but for the decided cell, and by the ending that it has."""
    rest = b"2;pics/b.png;'dog';lee\r\n3;pics/c.png;cat;lee\r\n"
    photos = folder_of(tmp_path / "photos", ["pics/a.png", "pics/b.png", "pics/c.png"])
    (photos / "labels.csv").write_bytes(b"id;path;label;who\r\n1;pics/a.png;cat;kim\r\n" + rest)
    file = write_decisions(
        tmp_path / "said.json", [record("1", "relabel", "'dog'", given="cat")], classes=["cat", "'dog'"]
    )
    before, fixed = state_of(photos), tmp_path / "fixed.csv"
    audit, review = commands(capsys, photos, file, "-o", fixed)
    assert fixed.read_bytes() == b"id;path;label;who\r\n1;pics/a.png;'dog';kim\r\n" + rest
    assert audit == f"auditor audit {fixed} --image-root {photos} --decisions {file} -o again"
    assert review == f"auditor review again --decisions {file} -o round2.html"
    assert state_of(photos) == before
    with pytest.raises(UsageError, match=r"fixed\.csv"):
        auditor.apply_decisions(photos, file, output=tmp_path / "fixed.json")


@pytest.mark.parametrize("place", ["photos.zip", "photos"])
def test_images_in_a_folder_of_their_own_are_found_again(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], place: str
) -> None:
    """Where the table names `a.png` and the image is `images/a.png`."""
    members = {
        **pictures(["images/a.png", "images/b.png"]),
        "labels.csv": "id,path,label\n1,a.png,cat\n2,b.png,dog\n",
    }
    data = zipped(tmp_path / "photos.zip", members)
    if place == "photos":
        data = tmp_path / "photos"
        for name, content in members.items():
            (data / name).parent.mkdir(parents=True, exist_ok=True)
            (data / name).write_bytes(content.encode() if isinstance(content, str) else content)
    file = write_decisions(tmp_path / "said.json", [record("2", "relabel", "cat", given="dog")])
    fixed = tmp_path / "fixed.csv"
    audit, _ = commands(capsys, data, file, "-o", fixed)
    root = data if data.is_file() else data / "images"
    assert f" --image-root {root} " in audit
    assert [found[0] for found in rows_of(read(fixed, image_root=root)).values()] == ["cat", "cat"]


def test_a_table_beside_its_archive_finds_it_and_elsewhere_the_command_names_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """`images.zip` is looked for beside the table."""
    home, other = tmp_path / "a b", tmp_path / "elsewhere"
    home.mkdir()
    other.mkdir()
    packed = zipped(home / "images.zip", pictures(["1.png", "2.png"]))
    (home / "d.csv").write_text("file_name,label\n1.png,cat\n2.png,dog\n")
    file = write_decisions(tmp_path / "said.json", [record("1.png", "relabel", "dog", given="cat")])
    beside, _ = commands(capsys, home / "d.csv", file, "-o", home / "fixed.csv")
    away, _ = commands(capsys, home / "d.csv", file, "-o", other / "fixed.csv")
    assert "--image-root" not in beside
    assert f" --image-root {shlex.quote(str(packed))} " in away
    assert read(other / "fixed.csv", image_root=packed).images.found == 2  # type: ignore[union-attr]


def test_what_the_names_do_not_say_stands_in_the_command(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """An id among the metadata is not the item; a class without an image is in no table."""
    photos = folder_of(tmp_path / "photos", ["cat/1.png", "dog/1.png"])
    (photos / "eel").mkdir()
    (photos / "metadata.csv").write_text("file_name,uid\ncat/1.png,7\ndog/1.png,8\n")
    file = write_decisions(tmp_path / "said.json", [record("dog/1.png", "relabel", "cat", given="dog")])
    audit, _ = commands(capsys, photos, file, "-o", tmp_path / "fixed.csv")
    for flag in ("--id file_name", "--label label", "--classes cat,dog,eel", f"--image-root {photos}"):
        assert f" {flag} " in audit
    columns = ColumnChoice(id="file_name", label="label", image="file_name")
    again = read(tmp_path / "fixed.csv", columns=columns, classes="cat,dog,eel", image_root=photos)
    assert again.ids.to_pylist() == ["cat/1.png", "dog/1.png"] and again.classes == CLASSES


def test_names_in_separate_letters_are_the_same_items(tmp_path: Path) -> None:
    """A Mac writes file names in NFD; items are called by NFC in the folder and in the table."""
    places = [unicodedata.normalize("NFD", place) for place in ("고양이/사진.png", "강아지/사진.png")]
    photos = folder_of(tmp_path / "photos", places)
    item = unicodedata.normalize("NFC", places[0])
    file = write_decisions(
        tmp_path / "said.json",
        [record(item, "relabel", "강아지", given="고양이")],
        classes=["강아지", "고양이"],
    )
    auditor.apply_decisions(photos, file, output=tmp_path / "fixed.csv")
    again = rows_of(read(tmp_path / "fixed.csv", image_root=photos))
    assert again[item][0] == "강아지" and again[item][2] == (photos / places[0]).read_bytes()


def test_classes_that_metadata_write_as_numbers_are_named(tmp_path: Path) -> None:
    """A table has no list of class names as a Parquet file has."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    photos = folder_of(tmp_path / "photos", ["1.png", "2.png", "3.png"])
    features = {"label": {"names": ["cat", "dog"], "_type": "ClassLabel"}}
    about = json.dumps({"info": {"features": features}})
    names = pa.table({"file_name": ["1.png", "2.png", "3.png"], "label": [0, 1, 0]})
    pq.write_table(names.replace_schema_metadata({"huggingface": about}), photos / "metadata.parquet")
    assert read(photos).classes == ("cat", "dog")
    file = write_decisions(
        tmp_path / "said.json", [record("3.png", "relabel", "dog", given="cat")], classes=["cat", "dog"]
    )
    auditor.apply_decisions(photos, file, output=tmp_path / "fixed.csv")
    assert (tmp_path / "fixed.csv").read_text() == "file_name,label\n1.png,cat\n2.png,dog\n3.png,dog\n"


@pytest.mark.parametrize("changed", [False, True])
def test_a_decision_holds_for_the_image_that_was_seen(tmp_path: Path, changed: bool) -> None:
    """An image that is another file now makes it stale, and its label stays."""
    photos = folder_of(tmp_path / "photos", ["cat/1.png", "dog/1.png", "eel/1.png"])
    seen = record("cat/1.png", "relabel", "dog", given="cat", content=content_of(photos / "cat/1.png"))
    file = write_decisions(tmp_path / "said.json", [seen])
    if changed:
        (photos / "cat/1.png").write_bytes(pictures(["x", "y", "another"])["another"])
    fixed, changes = auditor.apply_decisions(photos, file, output=tmp_path / "fixed.csv")
    assert list(fixed["label"]) == (["cat" if changed else "dog", "dog", "eel"])
    audit = auditor.audit(tmp_path / "fixed.csv", image_root=photos, decisions=file, model="none")
    assert list(audit.decisions["state"]) == (["stale"] if changed else ["done"])
    assert len(changes) == (not changed)


def test_the_commands_that_are_printed_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Two rounds: the second audit knows what the first one's reviewers said."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("AUDITOR_LANG", "en")
    folder_of(tmp_path / "my photos")
    said = [
        record(PLACES[0], "relabel", "dog", given="cat", content=content_of(Path("my photos") / PLACES[0])),
        record(PLACES[4], "keep", given="dog", content=content_of(Path("my photos") / PLACES[4])),
    ]
    write_decisions(tmp_path / "kim.json", said)
    assert main(["apply", "my photos", "kim.json", "-o", "fixed.csv"]) == 0
    printed = capsys.readouterr().out.splitlines()
    assert "the images stay as they are" in "".join(printed)
    audit, review = (line.strip() for line in printed[-2:])
    assert audit.startswith("auditor audit fixed.csv --image-root 'my photos' --decisions kim.json")
    assert main([*shlex.split(audit)[1:], "--quiet"]) == 0
    assert main([*shlex.split(review)[1:]]) == 0
    found = load_audit("again").decisions
    assert dict(zip(found["item"], found["state"], strict=True)) == {PLACES[0]: "done", PLACES[4]: "kept"}
    assert (tmp_path / "round2.html").is_file()


def test_nothing_is_written_into_the_folder_of_the_images(tmp_path: Path) -> None:
    """Nor over it, nor in a format that is no table."""
    photos = folder_of(tmp_path / "photos")
    file = write_decisions(tmp_path / "said.json", [record(PLACES[0], "relabel", "dog", given="cat")])
    before = state_of(photos)
    for output in (photos / "fixed.csv", photos, tmp_path / "fixed", tmp_path / "fixed.json"):
        with pytest.raises(UsageError):
            auditor.apply_decisions(photos, file, output=output, force=True)
    assert state_of(photos) == before


def test_images_without_classes_have_no_label_to_change(tmp_path: Path) -> None:
    """It is said; rows can be left out all the same."""
    photos = folder_of(tmp_path / "photos", ["1.png", "2.png"])
    relabel = write_decisions(
        tmp_path / "a.json", [record("1.png", "relabel", "dog")], classes=["dog"], column=None
    )
    with pytest.raises(InputError, match="no label column"):
        auditor.apply_decisions(photos, relabel, output=tmp_path / "fixed.csv")
    out = write_decisions(tmp_path / "b.json", [record("1.png", "exclude")], classes=[], column=None)
    auditor.apply_decisions(photos, out, output=tmp_path / "fixed.csv")
    assert (tmp_path / "fixed.csv").read_text() == "file_name\n2.png\n"
