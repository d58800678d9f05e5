"""Feeds and their profiles, for system administrators. A profile never changes: it has versions.

They are read here; what reads a feed is decided in the workshop, behind its gate.
"""

import json
from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import Model, QuerySet
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from unfold.widgets import (
    UnfoldAdminIntegerFieldWidget,
    UnfoldAdminSelectWidget,
    UnfoldAdminTextInputWidget,
    UnfoldBooleanWidget,
)

from audit.domain import Actor
from integration.models import Feed, FeedProfile, PullTarget
from integration.models.pulls import PullScheme
from integration.services.pulling import allow_target, revoke_target
from restapi.administration import ServiceForm, Shown

__all__ = ["ADMINS"]


class FeedShown(Shown):
    """Which feeds there are; they are made by loading a profile."""

    role = "system_admin"
    named = (_("Feed"), _("Feeds"))
    list_display = ("key", "name_zh", "name_en", "organisation", "active", "last_contact_at")
    list_filter = ("active",)
    list_select_related = ("organisation",)
    search_fields = ("key", "name_zh", "name_en")
    ordering = ("key",)
    shown = (
        "key",
        "name_zh",
        "name_en",
        "organisation",
        "profile",
        "active",
        "silent_after",
        "last_contact_at",
    )


class ProfileShown(Shown):
    """The versions of the feeds' profiles; new ones come through the gate of the workshop."""

    role = "system_admin"
    named = (_("Feed profile"), _("Feed profiles"))
    list_display = ("feed", "version", "created_at", "digest")
    list_filter = ("feed",)
    list_select_related = ("feed",)
    ordering = ("feed__key", "-version")
    shown = ("feed", "version", "created_at", "digest", "readable")

    def readable(self, one: FeedProfile) -> str:
        """The document, a member a line."""
        return format_html("<pre>{}</pre>", json.dumps(one.document, ensure_ascii=False, indent=2))

    readable.short_description = _("Document")  # type: ignore[attr-defined]


class TargetForm(ServiceForm):
    """A place from which feeds may be pulled."""

    scheme = forms.ChoiceField(
        choices=PullScheme.choices, label=_("Scheme"), widget=UnfoldAdminSelectWidget
    )
    host = forms.CharField(
        label=_("Host"),
        max_length=255,
        widget=UnfoldAdminTextInputWidget,
        help_text=_("A whole name such as data.example.org, or an address."),
    )
    port = forms.IntegerField(
        label=_("Port"), min_value=1, max_value=65535, widget=UnfoldAdminIntegerFieldWidget
    )
    private = forms.BooleanField(
        label=_("Addresses of our own networks are meant"),
        required=False,
        widget=UnfoldBooleanWidget,
        help_text=_("Otherwise a name that leads inside is refused, whatever it is called."),
    )
    reason = forms.CharField(label=_("Reason"), max_length=200, widget=UnfoldAdminTextInputWidget)

    class Meta:
        model = PullTarget
        fields = ()


class TargetShown(Shown):
    """The list of places that feeds may be pulled from."""

    role = "security_admin"
    named = (_("Place to pull from"), _("Places to pull from"))
    list_display = ("scheme", "host", "port", "private", "created_at", "revoked_at")
    list_filter = ("scheme", "private")
    ordering = ("scheme", "host", "port")
    shown = (
        "scheme",
        "host",
        "port",
        "private",
        "reason",
        "added_by",
        "created_at",
        "revoked_at",
    )
    add_form = TargetForm
    actions = ("revoke",)

    def create(self, request: HttpRequest, actor: Actor, obj: Any, data: dict[str, Any]) -> Model:
        made = allow_target(actor=actor, **data)
        # The page names what was added by the row that it was given.
        obj.scheme, obj.host, obj.port = made.scheme, made.host, made.port
        return made

    @admin.action(description=_("Revoke: nothing is pulled from there"), permissions=["view"])
    def revoke(self, request: HttpRequest, queryset: QuerySet[PullTarget]) -> None:
        self.each(
            request, queryset, lambda row, actor: revoke_target(target_id=row.id, actor=actor)
        )


ADMINS = ((Feed, FeedShown), (FeedProfile, ProfileShown), (PullTarget, TargetShown))
