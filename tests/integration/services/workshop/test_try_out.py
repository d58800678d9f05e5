"""A try-out says of a sample what receiving says of it, and stores nothing."""

import pytest
from django.db import connection

from integration.models import Delivery, Feed, Problem, Record
from integration.services import workshop
from tests.cast import Cast
from tests.integration.domain.proposing.binhai import samples
from tests.integration.services.conftest import push

pytestmark = [pytest.mark.django_db, pytest.mark.reference]


@pytest.mark.parametrize("dept", ["police110", "fire_inspect", "hotline12345", "market"])
def test_a_try_out_counts_as_a_dry_run_does(cast: Cast, dept: str) -> None:
    body = samples(seed=3, rows=400)[dept]
    viewer = cast.viewer("system_admin")
    draft = workshop.start_draft(viewer=viewer, feed_key=dept)
    workshop.give_sample(viewer=viewer, draft_id=draft.id, revision=1, body=body)
    trial = workshop.try_draft(viewer=viewer, draft_id=draft.id)
    told = push(feed_key=dept, body=body, dry_run=True).body
    assert trial.sound
    assert trial.received == told["received"] == 400
    assert trial.quarantined == told["quarantined"]
    assert trial.accepted == told["accepted"] + told["updated"] + told["duplicates"]
    assert trial.repeated == told["updated"] + told["duplicates"] > 0
    kept_out = {one["code"] for one in told["problems"] if one["outcome"] == "quarantined"}
    assert {one.code for one in trial.conformance if one.outcome == "quarantined"} == kept_out
    assert sum(row.outcome == "accepted" for row in trial.rows) == trial.accepted
    assert len(trial.points) <= trial.accepted


def test_a_try_out_leaves_nothing_but_its_own_counts(cast: Cast) -> None:
    viewer = cast.viewer("system_admin")
    draft = workshop.start_draft(viewer=viewer, feed_key="police110")
    body = samples(seed=3, rows=400)["police110"]
    workshop.give_sample(viewer=viewer, draft_id=draft.id, revision=1, body=body)
    heard = Feed.objects.get(key="police110").last_contact_at
    workshop.try_draft(viewer=viewer, draft_id=draft.id)
    workshop.compare_draft(viewer=viewer, draft_id=draft.id)
    workshop.propose(viewer=viewer, draft_id=draft.id)
    for table in (Record, Problem, Delivery):
        assert not table._default_manager.exists()
    assert Feed.objects.get(key="police110").last_contact_at == heard
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM work_workitem")
        assert cursor.fetchone() == (0,)


def test_a_sample_nothing_can_read_is_refused_with_its_file_code(cast: Cast) -> None:
    viewer = cast.viewer("system_admin")
    draft = workshop.start_draft(viewer=viewer, feed_key="fire_inspect")
    workshop.give_sample(viewer=viewer, draft_id=draft.id, revision=1, body=b"%PDF-1.7 nothing")
    trial = workshop.try_draft(viewer=viewer, draft_id=draft.id)
    assert trial.refusal is not None
    assert trial.refusal.code == "unsupported_type"
    assert "tried" in workshop.gate_of(viewer=viewer, draft_id=draft.id).missing
