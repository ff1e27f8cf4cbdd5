"""Hardware words in free text: "on a laptop", "one 24 GB card", "we have 2x A100 80GB". Conservative: silence beats
a wrong device."""

from __future__ import annotations

import re
from typing import NamedTuple

from advisor.domain.errors import InvalidInput
from advisor.domain.hardware import Hardware
from advisor.sizing.devices import DeviceBook

_GB = r"\(?\d{1,4}\s?(?:gb|gib|g)\b\)?"
_SIZE = rf"(?:[\s-]*{_GB})?"
_SHARED_SIZE = rf"(?:[\s-]*(?:with |and )?{_GB})?"
"""Of a device whose memory is one with the host's: "with 16 GB" is no other memory."""
_NUMBER = (
    r"(?:(?:\d{1,3}\s?[x\u00d7]\s?|\d\s|one |single |two |three |four |eight |dual |quad )?"
    r"(?:nvidia |amd |intel |apple )?(?:geforce |radeon |tesla |instinct )?)"
)
_CERTAIN = (
    r"(?:rtx|gtx)[\s-]?(?:pro[\s-])?a?\d{3,4}(?:[\s-]?(?:ti|super|ada|laptop|mobile|d|blackwell|max-q)\b)*",
    r"rx[\s-]?\d{3,4}(?:[\s-]?(?:xtx|xt|gre|m)\b)?",
    r"(?:a100|h100|h200|h800|a800|v100|p100|b200|b300|gh200)(?:[\s-]?(?:sxm\d?|pcie|nvl)\b)?",
    r"(?:l40s|a10g|mi\d{2,3}x?|gb10|dgx spark|strix halo|ryzen ai max\+?(?: 395)?)\b",
    r"quadro (?:rtx )?[a-z]?\d{3,4}",
    r"arc (?:pro )?[ab]\d{2,3}\b",
    r"(?:jetson(?: (?:agx|orin|xavier|nano|nx|thor|super|tx2))+|orin nano(?: super)?|orin nx)",
    r"raspberry pi(?: (?:zero(?: 2)?(?: w)?|[3-5]|400|500))?\b",
    rf"m[1-5] (?:max|pro|ultra)\b{_SHARED_SIZE}",
    r"(?:core )?i[3579]-\d{4,5}[a-z]{0,2}\b",
    r"ryzen [3579] \d{4}[a-z0-9]{0,3}\b",
    r"(?:aws )?(?:g4dn|g5|g6e?|p3|p4de?|p5e?n?)\.(?:metal|\d*xlarge)\b",
)
# Short names that also mean other things count only after a word such as "on a".
_ON = (
    r"\b(?:on|with|have|has|using|own|got|for|our|my|to)\s+"
    r"(?:(?:an?|our|my|the|one|single|some|his|her|their|any|old|cheap|normal|regular|standard)\s+)*"
)
_AFTER_ON = (
    r"(?:t4|l4|l40|a10|a30|a40|a16|a2)\b",
    rf"(?:(?:macbook|mac)(?: pro| air| mini| studio)? )?m[1-5]\b{_SHARED_SIZE}",
    r"(?:20|30|40|50)[5-9]0(?:[\s-]?(?:ti|super)\b)*",
    r"(?:(?:two|three|four|\d) )?(?:30|40|50)[6-9]0s?\b",
)
_GENERIC = (
    (r"this[- ](?:machine|computer|laptop|pc)\b", "this-machine", 0.9),
    (
        rf"(?:{_ON}|\ban?\s+(?=(?:laptop|notebook)\s+with\s+\d))"
        r"(?P<m>(?:\d{1,3}\s?gb )?(?:laptop|notebook)s?(?:\s+with\s+\d{1,3}\s?gb(?: of)?(?: ram| memory)?)?)\b",
        "laptop",
        0.7,
    ),
    (_ON + r"(?P<m>macbooks?(?: pro| air)?|mac (?:mini|studio))\b", "mac", 0.7),
    (_ON + r"(?P<m>(?:smart)?phones?)\b", "phone", 0.6),
    (
        r"(?:\bon\s+(?:an?\s+|the\s+|our\s+|plain\s+)*cpus?\b|\bcpu[- ]only\b|\bwithout (?:an? )?gpu\b|\bno gpu\b)"
        r"(?:[^.;]{0,20}?\d{1,4}\s?gb(?: of)?(?: ram| memory)?)?",
        "cpu",
        0.7,
    ),
)
_CARD = re.compile(
    r"\b(?P<n>\d{1,2}\s?x\s?|one |a |an |single |two |four |eight )?(?P<gb>\d{1,3})"
    r"\s?-?(?:gb|gib)(?: of)?[\s-](?:nvidia |amd )?(?:gpu|graphics card|card|vram|video card|video memory)s?\b",
    re.I,
)
_NAMED = re.compile(rf"(?<![\w.-]){_NUMBER}(?:apple )?(?:{'|'.join(_CERTAIN)}){_SIZE}(?!\w)", re.I)
_NAMED_ON = re.compile(rf"{_ON}(?P<m>{_NUMBER}(?:{'|'.join(_AFTER_ON)}){_SIZE})(?![\w-])", re.I)


class Mention(NamedTuple):
    """A device named in a text: where (start, end), what it is, and how surely (0 to 1)."""

    span: tuple[int, int]
    hardware: Hardware
    confidence: float


def find_in_text(book: DeviceBook, text: str) -> list[Mention]:
    """The devices that a text names, surest first, then by place. Spans never overlap."""
    found: list[Mention] = []
    for match in _NAMED.finditer(text):
        _add(book, found, match.span(), match[0], 0.95)
    for match in _NAMED_ON.finditer(text):
        _add(book, found, match.span("m"), match["m"], 0.85)
    for match in _CARD.finditer(text):
        _add(book, found, match.span(), match[0].replace("-", " "), 0.85)
    for pattern, name, confidence in _GENERIC:
        for match in re.finditer(pattern, text, re.I):
            size = re.search(r"(\d{1,4})\s?gb", match[0], re.I)
            span = match.span("m") if "m" in match.groupdict() else match.span()
            _add(book, found, span, f"{name} {size[1]}GB" if size else name, confidence)
    return sorted(found, key=lambda mention: (-mention.confidence, mention.span))


def _add(book: DeviceBook, found: list[Mention], span: tuple[int, int], name: str, confidence: float) -> None:
    if any(span[0] < other.span[1] and other.span[0] < span[1] for other in found):
        return
    try:
        device = book.named(re.sub(r"(?<=\d)0s\b", "0", name.strip()))
    except InvalidInput:
        return
    if device:
        found.append(Mention(span, device, confidence))
