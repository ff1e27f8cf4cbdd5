"""Benchmarks of speech and forecasting, composed from what their result tables hold."""

from __future__ import annotations

import re
from pathlib import Path

from advisor.domain.languages import language_name
from advisor.domain.tasks import Task
from data.build.catalog.frame import Row, benchmark, domains_of, read, slug

GIFT_MAIN = "mean_weighted_sum_quantile_loss"
_COLLECTION = re.compile(r"m4|ett|bitbrains|bizitobs|\w+")
_ASR_LANGUAGES = {"de": "de", "es": "es", "fr": "fr", "it": "it", "pt": "pt"}
_ASR_AVERAGES = {"Average", "Avg.", "Avg", "Avg (without CORAAL)"}


def other_benchmarks(raw: Path) -> list[Row]:
    """Benchmarks of Open ASR and GIFT-Eval."""
    return [*_speech(raw), *_forecasting(raw)]


def forecasting_benchmark(dataset: str) -> str:
    """Id of the benchmark that a GIFT-Eval data set, frequency and horizon make."""
    return f"gift-eval/{dataset}"


def speech_benchmark(track: str, benchmark: str) -> str:
    """Id of a column of the Open ASR leaderboard."""
    return f"open-asr/{track}/{slug(benchmark)}"


def _speech(raw: Path) -> list[Row]:
    rows = {}
    for entry in read(raw / "asr" / "open_asr_results.parquet"):
        if entry["unit"] != "WER%":
            continue
        code = _ASR_LANGUAGES.get(entry["benchmark"].split("_")[0], "en")
        many = entry["track"] == "multilingual" and entry["benchmark"] in _ASR_AVERAGES
        languages = sorted(_ASR_LANGUAGES) if many else [code]
        benchmark_id = speech_benchmark(entry["track"], entry["benchmark"])
        corpus = re.sub(r"^[a-z]{2}_", "", entry["benchmark"].lower()).split(" ")[0].rstrip(".")
        average = entry["benchmark"] in _ASR_AVERAGES
        spoken = ", ".join(language_name(language) for language in languages)
        length = "long" if entry["track"] == "en-longform" else "short"
        rows[benchmark_id] = benchmark(
            benchmark_id,
            "speech",
            Task.SPEECH_RECOGNITION,
            task_type="speech recognition",
            metric="word error rate",
            unit="percent error",
            higher_is_better=False,
            languages=languages,
            modalities=["audio"],
            domains=["spoken"],
            description=f"Speech recognition in {spoken}, {length} recordings"
            + (", average of all corpora" if average else "")
            + ". Metric: word error rate.",
            family=f"asr:{entry['track']}-average" if average else f"asr:{corpus.replace('coraal_avg', 'coraal')}",
            source_id="open_asr_leaderboard",
        )
    return list(rows.values())


def _forecasting(raw: Path) -> list[Row]:
    facts: dict[str, tuple[str | None, float | None]] = {}
    for row in read(raw / "timeseries" / "gift_eval_results.parquet"):
        domain, variates = facts.get(row["dataset"], (None, None))
        facts[row["dataset"]] = domain or row["domain"], variates or row["num_variates"]
    frequencies = {
        "D": "daily",
        "H": "hourly",
        "W": "weekly",
        "M": "monthly",
        "Q": "quarterly",
        "A": "yearly",
        "Y": "yearly",
        "S": "secondly",
    }
    rows = []
    for dataset, (domain, variates) in facts.items():
        name, frequency, term = dataset.split("/")
        letter = frequency.split("-")[0]
        often = frequencies.get(letter, f"every {letter[:-1]} {'minutes' if letter.endswith('T') else 'seconds'}")
        series = "several variables" if (variates or 1) > 1 else "one variable"
        rows.append(
            benchmark(
                forecasting_benchmark(dataset),
                "forecasting",
                Task.TIME_SERIES_FORECASTING,
                task_type=f"{term}-term forecasting",
                metric="CRPS (mean weighted quantile loss)",
                unit="raw",
                higher_is_better=False,
                modalities=["time-series"],
                domains=domains_of([domain] if domain else []),
                family=f"gift-eval:{_COLLECTION.findall(name)[0]}",
                description=f"Forecasting {often} series of {series}, {term} horizon"
                + (f", from {domain}" if domain else "")
                + ". Metric: CRPS.",
                source_id="gift_eval",
            )
        )
    return rows
