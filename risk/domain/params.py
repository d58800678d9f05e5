"""Checks that the parameters of factors share: each answers what is wrong, or nothing."""

from collections.abc import Mapping
from math import isfinite
from typing import Any


def number(params: Mapping[str, Any], name: str, low: float, high: float) -> list[str]:
    """`name` is a number from `low` to `high`."""
    value = params.get(name)
    sound = isinstance(value, int | float) and not isinstance(value, bool) and isfinite(value)
    if sound and low <= float(value or 0) <= high:
        return []
    return [f"{name}: a number from {low:g} to {high:g} is needed"]


def only(params: Mapping[str, Any], names: set[str]) -> list[str]:
    """No parameter but `names`."""
    return [f"{name}: there is no such parameter" for name in sorted(set(params) - names)]
