"""The configuration file: where it is found, what it may say, and what it is refused for."""

from __future__ import annotations

from pathlib import Path

import pytest

from auditor import UsageError
from auditor.config import Config, load_config


def put(folder: Path, name: str, text: str) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def refused(path: Path) -> tuple[str, str]:
    """(code, words) of a configuration that is refused."""
    with pytest.raises(UsageError) as error:
        load_config(path)
    assert int(error.value.exit_code) == 2
    return error.value.problems[0].slug, str(error.value)


# where it is found


def test_without_a_file_nothing_is_said(tmp_path: Path) -> None:
    config = load_config(start=tmp_path)
    assert config == Config()
    assert config.get("data", "label") is None
    assert config.several("data", "text") == ()


def test_a_file_of_ours_wins_over_pyproject_in_the_same_folder(tmp_path: Path) -> None:
    put(tmp_path, "pyproject.toml", "[tool.auditor.data]\nlabel = 'from pyproject'\n")
    assert load_config(start=tmp_path).get("data", "label") == "from pyproject"
    put(tmp_path, "auditor.toml", "[data]\nlabel = 'ours'\n")
    assert load_config(start=tmp_path).get("data", "label") == "ours"


def test_the_nearest_file_wins_alone(tmp_path: Path) -> None:
    """Files are not merged: what the farther one says is not taken."""
    (tmp_path / ".git").mkdir()
    put(tmp_path, "auditor.toml", "[data]\nlabel = 'far'\nid = 'far'\n")
    put(tmp_path / "a" / "b", "auditor.toml", "[data]\nlabel = 'near'\n")
    config = load_config(start=tmp_path / "a" / "b")
    assert (config.get("data", "label"), config.get("data", "id")) == ("near", None)
    assert load_config(start=tmp_path / "a").get("data", "label") == "far"


def test_a_pyproject_of_others_is_passed_by(tmp_path: Path) -> None:
    """One without [tool.auditor] ends no search."""
    (tmp_path / ".git").mkdir()
    put(tmp_path, "auditor.toml", "[data]\nlabel = 'root'\n")
    put(tmp_path / "a", "pyproject.toml", "[tool.ruff]\nline-length = 9\n")
    assert load_config(start=tmp_path / "a").get("data", "label") == "root"


@pytest.mark.parametrize("worktree", [False, True])
def test_the_search_ends_at_the_root_of_the_repository(tmp_path: Path, worktree: bool) -> None:
    """`.git` is a folder, or a file in a worktree."""
    put(tmp_path, "auditor.toml", "[data]\nlabel = 'outside'\n")
    (tmp_path / "repo" / "a").mkdir(parents=True)
    if worktree:
        put(tmp_path / "repo", ".git", "gitdir: elsewhere")
    else:
        (tmp_path / "repo" / ".git").mkdir()
    assert load_config(start=tmp_path / "repo" / "a") == Config()


def test_outside_a_repository_only_the_working_folder_counts(tmp_path: Path) -> None:
    """A file in the home folder must not steer every audit below it."""
    put(tmp_path, "auditor.toml", "[data]\nlabel = 'above'\n")
    (tmp_path / "a").mkdir()
    if any((folder / ".git").exists() for folder in tmp_path.parents):
        pytest.skip("the folder for temporary files is in a repository")
    assert load_config(start=tmp_path / "a") == Config()


def test_a_named_file_is_taken_wherever_it_is(tmp_path: Path) -> None:
    path = put(tmp_path / "conf", "mine.toml", "lang = 'ko'\n")
    config = load_config(path, start=tmp_path)
    assert (config.get("", "lang"), config.source) == ("ko", path)


def test_a_named_pyproject_is_read_under_tool_auditor(tmp_path: Path) -> None:
    path = put(tmp_path, "pyproject.toml", "[project]\nname = 'x'\n[tool.auditor]\nlang = 'ko'\n")
    assert load_config(path).get("", "lang") == "ko"


# what it may say


def test_paths_are_relative_to_the_file(tmp_path: Path) -> None:
    """From wherever it is called; absolute paths stay."""
    path = put(
        tmp_path / "conf",
        "auditor.toml",
        "[data]\npath = '../d.csv'\nclasses = 'names.txt'\n[predictions]\npath = ['a.npy', '/b.npy']\n"
        "[audit]\noutput = 'out'\n",
    )
    config = load_config(path)
    conf = tmp_path / "conf"
    assert config.get("data", "path") == str(conf / "../d.csv")
    assert config.several("predictions", "path") == (str(conf / "a.npy"), "/b.npy")
    assert config.get("audit", "output") == str(conf / "out")
    assert config.get("data", "classes") == str(conf / "names.txt")


@pytest.mark.parametrize("classes", ["'b,a'", "['b', 'a']"])
def test_class_names_are_no_path(tmp_path: Path, classes: str) -> None:
    config = load_config(put(tmp_path, "auditor.toml", f"[data]\nclasses = {classes}\n"))
    assert config.get("data", "classes") in ("b,a", ["b", "a"])


def test_one_text_or_a_list_of_them(tmp_path: Path) -> None:
    config = load_config(put(tmp_path, "auditor.toml", "[data]\ntext = 'a'\nfeatures = ['x_*', 'y']\n"))
    assert config.several("data", "text") == ("a",)
    assert config.several("data", "features") == ("x_*", "y")


def test_false_is_said_and_nothing_is_not_said(tmp_path: Path) -> None:
    config = load_config(put(tmp_path, "auditor.toml", "[predictions]\nout_of_sample = false\n"))
    assert config.get("predictions", "out_of_sample") is False
    assert config.get("predictions", "class_order_checked") is None


def test_a_byte_order_mark_is_no_fault(tmp_path: Path) -> None:
    """Editors on Windows write one."""
    assert load_config(put(tmp_path, "auditor.toml", "\ufefflang = 'ko'\n")).get("", "lang") == "ko"


def test_options_of_detectors_are_kept(tmp_path: Path) -> None:
    """A whole number is fine where a broken one is wanted."""
    text = "[detect.class_balance]\ntoo_small = 20\nbeta = 0\n[detect.label_issues]\nflags_by = 'cleanlab'\n"
    assert load_config(put(tmp_path, "auditor.toml", text)).detect == {
        "class_balance": {"too_small": 20, "beta": 0},
        "label_issues": {"flags_by": "cleanlab"},
    }


# what it is refused for


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("lable = 'x'\n", "has no key lable"),
        ("[dat]\nlabel = 'x'\n", "did you mean data?"),
        ("[data]\nlable = 'x'\n", "did you mean label?"),
        ("[data]\nfeatuers = 'x'\n", "did you mean features?"),
        ("[predictions]\nout-of-sample = true\n", "did you mean out_of_sample?"),
        ("[audit]\nprivcy = 'ids'\n", "did you mean privacy?"),
        ("[detect.label_isues]\n", "did you mean label_issues?"),
        ("[detect.class_balance]\ntoo_smal = 1\n", "did you mean too_small?"),
        ("[gates]\nrules = []\n", "keys: audit, data, detect, gate, lang, predictions, review, schema"),
    ],
)
def test_an_unknown_key_is_refused_with_a_guess(tmp_path: Path, text: str, words: str) -> None:
    code, said = refused(put(tmp_path, "auditor.toml", text))
    assert code == "config-unknown-key"
    assert words in said


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("lang = 1\n", "lang = 1"),
        ("[data]\nlabel = ['a']\n", "data.label = ['a']"),
        ("[data]\ntext = 1\n", "data.text = 1"),
        ("[predictions]\nout_of_sample = 'yes'\n", "predictions.out_of_sample = 'yes'"),
        ("[predictions]\nout_of_sample = 1\n", "predictions.out_of_sample = 1"),
        ("[audit]\ntop = 1.5\n", "audit.top = 1.5"),
        ("[audit]\ntop = true\n", "audit.top = True"),
        ("schema = true\n", "schema = True"),
        ("schema = 2\n", "this version reads schema 1"),
        ("data = 'x'\n", "data"),
        ("detect = 1\n", "detect"),
        ("[detect]\nlabel_issues = 1\n", "detect.label_issues = 1"),
        ("[data\n", "cannot be used"),
        ("", None),
    ],
)
def test_a_wrong_type_is_refused(tmp_path: Path, text: str, words: str | None) -> None:
    """With the key and the value; an empty file is none."""
    path = put(tmp_path, "auditor.toml", text)
    if words is None:
        assert load_config(path) == Config(source=path, sections={"": {}}, detect={})
        return
    code, said = refused(path)
    assert code in {"config-unreadable", "config-unknown-key"}
    assert words in said


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[detect.class_balance]\ntoo_small = 'many'\n", "detect.class_balance.too_small: 'many'"),
        ("[detect.class_balance]\ntoo_small = 1.5\n", "detect.class_balance.too_small: 1.5"),
        ("[detect.class_balance]\ntoo_small = true\n", "detect.class_balance.too_small: True"),
        ("[detect.label_issues]\nflags_by = 'magic'\n", "detect.label_issues.flags_by: 'magic'"),
    ],
)
def test_a_value_that_a_detector_cannot_use_is_refused_before_any_work(
    tmp_path: Path, text: str, words: str
) -> None:
    code, said = refused(put(tmp_path, "auditor.toml", text))
    assert code == "option-value"
    assert words in said


@pytest.mark.parametrize("text", ["tool = 1\n", "[tool]\nauditor = 1\n"])
def test_a_pyproject_of_an_odd_shape_is_no_bug(tmp_path: Path, text: str) -> None:
    path = put(tmp_path, "pyproject.toml", text)
    if text.startswith("[tool]"):
        assert refused(path)[0] == "config-unreadable"
    else:
        assert load_config(start=tmp_path) == Config()


@pytest.mark.parametrize("content", [b"\xff\xfe", b"lang = '\x00'"])
def test_a_file_that_is_no_text_is_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "auditor.toml").write_bytes(content)
    assert refused(tmp_path / "auditor.toml")[0] == "config-unreadable"


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    assert refused(tmp_path / "none.toml")[0] == "config-unreadable"
