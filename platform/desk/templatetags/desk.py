"""Tags and filters of the desk: `{% load desk %}`."""

from typing import Any

from django import template
from django.utils.translation import gettext

from desk import labels
from desk.counting import MOST_COUNTED
from web.levels import LEVELS, level_name

register = template.Library()


@register.inclusion_tag("web/widgets/badge.html")
def task_state(state: str) -> dict[str, Any]:
    """A task's state as a badge."""
    return {"label": labels.task_state(state), "tone": labels.tone(state), "state": state}


@register.inclusion_tag("web/widgets/badge.html")
def part_state(state: str) -> dict[str, Any]:
    """A part's state as a badge."""
    return {"label": labels.part_state(state), "tone": labels.tone(state), "state": state}


@register.inclusion_tag("web/widgets/badge.html")
def case_state(state: str) -> dict[str, Any]:
    """A risk case's state as a badge."""
    return {"label": labels.case_state(state), "tone": labels.tone(state), "state": state}


@register.inclusion_tag("desk/widgets/risk_mark.html")
def risk_mark(level: str) -> dict[str, Any]:
    """A risk level as the key of a map shows it: its shape and its words."""
    return {"mark": LEVELS[level], "label": level_name(level)}


@register.inclusion_tag("desk/widgets/role.html")
def part_role(role: str) -> dict[str, Any]:
    """Lead or supporting."""
    return {"role": role}


register.filter("district_name", labels.district)
register.filter("category_name", labels.category)
register.filter("family_name", labels.family)


@register.filter
def bounded(count: int) -> str:
    """A count that goes no further than ``MOST_COUNTED``."""
    if count > MOST_COUNTED:
        return gettext("over %(count)s") % {"count": f"{MOST_COUNTED:,}"}
    return f"{count:,}"
