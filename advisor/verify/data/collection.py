"""Prepare queries, documents and their relevance: a folder as in BEIR, or one file of pairs."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from advisor.domain.errors import InvalidInput, Problem
from advisor.domain.tasks import Task
from advisor.domain.verification import DataSummary
from advisor.verify.data import checks
from advisor.verify.data.candidates import candidates_of
from advisor.verify.data.columns import assign
from advisor.verify.data.languages import languages_of
from advisor.verify.data.options import DataOptions
from advisor.verify.data.prepared import Row
from advisor.verify.data.roles import ROLES, Role
from advisor.verify.data.split import random_order
from advisor.verify.data.table import READERS, Table, read_table

_LEAST_QUERIES = 10
_ID = ("_id", "id", "doc_id", "docid", "query_id", "query-id", "qid", "corpus-id", "uri")
_QRELS = (
    Role("query_id", "the id of the query", "any", ("query-id", "query_id", "qid", "query")),
    Role("document_id", "the id of the document", "any", ("corpus-id", "corpus_id", "doc_id", "docid", "document")),
    Role("relevance", "its relevance", "number", ("score", "relevance", "rel", "label"), required=False),
)
_TEXT = Role("text", "the text", "text", ("text", "contents", "body", "query", "question", "document", "title"))


@dataclass
class Collection:
    """Queries and documents by id, and how relevant a document is to a query."""

    queries: dict[str, str] = field(default_factory=dict)
    documents: dict[str, str] = field(default_factory=dict)
    relevance: dict[str, dict[str, float]] = field(default_factory=lambda: defaultdict(dict))
    columns: dict[str, str] = field(default_factory=dict)


def prepare_collection(path: Path, task: Task, options: DataOptions) -> tuple[DataSummary, list[Row], list[Row]]:
    """The summary, the queries and the corpus, each in the random order of evaluation.

    A query is `{"text", "relevant": {position in the corpus: relevance}}`, for reranking also `"candidates"`.

    Raises:
        InvalidInput: files or columns are missing, or there are too few queries with a right answer.
    """
    whole = _from_folder(path) if path.is_dir() else _from_pairs(read_table(path), task, options)
    judged = {q: {d: g for d, g in whole.relevance.get(q, {}).items() if d in whole.documents} for q in whole.queries}
    answered = [q for q, grades in judged.items() if any(grade > 0 for grade in grades.values())]
    texts = [checks.key_of(whole.queries[q]) for q in answered]
    order = [answered[i] for i in random_order(texts, options.seed)]
    queries = order[: options.max_test]
    if len(queries) < _LEAST_QUERIES:
        message = f"{len(queries)} queries have a right document"
        raise InvalidInput([Problem("data", message, f"{_LEAST_QUERIES} or more, better {10 * _LEAST_QUERIES}")])
    needed = dict.fromkeys(document for q in queries for document in judged[q])
    documents = _documents(whole, needed, options)
    place = {document: at for at, document in enumerate(documents)}
    rows: list[Row] = [
        {"text": whole.queries[q], "relevant": {str(place[d]): grade for d, grade in judged[q].items()}}
        for q in queries
    ]
    corpus: list[Row] = [{"text": whole.documents[document]} for document in documents]
    if task is Task.RERANKING:
        rows = candidates_of(rows, corpus)
    return _summary(whole, task, rows, corpus, order, len(whole.queries) - len(answered)), rows, corpus


def _documents(whole: Collection, needed: Iterable[str], options: DataOptions) -> list[str]:
    kept = set(needed)
    ids = list(whole.documents)
    shuffled = [ids[i] for i in random_order([checks.key_of(text) for text in whole.documents.values()], options.seed)]
    room = max(0, options.max_documents - len(kept))
    others = [document for document in shuffled if document not in kept][:room]
    kept.update(others)
    return [document for document in shuffled if document in kept]


def _summary(
    whole: Collection, task: Task, rows: list[Row], corpus: list[Row], order: list[str], n_unanswered: int
) -> DataSummary:
    texts = [row["text"] for row in corpus]
    median, p95 = checks.lengths(texts)
    summary = DataSummary(
        task=task,
        columns=whole.columns,
        n_items=len(order),
        n_test=len(rows),
        n_documents=len(corpus),
        split="none: nothing is learned from the data",
        languages=languages_of([row["text"] for row in rows] + texts[:250]),
        chars_median=median,
        chars_p95=p95,
        n_duplicates=len(texts) - len({checks.key_of(text) for text in texts}),
    )
    found = [w for w in checks.warnings_of(summary, texts, ()) if "repeat earlier" not in w]
    if summary.n_duplicates:
        found.append(f"{summary.n_duplicates} documents repeat others: a right one may be counted as wrong")
    if n_unanswered:
        found.append(f"{n_unanswered} queries have no right document and were left out")
    if len(rows) < len(order):
        found.append(f"{len(rows)} of {len(order)} queries are used (max_test)")
    if len(corpus) < len(whole.documents):
        found.append(
            f"{len(corpus)} of {len(whole.documents)} documents are searched: figures are too high, not the order"
        )
    if len({len([g for g in row["relevant"].values() if g > 0]) for row in rows}) == 1 and len(rows) >= len(corpus):
        found.append("every document answers a query: a real collection has others, and is harder")
    return summary.model_copy(update={"warnings": tuple(found)})


def _from_pairs(table: Table, task: Task, options: DataOptions) -> Collection:
    columns = assign(table, ROLES[task], options.columns)
    found = Collection(columns=columns)
    ids: dict[str, str] = {}
    grades = table.columns[columns["relevance"]] if "relevance" in columns else [1.0] * len(table)
    parts = table.columns[columns["split"]] if "split" in columns else ["test"] * len(table)
    wanted = (
        {"test"} if "test" in {str(part).casefold() for part in parts} else {str(part).casefold() for part in parts}
    )
    rows = zip(table.columns[columns["query"]], table.columns[columns["document"]], grades, parts, strict=True)
    for query, documents, grade, part in rows:
        for document in documents if isinstance(documents, list) else [documents]:
            if not query or not document:
                continue
            key = ids.setdefault(checks.key_of(document), str(len(ids)))
            found.documents.setdefault(key, str(document))
            if str(part).casefold() in wanted:
                found.queries.setdefault(str(query), str(query))
                found.relevance[str(query)][key] = float(grade or 0)
    return found


def _from_folder(folder: Path) -> Collection:
    queries, corpus, qrels = (_file(folder, name) for name in ("queries", "corpus", "qrels"))
    relevance = read_table(qrels)
    columns = assign(relevance, _QRELS, {})
    found = Collection(_texts(read_table(queries)), _texts(read_table(corpus)))
    found.columns = {"query": queries.name, "document": corpus.name, "relevance": qrels.name}
    grades = relevance.columns[columns["relevance"]] if "relevance" in columns else [1.0] * len(relevance)
    ids = zip(relevance.columns[columns["query_id"]], relevance.columns[columns["document_id"]], grades, strict=True)
    for query, document, grade in ids:
        found.relevance[str(query)][str(document)] = float(grade or 0)
    return found


def _file(folder: Path, name: str) -> Path:
    found = [p for p in sorted(folder.glob(f"{name}.*")) if p.name.split(".", 1)[1].removesuffix(".gz") in _SUFFIXES]
    found += sorted((folder / name).glob("test.*")) + sorted((folder / name).glob("*.*"))
    if found:
        return found[0]
    there = ", ".join(sorted(p.name for p in folder.iterdir())[:8]) or "nothing"
    expected = f"{name}.jsonl, {name}.tsv or {name}.parquet: a folder as in BEIR has corpus, queries and qrels"
    raise InvalidInput([Problem("data", f"no {name} in {folder}; there is {there}", expected)])


_SUFFIXES = {suffix.removeprefix(".") for suffix in READERS}


def _texts(table: Table) -> dict[str, str]:
    folded = {name.casefold(): name for name in table.columns}
    id_name = next((folded[name] for name in _ID if name in folded), None)
    rest = {name: values for name, values in table.columns.items() if name != id_name}
    column = assign(Table(table.path, rest), (_TEXT,), {})["text"]
    ids = table.columns[id_name] if id_name else range(len(table))
    title = folded.get("title")
    titles = table.columns[title] if title and title != column else [""] * len(table)
    joined = (
        re.sub(r"\s+", " ", f"{title or ''} {text or ''}").strip()
        for title, text in zip(titles, table.columns[column], strict=True)
    )
    return {str(key): text for key, text in zip(ids, joined, strict=True) if text}
