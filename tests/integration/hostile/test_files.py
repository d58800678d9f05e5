"""Every file of the hostile corpus through the REST door, twice, as its manifest says."""

import hashlib
from collections.abc import Mapping

import pytest

from audit.models import AuditEntry
from integration.models import Delivery, Problem
from tests.integration.hostile.feeds import FEEDS, good_row
from tests.integration.hostile.judging import verdicts
from tests.integration.hostile.reading import body_of, bounds_of, entries
from tests.integration.hostile.sending import Sent, audited, state

pytestmark = [pytest.mark.django_db, pytest.mark.reference]
_ENTRIES = entries(FEEDS)


@pytest.mark.parametrize("entry", _ENTRIES, ids=[one["id"] for one in _ENTRIES])
def test_a_hostile_file_ends_as_its_manifest_allows_twice(entry, source, cast):
    place = source(entry["media_type"])
    body, coding = body_of(entry)
    sent = place.send(body, coding, bounds=bounds_of(entry))
    assert not verdicts(entry, sent)
    if entry["attack_class"] == "control":
        wishes = entry["allowed"][0].get("records", {}).values()
        assert sent.body["flagged"] == sum("GEOMETRY_MISSING" in one for one in wishes)
    _is_audited(body, sent)

    before = state()
    again = place.send(body, coding, bounds=bounds_of(entry))
    assert state() == before
    assert (again.body, again.replay) == (sent.body, sent.status == 201)
    _is_audited(body, again)
    _bad_rows_can_be_released(sent, good_row(entry["media_type"]), cast)


def _is_audited(body: bytes, sent: Sent) -> None:
    entry = audited(hashlib.sha256(body).hexdigest())[-1]
    if sent.code:
        assert (entry.act, entry.detail["code"]) == ("refuse_delivery", sent.code)
    else:
        counts = {name: entry.detail[name] for name in ("received", "accepted", "quarantined")}
        assert counts.items() <= sent.body.items()


def _bad_rows_can_be_released(sent: Sent, row: Mapping[str, object], cast) -> None:
    """The first bad row, corrected by an officer, becomes a record, and that is told."""
    problem = Problem.objects.filter(settlement="open").order_by("line", "id").first()
    if problem is None:
        return
    answer = cast.client("feed_officer").post(
        f"/api/v1/quarantine/{problem.id}/release", {"row": row}, format="json"
    )
    assert (answer.status_code, answer.json()["accepted"]) == (201, 1), answer.json()
    released = AuditEntry.objects.filter(act="quarantine_released", object_id=str(problem.id))
    assert released.count() == 1
    assert Delivery.objects.filter(id=answer.json()["id"], received=1).exists()
