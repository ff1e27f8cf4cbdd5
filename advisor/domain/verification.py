"""What verification plans and measures: candidates, data, results with intervals, and the report."""

from __future__ import annotations

from enum import StrEnum

from pydantic import Field

from advisor.domain.base import Frozen
from advisor.domain.model import Basis, Estimate
from advisor.domain.tasks import Task


class Origin(StrEnum):
    """Where the files of a candidate come from."""

    PATH = "path"
    PACKAGE = "package"
    CACHE = "hub-cache"
    HUB = "hub"
    ENDPOINT = "endpoint"
    BUILTIN = "built-in"
    MISSING = "missing"


class Artifact(Frozen):
    """The files, or the server, that a candidate is run from."""

    origin: Origin
    """path, package, hub-cache, hub, endpoint, built-in or missing."""
    location: str
    """Path, package name, repository id or URL."""
    format: str
    """safetensors, gguf, onnx, pickle, endpoint or built-in."""
    revision: str | None = None
    """Commit of a repository; None elsewhere."""
    size_gib: float | None = None
    """Size of the files, GiB; None if unknown."""
    download_gib: float = 0.0
    """What must be fetched first, GiB."""


class Candidate(Frozen):
    """One model in one form, run by one backend."""

    key: str
    """Short name, unique in a verification; used in files and tables."""
    model_id: str
    """Id in the catalog, or a name for what the catalog does not hold."""
    backend: str
    """Name of the backend."""
    artifact: Artifact
    """What is run."""
    quantization: str = "fp32"
    """Precision that the files or the options ask for."""
    options: dict[str, str] = Field(default_factory=dict)
    """Settings of the backend: prompt, pooling, dimensions, threads, ..."""
    baseline: bool = False
    """A cheap baseline that every answer is held against."""
    prior: Estimate | None = None
    """Quality that the recommendation expected; None for what it did not rank."""


class PlannedRun(Frozen):
    """What running one candidate takes."""

    candidate: Candidate
    """The candidate."""
    memory_gib: Estimate | None = None
    """Memory while running."""
    minutes: Estimate | None = None
    """Time to run it on this data."""
    refused: str = ""
    """Why it will not be run, and what to do; empty if it will."""


class DataSummary(Frozen):
    """The user's data after it was read and checked."""

    task: Task
    """Task that the data is for."""
    columns: dict[str, str]
    """Column of the file by role: text, label, query, document, relevance, image, ..."""
    n_items: int
    """Usable items."""
    n_train: int = 0
    """Items that heads and few-shot prompts may learn from."""
    n_test: int = 0
    """Items that quality is measured on."""
    n_documents: int = 0
    """Documents that are searched; 0 where nothing is."""
    split: str = ""
    """How the items were split: stratified hold-out, given, 5-fold, ..."""
    labels: dict[str, int] = Field(default_factory=dict)
    """Items by label; empty where there is none."""
    languages: dict[str, float] = Field(default_factory=dict)
    """Share of the items by ISO 639 code; empty where it was not told."""
    chars_median: float | None = None
    """Median length of a text, characters."""
    chars_p95: float | None = None
    """95th percentile of the length, characters."""
    n_duplicates: int = 0
    """Items that repeat an earlier one."""
    n_leaked: int = 0
    """Test items that were moved because they repeat a training item."""
    warnings: tuple[str, ...] = ()
    """What to know before trusting figures on this data."""


class VerifyPlan(Frozen):
    """What a verification will run, in order, and what it takes."""

    task: Task
    """Task that is measured."""
    data: DataSummary | None = None
    """The data; None while none is given."""
    runs: tuple[PlannedRun, ...]
    """In the order of running."""
    download_gib: float
    """What is fetched, GiB."""
    disk_free_gib: float
    """What the disk has, GiB."""
    minutes: Estimate | None = None
    """Time in total."""
    warnings: tuple[str, ...] = ()
    """What to know before starting."""


class Interval(Frozen):
    """A measured figure with its confidence interval."""

    value: float
    """The figure, in `unit`."""
    low: float
    """Lower end, in `unit`."""
    high: float
    """Upper end, in `unit`."""
    unit: str
    """Unit of the three figures."""
    confidence: float = 0.95
    """Coverage of the interval."""
    n: int = 0
    """Items or repeats behind it."""
    method: str = ""
    """How the interval was made: bootstrap over items, repeats, ..."""


class Energy(Frozen):
    """Energy while running; never made up where nothing can be read."""

    joules_per_item: float | None = None
    """J an item or generated token; None if nothing could be read."""
    watts: float | None = None
    """Mean power above idle, W; None if nothing could be read."""
    basis: Basis | None = None
    """measured or estimated; None if unavailable."""
    method: str = "unavailable"
    """nvml, rapl, tdp-estimate or unavailable."""
    note: str = ""
    """What was left out or assumed."""


class Performance(Frozen):
    """Speed and memory of one candidate on this machine."""

    load_s: float | None = None
    """Time to load, s."""
    latency_ms: Interval | None = None
    """Median time of one item, one at a time (MLPerf SingleStream), ms."""
    latency_p95_ms: float | None = None
    """95th percentile, ms."""
    latency_p99_ms: float | None = None
    """99th percentile, ms; None below 100 items."""
    throughput: Interval | None = None
    """Items/s in batches (MLPerf Offline)."""
    ttft_ms: Interval | None = None
    """Time to the first token, ms; generative models only."""
    tokens_per_s: Interval | None = None
    """Generated tokens/s of one request; generative models only."""
    peak_memory_gib: float | None = None
    """Most resident memory of the process, GiB."""
    model_memory_gib: float | None = None
    """That above the process before loading, GiB."""
    device_memory_gib: float | None = None
    """Most memory on the accelerator, GiB; None without one."""
    energy: Energy = Energy()
    """Energy an item or token."""
    proof: str = ""
    """What shows the precision: quantised modules or operators that were counted."""
    noise: str = ""
    """What else the machine did: spread between repeats, load, throttling."""


class Status(StrEnum):
    """How the run of a candidate ended."""

    DONE = "done"
    DROPPED = "dropped"
    FAILED = "failed"
    SKIPPED = "skipped"


class Outcome(Frozen):
    """What was measured of one candidate."""

    candidate: Candidate
    """The candidate."""
    status: Status
    """done, dropped (cannot win any more), failed or skipped."""
    cause: str = ""
    """Why it failed, was dropped or skipped, and what to do."""
    quality: dict[str, Interval] = Field(default_factory=dict)
    """Measured quality by metric, the primary metric first."""
    n_items: int = 0
    """Test items that it was measured on."""
    performance: Performance | None = None
    """Speed and memory; None where it did not get so far."""
    compute_s: float = 0.0
    """Time spent on it, s."""
    warnings: tuple[str, ...] = ()
    """Texts cut at the window, missing tokens, ..."""


class Difference(Frozen):
    """Two candidates on the same items."""

    first: str
    """Key of the better one."""
    second: str
    """Key of the other one."""
    difference: Interval
    """First less second on the primary metric, paired bootstrap."""
    p_value: float
    """Chance of such a difference if they were equal, two-sided."""


class Posterior(Frozen):
    """Quality of a candidate after the measurement: what was expected and what was seen, weighed by their certainty."""

    key: str
    """Key of the candidate."""
    prior: Interval | None = None
    """What the recommendation expected, on the scale of the primary metric; None if it did not rank it."""
    quality: Interval
    """After the measurement."""
    probability_best: float
    """Chance that it is the best of those that ran."""


class Option(Frozen):
    """One way to adapt or compress, with what it brings and costs."""

    name: str
    """use as is, few-shot, kNN, linear head, fine-tune, int8, pruned 30 %, 128 dimensions, ..."""
    n_labels: int | None = None
    """Labelled examples that it used; None for compression."""
    quality: Interval | None = None
    """Measured quality; None where it failed."""
    difference: Interval | None = None
    """Against the reference of the comparison, paired; None for the reference."""
    size_mib: float | None = None
    """Size of what must be kept, MiB."""
    latency_ms: float | None = None
    """Median time of one item, ms."""
    throughput: float | None = None
    """Items/s in batches."""
    seconds: float | None = None
    """Time to make it, s."""
    settings: str = ""
    """Learning rate, epochs, ratio: what is needed to make it again."""
    note: str = ""
    """Why it failed, or what it leaves out."""


class OptionComparison(Frozen):
    """A comparison of ways, and which to take."""

    candidate: str = ""
    """Key of the candidate that is adapted or compressed."""
    reference: str
    """Name of the option that the others are held against."""
    options: tuple[Option, ...]
    """Every option that was tried."""
    advice: str
    """Which to take and why, or that none is worth it."""
    chosen: str
    """Name of the option to take."""
    learning_curve: tuple[Option, ...] = ()
    """The options by number of labels."""


class Machine(Frozen):
    """Where the figures were measured."""

    name: str
    """Processor and accelerator."""
    cores: int
    """Cores that the runs could use."""
    memory_gib: float
    """Memory, GiB."""
    device: str
    """cpu, cuda, mps: what models ran on."""
    software: dict[str, str]
    """Versions of what matters: Python, torch, onnxruntime, ..."""


class Racing(Frozen):
    """What dropping hopeless candidates early saved."""

    error_rate: float
    """Chance at most that the best candidate was dropped."""
    compute_s: float
    """Time spent, s."""
    full_s: float
    """Time that evaluating all of them whole would have taken, estimated from their own pace, s."""
    dropped: tuple[str, ...]
    """Keys, in the order of dropping."""


class Verdict(StrEnum):
    """What became of the first pick."""

    CONFIRMED = "confirmed"
    NOT_CONFIRMED = "not-confirmed"
    NOT_COMPARED = "not-compared"
    NOT_MEASURED = "not-measured"


class Verification(Frozen):
    """The report: what was measured on the user's machine and data."""

    id: str
    """Hash of candidates and data: the same verification resumes under the same id."""
    date: str
    """ISO date of the measurement."""
    task: Task
    """Task that was measured."""
    metric: str
    """Primary metric."""
    data: DataSummary
    """The data."""
    machine: Machine
    """Where it was measured."""
    outcomes: tuple[Outcome, ...]
    """Best first; failed and skipped ones last."""
    differences: tuple[Difference, ...] = ()
    """The best against each other one."""
    posterior: tuple[Posterior, ...] = ()
    """After weighing expectation and measurement, likeliest best first."""
    verdict: Verdict
    """Whether the first pick is the best or not worse beyond the interval; not-compared if nothing else was measured
    that it could be held against, not-measured if it was not measured itself."""
    conclusion: str
    """What follows, in plain words."""
    racing: Racing | None = None
    """What racing saved; None if everything was run whole."""
    isolation_ms: float | None = None
    """Time that the process of its own adds to a call, ms."""
    adaptation: OptionComparison | None = None
    """Ways to adapt; None unless asked."""
    compression: OptionComparison | None = None
    """Ways to compress; None unless asked."""
    warnings: tuple[str, ...] = ()
    """What to know before trusting the figures."""
