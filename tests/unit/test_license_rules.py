"""Statements about licenses that other tools get wrong, and a license that exists only here."""

import itertools
import json

import pytest

from advisor.domain.license import LicenseUse, TrainingSet, Verdict
from advisor.license.assess import STRICTNESS
from advisor.license.book import LicenseBook, Override
from advisor.license.check import Checker, check
from advisor.license.lineage import infer_base

from .test_license_cases import shipped_book

BUSINESS = {"commercial": True, "territory": "US", "closed_source_product": True, "modifies_weights": False}


@pytest.fixture(scope="module")
def book():
    return shipped_book()


def verdict(book, tag, **use):
    return check(book, tag, LicenseUse(**{**BUSINESS, **use})).verdict


def test_falcon_7b_and_40b_are_permissive_and_180b_is_not(book):
    for model in ("tiiuae/falcon-7b", "tiiuae/falcon-40b"):
        found = check(book, "apache-2.0", LicenseUse(**BUSINESS, distribution="saas"), model_id=model)
        assert (found.id, found.kind, found.verdict) == ("apache-2.0", "permissive", Verdict.ALLOWED)
    big = check(book, "unknown", LicenseUse(**BUSINESS, hosting_resale=True), model_id="tiiuae/falcon-180B-chat")
    assert big.id == "falcon-180b-tii"
    assert big.kind != "permissive"
    assert big.verdict is Verdict.NEEDS_SEPARATE_LICENSE


@pytest.mark.parametrize("own", ["llama2", "llama3", "llama3.1", "llama3.2", "llama3.3", "llama4", "gemma", "hai-def"])
def test_llama_and_gemma_are_never_called_permissive(book, own):
    assert book.terms(own).kind not in ("permissive", "weak-copyleft")
    for where in ("internal", "saas", "embedded_product", "weights_redistribution"):
        assert verdict(book, own, distribution=where, modality="text") is not Verdict.ALLOWED


def test_llama_2_counts_users_at_its_release_and_of_affiliates(book):
    grown = {"monthly_active_users": 900_000_000, "distribution": "saas"}
    assert verdict(book, "llama2", **grown, mau_at_release=1000) is Verdict.ALLOWED_WITH_OBLIGATIONS
    big = {"mau_at_release": 800_000_000, "mau_at_release_scope": "affiliate", "distribution": "saas"}
    assert verdict(book, "llama2", **big) is Verdict.NEEDS_SEPARATE_LICENSE
    assert verdict(book, "llama2", distribution="saas", mau_at_release=700_000_000).permits
    asked = check(book, "llama2", LicenseUse(**BUSINESS, **grown))
    assert asked.verdict is Verdict.UNKNOWN
    assert "2023-07-18" in " ".join(asked.depends_on)


def test_an_open_figure_far_above_most_users_gives_the_ordinary_verdict_with_its_dependence(book):
    found = check(book, "llama3.1", LicenseUse(**BUSINESS, distribution="saas"))
    assert found.verdict is Verdict.ALLOWED_WITH_OBLIGATIONS
    assert any("700 million" in sentence for sentence in found.depends_on)
    small = check(book, "lfm-1.0", LicenseUse(**BUSINESS, distribution="saas"))
    assert small.verdict is Verdict.UNKNOWN
    assert any("USD 10 million" in sentence for sentence in small.depends_on)
    assert small.next_step == "State annual_revenue_usd of the use and check again."


def test_an_open_distribution_says_which_duties_hang_on_it(book):
    found = check(book, "apache-2.0", LicenseUse(commercial=True))
    assert found.verdict is Verdict.ALLOWED_WITH_OBLIGATIONS
    assert any("Keep the copyright" in sentence and "distribution" in sentence for sentence in found.depends_on)


@pytest.mark.parametrize(
    ("own", "where", "modified", "expected"),
    [
        ("gpl-3.0", "internal", True, "allowed"),
        ("gpl-3.0", "saas", True, "allowed"),
        ("gpl-3.0", "embedded_product", False, "prohibited"),
        ("agpl-3.0", "internal", True, "allowed"),
        ("agpl-3.0", "saas", False, "allowed"),
        ("agpl-3.0", "saas", True, "prohibited"),
        ("agpl-3.0", "embedded_product", False, "prohibited"),
        ("lgpl-3.0", "embedded_product", False, "allowed_with_obligations"),
        ("eupl-1.2", "saas", True, "prohibited"),
        ("cc-by-sa-4.0", "weights_redistribution", False, "allowed_with_obligations"),
        ("cc-by-nd-4.0", "weights_redistribution", True, "prohibited"),
        ("cc-by-nd-4.0", "internal", True, "allowed"),
    ],
)
def test_copyleft_by_distribution(book, own, where, modified, expected):
    assert verdict(book, own, distribution=where, modifies_weights=modified) == expected


@pytest.mark.parametrize("own", ["hunyuan-3d-2.0", "tencent-hunyuan-community", "llama4"])
def test_uk_equals_gb(book, own):
    figures = {"distribution": "saas", "mau_at_release": 10}
    assert verdict(book, own, territory="UK", **figures) is verdict(book, own, territory="GB", **figures)
    assert LicenseUse(territory="uk").territory == "GB"


def test_eu_clauses_cover_members_and_spare_text_models_and_end_users(book):
    use = {"distribution": "saas", "territory": "FR"}
    assert verdict(book, "llama3.2", **use, modality="multimodal") is Verdict.PROHIBITED
    assert verdict(book, "llama3.2", **use, modality="text").permits
    assert verdict(book, "llama3.2", **use) is Verdict.UNKNOWN
    assert verdict(book, "llama3.3", **use).permits
    assert verdict(book, "llama4", **use) is Verdict.PROHIBITED
    assert verdict(book, "llama4", **use, role="end_user").permits
    assert verdict(book, "llama3.2", distribution="saas", territory="CH", modality="multimodal").permits


@pytest.mark.parametrize(
    ("own", "where", "expected"),
    [
        ("mnpl-0.1", "internal", "allowed"),
        ("qwen-research", "internal", "allowed"),
        ("qwen-research", "saas", "needs_separate_license"),
        ("mrl-0.1", "internal", "needs_separate_license"),
        ("cc-by-nc-4.0", "internal", "needs_separate_license"),
    ],
)
def test_evaluation_by_a_company(book, own, where, expected):
    assert verdict(book, own, distribution=where, purpose="evaluation") == expected


def test_a_revenue_cap_for_resellers_spares_products(book):
    rich = {"distribution": "saas", "annual_revenue_usd": 50e6, "monthly_active_users": 10}
    assert verdict(book, "kimi-k3", **rich, hosting_resale=True) is Verdict.NEEDS_SEPARATE_LICENSE
    assert verdict(book, "kimi-k3", **rich, hosting_resale=False) is Verdict.ALLOWED
    assert check(book, "kimi-k3", LicenseUse(**BUSINESS, **rich)).depends_on


def test_open_commercial_use_is_refused_by_a_non_commercial_license_and_says_so(book):
    found = check(book, "cc-by-nc-4.0", LicenseUse(distribution="internal"))
    assert found.verdict is Verdict.NEEDS_SEPARATE_LICENSE
    assert found.depends_on == ("allowed only for non-commercial use",)


def test_missing_and_other_are_unknown_and_say_what_to_do(book):
    for tag in (None, "", "other", "unknown", "license-of-my-own", "cc", "modified-mit"):
        found = check(book, tag, LicenseUse(**BUSINESS))
        assert found.verdict is Verdict.UNKNOWN, tag
        assert found.next_step
    assert check(book, None, LicenseUse()).id == "missing"


@pytest.mark.parametrize(
    ("tag", "expected"),
    [
        ("Apache-2.0", "apache-2.0"),
        ("LicenseRef-gemma", "gemma"),
        ("GPL-3.0-or-later", "gpl-3.0"),
        ("GPL-2.0+", "gpl-2.0"),
        ("MIT OR Apache-2.0", "apache-2.0 OR mit"),
        ("(MIT AND GPL-3.0-only) OR Apache-2.0", "apache-2.0 OR gpl-3.0 AND mit"),
        ("GPL-2.0-only WITH Classpath-exception-2.0", "gpl-2.0"),
        ("apache-2.0,mit", "apache-2.0 AND mit"),
        ("['mit', 'apache-2.0']", "apache-2.0 AND mit"),
        ("mit-and-apache-2.0", "apache-2.0 AND mit"),
        ("mit AND some-private-text", "other"),
        ("mit AND", "other"),
    ],
)
def test_spellings_and_expressions(book, tag, expected):
    assert book.resolve(tag) == expected


def test_and_takes_the_worst_or_the_best(book):
    assert verdict(book, "MIT AND CC-BY-NC-4.0", distribution="saas") is Verdict.NEEDS_SEPARATE_LICENSE
    assert verdict(book, "MIT OR CC-BY-NC-4.0", distribution="saas") is Verdict.ALLOWED


def test_misleading_tags_are_overridden_by_model(book):
    assert book.resolve("modified-mit", "moonshotai/Kimi-K2-Instruct") == "moonshot-modified-mit"
    assert book.resolve("apache-2.0", "mistralai/Codestral-22B-v0.1") == "apache-2.0"
    assert book.resolve("cc-by-nc-4.0", "CohereLabs/c4ai-command-r-v01") == "cohere-cc-by-nc-aup"


def test_a_tag_wider_than_its_base_is_reported_and_the_stricter_wins(book):
    use = LicenseUse(**BUSINESS, distribution="saas", trains_other_models_on_outputs=True)
    found = check(book, "apache-2.0", use, bases=[("meta-llama/Llama-2-7b-hf", "llama2", False)])
    assert found.verdict is Verdict.PROHIBITED
    assert any("promises more" in risk for risk in found.risks)
    assert [(link.license_id, link.inferred) for link in found.chain] == [("apache-2.0", False), ("llama2", False)]


def test_a_base_read_from_the_name_is_marked_as_inferred(book):
    use = LicenseUse(**BUSINESS, distribution="saas")
    found = check(book, "apache-2.0", use, model_id="someone/Llama-3.1-8B-poet")
    assert found.verdict is Verdict.ALLOWED_WITH_OBLIGATIONS
    assert found.chain[1].inferred
    assert any("Llama 3.1" in risk for risk in found.risks)


MARCO = TrainingSet(name="MS MARCO", commercial_use=False, terms="non-commercial research only")
SETS = (
    MARCO,
    TrainingSet(name="ANLI", license_tag="cc-by-nc-4.0"),
    TrainingSet(name="Wikipedia", license_tag="cc-by-sa-4.0"),
    TrainingSet(name="Reddit"),
)


def test_training_data_for_non_commercial_use_is_a_risk_of_business_use(book):
    found = check(book, "mit", LicenseUse(**BUSINESS, distribution="saas"), training_data=SETS)
    assert found.verdict is Verdict.ALLOWED
    assert [data.name for data in found.training_data] == ["MS MARCO", "ANLI"]
    restricted, unknown = found.risks
    assert "MS MARCO (non-commercial research only), ANLI (cc-by-nc-4.0)" in restricted
    assert unknown == "Trained on sets whose terms are not known here: Reddit."
    study = check(book, "mit", LicenseUse(commercial=False, distribution="saas"), training_data=SETS)
    assert (study.risks, study.training_data) == ((), ())


def test_a_use_that_asks_for_cleared_training_data_is_unknown_on_other_data(book):
    use = LicenseUse(**BUSINESS, distribution="saas", cleared_training_data=True)
    found = check(book, "mit", use, training_data=SETS)
    assert found.verdict is Verdict.UNKNOWN
    assert "MS MARCO" in found.reason
    assert found.next_step
    assert Checker(book, use).verdict("mit", restricted_data=True) is Verdict.UNKNOWN
    assert check(book, "mit", use, training_data=SETS[2:]).verdict is Verdict.ALLOWED
    refused = check(book, "cc-by-nc-4.0", use, training_data=SETS)
    assert refused.verdict is Verdict.NEEDS_SEPARATE_LICENSE


@pytest.mark.parametrize(
    ("model_id", "expected"),
    [
        ("meta-llama/Llama-3.1-8B", "llama3.1"),
        ("someone/Llama-3-8B-x", "llama3"),
        ("NousResearch/Nous-Hermes-Llama2-13b", "llama2"),
        ("codellama/CodeLlama-7b-hf", "llama2"),
        ("deepseek-ai/DeepSeek-R1-Distill-Llama-70B", "llama3.3"),
        ("google/gemma-2b-it", "gemma"),
        ("google/gemma-3n-E4B-it", "gemma"),
        ("google/gemma-4-31b", None),
        ("TinyLlama/TinyLlama-1.1B-Chat-v1.0", None),
        ("openlm-research/open_llama_3b", None),
        ("x/OpenLLaMA-3b-v2", None),
        ("ggml-org/llama.cpp-2-test", None),
        ("x/llama-3b-from-scratch", None),
        ("Qwen/Qwen2.5-32B", None),
        ("Qwen/Qwen2.5-3B-Instruct", "qwen-research"),
        ("deepseek-ai/DeepSeek-R1-Distill-Qwen-7B", None),
        ("bloomberg/finance-model", None),
        ("tiiuae/falcon-40b", None),
    ],
)
def test_bases_read_from_names(model_id, expected):
    found = infer_base(model_id)
    assert (found.license_id if found else None) == expected


def test_every_inferred_license_is_in_the_book(book):
    from advisor.license.lineage import RULES

    assert {rule.license_id for rules in RULES.values() for rule in rules} <= set(book)


GRID = [
    {"commercial": commercial, "distribution": where, "closed_source_product": closed, "modifies_weights": modified}
    | {"territory": place, "annual_revenue_usd": 100_000.0, "trains_other_models_on_outputs": trains}
    for commercial, where, closed, modified, place, trains in itertools.product(
        (None, True, False),
        (None, "internal", "saas", "embedded_product", "weights_redistribution"),
        (True, False),
        (True, False),
        ("US", "DE"),
        (True, False),
    )
]


def test_no_unverified_text_is_ever_allowed(book):
    unverified = {
        own
        for own in book
        if (t := book.terms(own)).confidence == "low"
        or t.kind in ("unknown", "proprietary")
        or not (t.text_read or t.standard_text)
    }
    assert len(unverified) > 30
    for use in GRID:
        checker = Checker(book, LicenseUse(**use))
        for own in unverified:
            assert not checker.verdict(own).permits, (own, use)


def test_every_license_gives_a_whole_verdict_for_every_use(book):
    for use in GRID[::7]:
        checker = Checker(book, LicenseUse(**use))
        for own in book:
            found = checker.explain(own)
            assert found.verdict is checker.verdict(own)
            assert found.reason
            assert bool(found.obligations) == (found.verdict is Verdict.ALLOWED_WITH_OBLIGATIONS)
            assert found.next_step or found.verdict.permits or found.verdict is Verdict.PROHIBITED
            if found.kind in ("non-commercial", "research-only") and use["commercial"]:
                assert not found.verdict.permits


def test_every_kind_has_a_rank(book):
    assert {book.terms(own).kind for own in book} - {"unknown"} <= set(STRICTNESS)


def test_a_new_license_is_one_row_of_data():
    terms = {
        "license_id": "harbor-1.0",
        "name": "Harbor Model License",
        "kind": "community",
        "confidence": "high",
        "text_read": True,
        "url": "https://harbor.example/license",
        "commercial": {"use": "conditional", "clause": "s2"},
        "caps": [
            {"measure": "monthly_active_users", "value": 5000, "text": "5,000 monthly users", "clause": "s3"},
        ],
        "territory": [{"territory": ["NO"], "clause": "s4"}],
        "field_of_use": {"prohibited": ["fishing"], "clause": "s5"},
        "redistribution": {"allowed": "yes"},
        "duties": [
            {"code": "wave_flag", "text": "Fly the flag.", "when": [{"distribution": ["saas"]}], "clause": "s6"},
        ],
    }
    row = {"license_id": "harbor-1.0", "terms": json.dumps(terms)}
    aliases = [{"alias": "harbor", "license_id": "harbor-1.0"}]
    book = LicenseBook.from_rows([row], aliases)
    use = {"commercial": True, "monthly_active_users": 100, "territory": "SE", "distribution": "saas"}

    found = check(book, "Harbor", LicenseUse(**use))
    assert (found.id, found.verdict) == ("harbor-1.0", Verdict.ALLOWED_WITH_OBLIGATIONS)
    assert [(o.code, o.text, o.clause) for o in found.obligations] == [("wave_flag", "Fly the flag.", "s6")]
    assert verdict(book, "harbor", **use | {"distribution": "internal"}) is Verdict.ALLOWED
    above = check(book, "harbor", LicenseUse(**use | {"monthly_active_users": 5001}))
    assert (above.verdict, above.clause) == (Verdict.NEEDS_SEPARATE_LICENSE, "s3")
    assert above.decided_by == ("monthly_active_users",)
    assert verdict(book, "harbor", **use | {"territory": "NO"}) is Verdict.PROHIBITED
    assert verdict(book, "harbor", **use | {"sector": "fishing"}) is Verdict.PROHIBITED
    assert verdict(book, "harbor", **use | {"monthly_active_users": None}) is Verdict.UNKNOWN


def test_overrides_with_a_wildcard_publisher_still_apply():
    terms = {own: json.dumps({"license_id": own, "name": own, "kind": "permissive"}) for own in ("a", "b")}
    book = LicenseBook(terms, {}, [Override("*/boat-*", None, "b", "seen"), Override("x/*", "a", "b", "seen")])
    assert book.resolve("a", "anyone/boat-7b") == "b"
    assert book.resolve("a", "x/other") == "b"
    assert book.resolve("a", "y/other") == "a"
