"""What must hold between the parts of a profile, beyond their types."""

import codecs
import re
from collections.abc import Collection, Iterator, Mapping
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from core.coordinates import canonical_crs
from core.errors import BadInput
from core.words import N_
from integration.domain import formats, timeforms
from integration.domain.profile import Coded, Format, Profile, Severity, When
from privacy.domain.masks import KINDS

__all__ = ["broken_rules"]

Broken = tuple[str, str, str, Mapping[str, object]]  # path, code, message, detail
_KEY = re.compile(r"[a-z][a-z0-9_]{1,63}")
_CLASSES = ("general", "important", "core")
_UPSTREAM_LONGEST = 20
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
        *_position(profile),
        *_fields(profile),
        *_personal(profile),
        *_bounds(profile),
    ]


def _names(profile: Profile, organisations: Collection[str]) -> Iterator[Broken]:
    if not _KEY.fullmatch(profile.key):
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
    try:
        codecs.lookup(part.encoding)
    except LookupError:
        message = N_("there is no encoding %(name)s")
        yield "format.encoding", "unknown_encoding", message, {"name": part.encoding}
    if len(part.delimiter) != 1 or part.delimiter in '"\r\n':
        yield "format.delimiter", "not_allowed", N_("must be one character"), {}


def _identity(profile: Profile) -> Iterator[Broken]:
    if profile.identity.rule == "path" and not profile.identity.path:
        yield "identity.path", "missing", N_("is missing"), {}
    if profile.identity.rule == "content" and profile.identity.path:
        yield "identity.path", "not_allowed", N_("is not read when content is the identity"), {}
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
    if (part.path is None) == (part.fixed is None):
        yield "severity", "not_allowed", N_("needs either a path or a fixed value"), {}
    if not 0 < len(part.scale) <= _SCALE_LONGEST:
        yield "severity.scale", "not_allowed", N_("must have 1 to 64 characters"), {}
    message = N_("must be 1 (gravest) to 4")
    if part.fixed is not None and part.fixed not in (1, 2, 3, 4):
        yield "severity.fixed", "out_of_range", message, {}
    for code, value in part.codes.items():
        if value not in (1, 2, 3, 4):
            yield f"severity.codes.{code}", "out_of_range", message, {}


def _times(profile: Profile) -> Iterator[Broken]:
    if profile.occurred_at is None and profile.kind != "register":
        yield "occurred_at", "missing", N_("is missing; only registers have no occurrence"), {}
    for name, part in (("occurred_at", profile.occurred_at), ("reported_at", profile.reported_at)):
        if part is not None:
            yield from _time(name, part)


def _time(name: str, part: When) -> Iterator[Broken]:
    try:
        ZoneInfo(part.zone)
    except (ZoneInfoNotFoundError, ValueError):
        yield (
            f"{name}.zone",
            "unknown_zone",
            N_("there is no time zone %(zone)s"),
            {"zone": part.zone},
        )
    if not timeforms.usable(part.form):
        yield f"{name}.form", "bad_form", N_("must name year, month and day as strptime does"), {}


def _position(profile: Profile) -> Iterator[Broken]:
    if profile.position is None:
        return
    try:
        canonical_crs(profile.position.crs)
    except BadInput as error:
        yield "position.crs", error.code, error.message, error.detail


def _fields(profile: Profile) -> Iterator[Broken]:
    names = [part.name for part in profile.attributes]
    for place, part in enumerate(profile.attributes):
        if not _KEY.fullmatch(part.name) or names.count(part.name) > 1:
            message = N_("must be a key of its own: small letters, digits, underscores")
            yield f"attributes[{place}].name", "bad_key", message, {}
    for path in profile.ignored:
        if path in profile.paths:
            message = N_("%(path)s is both read and ignored")
            yield "ignored", "read_and_ignored", message, {"path": path}
    states = profile.upstream_state.codes if profile.upstream_state else None
    for code, state in (states or {}).items():
        if not 0 < len(state) <= _UPSTREAM_LONGEST:
            message = N_("must have 1 to 20 characters")
            yield f"upstream_state.codes.{code}", "too_long", message, {}


def _personal(profile: Profile) -> Iterator[Broken]:
    for place, one in enumerate(profile.personal):
        if one.kind not in KINDS:
            allowed = {"allowed": ", ".join(sorted(KINDS))}
            yield (
                f"personal[{place}].kind",
                "not_allowed",
                N_("must be one of: %(allowed)s"),
                allowed,
            )
    for path in sorted(_open_paths(profile) & {one.path for one in profile.personal}):
        message = N_("%(path)s is personal and may not be read into the record as well")
        yield "personal", "personal_in_record", message, {"path": path}


def _open_paths(profile: Profile) -> set[str]:
    """The paths whose values go into columns of the record."""
    parts = (profile.category, profile.severity, profile.address, profile.summary)
    paths = {part.path for part in parts if part and part.path}
    paths |= {part.path for part in profile.attributes}
    return paths | {path for path in (profile.identity.path, profile.version.path) if path}


def _bounds(profile: Profile) -> Iterator[Broken]:
    positive = {
        "limits.text": profile.limits.text,
        "limits.rows": profile.limits.rows,
        "limits.bytes": profile.limits.bytes,
        "window.past_days": profile.window.past_days,
        "silent_after_minutes": profile.silent_after_minutes,
    }
    for path, value in positive.items():
        if value is not None and value <= 0:
            yield path, "out_of_range", N_("must be greater than 0"), {}
    if profile.window.future_minutes < 0:
        yield "window.future_minutes", "out_of_range", N_("must not be negative"), {}
