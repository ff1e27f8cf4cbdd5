"""Candidates, the evidence score, and the order of the picks."""
