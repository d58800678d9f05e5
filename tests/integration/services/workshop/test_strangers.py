"""What drafts and samples do not tell: to administrators, and to other organisations."""

from dataclasses import replace

import pytest

from core.errors import BadInput, Refused
from integration.selectors.workshop import organisations_to_draft_for
from integration.services import workshop
from tests.cast import Cast
from tests.integration.services.workshop.bench import SAMPLE, gated, tried

pytestmark = pytest.mark.django_db
NEW = workshop.NewFeed(key="lifts", name_zh="电梯困人", name_en="Lifts", organisation="BH-HCB")


@pytest.mark.parametrize(
    "sections",
    [
        # Names of organisations are not masked, and a number can be read as an instant.
        {"personal": [{"path": "BJRDH", "kind": "organisation"}]},
        {"personal": [{"path": "BJRDH", "kind": "phone"}]},
        {"personal": [], "reported_at": {"path": "BJRDH", "form": "epoch_s"},
         "window": {"future_minutes": 1e12}},
        {"personal": [], "occurred_at": {"path": "BJRDH", "form": "epoch_ms"}, "window": {}},
    ],
)  # fmt: skip
def test_no_profile_shows_an_administrator_what_stands_in_a_personal_field(
    cast: Cast, sections: dict[str, object]
) -> None:
    draft = tried(cast)
    admin = cast.viewer("system_admin")
    workshop.change_draft(
        viewer=admin, draft_id=draft.id, revision=draft.revision,
        document=draft.document | sections,
    )  # fmt: skip
    trial = workshop.try_draft(viewer=admin, draft_id=draft.id)
    assert trial.accepted
    told = str(trial)
    for known in ("13912345678", "5678", "2410-", "1970-"):
        assert known not in told
    assert "5678" not in str(workshop.compare_draft(viewer=admin, draft_id=draft.id).rows)


def test_texts_of_a_handful_of_rows_are_no_codes_to_an_administrator(cast: Cast) -> None:
    draft = tried(cast)
    for who, told in (("feed_officer", True), ("system_admin", False)):
        found = workshop.propose(viewer=cast.viewer(who), draft_id=draft.id)
        category = found.part("category")
        assert category and any("BJNR" in str(one.value) for one in category.options)
        assert ("居民楼冒烟" in str(found)) is told
        codes = next(one for one in found.paths if one.path == "BJLBDM").values
        assert (codes == (("020100", 3),)) is told or not told


def test_a_table_without_names_is_refused_and_no_row_becomes_its_names(cast: Cast) -> None:
    officer = cast.viewer("feed_officer")
    draft = workshop.start_new(viewer=officer, new=replace(NEW, organisation="BH-PSB"))
    rows = "张三丰,13800138000,118.1,24.5\n李四光,13900139000,118.2,24.6\n"
    draft = workshop.give_sample(
        viewer=officer, draft_id=draft.id, revision=draft.revision, body=rows.encode()
    )
    with pytest.raises(BadInput) as refused:
        workshop.take_proposal(viewer=officer, draft_id=draft.id, revision=draft.revision)
    assert refused.value.code == "header_mismatch"
    draft.refresh_from_db()
    assert "13800138000" not in str(draft.document)
    assert "13800138000" not in refused.value.message + str(refused.value.detail)


def test_a_key_that_became_another_s_feed_tells_and_gives_nothing(cast: Cast) -> None:
    other, officer = cast.viewer("other_officer"), cast.viewer("feed_officer")
    ((organisation, _),) = organisations_to_draft_for(other)
    waiting = workshop.start_new(viewer=other, new=replace(NEW, organisation=organisation))
    draft = workshop.start_new(viewer=officer, new=replace(NEW, organisation="BH-PSB"))
    draft = workshop.change_draft(
        viewer=officer, draft_id=draft.id, revision=draft.revision,
        document=gated(key=NEW.key),
    )  # fmt: skip
    draft = workshop.give_sample(
        viewer=officer, draft_id=draft.id, revision=draft.revision, body=SAMPLE
    )
    workshop.try_draft(viewer=officer, draft_id=draft.id)
    workshop.switch_on(
        viewer=cast.viewer("system_admin"), draft_id=draft.id, revision=draft.revision, reason="好"
    )
    found = workshop.compare_draft(viewer=other, draft_id=waiting.id)
    assert found.version is None
    assert all(one.old is None for one in found.changes)
    with pytest.raises(Refused) as refused:
        workshop.follow_present(viewer=other, draft_id=waiting.id, revision=waiting.revision)
    assert refused.value.code == "feed_exists"
    admin = cast.viewer("system_admin")
    with pytest.raises(Refused) as refused:
        workshop.switch_on(
            viewer=admin, draft_id=waiting.id, revision=waiting.revision, reason="好"
        )
    assert refused.value.code == "feed_moved"
