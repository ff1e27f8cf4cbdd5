"""License names as people write them, in lists of a need and on the command line."""

import pytest

from advisor.domain.requirements import Requirements
from advisor.features.licenses import contradictions, with_license_ids

from .test_license_cases import shipped_book


@pytest.fixture(scope="module")
def book():
    return shipped_book()


def need(**lists):
    return Requirements.parse({"task": "code-generation", **lists})


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("apache-2.0", "apache-2.0"),
        ("Apache", "apache-2.0"),
        ("Apache 2.0", "apache-2.0"),
        ("Apache License", "apache-2.0"),
        ("MIT License", "mit"),
        ("GPL-3.0-or-later", "gpl-3.0"),
        ("MPL", "mpl-2.0"),
        ("Llama 3.1", "llama3.1"),
        ("missing", "missing"),
        ("Permissive", "permissive"),
        ("weak copyleft", "weak-copyleft"),
        ("unknown", "unknown"),
    ],
)
def test_a_license_is_found_by_the_names_people_give_it(book, name, expected):
    for field in ("licenses_allow", "licenses_deny"):
        found, problems = with_license_ids(need(**{field: [name]}), book)
        assert (getattr(found, field), problems) == ((expected,), ())


@pytest.mark.parametrize(
    ("name", "suggestion"),
    [
        ("mitt", "mit"),
        ("apache-3.0", "apache-2.0"),
        ("gpl", "gpl-2.0"),
        ("llama", "llama3.1"),
        ("cc-by", "cc-by-4.0"),
        ("kimi", "kimi-k3"),
        ("zzzzzzzz", "advisor license list"),
    ],
)
def test_an_unknown_or_ambiguous_name_is_an_error_with_suggestions(book, name, suggestion):
    found, (problem,) = with_license_ids(need(licenses_deny=["mit", name]), book)
    assert found.licenses_deny == ("mit",)
    assert (problem.field, name in problem.message) == ("licenses_deny", True)
    assert suggestion in problem.expected


def test_one_entry_names_one_license(book):
    _, (problem,) = with_license_ids(need(licenses_allow=["apache-2.0,mit"]), book)
    assert "several" in problem.message
    assert "apache-2.0, mit" in problem.expected


@pytest.mark.parametrize(
    ("allow", "deny", "n_problems"),
    [
        (["mit"], ["mit"], 1),
        (["MIT License", "apache"], ["mit"], 1),
        (["mit"], ["permissive"], 1),
        (["permissive"], ["permissive"], 1),
        (["permissive"], ["mit"], 0),
        (["mit"], ["gemma"], 0),
        (["mit"], [], 0),
        ([], ["mit"], 0),
    ],
)
def test_allowing_and_denying_the_same_is_an_error(book, allow, deny, n_problems):
    asked, problems = with_license_ids(need(licenses_allow=allow, licenses_deny=deny), book)
    assert problems == ()
    found = contradictions(asked, book)
    assert len(found) == n_problems
    assert all(problem.field == "licenses_deny" for problem in found)


def test_suggestions_stay_few(book):
    assert all(len(book.closest(name)) <= 7 for name in ("cc-by", "llama", "gpl", "mit", ""))
