"""Downloads by the hub's own client, from a server that speaks as the hub does and breaks off once."""

import json
import subprocess

import pytest

from tests.hub_server import COMMIT, Repository, serve

REPOSITORY = "someone/static-vectors"


@pytest.fixture
def hub(vectors):
    from advisor.verify.sources.package import package_folder

    folder = package_folder("wordllama")
    files = {
        "config.json": b'{"model_type": "model2vec"}',
        "tokenizer.json": folder / "tokenizers" / "l2_supercat_tokenizer_config.json",
        "model.safetensors": folder / "weights" / "l2_supercat_256.safetensors",
        "pytorch_model.bin": b"a pickle that must not be fetched",
    }
    with serve({REPOSITORY: Repository(files, breaks_off={"model.safetensors"})}) as opened:
        yield opened


def test_plan_fetch_resume_and_offline(hub, cli, reviews, tmp_path):
    command, environment = cli
    environment = {k: v for k, v in environment.items() if not k.startswith(("HF_", "TRANSFORMERS_"))}
    environment |= hub.environment(tmp_path / "hf")
    command += ["--data", str(reviews), "--task", "text-classification", "--candidates", f"hub:{REPOSITORY}", "--json"]
    command += ["--probe-s", "0.3", "--threads", "1", "--no-baselines"]

    def run(*more, **variables):
        done = subprocess.run(
            [*command, *more], env=environment | variables, capture_output=True, text=True, check=False
        )
        assert done.returncode in (0, 1), done.stderr
        return json.loads(done.stdout)

    plan = run("--plan")
    assert plan["runs"][0]["refused"] == ""
    assert plan["runs"][0]["candidate"]["artifact"]["revision"] == COMMIT
    assert 0.015 < plan["download_gib"] < 0.03
    (refused, *_) = run("--plan", "--task", "question-answering", "--column", "answer=sentiment")["runs"]
    assert refused["refused"] == "it embeds texts; the task needs a model that writes"
    assert not any(name == "model.safetensors" for _, name, _ in hub.asked), "the plan fetched weights"

    outcome = run("--out", str(tmp_path / "run"))["outcomes"][0]
    if outcome["status"] != "done":
        assert "run the same command again" in outcome["cause"]
        outcome = run("--out", str(tmp_path / "run"))["outcomes"][0]
    assert outcome["status"] == "done", outcome["cause"]
    fetched = [entry for entry in hub.asked if entry[:2] == ("GET", "model.safetensors")]
    assert len(fetched) > 1 and any(place for _, _, place in fetched), "it was not resumed where it broke off"
    assert not any(name == "pytorch_model.bin" and method == "GET" for method, name, _ in hub.asked)

    journal = (tmp_path / "run" / "journal.jsonl").read_text()
    assert run("--out", str(tmp_path / "run"))["outcomes"][0]["status"] == "done"
    assert (tmp_path / "run" / "journal.jsonl").read_text() == journal, "what was fetched since made it another one"
    before = len(hub.asked)
    cached = run("--offline", "--out", str(tmp_path / "again"))["outcomes"][0]
    assert cached["candidate"]["artifact"]["origin"] == "hub-cache"
    assert cached["candidate"]["artifact"]["revision"] == COMMIT
    assert cached["status"] == "done"
    assert len(hub.asked) == before
