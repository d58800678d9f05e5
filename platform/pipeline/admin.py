"""Owed work and schedules, for system administrators."""

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django_q.models import Schedule

from pipeline.owed import retry
from restapi.administration import Shown
from work.selectors import dead

__all__ = ["ADMINS"]


class WorkItemShown(Shown):
    """What steps still owe; items that were given up wait here for a person."""

    role = "system_admin"
    named = (_("Owed work"), _("Owed work"))
    list_display = ("step", "object_id", "attempts", "dead", "available_at", "error")
    list_filter = ("dead", "step")
    ordering = ("-dead", "available_at")
    shown = ("step", "object_id", "attempts", "dead", "available_at", "created_at", "error")
    actions = ("try_again",)

    @admin.action(description=_("Try again"), permissions=["view"])
    def try_again(self, request: HttpRequest, queryset: QuerySet) -> None:  # type: ignore[type-arg]
        self.each(request, queryset, lambda one, actor: retry(item_id=one.pk, actor=actor))


class ScheduleShown(Shown):
    """What runs when; schedules are part of the product and are not changed here."""

    role = "system_admin"
    named = (_("Schedule"), _("Schedules"))
    list_display = ("name", "func", "schedule_type", "next_run")
    ordering = ("name",)
    shown = ("name", "func", "schedule_type", "minutes", "cron", "next_run", "repeats")


ADMINS = ((dead().model, WorkItemShown), (Schedule, ScheduleShown))
