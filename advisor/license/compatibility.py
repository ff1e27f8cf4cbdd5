"""Whether two licenses can live in one product: side by side in a closed product, or merged into one set of weights."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations

from advisor.domain.license import Compatibility, Distribution, LicenseUse, LicenseVerdict, Mix, Product, Verdict
from advisor.license.book import LicenseBook
from advisor.license.check import Checker
from advisor.license.terms import LicenseTerms

MAY_BECOME = {
    "gpl-2.0": frozenset({"gpl-2.0", "lgpl-2.1"}),
    "gpl-3.0": frozenset({"gpl-3.0", "agpl-3.0", "lgpl-3.0", "lgpl-2.1", "mpl-2.0", "cc-by-sa-4.0"}),
    "agpl-3.0": frozenset({"agpl-3.0", "gpl-3.0", "lgpl-3.0", "mpl-2.0"}),
    "lgpl-3.0": frozenset({"lgpl-3.0", "lgpl-2.1"}),
}
"""License of a merged work to the other licenses whose works may go into it. Sources: GPL-3.0 s13 and AGPL-3.0 s13
(each other), LGPL-3.0 (GPL-3.0 with permissions), LGPL-2.1 s3 (GPL), MPL-2.0 s3.3 (secondary licenses), the Creative
Commons compatibility list (CC-BY-SA-4.0 into GPL-3.0, one way)."""
NOT_INTO = {
    "gpl-2.0": frozenset({"apache-2.0", "ecl-2.0", "cc-by-4.0", "cc-by-3.0", "afl-3.0"}),
    "gpl-3.0": frozenset({"afl-3.0", "cc-by-3.0"}),
    "agpl-3.0": frozenset({"afl-3.0", "cc-by-3.0"}),
}
"""Permissive texts whose extra terms the copyleft text refuses, by the list of the Free Software Foundation."""


def mix(book: LicenseBook, names: Sequence[str], product: Product, use: LicenseUse | None = None) -> Mix:
    """Whether several licenses can live in one product: every two of them; see `compatibility`."""
    pairs = tuple(compatibility(book, first, second, product, use) for first, second in combinations(names, 2))
    answers = {pair.compatible for pair in pairs}
    return Mix(compatible=False if False in answers else None if None in answers else True, pairs=pairs)


def compatibility(
    book: LicenseBook, first: str, second: str, product: Product, use: LicenseUse | None = None
) -> Compatibility:
    """Whether two licenses can live in one product.

    Args:
        book: The known licenses.
        first: Tag or id of one license.
        second: Tag or id of the other.
        product: What is made of the two.
        use: Further facts of the use; commercial by default.
    """
    facts = (use or LicenseUse(commercial=True)).model_copy(update=_shape(product))
    checker = Checker(book, facts)
    verdicts = (checker.explain(first), checker.explain(second))
    refused = [f"{v.name}: {v.reason}" for v in verdicts if v.verdict in _REFUSED]
    reasons, compatible = refused, False if refused else True if all(v.verdict.permits for v in verdicts) else None
    if not refused and product is Product.WEIGHTS:
        clashes, doubts = _merge(book, verdicts)
        compatible = False if clashes else None if doubts else compatible
        reasons = clashes or doubts
    if compatible is None and not reasons:
        reasons = [f"{v.name}: {v.reason}" for v in verdicts if v.verdict is Verdict.UNKNOWN]
    owed = {(o.code, o.text): o for v in verdicts for o in v.obligations} if compatible else {}
    return Compatibility(
        first=verdicts[0].id,
        second=verdicts[1].id,
        urls=tuple(dict.fromkeys(v.url for v in verdicts if v.url)),
        product=product,
        compatible=compatible,
        reasons=tuple(reasons) or ("Both licenses grant this; the duties of both apply.",),
        obligations=tuple(owed.values()),
    )


_REFUSED = (Verdict.NEEDS_SEPARATE_LICENSE, Verdict.PROHIBITED)


def _shape(product: Product) -> dict[str, object]:
    closed = product is Product.CLOSED_SOURCE
    return {
        "distribution": Distribution.EMBEDDED_PRODUCT if closed else Distribution.WEIGHTS_REDISTRIBUTION,
        "closed_source_product": closed,
        "modifies_weights": not closed,
    }


def _merge(book: LicenseBook, verdicts: tuple[LicenseVerdict, LicenseVerdict]) -> tuple[list[str], list[str]]:
    """Why the two cannot be merged into one set of weights, and what leaves it open."""
    choices = [book.alternatives(verdict.id)[0] for verdict in verdicts]
    clashes, doubts = [], []
    for pair in ((book.terms(a), book.terms(b)) for a in choices[0] for b in choices[1] if a != b):
        for terms in pair:
            if terms.outputs.may_train == "no":
                doubts.append(f"{terms.name} bans improving other models with it; whether a merge does is not settled.")
        names = sorted({_prefix(terms) or "" for terms in pair} - {""})
        if len(names) > 1:
            clashes.append(f"The name must begin with each of {', '.join(names)}.")
        claims = [(whole, part) for whole, part in (pair, pair[::-1]) if whole.copyleft.scope in _WHOLE]
        if claims and not any(_fits(whole, part) for whole, part in claims):
            whole, part = claims[0]
            clashes.append(f"A merge must come under {whole.name} alone; {part.name} does not allow that.")
    return list(dict.fromkeys(clashes)), list(dict.fromkeys(doubts))


_WHOLE = ("adaptations", "whole_work")
"""Copyleft that claims everything made from the work, not the covered files alone."""


def _fits(whole: LicenseTerms, part: LicenseTerms) -> bool:
    """Whether a part may go under the copyleft of the whole."""
    if part.license_id in MAY_BECOME.get(whole.license_id, ()):
        return True
    free = part.kind == "permissive" and not part.caps and not part.field_of_use.prohibited
    return free and part.license_id not in NOT_INTO.get(whole.license_id, ())


def _prefix(terms: LicenseTerms) -> str | None:
    prefixes = [duty.code.partition(":")[2] for duty in terms.duties if duty.code.startswith("name_prefix:")]
    return prefixes[0] if prefixes else None
