"""A backend that embeds by static vectors until its trouble starts: what `advisor` must survive."""

import os
import signal
import socket
import time
from pathlib import Path

import numpy as np

from advisor.verify.backends.static_vectors import StaticVectorsBackend


class Troubled:
    """Static vectors whose `embed` goes wrong from a given call on."""

    def __init__(self, model, options):
        self.model = model
        self.trouble = options["trouble"]
        self.left = int(options.get("after", "0"))
        self.at = options.get("at")
        self.marker = Path(options.get("marker", ""))

    def embed(self, texts, role="document"):
        self.left -= 1
        if self.left < 0 and (self.at is None or self.at in texts):
            getattr(self, self.trouble)()
        return self.model.embed(texts, role)

    def hang(self):
        while True:
            time.sleep(0.1)

    def memory(self):
        held = []
        while True:
            held.append(np.ones(8 * 2**20))
            time.sleep(0.02)

    def killed(self):
        os.kill(os.getpid(), signal.SIGKILL)

    def killed_once(self):
        if not self.marker.exists():
            self.marker.touch()
            self.killed()

    def crash(self):
        os.kill(os.getpid(), signal.SIGSEGV)

    def leave(self):
        os._exit(7)

    def error(self):
        raise ValueError("the weights do not add up")

    def network(self):
        socket.create_connection(("192.0.2.1", 80), timeout=2)

    def slow(self):
        time.sleep(0.3)


class Trouble(StaticVectorsBackend):
    """Runs whatever names it."""

    name = "trouble"

    def suits(self, files):
        return False

    def load(self, candidate, limits):
        assert Path(candidate.artifact.location).exists()
        return Troubled(super().load(candidate, limits), candidate.options)
