"""The workshop's codes in the words of its pages."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final, Protocol

from django.utils.functional import Promise
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from city.selectors import categories, name
from core.errors import fill
from integration.labels import UPSTREAM
from integration.ui.workshop.uses import PERSONAL, Document

__all__ = [
    "DATA_CLASSES",
    "GATE",
    "LIKELY",
    "OUTCOMES",
    "PERSONAL_KINDS",
    "RETENTION",
    "SECTIONS",
    "SWITCHES",
    "TYPES",
    "USES",
    "Certainty",
    "certainty",
    "described",
    "in_words",
    "section_of",
    "use_name",
]

LIKELY = 0.8
_CERTAIN, _UNSURE = 0.95, 0.5

USES: Final[Mapping[str, Promise]] = MappingProxyType(
    {
        "id": _("Source id"),
        "version": _("Version mark"),
        "occurred_at": _("Occurred at"),
        "reported_at": _("Reported at"),
        "position": _("Position in one field"),
        "lon": _("Longitude or easting"),
        "lat": _("Latitude or northing"),
        "system": _("Coordinate system"),
        "address": _("Address"),
        "category": _("Category"),
        "severity": _("Severity"),
        "measured": _("Measured value that tells the severity"),
        "unit": _("Unit of the value"),
        "summary": _("What it says"),
        "upstream_state": _("State at the source"),
        "operational": _("Whether it is meant in earnest"),
        "attribute": _("Further field, kept with the record"),
        "ignored": _("Not read"),
    }
)
PERSONAL_KINDS: Final[Mapping[str, Promise]] = MappingProxyType(
    {
        "name": _("Name of a person"),
        "phone": _("Telephone number"),
        "resident_id": _("Resident identity number"),
        "address": _("Home address"),
        "plate": _("Number plate"),
        "email": _("E-mail address"),
        "organisation": _("Name of an organisation"),
        "credit_code": _("Credit code of an organisation"),
    }
)
SECTIONS: Final[Mapping[str, Promise]] = MappingProxyType(
    {
        "key": _("Short name"),
        "name_zh": _("Name in Chinese"),
        "name_en": _("Name in English"),
        "organisation": _("Organisation"),
        "kind": _("Kind"),
        "origin": _("How it became known"),
        "header": _("Grounds of this feed"),
        "format": _("Format"),
        "identity": _("Source id"),
        "version": _("A newer version"),
        "category": _("Category"),
        "severity": _("Severity"),
        "occurred_at": _("Occurred at"),
        "reported_at": _("Reported at"),
        "position": _("Position"),
        "address": _("Address"),
        "summary": _("What it says"),
        "upstream_state": _("State at the source"),
        "operational": _("Whether it is meant in earnest"),
        "attributes": _("Further fields"),
        "personal": _("Personal details"),
        "ignored": _("Fields not read"),
        "strict": _("Fields that were not agreed"),
        "window": _("Times accepted"),
        "limits": _("Limits of a delivery"),
        "silent_after_minutes": _("Silent after"),
    }
)
TYPES: Final[Mapping[str, Promise]] = MappingProxyType(
    {
        "text": _("text"),
        "integer": _("whole number"),
        "number": _("number"),
        "boolean": _("yes or no"),
        "date": _("day"),
        "texts": _("several texts"),
        "json": _("as it came"),
    }
)
DATA_CLASSES: Final[Mapping[str, Promise]] = MappingProxyType(
    {
        "general": pgettext_lazy("class of data", "General"),
        "important": pgettext_lazy("class of data", "Important"),
        "core": pgettext_lazy("class of data", "Core"),
    }
)
RETENTION: Final[Mapping[str, Promise]] = MappingProxyType(
    {
        "short": pgettext_lazy("retention class", "Short"),
        "standard": pgettext_lazy("retention class", "Standard"),
        "long": pgettext_lazy("retention class", "Long"),
        "archive": pgettext_lazy("retention class", "Archive"),
    }
)
OUTCOMES: Final[Mapping[str, Promise]] = MappingProxyType(
    {
        "approved": pgettext_lazy("impact assessment", "Approved"),
        "approved_with_measures": pgettext_lazy("impact assessment", "Approved with measures"),
        "refused": pgettext_lazy("impact assessment", "Refused"),
    }
)
GATE: Final[Mapping[str, Promise]] = MappingProxyType(
    {
        "valid": _("No faults"),
        "organisation": _("Organisation"),
        "legal_basis": _("Legal basis"),
        "purpose": _("Purpose"),
        "data_class": _("Data class"),
        "retention_class": _("Retention"),
        "impact_assessment": _("Impact assessment"),
        "tried": _("Tried on the sample"),
        "changed": _("Something changes"),
        "second_person": _("A second person"),
        "role": _("System administrator"),
    }
)
SWITCHES: Final[Mapping[str, Promise]] = MappingProxyType(
    {
        "loaded": pgettext_lazy("of a feed profile", "Loaded from the city's folder"),
        "switched_on": pgettext_lazy("of a feed profile", "Switched on"),
        "rolled_back": pgettext_lazy("of a feed profile", "Rolled back"),
        "switched_off": pgettext_lazy("of a feed", "Switched off"),
        "opened_again": pgettext_lazy("of a feed", "Opened again"),
    }
)


class Told(Protocol):
    """A message and what stands in its places."""

    @property
    def message(self) -> str:
        """The English msgid."""

    @property
    def detail(self) -> Mapping[str, object]:
        """What stands in the places of the message."""


def in_words(one: Told | None) -> str:
    """A note or a fault in the reader's language; nothing for none."""
    return "" if one is None else fill(gettext(one.message), one.detail)


def use_name(use: str) -> str:
    """What a use is called; a field of which nothing was said is not decided yet."""
    if use.startswith(PERSONAL):
        kind = use.removeprefix(PERSONAL)
        return str(PERSONAL_KINDS.get(kind, kind))
    return str(USES[use]) if use in USES else gettext("Not decided yet")


def section_of(path: str) -> str:
    """The name of the part of a profile in which a path lies; the path itself where it has none."""
    key = path.split(".", 1)[0].split("[", 1)[0]
    return str(SECTIONS[key]) if key in SECTIONS else path


@dataclass(frozen=True)
class Certainty:
    """How sure a proposal is: `tone` is that of a badge."""

    tone: str
    label: str
    percent: int


def certainty(share: float) -> Certainty:
    """0 to 1 in words and per cent."""
    percent = round(100 * share)
    if share >= _CERTAIN:
        return Certainty("active", gettext("certain"), percent)
    if share >= LIKELY:
        return Certainty("active", gettext("likely"), percent)
    if share >= _UNSURE:
        return Certainty("waiting", gettext("unsure"), percent)
    return Certainty("waiting", gettext("a guess"), percent)


def described(section: str, value: Any) -> str:
    """A section of a profile in one line."""
    if value in (None, [], {}):
        return gettext("none")
    if isinstance(value, list):
        return ", ".join(_item(one) for one in value)
    if not isinstance(value, dict):
        return str(value)
    if section == "identity" and value.get("rule") == "content":
        return gettext("the row's whole content")
    if section == "version":
        return _version(value)
    if section == "position":
        return _position(value)
    return " · ".join(_parts(value, _meanings(section)))


def _item(one: Any) -> str:
    if not isinstance(one, dict):
        return str(one)
    named = one.get("name") or PERSONAL_KINDS.get(str(one.get("kind", "")), "")
    return f"{one.get('path', '')} → {named}" if named else str(one.get("path", ""))


def _version(value: Document) -> str:
    rules = {
        "arrival": gettext("is what comes later"),
        "immutable": gettext("is never accepted"),
        "path": gettext("is told by %(path)s") % {"path": value.get("path", "")},
    }
    return rules.get(str(value.get("rule")), "")


def _position(value: Document) -> str:
    fields = [str(value[key]) for key in ("path", "lon", "lat") if value.get(key)]
    orders = {"lon_lat": gettext("longitude first"), "lat_lon": gettext("latitude first")}
    found = [" + ".join(fields), orders.get(str(value.get("order")), "")]
    found += [str(value.get("crs", "GeoJSON" if value.get("form") == "geojson" else ""))]
    found += [gettext("degrees, minutes, seconds") if value.get("notation") == "dms" else ""]
    return " · ".join(filter(None, found))


def _meanings(section: str) -> Mapping[str, str]:
    """The words for what codes of a section may mean."""
    if section == "category":
        return {key: name(one) for key, one in categories().items()}
    return {key: str(text) for key, text in UPSTREAM.items()}


def _parts(value: Document, words: Mapping[str, str]) -> Sequence[str]:
    found = [str(one) for key, one in value.items() if not isinstance(one, dict | list) and one]
    codes = value.get("codes")
    if isinstance(codes, dict) and codes:
        told = (f"{code} → {words.get(str(to), _known(to))}" for code, to in codes.items())
        found.append(", ".join(told))
    return found


def _known(to: object) -> str:
    return gettext("none") if to is None else str(to)
