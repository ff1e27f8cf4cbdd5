"""Make the shipped facts: `python -m data.build --from RAW [PART ...]`, RAW holding the raw tables (data/README.md).

Same input, same bytes: rows are sorted, the writer has one thread and no timestamps.
"""

from __future__ import annotations

import argparse
import json
import re
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from data.build import catalog, hardware, licenses, measurements, peers

FACTS = Path(__file__).parents[1] / "facts"
PARTS: dict[str, Callable[[Path], dict[str, pa.Table]]] = {
    "catalog": catalog.tables,
    "licenses": licenses.tables,
    "hardware": hardware.tables,
    "measurements": measurements.tables,
    "peers": peers.tables,
}
_DATE = r"\d{4}(?:-\d{2}){0,2}"


def main() -> None:
    """Build the parts named on the command line, or all."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--from", dest="raw", type=Path, required=True, help="folder of the raw tables")
    parser.add_argument("--to", dest="out", type=Path, default=FACTS)
    parser.add_argument("parts", nargs="*", choices=[*PARTS, []], help="default: all")
    arguments = parser.parse_args()
    arguments.out.mkdir(parents=True, exist_ok=True)
    for part in arguments.parts or PARTS:
        for name, table in PARTS[part](arguments.raw).items():
            path = arguments.out / f"{name}.parquet"
            pq.write_table(table, path, compression="zstd", compression_level=19, row_group_size=1 << 20)
            print(f"{name:18s} {table.num_rows:9,d} rows {path.stat().st_size / 1e6:7.2f} MB")
    _write_manifest(arguments.out)


def _write_manifest(folder: Path) -> None:
    """Hashes and row counts of all tables; the facts are as old as their latest source."""
    tables = {
        path.stem: {"rows": pq.read_metadata(path).num_rows, "sha256": sha256(path.read_bytes()).hexdigest()}
        for path in sorted(folder.glob("*.parquet"))
    }
    dates = pq.read_table(folder / "sources.parquet", columns=["as_of"]).column("as_of").to_pylist()
    date = max(found + "-01" * (2 - found.count("-")) for text in dates for found in re.findall(_DATE, text or ""))
    (folder / "manifest.json").write_text(json.dumps({"date": date, "tables": tables}, indent=1) + "\n")


if __name__ == "__main__":
    main()
