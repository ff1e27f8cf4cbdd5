import pytest

from advisor.license.compatibility import Product, compatibility

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
