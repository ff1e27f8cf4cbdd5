"""Languages that a text names: "German contracts" asks for German, while a text merely written in German does not.

Codes ("de") count only where the text says that a language follows ("languages: de, fr", "en -> de").
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

from advisor.features.found import Found
from advisor.features.negations import Negation, within

_ENGLISH = """
Afrikaans af Albanian sq Amharic am Arabic ar Armenian hy Assamese as Azerbaijani az Basque eu Belarusian be
Bengali bn Bangla bn Bosnian bs Bulgarian bg Burmese my Cantonese zh Castilian es Catalan ca Cebuano ceb
Chinese zh Croatian hr Czech cs Danish da Dutch nl English en Estonian et Faroese fo Farsi fa Filipino tl
Finnish fi Flemish nl French fr Galician gl Georgian ka German de Greek el Gujarati gu Hausa ha Hebrew he
Hindi hi Hungarian hu Icelandic is Igbo ig Indonesian id Irish ga Italian it Japanese ja Javanese jv Kannada kn
Kazakh kk Khmer km Kinyarwanda rw Korean ko Kurdish ku Kyrgyz ky Lao lo Latin la Latvian lv Lithuanian lt
Luxembourgish lb Macedonian mk Malagasy mg Malay ms Malayalam ml Maltese mt Mandarin zh Maori mi Marathi mr
Mongolian mn Nepali ne Norwegian no Occitan oc Odia ory Oriya ory Oromo om Pashto ps Persian fa Polish pl
Portuguese pt Punjabi pa Quechua qu Romanian ro Russian ru Sanskrit sa Serbian sr Sinhala si Slovak sk
Slovenian sl Somali so Spanish es Sundanese su Swahili sw Swedish sv Tagalog tl Tajik tg Tamil ta Tatar tt
Telugu te Thai th Tibetan bo Tigrinya ti Turkish tr Turkmen tk Ukrainian uk Urdu ur Uyghur ug Uzbek uz
Vietnamese vi Welsh cy Wolof wo Xhosa xh Yiddish yi Yoruba yo Zulu zu
"""
_DEMONYMS = (
    "American en British en Australian en Austrian de Mexican es Brazilian pt Argentinian es Iranian fa Egyptian ar"
)
_NATIVE = {
    "de": "deutsch deutsche deutschen deutscher deutsches deutschem deutschsprachig deutschsprachige"
    " deutschsprachigen allemand allemande allemands allemandes alemán alemana alemanes tedesco"
    " tedesca tedeschi duits duitse niemiecki",
    "en": "englisch englische englischen englischer anglais anglaise inglés inglesa inglese inglesi engels"
    " engelse angielski",
    "fr": "français française françaises französisch französische französischen francés francesa francese frans franse",
    "es": "español española españoles españolas espagnol espagnole spanisch spanische spanischen spagnolo castellano",
    "it": "italiano italiana italiani italiane italienisch italienische italienischen italienne",
    "nl": "nederlands nederlandse nederlandstalige niederländisch niederländische niederländischen"
    " néerlandais holandés",
    "pt": "português portuguesa portugiesisch portugiesische portugiesischen portugués portugais portugaise",
    "pl": "polski polskie polska polskich polnisch polnische polnischen polonais polonaise polaco",
    "ru": "русский русском русские russisch russische russischen russe ruso rusa",
    "uk": "українська українською ukrainisch ukrainische",
    "zh": "chinesisch chinesische chinesischen chinois chinoise chino 中文 汉语 普通话",
    "ja": "japanisch japanische japanischen japonais japonaise japonés 日本語",
    "ko": "koreanisch koreanische coréen coreano 한국어",
    "ar": "arabisch arabische arabischen arabe árabe العربية",
    "tr": "türkçe türkisch türkische türkischen turc turque turco",
    "sv": "svenska svensk schwedisch schwedische schwedischen suédois sueco",
    "da": "dansk danske dänisch dänische dänischen danois danés",
    "no": "norsk norske norwegisch norwegische bokmål nynorsk",
    "fi": "suomi suomen finnisch finnische",
    "cs": "čeština česky české tschechisch tschechische",
    "el": "ελληνικά griechisch griechische",
    "hu": "magyar ungarisch ungarische",
    "fa": "فارسی persisch persische",
    "hi": "हिन्दी हिंदी",
    "ro": "română rumänisch rumänische",
    "he": "hebräisch עברית",
}
_CODE_LIST = re.compile(
    r"\b(?:languages?|lang|sprachen?|langues?|idiomas?)\s*[:=]\s*"
    r"([a-z]{2}(?:\s*(?:,|/|&|\+|\band\b)\s*[a-z]{2})*)(?=\s*(?:$|[.;,)\n]))"
)
_CODE_ARROW = re.compile(r"\b([a-z]{2})\s*(?:->|→|<->|=>)\s*([a-z]{2})\b")
_OBJECTS_OF_POLISHING = frozenset(["the", "a", "an", "my", "our", "your", "this", "these", "up", "it", "them", "and"])
_WORD = re.compile(r"[^\W\d_]+")


def languages_in(text: str, negations: Sequence[Negation] = ()) -> tuple[Found, ...]:
    """Languages named in a text, in the order of their first mention.

    Args:
        text: the need.
        negations: what it denies: languages named there are not asked for.

    Returns:
        `Found` with field "languages" and an ISO 639 code as value; 0.95 sure for a language's name, 0.8 for a code in
        a list of languages, 0.7 for a people ("Brazilian reviews").
    """
    found: dict[str, Found] = {}
    words = list(_WORD.finditer(text))
    for index, match in enumerate(words):
        name, confidence = _NAMES.get(match.group().casefold(), ("", 0.0))
        if name and not within(match.span(), negations) and not _is_other_word(text, words, index):
            found.setdefault(name, Found("languages", name, match.group(), confidence))
    for name, code in _RUN_ON.items():
        if name in text:
            found.setdefault(code, Found("languages", code, name, 0.95))
    for phrase, codes in _code_phrases(text):
        for code in codes:
            if code in _CODES:
                found.setdefault(code, Found("languages", code, phrase, 0.8))
    return tuple(found.values())


def _is_other_word(text: str, words: list[re.Match[str]], index: int) -> bool:
    """Whether "polish" is the verb, "Latin" the continent or "lao" a syllable."""
    word = words[index].group()
    folded = word.casefold()
    if folded not in {"polish", "latin", "lao"}:
        return False
    before = words[index - 1].group().casefold() if index else ""
    after = words[index + 1].group().casefold() if index + 1 < len(words) else ""
    if folded == "polish" and after in {
        "the",
        "a",
        "an",
        "my",
        "our",
        "your",
        "this",
        "these",
        "up",
        "it",
        "them",
        "and",
    }:
        return before not in {"in", "into", "from"}
    if folded == "latin" and after in {"america", "american", "americans", "script"}:
        return True
    return word.islower() and before not in {"in", "into", "from"}


def _code_phrases(text: str) -> list[tuple[str, list[str]]]:
    folded = text.casefold()
    lists = [(match.group(), re.findall(r"\b[a-z]{2}\b", match.group(1))) for match in _CODE_LIST.finditer(folded)]
    return lists + [(match.group(), list(match.groups())) for match in _CODE_ARROW.finditer(folded)]


def _pairs(table: str, confidence: float) -> dict[str, tuple[str, float]]:
    words = table.split()
    return {name.casefold(): (code, confidence) for name, code in zip(words[::2], words[1::2], strict=True)}


_NAMES: dict[str, tuple[str, float]] = (
    _pairs(_DEMONYMS, 0.7)
    | {word: (code, 0.95) for code, names in _NATIVE.items() for word in names.split()}
    | _pairs(_ENGLISH, 0.95)
)
_RUN_ON = {name: code for name, (code, _) in _NAMES.items() if unicodedata.name(name[0]).startswith(("CJK", "HANGUL"))}
"""Names that are written without spaces around them."""
_CODES = frozenset(code for code, _ in _NAMES.values())
