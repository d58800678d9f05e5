"""A workshop for tests: who drafts, who switches on, and documents that pass the gate."""

from typing import Any

from integration.models import ProfileDraft
from integration.services import workshop
from tests.cast import Cast
from tests.integration.domain.samples import lines
from tests.integration.services.conftest import DOCUMENT, call

ASSESSMENT = {
    "by": "滨海市公安局法制支队",
    "on": "2026-03-02",
    "outcome": "approved_with_measures",
    "reference": "BH-PIA-2026-001",
}
GATE_HEADER = {**DOCUMENT["header"], "retention_class": "standard", "assessment": ASSESSMENT}
SAMPLE = lines([call("J1"), call("J2", BJSJ="20261101130000"), call("J3", XZB="N/A")])


def gated(**changes: Any) -> dict[str, Any]:
    """The police profile with all that the gate asks for, and something changed."""
    return {**DOCUMENT, "header": GATE_HEADER, "silent_after_minutes": 45, **changes}


def tried(cast: Cast, who: str = "feed_officer", **changes: Any) -> ProfileDraft:
    """A draft of the police feed that lacks nothing but to be switched on."""
    viewer = cast.viewer(who)
    draft = workshop.start_draft(viewer=viewer, feed_key="police110")
    draft = workshop.change_draft(
        viewer=viewer, draft_id=draft.id, revision=draft.revision, document=gated(**changes)
    )
    draft = workshop.give_sample(
        viewer=viewer, draft_id=draft.id, revision=draft.revision, body=SAMPLE, name="s.ndjson"
    )
    assert workshop.try_draft(viewer=viewer, draft_id=draft.id).accepted == 2
    draft.refresh_from_db()
    return draft
