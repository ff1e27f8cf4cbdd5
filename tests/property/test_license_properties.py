"""Laws of verdicts, over random uses and every shipped license."""

import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from advisor.catalog.paths import facts_dir
from advisor.domain.license import LicenseUse, Verdict
from advisor.license.assess import SEVERITY
from advisor.license.book import LicenseBook
from advisor.license.check import Checker, check

BOOK = LicenseBook.from_rows(
    *(
        pq.read_table(facts_dir() / f"{name}.parquet").to_pylist()
        for name in ("licenses", "license_aliases", "license_overrides")
    )
)
IDS = sorted(BOOK)
SECTORS = sorted({tag for own in IDS for tag in BOOK.terms(own).field_of_use.prohibited})

maybe_bool = st.sampled_from([None, False, True])
users = st.sampled_from([None, 0, 10_000, 2_000_000, 150_000_000, 900_000_000])
money = st.sampled_from([None, 0.0, 500_000.0, 5e6, 3e7, 1.5e8, 9e8])
uses = st.fixed_dictionaries(
    {
        "commercial": maybe_bool,
        "monthly_active_users": users,
        "mau_at_release": users,
        "annual_revenue_usd": money,
        "funding_raised_usd": money,
        "territory": st.sampled_from([None, "US", "DE", "GB", "KR", "JP"]),
        "distribution": st.sampled_from([None, "internal", "saas", "embedded_product", "weights_redistribution"]),
        "modifies_weights": maybe_bool,
        "trains_other_models_on_outputs": maybe_bool,
        "output_target": st.sampled_from([None, "llm_other_family", "classifier"]),
        "sector": st.sampled_from([None, "general", "research", *SECTORS]),
        "closed_source_product": maybe_bool,
        "modality": st.sampled_from([None, "text", "multimodal"]),
        "role": st.sampled_from([None, "deployer", "end_user"]),
        "purpose": st.sampled_from([None, "evaluation", "research", "production"]),
        "hosting_resale": maybe_bool,
    }
)
licenses = st.sampled_from(IDS)


def severity(own, use):
    return SEVERITY[check(BOOK, own, LicenseUse(**use)).verdict]


RESTRICTIONS = [
    {"commercial": (False, True)},
    {"closed_source_product": (False, True)},
    {"modifies_weights": (False, True)},
    {"trains_other_models_on_outputs": (False, True)},
    {"hosting_resale": (False, True)},
    {"output_target": ("classifier", "llm_other_family")},
    {"role": ("end_user", "deployer")},
    {"modality": ("text", "multimodal")},
    {"monthly_active_users": (10_000, 900_000_000)},
    {"mau_at_release": (10_000, 900_000_000)},
    {"annual_revenue_usd": (500_000.0, 9e8)},
    {"funding_raised_usd": (0.0, 9e8)},
    {"purpose": ("evaluation", "production")},
    {"distribution": ("internal", "saas")},
    {"distribution": ("internal", "weights_redistribution")},
    *({"sector": ("general", sector)} for sector in ("military", "medical_advice", "competing_product")),
    *({"territory": ("JP", place)} for place in ("DE", "GB", "KR")),
]


@pytest.mark.parametrize("restriction", RESTRICTIONS, ids=str)
@settings(max_examples=120, deadline=None)
@given(own=licenses, use=uses)
def test_a_restriction_never_makes_a_verdict_more_permissive(restriction, own, use):
    (field, (free, restricted)) = next(iter(restriction.items()))
    assert severity(own, use | {field: restricted}) >= severity(own, use | {field: free})


@settings(max_examples=400, deadline=None)
@given(own=licenses, use=uses)
def test_unknown_text_never_becomes_allowed(own, use):
    terms = BOOK.terms(own)
    known = terms.kind != "unknown" and terms.confidence != "low" and (terms.text_read or terms.standard_text)
    assert known or not check(BOOK, own, LicenseUse(**use)).verdict.permits


@settings(max_examples=300, deadline=None)
@given(own=licenses, base=licenses, use=uses)
def test_a_base_model_never_widens_a_grant(own, base, use):
    checker = Checker(BOOK, LicenseUse(**use))
    alone, chained = checker.verdict(own), checker.verdict(own, None, [("a/base", base, False)])
    assert SEVERITY[chained] >= SEVERITY[alone]
    assert chained is checker.explain(own, None, [("a/base", base, False)]).verdict


@settings(max_examples=300, deadline=None)
@given(first=licenses, second=licenses, use=uses)
def test_and_is_the_worst_and_or_the_best(first, second, use):
    checker = Checker(BOOK, LicenseUse(**use))
    one, two = SEVERITY[checker.verdict(first)], SEVERITY[checker.verdict(second)]
    if "," in first + second or {"other", "missing", "unknown"} & {first, second}:
        return
    assert SEVERITY[checker.verdict(f"{first} AND {second}")] == max(one, two)
    assert SEVERITY[checker.verdict(f"{first} OR {second}")] == min(one, two)


@settings(max_examples=200, deadline=None)
@given(tag=st.text(max_size=40), use=uses)
def test_any_text_as_a_tag_gives_a_verdict(tag, use):
    found = check(BOOK, tag, LicenseUse(**use))
    assert found.verdict in Verdict
    if found.id in ("other", "missing"):
        assert found.verdict is Verdict.UNKNOWN
