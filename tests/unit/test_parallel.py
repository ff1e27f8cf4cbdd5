"""Several processes and Ctrl-C."""

import signal
from concurrent.futures import Future, ProcessPoolExecutor
from threading import Timer, main_thread

import pytest

from advisor.domain.requirements import Requirements
from advisor.parallel import answer_many

ASKED = Requirements(task="chat")
pytestmark = pytest.mark.skipif(not hasattr(signal, "pthread_sigmask"), reason="signals of POSIX")


def blocked():
    return signal.pthread_sigmask(signal.SIG_BLOCK, [])


def press_ctrl_c():
    signal.pthread_kill(main_thread().ident, signal.SIGINT)


def signals_of_a_worker():
    return lambda _: (signal.SIGINT in blocked(), signal.getsignal(signal.SIGINT))


def test_ctrl_c_while_a_request_is_handed_over_is_not_lost(monkeypatch):
    handed = []

    def submit(_pool, _call, asked):
        press_ctrl_c()
        handed.append(asked)
        done = Future()
        done.set_result(None)
        return done

    monkeypatch.setattr(ProcessPoolExecutor, "submit", submit)
    with pytest.raises(KeyboardInterrupt):
        list(answer_many([ASKED] * 3, lambda _: None, lambda: None, workers=2))
    assert handed == [ASKED]
    assert signal.SIGINT not in blocked()
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


def test_ctrl_c_ends_the_wait_for_an_answer(monkeypatch):
    monkeypatch.setattr(ProcessPoolExecutor, "submit", lambda *_: Future())
    presses = Timer(0.3, press_ctrl_c)
    presses.start()
    with pytest.raises(KeyboardInterrupt):
        list(answer_many([ASKED], lambda _: None, lambda: None, workers=2))
    presses.join()


def test_workers_are_deaf_to_ctrl_c_and_this_process_is_not():
    said = []
    for answer in answer_many([ASKED] * 3, lambda _: None, signals_of_a_worker, workers=2):
        assert signal.SIGINT not in blocked()
        said.append(answer)
    assert said == [(True, signal.SIG_IGN)] * 3
