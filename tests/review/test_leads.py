"""A lead's word over what the others say, and merged files as the files they were made of."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from review_files import document, record

from auditor.errors import InputError
from auditor.review.checksum import checksum
from auditor.review.decisions import Decision, DecisionFile
from auditor.review.merged_files import merged_document, text_of
from auditor.review.merging import Merged, merged
from auditor.review.reading import read_decisions

PEOPLE = ("kim", "lee", "park")


def said(reviewer: str, action: str = "keep", label: str | None = None, **more: object) -> Decision:
    whole = {"item": "a", "given": "cat", "at": "2026-01-01T00:00:00Z"} | more
    return Decision(action=action, label=label, reviewer=reviewer, **whole)  # type: ignore[arg-type]


def of(name: str, *decisions: Decision) -> DecisionFile:
    return DecisionFile(name=f"{name}.json", decisions=decisions, reviewer=name)


KIM = of("kim", said("kim", "relabel", "dog"))
LEE = of("lee", said("lee", "keep"))
PARK = of("park", said("park", "relabel", "eel"))


def outcome(found: Merged) -> tuple[str, str, str | None, str]:
    """State, action, label and lead of the one judgement."""
    (one,) = found.judgements
    return one.state, one.action, one.label, one.lead


def through_a_file(found: Merged, folder: Path, name: str = "merged.json") -> DecisionFile:
    path = folder / name
    path.write_text(text_of(merged_document(found, {})), encoding="utf-8")
    return read_decisions(path)


def test_the_leads_word_wins() -> None:
    """Over two who agree; and what they said is kept beside it."""
    (one,) = merged([LEE, PARK, KIM], lead="park").judgements
    assert (one.state, one.label, one.lead, one.settled_by) == ("settled", "eel", "park", "lead")
    assert [other.reviewer for other in one.overruled] == ["kim", "lee"] and one.votes == 1


def test_a_lead_who_cannot_tell_overrules_nobody() -> None:
    unsure = of("park", said("park", "unsure"))
    assert outcome(merged([KIM, LEE, unsure], lead="park"))[0] == "conflict"


def test_a_lead_who_says_nothing_of_an_item_leaves_it_to_the_votes() -> None:
    other = of("park", said("park", "keep", item="b"))
    states = {one.item: one.state for one in merged([KIM, LEE, other], lead="park").judgements}
    assert states == {"a": "conflict", "b": "settled"}


def test_a_lead_excludes_alone() -> None:
    """Where two review an exclusion takes two votes; of the lead one is enough, whoever else judged it."""
    out = of("park", said("park", "exclude"))
    assert outcome(merged([LEE, out]))[0] == "conflict"
    assert outcome(merged([LEE, out], lead="park")) == ("settled", "exclude", None, "park")
    alone = [of("kim", said("kim", item="b")), out]
    assert [one.state for one in merged(alone).judgements] == ["needs_votes", "settled"]
    assert [one.state for one in merged(alone, lead="park").judgements] == ["settled", "settled"]


@pytest.mark.parametrize(
    ("decisions", "settled_by"),
    [
        ([said("kim")], "one"),
        ([said("kim"), said("lee", "unsure")], "one"),
        ([said("kim"), said("lee")], "all"),
        ([said("kim"), said("lee"), said("park", "relabel", "dog")], "most"),
        ([said("kim"), said("lee", "relabel", "dog")], None),
    ],
)
def test_what_settled_it(decisions: list[Decision], settled_by: str | None) -> None:
    (one,) = merged([of(each.reviewer, each) for each in decisions]).judgements
    assert one.settled_by == settled_by


def test_a_merged_file_is_the_files_it_was_made_of(tmp_path: Path) -> None:
    """Merged again, alone or beside one of them, it says the same."""
    found = merged([KIM, LEE, PARK], lead="lee")
    file = through_a_file(found, tmp_path)
    assert outcome(merged([file])) == outcome(found) == ("settled", "keep", None, "lee")
    for files in ([file, KIM], [PARK, file], [file, file, LEE]):
        assert merged(files).judgements == merged([file]).judgements
        assert merged(files).digest == found.digest


def test_what_is_said_after_the_merge_is_not_overruled_by_it(tmp_path: Path) -> None:
    """The lead decided over what was there: a later word is a conflict until it is decided again."""
    file = through_a_file(merged([KIM, LEE, PARK], lead="lee"), tmp_path)
    later = of("kim", said("kim", "exclude", revision=2))
    assert outcome(merged([file, later]))[0] == "conflict"
    assert outcome(merged([file, later], lead="lee"))[:2] == ("settled", "keep")


def test_of_two_leads_who_merges_last_wins(tmp_path: Path) -> None:
    """And stays the winner in the file that is written; two who merged apart are a conflict."""
    first = through_a_file(merged([KIM, LEE], lead="lee"), tmp_path)
    second = merged([first, PARK], lead="park")
    assert outcome(second) == ("settled", "relabel", "eel", "park")
    again = through_a_file(second, tmp_path, "second.json")
    assert outcome(merged([again])) == outcome(second)
    apart = through_a_file(merged([KIM, LEE], lead="kim"), tmp_path, "apart.json")
    assert outcome(merged([first, apart]))[0] == "conflict"


def test_the_same_files_give_the_same_bytes_in_any_order(tmp_path: Path) -> None:
    copies = [KIM, LEE, PARK, DecisionFile(name="zz.json", decisions=KIM.decisions, reviewer="kim")]
    texts = {
        text_of(merged_document(merged(files, lead="lee"), {}))
        for files in (copies, copies[::-1], copies[2:] + copies[:2], copies[:3])
    }
    assert len(texts) == 1


def test_its_decisions_are_what_was_settled_and_the_rest_is_named(tmp_path: Path) -> None:
    other = of("lee", said("lee"), said("lee", "relabel", "dog", item="b", comment="seen", suggested="dog"))
    written = merged_document(merged([KIM, other]), {"items": 1})
    assert [(one["item"], one["label"], one["settled_by"]) for one in written["decisions"]] == [
        ("b", "dog", "one")
    ]
    (left,) = written["open"]
    assert (left["item"], left["state"]) == ("a", "conflict")
    assert [(one["reviewer"], one["action"]) for one in left["answers"]] == [
        ("kim", "relabel"),
        ("lee", "keep"),
    ]
    assert written["count"] == 1 and written["agreement"] == {"items": 1}


def changed(document: dict[str, Any], how: str) -> dict[str, Any]:
    """A merged document that somebody has changed by hand."""
    if how == "outcome":
        document["decisions"][0]["label"] = "eel"
        document["checksum"] = checksum(document["decisions"])
    elif how == "source":
        document["sources"][0]["decisions"][0]["comment"] = "x"
    elif how == "lead":
        document["leads"][0]["sources"] = [7]
    elif how == "no lead":
        document["leads"] = []
    elif how == "open":
        document["open"] = [{"item": "z"}]
    elif how == "votes":
        document["decisions"][0]["votes"] = 9
        document["checksum"] = checksum(document["decisions"])
    elif how == "no sources":
        del document["sources"]
    elif how == "nested":
        document["sources"][0]["sources"] = []
    else:
        document["sources"] = ["x"]
    return document


@pytest.mark.parametrize(
    "how", ["outcome", "source", "lead", "no lead", "open", "votes", "no sources", "nested", "text"]
)
def test_a_merged_file_that_was_changed_is_refused(how: str, tmp_path: Path) -> None:
    """Its decisions have to follow from its sources, which have checksums of their own."""
    sound = json.loads(text_of(merged_document(merged([KIM, LEE, PARK], lead="kim"), {})))
    path = tmp_path / "merged.json"
    path.write_text(json.dumps(changed(sound, how)), encoding="utf-8")
    with pytest.raises(InputError) as error:
        read_decisions(path)
    assert error.value.problems[0].slug in {"decisions-damaged", "not-decisions"}


def test_real_files_keep_what_they_say(tmp_path: Path) -> None:
    """Dataset, classes, blind answers and half a pair of surrogates come back as they were."""
    more = {"blind": {"action": "keep", "label": None}, "comment": "half \ud83d of a pair"}
    said = [record("a", "relabel", "dog", given="cat", **more)]
    path = tmp_path / "a.json"
    path.write_text(json.dumps(document(said)), encoding="utf-8")
    file = read_decisions(path)
    (part,) = through_a_file(merged([file]), tmp_path).parts
    assert (part.dataset, part.classes, part.report) == (file.dataset, file.classes, file.report)
    assert part.decisions == file.decisions and part.decisions[0].blind == ("keep", None)


decisions = st.builds(
    said,
    st.sampled_from(PEOPLE),
    st.sampled_from(["keep", "exclude", "unsure"]),
    item=st.sampled_from(["a", "b"]),
    revision=st.integers(1, 2),
    comment=st.text(st.characters(exclude_characters="\0"), max_size=5),
) | st.builds(
    said,
    st.sampled_from(PEOPLE),
    st.just("relabel"),
    st.sampled_from(["dog", "eel"]),
    item=st.sampled_from(["a", "b"]),
)


@given(st.lists(decisions, max_size=10), st.sampled_from(["", *PEOPLE]), st.sampled_from(["", *PEOPLE]))
@settings(max_examples=150, deadline=None)
def test_a_merged_file_merges_as_its_sources_do(
    tmp_path_factory: pytest.TempPathFactory, voices: list[Decision], first: str, second: str
) -> None:
    """Whatever is in them, whoever led before and leads now."""
    files = [of(name, *(one for one in voices if one.reviewer == name)) for name in PEOPLE]
    found = merged(files, lead=first)
    file = through_a_file(found, tmp_path_factory.mktemp("merged"))
    assert merged([file]).judgements == found.judgements
    assert merged([file, *files]).judgements == found.judgements
    if second:
        ours, theirs = merged([file], lead=second), merged(files, lead=second)
        spoken = {one.item for one in theirs.judgements if one.lead}
        for one, other in zip(ours.judgements, theirs.judgements, strict=True):
            if one.item in spoken:
                assert (one.state, one.action, one.label) == (other.state, other.action, other.label)


def test_a_name_is_one_name_however_it_is_spelt() -> None:
    """One person under two spellings does not make the two votes that an exclusion takes."""
    for one, other in (("Kim", "kim"), ("\ubc15", "\u1107\u1161\u11a8"), ("kim ", "kim")):
        found = merged([of(one, said(one, "exclude")), of(other, said(other, "exclude", revision=2)), LEE])
        assert [(each.state, each.votes) for each in found.judgements] == [("conflict", 2)]
    assert outcome(merged([KIM, LEE], lead="KIM"))[3] == "kim"


def test_two_pages_under_one_name_are_told() -> None:
    """Perhaps two people; a later word on the same page is one person's own."""
    first = DecisionFile(name="a", reviewer="kim", report="r-1", decisions=(said("kim", "keep"),))
    other = said("kim", "relabel", "dog", revision=2)
    assert (
        merged([first, DecisionFile(name="b", reviewer="kim", report="r-2", decisions=(other,))]).replaced
        == 1
    )
    assert (
        merged([first, DecisionFile(name="b", reviewer="kim", report="r-1", decisions=(other,))]).replaced
        == 0
    )
