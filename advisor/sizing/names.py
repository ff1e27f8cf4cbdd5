"""How a device name is compared: the words that makers add are dropped, memory sizes and counts are read off."""

from __future__ import annotations

import re
from typing import NamedTuple

_MEMORY = re.compile(
    r"(?<![a-z0-9.])(\d{1,4}(?:\.\d+)?(?=\s*-?gi?b)|\d{1,3}(?=\s*-?g\b))\s*-?(?:gib|gb|g)\b(?:\s*(?:of\s+)?(?:unified|v?ram|gddr\d\w?|hbm\d\w?|memory))?",
    re.I,
)
_HOST_MEMORY = re.compile(
    r"(?:\+|,|/|with|and)?\s*(?<![a-z0-9.])(\d+(?:\.\d+)?)\s*(?:gib|gb|g)\s*(?:of\s+)?"
    r"(?:system|host|cpu|sys)?\s*-?(?:ram|system memory|host memory)\b",
    re.I,
)
_COUNT = re.compile(
    r"^(?:(\d{1,3})\s*[x\u00d7*]\s*(?=\S)|(\d)\s+(?=[a-z])(?!gi?b\b)|(one|single|dual|two|three|quad|four|eight)\s+)|(?<=[\s)])[x\u00d7*]\s*(\d{1,3})$",
    re.I,
)
_ANY_COUNT = re.compile(r"^([-+]?[\d.,]+)\s*[x\u00d7*]\s*(?=\S)|(?<=[\s)])[x\u00d7*]\s*([-+]?[\d.,]+)$", re.I)
"""What may be meant as a count; "9070 XT" and "Xeon X5650" are none."""
MOST_DEVICES = 999
_WORDS = {"one": 1, "single": 1, "dual": 2, "two": 2, "three": 3, "quad": 4, "four": 4, "eight": 8}
_NOISE = frozenset(
    [
        "nvidia",
        "geforce",
        "amd",
        "ati",
        "radeon",
        "intel",
        "apple",
        "tesla",
        "instinct",
        "graphics",
        "generation",
        "processor",
        "gpu",
        "gpus",
        "vram",
        "card",
        "cards",
        "chip",
        "superchip",
        "gcp",
        "aws",
        "amazon",
        "azure",
        "ec2",
        "instance",
        "edition",
        "module",
        "r",
        "tm",
        "with",
        "and",
    ]
)
_PHRASES = re.compile(
    r"macbook (?:pro|air)|mac (?:studio|mini|pro)|macbook|imac|developer kit|dev kit|tensor core|google cloud|\bcpu @.*"
    r"|\d+-core processor"
)
_SAME = (
    ("mobile", "laptop"),
    ("notebook", "laptop"),
    ("raspberrypi", "pi"),
    ("rpi", "pi"),
    ("agxorin", "orinagx"),
    ("jetson", ""),
)
_PUNCTUATION = {ord(c): " " for c in "-_/,;()[]®™@"} | {ord(c): None for c in ".'\""}


class DeviceText(NamedTuple):
    """A device name taken apart: what remains is the model itself."""

    key: str
    number: int
    memory_gib: float | None
    host_memory_gib: float | None


def device_key(text: str) -> str:
    """The comparison key of a device's name without its memory size: "NVIDIA GeForce RTX 4090" -> "rtx4090"."""
    text = text.casefold()
    if "mac" in text or " kit" in text or "core" in text or "@" in text or "cloud" in text:
        key = _telling(_PHRASES.sub(" ", text)) or _telling(text)
    else:
        key = _telling(text)
    for old, new in _SAME:
        if old in key:
            key = key.replace(old, new)
    return key


def _telling(text: str) -> str:
    return "".join(word for word in text.translate(_PUNCTUATION).split() if word not in _NOISE)


def catalog_key(name: str) -> str:
    """`take_apart(name).key` of a catalog name, where a size can only be the last word."""
    head, _, last = name.rpartition(" ")
    return device_key(head if head and last.endswith("GB") and last[:-2].replace(".", "").isdigit() else name)


def take_apart(text: str) -> DeviceText:
    """Read count, memory and host memory off a name as people write it ("2x A100 80GB, 512 GB RAM")."""
    rest = " ".join(text.replace("_", " ").split())
    count = 1
    if match := _COUNT.search(rest):
        number = match[1] or match[2] or match[4]
        count = int(number) if number else _WORDS[match[3].casefold()]
        rest = rest[: match.start()] + " " + rest[match.end() :]
    sizes: list[float] = []
    host: float | None = None
    if len(_MEMORY.findall(rest)) > 1 and (match := _HOST_MEMORY.search(rest)):
        host = float(match[1])
        rest = rest[: match.start()] + " " + rest[match.end() :]
    for match in _MEMORY.finditer(rest):
        sizes.append(float(match[1]))
    key = device_key(_MEMORY.sub(" ", rest))
    return DeviceText(key, count, sizes[0] if sizes else None, host)


def without_count(text: str) -> str | None:
    """A name less what stands where a count does, whatever number that is; None if nothing does."""
    rest = " ".join(text.replace("_", " ").split())
    match = _ANY_COUNT.search(rest)
    return (rest[: match.start()] + rest[match.end() :]).strip() if match else None
