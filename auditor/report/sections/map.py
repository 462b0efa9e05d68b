"""Section "Map": rows by their vectors, coloured by label; only where an audit has places of rows."""

from __future__ import annotations

from auditor.report.elements import Section
from auditor.report.facts import Facts
from auditor.report.map_view import has_map, map_of
from auditor.wording import N_


def applies(facts: Facts) -> bool:
    """Without places there is no such section."""
    return has_map(facts)


def section(facts: Facts) -> Section:
    """The rows that are shown, near where they are alike."""
    found = has_map(facts)
    return Section(
        id="map",
        title=facts.say(N_("Map")),
        status="found" if found else "not_applicable",
        status_text=facts.say(N_("{n:,} rows"), n=len(facts.audit.tables["map"]))
        if found
        else facts.say(N_("no vectors")),
        tone="calm",
        meaning=facts.say(
            N_(
                "Rows lie together where their vectors are alike; labels had no say in that, and only give "
                "the colours. A suspect among dots of another colour is worth a look first."
            )
        ),
        blocks=(map_of(facts),) if found else (),
        todo=facts.say(
            N_(
                "Where two colours share one group, the vectors do not tell these classes apart: read the "
                "guideline for both. Groups without a class of their own may be one that is missing."
            )
        )
        if found
        else "",
    )
