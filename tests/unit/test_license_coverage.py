"""How many of the catalog's license tags are understood."""

from advisor.domain.license import LicenseUse, Verdict
from advisor.license.book import NO_TAG, UNKNOWN_TAG

_SAYS_NOTHING = {"other", "unknown", "custom", "licenseref-custom", "other-license"}


def test_nearly_every_tag_maps_to_a_license(advisor):
    tags = dict(
        advisor.store.tuples("SELECT license_tag, count(*) FROM models WHERE license_tag IS NOT NULL GROUP BY 1")
    )
    stated = {tag: n for tag, n in tags.items() if tag not in _SAYS_NOTHING}
    known = sum(n for tag, n in stated.items() if advisor.book.resolve(tag) not in (UNKNOWN_TAG, NO_TAG))
    share = known / sum(stated.values())
    print(f"{share:.1%} of {sum(stated.values()):,} models with a telling tag")
    assert share >= 0.97


def test_a_refused_license_says_why_as_a_near_miss(advisor):
    use = {"commercial": True, "mau_at_release": 800_000_000, "distribution": "saas"}
    asked = {"task": "chat", "candidates": ["meta-llama/Llama-2-70b-chat-hf"], "use": use}
    answer = advisor.recommend(asked)
    assert not answer.picks
    failure = answer.near_misses[0].failures[0]
    assert failure.constraint == "use"
    assert "needs separate license" in failure.has
    assert "700 million" in failure.has


def test_a_license_of_the_spdx_list_whose_terms_are_not_held_leads_to_its_text(advisor):
    found = advisor.check_license("EPL-1.0", LicenseUse(commercial=True))
    assert (found.verdict, found.name) == (Verdict.UNKNOWN, "EPL-1.0")
    assert found.url == "https://spdx.org/licenses/EPL-1.0.html"
    assert found.url in found.next_step


def test_training_data_of_the_catalog_is_told(advisor):
    use = LicenseUse(commercial=True, distribution="internal")
    for name, expected in (("BAAI/bge-m3", "MS MARCO"), ("timm/resnet50.a1_in1k", "ImageNet")):
        found = advisor.check_license(name, use)
        assert found.verdict.permits
        assert expected in [data.name for data in found.training_data]
        assert all(data.source and (data.url or data.license_tag) for data in found.training_data)
        assert any(expected in risk for risk in found.risks)


def test_training_data_of_a_base_model_counts(advisor):
    trained = advisor.store.tuples(
        "SELECT b.model_id, t.dataset_id FROM base_models b JOIN training_data t ON t.model_id = b.base_model_id "
        "WHERE t.dataset_id = 'ms-marco' AND b.model_id NOT IN (SELECT model_id FROM training_data) "
        "ORDER BY ALL LIMIT 1"
    )
    found = advisor.check_license(trained[0][0], LicenseUse(commercial=True))
    assert "MS MARCO" in [data.name for data in found.training_data]


def test_cleared_training_data_holds_as_a_constraint(advisor):
    asked = {"task": "retrieval", "languages": ["en"], "top_k": 10}
    loose = advisor.recommend({**asked, "use": {"commercial": True}})
    strict = advisor.recommend({**asked, "use": {"commercial": True, "cleared_training_data": True}})
    assert any(pick.license.training_data for pick in loose.picks)
    assert all(not pick.license.training_data and pick.license.verdict.permits for pick in strict.picks)
    assert 0 < strict.n_passed < loose.n_passed


def test_verdicts_of_the_filter_are_those_that_are_explained(advisor):
    """Every group of models by its first member, in two uses."""
    for use in ({"commercial": True}, {"commercial": True, "cleared_training_data": True, "distribution": "saas"}):
        judge = advisor._judge(LicenseUse(**use))
        verdicts = advisor._uses(LicenseUse(**use).model_dump_json()).verdicts
        groups = advisor.index.models.licenses
        records = advisor.store.models([group["model_id"] for group in groups])
        for group, verdict in zip(groups, verdicts, strict=True):
            assert judge.model(records[group["model_id"]]).verdict is list(Verdict)[verdict], group


def test_a_license_without_a_known_text_leads_to_the_card(advisor):
    found = advisor.check_license("tiiuae/falcon-180B", LicenseUse(commercial=True))
    assert found.url.endswith("falcon-180b-license/blob/main/LICENSE.txt")
    (name,) = advisor.store.tuples(
        "SELECT model_id FROM models WHERE license_tag = 'other' AND downloads > 0 ORDER BY downloads DESC LIMIT 1"
    )[0]
    other = advisor.check_license(name, LicenseUse(commercial=True))
    assert (other.id, other.url) == ("other", f"https://huggingface.co/{name}") or other.url.startswith("https://")
