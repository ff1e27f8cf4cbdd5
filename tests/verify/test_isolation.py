"""What goes wrong in one candidate ends that one only, and is told with its cause."""

import pytest

from advisor.domain.verification import Status, Verdict


def by_key(found):
    return {outcome.candidate.key: outcome for outcome in found.outcomes}


def test_every_trouble_ends_its_own_candidate_only(verify, reviews, vectors, trouble):
    kinds = ("killed", "crash", "leave", "error", "memory", "network")
    found = verify(reviews, [vectors, *map(trouble, kinds)], memory_gib=0.5)
    outcomes = by_key(found)
    causes = {kind: outcomes[kind].cause for kind in kinds}
    assert {outcomes[kind].status for kind in kinds} == {Status.FAILED}
    assert "SIGKILL" in causes["killed"] and "memory" in causes["killed"]
    assert "SIGSEGV" in causes["crash"]
    assert "ended by itself with status 7" in causes["leave"]
    assert "the weights do not add up" in causes["error"]
    assert "over the limit of 0.50 GiB" in causes["memory"]
    assert "no network in a runner" in causes["network"]
    for key in ("wordllama", "tfidf-linear", "majority"):
        assert outcomes[key].status is Status.DONE, outcomes[key].cause
    assert found.verdict in (Verdict.CONFIRMED, Verdict.NOT_CONFIRMED)
    assert outcomes["wordllama"].quality["accuracy"].value > outcomes["majority"].quality["accuracy"].value
    assert 0 < found.isolation_ms < 1000


def test_nothing_to_run_is_no_crash(verify, reviews):
    found = verify(reviews, ["hub:no/such-model", "package:no_such_package"], baselines=False)
    assert {outcome.status for outcome in found.outcomes} == {Status.SKIPPED}
    assert found.verdict is Verdict.NOT_MEASURED
    assert "Nothing could be measured" in found.conclusion


def test_a_candidate_that_hangs_is_ended(verify, reviews, vectors, trouble):
    outcomes = by_key(verify(reviews, [trouble("hang", after=1), vectors], silence_s=10.0, baselines=False))
    assert outcomes["hang"].status is Status.FAILED
    assert "hung" in outcomes["hang"].cause and "10 s" in outcomes["hang"].cause
    assert outcomes["wordllama"].status is Status.DONE


def test_a_candidate_that_takes_too_long_is_ended(verify, reviews, trouble, vectors):
    outcomes = by_key(verify(reviews, [trouble("slow"), vectors], seconds=1.0, probe_s=0.1, baselines=False))
    assert "time limit of 1 s" in outcomes["slow"].cause


def test_a_corrupt_file_is_told_by_its_name(verify, reviews, vectors, minilm, tmp_path):
    broken = tmp_path / "broken"
    broken.mkdir()
    for name in ("config.json", "tokenizer.json", "tokenizer_config.json", "vocab.txt"):
        (broken / name).write_bytes((minilm / name).read_bytes())
    (broken / "model.safetensors").write_bytes((minilm / "model.safetensors").read_bytes()[:1_000_000])
    half = tmp_path / "half.gguf"
    half.write_bytes(b"GGUF" + bytes(200))
    zeros = tmp_path / "zeros.onnx"
    zeros.write_bytes(bytes(1000))
    candidates = [vectors, f"path:{broken}", f"path:{half}", f"path:{zeros}?tokenizer={minilm}"]
    outcomes = by_key(verify(reviews, candidates, baselines=False))
    assert outcomes["broken"].status is outcomes["half.gguf"].status is outcomes["zeros.onnx"].status is Status.FAILED
    assert "incomplete" in outcomes["broken"].cause.lower() or "safetensor" in outcomes["broken"].cause.lower()
    assert "half.gguf is no whole GGUF file" in outcomes["half.gguf"].cause
    assert "zeros.onnx" in outcomes["zeros.onnx"].cause
    assert outcomes["wordllama"].status is Status.DONE


@pytest.mark.parametrize("allowed", [False, True])
def test_a_malicious_pickle_is_never_opened(verify, reviews, vectors, tmp_path, allowed):
    marker = tmp_path / "it-ran"

    class Evil:
        def __reduce__(self):
            import os

            return os.system, (f"touch {marker}",)

    import pickle

    folder = tmp_path / "evil"
    folder.mkdir()
    (folder / "config.json").write_text('{"model_type": "bert", "architectures": ["BertModel"]}')
    (folder / "pytorch_model.bin").write_bytes(pickle.dumps(Evil()))
    outcomes = by_key(verify(reviews, [f"path:{folder}", vectors], baselines=False, allow_pickle=allowed))
    cause = outcomes["evil"].cause
    assert outcomes["evil"].status is Status.SKIPPED
    assert ("malicious" in cause and "system" in cause) if allowed else "--allow-pickle" in cause
    assert outcomes["wordllama"].status is Status.DONE
    assert not marker.exists()


def test_code_that_comes_with_a_model_does_not_run(verify, reviews, vectors, minilm, tmp_path):
    marker = tmp_path / "it-ran"
    folder = tmp_path / "own-code"
    folder.mkdir()
    (folder / "custom.py").write_text(f"open({str(marker)!r}, 'w')\nclass Own: pass\n")
    (folder / "modules.json").write_text('[{"idx": 0, "name": "0", "path": "", "type": "custom.Own"}]')
    (folder / "config.json").write_bytes((minilm / "config.json").read_bytes())
    (folder / "model.safetensors").symlink_to(minilm / "model.safetensors")
    outcomes = by_key(verify(reviews, [f"path:{folder}", vectors], baselines=False))
    assert outcomes["own-code"].status is Status.SKIPPED
    assert "custom.Own" in outcomes["own-code"].cause and "--allow-remote-code" in outcomes["own-code"].cause
    assert not marker.exists()
