"""An audit with what reviewers decided since: read from files, put beside what it knew of before."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from auditor.audits import Audit
from auditor.review.agreement import agreement_json
from auditor.review.confirmed import confirmed_of
from auditor.review.lookup import standings_of
from auditor.review.merging import Merged, merged
from auditor.review.reading import read_decisions
from auditor.review.standing import counts, standings_table


def merged_files(paths: Sequence[str | Path], *, min_votes: int | None = None) -> Merged | None:
    """The decisions of some files as one; None for no files.

    Raises:
        auditor.InputError: a file is none, or is damaged.
    """
    return merged([read_decisions(path) for path in paths], min_votes=min_votes) if paths else None


def with_decisions(audit: Audit, found: Merged | None) -> Audit:
    """The audit and what was decided since; what it knew of other items before stays.

    The suspects, their count and the queue are those of the audit: another audit with the decisions counts
    anew.
    """
    if found is None:
        return audit
    new = standings_table(standings_of(audit.tables, found))
    old = audit.tables["decisions"]
    old = old.filter(pc.invert(pc.is_in(old["item"], new["item"].combine_chunks())))
    table = pa.concat_tables([old, new]).sort_by("item").combine_chunks()
    header = {**audit.header, "decisions": _json(audit.header.get("decisions"), found, table)}
    return replace(audit, header=header, tables={**audit.tables, "decisions": table})


def _json(before: Mapping[str, Any] | None, found: Merged, table: pa.Table) -> dict[str, Any]:
    was = before or {"digest": "", "files": 0, "reviewers": [], "kept_suspects": 0}
    both = f"{was['digest']}{found.digest}"
    return {
        "digest": hashlib.sha256(both.encode()).hexdigest()[:16] if was["digest"] else found.digest,
        "files": was["files"] + len(found.files),
        "reviewers": sorted({*was["reviewers"], *found.reviewers}),
        "states": dict(counts(table)),
        "kept_suspects": was["kept_suspects"],
        **({"agreement": was["agreement"]} if "agreement" in was else {}),
        "confirmed": confirmed_of(found).to_json(),
        **agreement_json(found),
    }
