"""How far reviewers agree, by hand."""

from __future__ import annotations

import pytest
from sklearn.metrics import cohen_kappa_score

from auditor.review.agreement import agreement_of
from auditor.review.decisions import Decision, DecisionFile
from auditor.review.merging import merged


def said(reviewer: str, item: str, label: str = "", **more: object) -> Decision:
    """An answer of a class; "" keeps the given one, which is cat, and "?" is unsure."""
    action = {"": "keep", "?": "unsure", "x": "exclude"}.get(label, "relabel")
    whole = {"given": "cat", "content": "c", "at": "2026-01-01T00:00:00Z", "shown_suggestion": True} | more
    named = label if action == "relabel" else None
    return Decision(item=item, action=action, label=named, reviewer=reviewer, **whole)  # type: ignore[arg-type]


def of(*decisions: Decision, lead: str = "") -> object:
    names = sorted({one.reviewer for one in decisions})
    files = [
        DecisionFile(name=n, reviewer=n, decisions=tuple(one for one in decisions if one.reviewer == n))
        for n in names
    ]
    return agreement_of(merged(files, lead=lead))


def test_raw_agreement_and_kappa_of_two() -> None:
    """They agree on a (kept) and b (dog) and differ on c; of d one cannot tell, so it is not shared."""
    kim = [said("kim", "a"), said("kim", "b", "dog"), said("kim", "c", "dog"), said("kim", "d", "?")]
    lee = [said("lee", "a", "cat"), said("lee", "b", "dog"), said("lee", "c"), said("lee", "d", "eel")]
    found = of(*kim, *lee)
    (pair,) = found.pairs
    assert (found.items, pair.reviewers, pair.raw.n) == (3, ("kim", "lee"), 3)
    assert found.raw.value == pair.raw.value == pytest.approx(2 / 3)
    kappa = cohen_kappa_score(["cat", "dog", "dog"], ["cat", "dog", "cat"])
    assert pair.kappa.value == pytest.approx(kappa)


def test_whether_the_label_is_wrong_is_asked_apart() -> None:
    """Two who change it to different classes agree that it is wrong."""
    found = of(said("kim", "a", "dog"), said("lee", "a", "eel"), said("kim", "b"), said("lee", "b"))
    assert found.raw.value == pytest.approx(0.5) and found.verdict.value == 1.0


def test_class_by_class() -> None:
    """Of dog: said by both of b, by one of c; so of the three times somebody says dog, twice another does."""
    kim = [said("kim", "a"), said("kim", "b", "dog"), said("kim", "c", "dog")]
    lee = [said("lee", "a"), said("lee", "b", "dog"), said("lee", "c")]
    alone = [said("lee", "z", "?", given="dog"), said("kim", "y", given="dog")]
    by_name = {one.name: one for one in of(*kim, *lee, *alone).classes}
    assert list(by_name) == ["cat", "dog"]
    dog = by_name["dog"]
    assert (dog.items, dog.same, dog.unsure, dog.answers) == (2, pytest.approx(2 / 3), 1, 2)
    assert by_name["cat"].answers == 6


def test_reasons_that_no_class_fits_are_an_answer_of_their_own() -> None:
    none = {"reasons": ("needs_new_class",)}
    found = of(said("kim", "a", **none), said("lee", "a"), said("kim", "b", **none), said("lee", "b", **none))
    assert found.raw.value == pytest.approx(0.5)


def test_copies_that_were_decided_along_do_not_count_again() -> None:
    pair = [said(who, "a2", "dog", copy_of="a") for who in ("kim", "lee")]
    assert of(*pair, said("kim", "a", "dog"), said("lee", "a", "dog")).items == 1


def test_who_settles_what_is_open_is_no_independent_voice() -> None:
    """What was overruled still counts; a lead who reviewed as the others did is a voice like theirs."""
    kim, lee = said("kim", "a", "dog"), said("lee", "a", "eel")
    settling = [said("park", "a", "dog", settles=True), said("park", "b"), said("kim", "b")]
    found = of(kim, lee, *settling, lead="park")
    assert [(one.reviewers, one.raw.n) for one in found.pairs] == [(("kim", "lee"), 1), (("kim", "park"), 1)]
    led = of(kim, lee, lead="kim")
    assert (led.items, led.raw.value) == (1, 0.0)


def test_tables_that_name_nobody_are_not_compared() -> None:
    """Those who agree are one voice there, so that only those who differ would count."""
    assert of(said("", "a", "dog", at=""), said("", "a", "eel", at="")).items == 0


def test_who_changed_a_blind_answer_was_blind_at_first() -> None:
    """Kim kept it, saw the suggestion and took it; lee took it blindly: they differed."""
    kim = said("kim", "a", "dog", blind=("keep", None))
    found = of(kim, said("lee", "a", "dog", shown_suggestion=False))
    assert (found.blind.value, found.blind.n, found.in_view.n, found.raw.value) == (0.0, 1, 0, 1.0)


def test_blind_answers_and_those_with_the_suggestion_in_view_are_told_apart() -> None:
    """Blind they differ, in view they agree; an item that one of them saw is in neither."""
    hidden = {"shown_suggestion": False}
    found = of(
        *(said("kim", "a", "dog", **hidden), said("lee", "a", **hidden)),
        *(said("kim", "b", "dog"), said("lee", "b", "dog")),
        *(said("kim", "c", "dog", **hidden), said("lee", "c", "dog")),
    )
    assert (found.blind.value, found.blind.n, found.in_view.value, found.in_view.n) == (0.0, 1, 1.0, 1)


def test_who_asks_unsure_where() -> None:
    found = of(
        said("kim", "a", "?"),
        said("kim", "b", "?", given="dog"),
        said("kim", "c", "?", given="dog"),
        said("kim", "d"),
        said("lee", "a"),
    )
    kim, lee = found.reviewers
    assert (kim.answers, kim.unsure, kim.classes) == (4, 3, (("dog", 2), ("cat", 1)))
    assert (lee.answers, lee.unsure, lee.classes) == (1, 0, ())


def test_one_reviewer_agrees_with_nobody() -> None:
    found = of(said("kim", "a"), said("kim", "b", "dog"))
    assert (found.items, found.pairs, found.raw.value, found.alpha.value) == (0, (), None, None)
    assert found.to_json()["reviewers"][0]["answers"] == 2
