"""Every measure trips a rule in the direction that is worse, and in no other: on audits of planted data."""

from __future__ import annotations

from dataclasses import asdict

import pytest
from gate_data import CASES

from auditor.gating.judge import judge
from auditor.gating.limits import Limit
from auditor.gating.rules import Rule
from auditor.gating.subjects import subject_of
from auditor.measures import MEASURES


def test_every_measure_has_a_case() -> None:
    assert list(CASES) == list(MEASURES)


@pytest.mark.parametrize("name", MEASURES)
def test_a_rule_trips_on_bad_data_and_not_on_good(name: str) -> None:
    """The limit lies halfway between the two; the sign is that of the registry."""
    good, bad = (subject_of(make()) for make in CASES[name])
    values = [worst(subject.of(name)) for subject in (good, bad)]
    halfway = sum(values) / 2
    assert values[0] != values[1]
    rule = Rule(
        id="r",
        measure=name,
        error_if=Limit(">" if MEASURES[name].bad == "up" else "<", halfway),
        use="point" if MEASURES[name].interval else None,
    )

    assert [judge(subject, [rule]).rulings[0].status for subject in (good, bad)] == ["pass", "fail"]
    assert [int(judge(subject, [rule]).exit_code) for subject in (good, bad)] == [0, 1]


def worst(measures: list) -> float:  # type: ignore[type-arg]
    """The worst of the parts."""
    assert measures
    ends = max if measures[0].bad == "up" else min
    return float(ends(one.value for one in measures))


@pytest.mark.parametrize("name", MEASURES)
def test_what_an_audit_measures_is_as_the_registry_says(name: str) -> None:
    """Kind, direction, interval and parts; exact where the registry says so."""
    known = MEASURES[name]
    for make in CASES[name]:
        for one in (found for found in make().measures if found.name == name):
            assert (one.kind, one.bad) == (known.kind, known.bad)
            assert known.exact <= one.exact
            assert (one.scope == "all") is not known.parts
            assert (one.low is not None) is known.interval
            assert asdict(one)["n"] >= 0


@pytest.mark.parametrize("name", [name for name, known in MEASURES.items() if known.has_findings])
def test_the_findings_behind_a_measure_are_there_where_it_is_not_0(name: str) -> None:
    """What a rule on new findings counts: none in good data, some in bad."""
    known = MEASURES[name]
    for make in CASES[name]:
        subject = subject_of(make())
        found = subject.behind(known.kinds, known.reasons)
        assert bool(found) is any(one.value > 0 for one in subject.of(name))
