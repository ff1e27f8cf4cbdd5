"""Ways to adapt a model to the user's labels: as is, nearest neighbours, a linear head, a short real fine-tune.

`compare(model, task, settings, progress)` returns an `OptionComparison`. A runner process calls
`advisor.verify.adapt:work` with its loaded model and opened task; the fields of its answer hold `comparison`, the
comparison as JSON.
"""

from advisor.verify.adapt.compare import compare, work

__all__ = ["compare", "work"]
