"""How measures are shown: `{% load reports %}`."""

from decimal import Decimal
from typing import Any

from django import template

register = template.Library()


@register.filter
def rate(value: Decimal | None) -> str:
    """A rate in per cent with one decimal; a dash where nothing was to be counted."""
    return "—" if value is None else f"{value:.1f}%"


@register.inclusion_tag("reports/rate_bar.html")
def rate_bar(value: Decimal | None, part: int, whole: int) -> dict[str, Any]:
    """A rate as a bar, a figure and the two counts behind it."""
    width = None if value is None else f"{value:.2f}"
    return {"rate": value, "width": width, "part": part, "whole": whole}
