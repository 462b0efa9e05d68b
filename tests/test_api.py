"""`import auditor`: what it offers, what it takes, and that it neither prints nor changes anything."""

from __future__ import annotations

import doctest
import inspect
import subprocess
import sys
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from audit_inputs import planted, planted_audit, planted_files

import auditor
from auditor import UsageError

PACKAGE = Path(auditor.__file__).parent
WITH_EXAMPLES = [path for path in sorted(PACKAGE.rglob("*.py")) if ">>> " in path.read_text(encoding="utf-8")]
FUNCTIONS = [name for name in auditor.__all__ if inspect.isfunction(getattr(auditor, name))]


# what it offers


def test_the_public_names_exist_and_stand_in_order() -> None:
    assert auditor.__all__ == sorted(auditor.__all__)
    assert dir(auditor) == auditor.__all__
    assert all(hasattr(auditor, name) for name in auditor.__all__)
    assert {"Audit", "audit", "load_audit", "write_report"} <= set(auditor.__all__)


def test_a_name_that_is_not_there_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="audot"):
        _ = auditor.audot


@pytest.mark.parametrize("name", [name for name in auditor.__all__ if name != "__version__"])
def test_a_public_name_is_documented(name: str) -> None:
    """A sentence that ends in a full stop; functions and the audit with an example that runs."""
    doc = inspect.getdoc(getattr(auditor, name)) or ""
    assert doc.split("\n\n")[0].rstrip().endswith(".")
    if name in {*FUNCTIONS, "Audit"}:
        assert "Example:" in doc and ">>> " in doc


@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_public_function_tells_all_its_arguments(name: str) -> None:
    """Every parameter occurs in the part `Args:`, every error under `Raises:` exists."""
    function = getattr(auditor, name)
    doc = inspect.getdoc(function) or ""
    told = doc.partition("Args:")[2].partition("Raises:")[0]
    assert [word for word in inspect.signature(function).parameters if word not in told] == []


@pytest.mark.parametrize("path", WITH_EXAMPLES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_the_examples_of_the_documentation_run(path: Path) -> None:
    """Every module with a `>>>` in it."""
    name = ".".join(path.relative_to(PACKAGE.parent).with_suffix("").parts)
    found = doctest.testmod(import_module(name))
    assert found.failed == 0
    assert found.attempted > 0


def test_no_public_function_bears_the_name_of_a_module() -> None:
    """After an inner import the module would stand in its place."""
    modules = {path.stem for path in PACKAGE.glob("*.py")} | {
        path.name for path in PACKAGE.iterdir() if path.is_dir()
    }
    assert not set(auditor.__all__) & modules


def test_importing_auditor_stays_light() -> None:
    """Nothing that costs more than itself is imported before it is used."""
    heavy = {"numpy", "pyarrow", "pandas", "click", "rich"}
    code = f"import auditor, sys; print(sorted({heavy} & set(sys.modules)))"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout == "[]\n"


def test_the_functions_stay_functions_after_every_module_is_imported(tmp_path: Path) -> None:
    """`auditor.audit` is a function, whatever was imported meanwhile."""
    planted_audit().save(tmp_path / "a")
    assert [name for name in FUNCTIONS if not callable(getattr(auditor, name))] == []


# what it takes


def planted_kept() -> tuple[pd.DataFrame, np.ndarray]:
    frame, probs, _ = planted()
    return frame, probs


def test_a_table_and_an_array_are_audited() -> None:
    """The four planted wrong labels are the first four of the queue."""
    frame, probs, faults = planted()
    audit = auditor.audit(frame, predictions=probs)
    assert set(audit.queue["item"].head(4)) == faults["label_issue"]
    assert audit.measure("label_issues.count").value == 4


def test_a_file_and_a_table_give_the_same_queue(tmp_path: Path) -> None:
    """Only the names of the files differ."""
    data, predictions = planted_files(tmp_path)
    from_file = auditor.audit(str(data), predictions=predictions)
    from_table = auditor.audit(*planted_kept()[:1], predictions=planted()[1])
    pd.testing.assert_frame_equal(from_file.queue, from_table.queue)
    assert from_file.header["dataset"]["fingerprint"] == from_table.header["dataset"]["fingerprint"]


def test_several_arrays_are_averaged() -> None:
    """p(given) of a row is the mean over the models."""
    frame, probs = planted_kept()
    other = 0.5 * probs + 0.5 / 3
    audit = auditor.audit(frame, predictions=[probs, other])
    expected = (probs[101, 0] + other[101, 0]) / 2  # item-101 is given class 0, cat
    assert audit.scores["p_given"][101] == pytest.approx(expected, abs=1e-12)
    assert len(audit.header["predictions"]["files"]) == 2


def test_a_list_of_classes_orders_the_columns() -> None:
    """The same columns in another order with their names are the same audit."""
    frame, probs = planted_kept()
    turned = auditor.audit(frame, predictions=probs[:, [2, 0, 1]], classes=["eel", "cat", "dog"])
    assert turned.header["dataset"]["classes"] == ["eel", "cat", "dog"]
    assert list(turned.queue["item"]) == list(planted_audit().queue["item"])


def test_a_table_of_probabilities_is_joined_by_the_names_of_its_columns() -> None:
    frame, probs = planted_kept()
    table = pd.DataFrame(probs[:, [1, 2, 0]], columns=["dog", "eel", "cat"])
    audit = auditor.audit(frame, predictions=table)
    assert audit.measure("label_issues.count").value == 4


def test_columns_can_be_named(tmp_path: Path) -> None:
    frame, probs = planted_kept()
    odd = frame.rename(columns={"id": "who", "label": "judged", "text": "said", "split": "part"})
    audit = auditor.audit(odd, predictions=probs, id="who", label="judged", text=["said"], split="part")
    assert audit.header["dataset"]["roles"] == {
        "id": ["who"],
        "label": ["judged"],
        "split": ["part"],
        "text": ["said"],
        "annotator": ["annotator"],
        "slice": ["annotator"],
    }


@pytest.mark.parametrize(("said", "kept"), [(None, "not said"), (True, "yes"), (False, "no")])
def test_out_of_sample_is_kept_as_said(said: bool | None, kept: str) -> None:
    frame, probs = planted_kept()
    audit = auditor.audit(frame, predictions=probs, out_of_sample=said)
    assert audit.header["predictions"]["out_of_sample"] == kept


@pytest.mark.parametrize(
    ("option", "value"),
    [
        ("privacy", "id"),
        ("privacy", None),
        ("lang", "fr"),
        ("align", "row"),
        ("missing", "skip"),
        ("top", 0),
        ("top", -1),
        ("top", 1.5),
        ("detect", {"label_isues": {}}),
        ("detect", {"class_balance": {"too_smal": 3}}),
        ("detect", {"class_balance": {"too_small": "many"}}),
    ],
)
def test_a_value_that_is_not_allowed_is_a_usage_error(option: str, value: Any) -> None:
    """Above all a misspelt privacy, which would keep everything."""
    frame, probs = planted_kept()
    with pytest.raises(UsageError):
        auditor.audit(frame, predictions=probs, **{option: value})


def test_the_length_of_the_queue_can_be_told() -> None:
    """At most so many rows; a group is never cut; None is all."""
    assert len(planted_audit(top=30).queue) == 30
    assert len(planted_audit(top=None).queue) == 240


# what it leaves alone


def test_nothing_is_printed(capfd: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    """Neither by the audit nor by saving, loading, reporting, showing."""
    frame, probs = planted_kept()
    audit = auditor.audit(frame, predictions=probs)
    auditor.load_audit(audit.save(tmp_path / "a"))._repr_html_()
    auditor.write_report(audit, tmp_path / "r.html", lang="ko")
    assert capfd.readouterr() == ("", "")


def test_the_inputs_are_not_changed() -> None:
    frame, probs = planted_kept()
    frame_before, probs_before = frame.copy(deep=True), probs.copy()
    probs.flags.writeable = False
    auditor.audit(frame, predictions=[probs, probs_before * 0.5 + 1 / 6])
    pd.testing.assert_frame_equal(frame, frame_before)
    np.testing.assert_array_equal(probs, probs_before)


def test_progress_is_told_to_a_callback() -> None:
    """Phases by name, shares between 0 and 1."""
    frame, probs = planted_kept()
    told: list[tuple[str, float]] = []
    auditor.audit(frame, predictions=probs, progress=lambda phase, share: told.append((phase, share)))
    assert {"read", "detect", "queue"} <= {phase for phase, _ in told}
    assert all(0 <= share <= 1 for _, share in told)


# the audit


def test_the_tables_of_an_audit_are_frames() -> None:
    audit = planted_audit()
    assert list(audit.queue.columns[:3]) == ["rank", "item", "row"]
    assert len(audit.scores) == 240
    assert list(audit.classes["count"]) == [82, 78, 80]
    assert len(audit.duplicates) == 6 + 4
    assert set(audit.findings["kind"]) == {*planted()[2]}


def test_a_measure_that_is_not_there_lists_those_that_are() -> None:
    with pytest.raises(KeyError, match=r"label_issues\.count"):
        planted_audit().measure("label_issues.cuont")


@pytest.mark.parametrize("lang", ["en", "ko"])
def test_the_report_can_be_written_in_either_language(tmp_path: Path, lang: str) -> None:
    path = auditor.write_report(planted_audit(), tmp_path / "r.html", lang=lang)
    assert f'<html lang="{lang}">' in path.read_text(encoding="utf-8")


def test_a_report_in_a_language_we_do_not_have_is_a_usage_error(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="lang: fr"):
        auditor.write_report(planted_audit(), tmp_path / "r.html", lang="fr")
    with pytest.raises(UsageError, match="lang: fr"):
        planted_audit().save(tmp_path / "a", lang="fr")
    assert list(tmp_path.iterdir()) == []
