"""What crosses between a verification and a runner."""

import io
import struct

import numpy as np
import pytest

from advisor.verify.runner.channel import Channel


def test_messages_come_back_as_they_were():
    pipe = io.BytesIO()
    sender = Channel(io.BytesIO(), pipe)
    sender.send("a", {"x": [1, "ä"]}, {"n": np.arange(6.0).reshape(2, 3), "s": np.array(["ab", "c"])})
    sender.send("b")
    pipe.seek(0)
    receiver = Channel(pipe, io.BytesIO())
    message = receiver.receive()
    assert (message.kind, message.fields) == ("a", {"x": [1, "ä"]})
    assert message.arrays["n"].tolist() == [[0, 1, 2], [3, 4, 5]]
    assert message.arrays["s"].tolist() == ["ab", "c"]
    assert receiver.receive().kind == "b"
    with pytest.raises(EOFError):
        receiver.receive()


def test_objects_are_not_sent():
    with pytest.raises(ValueError, match="bject"):
        Channel(io.BytesIO(), io.BytesIO()).send("a", arrays={"o": np.array([{}])})


def pickled():
    stream = io.BytesIO()
    np.save(stream, np.array([{}]), allow_pickle=True)
    return stream.getvalue()


@pytest.mark.parametrize(
    "sent",
    [
        b"\x00\x00",
        struct.pack(">I", 2**31),
        struct.pack(">I", 4) + b"nope",
        struct.pack(">I", 2) + b"{}",
        (header := b'{"kind": "a", "fields": {}, "arrays": {"o": %d}}' % len(pickled()))
        and struct.pack(">I", len(header)) + header + pickled(),
    ],
)
def test_what_is_no_message_ends_the_talk(sent):
    with pytest.raises(EOFError):
        Channel(io.BytesIO(sent), io.BytesIO()).receive()
