"""WordPiece tokens of a text, as the uncased BERT vocabulary defines them.

In pure Python because a cold start counts: the vocabulary is a dict of 30,000 words, ready in a few milliseconds, and
most words of a text are found whole. The tests hold it equal to the `tokenizers` library.
"""

from __future__ import annotations

import unicodedata
from functools import lru_cache
from pathlib import Path

_LONGEST_WORD = 100
_CJK = (
    (0x4E00, 0x9FFF),
    (0x3400, 0x4DBF),
    (0x20000, 0x2A6DF),
    (0x2A700, 0x2B73F),
    (0x2B740, 0x2B81F),
    (0x2B820, 0x2CEAF),
    (0xF900, 0xFAFF),
    (0x2F800, 0x2FA1F),
)


class WordPiece:
    """Splits text into token ids."""

    def __init__(self, tokens: list[str]) -> None:
        self._ids = {token: number for number, token in enumerate(tokens)}
        self._unknown = self._ids["[UNK]"]
        self._of_chunk = lru_cache(maxsize=65536)(self._chunk)

    @classmethod
    def open(cls, path: Path) -> WordPiece:
        """Read a vocabulary, one token a line; the line number is the id."""
        return cls(path.read_text(encoding="utf-8").rstrip("\n").split("\n"))

    def ids(self, text: str) -> list[int]:
        """Token ids in order, without markers at start and end."""
        found: list[int] = []
        for chunk in text.split(" "):
            found += self._of_chunk(chunk)
        return found

    def holds(self, word: str) -> bool:
        """Whether a word is a token by itself."""
        found = self.ids(word)
        return len(found) == 1 and found[0] != self._unknown

    def _chunk(self, chunk: str) -> tuple[int, ...]:
        return tuple(piece for word in words(chunk) for piece in self._pieces(word))

    def _pieces(self, word: str) -> tuple[int, ...]:
        whole = self._ids.get(word)
        if whole is not None:
            return (whole,)
        if len(word) > _LONGEST_WORD:
            return (self._unknown,)
        found, start = [], 0
        while start < len(word):
            for end in range(len(word), start, -1):
                piece = self._ids.get(("##" if start else "") + word[start:end])
                if piece is not None:
                    break
            else:
                return (self._unknown,)
            found.append(piece)
            start = end
        return tuple(found)


def words(text: str) -> list[str]:
    """Lower-case words without accents; every punctuation mark and CJK character is a word of its own."""
    if text.isascii():
        text = text.lower()
    else:
        # Letter by letter: `lower` of a whole text makes a sigma at the end of a word another letter.
        text = unicodedata.normalize("NFD", "".join(f" {c} " if _is_cjk(c) else c.lower() for c in text))
    return "".join(map(_spaced, text)).split()


@lru_cache(maxsize=4096)
def _spaced(char: str) -> str:
    if char in "\t\n\r":
        return " "
    category = unicodedata.category(char)
    if category == "Mn" or category in {"Cc", "Cf", "Co", "Cs"} or char in "\0\ufffd":
        return ""
    if category == "Zs":
        return " "
    ascii_mark = char.isascii() and not char.isalnum()
    return f" {char} " if ascii_mark or category.startswith("P") else char


def _is_cjk(char: str) -> bool:
    return any(low <= ord(char) <= high for low, high in _CJK)
