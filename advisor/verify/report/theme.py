"""Colours of the plots: names that the page gives a light and a dark value, stood in for while matplotlib draws."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from matplotlib.typing import RcKeyType

INK, FAINT, LINE, PAPER = "#010101", "#020202", "#030303", "#040404"
BEST, MODEL, BASELINE, HELD = "#050505", "#060606", "#070707", "#080808"
SERIES = ("#090909", "#0a0a0a", "#0b0b0b", "#0c0c0c", "#0d0d0d")
_NAMES = {
    INK: "ink",
    FAINT: "faint",
    LINE: "line",
    PAPER: "paper",
    BEST: "accent",
    MODEL: "model",
    BASELINE: "baseline",
    HELD: "held",
} | {color: f"series-{place}" for place, color in enumerate(SERIES, 1)}

STYLE: dict[RcKeyType, Any] = {
    "svg.fonttype": "none",
    "svg.hashsalt": "advisor",
    "font.size": 10,
    "figure.facecolor": "none",
    "axes.facecolor": "none",
    "axes.edgecolor": LINE,
    "axes.labelcolor": FAINT,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": True,
    "axes.axisbelow": True,
    "grid.color": LINE,
    "grid.linewidth": 0.6,
    "text.color": INK,
    "xtick.color": LINE,
    "ytick.color": LINE,
    "xtick.labelcolor": FAINT,
    "ytick.labelcolor": FAINT,
    "lines.linewidth": 1.6,
}


def themed(svg: str) -> str:
    """A drawing with the page's colours and font, and no more than the drawing."""
    svg = svg[svg.index("<svg") :]
    svg = re.sub(r"<metadata>.*?</metadata>", "", svg, flags=re.DOTALL)
    svg = re.sub(r"#0[0-9a-d]0[0-9a-d]0[0-9a-d]", lambda found: f"var(--{_NAMES[found[0]]})", svg)
    svg = re.sub(r"font: ([\d.]+px) [^;\"]*", r"font: \1 var(--sans)", svg)
    return re.sub(r'width="[\d.]+pt" height="[\d.]+pt"', 'width="100%"', svg, count=1)
