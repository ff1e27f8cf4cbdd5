"""A license that is nothing but a row of the facts works everywhere: snapshot, filter, near miss, check, command."""

import json
from hashlib import sha256

import duckdb
import pytest

from advisor.catalog.build import build_snapshot, read_manifest
from advisor.catalog.paths import facts_dir
from advisor.cli.app import run as run_command
from advisor.domain.license import LicenseUse, Product, Verdict
from advisor.engine import Advisor

MODEL = "intfloat/multilingual-e5-base"
TERMS = {
    "license_id": "harbor-1.0",
    "name": "Harbor Model License",
    "kind": "community",
    "confidence": "high",
    "text_read": True,
    "url": "https://harbor.example/license",
    "commercial": {"use": "conditional", "clause": "s2"},
    "caps": [{"measure": "monthly_active_users", "value": 5000, "text": "5,000 monthly users", "clause": "s3"}],
    "redistribution": {"allowed": "yes"},
    "duties": [{"code": "wave_flag", "text": "Fly the flag.", "when": [{"distribution": ["saas"]}], "clause": "s6"}],
}
CHANGED = ("licenses", "models", "results")
SMALL = {"commercial": True, "monthly_active_users": 100, "distribution": "saas"}
LARGE = SMALL | {"monthly_active_users": 90_000}


@pytest.fixture(scope="module")
def snapshot(advisor_home, tmp_path_factory):
    """A snapshot of a part of the shipped facts, one license and one tag more."""
    folder = tmp_path_factory.mktemp("facts")
    for path in facts_dir().iterdir():
        if path.stem not in CHANGED:
            (folder / path.name).symlink_to(path)
    (folder / "manifest.json").unlink()
    names = ("license_id", "name", "kind", "confidence", "text_read", "url")
    row = [*(TERMS[name] for name in names), json.dumps(TERMS)]
    facts = facts_dir()
    with duckdb.connect() as db:
        db.execute(f"CREATE TABLE licenses AS FROM '{facts / 'licenses.parquet'}'")
        db.execute(f"INSERT INTO licenses ({', '.join(names)}, terms) VALUES (?, ?, ?, ?, ?, ?, ?)", row)
        db.execute(f"CREATE TABLE models AS FROM '{facts / 'models.parquet'}'")
        db.execute("UPDATE models SET license_tag = 'harbor-1.0' WHERE model_id = ?", [MODEL])
        db.execute(
            f"CREATE TABLE results AS SELECT r.* FROM '{facts / 'results.parquet'}' r SEMI JOIN ("
            f"SELECT benchmark_id FROM '{facts / 'benchmarks.parquet'}' "
            "QUALIFY row_number() OVER (PARTITION BY arena ORDER BY benchmark_id) <= 40) b USING (benchmark_id)"
        )
        for table in CHANGED:
            db.execute(f"COPY {table} TO '{folder / table}.parquet'")
    manifest = json.loads((facts / "manifest.json").read_text())
    for table in CHANGED:
        manifest["tables"][table]["sha256"] = sha256((folder / f"{table}.parquet").read_bytes()).hexdigest()
    (folder / "manifest.json").write_text(json.dumps(manifest))
    return build_snapshot(read_manifest(folder), folder / "harbor.duckdb")


def test_it_works_end_to_end(snapshot, monkeypatch, capsys):
    with Advisor.open(snapshot) as advisor:
        fine = advisor.check_license(MODEL, LicenseUse(**SMALL))
        assert (fine.id, fine.verdict, fine.url) == (
            "harbor-1.0", Verdict.ALLOWED_WITH_OBLIGATIONS, "https://harbor.example/license",
        )  # fmt: skip
        assert [(duty.code, duty.clause) for duty in fine.obligations] == [("wave_flag", "s6")]
        asked = {"task": "retrieval", "candidates": [MODEL]}
        (pick,) = advisor.recommend({**asked, "use": SMALL}).picks
        assert pick.license.obligations == fine.obligations
        answer = advisor.recommend({**asked, "use": LARGE}, what_if=True)
        assert not answer.picks
        assert "5,000 monthly users" in answer.near_misses[0].failures[0].has
        assert answer.what_would_change[0].model_id == MODEL
        assert advisor.compare([MODEL]).rows[0].license.id == "harbor-1.0"
        assert advisor.check_compatibility(["harbor-1.0", "mit"], Product.CLOSED_SOURCE, LicenseUse(**SMALL)).compatible
    monkeypatch.setenv("ADVISOR_CATALOG", str(snapshot))
    flags = ["--commercial", "--distribution", "saas", "--monthly-active-users"]
    assert run_command(["license", "check", "Harbor-1.0", *flags, "100"]) == 0
    assert "Fly the flag." in capsys.readouterr().out
    assert run_command(["license", "check", MODEL, *flags, "90000"]) == 1
    assert "5,000 monthly users" in capsys.readouterr().out
