"""When a source is asked again, which address comes next, and what its settings may say."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import BadInput, DomainError, RuleBroken
from integration.domain.pulling import tables
from integration.domain.pulling.backoff import delay, retry_after
from integration.domain.pulling.index import entries
from integration.domain.pulling.paging import after, begin, following, link_of, remembered
from integration.domain.pulling.settings import Http, read

AT = datetime(2026, 11, 21, 8, tzinfo=UTC)
URL = "https://data.example.org/rows"


def _http(**paging: Any) -> Http:
    settings = read({"kind": "http", "url": f"{URL}?x=1", "paging": paging or {"form": "once"}})
    assert isinstance(settings, Http)
    return settings


@given(st.integers(0, 500), st.floats(0, 1), st.one_of(st.none(), st.floats(0, 1e9)))
def test_a_source_is_never_asked_more_than_once_a_minute_and_never_forgotten(
    failures: int, chance: float, wait: float | None
) -> None:
    seconds = delay(every=60, failures=failures, wait=wait, chance=chance)
    assert 60 <= seconds <= 86_400
    if failures and not wait:
        assert seconds <= 5400


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("120", 120.0),
        ("Sat, 21 Nov 2026 08:05:00 GMT", 300.0),
        ("Sat, 21 Nov 2026 07:05:00 GMT", 0.0),
        ("99999999999999999999", 86_400.0),
        ("-5", None),
        ("soon", None),
        ("", None),
        ("٣", None),
    ],
)
def test_what_retry_after_asks_for(header: str, seconds: float | None) -> None:
    assert retry_after(header, AT) == seconds


def test_spans_of_time_follow_each_other_without_a_gap() -> None:
    settings = _http(form="window", start="2026-01-01T00:00:00+08:00", days=90)
    cursor: dict[str, Any] = {}
    step = begin(settings, cursor, AT)
    spans = []
    while step is not None:
        assert not step.conditional
        spans.append((step.place["from"], step.place["until"]))
        coming = following(settings, step, rows=0, link=None, at=AT)
        cursor = after(settings, cursor, step, coming)
        step = coming
    assert spans[0][0] == "2026-01-01T00:00:00+08:00"
    assert all(before[1] == behind[0] for before, behind in pairwise(spans))
    assert datetime.fromisoformat(spans[-1][1]) == AT
    assert cursor == {"place": None, "since": spans[-1][1]}
    again = begin(settings, cursor, AT + timedelta(minutes=5))
    assert again.place["from"] == (AT - timedelta(minutes=60)).isoformat()


def test_a_broken_off_pull_goes_on_where_it_was() -> None:
    settings = _http(form="page", parameter="p", size_parameter="n", size=50)
    step = begin(settings, {}, AT)
    assert step.url == f"{URL}?x=1&p=1&n=50"
    coming = following(settings, step, rows=3, link=None, at=AT)
    assert coming is not None
    cursor = after(settings, {}, step, coming)
    assert begin(settings, cursor, AT).url == f"{URL}?x=1&p=2&n=50"
    assert following(settings, coming, rows=0, link=None, at=AT) is None


def test_links_are_read_from_headers_and_answers() -> None:
    headers = _http(form="link_header")
    for header, found in {
        '<https://data.example.org/2>; rel="next", <https://x/9>; rel="last"': "/2",
        "</2>; rel=next": "/2",
        '</0>; rel="prev", </2>; title="a"; rel="next"': "/2",
        "</2>": None,
        "nonsense": None,
    }.items():
        told = link_of(headers, URL, header=header, body=b"")
        assert told == (f"https://data.example.org{found}" if found else None)
    path = _http(form="next_path", path="meta.next")
    assert link_of(path, URL, header="", body=b'{"meta": {"next": "?p=2"}}') == f"{URL}?p=2"
    for body in (b"[]", b"", b'{"meta": 1}', b'{"meta": {"next": null}}', b"[" * 100_000):
        assert link_of(path, URL, header="", body=body) is None


def test_what_an_answer_said_of_itself_is_remembered_for_a_while() -> None:
    settings, cursor = _http(), {"known": {}}
    step = begin(settings, cursor, AT)
    kept = remembered(cursor, step, etag='"1"', modified="", rows=3, link=None)
    assert kept["known"][step.url] == {"etag": '"1"', "modified": "", "rows": 3, "link": None}
    assert remembered(kept, step, etag="", modified="", rows=3, link=None)["known"] == {}


@pytest.mark.parametrize(
    "document",
    [
        {},
        {"kind": "ftp", "url": URL},
        {"kind": "http"},
        {"kind": "http", "url": URL, "proxy": "http://x"},
        {"kind": "http", "url": "file:///etc/passwd"},
        {"kind": "http", "url": URL, "seconds": 100_000},
        {"kind": "http", "url": URL, "accept": "a\r\nX: y"},
        {"kind": "http", "url": URL, "index": "cap", "paging": {"form": "page"}},
        {"kind": "http", "url": URL, "paging": {"form": "window", "start": "2026-01-01"}},
        {"kind": "http", "url": URL, "paging": {"form": "page", "parameter": "a&b"}},
        {"kind": "folder", "directory": "../etc"},
        {"kind": "folder", "directory": "/etc"},
        {"kind": "folder", "directory": "a/../../b"},
        {"kind": "folder", "directory": "a\x00b"},
        {"kind": "folder", "directory": ".ssh"},
        {"kind": "database", "host": "h", "database": "d", "view": "rows", "rising": "id"},
        {"kind": "database", "host": "h", "database": "d", "view": "a.b; DROP", "rising": "id"},
        {"kind": "database", "host": "h", "database": "d", "view": "a.b", "rising": "id--"},
        {"kind": "database", "host": "h", "database": "d", "view": 'a."b"', "rising": "id"},
    ],
)
def test_settings_that_are_wrong_are_refused(document: dict[str, Any]) -> None:
    with pytest.raises(RuleBroken):
        read(document)


ATOM = """<?xml version="1.0"?><feed xmlns="http://www.w3.org/2005/Atom">
<entry><id>a</id><updated>2026-11-21T08:00:00Z</updated>
 <link rel="alternate" href="/page/a"/><link type="application/cap+xml" href="a.xml"/></entry>
<entry><id>b</id><updated>2026-11-21T09:00:00Z</updated><link href="https://other.example/b"/></entry>
<entry><id>c</id></entry><entry><id>a</id><link href="again"/></entry></feed>"""
RSS = """<rss version="2.0"><channel><item><guid>g</guid><pubDate>Sat, 21 Nov 2026</pubDate>
<link>https://data.example.org/g.xml</link></item></channel></rss>"""


def test_the_entries_of_an_index() -> None:
    atom = entries(ATOM.encode(), f"{URL}/index.atom")
    assert [(one.id, one.url) for one in atom] == [
        ("a", f"{URL}/a.xml"),
        ("b", "https://other.example/b"),
    ]
    (rss,) = entries(RSS.encode(), URL)
    assert (rss.id, rss.mark, rss.url) == (
        "g",
        "Sat, 21 Nov 2026",
        "https://data.example.org/g.xml",
    )


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{}",
        b"<html><body/></html>",
        b"<feed",
        b'<!DOCTYPE feed [<!ENTITY a "b">]><feed>&a;</feed>',
        b'<!DOCTYPE feed SYSTEM "http://127.0.0.1/x.dtd"><feed/>',
        b"\xff\xfe\x00",
        b"PK\x03\x04",
    ],
)
def test_what_is_no_index_is_refused(body: bytes) -> None:
    with pytest.raises(BadInput):
        entries(body, URL)


@given(st.binary(max_size=300))
def test_no_bytes_break_the_index(body: bytes) -> None:
    try:
        entries(body, URL)
        entries(b"<feed><entry>" + body + b"</entry></feed>", URL)
    except DomainError:
        pass


@pytest.mark.parametrize(
    "found",
    [7, -3, Decimal("1.50"), "abc", AT, AT.replace(tzinfo=None), date(2026, 11, 21)],
)
def test_marks_come_back_as_they_were(found: object) -> None:
    assert tables.value(tables.mark(found)) == found


@pytest.mark.parametrize("found", [None, True, b"x", [1]])
def test_other_things_do_not_rise(found: object) -> None:
    with pytest.raises(RuleBroken):
        tables.mark(found)


def test_rows_become_lines() -> None:
    body = tables.lines(
        ["id", "at", "amount", "none", "bytes", "nan"],
        [(1, AT, Decimal("1.5"), None, memoryview(b"x"), float("nan"))],
    )
    assert body == (
        b'{"id":1,"at":"2026-11-21T08:00:00Z","amount":1.5,"none":null,"bytes":"eA==","nan":null}\n'
    )


def test_links_that_are_no_addresses_are_refused_when_followed() -> None:
    settings = _http(form="link_header")
    step = begin(settings, {}, AT)
    link = link_of(settings, URL, header='<http://[bad>; rel="next"', body=b"")
    with pytest.raises(RuleBroken, match="no plain address"):
        following(settings, step, rows=1, link=link, at=AT)
    broken = ATOM.replace("a.xml", "http://[bad")
    assert [one.url for one in entries(broken.encode(), URL)] == [
        "http://[bad",
        "https://other.example/b",
    ]


def test_no_digit_of_a_number_is_lost() -> None:
    row = (Decimal("123456789012345678"), Decimal("0.10"), [Decimal("NaN"), Decimal(7)])
    body = tables.lines(["id", "amount", "list"], [row])
    assert body == b'{"id":123456789012345678,"amount":0.10,"list":[null,7]}\n'
