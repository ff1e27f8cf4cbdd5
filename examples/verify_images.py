"""A small image classifier, trained here and saved as anybody would: configuration, processor, safetensors."""

from __future__ import annotations

from pathlib import Path


def train(images: Path, target: Path, epochs: int = 8, seed: int = 0) -> Path:
    """Train a ResNet of 0.3 M parameters on a folder of images by class (a minute on 2 cores)."""
    import numpy as np
    import torch
    from PIL import Image
    from transformers import ResNetConfig, ResNetForImageClassification, ViTImageProcessor

    torch.manual_seed(seed)
    files = sorted(images.glob("*/*.png"))
    names = sorted({path.parent.name for path in files})
    processor = ViTImageProcessor(size={"height": 32, "width": 32}, image_mean=[0.5] * 3, image_std=[0.5] * 3)
    pixels = processor([Image.open(path) for path in files], return_tensors="pt")["pixel_values"]
    labels = torch.tensor([names.index(path.parent.name) for path in files])
    config = ResNetConfig(
        embedding_size=32, hidden_sizes=[32, 64, 128], depths=[1, 1, 1], layer_type="basic",
        id2label=dict(enumerate(names)), label2id={name: place for place, name in enumerate(names)},
    )  # fmt: skip
    model = ResNetForImageClassification(config).train()
    optimizer = torch.optim.AdamW(model.parameters(), lr=3e-3, weight_decay=0.01)
    batches = (len(files) + 63) // 64
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, 3e-3, total_steps=epochs * batches)
    order = np.random.default_rng(seed)
    for _ in range(epochs):
        for batch in np.array_split(order.permutation(len(files)), batches):
            loss = model(pixel_values=pixels[batch], labels=labels[batch]).loss
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            schedule.step()
    model.eval().save_pretrained(target)
    processor.save_pretrained(target)
    return target
