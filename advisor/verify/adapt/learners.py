"""What is fine-tuned, by which loss: a sentence encoder in two ways, a classifier of the transformers library."""

from __future__ import annotations

import copy
from collections.abc import Sequence
from typing import Any

import numpy as np

from advisor.verify.adapt.settings import AdaptSettings
from advisor.verify.protocols import Indices
from advisor.verify.tasks.heads import LinearHead
from advisor.verify.torch_encoder import features, vectors

_BLOCK = 32


class Learner:
    """A copy of a module that learns labels; the parts that differ are `loss` and `answers`."""

    name: str

    def __init__(self, module: Any, n_labels: int, settings: AdaptSettings) -> None:
        import torch

        torch.manual_seed(settings.seed)
        self.module = copy.deepcopy(module)
        self.module.max_seq_length = min(settings.max_tokens, module.max_seq_length or settings.max_tokens)
        self.n_labels = n_labels

    @property
    def trained(self) -> Any:
        """The module whose weights are trained."""
        return self.module

    def loss(self, texts: Sequence[str], labels: Any) -> Any:
        """Scalar tensor over a batch; `labels` is a tensor of positions."""
        raise NotImplementedError

    def answers(self, texts: Sequence[str], labels: Indices, asked: Sequence[str]) -> Indices:
        """(n,) labels of n texts that are asked; `texts` and `labels` are what it was trained on."""
        raise NotImplementedError

    def _encoded(self, texts: Sequence[str]) -> Any:
        import torch

        with torch.inference_mode():
            return torch.cat([vectors(self.module, part).float().cpu() for part in _parts(texts)]).numpy()


class Contrastive(Learner):
    """Texts of one label are drawn together, others apart (SetFit, Tunstall et al. 2022); a linear head answers."""

    name = "contrastive"

    def loss(self, texts: Sequence[str], labels: Any) -> Any:
        import torch
        from torch.nn import functional

        unit = functional.normalize(vectors(self.module, texts))
        same = (labels[:, None] == labels[None, :]).float()
        apart = torch.triu(torch.ones_like(same), diagonal=1).bool()
        return functional.mse_loss((unit @ unit.T)[apart], same[apart])

    def answers(self, texts: Sequence[str], labels: Indices, asked: Sequence[str]) -> Indices:
        return LinearHead(self._encoded(texts), labels).predict(self._encoded(asked))


class Classification(Learner):
    """A linear layer on the sentence vector, trained with the encoder by cross-entropy."""

    name = "classification"

    def __init__(self, module: Any, n_labels: int, settings: AdaptSettings) -> None:
        import torch

        super().__init__(module, n_labels, settings)
        width = int(vectors(self.module, ["a text"]).shape[1])
        self.layer = torch.nn.Linear(width, n_labels).to(self.module.device)
        self._both = torch.nn.ModuleList([self.module, self.layer])

    @property
    def trained(self) -> Any:
        return self._both

    def loss(self, texts: Sequence[str], labels: Any) -> Any:
        from torch.nn import functional

        return functional.cross_entropy(self.layer(vectors(self.module, texts)), labels)

    def answers(self, texts: Sequence[str], labels: Indices, asked: Sequence[str]) -> Indices:
        import torch

        with torch.inference_mode():
            scores = [self.layer(vectors(self.module, part)).argmax(dim=1).cpu() for part in _parts(asked)]
        return np.asarray(torch.cat(scores).numpy(), np.int64)


class SequenceClassifier(Learner):
    """The encoder under the classification head of its own architecture (AutoModelForSequenceClassification)."""

    name = "sequence classifier"

    def __init__(self, module: Any, n_labels: int, settings: AdaptSettings) -> None:
        from transformers import AutoModelForSequenceClassification

        super().__init__(module, n_labels, settings)
        encoder = self.module[0].model
        config = copy.deepcopy(encoder.config)
        config.num_labels = n_labels
        self.classifier: Any = AutoModelForSequenceClassification.from_config(config, dtype=encoder.dtype)
        body = self.classifier.base_model
        wanted = body.state_dict()
        # A pooling layer that the encoder lacks starts anew, like the head.
        known = {name: value for name, value in encoder.state_dict().items() if name in wanted}
        body.load_state_dict(known, strict=False)
        self.classifier.to(encoder.device)

    @property
    def trained(self) -> Any:
        return self.classifier

    def loss(self, texts: Sequence[str], labels: Any) -> Any:
        from torch.nn import functional

        return functional.cross_entropy(self._scores(texts), labels)

    def answers(self, texts: Sequence[str], labels: Indices, asked: Sequence[str]) -> Indices:
        import torch

        with torch.inference_mode():
            found = [self._scores(part).argmax(dim=1).cpu() for part in _parts(asked)]
        return np.asarray(torch.cat(found).numpy(), np.int64)

    def _scores(self, texts: Sequence[str]) -> Any:
        made = features(self.module, texts)
        known = {name: made[name] for name in ("input_ids", "attention_mask", "token_type_ids") if name in made}
        return self.classifier(**known).logits


LEARNERS: tuple[type[Learner], ...] = (Contrastive, Classification, SequenceClassifier)


def _parts(texts: Sequence[str]) -> list[Sequence[str]]:
    return [texts[at : at + _BLOCK] for at in range(0, len(texts), _BLOCK)]
