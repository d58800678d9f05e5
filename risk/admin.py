"""Rulesets, for system administrators: versions are frozen, one is active."""

import json

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from restapi.administration import Shown
from risk.models import Ruleset
from risk.services import load_ruleset

__all__ = ["ADMINS"]


class RulesetShown(Shown):
    """How cases are gathered, scored and levelled."""

    role = "system_admin"
    named = (_("Ruleset"), _("Rulesets"))
    list_display = ("key", "version", "name_zh", "name_en", "active", "created_at")
    list_filter = ("active",)
    ordering = ("key", "-version")
    shown = ("key", "version", "name_zh", "name_en", "active", "created_at", "readable")
    actions = ("activate",)

    def readable(self, one: Ruleset) -> str:
        """The document, a member a line."""
        return format_html("<pre>{}</pre>", json.dumps(one.document, ensure_ascii=False, indent=2))

    readable.short_description = _("Document")  # type: ignore[attr-defined]

    @admin.action(description=_("Make active"), permissions=["view"])
    def activate(self, request: HttpRequest, queryset: QuerySet[Ruleset]) -> None:
        self.each(
            request,
            queryset,
            lambda one, actor: load_ruleset(document=one.document, actor=actor),
        )


ADMINS = ((Ruleset, RulesetShown),)
