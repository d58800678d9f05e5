"""Statements sent together, and those that the database plans only once a connection."""

from datetime import UTC, datetime

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from core.writings import Writing, together
from work.models import Heartbeat
from work.writing import NotPreparedError, change, insertion, write, write_prepared

pytestmark = pytest.mark.django_db
AT = datetime(2026, 11, 1, tzinfo=UTC)


def _beat(name: str, **detail: object) -> Heartbeat:
    return Heartbeat(name=name, at=AT, detail=detail)


def test_rows_are_inserted_and_changed_as_django_would() -> None:
    kept = _beat("a", texts=["%s", "'", "反"])
    write([insertion(kept), insertion(_beat("b"))])
    assert Heartbeat.objects.get(name="a").detail == {"texts": ["%s", "'", "反"]}
    assert Heartbeat.objects.count() == 2


def test_either_all_is_written_or_nothing() -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        write([insertion(_beat("a")), insertion(_beat("b")), insertion(_beat("a"))])
    assert not Heartbeat.objects.exists()


def test_one_reads_what_another_returns_and_expressions_come_last() -> None:
    first = Writing(
        "INSERT INTO work_heartbeat VALUES ('a', now(), '{}') RETURNING name", (), "one"
    )
    second = Writing(
        "INSERT INTO work_heartbeat SELECT name || %s, now(), '{}' FROM one",
        ("b",),
        after=(("(SELECT count(*) FROM one)", ()), ("%s::text", ("told",))),
    )
    assert write([first, second]) == (1, "told")
    assert set(Heartbeat.objects.values_list("name", flat=True)) == {"a", "ab"}


def test_nothing_to_write_is_an_error() -> None:
    with pytest.raises(ValueError, match="nothing"):
        together([])


def test_the_same_text_is_prepared_once() -> None:
    with CaptureQueriesContext(connection) as asked:
        for name in ("a", "b", "c"):
            write_prepared([insertion(_beat(name, of=name))])
    kinds = [one["sql"].split()[0] for one in asked.captured_queries]
    assert kinds == ["PREPARE", "EXECUTE", "EXECUTE", "EXECUTE"]
    assert Heartbeat.objects.get(name="c").detail == {"of": "c"}


def test_a_lost_statement_is_told_and_prepared_anew() -> None:
    write_prepared([insertion(_beat("a"))])
    with connection.cursor() as cursor:
        cursor.execute("DEALLOCATE ALL")  # as behind a pool that hands out connections
    with pytest.raises(NotPreparedError), transaction.atomic():
        write_prepared([insertion(_beat("b"))])
    write_prepared([insertion(_beat("c"))])
    assert set(Heartbeat.objects.values_list("name", flat=True)) == {"a", "c"}


def test_a_change_leaves_the_other_fields() -> None:
    Heartbeat.objects.create(name="a", at=AT, detail={"n": 1})
    write([change(Heartbeat(name="a", at=AT.replace(year=2027), detail={}), ["at"])])
    assert list(Heartbeat.objects.values_list("at__year", "detail")) == [(2027, {"n": 1})]
