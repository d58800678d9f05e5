"""From a profile document to a ``Profile``, or to everything that is wrong with it."""

import types
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Union, get_args, get_origin, get_type_hints

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
    document = _whole(document)
    profile = _section(Profile, document, "", faults)
    unread = {_part(one.path) for one in faults}
    readable = profile or _section(Profile, _without(document, unread), "", [])
    if isinstance(readable, Profile):
        rules = broken_rules(readable, categories=categories, organisations=organisations)
        faults += [Fault(*one) for one in rules if _part(one[0]) not in unread]
    return (profile if isinstance(profile, Profile) else None), faults


# A part that cannot be read must not hide what is wrong with the others: these, which ask for
# nothing, take its place while the rules look at the rest.
_IN_PLACE: Mapping[str, object] = {
    **dict.fromkeys(("key", "name_zh", "name_en", "organisation"), ""),
    "kind": "register",
    "origin": "reported",
    "header": {},
    "format": {"name": "csv"},
    "identity": {"rule": "content"},
    "version": {"rule": "arrival"},
    "category": {"path": "-"},
}


# Observations are known by their datastream and their time.
_OF_OBSERVATIONS: Mapping[str, object] = {
    "identity": {"rule": "content"},
    "version": {"rule": "immutable"},
    "category": {"path": ""},
}


def _whole(document: object) -> object:
    """The document with the parts that its kind need not tell."""
    if isinstance(document, dict) and document.get("kind") == "observation":
        return {**_OF_OBSERVATIONS, **document}
    return document


def _without(document: object, unread: Collection[str]) -> object:
    if not isinstance(document, dict):
        return document
    kept = {name: value for name, value in document.items() if name not in unread}
    return {name: value for name, value in _IN_PLACE.items() if name in unread} | kept


def _part(path: str) -> str:
    """The part of the profile in which a path lies."""
    return path.split(".", 1)[0].split("[", 1)[0]


def trusted(document: object) -> Profile:
    """The profile of a document that was checked when it was stored."""
    profile = _section(Profile, _whole(document), "", [])
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
    sections = _section_types(kind)
    if value is None and type(None) in get_args(kind):
        return None
    if sections:
        section = _meant(sections, value, path, faults)
        return section and _section(section, value, path, faults)
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


def _section_types(kind: Any) -> list[type[Section]]:
    """The sections inside ``Section``, ``Section | None`` or a choice of sections."""
    choices = get_args(kind) if get_origin(kind) in (Union, types.UnionType) else (kind,)
    return [one for one in choices if isinstance(one, type) and issubclass(one, Section)]


def _meant(
    sections: Sequence[type[Section]], value: object, path: str, faults: list[Fault]
) -> type[Section] | None:
    """The one section, or of several the one that the value's ``form`` names."""
    if len(sections) == 1 or not isinstance(value, dict):
        return sections[0]
    forms = {get_args(get_type_hints(one)["form"])[0]: one for one in sections}
    found = forms.get(value.get("form", "")) if isinstance(value.get("form"), str) else None
    if found is None:
        allowed = {"allowed": ", ".join(sorted(forms))}
        faults.append(
            Fault(_at(path, "form"), "not_allowed", N_("must be one of: %(allowed)s"), allowed)
        )
    return found


def _at(path: str, name: object) -> str:
    return f"{path}.{name}" if path else str(name)
