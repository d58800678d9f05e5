"""Checks that the parameters of factors share: each answers what is wrong, or nothing."""

from collections.abc import Iterable, Mapping
from math import isfinite
from typing import Any

CLASSES = ("1", "2", "3", "4")
"""The classes of a severity, gravest first, as an object of JSON has them."""


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


def numbers(
    params: Mapping[str, Any], name: str, keys: Iterable[str], low: float, high: float
) -> list[str]:
    """`name` is an object with a number from `low` to `high` for each of `keys`, and no other."""
    held = params.get(name)
    if not isinstance(held, Mapping):
        return [f"{name}: an object is needed"]
    known = list(keys)
    errors = [f"{name}.{one}" for key in known for one in number(held, key, low, high)]
    return errors + [f"{name}.{one}" for one in only(held, set(known))]


def texts(params: Mapping[str, Any], name: str) -> list[str]:
    """`name` is a list of texts."""
    held = params.get(name)
    if isinstance(held, list) and all(isinstance(one, str) for one in held):
        return []
    return [f"{name}: a list of texts is needed"]


def lists(params: Mapping[str, Any], name: str) -> list[str]:
    """`name` is an object of lists of texts."""
    held = params.get(name)
    if not isinstance(held, Mapping):
        return [f"{name}: an object is needed"]
    return [f"{name}.{error}" for key in held for error in texts(held, key)]
