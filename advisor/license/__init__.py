"""License terms, verdicts for a use, and the chain of base models."""
