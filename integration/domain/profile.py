"""The feed profile: how the rows of one feed become records, as data.

A profile is checked as a whole: ``validate`` tells everything that is wrong with a document at
once, each fault with its path, a code and a message.
"""

from typing import Literal

from msgspec import Struct, field

__all__ = [
    "ArrayPosition",
    "Attribute",
    "Coded",
    "Devices",
    "Format",
    "GeojsonPosition",
    "Identity",
    "Limits",
    "Observed",
    "Operational",
    "PairPosition",
    "Personal",
    "PointPosition",
    "Position",
    "Profile",
    "Section",
    "Severity",
    "TextField",
    "TextPosition",
    "Version",
    "When",
    "Window",
]


class Section(Struct, frozen=True, kw_only=True):
    """A part of a profile; documents are turned into sections by ``profile_document``."""


class Format(Section, frozen=True, kw_only=True):
    """How the bytes are laid out; ``name`` is a file of ``domain/formats``.

    ``encoding`` and ``delimiter`` of texts: ``auto`` has them found out for each delivery.
    ``rows``: the path of the list of rows in a JSON or XML document. ``sheet`` of a workbook and
    ``layer`` of a GeoPackage: the first one without it.
    """

    name: str
    encoding: str = "utf-8"
    delimiter: str = ","
    rows: str | None = None
    sheet: str | None = None
    layer: str | None = None


class Identity(Section, frozen=True, kw_only=True):
    """Where a row's id stands, or ``content`` for sources without ids.

    ``check``: what kind of identifier the id is; a bad one is flagged. ``case``: of a source that
    writes the same id in small and in capital letters, which of the two is meant.
    """

    rule: Literal["path", "content"]
    path: str | None = None
    check: Literal["uscc", "organisation_code"] | None = None
    case: Literal["kept", "upper", "lower"] = "kept"


class Version(Section, frozen=True, kw_only=True):
    """What makes a newer content of the same id.

    ``path``: the row says so, by a number or a text that sorts (ISO times do). ``arrival``: what
    comes later is newer. ``immutable``: nothing may change.
    """

    rule: Literal["path", "arrival", "immutable"]
    path: str | None = None


class Coded(Section, frozen=True, kw_only=True):
    """A code and what it means here; without ``codes`` the text itself is the meaning."""

    path: str
    codes: dict[str, str] | None = None


class Severity(Section, frozen=True, kw_only=True):
    """The source's own scale on 1 (gravest) to 4, in one of three ways.

    ``path`` with ``codes``: the source names a class; null for a code that says none. ``value``,
    ``unit`` and ``bands``: it measures; of the bands of the row's unit, as (least value, class),
    the highest one reached counts. ``fixed``: it says nothing.
    """

    scale: str
    path: str | None = None
    codes: dict[str, int | None] = field(default_factory=dict)
    fixed: int | None = None
    value: str | None = None
    unit: str | None = None
    bands: dict[str, list[tuple[float, int]]] = field(default_factory=dict)

    @property
    def paths(self) -> list[str]:
        """The paths that are read."""
        return [path for path in (self.path, self.value, self.unit) if path]


class When(Section, frozen=True, kw_only=True):
    """A time: its form, see ``timeforms``, and the IANA zone of readings without an offset.

    ``also``: further forms, tried in order on what cannot be read in the first. ``assumed_zone``:
    whether a reading without an offset is as agreed, or to be flagged.
    """

    path: str
    form: str
    zone: str | None = None
    also: tuple[str, ...] = ()
    assumed_zone: Literal["agreed", "flagged"] = "agreed"


class Position(Section, frozen=True, kw_only=True):
    """What every position says, whatever its form.

    ``area``: whether it must lie in the city. ``shown_decimals``: decimals of degrees to which
    people are shown the place, None for all.
    """

    area: Literal["city", "any"] = "city"
    shown_decimals: int | None = None

    @property
    def paths(self) -> list[str]:
        """The paths that are read."""
        raise NotImplementedError  # every form knows its own


class PointPosition(Position, frozen=True, kw_only=True):
    """Two numbers in a coordinate system.

    The system is ``crs``, or where ``crs_path`` has a text what ``crs_codes`` says of it; without
    codes the text itself is the label. ``notation``: decimal degrees (or metres), or degrees,
    minutes and seconds. ``scale``: what both numbers are divided by.
    """

    crs: str | None = None
    crs_path: str | None = None
    crs_codes: dict[str, str] | None = None
    notation: Literal["degrees", "dms"] = "degrees"
    scale: float = 1.0

    def _and_system(self, *paths: str) -> list[str]:
        return [*paths, *([self.crs_path] if self.crs_path else [])]


class PairPosition(PointPosition, frozen=True, kw_only=True):
    """Two fields."""

    form: Literal["pair"]
    lon: str
    lat: str

    @property
    def paths(self) -> list[str]:
        """The paths that are read."""
        return self._and_system(self.lon, self.lat)


class ArrayPosition(PointPosition, frozen=True, kw_only=True):
    """One field with a list of two numbers."""

    form: Literal["array"]
    path: str
    order: Literal["lon_lat", "lat_lon"]

    @property
    def paths(self) -> list[str]:
        """The paths that are read."""
        return self._and_system(self.path)


class TextPosition(PointPosition, frozen=True, kw_only=True):
    """One field with both numbers in a text."""

    form: Literal["text"]
    path: str
    order: Literal["lon_lat", "lat_lon"]
    separator: str = ","

    @property
    def paths(self) -> list[str]:
        """The paths that are read."""
        return self._and_system(self.path)


class GeojsonPosition(Position, frozen=True, kw_only=True):
    """One field with a GeoJSON geometry, which is WGS-84 (RFC 7946).

    ``crs``: the system of geometries that do not tell their own and are no WGS-84 either, such as
    those of a shapefile without its .prj.
    """

    form: Literal["geojson"]
    path: str
    crs: str | None = None

    @property
    def paths(self) -> list[str]:
        """The paths that are read."""
        return [self.path]


class TextField(Section, frozen=True, kw_only=True):
    """A text that people read."""

    path: str


class Attribute(Section, frozen=True, kw_only=True):
    """A further field kept with the record under ``name``.

    ``codes``: the city's words for the source's, of a text or texts. ``form``: of a date, in the
    letters of strptime. ``check``: what kind of identifier a text is; a bad one is flagged.
    """

    path: str
    name: str
    type: Literal["text", "integer", "number", "boolean", "date", "texts", "json"] = "text"
    codes: dict[str, str] | None = None
    form: str | None = None
    check: Literal["uscc", "organisation_code"] | None = None


class Operational(Section, frozen=True, kw_only=True):
    """Where a row says whether it is meant in earnest, and the texts that mean so."""

    path: str
    values: list[str]


class Personal(Section, frozen=True, kw_only=True):
    """A personal field: sealed, never in a column.

    ``check``: what kind of identifier it is; a bad one is flagged, told by its field alone.
    """

    path: str
    kind: str
    check: Literal["resident_id", "phone", "plate", "uscc"] | None = None


class Observed(Section, frozen=True, kw_only=True):
    """What the rows of an observation feed say beside their time, which is ``occurred_at``.

    ``datastream``: where the key of the series stands. ``result``: the value; ``type`` says what
    it must be, ``any`` leaves it to the datastream's own type. ``until``: the end of the time it
    holds for. ``unknown``: what becomes of a row whose datastream nobody registered.
    """

    datastream: str
    result: str
    type: Literal["number", "text", "any"] = "any"
    until: When | None = None
    quality: str | None = None
    unknown: Literal["create", "quarantine"] = "quarantine"

    @property
    def paths(self) -> list[str]:
        """The paths that are read."""
        until = self.until and self.until.path
        return [path for path in (self.datastream, self.result, until, self.quality) if path]


class Devices(Section, frozen=True, kw_only=True):
    """How long one of the feed's devices may stay unheard while the feed itself is in contact.

    ``attribute``: the name of the attribute that tells the device; None, of observations: their
    datastream. A device that stays away for ``forget_after_days`` is no longer expected.
    """

    offline_after_minutes: int
    attribute: str | None = None
    forget_after_days: int = 30


class Window(Section, frozen=True, kw_only=True):
    """How far in the future and the past an occurrence may lie; None: any past.

    ``late_days``: a report that came longer after the occurrence is flagged; None: none is.
    """

    future_minutes: float = 10
    past_days: float | None = None
    late_days: float | None = None


class Limits(Section, frozen=True, kw_only=True):
    """Longest text (characters), most rows and bytes of one delivery."""

    text: int = 2000
    rows: int = 200_000
    bytes: int = 64 * 1024 * 1024


class Profile(Section, frozen=True, kw_only=True):
    """A whole profile. ``header`` is what the law wants known about the feed.

    ``rows_within_minutes``: how often a sender in contact should have new rows, 0: any time, None:
    as ``silent_after_minutes``. ``timely_minutes``: how soon after its report (its occurrence,
    where none is told) a record should be here. ``observed``: of observations, which have no
    category and no id of their own.
    """

    key: str
    name_zh: str
    name_en: str
    organisation: str
    kind: Literal["event", "register", "alarm", "warning", "observation"]
    origin: Literal["reported", "sensed", "patrol", "inspection"]
    header: dict[str, object]
    format: Format
    identity: Identity
    version: Version
    category: Coded
    severity: Severity | None = None
    occurred_at: When | None = None
    reported_at: When | None = None
    observed: Observed | None = None
    position: PairPosition | ArrayPosition | TextPosition | GeojsonPosition | None = None
    address: TextField | None = None
    summary: TextField | None = None
    upstream_state: Coded | None = None
    operational: Operational | None = None
    attributes: tuple[Attribute, ...] = ()
    personal: tuple[Personal, ...] = ()
    ignored: tuple[str, ...] = ()
    strict: bool = False
    window: Window = Window()
    limits: Limits = Limits()
    silent_after_minutes: int | None = None
    rows_within_minutes: int | None = None
    devices: Devices | None = None
    timely_minutes: float | None = None

    @property
    def open_paths(self) -> frozenset[str]:
        """Every path whose values may go into columns of the record."""
        parts = (
            self.identity,
            self.version,
            self.category,
            self.occurred_at,
            self.reported_at,
            self.address,
            self.summary,
            self.upstream_state,
            self.operational,
            *self.attributes,
        )
        found = {part.path for part in parts if part is not None and part.path}
        found.update(self.observed.paths if self.observed else ())
        found.update(self.severity.paths if self.severity else ())
        found.update(self.position.paths if self.position else ())
        return frozenset(found)

    @property
    def paths(self) -> tuple[str, ...]:
        """Every path that is read, sorted, each once; ``ignored`` ones are not read."""
        return tuple(sorted(self.open_paths | {part.path for part in self.personal}))
