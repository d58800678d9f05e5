"""The feeds pages: who delivered, what waits, and settling it."""

import pytest
from django.urls import reverse

from accounts.domain import Viewer
from integration.models import Problem
from integration.services import receive
from tests.cast import Cast
from tests.integration.domain.samples import lines
from tests.integration.services.conftest import call, push
from tests.web.pages import visitor

pytestmark = pytest.mark.django_db
URL = "/feeds/police110/"


def test_senders_are_named_and_not_their_accounts(cast: Cast) -> None:
    push(call())
    officer = cast.officer("feed_officer")
    receive(
        feed_key="police110", body=lines([call("J2")]), sender=cast.viewer("feed_officer").actor
    )
    partner = Viewer(kind="partner", id="1", label="police110", feed_key="police110")
    receive(feed_key="police110", body=lines([call("J3")]), sender=partner.actor)
    html = visitor(cast, "city_supervisor").get(URL).content.decode()
    assert officer.username not in html
    for name in (officer.name_en, "The system", officer.organisation.name_en):
        assert f'data-label="Sender">{name}<' in html


def test_a_quarantined_row_is_discarded_with_a_reason(cast: Cast) -> None:
    push(call(XZB="N/A"))
    row = Problem.objects.get(settlement="open")
    client = visitor(cast, "feed_officer")
    url = reverse("discard_row", args=["police110", row.pk])
    assert url in client.get(URL).content.decode()
    assert "Say why the row is of no use." in client.post(url, follow=True).content.decode()
    html = client.post(url, {"reason": "测试数据"}, follow=True).content.decode()
    assert "The row was discarded." in html
    assert "Nothing waits in quarantine" in html


def test_who_only_watches_may_not_settle(cast: Cast) -> None:
    push(call(XZB="N/A"))
    assert "/discard/" not in visitor(cast, "city_supervisor").get(URL).content.decode()
