"""Feeds and their profiles, for system administrators. A profile never changes: it has versions."""

import json
from typing import Any

from django import forms
from django.db.models import Model
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminTextareaWidget

from audit.domain import Actor
from core.errors import BadInput
from core.words import N_
from integration.models import Feed, FeedProfile
from integration.services import load_profile
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


class ProfileForm(ServiceForm):
    """A whole profile document."""

    text = forms.CharField(
        label=_("Profile document (JSON)"),
        strip=False,
        widget=UnfoldAdminTextareaWidget(attrs={"rows": 30, "spellcheck": "false"}),
        help_text=_("It becomes the feed's next version and is in use at once."),
    )

    class Meta:
        model = FeedProfile
        fields = ()


class ProfileShown(Shown):
    """The versions of the feeds' profiles."""

    role = "system_admin"
    named = (_("Feed profile"), _("Feed profiles"))
    list_display = ("feed", "version", "created_at", "digest")
    list_filter = ("feed",)
    list_select_related = ("feed",)
    ordering = ("feed__key", "-version")
    shown = ("feed", "version", "created_at", "digest", "readable")
    add_form = ProfileForm

    def readable(self, one: FeedProfile) -> str:
        """The document, a member a line."""
        return format_html("<pre>{}</pre>", json.dumps(one.document, ensure_ascii=False, indent=2))

    readable.short_description = _("Document")  # type: ignore[attr-defined]

    def create(self, request: HttpRequest, actor: Actor, obj: Any, data: dict[str, Any]) -> Model:
        feed = load_profile(document=_document(data["text"]), actor=actor)
        return feed.profiles.latest("version")


def _document(text: str) -> dict[str, object]:
    try:
        document = json.loads(text)
    except json.JSONDecodeError as error:
        raise BadInput(
            "malformed_json",
            N_("This is not JSON at line %(line)s, column %(column)s: %(why)s"),
            line=error.lineno,
            column=error.colno,
            why=error.msg,
        ) from error
    if not isinstance(document, dict):
        raise BadInput("wrong_type", N_("A profile document is a JSON object."))
    return document


ADMINS = ((Feed, FeedShown), (FeedProfile, ProfileShown))
