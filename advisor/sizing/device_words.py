"""The patterns by which a free text names a device."""

from __future__ import annotations

import re

_GB = r"\(?\d{1,4}\s?(?:gb|gib|g)\b\)?"
_NO_DEVICE_SIZE = r"(?!\s*(?:of\s+)?(?:on\s+)?(?:disk|downloads?|storage|files?|models?|data|documents|texts?)\b)"
_SIZE = (
    rf"(?:[\s-]*(?:(?:laptop|notebook|desktop|pc|board|machine|box|kit)\b)?[\s-]*(?:with |and )?{_GB}{_NO_DEVICE_SIZE}"
    r"(?:\s?(?:of )?(?:unified |system |host )?(?:v?ram|memory)\b)?)?"
)
NUMBER = (
    r"(?:(?:\d{1,3}\s?[x\u00d7]\s?|\d\s|one |single |two |three |four |eight |dual |quad )?"
    r"(?:nvidia |amd |intel |apple |qualcomm )?(?:geforce |radeon |tesla |instinct )?)"
)
SIZE = re.compile(_SIZE, re.I)
_MAC = r"(?:macbooks?|mac)(?: pro| air| mini| studio)?"
BEFORE = re.compile(rf"(?<![\w.-])(?:{_MAC} (?:with (?:an? )?)?)?{NUMBER}$", re.I)
"""What may stand before a name and belongs to it."""

_CERTAIN = (
    r"(?:rtx|gtx)[\s-]?(?:pro[\s-])?a?\d{3,4}(?:[\s-]?(?:ti|super|ada|laptop|mobile|d|blackwell|max-q)\b)*",
    r"rx[\s-]?\d{3,4}(?:[\s-]?(?:xtx|xt|gre|m)\b)?",
    r"\d{4}[\s-]?(?:xtx|xt|gre)\b",
    r"(?:a100|h100|h200|h800|a800|v100|p100|b200|b300|gh200)(?:[\s-]?(?:sxm\d?|pcie|nvl)\b)?",
    r"(?:l40s|a10g|mi\d{2,3}x?|gb10|dgx spark|strix halo|ryzen ai max\+?(?: 395)?)(?!\w)",
    r"quadro (?:rtx )?[a-z]?\d{3,4}",
    r"arc (?:pro )?[ab]\d{2,3}\b",
    r"(?:jetson(?: (?:agx|orin|xavier|nano|nx|thor|super|tx2))+|orin nano(?: super)?|orin nx)",
    r"raspberry pi(?: (?:zero(?: 2)?(?: w)?|[3-5]|400|500))?\b",
    r"m[1-5] (?:max|pro|ultra)\b",
    r"(?:core )?i[3579]-\d{4,5}[a-z]{0,2}\b",
    r"core ultra [3579] (?:pro )?\d{3}[a-z]{0,2}\b",
    r"ryzen (?:ai )?(?:threadripper )?(?:[3579] )?(?:pro |hx )?\d{3,4}[a-z0-9]{0,3}\b",
    r"(?:xeon(?: (?:gold|silver|bronze|platinum|max))?(?: [ew][\w-]*)?|epyc) \d{4}[a-z+]{0,2}(?: v\d)?",
    r"(?:aws )?(?:g4dn|g5|g6e?|p3|p4de?|p5e?n?)\.(?:metal|\d*xlarge)\b",
)
NAMED = re.compile(rf"(?<![\w.-]){NUMBER}(?:apple )?(?:{'|'.join(_CERTAIN)})s?{_SIZE}(?!\w)", re.I)
"""Names that mean nothing but a device; one that no device has is worth telling."""

# Short names that also mean other things count only after a word such as "on a".
_ON = (
    r"\b(?:on|with|have|has|using|own|got|for|our|my|to)\s+"
    r"(?:(?:an?|our|my|the|one|single|some|his|her|their|any|old|new|cheap|normal|regular|standard)\s+)*"
)
_AFTER_ON = (
    r"(?:t4|l4|l40|a10|a30|a40|a16|a2)\b",
    rf"(?:{_MAC} )?m[1-5]\b",
    r"(?:20|30|40|50)[5-9]0(?:[\s-]?(?:ti|super)\b)*",
    r"(?:(?:two|three|four|\d) )?(?:30|40|50)[6-9]0s?\b",
)
NAMED_ON = re.compile(rf"{_ON}(?P<m>{NUMBER}(?:{'|'.join(_AFTER_ON)}){_SIZE})(?![\w-])", re.I)
CARD = re.compile(
    r"\b(?P<n>\d{1,2}\s?x\s?|one |a |an |single |two |four |eight )?(?P<gb>\d{1,3})"
    r"\s?-?(?:gb|gib)(?: of)?[\s-](?:nvidia |amd )?(?:gpu|graphics card|card|vram|video card|video memory)s?\b",
    re.I,
)
_RAM = r"\d{1,4}\s?gb(?: of)?(?: system)?(?: ram| memory)"
_NO_CARD_FOLLOWS = r"(?![^.;]{0,20}\b(?<!no )(?<!any )(?<!out )(?<!out a )(?:gpus?|graphics)\b)"
GENERIC = tuple(
    (re.compile(pattern, re.I), name, sure)
    for pattern, name, sure in (
        (r"this[- ](?:machine|computer|laptop|pc)\b", "this-machine", 0.9),
        (
            rf"(?:{_ON}|\ban?\s+(?=(?:laptop|notebook)\s+with\s+\d))"
            r"(?P<m>(?:\d{1,3}\s?gb )?(?:laptop|notebook)s?(?:\s+with\s+\d{1,3}\s?gb(?: of)?(?: ram| memory)?)?)\b",
            "laptop",
            0.7,
        ),
        (rf"{_ON}(?P<m>macbooks?(?: pro| air)?{_SIZE})(?!\w)", "", 0.7),
        (rf"{_ON}(?P<m>mac (?:mini|studio){_SIZE})(?!\w)", "", 0.7),
        (_ON + r"(?P<m>(?:android |mobile |cell )?(?:smart)?phones?)\b", "phone", 0.6),
        (rf"\bservers?\s+with\s+{_RAM}\b{_NO_CARD_FOLLOWS}", "server", 0.75),
        (rf"\b(?:desktop|workstation|pc|computer)s?\s+with\s+{_RAM}\b{_NO_CARD_FOLLOWS}", "desktop", 0.75),
        (rf"\b(?:\d+[- ]cores? )?cpus?\s+with\s+{_RAM}\b{_NO_CARD_FOLLOWS}", "cpu", 0.75),
        (
            rf"(?:\b{_RAM},?\s*(?:and |but )?)?"
            r"(?:\bon\s+(?:an?\s+|the\s+|our\s+|plain\s+)*cpus?\b|\bcpu[- ]only\b|\bwithout (?:an? )?gpu\b|\bno gpu\b)"
            r"(?:[^.;]{0,20}?\d{1,4}\s?gb(?: of)?(?: ram| memory)?\b)?",
            "cpu",
            0.7,
        ),
    )
)
"""A kind of machine, the name to look it up by ("" for its own words), and how surely it is meant."""

_PRODUCTS = (
    r"iphone(?: \d{1,2}e?| se| x[rs]?)?(?: pro| max| plus| mini| air)*",
    r"ipad(?: pro| air| mini)?(?: m\d)?",
    r"(?:apple )?(?:watch|vision pro)",
    r"(?:google )?pixel \d\w?(?: pro| xl| fold)*",
    r"(?:samsung )?galaxy (?:[saz]|note|tab|fold|flip|watch)\s?\w*(?: ultra| plus| fe| fold| flip|\+)*",
    r"(?:oneplus|xiaomi|redmi|huawei|oppo|fairphone|motorola|honor)(?: [a-z]+)? ?\d+\w*(?: pro| ultra)*",
    r"(?:meta )?quest \d\w?",
    r"(?:google )?coral(?: (?:edge )?tpu| dev board(?: micro)?| usb accelerator| accelerator)?(?! reef)",
    r"tablets?",
    r"smart ?watch(?:es)?",
    r"(?:intel )?nuc\b",
    r"(?:synology|qnap)(?: nas)?",
)
_CHIPS = (
    r"esp(?:32|8266)(?:-?[a-z]\w{0,2})?",
    r"arduino(?: (?:uno|nano|nicla|portenta|mega|due)(?: \w+)?)?",
    r"stm32\w*",
    r"nrf5[234]\w*",
    r"cortex-?[amr]\d{1,3}",
    r"microcontrollers?",
    r"(?:google |cloud |coral )?(?:edge )?tpus?(?:[ -]v\d\w?)?",
    r"npus?",
    r"hailo(?:-?\d+\w?)?",
    r"rk3\d{3}\w?",
    r"(?:dimensity|kirin|exynos) \d{3,4}\w?",
    r"snapdragon(?: [\dx]\w*)?(?: \+?(?:gen \d|elite|plus))*",
    r"(?:aws )?(?:trainium|inferentia)\d?",
    r"(?:aws )?(?:inf|trn)\d\w?\.\d*xlarge",
    r"(?:intel )?gaudi ?\d?",
    r"(?:groq|cerebras)(?: \w+-?\d)?",
    r"fpgas?",
    r"beagle(?:bone|y)\w*(?: \w+)?",
)
_OF_PEOPLE = (
    r"(?![\s-]+(?:users?|owners?|buyers?|customers?|reviews?|support|sales|tickets?|photos?|questions?|cases?)\b)"
)
UNKNOWN = (
    re.compile(rf"{_ON}(?P<m>(?:{'|'.join(_PRODUCTS)}))(?![\w-]){_OF_PEOPLE}", re.I),
    re.compile(rf"(?<![\w.-])(?P<m>(?:{'|'.join(_CHIPS)}))(?![\w-]){_OF_PEOPLE}", re.I),
)
"""Devices of kinds that the catalog does not hold."""
