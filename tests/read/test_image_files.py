"""Where the bytes of images are: folders and archives, and every way out of them."""

from __future__ import annotations

import os
import struct
import unicodedata
import warnings
import zipfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from examples_archives import picture, pictures, zipped
from examples_folders import put
from hypothesis import example, given, settings
from hypothesis import strategies as st

from auditor.images import archive as archives
from auditor.images import files as image_file
from auditor.images.archive import Archive, open_archive
from auditor.images.files import Folder, ImageFiles, Root, Unreadable, image_files, plain, way_out

KOREAN = "고양이"
APART = unicodedata.normalize("NFD", KOREAN)


def why(root: Root, place: str) -> str:
    """Why a file cannot be read."""
    with pytest.raises(Unreadable) as caught:
        root.read(place)
    assert caught.value.why in image_file.WHYS
    return caught.value.why


def roots(folder: Path, members: dict[str, bytes]) -> list[Root]:
    """The same files in a folder and in an archive."""
    return [Folder(put(folder / "in", members)), open_archive(zipped(folder / "in.zip", members))]


# folders and archives alike


def test_the_bytes_are_those_of_the_file(tmp_path: Path) -> None:
    members = pictures(["a.png", "cat/b.png", f"{KOREAN}/c.png"])
    for root in roots(tmp_path, members):
        found = image_files(list(members), root)
        assert [found.bytes_of(row) for row in range(3)] == list(members.values())
        assert (found.places, found.found, found.other_form, len(found)) == (tuple(members), 3, 0, 3)


def test_names_in_another_unicode_form_are_found_and_counted(tmp_path: Path) -> None:
    """As given, then NFC, then NFD: a folder from a Mac and a table from Windows, or the other way round."""
    members = pictures([f"{APART}.png", f"{KOREAN}2.png", "plain.png"])
    for root in roots(tmp_path, members):
        found = image_files([f"{KOREAN}.png", f"{APART}2.png", "plain.png", f"{APART}.png"], root)
        assert found.places == (f"{APART}.png", f"{KOREAN}2.png", "plain.png", f"{APART}.png")
        assert (found.found, found.other_form) == (4, 2)
        assert found.bytes_of(0) == members[f"{APART}.png"]


def test_of_two_twins_each_is_its_own_file(tmp_path: Path) -> None:
    """NFC and NFD names side by side are two images."""
    members = pictures([f"{APART}.png", f"{KOREAN}.png"])
    for root in roots(tmp_path, members):
        found = image_files([f"{KOREAN}.png", f"{APART}.png"], root)
        assert [found.bytes_of(0), found.bytes_of(1)] == [members[f"{KOREAN}.png"], members[f"{APART}.png"]]
        assert found.other_form == 0


def test_separators_of_windows_are_accepted_and_counted(tmp_path: Path) -> None:
    for root in roots(tmp_path, pictures(["cat/a.png", f"cat/{APART}.png"])):
        found = image_files(["cat\\a.png", f"cat\\{KOREAN}.png", "cat/a.png"], root)
        assert found.places == ("cat/a.png", f"cat/{APART}.png", "cat/a.png")
        assert (found.found, found.backslashes, found.other_form) == (3, 2, 1)


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such names")
def test_a_name_that_holds_a_backslash_is_tried_first(tmp_path: Path) -> None:
    folder = put(tmp_path, {"a\\b.png": b"one", "a/b.png": b"two"})
    found = image_files(["a\\b.png"], Folder(folder))
    assert (found.bytes_of(0), found.backslashes) == (b"one", 0)


def test_paths_may_have_empty_parts_and_dots(tmp_path: Path) -> None:
    for root in roots(tmp_path, pictures(["cat/a.png"])):
        found = image_files(["./cat//a.png", "cat/./a.png"], root)
        assert (found.places, found.other_form) == (("cat/a.png",) * 2, 0)
        assert image_files(["a.png", "./a.png"], root, "cat").places == ("cat/a.png",) * 2


def test_rows_without_a_file_are_missing_and_the_others_stay(tmp_path: Path) -> None:
    for root in roots(tmp_path, pictures(["a.png"])):
        found = image_files(["a.png", "gone.png", "", ".", "a.png/b.png", "x" * 5000], root)
        assert (found.found, found.missing) == (1, (1, 2, 3, 4, 5))
        for row in found.missing:
            with pytest.raises(Unreadable) as caught:
                found.bytes_of(row)
            assert caught.value.why == "missing"


@pytest.mark.parametrize(
    "path",
    [
        *("../secret.png", "a/../../secret.png", "..\\secret.png", "a\\..\\..\\secret.png", ".."),
        *("/etc/passwd", "\\\\host\\share\\a.png", "\\a.png", "C:\\a.png", "c:a.png", "C:/a.png"),
        *("a\0.png", "file:///etc/passwd", "https://host/a.png", "s3://b/a.png", "zip::http://h/a.png"),
        "data:image/png;base64,AAAA",
    ],
)
def test_a_path_that_leads_elsewhere_is_never_looked_up(tmp_path: Path, path: str) -> None:
    """Neither is it opened, nor is it asked whether it is there."""

    class Asked(Exception):
        pass

    class Nothing:
        name = "-"

        def has(self, place: str) -> bool:
            raise Asked

        def read(self, place: str) -> bytes:
            raise Asked

    put(tmp_path, {"secret.png": b"secret", "in/a/b.png": b"x"})
    assert way_out(path) is not None
    found = image_files([path], Nothing())
    assert (found.places, found.refused, found.missing, found.found) == (("",), {0: path}, (), 0)
    with pytest.raises(Unreadable) as caught:
        found.bytes_of(0)
    assert caught.value.why == "outside"
    assert why(Folder(tmp_path / "in"), path) == "outside"


@pytest.mark.parametrize("path", ["a..b.png", "a../b.png", "~/a.png", "$HOME/a.png", "%00.png"])
def test_what_only_looks_like_a_way_out_is_a_name(tmp_path: Path, path: str) -> None:
    for root in roots(tmp_path, {path: b"x"}):
        assert image_files([path], root).bytes_of(0) == b"x"


def test_any_thread_may_open_any_image(tmp_path: Path) -> None:
    members = pictures(f"{n}.png" for n in range(200))
    for root in roots(tmp_path, members):
        found = image_files(list(members), root)
        with ThreadPoolExecutor(8) as pool:
            assert list(pool.map(found.bytes_of, range(200))) == list(members.values())


def test_an_empty_file_and_one_that_is_too_large_are_faults(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in (image_file, archives):
        monkeypatch.setattr(module, "MAX_FILE", 30)
    for root in roots(tmp_path, {"empty.png": b"", "large.png": bytes(31), "right.png": bytes(30)}):
        assert (why(root, "empty.png"), why(root, "large.png")) == ("empty", "too-large")
        assert root.read("right.png") == bytes(30)


# folders


def test_links_out_of_the_folder_devices_and_pipes_are_not_opened(tmp_path: Path) -> None:
    """A link to a file of the folder is one of its files."""
    put(tmp_path, {"secret.png": b"secret", "in/a.png": b"a", "out/b.png": b"b"})
    root = tmp_path / "in"
    (root / "link.png").symlink_to("a.png")
    (root / "out.png").symlink_to(tmp_path / "secret.png")
    (root / "folder").symlink_to(tmp_path / "out")
    (root / "zero.png").symlink_to("/dev/zero")
    (root / "circle.png").symlink_to("circle.png")
    (root / "gone.png").symlink_to("nothing.png")
    os.mkfifo(root / "pipe.png")
    (root / "dir.png").mkdir()
    folder = Folder(root)
    assert folder.read("link.png") == b"a"
    assert [why(folder, f"{name}.png") for name in ("out", "folder/b", "zero")] == ["outside"] * 3
    assert [why(folder, f"{name}.png") for name in ("pipe", "dir", "gone")] == [
        *("not-a-file", "not-a-file", "missing")
    ]
    assert why(folder, "circle.png") in {"missing", "outside", "broken"}
    assert not any(map(folder.has, ["pipe.png", "dir.png", "zero.png", "gone.png", "circle.png"]))


def test_the_folder_itself_may_be_a_link(tmp_path: Path) -> None:
    put(tmp_path, {"in/a.png": b"a"})
    (tmp_path / "link").symlink_to("in")
    assert Folder(tmp_path / "link").read("a.png") == b"a"


# archives


def test_names_that_lead_out_of_an_archive_are_counted_and_not_read(tmp_path: Path) -> None:
    names = ["../a.png", "/etc/a.png", "C:/a.png", "x/../../a.png", "..\\a.png", "ok/a.png"]
    found = open_archive(zipped(tmp_path / "a.zip", {name: picture() for name in names}))
    assert (list(found.members), sorted(found.outside)) == (["ok/a.png"], sorted(names[:-1]))
    assert [why(found, name) for name in names[:-1]] == ["missing"] * 5


def test_names_with_the_separators_of_windows_are_those_of_folders(tmp_path: Path) -> None:
    found = open_archive(zipped(tmp_path / "a.zip", {"cat\\a.png": b"x"}))
    assert (found.read("cat/a.png"), found.folders) == (b"x", ("cat",))


def test_what_systems_add_links_and_hidden_names_are_left_out(tmp_path: Path) -> None:
    link = zipfile.ZipInfo("link.png")
    link.external_attr = 0o120777 << 16
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr("a.png", b"x")
        archive.writestr("empty/", b"")
        archive.writestr("__MACOSX/._a.png", b"x")
        archive.writestr(".hidden/a.png", b"x")
        archive.writestr("cat/.DS_Store", b"x")
        archive.writestr("cat/Thumbs.db", b"x")
        archive.writestr(link, "/etc/passwd")
    found = open_archive(tmp_path / "a.zip")
    assert (list(found.members), found.hidden, found.links) == (["a.png"], 4, ("link.png",))
    assert found.folders == ("empty",)


def test_of_two_members_with_one_name_the_last_counts(tmp_path: Path) -> None:
    """As when the archive is unpacked."""
    with warnings.catch_warnings(), zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        warnings.simplefilter("ignore")
        archive.writestr("a.png", b"first")
        archive.writestr("a.png", b"last")
    found = open_archive(tmp_path / "a.zip")
    assert (found.read("a.png"), found.repeated) == (b"last", ("a.png",))


@pytest.mark.parametrize("encoding", ["cp949", "utf-8"])
def test_names_that_do_not_say_their_encoding_are_read_as_it_was(tmp_path: Path, encoding: str) -> None:
    """Windows in Korea writes cp949, a Mac UTF-8; neither sets the flag that Python wants."""
    raw = f"{KOREAN}/긍정.png".encode(encoding)
    path = zipped(tmp_path / "a.zip", {"x" * len(raw): b"x"})
    path.write_bytes(path.read_bytes().replace(b"x" * len(raw), raw))
    found = open_archive(path)
    assert (list(found.members), found.decoded) == ([f"{KOREAN}/긍정.png"], encoding)
    assert found.read(f"{KOREAN}/긍정.png") == b"x"


def _patched(path: Path, old: bytes, new: bytes) -> Archive:
    content = path.read_bytes()
    assert content.count(old) == 1
    path.write_bytes(content.replace(old, new))
    return open_archive(path)


def test_a_damaged_member_is_a_fault_and_the_others_are_read(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr("a.png", b"content-a")
        archive.writestr("b.png", b"content-b")
    found = _patched(tmp_path / "a.zip", b"content-a", b"content-x")
    assert (why(found, "a.png"), found.read("b.png")) == ("broken", b"content-b")


def test_an_encrypted_member_is_a_fault(tmp_path: Path) -> None:
    path = zipped(tmp_path / "a.zip", {"a.png": picture()})
    content = bytearray(path.read_bytes())
    content[content.index(b"PK\x01\x02") + 8] |= 1
    path.write_bytes(content)
    with pytest.raises(Unreadable) as caught:
        open_archive(path).read("a.png")
    assert (caught.value.why, caught.value.detail) == ("broken", "encrypted")


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_a_member_that_is_packed_in_a_rare_way_is_a_fault(tmp_path: Path, method: int) -> None:
    with zipfile.ZipFile(tmp_path / "a.zip", "w", method) as archive:
        archive.writestr("a.png", picture())
    assert why(open_archive(tmp_path / "a.zip"), "a.png") == "broken"


def test_a_member_that_swells_is_a_bomb(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archives, "HARMLESS", 1000)
    found = open_archive(zipped(tmp_path / "a.zip", {"a.png": b"\0" * 1_000_000, "b.png": b"\0" * 1000}))
    assert (why(found, "a.png"), found.read("b.png")) == ("bomb", b"\0" * 1000)


@pytest.mark.parametrize("declared", [0, 1, 99, 101, 1 << 20])
def test_a_size_that_is_not_true_is_a_fault(tmp_path: Path, declared: int) -> None:
    """No more is unpacked than a byte over what the directory declares."""
    path = zipped(tmp_path / "a.zip", {"a.png": bytes(100)})
    content = bytearray(path.read_bytes())
    struct.pack_into("<I", content, content.index(b"PK\x01\x02") + 24, declared)
    path.write_bytes(content)
    assert why(open_archive(path), "a.png") in {"broken", "empty"}


def test_an_archive_that_is_gone_or_cut_is_a_fault(tmp_path: Path) -> None:
    path = zipped(tmp_path / "a.zip", {"a.png": picture()})
    found = open_archive(path)
    path.write_bytes(path.read_bytes()[:20])
    assert why(found, "a.png") == "broken"
    path.unlink()
    assert why(found, "a.png") == "broken"


# any path


PIECES = st.sampled_from(
    [
        "..",
        ".",
        "",
        "a",
        "in",
        "secret.png",
        "ok.png",
        "C:",
        "~",
        "\0",
        "link",
        "etc",
        "passwd",
        "％",
        "x" * 300,
    ]
)
PATHS = st.one_of(
    st.text(max_size=30),
    st.builds(
        lambda start, parts, joint: start + joint.join(parts),
        st.sampled_from(["", "/", "\\", "//", "\\\\?\\", "C:\\", "file:///", "http://h/", " "]),
        st.lists(PIECES, max_size=6),
        st.sampled_from(["/", "\\", "//", "/./"]),
    ),
)


@pytest.fixture(scope="module")
def surrounded(tmp_path_factory: pytest.TempPathFactory) -> tuple[Folder, Archive]:
    """A folder and an archive with one harmless file; everything around them is secret."""
    top = tmp_path_factory.mktemp("top")
    places = ["secret.png", "ok.png", "a/secret.png", "etc/passwd", "in2/ok.png"]
    put(top, dict.fromkeys(places, b"secret") | {"in/ok.png": b"ok", "in/a/ok.png": b"ok"})
    (top / "in" / "link").symlink_to(top)
    (top / "in" / "a" / "link").symlink_to("../..")
    names = ["ok.png", "a/ok.png"]
    members = {**dict.fromkeys(names, b"ok"), "../ok.png": b"secret", "/etc/passwd": b"secret"}
    return Folder(top / "in"), open_archive(zipped(top / "in.zip", members))


@given(path=PATHS, before=st.sampled_from(["", "a"]))
@settings(max_examples=400)
@example(path="link/secret.png", before="")
@example(path="link/in2/ok.png", before="a")
@example(path="a/../../secret.png", before="")
def test_no_path_opens_a_file_outside(surrounded: tuple[Folder, Archive], path: str, before: str) -> None:
    """However it is written, in a folder and in an archive: a file of the root is read, or it is a fault."""
    for root in surrounded:
        found = image_files([path], root, before)
        for read in (lambda f=found: f.bytes_of(0), lambda r=root: r.read(path)):
            try:
                assert read() == b"ok"
            except Unreadable as error:
                assert error.why in image_file.WHYS


@given(st.text(max_size=40))
def test_a_plain_path_is_plain_once_and_for_all(path: str) -> None:
    assert plain(plain(path)) == plain(path)
    assert not {"", "."} & set(plain(path).split("/")) or not plain(path)


def test_what_is_shown_of_images_names_no_folder_of_this_machine(tmp_path: Path) -> None:
    found = image_files(["a.png"], Folder(tmp_path / "photos"))
    assert isinstance(found, ImageFiles)
    assert str(tmp_path) not in repr(found)
