import json

import pytest

from advisor.cli.batch_journal import Journal
from advisor.domain.errors import InvalidInput


def answer(line, picks=1):
    return json.dumps({"line": line, "name": None, "recommendation": {"picks": [{}] * picks}}) + "\n"


@pytest.fixture
def files(tmp_path):
    source = tmp_path / "in.jsonl"
    source.write_text("{}\n" * 5)
    return source, tmp_path / "out.jsonl"


def start(files, lines):
    with Journal.open(*files) as journal:
        journal.check_catalog("one")
        for line in lines:
            journal.write(line)


def test_it_goes_on_after_the_last_whole_line(files):
    start(files, [answer(1), answer(2, picks=0)])
    with Journal.open(*files) as journal:
        assert journal.done == 2
        assert journal.counts == {"found": 1, "nothing": 1, "bad": 0}


@pytest.mark.parametrize(
    "tail",
    [answer(3)[:-1], answer(3)[:20], "\x00\x00\x00\n", answer(7), '{"line": 3}\n', "[]\n", "3\n" + answer(4), "\n"],
    ids=["no newline", "half", "zeros", "wrong place", "no answer", "list", "number", "empty"],
)
def test_a_damaged_tail_is_cut_off(files, tail):
    start(files, [answer(1), answer(2)])
    with files[1].open("a") as stream:
        stream.write(tail)
    with Journal.open(*files) as journal:
        assert journal.done == 2
        journal.write(answer(3))
    assert files[1].read_text() == answer(1) + answer(2) + answer(3)


def test_another_input_is_refused(files):
    start(files, [answer(1)])
    files[0].write_text("{ }\n" * 5)
    with pytest.raises(InvalidInput, match="changed"):
        Journal.open(*files)
    assert files[1].read_text() == answer(1)


def test_another_catalog_is_refused(files):
    start(files, [answer(1)])
    with Journal.open(*files) as journal, pytest.raises(InvalidInput, match="came from"):
        journal.check_catalog("two")


def test_what_is_complete_is_not_written_over(files):
    with Journal.open(*files) as journal:
        journal.write(answer(1))
        journal.finish()
    with pytest.raises(InvalidInput, match="complete"):
        Journal.open(*files)
    with Journal.open(*files, overwrite=True) as journal:
        assert journal.done == 0


def test_the_input_is_never_the_output(files):
    with pytest.raises(InvalidInput, match="is the input"):
        Journal.open(files[0], files[0], overwrite=True)
    assert files[0].read_text() == "{}\n" * 5
