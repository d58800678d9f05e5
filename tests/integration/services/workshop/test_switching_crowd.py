"""Two people connect the same department at the same moment."""

import threading

from django.db import connection

from core.errors import DomainError
from integration.models import Feed, ProfileDraft
from integration.services import workshop
from tests.cast import Cast
from tests.integration.services.conftest import DOCUMENT
from tests.integration.services.workshop.bench import GATE_HEADER, SAMPLE


def test_of_two_that_connect_one_department_at_once_one_is_told(
    committed_db: str, cast: Cast
) -> None:
    admin = cast.viewer("system_admin")
    new = workshop.NewFeed(key="lifts", name_zh="电梯", name_en="Lifts", organisation="BH-HCB")
    header = {**GATE_HEADER, "data_class": "general"}
    plain = {**DOCUMENT, "key": "lifts", "organisation": "BH-HCB", "header": header, "personal": []}
    drafts = []
    for minutes in (5, 6):
        draft = workshop.start_new(viewer=admin, new=new)
        draft = workshop.give_sample(viewer=admin, draft_id=draft.id, revision=1, body=SAMPLE)
        document = plain | {"silent_after_minutes": minutes}
        draft = workshop.change_draft(
            viewer=admin, draft_id=draft.id, revision=draft.revision, document=document
        )
        workshop.try_draft(viewer=admin, draft_id=draft.id)
        drafts.append(draft)
    start, told = threading.Barrier(2), []

    def run(draft: ProfileDraft) -> None:
        start.wait()
        try:
            workshop.switch_on(
                viewer=admin, draft_id=draft.id, revision=draft.revision, reason="接入"
            )
            told.append("on")
        except DomainError as refused:
            told.append(refused.code)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(draft,)) for draft in drafts]
    for one in threads:
        one.start()
    for one in threads:
        one.join(30)
    assert sorted(told) == ["feed_moved", "on"]
    assert Feed.objects.get(key="lifts").profiles.count() == 1
