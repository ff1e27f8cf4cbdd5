"""The catalog: facts built into an immutable, dated, hashed DuckDB snapshot."""
