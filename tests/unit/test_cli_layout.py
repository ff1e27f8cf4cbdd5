"""What is drawn is not cut, however narrow."""

import pytest
from rich.console import Console

from advisor.cli.draw.catalog import models
from advisor.cli.draw.layout import heading
from advisor.cli.draw.recommendation import parts


def drawn(width, *renderables):
    console = Console(width=width, highlight=False, markup=False, emoji=False)
    with console.capture() as captured:
        for renderable in renderables:
            console.print(renderable)
    return captured.get()


@pytest.mark.parametrize("width", [20, 40, 60, 80])
def test_headings_are_whole(width):
    detail = "366M parameters (349M active), 2026-07"
    text = drawn(width, heading("2  geevec-ai/geevec-embeddings-1.0-lite", detail))
    plain = "".join(text.split()).replace("─", "")
    assert plain == "2geevec-ai/geevec-embeddings-1.0-lite" + "".join(detail.split())


@pytest.mark.parametrize("width", [60, 80])
def test_no_part_of_an_answer_is_cut(advisor, width):
    need = {"task": "retrieval", "languages": ["de"], "hardware": "laptop", "max_latency_ms": 2000}
    answer = advisor.recommend(need, what_if=True, with_contributions=True)
    assert "…" not in drawn(width, *parts(answer))


def test_names_of_limits_and_kinds_break_at_their_separators(advisor):
    answer = advisor.recommend({"task": "chat", "hardware": "RTX 4090", "max_joules_per_item": 1.0})
    lines = [line.split() for line in drawn(80, *parts(answer)).splitlines()]
    assert any("max_joules_per_" in words for words in lines)
    rows = advisor.store.search("whisper-large-v3", None, 1, 0)
    assert "recognition" in drawn(80, models(rows)).split()
