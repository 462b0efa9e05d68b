"""Whether two audits can be compared, and what must be known before their numbers are."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from auditor.drift import changed, digests, redefined, schemes_of, settings_of
from auditor.drift import editions_of as editions
from auditor.errors import InputError, Problem
from auditor.rows_beside import Rows, known_share
from auditor.wording import N_, Text, listed, say, share

if TYPE_CHECKING:
    from auditor.audits import Audit

HARDLY = 0.05
"""Share of the rows of the smaller audit, known again in the other, below which these are two datasets."""
NAMED = 5
"""Names in a sentence."""
SETTINGS: Mapping[str, str] = {
    "columns": N_("columns"),
    "predictions": N_("predictions"),
    "embeddings": N_("embeddings"),
    "annotations": N_("annotations"),
    "near threshold": N_("near threshold"),
    "detector options": N_("detector options"),
}
"""Setting -> what it is called."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Remark:
    """What must be known before the numbers are read."""

    code: str
    """Stable, for programs: `same-audit`, `settings-differ`, `detector-in-one`, ..."""
    text: Text


def refuse_incomparable(old: Audit, new: Audit) -> None:
    """Raise where nothing that one audit says can be found again in the other.

    Raises:
        InputError: `compare-schemes`, `compare-other-task` or `compare-ids`.
    """
    if schemes_of(old.header) != schemes_of(new.header):
        raise InputError(_other_schemes(old, new))
    one, other = old.header["dataset"], new.header["dataset"]
    alike = set(one["classes"]) == set(other["classes"])
    none_shared = bool(one["classes"] or other["classes"]) and not set(one["classes"]) & set(other["classes"])
    if none_shared or (label_of(old) != label_of(new) and not alike):
        raise InputError(_other_task(old, new))
    if one.get("has_ids", True) != other.get("has_ids", True):
        raise InputError(_ids_in_one(old))


def refuse_other_dataset(old: Audit, new: Audit, rows: Rows) -> None:
    """Raise where hardly a row of the smaller audit is in the other.

    Raises:
        InputError: `compare-other-dataset`.
    """
    known = known_share(rows)
    if known < HARDLY:
        raise InputError(_other_dataset(old, new, rows, known))


def label_of(audit: Audit) -> str | None:
    """The label column; None without labels."""
    return next(iter((audit.header["dataset"].get("roles") or {}).get("label") or ()), None)


def remarks(old: Audit, new: Audit, rows: Rows) -> tuple[Remark, ...]:
    """What is other than then and may be why numbers differ."""
    if old.audit_id == new.audit_id:
        return (Remark(code="same-audit", text=say(N_("it is the same audit twice: nothing can differ"))),)
    return (
        *_of_rows(rows),
        *_of_settings(old, new),
        *_of_detectors(old, new),
        *_of_versions(old, new),
    )


def _of_rows(rows: Rows) -> Iterator[Remark]:
    if rows.by == "nothing":
        yield Remark(
            code="rows-not-told",
            text=say(
                N_(
                    "rows cannot be known again: there are no ids, and an audit of an earlier version keeps "
                    "no digests of rows; audit both again with this version"
                )
            ),
        )
    elif rows.by == "content":
        yield Remark(
            code="rows-by-content",
            text=say(
                N_(
                    "there are no ids: a row is known by its content and label, and one that was edited "
                    "counts as removed and added"
                )
            ),
        )
    elif rows.untouched is None:
        yield Remark(
            code="content-not-told",
            text=say(
                N_(
                    "whether the content of a row changed cannot be told: an audit of an earlier version "
                    "keeps no digests of rows"
                )
            ),
        )
    elif rows.untouched < HARDLY * (rows.old - (rows.removed or 0)):
        yield Remark(
            code="hardly-untouched",
            text=say(
                N_(
                    "the ids are the same and hardly a row is as it was ({n:,} of {of:,}): is it the same "
                    "dataset, with the same content columns?"
                ),
                n=rows.untouched,
                of=rows.old - (rows.removed or 0),
            ),
        )


def _of_settings(old: Audit, new: Audit) -> Iterator[Remark]:
    if label_of(old) != label_of(new):
        yield Remark(
            code="label-column",
            text=say(
                N_("the label column was {old} and is {new}; the classes are the same"),
                old=label_of(old) or "-",
                new=label_of(new) or "-",
            ),
        )
    names = changed(digests(settings_of(old.header)), digests(settings_of(new.header)))
    if names:
        what = say(N_("other than then: {names}"), names=_together([Text(SETTINGS[name]) for name in names]))
        yield Remark(code="settings-differ", text=what)
    if "predictions" in names and old.header["predictions"] and new.header["predictions"]:
        yield Remark(
            code="other-predictions",
            text=say(N_("suspects of other predictions may come and go though no row changed")),
        )
    privacies = [audit.header["settings"]["privacy"] for audit in (old, new)]
    if "ids" in privacies:
        yield Remark(
            code="privacy-ids", text=say(N_("an audit made with --privacy ids keeps no content to show"))
        )


def _together(parts: Sequence[Text]) -> Text:
    if len(parts) < 2:
        return parts[0]
    return say("{one}, {other}", one=_together(parts[:-1]), other=parts[-1])


def ran(audit: Audit) -> set[str]:
    """Detectors that ran."""
    return {entry["detector"] for entry in audit.header["outcomes"] if entry["status"] == "ran"}


def _of_detectors(old: Audit, new: Audit) -> Iterator[Remark]:
    then, now = ran(old), ran(new)
    for names, template in (
        (now - then, N_("not looked for then: {names}; what they found is not counted as new")),
        (then - now, N_("not looked for now: {names}; what they found is not counted as gone")),
    ):
        if names:
            text = say(template, names=listed(sorted(names), 2 * NAMED))
            yield Remark(code="detector-in-one", text=text)


def _of_versions(old: Audit, new: Audit) -> Iterator[Remark]:
    then, now = (audit.header["versions"]["auditor"] for audit in (old, new))
    if then != now:
        yield Remark(
            code="other-version",
            text=say(
                N_("made by auditor {old} and {new}: a difference may be that of the versions"),
                old=then,
                new=now,
            ),
        )
    names = sorted(redefined(editions(old.header), editions(new.header)))
    if names:
        yield Remark(
            code="measures-redefined",
            text=say(N_("defined otherwise in the other version: {names}"), names=listed(names, NAMED)),
        )


def _other_schemes(old: Audit, new: Audit) -> Problem:
    then, now = (_version(audit) for audit in (old, new))
    return Problem(
        slug="compare-schemes",
        what=say(
            N_("the audits name findings and rows differently: they are of auditor {old} and {new}"),
            old=then,
            new=now,
        ),
        fixes=(say(N_("audit the data of both again with one version")),),
    )


def _version(audit: Audit) -> Any:
    return audit.header["versions"]["auditor"]


def _other_task(old: Audit, new: Audit) -> Problem:
    return Problem(
        slug="compare-other-task",
        what=say(
            N_("the audits are of other tasks: label {old} and label {new}"),
            old=label_of(old) or "-",
            new=label_of(new) or "-",
        ),
        details=tuple(_classes(audit) for audit in (old, new)),
        fixes=(say(N_("--label COLUMN: audit both by the same labels")),),
    )


def _classes(audit: Audit) -> Text:
    dataset = audit.header["dataset"]
    names = listed(dataset["classes"], NAMED) or "-"
    return say(N_("classes of {name}: {classes}"), name=dataset["name"], classes=names)


def _ids_in_one(old: Audit) -> Problem:
    which = N_("the new audit") if old.header["dataset"].get("has_ids", True) else N_("the old audit")
    return Problem(
        slug="compare-ids",
        what=say(
            N_("{which} has no ids and the other has: no row and no finding can be known again"),
            which=Text(which),
        ),
        fixes=(say(N_("--id COLUMN: audit both with ids")),),
    )


def _other_dataset(old: Audit, new: Audit, rows: Rows, known: float) -> Problem:
    one, other = (audit.header["dataset"] for audit in (old, new))
    by = N_("by their ids") if rows.by == "id" else N_("by content and label")
    return Problem(
        slug="compare-other-dataset",
        what=say(
            N_("{old} and {new} have hardly a row in common ({share} of the smaller one, {by})"),
            old=one["name"],
            new=other["name"],
            share=share(known),
            by=Text(by),
        ),
        details=(say(N_("{n:,} rows then, {m:,} now"), n=rows.old, m=rows.new),),
        fixes=(
            say(N_("compare two audits of the same dataset, before and after it changed")),
            say(N_("--id COLUMN: ids that stay the same from one version of the data to the next")),
        ),
    )
