"""Which file of a folder a fix offers, and files that are made to be handed in."""

from __future__ import annotations

import shlex
from pathlib import Path

import pytest
from audit_inputs import refusal
from examples_folders import put

from auditor.errors import InputError, Problem
from auditor.read.dataset import read_inputs
from auditor.read.tables import read_table

TRAIN = "id,label,text\n" + "".join(f"{at},{'ab'[at % 2]},t{at}\n" for at in range(9))
SUBMISSION = "id,label,text\n90,a,x\n91,a,y\n"


def problem_of(folder: Path) -> Problem:
    (problem,) = refusal(InputError, read_table, folder)
    return problem


def offered(problem: Problem) -> str:
    (path,) = shlex.split(problem.fixes[0].to("en").split(": ", 1)[1])
    return path


@pytest.mark.parametrize("name", ["sample_submission.csv", "sampleSubmission.csv", "gender_submission.csv"])
def test_a_submission_is_no_part_of_the_dataset(tmp_path: Path, name: str) -> None:
    """Its labels are placeholders; it is named as not read."""
    table = read_table(put(tmp_path / "sub", {"train.csv": TRAIN, name: SUBMISSION}))
    assert len(table.columns) == 9
    (note,) = (note for note in table.notes if note.slug == "files-left-out")
    assert name in note.what.to("en")


def test_submissions_alone_or_in_a_longer_word_are_a_dataset(tmp_path: Path) -> None:
    """A folder of nothing else is read, and `submissions.csv` of a forum is a table like others."""
    alone = read_table(put(tmp_path / "a", {"sample_submission.csv": SUBMISSION}))
    forum = read_table(put(tmp_path / "b", {"comments.csv": TRAIN, "submissions.csv": SUBMISSION}))
    assert (len(alone.columns), len(forum.columns)) == (2, 11)


def test_the_file_with_labels_is_offered_with_its_folder(tmp_path: Path) -> None:
    """Kaggle: test.csv has no labels and is the largest, the submission only placeholders."""
    folder = put(
        tmp_path / "my data",
        {
            "sample_submission.csv": "id,label\n90,a\n",
            "test.csv": "id,text\n" + "9,a long text\n" * 99,
            "train.csv": TRAIN,
        },
    )
    problem = problem_of(folder)
    assert problem.slug == "parts-differ"
    assert offered(problem) == str(folder / "train.csv")
    assert read_inputs(offered(problem)).dataset.labels is not None


def test_of_several_formats_the_file_with_labels_is_offered(tmp_path: Path) -> None:
    folder = put(
        tmp_path / "mix", {"a.jsonl": '{"text": "x"}\n', "b.csv": TRAIN, "c.tsv": "id\ttext\n1\tx\n"}
    )
    problem = problem_of(folder)
    assert problem.slug == "several-tables"
    assert offered(problem) == str(folder / "b.csv")


def test_a_table_beside_images_is_offered_as_a_file(tmp_path: Path) -> None:
    """Kaggle again: joining `train.csv` with the submission is never offered."""
    folder = put(
        tmp_path / "kimg",
        {"train.csv": "image_id,label\n0.jpg,1\n", "sample_submission.csv": "image_id,label\n9.jpg,4\n"},
    )
    put(folder, {"train_images/0.jpg": b""})
    problem = problem_of(folder)
    assert problem.slug == "format-ambiguous"
    assert offered(problem) == str(folder / "train.csv")
    assert [fix.to("en") for fix in problem.fixes[1:]] == ["--input-format image-folder"]
