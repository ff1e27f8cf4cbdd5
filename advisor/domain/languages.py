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
# ISO 639-1 codes in full: most requests carry one, and the tables of the library take 20 ms to load.
_CODES = """
aa ab ae af ak am an ar as av ay az ba be bg bi bm bn bo br bs ca ce ch co cr cs cu cv cy da de dv dz ee el en
eo es et eu fa ff fi fj fo fr fy ga gd gl gn gu gv ha he hi ho hr ht hu hy hz ia id ie ig ii ik io is it iu ja
jv ka kg ki kj kk kl km kn ko kr ks ku kv kw ky la lb lg li ln lo lt lu lv mg mh mi mk ml mn mr ms mt my na nb
nd ne ng nl nn no nr nv ny oc oj om or os pa pi pl ps pt qu rm rn ro ru rw sa sc sd se sg si sk sl sm sn so sq
sr ss st su sv sw ta te tg th ti tk tl tn to tr ts tt tw ty ug uk ur uz ve vi vo wa wo xh yi yo za zh zu
"""
_ISO_639_1 = frozenset(_CODES.split())


@lru_cache(maxsize=4096)
def parse_language(text: str) -> str | None:
    """The code of a language given as ISO 639 code, BCP 47 tag ("de-AT", "deu-Latn") or English name, else None."""
    if text in _ISO_639_1:
        return _SAME.get(text, text)
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
