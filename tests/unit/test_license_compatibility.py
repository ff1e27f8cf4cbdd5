import pytest

from advisor.domain.errors import InvalidInput, UnknownModel
from advisor.domain.license import Product
from advisor.license.compatibility import compatibility, mix

from .test_license_cases import shipped_book


@pytest.fixture(scope="module")
def book():
    return shipped_book()


@pytest.mark.parametrize(
    ("first", "second", "closed", "weights"),
    [
        ("mit", "apache-2.0", True, True),
        ("gpl-3.0", "apache-2.0", False, True),
        ("gpl-2.0", "apache-2.0", False, False),
        ("gpl-2.0", "gpl-3.0", False, False),
        ("gpl-3.0", "agpl-3.0", False, True),
        ("cc-by-sa-4.0", "gpl-3.0", False, True),
        ("gpl-3.0", "llama3.1", False, False),
        ("llama3.1", "gemma", True, True),
        ("llama3.1", "exaone-1.1-nc", False, False),
        ("llama2", "mit", True, None),
        ("cc-by-nd-4.0", "mit", True, False),
        ("cc-by-nc-4.0", "mit", False, False),
        ("other", "mit", None, None),
    ],
)
def test_pairs(book, first, second, closed, weights):
    for product, expected in ((Product.CLOSED_SOURCE, closed), (Product.WEIGHTS, weights)):
        there, back = compatibility(book, first, second, product), compatibility(book, second, first, product)
        assert there.compatible is back.compatible is expected, there.reasons
        assert there.reasons
        assert bool(there.obligations) == bool(expected)


def test_two_names_at_once_are_impossible(book):
    found = compatibility(book, "llama3.1", "glm-4-9b", Product.WEIGHTS)
    assert found.compatible is False
    assert "Llama, glm-4" in found.reasons[0]


def test_several_are_judged_two_by_two(book):
    found = mix(book, ["mit", "apache-2.0", "gpl-2.0"], Product.WEIGHTS)
    assert found.compatible is False
    assert [(p.first, p.second, p.compatible) for p in found.pairs] == [
        ("mit", "apache-2.0", True),
        ("mit", "gpl-2.0", True),
        ("apache-2.0", "gpl-2.0", False),
    ]
    assert "not legal advice" in found.notice
    assert all(url.startswith("https://") for pair in found.pairs for url in pair.urls)
    assert mix(book, ["mit", "other"], Product.CLOSED_SOURCE).compatible is None


def test_a_model_stands_for_all_its_licenses(advisor):
    found = advisor.check_compatibility(["BAAI/bge-m3", "meta-llama/Llama-2-7b-hf"], Product.CLOSED_SOURCE)
    assert [(pair.first, pair.second) for pair in found.pairs] == [("mit", "llama2")]
    with pytest.raises(InvalidInput, match="one cannot be compared"):
        advisor.check_compatibility(["mit"], Product.WEIGHTS)
    with pytest.raises(UnknownModel) as caught:
        advisor.check_compatibility(["mit", "lama3.1"], Product.WEIGHTS)
    assert "llama3.1" in caught.value.suggestions
