"""Which weight files belong together, by their names."""

import struct

import pytest

from advisor.domain.errors import InvalidInput
from advisor.sizing.files import read_model
from advisor.sizing.headers import WeightFile
from advisor.sizing.precisions import is_weights, one_model, parts_of, wholes, with_precision


def named(*names):
    return [WeightFile(name, name, 100, lambda: None) for name in names]


@pytest.mark.parametrize(
    ("name", "base", "precision"),
    [
        ("Qwen3-8B-Q4_K_M.gguf", "qwen3-8b", "q4_k_m"),
        ("Qwen3-8B-UD-Q4_K_XL.gguf", "qwen3-8b", "q4_k_xl"),
        ("llama-3.1-8b.i1-IQ3_XXS.gguf", "llama-3.1-8b", "iq3_xxs"),
        ("gemma-3-4b-it-f16.gguf", "gemma-3-4b-it", "fp16"),
        ("gpt-oss-20b-mxfp4.gguf", "gpt-oss-20b", "mxfp4"),
        ("model_q8_0.gguf", "model", "q8_0"),
        ("BF16/Big-00001-of-00001.gguf", "big", "bf16"),
        ("phi-2.gguf", "phi-2", ""),
        ("Q8-tuned-Q6_K.gguf", "q8-tuned", "q6_k"),
    ],
)
def test_names_state_model_and_precision(name, base, precision):
    (found,) = wholes(named(name))
    assert (found.base, found.quantization) == (base, precision)


def test_parts_are_one_file_and_must_all_be_there():
    names = [f"Q8_0/Big-Q8_0-0000{part}-of-00003.gguf" for part in (2, 3, 1)]
    (found,) = wholes(named(*names))
    assert [file.name for file in found.files] == sorted(names)
    assert found.size == 300
    assert parts_of(names[0], [*names, "Q8_0/Big-Q4_0.gguf", "Big-Q8_0-00001-of-00003.gguf"]) == names
    with pytest.raises(InvalidInput, match="2 of its 3 parts are there"):
        wholes(named(*names[:2]))


def test_of_several_models_the_one_in_most_precisions_is_taken():
    found = wholes(named("a-Q4_0.gguf", "a-Q8_0.gguf", "b-Q8_0.gguf"))
    assert [whole.name for whole in one_model(found)] == ["a-Q4_0.gguf", "a-Q8_0.gguf"]
    assert [whole.name for whole in with_precision(found, "Q8_0")] == ["a-Q8_0.gguf", "b-Q8_0.gguf"]
    assert [whole.name for whole in with_precision(found, "b-q8")] == ["b-Q8_0.gguf"]


def test_files_beside_the_weights_are_none():
    assert not any(map(is_weights, ("mmproj-F16.gguf", "x.imatrix.gguf", "config.json", "pytorch_model.bin")))
    assert all(map(is_weights, ("a.gguf", "b/model.safetensors", "A.GGUF")))


def gguf(n_facts, *facts):
    return struct.pack("<4sIQQ", b"GGUF", 3, 0, n_facts) + b"".join(facts)


def fact(kind, value):
    return struct.pack("<Q", 1) + b"k" + struct.pack("<I", kind) + value


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (gguf(0), "no tensor"),
        (gguf(1, fact(8, struct.pack("<Q", 2**40))), "longer than 200 MB"),
        (gguf(1, fact(9, struct.pack("<IQ", 10, 2**60))), "longer than 200 MB"),
        (gguf(1, fact(9, struct.pack("<IQ", 9, 1) * 2000)), "arrays inside arrays"),
        (gguf(2**63), "cut off"),
        (struct.pack("<Q", 60_000) + b"[" * 60_000, "header is damaged"),
    ],
    ids=["empty", "long text", "long array", "nested", "endless", "deep JSON"],
)
def test_headers_that_mean_harm_are_refused(tmp_path, content, said):
    path = tmp_path / ("model.gguf" if content.startswith(b"GGUF") else "model.safetensors")
    path.write_bytes(content + bytes(64) * (said == "no tensor"))
    with pytest.raises(InvalidInput, match=said):
        read_model(path)
