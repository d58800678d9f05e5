"""Tags and filters of the desk: `{% load desk %}`."""

from typing import Any

from django import template

from desk import labels

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


@register.inclusion_tag("desk/widgets/role.html")
def part_role(role: str) -> dict[str, Any]:
    """Lead or supporting."""
    return {"role": role}


register.filter("district_name", labels.district)
register.filter("category_name", labels.category)
register.filter("family_name", labels.family)
