"""Rows of the catalog: found models, one model, the snapshot itself."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from rich.console import RenderableType
from rich.text import Text

from advisor.cli.draw import words
from advisor.cli.draw.layout import Footnotes, Name, bullets, heading, indented, labelled, table
from advisor.domain.languages import language_name
from advisor.domain.model import ModelRecord, Result

_LANGUAGES = 12


def models(rows: Sequence[Mapping[str, Any]]) -> RenderableType:
    """Found models, one a line."""
    columns = [
        ("model", "left"),
        ("kind", "left"),
        ("params", "right"),
        ("license", "left"),
        ("released", "left"),
        ("scores", "right"),
    ]
    lines = (
        (
            Name(row["model_id"]),
            Name(row["kind"]),
            words.count(row["params_total"]),
            row["license_tag"] or "?",
            f"{row['release_date']:%Y-%m}" if row["release_date"] else "?",
            str(row["n_results"]),
        )
        for row in rows
    )
    return table(columns, lines, (None, 11, 6, 10, 8, 6), expand=True)


def record_parts(model: ModelRecord, results: Sequence[Result], limit: int | None) -> Iterator[RenderableType]:
    """One model: facts, variants, results."""
    yield heading(model.model_id, words.params(model.params_total, model.params_active))
    yield labelled((name, Text(value)) for name, value in _facts(model) if value)
    yield labelled([("notes", bullets(model.notes))])
    if model.variants:
        yield ""
        yield heading("Variants", str(len(model.variants)))
        columns = [("repository", "left"), ("form", "left"), ("bits", "right"), ("downloads", "right")]
        lines = (
            (
                Name(v.variant_id),
                f"{v.format} {v.quantization}",
                words.figure(v.bits_per_weight),
                words.count(v.downloads),
            )
            for v in model.variants[:limit]
        )
        yield indented(table(columns, lines, (None, 16, 5, 9), expand=True), *_rest(len(model.variants), limit))
    yield ""
    yield heading("Results", str(len(results)))
    notes = Footnotes()
    columns = [("benchmark", "left"), ("score", "right"), ("unit", "left"), ("from", "right")]
    lines_of_results = [
        (
            result.benchmark + (f" [{result.config}]" if result.config else ""),
            words.score(result.score) + ("" if result.higher_is_better else " ↓"),
            result.unit,
            notes.mark(", ".join(filter(None, [result.source, result.measured_by, result.date]))),
        )
        for result in results[:limit]
    ]
    yield indented(
        table(columns, lines_of_results, (None, 8, 14, 5), expand=True), *_rest(len(results), limit), *notes.lines()
    )


def _facts(model: ModelRecord) -> Iterator[tuple[str, str]]:
    shape = model.architecture
    languages = [language_name(code) for code in model.languages]
    yield "kind", f"{model.kind.value}; takes {', '.join(m.value for m in model.modalities) or '?'}"
    yield "tasks", ", ".join(task.value for task in model.tasks)
    yield "by", model.organisation or "?"
    yield "released", model.release_date.isoformat() if model.release_date else "?"
    yield "license", (model.license_tag or "none stated") + ("; gated" if model.gated else "")
    yield "weights", {True: "published", False: "not published", None: "?"}[model.open_weights]
    yield "context", f"{model.context_tokens:,} tokens" if model.context_tokens else ""
    rest = len(languages) - _LANGUAGES
    yield "languages", ", ".join(languages[:_LANGUAGES]) + (f" and {rest} more" if rest > 0 else "")
    yield "from", ", ".join(model.base_models)
    yield "flags", ", ".join(model.flags)
    parts = [("", shape.name), ("layers ", shape.n_layers), ("hidden ", shape.hidden_size), ("heads ", shape.n_heads)]
    parts += [("KV heads ", shape.n_kv_heads), ("experts ", shape.n_experts), ("attention ", shape.attention)]
    yield "shape", ", ".join(f"{name}{value}" for name, value in parts if value)
    yield "source", model.source or "?"


def _rest(total: int, limit: int | None) -> Iterator[RenderableType]:
    if limit is not None and total > limit:
        yield Text(f"and {total - limit} more: --all", style="dim")


def snapshot_parts(info: Mapping[str, Any]) -> Iterator[RenderableType]:
    """The snapshot: key, date, tables, sources, checks."""
    yield heading("Catalog", info["key"])
    size = f"{info['bytes'] / 2**20:.1f} MiB"
    yield labelled([("date", Text(info["date"])), ("file", Text(info["path"])), ("size", Text(size))])
    yield ""
    yield indented(table([("table", "left"), ("rows", "right")], ((n, f"{r:,}") for n, r in info["tables"].items())))
    yield ""
    yield heading("Sources", str(len(info["sources"])))
    columns = [("source", "left"), ("as of", "left"), ("license", "left"), ("title", "left")]
    lines = ((s["source_id"], s["as_of"] or "?", s["data_license"] or "?", s["title"]) for s in info["sources"])
    yield indented(table(columns, lines, (22, 10, 14, None), expand=True))
    if "checks" in info:
        yield ""
        yield heading("Checks")
        yield indented(
            bullets([f"{c['name']}: {'right' if c['ok'] else 'WRONG, ' + c['detail']}" for c in info["checks"]]) or ""
        )


def result_table(columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> RenderableType:
    """The rows of a query."""
    numeric = [all(isinstance(row[i], int | float | None) for row in rows) for i in range(len(columns))]
    sides = ["right" if is_number else "left" for is_number in numeric]
    cells = (["" if value is None else str(value) for value in row] for row in rows)
    return table(list(zip(columns, sides, strict=True)), cells)
