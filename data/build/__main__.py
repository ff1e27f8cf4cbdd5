"""Make the shipped facts: `python -m data.build --from RAW [TABLE ...]`, RAW holding the raw tables (see data/README.md).

Same input, same bytes: rows are sorted, the writer has one thread and no timestamps.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from data.build import catalog, hardware, licenses, measurements

FACTS = Path(__file__).parents[1] / "facts"
PARTS: dict[str, Callable[[Path], dict[str, pa.Table]]] = {
    "catalog": catalog.tables,
    "licenses": licenses.tables,
    "hardware": hardware.tables,
    "measurements": measurements.tables,
}


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


if __name__ == "__main__":
    main()
