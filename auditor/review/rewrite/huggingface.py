"""Hugging Face `save_to_disk` folders again: the same files, with other values in the named cells."""

from __future__ import annotations

import json
import shutil
from hashlib import sha256
from pathlib import Path
from typing import Any

from auditor.errors import InputError
from auditor.read.files import unreadable
from auditor.read.formats.arrow_tables import BROKEN
from auditor.read.formats.huggingface import DICTIONARY, INFO, STATE, _Saved, _saved
from auditor.read.sources import Source
from auditor.read.tables import TextTable
from auditor.read.unpacked import DAMAGED
from auditor.review.rewrite.arrow_edits import TEXT_FEATURE
from auditor.review.rewrite.arrow_tables import rewrite_arrow, rows_of_arrow
from auditor.review.rewrite.family import Edits, format_not_written, rewriter
from auditor.review.rewrite.json_values import Style, changed, first_value
from auditor.review.rewrite.shards import edits_of
from auditor.review.rewrite.splice import spliced
from auditor.wording import N_, say

FINGERPRINT = "_fingerprint"
"""By this key of `state.json`, `datasets` finds what it has computed from a dataset before."""


@rewriter("huggingface", binary=True)
def rewrite_hugging_face(source: Source, table: TextTable, edits: Edits, target: Path) -> None:
    """Write the data files and the JSON that names them; other files of the folder are not copied.

    A dataset that is changed gets another fingerprint, and a new column is named among the features. The
    numbers of rows and bytes that `dataset_info.json` may tell are those of the dataset that was loaded
    from the Hub, and stay.

    Raises:
        InputError: `format-not-written` for a dataset whose rows are selected by a mapping (before
            `datasets` 2.0), and for a column of a type that cannot hold a new text.
    """
    saved = _saved(source)
    if any(one.indices for one in saved):
        why = say(N_("its rows are selected by a mapping; load and save it with datasets 2.0 or later"))
        raise InputError(format_not_written(source.name, why))
    target.mkdir()
    first = 0
    for one in saved:
        (target / one.folder).mkdir(exist_ok=True)
        rows = [_rows(source.path / one.folder / name) for name in one.data]
        here = edits_of(edits, first, sum(rows))
        _write_data(source, one, rows, here, target)
        _write_json(source.path / one.folder, here, target / one.folder)
        first += sum(rows)
    if DICTIONARY in source.files:
        shutil.copyfile(source.path / DICTIONARY, target / DICTIONARY)


def _rows(path: Path) -> int:
    try:
        return rows_of_arrow(path)
    except BROKEN as error:
        raise InputError(unreadable(path, error)) from error


def _write_data(source: Source, one: _Saved, rows: list[int], edits: Edits, target: Path) -> None:
    """The data files of one dataset."""
    first = 0
    for name, n in zip(one.data, rows, strict=True):
        path = source.path / one.folder / name
        try:
            rewrite_arrow(source.name, path, edits_of(edits, first, n), target / one.folder / name)
        except (*BROKEN, *DAMAGED) as error:
            raise InputError(unreadable(path, error)) from error
        first += n


def _write_json(folder: Path, edits: Edits, target: Path) -> None:
    """What stands beside the data files of one dataset."""
    state = json.loads((folder / STATE).read_bytes())
    old = state.get(FINGERPRINT)
    is_changed = any((edits.cells, edits.dropped, edits.added))
    new = {FINGERPRINT: _fingerprint(old, edits)} if is_changed and isinstance(old, str) else {}
    _write_changed(folder / STATE, new, target / STATE)
    features = dict.fromkeys(edits.added, TEXT_FEATURE)
    there = isinstance(json.loads((folder / INFO).read_bytes()).get("features"), dict)
    _write_changed(folder / INFO, {"features": features} if features and there else {}, target / INFO)


def _write_changed(path: Path, new: dict[str, Any], target: Path) -> None:
    """A JSON file with other values for some keys, and all other bytes as they are."""
    data = path.read_bytes()
    encoding = json.detect_encoding(data)
    text = data.decode(encoding)
    style = Style(encoding="utf-8", ascii_only=data.isascii())
    made = spliced(text, changed(text, first_value(text), new, style)) if new else text
    target.write_bytes(made.encode(encoding) if new else data)


def _fingerprint(old: str, edits: Edits) -> str:
    """The fingerprint of a dataset after some edits; like that of `datasets` 16 digits, base 16.

    >>> _fingerprint("69d6df0508831de5", Edits()) == _fingerprint("69d6df0508831de5", Edits())
    True
    """
    said = [
        old,
        {name: sorted(texts.items()) for name, texts in edits.cells.items()},
        sorted(edits.dropped),
        {name: sorted(texts.items()) for name, texts in edits.added.items()},
    ]
    return sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()[:16]
