"""The human-verified datasets that the benchmarks run on, in a folder beside the project."""

from __future__ import annotations

import csv
import os
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).parent.parent
SHARED = Path(os.environ.get("AUDITOR_SHARED_DATA", ROOT.parent / "shared" / "data"))


@dataclass(frozen=True, kw_only=True)
class Pack:
    """A dataset with predictions and, where people judged rows, the truth."""

    name: str
    folder: str
    predictions: tuple[str, ...] = ("pred_probs.npy",)
    columns: dict[str, str] = field(default_factory=dict)

    @property
    def data(self) -> Path:
        """The dataset file."""
        found = sorted((SHARED / self.folder).glob("dataset.*"))
        return found[0]

    @property
    def prediction_paths(self) -> list[Path]:
        """The prediction files."""
        return [SHARED / self.folder / name for name in self.predictions]

    def truth(self) -> dict[str, bool]:
        """Item -> whether people found its label wrong; {} where nobody judged."""
        path = SHARED / self.folder / "truth.csv"
        if not path.exists():
            return {}
        with path.open(encoding="utf-8", newline="") as stream:
            return {row["id"]: row["is_error"] == "1" for row in csv.DictReader(stream)}


NETWORKS = ("", "_resnet18", "_efficientnet", "_swin", "_twins")
PACKS = (
    *(
        Pack(name=f"roman_numerals{name or '_resnet50d'}", folder="roman_numerals",
             predictions=(f"pred_probs{name}.npy",))
        for name in NETWORKS
    ),
    Pack(name="roman_numerals, five averaged", folder="roman_numerals",
         predictions=tuple(f"pred_probs{name}.npy" for name in NETWORKS)),
    Pack(name="cifar10n resnet18", folder="cifar10n"),
    Pack(name="cifar10n swin", folder="cifar10n", predictions=("pred_probs_swin.npy",)),
    Pack(name="cifar10n kmeans", folder="cifar10n", predictions=("pred_probs_kmeans.npy",)),
    Pack(name="mnist", folder="mnist"),
    Pack(name="imdb", folder="imdb"),
    Pack(name="20news", folder="20news"),
    Pack(name="music_genre", folder="music_genre"),
    Pack(name="klue_nli", folder="klue_nli"),
    Pack(name="conll_tokens", folder="conll_tokens",
         columns={"features": "document,sentence,position"}),
)  # fmt: skip
AVERAGED = Pack(
    name="cifar10n, three averaged", folder="cifar10n",
    predictions=("pred_probs.npy", "pred_probs_swin.npy", "pred_probs_kmeans.npy"),
)  # fmt: skip
UNJUDGED = (
    Pack(name="nsmc", folder="nsmc"),
    Pack(name="banking77", folder="banking77"),
    Pack(name="korean_hate", folder="korean_hate"),
)
"""Packs with real predictions that nobody judged: sorted, imbalanced, or with many classes."""
HARD = (
    Pack(name="cifar100, hard", folder="cifar100", predictions=("predictions.csv",)),
    Pack(name="caltech256, hard", folder="caltech256", predictions=("predictions.csv",)),
)
"""Packs of which only predicted labels are known."""
