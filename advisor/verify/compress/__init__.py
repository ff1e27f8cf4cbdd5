"""Ways to make a model smaller or faster, and the quality they lose: measured, not named.

`compare(model, task, settings, progress)` returns an `OptionComparison`. A runner process calls
`advisor.verify.compress:work` with its loaded model and opened task; the fields of its answer hold `comparison`, the
comparison as JSON. GGUF files of other precisions are candidates of their own and are compared by the verification.
"""

from advisor.verify.compress.compare import compare, work

__all__ = ["compare", "work"]
