"""The store behind the service, on SQLite and on a real PostgreSQL: migrations, claims, POSTs sent twice."""

import threading

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from advisor.domain.errors import InvalidInput, NotAvailable
from advisor_api.store import claims, jobs
from advisor_api.store.database import Database
from advisor_api.store.jobs import Item
from advisor_api.store.migrate import downgrade, upgrade
from advisor_api.store.owned import LOCAL, Creation, Owner, TooManyKept
from advisor_api.store.schema import metadata
from tests import postgres

EVERYBODY = Owner(LOCAL, True)
ITEMS = [Item(1, "a", "{}"), Item(2, None, None, '{"line":2}', "bad"), Item(3, "c", "{}")]


@pytest.fixture(scope="module")
def postgresql():
    pytest.importorskip("psycopg", reason="psycopg is not installed (extra postgres)")
    if postgres.binaries() is None:
        pytest.skip("PostgreSQL's server is not installed (Debian package postgresql)")
    with postgres.running() as url:
        yield url


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request, tmp_path):
    if request.param == "sqlite":
        opened = Database.open(f"sqlite:///{tmp_path / 'store.sqlite3'}")
    else:
        url = request.getfixturevalue("postgresql")
        opened = Database.open(url)
    yield opened
    downgrade(opened.engine, "base")
    opened.close()


def make(database, key=None, body="0" * 64, most=100, owner=EVERYBODY):
    """A new batch."""
    return database.write(jobs.create, "batch", None, ITEMS, Creation(owner, key, body, most))


def claim(database, lease_s=60):
    return database.write(claims.claim_next, lease_s)


def test_migrations_lead_to_the_tables_of_the_code(database):
    with database.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, metadata) == []


def test_migrations_can_be_undone_and_done_again(database):
    job_id, _ = make(database)
    upgrade(database.engine)
    assert database.read(jobs.find, "batch", job_id, EVERYBODY)["total"] == 3
    downgrade(database.engine, "base")
    left = set(sa.inspect(database.engine).get_table_names()) - {"alembic_version"}
    assert left == set()
    upgrade(database.engine)
    assert database.read(jobs.page, "batch", EVERYBODY, 10, 0) == []


def test_servers_that_start_together_migrate_once(database):
    downgrade(database.engine, "base")
    failed = []

    def start():
        try:
            upgrade(database.engine)
        except Exception as error:
            failed.append(error)

    threads = [threading.Thread(target=start) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []
    assert make(database)[1]


def test_a_job_is_claimed_once(database):
    made = {make(database)[0] for _ in range(5)}
    taken = []
    threads = [threading.Thread(target=lambda: taken.append(claim(database))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(one.job_id for one in taken if one) == sorted(made)
    assert claim(database) is None


def test_a_late_worker_changes_nothing(database):
    job_id, _ = make(database)
    first = claim(database, lease_s=-1)
    second = claim(database)
    assert second.job_id == first.job_id and second.token != first.token
    late = ITEMS[0]._replace(result='{"late":true}', outcome="found")
    assert not database.write(claims.commit, first, [late], 60)
    assert not database.write(claims.renew, first, 60)
    database.write(claims.finish, first)
    database.write(claims.release, first)
    assert database.read(jobs.find, "batch", job_id, EVERYBODY)["state"] == "running"
    right = ITEMS[0]._replace(result='{"line":1}', outcome="found", catalog_snapshot="today")
    assert database.write(claims.commit, second, [right], 60)
    assert database.write(claims.commit, second, [late], 60)
    assert [item.line for item in database.read(claims.pending, second, 10)] == [3]
    assert database.read(jobs.results, job_id, 0, 10) == [(1, '{"line":1}'), (2, '{"line":2}')]
    row = database.read(jobs.find, "batch", job_id, EVERYBODY)
    assert row["done"] == 2 and row["outcomes"] == {"found": 1, "bad": 1} and row["catalog_snapshots"] == ["today"]


def test_a_job_whose_workers_die_is_given_up(database):
    job_id, _ = make(database)
    for _ in range(claims.MOST_ATTEMPTS):
        database.write(claims.release, claim(database), False)
    assert claim(database) is None
    row = database.read(jobs.find, "batch", job_id, EVERYBODY)
    assert row["state"] == "failed" and "died 5 times" in row["error"]


def test_stopping_a_server_is_not_held_against_a_job(database):
    make(database)
    for _ in range(3 * claims.MOST_ATTEMPTS):
        database.write(claims.release, claim(database))
    assert claim(database) is not None


def test_a_cancelled_or_deleted_job_is_taken_from_its_worker(database):
    for end in (jobs.cancel, jobs.remove):
        job_id, _ = make(database)
        held = claim(database)
        database.write(end, job_id)
        assert not database.write(claims.renew, held, 60)
        assert not database.write(claims.commit, held, [ITEMS[0]._replace(result="{}")], 60)


def test_the_same_post_at_the_same_time_makes_one_job(database):
    made = []
    threads = [threading.Thread(target=lambda: made.append(make(database, "key"))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len({job_id for job_id, _ in made}) == 1
    assert sorted(new for _, new in made) == [False] * 7 + [True]
    with pytest.raises(InvalidInput, match="Idempotency-Key"):
        make(database, "key", body="1" * 64)
    assert make(database, "key", owner=Owner("other", False))[1]


def test_an_owner_keeps_only_so_many(database):
    make(database, most=1)
    with pytest.raises(TooManyKept):
        make(database, most=1)


@pytest.mark.parametrize("url", ["nonsense", "mysql://host/db", "sqlite://", "sqlite:///:memory:"])
def test_addresses_that_are_no_store(url):
    with pytest.raises(InvalidInput, match="ADVISOR_API_STORE"):
        Database.open(url)


def test_a_database_that_does_not_answer_is_named_without_its_password():
    with pytest.raises(NotAvailable) as raised:
        Database.open("postgresql://me:hidden@127.0.0.1:1/none")
    assert "127.0.0.1" in str(raised.value) and "hidden" not in str(raised.value)


def test_the_file_of_the_store_is_the_users_alone(tmp_path):
    path = tmp_path / "store.sqlite3"
    Database.open(f"sqlite:///{path}").close()
    assert path.stat().st_mode & 0o077 == 0
