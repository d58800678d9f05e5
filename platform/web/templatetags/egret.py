"""Tags and filters of the shell: `{% load egret %}`."""

from datetime import datetime
from typing import Any

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext

from city import selectors as city
from core.clock import now
from web import icons, times
from web.levels import LEVELS, level_name, warning_mark

register = template.Library()


@register.simple_tag
def icon(name: str) -> SafeString:
    """An icon of icons.txt; decoration only, its meaning stands beside it in words."""
    return icons.icon(name)


@register.filter
def moment(instant: datetime | None) -> SafeString | str:
    """Day, year and time in the city's zone; a dash for none."""
    if instant is None:
        return "—"
    return format_html('<time datetime="{}">{}</time>', instant.isoformat(), times.full(instant))


@register.filter
def brief(instant: datetime | None) -> SafeString | str:
    """As short as today allows, in the city's zone, with the whole of it as a title."""
    if instant is None:
        return "—"
    return format_html(
        '<time datetime="{}" title="{}">{}</time>',
        instant.isoformat(),
        times.full(instant),
        times.short(instant, now()),
    )


@register.inclusion_tag("web/widgets/clock.html")
def due_clock(due: datetime | None, label: object = "") -> dict[str, Any]:
    """Time left until `due` in words, kept live by clock.js; nothing without a due time."""
    if due is None:
        return {"due": None}
    return {
        "due": due,
        "label": label,
        "clock": times.read_clock(due, now()),
        "at": times.full(due),
    }


@register.inclusion_tag("web/widgets/risk.html")
def risk_badge(level: str, score: float | None = None) -> dict[str, Any]:
    """A risk level by shape, words and colour; nothing while none was computed."""
    mark = LEVELS.get(level)
    return {"mark": mark, "label": level_name(level), "score": score}


@register.inclusion_tag("web/widgets/warning.html")
def warning_badge(level: str) -> dict[str, Any]:
    """A warning's level by hatching, words and colour."""
    mark = warning_mark(level)
    return {"mark": mark, "label": gettext(mark.label)}


@register.inclusion_tag("web/widgets/badge.html")
def badge(label: object, tone: str = "plain") -> dict[str, Any]:
    """A state in words; tone is plain, active, waiting, done or ended."""
    return {"label": label, "tone": tone}


register.filter("name", city.name)


@register.filter
def count(value: float | None) -> str:
    """A number with its thousands marked off; a dash for none."""
    return "—" if value is None else f"{value:,}"


@register.filter
def percent(value: float | None) -> str:
    """A share of one as a whole percentage, for widths and words."""
    return "" if value is None else f"{round(100 * value)}%"


@register.filter
def share_of(value: float, whole: float) -> str:
    """`value` as a percentage of `whole`, with a point as CSS wants it, between 0 and 100."""
    return f"{max(0.0, min(100.0, 100 * value / whole if whole else 0.0)):.2f}%"


@register.filter
def score(value: float | None) -> str:
    """A score or contribution with one decimal; a dash for none."""
    return "—" if value is None else f"{value:.1f}"
