"""Personal details of a record: on terms, to officers of the feed's organisation, shown once."""

from uuid import UUID

import pytest
from django.urls import reverse

from audit.models import AuditEntry
from integration.models import Record
from risk.models import RiskCase
from tests.cast import Cast
from tests.integration.services.conftest import call, push
from tests.risk.calls import judge
from tests.web.pages import visitor

pytestmark = pytest.mark.django_db
CLEAR = ("赵某某", "13912345678")
TERMS = {"purpose": "rescue", "reason": "核实起火楼层"}


@pytest.fixture
def case() -> RiskCase:
    judge(UUID(str(push(call()).body["id"])))
    return RiskCase.objects.get()


def _url(case: RiskCase) -> str:
    return reverse("reveal_record", args=[case.pk, Record.objects.get().key_id])


def _case_page(cast: Cast, who: str, case: RiskCase) -> str:
    return visitor(cast, who).get(reverse("case", args=[case.pk])).content.decode()


def test_purpose_and_reason_open_the_details_once(cast: Cast, case: RiskCase) -> None:
    client, url = visitor(cast, "feed_officer"), _url(case)
    assert url in _case_page(cast, "feed_officer", case)
    asked = client.get(url)
    assert (asked.status_code, [one for one in CLEAR if one in asked.content.decode()]) == (200, [])
    answer = client.post(url, TERMS)
    html = answer.content.decode()
    assert answer.status_code == 200
    assert all(one in html for one in CLEAR)
    assert "no-store" in answer["Cache-Control"]
    entry = AuditEntry.objects.get(act="personal.reveal")
    assert (entry.reason, entry.detail["purpose"]) == ("核实起火楼层", "rescue")
    for page in (client.get(url).content.decode(), _case_page(cast, "feed_officer", case)):
        assert not [one for one in CLEAR if one in page]


@pytest.mark.parametrize(
    "terms", [{}, {"purpose": "rescue"}, {"reason": "核实起火楼层"}, {**TERMS, "reason": "看"}]
)
def test_without_terms_nothing_opens(cast: Cast, case: RiskCase, terms: dict[str, str]) -> None:
    answer = visitor(cast, "feed_officer").post(_url(case), terms)
    html = answer.content.decode()
    assert answer.status_code == 422
    assert not [one for one in CLEAR if one in html]
    assert "eg-note-error" in html
    assert not AuditEntry.objects.filter(act="personal.reveal").exists()


@pytest.mark.parametrize("who", ["city_supervisor", "dispatcher", "other_officer"])
def test_others_are_not_offered_it_and_find_nothing(cast: Cast, case: RiskCase, who: str) -> None:
    assert "/reveal/" not in _case_page(cast, who, case)
    client = visitor(cast, who)
    assert client.get(_url(case)).status_code == 404
    assert client.post(_url(case), TERMS).status_code == 404
    assert not AuditEntry.objects.filter(act="personal.reveal").exists()


def test_a_record_is_opened_through_its_own_case_alone(cast: Cast, case: RiskCase) -> None:
    wrong = reverse("reveal_record", args=[case.pk, case.pk])
    assert visitor(cast, "feed_officer").get(wrong).status_code == 404
