"""Languages, domains and limits that a text names."""

from datetime import date
from fnmatch import fnmatchcase as fnmatch
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from advisor.domain.languages import parse_language
from advisor.domain.requirements import Requirements
from advisor.features.domains import domains_in
from advisor.features.languages_in_text import languages_in
from advisor.features.makers import GLOBS, unwanted_models
from advisor.features.negations import negations_in
from advisor.features.unread import limits_in, unread_in
from advisor.features.wishes import wishes_in

FACTS = Path(__file__).parents[2] / "data" / "facts"


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("search German legal contracts", ["de"]),
        ("from English to French and Brazilian Portuguese", ["en", "fr", "pt"]),
        ("Verträge auf Deutsch und Französisch", ["de", "fr"]),
        ("documents en français, puis en español", ["fr", "es"]),
        ("レビュー 日本語 中文", ["ja", "zh"]),
        ("我想要一个中文聊天模型", ["zh"]),
        ("Polish the text until it shines", []),
        ("please polish my essay", []),
        ("Polish hotel reviews", ["pl"]),
        ("translate into polish", ["pl"]),
        ("reviews from Latin America", []),
        ("languages: de, fr and it", ["de", "fr", "it"]),
        ("en -> sw", ["en", "sw"]),
        ("it is so as we go to no one, my id", []),
        ("the language is important", []),
        ("Brazilian customer reviews", ["pt"]),
        ("Wir suchen etwas, das unsere Akten ordnet", []),
        ("German and German again", ["de"]),
    ],
)
def test_languages(text, codes):
    assert [found.value for found in languages_in(text)] == codes


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("sentiment in English but not German", ["en"]),
        ("chat, no Chinese models", []),
        ("tweets that are not in English or French, into Dutch", ["nl"]),
        ("not only German but Polish too", ["de", "pl"]),
        ("no German needed here, but German later", ["de"]),
        ("deutsche Texte, keine englischen", ["de"]),
    ],
)
def test_languages_that_are_denied_are_not_asked_for(text, codes):
    assert [found.value for found in languages_in(text, negations_in(text))] == codes


@pytest.mark.parametrize(
    ("text", "phrases"),
    [
        ("chat without Qwen models on a laptop", ["without Qwen models"]),
        ("no Llama, no Gemma", ["no Llama", "no Gemma"]),
        ("anything except for Mistral", ["except for Mistral"]),
        ("no larger than 7B", []),
        ("not only Qwen", []),
        ("no more than 3 models", []),
        ("without training data in Dutch", ["without training data"]),
    ],
)
def test_negations(text, phrases):
    assert [negation.phrase for negation in negations_in(text)] == phrases


def test_another_thing_is_wanted_than_what_is_denied():
    (chatbot,) = negations_in("not a chatbot but a search engine")
    (labels,) = negations_in("group replies without labels")
    assert (chatbot.what, chatbot.of_another) == ("chatbot", True)
    assert not labels.of_another


@pytest.mark.parametrize(
    ("text", "excluded"),
    [
        ("chat without Qwen models", {"Qwen/Qwen3-8B"}),
        ("no Llama or Gemma", {"meta-llama/Llama-3.1-8B", "google/gemma-3-4b-it"}),
        ("ohne Modelle von Google", {"google/gemma-3-4b-it", "google/embeddinggemma-300m"}),
        ("no Chinese models", set()),
        ("do not use our Google reviews", set()),
        ("llamas, not alpacas", set()),
    ],
)
def test_models_that_are_not_wanted(text, excluded):
    models = {"Qwen/Qwen3-8B", "meta-llama/Llama-3.1-8B", "google/gemma-3-4b-it", "google/embeddinggemma-300m"}
    globs = [glob for found in unwanted_models(negations_in(text)) for glob in found.value]
    assert {model for model in models if any(fnmatch(model.lower(), glob) for glob in globs)} >= excluded
    assert bool(globs) == bool(excluded)


def test_every_name_of_a_maker_or_family_fits_models_of_the_catalog():
    models = [
        row["model_id"].lower() for row in pq.read_table(FACTS / "models.parquet", columns=["model_id"]).to_pylist()
    ]
    for name, globs in GLOBS.items():
        assert any(fnmatch(model, glob) for model in models for glob in globs.split()), name


def test_languages_say_the_phrase_that_they_came_from():
    (found,) = languages_in("our Dutch calls")
    assert (found.field, found.because) == ("languages", "Dutch")


def test_every_code_is_one_that_requirements_accept():
    from advisor.features.languages_in_text import _NAMES

    assert {code for code, _ in _NAMES.values()} == {parse_language(code) for code, _ in _NAMES.values()}


@pytest.mark.parametrize(
    ("text", "domains"),
    [
        ("German legal contracts", {"legal"}),
        ("Arztbriefe", {"medical"}),
        ("summaries of clinical notes for a hospital", {"medical"}),
        ("tweets about bank earnings", {"social", "financial"}),
        ("hotel reviews", {"reviews"}),
        ("product descriptions of an online shop", {"e-commerce"}),
        ("a copilot that writes Python", {"programming"}),
        ("parliamentary debates", {"government"}),
        ("scientific papers on chemical reactions", {"academic", "chemistry"}),
        ("phone calls", {"spoken"}),
        ("under high pressure, of course, in the courtyard", set()),
        ("stock photos of a taxonomy", set()),
        ("pictures", set()),
    ],
)
def test_domains(text, domains):
    assert {found.value for found in domains_in(text)} == domains


@pytest.mark.parametrize(
    ("text", "wishes"),
    [
        ("on one 24 GB card, commercial product, under 50 ms", {"max_latency_ms": 50.0, "use.commercial": True}),
        ("answers within 2 seconds", {"max_latency_ms": 2000.0}),
        ("we have 100k documents", {"data.n_documents": 100_000}),
        ("2.5 million articles", {"data.n_documents": 2_500_000}),
        ("12,000 support tickets in 8 categories", {"data.n_documents": 12_000, "data.n_labels": 8}),
        ("with 32k context", {"context_tokens": 32_768}),
        ("a context window of 100k tokens", {"context_tokens": 100_000}),
        ("200k tokens of context", {"context_tokens": 200_000}),
        ("at most 7B", {"max_params": 7_000_000_000}),
        ("under 1 billion parameters", {"max_params": 1_000_000_000}),
        ("max 500M params", {"max_params": 500_000_000}),
        ("for non-commercial use", {"use.commercial": False}),
        ("for research only", {"use.commercial": False, "use.purpose": "research"}),
        ("at least 30 tokens/s", {"min_tokens_per_s": 30.0}),
        ("at most $400 per month", {"max_usd_per_month": 400.0}),
        ("less than 12 GB of VRAM", {"max_memory_gib": 12.0}),
        ("20 concurrent requests", {"concurrency": 20}),
        ("for 800 million monthly active users", {"use.monthly_active_users": 800_000_000}),
        ("the fastest on a phone", {"priorities.speed": 0.5}),
        ("cheapest, and low-power", {"priorities.cost": 0.5, "priorities.energy": 0.5}),
        ("a lightweight tagger", {"priorities.memory": 1.0}),
        ("5 ms latency on CPU", {"max_latency_ms": 5.0}),
        ("with a latency of 2 s", {"max_latency_ms": 2000.0}),
        ("short texts, 100M parameters at most", {"max_params": 100_000_000}),
        ("Apache license only", {"licenses_allow": ("apache-2.0",)}),
        ("Apache 2.0 or MIT licensed only", {"licenses_allow": ("apache-2.0", "mit")}),
        ("Apache license preferred", {}),
        ("license must be Apache-2.0", {"licenses_allow": ("apache-2.0",)}),
        ("MIT or Apache licensed", {"licenses_allow": ("mit", "apache-2.0")}),
        ("Lizenz: Apache 2.0", {"licenses_allow": ("apache-2.0",)}),
        ("permissively licensed", {"licenses_allow": ("permissive",)}),
        ("small and apache-2.0, please", {"licenses_allow": ("apache-2.0",)}),
        ("no copyleft", {"licenses_deny": ("strong-copyleft", "network-copyleft")}),
        (
            "no AGPL or GPL-3.0, MIT licensed",
            {"licenses_allow": ("mit",), "licenses_deny": ("agpl-3.0", "gpl-3.0")},
        ),
        ("lectures of MIT", {}),
        ("Apache logs", {}),
        ("for our GPL-3.0 project", {}),
        ("classify license agreements", {}),
        ("not for commercial use", {"use.commercial": False}),
        ("500 labelled examples", {"data.n_labelled": 500}),
        ("20 users at the same time", {"concurrency": 20}),
        ("30 people ask at once", {"concurrency": 30}),
        ("20 users", {"use.monthly_active_users": 20}),
        ("at 100 texts/s", {"min_items_per_s": 100.0}),
        ("7,200 mails per hour", {"min_items_per_s": 2.0}),
        ("at 30 fps", {"min_items_per_s": 30.0}),
        ("30 tokens/s", {}),
        ("2 Mbit/s", {}),
        ("no larger than 8 GB download", {"max_disk_gib": 8.0}),
        ("file size up to 512 MB", {"max_disk_gib": 0.5}),
        ("must fit into 256 MB", {"max_memory_gib": 0.25}),
        ("a budget of $400 per month", {"max_usd_per_month": 400.0}),
        ("monthly budget: 2k USD", {"max_usd_per_month": 2000.0}),
        ("invoices over $400 per month", {}),
        ("released after 2025", {"released_after": date(2025, 12, 31)}),
        ("published since 2025-06-01", {"released_after": date(2025, 5, 31)}),
        ("at most 2 J an answer", {"max_joules_per_item": 2.0}),
        ("uncensored stories", {"allow_uncensored": True}),
        ("a 7B model", {}),
        ("a 24 GB card", {}),
        ("TV commercials from 1990", {}),
        ("in 50 ms steps", {}),
        ("in a second language", {}),
        ("up to 30 s of audio", {}),
        ("30 seconds a day", {}),
        ("over 3 weeks", {}),
    ],
)
def test_wishes(text, wishes):
    assert {found.field: found.value for found in wishes_in(text)} == wishes


@pytest.mark.parametrize(
    ("text", "field", "value"),
    [
        ("a prompt of 4096 tokens", "context_tokens", 4096),
        ("a prompt of 4,096 tokens", "context_tokens", 4096),
        ("prompts of up to 4 096 tokens", "context_tokens", 4096),
        ("a 4096-token prompt", "context_tokens", 4096),
        ("inputs of 8k tokens", "context_tokens", 8192),
        ("max. 4,096 tokens per request", "context_tokens", 4096),
        ("Kontext von 32.000 Tokens", "context_tokens", 32_000),
        ("first token within 13,900 ms", "max_latency_ms", 13_900),
        ("13,900 ms to the first token", "max_latency_ms", 13_900),
        ("unter 1.500 ms", "max_latency_ms", 1500),
        ("under 13 900 ms", "max_latency_ms", 13_900),
        ("under 1,5 s", "max_latency_ms", 1500),
        ("under 1.125 seconds", "max_latency_ms", 1125),
        ("under 0.500 s", "max_latency_ms", 500),
        ("5 ms per comment", "max_latency_ms", 5),
        ("0,5 Sekunden pro Text", "max_latency_ms", 500),
        ("in 0.5 s on CPU", "max_latency_ms", 500),
        ("within half a second", "max_latency_ms", 500),
        ("in one second", "max_latency_ms", 1000),
        ("no more than 2 minutes", "max_latency_ms", 120_000),
        ("a context of 1 million tokens", "context_tokens", 1_000_000),
        ("1M context", "context_tokens", 1_000_000),
        ("models no larger than 7b", "max_params", 7_000_000_000),
        ("7B or smaller", "max_params", 7_000_000_000),
        ("budget 1,500 USD per month", "max_usd_per_month", 1500),
        ("1.000.000 Dokumente", "data.n_documents", 1_000_000),
        ("an RTX 3060 for 100 documents", "data.n_documents", 100),
        ("RTX 3060 100 documents", "data.n_documents", 100),
        ("under $1,234.50 per month", "max_usd_per_month", 1234.5),
        ("under 1,200 USD a month", "max_usd_per_month", 1200),
        ("smaller than 7,5B parameters", "max_params", 7_500_000_000),
        ("under 24,5 GB of memory", "max_memory_gib", 24.5),
    ],
)
def test_numbers_are_read_as_people_write_them(text, field, value):
    assert {found.field: found.value for found in wishes_in(text)} == {field: value}


def test_every_wish_is_a_field_that_requirements_accept():
    text = (
        "under 50 ms, at most 7B parameters, 32k context, 100k documents in 8 classes, 4 concurrent users, "
        "at least 20 tok/s, under $90 a month, below 8 GB memory, less than 20 GB on disk, commercial SaaS"
    )
    document: dict = {"description": text}
    for found in wishes_in(text):
        *parents, leaf = found.field.split(".")
        target = document
        for parent in parents:
            target = target.setdefault(parent, {})
        target[leaf] = found.value
        assert found.because in text
    assert len(wishes_in(text)) == 12
    assert Requirements.parse(document).max_params == 7_000_000_000


@pytest.mark.parametrize(
    ("text", "unread"),
    [
        ("chat, no Chinese models, under 50 ms", ("no Chinese models",)),
        ("for 300 € a month", ("300 € a month",)),
        ("answers at 5 pages a minute, 9 hours a day", ("9 hours a day",)),
        ("a 7B model that draws 30 W", ("7B", "30 W")),
        ("at least 95 % accuracy", ("at least 95 % accuracy",)),
        ("an open source license", ("open source license",)),
        ("the license must allow resale, please", ("license must allow resale",)),
        ("read license plates", ()),
        ("HIPAA-compliant summaries", ("HIPAA-compliant",)),
        ("questions about GDPR fines", ()),
        ("tweets, not in English", ("not in English",)),
        ("tweets in Dutch, not English", ()),
        ("group replies without labels", ()),
        ("clips of 30 s audio", ()),
        ("chat, no Google", ("no Google",)),
        ("under 50 ms, 20 users at once, Apache licensed", ()),
        ("summaries in 3 sentences", ()),
    ],
)
def test_what_looks_like_a_limit_and_is_not_read(text, unread):
    negations = negations_in(text)
    languages = languages_in(text, negations)
    read = [found.because for found in (*wishes_in(text), *languages)]
    assert unread_in(text, limits_in(text, negations, languages), read) == unread
