"""A view of another PostgreSQL database, read by keys, in read-only transactions."""

import os
import uuid
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from typing import Any

import psycopg2
import pytest
from django.db import connection

from audit.domain import SYSTEM
from config.environment import database
from core.errors import RuleBroken
from integration.models import Delivery, PullSource, Record
from integration.services.pulling import allow_target
from tests.integration.services.pulling.conftest import pulled, pulling

pytestmark = pytest.mark.django_db
SetUp = Callable[..., PullSource]

_SOURCE = """
CREATE SCHEMA exchange;
CREATE TABLE exchange.calls (seq bigint, told text);
CREATE SEQUENCE exchange.counted;
CREATE VIEW exchange.rows AS
    SELECT seq, told AS "JJDBH", '20261101120000' AS "BJSJ", '020100' AS "BJLBDM", '2' AS "JQDJ",
        '120.304700' AS "XZB", '30.297500' AS "YZB" FROM exchange.calls;
CREATE VIEW exchange.slow AS SELECT pg_sleep(5)::text AS slept, 1 AS seq;
CREATE VIEW exchange.ancient AS SELECT 1 AS seq, '0044-03-15 BC'::date AS day;
CREATE VIEW exchange.writing AS SELECT nextval('exchange.counted') AS seq;
GRANT USAGE ON SCHEMA exchange TO egret_app;
GRANT SELECT ON ALL TABLES IN SCHEMA exchange TO egret_app;
GRANT USAGE ON ALL SEQUENCES IN SCHEMA exchange TO egret_app;
"""


@contextmanager
def _owner(name: str, *, bare: bool = False) -> "Iterator[psycopg2.extensions.cursor]":
    """A cursor of the owner; ``bare``: outside any transaction."""
    address = database(os.environ["DATABASE_OWNER_URL"])
    options = {key.lower(): address[key] for key in ("USER", "PASSWORD", "HOST", "PORT")}
    with closing(psycopg2.connect(dbname=name or address["NAME"], **options)) as held:
        held.autocommit = bare
        yield held.cursor()
        held.commit()


@pytest.fixture(scope="module")
def department(django_db_setup: None) -> Iterator[str]:
    """A department's own database; gives its name."""
    name = f"egret_test_{os.environ['EGRET_TEST_RUN']}_{uuid.uuid4().hex[:8]}"
    with _owner("", bare=True) as cursor:
        cursor.execute(f'CREATE DATABASE "{name}"')
    with _owner(name) as cursor:
        cursor.execute(_SOURCE)
    yield name
    with _owner("", bare=True) as cursor:
        cursor.execute(f'DROP DATABASE "{name}"')


@pytest.fixture
def calls(department: str, db: None) -> Callable[..., None]:
    """Adds rows to the table behind the department's view."""
    with _owner(department) as cursor:
        cursor.execute("TRUNCATE exchange.calls")

    def add(*rows: tuple[int, str]) -> None:
        with _owner(department) as cursor:
            cursor.executemany("INSERT INTO exchange.calls VALUES (%s, %s)", rows)

    allow_target(
        scheme="postgresql",
        host=connection.settings_dict["HOST"],
        port=5432,
        private=True,
        reason="",
        actor=SYSTEM,
    )
    return add


@pytest.fixture
def view(set_up: SetUp, department: str) -> Callable[..., PullSource]:
    def make(name: str = "rows", **more: Any) -> PullSource:
        own = connection.settings_dict
        document = {
            "kind": "database",
            "host": own["HOST"],
            "database": department,
            "view": f"exchange.{name}",
            "rising": "seq",
            **more,
        }
        secret = {"user": own["USER"], "password": own["PASSWORD"]}
        return set_up(document, secret=secret)

    return make


def _ids() -> list[str]:
    records = Record.objects.filter(feed__key="police110").values_list("source_id", flat=True)
    return sorted(records)


def test_rows_are_read_once_in_pages(calls: Callable[..., None], view: SetUp) -> None:
    calls(*((n, f"J{n}") for n in range(1, 6)))
    view(rows=2)
    attempt = pulled()
    assert (attempt.outcome, attempt.rows, attempt.deliveries) == ("received", 5, 3)
    assert PullSource.objects.get().cursor == {"above": [{"kind": "integer", "value": "5"}]}
    assert pulled().outcome == "nothing_new"
    calls((6, "J6"))
    assert pulled().rows == 1
    assert _ids() == [f"J{n}" for n in range(1, 7)]


def test_a_turn_has_so_many_pages(calls: Callable[..., None], view: SetUp) -> None:
    calls(*((n, f"J{n}") for n in range(1, 6)))
    view(rows=1, pages=3)
    assert pulling().more
    assert not pulling().more
    assert len(_ids()) == 5


def test_equal_values_at_the_end_of_a_page_lose_nothing(
    calls: Callable[..., None], view: SetUp
) -> None:
    calls((1, "J1"), (2, "J2"), (2, "J3"), (2, "J4"), (3, "J5"))
    view(rows=3)
    pulled()
    assert len(_ids()) == 5
    calls((4, "J6"), (4, "J7"), (4, "J8"))
    view(rows=2)
    assert pulled().code == "ties"
    view(rows=2, unique="JJDBH")
    assert pulled().code == ""
    assert len(_ids()) == 8
    assert PullSource.objects.get().cursor["above"][1] == {"kind": "text", "value": "J8"}


def test_rows_that_come_late_are_caught_by_the_overlap(
    calls: Callable[..., None], view: SetUp
) -> None:
    calls((1, "J1"), (10, "J10"))
    view(overlap=5)
    pulled()
    calls((7, "J7"), (2, "J2"))
    pulled()
    assert _ids() == ["J1", "J10", "J7"]
    before = Delivery.objects.count()
    assert pulled().outcome == "nothing_new"
    assert Delivery.objects.count() == before


@pytest.mark.parametrize(
    ("name", "more"),
    [
        ("slow", {"seconds": 1}),
        ("writing", {}),  # a transaction that only reads cannot even count up
        ("missing", {}),
        ("ancient", {}),  # a year that the driver cannot tell
        ("rows", {"rising": "nothing"}),
        ("rows", {"database": "no_such_database"}),
    ],
)
def test_what_the_source_refuses_is_told(
    calls: Callable[..., None], view: SetUp, name: str, more: dict[str, Any]
) -> None:
    view(name, **more)
    attempt = pulled()
    assert (attempt.outcome, attempt.code) == ("failed", "source_failed")
    password = connection.settings_dict["PASSWORD"]
    assert password not in str(attempt.detail) + attempt.message


def test_the_database_must_be_on_the_list_and_the_feed_read_lines(
    calls: Callable[..., None], view: SetUp
) -> None:
    with pytest.raises(RuleBroken, match="not on the list"):
        view(host="data.example.org")
    with pytest.raises(RuleBroken, match="not on the list"):
        view(port=5433)
