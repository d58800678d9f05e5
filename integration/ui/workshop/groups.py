"""The groups of settings that a field's use asks for, ready for their templates."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from itertools import chain
from typing import Any

import numpy as np
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from city.selectors import categories, name, zone
from core.clock import now
from integration import labels
from integration.domain import timeforms
from integration.domain.chinese_times import written
from integration.domain.proposing import Proposal, Seen
from integration.ui.workshop.settings import NONE, OWN
from integration.ui.workshop.uses import Document
from integration.ui.workshop.words import TYPES
from web.times import full

__all__ = ["Choice", "Group", "Groups"]

MOST_CODES = 100
_FORMS = (
    "%Y-%m-%d %H:%M:%S",
    "%Y-%m-%d %H:%M",
    "%Y/%m/%d %H:%M:%S",
    "%Y/%m/%d %H:%M",
    "%Y%m%d%H%M%S",
    "%Y年%m月%d日 %H时%M分",
    "%d.%m.%Y %H:%M",
    "%Y-%m-%d",
    timeforms.CHINESE,
    timeforms.ISO,
    *timeforms.EPOCHS,
)
_NAMED = (timeforms.CHINESE, timeforms.ISO, *timeforms.EPOCHS)
_SYSTEMS = {
    "WGS-84": _("satellite positioning, international maps"),
    "CGCS2000": _("the national system, as surveyors use it"),
    "GCJ-02": _("Amap, Tencent and most Chinese maps"),
    "BD-09": _("Baidu maps"),
    "EPSG:3857": _("web maps, in metres"),
}


@dataclass(frozen=True)
class Choice:
    """One entry of a list to choose from."""

    value: str
    label: str
    chosen: bool = False


@dataclass(frozen=True)
class Code:
    """A code of the source, how often the sample has it, and what it means here.

    `listed`: whether that meaning is one of those to choose from.
    """

    code: str
    rows: int
    chosen: str
    listed: bool


@dataclass(frozen=True)
class Group:
    """Settings about the field `of`, drawn by `workshop/set_<kind>.html` from `values`."""

    kind: str
    section: str
    of: str
    values: Mapping[str, Any]


class Groups:
    """Makes the groups of one document, with what its sample tells."""

    def __init__(self, document: Mapping[str, Any], proposal: Proposal | None) -> None:
        self.document, self.proposal = document, proposal
        self.seen = {one.path: one for one in proposal.paths} if proposal else {}

    def of(self, path: str, use: str) -> Group | None:
        """What can be set about a field under a use; None where nothing can."""
        section = {"lon": "position", "measured": "severity"}.get(use, use)
        part = self.document.get(section)
        if use == "attribute":
            return self._attribute(path)
        if use == "id":
            return Group("id", "identity", path, {"rules": self._rules()})
        if not isinstance(part, dict):
            return None
        if use in ("occurred_at", "reported_at"):
            return Group("time", section, path, self._time(path, section, part))
        if use in ("position", "lon"):
            return Group("place", section, path, self._place(part))
        if use in ("category", "severity", "upstream_state", "operational"):
            return Group("codes", section, path, self._codes(path, section, part))
        return None

    def _rules(self) -> list[Choice]:
        present = (self.document.get("version") or {}).get("rule")
        rules = {
            "arrival": gettext("what comes later is the newer version"),
            "immutable": gettext("it must never change; other content is refused"),
        }
        if present == "path":
            rules = {"path": gettext("the field chosen as version mark tells"), **rules}
        return [Choice(key, label, key == present) for key, label in rules.items()]

    def _attribute(self, path: str) -> Group | None:
        found = (one for one in self.document.get("attributes") or () if one.get("path") == path)
        one = next(found, None)
        if one is None:
            return None
        types = [
            Choice(key, str(label), key == one.get("type", "text")) for key, label in TYPES.items()
        ]
        return Group("attribute", "attribute", path, {"name": one.get("name", ""), "types": types})

    def _time(self, path: str, section: str, part: Document) -> dict[str, Any]:
        present = str(part.get("form", ""))
        forms = dict.fromkeys([*self._proposed(section, "form", path), present, *_FORMS])
        choices = [Choice(one, _form(one), one == present) for one in forms if one]
        alone = present in (timeforms.ISO, *timeforms.EPOCHS)  # it may tell its own zone
        place = str(part.get("zone") or ("" if alone else zone()))
        return {
            "forms": [*choices, Choice(OWN, gettext("another, written below"))],
            "own": "" if present in _NAMED else present,
            "zone": place,
            "examples": self._read(path, present, place or None),
        }

    def _proposed(self, section: str, key: str, path: str) -> list[str]:
        part = self.proposal.part(section) if self.proposal else None
        values = [one.value for one in part.options] if part else []
        return [
            str(one[key]) for one in values if isinstance(one, dict) and one.get("path") == path
        ]

    def _read(self, path: str, form: str, place: str | None) -> list[tuple[str, str]]:
        """The sample's first values of a field, and how they read."""
        seen = self.seen.get(path)
        if seen is None or not form:
            return []
        return [(one, _reading(one, form, place)) for one in seen.examples]

    def _place(self, part: Document) -> dict[str, Any]:
        crs = str(part.get("crs") or "")
        tried = [one.crs for one in self.proposal.systems] if self.proposal else []
        names = dict.fromkeys(filter(None, [*_SYSTEMS, *tried, crs]))
        shown = part.get("shown_decimals")
        orders = {"lon_lat": gettext("longitude first"), "lat_lon": gettext("latitude first")}
        notations = {
            "degrees": gettext("plain numbers"),
            "dms": gettext("degrees, minutes, seconds"),
        }
        decimals = {
            "": gettext("exactly"),
            "3": gettext("to about 100 m"),
            "2": gettext("to about 1 km"),
        }
        if shown is not None and str(shown) not in decimals:
            decimals[str(shown)] = gettext("to %(count)s decimals") % {"count": shown}
        areas = {"city": gettext("yes; rows outside wait"), "any": gettext("no")}
        return {
            "form": part.get("form"),
            "systems": [
                *(
                    [Choice("", gettext("every row tells its own"), not crs)]
                    * bool(part.get("crs_path"))
                ),
                *(Choice(one, _system(one), one == crs) for one in names),
            ],
            "crs_path": part.get("crs_path"),
            "orders": _choices(orders, part.get("order")),
            "separator": part.get("separator", ","),
            "notations": _choices(notations, part.get("notation", "degrees")),
            "scale": f"{part['scale']:g}" if isinstance(part.get("scale"), int | float) else "",
            "decimals": _choices(decimals, "" if shown is None else str(shown)),
            "areas": _choices(areas, part.get("area", "city")),
        }

    def _codes(self, path: str, section: str, part: Document) -> dict[str, Any]:
        chosen = _chosen(part, section)
        counted = dict(self.seen[path].values) if path in self.seen else {}
        known = dict.fromkeys(chain(counted, chosen))
        meanings = self._meanings[section]
        words = {one.value for _, choices in meanings for one in choices}
        rows = [
            Code(code, counted.get(code, 0), chosen.get(code, ""), chosen.get(code, "") in words)
            for code in known
            if code
        ]
        return {
            "codes": rows[:MOST_CODES],
            "more": max(0, len(rows) - MOST_CODES),
            "open": not rows and self.distinct(path),
            "groups": meanings,
            "scale": part.get("scale", ""),
            "empty": ""
            if section == "operational"
            else gettext("no meaning here; rows are flagged"),
            "unmapped": sum(1 for one in rows if not one.chosen),
        }

    def distinct(self, path: str) -> int:
        """How many different values the sample has of a field."""
        seen: Seen | None = self.seen.get(path)
        return seen.distinct if seen else 0

    @cached_property
    def _meanings(self) -> Mapping[str, Sequence[tuple[str, Sequence[Choice]]]]:
        """What codes of a section may mean, in named groups."""
        families: dict[str, list[Choice]] = {}
        for key, one in categories().items():
            families.setdefault(name(one.family), []).append(Choice(key, name(one)))
        grades = {"1": gettext("1, the gravest"), "2": "2", "3": "3", "4": "4"}
        grades[NONE] = gettext("says nothing of it")
        states = {key: str(label) for key, label in labels.UPSTREAM.items()}
        return {
            "category": sorted(families.items()),
            "severity": [("", _choices(grades, None))],
            "upstream_state": [("", _choices(states, None))],
            "operational": [("", [Choice("yes", gettext("meant in earnest"))])],
        }


def _choices(words: Mapping[str, str], present: object) -> list[Choice]:
    return [Choice(key, label, key == present) for key, label in words.items()]


def _chosen(part: Document, section: str) -> dict[str, str]:
    """Code → what the document says it means, as forms write it."""
    if section == "operational":
        return dict.fromkeys(map(str, part.get("values") or ()), "yes")
    codes = part.get("codes")
    if not isinstance(codes, dict):
        return {}
    return {code: NONE if to is None else str(to) for code, to in codes.items()}


def _form(form: str) -> str:
    """A form of time by an example of it: the present moment."""
    moment = now().astimezone(zone())
    if form in timeforms.EPOCHS:
        unit = gettext("seconds") if form == "epoch_s" else gettext("milliseconds")
        count = int(moment.timestamp() * timeforms.EPOCHS[form])
        return gettext("%(unit)s since 1970: %(count)s") % {"unit": unit, "count": count}
    if form == timeforms.ISO:
        return gettext("ISO 8601: %(example)s") % {"example": moment.isoformat(timespec="seconds")}
    if form == timeforms.CHINESE:
        return gettext("In Chinese words: %(example)s") % {"example": written(moment)}
    return f"{moment.strftime(form)} · {form}"


def _reading(text: str, form: str, place: str | None) -> str:
    """The instant that a text is read as, empty where it is none."""
    try:
        found = timeforms.instants([text], form, place, now=now().timestamp())
    except (ValueError, OSError, KeyError):
        return ""  # a zone or form that is none is told among the faults
    second = float(found.seconds[0])
    return full(datetime.fromtimestamp(second, UTC)) if np.isfinite(second) else ""


def _system(crs: str) -> str:
    return f"{crs} · {_SYSTEMS[crs]}" if crs in _SYSTEMS else crs
