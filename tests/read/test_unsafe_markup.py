"""XML, YAML and JSON that expand, call, fetch or lead out of their folder."""

from __future__ import annotations

import socket
import threading
import time
from itertools import pairwise
from pathlib import Path

import pytest
from audit_inputs import refusal, slugs
from examples_folders import EXAMPLES, voc_object, voc_xml

from auditor import audit
from auditor.errors import AuditorError
from auditor.read.tables import read_table

SOUND = voc_xml("1.jpg", voc_object("cat", (1, 1, 2, 2)))
LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
DECLARED = {
    "a billion laughs": f'<!DOCTYPE x [<!ENTITY l0 "ha">{LAUGHS}]>',
    "a file of this machine": '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>',
    "an address": '<!DOCTYPE x SYSTEM "http://127.0.0.1:{port}/x.dtd">',
    "a parameter": '<!DOCTYPE x [<!ENTITY % p SYSTEM "http://127.0.0.1:{port}/p">%p;]>',
    "an entity that is not used": '<!DOCTYPE x [<!ENTITY e "text">]>',
}


class Listener:
    """A server on this machine that counts who comes."""

    def __init__(self) -> None:
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.port = self.socket.getsockname()[1]
        self.visits = 0
        threading.Thread(target=self._wait, daemon=True).start()

    def _wait(self) -> None:
        while True:
            try:
                visitor, _ = self.socket.accept()
            except OSError:
                return
            self.visits += 1
            visitor.close()


@pytest.fixture
def listener() -> object:
    """Closed after the test; nobody may have come."""
    found = Listener()
    yield found
    time.sleep(0.05)
    found.socket.close()
    assert found.visits == 0


@pytest.mark.parametrize("kind", DECLARED)
def test_xml_that_declares_anything_is_refused(tmp_path: Path, kind: str, listener: Listener) -> None:
    """Before anything of it is expanded or fetched."""
    folder = EXAMPLES["voc"].make(tmp_path)
    declared = DECLARED[kind].replace("{port}", str(listener.port))
    (folder / "Annotations" / "2.xml").write_text(f'<?xml version="1.0"?>{declared}{SOUND}', encoding="utf-8")
    before = time.process_time()
    assert slugs(refusal(AuditorError, read_table, folder)) == ["xml-refused"]
    assert time.process_time() - before < 2


@pytest.mark.parametrize(
    "text", ["", "<annotation>", "<a/><b/>", "<annotation>&e;</annotation>", "\0", "<" * 5_000]
)
def test_what_is_no_xml_is_refused_by_its_file(tmp_path: Path, text: str) -> None:
    folder = EXAMPLES["voc"].make(tmp_path)
    (folder / "Annotations" / "2.xml").write_text(text, encoding="utf-8")
    (problem,) = refusal(AuditorError, read_table, folder)
    assert problem.slug == "file-unreadable"
    assert "2.xml" in str(problem.what)


def test_xml_of_a_hundred_thousand_levels_is_no_crash(tmp_path: Path) -> None:
    """A recursion over it would end the process."""
    folder = EXAMPLES["voc"].make(tmp_path)
    deep = "<a>" * 100_000 + "</a>" * 100_000
    (folder / "Annotations" / "2.xml").write_text(f"<annotation>{deep}</annotation>", encoding="utf-8")
    try:
        read_table(folder)
    except AuditorError as error:
        assert slugs(error.problems)


YAML = {
    "a call": 'names: !!python/object/apply:os.mkdir ["PWNED"]',
    "an object": "names: !!python/object:os.Popen {}",
    "aliases": "a: &a [x,x,x,x,x,x,x,x,x]\n"
    + "".join(f"{b}: &{b} [*{a},*{a},*{a},*{a},*{a},*{a},*{a},*{a},*{a}]\n" for a, b in pairwise("abcdefghi"))
    + "names: *i\n",
    "a circle": "names: &a [*a]",
    "more than a megabyte": "names: [cat, dog]\n#" + "x" * (1 << 20),
    "levels": "names: " + "[" * 2_000,
}


@pytest.mark.parametrize("kind", YAML)
def test_yaml_builds_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str) -> None:
    """No object, no call, no expansion, nothing large."""
    pytest.importorskip("yaml")
    monkeypatch.chdir(tmp_path)
    folder = EXAMPLES["yolo"].make(tmp_path)
    (folder / "data.yaml").write_text(YAML[kind], encoding="utf-8")
    before = time.process_time()
    if kind == "a call":  # read as a list of one text
        assert set(read_table(folder).columns["label"].to_pylist()) <= {"PWNED", "#1"}
    else:
        assert slugs(refusal(AuditorError, read_table, folder))
    assert time.process_time() - before < 3
    assert not (tmp_path / "PWNED").exists()


@pytest.mark.parametrize("opening", ["[", '{"a":', '[{"text":'])
@pytest.mark.parametrize("suffix", [".json", ".jsonl"])
def test_json_of_a_hundred_thousand_levels_is_refused(tmp_path: Path, opening: str, suffix: str) -> None:
    path = tmp_path / f"data{suffix}"
    path.write_text(opening * 100_000, encoding="utf-8")
    assert slugs(refusal(AuditorError, read_table, path))


def test_addresses_in_data_are_text(tmp_path: Path, listener: Listener) -> None:
    """They stand in exports of annotation tools everywhere; a listener sees no hit during an audit."""
    url = f"http://127.0.0.1:{listener.port}/x.jpg"
    rows = "".join(f"{row},{url}?{row},s3://127.0.0.1/{row},{'ab'[row % 2]}\n" for row in range(40))
    (tmp_path / "data.csv").write_text(f"id,image,text,label\n{rows}", encoding="utf-8")
    audit(tmp_path / "data.csv").save(tmp_path / "out")
    assert len(audit(tmp_path / "data.csv").scores) == 40


OUTSIDE = (
    "../../etc/passwd",
    "/etc/passwd",
    "C:\\x.jpg",
    "\\\\server\\x",
    "..\\..\\x",
    "a\0b",
    "/dev/zero",
    "//x/y",
)


@pytest.mark.parametrize("name", OUTSIDE)
def test_a_path_in_data_opens_nothing(tmp_path: Path, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is text: only the files of the folder itself are opened."""
    opened: list[str] = []
    real = Path.open

    def watched(self: Path, *given: object, **options: object) -> object:
        opened.append(str(self))
        return real(self, *given, **options)  # type: ignore[arg-type]

    monkeypatch.setattr(Path, "open", watched)
    folder = EXAMPLES["voc"].make(tmp_path)
    shown = name.replace("\0", "")
    (folder / "Annotations" / "2.xml").write_text(
        voc_xml(shown, voc_object("cat", (1, 1, 2, 2))), encoding="utf-8"
    )
    try:
        table = read_table(folder)
    except AuditorError as error:
        assert slugs(error.problems)
    else:
        assert table.columns.num_rows
    assert all(Path(path).resolve().is_relative_to(tmp_path.resolve()) for path in opened)
