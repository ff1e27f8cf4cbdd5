"""Needs as people write them, by task: the training text of the requirement encoder (no labelled corpus of needs exists).

`needs_text.txt` and `needs_media.txt` hold hand-written lines under a `[task]` heading; `{docs}`, `{docs_de}` and `{lang}`
are filled in, lower-case lines may get an opening, and any line may get a remark that says nothing about the task
(hardware, license, speed), so that a model trained on it learns to pass over such remarks.
"""

from __future__ import annotations

import random
import re
from pathlib import Path
from typing import NamedTuple

FILES = ("needs_text.txt", "needs_media.txt")
OUTSIDE = "none"
"""Label of needs that no task of the vocabulary serves."""


class Need(NamedTuple):
    """One training text: its task, and the hand-written line that it was made from (folds never split a line)."""

    text: str
    task: str
    line: int


DOCS = """contracts|court rulings|laws and regulations|insurance policies|patents|news articles|press releases|tweets
social media posts|forum posts|customer reviews|hotel reviews|product descriptions|product manuals|support tickets|emails
chat logs|call transcripts|meeting notes|scientific papers|abstracts|medical records|clinical notes|discharge letters
financial reports|annual reports|bank documents|job ads|résumés|recipes|books|blog posts|web pages|Wikipedia articles
policy papers|parliamentary debates|tenders|survey answers|feedback forms|bug reports|technical documentation|standards
maintenance reports|safety data sheets|lecture notes|essays|novels|letters|speeches|our documents|texts|reports""".replace(
    "\n", "|"
).split("|")
DOCS_DE = (
    "Verträge|Dokumente|Berichte|Gerichtsurteile|Nachrichtenartikel|Arztbriefe|E-Mails|Handbücher|Protokolle".split("|")
)
LANGUAGES = """German|French|Spanish|Italian|Dutch|Polish|Portuguese|Russian|Chinese|Japanese|Korean|Arabic|Hindi|Turkish
Swedish|Danish|Norwegian|Finnish|Czech|Greek|Ukrainian|Vietnamese|Indonesian|Thai|Persian|Swahili|several languages""".replace(
    "\n", "|"
).split("|")
OPENINGS = (
    "we need to|I want to|we would like to|please help us to|our team has to|a model that can|looking for something to|"
    "our company wants to|the goal is to|build a system to|help me to|software to|use case:|project:"
).split("|")
NOUN_OPENINGS = "we need|I am looking for|we are building|our product needs|wanted:|use case:|project:".split("|")
REMARKS = """on a laptop|on one 24 GB GPU|on a single RTX 4090|on CPU only|on my MacBook|on two A100|without a GPU|offline|on premises
for a commercial product|for research only|with an open license|Apache license preferred|under 100 ms|in real time|as fast as possible
with little memory|at most 7B parameters|under 500M parameters|for 100k items a day|in the cloud|cheaply|with high accuracy
for a start-up|at a bank|for a hospital|for our customers|for internal use|for a public authority|in production
for a university|for a law firm|for an online shop|in a factory|for a newspaper""".replace("\n", "|").split("|")
_NOUN_START = re.compile(
    r"(an? |the |[A-Z]|semantic|dense|cross|enterprise|full-text|question|product|code|nearest|feature|embeddings|second-stage|relevance|"
    r"sentiment|multi|zero|intent|stance|topic|unsupervised|emerging|theme|similarity|sentence|degree|graded|paraphrase|"
    r"natural|textual|near|binary|entity|plagiarism|bitext|parallel|named|part-of|information|slot|chunking|extractive|"
    r"reading|answers|questions|abstractive|key|bullet|headline|daily|summaries|minutes|machine|offline|subtitle|high|"
    r"dialogue|open|virtual|text|role|customer|small|structured|precise|adherence|competitive|software|mathematical|"
    r"competition|grade|arithmetic|formal|maths|linear|mathematics|quantitative|logical|common|deduction|riddles|causal|"
    r"spatial|scientific|abstract|planning|reasoning|counterfactual|strategic|world|trivia|exam|multiple|closed|"
    r"encyclopaedic|school|cultural|factual|academic|broad|citizenship|general|function|tool|agentic|computer|web|smart|agents|"
    r"huge|lengthy|needle|long|inputs|truthfulness|faithful|low|fact|groundedness|honest|consistency|image|quality|"
    r"visual|reverse|stock|content|captions|images|layout|people|real-time|traffic|safety|shelf|pedestrian|"
    r"pixel|instance|mask|land|panoptic|lane|hair|keypoint|skeleton|body|motion|yoga|joint|animal|whole|golf|fitness|head|"
    r"music|emotion|spoken|baby|gunshot|instrument|cough|audio|keyword|sound|mood|speech|subtitles|dictation|automatic|call|"
    r"live|voice|real|transcripts|captioning|sports|gesture|shoplifting|anomaly|human|video|moment|time|electricity|stock|"
    r"energy|zero-shot|sensor|wind|number|capacity|inventory|future|weekly|photo|inpainting|stable|audiobook|talking|"
    r"collaborative|credit|regression|fraud|house|reinforcement|robot|protein|depth|route|super)"
)


def lines() -> list[tuple[str, str]]:
    """(task, line) in the order of the files."""
    found = []
    for name in FILES:
        task = ""
        for raw in (Path(__file__).parent / name).read_text(encoding="utf-8").splitlines():
            if raw.startswith("["):
                task = raw.strip("[]")
            elif raw and not raw.startswith("#"):
                found.append((task, raw))
    return found


def needs(copies: int = 8, seed: int = 1) -> list[Need]:
    """Every line `copies` times with other fillings, openings and remarks; the first copy of a line is plain."""
    draw = random.Random(seed)
    return [
        Need(_filled(line, draw, plain=copy == 0), task, number)
        for number, (task, line) in enumerate(lines())
        for copy in range(copies)
    ]


def _filled(line: str, draw: random.Random, plain: bool) -> str:
    text = line
    for slot, words in (("{docs}", DOCS), ("{docs_de}", DOCS_DE), ("{lang}", LANGUAGES)):
        text = text.replace(slot, draw.choice(words))
    if plain:
        return text
    if line[0].islower() and draw.random() < 0.5:
        text = f"{draw.choice(NOUN_OPENINGS if _NOUN_START.match(line) else OPENINGS)} {text}"
    if draw.random() < 0.4:
        text = f"{text.rstrip('.?')}, {draw.choice(REMARKS)}"
    return text if draw.random() < 0.7 else text[0].upper() + text[1:]
