"""The documents of each query that a reranker puts in order."""

from __future__ import annotations

from collections.abc import Sequence

from advisor.verify.data.prepared import Row

N_CANDIDATES = 50
_LEAST_JUDGED = 0.5


def candidates_of(queries: Sequence[Row], corpus: Sequence[Row]) -> list[Row]:
    """The queries with their candidates, as positions in the corpus.

    Those that were judged, if most queries have some that are judged wrong; else what TF-IDF finds first, as a first
    stage would hand them over: right documents that it misses stay missed.
    """
    judged = [[int(place) for place in row["relevant"]] for row in queries]
    with_wrong = sum(any(grade <= 0 for grade in row["relevant"].values()) for row in queries)
    if with_wrong < _LEAST_JUDGED * len(queries):
        judged = _first_stage([row["text"] for row in queries], [row["text"] for row in corpus])
    return [row | {"candidates": sorted(places)} for row, places in zip(queries, judged, strict=True)]


def _first_stage(queries: Sequence[str], documents: Sequence[str]) -> list[list[int]]:
    from sklearn.feature_extraction.text import TfidfVectorizer

    vectorizer = TfidfVectorizer(sublinear_tf=True)
    index = vectorizer.fit_transform(documents).T.tocsr()
    found = []
    for row in vectorizer.transform(queries):
        scores = (row @ index).toarray().ravel()
        found.append([int(place) for place in scores.argsort()[::-1][:N_CANDIDATES] if scores[place] > 0])
    return found
