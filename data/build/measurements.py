"""Table `measurements`: speed, memory and power, one row a run and metric, from five public sources.

Nothing is thrown away for being odd: a row that is faster than the roofline of its device is kept and flagged, and
no fit uses it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from advisor.domain.errors import InvalidInput
from advisor.sizing.devices import DeviceBook
from advisor.sizing.quantization import native_of
from data.build import hardware as hardware_tables
from data.build.catalog import names as spelled

Row = dict[str, Any]
FACTS = Path(__file__).parents[1] / "facts"
COLUMNS: dict[str, pa.DataType] = {
    "run_id": pa.string(), "metric": pa.string(), "value": pa.float64(), "hardware": pa.string(),
    "hardware_raw": pa.string(),
    "count": pa.int32(), "engine": pa.string(), "model_id": pa.string(), "model_raw": pa.string(),
    "params_total": pa.int64(),
    "params_active": pa.int64(), "quantization": pa.string(), "bits_per_weight": pa.float64(),
    "weights_gb": pa.float64(),
    "batch": pa.int32(), "prompt_tokens": pa.int32(), "context_tokens": pa.int32(), "generated_tokens": pa.int32(),
    "image_size": pa.int32(), "precision": pa.string(), "flags": pa.list_(pa.string()), "date": pa.string(),
    "source_id": pa.string(),
}  # fmt: skip
SOURCES: list[dict[str, str | None]] = [
    {
        "source_id": source_id, "title": title, "repository": repository, "path": path, "revision": revision,
        "as_of": as_of,
        "data_license": data_license, "measured_by": measured_by, "note": note,
    }
    for source_id, title, repository, path, revision, as_of, data_license, measured_by, note in (
        ("llmfit-community", "llmfit community benchmarks", "AlexsJones/llmfit", "llmfit-core/data/community",
         None, "2026-08", "MIT",
         "submitted", "one file a run"),
        ("localmaxxing", "localmaxxing runs as cached by llmfit", "AlexsJones/llmfit", None,
         "cache of 2026-08-10", "2026-08-10", "MIT",
         "submitted", None),
        ("geerlingguy-ai-benchmarks", "AI benchmarks by Jeff Geerling", "geerlingguy/ai-benchmarks", "README.md",
         None, "2025-12", "MIT",
         "independent", "Ollama or llama.cpp; quantization is the default and was assumed"),
        ("mlperf-inference-5.1", "MLPerf Inference v5.1 results", "mlcommons/inference_results_v5.1", None,
         "v5.1", "2025-09",
         "Apache-2.0", "submitted", "value of the whole system"),
        ("timm-throughput", "timm benchmark results", "huggingface/pytorch-image-models", "results", None, "2026",
         "Apache-2.0",
         "official", None),
        ("open-asr-rtfx", "Open ASR leaderboard: RTFx", "huggingface/open_asr_leaderboard", "scripts/data",
         "d1e99b2", "2026-08-21",
         "Apache-2.0", "independent", "inverse real-time factor in batches; the device is not named"),
        ("ultralytics-yolo26", "YOLO26 detection latency", "ultralytics/ultralytics",
         "docs/macros/yolo-det-perf.md", "10d9c6d", "2026",
         "AGPL-3.0 (figures)", "self-reported", None),
    )
]  # fmt: skip
_FORMAT = re.compile(
    r"(?:[-_.:](?:i?q\d\w*|ud|f16|bf16|fp16|fp8|nvfp4\w*|mxfp[48]\w*|gguf|mlx|awq|gptq|int[48]|[2-8]bit|i1|mtp|qat|latest|gs\d+))+$"
)
FASTEST_HOST_GB_S = 89.6
"""Memory of a desktop host: two channels of DDR5-5600."""
SOURCE_OF = {
    "llmfit-community": "llmfit-community",
    "localmaxxing": "localmaxxing",
    "geerlingguy": "geerlingguy-ai-benchmarks",
}


def tables(raw: Path) -> dict[str, pa.Table]:
    """The table from the raw ones under `raw`."""
    names = _Names(raw)
    rows = [*_language(raw, names), *_mlperf(raw, names), *_timm(raw, names), *_asr(raw, names), *_yolo(raw, names)]
    rows.sort(key=lambda row: (row["source_id"], row["run_id"], row["metric"]))
    return {
        "measurements": pa.table(
            {name: pa.array([row.get(name) for row in rows], kind) for name, kind in COLUMNS.items()}
        )
    }


class _Names:
    """Names of devices and models as sources spell them, resolved to ours where that is certain."""

    def __init__(self, raw: Path) -> None:
        built = hardware_tables.tables(raw)
        self.book = DeviceBook(built["hardware"].to_pylist(), built["hardware_aliases"].to_pylist())
        self.devices = {row["name"]: row for row in built["hardware"].to_pylist()}
        self.mapped = {line["raw"]: line["hardware"] for line in hardware_tables.read_csv("measured_hardware.csv")}
        self.models = dict(_model_names())
        self.counts = dict(_model_sizes())
        self.native = dict(_native_bits())
        self.by_name = dict(_by_name())

    def device(self, raw: str, key: str | None = None, memory_gib: float | None = None) -> str | None:
        if raw in self.mapped:
            return self.mapped[raw]
        if not key:
            return None
        size = f" {memory_gib:g}GB" if memory_gib and re.match(r"M\d", key) else ""
        try:
            name = self.book.parse(key + size).name
        except InvalidInput:
            return None
        return name if name in self.devices else None

    def model(self, raw: str) -> str | None:
        """The model behind a file, repository or Ollama tag: as spelled, else by its name without words of format."""
        name = re.sub(r"\.gguf$|^/.*/|^hf\.co/", "", raw).casefold()
        short = _FORMAT.sub("", name)
        for spelling in (name, short, short.replace("_", "/", 1)):
            if found := self.models.get(spelling):
                return found
        return self.by_name.get(_letters(short)) or self.by_name.get(_letters(short.partition("_")[2]))

    def sizes(self, model_id: str | None, named: int | None, active: int | None) -> tuple[int | None, int | None]:
        """Parameters in total and active: the catalog's, unless they are far below the name's (packed weights)."""
        total, used = self.counts.get(model_id or "", (None, None))
        if total is None or (named and total < 0.75 * named):
            return named, active
        return total, used or (active if active and active < total else None)


def _model_names() -> Iterator[tuple[str, str]]:
    """Spellings of model ids from the catalog tables, if they were built before this one; ids win over aliases."""
    for name, key in (("aliases", "alias"), ("variants", "variant_id"), ("models", "model_id")):
        if (path := FACTS / f"{name}.parquet").exists():
            for row in read_rows(path, f"{key}, model_id"):
                yield row[key].casefold(), row["model_id"]


def _model_sizes() -> Iterator[tuple[str, tuple[int | None, int | None]]]:
    """Parameters in total and active by model id."""
    if (path := FACTS / "models.parquet").exists():
        for row in read_rows(path, "model_id, params_total, params_active"):
            yield row["model_id"], (row["params_total"], row["params_active"])


def _native_bits() -> Iterator[tuple[str, float]]:
    """Most bits a weight by model id."""
    if (path := FACTS / "models.parquet").exists():
        for row in read_rows(path, "model_id, organisation, architecture"):
            if own := native_of(row["model_id"], row["organisation"], row["architecture"]):
                yield row["model_id"], max(own.bits, own.gguf_bits)


def _by_name() -> Iterator[tuple[str, str]]:
    """Models by the letters and digits of their name alone, where every model of that name has the same size; of
    several the most downloaded."""
    if not (path := FACTS / "models.parquet").exists():
        return
    found: dict[str, list[Row]] = {}
    for row in read_rows(path, "model_id, params_total, coalesce(downloads, 0) AS downloads"):
        if row["params_total"]:
            found.setdefault(_letters(row["model_id"]), []).append(row)
    for name, rows in found.items():
        if max(r["params_total"] for r in rows) <= 1.05 * min(r["params_total"] for r in rows):
            yield name, min(rows, key=lambda r: (-r["downloads"], r["model_id"]))["model_id"]


def _letters(name: str) -> str:
    return re.sub(r"[^a-z0-9]", "", name.rpartition("/")[2].casefold())


def read_rows(path: Path, columns: str = "*") -> list[Row]:
    """The rows of a Parquet file, in its order."""
    with duckdb.connect() as con:
        cursor = con.execute(f"SELECT {columns} FROM read_parquet(?)", [str(path)])
        names = [column[0] for column in cursor.description or ()]
        return [dict(zip(names, values, strict=True)) for values in cursor.fetchall()]


def _long(base: Row, metrics: dict[str, float | None]) -> Iterator[Row]:
    for metric, value in metrics.items():
        if value is not None and value > 0:
            yield {**base, "metric": metric, "value": float(value)}


def _whole(value: float | None, scale: float = 1) -> int | None:
    return round(value * scale) if value is not None else None


def _language(raw: Path, names: _Names) -> Iterator[Row]:
    seen: dict[str, int] = {}
    for run in read_rows(raw / "hardware" / "llm_speed_measured.parquet"):
        source = next(ours for prefix, ours in SOURCE_OF.items() if run["source"].startswith(prefix))
        stem = f"{source}:{Path(run['src_path']).stem}" if source == "llmfit-community" else source
        seen[stem] = seen.get(stem, 0) + 1
        device = names.device(run["hw_raw"], run["hw_key"], run["ram_gb"] or run["vram_gb"])
        model_id = names.model(run["model"])
        stated = _whole(run["active_b"], 1e9) or spelled.active_size(run["model"])
        total, active = names.sizes(model_id, _whole(run["params_b"], 1e9), stated)
        bits = min(run["bpw"], names.native.get(model_id or "", run["bpw"])) if run["bpw"] else None
        weights = total * bits / 8e9 if total and bits else run["weights_gb"]
        read = weights * (active or total) / total if weights and total else None
        peak, unit_flag = _gigabytes(run["peak_mem_gb"], run["vram_gb"], run["gpu_count"])
        flags = {
            "speculative": run["spec"], "offloaded": run["partial"] or run["cpu_moe"],
            "cluster": run["cluster"] or run["rpc"],
            "assumed-quantization": run["quant_assumed"], "mixed-devices": run["hetero"], "unit-corrected": unit_flag,
            "above-roofline": _too_fast(run, weights, read, names.devices.get(device or "", {})),
        }  # fmt: skip
        if run["kv_dtype"] not in (None, "f16", "fp16", "bf16", "auto"):
            flags[f"kv-cache-{run['kv_dtype'].split()[0].lower()}"] = True
        base = {
            "run_id": f"{stem}:{seen[stem]:04d}",
            "hardware": device, "hardware_raw": run["hw_raw"],
            "count": run["gpu_count"], "engine": run["engine"], "model_id": model_id,
            "model_raw": run["model"],
            "params_total": total, "params_active": active,
            "quantization": run["quant"].lower() if run["quant"] else None, "bits_per_weight": bits,
            "weights_gb": weights,
            "batch": run["batch"], "prompt_tokens": _whole(run["prompt_len"]),
            "context_tokens": _whole(run["ctx_len"]), "generated_tokens": _whole(run["gen_len"]),
            "flags": sorted(flag for flag, on in flags.items() if on), "date": run["date"], "source_id": source,
        }  # fmt: skip
        metrics = {"decode_tokens_per_s": run["decode_tps"], "prefill_tokens_per_s": run["prefill_tps"],
                   "ttft_ms": run["ttft_ms"],
                   "peak_memory_gb": peak, "power_w": run["power_w"]}  # fmt: skip
        yield from _long(base, metrics)


def _gigabytes(value: float | None, device_gb: float | None, count: int) -> tuple[float | None, bool]:
    """Memory in GB. Values over ten times the device are MiB; under 50 MB the tool read nothing."""
    if value is None or value < 0.05:
        return None, False
    if value > 10 * max(device_gb or 0, 12) * count:
        return value / 1024, True
    return value, False


def _too_fast(run: Row, weights_gb: float | None, read_gb: float | None, device: Row) -> bool:
    """Faster than reading `read_gb` of all weights a token allows, from all devices and what they cannot hold from the
    memory of the host: not a plain decode, or another file than is said."""
    if not (device.get("memory_bandwidth_gb_s") and weights_gb and read_gb):
        return False
    count = run["gpu_count"]
    held = device["memory_gib"] * count * 2**30 / 1e9 if device["kind"] == "gpu" else weights_gb
    away = max(0.0, 1 - held / weights_gb)
    seconds = read_gb * ((1 - away) / (device["memory_bandwidth_gb_s"] * count) + away / FASTEST_HOST_GB_S)
    return bool(run["decode_tps"] / run["batch"] * seconds > 1)


def _mlperf(raw: Path, names: _Names) -> Iterator[Row]:
    metric_of = {
        "Tokens/s": "total_tokens_per_s",
        "Samples/s": "items_per_s",
        "Queries/s": "items_per_s",
        "Latency (ms)": "latency_ms",
    }
    for run in read_rows(raw / "hardware" / "mlperf_inference_v5_1.parquet"):
        base = {
            "run_id": f"mlperf-5.1:{run['Location']}", "hardware": names.device(run["Accelerator"]),
            "hardware_raw": run["Accelerator"] or run["System"], "count": int((run["n_acc"] or 1) * run["Nodes"]),
            "engine": (run["Software"] or "")[:60] or None, "model_raw": run["UsedModel"],
            "precision": (run["weight_data_types"] or "")[:40] or None,
            "flags": sorted({run["Category"], run["Suite"], run["Scenario"].lower(), "whole-system"}),
            "date": "2025-09",
            "source_id": "mlperf-inference-5.1",
        }  # fmt: skip
        power = run["Power_Result"] if run["Power_Units"] == "Watts" else None
        yield from _long(base, {metric_of[run["Performance_Units"]]: run["value"], "power_w": power})


def _timm(raw: Path, names: _Names) -> Iterator[Row]:
    seen: dict[str, int] = {}
    for run in read_rows(raw / "vision" / "timm_throughput.parquet"):
        stem = "timm:" + run["source_file"].removesuffix(".csv").removeprefix("benchmark-")
        seen[stem] = seen.get(stem, 0) + 1
        flags = {
            "training": run["mode"] == "train",
            "compiled": run["compile"],
            "channels-last": run["layout"] == "nhwc",
        }
        base = {
            "run_id": f"{stem}:{seen[stem]:04d}", "hardware": names.device(run["device"]),
            "hardware_raw": run["device_name"], "count": 1,
            "engine": f"PyTorch {run['torch'][0]}.{run['torch'][1:]}", "model_raw": run["model"],
            "params_total": _whole(run["params_m"], 1e6),
            "batch": _whole(run["batch"]), "image_size": run["img_size"], "precision": run["precision"],
            "flags": sorted(flag for flag, on in flags.items() if on), "source_id": "timm-throughput",
        }  # fmt: skip
        yield from _long(base, {"items_per_s": run["samples_per_s"]})


def _asr(raw: Path, names: _Names) -> Iterator[Row]:
    for run in read_rows(raw / "asr" / "open_asr_results.parquet"):
        if run["benchmark"] == "RTFx":
            yield {
                "run_id": f"open-asr:{run['track']}:{run['model']}", "metric": "rtfx", "value": run["value"],
                "hardware_raw": "not stated", "count": 1, "model_id": names.model(run["model"]),
                "model_raw": run["model"],
                "flags": [run["track"]], "date": "2026-08-21", "source_id": "open-asr-rtfx",
            }  # fmt: skip


def _yolo(raw: Path, names: _Names) -> Iterator[Row]:
    for run in read_rows(raw / "vision" / "ultralytics_yolo26_det.parquet"):
        for device, value, engine, precision in (
            ("T4", run["t4_trt10_ms"], "TensorRT 10", "fp16"),
            ("CPU", run["cpu_onnx_ms"], "ONNX Runtime", "fp32"),
        ):
            yield {
                "run_id": f"yolo26:{run['model']}:{device}", "metric": "latency_ms", "value": value,
                "hardware": "T4" if device == "T4" else None, "hardware_raw": device, "count": 1, "engine": engine,
                "model_id": names.model(run["model"]), "model_raw": run["model"],
                "params_total": _whole(run["params_m"], 1e6), "batch": 1,
                "image_size": run["img_size"], "precision": precision, "flags": [], "source_id": "ultralytics-yolo26",
            }  # fmt: skip
