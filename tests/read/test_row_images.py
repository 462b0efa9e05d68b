"""Which image belongs to which row: folders, archives, tables with a column of paths, DataFrames."""

from __future__ import annotations

import json
import unicodedata
import zipfile
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from audit_inputs import refusal, slugs
from examples_archives import picture, pictures, zipped
from examples_folders import put
from hypothesis import given, settings
from hypothesis import strategies as st

import auditor
from auditor import codes
from auditor.cli.main import main
from auditor.data import Dataset
from auditor.errors import InputError, Problem, UsageError
from auditor.images.files import Unreadable
from auditor.read import image_zip
from auditor.read.choice import InputChoice
from auditor.read.columns import ColumnChoice
from auditor.read.dataset import read_inputs
from auditor.read.sources import located
from auditor.read.tables import read_table
from auditor.report.command import command_of

TABLE = "id,image,label\n1,a.png,cat\n2,b.png,dog\n3,c.png,cat\n"
PLACES = ["a.png", "b.png", "c.png"]
KOREAN = "고양이"
APART = unicodedata.normalize("NFD", KOREAN)


def read(
    path: object,
    image: str | None = None,
    root: object = None,
    text: tuple[str, ...] = (),
    features: tuple[str, ...] = (),
) -> Dataset:
    """A dataset, with what was said of its images."""
    columns = ColumnChoice(image=image, text=text, features=features)
    return read_inputs(path, (), InputChoice(columns=columns, image_root=root)).dataset


def the(dataset: Dataset, slug: str) -> Problem:
    """The only note of a code."""
    (note,) = [note for note in dataset.notes if note.slug == slug]
    return note


def bytes_in(dataset: Dataset) -> list[bytes | str]:
    """The bytes of every image, or why it cannot be opened."""
    assert dataset.images is not None
    out: list[bytes | str] = []
    for row in range(len(dataset)):
        try:
            out.append(dataset.images.bytes_of(row))
        except Unreadable as error:
            out.append(error.why)
    return out


# tables


@pytest.mark.parametrize("where", ["{}", "images/{}", "images.zip:{}", "images.zip:all/{}"])
def test_images_are_looked_for_beside_the_table(tmp_path: Path, where: str) -> None:
    """In its folder, in images/, in images.zip, also where that holds one folder; it is said which."""
    archive, _, inner = where.rpartition(":")
    members = {inner.format(place): picture(at) for at, place in enumerate(PLACES)}
    if archive:
        zipped(tmp_path / archive, members)
    else:
        put(tmp_path, members)
    dataset = read(put(tmp_path, {"data.csv": TABLE}) / "data.csv")
    assert bytes_in(dataset) == list(members.values())
    assert (dataset.content.kind, dataset.content.columns.column_names) == ("images", ["image"])
    assert (dataset.roles["image"], dataset.why["image"]) == (("image",), "name")
    assert "features" not in dataset.roles
    said = str(the(dataset, "images-found").what)
    name = "images.zip" if archive else "images" if "/" in where else "the folder of data.csv"
    assert said == f"data.csv: 3 images of column image found in {name}"


def test_the_place_that_holds_most_is_taken(tmp_path: Path) -> None:
    """One stray file beside the table does not hide the archive."""
    put(tmp_path, {"data.csv": TABLE, "a.png": b"stray"})
    zipped(tmp_path / "images.zip", pictures(PLACES))
    assert bytes_in(read(tmp_path / "data.csv")) == list(pictures(PLACES).values())


@pytest.mark.parametrize("root", ["photos", "photos.zip", "within"])
def test_a_flag_names_the_folder_or_the_archive(tmp_path: Path, root: str) -> None:
    """It is no guess then, and no other place is offered."""
    members = pictures(PLACES)
    put(tmp_path / "photos", members)
    zipped(tmp_path / "photos.zip", members)
    zipped(tmp_path / "within", {f"top/{place}": content for place, content in members.items()})
    dataset = read(put(tmp_path, {"data.csv": TABLE}) / "data.csv", root=tmp_path / root)
    assert bytes_in(dataset) == list(members.values())
    assert dataset.images is not None
    assert dataset.images.name == root


@pytest.mark.parametrize("name", ["path", "img", "File Name", "이미지", "filepath", "image_id"])
def test_columns_that_people_have_are_found_by_their_name(tmp_path: Path, name: str) -> None:
    put(tmp_path, {"data.csv": TABLE.replace("image", name), **pictures(PLACES)})
    assert read(tmp_path / "data.csv").roles["image"] == (name,)


def test_a_column_may_name_the_row_and_its_image(tmp_path: Path) -> None:
    """Kaggle's filename,label."""
    put(tmp_path, {"data.csv": "filename,label\na.png,x\nb.png,y\n", **pictures(PLACES)})
    dataset = read(tmp_path / "data.csv")
    assert dataset.ids.to_pylist() == ["a.png", "b.png"]
    assert (dataset.roles["id"], dataset.roles["image"]) == (("filename",), ("filename",))


def test_any_column_can_be_named(tmp_path: Path) -> None:
    put(tmp_path, {"data.csv": TABLE.replace("image", "what"), **pictures(PLACES)})
    dataset = read(tmp_path / "data.csv", image="what")
    assert (dataset.content.kind, dataset.why["image"]) == ("images", "flag")


def test_a_column_called_image_that_names_no_images_is_a_feature(tmp_path: Path) -> None:
    """At least half of its cells end as images do."""
    put(tmp_path, {"data.csv": "image,label\n0.5,x\n0.7,y\n"})
    dataset = read(tmp_path / "data.csv")
    assert (dataset.content.kind, dataset.images) == ("columns", None)


def test_of_two_columns_the_one_whose_files_are_there_is_taken(tmp_path: Path) -> None:
    put(tmp_path, {"data.csv": "path,image,label\nx/1.png,a.png,p\nx/2.png,b.png,q\n", **pictures(PLACES)})
    assert read(tmp_path / "data.csv").roles["image"] == ("image",)


def test_two_columns_of_other_images_are_asked_about(tmp_path: Path) -> None:
    put(tmp_path, {"data.csv": "path,image,label\nb.png,a.png,p\na.png,b.png,q\n", **pictures(PLACES)})
    (problem,) = refusal(UsageError, read, tmp_path / "data.csv")
    assert problem.slug == "image-column"
    assert [str(fix) for fix in problem.fixes] == ["--image path", "--image image"]


def test_a_text_stays_the_content_and_has_images_too(tmp_path: Path) -> None:
    put(tmp_path, {"data.csv": "image,text,label\na.png,one,p\nb.png,two,q\n", **pictures(PLACES)})
    dataset = read(tmp_path / "data.csv")
    assert (dataset.content.kind, dataset.content.columns.column_names) == ("text", ["text"])
    assert bytes_in(dataset) == [picture(0), picture(1)]


def test_features_that_a_flag_names_stay_the_content(tmp_path: Path) -> None:
    put(tmp_path, {"data.csv": "image,size,label\na.png,1,p\nb.png,2,q\n", **pictures(PLACES)})
    named = read(tmp_path / "data.csv", features=("size",))
    assert (named.content.kind, named.roles["features"]) == ("columns", ("size",))
    assert bytes_in(named) == [picture(0), picture(1)]
    unnamed = read(tmp_path / "data.csv")
    assert (unnamed.content.kind, unnamed.unused) == ("images", ("size",))


def test_another_unicode_form_and_separators_of_windows_are_said(tmp_path: Path) -> None:
    rows = f"image,label\n{KOREAN}.png,x\ncat\\a.png,y\n"
    put(tmp_path, {"data.csv": rows, **pictures([f"{APART}.png", "cat/a.png"])})
    dataset = read(tmp_path / "data.csv")
    assert bytes_in(dataset) == [picture(0), picture(1)]
    assert [str(detail) for detail in the(dataset, "images-found").details] == [
        "found in another Unicode form (NFC, NFD): 1",
        "written with \\ for /: 1",
    ]


def test_missing_images_are_counted_and_their_rows_stay(tmp_path: Path) -> None:
    rows = "image,label\na.png,x\ngone.png,y\n,x\nb.png,y\n"
    dataset = read(put(tmp_path, {"data.csv": rows, **pictures(PLACES)}) / "data.csv")
    assert (len(dataset), bytes_in(dataset)) == (4, [picture(0), "missing", "missing", picture(1)])
    warning = the(dataset, "images-missing")
    assert (warning.level, str(warning.what)) == ("warning", "data.csv: 2 rows without their image: gone.png")
    assert [str(detail) for detail in warning.details] == ["rows that name no file: 1"]


def test_paths_that_lead_out_are_counted_and_never_opened(tmp_path: Path) -> None:
    put(tmp_path, {"secret.png": b"secret", **{f"in/{place}": picture() for place in PLACES}})
    paths = ["a.png", str(tmp_path / "secret.png"), "../secret.png", "C:\\secret.png", "https://h/secret.png"]
    rows = "image,label\n" + "".join(f"{path},x\n" for path in paths)
    dataset = read(put(tmp_path, {"in/data.csv": rows}) / "in" / "data.csv")
    assert bytes_in(dataset) == [picture(), *["outside"] * 4]
    warning = the(dataset, "images-refused")
    assert warning.level == "warning"
    assert "3 paths are absolute or lead out" in str(warning.what)
    assert "1 address" in str(the(dataset, "images-not-fetched").what)


def test_addresses_are_shown_and_never_fetched(tmp_path: Path) -> None:
    """The network is blocked in the whole suite. The dataset stays one of names, also with a flag."""
    rows = "image,label\nhttp://127.0.0.1:9/a.png,x\ns3://bucket/b.png,y\n"
    path = put(tmp_path, {"data.csv": rows}) / "data.csv"
    for dataset in (read(path), read(path, image="image")):
        assert (dataset.content.kind, dataset.images) == ("files", None)
        assert the(dataset, "images-not-fetched").level == "note"


def test_images_that_are_nowhere_are_warned_of_and_shown_as_names(tmp_path: Path) -> None:
    """As before there were images: labels and predictions can be audited without them."""
    dataset = read(put(tmp_path, {"data.csv": TABLE}) / "data.csv")
    assert (dataset.content.kind, dataset.content.columns.column_names) == ("files", ["image"])
    assert (dataset.images, "image" in dataset.roles) == (None, False)
    warning = the(dataset, "images-not-found")
    assert (warning.level, [str(detail) for detail in warning.details]) == (
        "warning",
        ["the first paths: a.png, b.png, c.png", "looked for in: ."],
    )


@pytest.mark.parametrize(("image", "root"), [("image", None), (None, "empty"), ("image", "empty")])
def test_images_that_a_flag_names_and_that_are_nowhere_are_refused(
    tmp_path: Path, image: str | None, root: str | None
) -> None:
    put(tmp_path, {"data.csv": TABLE, "empty/note.md": "x"})
    where = None if root is None else tmp_path / root
    (problem,) = refusal(InputError, read, tmp_path / "data.csv", image, where)
    assert problem.slug == "images-not-found"
    assert str(problem.details[0]) == "the first paths: a.png, b.png, c.png"
    assert str(tmp_path) not in str(problem.what)


@pytest.mark.parametrize("place", ["train_images", "x.zip"])
def test_the_place_that_would_do_is_offered(tmp_path: Path, place: str) -> None:
    """Kaggle's train_images/ beside train.csv; what is offered works."""
    put(tmp_path, {"data.csv": TABLE, "other/note.md": "x"})
    if place.endswith(".zip"):
        zipped(tmp_path / place, pictures(PLACES))
    else:
        put(tmp_path / place, pictures(PLACES))
    warning = the(read(tmp_path / "data.csv"), "images-not-found")
    assert [str(fix) for fix in warning.fixes] == [f"--image-root {tmp_path / place}"]
    assert len(bytes_in(read(tmp_path / "data.csv", root=tmp_path / place))) == 3


def test_a_root_without_a_column_is_wrong_usage(tmp_path: Path) -> None:
    put(tmp_path, {"data.csv": "text,label\na,b\n"})
    assert slugs(refusal(UsageError, read, tmp_path / "data.csv", None, tmp_path)) == ["image-column"]


@pytest.mark.parametrize(
    ("root", "error", "slug"),
    [
        ("gone", InputError, "file-not-found"),
        ("data.csv", InputError, "file-unreadable"),
        ("https://host/images.zip", UsageError, "option-value"),
    ],
)
def test_a_root_that_is_none_is_refused(
    tmp_path: Path, root: str, error: type[auditor.AuditorError], slug: str
) -> None:
    put(tmp_path, {"data.csv": TABLE})
    where = root if "://" in root else tmp_path / root
    assert slugs(refusal(error, read, tmp_path / "data.csv", None, where)) == [slug]


def test_a_column_that_is_not_there_is_named(tmp_path: Path) -> None:
    put(tmp_path, {"data.csv": TABLE})
    (problem,) = refusal(UsageError, read, tmp_path / "data.csv", "imagee")
    assert (problem.slug, [str(fix) for fix in problem.fixes]) == ("column-not-found", ["--image image"])


def test_a_data_frame_needs_the_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Or the column by name: then paths are relative to the working folder."""
    put(tmp_path, pictures(PLACES))
    frame = pd.DataFrame({"image": PLACES, "label": ["x", "y", "x"]})
    unnamed = read(frame)
    assert (unnamed.content.kind, the(unnamed, "images-not-found").level) == ("files", "note")
    assert bytes_in(read(frame, root=tmp_path)) == list(pictures(PLACES).values())
    monkeypatch.chdir(tmp_path)
    assert bytes_in(read(frame, image="image")) == list(pictures(PLACES).values())


def test_shards_name_images_of_their_folder(tmp_path: Path) -> None:
    for split in ("train", "test"):
        table = pa.table({"image": [f"{split}_{place}" for place in PLACES], "label": ["x", "y", "x"]})
        pq.write_table(table, tmp_path / f"{split}.parquet")
    zipped(tmp_path / "images.zip", pictures(f"{s}_{place}" for s in ("test", "train") for place in PLACES))
    dataset = read(tmp_path)
    assert (dataset.format, len(bytes_in(dataset))) == ("shards", 6)
    assert all(isinstance(content, bytes) for content in bytes_in(dataset))


# folders and archives of images


CLASSES = {"cat/1.png": picture(1), "dog/2.png": picture(2), "dog/3.png": picture(3)}


def test_a_folder_gives_the_bytes_of_each_row(tmp_path: Path) -> None:
    dataset = read(put(tmp_path, CLASSES))
    assert bytes_in(dataset) == list(CLASSES.values())
    assert (dataset.content.kind, dataset.why["image"]) == ("images", "format")


def test_names_are_composed_and_the_files_are_opened_as_they_are_called(tmp_path: Path) -> None:
    dataset = read(put(tmp_path, {f"{APART}/{APART}.png": picture(1), "dog/2.png": picture(2)}))
    assert dataset.ids.to_pylist() == ["dog/2.png", f"{KOREAN}/{KOREAN}.png"]
    assert bytes_in(dataset) == [picture(2), picture(1)]


def test_images_with_masks_are_opened_and_the_masks_are_not(tmp_path: Path) -> None:
    dataset = read(put(tmp_path, {"images/a.png": picture(1), "masks/a.png": picture(2)}))
    assert bytes_in(dataset) == [picture(1)]
    assert (dataset.content.kind, dataset.content.columns.column_names) == ("images", ["image", "mask"])


def test_sounds_stay_names(tmp_path: Path) -> None:
    dataset = read(put(tmp_path, {"yes/1.wav": b"x", "no/2.wav": b"y"}))
    assert (dataset.content.kind, dataset.images) == ("files", None)
    assert "the sounds are not opened" in str(the(dataset, "content-not-compared").what)


@pytest.mark.parametrize(
    "members",
    [
        CLASSES,
        {f"train/{place}": content for place, content in CLASSES.items()} | {"test/cat/4.png": picture(4)},
        {f"pets/{place}": content for place, content in CLASSES.items()},
        {**CLASSES, "metadata.csv": "file_name,text\ncat/1.png,a cat\ndog/2.png,a dog\ndog/3.png,x\n"},
        {**pictures(f"images/{place}" for place in PLACES), "data.csv": TABLE},
        {**pictures(PLACES), "data.csv": TABLE, "README.md": "x"},
    ],
    ids=["classes", "splits", "below", "metadata", "manifest", "flat"],
)
def test_an_archive_is_read_as_the_folder_that_was_packed(
    tmp_path: Path, members: dict[str, bytes | str]
) -> None:
    """Same rows, labels, splits, content and bytes; the images are not unpacked."""
    folder = read(put(tmp_path / "a", members))
    path = zipped(tmp_path / "b" / "a.zip", members)
    archive = read(path)
    assert (archive.format, archive.fingerprint) == (folder.format, folder.fingerprint)
    assert (archive.classes, archive.roles) == (folder.classes, folder.roles)
    assert archive.labels.codes.tolist() == folder.labels.codes.tolist()
    assert bytes_in(archive) == bytes_in(folder)
    assert all(isinstance(content, bytes) for content in bytes_in(archive))
    unpacked = [one.suffix for one in located(path, folders=True).path.rglob("*") if one.is_file()]
    assert ".png" not in unpacked


def test_the_table_of_a_folder_and_its_images_are_one_dataset(tmp_path: Path) -> None:
    """Images that no row names are said; a table that names none of the images is not taken for theirs."""
    put(tmp_path / "one", {"labels.csv": TABLE, **pictures([*PLACES, "d.png"])})
    dataset = read(tmp_path / "one")
    assert (dataset.format, len(dataset)) == ("image-manifest", 3)
    assert "1 file was not read: d.png" in str(the(dataset, "files-left-out").what)
    put(tmp_path / "two", {"labels.csv": TABLE, "x.png": picture()})
    assert slugs(refusal(InputError, read, tmp_path / "two")) == ["format-ambiguous"]


def test_a_table_in_a_folder_may_hold_probabilities(tmp_path: Path) -> None:
    """They are read as those of a table alone."""
    rows = "image,label,prob_cat,prob_dog\na.png,cat,.9,.1\nb.png,dog,.2,.8\nc.png,cat,.7,.3\n"
    put(tmp_path, {"labels.csv": rows, **pictures(PLACES)})
    given = read_inputs(tmp_path)
    assert given.probabilities is not None
    assert given.probabilities.blocks.read(0, 3)[:, 0].tolist() == [0.9, 0.2, 0.7]
    assert given.dataset.images is not None


def test_what_is_offered_of_an_archive_can_be_typed(tmp_path: Path) -> None:
    """The temporary folder of its tables is never named."""
    members = {**pictures(PLACES), "a.csv": TABLE, "b.csv": "id,text,label\n1,a,b\n"}
    path = zipped(tmp_path / "set.zip", members)
    (problem,) = refusal(InputError, read, path)
    assert problem.slug == "format-ambiguous"
    assert "unpack it, and name one file: set/a.csv" in [str(fix) for fix in problem.fixes]
    table = read_table(path, input_format="image-folder")
    (warning,) = [note for note in table.notes if note.slug == "annotations-not-read"]
    assert "unzip set.zip -d set && auditor check set/a.csv" in str(warning.fixes[0])


def test_hostile_members_are_left_out_and_said(tmp_path: Path) -> None:
    members = {"../out.png": b"x", "/etc/x.png": b"x", "cat/1.png": picture(), "dog/2.png": picture()}
    members |= {"../../labels.csv": b"id,label\n"}
    path = zipped(tmp_path / "deep" / "er" / "a.zip", members)
    dataset = read(path)
    assert dataset.ids.to_pylist() == ["cat/1.png", "dog/2.png"]
    assert "3 names lead out of the archive" in str(the(dataset, "archive-names-refused").what)
    assert [one.name for one in tmp_path.rglob("*") if one.is_file()] == ["a.zip"]


def test_an_archive_that_unpacks_to_many_times_its_size_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The whole of it, and its tables."""
    monkeypatch.setattr(image_zip, "HARMLESS", 1000)
    for members in ({"a.png": bytes(1_000_000)}, {"a.png": picture(), "a.csv": bytes(1_000_000)}):
        path = zipped(tmp_path / "a.zip", members)
        assert slugs(refusal(InputError, read, path)) == ["archive-refused"]
        path.unlink()


@pytest.mark.parametrize("members", [{"a.png": b"x"}, {"a.csv": b"x,label\n", "b.png": b"x"}])
def test_an_encrypted_archive_is_refused(tmp_path: Path, members: dict[str, bytes]) -> None:
    """Where all of it is encrypted, or a table; an image alone is a fault of its row."""
    path = zipped(tmp_path / "a.zip", members)
    content = bytearray(path.read_bytes())
    content[content.index(b"PK\x01\x02") + 8] |= 1
    path.write_bytes(content)
    (problem,) = refusal(InputError, read, path)
    assert (problem.slug, str(problem.what)) == ("archive-refused", "a.zip is encrypted")


@pytest.mark.parametrize("cut", [10, 100, 200])
def test_a_damaged_archive_is_refused(tmp_path: Path, cut: int) -> None:
    path = zipped(tmp_path / "a.zip", CLASSES)
    path.write_bytes(path.read_bytes()[:-cut])
    assert slugs(refusal(InputError, read, path)) == ["file-unreadable"]


def test_an_archive_of_one_table_is_still_that_table(tmp_path: Path) -> None:
    path = zipped(tmp_path / "a.zip", {"a.csv": "text,label\none,x\ntwo,y\n"})
    assert read(path).format == "csv"


def test_pictures_in_an_office_document_make_no_dataset(tmp_path: Path) -> None:
    path = zipped(tmp_path / "a.zip", {"[Content_Types].xml": b"x", "xl/media/image1.png": picture()})
    assert slugs(refusal(InputError, read, path)) == ["format-unknown"]


def test_a_name_twice_and_names_in_cp949_are_said(tmp_path: Path) -> None:
    raw = f"{KOREAN}/1.png".encode("cp949")
    path = zipped(tmp_path / "a.zip", {"x" * len(raw): picture(), "dog/2.png": picture()})
    with pytest.warns(UserWarning), zipfile.ZipFile(path, "a") as archive:
        archive.writestr("dog/2.png", picture(2))
    path.write_bytes(path.read_bytes().replace(b"x" * len(raw), raw))
    dataset = read(path)
    assert dataset.classes == ("dog", KOREAN)
    assert bytes_in(dataset) == [picture(2), picture()]
    assert "dog/2.png" in str(the(dataset, "archive-names-repeat").what)
    assert "cp949" in str(the(dataset, "archive-names-decoded").what)


@given(
    paths=st.lists(
        st.one_of(
            st.sampled_from(["a.png", "../secret.png", "/etc/passwd", "a\\..\\..\\secret.png", "", "b.png"]),
            st.text(st.characters(exclude_categories=["Cs"]), max_size=12).map(lambda text: text + ".png"),
        ),
        min_size=1,
        max_size=8,
    )
)
@settings(max_examples=60)
def test_no_manifest_opens_a_file_outside(tmp_path_factory: pytest.TempPathFactory, paths: list[str]) -> None:
    """Whatever its paths are, of a folder and of an archive: rows stay, and nothing secret is read."""
    top = put(tmp_path_factory.mktemp("top"), {"secret.png": b"secret", "in/a.png": b"ok", "in/b.png": b"ok"})
    frame = pd.DataFrame({"image": ["a.png", *paths], "label": ["x"] * (len(paths) + 1)})
    archive = zipped(top / "in.zip", {"a.png": b"ok", "b.png": b"ok", "../secret.png": b"secret"})
    for root in (top / "in", archive):
        found = bytes_in(read(frame, image="image", root=root))
        assert len(found) == len(frame)
        assert set(found) <= {b"ok", "missing", "outside"}


# the way from the command line, the configuration and Python


def named(folder: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """A table whose images only flags can find, from another folder; the flags that say so."""
    put(folder, {"in/data.csv": TABLE.replace("image", "what"), **{f"photos/{p}": picture() for p in PLACES}})
    monkeypatch.chdir(folder)
    return ["--image", "what", "--image-root", "photos"]


def test_flags_configuration_and_python_say_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """What was understood is the same; a flag wins; paths of the configuration are relative to it."""
    flags = named(tmp_path, monkeypatch)
    said = []
    for more in (flags, ["--config", "in/auditor.toml"], ["--config", "in/other.toml", *flags[2:]]):
        (tmp_path / "in" / "auditor.toml").write_text("[data]\nimage = 'what'\nimage_root = '../photos'\n")
        (tmp_path / "in" / "other.toml").write_text("[data]\nimage = 'what'\nimage_root = 'gone'\n")
        assert main(["check", "in/data.csv", "--json", *more]) == 0
        said.append(json.loads(capsys.readouterr().out)["dataset"])
    assert said[0] == said[1] == said[2]
    assert said[0]["roles"]["image"] == ["what"]
    given = auditor.check("in/data.csv", image="what", image_root=tmp_path / "photos").given
    assert given is not None
    assert given.dataset.fingerprint == said[0]["fingerprint"]
    assert main(["check", "in/data.csv", "--image", "what"]) == 3
    assert "--image-root DIR" in capsys.readouterr().out


def test_an_audit_keeps_the_name_of_the_folder_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The same audit from the command line and from Python; no path of this machine is in it."""
    flags = named(tmp_path, monkeypatch)
    assert main(["audit", "in/data.csv", *flags, "--quiet"]) == 0
    python = auditor.audit("in/data.csv", image="what", image_root=str(tmp_path / "photos"))
    saved = auditor.load_audit(tmp_path / "audit")
    assert saved.audit_id == python.audit_id
    assert saved.header["settings"]["input"]["image_root"] == "photos"
    assert "--image what --image-root photos" in command_of(saved.header).replace("  ", " ")
    assert str(tmp_path) not in (tmp_path / "audit" / "audit.json").read_text(encoding="utf-8")


def test_every_code_is_explained() -> None:
    for slug in (
        *("images-found", "images-missing", "images-refused", "images-not-fetched", "images-not-found"),
        *("image-column", "archive-names-refused", "archive-names-repeat", "archive-names-decoded"),
    ):
        assert slug in codes.CODES


# real data


@pytest.mark.parametrize(
    ("place", "rows", "name"),
    [
        ("dup_images/dataset.csv", 2565, "images.zip"),
        ("cifar10n/dataset.csv", 10_000, "images.zip"),
        ("dup_images/images.zip", 2565, "images.zip"),
        ("samples/digits", 297, "digits"),
        ("mnist/images_reviewed", 100, "images_reviewed"),
    ],
)
def test_real_packs_have_an_image_for_each_row(place: str, rows: int, name: str, shared_data: Path) -> None:
    dataset = read(shared_data / place)
    assert dataset.images is not None
    assert (len(dataset), dataset.images.found, dataset.images.name) == (rows, rows, name)
    marks = {dataset.images.bytes_of(row)[:3] for row in range(rows)}
    assert marks <= {b"\xff\xd8\xff", b"\x89PN"}
