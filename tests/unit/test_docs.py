"""The pages of the documentation point at what is there."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), ROOT / "data" / "README.md"])


def targets(page):
    """Files of this repository that a page links to or shows."""
    found = re.findall(r"\]\(([^)\s]+)\)", page.read_text("utf-8"))
    return [page.parent / link.partition("#")[0] for link in found if not link.startswith(("http", "#", "mailto:"))]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_link_leads_somewhere(page):
    assert [str(target) for target in targets(page) if not target.exists()] == []


def test_every_picture_is_shown():
    shown = {target.resolve() for page in PAGES for target in targets(page)}
    assert set((ROOT / "docs" / "img").resolve().iterdir()) <= shown
