"""What `auditor audit` lists of copies planted in a CSV whose every row has a number of its own."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
from duplicates_copies import CHANGES, near_copy
from duplicates_fresh import people
from duplicates_packs import apart, read

EACH = 60
"""Copies of each sort."""
ROWS = 3_000
PLAIN = ("copy", "conflict", "leak")
"""Exact copies: with the same label, with another label, in the test split of a row of the training split."""
BARS = {**dict.fromkeys(PLAIN, 1.0), "format": 1.0, "edit": 0.8, "record": 0.6}
"""The share of each sort that must be listed."""
Row = dict[str, str]


@dataclass(frozen=True, kw_only=True)
class Planted:
    """A table with copies."""

    name: str
    table: pd.DataFrame
    """With a column `number` that no two rows share."""
    pairs: Mapping[str, list[tuple[str, str]]]
    """Sort -> numbers of sources and their copies."""


def plant(name: str, rows: list[Row], sources: list[int], change: Mapping[str, Callable[[Row], Row]],
          rng: np.random.Generator) -> Planted:  # fmt: skip
    """Copies of some rows: exact ones of the sorts `PLAIN`, and a changed one for each entry of `change`."""
    labels = sorted({row["label"] for row in rows})
    copies: list[tuple[str, int, Row]] = []
    for at, source in enumerate(sources):
        sort = [*PLAIN, *change][at % (len(PLAIN) + len(change))]
        copy = change[sort](rows[source]) if sort in change else dict(rows[source])
        if sort == "conflict":
            copy["label"] = labels[(labels.index(copy["label"]) + 1) % len(labels)]
        if sort == "leak":
            rows[source]["split"], copy["split"] = "train", "test"
        copies.append((sort, source, copy))
    order = rng.permutation(len(rows) + len(copies))
    number = {int(at): f"N{place + 1:06d}" for place, at in enumerate(order)}
    everything = [*rows, *(copy for _, _, copy in copies)]
    table = pd.DataFrame([{"number": number[int(at)], **everything[at]} for at in order])
    pairs: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for at, (sort, source, _) in enumerate(copies):
        pairs[sort].append((number[source], number[len(rows) + at]))
    return Planted(name=name, table=table, pairs=pairs)


def _texts(pack: str, *, korean: bool) -> Planted:
    """Texts of a pack with copies, format changes and small edits."""
    rng = np.random.default_rng(77)
    frame = read(pack).drop_duplicates("text").sample(ROWS, random_state=3)
    split = np.where(rng.random(len(frame)) < 0.8, "train", "test")
    rows = [
        {"text": text, "label": label, "split": part}
        for text, label, part in zip(frame["text"], frame["label"], split, strict=True)
    ]
    sources = apart(frame["text"].tolist(), korean=korean, rng=rng)[: 5 * EACH].tolist()
    change = {sort: _changed(sort, rng) for sort in ("format", "edit")}
    return plant(f"{pack}, texts", rows, sources, change, rng)


def _changed(sort: str, rng: np.random.Generator) -> Callable[[Row], Row]:
    """A change of the text by any of the changes of a sort, in turn."""
    names = [name for name in CHANGES if name.startswith(sort)]
    turn = iter(range(10**9))
    return lambda row: {**row, "text": near_copy(row["text"], names[next(turn) % len(names)], rng)}


def _people() -> Planted:
    """Records as of dup_febrl3, in which nobody stands twice, with copies and typing errors."""
    rng = np.random.default_rng(78)
    columns = people(ROWS, rng)
    rows = [
        {
            **dict(zip(columns, cells, strict=True)),
            "label": "abc"[rng.integers(3)],
            "split": "train" if rng.random() < 0.8 else "test",
        }
        for cells in zip(*columns.values(), strict=True)
    ]

    def typed_again(row: Row) -> Row:
        cells = [name for name in row if name not in {"label", "split"} and len(row[name]) > 3]
        chosen = rng.choice(cells, 2, replace=False)
        return {**row, **{name: near_copy(row[name], "edit: typos", rng) for name in chosen}}

    sources = rng.permutation(ROWS)[: 4 * EACH].tolist()
    return plant("febrl, records", rows, sources, {"record": typed_again}, rng)


def audits() -> list[str]:
    """Print what is listed; the bars that are missed."""
    print("\n## The whole tool on a CSV with a column of numbers\n")
    print("| table | sort | planted | listed in one group | rows marked conflict | rows marked leak |")
    print("|---|---|---|---|---|---|")
    missed, tails = [], []
    for case in (_texts("banking77", korean=False), _texts("nsmc", korean=True), _people()):
        listed = _listed(case.table)
        for sort, pairs in case.pairs.items():
            found = _in_one_group(listed, pairs)
            own = listed[listed["item"].isin([item for pair in pairs for item in pair])]
            marked = own.groupby("item")[["conflict", "leak"]].any().sum()
            cells = (case.name, sort, len(pairs), found, marked["conflict"], marked["leak"])
            print(f"| {' | '.join(map(str, cells))} |", flush=True)
            if found < BARS[sort] * len(pairs):
                missed.append(f"{case.name}: {found} of {len(pairs)} of sort {sort} listed")
        planted = [item for pairs in case.pairs.values() for pair in pairs for item in pair]
        rows, others = listed["item"].nunique(), listed.loc[~listed["item"].isin(planted), "item"].nunique()
        tails.append(
            f"{case.name}: {rows:,} of {len(case.table):,} rows listed, {others:,} of them not planted."
        )
    print("\n" + "\n".join(tails))
    return missed


def _listed(table: pd.DataFrame) -> pd.DataFrame:
    """duplicates.csv of an audit of the table, no column named by a flag; `item` is the row's number."""
    with tempfile.TemporaryDirectory() as name:
        data, out = Path(name) / "data.csv", Path(name) / "audit"
        table.to_csv(data, index=False)
        command = [sys.executable, "-m", "auditor", "audit", str(data), "-o", str(out), "--quiet"]
        subprocess.run(command, check=True, env=os.environ)
        listed = pd.read_csv(out / "duplicates.csv", dtype={"group": str})
        listed["item"] = table["number"].to_numpy()[listed["row"]]
        return listed


def _in_one_group(listed: pd.DataFrame, pairs: list[tuple[str, str]]) -> int:
    """Pairs both of whose rows stand in one group, exact or near."""
    groups = listed.groupby("item")["group"].agg(set).to_dict()
    return sum(bool(groups.get(a, set()) & groups.get(b, set())) for a, b in pairs)
