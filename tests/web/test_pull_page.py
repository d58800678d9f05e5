"""The page of a feed's pulls and the form of its source: who sees and may do what."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from django.test import Client
from pytest_django import Settings

from audit.domain import SYSTEM
from audit.models import AuditEntry
from core.clock import now
from integration.models import DeviceContact, Feed, PullSource
from integration.services import load_profile
from integration.services.pulling import allow_target, pull
from tests.cast import Cast
from tests.integration.services.pulling.conftest import always, rows
from tests.integration.services.pulling.server import Reply, Source, running
from tests.web.pages import visitor

pytestmark = pytest.mark.django_db
URL = "/feeds/police110/pull/"
SET_UP = f"{URL}set-up/"


@pytest.fixture
def source() -> Iterator[Source]:
    with running(always(Reply(rows("J1")))) as one:
        yield one


@pytest.fixture
def listed(db: None, source: Source) -> Source:
    allow_target(
        scheme="http", host="127.0.0.1", port=source.port, private=True, reason="x", actor=SYSTEM
    )
    return source


def _form(source: Source, **changes: object) -> dict[str, object]:
    return {
        "url": source.url("/rows?key=of-a-partner"),
        "index": "none",
        "paging": "page",
        "parameter": "p",
        "size": "50",
        "seconds": "20",
        "pages": "5",
        "every_minutes": "10",
        "proof": "header",
        "header_name": "X-Api-Key",
        "header_value": "tea-caddy-42",
    } | changes


def _html(client: Client, url: str = URL) -> str:
    answer = client.get(url)
    assert answer.status_code == 200
    return answer.content.decode()


def test_a_source_is_set_up_in_the_browser_and_pulled(cast: Cast, listed: Source) -> None:
    admin = visitor(cast, "system_admin")
    assert "This feed is not pulled" in _html(admin)
    answer = admin.post(f"{SET_UP}?kind=http", _form(listed), follow=True)
    assert answer.redirect_chain[-1][0] == URL
    kept = PullSource.objects.get()
    assert kept.settings["paging"] == {"form": "page", "parameter": "p", "size": 50}
    assert kept.every_seconds == 600
    entry = AuditEntry.objects.get(act="pull.set_up")
    assert "tea-caddy-42" not in str(entry.detail)
    pull(feed_key="police110")
    html = _html(admin)
    assert "numbered pages" in html
    assert "stored, sealed" in html
    assert "every 10 minutes" in html
    assert ">Received<" in html
    assert "tea-caddy-42" not in html
    assert "of-a-partner" in html
    form = _html(admin, SET_UP)
    assert "tea-caddy-42" not in form
    assert "Those that are stored" in form
    assert 'value="50"' in form
    # Changed, the credentials stay unless they are replaced.
    admin.post(f"{SET_UP}?kind=http", _form(listed, proof="keep", every_minutes="30"))
    assert PullSource.objects.get().sealed_secret is not None
    assert PullSource.objects.get().every_seconds == 1800
    admin.post(f"{SET_UP}?kind=http", _form(listed, proof="none"))
    assert PullSource.objects.get().sealed_secret is None


def test_officers_of_the_feed_look_and_ask_and_change_nothing(cast: Cast, listed: Source) -> None:
    visitor(cast, "system_admin").post(f"{SET_UP}?kind=http", _form(listed))
    officer = visitor(cast, "feed_officer")
    html = _html(officer)
    assert "of-a-partner" not in html  # a parameter may be a key
    assert "Pull now" in html
    assert "set-up" not in html
    assert officer.get(SET_UP).status_code == 403
    assert officer.post(SET_UP, _form(listed)).status_code == 403
    assert officer.post(f"{URL}switch/", {"act": "off"}).status_code == 403
    PullSource.objects.update(next_at=now().replace(year=2030))
    assert officer.post(f"{URL}now/").status_code == 302
    assert PullSource.objects.get().next_at <= now()
    watching = visitor(cast, "city_supervisor")
    assert "Pull now" not in _html(watching)
    assert watching.post(f"{URL}now/").status_code == 403


@pytest.mark.parametrize("who", ["other_officer", "security_admin", "audit_admin"])
def test_for_others_there_is_no_such_page(cast: Cast, who: str) -> None:
    client = visitor(cast, who)
    for address in (URL, SET_UP):
        assert client.get(address).status_code == 404
    for address in (SET_UP, f"{URL}now/", f"{URL}switch/"):
        assert client.post(address).status_code == 404
    assert visitor(cast, "stranger").get(URL).status_code == 302


def test_switching_off_and_on(cast: Cast, listed: Source) -> None:
    admin = visitor(cast, "system_admin")
    admin.post(f"{SET_UP}?kind=http", _form(listed))
    admin.post(f"{URL}switch/", {"act": "off"})
    assert not PullSource.objects.get().active
    assert "Pull now" not in _html(admin)
    answer = admin.post(f"{URL}now/", follow=True)
    assert "switched off" in answer.content.decode()
    admin.post(f"{URL}switch/", {"act": "on"})
    assert PullSource.objects.get().active


@pytest.mark.parametrize(
    ("kind", "changes", "told"),
    [
        ("http", {"url": "http://10.0.0.5/rows"}, "not on the list"),
        ("http", {"url": "file:///etc/passwd"}, "no plain address"),
        ("http", {"url": ""}, "Please fill this in."),
        ("http", {"paging": "window"}, "Please fill this in."),
        ("http", {"paging": "window", "start": "2026-01-01"}, "with its offset"),
        ("http", {"header_value": ""}, "Please fill this in."),
        ("http", {"header_name": "Host"}, "name such as X-Api-Key"),
        ("http", {"every_minutes": "0"}, "eg-fault"),
        ("folder", {"directory": "../etc", "settle_seconds": "5", "proof": "none"}, "without .."),
        ("database", {"view": "a;b", "proof": "basic"}, "eg-fault"),
        ("nonsense", {"url": ""}, "Please fill this in."),
    ],
)
def test_what_is_wrong_is_told_at_the_form(
    cast: Cast, listed: Source, kind: str, changes: dict[str, object], told: str
) -> None:
    answer = visitor(cast, "system_admin").post(f"{SET_UP}?kind={kind}", _form(listed, **changes))
    assert answer.status_code == 422
    assert told in answer.content.decode()
    assert not PullSource.objects.exists()


def test_a_folder_and_a_database_are_set_up_too(
    cast: Cast, settings: Settings, tmp_path: Path
) -> None:
    admin = visitor(cast, "system_admin")
    settings.PULL_ROOT = str(tmp_path)
    folder = {"directory": "in", "settle_seconds": "0", "every_minutes": "1", "proof": "none"}
    assert admin.post(f"{SET_UP}?kind=folder", folder).status_code == 302
    assert "every minute" in _html(admin)
    allow_target(
        scheme="postgresql",
        host="db.example.org",
        port=5432,
        private=False,
        reason="",
        actor=SYSTEM,
    )
    database = {
        "host": "db.example.org",
        "port": "5432",
        "database": "exchange",
        "tls": "verify-full",
        "view": "exchange.calls",
        "rising": "seq",
        "rows": "100",
        "every_minutes": "60",
        "proof": "basic",
        "user": "egret",
        "password": "tea",
    }
    assert admin.post(f"{SET_UP}?kind=database", database).status_code == 302
    html = _html(admin)
    assert "exchange.calls" in html
    assert "every hour" in html
    assert "postgresql://db.example.org:5432" in _html(admin, SET_UP)


def test_what_failed_is_told_in_the_reader_s_language(cast: Cast, listed: Source) -> None:
    admin = visitor(cast, "system_admin")
    admin.post(f"{SET_UP}?kind=http", _form(listed))
    listed.answer = always(Reply(status=302, headers={"Location": "http://elsewhere.example/<b>"}))
    pull(feed_key="police110")
    assert "sends us on to http://elsewhere.example/&lt;b&gt;" in _html(admin)
    chinese = _html(visitor(cast, "feed_officer", "zh-hans"))
    assert "系统不跟随跳转" in chinese


def test_devices_that_are_away_are_told(cast: Cast) -> None:
    feed = Feed.objects.select_related("profile").get(key="police110")
    assert feed.profile is not None
    attributes = feed.profile.document.get("attributes", [])
    name = attributes[0]["name"]
    devices = {"attribute": name, "offline_after_minutes": 60}
    load_profile(document={**feed.profile.document, "devices": devices}, actor=SYSTEM)
    Feed.objects.filter(key="police110").update(last_contact_at=now(), last_row_at=now())
    DeviceContact.objects.create(feed=feed, device="M-1", last_at=now() - timedelta(hours=2))
    supervisor = visitor(cast, "city_supervisor")
    for url in ("/feeds/", "/feeds/police110/"):
        assert "1 device offline" in _html(supervisor, url)
