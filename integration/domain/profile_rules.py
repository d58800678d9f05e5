"""What must hold between the parts of a profile, beyond their types."""

import math
import re
from collections.abc import Collection, Iterator
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from core.words import N_
from integration.domain import formats, timeforms
from integration.domain.formats.encoding import AUTO, usable
from integration.domain.observation_rules import observation_rules
from integration.domain.position_rules import Broken, position_rules
from integration.domain.profile import Attribute, Coded, Format, Profile, Severity, When
from privacy.domain.masks import KINDS

__all__ = ["KEY", "broken_rules"]

KEY = re.compile(r"[a-z][a-z0-9_]{1,63}")
_CLASSES = ("general", "important", "core")
_CLASSES_OF_SEVERITY = (1, 2, 3, 4)
_UPSTREAM = ("received", "dispatched", "in_hand", "closed")
_PATH = re.compile(r"[^.\[\]]+(?:\.[^.\[\]]+|\[\d*\])*")
_SCALE_LONGEST = 64


def broken_rules(
    profile: Profile, *, categories: Collection[str], organisations: Collection[str]
) -> list[Broken]:
    """Everything that breaks a rule, as (path, code, message, detail)."""
    return [
        *_names(profile, organisations),
        *_header(profile.header),
        *_format(profile.format),
        *_identity(profile),
        *_category(profile.category, categories),
        *_severity(profile.severity),
        *_times(profile),
        *position_rules(profile),
        *observation_rules(profile),
        *_fields(profile),
        *_paths(profile),
        *_personal(profile),
        *_bounds(profile),
        *_devices(profile),
    ]


def _names(profile: Profile, organisations: Collection[str]) -> Iterator[Broken]:
    if not KEY.fullmatch(profile.key):
        yield "key", "bad_key", N_("may hold small letters, digits and underscores only"), {}
    if profile.organisation not in organisations:
        message = N_("there is no organisation %(code)s")
        yield "organisation", "unknown_organisation", message, {"code": profile.organisation}


def _header(header: dict[str, object]) -> Iterator[Broken]:
    for name in ("legal_basis", "purpose", "impact_assessment"):
        given = [header.get(key) for key in (name, f"{name}_zh", f"{name}_en")]
        if not any(isinstance(one, str) and one.strip() for one in given):
            yield f"header.{name}", "missing", N_("is missing"), {}
    if header.get("data_class") not in _CLASSES:
        allowed = {"allowed": ", ".join(_CLASSES)}
        yield "header.data_class", "not_allowed", N_("must be one of: %(allowed)s"), allowed
    days = header.get("retention_days")
    if isinstance(days, bool) or not isinstance(days, int) or days < 1:
        yield "header.retention_days", "not_allowed", N_("must be a number of days, at least 1"), {}


def _format(part: Format) -> Iterator[Broken]:
    known = formats.known()
    if part.name not in known:
        allowed = {"allowed": ", ".join(sorted(known))}
        yield "format.name", "unknown_format", N_("must be one of: %(allowed)s"), allowed
    if not usable(part.encoding):
        message = N_("there is no encoding %(name)s")
        yield "format.encoding", "unknown_encoding", message, {"name": part.encoding}
    if part.delimiter != AUTO and (len(part.delimiter) != 1 or part.delimiter in '"\r\n'):
        yield "format.delimiter", "not_allowed", N_("must be one character"), {}
    for name in ("rows", "sheet", "layer"):
        if getattr(part, name) == "":
            yield f"format.{name}", "missing", N_("is missing"), {}


def _identity(profile: Profile) -> Iterator[Broken]:
    if profile.identity.rule == "path" and not profile.identity.path:
        yield "identity.path", "missing", N_("is missing"), {}
    if profile.identity.rule == "content" and profile.identity.path:
        yield "identity.path", "not_allowed", N_("is not read when content is the identity"), {}
    if profile.identity.check and profile.identity.rule != "path":
        yield "identity.check", "not_allowed", N_("needs a path to an identifier"), {}
    if profile.version.rule == "path" and not profile.version.path:
        yield "version.path", "missing", N_("is missing"), {}


def _category(part: Coded, categories: Collection[str]) -> Iterator[Broken]:
    for code, key in (part.codes or {}).items():
        if key not in categories:
            message = N_("there is no category %(key)s")
            yield f"category.codes.{code}", "unknown_category", message, {"key": key}


def _severity(part: Severity | None) -> Iterator[Broken]:
    if part is None:
        return
    if sum(one is not None for one in (part.path, part.fixed, part.value)) != 1:
        message = N_("needs exactly one of a path, a measured value and a fixed one")
        yield "severity", "not_allowed", message, {}
    if not 0 < len(part.scale) <= _SCALE_LONGEST:
        yield "severity.scale", "not_allowed", N_("must have 1 to 64 characters"), {}
    message = N_("must be 1 (gravest) to 4")
    if part.fixed is not None and part.fixed not in _CLASSES_OF_SEVERITY:
        yield "severity.fixed", "out_of_range", message, {}
    for code, value in part.codes.items():
        if value is not None and value not in _CLASSES_OF_SEVERITY:
            yield f"severity.codes.{code}", "out_of_range", message, {}
    yield from _bands(part)


def _bands(part: Severity) -> Iterator[Broken]:
    if part.value is None:
        for name, given in (("unit", part.unit), ("bands", part.bands)):
            if given:
                yield f"severity.{name}", "not_allowed", N_("is not read without a value"), {}
        return
    if not part.bands:
        yield "severity.bands", "missing", N_("is missing"), {}
    for unit, bands in part.bands.items():
        least = [value for value, _ in bands]
        if not all(map(math.isfinite, least)) or len(set(least)) < len(least):
            message = N_("needs a least value of its own for each class")
            yield f"severity.bands.{unit}", "not_allowed", message, {}
        if any(grade not in _CLASSES_OF_SEVERITY for _, grade in bands):
            message = N_("must be 1 (gravest) to 4")
            yield f"severity.bands.{unit}", "out_of_range", message, {}


def _times(profile: Profile) -> Iterator[Broken]:
    if profile.occurred_at is None and profile.kind != "register":
        yield "occurred_at", "missing", N_("is missing; only registers have no occurrence"), {}
    until = profile.observed.until if profile.observed else None
    for name, part in (
        ("occurred_at", profile.occurred_at),
        ("reported_at", profile.reported_at),
        ("observed.until", until),
    ):
        if part is not None:
            yield from _time(name, part)


def _time(name: str, part: When) -> Iterator[Broken]:
    yield from _further_forms(name, part)
    if part.form in timeforms.EPOCHS:
        if part.zone is not None:
            message = N_("is not read: these numbers count from 1970 UTC")
            yield f"{name}.zone", "not_allowed", message, {}
        return
    if part.form != timeforms.ISO:
        if not timeforms.usable(part.form):
            message = N_(
                "must be epoch_s, epoch_ms, iso8601, chinese or name a day as strptime does"
            )
            yield f"{name}.form", "bad_form", message, {}
        if part.zone is None:
            yield f"{name}.zone", "missing", N_("is missing"), {}
    if part.zone is not None and not _is_zone(part.zone):
        message = N_("there is no time zone %(zone)s")
        yield f"{name}.zone", "unknown_zone", message, {"zone": part.zone}


def _further_forms(name: str, part: When) -> Iterator[Broken]:
    for place, form in enumerate(part.also):
        # A number could be meant in seconds or in days: it is never guessed.
        if form != timeforms.ISO and not timeforms.usable(form):
            yield f"{name}.also[{place}]", "bad_form", N_("must name a day as strptime does"), {}
    if (part.also or part.assumed_zone == "flagged") and part.zone is None:
        yield f"{name}.zone", "missing", N_("is missing"), {}


def _is_zone(name: str) -> bool:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        return False
    return True


def _fields(profile: Profile) -> Iterator[Broken]:
    names = [part.name for part in profile.attributes]
    for place, part in enumerate(profile.attributes):
        if not KEY.fullmatch(part.name) or names.count(part.name) > 1:
            message = N_("must be a key of its own: small letters, digits, underscores")
            yield f"attributes[{place}].name", "bad_key", message, {}
        yield from _attribute(f"attributes[{place}]", part)
    states = profile.upstream_state.codes if profile.upstream_state else None
    for code, state in (states or {}).items():
        if state not in _UPSTREAM:
            allowed = {"allowed": ", ".join(_UPSTREAM)}
            message = N_("must be one of: %(allowed)s")
            yield f"upstream_state.codes.{code}", "not_allowed", message, allowed
    if profile.operational and not profile.operational.values:
        yield "operational.values", "missing", N_("is missing"), {}


def _attribute(path: str, part: Attribute) -> Iterator[Broken]:
    kinds = {"codes": ("text", "texts"), "form": ("date",), "check": ("text",)}
    for name, types in kinds.items():
        if getattr(part, name) is not None and part.type not in types:
            message = N_("is only for the types: %(types)s")
            yield f"{path}.{name}", "not_allowed", message, {"types": ", ".join(types)}
    if part.form is not None and not timeforms.usable(part.form):
        yield f"{path}.form", "bad_form", N_("must name year, month and day as strptime does"), {}


def _paths(profile: Profile) -> Iterator[Broken]:
    for path in profile.ignored:
        if path in profile.paths:
            message = N_("%(path)s is both read and ignored")
            yield "ignored", "read_and_ignored", message, {"path": path}
    # The columns of a table have names, and no paths inside.
    for path in () if formats.tabular(profile.format.name) else profile.paths:
        if not _PATH.fullmatch(path):
            yield "", "bad_path", N_("%(path)s is no path"), {"path": path}


def _personal(profile: Profile) -> Iterator[Broken]:
    for place, one in enumerate(profile.personal):
        if one.kind not in KINDS:
            allowed = {"allowed": ", ".join(sorted(KINDS))}
            message = N_("must be one of: %(allowed)s")
            yield f"personal[{place}].kind", "not_allowed", message, allowed
    hidden = {one.path for one in profile.personal}
    for path in sorted(path for path in profile.open_paths if _within(path, hidden)):
        message = N_("%(path)s is personal and may not be read into the record as well")
        yield "personal", "personal_in_record", message, {"path": path}


def _within(path: str, others: Collection[str]) -> bool:
    """Whether a path names the same as one of others, holds it or lies inside it."""
    return any(
        long == short or long.startswith((f"{short}.", f"{short}["))
        for other in others
        for long, short in ((path, other), (other, path))
    )


def _bounds(profile: Profile) -> Iterator[Broken]:
    positive = {
        "limits.text": profile.limits.text,
        "limits.rows": profile.limits.rows,
        "limits.bytes": profile.limits.bytes,
        "window.past_days": profile.window.past_days,
        "window.late_days": profile.window.late_days,
        "silent_after_minutes": profile.silent_after_minutes,
        "timely_minutes": profile.timely_minutes,
    }
    for path, value in positive.items():
        if value is not None and value <= 0:
            yield path, "out_of_range", N_("must be greater than 0"), {}
    for path, least in (
        ("window.future_minutes", profile.window.future_minutes),
        ("rows_within_minutes", profile.rows_within_minutes),
    ):
        if least is not None and least < 0:
            yield path, "out_of_range", N_("must not be negative"), {}


def _devices(profile: Profile) -> Iterator[Broken]:
    part = profile.devices
    if part is None:
        return
    for name in ("offline_after_minutes", "forget_after_days"):
        if getattr(part, name) <= 0:
            yield f"devices.{name}", "out_of_range", N_("must be greater than 0"), {}
    if part.attribute is None:
        if profile.observed is None:
            yield "devices.attribute", "missing", N_("is missing"), {}
    elif part.attribute not in {one.name for one in profile.attributes}:
        message = N_("there is no attribute %(name)s")
        yield "devices.attribute", "not_allowed", message, {"name": part.attribute}
