"""Tags of the pages about feeds: `{% load feeds %}`."""

from dataclasses import dataclass
from typing import Any

from django import template
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext_lazy as _

from integration.selectors.workshop import may_draft

register = template.Library()

_FEEDS, _QUALITY, _CONNECT = "feeds", "report_quality", "connect"
_LABELS = {_FEEDS: _("Feeds"), _QUALITY: _("Quality"), _CONNECT: _("Connect a feed")}


@dataclass(frozen=True)
class Place:
    """One tab; `current` marks the one the page belongs to."""

    label: str
    url: str
    current: bool


@register.inclusion_tag("integration/place_tabs.html", takes_context=True)
def feeds_places(context: dict[str, Any], here: str) -> dict[str, Any]:
    """The tabs of the feeds' place that are open to the viewer; `here` is the page's own."""
    viewer = context["request"].viewer
    open_to = {_FEEDS: viewer.sees_business, _QUALITY: viewer.sees_business}
    open_to[_CONNECT] = may_draft(viewer)
    found = [
        Place(str(_LABELS[key]), _address(key), key == here) for key in _LABELS if open_to[key]
    ]
    return {"places": [one for one in found if one.url]}


def _address(name: str) -> str:
    """Where a tab leads; empty while there is no such page."""
    try:
        return reverse(name)
    except NoReverseMatch:
        return ""
