"""From a profile document to a ``Profile``, or to everything that is wrong with it."""

import types
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any, Union, get_args, get_origin

import msgspec

from core.errors import RuleBroken, fill
from core.words import N_
from integration.domain.profile import Profile, Section
from integration.domain.profile_rules import broken_rules

__all__ = ["Fault", "check", "trusted", "validate"]


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong at ``path``; ``message`` is an English msgid with places for ``detail``."""

    path: str
    code: str
    message: str
    detail: Mapping[str, object] = field(default_factory=dict)

    @property
    def text(self) -> str:
        """The English message, filled."""
        return fill(self.message, self.detail)


def validate(
    document: object, *, categories: Collection[str], organisations: Collection[str]
) -> Profile:
    """The profile of a document; RuleBroken ``profile_invalid`` with every fault in its detail.

    ``categories``: the city's category keys. ``organisations``: the codes of its organisations.
    """
    profile, faults = check(document, categories=categories, organisations=organisations)
    if profile is None or faults:
        raise RuleBroken(
            "profile_invalid",
            N_("The profile has %(count)s faults: %(summary)s"),
            count=len(faults),
            summary="; ".join(f"{one.path}: {one.text}" for one in faults),
            faults=[{"path": one.path, "code": one.code, "message": one.text} for one in faults],
        )
    return profile


def check(
    document: object, *, categories: Collection[str], organisations: Collection[str]
) -> tuple[Profile | None, list[Fault]]:
    """The profile, None if it cannot even be read, and all faults in the order of the document."""
    faults: list[Fault] = []
    profile = _section(Profile, document, "", faults)
    if isinstance(profile, Profile):
        rules = broken_rules(profile, categories=categories, organisations=organisations)
        faults += [Fault(path, code, message, detail) for path, code, message, detail in rules]
        return profile, faults
    return None, faults


def trusted(document: object) -> Profile:
    """The profile of a document that was checked when it was stored."""
    profile = _section(Profile, document, "", [])
    if not isinstance(profile, Profile):
        raise TypeError("a stored profile no longer has the shape of a profile")
    return profile


def _section(
    kind: type[Section], document: object, path: str, faults: list[Fault]
) -> Section | None:
    if not isinstance(document, dict):
        faults.append(Fault(path, "wrong_type", N_("must be an object")))
        return None
    known = {one.name: one for one in msgspec.structs.fields(kind)}
    before = len(faults)
    faults += [
        Fault(_at(path, name), "unknown_key", N_("is not part of a profile"))
        for name in document
        if name not in known
    ]
    values: dict[str, Any] = {}
    for name, one in known.items():
        if name in document:
            values[name] = _value(one.type, document[name], _at(path, name), faults)
        elif one.required:
            faults.append(Fault(_at(path, name), "missing", N_("is missing")))
    return None if len(faults) > before else kind(**values)


def _value(kind: Any, value: object, path: str, faults: list[Fault]) -> object:
    section = _section_type(kind)
    if section and value is not None:
        return _section(section, value, path, faults)
    if get_origin(kind) is tuple and isinstance(value, list):
        return tuple(
            _value(get_args(kind)[0], one, f"{path}[{place}]", faults)
            for place, one in enumerate(value)
        )
    try:
        return msgspec.convert(value, kind)
    except msgspec.ValidationError as error:
        faults.append(Fault(path, "wrong_type", "%(why)s", {"why": str(error)}))
        return None


def _section_type(kind: Any) -> type[Section] | None:
    """The section inside ``Section`` or ``Section | None``."""
    choices = get_args(kind) if get_origin(kind) in (Union, types.UnionType) else (kind,)
    for one in choices:
        if isinstance(one, type) and issubclass(one, Section):
            return one
    return None


def _at(path: str, name: object) -> str:
    return f"{path}.{name}" if path else str(name)
