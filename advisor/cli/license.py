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

    with open_advisor() as advisor:
        rows = [row for row in advisor.store.rows(query("license_list")) if kind in (None, row["kind"])]
    if as_json:
        print_json({"licenses": rows})
    else:
        from advisor.cli.draw.license import listing

        draw(listing(rows))
    return FOUND if rows else NOTHING


@command.command("show")
@click.argument("license_id", metavar="LICENSE")
@json_option
def show(license_id: str, as_json: bool) -> int:
    """The terms of one license, in our own words."""
    from advisor.domain.errors import InvalidInput, Problem

    with open_advisor() as advisor:
        book = advisor.book
        known = book.resolve(license_id)
        if known not in book or (known == "other" and license_id != "other"):
            from rapidfuzz import process

            close = [match[0] for match in process.extract(license_id.lower(), list(book), limit=3, score_cutoff=55)]
            hint = f"did you mean {', '.join(close)}?" if close else "one of advisor license list"
            raise InvalidInput([Problem("LICENSE", f"unknown license {license_id!r}", hint)])
        terms = book.terms(known)
    if as_json:
        print_json(terms)
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
    from pydantic import ValidationError

    from advisor.domain.errors import InvalidInput
    from advisor.domain.license import LicenseUse
    from advisor.domain.requirements import problems_of

    document = merged({"use": read_spec(use_file)}, USE, given)["use"]
    try:
        use = LicenseUse.model_validate(document)
    except ValidationError as error:
        raise InvalidInput(problems_of(error, LicenseUse)) from error
    with open_advisor() as advisor:
        verdict = advisor.check_license(name, use)
    if as_json:
        print_json(verdict)
    else:
        from advisor.cli.draw.license import verdict_parts

        draw(*verdict_parts(name, verdict))
    return FOUND if verdict.verdict.permits else NOTHING
