"""The gain of relabelling: which rows teach, which judge, what is counted, what is warned of."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from PIL import Image

import auditor
from auditor import Gain, InputError, UsageError

PETS = ("cat", "dog")
WORDS = ("runs", "eats", "sleeps", "hides", "jumps", "waits", "looks", "drinks")


def pets(n: int, first: int = 0) -> pd.DataFrame:
    """n texts about cats and dogs in turn, all different, with ids and right labels."""
    names = [PETS[row % 2] for row in range(n)]
    words = [(WORDS[row % 8], WORDS[row // 8 % 8], first + row) for row in range(n)]
    texts = [f"{pet} {one} {other} {row}" for pet, (one, other, row) in zip(names, words, strict=True)]
    return pd.DataFrame({"id": [f"r{first + row}" for row in range(n)], "text": texts, "label": names})


def turned(frame: pd.DataFrame, rows: list[int]) -> pd.DataFrame:
    """The frame with the labels of some rows turned over."""
    out = frame.copy()
    out.loc[rows, "label"] = [PETS[1 - PETS.index(name)] for name in out.loc[rows, "label"]]
    return out


RIGHT, TEST = pets(200), pets(100, 1_000)
WRONG = turned(RIGHT, list(range(0, 160, 2)))
"""80 of 100 cats are called dogs."""


def test_a_gain_is_found_and_counted() -> None:
    """All cats are called dogs before, none after: 50 of 100 rows are put right, and none is put wrong."""
    gain = auditor.measure_gain(turned(RIGHT, list(range(0, 190, 2))), RIGHT, TEST)
    assert gain.verdict == "gain"
    assert (gain.accuracy.before, gain.accuracy.after, gain.accuracy.gain.value) == (0.5, 1.0, 0.5)
    assert (gain.right, gain.wrong, gain.p) == (50, 0, pytest.approx(2 / 2**50))
    assert 0.39 < gain.accuracy.gain.low < 0.42 < 0.58 < gain.accuracy.gain.high < 0.61
    assert gain.macro_f1.before == pytest.approx((0 + 2 * 50 / 150) / 2)
    assert [(one.name, one.rows, one.f1.after) for one in gain.classes] == [("cat", 50, 1), ("dog", 50, 1)]
    assert (gain.changes.relabelled, gain.changes.excluded, gain.changes.added) == (95, 0, 0)


def test_what_is_the_same_gains_nothing() -> None:
    """BEFORE again as AFTER: every number is 0, and nothing is claimed."""
    gain = auditor.measure_gain(WRONG, WRONG, TEST)
    one = gain.accuracy.gain
    assert (one.value, one.low, one.high, gain.right, gain.wrong, gain.p) == (0, 0, 0, 0, 0, 1)
    assert gain.verdict == "unclear"
    assert gain.needed is None
    assert gain.changes.relabelled == 0


def test_a_loss_is_called_one() -> None:
    """The other way round."""
    gain = auditor.measure_gain(RIGHT, turned(RIGHT, list(range(0, 190, 2))), TEST)
    assert gain.verdict == "loss"
    assert gain.accuracy.gain.high < 0


@pytest.mark.parametrize("ids", [True, False])
def test_neither_the_order_of_rows_nor_ids_change_the_result(ids: bool) -> None:
    """Each file shuffled on its own, with ids and without: the same numbers, all of them."""
    wrong = turned(RIGHT, list(range(0, 120, 3)))
    after = RIGHT.drop(index=[5, 7])
    files = [frame if ids else frame.drop(columns="id") for frame in (wrong, after, TEST)]
    shuffled = [
        frame.sample(frac=1, random_state=at).reset_index(drop=True) for at, frame in enumerate(files)
    ]
    one, other = (auditor.measure_gain(*frames) for frames in (files, shuffled))
    assert json.dumps(one.to_json()) == json.dumps(other.to_json())
    assert (one.changes.relabelled, one.changes.excluded) == (40 - 0, 2)


def test_rows_taken_out_added_and_edited_are_counted() -> None:
    """Of 200 rows 10 are gone, 6 are new, 4 read differently; what is gone teaches nothing after."""
    after = RIGHT.copy()
    after.loc[20:23, "text"] = [f"{text} again" for text in after.loc[20:23, "text"]]
    after = pd.concat([after.drop(index=range(10)), pets(6, 5_000)])
    changes = auditor.measure_gain(WRONG, after, TEST).changes
    assert (changes.before, changes.after) == (200, 196)
    assert (changes.excluded, changes.added, changes.edited) == (10, 6, 4)
    assert changes.relabelled == 80 - 5 - 2  # of the even rows under 10, and of 20 and 22, nothing is said


def test_rows_marked_as_excluded_teach_nothing() -> None:
    """What `apply --excluded flag` writes: the rows stay in the file, with a mark."""
    after = RIGHT.assign(excluded="")
    after.loc[[3, 9], "excluded"] = "exclude"
    changes = auditor.measure_gain(WRONG, after, TEST).changes
    assert (changes.excluded, changes.after) == (2, 198)


def test_rows_that_an_earlier_round_has_marked_teach_neither_before_nor_after() -> None:
    """BEFORE is what the last round flagged: 2 marks are its own, only the third is of this round."""
    before, after = (frame.assign(excluded="") for frame in (WRONG, RIGHT))
    before.loc[[3, 9], "excluded"] = "exclude"
    after.loc[[3, 9, 11], "excluded"] = "exclude"
    gain = auditor.measure_gain(before, after, TEST)
    assert (gain.changes.before, gain.changes.after, gain.changes.excluded) == (198, 197, 1)
    assert gain.learned[:2] == (198, 197)


def test_rows_of_the_test_that_are_marked_as_excluded_do_not_judge() -> None:
    """Their labels are what reviewers call wrong: left out, and counted."""
    test = TEST.assign(excluded=["exclude"] * 3 + [""] * 97)
    tested = auditor.measure_gain(WRONG, RIGHT, test).tested
    assert (tested.marked, tested.judged, tested.rows) == (3, 97, 100)


def test_a_mark_that_both_files_have_touches_no_row_of_the_test() -> None:
    """The round that is measured took out row 199 of the test split, and no other."""
    before, after = (with_splits(RIGHT).assign(excluded="") for _ in range(2))
    before.loc[198, "excluded"] = "exclude"
    after.loc[[198, 199], "excluded"] = "exclude"
    tested = auditor.measure_gain(before, after, with_splits(RIGHT)).tested
    assert (tested.touched, tested.touched_judged) == (1, 1)


def test_copies_of_rows_that_teach_are_left_out_of_the_test() -> None:
    """By content, whatever their ids are, also of rows that only AFTER has."""
    copies = RIGHT.iloc[:12].assign(
        id=[f"t{row}" for row in range(12)], text=lambda frame: frame["text"] + "!"
    )
    new = pets(5, 7_000)
    gain = auditor.measure_gain(WRONG, pd.concat([RIGHT, new]), pd.concat([TEST, copies, new]))
    assert (gain.tested.leaks, gain.tested.judged, gain.tested.rows) == (17, 100, 117)
    assert "gain-leaks" in {note.slug for note in gain.notes}


def test_copies_in_the_test_are_drawn_together() -> None:
    """A test set written twice says no more than once: the interval stays as wide."""
    wrong = turned(RIGHT, list(range(0, 200, 3)))
    twice = pd.concat([TEST, TEST.assign(id=lambda frame: frame["id"] + "b")])
    one, other = (auditor.measure_gain(wrong, RIGHT, test) for test in (TEST, twice))
    assert (other.tested.judged, other.tested.units) == (200, 100)
    assert other.accuracy == one.accuracy


def with_splits(frame: pd.DataFrame) -> pd.DataFrame:
    """The last 60 rows are test, 20 before them validation."""
    return frame.assign(split=["train"] * 120 + ["dev"] * 20 + ["test"] * 60)


SOME = turned(RIGHT, list(range(0, 200, 6)))
"""34 cats are called dogs, 10 of them in rows from 140 on."""


def test_a_split_column_says_who_teaches_and_who_judges() -> None:
    """TEST may be AFTER itself: its test rows judge, the train rows teach, the others do neither."""
    gain = auditor.measure_gain(with_splits(SOME), with_splits(RIGHT), with_splits(RIGHT))
    assert (gain.changes.before, gain.changes.after, gain.changes.not_train) == (120, 120, 80)
    assert (gain.tested.judged, gain.tested.not_test, gain.tested.leaks) == (60, 140, 0)


def test_a_test_set_that_went_through_the_queue_is_warned_of() -> None:
    """Its test rows were relabelled with the rest: counted, and the gain on the others is told."""
    gain = auditor.measure_gain(with_splits(SOME), with_splits(RIGHT), with_splits(RIGHT))
    assert (gain.tested.touched_judged, gain.tested.touched) == (10, 34)
    assert gain.untouched is not None
    [warning] = [note for note in gain.notes if note.slug == "gain-test-touched"]
    assert warning.level == "warning"
    assert auditor.measure_gain(WRONG, RIGHT, TEST).tested.touched == 0


def test_rows_of_the_test_that_decisions_judged_are_warned_of(tmp_path: Path) -> None:
    """Decisions name items; those of TEST among them are counted."""
    decisions = tmp_path / "decided.csv"
    decisions.write_text("item,label\nr0,cat\nr1000,cat\nr1001,dog\n", encoding="utf-8")
    gain = auditor.measure_gain(WRONG, RIGHT, TEST, decisions=decisions)
    assert gain.tested.touched_judged == 2


def test_a_decision_on_a_row_of_before_is_none_on_another_row_of_the_same_id(tmp_path: Path) -> None:
    """Both files number their rows from r0 on; a plain table of decisions says no more than an id."""
    decisions = tmp_path / "decided.csv"
    decisions.write_text("item,label\nr0,cat\nr1,dog\n", encoding="utf-8")
    numbered = TEST.assign(id=RIGHT["id"].to_numpy()[:100])
    assert auditor.measure_gain(WRONG, RIGHT, numbered, decisions=decisions).tested.touched == 0


def test_a_row_of_after_that_reads_differently_is_still_the_row_that_was_judged(tmp_path: Path) -> None:
    """TEST is AFTER, whose r150 was edited: its id is that of BEFORE, and so is the decision."""
    decisions, edited = tmp_path / "decided.csv", with_splits(RIGHT)
    decisions.write_text("item,label\nr150,cat\n", encoding="utf-8")
    edited.loc[150, "text"] += " again"
    gain = auditor.measure_gain(with_splits(RIGHT), edited, edited, decisions=decisions)
    assert gain.tested.touched_judged == 1


def test_dropping_takes_out_the_suspects_of_the_audit() -> None:
    """As many as `auditor audit` counts on the same labels; the three differences agree."""
    wrong = turned(RIGHT, list(range(0, 80, 4)))
    gain = auditor.measure_gain(wrong, RIGHT, TEST)
    assert gain.suspects == auditor.audit(wrong).measure("label_issues.count").value > 0
    one = gain.accuracy
    assert one.dropping and one.over_dropping and one.dropped is not None
    assert one.dropping.value == pytest.approx(one.dropped - one.before)
    assert one.over_dropping.value == pytest.approx(one.after - one.dropped)
    assert gain.learned == (200, 200, 200 - gain.suspects)


def test_predictions_of_before_name_the_suspects() -> None:
    """With predictions that know the truth, the rows that are wrong are those that are dropped."""
    wrong = turned(RIGHT, [0, 1, 2, 3, 4, 5])
    sure = np.where(RIGHT["label"].to_numpy()[:, None] == np.array(PETS), 0.95, 0.05)
    gain = auditor.measure_gain(wrong, RIGHT, TEST, predictions=sure, align="position", classes=list(PETS))
    assert gain.suspects == 6


def test_classes_that_only_one_file_has_are_judged() -> None:
    """AFTER brings eels: wrong before, learned after. TEST has newts, which nobody teaches: wrong always."""
    eels = pets(40, 3_000).assign(text=lambda f: f["text"].str.replace("cat|dog", "eel eel", regex=True))
    before, after = (pd.concat([RIGHT, eels.assign(label=label)]) for label in ("dog", "eel"))
    more = pets(20, 4_000).assign(text=lambda f: f["text"].str.replace("cat|dog", "eel eel", regex=True))
    newts = pets(4, 6_000).assign(text=lambda f: "newt " + f["text"], label="newt")
    gain = auditor.measure_gain(before, after, pd.concat([TEST, more.assign(label="eel"), newts]))
    f1 = {one.name: one.f1 for one in gain.classes}
    assert list(f1) == ["cat", "dog", "eel", "newt"]
    assert (f1["eel"].before, f1["newt"].before, f1["newt"].after) == (0, 0, 0)
    assert f1["eel"].after > 0.9
    assert gain.tested.not_learned == 24
    assert "gain-class-not-learned" in {note.slug for note in gain.notes}


def test_rows_without_label_are_counted_and_neither_teach_nor_judge() -> None:
    """An empty label in TEST is left out; one in AFTER is a row taken out, one in BEFORE a row added."""
    before, after, test = WRONG.copy(), RIGHT.copy(), TEST.copy()
    before.loc[[0, 1], "label"] = ""
    after.loc[[2, 3, 4], "label"] = ""
    test.loc[[0, 1], "label"] = ""
    gain = auditor.measure_gain(before, after, test)
    assert (gain.tested.unlabelled, gain.tested.judged) == (2, 98)
    assert (gain.changes.excluded, gain.changes.added, gain.changes.before) == (3, 2, 198)


def table(n: int, seed: int) -> pd.DataFrame:
    """Two numbers that tell two classes, nearly."""
    rng = np.random.default_rng(seed)
    label = rng.integers(0, 2, n)
    numbers = rng.normal(size=(n, 2)) + 2.5 * label[:, None]
    ids = [f"{seed}-{row}" for row in range(n)]
    return pd.DataFrame({"id": ids, "width": numbers[:, 0], "depth": numbers[:, 1], "label": label})


def test_tables_are_learned_from() -> None:
    """Labels that are numbers are the same classes in all files; AFTER may have columns of its own."""
    right, test = table(300, 0), table(200, 1)
    wrong = right.assign(label=right["label"].where(right.index % 3 > 0, 0))
    gain = auditor.measure_gain(wrong, right.assign(remark="seen"), test)
    assert gain.looked_at == ("table",)
    assert gain.accuracy.after > 0.9
    assert gain.accuracy.after >= gain.accuracy.before


def vectors(frames: list[pd.DataFrame]) -> pd.DataFrame:
    """A vector per id, by the first letter of the text."""
    every = pd.concat(frames)
    rng = np.random.default_rng(0)
    sides = np.where(every["text"].str.startswith("cat"), 1.0, -1.0)[:, None]
    numbers = rng.normal(size=(len(every), 4)) + 3 * sides
    return pd.DataFrame(numbers, columns=[f"v{at}" for at in range(4)]).assign(id=every["id"].to_numpy())


def test_vectors_of_all_rows_are_joined_by_id(tmp_path: Path) -> None:
    """One file for the three; a row of TEST without a vector is an error that says so."""
    vectors([RIGHT, TEST]).to_csv(tmp_path / "vectors.csv", index=False)
    vectors([RIGHT, TEST.iloc[1:]]).to_csv(tmp_path / "fewer.csv", index=False)
    gain = auditor.measure_gain(WRONG, RIGHT, TEST, embeddings=tmp_path / "vectors.csv")
    assert "vectors" in gain.looked_at
    assert gain.accuracy.after == 1
    with pytest.raises(InputError):
        auditor.measure_gain(WRONG, RIGHT, TEST, embeddings=tmp_path / "fewer.csv")
    fewer = auditor.measure_gain(WRONG, RIGHT, TEST, embeddings=tmp_path / "fewer.csv", missing="drop")
    assert fewer.tested.not_seen == 1


def images(folder: Path, n: int, first: int, wrong: int = 0) -> Path:
    """A table of n images, red and blue in turn, all different; the first `wrong` reds are called blue."""
    folder.mkdir(exist_ok=True)
    rows = []
    for row in range(first, first + n):
        colour = (200, 20, 20) if row % 2 else (20, 20, 200)
        noise = np.random.default_rng(row).integers(-20, 20, (24, 24, 3))
        name = f"{row}.png"
        Image.fromarray(np.clip(noise + colour, 0, 255).astype(np.uint8)).save(folder / name)
        called = "red" if row % 2 and row // 2 >= wrong else "blue"
        rows.append({"id": f"r{row}", "image": name, "label": called})
    pd.DataFrame(rows).to_csv(folder / "data.csv", index=False)
    return folder / "data.csv"


def test_images_are_learned_from_and_judged_by_their_pixels(tmp_path: Path) -> None:
    """Three folders; nearly all reds are called blue before. An image of BEFORE is left out of TEST, one that
    cannot be opened is not judged."""
    before, after = images(tmp_path / "a", 80, 0, wrong=36), images(tmp_path / "b", 80, 0)
    test = images(tmp_path / "c", 60, 1_000)
    (tmp_path / "c" / "1000.png").write_bytes((tmp_path / "a" / "0.png").read_bytes())
    (tmp_path / "c" / "1001.png").write_bytes(b"")
    gain = auditor.measure_gain(before, after, test)
    assert gain.looked_at == ("images",)
    assert (gain.changes.relabelled, gain.changes.edited) == (36, 0)
    assert (gain.tested.leaks, gain.tested.not_seen, gain.tested.judged) == (1, 1, 58)
    assert (gain.accuracy.before, gain.accuracy.after) == (0.5, 1)


def test_the_users_own_model_is_judged_by_its_predictions() -> None:
    """Two arrays of TEST: 30 of 100 rows wrong before, 10 after, of which 5 were right before."""
    right = (TEST["label"] == "dog").to_numpy().astype(int)
    before, after = right.copy(), right.copy()
    before[:30] = 1 - before[:30]
    after[25:35] = 1 - after[25:35]
    probs = [np.where(np.arange(2) == codes[:, None], 0.9, 0.1) for codes in (before, after)]
    said: dict[str, Any] = {"classes": list(PETS), "align": "position"}
    gain = auditor.measure_gain(WRONG, RIGHT, TEST, test_predictions=probs, **said)
    assert (gain.right, gain.wrong) == (25, 5)
    assert (gain.accuracy.before, gain.accuracy.after) == (0.7, 0.9)
    assert gain.accuracy.dropped is None
    assert gain.looked_at == ()
    swapped = auditor.measure_gain(WRONG, RIGHT, TEST, test_predictions=probs[::-1], **said).accuracy.gain
    one = gain.accuracy.gain
    assert swapped.value == -one.value
    assert (swapped.low, swapped.high) == pytest.approx((-one.high, -one.low), abs=0.011)
    third = auditor.measure_gain(WRONG, RIGHT, TEST, test_predictions=[*probs, probs[0]], **said)
    assert third.accuracy.dropped == 0.7
    with pytest.raises(UsageError, match="two or three"):
        auditor.measure_gain(WRONG, RIGHT, TEST, test_predictions=probs[:1], **said)


@pytest.mark.parametrize(
    ("after", "test", "slug"),
    [
        (RIGHT, TEST.iloc[:29], "gain-few-rows"),
        (RIGHT, RIGHT, "gain-few-rows"),
        (RIGHT, TEST.assign(label=""), "gain-columns"),
        (RIGHT, TEST.assign(label="x"), "gain-columns"),
        (RIGHT, TEST.rename(columns={"label": "target"}), "gain-columns"),
        (RIGHT, TEST.rename(columns={"text": "sentence"}), "gain-columns"),
        (pets(200, 9_000), TEST, "gain-not-corrected"),
    ],
)
def test_what_cannot_be_judged_is_said_in_words(after: pd.DataFrame, test: pd.DataFrame, slug: str) -> None:
    """Exit 3 with a code: too few rows, no labels, other columns, another dataset."""
    with pytest.raises(InputError) as error:
        auditor.measure_gain(WRONG, after, test)
    assert [problem.slug for problem in error.value.problems] == [slug]


def test_too_few_rows_are_explained_by_what_was_left_out() -> None:
    """80 of 100 rows are marked: nothing but that is why 20 are left."""
    with pytest.raises(InputError) as error:
        auditor.measure_gain(WRONG, RIGHT, TEST.assign(excluded=["exclude"] * 80 + [""] * 20))
    said = " ".join(detail.to("en") for detail in error.value.problems[0].details)
    assert "80 are marked as excluded, 0 are seen by no model" in said


def test_an_unknown_argument_is_refused() -> None:
    """A misspelt one is not passed over."""
    with pytest.raises(TypeError, match="did you mean 'label'"):
        auditor.measure_gain(WRONG, RIGHT, TEST, lable="x")  # type: ignore[call-arg]


def test_a_gain_in_json_is_whole() -> None:
    """Schema, verdict, and every number with its interval."""
    gain: Gain = auditor.measure_gain(WRONG, RIGHT, TEST)
    found = json.loads(json.dumps(gain.to_json()))
    assert found["schema"] == "auditor.gain/1"
    assert found["verdict"] == gain.verdict
    assert found["accuracy"]["gain"].keys() == {"value", "low", "high"}
    assert found["tested"]["judged"] == 100
