"""The report of a verification in every form."""

import doctest
import re
from html.parser import HTMLParser
from pathlib import Path

import pytest

from advisor.cli.draw import scatter
from advisor.cli.draw.verification import parts
from advisor.cli.talk import draw
from advisor.domain import figures
from advisor.domain.errors import InvalidInput
from advisor.domain.verification import Status, Verdict, Verification
from advisor.verify.report.html import html
from advisor.verify.report.markdown import markdown
from advisor.verify.report.plots import PLOTS, plot
from advisor.verify.report.write import FORMS, check, write

EXAMPLE = Path(__file__).parents[1] / "data" / "verification.json"


@pytest.fixture(scope="module")
def report():
    return Verification.model_validate_json(EXAMPLE.read_text())


@pytest.fixture(scope="module")
def bare(report):
    """Nothing could be run."""
    failed = [
        outcome.model_copy(update={"status": Status.FAILED, "cause": "killed", "quality": {}, "performance": None})
        for outcome in report.outcomes
    ]
    left = {"outcomes": failed, "differences": (), "posterior": (), "verdict": Verdict.NOT_MEASURED, "adaptation": None}
    return report.model_copy(update=left | {"compression": None, "racing": None, "isolation_ms": None})


class Page(HTMLParser):
    """Collects tags, and fails on one that is closed twice or never."""

    VOID = ("meta", "path", "use", "line", "br")

    def __init__(self, text):
        super().__init__()
        self.tags, self.attributes, self.open = [], [], []
        self.feed(text)
        assert self.open == []

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.attributes += attrs
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.tags.append(tag)
        self.attributes += attrs

    def handle_endtag(self, tag):
        if tag not in self.VOID:
            assert self.open.pop() == tag


def test_examples_in_the_docstrings_hold():
    assert doctest.testmod(scatter).failed == doctest.testmod(figures).failed == 0


def test_the_page_is_whole_and_fetches_nothing(report):
    text = html(report)
    page = Page(text)
    assert page.tags.count("svg") == len(PLOTS)
    assert page.tags.count("section") == 8
    assert not {"script", "link", "img", "iframe"} & set(page.tags)
    assert not [value for name, value in page.attributes if name in ("src", "href") and not value.startswith("#")]
    assert "url(http" not in text
    assert "default-src 'none'" in text
    for outcome in report.outcomes:
        assert outcome.candidate.key in text


def test_the_page_is_the_same_each_time(report):
    assert html(report) == html(report)


def test_names_from_a_model_cannot_become_markup(report):
    name = "<script>alert(1)</script>|x"
    first, *rest = report.outcomes
    evil = first.model_copy(update={"candidate": first.candidate.model_copy(update={"key": name})})
    text = html(report.model_copy(update={"outcomes": (evil, *rest), "conclusion": name}))
    assert "<script" not in text
    told = markdown(report.model_copy(update={"conclusion": name}))
    assert "<script" not in told.replace("\\<", "")
    assert "\\|x" in told


def test_plots_have_no_colour_of_their_own(report):
    for name in PLOTS:
        drawn = plot(name, report)
        assert drawn.startswith("<svg")
        assert not re.search(r"(fill|stroke): #", drawn)


@pytest.mark.parametrize("name", PLOTS)
def test_nothing_measured_nothing_plotted(bare, name):
    assert plot(name, bare) == ""


def test_a_verification_in_which_nothing_ran_is_still_told(bare, capsys):
    assert "killed" in markdown(bare)
    assert "killed" in html(bare)
    draw(*parts(bare))
    assert "failed: killed" in capsys.readouterr().out


def test_tables_in_markdown_are_rectangular(report):
    for block in re.findall(r"(?:^\|.*\n)+", markdown(report), re.MULTILINE):
        cells = [len(re.findall(r"(?<!\\)\|", line)) for line in block.splitlines()]
        assert len(set(cells)) == 1, block


def test_the_terminal_shows_all_in_80_columns(report, capsys):
    draw(*parts(report))
    lines = capsys.readouterr().out.splitlines()
    assert max(map(len, lines)) <= 80
    text = " ".join(" ".join(lines).split())
    for said in ("First pick confirmed", "0.792 (0.767 to 0.818)", "44,458 texts/s", "linear head", "int8 dynamic"):
        assert said in text
    for outcome in report.outcomes:
        if outcome.cause:
            assert outcome.cause in text


@pytest.mark.parametrize("ending", FORMS)
def test_the_ending_names_the_form(report, tmp_path, ending):
    path = tmp_path / f"report{ending}"
    write(report, path)
    assert path.read_text() == FORMS[ending](report)
    assert [*tmp_path.iterdir()] == [path]


@pytest.mark.parametrize(("name", "said"), [("report.pdf", "no known ending"), ("nowhere/report.md", "no folder")])
def test_a_report_that_cannot_be_written_is_refused(tmp_path, name, said):
    with pytest.raises(InvalidInput, match=said):
        check(tmp_path / name)


def test_a_dropped_candidate_is_shown_on_the_items_of_the_best(report, capsys):
    best = report.outcomes[0]
    dropped = next(outcome for outcome in report.outcomes if outcome.status is Status.DROPPED)
    apart = next(one.difference for one in report.differences if one.second == dropped.candidate.key)
    own = next(iter(dropped.quality.values()))
    easier = own.model_copy(update={"value": 0.99, "low": 0.98, "high": 1.0})
    changed = dropped.model_copy(update={"quality": {report.metric: easier}})
    outcomes = [changed if outcome is dropped else outcome for outcome in report.outcomes]
    shown = f"~{next(iter(best.quality.values())).value - apart.value:.3f}"
    told = report.model_copy(update={"outcomes": tuple(outcomes)})
    draw(*parts(told))
    in_terminal = capsys.readouterr().out
    assert shown in in_terminal and "0.990" not in in_terminal
    assert "dropped early" in in_terminal
    for text in (markdown(told), html(told)):
        assert shown in text and "on these it has 0.990" in text
