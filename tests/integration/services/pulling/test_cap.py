"""An index that leads to CAP messages: each fetched once for each of its updates."""

from collections.abc import Callable

import pytest

from integration.models import Delivery, PulledItem, PullSource, Record
from tests.integration.services.pulling.conftest import allow, http, pulled
from tests.integration.services.pulling.server import Asked, Reply, Source, running
from tests.risk.skies import cap

pytestmark = pytest.mark.django_db
SetUp = Callable[..., PullSource]
FEED = "weather_cap"


class Office:
    """A weather office: messages by path, an index of all of them."""

    def __init__(self, *, etag: bool = True) -> None:
        self.messages: dict[str, tuple[str, Reply]] = {}
        self.links: dict[str, str] = {}
        self.etag = etag

    def issue(self, key: str, updated: str, body: bytes) -> None:
        self.messages[f"/{key}"] = (updated, Reply(body))

    def __call__(self, asked: Asked) -> Reply:
        if asked.path != "/index":
            return self.messages.get(asked.path, ("", Reply(status=404)))[1]
        entries = "".join(
            f"<entry><id>{path}</id><updated>{updated}</updated>"
            f'<link type="application/cap+xml" href="{self.links.get(path, path)}"/></entry>'
            for path, (updated, _) in self.messages.items()
        )
        tag = f'"{hash(entries)}"'
        if self.etag and asked.headers.get("if-none-match") == tag:
            return Reply(status=304)
        body = f'<feed xmlns="http://www.w3.org/2005/Atom">{entries}</feed>'
        return Reply(body.encode("utf-8"), headers={"ETag": tag} if self.etag else {})


@pytest.fixture
def office(allowed: Source, set_up: SetUp) -> Office:
    one = Office()
    allowed.answer = one
    set_up(
        http(allowed, "/index", index="cap", pages=3),
        feed_key=FEED,
        secret={"name": "X-Api-Key", "value": "tea"},
    )
    return one


def test_each_message_is_fetched_once(office: Office, allowed: Source) -> None:
    office.issue("a", "1", cap("A"))
    office.issue("b", "1", cap("B"))
    attempt = pulled(feed_key=FEED)
    assert (attempt.outcome, attempt.deliveries, attempt.requests) == ("received", 2, 3)
    assert Record.objects.filter(feed__key=FEED).count() == 2
    assert pulled(feed_key=FEED).status == 304
    office.issue("c", "1", cap("C"))
    assert pulled(feed_key=FEED).deliveries == 1
    paths = [one.path for one in allowed.asked]
    assert [paths.count(f"/{one}") for one in "abc"] == [1, 1, 1]
    assert {one.headers["x-api-key"] for one in allowed.asked} == {"tea"}


def test_an_update_of_an_entry_is_fetched_again(office: Office, allowed: Source) -> None:
    office.issue("a", "1", cap("A"))
    pulled(feed_key=FEED)
    office.issue("a", "2", cap("A2"))
    assert pulled(feed_key=FEED).deliveries == 1
    assert PulledItem.objects.get().mark == "2"


def test_without_an_etag_the_index_alone_is_fetched_again(office: Office, allowed: Source) -> None:
    office.etag = False
    office.issue("a", "1", cap("A"))
    pulled(feed_key=FEED)
    attempt = pulled(feed_key=FEED)
    assert (attempt.outcome, attempt.requests) == ("nothing_new", 1)


def test_one_bad_message_does_not_keep_the_others_back(office: Office) -> None:
    office.issue("bad", "1", b"<html>not found</html>")
    office.issue("good", "1", cap("A"))
    attempt = pulled(feed_key=FEED)
    assert (attempt.outcome, attempt.deliveries) == ("received", 1)
    assert attempt.code
    assert pulled(feed_key=FEED).requests <= 1  # it is remembered until it is updated
    office.issue("bad", "2", cap("B"))
    assert pulled(feed_key=FEED).deliveries == 1


def test_one_that_cannot_be_had_is_tried_again_behind_the_others(office: Office) -> None:
    for one in ("gone1", "gone2", "gone3"):
        office.messages[f"/{one}"] = ("1", Reply(status=503))
    office.issue("a", "1", cap("A"))
    pulled(feed_key=FEED)
    pulled(feed_key=FEED)
    assert Record.objects.filter(feed__key=FEED).count() == 1
    office.issue("gone1", "1", cap("G"))
    for _ in range(3):
        pulled(feed_key=FEED)
    assert Record.objects.filter(feed__key=FEED).count() == 2
    assert PullSource.objects.get().failures == 0


def test_a_long_index_takes_several_turns(office: Office) -> None:
    for number in range(7):
        office.issue(f"m{number}", "1", cap(f"M{number}"))
    assert [pulled(feed_key=FEED).deliveries for _ in range(4)] == [3, 3, 1, 0]
    assert Delivery.objects.filter(feed__key=FEED).count() == 7


def test_messages_elsewhere_need_a_place_on_the_list_and_get_no_credentials(
    office: Office,
) -> None:
    with running(lambda asked: Reply(cap("E"))) as other:
        office.issue("e", "1", b"")
        office.links["/e"] = other.url("/e")
        assert pulled(feed_key=FEED).code == "place_not_allowed"
        assert other.asked == []
        allow(other)
        assert pulled(feed_key=FEED).deliveries == 1
        assert "x-api-key" not in other.asked[0].headers
