"""Pulling over HTTP from a real server: pages, what is unchanged, what is refused, crashes."""

import gzip
import time
from collections.abc import Callable
from typing import Any

import pytest
from django.db import OperationalError

from core import clock
from core.clock import now
from core.errors import Refused
from integration.models import Delivery, Feed, PullSource, Record
from integration.services.pulling import handing_in, pull_due
from tests.integration.services.pulling.conftest import allow, always, http, pulled, pulling, rows
from tests.integration.services.pulling.server import Asked, Reply, Source

pytestmark = pytest.mark.django_db
SetUp = Callable[..., PullSource]


def _ids() -> set[str]:
    return set(Record.objects.filter(feed__key="police110").values_list("source_id", flat=True))


def test_one_answer_is_one_delivery(allowed: Source, set_up: SetUp) -> None:
    allowed.answer = always(Reply(rows("J1", "J2")))
    set_up(http(allowed))
    first = pulled()
    assert (first.outcome, first.status, first.rows, first.deliveries) == ("received", 200, 2, 1)
    assert first.delivery == Delivery.objects.get()
    assert Delivery.objects.get().sender_kind == "system"
    assert _ids() == {"J1", "J2"}
    again = pulled()
    assert (again.outcome, again.rows, again.deliveries) == ("nothing_new", 0, 0)
    assert Delivery.objects.count() == 1


def test_what_is_unchanged_is_asked_for_only_once(allowed: Source, set_up: SetUp) -> None:
    def answer(asked: Asked) -> Reply:
        if asked.headers.get("if-none-match") == '"v1"':
            return Reply(status=304)
        modified = "Sat, 21 Nov 2026 00:00:00 GMT"
        return Reply(rows("J1"), headers={"ETag": '"v1"', "Last-Modified": modified})

    allowed.answer = answer
    set_up(http(allowed))
    assert pulled().status == 200
    second = pulled()
    assert (second.outcome, second.status, second.bytes) == ("nothing_new", 304, 0)
    assert allowed.asked[1].headers["if-modified-since"] == "Sat, 21 Nov 2026 00:00:00 GMT"
    assert Feed.objects.get(key="police110").last_contact_at is not None


def test_an_unchanged_page_still_leads_to_the_next(allowed: Source, set_up: SetUp) -> None:
    pages = {"1": rows("J1"), "2": rows("J2")}

    def answer(asked: Asked) -> Reply:
        body = pages.get(asked.query["page"][0], b"")
        tag = f'"{len(body)}"'
        if body and asked.headers.get("if-none-match") == tag:
            return Reply(status=304)
        return Reply(body, headers={"ETag": tag} if body else {})

    allowed.answer = answer
    set_up(http(allowed, paging={"form": "page"}))
    pulled()
    pages["2"] = rows("J2", "J3")
    attempt = pulled()
    assert (attempt.deliveries, attempt.requests) == (1, 3)
    assert _ids() == {"J1", "J2", "J3"}


def test_packed_answers_are_unpacked(allowed: Source, set_up: SetUp) -> None:
    packed = gzip.compress(rows("J1"))
    allowed.answer = always(Reply(packed, headers={"Content-Encoding": "gzip"}))
    set_up(http(allowed))
    assert pulled().rows == 1


@pytest.mark.parametrize(
    "paging",
    [
        {"form": "page", "size_parameter": "size", "size": 2},
        {"form": "page", "first": 0},
        {"form": "offset", "size": 2},
        {"form": "link_header"},
        {"form": "window", "start": "2026-11-20T00:00:00+08:00", "days": 1},
    ],
)
def test_every_page_is_fetched(allowed: Source, set_up: SetUp, paging: dict[str, Any]) -> None:
    pages = [rows("J1", "J2"), rows("J3", "J4"), rows("J5")]

    def answer(asked: Asked) -> Reply:
        first = int(paging.get("first", 1))
        number = int(asked.query.get("page", [first])[0]) - first
        if "offset" in asked.query:
            number = (int(asked.query["offset"][0]) + 1) // 2
        last = paging["form"] == "link_header" and number == len(pages) - 1
        link = {} if last else {"Link": f'</rows?page={number + 2}>; rel="next"'}
        return Reply(pages[number] if number < len(pages) else b"", headers=link)

    allowed.answer = answer
    set_up(http(allowed, paging=paging))
    with clock.fixed(clock.now().replace(year=2026, month=11, day=20, hour=12)):
        attempt = pulled()
    assert (attempt.outcome, attempt.rows, attempt.deliveries) == ("received", 5, 3)
    assert _ids() == {"J1", "J2", "J3", "J4", "J5"}
    assert PullSource.objects.get().cursor["place"] is None


def test_a_next_page_named_in_the_answer_is_followed(
    allowed: Source, set_up: SetUp, feed: Callable[..., str]
) -> None:
    assert feed("paged")
    bodies = {"/rows": b'{"next": "/more"}\n', "/more": b'{"next": null}\n'}
    allowed.answer = lambda asked: Reply(bodies[asked.path])
    set_up(http(allowed, paging={"form": "next_path", "path": "next"}), feed_key="paged")
    attempt = pulled(feed_key="paged")
    assert [one.path for one in allowed.asked] == ["/rows", "/more"]
    assert attempt.deliveries == 2


def test_a_page_that_comes_again_is_the_end(allowed: Source, set_up: SetUp) -> None:
    allowed.answer = always(Reply(rows("J1")))  # knows no pages
    set_up(http(allowed, paging={"form": "page"}))
    assert pulled().requests == 2


def test_so_many_pages_in_a_turn_and_the_next_turn_goes_on(allowed: Source, set_up: SetUp) -> None:
    def answer(asked: Asked) -> Reply:
        number = int(asked.query["page"][0])
        return Reply(rows(f"J{number}") if number < 6 else b"")

    allowed.answer = answer
    set_up(http(allowed, paging={"form": "page"}, pages=3), every_seconds=86_400)
    assert pulling().more
    assert PullSource.objects.get().next_at < now() + clock.timedelta(minutes=3)
    assert not pulling().more
    assert [one.query["page"][0] for one in allowed.asked] == ["1", "2", "3", "4", "5", "6"]


def test_a_next_page_on_another_host_is_not_fetched(allowed: Source, set_up: SetUp) -> None:
    link = '<http://169.254.169.254/latest>; rel="next"'
    allowed.answer = always(Reply(rows("J1"), headers={"Link": link}))
    set_up(http(allowed, paging={"form": "link_header"}))
    assert pulled().code == "leads_elsewhere"


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_is_an_error_that_says_where_to(
    allowed: Source, set_up: SetUp, status: int
) -> None:
    where = f"http://127.0.0.1:{allowed.port}/elsewhere"
    allowed.answer = always(Reply(status=status, headers={"Location": where}))
    set_up(http(allowed))
    attempt = pulled()
    assert (attempt.outcome, attempt.code, attempt.status) == ("failed", "redirected", status)
    assert attempt.detail["where"] == where
    assert [one.path for one in allowed.asked] == ["/rows"]
    assert attempt.requests == 1


@pytest.mark.parametrize("slow", ["drip", "drip_headers"])
def test_a_server_that_drips_is_cut_off(allowed: Source, set_up: SetUp, slow: str) -> None:
    allowed.answer = always(Reply(rows("J1"), **{slow: 0.05}))
    set_up(http(allowed, seconds=1))
    began = time.monotonic()
    attempt = pulled()
    assert attempt.code == "timed_out"
    assert time.monotonic() - began < 3
    assert not Delivery.objects.exists()


def test_a_body_beyond_the_limit_is_refused_while_it_comes(
    allowed: Source, set_up: SetUp, feed: Callable[..., str]
) -> None:
    feed("small", limits={"text": 2000, "rows": 100, "bytes": 10_000})
    for body, headers in (
        (b"x" * 5_000_000, {}),
        (gzip.compress(b"x" * 5_000_000), {"Content-Encoding": "gzip"}),
    ):
        allowed.answer = always(Reply(body, headers=headers))
        set_up(http(allowed), feed_key="small")
        attempt = pulled(feed_key="small")
        assert attempt.outcome == "refused"
        assert attempt.code in ("too_large", "bomb_suspected")
        assert attempt.bytes < 100_000


def test_an_answer_that_is_no_rows_is_told_and_nothing_moves_on(
    allowed: Source, set_up: SetUp
) -> None:
    allowed.answer = always(Reply(b"PK\x03\x04 a zip", headers={"ETag": '"1"'}))
    set_up(http(allowed))
    attempt = pulled()
    assert (attempt.outcome, attempt.code) == ("refused", "unsupported_type")
    assert PullSource.objects.get().cursor == {}
    assert Feed.objects.get(key="police110").last_contact_at is None


def test_failures_back_off_and_a_source_that_asks_for_time_gets_it(
    allowed: Source, set_up: SetUp
) -> None:
    allowed.answer = always(Reply(status=500))
    set_up(http(allowed))
    waits = []
    for _ in range(4):
        pulled()
        source = PullSource.objects.get()
        waits.append((source.next_at - now()).total_seconds())
    assert source.failures == 4
    assert waits[3] > waits[2] > waits[1] > waits[0] - 1 > 55
    allowed.answer = always(Reply(status=429, headers={"Retry-After": "7200"}))
    attempt = pulled()
    assert attempt.status == 429
    assert 7100 < (PullSource.objects.get().next_at - now()).total_seconds() < 7300
    allowed.answer = always(Reply(rows("J1")))
    pulled()
    assert PullSource.objects.get().failures == 0


def test_a_crash_before_the_commit_loses_nothing_and_repeats_nothing(
    allowed: Source, set_up: SetUp, monkeypatch: pytest.MonkeyPatch
) -> None:
    pages = {"1": rows("J1"), "2": rows("J2"), "3": rows("J3")}
    allowed.answer = lambda asked: Reply(pages.get(asked.query["page"][0], b""))
    set_up(http(allowed, paging={"form": "page"}))
    receive = handing_in.receive_inside

    class Killed(BaseException):
        pass

    def killed(**options: Any) -> Any:
        answer = receive(**options)
        if b"J2" in options["body"]:
            raise Killed
        return answer

    monkeypatch.setattr(handing_in, "receive_inside", killed)
    with pytest.raises(Killed):
        pulled()
    assert _ids() == {"J1"}
    monkeypatch.undo()
    with pytest.raises(Refused, match="being pulled"):
        pulled()
    with clock.fixed(now() + clock.timedelta(minutes=11)):  # its lease is over
        pulled()
    assert _ids() == {"J1", "J2", "J3"}
    assert [one.query["page"][0] for one in allowed.asked] == ["1", "2", "2", "3", "4"]
    assert Delivery.objects.count() == 3


def test_who_lost_the_lease_stores_nothing(source: Source, set_up: SetUp) -> None:
    """A worker that is slow, and whose source another one takes over meanwhile."""
    source.host = "slow.example"
    allow(source)
    source.answer = always(Reply(rows("J1")), Reply(rows("J2")))
    set_up(http(source))

    def slow(host: str, port: int) -> list[str]:
        with clock.fixed(now() + clock.timedelta(minutes=11)):
            assert pulled(resolver=lambda host, port: ["127.0.0.1"]).rows == 1
        return ["127.0.0.1"]

    assert pulled(resolver=slow).code == "lease_lost"
    assert _ids() == {"J1"}
    assert PullSource.objects.get().attempts.count() == 1


def test_a_feed_that_is_busy_is_not_its_source_s_fault(
    allowed: Source, set_up: SetUp, monkeypatch: pytest.MonkeyPatch
) -> None:
    allowed.answer = always(Reply(rows("J1")))
    set_up(http(allowed), every_seconds=86_400)

    def locked(**options: Any) -> Any:
        raise OperationalError("canceling statement due to lock timeout")

    monkeypatch.setattr(handing_in, "receive_inside", locked)
    assert pulled().code == "feed_busy"
    source = PullSource.objects.get()
    assert (source.failures, source.lease) == (0, None)
    assert source.next_at < now() + clock.timedelta(minutes=2)
    monkeypatch.undo()
    assert pulled().rows == 1


def test_a_fault_of_ours_is_told_and_keeps_no_other_source_waiting(
    allowed: Source, set_up: SetUp, monkeypatch: pytest.MonkeyPatch
) -> None:
    allowed.answer = always(Reply(rows("J1")))
    source = set_up(http(allowed))

    def broken(**options: Any) -> Any:
        raise LookupError("nobody thought of it")

    monkeypatch.setattr(handing_in, "receive_inside", broken)
    assert pull_due() == 1
    attempt = source.attempts.get()
    assert (attempt.outcome, attempt.code) == ("failed", "pull_broke")
    source.refresh_from_db()
    assert (source.failures, source.lease) == (1, None)


def test_the_schedule_pulls_what_is_due_once(allowed: Source, set_up: SetUp) -> None:
    allowed.answer = always(Reply(rows("J1")))
    source = set_up(http(allowed), every_seconds=3600)
    assert pull_due() == 1
    assert pull_due() == 0
    PullSource.objects.update(next_at=now())
    PullSource.objects.update(active=False)
    assert pull_due() == 0
    assert source.attempts.count() == 1


def test_credentials_are_sealed_sent_and_told_nowhere(
    allowed: Source, set_up: SetUp, caplog: pytest.LogCaptureFixture
) -> None:
    allowed.answer = always(Reply(status=401, body=b"who?"))
    source = set_up(http(allowed), secret={"name": "X-Api-Key", "value": "tea-caddy-42"})
    attempt = pulled()
    assert allowed.asked[0].headers["x-api-key"] == "tea-caddy-42"
    assert b"tea-caddy-42" not in bytes(source.sealed_secret or b"")
    assert "tea-caddy" not in str(attempt.detail) + attempt.message + caplog.text
    set_up(http(allowed), secret={"user": "egret", "password": "tea"})
    pulled()
    assert allowed.asked[1].headers["authorization"] == "Basic ZWdyZXQ6dGVh"


def test_a_pull_that_ended_its_process_lets_the_others_go_first(
    allowed: Source, set_up: SetUp, feed: Callable[..., str], monkeypatch: pytest.MonkeyPatch
) -> None:
    allowed.answer = always(Reply(rows("J1")))
    feed("other")
    with clock.fixed(now() - clock.timedelta(minutes=2)):
        set_up(http(allowed))  # has waited longest
    set_up(http(allowed), feed_key="other")

    def ended(**options: Any) -> Any:
        raise SystemExit

    monkeypatch.setattr(handing_in, "receive_inside", ended)
    with pytest.raises(SystemExit):
        pull_due()
    monkeypatch.undo()
    with clock.fixed(now() + clock.timedelta(minutes=11)):
        assert pull_due(turn=0.001) == 1
    assert PullSource.objects.get(feed__key="other").attempts.count() == 1


def test_old_attempts_are_pruned(
    allowed: Source, set_up: SetUp, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("integration.services.pulling.running._KEPT", 3)
    allowed.answer = always(Reply(rows("J1")))
    source = set_up(http(allowed))
    for _ in range(5):
        pulled()
    assert source.attempts.count() == 3
