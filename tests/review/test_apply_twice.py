"""Decisions applied to what they made already: nothing is left to do, and no last copy is ever taken out."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from audit_inputs import inputs_of
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from review_files import record, write_decisions

import auditor
from auditor.cli.main import main

CLASSES = ("cat", "dog", "eel")


def without_ids(contents: list[int], labels: list[int] | None = None) -> pd.DataFrame:
    """A row for each content; equal numbers are exact copies."""
    codes = labels or [at % 3 for at in contents]
    return pd.DataFrame(
        {
            "text": [f"a long enough text that tells of animal number {at}" for at in contents],
            "label": [CLASSES[code] for code in codes],
        }
    )


def said_of(frame: pd.DataFrame, actions: dict[int, tuple[str, Any]]) -> list[dict[str, Any]]:
    """Row -> (action, label or the row that stays), as the page writes it for rows without ids."""
    hashes = inputs_of(frame).index.hashes_of(np.arange(len(frame)))
    return [
        record(
            f"row-{row}",
            action,
            more if action == "relabel" else None,
            row=row,
            given=str(frame["label"][row]),
            content=f"sha256:{hashes[row]}",
            duplicate_of=f"row-{more}" if action == "duplicate" else None,
        )
        for row, (action, more) in actions.items()
    ]


def decided(path: Path, frame: pd.DataFrame, actions: dict[int, tuple[str, Any]], **more: Any) -> Path:
    """The decisions file of a page on this dataset."""
    dataset = {"name": "d.csv", "rows": len(frame), "fingerprint": "sha256:0", "label_column": "label"}
    return write_decisions(path, said_of(frame, actions), dataset=dataset, **more)


ACTION = st.sampled_from(["keep", "cat", "dog", "eel", "exclude", "duplicate", "unsure"])


@st.composite
def rounds(draw: st.DrawFn) -> tuple[list[int], list[int], dict[int, tuple[str, Any]]]:
    """Contents with many copies, labels, and a decision on some of the rows."""
    contents = draw(st.lists(st.integers(0, 4), min_size=4, max_size=10))
    labels = draw(st.lists(st.integers(0, 2), min_size=len(contents), max_size=len(contents)))
    actions: dict[int, tuple[str, Any]] = {}
    for row in draw(st.sets(st.integers(0, len(contents) - 1), min_size=1)):
        said = draw(ACTION)
        if said in CLASSES:
            actions[row] = ("relabel", said)
        elif said == "duplicate":
            actions[row] = (said, draw(st.integers(0, len(contents) - 1)))
        else:
            actions[row] = (said, None)
    return contents, labels, actions


@given(rounds())
@example(([0, 1, 0, 2], [0, 1, 0, 2], {2: ("duplicate", 0)}))
@example(([0, 1, 1, 2], [0, 1, 1, 2], {1: ("exclude", None)}))
@example(([0, 1, 1, 1, 2], [0, 1, 1, 1, 2], {1: ("exclude", None), 3: ("relabel", "eel")}))
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_twice_is_once_without_ids_too(
    tmp_path_factory: pytest.TempPathFactory, drawn: tuple[list[int], list[int], dict[int, tuple[str, Any]]]
) -> None:
    """Whatever was said of copies: the second time nothing changes, and each duplicate leaves its like."""
    folder = tmp_path_factory.mktemp("twice")
    contents, labels, actions = drawn
    frame = without_ids(contents, labels)
    frame.to_csv(folder / "d.csv", index=False)
    file = decided(folder / "said.json", frame, actions)
    _, first = auditor.apply_decisions(folder / "d.csv", file, output=folder / "one.csv")

    excluded = {row for row, (action, _) in actions.items() if action == "exclude"}
    assert excluded <= set(first["row"])
    duplicates = set(first.loc[first["action"] == "duplicate", "row"])
    gone = duplicates | excluded
    for row in duplicates:
        other = row
        while other in duplicates:
            other = actions[other][1]
        assert other not in gone  # what each is a duplicate of stays, perhaps over others

    if len(gone) == len(frame):
        return  # nothing is left that could be read
    _, second = auditor.apply_decisions(folder / "one.csv", file, output=folder / "two.csv")
    assert len(second) == 0
    assert (folder / "two.csv").read_bytes() == (folder / "one.csv").read_bytes()


def test_rows_behind_one_that_went_are_still_found(tmp_path: Path) -> None:
    """They have other numbers now; what was decided of them is done, not unknown, also with --strict."""
    frame = without_ids([0, 1, 2, 1, 3, 1], [0, 1, 2, 1, 0, 2])
    frame.to_csv(tmp_path / "d.csv", index=False)
    file = decided(
        tmp_path / "said.json", frame, {0: ("exclude", None), 3: ("relabel", "eel"), 5: ("keep", None)}
    )
    assert main(["apply", str(tmp_path / "d.csv"), str(file), "-o", str(tmp_path / "f.csv"), "--quiet"]) == 0
    again = ["apply", str(tmp_path / "f.csv"), str(file), "-o", str(tmp_path / "g.csv"), "--strict"]
    assert main([*again, "--quiet"]) == 0
    assert (tmp_path / "f.csv").read_bytes() == (tmp_path / "g.csv").read_bytes()


def test_a_longer_dataset_is_still_the_one_that_was_reviewed(tmp_path: Path) -> None:
    """Rows were appended: the numbers hold, and a row is taken out by its number."""
    frame = without_ids([0, 1, 2, 1, 3])
    file = decided(
        tmp_path / "said.json", frame, {3: ("duplicate", 1), 0: ("exclude", None), 4: ("keep", None)}
    )
    longer = pd.concat([frame, without_ids([7, 8, 9])], ignore_index=True)
    longer.to_csv(tmp_path / "d.csv", index=False)
    fixed, changes = auditor.apply_decisions(tmp_path / "d.csv", file)
    assert list(changes["row"]) == [0, 3]
    assert list(fixed["text"]) == list(longer.drop(index=[0, 3])["text"])


def test_a_row_is_not_taken_out_of_a_dataset_that_lost_others(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Two rows are gone that nobody decided on: the one with the content may be the copy, and stays."""
    frame = without_ids([0, 1, 2, 1, 3])
    file = decided(tmp_path / "said.json", frame, {3: ("exclude", None)})
    frame.drop(index=[0, 3]).to_csv(tmp_path / "d.csv", index=False)
    assert main(["apply", str(tmp_path / "d.csv"), str(file), "--dry-run", "--strict"]) == 1
    assert "1 item left alone, changed since it was reviewed: row-3" in capsys.readouterr().out


def test_a_table_takes_no_row_out_by_its_number_alone(tmp_path: Path) -> None:
    """It would take the next one out when it is applied again; a label is changed."""
    without_ids([0, 1, 2, 3]).to_csv(tmp_path / "d.csv", index=False)
    (tmp_path / "said.csv").write_text("key,action,label\ni1,exclude,\ni2,relabel,cat\n")
    _, changes = auditor.apply_decisions(tmp_path / "d.csv", tmp_path / "said.csv")
    assert changes[["row", "action"]].to_numpy().tolist() == [[2, "relabel"]]


def with_ids(rows: int = 12) -> pd.DataFrame:
    frame = without_ids(list(range(rows)))
    return frame.assign(id=[f"i{at}" for at in range(rows)])


@pytest.mark.parametrize("target", ["i9", "nobody", "i6"])
def test_a_duplicate_stays_where_its_other_row_does_not(tmp_path: Path, target: str) -> None:
    """It is excluded, is not there, or is the row itself: also when the decisions are applied again."""
    with_ids().to_csv(tmp_path / "d.csv", index=False)
    said = [record("i6", "duplicate", given="cat", duplicate_of=target), record("i9", "exclude", given="cat")]
    file = write_decisions(tmp_path / "said.json", said)
    _, first = auditor.apply_decisions(tmp_path / "d.csv", file, output=tmp_path / "one.csv")
    _, second = auditor.apply_decisions(tmp_path / "one.csv", file)
    assert (list(first["item"]), list(second["item"])) == (["i9"], [])


def test_a_chain_of_duplicates_leaves_its_end(tmp_path: Path) -> None:
    """Whichever of their names comes first."""
    with_ids().to_csv(tmp_path / "d.csv", index=False)
    said = [
        record("i0", "duplicate", given="cat", duplicate_of="i3"),
        record("i3", "duplicate", given="cat", duplicate_of="i6"),
        record("i9", "duplicate", given="cat", duplicate_of="i0"),
    ]
    file = write_decisions(tmp_path / "said.json", said)
    assert set(auditor.apply_decisions(tmp_path / "d.csv", file)[1]["item"]) == {"i0", "i3", "i9"}


@pytest.mark.parametrize("kind", ["text", "table"])
@pytest.mark.parametrize("form", [".csv", ".jsonl", ".parquet"])
def test_marks_are_made_once(tmp_path: Path, kind: str, form: str) -> None:
    """A column of marks is no content, is used again for other rows, and its rows can go later."""
    if kind == "text":
        frame = with_ids()
    else:
        ids = [f"i{at}" for at in range(12)]
        numbers = [at + 0.5 for at in range(12)]
        frame = pd.DataFrame({"id": ids, "a": numbers, "b": numbers[::-1], "label": list(CLASSES) * 4})
    hashes = inputs_of(frame).index.hashes_of(np.arange(12))
    write = {
        ".csv": lambda path: frame.to_csv(path, index=False),
        ".jsonl": lambda path: frame.to_json(path, orient="records", lines=True),
        ".parquet": lambda path: frame.to_parquet(path),
    }[form]
    write(tmp_path / f"d{form}")
    records = [
        record("i7", "exclude", given="dog", content=f"sha256:{hashes[7]}"),
        record("i1", "relabel", "cat", given="dog", content=f"sha256:{hashes[1]}"),
    ]
    file = write_decisions(tmp_path / "said.json", records)
    one, two, three = (tmp_path / f"{name}{form}" for name in ("one", "two", "three"))
    auditor.apply_decisions(tmp_path / f"d{form}", file, output=one, excluded="flag")
    fixed, changes = auditor.apply_decisions(one, file, output=two, excluded="flag")
    assert len(changes) == 0 and two.read_bytes() == one.read_bytes()
    more = [*records, record("i8", "exclude", given="eel", content=f"sha256:{hashes[8]}")]
    file = write_decisions(tmp_path / "more.json", more)
    fixed, changes = auditor.apply_decisions(two, file, output=three, excluded="flag")
    assert list(changes["item"]) == ["i8"] and "excluded_" not in fixed
    assert Counter(fixed["excluded"]) == {"": 10, "exclude": 2}
    assert set(auditor.apply_decisions(three, file)[1]["item"]) == {"i7", "i8"}


def test_a_column_of_that_name_is_left_to_its_owner(tmp_path: Path) -> None:
    """The marks go into another column, and twice is once there too."""
    with_ids().assign(excluded="by whom").to_csv(tmp_path / "d.csv", index=False)
    file = write_decisions(tmp_path / "said.json", [record("i7", "exclude", given="dog")])
    auditor.apply_decisions(tmp_path / "d.csv", file, output=tmp_path / "one.csv", excluded="flag")
    fixed, changes = auditor.apply_decisions(tmp_path / "one.csv", file, excluded="flag")
    assert len(changes) == 0
    assert set(fixed["excluded"]) == {"by whom"} and fixed["excluded_"][7] == "exclude"
