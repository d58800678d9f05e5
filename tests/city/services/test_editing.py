"""What an administrator may change between two loadings."""

from datetime import UTC, date, datetime

import pytest

from audit.domain import Actor
from audit.models import AuditEntry
from city import selectors
from city.services import (
    change_category,
    change_organisation,
    remove_calendar_day,
    set_calendar_day,
)
from core.errors import NotFound, RuleBroken

pytestmark = pytest.mark.django_db
ADMIN = Actor("officer", "7", "suopinghai")
SATURDAY = date(2026, 11, 21)
MORNING = datetime(2026, 11, 21, 2, tzinfo=UTC)  # 10:00 in the city


def test_a_make_up_day_is_worked_until_it_is_removed() -> None:
    assert not selectors.working_calendar().is_working(MORNING)

    set_calendar_day(day=SATURDAY, working=True, name_zh="", name_en="", actor=ADMIN)
    assert selectors.working_calendar().is_working(MORNING)

    remove_calendar_day(day=SATURDAY, actor=ADMIN)
    assert not selectors.working_calendar().is_working(MORNING)
    acts = AuditEntry.objects.filter(actor_id="7").order_by("id").values_list("act", flat=True)
    assert list(acts) == ["calendar.set", "calendar.remove"]


def test_a_day_that_is_not_there_cannot_be_removed() -> None:
    with pytest.raises(NotFound):
        remove_calendar_day(day=SATURDAY, actor=ADMIN)


def test_a_category_is_weighed_anew_within_its_bounds() -> None:
    change_category(key="noise", name_zh="噪声", name_en="Noise", gravity=0.35, actor=ADMIN)
    assert selectors.categories()["noise"].gravity == 0.35

    with pytest.raises(RuleBroken, match="gravity_out_of_range"):
        change_category(key="noise", name_zh="噪声", name_en="Noise", gravity=1.1, actor=ADMIN)
    assert selectors.categories()["noise"].gravity == 0.35


def test_what_an_organisation_may_see_is_set_and_audited() -> None:
    weather = selectors.organisation("BH-MET")

    change_organisation(
        organisation_id=weather.id,
        name_zh=weather.name_zh,
        name_en=weather.name_en,
        may_see=frozenset({"flood", "noise"}),
        actor=ADMIN,
    )

    assert set(weather.may_see.values_list("category_id", flat=True)) == {"flood", "noise"}
    detail = AuditEntry.objects.get(act="organisation.change").detail
    assert detail["may_see_after"] == ["flood", "noise"]
    assert "weather.rain" in detail["may_see_before"]


def test_nobody_may_see_what_does_not_exist() -> None:
    weather = selectors.organisation("BH-MET")
    with pytest.raises(NotFound):
        change_organisation(
            organisation_id=weather.id,
            name_zh="x",
            name_en="x",
            may_see=frozenset({"dragons"}),
            actor=ADMIN,
        )
    assert selectors.organisation("BH-MET").name_zh != "x"
