"""Several processes and Ctrl-C."""

import os
import signal
from concurrent.futures import Future, ProcessPoolExecutor

import pytest

from advisor.domain.requirements import Requirements
from advisor.parallel import answer_many


@pytest.mark.skipif(not hasattr(signal, "pthread_sigmask"), reason="signals of POSIX")
def test_ctrl_c_while_a_request_is_handed_over_is_not_lost(monkeypatch):
    handed = []

    def submit(_pool, _call, asked):
        os.kill(os.getpid(), signal.SIGINT)
        handed.append(asked)
        done = Future()
        done.set_result(None)
        return done

    monkeypatch.setattr(ProcessPoolExecutor, "submit", submit)
    asked = Requirements(task="chat")
    with pytest.raises(KeyboardInterrupt):
        list(answer_many([asked] * 3, lambda _: None, lambda: None, workers=2))
    assert handed == [asked]
