"""Licenses that come down from base models: which are in the chain, and which one is named."""

import pytest

from advisor.domain.license import LicenseUse, Verdict
from advisor.license.check import Checker, check, links_of
from advisor.license.report import as_listed

from .test_license_cases import shipped_book

LLAMA_8B, TEACHER = "deepseek-ai/DeepSeek-R1-Distill-Llama-8B", ("deepseek-ai/DeepSeek-R1", "mit", False)
SAAS = LicenseUse(commercial=True, distribution="saas")


@pytest.fixture(scope="module")
def book():
    return shipped_book()


@pytest.mark.parametrize(
    ("model_id", "tag", "bases", "expected"),
    [
        (LLAMA_8B, "mit", [TEACHER], ["mit", "mit", "llama3.1"]),
        ("deepseek-ai/DeepSeek-R1-Distill-Llama-70B", "mit", [TEACHER], ["mit", "mit", "llama3.3"]),
        ("someone/tuned", "apache-2.0", [(LLAMA_8B, "mit", False), TEACHER], ["apache-2.0", "mit", "mit", "llama3.1"]),
        (
            "someone/Llama-3.1-8B-poet",
            "apache-2.0",
            [("x/Llama-3.1-8B", "llama3.1", False)],
            ["apache-2.0", "llama3.1"],
        ),
        ("someone/Llama-3.1-8B-poet", "apache-2.0", [("x/some-8B", "llama3", False)], ["apache-2.0", "llama3"]),
        ("someone/Llama-3.1-8B-poet", "llama3.1", [], ["llama3.1"]),
        ("someone/Qwen-poet", "apache-2.0", [("google/gemma-2-9b", None, False)], ["apache-2.0", "gemma"]),
    ],
)
def test_a_base_that_only_a_name_tells_is_added(book, model_id, tag, bases, expected):
    assert [link.license_id for link in links_of(book, tag, model_id, bases)] == expected


def test_a_base_that_only_a_name_tells_counts_and_is_said_to_be_inferred(book):
    many = SAAS.model_copy(update={"mau_at_release": 800_000_000})
    found = check(book, "mit", many, model_id=LLAMA_8B, bases=[TEACHER])
    assert found.verdict is Verdict.NEEDS_SEPARATE_LICENSE
    assert found.verdict is Checker(book, many).verdict("mit", LLAMA_8B, [TEACHER])
    assert found.chain[-1].inferred
    assert any("not declared" in risk and "Llama 3.1" in risk for risk in found.risks)
    few = check(book, "mit", SAAS, model_id=LLAMA_8B, bases=[TEACHER])
    assert any("Built with Llama" in duty.text for duty in few.obligations)


def test_in_a_tie_the_stricter_text_is_named(book):
    base = [("google/gemma-2-9b", "gemma", False)]
    for use in (LicenseUse(commercial=True), SAAS):
        found = check(book, "mit", use, model_id="x/tuned", bases=base)
        assert found.verdict is Verdict.ALLOWED_WITH_OBLIGATIONS
        assert "MIT License and, from a base model, Gemma" in found.reason
        assert "gemma" in found.url
        assert (found.base_licenses, found.named) == (("gemma",), "mit, base license gemma")
    assert check(book, "gemma", SAAS, bases=[("x/base", "mit", False)]).reason.startswith("Gemma")


def test_a_license_that_is_missing_stands_before_one_that_leaves_a_fact_open(book):
    found = check(book, None, SAAS, bases=[("x/base", "agpl-3.0", False)])
    assert found.reason.startswith("No license was found")


def test_no_license_is_known_with_low_confidence_and_promises_nothing_on_copies(book):
    for tag in (None, "other", "some-private-text"):
        found = check(book, tag, LicenseUse(commercial=True))
        assert (found.confidence, found.depends_on) == ("low", ())


def test_a_license_that_a_list_tells_is_less_sure(book):
    found = as_listed(check(book, "mit", SAAS), "mteb_registry")
    assert (found.verdict, found.confidence) == (Verdict.ALLOWED, "medium")
    assert "mteb_registry" in found.risks[-1]
    for tag in (None, "unconfirmed", "proprietary"):
        unknown = check(book, tag, SAAS)
        assert as_listed(unknown, "mteb_registry") == unknown
    assert check(book, "unconfirmed", SAAS).verdict is Verdict.UNKNOWN


@pytest.mark.parametrize(
    ("use", "missing", "act"),
    [
        ({"distribution": "saas", "closed_source_product": True}, ["modifies_weights"], "over a network"),
        ({"distribution": "saas"}, ["modifies_weights", "closed_source_product"], "over a network"),
        ({"distribution": "embedded_product"}, ["closed_source_product"], "hands it out"),
        (
            {"closed_source_product": True},
            ["distribution", "modifies_weights"],
            "hands it out or offers a modified version over a network",
        ),
    ],
)
def test_open_copyleft_tells_the_use_that_is_left_open(book, use, missing, act):
    found = check(book, "agpl-3.0", LicenseUse(commercial=True, **use))
    assert found.verdict is Verdict.UNKNOWN
    assert (sorted(found.decided_by), found.clause) == (sorted(missing), "s5(c), s0 (convey), s2, s13")
    said = next(text for text in found.depends_on if text.startswith("allowed unless a closed product"))
    assert act in said
    assert ("hand" in found.reason) is ("hands it out" in act)
    assert ("network" in found.reason) is ("network" in act)
    assert all(field in found.next_step for field in missing)


def test_a_modified_version_over_a_network_is_refused_for_its_network_clause(book):
    use = LicenseUse(commercial=True, distribution="saas", closed_source_product=True, modifies_weights=True)
    found = check(book, "agpl-3.0", use)
    assert found.verdict is Verdict.PROHIBITED
    assert "over a network" in found.reason
    assert check(book, "gpl-3.0", use).verdict.permits
