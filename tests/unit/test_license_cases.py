"""Forty uses with the verdict that the clause gives (tests/data/license_cases.json)."""

import json
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from advisor.catalog.paths import facts_dir
from advisor.domain.license import LicenseUse, LicenseVerdict, Verdict
from advisor.license.book import LicenseBook
from advisor.license.check import check

CASES = json.loads((Path(__file__).parents[1] / "data" / "license_cases.json").read_text())
DIFFERING_DUTIES = {"p22": "state_changes", "p37": "keep_notices"}
"""Duties of a case that its own facts do not trigger; docs/licenses.md says why."""


@pytest.fixture(scope="module")
def book():
    return shipped_book()


def shipped_book() -> LicenseBook:
    names = ("licenses", "license_aliases", "license_overrides")
    return LicenseBook.from_rows(*(pq.read_table(facts_dir() / f"{name}.parquet").to_pylist() for name in names))


def judge(book: LicenseBook, case: dict) -> LicenseVerdict:
    bases = [(base, base, False) for base in case["bases"]]
    return check(book, case["license"], LicenseUse(**case["use"]), bases=bases)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["id"])
def test_verdict_of_the_case(book, case):
    found = judge(book, case)
    assert found.verdict == case["verdict"], f"{case['why']} ({case['clause']}); found: {found.reason}"
    assert found.clause or found.verdict in (Verdict.ALLOWED, Verdict.UNKNOWN)


@pytest.mark.parametrize("case", [c for c in CASES if c["obligations"]], ids=lambda case: case["id"])
def test_duties_of_the_case(book, case):
    owed = {obligation.code for obligation in judge(book, case).obligations}
    assert owed == set(case["obligations"]) - {DIFFERING_DUTIES.get(case["id"])}


def test_no_verdict_needs_the_second_best_answer(book):
    acceptable_only = [c["id"] for c in CASES if judge(book, c).verdict in c["also_acceptable"]]
    assert acceptable_only == []


def test_p22_state_changes_is_owed_once_something_was_changed(book):
    case = next(c for c in CASES if c["id"] == "p22")
    changed = {**case, "use": {**case["use"], "modifies_weights": True}}
    assert "state_changes" in {o.code for o in judge(book, changed).obligations}
