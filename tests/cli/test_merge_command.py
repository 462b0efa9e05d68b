"""`auditor merge`: what it settles, prints, writes and refuses."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from click.testing import CliRunner, Result
from review_files import record, write_decisions

import auditor
from auditor.cli import main as program

ROWS = [(f"the {pet} number {n} walks", pet) for n in range(30) for pet in ("cat", "dog")]


def run(*args: object, code: int = 0) -> str:
    """What a command prints; it must exit with `code`."""
    result: Result = CliRunner().invoke(program.cli, [str(arg) for arg in args], standalone_mode=False)
    if isinstance(result.exception, auditor.AuditorError):
        assert result.exception.exit_code == code
        return "\n".join(str(problem.what) for problem in result.exception.problems)
    assert result.exception is None, result.exception
    assert (result.return_value or 0) == code
    return result.output


@pytest.fixture
def team(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with an audit and the files of three: they agree on a, differ on b, and kim alone judges c."""
    monkeypatch.chdir(tmp_path)
    frame = pd.DataFrame(ROWS, columns=["text", "label"]).assign(id=[f"i{n}" for n in range(len(ROWS))])
    frame.to_csv("data.csv", index=False)
    auditor.audit("data.csv").save("audit")
    audit = auditor.load_audit("audit")
    items = {entry["item"]: entry for entry in audit.tables["items"].to_pylist()}
    shared = {"rows": len(ROWS), "label_column": "label", "name": "data.csv"}
    dataset = shared | {"fingerprint": f"sha256:{audit.header['dataset']['fingerprint']}"}

    def said(item: str, label: str | None, **more: Any) -> dict[str, Any]:
        given = dict(zip(frame["id"], frame["label"], strict=True))[item]
        content = f"sha256:{items[item]['content']}"
        whole = {"given": given, "content": content, "row": int(item[1:])} | more
        return record(item, "relabel" if label else "keep", label, **whole)

    names = list(items)
    a, b, c = names[:3]
    other = {item: "dog" if int(item[1:]) % 2 == 0 else "cat" for item in names}
    answers = {
        "kim": [said(a, other[a]), said(b, other[b]), said(c, None)],
        "lee": [said(a, other[a]), said(b, None, comment="look again")],
        "park": [said(a, other[a])],
    }
    for name, decisions in answers.items():
        write_decisions(
            Path(f"{name}.json"), decisions, reviewer=name, classes=("cat", "dog"), dataset=dataset
        )
    Path("names.json").write_text(json.dumps([a, b, c]))
    return tmp_path


FILES = ("kim.json", "lee.json", "park.json")


def test_it_says_what_is_settled_and_how_far_they_agree(team: Path) -> None:
    """Of the pairs of answers on a all three are equal, the one on b is not: three of four."""
    printed = run("merge", *FILES)
    assert "1 settled by all who judged them" in printed and "1 settled by one reviewer alone" in printed
    assert "1 open, reviewers disagree" in printed and "75% of the pairs of answers" in printed
    assert "kim and lee: 2 items, 50% agree" in printed and "nothing was written" in printed
    assert sorted(path.name for path in team.iterdir()) == sorted(["audit", "data.csv", "names.json", *FILES])


def test_it_writes_the_file_and_the_page(team: Path) -> None:
    """The page asks about the conflict alone; the merged file stands for the three."""
    printed = run("merge", *FILES, "-o", "merged.json")
    assert "review-conflicts.html" in printed and "1 open item" in printed
    page = Path("review-conflicts.html").read_text(encoding="utf-8")
    assert "look again" in page
    one = run("apply", "data.csv", "merged.json", "--dry-run")
    three = run("apply", "data.csv", *FILES, "--dry-run")
    assert one.splitlines()[1:] == three.splitlines()[1:]


def test_the_lead_settles_it(team: Path) -> None:
    """Whose file comes on top of the merged one."""
    run("merge", *FILES, "-o", "merged.json")
    a, b, _ = json.loads(Path("names.json").read_text())
    given = dict(auditor.load_audit("audit").scores[["item", "given"]].itertuples(index=False))
    content = json.loads(Path("kim.json").read_text())["decisions"][1]["content"]
    write_decisions(
        Path("boss.json"),
        [record(b, "keep", given=given[b], content=content)],
        reviewer="boss",
        classes=("cat", "dog"),
    )
    printed = run("merge", "merged.json", "boss.json", "--lead", "boss", "-o", "settled.json", "--strict")
    assert "1 settled by the lead" in printed and "1 open" not in printed
    changed = run("apply", "data.csv", "settled.json", "-o", "fixed.csv", "--json")
    assert json.loads(changed)["changed"] == 1 and a in Path("fixed.changes.csv").read_text()


def test_json_and_korean(team: Path) -> None:
    found = json.loads(run("merge", *FILES, "--json"))
    assert found["schema"] == "auditor.merge/1" and found["items"] == 3
    assert found["settled"] == {"all": 1, "most": 0, "one": 1, "lead": 0}
    assert found["open"] == {"conflict": 1, "needs_votes": 0, "unsure": 0}
    assert found["agreement"]["raw"]["value"] == 0.75 and found["page"] is None
    assert run("merge", *FILES, "--lang", "ko") != run("merge", *FILES)
    assert run("merge", *FILES, "--quiet") == ""


def test_strict_fails_where_something_is_open(team: Path) -> None:
    run("merge", *FILES, "--strict", code=1)
    run("merge", "park.json", "--strict", code=0)


def test_without_an_audit_of_the_data_there_is_no_page(team: Path) -> None:
    """Another dataset's audit is not taken for it; one that is named is read, or refused."""
    Path("audit").rename("mine")
    printed = run("merge", *FILES, "-o", "merged.json")
    assert not Path("review-conflicts.html").exists() and "--audit AUDIT" in printed
    run("merge", *FILES, "--audit", "mine", "-o", "again.json", "--conflicts", "open.html")
    assert Path("open.html").exists()
    run("merge", *FILES, "--audit", "nowhere", "-o", "more.json", code=3)


def test_what_is_there_is_not_written_over(team: Path) -> None:
    run("merge", *FILES, "-o", "merged.json")
    before = Path("merged.json").read_bytes()
    run("merge", *FILES, "-o", "merged.json", code=2)
    run("merge", *FILES, "-o", "merged.json", "--force")
    assert Path("merged.json").read_bytes() == before
    assert "kim.json" in run("merge", *FILES, "-o", "kim.json", "--force", code=2)


def test_a_page_that_is_there_leaves_no_merged_file_behind(team: Path) -> None:
    """Both are written or neither."""
    Path("review-conflicts.html").write_text("mine")
    run("merge", *FILES, "-o", "merged.json", code=2)
    assert not Path("merged.json").exists() and Path("review-conflicts.html").read_text() == "mine"


def test_a_lead_whom_nobody_knows(team: Path) -> None:
    assert "--lead kin" in run("merge", *FILES, "--lead", "kin", code=2)


def test_files_of_two_datasets_do_not_merge(team: Path) -> None:
    """Another label column, or other classes."""
    write_decisions(Path("other.json"), [record("x", "keep")], classes=("cat", "dog"), column="topic")
    run("merge", "kim.json", "other.json", code=3)
    write_decisions(Path("far.json"), [record("x", "keep")], classes=("x", "y"))
    run("merge", "kim.json", "far.json", code=3)


@pytest.mark.parametrize("page", ["kim.json", "merged.json"])
def test_the_page_takes_the_place_of_no_file(team: Path, page: str) -> None:
    """Neither of one that is read, even with --force, nor of the merged file itself."""
    before = Path("kim.json").read_bytes()
    run("merge", *FILES, "-o", "merged.json", "--audit", "audit", "--conflicts", page, "--force", code=2)
    assert Path("kim.json").read_bytes() == before and not Path("merged.json").exists()


def test_a_file_of_the_page_of_open_items_asks_for_its_lead(team: Path) -> None:
    """Its role gives it no rights: it is a vote until somebody says who leads."""
    document = json.loads(Path("lee.json").read_text())
    document["reviewer"] = {"id": "boss", "role": "adjudicator"}
    Path("boss.json").write_text(json.dumps(document))
    assert "--lead boss" in run("merge", *FILES, "boss.json")
    assert "--lead boss" not in run("merge", *FILES, "boss.json", "--lead", "boss")
