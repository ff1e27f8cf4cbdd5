"""Languages as people write them, brought to one code: ISO 639-1 where it exists, else ISO 639-3."""

from __future__ import annotations

from functools import lru_cache

# Names and tags that data sets use for an individual language or a macrolanguage of it.
_SAME = {
    "cmn": "zh",
    "nb": "no",
    "nn": "no",
    "arb": "ar",
    "pes": "fa",
    "zsm": "ms",
    "lvs": "lv",
    "ekk": "et",
    "swh": "sw",
}
# English names that ISO 639 gives a longer form ("Modern Greek (1453-)").
_NAMES = {"greek": "el", "modern greek": "el", "occitan": "oc", "farsi": "fa", "persian": "fa", "flemish": "nl",
    "mandarin": "zh", "cantonese": "zh", "bangla": "bn", "odia": "or", "punjabi": "pa", "swahili": "sw", "malay": "ms",
    "nepali": "ne", "norwegian": "no", "serbo-croatian": "sh", "tagalog": "tl", "filipino": "tl"}  # fmt: skip


@lru_cache(maxsize=4096)
def parse_language(text: str) -> str | None:
    """The code of a language given as ISO 639 code, BCP 47 tag ("de-AT", "deu-Latn") or English name, else None."""
    from iso639 import Lang
    from iso639.exceptions import DeprecatedLanguageValue, InvalidLanguageValue

    known = _NAMES.get(text.strip().casefold())
    if known:
        return known
    head = text.strip().replace("_", "-").split("-")[0]
    for candidate in (text.strip().lower(), head.lower(), text.strip().title()):
        if len(candidate) < 2:
            continue
        try:
            language = Lang(candidate)
        except (InvalidLanguageValue, DeprecatedLanguageValue):
            continue
        code = language.pt1 or language.pt3
        return _SAME.get(code, code)
    return None


@lru_cache(maxsize=4096)
def language_name(code: str) -> str:
    """The English name of a language code; the code itself if it has none."""
    from iso639 import Lang
    from iso639.exceptions import InvalidLanguageValue

    try:
        return Lang(code).name
    except InvalidLanguageValue:
        return code
