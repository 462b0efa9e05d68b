"""An `Audit` as the labeller's page: plain JSON, the items of a round and what is known of the dataset."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any

from auditor.audits import Audit
from auditor.prioritise.round import Round
from auditor.report.facts import SECONDS_PER_ROW, Facts
from auditor.report.review_items import ReviewItems
from auditor.report.review_options import ReviewOptions, refuse_unknown

SCHEMA = "auditor.review/1"


def review_data(audit: Audit, options: ReviewOptions, lang: str) -> dict[str, Any]:
    """The JSON of the page (`auditor.review/1`) with all items of the round.

    What the audit's `decisions` settle is not asked again, and the round follows on theirs.

    Raises:
        InputError: `audit-version` for an audit of a version that drew no reserve.
    """
    refuse_unknown(audit, options)
    return data_of_items(ReviewItems(facts=Facts(audit=audit, lang=lang), options=options))


def data_of_items(view: ReviewItems) -> dict[str, Any]:
    """The JSON of a page that asks about some items of an audit.

    Raises:
        InputError: `audit-version`.
    """
    audit, options, drawn = view.facts.audit, view.options, view.round
    header, dataset = audit.header, audit.header["dataset"]
    items = [view.item(asked) for asked in drawn.asked]
    pictures = {"pictures": view.pictures(items)} if view.facts.has_pictures else {}
    return {
        "schema": SCHEMA,
        "report": {
            "id": _report_id(audit, drawn, items),
            "created": _created(),
            "tool": header["versions"]["auditor"],
            "part": "1/1",
        },
        "dataset": {
            "name": dataset["name"],
            "rows": dataset["rows"],
            "fingerprint": f"sha256:{dataset['fingerprint']}",
            "label_column": next(iter(dataset.get("roles", {}).get("label", ())), None),
        },
        "taxonomy": {"classes": dataset["classes"], "hash": taxonomy_hash(dataset["classes"])},
        "round": drawn.number,
        "seconds": SECONDS_PER_ROW,
        "contact": options.contact,
        "guidelines": options.guidelines,
        "privacy": header["settings"]["privacy"],
        "columns": [name for name, _ in view.content],
        "details": [name for name, _ in view.details],
        "items": items,
        **pictures,
    }


def taxonomy_hash(classes: Sequence[str]) -> str:
    """sha256 over the class names in their order."""
    raw = json.dumps(list(classes), ensure_ascii=False, separators=(",", ":"))
    return f"sha256:{hashlib.sha256(raw.encode('utf-8', 'surrogatepass')).hexdigest()}"


def _report_id(audit: Audit, drawn: Round, items: Iterable[Mapping[str, Any]]) -> str:
    """Of the audit and of what is asked: two pages of one id ask the same."""
    asked = [[item["item"], item["sample"], item["blind"]] for item in items]
    raw = json.dumps([audit.audit_id, drawn.number, asdict(drawn.plan), asked], ensure_ascii=False)
    return f"r-{hashlib.sha256(raw.encode('utf-8', 'surrogatepass')).hexdigest()[:16]}"


def _created() -> str | None:
    """The date that `SOURCE_DATE_EPOCH` says; the same input gives the same bytes, so no clock is asked."""
    seconds = os.environ.get("SOURCE_DATE_EPOCH", "")
    if not seconds.isdecimal() or int(seconds) > 253_402_300_799:
        return None
    return datetime.fromtimestamp(int(seconds), UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
