"""The page of one record: everything of it in words, to those who may see it and nobody else."""

import json
from uuid import UUID

import pytest
from django.urls import reverse

from audit.domain import SYSTEM
from city.models import Category, MaySee
from core.ids import uuid7
from desk.record_values import attributes_of, value_text
from integration.models import Record
from integration.services import load_profile
from risk.models import CaseParty, RiskCase
from tests.cast import Cast
from tests.conftest import BINHAI
from tests.integration.services.conftest import call, push
from tests.risk.calls import judge
from tests.web.pages import visitor

pytestmark = pytest.mark.django_db


def _page(cast: Cast, who: str = "feed_officer", language: str = "en") -> str:
    answer = visitor(cast, who, language).get(_url())
    assert answer.status_code == 200
    return answer.content.decode()


def _url() -> str:
    return reverse("record_page", args=[Record.objects.get().key_id])


def test_the_city_s_values_stand_beside_the_source_s(cast: Cast) -> None:
    push(call())
    html = _page(cast)
    for ours, theirs in (
        ("Fire", "020100"),
        ("1 Nov 2026, 12:00", "20261101120000"),
        ("GCJ-02", "120.304700, 30.297500"),
    ):
        assert ours in html
        assert theirs in html
    record = Record.objects.get()
    assert f"{record.lon:.6f}, {record.lat:.6f}" in html
    assert "Class 1 is the gravest, class 4 the least grave." in html
    assert "People concerned" in html
    chinese = _page(cast, language="zh-hans")
    for words in ("火灾", "2026年11月1日 12:00", "涉及人数", "内容摘要", "来源原值"):
        assert words in chinese


def test_it_says_where_it_came_from(cast: Cast) -> None:
    delivery = push(call("J7")).body["id"]
    html = _page(cast)
    for words in ("J7", delivery, "Binhai Public Security Bureau", "Reported", "Event report"):
        assert words in html
    assert reverse("feed", args=["police110"]) in html


def test_flags_are_told_with_their_meaning_and_field(cast: Cast) -> None:
    push(call(BJLBDM="ZZ"))
    html = _page(cast)
    assert "The source&#x27;s code is not in the agreed list; it was kept as text." in html
    assert ">BJLBDM<" in html
    assert "ZZ" in html  # what the source wrote


def test_versions_tell_what_changed(cast: Cast) -> None:
    push(call(JQDJ="3", BJNR="冒烟"))
    push(call(JQDJ="1", BJNR="冒烟，有人被困", RS=2))
    html = _page(cast)
    assert "Version 2" in html
    assert "<del>3</del>" in html
    assert "<ins>冒烟，有人被困</ins>" in html
    assert "<del>1</del>" in html  # people
    assert "The first content." in html
    assert html.count("In force") == 1


def test_the_case_and_incident_it_belongs_to_are_linked(cast: Cast) -> None:
    judge(UUID(str(push(call()).body["id"])))
    case = RiskCase.objects.select_related("subject").get()
    html = _page(cast)
    assert reverse("case", args=[case.pk]) in html
    assert case.subject.name_en in html
    assert "Why here:" in html


def test_a_case_that_the_viewer_may_not_see_is_not_told(cast: Cast) -> None:
    judge(UUID(str(push(call(BJLBDM="010500")).body["id"])))
    case = RiskCase.objects.get()
    # Sees the record by its category, takes no part in the case.
    MaySee.objects.create(
        organisation=cast.officer("other_officer").organisation,
        category=Category.objects.get(key="theft"),
    )
    client = visitor(cast, "other_officer")
    assert client.get(reverse("case", args=[case.pk])).status_code == 404
    html = client.get(_url()).content.decode()
    assert "居民楼冒烟" in html
    assert str(case.pk) not in html
    assert "/reveal/" not in html


def test_personal_fields_are_masked_and_revealed_through_the_case_alone(cast: Cast) -> None:
    delivery = push(call()).body["id"]
    html = _page(cast)
    assert "赵某某" not in html
    assert "13912345678" not in html
    assert "139****5678" in html
    assert "/reveal/" not in html
    assert "only where a risk case gives the ground" in html
    judge(UUID(str(delivery)))
    url = reverse("reveal_record", args=[RiskCase.objects.get().pk, Record.objects.get().key_id])
    assert url in _page(cast)
    # The supervisor sees the record but is no officer of the feed's organisation.
    assert "/reveal/" not in _page(cast, "city_supervisor")


@pytest.mark.parametrize("who", ["other_officer", "district_supervisor"])
def test_another_department_s_record_is_like_a_missing_one(cast: Cast, who: str) -> None:
    push(call(BJLBDM="010500", BJNR="店铺被盗"))
    client = visitor(cast, who)
    foreign = client.get(_url())
    missing = client.get(reverse("record_page", args=[uuid7()]))
    assert (foreign.status_code, missing.status_code) == (404, 404)
    assert "店铺被盗" not in foreign.content.decode()


def test_administrators_and_strangers_see_no_record(cast: Cast) -> None:
    push(call())
    for who in ("system_admin", "security_admin", "audit_admin"):
        assert visitor(cast, who).get(_url()).status_code == 403, who
    assert visitor(cast, "stranger").get(_url()).status_code == 302
    assert cast.client("partner").get(_url()).status_code == 302


def test_a_coarse_place_tells_nothing_finer_anywhere(cast: Cast) -> None:
    push(call(XZB="120.3046543", YZB="30.2974567"))
    push(call(XZB="120.3047777", YZB="30.2974567", JQDJ="1"))
    record = Record.objects.get()
    exact = (f"{record.lon:.6f}", "120.3046543", "120.3047777", "中山大道")
    assert [one for one in exact if one in _page(cast)]
    Record.objects.update(shown_decimals=3)
    record.key.versions.update(shown_decimals=3)
    html = _page(cast)
    assert not [one for one in exact if one in html]
    assert f"{record.lon:.3f}, {record.lat:.3f}" in html
    assert f"{record.lon:.4f}" not in html


def test_a_record_without_a_place_or_a_time_has_a_page(cast: Cast) -> None:
    document = json.loads((BINHAI / "feeds" / "police110.json").read_text("utf-8"))
    load_profile(
        document={**document, "key": "plain", "kind": "register", "occurred_at": None},
        actor=SYSTEM,
    )
    push(call(XZB="", YZB="", BJNR=""), feed_key="plain")
    html = _page(cast)
    assert "The source sent no coordinates." in html
    assert "leaflet" not in html
    assert "Register entry" in html
    assert "The source told no time of occurrence." in html


def test_an_exercise_says_so(cast: Cast) -> None:
    push(call(), exercise=True)
    assert ">Exercise<" in _page(cast)


def test_markup_in_a_record_stays_text(cast: Cast) -> None:
    push(call(BJNR="<script>alert(1)</script>", SFDZ="<b>x</b>"))
    html = _page(cast)
    assert "<script>alert" not in html
    assert "<b>x</b>" not in html


@pytest.mark.parametrize(
    ("value", "told"),
    [
        (True, "Yes"),
        (["a", "b"], "a, b"),
        ([], "—"),
        (None, "—"),
        (3.5, "3.5"),
        ({"a": 1}, '{\n  "a": 1\n}'),
        ("x" * 10, "x" * 10),
    ],
)
def test_values_are_told_by_their_kind(value: object, told: str) -> None:
    assert value_text(value) == told


def test_well_known_fields_are_told_in_their_own_words(db: None) -> None:
    record = Record(
        attributes={
            "ends_at": "2026-11-20T16:00:00+00:00",
            "level": "red",
            "texts": [{"language": "zh-CN", "headline": "暴雨", "description": "请注意防范"}],
            "districts": ["990102"],
        }
    )
    found = dict(attributes_of(record))
    assert found["Warning level"] == "Red warning"
    assert found["Valid until"] == "21 Nov 2026, 00:00"
    assert found["Text of the message"] == "暴雨\n请注意防范"
    assert found["Districts"] == "Linjiang District"


def test_a_field_with_a_well_known_name_and_another_shape_is_told_as_it_is(db: None) -> None:
    shapes = {"texts": "plain", "districts": "990102", "level": 3, "starts_at": "soon"}
    found = dict(attributes_of(Record(attributes=shapes)))
    assert found["Text of the message"] == "plain"
    assert found["Valid from"] == "soon"


def test_an_area_is_drawn_whole_instead_of_a_point_in_it(cast: Cast) -> None:
    push(call())
    assert '"zones": []' in _page(cast)
    ring = [[120.2, 30.2], [120.4, 30.2], [120.4, 30.4], [120.2, 30.2]]
    shape = {"type": "Polygon", "coordinates": [ring]}
    Record.objects.update(geometry=shape, attributes={"level": "red"})
    html = _page(cast)
    assert '"points": []' in html
    assert '"tone": "red"' in html
    Record.objects.update(shown_decimals=3)
    assert "120.4, 30.4" not in _page(cast)


def test_the_case_leads_to_the_records_that_the_viewer_may_see(cast: Cast) -> None:
    judge(UUID(str(push(call(BJLBDM="010500")).body["id"])))
    case = RiskCase.objects.get()
    page = reverse("case", args=[case.pk])
    assert _url() in visitor(cast, "feed_officer").get(page).content.decode()
    # A party sees the record as a part of the case and nowhere else.
    organisation = cast.officer("other_officer").organisation
    CaseParty.objects.create(case=case, organisation=organisation, since=case.last_at)
    client = visitor(cast, "other_officer")
    html = client.get(page).content.decode()
    assert "居民楼冒烟" in html
    assert _url() not in html
    assert client.get(_url()).status_code == 404
