"""Small changes between two loadings of the city folder, by an administrator.

The folder stays the source: what is changed here should be written into it as well, because the
next loading brings the city to what the folder says.
"""

from datetime import date
from uuid import UUID

from django.db import transaction

from audit.domain import Actor
from audit.services import record
from city.models import CalendarDay, Category, City, MaySee, Organisation
from city.selectors import forget
from core.errors import NotFound, RuleBroken
from core.words import N_

__all__ = ["change_category", "change_organisation", "remove_calendar_day", "set_calendar_day"]


@transaction.atomic
def set_calendar_day(
    *, day: date, working: bool, name_zh: str, name_en: str, actor: Actor
) -> CalendarDay:
    """Make a day a holiday, or a day worked to make up for one; limits begun later follow it."""
    held, _ = CalendarDay.objects.update_or_create(
        date=day, defaults={"working": working, "name_zh": name_zh, "name_en": name_en}
    )
    _changed(actor, "calendar.set", "calendar_day", day.isoformat(), {"working": working})
    return held


@transaction.atomic
def remove_calendar_day(*, day: date, actor: Actor) -> None:
    """Let the weekday speak for a day again; NotFound ``not_found``."""
    if not CalendarDay.objects.filter(date=day).delete()[0]:
        raise NotFound("not_found", N_("There is no such day in the calendar."))
    _changed(actor, "calendar.remove", "calendar_day", day.isoformat(), {})


@transaction.atomic
def change_category(
    *, key: str, name_zh: str, name_en: str, gravity: float, actor: Actor
) -> Category:
    """Rename a category or weigh it anew; NotFound, RuleBroken ``gravity_out_of_range``."""
    held = Category.objects.select_for_update().filter(key=key).first()
    if held is None:
        raise NotFound("not_found", N_("There is no such category."))
    if not 0 <= gravity <= 1:
        raise RuleBroken("gravity_out_of_range", N_("Gravity lies between 0 and 1."))
    before = {"name_zh": held.name_zh, "name_en": held.name_en, "gravity": held.gravity}
    held.name_zh, held.name_en, held.gravity = name_zh, name_en, gravity
    held.save()
    after = {"name_zh": name_zh, "name_en": name_en, "gravity": gravity}
    _changed(actor, "category.change", "category", key, {"before": before, "after": after})
    return held


@transaction.atomic
def change_organisation(
    *,
    organisation_id: UUID,
    name_zh: str,
    name_en: str,
    may_see: frozenset[str],
    actor: Actor,
) -> Organisation:
    """Rename an organisation or set the categories it may see; NotFound ``not_found``."""
    held = Organisation.objects.select_for_update().filter(pk=organisation_id).first()
    if held is None:
        raise NotFound("not_found", N_("There is no such organisation."))
    unknown = may_see - set(Category.objects.values_list("key", flat=True))
    if unknown:
        raise NotFound("not_found", N_("There is no such category."), keys=sorted(unknown))
    before = sorted(held.may_see.values_list("category_id", flat=True))
    held.name_zh, held.name_en = name_zh, name_en
    held.save()
    MaySee.objects.filter(organisation=held).exclude(category_id__in=may_see).delete()
    MaySee.objects.bulk_create(
        [MaySee(organisation=held, category_id=key) for key in may_see - set(before)]
    )
    detail: dict[str, object] = {
        "code": held.code,
        "name_zh": name_zh,
        "may_see_before": before,
        "may_see_after": sorted(may_see),
    }
    _changed(actor, "organisation.change", "organisation", held.id, detail)
    return held


def _changed(
    actor: Actor, act: str, object_kind: str, object_id: object, detail: dict[str, object]
) -> None:
    record(actor=actor, act=act, object_kind=object_kind, object_id=object_id, detail=detail)
    for city in City.objects.all():
        city.save()  # touched, so that every process looks again
    forget()
    transaction.on_commit(forget)
