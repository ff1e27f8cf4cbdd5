"""Benchmarks of the language arena: what task each serves, what it is about, which are the same data."""

from __future__ import annotations

import csv
import re
from pathlib import Path

from advisor.domain.languages import language_name, parse_language
from advisor.domain.tasks import Task
from data.build.catalog.frame import Row, domains_of, read

# Whole suites that are one data set whatever their parts are called: suite -> (family, task, about).
_SUITES: dict[str, tuple[str, Task | None, str]] = {
    "bbh_task": ("bbh", Task.REASONING, "one of 27 tasks that are hard for language models"),
    "mmlu_subject": ("mmlu", Task.KNOWLEDGE, "multiple-choice questions of one academic subject"),
    "ruler": ("ruler", Task.LONG_CONTEXT, "facts found and aggregated in long synthetic texts"),
    "xnli_test": ("nli", Task.PAIR_CLASSIFICATION, "whether one sentence follows from another"),
    "squad_v1_dev": ("squad", Task.QUESTION_ANSWERING, "answers marked in Wikipedia paragraphs"),
    "squad_v1_test": ("squad", Task.QUESTION_ANSWERING, "answers marked in Wikipedia paragraphs"),
    "squad_v2_dev": ("squad", Task.QUESTION_ANSWERING, "answers marked in Wikipedia paragraphs, or none"),
}
_EUROEVAL: dict[str, tuple[Task, str]] = {
    "sentiment_classification": (Task.TEXT_CLASSIFICATION, "sentiment of reviews, posts or news"),
    "linguistic_acceptability": (Task.TEXT_CLASSIFICATION, "whether a sentence is grammatical"),
    "named_entity_recognition": (Task.TOKEN_CLASSIFICATION, "names of people, places and organisations marked"),
    "reading_comprehension": (Task.QUESTION_ANSWERING, "answers marked in a given text"),
    "summarization": (Task.SUMMARIZATION, "summaries of news articles"),
    "simplification": (Task.SUMMARIZATION, "official texts rewritten in plain language"),
    "knowledge": (Task.KNOWLEDGE, "multiple-choice questions about the world and the country"),
    "common_sense_reasoning": (Task.REASONING, "everyday situations continued or resolved sensibly"),
}
# EuroEval data sets that are translations of a widely used one.
_EUROEVAL_FAMILIES = (
    (r"mmlu", "mmlu"),
    (r"hellaswag|goldenswag", "hellaswag"),
    (r"winogrande", "winograd"),
    (r"^scala", "scala"),
    (r"multi_wiki_qa", "multi-wiki-qa"),
    (r"wikiann", "wikiann"),
    (r"^mms_", "mms"),
    (r"^conll", "conll"),
    (r"squad", "squad"),
    (r"^sst", "text-classification"),
    (r"^cnn_dailymail", "summarization"),
    (r"lr_sum", "lr-sum"),
    (r"arc", "arc"),
)
_LOWER_IS_BETTER = re.compile(
    r"hallucination_rate|toxigen|perplexity|(?<![a-z])wer(?![a-z])|word error|fleurs|common-voice|chairs?_i"
)
_SIGHT = {
    "multimodal": ["text", "image"],
    "image": ["text", "image"],
    "video": ["text", "video"],
    "audio": ["text", "audio"],
}
_RATED = {"codeforces"}


def language_benchmarks(raw: Path) -> list[Row]:
    """One row a benchmark of the language suites."""
    with (Path(__file__).parent / "llm_datasets.tsv").open(newline="") as file:
        datasets = [(re.compile(row["pattern"]), row) for row in csv.DictReader(file, delimiter="\t")]
    return [_benchmark(row, datasets) for row in read(raw / "llm" / "benchmarks.parquet")]


def _benchmark(raw: Row, datasets: list[tuple[re.Pattern[str], Row]]) -> Row:
    suite, name = raw["suite"], raw["name"]
    kind = re.sub(r"[~ ]+", "", raw["task_type"])
    languages = [code for code in {parse_language(word) for word in raw["languages"].split(",")} if code]
    family, task, about = _about(suite, name, kind, raw, datasets)
    metric = re.sub(r"~", "", raw["metric"]) if raw["metric"] not in {"-", "None"} else "score"
    higher = raw["higher_is_better"] and not _LOWER_IS_BETTER.search(f"{name} {metric}".lower())
    if suite == "llmstats" and name == "fleurs":
        higher = False
    return {
        "benchmark_id": raw["benchmark_id"],
        "suite": suite,
        "name": name,
        "arena": "language",
        "task": task.value if task else None,
        "task_type": kind if kind not in {"seename", "mixed"} else (task.value if task else "mixed"),
        "languages": sorted(languages),
        "domains": _domains(raw),
        "modalities": _SIGHT.get(raw["modality"], ["text"]),
        "metric": metric,
        "unit": "points" if raw["unit"] == "pct" and name not in _RATED else "raw",
        "higher_is_better": higher,
        "n_items": raw["n_items"],
        "n_labels": None,
        "avg_chars": None,
        "description": _description(task, about, languages, raw),
        "family": f"llm:{family}",
        "year": raw["year"],
        "source_id": raw["source_id"],
    }


def _about(
    suite: str, name: str, kind: str, raw: Row, datasets: list[tuple[re.Pattern[str], Row]]
) -> tuple[str, Task | None, str]:
    if suite.startswith("euroeval_"):
        task, about = _EUROEVAL[kind]
        family = next((known for pattern, known in _EUROEVAL_FAMILIES if re.search(pattern, name)), name)
        return family, task, about
    if suite in _SUITES:
        family, suite_task, about = _SUITES[suite]
        subject = name.replace("_", " ") if suite in {"mmlu_subject"} else ""
        return family, suite_task, f"{about}: {subject}" if subject else about
    for pattern, row in datasets:
        if pattern.search(name):
            # Two data sets that share only a leaderboard's average stay together as that leaderboard.
            return row["family"] or suite, Task(row["task"]) if row["task"] else None, row["about"]
    return raw["related_group"].split(":")[-1] + ":" + name, None, kind.replace("_", " ").replace(",", ", ")


def _domains(raw: Row) -> list[str]:
    text = raw["domain"]
    return [] if text in {"general", "mixed", raw["name"]} else domains_of(re.split(r"[,/]", text))


def _description(task: Task | None, about: str, languages: list[str], raw: Row) -> str:
    spoken = ", ".join(sorted(language_name(code) for code in languages))
    kind = task.value.replace("-", " ") if task else "mixed ability"
    extra = (
        ""
        if raw["domain"] in {"general", "mixed", raw["name"]} or raw["domain"] in about
        else f" Field: {raw['domain']}."
    )
    return f"{kind.capitalize()}: {about}." + (f" In {spoken}." if spoken else "") + extra
