"""Tags and filters about records and their rows: `{% load records %}`."""

from datetime import datetime
from typing import Any

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from core.clock import now
from integration import labels
from integration.ui.moments import DAY_SPAN, day
from web import times

register = template.Library()

register.filter("reason_title", labels.title)
register.filter("flag_meaning", labels.flag_meaning)


@register.filter
def within(instant: datetime | None, span: int) -> SafeString | str:
    """An instant as precisely as it was told: `span` are the seconds within which it lies."""
    if instant is None:
        return "—"
    told = day(instant) if span >= DAY_SPAN else times.short(instant, now())
    whole = day(instant) if span >= DAY_SPAN else times.full(instant)
    return format_html('<time datetime="{}" title="{}">{}</time>', instant.isoformat(), whole, told)


@register.inclusion_tag("integration/widgets/severity.html")
def severity(level: int | None, original: str = "") -> dict[str, Any]:
    """A reported severity, 1 gravest to 4, as bars and a number beside the source's own value."""
    return {
        "level": level,
        "original": "" if original == str(level) else original,
        "bars": [place <= 5 - level for place in range(1, 5)] if level else [],
    }


@register.inclusion_tag("integration/widgets/flag.html")
def flag(code: str) -> dict[str, Any]:
    """A quality flag as a badge, its meaning behind it."""
    return {"label": labels.title(code), "meaning": labels.flag_meaning(code)}
