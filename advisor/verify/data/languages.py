"""Languages of texts, told by their scripts and most frequent words; silent where that does not tell."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Sequence

_FREQUENT = {
    "en": "the of and to in is that it was for on with as this are be you not have",
    "de": "der die und das ist nicht ein eine ich sie mit den von auf für es dem auch",
    "fr": "le la les et des est une que dans pour qui pas sur avec ce il elle au du",
    "es": "el los las y que en una es por con para del se no lo como más su al",
    "it": "il di che è la e un una per non con sono del si della gli nel come",
    "pt": "o os e que não um uma em para com do da no na se por mais como dos",
    "nl": "de het een en van is niet dat op te met voor zijn er aan ook maar als",
    "pl": "i w nie na się z do to jest że o jak za od po ale co tym",
    "sv": "och att det som en är på inte av för med den till jag har om ett",
    "da": "og at det er en ikke på af til for med den som der jeg har et",
    "cs": "a se v na je že to s z do o i ve jako by za si ale jsem",
    "tr": "ve bir bu için ile da de çok olarak gibi daha ne ama en var değil",
    "fi": "ja on ei se että oli hän mutta ovat kun niin myös joka tai ole",
    "ro": "și de în la a pe cu care nu este din că mai un pentru sunt fi",
    "hu": "a az és hogy nem is egy ez van volt meg csak már de mint ki",
    "id": "yang dan di ini itu dengan untuk dari dalam tidak pada akan ada juga",
    # ruff: noqa: RUF001 - letters of the languages
    "ru": "и в не на что с по это как я он но к за из от мы для так",
    "uk": "і в не на що з та до це як я він але у за від про для є",
}
_WORDS = {language: frozenset(words.split()) for language, words in _FREQUENT.items()}
_SCRIPTS = {
    "HANGUL": "ko",
    "HIRAGANA": "ja",
    "KATAKANA": "ja",
    "THAI": "th",
    "GREEK": "el",
    "HEBREW": "he",
    "CJK": "zh",
}
_WORD = re.compile(r"[^\W\d_]+")
_SAMPLE = 500
_LEAST_TOLD = 0.5


def languages_of(texts: Sequence[str]) -> dict[str, float]:
    """Share of the texts by ISO 639 code, the largest first; empty where most texts do not tell.

    Args:
        texts: of which the first 500 are read.
    """
    told = [language for text in texts[:_SAMPLE] if (language := language_of(text[:2000]))]
    if not texts or len(told) < _LEAST_TOLD * min(len(texts), _SAMPLE):
        return {}
    return {language: n / len(told) for language, n in Counter(told).most_common()}


def language_of(text: str) -> str | None:
    """The language of one text, or None where neither script nor frequent words tell it."""
    if by_script := _by_script(text):
        return by_script
    words = _WORD.findall(text.casefold())
    hits = Counter({language: sum(word in frequent for word in words) for language, frequent in _WORDS.items()})
    (best, n), (_, second) = hits.most_common(2)
    return best if n >= 3 and n >= second + 2 else None


def _by_script(text: str) -> str | None:
    letters = [unicodedata.name(char, "").split(" ")[0] for char in text[:300] if char.isalpha() and ord(char) > 0x2FF]
    languages = Counter(_SCRIPTS[script] for script in letters if script in _SCRIPTS)
    if "ja" in languages:
        return "ja"
    return languages.most_common(1)[0][0] if sum(languages.values()) >= 2 else None
