"""Time to the first token and tokens/s of generated answers."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from advisor.domain.verification import Interval
from advisor.verify.probes.timing import median_interval
from advisor.verify.protocols import Generated


def ttft_ms(answers: Sequence[Generated]) -> Interval | None:
    """Median time to the first token, ms; None where the backend does not tell it."""
    times = [answer.ttft_s * 1000 for answer in answers if answer.ttft_s is not None]
    return median_interval(np.array(times), [float(np.median(times))], "ms") if times else None


def tokens_per_s(answers: Sequence[Generated]) -> Interval | None:
    """Median rate of decoding one request after its first token, tokens/s; of the whole request where the first
    token is not timed."""
    rates = [rate for rate in map(_rate, answers) if rate is not None]
    return median_interval(np.array(rates), [float(np.median(rates))], "tokens/s") if rates else None


def _rate(answer: Generated) -> float | None:
    if answer.ttft_s is None:
        return answer.n_tokens / answer.seconds if answer.n_tokens and answer.seconds > 0 else None
    decoding = answer.seconds - answer.ttft_s
    return (answer.n_tokens - 1) / decoding if answer.n_tokens > 1 and decoding > 0 else None
