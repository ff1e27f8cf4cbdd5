"""Models side by side."""

import pytest

from advisor.domain.errors import CatalogError, InvalidInput
from advisor.domain.requirements import Requirements
from advisor.engine import Advisor

NAMES = ["qwen3-8b", "gpt-oss-20b", "deepseek-v3", "llama-2-7b", "gemma-2-9b", "phi-4"]


def test_benchmarks_of_most_models_come_first_then_those_of_the_language(advisor):
    found = advisor.compare(NAMES)
    held = [sum(b in row.scores for row in found.rows) for b in found.benchmarks]
    assert held == sorted(held, reverse=True)
    first = [b for b, n in zip(found.benchmarks, held, strict=True) if n == held[0]]
    english = [b for b in first if "english" in b]
    assert english
    assert first[: len(english)] == english
    danish = advisor.compare(NAMES, Requirements(description="compare", languages=("da",)))
    assert "danish" in danish.benchmarks[0]


def test_one_name_is_no_list(advisor):
    with pytest.raises(InvalidInput, match="'Qwen/Qwen3-8B' is one name"):
        advisor.compare("Qwen/Qwen3-8B")


def test_a_closed_catalog_says_so(advisor_home):
    with Advisor.open() as opened:
        assert opened.compare(NAMES[:2]).rows
    with pytest.raises(CatalogError, match="the catalog is closed"):
        opened.compare(NAMES[:2])
