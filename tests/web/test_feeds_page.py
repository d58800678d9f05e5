"""The feeds pages: who delivered, what waits, how a feed is read, and comparing a day."""

import hashlib
import json
from datetime import timedelta

import pytest
from django.urls import reverse

from accounts.domain import Viewer
from audit.domain import SYSTEM
from core.clock import now
from integration.models import Delivery, Feed, FeedProfile, Restandardisation
from integration.services import load_profile, receive
from tests.cast import Cast
from tests.conftest import BINHAI
from tests.integration.domain.samples import lines
from tests.integration.services.conftest import call, push
from tests.web.pages import visitor

pytestmark = pytest.mark.django_db
URL = "/feeds/police110/"


def _html(cast: Cast, who: str = "city_supervisor", url: str = URL, language: str = "en") -> str:
    return visitor(cast, who, language).get(url).content.decode()


def test_senders_are_named_and_not_their_accounts(cast: Cast) -> None:
    push(call())
    officer = cast.officer("feed_officer")
    receive(
        feed_key="police110", body=lines([call("J2")]), sender=cast.viewer("feed_officer").actor
    )
    partner = Viewer(kind="partner", id="1", label="police110", feed_key="police110")
    receive(feed_key="police110", body=lines([call("J3")]), sender=partner.actor)
    html = _html(cast)
    assert officer.username not in html
    for name in (officer.name_en, "The system", officer.organisation.name_en):
        assert f'data-label="Sender">{name}<' in html


def test_what_waits_is_counted_and_leads_to_the_desk(cast: Cast) -> None:
    assert "Nothing waits in quarantine" in _html(cast)
    push(call(XZB="N/A"), call("J2", BJSJ="soon"), call("J3", BJSJ="late"))
    html = _html(cast)
    assert "3 rows wait" in html
    assert f"{reverse('quarantine')}?feed=police110&amp;code=bad_time" in html
    assert "<b>2</b> Time cannot be read" in html
    assert "/discard/" not in html


def test_a_feed_says_how_it_is_read(cast: Cast) -> None:
    html = _html(cast)
    rows = html.split('id="reading"')[1].split("</table>")[0]
    for words in ("JJDBH", "Source id", "020100", "Fire", "GCJ-02", "Personal detail, kept sealed"):
        assert words in rows
    assert "profile version 1" in html
    assert "NDJSON" in html
    assert "字段读取方式" in _html(cast, language="zh-hans")


def test_silence_is_told(cast: Cast) -> None:
    push(call())
    assert "3 hours" in _html(cast)
    assert "In contact" in _html(cast)
    Feed.objects.filter(key="police110").update(last_contact_at=now() - timedelta(hours=4))
    assert ">No contact<" in _html(cast)
    assert ">No contact<" in _html(cast, url="/feeds/")
    Feed.objects.filter(key="police110").update(
        last_contact_at=now(), last_row_at=now() - timedelta(hours=4)
    )
    assert ">Nothing new<" in _html(cast)
    Feed.objects.filter(key="police110").update(silent_after=None, last_contact_at=None)
    html = _html(cast)
    assert "any; the sender need not report" in html
    assert "never" in html


def test_a_day_is_compared(cast: Cast) -> None:
    push(call("B"), call("A"), call("C", BJSJ="20261102080000"))
    html = _html(cast, url=f"{URL}?day=2026-11-01&by=occurred")
    assert hashlib.sha256(b"A\nB\n").hexdigest() in html
    assert "<b>2</b>" in html.split('id="compare"')[1]
    today = now().astimezone().date().isoformat()
    assert "Digest" in _html(cast, url=f"{URL}?day={today}&by=received")
    assert "Digest" not in _html(cast)


@pytest.mark.parametrize("query", ["day=never&by=occurred", "day=&by=occurred", "day=2026-11-01"])
def test_a_day_that_is_none_is_told(cast: Cast, query: str) -> None:
    answer = visitor(cast, "city_supervisor").get(f"{URL}?{query}")
    assert answer.status_code == 422
    assert "eg-fault" in answer.content.decode()


def test_deliveries_that_were_read_anew_are_told(cast: Cast) -> None:
    push(call())
    assert "Read anew" not in _html(cast)
    document = json.loads((BINHAI / "feeds" / "police110.json").read_text("utf-8"))
    load_profile(document={**document, "strict": True}, actor=SYSTEM)
    Restandardisation.objects.create(
        delivery=Delivery.objects.get(),
        profile=FeedProfile.objects.get(feed__key="police110", version=2),
        done_at=now(),
        done_by=cast.officer("feed_officer").username,
        changed=1234,
    )
    html = _html(cast)
    assert "Read anew" in html
    assert "1,234" in html
    assert cast.officer("feed_officer").name_en in html


def test_another_department_s_feed_is_a_missing_page(cast: Cast) -> None:
    assert visitor(cast, "other_officer").get(URL).status_code == 404
