"""The task vocabulary: one word per task, what kind of model does it, and the other names people use for it."""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple


class Task(StrEnum):
    """A task a model can be chosen for."""

    RETRIEVAL = "retrieval"
    RERANKING = "reranking"
    TEXT_CLASSIFICATION = "text-classification"
    CLUSTERING = "clustering"
    SEMANTIC_SIMILARITY = "semantic-similarity"
    PAIR_CLASSIFICATION = "pair-classification"
    BITEXT_MINING = "bitext-mining"
    TOKEN_CLASSIFICATION = "token-classification"
    QUESTION_ANSWERING = "question-answering"
    SUMMARIZATION = "summarization"
    TRANSLATION = "translation"
    CHAT = "chat"
    INSTRUCTION_FOLLOWING = "instruction-following"
    CODE_GENERATION = "code-generation"
    MATH = "math"
    REASONING = "reasoning"
    KNOWLEDGE = "knowledge"
    TOOL_USE = "tool-use"
    LONG_CONTEXT = "long-context"
    FACTUALITY = "factuality"
    IMAGE_CLASSIFICATION = "image-classification"
    ZERO_SHOT_IMAGE_CLASSIFICATION = "zero-shot-image-classification"
    IMAGE_RETRIEVAL = "image-retrieval"
    VISUAL_QUESTION_ANSWERING = "visual-question-answering"
    DOCUMENT_UNDERSTANDING = "document-understanding"
    OBJECT_DETECTION = "object-detection"
    IMAGE_SEGMENTATION = "image-segmentation"
    POSE_ESTIMATION = "pose-estimation"
    AUDIO_CLASSIFICATION = "audio-classification"
    SPEECH_RECOGNITION = "speech-recognition"
    VIDEO_CLASSIFICATION = "video-classification"
    VIDEO_RETRIEVAL = "video-retrieval"
    TIME_SERIES_FORECASTING = "time-series-forecasting"


class Kind(StrEnum):
    """What a model is, and so which tasks it can be asked to do."""

    EMBEDDING = "embedding"
    RERANKER = "reranker"
    GENERATIVE = "generative"
    ENCODER = "encoder"
    VISION = "vision"
    SPEECH_RECOGNITION = "speech-recognition"
    FORECASTER = "forecaster"
    OTHER = "other"


class Modality(StrEnum):
    """What goes into a model."""

    TEXT = "text"
    IMAGE = "image"
    AUDIO = "audio"
    VIDEO = "video"
    TIME_SERIES = "time-series"


class Arena(StrEnum):
    """Where models compete: benchmarks of one arena share models, so their scores can be linked."""

    EMBEDDING = "embedding"
    LANGUAGE = "language"
    VISION = "vision"
    SPEECH = "speech"
    FORECASTING = "forecasting"


class TaskInfo(NamedTuple):
    """What a task asks of a model: the kinds that do it, the modalities it must take in, and where its evidence is."""

    kinds: frozenset[Kind]
    modalities: frozenset[Modality]
    arena: Arena


def _info(kinds: str, modalities: str, arena: Arena) -> TaskInfo:
    return TaskInfo(frozenset(map(Kind, kinds.split())), frozenset(map(Modality, modalities.split())), arena)


TASK_INFO: dict[Task, TaskInfo] = {
    Task.RETRIEVAL: _info("embedding", "text", Arena.EMBEDDING),
    Task.RERANKING: _info("reranker embedding", "text", Arena.EMBEDDING),
    Task.TEXT_CLASSIFICATION: _info("embedding encoder", "text", Arena.EMBEDDING),
    Task.CLUSTERING: _info("embedding", "text", Arena.EMBEDDING),
    Task.SEMANTIC_SIMILARITY: _info("embedding encoder", "text", Arena.EMBEDDING),
    Task.PAIR_CLASSIFICATION: _info("embedding encoder", "text", Arena.EMBEDDING),
    Task.BITEXT_MINING: _info("embedding", "text", Arena.EMBEDDING),
    Task.TOKEN_CLASSIFICATION: _info("encoder generative", "text", Arena.LANGUAGE),
    Task.QUESTION_ANSWERING: _info("encoder generative", "text", Arena.LANGUAGE),
    Task.IMAGE_CLASSIFICATION: _info("vision", "image", Arena.VISION),
    Task.ZERO_SHOT_IMAGE_CLASSIFICATION: _info("embedding", "image text", Arena.EMBEDDING),
    Task.IMAGE_RETRIEVAL: _info("embedding", "image", Arena.EMBEDDING),
    Task.VISUAL_QUESTION_ANSWERING: _info("generative", "image text", Arena.LANGUAGE),
    Task.DOCUMENT_UNDERSTANDING: _info("embedding", "image", Arena.EMBEDDING),
    Task.OBJECT_DETECTION: _info("vision", "image", Arena.VISION),
    Task.IMAGE_SEGMENTATION: _info("vision", "image", Arena.VISION),
    Task.POSE_ESTIMATION: _info("vision", "image", Arena.VISION),
    Task.AUDIO_CLASSIFICATION: _info("embedding", "audio", Arena.EMBEDDING),
    Task.SPEECH_RECOGNITION: _info("speech-recognition", "audio", Arena.SPEECH),
    Task.VIDEO_CLASSIFICATION: _info("embedding", "video", Arena.EMBEDDING),
    Task.VIDEO_RETRIEVAL: _info("embedding", "video", Arena.EMBEDDING),
    Task.TIME_SERIES_FORECASTING: _info("forecaster", "time-series", Arena.FORECASTING),
} | {
    task: _info("generative", "text", Arena.LANGUAGE)
    for task in (
        Task.SUMMARIZATION,
        Task.TRANSLATION,
        Task.CHAT,
        Task.INSTRUCTION_FOLLOWING,
        Task.CODE_GENERATION,
        Task.MATH,
        Task.REASONING,
        Task.KNOWLEDGE,
        Task.TOOL_USE,
        Task.LONG_CONTEXT,
        Task.FACTUALITY,
    )
}

# Hugging Face pipeline tags and common synonyms.
_ALIASES: dict[Task, str] = {
    Task.RETRIEVAL: "search, semantic search, information retrieval, dense retrieval, document retrieval, rag,"
    " retrieval augmented generation, feature extraction, embedding, embeddings, text embedding, text ranking",
    Task.RERANKING: "rerank, re-ranking, reranker, cross encoder",
    Task.TEXT_CLASSIFICATION: "classification, sentiment, sentiment analysis, sentiment classification, topic"
    " classification, spam detection, intent classification, zero shot classification, tagging",
    Task.CLUSTERING: "cluster, topic modeling, grouping",
    Task.SEMANTIC_SIMILARITY: "sts, sentence similarity, text similarity, similarity",
    Task.PAIR_CLASSIFICATION: "paraphrase detection, nli, natural language inference, duplicate detection",
    Task.BITEXT_MINING: "bitext, parallel sentence mining",
    Task.TOKEN_CLASSIFICATION: "ner, named entity recognition, pos tagging, entity extraction",
    Task.QUESTION_ANSWERING: "qa, extractive qa, reading comprehension, table question answering",
    Task.SUMMARIZATION: "summarisation, summary, abstractive summarization",
    Task.TRANSLATION: "machine translation, mt",
    Task.CHAT: "chatbot, conversational, assistant, dialogue, text generation, text2text generation, generation, llm",
    Task.INSTRUCTION_FOLLOWING: "instruct, instructions",
    Task.CODE_GENERATION: "code, coding, programming, code completion, text to sql",
    Task.MATH: "mathematics, arithmetic",
    Task.REASONING: "logic, common sense reasoning, commonsense",
    Task.KNOWLEDGE: "world knowledge, trivia, mmlu",
    Task.TOOL_USE: "function calling, agent, agents, agentic, tools, tool calling",
    Task.LONG_CONTEXT: "long documents, long context understanding",
    Task.FACTUALITY: "truthfulness, hallucination, groundedness",
    Task.IMAGE_CLASSIFICATION: "image recognition, image tagging, image feature extraction",
    Task.ZERO_SHOT_IMAGE_CLASSIFICATION: "clip classification, zero shot image",
    Task.IMAGE_RETRIEVAL: "image search, text to image retrieval, image text retrieval, visual search",
    Task.VISUAL_QUESTION_ANSWERING: "vqa, image text to text, image to text, image captioning, multimodal chat, vlm,"
    " ocr, optical character recognition, document question answering, docvqa, document parsing, document extraction",
    Task.DOCUMENT_UNDERSTANDING: "visual document retrieval, document retrieval by image, document ai",
    Task.OBJECT_DETECTION: "detection, zero shot object detection",
    Task.IMAGE_SEGMENTATION: "segmentation, semantic segmentation, instance segmentation, mask generation",
    Task.POSE_ESTIMATION: "keypoint detection, pose, keypoints",
    Task.AUDIO_CLASSIFICATION: "sound classification, audio tagging",
    Task.SPEECH_RECOGNITION: "asr, automatic speech recognition, speech to text, transcription, stt",
    Task.VIDEO_CLASSIFICATION: "action recognition",
    Task.VIDEO_RETRIEVAL: "video search, text to video retrieval",
    Task.TIME_SERIES_FORECASTING: "forecasting, time series, demand forecasting",
}


_ALIKE = 75
"""Least similarity of a suggestion, percent."""

MEASURABLE = frozenset(
    {
        Task.TEXT_CLASSIFICATION,
        Task.CLUSTERING,
        Task.SEMANTIC_SIMILARITY,
        Task.PAIR_CLASSIFICATION,
        Task.RETRIEVAL,
        Task.RERANKING,
        Task.BITEXT_MINING,
        Task.QUESTION_ANSWERING,
        Task.SUMMARIZATION,
        Task.TRANSLATION,
        Task.CHAT,
        Task.INSTRUCTION_FOLLOWING,
        Task.KNOWLEDGE,
        Task.MATH,
        Task.REASONING,
        Task.FACTUALITY,
        Task.LONG_CONTEXT,
        Task.CODE_GENERATION,
        Task.IMAGE_CLASSIFICATION,
    }
)
"""Tasks that `advisor verify` measures on the user's data."""


def _fold(text: str) -> str:
    return " ".join(text.casefold().replace("-", " ").replace("_", " ").split())


TASK_ALIASES: dict[str, Task] = {
    _fold(alias): task for task in Task for alias in (task.value, *_ALIASES[task].split(","))
}


def parse_task(text: str) -> Task | None:
    """The task that a word or pipeline tag names, or None."""
    return TASK_ALIASES.get(_fold(text))


def read_task(text: str) -> Task:
    """The task that a word or pipeline tag names.

    Raises:
        ValueError: none is of this name; says which come close, and all there are.
    """
    if task := parse_task(text):
        return task
    from rapidfuzz import fuzz, process

    found = process.extract(_fold(text), list(TASK_ALIASES), scorer=fuzz.ratio, limit=3, score_cutoff=_ALIKE)
    close = [alias for alias, _, _ in found]
    meant = " or ".join(dict.fromkeys(TASK_ALIASES[alias].value for alias in close))
    everything = ", ".join(task.value for task in Task)
    hint = f"did you mean {meant}; all tasks: {everything}" if meant else f"one of {everything}"
    raise ValueError(f"unknown task {text[:100]!r}; expected {hint}")
