"""Drafts: who sees and changes them, the optimistic lock, samples that are sealed and go."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection

from audit.models import AuditEntry
from core.clock import now
from core.errors import BadInput, DomainError, NotFound, Refused, RuleBroken, Stale
from integration.models import DraftSample, ProfileDraft
from integration.selectors.workshop import (
    drafts_visible_to,
    may_draft,
    organisations_to_draft_for,
)
from integration.services import workshop
from tests.cast import Cast
from tests.integration.services.conftest import DOCUMENT, call
from tests.integration.services.workshop.bench import SAMPLE, gated, tried

pytestmark = pytest.mark.django_db
NEW = workshop.NewFeed(key="lifts", name_zh="电梯困人", name_en="Lifts", organisation="BH-HCB")


def test_a_draft_begins_as_the_present_version_with_its_retention_class(cast: Cast) -> None:
    draft = workshop.start_draft(viewer=cast.viewer("feed_officer"), feed_key="police110")
    assert draft.based_on_version == 1
    header = draft.document.pop("header")
    assert draft.document == {name: one for name, one in DOCUMENT.items() if name != "header"}
    assert header.pop("retention_class") == "standard"
    assert header == DOCUMENT["header"]


@pytest.mark.parametrize(
    "who",
    ["other_officer", "verifier", "dispatcher", "city_supervisor", "district_supervisor",
     "security_admin", "audit_admin"],
)  # fmt: skip
def test_others_see_no_draft_and_begin_none(cast: Cast, who: str) -> None:
    draft = workshop.start_draft(viewer=cast.viewer("feed_officer"), feed_key="police110")
    viewer = cast.viewer(who)
    assert draft not in drafts_visible_to(viewer)
    for verb in (workshop.propose, workshop.try_draft, workshop.gate_of, workshop.compare_draft):
        with pytest.raises(NotFound):
            verb(viewer=viewer, draft_id=draft.id)
    with pytest.raises(DomainError):
        workshop.start_draft(viewer=viewer, feed_key="police110")
    with pytest.raises(NotFound):
        workshop.change_section(
            viewer=viewer, draft_id=draft.id, revision=1, section="strict", value=True
        )


def test_a_new_department_needs_an_organisation_one_may_draft_for(cast: Cast) -> None:
    admin = cast.viewer("system_admin")
    draft = workshop.start_new(viewer=admin, new=NEW)
    assert draft.feed is None
    assert draft.document["organisation"] == "BH-HCB"
    officer = cast.viewer("feed_officer")
    assert "BH-HCB" not in dict(organisations_to_draft_for(officer))
    for viewer, key, organisation, code in (
        (admin, "Lifts!", "BH-HCB", "bad_key"),
        (admin, "police110", "BH-HCB", "feed_exists"),
        (admin, "lifts2", "nowhere", "unknown_organisation"),
        (officer, "lifts2", "BH-HCB", "not_allowed"),
        (cast.viewer("verifier"), "lifts2", "BH-HCB", "not_allowed"),
    ):
        new = workshop.NewFeed(key=key, name_zh="一", name_en="one", organisation=organisation)
        with pytest.raises(DomainError) as refused:
            workshop.start_new(viewer=viewer, new=new)
        assert refused.value.code == code
    assert not may_draft(cast.viewer("verifier"))


def test_whoever_saw_an_older_revision_is_refused(cast: Cast) -> None:
    viewer = cast.viewer("feed_officer")
    draft = workshop.start_draft(viewer=viewer, feed_key="police110")
    one = workshop.change_section(
        viewer=viewer, draft_id=draft.id, revision=1, section="strict", value=True
    )
    assert one.revision == 2
    with pytest.raises(Stale) as stale:
        workshop.change_section(
            viewer=viewer, draft_id=draft.id, revision=1, section="strict", value=False
        )
    assert stale.value.detail["revision"] == 2
    assert ProfileDraft.objects.get(id=draft.id).document["strict"] is True


def test_sections_are_put_in_changed_and_taken_away(cast: Cast) -> None:
    viewer = cast.viewer("feed_officer")
    draft = workshop.start_draft(viewer=viewer, feed_key="police110")
    for value in ({"path": "XX"}, {"path": "YY"}, None):
        draft = workshop.change_section(
            viewer=viewer, draft_id=draft.id, revision=draft.revision,
            section="reported_at", value=value,
        )  # fmt: skip
        assert draft.document.get("reported_at") == value
    for section, value, code in (
        ("nonsense", 1, "no_such_section"),
        ("key", "other", "key_fixed"),
        ("summary", {"path": "x" * 300_000}, "document_too_large"),
        ("summary", {"path": "a\x00b"}, "document_unusable"),
    ):
        with pytest.raises(RuleBroken) as broken:
            workshop.change_section(
                viewer=viewer, draft_id=draft.id, revision=draft.revision,
                section=section, value=value,
            )  # fmt: skip
        assert broken.value.code == code


def test_all_faults_of_a_draft_are_told_at_once(cast: Cast) -> None:
    viewer = cast.viewer("feed_officer")
    draft = workshop.start_draft(viewer=viewer, feed_key="police110")
    broken = gated(occurred_at={"path": "BJSJ", "form": "%H"}, limits={"rows": 0}, colour="red")
    draft = workshop.change_draft(viewer=viewer, draft_id=draft.id, revision=1, document=broken)
    told = {one.path for one in workshop.faults_of(viewer=viewer, draft_id=draft.id)}
    assert {"occurred_at.form", "occurred_at.zone", "limits.rows", "colour"} <= told
    workshop.give_sample(viewer=viewer, draft_id=draft.id, revision=draft.revision, body=SAMPLE)
    trial = workshop.try_draft(viewer=viewer, draft_id=draft.id)
    assert not trial.sound
    assert {one.path for one in trial.faults} == told


def test_a_draft_is_given_to_another_organisation_only_by_who_may(cast: Cast) -> None:
    officer, admin = cast.viewer("feed_officer"), cast.viewer("system_admin")
    draft = workshop.start_draft(viewer=officer, feed_key="police110")
    with pytest.raises(DomainError) as refused:
        workshop.change_section(
            viewer=officer, draft_id=draft.id, revision=1, section="organisation", value="BH-HCB"
        )
    assert refused.value.code == "not_allowed"
    workshop.change_section(
        viewer=admin, draft_id=draft.id, revision=1, section="organisation", value="BH-HCB"
    )
    assert draft not in drafts_visible_to(officer)


def test_a_sample_is_kept_sealed_and_never_in_clear(cast: Cast) -> None:
    draft = tried(cast)
    with connection.cursor() as cursor:
        texts = []
        for table in ("integration_draftsample", "integration_profiledraft", "audit_auditentry"):
            cursor.execute(f"SELECT t::text FROM {table} AS t")
            texts += [row[0] for row in cursor.fetchall()]
    whole = "\n".join(texts)
    for secret in ("赵某某", "13912345678", "居民楼冒烟"):
        assert secret not in whole
        assert secret.encode().hex() not in whole
    assert draft.given is not None
    assert draft.given.size_bytes == len(SAMPLE)


def test_samples_go_after_two_weeks_and_with_their_draft(cast: Cast) -> None:
    viewer = cast.viewer("feed_officer")
    old, young, given_up = (tried(cast) for _ in range(3))
    DraftSample.objects.filter(draft=old).update(given_at=now() - timedelta(days=14, minutes=1))
    DraftSample.objects.filter(draft=young).update(given_at=now() - timedelta(days=13))
    workshop.discard_draft(viewer=viewer, draft_id=given_up.id, revision=given_up.revision)
    assert workshop.delete_old_samples(at=now()) == 1
    assert set(DraftSample.objects.values_list("draft_id", flat=True)) == {young.id}
    with pytest.raises(RuleBroken) as none:
        workshop.try_draft(viewer=viewer, draft_id=old.id)
    assert none.value.code == "no_sample"
    with pytest.raises(Refused) as settled:
        workshop.try_draft(viewer=viewer, draft_id=given_up.id)
    assert settled.value.code == "draft_settled"
    gone = AuditEntry.objects.filter(act="workshop.sample_gone")
    assert [one.object_id for one in gone] == [str(old.id)]


def test_a_sample_is_bounded_and_not_empty(cast: Cast) -> None:
    viewer = cast.viewer("feed_officer")
    draft = workshop.start_draft(viewer=viewer, feed_key="police110")
    for body, code in ((b" \n", "empty_file"), (b"x" * (workshop.MOST_SAMPLE + 1), "too_large")):
        with pytest.raises(BadInput) as bad:
            workshop.give_sample(viewer=viewer, draft_id=draft.id, revision=1, body=body)
        assert bad.value.code == code
    with pytest.raises(NotFound):
        workshop.give_sample(viewer=viewer, draft_id=uuid4(), revision=1, body=b"{}")


def test_a_proposal_is_taken_whole_in_part_or_as_another_option(cast: Cast) -> None:
    viewer = cast.viewer("feed_officer")
    draft = tried(cast)
    found = workshop.propose(viewer=viewer, draft_id=draft.id)
    assert found.rows == 3
    draft = workshop.take_proposal(
        viewer=viewer, draft_id=draft.id, revision=draft.revision, sections=["format"],
        choices={"personal": 1},
    )  # fmt: skip
    assert draft.document["personal"] == []
    assert draft.document["severity"] == DOCUMENT["severity"]
    draft = workshop.take_proposal(viewer=viewer, draft_id=draft.id, revision=draft.revision)
    assert draft.document["personal"] == found.document["personal"]
    for choices, code in (
        ({"identity": 99}, "no_such_option"),
        ({"limits": 0}, "no_such_section"),
    ):
        with pytest.raises(RuleBroken) as broken:
            workshop.take_proposal(
                viewer=viewer, draft_id=draft.id, revision=draft.revision, choices=choices
            )
        assert broken.value.code == code


def test_an_administrator_sees_the_shape_of_values_an_officer_the_values(cast: Cast) -> None:
    draft = tried(cast)
    for who, address, caller in (
        ("feed_officer", "滨海市青山区中山大道1号", "赵**"),
        ("system_admin", "□□□□□□□□□□9□", "□**"),
    ):
        viewer = cast.viewer(who)
        trial = workshop.try_draft(viewer=viewer, draft_id=draft.id)
        cells = trial.rows[0].cells
        assert cells["address"] == address
        assert cells["personal.BJRXM"] == caller
        assert "13912345678" not in str(trial)
        assert cells["category"] == "fire"
        seen = {one.path: one for one in workshop.propose(viewer=viewer, draft_id=draft.id).paths}
        assert seen["SFDZ"].examples == (address,)
        assert seen["BJRDH"].examples[0] != call()["BJRDH"]
    assert len(str(trial.points[0].lon).partition(".")[2]) <= 3


def test_the_comparison_says_which_settings_and_which_rows_come_out_otherwise(cast: Cast) -> None:
    viewer = cast.viewer("feed_officer")
    draft = tried(cast, category={"path": "BJLBDM", "codes": {"010500": "theft"}}, address=None)
    found = workshop.compare_draft(viewer=viewer, draft_id=draft.id)
    assert found.version == 1
    assert "category.codes.020100" in {one.path for one in found.changes}
    assert found.counts == {
        "same": 0, "changed": 2, "newly_refused": 0, "newly_accepted": 0, "still_refused": 1,
    }  # fmt: skip
    assert found.rows[0].columns["category"] == ("fire", "unmapped")
    assert found.rows[0].columns["address"] == ("滨海市青山区中山大道1号", "")
    draft = workshop.change_section(
        viewer=viewer, draft_id=draft.id, revision=draft.revision, section="occurred_at",
        value={"path": "BJSJ", "form": "%Y-%m-%d", "zone": "Asia/Shanghai"},
    )  # fmt: skip
    found = workshop.compare_draft(viewer=viewer, draft_id=draft.id)
    assert found.counts["newly_refused"] == 2
    assert found.rows[0].codes == ("bad_time",)
