"""The most similar rows beside scikit-learn's: how often their label is the row's own, CPU time.

    python benchmarks/alike.py [--asked 1000] [--only NAME]

The peer is what one would write: `TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 4))` for texts, the
standard score of every number for tables, and the cosines or distances to every row. Both are asked for three
rows of other content for the same rows, drawn at random, with one thread. `majority`: share of rows whose
label is the one that most of their three have (of three labels the first). The row's label is the true one
where people judged it, else the given; those of the three are the given ones, as the page shows them.
`chance`: that for three rows drawn at random. Prints Markdown.
"""

from __future__ import annotations

import os

os.environ["OMP_NUM_THREADS"] = os.environ["OPENBLAS_NUM_THREADS"] = "1"

from processes import cost_of  # noqa: F401  (imported first so that a missing helper is told at once)

PACKS = ("nsmc", "korean_hate", "banking77", "20news", "imdb", "klue_nli", "music_genre")
