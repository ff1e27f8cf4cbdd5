"""`advisor license`: what licenses allow."""

from __future__ import annotations

from typing import Any

import click

from advisor.cli.complaints import FOUND, NOTHING
from advisor.cli.flags import USE, merged, options
from advisor.cli.spec import read_spec
from advisor.cli.talk import draw, json_option, open_advisor, print_json


@click.group("license")
def command() -> None:
    """What licenses allow. Information, not legal advice.

    \b
    advisor license check llama-2-70b --commercial --monthly-active-users 800000000
    """


@command.command("list")
@click.option("--kind", help="Only this kind: permissive, community, non-commercial, ...")
@json_option
def list_(kind: str | None, as_json: bool) -> int:
    """The licenses that are known, with how many models carry them."""
    from advisor.catalog.build import query
    from advisor.domain.license import NOTICE

    with open_advisor() as advisor:
        rows = [row for row in advisor.store.rows(query("license_list")) if kind in (None, row["kind"])]
    if as_json:
        print_json({"licenses": rows, "notice": NOTICE})
    else:
        from advisor.cli.draw.license import listing

        draw(*listing(rows))
    return FOUND if rows else NOTHING


@command.command("show")
@click.argument("license_id", metavar="LICENSE")
@json_option
def show(license_id: str, as_json: bool) -> int:
    """The terms of one license, in our own words."""
    from advisor.domain.errors import InvalidInput, Problem
    from advisor.domain.license import NOTICE

    with open_advisor() as advisor:
        book = advisor.book
        known = book.named(license_id)
        if known is None or known not in book:
            close = book.closest(license_id)
            hint = f"did you mean {', '.join(close)}?" if close else "one of advisor license list"
            raise InvalidInput([Problem("LICENSE", f"unknown license {license_id!r}", hint)])
        terms = book.terms(known)
    if as_json:
        print_json({**terms.model_dump(mode="json"), "notice": NOTICE})
    else:
        from advisor.cli.draw.license import terms_parts

        draw(*terms_parts(terms))
    return FOUND


@command.command("check")
@click.argument("name", metavar="LICENSE|MODEL")
@click.option("--use", "use_file", metavar="FILE", help="The use as a JSON file or -; options are laid over it.")
@options(USE)
@json_option
def check(name: str, use_file: str | None, as_json: bool, **given: Any) -> int:
    """Whether a use is allowed. Exit status 1 if it is not, or not known."""
    from advisor.domain.license import LicenseUse

    use = LicenseUse.parse(merged({"use": read_spec(use_file)}, USE, given)["use"])
    with open_advisor() as advisor:
        verdict = advisor.check_license(name, use)
    if as_json:
        print_json(verdict)
    else:
        from advisor.cli.draw.license import verdict_parts

        draw(*verdict_parts(name, verdict))
    return FOUND if verdict.verdict.permits else NOTHING


@command.command("compatible")
@click.argument("names", metavar="LICENSE|MODEL...", nargs=-1, required=True)
@click.option("--product", help="closed_source (side by side) or weights (merged); default: both.")
@options(USE)
@json_option
def compatible(names: tuple[str, ...], product: str | None, as_json: bool, **given: Any) -> int:
    """Whether licenses can live in one product. Exit status 1 if any two cannot, or that is not known.

    \b
    advisor license compatible gpl-3.0 apache-2.0 --product weights
    """
    from advisor.domain.errors import InvalidInput, Problem
    from advisor.domain.license import LicenseUse, Product

    if product not in (None, *Product):
        raise InvalidInput([Problem("--product", f"unknown product {product!r}", f"one of {', '.join(Product)}")])
    document = merged({}, USE, given)
    use = LicenseUse.parse(document["use"]) if document else None
    with open_advisor() as advisor:
        answers = [advisor.check_compatibility(names, each, use) for each in Product if product in (None, each)]
    if as_json:
        print_json({"answers": answers})
    else:
        from advisor.cli.draw.license import mix_parts

        draw(*mix_parts(answers))
    return FOUND if all(answer.compatible for answer in answers) else NOTHING
