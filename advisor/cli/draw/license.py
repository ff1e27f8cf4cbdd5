"""Licenses: the list, the terms of one, the verdict on a use."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from rich.console import RenderableType
from rich.text import Text

from advisor.cli.draw import words
from advisor.cli.draw.layout import bullets, heading, indented, labelled, table
from advisor.domain.license import NOTICE, LicenseVerdict, Mix, Product
from advisor.license.terms import LicenseTerms

_PRODUCT = {Product.CLOSED_SOURCE: "in one closed-source product", Product.WEIGHTS: "merged into one set of weights"}
_TOGETHER = {True: "go together", False: "do not go together", None: "not known"}


def listing(rows: Sequence[Mapping[str, Any]]) -> Iterator[RenderableType]:
    """Known licenses, one a line."""
    columns = [("license", "left"), ("name", "left"), ("kind", "left"), ("known", "left"), ("models", "right")]
    lines = ((r["license_id"], r["name"], r["kind"], r["confidence"], f"{r['n_models']:,}") for r in rows)
    yield table(columns, lines, (20, None, 16, 6, 6), expand=True)
    yield Text(NOTICE, style="dim")


def verdict_parts(name: str, verdict: LicenseVerdict) -> Iterator[RenderableType]:
    """A verdict with what it rests on."""
    yield heading(words.VERDICT[verdict.verdict].capitalize(), name)
    chain = [
        f"{link.model_id}: {link.license_id}, {words.VERDICT[link.verdict]}"
        + (" (read from its name)" if link.inferred else "")
        for link in verdict.chain
    ]
    yield labelled(
        [
            ("license", Text(f"{verdict.id}, {verdict.name or 'no name'} ({verdict.kind})")),
            ("because", Text(verdict.reason + (f" [{verdict.clause}]" if verdict.clause else ""))),
            ("owed", bullets([d.text + (f" [{d.clause}]" if d.clause else "") for d in verdict.obligations])),
            ("depends", bullets(verdict.depends_on)),
            ("change", bullets(verdict.would_change)),
            ("risks", bullets(verdict.risks)),
            ("chain", bullets(chain) if len(chain) > 1 else None),
            ("next", Text(verdict.next_step) if verdict.next_step else None),
            ("text", Text(_text_of(verdict))),
        ]
    )
    yield indented(Text(NOTICE, style="dim"))


def _text_of(verdict: LicenseVerdict) -> str:
    """How well the text that decides is known, and where it stands; of no text only where to look."""
    known = f"known with {verdict.confidence} confidence" if verdict.confidence != "low" else "not known"
    return f"{known}: {verdict.url}" if verdict.url else known


def mix_parts(answers: Sequence[Mix]) -> Iterator[RenderableType]:
    """Which licenses go together, product by product."""
    for answer in answers:
        for pair in answer.pairs:
            yield heading(f"{pair.first} + {pair.second}", f"{_PRODUCT[pair.product]}: {_TOGETHER[pair.compatible]}")
            yield labelled(
                [
                    ("because", bullets(pair.reasons)),
                    ("owed", bullets([d.text + (f" [{d.clause}]" if d.clause else "") for d in pair.obligations])),
                    ("texts", bullets(pair.urls)),
                ]
            )
            yield ""
    yield indented(Text(NOTICE, style="dim"))


def terms_parts(terms: LicenseTerms) -> Iterator[RenderableType]:
    """Every term that is stated; what is not known is left out."""
    document = terms.model_dump(mode="json")
    yield heading(document.pop("name"), document.pop("license_id"))
    rows = [
        (key.replace("_", " "), _content(value)) for key, value in document.items() if value not in (None, [], {}, "")
    ]
    yield labelled(rows, label=22)
    yield indented(Text("Information, not legal advice; what is not listed is not known.", style="dim"))


def _content(value: Any) -> RenderableType:
    if isinstance(value, list):
        return bullets([_flat(item) for item in value]) or ""
    return Text(_flat(value))


def _flat(value: Any) -> str:
    if isinstance(value, dict):
        return "; ".join(f"{k.replace('_', ' ')}: {_flat(v)}" for k, v in value.items() if v not in (None, [], {}, ""))
    if isinstance(value, list):
        return ", ".join(_flat(item) for item in value)
    return {True: "yes", False: "no"}.get(value, str(value)) if isinstance(value, bool) else str(value)
