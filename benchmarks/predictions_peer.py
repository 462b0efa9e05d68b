"""A pack's own model, as its README describes it, fitted to other labels: `PACK DATA.csv PROBS.npy`."""

from __future__ import annotations

import sys
import warnings
from pathlib import Path

import numpy as np
import pandas as pd
from sklearn.ensemble import ExtraTreesClassifier
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedKFold, cross_val_predict
from sklearn.pipeline import make_pipeline, make_union
from sklearn.preprocessing import StandardScaler


def text_model(pack: str) -> object:
    """TF-IDF of characters, for English of words too, and logistic regression."""
    characters = TfidfVectorizer(analyzer="char", ngram_range=(1, 4), min_df=2, sublinear_tf=True)
    if pack in {"nsmc", "korean_hate", "klue_nli"}:
        return make_pipeline(characters, LogisticRegression(C=2, max_iter=300))
    words = TfidfVectorizer(ngram_range=(1, 2), min_df=2, sublinear_tf=True)
    if pack in {"imdb", "20news"}:  # characters of long texts take minutes
        return make_pipeline(words, LogisticRegression(C=20, max_iter=300))
    return make_pipeline(make_union(words, characters), LogisticRegression(C=20, max_iter=300))


def table_probs(frame: pd.DataFrame, labels: np.ndarray, folds: StratifiedKFold) -> np.ndarray:
    """The mean of logistic regression and 500 extra trees."""
    numbers = frame.drop(columns=["id", "label"]).astype(float).to_numpy()
    models = (
        make_pipeline(StandardScaler(), LogisticRegression(C=0.05, max_iter=1_000)),
        ExtraTreesClassifier(500, random_state=0, n_jobs=1),
    )
    return np.mean(
        [cross_val_predict(model, numbers, labels, cv=folds, method="predict_proba") for model in models],
        axis=0,
    )


def main(pack: str, data: str, out: str) -> None:
    """Fit, predict, write."""
    warnings.simplefilter("ignore")
    frame = pd.read_csv(data, dtype=str, keep_default_na=False)
    labels = frame["label"].to_numpy(str)
    folds = StratifiedKFold(5, shuffle=True, random_state=0)
    if pack == "music_genre":
        probs = table_probs(frame, labels, folds)
    else:
        texts = frame.drop(columns=["id", "label"]).agg(" [SEP] ".join, axis=1)
        probs = cross_val_predict(text_model(pack), texts, labels, cv=folds, method="predict_proba")
    np.save(Path(out), probs)


if __name__ == "__main__":
    main(*sys.argv[1:])
