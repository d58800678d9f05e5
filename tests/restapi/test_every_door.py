"""Every address of the machines, called by everybody with everything: refused well, nothing told.

The addresses come from the resolver: a new one needs a row in DOORS, or the first test fails.
"""

import json
import re
from base64 import urlsafe_b64encode
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, cast

import pytest
from django.http import HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.urls import URLPattern, URLResolver, get_resolver
from rest_framework.test import APIClient

from core.ids import uuid7
from departments.models import Task
from integration.api.observation_shapes import observation_id
from integration.models import Delivery, Observation, Problem, Record
from pipeline.worker import Tally, drain
from risk.models import Incident, IssuedWarning, RiskCase, Subject
from tests.cast import WHO, Cast
from tests.integration.domain.samples import lines
from tests.integration.observations.stations import feed as stations
from tests.integration.observations.stations import push as observe
from tests.integration.observations.stations import seen
from tests.integration.services.conftest import push as push_rows
from tests.risk.calls import GAS, Call, push
from tests.risk.skies import cap, tell
from web.doors import is_machine_door
from work.services import beat

pytestmark = pytest.mark.django_db

ROLES = (*WHO, "partner", "stranger")
CENTRE = {"city_supervisor", "dispatcher", "verifier"}
OWNERS = CENTRE | {"feed_officer"}
HANDLERS = {"lead_officer", "supporting_officer"}
BOOKS = {  # kind of object: who may see the one of the story
    "delivery": OWNERS | {"partner"},
    "record": OWNERS,
    "incident": OWNERS,
    "subject": OWNERS,
    "case": OWNERS | HANDLERS,
    "task": OWNERS | HANDLERS,
    "warning": OWNERS | HANDLERS | {"other_officer", "district_supervisor"},  # it is public
    "feed": OWNERS | {"partner", "system_admin"},
    "feed_rows": OWNERS | {"partner"},  # what its rows say, and not how it is set up
    "problem": OWNERS | {"partner"},
    "datastream": OWNERS,  # of another feed than the partner's, but of the same body
    "observation": OWNERS,
}
MARK = "ZZMARK"  # in the ids that the police gave to the records of the story


@dataclass(frozen=True)
class Door:
    """One address: whose id is in it, what it is sent when all is well, whom it serves at all."""

    kind: str = ""
    methods: tuple[str, ...] = ("get",)
    body: Mapping[str, Any] = field(default_factory=dict)
    raw: bool = False  # takes bytes of any sort
    open: bool = False  # answers strangers
    page: bool = False  # documents with formats of their own
    paged: bool = True  # a list that comes in pages


_POST, _BOTH = ("post",), ("get", "post")
_REASON = {"reason": "wrong number"}
_ROW = {"row": {"JJDBH": "r", "BJNR": "x"}, "changes": {"BJNR": "x"}}
_MANY = {"ids": [str(uuid7())], "changes": {"BJNR": "x"}}
_TERMS = {"purpose": "contact", "reason": "to call back"}
_INCIDENT = {
    "category": "fire", "occurred_at": "2026-03-02T04:00:00Z", "summary": "smoke", "severity": 2,
    "lon": 120.3, "lat": 30.29, "district": "990102", "address": "x", "exercise": True,
}  # fmt: skip
_TASK = {
    "origin_kind": "hand", "title": "smoke", "description": "x", "family": "fire",
    "category": "fire", "district": "990102", "lon": 120.3, "lat": 30.29, "address": "x",
    "case": None, "incident": None, "exercise": True,
}  # fmt: skip
_STEP = {
    "name": "dispatch", "note": "x", "version": 1, "organisation": "x", "part": "x",
    "decision": "confirm", "lead": "x", "supporting": ["x"], "proposed": "x", "officer": "x",
    "satisfied": "yes", "outcome": "real",
}  # fmt: skip
_OBSERVED = {
    "phenomenonTime": "2026-03-02T04:00:00Z", "result": 1, "Datastream": {"@iot.id": "x"},
}  # fmt: skip

DOORS = {
    "healthz": Door(open=True, page=True),
    "readyz": Door(open=True, page=True),
    "metrics": Door(open=True, page=True),
    "api/v1/schema/": Door(open=True, page=True),
    "api/v1/docs/": Door(open=True, page=True),
    "api/v1/feeds/<str:feed>/deliveries": Door("feed", _BOTH, raw=True),
    "api/v1/feeds/<str:feed>/heartbeat": Door("feed", _POST, raw=True),
    "api/v1/feeds/<str:feed>/reconciliation": Door("feed_rows", paged=False),
    "api/v1/feeds/<str:feed>/quality": Door("feed_rows", paged=False),
    "api/v1/deliveries/<str:id>": Door("delivery"),
    "api/v1/deliveries/<str:id>/quality": Door("delivery", paged=False),
    "api/v1/deliveries/<str:id>/problems": Door("delivery"),
    "api/v1/quarantine": Door(),
    "api/v1/quarantine/release": Door("", _POST, _MANY),
    "api/v1/quarantine/discard": Door("", _POST, _MANY | _REASON),
    "api/v1/quarantine/<str:id>": Door("problem"),
    "api/v1/quarantine/<str:id>/release": Door("problem", _POST, _ROW),
    "api/v1/quarantine/<str:id>/discard": Door("problem", _POST, _REASON),
    "api/v1/records": Door(),
    "api/v1/records/export": Door(paged=False),
    "api/v1/records/<str:id>": Door("record"),
    "api/v1/records/<str:id>/versions": Door("record", paged=False),
    "api/v1/records/<str:id>/reveal": Door("record", _POST, _TERMS),
    "api/v1/incidents": Door("", _BOTH, _INCIDENT),
    "api/v1/incidents/<str:key>": Door("incident"),
    "api/v1/subjects": Door(),
    "api/v1/subjects/<str:key>": Door("subject"),
    "api/v1/cases": Door(),
    "api/v1/cases/<str:key>": Door("case"),
    "api/v1/alerts": Door(),
    "api/v1/warnings": Door(),
    "api/v1/warnings/<str:key>": Door("warning"),
    "api/v1/tasks": Door("", _BOTH, _TASK),
    "api/v1/tasks/<str:task_id>": Door("task"),
    "api/v1/tasks/<str:task_id>/transitions": Door("task", _POST, _STEP),
    "sta/v1.1/Observations": Door("", _POST, _OBSERVED),
    "sta/v1.1/CreateObservations": Door("", _POST, _OBSERVED),
    "sta/v1.1/Observations(<path:key>)": Door("observation"),
    "sta/v1.1/Datastreams": Door(),
    "sta/v1.1/Datastreams(<path:key>)": Door("datastream"),
    "sta/v1.1/Datastreams(<path:key>)/Observations": Door("datastream", _BOTH, _OBSERVED),
    "api/v1/reports/collaboration": Door(paged=False),
    "api/v1/reports/quality": Door(paged=False),
}
_GARBAGE_IDS = ("%00", "x%00y", "%F0%9F%94%A5", "%FF", "-", "0" * 32 + "1", "x" * 300, "%27%3B--")
_LONG = "x" * 10_000
_NAMES = (
    "q", "cursor", "limit", "bbox", "since", "until", "from", "to", "feed", "source_id", "district",
    "state", "level", "kind", "category", "family", "grid", "origin", "origin_kind", "risk_level",
    "organisation", "overdue", "exercise", "date", "by", "code", "dry_run", "format", "lang",
    "in_force", "message_type", "source_kind", "no_such_filter",
)  # fmt: skip
_TIMES = ("0001-01-01", "9999-12-31T23:59:59-23:59", "nan", "2026-01-01T00:00:00")
_NESTED, _EARLY, _ZONELESS = (
    urlsafe_b64encode(text.encode()).decode().rstrip("=")
    for text in (
        "[" * 7000,
        '["0001-01-01T00:00:00+14:00","01900000-0000-7000-8000-000000000000"]',
        '["2026-01-01T00:00:00","01900000-0000-7000-8000-000000000000"]',
    )
)
_QUERIES = (
    *((name, value) for name in _NAMES for value in ("%00", "a%00b%ED%A0%80")),
    *((name, _LONG) for name in ("q", "cursor", "limit", "source_id", "from")),
    *((name, value) for name in ("since", "until", "from", "to") for value in _TIMES),
    *(("limit", value) for value in ("-1", "0002000", "9" * 30, "%D9%A3")),
    *(("cursor", value) for value in ("x", "%27", _NESTED, _EARLY, _ZONELESS)),
    ("bbox", "nan,nan,nan,nan"), ("bbox", "1e999,0,0,0"), ("exercise", "maybe"),
)  # fmt: skip
_REFUSED = (
    "no_such_filter=1", "limit=-1", "limit=0002000", "cursor=x", f"cursor={_NESTED}",
    f"cursor={_ZONELESS}", "exercise=maybe",
)  # fmt: skip
_MEDIA = (
    "text/plain", "application/xml", "multipart/form-data", "x", "",
    "application/json; charset=utf-16",
)  # fmt: skip
_RAW = (
    b"", b"[]", b"null", b"7", b'"x"', b"{", b"\xff\xfe\x00", b"{}", b'{"lon": NaN, "row": NaN}',
    b"[" * 200_000, b'{"a":' * 100_000, b'{"title": "\\u0000"}', b'{"row": {"a": "\\ud800"}}',
    b'{"row": {"a": "\\u0000"}}', b'{"row": {"a": ' + b"9" * 400 + b'}}', b"9" * 5000,
    b'{"row": {"a": ' + b"[" * 900 + b"]" * 900 + b"}}",
)  # fmt: skip
_WRONG: tuple[Any, ...] = (
    None, [], {}, [[]], "", "a\x00b", "\ud800", _LONG, "nan", "inf", "1e999", -1, 10**400, 1e308,
    True, "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-12:00", str(uuid7()),
)  # fmt: skip


def _routes(
    patterns: list[URLPattern | URLResolver] | None = None, before: str = ""
) -> Iterator[str]:
    """The machines' addresses, as they stand in the URL configuration."""
    for one in get_resolver().url_patterns if patterns is None else patterns:
        address = before + str(one.pattern)
        if isinstance(one, URLResolver):
            yield from _routes(one.url_patterns, address)
        elif is_machine_door(f"/{address}"):
            yield address


@dataclass
class World:
    """The story's objects by kind, and what may never be told to who sees none of them."""

    ids: dict[str, str]
    secrets: tuple[str, ...]

    def url(self, route: str, key: str) -> str:
        return "/" + re.sub(r"<\w+:\w+>", key, route)


@pytest.fixture
def world(db: None) -> World:
    calls = [Call(f"{MARK}{n}", minutes=n * 3, category=GAS, severity=1) for n in range(5)]
    delivery = push(*calls)
    push_rows(body=lines([{"JJDBH": f"{MARK}Q", "BJNR": "no time, no place"}]))
    tell(cap("W1"))
    stations()
    observe(seen(stream=f"{MARK}S"))
    drain(Tally())
    beat("worker")
    ids = {
        "delivery": str(Delivery.objects.get(id=delivery).id),
        "record": str(Record.objects.filter(delivery_id=delivery)[0].key_id),
        "incident": str(Incident.objects.all()[0].id),
        "subject": str(Subject.objects.all()[0].id),
        "case": str(RiskCase.objects.get().id),
        "task": str(Task.objects.get().id),
        "warning": str(IssuedWarning.objects.get().id),
        "problem": str(Problem.objects.filter(settlement="open")[0].id),
        "datastream": f"'{MARK}S'",
        "observation": observation_id(Observation.objects.get()),
        "feed": "police110",
        "feed_rows": "police110",
    }
    numbers = (Task.objects.get().number, RiskCase.objects.get().number)
    return World(ids, (MARK, *numbers))


def _client(cast: Cast, role: str) -> APIClient:
    client = cast.client(role)
    client.raise_request_exception = False
    return client


def _fault(answer: HttpResponse) -> str:
    """What is wrong with an answer, whatever was asked; empty for a sound one."""
    if answer.status_code >= 500:
        return "failed"
    if answer.status_code < 400:
        return ""
    if not answer["Content-Type"].startswith("application/json"):
        return f"{answer['Content-Type']} instead of the envelope"
    body = json.loads(answer.content)
    if set(body) != {"error"} or set(body["error"]) != {"code", "message", "detail"}:
        return "no envelope"
    code, message, detail = (body["error"][name] for name in ("code", "message", "detail"))
    sound = re.fullmatch(r"[a-z0-9_]+", code) and message and isinstance(detail, dict)
    return "" if sound and "Traceback" not in message else "an envelope that says nothing"


class Book(list[str]):
    """What was found wrong on the way round all doors."""

    def judge(self, answer: HttpResponse, told: str, *more: tuple[bool, str]) -> None:
        """Note every fault of an answer; `more`: what has to hold besides, and else is wrong."""
        faults = [_fault(answer), *(text for holds, text in more if not holds)]
        if any(faults):
            what = "; ".join(one for one in faults if one)
            self.append(f"{told} -> {answer.status_code} {what}: {answer.content[:160]!r}")
        # A broken transaction would break whatever comes after.
        assert answer.status_code < 500, self[-1]

    def closed(self) -> None:
        assert not self, f"{len(self)} faults:\n" + "\n".join(self[:60])


def _send(client: APIClient, method: str, url: str, body: Any = None) -> HttpResponse:
    data = body if isinstance(body, bytes) else json.dumps({} if body is None else body)
    return _whole(client.generic(method.upper(), url, data, content_type="application/json"))


def _whole(answer: HttpResponseBase) -> HttpResponse:
    """An answer with its content, also where it is a file that is sent piece by piece."""
    if not isinstance(answer, StreamingHttpResponse):
        return cast("HttpResponse", answer)
    content = b"".join(cast("Iterable[bytes]", answer.streaming_content))
    return HttpResponse(content, status=answer.status_code, headers=answer.headers)


def _missing(door: Door) -> str:
    return "no_such_feed" if door.kind == "feed" else str(uuid7())


def test_every_address_of_the_machines_has_a_row() -> None:
    assert sorted(_routes()) == sorted(DOORS)


@pytest.mark.parametrize("role", ROLES)
def test_nobody_learns_of_what_is_not_theirs(cast: Cast, world: World, role: str) -> None:
    client, book = _client(cast, role), Book()
    outside = not any(role in seen for seen in BOOKS.values())
    for route, door in DOORS.items():
        for method in door.methods:
            answer = _send(client, method, world.url(route, world.ids.get(door.kind, "")))
            text, told = answer.content.decode(), f"{method} {route}"
            book.judge(
                answer,
                told,
                (not outside or not any(one in text for one in world.secrets), "tells a secret"),
                (role != "stranger" or (answer.status_code == 401) is not door.open, "strangers"),
                (
                    role == "stranger"
                    or not door.kind
                    or method == "post"
                    or (answer.status_code == 200) is (role in BOOKS[door.kind]),
                    "visible to the wrong ones",
                ),
            )
            if door.kind and answer.status_code == 404:
                none = _send(client, method, world.url(route, _missing(door)))
                book.judge(none, told, (none.content == answer.content, "another 404"))
            if door.kind == "feed" and role not in BOOKS["feed"] and role != "stranger":
                book.judge(answer, told, (answer.status_code == 404, "tells that the feed exists"))
    book.closed()


@pytest.mark.parametrize("role", ["city_supervisor", "lead_officer", "feed_officer", "partner"])
def test_ids_that_are_none_are_missing_ones(cast: Cast, world: World, role: str) -> None:
    client, book = _client(cast, role), Book()
    for route, door in DOORS.items():
        for method in door.methods if door.kind else ():
            none = _send(client, method, world.url(route, _missing(door)), door.body)
            for key in _GARBAGE_IDS:
                answer = _send(client, method, world.url(route, key), door.body)
                same = (answer.status_code, answer.content) == (none.status_code, none.content)
                book.judge(answer, f"{method} {route} {key[:20]}", (same, "unlike a missing one"))
    book.closed()


@pytest.mark.parametrize("role", ["city_supervisor", "partner"])
def test_no_query_breaks_a_door(cast: Cast, world: World, role: str) -> None:
    client, book = _client(cast, role), Book()
    for route, door in DOORS.items():
        url = world.url(route, world.ids.get(door.kind, ""))
        # Documents and single objects ask for nothing: a few will do.
        single = door.page or route.endswith(">")
        for name, value in _QUERIES[:3] + _QUERIES[-3:] if single else _QUERIES:
            book.judge(_whole(client.get(f"{url}?{name}={value}")), f"{route}?{name}={value[:30]}")
    book.closed()


@pytest.mark.parametrize("query", _REFUSED)
def test_lists_refuse_what_they_do_not_know(cast: Cast, world: World, query: str) -> None:
    client, book = _client(cast, "city_supervisor"), Book()
    for route, door in DOORS.items():
        listed = "get" in door.methods and not door.page and not route.endswith(">")
        paged = door.paged or query.startswith("no_such")
        if listed and paged:
            url = f"{world.url(route, world.ids.get(door.kind, ''))}?{query}"
            answer = _whole(client.get(url))
            book.judge(answer, f"{route}?{query}", (answer.status_code in (400, 422), "taken"))
    book.closed()


@pytest.mark.parametrize(
    ("role", "kinds"),
    [
        ("dispatcher", {"", "task"}),
        ("feed_officer", {"feed", "record", "problem"}),
        ("partner", {"feed", "problem"}),
    ],
)
def test_no_body_breaks_a_door(cast: Cast, world: World, role: str, kinds: set[str]) -> None:
    client, book = _client(cast, role), Book()
    for route, door in DOORS.items():
        url = world.url(route, world.ids.get(door.kind, ""))
        bodies: list[Any] = list(_RAW)
        bodies += [{**door.body, name: wrong} for name in door.body for wrong in _WRONG]
        for body in bodies if "post" in door.methods and door.kind in kinds else ():
            answer = _send(client, "post", url, body)
            bad = isinstance(body, bytes) and not door.raw and b"row" not in body
            refused = not bad or answer.status_code >= 400
            book.judge(answer, f"{route} {body!r:.100}", (refused, "taken"))
    book.closed()


@pytest.mark.parametrize("role", ["city_supervisor", "stranger"])
def test_methods_and_media_are_refused_in_the_envelope(cast: Cast, world: World, role: str) -> None:
    client, book = _client(cast, role), Book()
    for route, door in DOORS.items():
        url = world.url(route, world.ids.get(door.kind, ""))
        for method in {"get", "post", "put", "patch", "delete", "trace"} - set(door.methods):
            if not door.page:
                answer = _send(client, method, url)
                known = answer.status_code in (401, 403) or answer.get("Allow", "")
                book.judge(answer, f"{method} {route}", (bool(known), "not refused"))
        for kind in _MEDIA:
            for method in door.methods:
                sent = client.generic(method.upper(), f"{url}?limit=1", b"{}", content_type=kind)
                book.judge(sent, f"{method} {route} as {kind}")
    book.closed()
