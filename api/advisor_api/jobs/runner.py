"""The server's side of jobs: claims those that wait and keeps a child process working on each."""

from __future__ import annotations

import asyncio
import json
import sys
from asyncio.subprocess import PIPE, Process

from advisor_api import logs
from advisor_api.jobs.folders import sweep
from advisor_api.settings import Settings
from advisor_api.store import claims, jobs
from advisor_api.store.claims import Claim
from advisor_api.store.records import Records

_POLL_S = 1.0
_GRACE_S = 10.0


class JobRunner:
    """Works on `settings.job_processes` jobs at once.

    A child holds the claim itself and lives only as long as the pipe from this process: where this process is killed,
    the child gives its job back and ends, and the next server goes on with it.
    """

    def __init__(self, records: Records, settings: Settings) -> None:
        self._records = records
        self._settings = settings
        self._running: set[asyncio.Task[None]] = set()
        self._wake = asyncio.Event()
        self._closing = False

    def wake(self) -> None:
        """Look for a new job now, not at the next round."""
        self._wake.set()

    async def run(self) -> None:
        """Look for work until `close`; what fails here is logged and tried again."""
        swept = False
        while not self._closing:
            try:
                if not swept:
                    await self._sweep()
                    swept = True
                await self._start_children()
            except Exception as error:
                logs.failure(error)
            self._wake.clear()
            try:
                async with asyncio.timeout(_POLL_S):
                    await self._wake.wait()
            except TimeoutError:
                pass

    async def close(self) -> None:
        """Let every child keep what it has done and give its job back."""
        self._closing = True
        self._wake.set()
        if self._running:
            await asyncio.wait(self._running)

    async def _start_children(self) -> None:
        while len(self._running) < self._settings.job_processes and not self._closing:
            claim = await self._records.write(claims.claim_next, self._settings.job_lease_s)
            if claim is None:
                return
            task = asyncio.create_task(self._work(claim))
            self._running.add(task)
            task.add_done_callback(self._over)

    def _over(self, task: asyncio.Task[None]) -> None:
        self._running.discard(task)
        self._wake.set()
        if not task.cancelled() and (error := task.exception()):
            logs.failure(error)

    async def _work(self, claim: Claim) -> None:
        """One child from its start to its end."""
        logs.event("job started", job=claim.job_id)
        command = [sys.executable, "-m", "advisor_api.jobs.child"]
        child = await asyncio.create_subprocess_exec(*command, stdin=PIPE, start_new_session=True)
        assert child.stdin is not None
        order = {"claim": claim, "store": self._settings.store, "lease_s": self._settings.job_lease_s}
        child.stdin.write(json.dumps(order).encode() + b"\n")
        code = await self._ended(child)
        logs.event("job left", job=claim.job_id, exit_code=code)
        if code != 0:
            await self._records.write(claims.release, claim, False)
        await self._sweep()

    async def _sweep(self) -> None:
        open_jobs = await self._records.read(jobs.open_ids)
        await asyncio.to_thread(sweep, open_jobs)

    async def _ended(self, child: Process) -> int:
        while not self._closing:
            try:
                async with asyncio.timeout(_POLL_S):
                    return await child.wait()
            except TimeoutError:
                continue
        assert child.stdin is not None
        child.stdin.close()
        try:
            async with asyncio.timeout(_GRACE_S):
                return await child.wait()
        except TimeoutError:
            child.kill()
            return await child.wait()
