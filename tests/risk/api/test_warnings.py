"""`/warnings`: shapes, filters, pages, and who may see what."""

from dataclasses import replace
from typing import Any

import pytest

from core.clock import fixed
from risk.models import IssuedWarning
from risk.selectors import warnings_visible_to
from tests.cast import Cast
from tests.risk.calls import AT, LAT, LON
from tests.risk.skies import HERE, HOUR, cap, row, square, tell

pytestmark = pytest.mark.django_db


def _get(cast: Cast, query: str = "", who: str = "city_supervisor", hours: float = 1) -> Any:
    with fixed(AT + hours * HOUR):
        answer = cast.client(who).get(f"/api/v1/warnings{query}")
    assert answer.status_code == 200, answer.content
    return answer.json()


def _names(body: Any) -> list[str]:
    return [one["identifier"] for one in body["results"]]


def test_a_warning_is_told_with_its_validity_texts_area_and_references(cast: Cast) -> None:
    tell(
        cap("a", polygon=square(LON, LAT)),
        cap("u", hours=1, until=9, msgType="Update", names=[("a", 0)], colour="Red"),
    )
    listed = _get(cast, hours=2)["results"]
    assert [one["state"] for one in listed] == ["issued", "updated"]
    update = listed[0]
    body = _get(cast, f"/{update['id']}", hours=2)
    assert {name: body[name] for name in update} == update
    assert (body["level"], body["category"], body["severity"]) == ("red", "weather.rain", "Severe")
    assert (body["starts_at"], body["ends_at"], body["in_force"]) == (
        "2026-03-02T05:00:00Z", "2026-03-02T13:00:00Z", True,
    )  # fmt: skip
    assert body["districts"] == [HERE]
    assert body["texts"][0]["headline"] == "暴雨橙色预警"
    (named,) = body["references"]
    assert (named["identifier"], named["sent_at"]) == ("a", "2026-03-02T04:00:00Z")
    first = _get(cast, f"/{listed[1]['id']}", hours=2)
    assert body["replaces"] == [first["id"]]
    assert first["replaced_by"] == body["id"]
    assert not first["in_force"]
    assert first["geometry"]["type"] == "Polygon"
    assert "risk_level" not in body


def test_filters(cast: Cast) -> None:
    tell(
        cap("a", colour="Red"),
        cap("b", hours=2, until=4, event="10217", districts=["990103"]),
        cap("c", hours=3, msgType="Cancel", names=[("a", 0)]),
    )
    tell(row("d", hours=4, colour="Blue"), feed="weather")
    expected = {
        "": ["d", "c", "b", "a"],
        "?in_force=1": ["b"],
        "?in_force=0": ["d", "c", "a"],
        "?state=cancelled": ["c", "a"],
        "?state=issued": ["d", "b"],
        "?message_type=Cancel": ["c"],
        "?level=red": ["a"],
        "?category=weather.fog": ["b"],
        "?district=990103": ["b"],
        f"?district={HERE}": ["d", "c", "a"],
        "?feed=weather": ["d"],
        "?since=2026-03-02T06:00:00Z&until=2026-03-02T07:00:00Z": ["b"],
        "?exercise=1": [],
    }
    for query, names in expected.items():
        assert _names(_get(cast, query, hours=3.5)) == names, query
    for query in ("?in_force=maybe", "?since=soon", "?colour=red", "?limit=0", "?cursor=x"):
        assert cast.client("city_supervisor").get(f"/api/v1/warnings{query}").status_code == 400


def test_pages_are_walked_without_loss(cast: Cast) -> None:
    tell(*(cap(f"w{n}", hours=n // 2) for n in range(5)))
    seen, page = [], _get(cast, "?limit=2&in_force=1", hours=5)
    while True:
        seen += _names(page)
        if page["next"] is None:
            break
        with fixed(AT + 5 * HOUR):
            page = cast.client("city_supervisor").get(page["next"]).json()
    assert sorted(seen) == [f"w{n}" for n in range(5)]


def test_public_warnings_are_for_everybody_who_works_here(cast: Cast) -> None:
    tell(cap("a"))
    for who in ("other_officer", "district_supervisor", "lead_officer", "feed_officer"):
        assert _names(_get(cast, who=who)) == ["a"], who
    for who in ("system_admin", "security_admin", "audit_admin"):
        assert _names(_get(cast, who=who)) == [], who
    for who in ("stranger", "partner"):
        assert cast.client(who).get("/api/v1/warnings").status_code in {401, 403}


def test_others_are_seen_as_records_are(cast: Cast) -> None:
    tell(cap("a", scope="Restricted", restriction="应急部门内部"))
    warning = IssuedWarning.objects.get()
    assert _names(_get(cast)) == ["a"]
    stranger = replace(cast.viewer("other_officer"), categories=frozenset(), districts=frozenset())
    assert not warnings_visible_to(stranger).exists()
    allowed = [
        replace(stranger, categories=frozenset({"weather.rain"})),
        replace(stranger, districts=frozenset({HERE})),
        replace(stranger, organisations=frozenset({warning.organisation_id})),
    ]
    for viewer in allowed:
        assert warnings_visible_to(viewer).count() == 1
    missing = cast.client("city_supervisor").get("/api/v1/warnings/nonsense")
    assert missing.status_code == 404


def test_exercises_are_listed_only_when_asked_for(cast: Cast) -> None:
    tell(cap("drill"), exercise=True)
    assert _names(_get(cast)) == []
    assert _names(_get(cast, "?exercise=1")) == ["drill"]


def test_what_was_withdrawn_is_not_told(cast: Cast) -> None:
    tell(cap("a"))
    warning = IssuedWarning.objects.get()
    IssuedWarning.objects.update(state="withdrawn")
    assert _names(_get(cast)) == []
    assert cast.client("dispatcher").get(f"/api/v1/warnings/{warning.id}").status_code == 404
