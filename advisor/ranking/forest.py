"""Boosted trees without their library: a LightGBM text model as arrays, scored exactly by NumPy.

Every tree is padded to a full binary tree, so that all trees and rows descend together, one level a step.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from advisor.domain.errors import NotAvailable

PARTS = ("feature", "threshold", "value")
"""The arrays of a forest."""


class Level(NamedTuple):
    """The nodes of one depth of all trees, tree by tree."""

    feature: NDArray[np.intp]
    threshold: NDArray[np.float32]


@dataclass(frozen=True)
class Forest:
    """Regression trees that are summed."""

    feature: NDArray[np.int16]
    """(n_trees, 2^depth - 1) column that a node looks at."""
    threshold: NDArray[np.float64]
    """(n_trees, 2^depth - 1) values up to it go left."""
    value: NDArray[np.float64]
    """(n_trees, 2^depth) what a leaf adds."""

    @cached_property
    def levels(self) -> tuple[Level, ...]:
        """The nodes by depth. No value of single precision lies between a threshold and its floor in that precision."""
        floor = self.threshold.astype(np.float32)
        above = floor.astype(np.float64) > self.threshold
        floor[above] = np.nextafter(floor[above], np.float32(-np.inf))
        ends = [2**depth - 1 for depth in range(self.value.shape[1].bit_length())]
        return tuple(
            Level(self.feature[:, start:end].astype(np.intp).ravel(), floor[:, start:end].ravel())
            for start, end in pairwise(ends)
        )

    def predict(self, features: NDArray[np.float32]) -> NDArray[np.float64]:
        """(n,) sum of the trees for (n, k) features without missing values."""
        features = np.ascontiguousarray(features, np.float32)
        n, width = features.shape
        values, row = features.ravel(), (np.arange(n) * width)[:, None]
        tree = np.arange(len(self.feature))
        at = np.zeros((n, len(tree)), np.intp)
        # Positions in the flat arrays, which `take` reads several times faster than pairs of indices.
        for depth, level in enumerate(self.levels):
            node = at + (tree << depth)
            at += at
            at += values.take(level.feature.take(node) + row) > level.threshold.take(node)
        leaves: NDArray[np.float64] = self.value.ravel().take(at + (tree << len(self.levels))).sum(1)
        return leaves


def from_lightgbm(texts: Sequence[str], depth: int) -> Forest:
    """The trees of some LightGBM text models as one forest, which predicts the sum of theirs.

    Raises:
        NotAvailable: a tree is deeper than `depth`, is categorical or treats missing values apart.
    """
    trees = [tree for text in texts for tree in _trees(text)]
    n_nodes = 2**depth - 1
    feature = np.zeros((len(trees), n_nodes), np.int16)
    threshold = np.full((len(trees), n_nodes), np.inf)
    value = np.zeros((len(trees), n_nodes + 1))
    for number, tree in enumerate(trees):
        _fill(tree, feature[number], threshold[number], value[number])
    return Forest(feature, threshold, value)


def _trees(text: str) -> Iterator[dict[str, list[str]]]:
    for block in text.split("\nTree=")[1:]:
        lines = block.split("\n\n")[0].splitlines()[1:]
        yield {name: value.split(" ") for name, _, value in (line.partition("=") for line in lines)}


def _fill(
    tree: dict[str, list[str]],
    feature: NDArray[np.int16],
    threshold: NDArray[np.float64],
    value: NDArray[np.float64],
) -> None:
    if tree["num_cat"] != ["0"] or any((int(kind) >> 2) & 3 for kind in tree.get("decision_type", ()) if kind):
        raise NotAvailable("the trees split by category or by missing values, which this scorer does not read")
    waiting = [(0 if tree["num_leaves"] != ["1"] else -1, 0)]
    while waiting:
        source, node = waiting.pop()
        if source < 0:
            first, last = node, node
            while first < len(feature):
                first, last = 2 * first + 1, 2 * last + 2
            value[first - len(feature) : last - len(feature) + 1] = float(tree["leaf_value"][-source - 1])
            continue
        if node >= len(feature):
            raise NotAvailable("a tree is deeper than the ranker says")
        feature[node], threshold[node] = int(tree["split_feature"][source]), float(tree["threshold"][source])
        waiting.append((int(tree["left_child"][source]), 2 * node + 1))
        waiting.append((int(tree["right_child"][source]), 2 * node + 2))
