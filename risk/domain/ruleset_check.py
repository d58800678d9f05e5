"""Reading a ruleset document: every error of it at once."""

from collections.abc import Mapping
from datetime import timedelta
from math import isfinite
from typing import Any

from core.errors import RuleBroken
from core.words import N_
from risk.domain.factors import FACTORS
from risk.domain.rules import LEVELS, FactorRule, Reach, Rules

_CARD = ("purpose_zh", "purpose_en", "owner")


def read(document: object) -> Rules:
    """The rules of a document; RuleBroken `invalid_ruleset` with `errors`, all of them."""
    errors: list[str] = []
    body = document if isinstance(document, Mapping) else {}
    if not isinstance(document, Mapping):
        errors.append("a ruleset is a JSON object")
    rules = Rules(
        key=_text(body, "key", errors),
        version=_version(body, errors),
        default_reach=_reach(_part(body, "association", errors).get("default"), "default", errors),
        reaches=_reaches(body, errors),
        case_window=timedelta(days=_positive(_part(body, "case", errors), "window_days", errors)),
        factors=_factors(body, errors),
        thresholds=_thresholds(body, errors),
        alert_level=_alert_level(body, errors),
    )
    for name in ("name_zh", "name_en"):
        _text(body, name, errors)
    card = _part(body, "card", errors)  # no score without a card that says what it is for
    for name in _CARD:
        _text(card, name, errors)
    if errors:
        raise RuleBroken(
            "invalid_ruleset",
            N_("The ruleset has errors: %(errors)s"),
            errors=list(dict.fromkeys(errors)),
        )
    return rules


def _part(body: Mapping[str, Any], name: str, errors: list[str]) -> Mapping[str, Any]:
    value = body.get(name)
    if isinstance(value, Mapping):
        return value
    errors.append(f"{name}: an object is needed")
    return {}


def _text(body: Mapping[str, Any], name: str, errors: list[str]) -> str:
    value = body.get(name)
    if isinstance(value, str) and value.strip():
        return value
    errors.append(f"{name}: a text is needed")
    return ""


def _number(value: object) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float) or not isfinite(value):
        return None
    return float(value)


def _positive(body: Mapping[str, Any], name: str, errors: list[str]) -> float:
    value = _number(body.get(name))
    if value is not None and 0 < value <= 1e6:
        return value
    errors.append(f"{name}: a positive number is needed")
    return 1.0


def _version(body: Mapping[str, Any], errors: list[str]) -> int:
    value = body.get("version")
    if isinstance(value, int) and not isinstance(value, bool) and value >= 1:
        return value
    errors.append("version: a whole number from 1 is needed")
    return 1


def _reach(value: object, where: str, errors: list[str]) -> Reach:
    if not isinstance(value, Mapping):
        errors.append(f"association.{where}: radius_m and window_minutes are needed")
        return Reach(1.0, 60.0)
    own: list[str] = []
    reach = Reach(_positive(value, "radius_m", own), _positive(value, "window_minutes", own) * 60.0)
    errors += [f"association.{where}.{one}" for one in own]
    return reach


def _reaches(body: Mapping[str, Any], errors: list[str]) -> dict[str, Reach]:
    families = _part(body, "association", errors).get("families", {})
    if not isinstance(families, Mapping):
        errors.append("association.families: an object is needed")
        return {}
    return {str(key): _reach(one, f"families.{key}", errors) for key, one in families.items()}


def _factors(body: Mapping[str, Any], errors: list[str]) -> tuple[FactorRule, ...]:
    listed = body.get("factors")
    if not isinstance(listed, list) or not listed:
        errors.append("factors: a list is needed")
        return ()
    found = tuple(_factor(one, place, errors) for place, one in enumerate(listed))
    names = [one.factor for one in found]
    twice = sorted({one for one in names if names.count(one) > 1})
    errors += [f"factors: {name} stands there twice" for name in twice]
    total = sum(one.weight for one in found)
    if abs(total - 100) > 1e-9:
        errors.append(f"factors: the weights sum to {total:g}, not to 100")
    return found


def _factor(value: object, place: int, errors: list[str]) -> FactorRule:
    body = value if isinstance(value, Mapping) else {}
    name, params = str(body.get("factor", "")), body.get("params", {})
    factor = FACTORS.get(name)
    if factor is None:
        errors.append(f"factors[{place}]: there is no factor {name!r}; {', '.join(FACTORS)}")
    if not isinstance(params, Mapping):
        errors.append(f"factors[{place}].params: an object is needed")
        params = {}
    elif factor is not None:
        errors += [f"factors[{place}].params.{one}" for one in factor.check(params)]
    weight = _number(body.get("weight"))
    if weight is None or weight < 0:
        errors.append(f"factors[{place}].weight: a number from 0 is needed")
    return FactorRule(name, weight or 0.0, dict(params))


def _thresholds(body: Mapping[str, Any], errors: list[str]) -> dict[str, float]:
    levels = _part(body, "levels", errors)
    found: dict[str, float] = {}
    before = 100.0 + 1e-9
    for level in LEVELS[:-1]:
        value = _number(levels.get(level))
        if value is None or not 0 < value < before:
            errors.append(f"levels.{level}: a score below the graver level's is needed")
            value = 0.0
        found[level] = before = value
    strange = [name for name in levels if name not in LEVELS[:-1]]
    errors += [f"levels.{name}: there is no such risk level" for name in strange]
    return found


def _alert_level(body: Mapping[str, Any], errors: list[str]) -> str:
    level = _part(body, "alert", errors).get("min_level")
    if level in LEVELS:
        return str(level)
    errors.append("alert.min_level: a risk level is needed")
    return LEVELS[0]
