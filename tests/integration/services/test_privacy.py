import logging

import pytest
from django.db import connection

from accounts.domain import Viewer
from audit.models import AuditEntry
from core.errors import NotAllowed, NotFound, Overloaded, RuleBroken
from integration.models import Record
from integration.services import reveal
from tests.integration.services.conftest import call, push

pytestmark = pytest.mark.django_db
_SECRETS = ("赵某某", "13912345678", "13687654321")


def _everything_in_clear() -> str:
    """Every value of every table of receiving, audit and work, as text."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND"
            " (tablename LIKE 'integration_%%' OR tablename LIKE 'audit_%%'"
            " OR tablename LIKE 'work_%%')"
        )
        tables = [row[0] for row in cursor.fetchall()]
        texts = []
        for table in tables:
            cursor.execute(f"SELECT t::text FROM {table} AS t")
            texts += [row[0] for row in cursor.fetchall()]
    assert len(tables) > 8
    return "\n".join(texts)


def test_personal_data_stands_in_clear_nowhere(caplog: pytest.LogCaptureFixture):
    caplog.set_level(logging.DEBUG)
    text = "联系电话13687654321，请速来"
    push(call(BJNR=text), call("J2", XZB="N/A", BJNR=text), call("", BJNR=text))
    push(call(BJNR=text, JQDJ="1"))
    push(call(BJNR=text, SFDZ="请拨打13687654321"), exercise=True)
    clear = _everything_in_clear()
    assert "J1" in clear  # the search does find what is in clear
    hexes = [secret.encode().hex() for secret in _SECRETS]
    assert not [secret for secret in (*_SECRETS, *hexes) if secret in clear]
    assert not [secret for secret in _SECRETS if secret in caplog.text]
    assert Record.objects.get(source_id="J1", exercise=False).summary.startswith("联系电话136")


def test_an_officer_of_the_feed_sees_them_on_terms_and_is_audited(cast):
    push(call(BJNR="电话13687654321"))
    record = Record.objects.get(source_id="J1")
    viewer = cast.viewer("feed_officer")
    fields = reveal(
        viewer=viewer, record_id=record.key_id, purpose="contact", reason="ask for the floor"
    )
    values = {field.name: field.value for field in fields}
    assert values == {"BJRXM": "赵某某", "BJRDH": "13912345678", "BJNR": "电话13687654321"}
    entry = AuditEntry.objects.get(object_id=str(record.key_id), actor_id=viewer.id)
    assert (entry.reason, entry.detail["purpose"]) == ("ask for the floor", "contact")
    assert "赵某某" not in str(entry.detail)


def test_others_cannot(cast):
    push(call())
    record_id = Record.objects.get().key_id
    terms = {"record_id": record_id, "purpose": "contact", "reason": "to know"}
    with pytest.raises(NotFound):
        reveal(viewer=cast.viewer("other_officer"), **terms)
    with pytest.raises(NotFound):
        reveal(viewer=cast.viewer("system_admin"), **terms)
    with pytest.raises(NotAllowed):
        reveal(viewer=cast.viewer("city_supervisor"), **terms)


def test_purpose_and_reason_are_asked_and_reveals_are_counted(cast):
    push(call())
    record_id = Record.objects.get().key_id
    viewer: Viewer = cast.viewer("feed_officer")
    with pytest.raises(RuleBroken):
        reveal(viewer=viewer, record_id=record_id, purpose="fun", reason="to know it")
    with pytest.raises(RuleBroken):
        reveal(viewer=viewer, record_id=record_id, purpose="contact", reason=" ")
    with pytest.raises(Overloaded):
        for _ in range(40):
            reveal(viewer=viewer, record_id=record_id, purpose="contact", reason="to call back")


def test_a_bundle_moved_to_another_record_does_not_open(cast):
    push(call(), call("J2", BJRXM="钱某"))
    other = Record.objects.get(source_id="J2")
    Record.objects.filter(source_id="J1").update(personal=other.personal)
    moved = Record.objects.get(source_id="J1")
    with pytest.raises(Exception, match="seal_broken"):
        reveal(
            viewer=cast.viewer("feed_officer"),
            record_id=moved.key_id,
            purpose="contact",
            reason="to call back",
        )
