"""Several reviewers' decisions as one file: what they agree on, what is open, and a page that settles it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from auditor.audits import Audit
from auditor.errors import InputError, Problem, UsageError, did_you_mean, nearest
from auditor.handles import same_handle
from auditor.report.conflicts_page import PAGE, Conflicts, conflicts_of
from auditor.review.agreement import Agreement, agreement_of
from auditor.review.confirmed import Confirmed, confirmed_of
from auditor.review.corrections import Reviewed, refuse_other_dataset
from auditor.review.decisions import DecisionFile
from auditor.review.merged_files import merged_document, text_of
from auditor.review.merging import Merged, merged
from auditor.review.reading import LARGEST, read_decisions, too_large
from auditor.store.pages import write_files
from auditor.store.place import check_page
from auditor.wording import N_, listed, say


@dataclass(frozen=True, kw_only=True)
class MergedReview:
    """What several reviewers decided together."""

    merged: Merged
    """The judgements of all files, one an item."""
    agreement: Agreement
    """How far the reviewers agree where two or more judged the same item."""
    confirmed: Confirmed
    """What they confirmed of the queue and of the controls, and what the suggestion does."""
    path: Path | None = None
    """The merged file; None where nothing was written."""
    page: Conflicts | None = None
    """The adjudicator's page; None without an audit to take the content from."""

    @property
    def is_settled(self) -> bool:
        """Whether nothing is left to an adjudicator."""
        return all(one.state == "settled" for one in self.merged.judgements)


def merge_files(
    paths: Sequence[str | Path],
    *,
    lead: str = "",
    output: Path | None = None,
    audit: Audit | None = None,
    page: Path | None = None,
    lang: str = "en",
    force: bool = False,
) -> MergedReview:
    """Merge decisions files.

    Args:
        paths: the files, in any order; merged files too.
        lead: the reviewer whose word wins; "" for nobody.
        output: the merged file; None to write nothing.
        audit: what the adjudicator's page takes the content from; None for no page.
        page: that page; by default `review-conflicts.html` beside `output`.
        lang: of the page.
        force: replace files that are there.

    Raises:
        UsageError: `option-value` for a lead who decided nothing; `output-exists`, `output-not-writable`,
            `output-in-place`.
        InputError: `decisions-other-dataset`; or as a file is refused.
    """
    found = merged([read_decisions(path) for path in paths], lead=lead)
    _refuse_lead(lead, found)
    refuse_apart(found.files)
    agreement = agreement_of(found)
    done = MergedReview(merged=found, agreement=agreement, confirmed=confirmed_of(found))
    if output is None:
        return done
    place = page or output.parent / PAGE
    for path in (output, *(() if audit is None else (place,))):
        _refuse_inputs(path, paths)
        check_page(path)
    if place.resolve() == output.resolve():
        raise UsageError(_one_place(place))
    settles = None if audit is None else conflicts_of(audit, found, place, lang)
    text = text_of(merged_document(found, agreement.to_json()))
    if len(text.encode("utf-8")) > LARGEST:
        raise InputError(too_large(output.name))
    write_files({output: text, **(settles.pages if settles is not None else {})}, force=force)
    return replace(done, path=output, page=settles)


def refuse_apart(files: Sequence[DecisionFile]) -> None:
    """Raise where two files are about different datasets: another label column, or other classes.

    Raises:
        InputError: `decisions-other-dataset`.
    """
    stated = [file for file in files if file.classes or file.dataset]
    if not stated:
        return
    first = min(stated, key=lambda file: (-len(file.classes), file.name))
    label = first.dataset.get("label_column")
    known = Reviewed(
        name=str(first.dataset.get("name") or first.name),
        label=label if isinstance(label, str) else None,
        classes=first.classes,
    )
    try:
        refuse_other_dataset(known, Merged(judgements=(), files=tuple(files)), (), label_stated=False)
    except InputError as error:  # a merge has no flags that would make one dataset of two
        raise InputError(*(replace(problem, fixes=()) for problem in error.problems)) from error


def fits(audit: Audit, found: Merged) -> bool:
    """Whether an audit is of the very dataset that all the files are about."""
    own = f"sha256:{audit.header['dataset']['fingerprint']}"
    said = {str(file.dataset["fingerprint"]) for file in found.files if "fingerprint" in file.dataset}
    return said == {own}


def _refuse_lead(lead: str, found: Merged) -> None:
    if not lead or same_handle(lead) in map(same_handle, found.reviewers):
        return
    names: Collection[str] = [name for name in found.reviewers if name]
    raise UsageError(
        Problem(
            slug="option-value",
            what=say(N_("--lead {lead}: nobody of that name decided anything"), lead=lead[:80]),
            details=(say(N_("reviewers: {names}"), names=listed(sorted(names))),) if names else (),
            fixes=did_you_mean(nearest(lead, names)),
        )
    )


def _one_place(path: Path) -> Problem:
    return Problem(
        slug="option-value",
        what=say(N_("--conflicts {name}: the merged file is to be written there"), name=path.name),
        fixes=(say("--conflicts {name}", name=PAGE),),
    )


def _refuse_inputs(output: Path, paths: Sequence[str | Path]) -> None:
    """Raise where the output would take the place of a file that is read, however it is spelt."""
    if output.exists() and any(output.samefile(path) for path in paths):
        what = say(N_("{name} is what is read: it is never written over"), name=output.name)
        fixes = (say(N_("-o FILE with another name")),)
        raise UsageError(Problem(slug="output-in-place", what=what, fixes=fixes))
