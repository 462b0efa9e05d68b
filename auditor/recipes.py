"""Short scripts that make better predictions than the built-in model: shown where it is weak.

They are the same for every dataset: names from data have no place in code. Whole ones for more libraries are
in docs/predictions.md.
"""

from __future__ import annotations

from auditor.wording import N_

VECTORS = """\
# pip install sentence-transformers
import numpy as np, pandas as pd
from sentence_transformers import SentenceTransformer

data = pd.read_csv("data.csv", dtype=str, keep_default_na=False)
model = SentenceTransformer("intfloat/multilingual-e5-small")
vectors = model.encode(["query: " + text for text in data["text"]], normalize_embeddings=True)
np.savez("vectors.npz", embeddings=vectors, ids=data["id"].to_numpy(str))
# auditor audit data.csv --embeddings vectors.npz
"""
PREDICTIONS = """\
import numpy as np, pandas as pd
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedGroupKFold, cross_val_predict
from sklearn.pipeline import make_pipeline

data = pd.read_csv("data.csv", dtype=str, keep_default_na=False)
model = make_pipeline(TfidfVectorizer(), LogisticRegression(max_iter=1000))  # your own model here
copies = data["text"].str.lower().str.split().str.join(" ")
folds = StratifiedGroupKFold(5, shuffle=True, random_state=0)
probs = cross_val_predict(
    model, data["text"], data["label"], groups=copies, cv=folds, method="predict_proba"
)
np.savez("oof.npz", probs=probs.astype("float32"), ids=data["id"].to_numpy(str),
         classes=np.unique(data["label"]).astype(str), out_of_sample=True)
# auditor audit data.csv --predictions oof.npz
"""
RECIPES = (
    (N_("Vectors of a language model, which the built-in model then learns from"), VECTORS),
    (N_("Predictions of your own model, every row out of sample"), PREDICTIONS),
)
"""What each is for -> the script."""
CODES = frozenset({"weak-model", "no-model", "in-sample"})
"""Codes whose remedy they are."""
