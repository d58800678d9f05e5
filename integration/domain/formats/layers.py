"""Layers of a geographic data set: tables of named columns and a geometry.

A row is kept as one flat JSON object, and released as a GeoJSON feature, which a feed of such a
format therefore takes as well. The geometry is GeoJSON under the name ``geometry``; where it is
not in WGS-84 it says its system (``crs``, GeoJSON of 2008).
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import msgspec
import pyproj

from core.coordinates import canonical_crs
from core.errors import BadInput
from integration.domain.formats import ndjson
from integration.domain.formats.geojson import features_of
from integration.domain.formats.headers import places_of
from integration.domain.geometries import in_wgs84
from integration.domain.profile import Format, GeojsonPosition, Profile
from integration.domain.rows import Broken, Chunk, Reason
from integration.domain.wkb import geometry_of

__all__ = [
    "NO_SHAPE",
    "SHAPE",
    "Row",
    "System",
    "alone",
    "chunk_of",
    "first_rows",
    "is_released",
    "read_released",
    "row_of",
    "shape_of_wkb",
]

SHAPE: Final = "geometry"
NO_SHAPE: Final = "?"
"""Stands for a geometry that is none."""

_LONGEST_LABEL = 64
_LONGEST_WKT = 1 << 16
_UNTOLD = ("undefined", "unknown", "unnamed")


@dataclass(frozen=True, slots=True)
class Row:
    """Values in the order of the header, the geometry last; why it cannot be read; its cut texts.

    ``code``: why the row cannot be used. ``cut``: names of columns whose text was cut off in the
    middle of a character.
    """

    values: Sequence[object]
    code: str = ""
    cut: Sequence[str] = ()


@dataclass(frozen=True)
class System:
    """The coordinate system of a layer: its label, None where nothing tells it."""

    label: str | None = None

    @classmethod
    def of_wkt(cls, text: str) -> "System":
        """The system that well-known text describes; an unknown one by the name it has there."""
        try:
            crs = pyproj.CRS.from_wkt(text[:_LONGEST_WKT])
            code = crs.to_epsg()
        except (pyproj.exceptions.CRSError, UnicodeError):
            return cls()
        if crs.name.lower().startswith(_UNTOLD):
            return cls()
        return cls.of_label(f"EPSG:{code}" if code else crs.name)

    @classmethod
    def of_label(cls, label: str) -> "System":
        """The system that a label names."""
        try:
            return cls(canonical_crs(label))
        except BadInput:
            return cls(label[:_LONGEST_LABEL] or None)

    def agreed(self, profile: Profile) -> "System":
        """The same, or for an untold one what the profile says of geometries that tell none."""
        position = profile.position
        own = position.crs if isinstance(position, GeojsonPosition) else None
        return System.of_label(own) if own and self.label is None else self

    @property
    def member(self) -> Mapping[str, object]:
        """What a geometry in this system has beside its type and coordinates."""
        if self.label == "WGS-84":
            return {}
        named = {"type": "name", "properties": {"name": self.label}} if self.label else None
        return {"crs": named}

    @property
    def reading(self) -> Mapping[str, str]:
        """What is stated of it."""
        return {"crs": self.label or ""}


def shape_of_wkb(data: bytes | None, system: System) -> object:
    """The GeoJSON geometry with its system; what is no geometry comes as a text that is none."""
    if data is None:
        return None
    try:
        return {**system.member, **geometry_of(data)}
    except ValueError:
        return NO_SHAPE


def chunk_of(
    header: Sequence[str],
    rows: Sequence[Row],
    first: int,
    profile: Profile,
    reading: Mapping[str, str],
) -> Chunk:
    """The chunk of rows whose first has the ordinal ``first``; BadInput ``header_mismatch``."""
    places = places_of(header, profile)
    codes = [one.code or _hidden(one.values) for one in rows]
    kept = [one for one, code in zip(rows, codes, strict=True) if not code]
    known = set(places.values())
    strict = profile.strict and len(header) > len(known)
    return Chunk(
        lines=[first + at for at, code in enumerate(codes) if not code],
        columns={path: [one.values[place] for one in kept] for path, place in places.items()},
        raw=lambda position: _raw(header, kept[position]),
        broken=[
            Broken(first + at, code, _raw(header, rows[at]))
            for at, code in enumerate(codes)
            if code
        ],
        unknown=range(len(kept)) if strict else (),
        reasons=[
            Reason(at, "cleaned_characters", name, False)
            for at, one in enumerate(kept)
            for name in one.cut
        ],
        reading=reading,
    )


def _hidden(values: Sequence[object]) -> str:
    found = any(isinstance(one, str) and "\x00" in one for one in values)
    return "control_characters" if found else ""


def _raw(header: Sequence[str], row: Row) -> bytes:
    return msgspec.json.encode(dict(zip(header, row.values, strict=True)))


def row_of(raw: bytes, profile: Profile) -> dict[str, object] | None:
    """The flat object of a row."""
    return ndjson.row_of(raw, profile)


def alone(row: Mapping[str, object], profile: Profile) -> bytes:
    """The row as a GeoJSON feature."""
    properties = {name: value for name, value in row.items() if name != SHAPE}
    feature = {"type": "Feature", "geometry": row.get(SHAPE), "properties": properties}
    return ndjson.alone(feature, profile)


def is_released(body: bytes) -> bool:
    """Whether the body is a feature as ``alone`` writes it, or several."""
    return body[:64].lstrip().startswith(b"{")


def read_released(body: bytes, profile: Profile) -> Iterator[Chunk]:
    """Chunks of GeoJSON features; see ``formats.read`` for what it raises."""
    first = 0
    for features in features_of(body, Format(name="geojson")):
        rows = [_flat(one) for one in features]
        header = list(dict.fromkeys(name for row in rows for name in row)) or [SHAPE]
        made = [
            Row([row.get(name) for name in header], "" if row else "malformed_row") for row in rows
        ]
        yield chunk_of(header, made, first, profile, {})
        first += len(rows)


def _flat(feature: Mapping[str, Any] | None) -> dict[str, object]:
    """Properties and geometry side by side; nothing for what is no feature."""
    if feature is None or not isinstance(feature.get("properties"), dict):
        return {}
    return {**feature["properties"], SHAPE: feature.get("geometry")}


def first_rows(header: Sequence[str], rows: Sequence[Row], most: int) -> list[dict[str, object]]:
    """The first readable rows as they are shown in a sample, in WGS-84 where that can be told."""
    found = [dict(zip(header, one.values, strict=True)) for one in rows if not one.code]
    return [{**one, SHAPE: in_wgs84(one[SHAPE])} for one in found[:most]]
