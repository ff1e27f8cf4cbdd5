"""Causal language models of the transformers library."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import Any, ClassVar

from advisor.domain.verification import Candidate
from advisor.verify.backends.common import missing_library, model_folder, torch_settings
from advisor.verify.probes.precision import torch_proof
from advisor.verify.protocols import Generated, Generator, Limits
from advisor.verify.sources.files import Files


class CausalLm:
    """A loaded language model."""

    def __init__(self, model: Any, tokenizer: Any) -> None:
        self.model = model
        self.tokenizer = tokenizer

    def generate(self, prompts: Sequence[str], max_tokens: int, stop: Sequence[str] = ()) -> list[Generated]:
        return [self._one(prompt, max_tokens, list(stop)) for prompt in prompts]

    def proof(self) -> str:
        return torch_proof(self.model)

    def _one(self, prompt: str, max_tokens: int, stop: list[str]) -> Generated:
        import torch

        if self.tokenizer.chat_template:
            told = [{"role": "user", "content": prompt}]
            prompt = self.tokenizer.apply_chat_template(told, tokenize=False, add_generation_prompt=True)
        encoded = self.tokenizer(prompt, return_tensors="pt", return_token_type_ids=False)
        tokens = encoded.to(self.model.device)
        clock = _FirstToken()
        settings: dict[str, Any] = {"stop_strings": stop, "tokenizer": self.tokenizer} if stop else {}
        with torch.inference_mode():
            out = self.model.generate(
                **tokens,
                max_new_tokens=max_tokens,
                do_sample=False,
                streamer=clock,
                pad_token_id=self.tokenizer.pad_token_id or self.tokenizer.eos_token_id,
                **settings,
            )
        seconds = time.perf_counter() - clock.started
        new = out[0][tokens["input_ids"].shape[1] :]
        text = self.tokenizer.decode(new, skip_special_tokens=True)
        for mark in stop:
            text = text.partition(mark)[0]
        return Generated(text, len(new), seconds, clock.first)


class _FirstToken:
    """A streamer that notes when the first token comes; the first call is the prompt."""

    def __init__(self) -> None:
        self.started = time.perf_counter()
        self.first: float | None = None
        self._calls = 0

    def put(self, value: Any) -> None:
        self._calls += 1
        if self._calls == 2:
            self.first = time.perf_counter() - self.started

    def end(self) -> None:
        return


class TransformersCausal:
    """Runs folders whose configuration names a causal language model."""

    name: ClassVar[str] = "transformers-causal"
    formats: ClassVar[frozenset[str]] = frozenset({"safetensors", "pickle"})

    def suits(self, files: Files | None) -> bool:
        return files is not None and any(name.endswith("ForCausalLM") for name in files.architectures)

    def gives(self, candidate: Candidate, files: Files | None) -> tuple[type, ...]:
        return (Generator,)

    def available(self) -> str:
        return missing_library("transformers", "torch")

    def load(self, candidate: Candidate, limits: Limits) -> CausalLm:
        from transformers import AutoModelForCausalLM, AutoTokenizer

        folder = str(model_folder(candidate))
        tokenizer = AutoTokenizer.from_pretrained(
            folder, local_files_only=True, trust_remote_code=limits.allow_remote_code
        )
        model: Any = AutoModelForCausalLM.from_pretrained(folder, **torch_settings(candidate, limits))
        return CausalLm(model.to(limits.device).eval(), tokenizer)


BACKEND = TransformersCausal()
