"""Short scripts that make better predictions than the built-in model: shown where it is weak.

They are the same for every dataset: names from data have no place in code. Whole ones for more libraries are
in docs/predictions.md and docs/images.md.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from auditor.wording import N_

Recipe = tuple[str, str]
"""What a script is for, a marked template, and the script."""

_VECTORS: Recipe = (
    N_("Vectors of a language model, from which the built-in model then learns"),
    """\
# put in the name, the encoding and the columns of your own file
# pip install sentence-transformers
import numpy as np
import pandas as pd
from sentence_transformers import SentenceTransformer

data = pd.read_csv("data.csv", dtype=str, keep_default_na=False)
network = SentenceTransformer("paraphrase-multilingual-MiniLM-L12-v2")
vectors = network.encode(data["text"].tolist(), batch_size=64)

ids = data["id"].to_numpy(dtype=str)
np.savez("vectors.npz", vectors=vectors, ids=ids)
# auditor audit data.csv --embeddings vectors.npz
""",
)
_PHOTOS: Recipe = (
    N_("Vectors of a folder of images, from which the built-in model then learns"),
    """\
# put in the name of your own folder, of class folders or others
# pip install timm
import unicodedata
from pathlib import Path

import numpy as np
import timm
import torch
from PIL import Image, ImageOps

endings = {".jpg", ".jpeg", ".png", ".webp", ".bmp", ".gif", ".tif", ".tiff"}
root = Path("photos")
files = [one for one in root.rglob("*") if one.suffix.lower() in endings]
network = timm.create_model("resnet50.a1_in1k", pretrained=True, num_classes=0)
settings = timm.data.resolve_model_data_config(network.eval())
prepare = timm.data.create_transform(**settings, is_training=False)
parts = []
with torch.inference_mode():
    for file in files:
        image = ImageOps.exif_transpose(Image.open(file)).convert("RGB")
        parts.append(network(prepare(image).unsqueeze(0)).float().numpy())

names = [file.relative_to(root).as_posix() for file in files]
ids = np.array([unicodedata.normalize("NFC", name) for name in names])
np.savez("vectors.npz", vectors=np.concatenate(parts), ids=ids)
# auditor audit photos --embeddings vectors.npz
""",
)
_IMAGES: Recipe = (
    N_("Vectors of the images that a table names, from which the built-in model then learns"),
    """\
# put in the name, the encoding and the columns of your own file
# pip install timm
import numpy as np
import pandas as pd
import timm
import torch
from PIL import Image

data = pd.read_csv("data.csv", dtype=str, keep_default_na=False)
network = timm.create_model("resnet50.a1_in1k", pretrained=True, num_classes=0)
settings = timm.data.resolve_model_data_config(network.eval())
prepare = timm.data.create_transform(**settings, is_training=False)
parts = []
with torch.inference_mode():
    for file in data["file"]:
        image = prepare(Image.open(file).convert("RGB"))
        parts.append(network(image.unsqueeze(0)).float().numpy())

ids = data["id"].to_numpy(dtype=str)
np.savez("vectors.npz", vectors=np.concatenate(parts), ids=ids)
# auditor audit data.csv --embeddings vectors.npz
""",
)
_TEXTS: Recipe = (
    N_("Predictions of your own model of texts, every row out of sample"),
    """\
# put in the name, the encoding and the columns of your own file
import numpy as np
import pandas as pd
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedGroupKFold, cross_val_predict
from sklearn.pipeline import make_pipeline

data = pd.read_csv("data.csv", dtype=str, keep_default_na=False)
texts, labels = data["text"], data["label"]
# your own model here; copies of a text stay in one fold
model = make_pipeline(TfidfVectorizer(), LogisticRegression(max_iter=1000))
copies = texts.str.casefold().str.split().str.join(" ")
folds = StratifiedGroupKFold(n_splits=5, shuffle=True, random_state=0)
probs = cross_val_predict(
    model, texts, labels, groups=copies, cv=folds, method="predict_proba"
)

ids, classes = data["id"].to_numpy(dtype=str), np.unique(labels).astype(str)
np.savez("oof.npz", probs=probs, ids=ids, classes=classes, out_of_sample=True)
# auditor audit data.csv --predictions oof.npz
""",
)
_TABLE: Recipe = (
    N_("Predictions of your own model of a table, every row out of sample"),
    """\
# put in the name, the encoding and the columns of your own file
import numpy as np
import pandas as pd
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.model_selection import StratifiedGroupKFold, cross_val_predict

data = pd.read_csv("data.csv", dtype={"id": str, "label": str})
labels = data["label"]
# columns of numbers; leave out what was made from the label
features = data.drop(columns=["id", "label"]).select_dtypes("number")
# your own model here; copies of a row stay in one fold
model = HistGradientBoostingClassifier(random_state=0)
copies = pd.util.hash_pandas_object(features, index=False)
folds = StratifiedGroupKFold(n_splits=5, shuffle=True, random_state=0)
probs = cross_val_predict(
    model, features, labels, groups=copies, cv=folds, method="predict_proba"
)

ids, classes = data["id"].to_numpy(dtype=str), np.unique(labels).astype(str)
np.savez("oof.npz", probs=probs, ids=ids, classes=classes, out_of_sample=True)
# auditor audit data.csv --predictions oof.npz
""",
)
RECIPES: Mapping[str, Sequence[Recipe]] = {
    "text": (_VECTORS, _TEXTS),
    "columns": (_TABLE,),
    "images": (_PHOTOS, _IMAGES),
    "files": (_IMAGES,),
    "none": (_IMAGES,),
}
"""Kind of content -> the recipes for it, the easiest first."""
ALL = (_VECTORS, _PHOTOS, _IMAGES, _TEXTS, _TABLE)
CODES = frozenset({"weak-model", "no-model", "in-sample"})
"""Codes whose remedy they are."""
