"""OGC SensorThings 1.1: taking observations from a feed's key, and showing them.

The ids of datastreams are the sender's own. Only what is needed to push and to look is here;
things, sensors and locations are told with their datastream and registered by the city.
"""

from datetime import datetime
from typing import Any
from uuid import UUID

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.api.authentication import viewer_of_request
from core.errors import NotAllowed, NotFound, Refused, RuleBroken
from core.words import N_
from integration.api.deliveries import body_of
from integration.api.observation_shapes import (
    DatastreamPage,
    DatastreamShape,
    ObservationPage,
    ObservationShape,
    datastream_object,
    key_of,
    link,
    observation_object,
    place_of,
    self_link,
)
from integration.domain import reasons
from integration.models import Datastream
from integration.selectors import (
    datastream_by_key,
    datastreams_visible_to,
    feed_to_send,
    observation_at,
    observations_of,
)
from integration.services.sensorthings import (
    Noted,
    most_bytes_of,
    note_observation,
    note_observations,
)
from restapi import pages
from restapi.permissions import IsOfficerOrPartner
from restapi.reading import bad_value

__all__ = [
    "CreateObservationsView",
    "DatastreamView",
    "DatastreamsView",
    "ObservationView",
    "ObservationsOfView",
    "ObservationsView",
]

_TOP, _MOST = 100, 1000
_BODY = {"application/json": OpenApiTypes.OBJECT}
_FEED = OpenApiParameter("feed", str, description="Where several feeds have the same id")
_PAGE = [
    OpenApiParameter("$top", int, description="At most so many, 1 to 1000; 100 if not told"),
    OpenApiParameter("$skiptoken", str, description="As @iot.nextLink tells it"),
    _FEED,
]


class ObservationsView(APIView):
    """Observations."""

    permission_classes = [IsOfficerOrPartner]

    @extend_schema(
        operation_id="sta_create_observation",
        request=_BODY,
        responses={201: OpenApiResponse(ObservationShape, "Stored, or stored before: Location")},
    )
    def post(self, request: Request) -> Response:
        """Send one Observation with its `Datastream: {"@iot.id": …}`."""
        return _create(request, None)


class CreateObservationsView(APIView):
    """Many observations at once."""

    permission_classes = [IsOfficerOrPartner]

    @extend_schema(
        operation_id="sta_create_observations",
        request={"application/json": {"type": "array", "items": {"type": "object"}}},
        responses={201: {"type": "array", "items": {"type": "string"}}},
    )
    def post(self, request: Request) -> Response:
        """Send data arrays. The answer has a link for each row, or `error` for one that waits."""
        noted = note_observations(**_sent(request))
        told = ["error" if place is None else self_link(request, *place) for place in noted.places]
        return _answer(noted, told)


class ObservationView(APIView):
    """One observation."""

    permission_classes = [IsOfficerOrPartner]

    @extend_schema(operation_id="sta_observation", responses=ObservationShape)
    def get(self, request: Request, key: str) -> Response:
        """An observation by the id that its creation told."""
        pages.allowed(request.query_params.dict(), (), paged=False)
        place = place_of(key)
        if place is None:
            raise NotFound("not_found", N_("There is no such object, or you may not see it."))
        found = observation_at(viewer_of_request(request), *place)
        return Response(observation_object(request, found))


class DatastreamsView(APIView):
    """Datastreams."""

    permission_classes = [IsOfficerOrPartner]

    @extend_schema(operation_id="sta_datastreams", parameters=_PAGE, responses=DatastreamPage)
    def get(self, request: Request) -> Response:
        """The datastreams of the feeds whose rows the caller may know of, by id."""
        query = _query(request)
        top = _top(query)
        rows = datastreams_visible_to(viewer_of_request(request)).order_by("id")
        if query.get("feed"):
            rows = rows.filter(feed__key=query["feed"])
        if query.get("$skiptoken"):
            (last,) = pages.decode(query["$skiptoken"], [UUID])
            rows = rows.filter(id__gt=last)
        found = list(rows[: top + 1])
        shown = found[:top]
        following = [shown[-1].id] if len(found) > top else None
        values = [datastream_object(request, one) for one in shown]
        return Response(_page(request, query, values, following))


class DatastreamView(APIView):
    """One datastream."""

    permission_classes = [IsOfficerOrPartner]

    @extend_schema(operation_id="sta_datastream", parameters=[_FEED], responses=DatastreamShape)
    def get(self, request: Request, key: str) -> Response:
        """A datastream by its sender's id of it, a text in single quotes or a number."""
        query = pages.allowed(request.query_params.dict(), ("feed",), paged=False)
        return Response(datastream_object(request, _datastream(request, key, query)))


class ObservationsOfView(APIView):
    """The observations of one datastream."""

    permission_classes = [IsOfficerOrPartner]

    @extend_schema(operation_id="sta_observations_of", parameters=_PAGE, responses=ObservationPage)
    def get(self, request: Request, key: str) -> Response:
        """What a datastream showed, newest first."""
        query = _query(request)
        top = _top(query)
        datastream = _datastream(request, key, query)
        rows = observations_of(datastream)
        if query.get("$skiptoken"):
            (before,) = pages.decode(query["$skiptoken"], [datetime])
            rows = rows.filter(phenomenon_time__lt=before)
        found = list(rows[: top + 1])
        shown = found[:top]
        following = [shown[-1].phenomenon_time] if len(found) > top else None
        values = [observation_object(request, one) for one in shown]
        return Response(_page(request, query, values, following))

    @extend_schema(
        operation_id="sta_create_observation_of",
        request=_BODY,
        responses={201: OpenApiResponse(ObservationShape, "Stored, or stored before: Location")},
    )
    def post(self, request: Request, key: str) -> Response:
        """Send one Observation of the datastream in the address."""
        return _create(request, key_of(key))


def _create(request: Request, datastream: str | None) -> Response:
    noted = note_observation(datastream=datastream, **_sent(request))
    place = noted.places[0] if noted.places else None
    if place is None:
        raise _waits(noted)
    found = observation_at(viewer_of_request(request), *place)
    answer = _answer(noted, observation_object(request, found))
    answer["Location"] = self_link(request, *place)
    return answer


def _waits(noted: Noted) -> Refused | RuleBroken:
    """What the sender of one observation is told that went to quarantine."""
    told = noted.answer.body["problems"]
    code, field = (told[0]["code"], told[0]["field"]) if told else ("malformed_row", "")
    kind = Refused if code == "conflict" else RuleBroken
    message = reasons.MESSAGES[code]
    return kind(code, message, field=field, delivery=noted.answer.body["id"])


def _answer(noted: Noted, told: Any) -> Response:
    """201 also for what was stored before: devices know no other success."""
    answer = Response(told, 201)
    if noted.answer.replay:
        answer["Idempotent-Replay"] = "true"
    return answer


def _sent(request: Request) -> dict[str, Any]:
    """The feed of the partner's key, which must take SensorThings observations, and the body."""
    pages.allowed(request.query_params.dict(), (), paged=False)
    viewer = viewer_of_request(request)
    if viewer.kind != "partner":
        raise NotAllowed("not_allowed", N_("Observations are sent with the key of their feed."))
    feed = feed_to_send(viewer, viewer.feed_key or "")
    most = most_bytes_of(feed)
    if most is None:
        message = N_("The feed %(feed)s takes no SensorThings observations.")
        raise NotAllowed("not_sensorthings", message, feed=feed.key)
    return {
        "feed": feed,
        "body": body_of(request._request, most),
        "sender": viewer.actor,
        "content_encoding": request.headers.get("Content-Encoding", ""),
    }


def _query(request: Request) -> dict[str, str]:
    names = ("$top", "$skiptoken", "feed")
    return pages.allowed(request.query_params.dict(), names, paged=False)


def _top(query: dict[str, str]) -> int:
    text = query.get("$top", str(_TOP))
    if not (text.isascii() and text.isdigit() and len(text) <= 4 and 1 <= int(text) <= _MOST):
        raise bad_value("$top", text)
    return int(text)


def _datastream(request: Request, key: str, query: dict[str, str]) -> Datastream:
    viewer = viewer_of_request(request)
    return datastream_by_key(viewer, key_of(key), feed=query.get("feed", ""))


def _page(
    request: Request, query: dict[str, str], values: list[dict[str, Any]], following: Any
) -> dict[str, Any]:
    page: dict[str, Any] = {"value": values}
    if following is not None:
        page["@iot.nextLink"] = link(request, query, pages.encode(following))
    return page
