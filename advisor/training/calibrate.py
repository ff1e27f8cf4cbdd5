"""Intervals that cover what they say: their halves are stretched to what hidden families showed."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from advisor.ranking.features import NAMES
from advisor.ranking.link import Floats
from advisor.ranking.ranker import EVIDENCE_BINS, Band
from advisor.ranking.scale import center_of, half_of
from advisor.training.groups import Group
from advisor.training.metrics import weighted_quantiles

TOP = 10
"""Models of each benchmark that are told: the first of the order."""
_LEAST = 100
"""Models that a bin needs to be calibrated on its own."""
_DEVIATION, _N_RESULTS = NAMES.index("deviation"), NAMES.index("n_results")


def calibrate_bands(groups: Sequence[Group], told: Sequence[Floats], families: NDArray[np.int64]) -> dict[str, Band]:
    """A band for every medium with enough hidden benchmarks; the others share that of all.

    Args:
        groups: hidden benchmarks with all their candidates.
        told: (n_short,) expected abilities of each short list.
        families: (n_groups,) family of each benchmark. Near-duplicates miss alike and a need is none of them, so every
            family counts the same.
    """
    media = [group.medium for group in groups]
    own = [i for i, group in enumerate(groups) if group.own_metric]
    bands = {}
    for name in sorted(set(media)):
        used = [i for i in own if media[i] == name]
        used = used if TOP * len(used) >= _LEAST else own
        bands[name] = _band([groups[i] for i in used], [told[i] for i in used], families[used])
    return bands


def _band(groups: Sequence[Group], told: Sequence[Floats], families: NDArray[np.int64]) -> Band:
    """The factors that let one in ten of the scores fall below and one in ten above."""
    found = [errors(group, abilities) for group, abilities in zip(groups, told, strict=True)]
    error = np.concatenate([values for values, _ in found]) if found else np.zeros(0)
    if error.size < 10:
        return Band()
    place = np.searchsorted(EVIDENCE_BINS, np.concatenate([counts for _, counts in found]), side="right") - 1
    family = np.repeat(families, [len(values) for values, _ in found])
    low, high = [], []
    for number in range(len(EVIDENCE_BINS)):
        there = place == number
        used = there if there.sum() >= _LEAST else np.ones(len(error), bool)
        ends = family_quantiles(error[used], family[used], (0.1, 0.9))
        low.append(round(max(-ends[0], 0.1), 3))
        high.append(round(max(ends[1], 0.1), 3))
    return Band(tuple(low), tuple(high))


def family_quantiles(values: Floats, family: NDArray[np.int64], shares: Sequence[float]) -> list[float]:
    """Quantiles of (n,) values where every family, (n,), has the same weight however many values it has."""
    code = np.unique(family, return_inverse=True)[1]
    return weighted_quantiles(values, 1 / np.bincount(code)[code], shares)


def errors(group: Group, abilities: Floats) -> tuple[Floats, NDArray[np.int64]]:
    """How many half-widths above its expectation each told model scored, and from how many results it was told."""
    first = np.argsort(-abilities, kind="stable")[:TOP]
    center = np.array([center_of(group.scale, value) for value in abilities[first]])
    half = np.array([half_of(group.scale, value) for value in group.features[first, _DEVIATION]])
    results = np.rint(np.expm1(group.features[first, _N_RESULTS])).astype(np.int64)
    return (group.truth.oriented[group.short[first]] - center) / half, results


def covered(group: Group, abilities: Floats, band: Band) -> NDArray[np.bool_]:
    """Which of the told models scored inside their interval."""
    error, results = errors(group, abilities)
    ends = np.array([band.at(int(n)) for n in results])
    return (error >= -ends[:, 0]) & (error <= ends[:, 1])
