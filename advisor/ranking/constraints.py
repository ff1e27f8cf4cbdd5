"""Hard constraints that a model meets by what it is: license, languages, size, date, policy.

Each says which models of a pool fail, and how to tell it: what was needed, what the model has.
Constraints that depend on the device are in advisor.ranking.plan.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import date, timedelta
from fnmatch import fnmatchcase
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from advisor.domain.languages import language_name
from advisor.domain.license import LicenseUse, Verdict
from advisor.domain.recommendation import Failure
from advisor.domain.requirements import Expertise
from advisor.domain.tasks import Kind, Task
from advisor.features.need import Need
from advisor.license.check import Checker
from advisor.ranking.index import KINDS, ModelColumns
from advisor.ranking.link import Floats

Pool = NDArray[np.int64]
Mask = NDArray[np.bool_]

UNLESS_NAMED = ("merged", "flagged", "contaminated")
"""Left out unless `candidates` names them: their leaderboard scores do not carry over."""
FOLLOWS_INSTRUCTIONS = (Task.CHAT, Task.INSTRUCTION_FOLLOWING, Task.TOOL_USE)
"""Tasks for which a model that only continues text is left out unless named; for others, unless it can be tuned."""
_OUT_OF_REACH = {Verdict.NEEDS_SEPARATE_LICENSE: 1.0, Verdict.PROHIBITED: 3.0}
"""How far a refused use is from being allowed: an owner can grant one, a ban falls only with the use."""
_DAYS_A_YEAR = 365.25


class Check(NamedTuple):
    """One constraint over a pool of models."""

    constraint: str
    """The field of the requirements."""
    fails: Mask
    """(len(pool),)"""
    say: Callable[[int], tuple[str, str]]
    """Position in the pool to (needed, has)."""
    excess: Floats | None = None
    """(len(pool),) how far a model is from passing: times its limit, or steps; NaN where it is not known, so that no
    relaxing helps. None where the constraint has no degrees."""

    def failure(self, position: int) -> Failure:
        """The failure of one model in words."""
        needed, has = self.say(position)
        return Failure(constraint=self.constraint, needed=needed, has=has)


def eligible(models: ModelColumns, need: Need) -> Pool:
    """Indices of the models that could do the task at all and are not excluded by name.

    Wrong kind, wrong modality, artefacts and excluded names are no near misses: nobody wants to hear of them.
    """
    ok = models.suited(need.task)
    wanted = need.requirements.candidates
    if wanted:
        ok = ok & _named(models, ok, wanted)
    else:
        ok = ok & ~models.flagged(*UNLESS_NAMED)
        if need.task in FOLLOWS_INSTRUCTIONS or not _tunes(need):
            ok &= ~(models.flagged("base") & (models.kind == KINDS.index(Kind.GENERATIVE)))
    if need.requirements.open_weights_only:
        ok &= models.column("open_weights") == 1
    if need.requirements.exclude:
        ok &= ~_named(models, ok, need.requirements.exclude)
    return np.flatnonzero(ok)


def _tunes(need: Need) -> bool:
    """Whether a model may be fine-tuned: by experts, or by anybody with labelled examples who is not to drop it in."""
    asked = need.requirements
    labelled = bool(asked.data and asked.data.n_labelled)
    return asked.expertise is Expertise.EXPERT or (labelled and asked.expertise is not Expertise.DROP_IN)


def _named(models: ModelColumns, among: Mask, globs: Sequence[str]) -> Mask:
    """Models whose id matches a glob, whatever the case; only those in `among` are looked at."""
    patterns = [glob.lower() for glob in globs]
    out = np.zeros(len(models), bool)
    for i in np.flatnonzero(among):
        name = models.ids[i].lower()
        out[i] = any(fnmatchcase(name, pattern) for pattern in patterns)
    return out


def checks(models: ModelColumns, need: Need, pool: Pool, verdicts: NDArray[np.int8], heard: Mask) -> Iterator[Check]:
    """All constraints that the need states.

    Args:
        models: all models.
        need: what is needed.
        pool: indices of the eligible models.
        verdicts: (n_license_groups,) position in `Verdict` of each group of models with the same licenses.
        heard: (len(pool), n_needed_languages) whether a model has a result in each needed language.
    """
    asked = need.requirements
    if not asked.allow_uncensored:
        yield Check(
            "allow_uncensored",
            models.flagged("uncensored")[pool],
            lambda i: ("safety training intact", "uncensored variant"),
        )
    if asked.use != LicenseUse():
        yield _license(models, pool, verdicts)
    if asked.licenses_allow or asked.licenses_deny:
        yield _license_lists(models, pool, asked.licenses_allow, asked.licenses_deny)
    if need.languages:
        yield _languages(models, need, pool, heard)
    if asked.context_tokens:
        yield _at_least(models, pool, "context_tokens", asked.context_tokens, "tokens of context")
    if asked.max_params:
        yield _at_most(models, pool, "params_total", "max_params", asked.max_params)
    if asked.released_after:
        yield _released(models, pool, asked.released_after)


def verdicts_of(models: ModelColumns, checker: Checker) -> NDArray[np.int8]:
    """(n_license_groups,) position in `Verdict` for the checker's use."""
    order = {verdict: i for i, verdict in enumerate(Verdict)}
    return np.array([order[group_verdict(group, checker)] for group in models.licenses], np.int8)


def group_verdict(group: dict[str, object], checker: Checker) -> Verdict:
    """The verdict of a group of models with the same licenses."""
    bases = [tuple(base) for base in group["bases"]]  # type: ignore[attr-defined]
    return checker.verdict(
        group["tag"],  # type: ignore[arg-type]
        group["model_id"],  # type: ignore[arg-type]
        bases,
        multimodal=group["multimodal"],  # type: ignore[arg-type]
        restricted_data=group["restricted_data"],  # type: ignore[arg-type]
    )


def _license(models: ModelColumns, pool: Pool, verdicts: NDArray[np.int8]) -> Check:
    names = list(Verdict)
    permitted = np.array([verdict.permits for verdict in names])
    own = verdicts[models.license[pool]]
    excess = np.array([_OUT_OF_REACH.get(verdict, np.nan) for verdict in names])
    return Check(
        "use",
        ~permitted[own],
        lambda i: ("a license that allows this use", names[own[i]].value.replace("_", " ")),
        excess[own],
    )


def _languages(models: ModelColumns, need: Need, pool: Pool, heard: Mask) -> Check:
    """A model that states its languages must state the needed ones or have results in them."""
    silent = ~models.states_languages[pool]
    able = np.column_stack([models.speaks(code)[pool] for code in need.languages]) | heard

    def say(i: int) -> tuple[str, str]:
        stated = models.languages_of(int(pool[i]))
        shown = ", ".join(stated[:6]) + (", ..." if len(stated) > 6 else "")
        return ", ".join(map(language_name, need.languages)), shown

    return Check("languages", np.asarray(~silent & ~able.all(axis=1)), say)


def _at_least(models: ModelColumns, pool: Pool, column: str, needed: float, unit: str) -> Check:
    values = models.column(column)[pool]
    return Check(
        column, ~(values >= needed), lambda i: (f"{needed:,.0f} {unit}", _number(float(values[i]))), needed / values
    )


def _at_most(models: ModelColumns, pool: Pool, column: str, constraint: str, limit: float) -> Check:
    values = models.column(column)[pool]
    return Check(
        constraint, ~(values <= limit), lambda i: (f"at most {_size(limit)}", _size(float(values[i]))), values / limit
    )


def _released(models: ModelColumns, pool: Pool, after: date) -> Check:
    epoch = date(1970, 1, 1)
    days = models.column("release_date")[pool]

    def say(i: int) -> tuple[str, str]:
        return f"released after {after}", "unknown" if np.isnan(days[i]) else str(epoch + timedelta(days=int(days[i])))

    return Check("released_after", ~(days > (after - epoch).days), say, ((after - epoch).days - days) / _DAYS_A_YEAR)


def _license_lists(models: ModelColumns, pool: Pool, allow: Sequence[str], deny: Sequence[str]) -> Check:
    """The allow- and the deny-list hold license ids or kinds. Where the licensee may choose, one choice must pass."""
    allowed, denied = set(allow), set(deny)

    def passes(words: set[str]) -> bool:
        return (not allowed or bool(words & allowed)) and not words & denied

    good = [
        any(all(passes(set(words)) for words in choice) for choice in group["choices"]) for group in models.licenses
    ]
    bad = ~np.array(good)
    groups = models.license[pool]
    parts = [f"one of {', '.join(allow)}"] if allow else []
    parts += [f"none of {', '.join(deny)}"] if deny else []
    needed = "; ".join(parts)
    return Check("licenses_allow", bad[groups], lambda i: (needed, str(models.licenses[groups[i]]["id"])))


def _number(value: float) -> str:
    return "unknown" if np.isnan(value) else f"{value:,.0f}"


def _size(value: float) -> str:
    if np.isnan(value):
        return "unknown"
    return f"{value / 1e9:.3g}B" if value >= 1e9 else f"{value / 1e6:.3g}M"
