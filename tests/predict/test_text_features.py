"""TF-IDF weights of the pieces of texts."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest
from numpy.typing import NDArray
from sklearn.feature_extraction.text import TfidfTransformer

from auditor.predict.text_features import BLOCK, Vocabulary, text_features
from auditor.predict.text_pieces import SHORT, counted, normal

TEXTS = ["a good film", "a bad film", "영화가 좋다", "영화 좋다!!", "", "a good film", "zq", "ㅋㅋㅋ", None]


def column(texts: list[str | None]) -> pa.Array:
    return pa.array(texts, pa.large_string())


def dense(columns: list[pa.Array], rows: list[int], **limits: int) -> NDArray[np.float32]:
    features = text_features(columns, **limits)
    return np.asarray(features.rows(np.array(rows, np.int64)).todense())


def test_weights_are_those_of_scikit_learn() -> None:
    """Sublinear frequencies, smoothed inverse document frequencies, rows of length 1."""
    parts = [counted([normal(text or "") for text in TEXTS], SHORT)]
    vocabulary = Vocabulary.of(parts)
    times = np.zeros((len(TEXTS), len(vocabulary.hashes)))
    for row in range(len(TEXTS)):
        for place in range(parts[0].starts[row], parts[0].starts[row + 1]):
            times[row, vocabulary.hashes == parts[0].hashes[place]] = parts[0].times[place]
    expected = TfidfTransformer(sublinear_tf=True).fit_transform(times).toarray()
    found = dense([column(TEXTS)], list(range(len(TEXTS))))
    assert found == pytest.approx(expected, abs=1e-6)


def test_pieces_of_one_text_are_no_features() -> None:
    """A piece that a single text has says nothing of another: such a text is a row of zeros."""
    found = dense([column(["ab", "ab", "xy", ""])], [0, 1, 2, 3])
    assert found.any(axis=1).tolist() == [True, True, False, False]


def test_rows_of_a_large_column_are_made_when_asked_for() -> None:
    """Kept or made anew, features are the same where the sample has all texts that differ."""
    texts = [f"a text about {'cats' if row % 2 else 'dogs'}" for row in range(60)]
    kept, anew = text_features([column(texts)]), text_features([column(texts)], most_pieces=2_500)
    rows = np.array([7, 3, 3, 58])
    assert kept.columns[0].kept is not None
    assert anew.columns[0].kept is None
    assert set(anew.columns[0].vocabulary.hashes) <= set(kept.columns[0].vocabulary.hashes)
    assert (anew.rows(rows).toarray() > 0).tolist() == (
        kept.rows(rows)[:, np.isin(kept.columns[0].vocabulary.hashes, anew.columns[0].vocabulary.hashes)] > 0
    ).toarray().tolist()


@pytest.mark.parametrize("most", [10_000_000, 1_500])
def test_the_order_of_rows_does_not_matter(most: int) -> None:
    """The same text has the same numbers, to the last bit, whichever rows stand around it."""
    texts = [f"{word} {other}" for word in ("red", "green", "blue", "빨강") for other in range(30)]
    mixed = np.random.default_rng(0).permutation(len(texts))
    one = dense([column(texts)], mixed.tolist(), most_pieces=most)
    other = dense([column([texts[row] for row in mixed])], list(range(len(texts))), most_pieces=most)
    assert one.tobytes() == other.tobytes()


def test_blocks_do_not_matter() -> None:
    """Texts of more letters than a block have the features that they have alone."""
    texts = [f"{'word ' * 200}{row % 7}" for row in range(2 * BLOCK // 1000)]
    found = dense([column(texts)], list(range(len(texts))))
    assert len({row.tobytes() for row in found}) == 7
    assert np.linalg.norm(found, axis=1) == pytest.approx(1, abs=1e-5)


def test_columns_are_told_apart_and_weigh_alike() -> None:
    """The same word in two columns is two features; a row is of length 1 over all columns."""
    titles, bodies = ["cat", "dog", "cat", "dog", ""], ["dog", "cat", "dog", "cat", "cat"]
    found = dense([column(list(titles)), column(list(bodies))], [0, 1, 4])
    assert not (found[0] * found[1]).any()
    assert np.linalg.norm(found, axis=1) == pytest.approx(1, abs=1e-6)
    half = found.shape[1] // 2
    assert np.linalg.norm(found[0, :half]) == pytest.approx(np.sqrt(0.5), abs=1e-6)
    assert not found[2, :half].any()


@pytest.mark.parametrize("texts", [[], [""], ["", ""], ["a"], ["가", "가"], [None, "x"]])
def test_tiny_columns_have_features(texts: list[str | None]) -> None:
    """No text, no letter, one letter: rows of finite numbers, perhaps none."""
    found = dense([column(texts)], list(range(len(texts))))
    assert found.shape[0] == len(texts)
    assert np.isfinite(found).all()
