"""What a need and a benchmark have in common: text understanding and task similarity."""
