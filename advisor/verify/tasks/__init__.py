"""The user's data as tasks, one a file; `open_task(folder)` is what a runner process calls."""

from advisor.verify.tasks.registry import open_task

__all__ = ["open_task"]
