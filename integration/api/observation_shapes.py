"""What the SensorThings door shows of datastreams and observations, and its addresses."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import quote, urlencode, urlsplit
from uuid import UUID

from django.urls import reverse
from drf_spectacular.utils import inline_serializer
from rest_framework import serializers
from rest_framework.request import Request

from integration.api.shapes import instant
from integration.models import Datastream, Observation

__all__ = [
    "DatastreamPage",
    "DatastreamShape",
    "ObservationPage",
    "ObservationShape",
    "datastream_object",
    "key_of",
    "link",
    "observation_id",
    "observation_object",
    "place_of",
    "self_link",
]

_PLACE = re.compile(r"([0-9a-f]{32})-(-?\d{1,18})", re.ASCII)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_LONGEST_NUMBER = 15  # digits that every reader of JSON keeps


def key_of(text: str) -> str:
    """The id in an address: a number, or a text in single quotes, in which they are doubled."""
    if len(text) >= 2 and text.startswith("'") and text.endswith("'"):
        return text[1:-1].replace("''", "'")
    return text


def place_of(text: str) -> tuple[UUID, datetime] | None:
    """The datastream and the instant in the id of an observation; None for what is no id."""
    found = _PLACE.fullmatch(key_of(text))
    if found is None:
        return None
    try:
        return UUID(found[1]), _EPOCH + int(found[2]) * _MICROSECOND
    except OverflowError:
        return None


def _id(datastream: UUID, at: datetime) -> str:
    return f"{datastream.hex}-{(at - _EPOCH) // _MICROSECOND}"


def observation_id(one: Observation) -> str:
    """The id by which an observation is addressed."""
    return _id(one.datastream_id, one.phenomenon_time)


def _key(datastream: Datastream) -> int | str:
    """The id as its sender wrote it: a number where it is one."""
    key = datastream.key
    plain = key.isascii() and key.isdigit() and len(key) <= _LONGEST_NUMBER
    return int(key) if plain and str(int(key)) == key else key


def _absolute(request: Request, name: str, key: int | str) -> str:
    told = str(key) if isinstance(key, int) else "'" + key.replace("'", "''") + "'"
    address = reverse(name, args=["-"]).replace("(-)", f"({quote(told, safe='')})")
    return request.build_absolute_uri(address)


def self_link(request: Request, datastream: UUID, at: datetime) -> str:
    """The address of an observation."""
    return _absolute(request, "sta_observation", _id(datastream, at))


def link(request: Request, query: dict[str, str], token: str) -> str:
    """This request's address with a token for the next page."""
    parts = urlsplit(request.build_absolute_uri())
    told = urlencode({**query, "$skiptoken": token}, safe="$")
    return f"{parts.scheme}://{parts.netloc}{parts.path}?{told}"


def datastream_object(request: Request, one: Datastream) -> dict[str, Any]:
    """A Datastream with what is known of its thing, its sensor and its property."""
    key = _key(one)
    shaped: dict[str, Any] = {
        "@iot.id": key,
        "@iot.selfLink": _absolute(request, "sta_datastream", key),
        "name": one.name or one.key,
        "description": one.description,
        "observationType": one.observation_type,
        "unitOfMeasurement": {"name": one.unit_name, "symbol": one.unit, "definition": ""},
        "properties": {**one.properties, "feed": one.feed.key, "registered": one.registered},
        "Thing": {"name": one.thing},
        "Sensor": {"name": one.sensor},
        "ObservedProperty": {"name": one.observed_property},
        "Observations@iot.navigationLink": _absolute(request, "sta_observations_of", key),
    }
    if one.lon is not None and one.lat is not None:
        shaped["observedArea"] = {"type": "Point", "coordinates": [one.lon, one.lat]}
    return shaped


def observation_object(request: Request, one: Observation) -> dict[str, Any]:
    """An Observation; it comes with its datastream."""
    of = one.datastream
    end = one.phenomenon_end
    begin = instant(one.phenomenon_time)
    return {
        "@iot.id": observation_id(one),
        "@iot.selfLink": self_link(request, of.id, one.phenomenon_time),
        "phenomenonTime": begin if end is None else f"{begin}/{instant(end)}",
        "resultTime": instant(one.result_time),
        "result": _result(one, of),
        "resultQuality": one.quality or None,
        "parameters": one.parameters or {},
        "Datastream@iot.navigationLink": _absolute(request, "sta_datastream", _key(of)),
    }


def _result(one: Observation, of: Datastream) -> object:
    if one.text is None:
        return one.number
    if one.number is not None:  # a whole number that has no float of its own
        return int(one.text)
    truth = of.observation_type.endswith("OM_TruthObservation")
    return one.text == "true" if truth and one.text in ("true", "false") else one.text


_LINK = serializers.CharField()
_ANY = serializers.JSONField()
DatastreamShape = inline_serializer(
    "StaDatastream",
    {
        "@iot.id": _ANY,
        "@iot.selfLink": _LINK,
        "name": serializers.CharField(),
        "description": serializers.CharField(),
        "observationType": serializers.CharField(),
        "unitOfMeasurement": serializers.DictField(child=serializers.CharField()),
        "observedArea": serializers.JSONField(required=False),
        "properties": serializers.DictField(),
        "Thing": serializers.DictField(),
        "Sensor": serializers.DictField(),
        "ObservedProperty": serializers.DictField(),
        "Observations@iot.navigationLink": _LINK,
    },
)
ObservationShape = inline_serializer(
    "StaObservation",
    {
        "@iot.id": serializers.CharField(),
        "@iot.selfLink": _LINK,
        "phenomenonTime": serializers.CharField(help_text="An instant, or two of them and a slash"),
        "resultTime": serializers.DateTimeField(allow_null=True),
        "result": _ANY,
        "resultQuality": serializers.CharField(allow_null=True),
        "parameters": serializers.DictField(),
        "Datastream@iot.navigationLink": _LINK,
    },
)
_NEXT = serializers.CharField(required=False)
DatastreamPage = inline_serializer(
    "StaDatastreams", {"value": DatastreamShape.__class__(many=True), "@iot.nextLink": _NEXT}
)
ObservationPage = inline_serializer(
    "StaObservations", {"value": ObservationShape.__class__(many=True), "@iot.nextLink": _NEXT}
)
