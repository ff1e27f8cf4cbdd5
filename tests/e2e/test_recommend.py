"""From a spec to models, on the shipped catalog."""

import json
import subprocess
import sys
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from advisor.domain.errors import InvalidInput, UnknownHardware
from advisor.domain.license import LicenseUse, Verdict
from advisor.domain.recommendation import EvidenceLevel, Recommendation
from advisor.domain.requirements import Requirements
from advisor.domain.tasks import Arena, Task

EXAMPLES = sorted((Path(__file__).parents[2] / "examples").glob("*.json"))


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_every_example_is_answered(advisor, path):
    answer = advisor.recommend(json.loads(path.read_text()))
    assert len(answer.picks) >= 2
    assert [pick.rank for pick in answer.picks] == list(range(1, len(answer.picks) + 1))
    for pick in answer.picks:
        assert pick.quality.low <= pick.quality.expected <= pick.quality.high
        assert bool(pick.evidence) == (pick.quality.n_results > 0)
        assert pick.reasons
        assert pick.next_step
        assert all(row.source and row.measured_by for row in pick.evidence)
    assert Recommendation.model_validate_json(answer.model_dump_json()) == answer


@pytest.mark.parametrize("task", list(Task))
def test_every_task_has_an_answer(advisor, task):
    answer = advisor.recommend({"task": task.value})
    assert len(answer.picks) == 3
    assert answer.picks[0].evidence


def test_free_text_alone_is_enough(advisor):
    answer = advisor.recommend({"description": "search German legal contracts on a laptop"})
    read = answer.interpreted
    assert read.task.value == "retrieval"
    assert 0 < read.task.confidence < 1
    assert [language.value for language in read.languages] == ["de"]
    assert "legal" in [domain.value for domain in read.domains]
    assert read.device is not None
    assert answer.picks


def test_limits_in_the_text_are_applied_and_told(advisor):
    answer = advisor.recommend({"description": "a commercial chat assistant with at most 9B parameters"})
    assert all(pick.params_total <= 9e9 for pick in answer.picks)
    assert all(pick.license.verdict.permits for pick in answer.picks)
    assert any("max_params" in limit.value for limit in answer.interpreted.limits)


def test_words_of_the_device_say_nothing_of_the_task(advisor):
    read = advisor.recommend({"description": "cheapest model for sentiment of tweets, on Raspberry Pi 5"}).interpreted
    assert read.task.value == "text-classification"
    assert read.task.confidence > 0.8
    assert [limit.value for limit in read.limits] == ["priorities.cost = 0.5"]


def test_english_is_assumed_and_told_where_no_language_is_stated(advisor):
    named = ["cl-nagoya/ruri-v3-30m", "sentence-transformers/all-MiniLM-L6-v2"]
    answer = advisor.recommend({"task": "retrieval", "candidates": named})
    assert [pick.model_id for pick in answer.picks] == named[1:]
    assert answer.near_misses[0].failures[0].constraint == "languages"
    assert answer.interpreted.languages[0].because.startswith("assumed")
    assert any("English assumed" in warning for warning in answer.warnings)
    japanese = advisor.recommend({"task": "retrieval", "languages": ["ja"], "candidates": named})
    assert named[0] in [pick.model_id for pick in japanese.picks]


def test_a_model_of_hardly_any_parameters_does_not_win_by_speed_alone(advisor):
    answer = advisor.recommend({"task": "retrieval", "hardware": "RTX 3060", "priorities": {"speed": 1}})
    assert all(pick.params_total > 5e6 for pick in answer.picks)


def test_without_a_graphics_card_slow_models_count_less_unless_a_limit_says_how_slow(advisor):
    need = {"task": "clustering", "hardware": "laptop"}
    patient = advisor.recommend(need | {"max_latency_ms": 1e6})
    answer = advisor.recommend(need)
    assert max(pick.speed.value for pick in patient.picks) < min(pick.speed.value for pick in answer.picks)
    assert any("max_latency_ms" in warning for warning in answer.warnings)
    assert not any("max_latency_ms" in warning for warning in patient.warnings)


def test_what_the_request_states_wins_over_its_text(advisor):
    answer = advisor.recommend(
        {"description": "a chat assistant with at most 9B parameters", "max_params": 2_000_000_000}
    )
    assert all(pick.params_total <= 2e9 for pick in answer.picks)


@pytest.mark.parametrize(
    ("need", "level"),
    [
        ({"task": "retrieval", "languages": ["de"]}, EvidenceLevel.ENOUGH),
        ({"task": "code-generation", "candidates": ["princeton-nlp/gemma-2-9b-it-SimPO"]}, EvidenceLevel.THIN),
        ({"task": "chat", "max_params": 1}, EvidenceLevel.NONE),
    ],
)
def test_not_enough_evidence_is_said_with_what_orders_instead(advisor, need, level):
    answer = advisor.recommend(need)
    assert answer.evidence_level is level
    said = [warning for warning in answer.warnings if warning.startswith("not enough evidence")]
    assert bool(said) == (answer.evidence_level is not EvidenceLevel.ENOUGH and bool(answer.picks))
    assert all("ordered by" in warning or "order rests on" in warning for warning in said)
    assert all(0 <= pick.quality.informed <= 1 for pick in answer.picks)
    if answer.picks:
        thin = answer.picks[0].quality.informed < 0.3
        assert thin == (answer.evidence_level is not EvidenceLevel.ENOUGH)


def test_the_same_request_gives_the_same_answer(advisor):
    asked = {"task": "clustering", "languages": ["fr"], "hardware": "T4"}
    assert advisor.recommend(asked) == advisor.recommend(asked)


def test_unknown_hardware_gets_suggestions(advisor):
    with pytest.raises(UnknownHardware) as caught:
        advisor.recommend({"task": "chat", "hardware": "RTX 4900"})
    assert any("4090" in name for name in caught.value.suggestions)


def test_nothing_satisfies_shows_near_misses(advisor):
    answer = advisor.recommend({"task": "retrieval", "languages": ["de"], "max_memory_gib": 0.05})
    assert not answer.picks
    assert answer.near_misses
    assert all(failure.needed and failure.has for miss in answer.near_misses for failure in miss.failures)
    assert any("none of" in warning for warning in answer.warnings)


@pytest.mark.parametrize(
    ("limit", "holds"),
    [
        ({"max_params": 1_000_000_000}, lambda pick, store: pick.params_total <= 1e9),
        ({"max_memory_gib": 2.0}, lambda pick, store: pick.memory.total_gib <= 2.0),
        ({"licenses_allow": ["mit"]}, lambda pick, store: pick.license.id == "mit"),
        ({"licenses_allow": ["Apache 2.0"]}, lambda pick, store: pick.license.id == "apache-2.0"),
        ({"licenses_deny": ["permissive"]}, lambda pick, store: pick.license.kind != "permissive"),
        ({"released_after": "2025-06-01"}, lambda pick, store: pick.release_date > "2025-06-01"),
        ({"candidates": ["BAAI/*"]}, lambda pick, store: pick.model_id.startswith("BAAI/")),
        ({"exclude": ["Qwen/*", "google/*"]}, lambda pick, store: not pick.model_id.startswith(("Qwen/", "google/"))),
        ({"context_tokens": 8000}, lambda pick, store: store.model(pick.model_id).context_tokens >= 8000),
        ({"languages": ["ja"]}, lambda pick, store: _speaks(store.model(pick.model_id), "ja", store)),
        ({"max_disk_gib": 1.0}, lambda pick, store: pick.memory.weights_gib <= 1.0),
    ],
    ids=lambda value: next(iter(value)) if isinstance(value, dict) else "",
)
def test_hard_constraints_hold(advisor, limit, holds):
    answer = advisor.recommend({"task": "retrieval", "top_k": 20, **limit})
    assert answer.picks
    assert all(holds(pick, advisor.store) for pick in answer.picks)


def _speaks(record, language, store):
    heard = "SELECT 1 FROM results JOIN benchmarks USING (benchmark_id) WHERE model_id = ? AND ? IN languages LIMIT 1"
    stated = not record.languages or language in record.languages
    return stated or bool(store.tuples(heard, [record.model_id, language]))


def test_memory_first_prefers_small_models(advisor):
    plain = advisor.recommend({"task": "retrieval", "languages": ["en"]})
    small = advisor.recommend({"task": "retrieval", "languages": ["en"], "priorities": {"quality": 1.0, "memory": 1.0}})
    assert small.picks[0].memory.total_gib < plain.picks[0].memory.total_gib


def test_speed_first_prefers_fast_models(advisor):
    asked = {"task": "chat", "hardware": "RTX 4090"}
    plain = advisor.recommend(asked)
    quick = advisor.recommend({**asked, "priorities": {"quality": 1.0, "speed": 1.0}})
    assert quick.picks[0].speed.value > plain.picks[0].speed.value


def test_results_on_data_that_a_model_trained_on_can_be_left_out(advisor):
    asked = {"task": "retrieval", "languages": ["en"], "top_k": 20}
    trained = set(advisor.store.tuples("SELECT model_id, unnest(training_datasets) FROM models"))
    plain = advisor.recommend(asked)
    clean = advisor.recommend({**asked, "contamination": "avoid"})
    assert any((pick.model_id, row.benchmark_id) in trained for pick in plain.picks for row in pick.evidence)
    assert not any((pick.model_id, row.benchmark_id) in trained for pick in clean.picks for row in pick.evidence)
    (told,) = [warning for warning in clean.warnings if warning.startswith("contamination")]
    assert int(told.split()[1].replace(",", "")) > 1000
    assert advisor.recommend(asked) == plain


def test_leaving_results_out_changes_only_models_that_had_them(advisor):
    whole, clean = advisor.index.arena(Arena.EMBEDDING), advisor._clean(Arena.EMBEDDING)
    covariance = np.asarray(whole.evidence.between[0])
    before, after = whole.evidence.mean(covariance), clean.evidence.mean(covariance)
    n_before, n_after = np.diff(whole.evidence.start), np.diff(clean.evidence.start)
    assert n_before.sum() - n_after.sum() == clean.n_left_out
    same = n_before == n_after
    np.testing.assert_allclose(before[same], after[same], rtol=1e-6, atol=1e-9)
    assert np.abs(before - after)[~same].max() > 0.01
    assert advisor._clean(Arena.SPEECH) is advisor.index.arena(Arena.SPEECH)


def test_cost_first_prefers_fast_models_on_a_device(advisor):
    asked = {"task": "chat", "hardware": "RTX 4090"}
    cheap = advisor.recommend({**asked, "priorities": {"quality": 1.0, "cost": 1.0}})
    quick = advisor.recommend({**asked, "priorities": {"quality": 1.0, "speed": 1.0}})
    assert [pick.model_id for pick in cheap.picks] == [pick.model_id for pick in quick.picks]
    nowhere = advisor.recommend({"task": "chat", "priorities": {"quality": 1.0, "cost": 1.0}})
    assert any("cost need `hardware`" in warning for warning in nowhere.warnings)


def test_the_pareto_front_falls_in_memory(advisor):
    answer = advisor.recommend({"task": "retrieval", "hardware": "RTX 4090", "top_k": 3})
    sizes = [advisor.store.model(model_id).params_total for model_id in answer.pareto]
    assert len(sizes) > 3
    # Memory is more than parameters: models of one size differ by their activations.
    assert all(later <= 1.01 * earlier for earlier, later in pairwise(sizes))


def test_many_are_answered_in_order_by_processes(advisor):
    asked = [Requirements(task=task, top_k=1) for task in ("chat", "retrieval", "clustering")]
    asked.insert(1, Requirements(task="chat", hardware="no such device"))
    one = list(advisor.recommend_many(asked))
    two = list(advisor.recommend_many(asked, workers=2))
    assert isinstance(one[1], InvalidInput)
    assert isinstance(two[1], InvalidInput)
    assert [a for a in one if isinstance(a, Recommendation)] == [a for a in two if isinstance(a, Recommendation)]


def test_models_side_by_side(advisor):
    names = [
        "llama-2-7b",
        "llama-2-13b",
        "llama-2-70b",
        "falcon-7b",
        "falcon-40b",
        "falcon-180b",
        "mistral-7b",
        "gpt-3",
    ]
    compared = advisor.compare(names)
    rows = {row.model.model_id: row for row in compared.rows}
    assert len(rows) == 8
    assert all(row.scores for row in rows.values())
    assert rows["openai/gpt-3-175b"].proprietary
    assert set(rows["tiiuae/falcon-7b"].memory) == {"fp16", "int8", "int4"}
    assert rows["tiiuae/falcon-7b"].license.id == "apache-2.0"
    assert rows["tiiuae/falcon-180B"].license.id == "falcon-180b-tii"
    assert rows["meta-llama/Llama-2-7b-hf"].license.id == "llama2"
    memory = [rows[i].memory["fp16"].weights_gib for i in ("meta-llama/Llama-2-7b-hf", "meta-llama/Llama-2-70b-hf")]
    assert memory == pytest.approx([12.55, 128.5], rel=0.01)


def test_closed_weights_without_a_tag_are_proprietary(advisor):
    (row,) = advisor.compare(["gpt-4o"]).rows
    assert row.model.license_tag is None and row.proprietary
    assert (row.license.id, row.license.kind) == ("proprietary-api", "proprietary")
    assert "vendor" in row.license.reason
    asked = {"task": "chat", "candidates": ["gpt-4o"], "open_weights_only": False, "use": {"commercial": True}}
    (miss,) = advisor.recommend(asked).near_misses
    assert miss.failures[0].has.startswith("proprietary-api, prohibited")


def test_distilled_encoders_side_by_side(advisor):
    compared = advisor.compare(["bert-base", "distilbert", "tinybert-6l", "tinybert-4l"])
    assert all(any(b.startswith("glue_") for b in row.scores) for row in compared.rows)
    assert " % of the quality" in compared.rows[1].relative
    assert "60 % of the size" in compared.rows[1].relative


def test_a_request_is_told_in_what_the_model_takes(advisor):
    assert advisor.estimate("timm/resnet50.a1_in1k", "RTX 4090").load == "an image of 224 x 224 pixels"
    assert advisor.estimate("qwen3-8b", "RTX 4090", 8192).load == "8,192 tokens of context"


@pytest.mark.parametrize(
    ("model", "hardware", "precision"),
    [
        ("Qwen/Qwen3-Embedding-8B", None, "fp16"),
        ("Qwen/Qwen3-Embedding-8B", "64 GB RAM, no GPU", "fp32"),
        ("intfloat/multilingual-e5-small", None, "fp32"),
        ("intfloat/multilingual-e5-small", "RTX 4090", "fp16"),
    ],
)
def test_encoders_run_in_the_precision_that_is_usual(advisor, model, hardware, precision):
    asked = {"task": "retrieval", "candidates": [model]} | ({"hardware": hardware} if hardware else {})
    assert advisor.recommend(asked).picks[0].variant.quantization == precision


def test_a_model_known_from_one_domain_alone_carries_a_risk(advisor):
    asked = {"task": "retrieval", "languages": ["de"], "candidates": ["Hanno-Labs/dinghy-law-*"], "top_k": 1}
    (manuals,) = advisor.recommend(asked | {"domains": ["instructional"]}).picks
    assert "all its results are on legal texts: elsewhere it may be worse" in manuals.risks
    (contracts,) = advisor.recommend(asked | {"domains": ["legal"]}).picks
    assert not any("all its results" in risk for risk in contracts.risks)


def test_results_in_the_domain_of_the_need_count_most(advisor):
    """A stated domain is matched, however it is written."""
    for word in ("legal", "Legal"):
        answer = advisor.recommend({"task": "retrieval", "languages": ["de"], "domains": [word], "top_k": 1})
        similar = {row.benchmark_id: row.similarity for row in answer.picks[0].evidence}
        assert max(similar, key=similar.get) in {"mteb/LegalQuAD", "mteb/GerDaLIRSmall", "mteb/GermanLegal1Retrieval"}


def test_what_quantisation_costs_is_told(advisor):
    pick = advisor.recommend({"task": "chat", "hardware": "RTX 4090", "candidates": ["Qwen/Qwen3-32B"]}).picks[0]
    sizing = advisor.estimate("Qwen/Qwen3-32B", "RTX 4090")
    same = next(v for v in sizing.variants if v.variant.quantization == pick.variant.quantization)
    assert pick.variant.quantization == "q4_k_m"
    assert pick.memory.verdict == "fits" and sizing.variants[sizing.recommended] is same
    assert pick.quality_loss == same.quality_loss and "run both ways" in pick.quality_loss.note
    whole = advisor.recommend({"task": "chat", "candidates": ["Qwen/Qwen3-32B"]}).picks[0]
    assert whole.quality_loss.value == whole.quality_loss.high == 0
    assert whole.quality.expected > pick.quality.expected


def test_smaller_models_to_consider_instead(advisor):
    asked = {"task": "retrieval", "candidates": ["BAAI/bge-*-en-v1.5", "minishlab/*"], "top_k": 2}
    large, base = advisor.recommend(asked).picks
    assert (large.model_id, base.model_id) == ("BAAI/bge-large-en-v1.5", "BAAI/bge-base-en-v1.5")
    near, far = large.smaller
    assert near.model_id == base.model_id and near.relation == "series"
    assert near.expected_quality == base.quality.expected and near.memory_gib == base.memory.total_gib
    assert near.kept.low < 95 < near.kept.value < near.kept.high and near.kept.basis == "looked-up"
    assert far.params_total <= 0.25 * large.params_total
    assert {(model.model_id, model.relation) for model in base.smaller} >= {
        ("minishlab/potion-base-8M", "distillation")
    }
    limited = advisor.recommend(asked | {"licenses_deny": ["mit"], "candidates": ["intfloat/*", "BAAI/bge-*-en-v1.5"]})
    assert not any(model.model_id.startswith("BAAI/") for pick in limited.picks for model in pick.smaller)


def test_the_first_three_are_not_siblings_that_are_hardly_better(advisor):
    needs = [
        {"task": "retrieval", "languages": ["de"]},
        {"task": "retrieval", "max_params": 500_000_000},
        {"task": "chat", "hardware": "RTX 4090"},
        {"task": "image-classification"},
    ]
    gave_way = 0
    for need in needs:
        picks = advisor.recommend(need | {"top_k": 12}).picks
        assert picks[0].utility == max(pick.utility for pick in picks)
        for place, pick in enumerate(picks):
            better = [later for later in picks[place + 1 :] if later.utility > pick.utility]
            gave_way += len(better)
            assert not better or place in (1, 2)
            told = [reason for reason in pick.reasons if reason.startswith("before ")]
            assert len(told) == (1 if better else 0)
            assert not better or any(better[0].model_id in reason for reason in told)
        named = advisor.recommend(need | {"top_k": 12, "candidates": ["*"]}).picks
        assert [pick.utility for pick in named] == sorted((pick.utility for pick in named), reverse=True)
    assert gave_way


def test_of_errors_the_share_is_that_of_the_error(advisor):
    asked = {"task": "speech-recognition", "candidates": ["openai/whisper-large-v3", "distil-whisper/*"], "top_k": 1}
    (distilled,) = advisor.recommend(asked).picks[0].smaller
    assert distilled.model_id.startswith("distil-whisper/") and distilled.relation == "distillation"
    assert distilled.kept.unit == "% of the error" and distilled.kept.high > 100


def test_a_license_is_checked_by_model_or_id(advisor):
    use = LicenseUse(commercial=True)
    assert advisor.check_license("mistral-7b", use).verdict.permits
    assert advisor.check_license("cc-by-nc-4.0", use).verdict is Verdict.NEEDS_SEPARATE_LICENSE
    assert advisor.check_license("tiiuae/falcon-180B", use).kind != "permissive"


def test_nothing_heavy_is_imported_on_the_way_to_a_recommendation(advisor_home):
    code = (
        "import sys; from advisor.engine import Advisor\n"
        "Advisor.open().recommend({'description': 'search German contracts on a laptop'})\n"
        "heavy = {'torch', 'sklearn', 'lightgbm', 'pandas', 'transformers', 'litestar', 'scipy'}\n"
        "print(*sorted(heavy & set(sys.modules)))"
    )
    out = subprocess.run(
        [sys.executable, "-c", code], check=True, capture_output=True, text=True, cwd=EXAMPLES[0].parents[1]
    )
    assert out.stdout.strip() == ""


def flags_of_picks(advisor, **need):
    answer = advisor.recommend({"top_k": 20, **need})
    return [set(advisor.store.model(pick.model_id).flags) for pick in answer.picks]


@pytest.mark.parametrize("task", ["chat", "question-answering", "code-generation"])
def test_who_cannot_tune_gets_no_model_that_only_continues_text(advisor, task):
    assert not any("base" in flags for flags in flags_of_picks(advisor, task=task, hardware="RTX 3060 12GB"))


def test_experts_may_get_pretrained_models_to_tune(advisor):
    found = flags_of_picks(
        advisor, task="question-answering", languages=["en"], hardware="RTX 4090", expertise="expert"
    )
    assert any("base" in flags for flags in found)


def test_models_known_from_boards_of_submission_alone_do_not_lead(advisor):
    found = flags_of_picks(advisor, task="chat", hardware="RTX 3060 12GB")
    assert not any("submitted-only" in flags for flags in found[:3])


def test_every_size_of_whisper_transcribes(advisor):
    answer = advisor.recommend({"task": "speech-recognition", "candidates": ["openai/whisper-*"], "top_k": 20})
    assert {"openai/whisper-tiny", "openai/whisper-small"} <= {pick.model_id for pick in answer.picks}


def test_an_embedding_model_that_is_measured_on_entities_may_find_them(advisor):
    answer = advisor.recommend({"task": "token-classification", "candidates": ["FacebookAI/xlm-roberta-large"]})
    assert [pick.model_id for pick in answer.picks] == ["FacebookAI/xlm-roberta-large"]


@pytest.mark.parametrize(
    ("description", "task"),
    [
        ("OCR scanned Arabic documents", "visual-question-answering"),
        ("extract key fields from scanned invoices in German", "visual-question-answering"),
        ("find the right page among scanned PDFs by looking at the pages", "document-understanding"),
    ],
)
def test_documents_are_read_by_models_that_answer_and_found_by_embeddings(advisor, description, task):
    answer = advisor.recommend({"description": description})
    assert answer.interpreted.task.value == task


def test_a_budget_in_words_needs_a_device(advisor):
    without = advisor.recommend({"description": "budget 1,500 USD per month, search Polish laws"})
    assert without.picks
    assert any("not applied without `hardware`" in warning for warning in without.warnings)
    asked = {"description": "budget 1,500 USD per month, search Polish laws", "hardware": "L4"}
    assert any("max_usd_per_month" in limit.value for limit in advisor.recommend(asked).interpreted.limits)
    stated = advisor.recommend({"task": "retrieval", "max_usd_per_month": 1500})
    assert not stated.picks
    assert any("max_usd_per_month without `hardware`" in warning for warning in stated.warnings)
