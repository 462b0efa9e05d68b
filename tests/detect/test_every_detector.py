"""What holds of every registered detector: a new one is tested by being registered."""

from __future__ import annotations

import ast
import json
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import FrozenInstanceError, fields
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pytest
from audit_inputs import (
    DARK,
    OUTLIER,
    answers_of,
    image_of,
    images_of,
    inputs_of,
    planted,
    random_model,
    sentence,
    vectors_of,
)

import auditor.blocks
from auditor.data import ClassLabels, Content, Dataset, Splits
from auditor.detect import (
    ANNOTATIONS,
    EMBEDDINGS,
    IMAGES,
    MODULES,
    Inputs,
    detector,
    detectors,
    reasons,
    run_detectors,
)
from auditor.errors import AuditorError, UsageError
from auditor.findings import FINDINGS, Failed, NotApplicable, Ran
from auditor.pipeline import run
from auditor.read.choice import InputChoice
from auditor.read.columns import ColumnChoice
from auditor.similar.content import ContentIndex
from auditor.ties import tie_keys
from auditor.wording import Text

HEADINGS = ("What it finds", "Why it matters", "What to do", "Method", "Reference")
BLOCKED = ("pandas", "sklearn", "cleanlab", "scipy")
every_detector = pytest.mark.parametrize("name", MODULES)


def ran(name: str, inputs: Inputs) -> Ran:
    """The outcome of a detector that has what it needs."""
    outcome = run_detectors(inputs, {})[name]
    assert isinstance(outcome, Ran), outcome
    return outcome


def findings_of(outcome: Ran) -> list[dict[str, Any]]:
    """Every finding of an outcome, in the order given."""
    return [entry for table in outcome.findings for entry in table.to_pylist()]


def said(outcome: Ran) -> tuple[Any, ...]:
    """All that a detector said, so that two outcomes can be compared."""
    tables = {name: table.to_pylist() for name, table in outcome.tables.items()}
    return findings_of(outcome), outcome.measures, tables


def without_rows(outcome: Ran) -> tuple[Any, ...]:
    """The same for comparing rows in another order: findings by key, without the row."""
    entries = sorted(findings_of(outcome), key=lambda entry: (entry["key"], entry["item"] or ""))
    for entry in entries:
        del entry["row"]
    return entries, *said(outcome)[1:]


def inputs_for(name: str, frame: pd.DataFrame, predictions: list[Any]) -> Inputs:
    """What a detector is given of a table; a vector, answers or an image per row where it looks at that."""
    needs = detectors()[name].needs
    return inputs_of(
        frame,
        predictions,
        embeddings=vectors_of(frame) if EMBEDDINGS in needs else None,
        annotations=answers_of(frame) if ANNOTATIONS in needs else None,
        images=images_of(frame) if IMAGES in needs else None,
    )


@pytest.fixture
def fault_inputs(name: str) -> Inputs:
    frame, probs, _ = planted()
    return inputs_for(name, frame, [probs])


def arrays_of(inputs: Inputs) -> Iterator[np.ndarray[Any, Any]]:
    """Every array a detector could write into."""
    assert inputs.rows is not None and inputs.sums is not None and inputs.dataset.splits is not None
    for part in (inputs.rows, inputs.sums, inputs.index.groups):
        for field in fields(part):
            value = getattr(part, field.name)
            yield from value if isinstance(value, tuple) and field.name == "members" else ()
            if isinstance(value, np.ndarray):
                yield value
    yield inputs.dataset.labels.codes
    yield inputs.dataset.splits.codes


@every_detector
def test_the_same_input_twice_gives_the_same_findings(name: str) -> None:
    """Nothing random, nothing left over from the run before."""
    frame, probs, _ = planted()

    assert said(ran(name, inputs_for(name, frame, [probs]))) == said(
        ran(name, inputs_for(name, frame, [probs]))
    )


@every_detector
def test_inputs_are_left_as_they_are(name: str) -> None:
    """Arrays that refuse to be written into are enough, and hold the same afterwards."""
    frame, probs, _ = planted()
    inputs = inputs_for(name, frame, [probs])
    before = [array.copy() for array in arrays_of(inputs)]
    for array in arrays_of(inputs):
        array.flags.writeable = False
    probs.flags.writeable = False

    ran(name, inputs)
    for old, new in zip(before, arrays_of(inputs), strict=True):
        assert old.tobytes() == new.tobytes()


@every_detector
def test_the_order_of_rows_does_not_matter(name: str) -> None:
    """By item the same findings under the same keys, the same measures and tables."""
    frame, probs, _ = planted()
    order = np.random.default_rng(3).permutation(len(frame))
    shuffled = inputs_for(name, frame.iloc[order], [probs[order]])

    assert without_rows(ran(name, shuffled)) == without_rows(ran(name, inputs_for(name, frame, [probs])))


@every_detector
def test_without_ids_the_keys_do_not_depend_on_the_order_of_rows(name: str) -> None:
    """Copies with different labels, and labels flagged in only one of two copies, among them."""
    frame, probs, _ = planted()
    frame = frame.drop(columns="id")
    frame.loc[11, ["text", "label"]] = frame.loc[10, ["text", "label"]]  # 10 is flagged, 11 is not
    order = np.arange(len(frame))[::-1]

    def known(inputs: Inputs) -> set[tuple[Any, ...]]:
        names = ("key", "kind", "given", "suggested", "reason_code", "evidence")
        entries = findings_of(ran(name, inputs))
        assert len({entry["key"] for entry in entries}) == len(entries)
        for entry in entries:  # the row it is like has no name but its number
            entry["evidence"] = {
                k: v for k, v in json.loads(entry["evidence"]).items() if k != "nearest"
            }.items()
        return {tuple(str(entry[field]) for field in names) for entry in entries}

    assert known(inputs_for(name, frame.iloc[order], [probs[order]])) == known(
        inputs_for(name, frame, [probs])
    )


@every_detector
def test_a_memory_map_gives_what_an_array_gives(name: str, fault_inputs: Inputs, tmp_path: Path) -> None:
    """Predictions read from a `.npy` file in place."""
    frame, probs, _ = planted()
    np.save(tmp_path / "probs.npy", probs)

    assert said(ran(name, inputs_for(name, frame, [tmp_path / "probs.npy"]))) == said(ran(name, fault_inputs))


@pytest.mark.parametrize("block", [1, 7, 240])
@every_detector
def test_the_size_of_blocks_does_not_matter(
    name: str, block: int, fault_inputs: Inputs, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Blocks of 1, 7 and n rows, in the scan and wherever a detector reads again."""
    expected = said(ran(name, fault_inputs))
    monkeypatch.setattr(auditor.blocks, "BLOCK_CELLS", 3 * block)
    frame, probs, _ = planted()

    assert said(ran(name, inputs_for(name, frame, [probs]))) == expected


@every_detector
def test_findings_are_of_the_declared_kinds_and_name_rows_that_exist(name: str, fault_inputs: Inputs) -> None:
    """The schema, the item of the row, suspicion within 0..1, a key of 16 hex digits, once each."""
    outcome = ran(name, fault_inputs)
    ids = fault_inputs.dataset.ids.to_pylist()

    assert all(table.schema == FINDINGS for table in outcome.findings)
    for entry in findings_of(outcome):
        assert entry["kind"] in detectors()[name].kinds
        assert entry["suspicion"] is None or 0 <= entry["suspicion"] <= 1
        assert re.fullmatch("[0-9a-f]{16}", entry["key"])
        assert entry["reason_code"] in detectors()[name].reasons
        assert entry["part"] if entry["row"] is None else ids[entry["row"]] == entry["item"]
    keys = [entry["key"] for entry in findings_of(outcome)]
    assert len(keys) == len(set(keys))


@every_detector
def test_the_planted_faults_are_found_and_nothing_else(name: str, fault_inputs: Inputs) -> None:
    """Of every kind that was planted exactly the planted items."""
    faults = planted()[2] | {"outlier": {f"item-{OUTLIER}"}, "image": {f"item-{DARK}"}}
    faults["annotation"] = faults["label_issue"]
    found: dict[str, set[str]] = {kind: set() for kind in detectors()[name].kinds}
    for entry in findings_of(ran(name, fault_inputs)):
        found[entry["kind"]].add(entry["item"])

    assert found == {kind: faults.get(kind, set()) for kind in detectors()[name].kinds}


@every_detector
def test_clean_data_gives_no_findings(name: str) -> None:
    """Every text once, every label what the model says, ten rows or more of each class."""
    frame, probs, _ = planted()
    frame["text"] = [sentence(1000 + row) for row in range(len(frame))]
    frame["label"] = np.array(["cat", "dog", "eel"])[probs.argmax(axis=1)]

    assert findings_of(ran(name, inputs_for(name, frame, [probs]))) == []


@every_detector
@pytest.mark.parametrize(
    ("labels", "texts"),
    [
        pytest.param(["cat"], ["a text of one row"], id="one row"),
        pytest.param(["cat"] * 4, ["one", "two", "two", "three"], id="one class"),
        pytest.param(["", "", ""], ["one", "two", "two"], id="no labels"),
        pytest.param(["cat", "dog"], ["", " "], id="no content"),
    ],
)
def test_hardly_any_data_ends_in_an_outcome_or_a_coded_error(
    name: str, labels: list[str], texts: list[str]
) -> None:
    """Never in a traceback: neither from the detector alone nor in a whole audit."""
    ids = [f"item-{row}" for row in range(len(labels))]
    frame = pd.DataFrame({"id": ids, "text": texts, "label": labels}, dtype=str)
    k = max(len(set(labels) - {""}), 1)
    predictions = [np.full((len(labels), k), 1 / k)] if k > 1 else []
    outcome = run_detectors(inputs_for(name, frame, predictions), {})[name]

    assert isinstance(outcome, Ran | NotApplicable), outcome
    try:
        audit = run(frame, predictions)
    except AuditorError as error:
        assert all(problem.slug for problem in error.problems)
    else:
        assert not audit.partial


@every_detector
def test_a_dataset_without_rows_ends_in_an_outcome(name: str) -> None:
    """Reading refuses one; a detector that is given one all the same finds nothing."""
    dataset = Dataset(
        name="none",
        ids=pa.array([], pa.string()),
        has_ids=True,
        labels=ClassLabels(codes=np.empty(0, np.int32), classes=("a", "b")),
        content=Content(kind="text", columns=pa.table({"text": pa.array([], pa.string())})),
        splits=Splits(codes=np.empty(0, np.int32), names=()),
    )
    index = ContentIndex(dataset)
    outcome = run_detectors(Inputs(dataset=dataset, index=index, ties=tie_keys(dataset, index)), {})[name]

    assert isinstance(outcome, Ran | NotApplicable), outcome
    assert isinstance(outcome, NotApplicable) or findings_of(outcome) == []


@every_detector
def test_a_detector_module_imports_nothing_heavy(name: str) -> None:
    """With pandas, scikit-learn, cleanlab and scipy blocked; they belong inside a function."""
    blocked = "import sys\n" + "".join(f"sys.modules[{package!r}] = None\n" for package in BLOCKED)
    subprocess.run([sys.executable, "-c", f"{blocked}import auditor.detect.{name}"], check=True)


@every_detector
def test_settings_have_defaults_and_are_explained(name: str) -> None:
    """`Settings()` works and cannot be changed; a docstring follows every field."""
    found = detectors()[name]
    chosen = found.settings()
    module = ast.parse(Path(sys.modules[found.settings.__module__].__file__ or "").read_text("utf-8"))
    body = next(
        node.body for node in module.body if isinstance(node, ast.ClassDef) and node.name == "Settings"
    )

    for field in fields(found.settings):
        with pytest.raises(FrozenInstanceError):
            setattr(chosen, field.name, None)
    for at, node in enumerate(body):
        if isinstance(node, ast.AnnAssign):
            assert isinstance(body[at + 1], ast.Expr), f"{ast.unparse(node)} has no docstring"


@every_detector
def test_reasons_can_be_said_of_what_was_found(name: str, fault_inputs: Inputs) -> None:
    """The template of a finding's reason is filled by its evidence and its labels."""
    small = inputs_of(pd.DataFrame({"text": list("ab"), "label": ["cat", "dog"]}))
    for inputs in (fault_inputs, small):
        outcome = run_detectors(inputs, {})[name]
        for entry in findings_of(outcome) if isinstance(outcome, Ran) else ():
            values = {"given": entry["given"], "suggested": entry["suggested"]} | json.loads(
                entry["evidence"]
            )
            sentence = str(Text(reasons()[entry["reason_code"]], values))
            assert sentence.endswith(".") and "None" not in sentence


@every_detector
def test_the_documentation_page_is_complete(name: str) -> None:
    """One sentence, then every heading in order."""
    doc = detectors()[name].doc
    places = [doc.find(f"**{heading}.**") for heading in HEADINGS]

    assert detectors()[name].title().endswith(".")
    assert -1 not in places
    assert places == sorted(places)


@every_detector
def test_the_page_is_there_in_korean(name: str) -> None:
    """Every paragraph is translated; the page has as many as in English."""
    found = detectors()[name]
    paragraphs = found.page("ko").split("\n\n")

    assert len(paragraphs) == len(found.page().split("\n\n"))
    assert all(re.search("[가-힣]", paragraph) for paragraph in paragraphs)
    assert found.title("ko") == paragraphs[0]


def test_detectors_are_listed_in_the_order_of_their_modules() -> None:
    """Every module registers the detector of its name, with reasons under codes of their own."""
    codes = [code for found in detectors().values() for code in found.reasons]

    assert tuple(detectors()) == MODULES
    assert len(codes) == len(set(codes))


def test_a_name_taken_twice_is_refused() -> None:
    """A second detector of a name would silently hide the first."""
    detectors()
    with pytest.raises(ValueError, match="label_issues is registered already"):
        detector(name="label_issues", kinds=(), needs=())(lambda inputs, settings: Ran())


@pytest.mark.parametrize(
    ("name", "change", "why"),
    [
        ("label_issues", "predictions", "no predictions"),
        ("model_quality", "predictions", "no predictions"),
        ("label_issues", "label", "no labels"),
        ("class_balance", "label", "no labels"),
        ("exact_duplicates", "text", "no content to compare"),
    ],
)
def test_a_detector_without_what_it_needs_says_why(name: str, change: str, why: str) -> None:
    """It does not apply; that is no failure."""
    frame, probs, _ = planted()
    predictions = [] if change in ("predictions", "label") else [probs]
    outcome = run_detectors(
        inputs_of(
            frame if change == "predictions" else frame.drop(columns=change),
            predictions,
            columns=ColumnChoice(label="none" if change == "label" else None),
        ),
        {},
    )[name]

    assert outcome == NotApplicable(Text(why))


@every_detector
def test_a_detector_that_raises_leaves_the_work_of_the_others(name: str, tmp_path: Path) -> None:
    """It is `Failed` with its error and its traceback; the audit is marked partial."""

    def broken(inputs: Inputs, settings: Any) -> Ran:
        raise ZeroDivisionError("a bug of ours")

    known = detectors()
    object.__setattr__(known[name], "find", broken)
    try:
        frame, probs, _ = planted()
        given: dict[str, Any] = {"embeddings": vectors_of(frame), "annotations": answers_of(frame)}
        given |= {"image_root": tmp_path, "columns": ColumnChoice(image="image")}
        frame["image"] = [f"{row}.png" for row in range(len(frame))]
        for row, text in enumerate(frame["text"]):
            (tmp_path / f"{row}.png").write_bytes(image_of(text))
        outcomes = run_detectors(inputs_of(frame, [probs], **given), {})
        audit = run(frame, [probs], InputChoice(**given))
    finally:
        object.__setattr__(known[name], "find", sys.modules[f"auditor.detect.{name}"].find)

    failed = outcomes.pop(name)
    assert isinstance(failed, Failed)
    assert failed.error == "ZeroDivisionError: a bug of ours"
    assert "in broken" in failed.trace
    assert all(isinstance(outcome, Ran) for outcome in outcomes.values())
    assert audit.partial
    assert list(audit.traces) == [name]
    assert len(audit.queue) == len(frame)


@pytest.mark.parametrize(
    "options",
    [
        pytest.param({"label_issues": {"flags": "scan"}}, id="no such option"),
        pytest.param({"label_issues": {"flags_by": "cleanlb"}}, id="no such choice"),
        pytest.param({"class_balance": {"too_small": "ten"}}, id="another type"),
        pytest.param({"class_balance": {"too_small": True}}, id="true is no number"),
        pytest.param({"class_balance": {"beta": 1.0}}, id="beta divides by zero"),
        pytest.param({"model_quality": {"bins": 0}}, id="no bins"),
        pytest.param({"model_quality": {"bins": 10**12}}, id="endless bins"),
        pytest.param({"exact_duplicates": {"near": True}}, id="a detector without options"),
        pytest.param({"nearest_duplicates": {}}, id="no such detector"),
    ],
)
def test_an_option_that_cannot_be_is_a_usage_error(options: dict[str, dict[str, Any]]) -> None:
    """Told with a code; a misspelt choice is never taken for the default."""
    frame, probs, _ = planted()
    with pytest.raises(UsageError) as caught:
        run_detectors(inputs_of(frame, [probs]), options)

    assert caught.value.problems[0].slug in {"config-unknown-key", "option-value"}


def test_options_reach_their_detector() -> None:
    """A class of 78 rows is too small where 79 are asked for."""
    frame, probs, _ = planted()
    outcome = run_detectors(inputs_of(frame, [probs]), {"class_balance": {"too_small": 79}})["class_balance"]

    assert isinstance(outcome, Ran)
    assert [entry["part"] for entry in findings_of(outcome)] == ["dog"]


def test_every_finding_of_many_random_rows_has_a_key_of_its_own() -> None:
    """Without ids, with many copies, and without any content."""
    labels, probs = random_model(3000, 4, 1, noise=0.4)
    rng = np.random.default_rng(0)
    frame = pd.DataFrame({"label": [f"c{code}" for code in labels]})
    with_text = frame.assign(text=[f"text {number}" for number in rng.integers(0, 500, 3000)])

    for given in (frame, with_text):
        outcomes = run_detectors(inputs_of(given, [probs]), {})
        keys = [
            key
            for outcome in outcomes.values()
            if isinstance(outcome, Ran)
            for table in outcome.findings
            for key in table["key"].to_pylist()
        ]
        assert len(keys) > 500
        assert len(set(keys)) == len(keys)


def test_rows_of_findings_are_numbers_of_rows() -> None:
    """All rows lie within the dataset."""
    frame, probs, _ = planted()
    given = {"embeddings": vectors_of(frame), "annotations": answers_of(frame)}
    for outcome in run_detectors(inputs_of(frame, [probs], images=images_of(frame), **given), {}).values():
        assert isinstance(outcome, Ran)
        for table in outcome.findings:
            rows = table["row"].drop_null()
            assert pc.all(pc.and_(pc.greater_equal(rows, 0), pc.less(rows, 240))).as_py() in (True, None)
