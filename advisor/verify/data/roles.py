"""What the columns of a file can be, by task: the part each plays and the names it usually goes by."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from advisor.domain.tasks import Task

Content = Literal["text", "label", "number", "any"]


@dataclass(frozen=True)
class Role:
    """A part that a column plays."""

    name: str
    what: str
    """What it holds, in words for an error message."""
    content: Content
    names: tuple[str, ...]
    """Usual column names, the most telling first."""
    required: bool = True


def _role(name: str, what: str, content: Content, names: str, required: bool = True) -> Role:
    return Role(name, what, content, (name, *names.split()), required)


SPLIT = _role("split", "train or test", "any", "subset fold partition set", required=False)
_TEXT = _role("text", "the text", "text", "body content review sentence message document comment description title")
_LABEL = _role("label", "the class", "label", "labels class category target sentiment y topic intent stars rating")
_FIRST = _role("text", "the first text", "text", "text1 sentence1 sentence_a first premise question1 query a")
_SECOND = _role("other", "the second text", "text", "text2 sentence2 sentence_b second hypothesis question2 b")
_SCORE = _role("score", "how alike the two are", "number", "similarity relatedness relatedness_score gold value")
_QUERY = _role("query", "the query", "text", "question anchor search q")
_DOCUMENT = _role("document", "a right document", "text", "positive passage answer context pos doc text")
_RELEVANCE = _role("relevance", "its relevance, 0 for none", "number", "score rel grade label", required=False)
_PROMPT = _role("prompt", "what is asked", "text", "question input instruction query source text problem")
_ANSWER = _role(
    "answer", "the right answer", "text", "answers output target response reference label translation summary"
)
_CONTEXT = _role("context", "what to answer from", "text", "passage document background", required=False)
_PATTERN = _role("pattern", "a regular expression of right answers", "text", "regex", required=False)
_TEST = _role("test", "code that raises where the answer is wrong", "text", "tests test_code check")
_ENTRY = _role("entry_point", "the function that is tested", "text", "function function_name", required=False)
_IMAGE = _role("image", "the path of the image", "text", "path file filename file_name image_path")

_GENERATION = (_PROMPT, _ANSWER, _CONTEXT, _PATTERN, SPLIT)
ROLES: dict[Task, tuple[Role, ...]] = {
    Task.TEXT_CLASSIFICATION: (_TEXT, _LABEL, SPLIT),
    Task.CLUSTERING: (_TEXT, _LABEL, SPLIT),
    Task.SEMANTIC_SIMILARITY: (_FIRST, _SECOND, _SCORE, SPLIT),
    Task.PAIR_CLASSIFICATION: (_FIRST, _SECOND, _LABEL, SPLIT),
    Task.RETRIEVAL: (_QUERY, _DOCUMENT, _RELEVANCE, SPLIT),
    Task.RERANKING: (_QUERY, _DOCUMENT, _RELEVANCE, SPLIT),
    Task.BITEXT_MINING: (_QUERY, _DOCUMENT, SPLIT),
    Task.QUESTION_ANSWERING: _GENERATION,
    Task.SUMMARIZATION: _GENERATION,
    Task.TRANSLATION: _GENERATION,
    Task.CHAT: _GENERATION,
    Task.INSTRUCTION_FOLLOWING: _GENERATION,
    Task.KNOWLEDGE: _GENERATION,
    Task.MATH: _GENERATION,
    Task.REASONING: _GENERATION,
    Task.FACTUALITY: _GENERATION,
    Task.LONG_CONTEXT: _GENERATION,
    Task.CODE_GENERATION: (_PROMPT, _TEST, _ENTRY, SPLIT),
    Task.IMAGE_CLASSIFICATION: (_IMAGE, _LABEL, SPLIT),
}
"""The tasks that can be measured, and the columns of each."""
