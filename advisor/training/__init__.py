"""Offline work on the ranker: evaluation on hidden benchmarks, and training. Never on the way to a recommendation."""
