"""What a model's name tells: the key under which copies meet, the size it claims, who publishes originals."""

from __future__ import annotations

import csv
import re
from pathlib import Path

with (Path(__file__).parent / "organisations.tsv").open(newline="") as _file:
    _ROLES = [(row["organisation"], row["role"]) for row in csv.DictReader(_file, delimiter="\t")]
PUBLISHERS = frozenset(name for name, role in _ROLES if role == "publisher")
"""Organisations that publish models of their own; a repository of the same name elsewhere is a copy of theirs."""
REPACKAGERS = frozenset(name for name, role in _ROLES if role == "repackager")
"""Organisations that mostly re-package what others publish."""

# Names that a publisher gave up for another; models under both are one.
_RENAMED = {"CohereForAI": "CohereLabs", "THUDM": "zai-org", "neuralmagic": "RedHatAI", "WizardLM": "WizardLMTeam"}

_SIZE = re.compile(r"(?<![a-z0-9.])(?:(\d+)x)?(\d+(?:[._]\d+)?)(b|t|m)(?![a-z0-9])")
_UNIT = {"m": 1e6, "b": 1e9, "t": 1e12}


def organisation_key(organisation: str | None) -> str:
    """The organisation, under its present name, lower case."""
    return _RENAMED.get(organisation or "", organisation or "").lower()


def key(name: str) -> str:
    """The spelling-independent form of a model's name without its organisation."""
    text = re.sub(r"[-_\s]+", "-", name.lower()).strip("-")
    text = re.sub(r"^(meta-)(?=llama)", "", text)
    if "nemotron" in text:  # NVIDIA names its repositories NVIDIA-...-BF16, and writes 3_3 for 3.3
        text = re.sub(r"^nvidia-|-bf16$", "", text).replace(".", "-")
    return re.sub(r"^(llama-2-\d+b(?:-chat)?)-hf$", r"\1", text)


def sizes(name: str) -> list[float]:
    """Parameter counts that a name claims: "Mixtral-8x7B" 56e9, "internlm2_5-1_8b" 1.8e9; active (A3B) left out."""
    text = name.lower()
    if re.search(r"\d+b-\d+e(?![a-z0-9])", text):  # Llama-4-Scout-17B-16E names its active size
        return []
    found = []
    for experts, number, unit in _SIZE.findall(text.replace("_", ".") if re.search(r"\d_\d+b", text) else text):
        size = re.sub(r"^0(?=\d)", "0.", number.replace("_", "."))
        found.append(float(size) * _UNIT[unit] * int(experts or 1))
    return [size for size in found if size]


def active_size(name: str) -> int | None:
    """Active parameters that a name claims: "granite-3.1-3b-a800m", "Qwen3-30B-A3B"."""
    match = re.search(r"[-_]a(\d+(?:\.\d+)?)(b|m)(?![a-z0-9])", name.casefold())
    return round(float(match[1]) * (1e9 if match[2] == "b" else 1e6)) if match else None
