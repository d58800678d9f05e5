"""The gate, which is not passed without any one of its conditions; switching and rolling back."""

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction

from accounts.domain import Viewer
from audit.domain import SYSTEM
from audit.models import AuditEntry
from core.clock import now
from core.errors import DomainError, NotAllowed, NotFound, Refused, RuleBroken
from integration.domain.gate import RETENTION
from integration.models import Feed, ProfileDraft, ProfileSwitch, Record
from integration.selectors.workshop import feed_switches, feed_versions
from integration.services import load_profile, restandardise, workshop
from tests.cast import Cast
from tests.integration.services.conftest import DOCUMENT, call, push
from tests.integration.services.workshop.bench import ASSESSMENT, GATE_HEADER, SAMPLE, tried

pytestmark = pytest.mark.django_db


def _on(viewer: Viewer, draft: ProfileDraft, reason: str = "联调通过") -> Feed:
    return workshop.switch_on(
        viewer=viewer, draft_id=draft.id, revision=draft.revision, reason=reason
    )


def _header(**changes: Any) -> dict[str, Any]:
    whole = {**GATE_HEADER, **changes}
    return {name: one for name, one in whole.items() if one is not None}


def _bare(name: str) -> dict[str, Any]:
    """The header without a member, in no language."""
    return _header(**dict.fromkeys((name, f"{name}_zh", f"{name}_en")))


_TOMORROW = (now() + timedelta(days=2)).date().isoformat()
_LACKING: dict[str, tuple[str, dict[str, Any]]] = {
    "no legal basis": ("legal_basis", _bare("legal_basis")),
    "no purpose": ("purpose", _bare("purpose")),
    "no class": ("data_class", _header(data_class=None)),
    "an unknown class": ("data_class", _header(data_class="secret")),
    "no retention class": ("retention_class", _header(retention_class=None)),
    "an unknown retention class": ("retention_class", _header(retention_class="ever")),
    "no days": ("retention_class", _header(retention_days=None)),
    "more days than the class": (
        "retention_class",
        _header(retention_class="short", retention_days=RETENTION["short"] + 1),
    ),
    "no assessment": ("impact_assessment", _header(assessment=None)),
    "no words of it": ("impact_assessment", _bare("impact_assessment")),
    "an assessment that refuses": (
        "impact_assessment",
        _header(assessment={**ASSESSMENT, "outcome": "refused"}),
    ),
    "one of tomorrow": (
        "impact_assessment",
        _header(assessment={**ASSESSMENT, "on": _TOMORROW}),
    ),
    "one of no day": ("impact_assessment", _header(assessment={**ASSESSMENT, "on": "soon"})),
    **{
        f"an assessment without {name}": (
            "impact_assessment",
            _header(assessment={key: one for key, one in ASSESSMENT.items() if key != name}),
        )
        for name in ASSESSMENT
    },
    "an assessment that is no object": ("impact_assessment", _header(assessment="yes")),
}


@pytest.mark.parametrize("what", _LACKING)
def test_the_gate_is_not_passed_without_what_the_law_wants_known(cast: Cast, what: str) -> None:
    code, header = _LACKING[what]
    viewer, admin = cast.viewer("feed_officer"), cast.viewer("system_admin")
    draft = tried(cast)
    draft = workshop.change_section(
        viewer=viewer, draft_id=draft.id, revision=draft.revision, section="header", value=header
    )
    workshop.try_draft(viewer=viewer, draft_id=draft.id)
    draft.refresh_from_db()
    _refused(admin, draft, code)


def _refused(viewer: Viewer, draft: ProfileDraft, code: str) -> None:
    """The gate is closed for that reason, and nothing happens."""
    before = Feed.objects.get(key="police110").profile_id
    assert code in workshop.gate_of(viewer=viewer, draft_id=draft.id).missing
    with pytest.raises(RuleBroken) as closed:
        _on(viewer, draft)
    assert closed.value.code == "gate_closed"
    assert code in closed.value.detail["missing"]  # type: ignore[operator]
    feed = Feed.objects.get(key="police110")
    assert feed.profile_id == before
    assert feed.profiles.count() == 1
    assert not ProfileSwitch.objects.filter(feed=feed, act="switched_on").exists()


def test_the_gate_is_not_passed_by_a_document_with_faults(cast: Cast) -> None:
    viewer = cast.viewer("feed_officer")
    draft = tried(cast)
    draft = workshop.change_section(
        viewer=viewer, draft_id=draft.id, revision=draft.revision, section="identity", value=None
    )
    _refused(cast.viewer("system_admin"), draft, "valid")


def test_the_gate_asks_for_a_try_out_of_this_very_document(cast: Cast) -> None:
    viewer, admin = cast.viewer("feed_officer"), cast.viewer("system_admin")
    draft = tried(cast)
    changed = workshop.change_section(
        viewer=viewer, draft_id=draft.id, revision=draft.revision, section="strict", value=True
    )
    _refused(admin, changed, "tried")
    workshop.try_draft(viewer=viewer, draft_id=draft.id)
    changed.refresh_from_db()
    assert workshop.gate_of(viewer=admin, draft_id=draft.id).open
    bad = workshop.give_sample(
        viewer=viewer, draft_id=draft.id, revision=changed.revision,
        body=json.dumps(call(XZB="N/A")).encode(),
    )  # fmt: skip
    _refused(admin, bad, "tried")
    assert workshop.try_draft(viewer=viewer, draft_id=draft.id).accepted == 0
    _refused(admin, bad, "tried")


def test_only_a_system_administrator_passes_the_gate(cast: Cast) -> None:
    draft = tried(cast)
    _refused(cast.viewer("feed_officer"), draft, "role")


def test_who_drafted_personal_data_does_not_switch_it_on(cast: Cast) -> None:
    admin = cast.viewer("system_admin")
    draft = tried(cast, who="system_admin")
    _refused(admin, draft, "second_person")
    # Another one's draft that they only looked at and tried is none of theirs.
    other = tried(cast)
    workshop.try_draft(viewer=admin, draft_id=other.id)
    assert workshop.gate_of(viewer=admin, draft_id=other.id).open
    touched = workshop.change_section(
        viewer=admin, draft_id=other.id, revision=other.revision, section="strict", value=True
    )
    workshop.try_draft(viewer=admin, draft_id=other.id)
    _refused(admin, touched, "second_person")


def test_the_gate_needs_something_to_differ(cast: Cast) -> None:
    viewer, admin = cast.viewer("feed_officer"), cast.viewer("system_admin")
    _on(admin, tried(cast))
    draft = workshop.start_draft(viewer=viewer, feed_key="police110")
    assert "changed" in workshop.gate_of(viewer=admin, draft_id=draft.id).missing


def test_a_new_department_is_connected_by_its_sample_alone(cast: Cast) -> None:
    admin = cast.viewer("system_admin")
    new = workshop.NewFeed(key="lifts", name_zh="电梯", name_en="Lifts", organisation="BH-HCB")
    rows = [
        {"no": f"L-{place}", "at": "2026-11-18 10:05", "kind": "电梯困人", "lng": "120.3147",
         "lat": "30.2815", "text": f"居民被困电梯轿厢，第{place}起"}
        for place in range(5)
    ]  # fmt: skip
    body = "".join(json.dumps(row) + "\n" for row in rows).encode()
    draft = workshop.start_new(viewer=admin, new=new)
    draft = workshop.give_sample(viewer=admin, draft_id=draft.id, revision=1, body=body)
    draft = workshop.take_proposal(viewer=admin, draft_id=draft.id, revision=draft.revision)
    header = {**GATE_HEADER, "data_class": "general", "assessment": None}
    for section, value in (
        ("header", header),
        ("category", {"path": "kind", "codes": {"电梯困人": "facility"}}),
    ):
        draft = workshop.change_section(
            viewer=admin, draft_id=draft.id, revision=draft.revision, section=section, value=value
        )
    assert workshop.faults_of(viewer=admin, draft_id=draft.id) == []
    assert workshop.try_draft(viewer=admin, draft_id=draft.id).accepted == 5
    assert not Feed.objects.filter(key="lifts").exists()
    gate = workshop.gate_of(viewer=admin, draft_id=draft.id)
    assert gate.missing == ()
    feed = _on(admin, draft)
    assert (feed.key, feed.organisation.code, feed.active) == ("lifts", "BH-HCB", True)
    answer = push(feed_key="lifts", body=body)
    assert answer.body["accepted"] == 5
    assert answer.body["profile_version"] == 1
    draft.refresh_from_db()
    assert (draft.state, draft.feed, draft.has_sample) == ("switched_on", feed, False)
    assert draft.became == feed.profile
    with pytest.raises(Refused):
        _on(admin, draft)


def test_switching_on_is_told_by_history_and_audit_and_takes_effect_at_once(cast: Cast) -> None:
    admin = cast.viewer("system_admin")
    push(call("J1"))
    draft = tried(cast, category={"path": "BJLBDM", "codes": {"020100": "gas.leak"}})
    _on(admin, draft)
    push(call("J2"))
    told = dict(Record.objects.values_list("source_id", "category"))
    assert told == {"J1": "fire", "J2": "gas.leak"}
    switch = feed_switches(admin, "police110")[0]
    assert (switch.act, switch.by, switch.reason) == ("switched_on", admin.label, "联调通过")
    assert switch.from_profile is not None and switch.from_profile.version == 1
    assert switch.to_profile is not None and switch.to_profile.version == 2
    assert [one.origin for one in feed_versions(admin, "police110")] == ["workshop", "folder"]
    entry = AuditEntry.objects.get(act="profile.switch_on")
    assert entry.detail["version"] == 2
    assert "赵某某" not in json.dumps([one.detail for one in AuditEntry.objects.all()])


def test_rolling_back_is_recorded_and_the_next_delivery_is_read_by_it(cast: Cast) -> None:
    admin = cast.viewer("system_admin")
    _on(admin, tried(cast, category={"path": "BJLBDM", "codes": {"020100": "gas.leak"}}))
    push(call("J1"))
    feed = workshop.roll_back(viewer=admin, feed_key="police110", version=1, reason="错分类")
    assert push(call("J2")).body["profile_version"] == 1
    assert dict(Record.objects.values_list("source_id", "category")) == {
        "J1": "gas.leak", "J2": "fire",
    }  # fmt: skip
    assert feed.silent_after == timedelta(minutes=DOCUMENT["silent_after_minutes"])
    assert feed_switches(admin, "police110")[0].act == "rolled_back"
    # What came meanwhile is read again where that is wanted.
    for _ in restandardise(feed_key="police110", actor=SYSTEM):
        pass
    assert set(Record.objects.values_list("category", flat=True)) == {"fire"}
    for version, code in ((1, "already_present"), (9, "not_found")):
        with pytest.raises(DomainError) as refused:
            workshop.roll_back(viewer=admin, feed_key="police110", version=version, reason="x")
        assert refused.value.code == code


def test_a_feed_that_is_switched_off_takes_nothing_until_it_is_opened_again(cast: Cast) -> None:
    admin = cast.viewer("system_admin")
    workshop.switch_off(viewer=admin, feed_key="police110", reason="对方停机")
    with pytest.raises(Refused) as closed:
        push(call("J1"))
    assert closed.value.code == "feed_closed"
    with pytest.raises(Refused) as same:
        workshop.switch_off(viewer=admin, feed_key="police110", reason="again")
    assert same.value.code == "already_so"
    workshop.open_again(viewer=admin, feed_key="police110", reason="恢复")
    assert push(call("J1")).body["accepted"] == 1
    assert [one.act for one in feed_switches(admin, "police110")][:2] == [
        "opened_again", "switched_off",
    ]  # fmt: skip


@pytest.mark.parametrize("who", ["feed_officer", "city_supervisor", "security_admin"])
def test_nobody_else_switches(cast: Cast, who: str) -> None:
    viewer = cast.viewer(who)
    acts: list[Callable[[], object]] = [
        lambda: workshop.switch_off(viewer=viewer, feed_key="police110", reason="x"),
        lambda: workshop.roll_back(viewer=viewer, feed_key="police110", version=1, reason="x"),
    ]
    for act in acts:
        with pytest.raises((NotAllowed, NotFound)):
            act()
    assert Feed.objects.get(key="police110").active


def test_a_reason_is_always_asked_for(cast: Cast) -> None:
    admin = cast.viewer("system_admin")
    draft = tried(cast)
    with pytest.raises(RuleBroken) as missing:
        _on(admin, draft, reason="  ")
    assert missing.value.code == "reason_missing"


def test_a_draft_does_not_overwrite_what_was_switched_on_since(cast: Cast) -> None:
    viewer, admin = cast.viewer("feed_officer"), cast.viewer("system_admin")
    slow, fast = tried(cast), tried(cast, silent_after_minutes=46)
    _on(admin, fast)
    with pytest.raises(Refused) as moved:
        _on(admin, slow)
    assert moved.value.code == "feed_moved"
    slow = workshop.follow_present(viewer=viewer, draft_id=slow.id, revision=slow.revision)
    assert slow.based_on_version == 2
    assert _on(admin, slow).profile.version == 3  # type: ignore[union-attr]


def test_loading_the_folder_again_does_not_undo_the_workshop(cast: Cast) -> None:
    admin = cast.viewer("system_admin")
    _on(admin, tried(cast))
    versions = len(feed_versions(admin, "police110"))
    for _ in range(2):
        feed = load_profile(document=DOCUMENT, actor=SYSTEM)  # as it was before
        assert feed.profile is not None and feed.profile.version == 2
    assert len(feed_versions(admin, "police110")) == versions
    # A folder that says something new is kept beside, and told by the caller.
    newer = {**DOCUMENT, "name_en": "Renamed", "silent_after_minutes": 47}
    for _ in range(2):
        feed = load_profile(document=newer, actor=SYSTEM)
        assert feed.profile is not None and feed.profile.version == 2
        assert feed.name_en == DOCUMENT["name_en"]
    assert len(feed_versions(admin, "police110")) == versions + 1
    # Somebody who looked at it puts it in use; from then on the folder and the feed agree.
    feed = workshop.roll_back(viewer=admin, feed_key="police110", version=3, reason="采用文件夹")
    assert feed.name_en == "Renamed"
    assert load_profile(document=newer, actor=SYSTEM).profile == feed.profile


def test_a_rollback_is_not_undone_by_loading_the_folder(cast: Cast) -> None:
    admin = cast.viewer("system_admin")
    second = {**DOCUMENT, "silent_after_minutes": 48}
    load_profile(document=second, actor=SYSTEM)
    workshop.roll_back(viewer=admin, feed_key="police110", version=1, reason="错")
    feed = load_profile(document=second, actor=SYSTEM)
    assert feed.profile is not None and feed.profile.version == 1


def test_the_history_of_switches_only_grows(cast: Cast) -> None:
    _on(cast.viewer("system_admin"), tried(cast))
    for act in ("UPDATE {} SET reason = 'x'", "DELETE FROM {}"):
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(act.format("integration_profileswitch"))


def test_the_sample_is_gone_when_it_is_switched_on(cast: Cast) -> None:
    draft = tried(cast)
    assert SAMPLE
    _on(cast.viewer("system_admin"), draft)
    draft = ProfileDraft.objects.get(id=draft.id)
    assert not draft.has_sample
