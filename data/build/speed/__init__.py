"""Fit the constants of `advisor.sizing.speed` to the shipped measurements and show how far off they are on what they
never saw."""
