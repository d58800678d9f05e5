"""How a feed is read: its profile, field by field, in the words of the city."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from django.utils.translation import gettext

from city.selectors import categories, name, zone
from core.clock import now
from integration import labels
from integration.domain import chinese_times
from integration.domain.profile import (
    ArrayPosition,
    Attribute,
    Coded,
    GeojsonPosition,
    Identity,
    PairPosition,
    PointPosition,
    Position,
    Profile,
    TextPosition,
    When,
)
from integration.domain.timeforms import CHINESE

__all__ = ["Reading", "meaning_of", "readings"]

Codes = Sequence[tuple[str, str]]
_EPOCHS = {"epoch_s": 1, "epoch_ms": 1000}
_PLACE = re.compile(r"\[\d+\]")


@dataclass(frozen=True)
class Reading:
    """What one field of the row becomes; `how` tells its form, `codes` what its codes mean."""

    path: str
    meaning: str
    how: str = ""
    codes: Codes = ()
    personal: bool = False
    read: bool = True


@dataclass
class _Table:
    """Readings by path; a field that is read twice has both meanings."""

    found: dict[str, Reading] = field(default_factory=dict)

    def add(self, path: str | None, meaning: str, how: str = "", codes: Codes = ()) -> None:
        if not path:
            return
        known = self.found.get(path)
        if known is None:
            self.found[path] = Reading(path, meaning, how, codes)
            return
        self.found[path] = replace(
            known,
            meaning=f"{known.meaning} · {meaning}",
            how=known.how or how,
            codes=known.codes or codes,
        )


def readings(profile: Profile) -> list[Reading]:
    """Every field that the profile names: what is read, what is sealed, what is left."""
    table = _Table()
    table.add(profile.identity.path, gettext("Source id"), _identity(profile.identity))
    table.add(profile.version.path, gettext("Version mark"))
    _coded(table, profile)
    _when(table, profile.occurred_at, gettext("Occurred at"))
    _when(table, profile.reported_at, gettext("Reported at"), profile.window.late_days)
    _observed(table, profile)
    _position(table, profile)
    for part, meaning in (
        (profile.address, gettext("Address")),
        (profile.summary, gettext("What it says")),
    ):
        table.add(part.path if part else None, meaning)
    if profile.operational:
        meant = ", ".join(profile.operational.values)
        how = gettext("in earnest: %(values)s") % {"values": meant}
        table.add(profile.operational.path, gettext("Operational"), how)
    for one in profile.attributes:
        how = _joined(_type(one), _check(one.check))
        table.add(one.path, labels.attribute(one.name), how, _pairs(one.codes))
    words = gettext("Personal detail, kept sealed")
    sealed = [
        Reading(one.path, words, how=_check(one.check), personal=True) for one in profile.personal
    ]
    left = [Reading(path, gettext("Not read"), read=False) for path in profile.ignored]
    return [*table.found.values(), *sealed, *left]


def meaning_of(path: str, known: Iterable[Reading]) -> Reading | None:
    """The reading of a field of a row (`pos[0]`), or of what it is a part of (`pos`)."""
    plain = _PLACE.sub("[]", path)
    fitting = [one for one in known if _covers(one.path, path) or _covers(one.path, plain)]
    return max(fitting, key=lambda one: len(one.path), default=None)


def _covers(declared: str, path: str) -> bool:
    return path == declared or path.startswith((f"{declared}.", f"{declared}["))


def _joined(*told: str) -> str:
    return " · ".join(filter(None, told))


def _identity(part: Identity) -> str:
    cases = {
        "kept": "",
        "upper": gettext("taken in capital letters"),
        "lower": gettext("taken in small letters"),
    }
    return _joined(cases[part.case], _check(part.check))


def _check(kind: str | None) -> str:
    """What an identifier is checked as."""
    if kind is None:
        return ""
    words = {
        "uscc": gettext("unified social credit code"),
        "organisation_code": gettext("organisation code"),
        "resident_id": gettext("resident ID number"),
        "phone": gettext("telephone number"),
        "plate": gettext("number plate"),
    }
    return gettext("checked as a %(kind)s, flagged if it is none") % {"kind": words[kind]}


def _coded(table: _Table, profile: Profile) -> None:
    known = categories()
    names = {key: name(one) for key, one in known.items()}
    table.add(profile.category.path, gettext("Category"), "", _meant(profile.category, names))
    severity = profile.severity
    if severity:
        scale = gettext("scale: %(scale)s") % {"scale": severity.scale}
        classes = {code: str(level) for code, level in severity.codes.items()}
        table.add(severity.path, gettext("Severity"), scale, _pairs(classes))
        table.add(severity.value, gettext("Severity"), gettext("by value"), _bands(severity.bands))
        table.add(severity.unit, gettext("Unit of the value"))
    state = profile.upstream_state
    if state:
        words = {key: str(text) for key, text in labels.UPSTREAM.items()}
        table.add(state.path, gettext("State at the source"), "", _meant(state, words))


def _meant(part: Coded, words: Mapping[str, str]) -> Codes:
    return [(code, words.get(key, key)) for code, key in (part.codes or {}).items()]


def _pairs(codes: Mapping[str, str] | None) -> Codes:
    return list((codes or {}).items())


def _bands(bands: Mapping[str, Sequence[tuple[float, int]]]) -> Codes:
    return [
        (f"≥ {least:g} {unit}", str(level))
        for unit, steps in bands.items()
        for least, level in steps
    ]


def _when(table: _Table, part: When | None, meaning: str, late_days: float | None = None) -> None:
    if part is None:
        return
    told = [gettext("for example %(example)s") % {"example": _example(part.form)}]
    told += [gettext("or %(example)s") % {"example": _example(form)} for form in part.also]
    told.append(part.zone or "")
    if part.assumed_zone == "flagged":
        told.append(gettext("flagged where no zone is told"))
    if late_days is not None:
        days = f"{late_days:g}"
        told.append(gettext("flagged later than %(days)s days after it happened") % {"days": days})
    table.add(part.path, meaning, _joined(*told))


def _example(form: str) -> str:
    """The present moment as the source would write it."""
    moment = now().astimezone(zone())
    if form == "iso8601":
        return moment.isoformat(timespec="seconds")
    if form == CHINESE:
        return chinese_times.written(moment)
    if form in _EPOCHS:
        return str(int(moment.timestamp() * _EPOCHS[form]))
    return moment.strftime(form)


def _observed(table: _Table, profile: Profile) -> None:
    part = profile.observed
    if part is None:
        return
    made = part.unknown == "create"
    unknown = gettext("an unknown one is added") if made else gettext("an unknown one waits")
    table.add(part.datastream, gettext("Datastream"), unknown)
    kinds = {"number": gettext("number"), "text": gettext("text"), "any": ""}
    table.add(part.result, gettext("Result"), kinds[part.type])
    _when(table, part.until, gettext("End of the time measured"))
    table.add(part.quality, gettext("Quality of the result"))


def _position(table: _Table, profile: Profile) -> None:
    part = profile.position
    if isinstance(part, PairPosition):
        how = _joined(_system(part), _shown(part))
        table.add(part.lon, gettext("Longitude or easting"), how)
        table.add(part.lat, gettext("Latitude or northing"), how)
    elif part:
        table.add(part.path, gettext("Position"), _joined(_layout(part), _shown(part)))
    if isinstance(part, PointPosition):
        table.add(part.crs_path, gettext("Coordinate system"), "", _pairs(part.crs_codes))


def _shown(part: Position) -> str:
    """How coarsely people are shown the place, and whether it may lie anywhere."""
    count = part.shown_decimals
    coarse = gettext("shown to %(count)s decimals") % {"count": count}
    anywhere = gettext("may lie outside the city")
    return _joined("" if count is None else coarse, anywhere if part.area == "any" else "")


def _layout(part: ArrayPosition | TextPosition | GeojsonPosition) -> str:
    if isinstance(part, GeojsonPosition):
        return _joined("GeoJSON", part.crs or "")
    first = gettext("longitude first") if part.order == "lon_lat" else gettext("latitude first")
    return _joined(_system(part), first)


def _system(part: PointPosition) -> str:
    how = [part.crs or ""]
    if part.notation == "dms":
        how.append(gettext("degrees, minutes, seconds"))
    if part.scale != 1:
        how.append(gettext("divided by %(scale)s") % {"scale": f"{part.scale:,g}"})
    return _joined(*how)


def _type(one: Attribute) -> str:
    told = {
        "text": gettext("text"),
        "integer": gettext("whole number"),
        "number": gettext("number"),
        "boolean": gettext("yes or no"),
        "date": gettext("day"),
        "texts": gettext("several texts"),
        "json": gettext("as it came"),
    }[one.type]
    return f"{told} {now().astimezone(zone()).strftime(one.form)}" if one.form else told
