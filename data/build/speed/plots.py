"""Plots of the evaluation."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from data.build.speed.runs import Floats, Runs


def draw(runs: Runs, held: dict[str, Floats], folder: Path) -> None:
    """Predicted against measured decode speed, and how the errors are spread, as SVG files in `folder`."""
    import matplotlib as mpl

    mpl.use("svg")
    mpl.rcParams["svg.hashsalt"] = "sizing"
    from matplotlib import pyplot as plt

    folder.mkdir(parents=True, exist_ok=True)
    figure, axes = plt.subplots(1, 2, figsize=(9, 4), layout="constrained")
    ends = [runs.value.min() * 0.8, runs.value.max() * 1.2]
    axes[0].loglog(runs.value, held["device"], ".", ms=3, alpha=0.5, rasterized=True)
    axes[0].loglog(ends, ends, lw=0.8, color="black")
    axes[0].set(xlabel="measured, tokens/s", ylabel="predicted, tokens/s", title="Decode, device never seen")
    for name, predicted in held.items():
        error = np.sort(np.abs(predicted / runs.value - 1))
        axes[1].plot(error, np.linspace(0, 1, len(error)), label=f"unseen {name}")
    axes[1].set(xlim=(0, 1), ylim=(0, 1), xlabel="relative error", ylabel="share of runs", title="Decode errors")
    axes[1].legend(frameon=False)
    figure.savefig(folder / "sizing-decode.svg", metadata={"Date": None}, dpi=150)
    plt.close(figure)
