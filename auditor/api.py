"""The functions behind `import auditor`: the commands, from Python."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias, TypedDict, Unpack

from auditor.audits import Audit
from auditor.choices import (
    TOP,
    bytes_at_most,
    chosen,
    count_of,
    rows_at_most,
    separator,
    several,
    share_of,
    split_weights,
)
from auditor.choices import model_seconds as seconds_of
from auditor.choices import near_threshold as similarity_from
from auditor.choices import rarity as rarity_of
from auditor.errors import nearest

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd
    from numpy.typing import NDArray

    from auditor.exports import ExportWritten
    from auditor.forecasts import Forecast
    from auditor.gain import Gain
    from auditor.inspection import Inspection
    from auditor.merges import MergedReview
    from auditor.predictions import Predictions as PredictionsMade
    from auditor.read.choice import InputChoice
    from auditor.report.review_files import ReviewWritten

    Table: TypeAlias = str | Path | pd.DataFrame
    Predictions: TypeAlias = str | Path | NDArray[np.floating[Any]] | pd.DataFrame
    Files: TypeAlias = str | Path | Sequence[str | Path]
    Vectors: TypeAlias = str | Path | NDArray[np.floating[Any]] | pd.DataFrame


class InputArguments(TypedDict, total=False):
    """The arguments that say something of the input; `audit` explains them."""

    id: str | None
    label: str | None
    text: str | Sequence[str] | None
    image: str | None
    image_root: str | Path | None
    features: str | Sequence[str] | None
    split: str | None
    slice: str | Sequence[str] | None
    classes: Sequence[str] | str | Path | None
    class_order_checked: bool
    align: str
    missing: str
    out_of_sample: bool | None
    sep: str | None
    input_format: str | None
    embeddings: Vectors | None
    annotations: Table | None
    near_threshold: float | None
    model: str
    model_seconds: float | None


def audit(
    data: Table,
    *,
    predictions: Predictions | Sequence[Predictions] | None = None,
    id: str | None = None,
    label: str | None = None,
    text: str | Sequence[str] | None = None,
    image: str | None = None,
    image_root: str | Path | None = None,
    features: str | Sequence[str] | None = None,
    split: str | None = None,
    slice: str | Sequence[str] | None = None,
    classes: Sequence[str] | str | Path | None = None,
    class_order_checked: bool = False,
    align: str = "auto",
    missing: str = "error",
    out_of_sample: bool | None = None,
    sep: str | None = None,
    input_format: str | None = None,
    embeddings: Vectors | None = None,
    annotations: Table | None = None,
    near_threshold: float | None = None,
    model: str = "auto",
    model_seconds: float | None = None,
    top: int | None = TOP,
    privacy: str = "full",
    lang: str = "en",
    detect: Mapping[str, Mapping[str, Any]] | None = None,
    decisions: Files = (),
    items: int = 500,
    split_weight: Mapping[str, float] | None = None,
    rarity: float = 0.0,
    seed: int = 0,
    progress: Callable[[str, float], None] | None = None,
) -> Audit:
    """Audit a labelled dataset: likely label errors, class balance, copies and near copies, in review order.

    Args:
        data: a CSV, TSV, JSONL, Parquet or Feather file, or a DataFrame (or another table that hands
            out Arrow columns, as polars does) with one row per item. An index that does more than count
            the rows (after `set_index`, filtering or shuffling) gives the ids, if no column does.
        predictions: (n, K) out-of-sample class probabilities or logits: a `.npy`, `.npz`, CSV or
            Parquet file, an array in the row order of `data`, or a DataFrame; several are averaged. A
            DataFrame is joined by its id column, or by its index where that is the index or the ids of
            `data` in any order, or its row numbers; else its rows are in the row order of `data`.
        id, label, text, image, features, split: columns; found by name where not given. `label="none"`
            audits without labels.
        image_root: the folder or zip archive that holds the files which the column of images names; by
            default the folder of `data`, `images/` or `images.zip` beside it.
        slice: columns by which suspects are counted (annotator, batch, source); the common names are found.
        classes: the K class names in the order of the probability columns, or a file of them.
        class_order_checked: vouch for the class order; the check for permuted columns is left out.
        align: "auto", "id" or "position": how predictions are joined to rows.
        missing: "error" or "drop": what to do with rows without a prediction.
        out_of_sample: whether each row was predicted by a model that did not train on it.
        sep: separator of a CSV file. input_format: its format, where the ending does not tell.
        embeddings: (n, d) vectors of any network, a file of them or a DataFrame, joined as predictions
            are; near copies and outliers are then found by their cosine.
        annotations: the answers of several annotators: a file or DataFrame with the columns item, annotator
            and label and a row per answer; items are the ids of `data`, or "row-0", "row-1", ...
        near_threshold: similarity from which two rows are near copies, over 0 and at most 1; by default .9
            for texts, .65 for table rows, .95 for vectors.
        model: "auto" or "none": where there are no predictions, whether rows are predicted by
            cross-validation with the built-in models, as `cross_val_predictions` does.
        model_seconds: CPU seconds for that, about; above, models learn from fewer rows. 30 by default.
        top: rows of the queue at most, None for all.
        privacy: "full", "snippet" or "ids": how much content the audit keeps.
        lang: "en" or "ko": the language of the reasons in the queue.
        detect: detector -> options that differ from its defaults.
        decisions: files of what reviewers decided; what they kept is no suspect and not in the queue.
        items: rows of the queue that the labeller's page asks about.
        split_weight: split -> how much a row of it weighs in the order; 1 for splits that are not named.
        rarity: how much rows of rare classes weigh, 0 (all alike) to 1: (median class size / class
            size)^rarity, 1 to 5.
        seed: another one draws other spot checks and controls.
        progress: called with (phase, share done).

    Returns:
        The audit; nothing is written and nothing is printed.

    Raises:
        auditor.UsageError: an argument, or a column that does not exist.
        auditor.InputError: the input is unreadable, unsafe or inconsistent; names every problem.

    Example:
        >>> import numpy as np, pandas as pd, auditor
        >>> data = pd.DataFrame({"text": [f"{pet} number {n}" for n in range(20) for pet in ("cat", "dog")],
        ...                      "label": ["cat", "dog"] * 20})
        >>> data.loc[3, "label"] = "cat"                            # wrong: the text says "dog number 1"
        >>> p = np.array([[.9, .1], [.1, .9]] * 20)
        >>> auditor.audit(data, predictions=p).queue["item"][0]
        'row-3'
    """
    from auditor.decided import merged_files
    from auditor.detect import detector_options
    from auditor.pipeline import AuditOptions, run
    from auditor.prioritise.round import Plan
    from auditor.prioritise.weights import Weights

    choice = _choice(
        id=id,
        label=label,
        text=text,
        image=image,
        image_root=image_root,
        features=features,
        split=split,
        slice=slice,
        classes=classes,
        class_order_checked=class_order_checked,
        align=align,
        missing=missing,
        out_of_sample=out_of_sample,
        sep=sep,
        input_format=input_format,
        embeddings=embeddings,
        annotations=annotations,
        near_threshold=near_threshold,
        model=model,
        model_seconds=model_seconds,
    )
    options = AuditOptions(
        top=rows_at_most(top),
        privacy=chosen("privacy", privacy),
        lang=chosen("lang", lang),
        detect=detector_options(detect or {}),
        seed=count_of("seed", seed, 0),
        weights=Weights(splits=split_weights(split_weight), rarity=rarity_of(rarity)),
        plan=Plan(items=count_of("items", items, 500, least=1)),
        decisions=merged_files(_paths(decisions)),
    )
    return run(data, _as_list(predictions), choice, options, progress)


def check(
    data: Table,
    *,
    predictions: Predictions | Sequence[Predictions] | None = None,
    progress: Callable[[str, float], None] | None = None,
    **said: Unpack[InputArguments],
) -> Inspection:
    """Say what is understood of a dataset and its predictions, and everything that is wrong with them.

    The same checks run first in `audit`, which raises what this returns.

    Args:
        data, predictions, progress: as in `audit`.
        said: the other arguments of `audit` about the input: `id`, `label`, `text`, `classes`, ...

    Returns:
        The inspection: `ok`, `problems` (each with `slug`, `what`, `details`, `fixes`), `answers` (one
        per check: its question and verdict), `given` (the dataset and its predictions).

    Raises:
        TypeError: an argument that `audit` does not have.
        auditor.UsageError: an argument has a value that is not allowed.

    Example:
        >>> import auditor, pandas as pd
        >>> data = pd.DataFrame({"text": ["a cat", "a dog", "an eel"], "label": ["cat", "cat", "cat"]})
        >>> seen = auditor.check(data)
        >>> seen.ok, [problem.slug for problem in seen.errors]
        (False, ['one-class'])
    """
    from auditor.inspection import inspect
    from auditor.phases import Phases

    _refuse_unknown("check", said)
    return inspect(data, _as_list(predictions), _choice(**said), Phases(progress))


def cross_val_predictions(
    data: Table, *, progress: Callable[[str, float], None] | None = None, **said: Unpack[InputArguments]
) -> PredictionsMade:
    """Predict every row by models that have learned neither from it nor from its copies.

    Five folds, each class spread evenly; exact copies stand in one fold, and so do near copies where a fold
    can hold them. Texts are learned from runs of letters and words, tables from their typed columns, vectors
    (`embeddings`) by a linear model and nearest neighbours. What is averaged, and at which temperature, is
    chosen by rows that neither model nor choice has seen.

    Args:
        data, progress: as in `audit`. Probability columns of the data are not looked at.
        said: the other arguments of `audit` about the input: `label`, `text`, `embeddings`, `model_seconds`.

    Returns:
        `probs` (n, K) float32, `ids`, `classes`, `folds`, `kappa`, `f1` and the `model` card; `save(path)`
        writes an `.npz` file for `audit(..., predictions=path)`.

    Raises:
        TypeError: an argument that `audit` does not have.
        auditor.UsageError: an argument has a value that is not allowed.
        auditor.InputError: the input cannot be judged, or nothing can be learned from it (`no-model`).

    Example:
        >>> import auditor, pandas as pd
        >>> rows = [(f"{pet} {n} {n * n}", pet) for n in range(30) for pet in ("cat", "dog")]
        >>> found = auditor.cross_val_predictions(pd.DataFrame(rows, columns=["text", "label"]))
        >>> found.classes, found.probs.shape, found.kappa > .9
        (('cat', 'dog'), (60, 2), True)
    """
    from auditor.phases import Phases
    from auditor.predictions import predict

    _refuse_unknown("cross_val_predictions", said)
    return predict(data, _choice(**said), Phases(progress))[0]


def write_report(
    audit: Audit,
    path: str | Path,
    *,
    lang: str = "en",
    decisions: Files = (),
    since: Audit | str | Path | None = None,
) -> Path:
    """Write the lead's report of an audit as one HTML file and return its path.

    Args:
        audit: from `audit` or `load_audit`.
        path: the file; an existing one is replaced.
        lang: "en" or "ko".
        decisions: files of what reviewers decided since, to be shown.
        since: an earlier audit of the dataset, or its folder, to compare with: the section "Since last time".

    Raises:
        auditor.UsageError: another language, or the file cannot be written, or not there.
        auditor.InputError: `since` cannot be compared (`compare_audits`).

    Example:
        >>> import auditor, pandas as pd, tempfile
        >>> audit = auditor.audit(pd.DataFrame({"text": ["a cat", "a dog"], "label": ["cat", "dog"]}))
        >>> auditor.write_report(audit, tempfile.mkdtemp() + "/report_ko.html", lang="ko").name
        'report_ko.html'
    """
    from auditor.comparison import compare_audits
    from auditor.decided import merged_files, with_decisions
    from auditor.report.page import render
    from auditor.report.view import page_of
    from auditor.store.pages import write_pages
    from auditor.store.place import check_page

    target = Path(path)
    check_page(target)
    chosen("lang", lang)
    audit = with_decisions(audit, merged_files(_paths(decisions)))
    beside = None if since is None else compare_audits(since, audit)
    return write_pages(target.parent, {target.name: render(page_of(audit, lang, beside))}, force=True)[0]


def write_review(
    audit: Audit,
    path: str | Path,
    *,
    decisions: Files = (),
    items: int = 500,
    spot: int = 25,
    controls: float | str = 0.1,
    blind: float | str = 0.2,
    estimate: int = 0,
    only: str | Sequence[str] | None = None,
    baseline: str | Path | None = None,
    columns: str | Sequence[str] | None = None,
    guidelines: str | Path | None = None,
    contact: str = "",
    reviewers: str | Sequence[str] | None = None,
    overlap: float | str | None = None,
    max_size: int | str | None = None,
    lang: str = "en",
    force: bool = False,
) -> ReviewWritten:
    """Write the labeller's page of an audit: one HTML file, or numbered parts where it would be too large.

    The page asks about the next rows of the queue that nobody has decided: first `spot` rows spread over
    them, blindly, then the others in their order with rows mixed in that nobody suspects.

    Args:
        audit: from `audit` or `load_audit`.
        path: the file, or a folder to write `review.html` into: one that is there, or a text ending in "/".
        decisions: files of what was decided before.
        items: rows of the queue.
        spot: spot checks among them.
        controls: rows that nobody suspects, as a share of the rows of the queue, 0..1 or "10%".
        blind: share of the others whose suggestion is hidden until a class is chosen, 0..1 or "20%".
        estimate: rows drawn of the whole queue for an estimate of the dataset's error rate, blind.
        only: kinds of findings to ask about (`label_issue`, `conflict`, ...), and "new" for rows with a
            finding that the baseline does not hold; all by default.
        baseline: its file, for `only="new"`.
        columns: content columns, splits and slices to show, in this order; all by default.
        guidelines: a text file that the page shows.
        contact: whom the decisions are to be sent to.
        reviewers: handles of those who share the round, "kim,lee" or a list: a page each, `review-kim.html`,
            ... Who judges an item hangs on its content and the handles alone.
        overlap: share of the items that all of them judge, 0..1 or "15%" (the default).
        max_size: bytes of a page, or a text like "15MB" (the default).
        lang: "en" or "ko".
        force: replace a page that is there.

    Returns:
        `paths`, and `round`, `frozen`, `spots`, `controls`, `rated`: how many items are asked about; in
        `shares` the `reviewer`, `rows`, `common` and `paths` of each reviewer.

    Raises:
        auditor.UsageError: an option or column that does not exist; a file that is there, or not writable.
        auditor.InputError: a decisions file is none, or the guidelines cannot be read.

    Example:
        >>> import auditor, pandas as pd, tempfile
        >>> rows = [(f"{pet} {n} {n * n}", pet) for n in range(30) for pet in ("cat", "dog")]
        >>> audit = auditor.audit(pd.DataFrame(rows, columns=["text", "label"]))
        >>> written = auditor.write_review(audit, tempfile.mkdtemp() + "/review.html", items=20, spot=5)
        >>> written.frozen, written.spots, written.controls, written.paths[0].name
        (20, 5, 2, 'review.html')
    """
    from auditor.asking import round_options
    from auditor.decided import merged_files, with_decisions
    from auditor.report.review_files import MAX_SIZE, write_round
    from auditor.report.review_options import shared_by

    audit = with_decisions(audit, merged_files(_paths(decisions)))
    asked = round_options(
        audit,
        items=items,
        spot=spot,
        controls=controls,
        blind=blind,
        estimate=estimate,
        only=only,
        baseline=baseline,
        columns=columns,
        guidelines=guidelines,
    )
    options = replace(asked, contact=contact, **shared_by(reviewers, overlap))
    size = bytes_at_most(max_size, MAX_SIZE)
    return write_round(audit, options, path, chosen("lang", lang), max_size=size, force=force)


def export_items(
    audit: Audit,
    path: str | Path | None = None,
    *,
    to: str,
    decisions: Files = (),
    items: int = 500,
    spot: int = 25,
    controls: float | str = 0.1,
    blind: float | str = 0.2,
    estimate: int = 0,
    only: str | Sequence[str] | None = None,
    baseline: str | Path | None = None,
    columns: str | Sequence[str] | None = None,
    guidelines: str | Path | None = None,
    prelabel: bool = False,
    lang: str = "en",
    force: bool = False,
) -> ExportWritten:
    """Write the next round of review for another tool, instead of the labeller's page.

    What its users decide comes back as the tool's own export, for `apply_decisions` and everything else that
    takes decisions.

    Args:
        audit: from `audit` or `load_audit`.
        path: the file ("csv"), or the folder for several files; by default `review.csv`, `label-studio/`,
            `argilla/`.
        to: "csv" (a copy for spreadsheets), "label-studio" or "argilla".
        decisions, items, spot, controls, blind, estimate, only, baseline, columns: as in `write_review`.
        guidelines: a text file that the tool shows; Argilla alone.
        prelabel: tick the suggested class beforehand, but not of blind items; people agree with what is
            ticked. Not in a CSV.
        lang: "en" or "ko", of the questions.
        force: replace files that are there.

    Returns:
        `paths`, `items`, `blind`, `copies`, `replaced`, `ids_only`, `round`, and `next`: what to do with
            them.

    Raises:
        auditor.UsageError: an option or column that does not exist; a file that is there, or not writable.
        auditor.InputError: a decisions file is none; a class that the tool could not show.

    Example:
        >>> import auditor, pandas as pd, tempfile
        >>> rows = [(f"{pet} {n} {n * n}", pet) for n in range(30) for pet in ("cat", "dog")]
        >>> audit = auditor.audit(pd.DataFrame(rows, columns=["text", "label"]))
        >>> written = auditor.export_items(audit, tempfile.mkdtemp() + "/ls", to="label-studio", items=20)
        >>> written.items, [path.name for path in written.paths]
        (22, ['tasks.json', 'label_config.xml'])
    """
    from auditor.asking import round_options
    from auditor.decided import merged_files, with_decisions
    from auditor.exports import export_round

    audit = with_decisions(audit, merged_files(_paths(decisions)))
    options = round_options(
        audit,
        items=items,
        spot=spot,
        controls=controls,
        blind=blind,
        estimate=estimate,
        only=only,
        baseline=baseline,
        columns=columns,
        guidelines=guidelines,
    )
    return export_round(audit, options, to, path, chosen("lang", lang), prelabel=prelabel, force=force)


def merge_decisions(
    decisions: Files,
    *,
    lead: str = "",
    output: str | Path | None = None,
    audit: Audit | None = None,
    page: str | Path | None = None,
    lang: str = "en",
    force: bool = False,
) -> MergedReview:
    """Merge what several reviewers decided into one file, and say how far they agree.

    Of one reviewer the last word on an item counts. Of several `unsure` is no vote; all agree, or two thirds
    of three or more: settled. The rest is left to a lead, and to a page that asks about it.

    Args:
        decisions: files, in any order; merged ones too.
        lead: the handle of the reviewer whose word wins; "" for nobody.
        output: the merged file to write, which every `decisions` takes; None to write nothing.
        audit: of the dataset that was reviewed: what the page of open items takes their content from.
        page: that page; by default `review-conflicts.html` beside `output`.
        lang: of the page, "en" or "ko".
        force: replace files that are there.

    Returns:
        `merged` (judgements, one an item), `agreement` (raw, Cohen's kappa of each pair, Krippendorff's
        alpha, by class, who is unsure where; with 95% intervals), `confirmed` (of queue and controls),
        `path` and `page`.

    Raises:
        auditor.UsageError: a lead who decided nothing; a file that is there, or cannot be written.
        auditor.InputError: a decisions file is none, is damaged, or is about another dataset.

    Example:
        >>> import auditor, pathlib, tempfile
        >>> folder = pathlib.Path(tempfile.mkdtemp())
        >>> size = (folder / "a.csv").write_text("item,label\\n1,cat\\n2,dog\\n")
        >>> size = (folder / "b.csv").write_text("item,label\\n2,eel\\n")
        >>> found = auditor.merge_decisions([folder / "a.csv", folder / "b.csv"])
        >>> [one.state for one in found.merged.judgements], found.is_settled
        (['settled', 'conflict'], False)
    """
    from auditor.merges import merge_files

    return merge_files(
        _paths(decisions),
        lead=lead,
        output=None if output is None else Path(output),
        audit=audit,
        page=None if page is None else Path(page),
        lang=chosen("lang", lang),
        force=force,
    )


def forecast_errors(
    audit: Audit,
    decisions: Files = (),
    *,
    first: Sequence[int] = (50, 100, 200, 500),
    limit: float | str = 0.1,
    width: float | str | None = None,
) -> Forecast:
    """Say from what reviewers decided how many errors to expect, when to stop, and the dataset's error rate.

    A curve of two numbers is drawn through the blind verdicts (`auditor.prioritise.forecast`); the error rate
    is that of rows drawn at random in strata of the queue (`auditor.prioritise.estimate`).

    Args:
        audit: from `audit` or `load_audit`.
        decisions: files of what reviewers decided since.
        first: numbers of rows of the queue to forecast; larger than the queue means all of it.
        limit: share of errors among the next rows below which reviewing is hardly worth it, 0..1 or "10%".
        width: wanted between the ends of the interval of the error rate, 0..1 or "2%".

    Returns:
        `first` (each with `n`, `errors`, `low`, `high`, `found`, `judged`), `next`, `stop`, `minutes`,
        `rate`; `enough` is False, and the first three are empty, before ten verdicts. `at([n, ...])`
        forecasts other n.

    Raises:
        auditor.UsageError: a share or a number that is none.
        auditor.InputError: a decisions file is none, or is damaged.

    Example:
        >>> import auditor, pandas as pd
        >>> rows = [(f"{pet} {n} {n * n}", pet) for n in range(30) for pet in ("cat", "dog")]
        >>> audit = auditor.audit(pd.DataFrame(rows, columns=["text", "label"]))
        >>> auditor.forecast_errors(audit).enough  # nobody has judged anything
        False
    """
    from auditor.decided import merged_files, with_decisions
    from auditor.forecasts import forecast

    return forecast(
        with_decisions(audit, merged_files(_paths(decisions))),
        [count_of("first", n, 0, least=1) for n in first],
        limit=share_of("limit", limit, 0.1),
        width=None if width is None else share_of("width", width, 0.0, over_zero=True),
    )


def measure_gain(
    before: Table,
    after: Table,
    test: Table,
    *,
    predictions: Predictions | Sequence[Predictions] | None = None,
    test_predictions: Sequence[Predictions] = (),
    decisions: Files = (),
    seed: int = 0,
    progress: Callable[[str, float], None] | None = None,
    **said: Unpack[InputArguments],
) -> Gain:
    """Say what relabelling bought: one fixed model learns before and after, and is judged on a test set.

    The model is the built-in one. Which kinds of model are averaged, how they are calibrated, which rows and
    columns they see is chosen once, on `before`; only what is learned differs. Exact copies of rows that are
    learned from are left out of the test. Where a split column names train and test, `before` and `after`
    teach with their train rows, and `test` judges with its test rows.

    Args:
        before, after: the dataset before and after relabelling: rows are joined by id, else by content.
        test: labelled rows with the same columns.
        predictions: out-of-sample predictions of `before`, for its suspects; else the built-in model's.
        test_predictions: of the user's own model instead of the built-in one: what it says of `test` when it
            learned from `before`, when it learned from `after`, and perhaps when it learned from `before`
            without the suspects.
        decisions: files of what reviewers decided: rows of `test` among it are counted and warned of.
        seed: another one draws other rows for the intervals.
        progress: as in `audit`.
        said: the other arguments of `audit` about the input: `label`, `text`, `embeddings` (vectors of the
            rows of all three, joined by id), `model_seconds`, ...

    Returns:
        `accuracy`, `macro_f1` and `classes` (each `before`, `after`, `gain` with a 95 % interval, and the
        same for dropping the suspects), `verdict` ("gain", "loss" or "unclear"), `changes`, `tested`.

    Raises:
        TypeError: an argument that `audit` does not have.
        auditor.UsageError: an argument has a value that is not allowed.
        auditor.InputError: nothing can be judged (`gain-columns`, `gain-not-corrected`, `gain-few-rows`,
            `no-model`), or a file cannot be read.

    Example:
        >>> import auditor, pandas as pd
        >>> rows = [(f"{pet} number {n}", pet) for n in range(150) for pet in ("cat", "dog")]
        >>> right = pd.DataFrame(rows, columns=["text", "label"])
        >>> wrong = right.copy()
        >>> wrong.loc[0:180:2, "label"] = "dog"                 # the first 91 cats are called dogs
        >>> gain = auditor.measure_gain(wrong[:200], right[:200], right[200:])
        >>> gain.changes.relabelled, gain.accuracy.before, gain.accuracy.after, gain.verdict
        (91, 0.5, 1.0, 'gain')
    """
    from auditor.decided import merged_files
    from auditor.gain import gain_of
    from auditor.phases import Phases

    _refuse_unknown("measure_gain", said)
    return gain_of(
        before,
        after,
        test,
        _choice(**said),
        predictions=_as_list(predictions),
        test_predictions=test_predictions,
        decisions=merged_files(_paths(decisions)),
        seed=count_of("seed", seed, 0),
        phases=Phases(progress),
    )


def apply_decisions(
    data: Table,
    decisions: Files,
    *,
    output: str | Path | None = None,
    excluded: str = "drop",
    min_votes: int | None = None,
    force: bool = False,
    **said: Unpack[InputArguments],
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Apply what reviewers decided to a dataset; the dataset itself is never changed.

    Args:
        data: a file, or a DataFrame.
        decisions: files that the labeller's page exported, or tables of item and label.
        output: where to write the corrected dataset, in the format of the file `data`; rows taken out and the
            changes go beside it. Not for a DataFrame.
        excluded: "drop" takes excluded rows out, "flag" marks them in a column `excluded`.
        min_votes: votes that any change needs.
        force: replace files that are there.
        said: the arguments of `audit` about the input: `id`, `label`, `text`, `classes`, ...

    Returns:
        The corrected dataset, and a row for each change: `item`, `row`, `from`, `to`, `action`, `who`,
        `when`, `reason`. Of a DataFrame the types, the index and the columns stay; of a file every column is
        text.

    Raises:
        TypeError: an argument that `audit` does not have; `output` for a DataFrame.
        auditor.UsageError: an option, or an output that cannot be written.
        auditor.InputError: decisions of another dataset or damaged ones; a format that is not written.

    Example:
        >>> import auditor, pandas as pd, pathlib, tempfile
        >>> texts = ["a cat", "a dog", "two dogs"]
        >>> data = pd.DataFrame({"id": list("abc"), "text": texts, "label": ["cat", "cat", "dog"]})
        >>> file = tempfile.mkdtemp() + "/decided.csv"
        >>> size = pathlib.Path(file).write_text("item,label\\nb,dog\\n")
        >>> fixed, changes = auditor.apply_decisions(data, file)
        >>> list(fixed["label"]), list(data["label"]), list(changes["to"])
        (['cat', 'dog', 'dog'], ['cat', 'cat', 'dog'], ['dog'])
    """
    from auditor.decided import merged_files
    from auditor.read.remote import path_or_address
    from auditor.review.apply import apply_files
    from auditor.review.frames import apply_to_frame, frame_of_changes, frame_of_file

    _refuse_unknown("apply_decisions", said)
    files = _paths(decisions)
    votes = None if min_votes is None else count_of("min-votes", min_votes, 1, least=1)
    merged = merged_files(files, min_votes=votes)
    if merged is None:
        raise TypeError("apply_decisions() needs at least one decisions file")
    choice, flag = _choice(**said), chosen("excluded", excluded) == "flag"
    if not isinstance(data, (str, Path)):
        if output is not None:
            raise TypeError(
                "apply_decisions(output=...) needs a dataset that is a file; a DataFrame is returned"
            )
        fixed, found = apply_to_frame(data, merged, choice, flag=flag)
        return fixed, frame_of_changes(found)
    target = None if output is None else Path(output)
    inputs = [Path(file) for file in files]
    place = path_or_address(str(data))
    done = apply_files(place, merged, choice, target, inputs=inputs, flag=flag, force=force)
    return frame_of_file(place, choice, done.corrections), frame_of_changes(done.corrections)


def _refuse_unknown(function: str, said: Mapping[str, object]) -> None:
    """Raise TypeError for an argument that nothing has; a misspelt one must not be passed over."""
    known = [*InputArguments.__annotations__, "predictions", "progress"]
    for name in said:
        if name not in InputArguments.__annotations__:
            near = nearest(name, known, cutoff=0.5)
            hint = f"; did you mean {near!r}?" if near else ""
            raise TypeError(f"{function}() got an unexpected keyword argument {name!r}{hint}")


def _choice(**said: Unpack[InputArguments]) -> InputChoice:
    """What the caller said of the input."""
    from auditor.read.choice import InputChoice
    from auditor.read.columns import ColumnChoice

    classes, stated = said.get("classes"), said.get("out_of_sample")
    return InputChoice(
        columns=ColumnChoice(
            id=said.get("id"),
            label=said.get("label"),
            text=several(said.get("text")),
            image=said.get("image"),
            features=several(said.get("features")),
            split=said.get("split"),
            slice=several(said.get("slice")),
        ),
        classes=str(classes) if isinstance(classes, (str, Path)) else None,
        class_names=None if classes is None or isinstance(classes, (str, Path)) else tuple(map(str, classes)),
        class_order_checked=said.get("class_order_checked", False),
        align=chosen("align", said.get("align", "auto")),
        missing=chosen("missing", said.get("missing", "error")),
        out_of_sample="not said" if stated is None else "yes" if stated else "no",
        sep=separator(said.get("sep")),
        input_format=said.get("input_format"),
        embeddings=said.get("embeddings"),
        annotations=said.get("annotations"),
        image_root=said.get("image_root"),
        near_threshold=similarity_from(said.get("near_threshold")),
        model=chosen("model", said.get("model", "auto")),
        model_seconds=seconds_of(said.get("model_seconds")),
    )


def _paths(files: Files) -> list[str | Path]:
    return [files] if isinstance(files, (str, Path)) else list(files)


def _as_list(predictions: Any) -> list[Any]:
    """Several predictions, or one; a list of rows is one matrix."""
    if predictions is None:
        return []
    if not isinstance(predictions, (list, tuple)):
        return [predictions]
    rows = bool(predictions) and isinstance(predictions[0], (list, tuple, int, float))
    return [predictions] if rows else list(predictions)
