"""The user's data: read, checked, split, and written to a folder that runner processes open.

`prepare(path, task, DataOptions(...), folder)` returns a `DataSummary`; `advisor.verify.tasks.open_task(folder)`
opens what it wrote.
"""

from advisor.verify.data.options import DataOptions
from advisor.verify.data.prepare import prepare
from advisor.verify.data.prepared import Prepared, load

__all__ = ["DataOptions", "Prepared", "load", "prepare"]
