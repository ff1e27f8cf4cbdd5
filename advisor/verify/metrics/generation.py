"""Metrics of short generated answers; of several right answers the best matching one counts. No judge.

Outputs are texts; a reference is a sequence of right answers and, for `PATTERN`, a regular expression.
"""

from __future__ import annotations

import re
import string
from collections import Counter
from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np

from advisor.verify.metrics.mean import mean_of
from advisor.verify.protocols import Floats, Metric, Outputs

_ARTICLES = re.compile(r"\b(a|an|the)\b")
_PUNCTUATION = str.maketrans("", "", string.punctuation)


class Right(NamedTuple):
    """What a right answer is."""

    answers: Sequence[str]
    pattern: str = ""


def normalized(text: str) -> str:
    """Lower case without punctuation, English articles and repeated spaces (SQuAD 1.1's evaluation script)."""
    return " ".join(_ARTICLES.sub(" ", text.lower().translate(_PUNCTUATION)).split())


def _best(name: str, score: Callable[[str, str], float]) -> Metric:
    def per_item(outputs: Outputs, references: Sequence[Right]) -> Floats:
        pairs = zip(outputs, references, strict=True)
        return np.array([max(score(str(text), answer) for answer in right.answers) for text, right in pairs])

    return mean_of(name, per_item)


def _exact(text: str, answer: str) -> float:
    return float(normalized(text) == normalized(answer))


def _token_f1(text: str, answer: str) -> float:
    found, right = normalized(text).split(), normalized(answer).split()
    if not found or not right:
        return float(found == right)
    common = sum((Counter(found) & Counter(right)).values())
    return 2 * common / (len(found) + len(right))


def _contains(text: str, answer: str) -> float:
    return float(f" {normalized(answer)} " in f" {normalized(text)} ")


def _chrf(text: str, answer: str) -> float:
    from sacrebleu import sentence_chrf

    return float(sentence_chrf(text, [answer]).score) / 100


def _matches(outputs: Outputs, references: Sequence[Right]) -> Floats:
    pairs = zip(outputs, references, strict=True)
    return np.array([float(bool(right.pattern and re.search(right.pattern, str(text)))) for text, right in pairs])


EXACT_MATCH = _best("exact match", _exact)
"""Share of answers that are the right one, after SQuAD's normalization."""
TOKEN_F1 = _best("token F1", _token_f1)
"""Mean overlap of tokens with the right answer, as in SQuAD."""
CONTAINS = _best("contains", _contains)
"""Share of answers that contain the right one as whole words."""
CHRF = _best("chrF", _chrf)
"""Mean over answers of the F-score of character n-grams (Popović 2015), by sacrebleu."""
PATTERN = mean_of("pattern", _matches)
"""Share of answers that the user's regular expression finds something in."""
