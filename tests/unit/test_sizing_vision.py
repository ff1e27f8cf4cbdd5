"""Images/s: what ships is what was fitted, hidden families are met, and names find what was counted of them."""

from importlib.resources import files
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pytest

from advisor.domain.hardware import Hardware
from advisor.sizing.constants import constants
from advisor.sizing.operations import COLUMNS, counted, operations, same
from advisor.sizing.vision import Known, images_per_s, known
from data.build.speed.figures import covered, spread
from data.build.speed.vision import expected, fit, folds, read_vision

FACTS = Path(__file__).parents[2] / "data" / "facts"
RUNS = dict(zip(("gpu", "cpu"), read_vision(), strict=True))
CLASSES = pytest.mark.parametrize("runs", list(RUNS.values()), ids=list(RUNS))


def device(known_as: str, **changes: object) -> Hardware:
    row = next(row for row in pq.read_table(FACTS / "hardware.parquet").to_pylist() if row["name"] == known_as)
    figures = {
        "name": known_as, "kind": row["kind"], "vendor": row["vendor"], "memory_gib": row["memory_gib"] or 16.0,
        "memory_bandwidth_gb_s": row["memory_bandwidth_gb_s"], "fp16_tflops": row["fp16_tflops"] or row["fp32_tflops"],
    }  # fmt: skip
    return Hardware.model_validate(figures | changes)


@CLASSES
def test_what_ships_is_what_was_fitted(runs):
    fitted = fit(runs)
    for name in sorted(set(runs.devices)):
        own = runs.of(runs.devices == name)
        hardware = device(str(name))
        never = np.full(len(own.value), np.nan)
        found = images_per_s(own.gmacs, own.params, hardware, Known(own.work, never))
        np.testing.assert_allclose(found.value, expected(fitted, own), rtol=2e-4)
        renamed = images_per_s(own.gmacs, own.params, device(str(name), name="a new one"), Known(own.work, never))
        stranger = own._replace(devices=np.full(len(own.value), "a new one"))
        np.testing.assert_allclose(renamed.value, expected(fitted, stranger), rtol=2e-4)
        ran = images_per_s(own.gmacs, own.params, hardware, Known(own.work, own.known(fitted.effects)))
        assert np.median(np.abs(ran.value / own.value - 1)) < 0.05


@CLASSES
def test_families_that_ran_nowhere_are_within_ten_percent_at_the_median(runs):
    fold, predicted = folds(runs.families), np.zeros(len(runs.value))
    for part in range(5):
        predicted[fold == part] = expected(fit(runs.of(fold != part)), runs.of(fold == part))
    errors = np.abs(predicted / runs.value - 1)
    assert np.median(errors) < 0.1
    assert np.quantile(errors, 0.9) < 0.3
    assert 0.76 < covered(runs.value / predicted, runs.families, spread) < 0.84
    shipped = constants()["vision"]["cpu" if runs.processor else "gpu"]["ranges"]["known"]["counted"]
    assert shipped == pytest.approx(spread(runs.value / predicted), rel=1e-3)


def test_models_are_found_by_name_whatever_their_weights():
    names = ("timm/resnet50.a1_in1k", "timm/resnet50", "torchvision/resnet50.imagenet1k_v2",
             "torchvision/resnet50.of_another_size", "someone/resnet50d.ra2_in1k", "a/new_one")  # fmt: skip
    ids = dict(enumerate(names))
    found = same(ids, [224, 224, np.nan, np.nan, 224, 224], [4.1, 4.1, 4.09, 9.0, 4.4, 4.1])
    assert found == {0: "resnet50@224", 1: "resnet50@224", 2: "resnet50@224", 4: "resnet50d@224"}
    work = operations(found, len(ids))
    assert work.shape == (6, len(COLUMNS))
    assert np.isnan(work[[3, 5]]).all()
    assert work[0, COLUMNS.index("params")] == pytest.approx(25.6)
    assert work[0, :7].sum() == pytest.approx(4100, rel=0.02)


def test_what_is_counted_agrees_with_the_catalog():
    row, table = counted()
    gmacs = {f"{r['name'].partition('.')[0]}@{r['image_size']}": r["gmacs"] for r in pq.read_table(
        FACTS / "models.parquet", columns=["name", "image_size", "gmacs", "macts_m"]).to_pylist()
        if r["gmacs"] and r["macts_m"]}  # fmt: skip
    assert set(gmacs) == set(row)
    off = [abs(table[row[name], :7].sum() / 1e3 / value - 1) for name, value in gmacs.items() if value > 0.1]
    assert np.median(off) < 0.01
    assert np.quantile(off, 0.9) < 0.05
    assert files("advisor.sizing").joinpath("vision_operations.json").stat().st_size < 200_000


def test_the_less_is_known_the_wider_the_range():
    models = known({0: "timm/resnet50.a1_in1k", 1: "a/new_one"}, [224, 224], [4.1, 4.1], device("RTX 4090"))
    never = models._replace(effect=np.full(2, np.nan))
    widths = []
    for hardware in (device("RTX 4090"), device("RTX 4090", name="a new one")):
        ran, counted_only = (images_per_s([4.1] * 2, [25.6e6] * 2, hardware, each) for each in (models, never))
        width = [found.high[i] / found.low[i] for found, i in ((ran, 0), (counted_only, 0), (ran, 1))]
        assert width == sorted(width)
        widths.append(width)
    assert all(seen < unseen for seen, unseen in zip(*widths, strict=True))


def test_a_slower_device_is_slower():
    whole = device("RTX 4090", name="a new one")
    half = device("RTX 4090", name="a slower one", memory_bandwidth_gb_s=504.0, fp16_tflops=82.5)
    models = known({0: "timm/resnet50.a1_in1k", 1: "a/new_one"}, [224, 224], [4.1, 4.1], whole)
    fast, slow = (images_per_s([4.1] * 2, [25.6e6] * 2, hardware, models) for hardware in (whole, half))
    assert np.all((fast.value / slow.value > 1.8) & (fast.value / slow.value <= 2))
    blind = Hardware.model_validate({"kind": "gpu", "memory_gib": 24.0})
    assert images_per_s([4.1] * 2, [25.6e6] * 2, blind, models) is None
