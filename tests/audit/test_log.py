"""The log: written with the act, sealed in order, and every touch found."""

import io
import json
import os
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta

import psycopg2
import pytest
from django.core.management import call_command
from django.db import DatabaseError, connection, transaction

from audit.domain import SYSTEM, Actor
from audit.models import AuditEntry, AuditSeal
from audit.services import record, seal, verify
from core import clock

OFFICER = Actor("officer", "7", "lin")


def _write(count: int) -> None:
    for number in range(count):
        record(
            actor=OFFICER,
            act="task.sign_for",
            object_kind="task",
            object_id=number,
            reason="签收",
            detail={"number": number, "at": clock.now()},
        )


@pytest.mark.django_db
def test_entries_are_sealed_once_and_in_order() -> None:
    already = seal()
    _write(5)
    assert seal() == 5
    assert seal() == 0
    positions = list(AuditSeal.objects.order_by("entry_id").values_list("position", flat=True))
    assert positions == list(range(1, already + 6))
    verdict = verify()
    assert verdict.ok
    assert verdict.entries == already + 5


@pytest.mark.django_db
def test_entries_not_sealed_yet_are_checked_too() -> None:
    _write(2)
    assert verify().ok


@pytest.mark.django_db
def test_an_entry_goes_with_its_act() -> None:
    with pytest.raises(RuntimeError), transaction.atomic():
        _write(1)
        raise RuntimeError
    assert not AuditEntry.objects.filter(act="task.sign_for").exists()


@pytest.mark.django_db
@pytest.mark.parametrize("table", ["audit_auditentry", "audit_auditseal"])
@pytest.mark.parametrize("act", ["UPDATE {} SET chain = 'x'", "DELETE FROM {}", "TRUNCATE {}"])
def test_the_application_role_cannot_touch_it(table: str, act: str) -> None:
    with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic():
        connection.cursor().execute(act.format(table))


@pytest.fixture
def owner(committed_db: str) -> Iterator["psycopg2.extensions.cursor"]:
    """The owner, who can do what the application cannot."""
    base, _, query = os.environ["DATABASE_OWNER_URL"].partition("?")
    address = f"{base.rsplit('/', 1)[0]}/{committed_db}?{query}"
    with closing(psycopg2.connect(address)) as held:
        held.autocommit = True
        yield held.cursor()


TOUCHES = (
    "UPDATE audit_auditentry SET reason = '改' WHERE id = '{entry}'",
    "UPDATE audit_auditentry SET detail = '{{}}' WHERE id = '{entry}'",
    "UPDATE audit_auditentry SET at = at + interval '1 s' WHERE id = '{entry}'",
    "UPDATE audit_auditentry SET actor_id = '8' WHERE id = '{entry}'",
    "UPDATE audit_auditentry SET mac = '\\x00' WHERE id = '{entry}'",
    "UPDATE audit_auditentry SET key_id = 'none' WHERE id = '{entry}'",
    "UPDATE audit_auditseal SET digest = '\\x00' WHERE entry_id = '{entry}'",
    "UPDATE audit_auditseal SET position = position + 900 WHERE entry_id = '{entry}'",
    "WITH gone AS (DELETE FROM audit_auditseal WHERE entry_id = '{entry}') "
    "DELETE FROM audit_auditentry WHERE id = '{entry}'",
)


@pytest.mark.parametrize("touch", TOUCHES)
def test_a_touch_by_the_owner_is_found(owner: "psycopg2.extensions.cursor", touch: str) -> None:
    _write(6)
    seal()
    assert verify().ok
    middle = AuditEntry.objects.order_by("-id")[3]
    owner.execute(touch.format(entry=middle.id))
    verdict = verify()
    assert not verdict.ok
    assert verdict.first_bad is not None


def test_the_command_answers_and_fails(owner: "psycopg2.extensions.cursor") -> None:
    _write(3)
    out = io.StringIO()
    call_command("audit_verify", "--json", stdout=out)
    answer = json.loads(out.getvalue())
    assert set(answer) == {"ok", "entries", "heads", "first_bad"}
    assert answer["ok"] is True
    owner.execute("UPDATE audit_auditentry SET act = 'nothing'")
    with pytest.raises(SystemExit):
        call_command("audit_verify", "--json", stdout=io.StringIO())


@pytest.mark.django_db
def test_the_clock_of_an_entry_is_the_acts() -> None:
    instant = clock.now() - timedelta(days=3)
    with clock.fixed(instant):
        record(actor=SYSTEM, act="clock.test", object_kind="x", object_id=1)
    assert AuditEntry.objects.get(act="clock.test").at == instant
