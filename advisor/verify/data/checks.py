"""What to know before trusting figures on these data: size, balance, repeats, lengths, languages, origin."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from advisor.domain.verification import DataSummary

_FEW_TEST = 200
_FEW_OF_LABEL = 10
_SKEWED = 0.8
_NOTEWORTHY = 0.05
"""Share of another language that is told; of short texts a few are taken for one that they are not."""
_DATES = frozenset({"date", "time", "timestamp", "created", "created_at", "creation_date", "year"})
_SPACES = re.compile(r"\W+")


def key_of(*texts: object) -> str:
    """What makes two items the same: their words, whatever the case, spacing and punctuation."""
    folded = "\0".join(_SPACES.sub(" ", str(text)).strip().casefold() for text in texts)
    return folded if folded.strip("\0 ") else "\0".join(map(str, texts))


def lengths(texts: Sequence[str]) -> tuple[float | None, float | None]:
    """Median and 95th percentile of the lengths, characters."""
    ordered = sorted(map(len, texts))
    if not ordered:
        return None, None
    return float(ordered[len(ordered) // 2]), float(ordered[min(len(ordered) - 1, int(len(ordered) * 0.95))])


def warnings_of(summary: DataSummary, texts: Sequence[str], columns: Sequence[str]) -> list[str]:
    """What the size, the balance, the texts and the file as a whole tell."""
    return [
        *_size(summary),
        *_balance(summary),
        *_repeats(summary),
        *_texts(summary, texts),
        *_representative(columns),
    ]


def _size(summary: DataSummary) -> list[str]:
    if summary.n_test >= _FEW_TEST:
        return []
    width = 100 * 0.98 / max(summary.n_test, 1) ** 0.5
    return [
        f"{summary.n_test} items are measured on: a share is known to about ±{width:.0f} points, "
        "so models that are closer than that cannot be told apart"
    ]


def _balance(summary: DataSummary) -> list[str]:
    if not summary.labels:
        return []
    label, n = max(summary.labels.items(), key=lambda pair: pair[1])
    share = n / sum(summary.labels.values())
    rare = [name for name, count in summary.labels.items() if count < _FEW_OF_LABEL]
    found = []
    if share > _SKEWED:
        found.append(
            f"{share:.0%} of the items are {label!r}: look at macro-F1, always saying {label!r} is as accurate"
        )
    if rare:
        found.append(f"fewer than {_FEW_OF_LABEL} items each: {', '.join(map(repr, rare[:5]))}")
    return found


def _repeats(summary: DataSummary) -> list[str]:
    found = []
    if summary.n_duplicates:
        found.append(f"{summary.n_duplicates} items repeat earlier ones and were left out")
    if summary.n_leaked:
        found.append(f"{summary.n_leaked} test items repeat training items and were not measured on")
    return found


def _texts(summary: DataSummary, texts: Sequence[str]) -> list[str]:
    found = []
    if len(summary.languages) > 1:
        shares = ", ".join(f"{code} {share:.0%}" for code, share in summary.languages.items() if share >= _NOTEWORTHY)
        if "," in shares:
            found.append(f"several languages ({shares}): a model for one of them will look worse than it is")
    sizes = Counter(map(len, texts))
    longest = max(sizes, default=0)
    if longest >= 50 and sizes[longest] > max(5, len(texts) // 100):
        found.append(
            f"{sizes[longest]} texts have exactly {longest} characters: were they cut when they were exported?"
        )
    return found


def _representative(columns: Sequence[str]) -> list[str]:
    dates = [name for name in columns if name.casefold() in _DATES]
    if not dates:
        return []
    return [
        f"there is a date ({dates[0]}) and the split is random: if the model will see later items than it learned "
        "from, state the split in a column"
    ]
