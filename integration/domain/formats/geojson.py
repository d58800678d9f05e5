"""GeoJSON (RFC 7946): a collection of features, one feature, one a line, or an RFC 8142 sequence.

A row is a feature: ``id``, ``geometry`` and what stands in ``properties``. Without a ``crs``
member coordinates are WGS-84. One from the days before RFC 7946 is honoured: the geometries of
its rows carry it on, as that form of GeoJSON allowed.
"""

import dataclasses
from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from typing import Any, Final

import msgspec

from core.coordinates import canonical_crs
from core.errors import BadInput
from core.words import N_
from integration.domain import formats
from integration.domain.formats import ndjson
from integration.domain.formats.elements import batches, located, value_end
from integration.domain.formats.encoding import AUTO
from integration.domain.formats.json_rows import chunk_of, decoded, object_of, recoded
from integration.domain.geometries import crs_label, in_wgs84
from integration.domain.profile import Format, Profile
from integration.domain.rows import Chunk

__all__ = ["NAME", "RANK", "alone", "features_of", "read", "recognise", "row_of", "sample"]

NAME = "geojson"
RANK = 20

_SPACE = b" \t\r\n"
_SEPARATOR = b"\x1e"  # RFC 8142
_SHAPE = "geometry"
_LONGEST_LABEL = 64
_NO_CRS: Final = msgspec.UNSET


class _Kind(msgspec.Struct):
    """What a document or feature says of itself."""

    type: str = ""
    crs: Any = _NO_CRS


@dataclasses.dataclass(frozen=True)
class _Layout:
    """Features in batches, whether each stood apart, and the ``crs`` of all of them."""

    features: Iterator[list[bytes]]
    apart: bool = False
    crs: object = _NO_CRS


def alone(row: Mapping[str, object], profile: Profile) -> bytes:
    """A collection of the one feature, in the coordinate system that it names."""
    feature = {"type": "Feature", **row}
    around: dict[str, object] = {"type": "FeatureCollection", "features": [feature]}
    if "crs" in feature:
        around["crs"] = feature.pop("crs")
    return recoded(ndjson.alone(around, profile), profile.format)


def row_of(raw: bytes, profile: Profile) -> dict[str, object] | None:
    """The feature; numbers that JSON does not know stay texts."""
    return ndjson.row_of(raw, profile)


def read(body: bytes, profile: Profile) -> Iterator[Chunk]:
    """Chunks of at most ``CHUNK_ROWS`` features; see ``formats.read`` for what it raises.

    Also BadInput ``malformed_file`` for what is no JSON or no features.
    """
    document, clean, reading = decoded(body, profile.format)
    layout = _layout(document)
    if layout.crs is not _NO_CRS:
        reading = {**reading, "crs": _told(layout.crs)}
    first = 0
    for features in layout.features:
        chunk = chunk_of(
            features,
            first,
            profile,
            clean=clean,
            reading=reading,
            apart=layout.apart,
            too_large="geometry_too_large",
        )
        yield _located(chunk, layout.crs)
        first += len(features)


def _layout(document: bytes) -> _Layout:
    text = document.strip(_SPACE)
    if text.startswith(_SEPARATOR):
        return _Layout(_parts(text, _SEPARATOR), apart=True)
    if not text.startswith(b"{"):
        raise _no_features()
    if value_end(text, 0) < len(text):
        return _Layout(_parts(text, b"\n"), apart=True)
    if _kind(text).type == "Feature":
        return _Layout(iter([[text]]))
    place = located(text, "features")
    if place.frame.get("type") != "FeatureCollection":
        raise _no_features()
    return _Layout(batches(text, place), crs=place.frame.get("crs", _NO_CRS))


def _no_features() -> BadInput:
    message = N_("The delivery is no GeoJSON: neither a FeatureCollection nor Features.")
    return BadInput("malformed_file", message)


def _parts(text: bytes, separator: bytes) -> Iterator[list[bytes]]:
    """The features between separators, in batches."""
    found = _split(text, separator)
    while batch := list(islice(found, formats.CHUNK_ROWS)):
        yield batch


def _split(text: bytes, separator: bytes) -> Iterator[bytes]:
    start = 0
    while start < len(text):
        end = text.find(separator, start)
        end = len(text) if end < 0 else end
        if part := text[start:end].strip(_SPACE):
            yield part
        start = end + 1


def _located(chunk: Chunk, crs: object) -> Chunk:
    """The chunk with its coordinate system in each geometry, and in each row that is kept."""
    told = [_own(chunk.raw(place), crs) for place in range(len(chunk.lines))]
    if all(one is _NO_CRS for one in told):
        return chunk
    columns: dict[str, Sequence[object]] = dict(chunk.columns)
    if _SHAPE in columns:
        columns[_SHAPE] = [
            {"crs": one, **shape} if isinstance(shape, dict) and one is not _NO_CRS else shape
            for one, shape in zip(told, columns[_SHAPE], strict=True)
        ]

    def raw(position: int) -> bytes:
        feature, own = chunk.raw(position), told[position]
        if crs is _NO_CRS or own is not crs:
            return feature
        return b'{"crs":%s,%s' % (msgspec.json.encode(crs), feature[1:])

    return dataclasses.replace(chunk, columns=columns, raw=raw)


def _own(feature: bytes, crs: object) -> object:
    """The ``crs`` of a feature, or that of all."""
    own = _kind(feature).crs if b'"crs"' in feature else _NO_CRS
    return crs if own is _NO_CRS else own


def _kind(text: bytes) -> _Kind:
    try:
        return msgspec.json.decode(text, type=_Kind)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return _Kind()


def _told(crs: object) -> str:
    """The name of a coordinate system, as the city knows it or as it came."""
    label = crs_label(crs)
    try:
        return canonical_crs(label)
    except BadInput:
        return label[:_LONGEST_LABEL]


def recognise(body: bytes) -> Format | None:
    """A collection with features, or features apart."""
    try:
        document, _, reading = decoded(body, Format(name=NAME, encoding=AUTO))
        first = next(_layout(document).features, [])
    except BadInput:
        return None
    found = [object_of(one) for one in first[:10]]
    kinds = {one.get("type") for one in found if one is not None}
    return Format(name=NAME, encoding=reading["encoding"]) if kinds == {"Feature"} else None


def sample(body: bytes, layout: Format, most: int) -> list[dict[str, object]]:
    """The first features, in WGS-84 where that can be told."""
    found: list[dict[str, object]] = []
    for features in features_of(body, layout):
        found += [one for one in features[: most * 2] if one is not None]
        if len(found) >= most:
            break
    return [{**one, _SHAPE: in_wgs84(one.get(_SHAPE))} for one in found[:most]]


def features_of(body: bytes, layout: Format) -> Iterator[list[dict[str, Any] | None]]:
    """The features in batches, None for what is none, their coordinate system in each geometry.

    Raises BadInput as ``read``.
    """
    document, _, _ = decoded(body, layout)
    found = _layout(document)
    for features in found.features:
        yield [_carrying(object_of(one), found.crs) for one in features]


def _carrying(row: dict[str, Any] | None, crs: object) -> dict[str, Any] | None:
    """The feature with its coordinate system in its geometry."""
    if row is None:
        return None
    own, shape = row.get("crs", crs), row.get(_SHAPE)
    if own is _NO_CRS or not isinstance(shape, dict):
        return row
    return {**row, _SHAPE: {"crs": own, **shape}}
