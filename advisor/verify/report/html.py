"""The report as one HTML file: everything in it, nothing fetched."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

from advisor.domain.verification import Interval, Verification
from advisor.verify.after.outcomes import measured
from advisor.verify.report import words
from advisor.verify.report.plots import TITLES, plot
from advisor.verify.report.sections import sections
from advisor.verify.report.tables import Cell, Table

if TYPE_CHECKING:
    from jinja2 import Template

Band = tuple[float, float, float]


def html(report: Verification) -> str:
    """A page that opens in any browser, light and dark, and prints.

    Raises:
        ImportError: matplotlib or jinja2 is not installed (the extra `verify`).
    """
    from markupsafe import Markup

    parts = [
        (section, [(TITLES[name], Markup(svg)) for name in section.plots if (svg := plot(name, report))])
        for section in sections(report)
    ]
    return _template().render(
        report=report,
        verdict=words.verdict(report),
        best=next(iter(measured(report.outcomes)), None),
        parts=parts,
        axis=_axis,
        band=_band,
        words=words,
    )


@cache
def _template() -> Template:
    from jinja2 import Environment, StrictUndefined

    environment = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    return environment.from_string(files("advisor.verify.report").joinpath("page.html.j2").read_text("utf-8"))


def _axis(table: Table) -> tuple[float, float]:
    """Ends of the axis that the intervals of a table share."""
    found = [cell.interval for row in table.rows for cell in row if cell.interval]
    low, high = min(one.low for one in found), max(one.high for one in found)
    room = 0.03 * (high - low or 1.0)
    return low - room, high + room


def _band(cell: Cell, axis: tuple[float, float]) -> Band:
    """Left end, width and middle of an interval, percent of the axis."""
    interval: Interval | None = cell.interval
    assert interval is not None
    low, value, high = (
        100 * (n - axis[0]) / (axis[1] - axis[0]) for n in (interval.low, interval.value, interval.high)
    )
    return round(low, 2), round(high - low, 2), round(value, 2)
