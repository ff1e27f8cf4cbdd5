"""The static text encoder: tokens as the tokenizers library makes them, vectors, cost, damaged files."""

import re
import shutil
import subprocess
import sys

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from tokenizers import BertWordPieceTokenizer

from advisor.catalog.paths import models_dir
from advisor.domain.errors import NotAvailable
from advisor.features.encoder import FOLDER, TextEncoder
from advisor.features.wordpiece import WordPiece

# Scripts that both Unicode tables (Python's and the library's older one) know alike.
CHARACTERS = st.characters(max_codepoint=0x5FF, exclude_categories=["Cn", "Co"]) | st.sampled_from(
    "\u4e2d\u6587\u68c0\u7d22\u306e\u672c\u8a9e\ud55c\uad6d\uc5b4\uff0c\u3002\u201c\u201d\u2013\u2014\u2026\u20ac\u200b"
)
VOCAB = models_dir() / FOLDER / "vocab.txt"
SPECIAL = re.compile(r"\[(?:UNK|SEP|CLS|PAD|MASK)\]", re.I)


@pytest.fixture(scope="module")
def encoder():
    return TextEncoder.open()


@pytest.fixture(scope="module")
def reference():
    return BertWordPieceTokenizer(str(VOCAB), lowercase=True)


@pytest.fixture(scope="module")
def pieces():
    return WordPiece.open(VOCAB)


@pytest.mark.parametrize(
    "text",
    [
        "Search our German contracts (2,500 of them), on one 24 GB card!",
        "Verträge übersetzen \u2013 «après-midi» naïve façade, coöperate",
        "中文文档检索 and 日本語 한국어 हिन्दी العربية",
        "e-mail\tfoo\u00a0bar\u200bbaz \x00 \ufffd #hash @at $5 100% a_b",
        "ΟΔΟΣ Σ ΣΑΣ aΣ (ΛΟΓΟΣ)",
        "x" * 101,
        "",
    ],
)
def test_tokens_are_those_of_the_tokenizers_library(pieces, reference, text):
    assert pieces.ids(text) == reference.encode(text, add_special_tokens=False).ids


@settings(max_examples=300, deadline=None)
@given(st.text(CHARACTERS, max_size=60))
def test_tokens_of_any_text_are_those_of_the_tokenizers_library(pieces, reference, text):
    """But for the names of special tokens, which are words like all others in a need."""
    assume(not SPECIAL.search(text))
    assert pieces.ids(text) == reference.encode(text, add_special_tokens=False).ids


def test_names_of_special_tokens_are_words(pieces):
    assert pieces.ids("[UNK]") == pieces.ids("[") + pieces.ids("unk") + pieces.ids("]")


def test_vectors_are_float32_rows_of_length_one(encoder):
    vectors = encoder.encode(["find similar documents", "Bilder erkennen", "a"])
    assert vectors.shape == (3, encoder.dim)
    assert vectors.dtype == np.float32
    assert np.linalg.norm(vectors, axis=1) == pytest.approx(1, abs=1e-5)


def test_a_text_without_tokens_is_zeros_and_leaves_its_neighbours_alone(encoder):
    vectors = encoder.encode(["", "medical reports", "  ", "legal contracts", ""])
    assert not vectors[[0, 2, 4]].any()
    assert np.array_equal(vectors[[1, 3]], encoder.encode(["medical reports", "legal contracts"]))


@given(st.text(max_size=200))
def test_any_text_has_a_vector_of_length_one_or_zeros(encoder, text):
    vector = encoder.encode([text])[0]
    assert np.isfinite(vector).all()
    assert np.linalg.norm(vector) == pytest.approx(float(vector.any()), abs=1e-4)


def test_no_texts_give_no_rows(encoder):
    assert encoder.encode([]).shape == (0, encoder.dim)


def test_a_text_has_the_same_vector_in_any_batch(encoder):
    texts = [f"classify {n} emails by topic" for n in range(600)]
    batch = encoder.encode(texts)
    assert np.array_equal(batch[[0, 300, 599]], np.concatenate([encoder.encode([texts[n]]) for n in (0, 300, 599)]))


def test_like_needs_lie_closer_than_unlike_ones(encoder):
    search, lookup, speech, dictation = encoder.encode(
        [
            "semantic search over contracts",
            "retrieve relevant legal agreements",
            "transcribe phone calls",
            "speech to text",
        ]
    )
    assert search @ lookup > max(search @ speech, search @ dictation, lookup @ speech)
    assert speech @ dictation > max(search @ speech, lookup @ dictation)


def test_a_damaged_artifact_says_what_to_do(tmp_path):
    with pytest.raises(NotAvailable, match="reinstall"):
        TextEncoder.open(tmp_path)
    shutil.copytree(models_dir() / FOLDER, tmp_path / "copy")
    (tmp_path / "copy" / "vectors.npy").write_bytes(b"\x93NUMPY broken")
    with pytest.raises(NotAvailable, match=r"vectors|read"):
        TextEncoder.open(tmp_path / "copy")


def test_understanding_loads_nothing_heavy():
    script = (
        "import sys; from advisor.features.encoder import TextEncoder;"
        "from advisor.features.understand import understand;"
        "understand('search contracts', TextEncoder.open());"
        "heavy = {'torch', 'sentence_transformers', 'transformers', 'sklearn', 'pandas', 'tokenizers', 'iso639'};"
        "sys.exit(str(heavy & set(sys.modules)) if heavy & set(sys.modules) else 0)"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_the_artifact_is_small_and_safe():
    files = [path for path in (models_dir() / FOLDER).iterdir() if path.is_file()]
    assert sum(path.stat().st_size for path in files) < 8_000_000
    assert {path.suffix for path in files} <= {".npy", ".txt", ".json"}
