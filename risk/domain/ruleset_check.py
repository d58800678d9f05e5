"""Reading a ruleset document: every error of it at once."""

from collections.abc import Mapping
from datetime import timedelta
from math import isfinite
from typing import Any

from core.errors import RuleBroken
from core.words import N_
from risk.domain.factors import FACTORS
from risk.domain.rules import LEVELS, SILENCE, WARNING_HOURS, FactorRule, Occurrence, Reach, Rules

_CARD = ("purpose_zh", "purpose_en", "owner")
_MOST_WARNING_HOURS = 720


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
        occurrences=_occurrences(body, errors),
        roads=_ends(body, "roads", errors),
        places=_ends(body, "places", errors),
        case_window=timedelta(days=_positive(_part(body, "case", errors), "window_days", errors)),
        factors=_factors(body, errors),
        thresholds=_thresholds(body, errors),
        alert_level=_alert_level(body, errors),
        warning_hours=_warning_hours(body, errors),
        silence=_silence(body, errors),
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
    lengths = {"radius_m": _positive(value, "radius_m", own)}
    for name in ("window", "longest"):
        if name == "window" or f"{name}_minutes" in value:
            lengths[f"{name}_s"] = _positive(value, f"{name}_minutes", own) * 60.0
    errors += [f"association.{where}.{one}" for one in own]
    return Reach(**lengths)


def _reaches(body: Mapping[str, Any], errors: list[str]) -> dict[str, Reach]:
    families = _part(body, "association", errors).get("families", {})
    if not isinstance(families, Mapping):
        errors.append("association.families: an object is needed")
        return {}
    return {str(key): _reach(one, f"families.{key}", errors) for key, one in families.items()}


def _occurrences(body: Mapping[str, Any], errors: list[str]) -> tuple[Occurrence, ...]:
    listed = _part(body, "association", errors).get("occurrences", [])
    if not isinstance(listed, list):
        errors.append("association.occurrences: a list is needed")
        return ()
    found = tuple(_occurrence(one, place, errors) for place, one in enumerate(listed))
    for name, held in (
        ("key", [one.key for one in found]),
        ("categories", [told for one in found for told in one.categories]),
    ):
        twice = sorted({one for one in held if held.count(one) > 1})
        errors += [f"association.occurrences: {name} {one!r} stands there twice" for one in twice]
    return found


def _occurrence(value: object, place: int, errors: list[str]) -> Occurrence:
    body = value if isinstance(value, Mapping) else {}
    where, own = f"association.occurrences[{place}]", list[str]()
    for name in ("name_zh", "name_en"):
        _text(body, name, own)
    key = _text(body, "key", own)
    categories, may_tell = (_words(body, name, own) for name in ("categories", "may_tell"))
    if not categories:
        own.append("categories: at least one is needed")
    own += [f"may_tell: it tells {one!r} already" for one in may_tell if one in categories]
    errors += [f"{where}.{one}" for one in own]
    reach = _reach(value, f"occurrences[{place}]", errors)
    return Occurrence(key, categories, may_tell, reach)


def _ends(body: Mapping[str, Any], name: str, errors: list[str]) -> tuple[str, ...]:
    """Words with which names end in addresses of this city."""
    addresses = _part(body, "association", errors).get("addresses", {})
    own: list[str] = []
    words = _words(addresses if isinstance(addresses, Mapping) else {name: None}, name, own)
    errors += [f"association.addresses.{one}" for one in own]
    return words


def _words(body: Mapping[str, Any], name: str, errors: list[str]) -> tuple[str, ...]:
    held = body.get(name, [])
    if isinstance(held, list) and all(isinstance(one, str) and one for one in held):
        return tuple(dict.fromkeys(held))
    errors.append(f"{name}: a list of texts is needed")
    return ()


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


def _warning_hours(body: Mapping[str, Any], errors: list[str]) -> float:
    """`warnings.default_hours`; a ruleset may leave it out."""
    if "warnings" not in body:
        return WARNING_HOURS
    hours = _positive(_part(body, "warnings", errors), "default_hours", errors)
    if hours > _MOST_WARNING_HOURS:
        errors.append(f"warnings.default_hours: at most {_MOST_WARNING_HOURS}")
    return hours


def _silence(body: Mapping[str, Any], errors: list[str]) -> dict[str, float]:
    """`feeds.silent`: level → how many times its limit a feed is silent; may be left out."""
    if "feeds" not in body:
        return dict(SILENCE)
    given = _part(_part(body, "feeds", errors), "silent", errors)
    found: dict[str, float] = {}
    least = 1.0
    for level in reversed(LEVELS[:-1]):
        if level in given:
            value = _number(given[level])
            if value is None or value < least:
                errors.append(f"feeds.silent.{level}: a number from {least:g} is needed")
            found[level] = least = max(value or least, least)
    strange = [name for name in given if name not in LEVELS[:-1]]
    errors += [f"feeds.silent.{name}: there is no such risk level" for name in strange]
    return found
