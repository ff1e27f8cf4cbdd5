"""The trained ranker: what it makes of the evidence, how its intervals are calibrated, and its artifact.

The artifact is a folder of plain files: `ranker.json` (protocol, schema, rules, calibration, figures), LightGBM text
models by arena, objective and seed, and the same trees as arrays. Nothing in it is code.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from advisor.catalog.paths import models_dir
from advisor.domain.errors import NotAvailable
from advisor.domain.tasks import Arena
from advisor.features.similarity import Profile
from advisor.ranking.features import NAMES, SCHEMA, STANDING_FIRST
from advisor.ranking.forest import PARTS, Forest
from advisor.ranking.link import Floats

PROTOCOL = 3
FOLDER = "ranker-2026-11-29"
SHORT_LIST = 64
"""Models that the learned ranker orders; the evidence orders those behind them."""
EVIDENCE_BINS = (0, 3, 10, 30)
"""Least results of each bin that intervals are calibrated in."""
LEAST_SET = 3
"""Models below which nothing is standardised: the evidence orders them."""
_PARAMS = NAMES.index("params_total")
_SMALL = 9.3
"""Decimal logarithm of 2 billion parameters."""


class Rule(NamedTuple):
    """How an arena uses what was learned; all of it is chosen on hidden families."""

    trees: float = 0.0
    """Weight of the trees, 0 to 1."""
    linear: float = 0.0
    """Weight of the linear order; what is left of 1 is that of the evidence."""
    spread: float = 1.0
    """Standard deviations of ability that one of the combined score is worth, relative to the evidence's."""
    caution: float = 1.0
    """Standard deviations taken off the expectation when ordering."""
    margin: float = 0.0
    """What the sibling of a pick must be better by to stand among the first three, see `line_up`."""


class Band(NamedTuple):
    """Factors of the two halves of an 80 % interval, by bin of evidence."""

    low: tuple[float, ...] = (1.0,) * len(EVIDENCE_BINS)
    high: tuple[float, ...] = (1.0,) * len(EVIDENCE_BINS)

    def at(self, n_results: int) -> tuple[float, float]:
        """Factors below and above the expectation."""
        place = int(np.searchsorted(EVIDENCE_BINS, n_results, side="right")) - 1
        return self.low[place], self.high[place]


class ArenaRanker(NamedTuple):
    """What was learned of one arena."""

    rules: dict[str, Rule]
    """By size of the models: small and any."""
    bands: dict[str, Band]
    """By medium of the task."""
    slopes: tuple[float, ...]
    """(len(STANDING),) what the linear order makes of each feature in standard deviations."""
    forest: Forest | None = None

    def order(self, expected: Floats, features: NDArray[np.float32]) -> Floats:
        """(n,) expected abilities of a short list after learning, in standard deviations among the models."""
        if len(expected) < LEAST_SET:
            return expected
        return blend(expected, self.shares(expected, features), self.rule(features))

    def shares(self, expected: Floats, features: NDArray[np.float32]) -> Shares:
        """What each part says of a short list."""
        rule = self.rule(features)
        trees = self.forest.predict(features) if self.forest and rule.trees else None
        return Shares.of(expected, linear(features, self.slopes), trees, rule)

    def rule(self, features: NDArray[np.float32]) -> Rule:
        """The rule for a short list."""
        return self.rules.get(size_class(features), Rule())

    def band(self, profile: Profile) -> Band:
        """The calibration for a task."""
        return self.bands.get(medium(profile), Band())


def size_class(features: NDArray[np.float32]) -> str:
    """Small where no model of a set is above 2 billion parameters, else any."""
    largest = features[:, _PARAMS].max() if len(features) else 0.0
    return "small" if 0 < largest <= _SMALL else "any"


def medium(profile: Profile) -> str:
    """The medium beside text that a task is about, or text."""
    media = sorted(profile.modalities - {"text"})
    return media[0] if media else "text"


def shortest(expected: Floats) -> NDArray[np.int64]:
    """Positions of the short list, most expected first."""
    return foremost(expected, SHORT_LIST)


def foremost(values: NDArray[np.floating], n: int) -> NDArray[np.int64]:
    """Positions of the `n` largest values, largest first, the earlier one first among equals; no minus infinity."""
    found = np.flatnonzero(values > -np.inf)
    if len(found) > n:
        own = values[found]
        found = found[own >= np.partition(own, -n)[-n]]
    return found[np.argsort(-values[found], kind="stable")][:n]


def linear(features: NDArray[np.float32], slopes: Sequence[float]) -> Floats:
    """(n,) the linear order of a set."""
    return np.asarray(features[:, STANDING_FIRST:].astype(np.float64) @ slopes, np.float64)


class Shares(NamedTuple):
    """(n,) each: what every part says of a set of models, standardised within it and weighed by the rule."""

    evidence: Floats
    linear: Floats
    trees: Floats

    @classmethod
    def of(cls, expected: Floats, straight: Floats, trees: Floats | None, rule: Rule) -> Shares:
        """Weigh the evidence, the linear order and the trees' prediction."""
        return cls(
            (1 - rule.trees - rule.linear) * standard(expected),
            rule.linear * standard(straight),
            np.zeros(len(expected)) if trees is None else rule.trees * standard(trees),
        )


def blend(expected: Floats, shares: Shares, rule: Rule) -> Floats:
    """(n,) abilities that the parts come to together."""
    return np.asarray(expected.mean() + rule.spread * expected.std() * sum(shares), np.float64)


def standard(values: Floats) -> Floats:
    """Values with mean 0 and standard deviation 1; all 0 where they do not differ."""
    deviation = values.std()
    return (values - values.mean()) / deviation if deviation > 1e-12 else np.zeros(len(values))


class Ranker:
    """The opened artifact."""

    def __init__(self, folder: Path) -> None:
        """Open an artifact.

        Raises:
            NotAvailable: it is missing, or made for other features.
        """
        self.folder = folder
        try:
            self.card: dict[str, Any] = json.loads((folder / "ranker.json").read_text())
        except (OSError, ValueError) as error:
            raise NotAvailable(f"the ranker in {folder} cannot be read; make it with: advisor train") from error
        if (self.card["protocol"], self.card["schema"]) != (PROTOCOL, SCHEMA):
            raise NotAvailable(f"the ranker in {folder} was made for other features; make it with: advisor train")
        self.id: str = self.card["id"]
        self._arenas: dict[Arena, ArenaRanker] = {}

    @classmethod
    def open(cls, folder: Path | None = None) -> Ranker:
        """Open the shipped ranker, once a process, or the one in `folder`."""
        return cls(folder) if folder else _shipped()

    def arena(self, arena: Arena) -> ArenaRanker:
        """What was learned of an arena, loaded when first asked for."""
        if arena not in self._arenas:
            self._arenas[arena] = self._load(arena)
        return self._arenas[arena]

    def _load(self, arena: Arena) -> ArenaRanker:
        told = self.card["arenas"][arena.value]
        forest = None
        if told["sha256"]:
            with np.load(self.folder / f"{arena.value}.npz", allow_pickle=False) as arrays:
                forest = Forest(*(arrays[part] for part in PARTS))
        rules = {name: Rule(**rule) for name, rule in told["rules"].items()}
        bands = {name: Band(tuple(band["low"]), tuple(band["high"])) for name, band in told["bands"].items()}
        return ArenaRanker(rules, bands, tuple(told["slopes"]), forest)


@cache
def _shipped() -> Ranker:
    return Ranker(models_dir() / FOLDER)
