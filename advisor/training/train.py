"""Make the ranker's artifact from the shipped facts: the same facts give the same bytes on the same machine."""

from __future__ import annotations

import json
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np

from advisor.catalog.aside import folder_aside
from advisor.catalog.store import Store
from advisor.domain.errors import NotAvailable
from advisor.domain.tasks import Arena
from advisor.features.encoder import TextEncoder
from advisor.license.book import LicenseBook
from advisor.ranking.features import NAMES, SCHEMA
from advisor.ranking.forest import PARTS, from_lightgbm
from advisor.ranking.index import Index
from advisor.ranking.ranker import PROTOCOL
from advisor.training.card import model_card
from advisor.training.evaluate import Progress, learn
from advisor.training.hidden import open_world
from advisor.training.learn import DEPTH, Learned


def train_ranker(
    store: Store, index: Index, book: LicenseBook, encoder: TextEncoder, folder: Path, date: str, progress: Progress
) -> dict[str, Any]:
    """Train every arena and write the artifact to `folder`, whole or not at all.

    Returns:
        The card of the artifact.

    Raises:
        NotAvailable: the extra `train` is not installed.
    """
    try:
        import lightgbm
    except ImportError as error:
        raise NotAvailable("training needs LightGBM: pip install 'model-advisor[train]'") from error
    arenas: dict[str, Any] = {}
    with folder_aside(folder) as work:
        for number, arena in enumerate(Arena):
            progress(f"learn {arena.value}", number / len(Arena))
            world = open_world(store, index, book, arena, encoder)
            learned = learn(world, np.zeros(len(world.counts), bool), "family")
            arenas[arena.value] = _write(work, arena.value, learned)
        card = {
            "protocol": PROTOCOL,
            "schema": SCHEMA,
            "date": date,
            "made_by": "advisor train",
            "license": "Apache-2.0",
            "facts": store.key,
            "lightgbm": lightgbm.__version__,
            "features": list(NAMES),
            "arenas": arenas,
        }
        card["id"] = f"ranker-{date}-{sha256(json.dumps(card, sort_keys=True).encode()).hexdigest()[:8]}"
        (work / "ranker.json").write_text(json.dumps(card, indent=1) + "\n")
        (work / "README.md").write_text(model_card(card), encoding="utf-8")
    progress("done", 1.0)
    return card


def _write(work: Path, name: str, learned: Learned) -> dict[str, Any]:
    """Text models, the same trees as arrays, and what the card says of them."""
    texts = learned.model.texts if any(rule.trees for rule in learned.rules.values()) else ()
    hashes = {}
    for seed, text in enumerate(texts):
        path = work / f"{name}-{seed}.txt"
        path.write_text(text)
        hashes[path.name] = sha256(text.encode()).hexdigest()
    if texts:
        forest = from_lightgbm(texts, DEPTH)
        np.savez(work / f"{name}.npz", allow_pickle=False, **{part: getattr(forest, part) for part in PARTS})
    return {
        "figures": learned.figures,
        "slopes": list(learned.model.slopes),
        "rules": {name: rule._asdict() for name, rule in learned.rules.items()},
        "bands": {name: band._asdict() for name, band in learned.bands.items()},
        "sha256": hashes,
    }
