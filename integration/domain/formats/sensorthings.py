"""OGC SensorThings 1.1 (18-088): observations, one alone, in lists, or in data arrays.

Understood are an Observation, a list of them, what ``CreateObservations`` takes (a Datastream, the
names of ``components`` and a ``dataArray`` of rows), and either inside ``value``. Rows offer the
paths ``datastream`` (its ``@iot.id``), ``phenomenonTime`` and, of an interval, ``phenomenonEnd``,
``resultTime``, ``result``, ``resultQuality``, ``validTime`` and ``parameters`` (``parameters.x``).
Everything else of an Observation is passed over.
"""

import re
from collections.abc import Iterator, Mapping
from datetime import datetime
from itertools import chain, islice
from typing import Any

import msgspec
from msgspec import Raw

from core.errors import BadInput
from core.words import N_
from integration.domain.formats import CHUNK_ROWS, elements, ndjson
from integration.domain.formats.json_rows import chunk_of, decoded, object_of
from integration.domain.formats.ndjson import row_of
from integration.domain.profile import Format, Profile
from integration.domain.rows import Chunk

__all__ = ["NAME", "addressed", "alone", "read", "recognise", "row_of", "sample"]

NAME = "sensorthings"
RANK = 15

_HEAD = 1 << 16  # bytes looked at
_ID = "@iot.id"
_DATASTREAM = "datastream"
_TIME, _END = "phenomenonTime", "phenomenonEnd"
_MEMBERS = ("resultTime", "result", "resultQuality", "validTime", "parameters")
_COMPONENTS = frozenset((_TIME, *_MEMBERS))
_INTERVAL = re.compile(rb'"([^"\\/]{1,64})/([^"\\/]{1,64})"')
_members = msgspec.json.Decoder(dict[str, Raw]).decode
_names = msgspec.json.Decoder(list[str]).decode
_values = msgspec.json.Decoder(list[Raw]).decode
_BAD = (msgspec.MsgspecError, RecursionError, UnicodeDecodeError)

Members = Mapping[str, Any]


def alone(row: Mapping[str, object], profile: Profile) -> bytes:
    """The row as one Observation."""
    told = dict(row)
    if _DATASTREAM in told:
        told["Datastream"] = {_ID: told.pop(_DATASTREAM)}
    begin, end = told.get(_TIME), told.get(_END)
    if isinstance(begin, str) and isinstance(end, str):
        told[_TIME] = f"{begin}/{end}"
    told.pop(_END, None)
    return ndjson.alone(told, profile)


def read(body: bytes, profile: Profile) -> Iterator[Chunk]:
    """The observations of a delivery; see ``formats.read`` for what it raises."""
    document, clean, reading = decoded(body, profile.format)
    rows, first = _rows(document), 0
    while batch := list(islice(rows, CHUNK_ROWS)):
        yield chunk_of(batch, first, profile, clean=clean, reading=reading)
        first += len(batch)


def recognise(body: bytes) -> Format | None:
    """The layout of a body that holds observations."""
    begun = body[:_HEAD].lstrip(b"\xef\xbb\xbf \t\r\n")
    if not begun.startswith((b"[", b"{")):
        return None
    array = b'"dataArray"' in begun and b'"components"' in begun
    single = b'"result"' in begun and (b'"phenomenonTime"' in begun or b'"@iot.id"' in begun)
    return Format(name=NAME) if array or single else None


def sample(body: bytes, layout: Format, most: int) -> list[dict[str, object]]:
    """The first observations."""
    document, _, _ = decoded(body, layout)
    found = (object_of(one) for one in islice(_rows(document), most * 2))
    return [one for one in found if one is not None][:most]


def addressed(body: bytes, *, datastream: str | None, at: datetime) -> bytes:
    """One Observation with what its sender left to the address and to the clock.

    ``datastream``: the key in the address, which the body need not repeat. ``at``: the time of an
    Observation that tells none (18-088: the service's own). Raises BadInput ``malformed_file`` for
    a body that is no object.
    """
    document, _, _ = decoded(body, Format(name=NAME))
    try:
        told = _members(document)
    except _BAD:
        raise _no_observation() from None
    missing: dict[str, object] = {}
    if datastream is not None:
        missing["Datastream"] = {_ID: datastream}
    if _empty(told.get(_TIME)):
        missing[_TIME] = at.isoformat()
    return msgspec.json.encode({**told, **missing}) if missing else body


def _empty(value: Raw | None) -> bool:
    return value is None or bytes(value) in (b"null", b'""')


def _rows(document: bytes) -> Iterator[bytes]:
    """Each observation as an object of JSON."""
    text = document.strip(b" \t\r\n")
    path = None
    if text.startswith(b"{"):
        if not elements.has_list(text, "value"):
            elements.value_end(text, 0)  # or it is no JSON
            return _element(text)
        path = "value"
    elif not text.startswith(b"["):
        raise _no_observation()
    batches = elements.batches(text, elements.located(text, path))
    return chain.from_iterable(_element(one) for batch in batches for one in batch)


def _element(element: bytes) -> Iterator[bytes]:
    """The observations of an Observation or of a data array."""
    try:
        told = _members(element)
    except _BAD:
        yield element  # the reader of rows says what is wrong with it
        return
    if "dataArray" in told:
        yield from _of_array(told)
    elif _DATASTREAM in told:
        yield element  # a row as it is kept here
    else:
        yield _observation(told)


def _of_array(told: Members) -> Iterator[bytes]:
    try:
        names = _names(bytes(told.get("components", b"")))
    except _BAD:
        names = []
    rows = bytes(told["dataArray"])
    if not names or not rows.startswith(b"["):
        message = N_("A data array needs its components and its rows. Correct it and resend.")
        raise BadInput("malformed_file", message, status=422)
    shared = {"Datastream": told["Datastream"]} if "Datastream" in told else {}
    for batch in elements.batches(rows, elements.located(rows, None)):
        for row in batch:
            yield _array_row(row, names, shared)


def _array_row(row: bytes, names: list[str], shared: Members) -> bytes:
    """A row of a data array; one of another length stays as it is, and so is no object."""
    try:
        values = _values(row)
    except _BAD:
        return row
    if len(values) != len(names):
        return row
    told = {name: one for name, one in zip(names, values, strict=True) if name in _COMPONENTS}
    return _observation({**told, **shared})


def _observation(told: Members) -> bytes:
    row: dict[str, Any] = {name: told[name] for name in _MEMBERS if name in told}
    if "Datastream" in told:
        row[_DATASTREAM] = _id_of(told["Datastream"])
    if _TIME in told:
        time = bytes(told[_TIME])
        interval = _INTERVAL.fullmatch(time)
        row[_TIME] = told[_TIME] if interval is None else interval[1].decode()
        if interval is not None:
            row[_END] = interval[2].decode()
    return msgspec.json.encode(row)


def _id_of(reference: Raw) -> Raw | None:
    """The id in ``{"@iot.id": …}``."""
    try:
        found: Raw | None = _members(bytes(reference)).get(_ID)
    except _BAD:
        return None
    return found


def _no_observation() -> BadInput:
    message = N_("The delivery is no SensorThings observation, nor a list of them.")
    return BadInput("malformed_file", message)
