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
