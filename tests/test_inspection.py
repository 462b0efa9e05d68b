"""What is understood of an input, and everything that is wrong with it at once."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from audit_inputs import planted, planted_files, refusal, slugs

import auditor
from auditor.errors import ExitCode, InputError, UsageError
from auditor.inspection import Inspection, inspect
from auditor.pipeline import run
from auditor.read.choice import InputChoice
from auditor.read.columns import ColumnChoice
from auditor.report.inspected import answered


def verdicts(seen: Inspection) -> dict[str, str]:
    """Check -> its verdict."""
    return {answer.check: answer.verdict for answer in seen.answers}


def test_sound_data_can_be_audited() -> None:
    """Nothing worse than a note; the scan is there for the audit to go on with."""
    frame, probs, _ = planted()
    seen = inspect(frame, [probs])
    assert (seen.ok, seen.exit_code, seen.errors) == (True, ExitCode.DONE, ())
    assert {problem.level for problem in seen.problems} == {"note"}
    assert seen.rows is not None
    assert verdicts(seen)["class_order"] == "fine"
    assert seen.sound() == (seen.given, seen.index)


def test_columns_that_are_not_used_are_named() -> None:
    frame, probs, _ = planted()
    seen = inspect(frame.assign(source="web"), [probs])
    assert "  not used: source\n" in str(seen)
    assert seen.sound()[0].dataset.unused == ("source",)
    assert "not used" not in str(inspect(frame, [probs]))


def test_nothing_is_green_that_was_not_looked_at() -> None:
    """Without predictions no question about them has an answer."""
    frame, probs, _ = planted()
    asked = {answer.check for answer in inspect(frame, [probs]).answers}
    without = {answer.check for answer in inspect(frame).answers}
    assert without < asked
    assert "class_order" not in without


def test_faults_of_labels_and_of_predictions_are_told_together() -> None:
    """One class for all, and a row of NaN: mended one after the other they would take two runs."""
    frame, probs, _ = planted()
    probs[7, 1] = np.nan
    seen = inspect(frame.assign(label="cat"), [probs], InputChoice(class_names=("cat", "dog", "eel")))
    assert set(slugs(seen.errors)) == {"probabilities-not-finite", "one-class"}
    assert seen.exit_code == ExitCode.NO_VERDICT


def test_every_fault_of_every_file_is_told(tmp_path: Path) -> None:
    """A missing column of the dataset beside two prediction files that cannot be opened."""
    data, _ = planted_files(tmp_path)
    (tmp_path / "model.pt").write_bytes(b"\x80\x02")
    seen = inspect(
        data,
        [tmp_path / "none.npy", tmp_path / "model.pt"],
        InputChoice(columns=ColumnChoice(label="target")),
    )
    assert slugs(seen.errors) == ["column-not-found", "file-not-found", "pickle-refused"]
    assert seen.exit_code == ExitCode.USAGE
    assert seen.given is None


def test_what_can_be_understood_is_told_where_the_predictions_cannot_be_read(tmp_path: Path) -> None:
    data, _ = planted_files(tmp_path)
    seen = inspect(data, [tmp_path / "none.npy"])
    assert seen.given is not None
    assert (len(seen.given.dataset), seen.given.probabilities) == (240, None)
    assert slugs(seen.errors) == ["file-not-found"]


def test_predictions_are_not_judged_by_labels_that_are_none() -> None:
    """Ids taken for labels: what the predictions say of them would be noise."""
    frame = planted()[0]
    names = frame["id"].tolist()
    seen = inspect(frame.assign(label=names), [np.eye(240)[:, ::-1]], InputChoice(class_names=tuple(names)))
    assert slugs(seen.errors) == ["labels-look-like-ids"]
    assert "class_order" not in verdicts(seen)


@pytest.mark.parametrize(("label", "kind"), [("nowhere", UsageError), (None, InputError)])
def test_an_audit_raises_what_an_inspection_tells(label: str | None, kind: type[Exception]) -> None:
    """The same problems, whether the call or the input is at fault."""
    frame, probs, _ = planted()
    choice = InputChoice(columns=ColumnChoice(label=label))
    seen = inspect(frame, [probs[:, [1, 2, 0]]], choice)
    raised = refusal(kind, run, frame, [probs[:, [1, 2, 0]]], choice)  # type: ignore[arg-type]
    assert set(slugs(seen.errors)) <= set(slugs(raised))
    assert refusal(kind, seen.sound) == raised  # type: ignore[arg-type]


def test_an_inspection_leaves_its_input_as_it_is() -> None:
    frame, probs, _ = planted()
    before = (frame.copy(), probs.copy())
    inspect(frame, [probs])
    pd.testing.assert_frame_equal(frame, before[0])
    assert (probs == before[1]).all()


def test_the_same_from_python() -> None:
    """`auditor.check` takes the arguments of `auditor.audit`."""
    frame, probs, _ = planted()
    renamed = frame.drop(columns="annotator").rename(columns={"label": "a", "text": "b", "id": "c"})
    seen = auditor.check(
        renamed,
        predictions=probs,
        id="c",
        label="a",
        text="b",
        split="split",
        classes=["cat", "dog", "eel"],
        out_of_sample=True,
    )
    assert seen.ok
    assert seen.given is not None
    assert set(seen.given.dataset.why.values()) == {"flag"}
    assert slugs(refusal(UsageError, auditor.check, frame, align="sideways")) == ["option-value"]


@pytest.mark.parametrize(
    ("name", "meant"), [("prediction", "predictions"), ("lable", "label"), ("align_by", "align")]
)
def test_a_misspelt_argument_is_never_passed_over(name: str, meant: str) -> None:
    """As in `auditor.audit`; `ok` without the predictions would be a false green."""
    frame, probs, _ = planted()
    with pytest.raises(TypeError, match=f"did you mean '{meant}'"):
        auditor.check(frame, **{name: probs})  # type: ignore[arg-type]


def test_an_inspection_prints_what_the_command_prints() -> None:
    """Not its arrays."""
    frame, probs, _ = planted()
    said = str(auditor.check(frame, predictions=probs))
    assert "an audit is possible" in said
    assert "order of the class columns" in said
    assert len(said) < 5_000
    assert repr(auditor.check(frame)).startswith("<Inspection: ")
    assert len(repr(auditor.check(frame))) < 200


def test_what_was_seen_of_every_file_is_told() -> None:
    """The answer of one file must not stand for the other, least of all a fine one for a doubtful one."""
    frame, probs, _ = planted()
    noise = np.random.default_rng(0).dirichlet(np.ones(3), len(frame))
    said = str(auditor.check(frame, predictions=[probs, 0.4 * probs + 0.6 * noise]))
    (line,) = [line for line in said.splitlines() if "order of the class columns" in line]
    assert "predictions 1: " in line
    assert "predictions 2: " in line


def test_a_warning_of_one_file_is_not_told_in_the_words_of_another() -> None:
    frame, probs, _ = planted()
    answers = inspect(frame, [probs, np.eye(3)[probs.argmax(axis=1)] * 0.97 + 0.01]).answers
    seen = {str(question): words for _, question, words in answered(Inspection(answers=answers))}
    both = seen["digits of the probabilities"]
    told = [str(part).split(":")[0] for part in both]
    assert told[:2] == ["predictions 1", "rounded"]  # 0.97 and 0.01 have two decimals
