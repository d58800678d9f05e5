"""Pushing deliveries, and reading what became of them."""

from typing import Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.api.authentication import viewer_of_request
from accounts.domain import Viewer
from core.errors import BadInput, NotFound
from core.words import N_
from integration import services
from integration.api.reading import moment
from integration.api.shapes import (
    DeliveryShape,
    ProblemShape,
    answer_object,
    delivery_object,
    instant,
    problem_object,
)
from integration.models import Delivery, Feed, Problem
from integration.problem_files import PROBLEM_FILES, problems_file
from integration.selectors import (
    deliveries_visible_to,
    feed_by_key,
    feed_to_send,
    most_bytes,
    problems_visible_to,
)
from restapi import pages
from restapi.downloads import download
from restapi.permissions import IsOfficerOrPartner
from restapi.reading import flag, object_id

__all__ = ["DeliveriesView", "DeliveryView", "HeartbeatView", "ProblemsView", "body_of"]

_LONGEST_KEY = 200
_PIECE = 1 << 20
_FLAGS = [
    OpenApiParameter("dry_run", OpenApiTypes.BOOL, description="Answer and store nothing"),
    OpenApiParameter("exercise", OpenApiTypes.BOOL, description="Mark everything as exercise"),
    OpenApiParameter("Idempotency-Key", str, OpenApiParameter.HEADER),
]
_SPAN = [
    OpenApiParameter("from", OpenApiTypes.DATETIME, description="Instant, or day of the city"),
    OpenApiParameter("to", OpenApiTypes.DATETIME, description="Instant, or day of the city"),
]


class DeliveriesView(APIView):
    """The deliveries of one feed."""

    permission_classes = [IsOfficerOrPartner]

    @extend_schema(
        operation_id="deliver",
        request={"application/octet-stream": OpenApiTypes.BINARY},
        parameters=_FLAGS,
        responses={200: DeliveryShape, 201: DeliveryShape},
    )
    def post(self, request: Request, feed: str) -> Response:
        """Send a delivery: the partner's bytes as they are, decoded by the feed's profile."""
        viewer = viewer_of_request(request)
        query = request.query_params.dict()
        found = feed_to_send(viewer, feed)
        key = request.headers.get("Idempotency-Key", "").strip()
        if len(key) > _LONGEST_KEY:
            message = N_("An Idempotency-Key has at most %(most)s characters.")
            raise BadInput("bad_idempotency_key", message, most=_LONGEST_KEY)
        _refuse_forms(request)
        answer = services.receive(
            feed_key=found.key,
            feed=found,
            body=body_of(request._request, most_bytes(found)),
            sender=viewer.actor,
            content_encoding=request.headers.get("Content-Encoding", ""),
            charset=(request._request.content_params or {}).get("charset", ""),
            idempotency_key=key or None,
            exercise=bool(flag(query, "exercise")),
            dry_run=bool(flag(query, "dry_run")),
        )
        response = Response(answer_object(answer.body), answer.status)
        if answer.replay:
            response["Idempotent-Replay"] = "true"
        return response

    @extend_schema(operation_id="deliveries", parameters=_SPAN, responses=DeliveryShape(many=True))
    def get(self, request: Request, feed: str) -> Response:
        """The deliveries of the feed, newest first."""
        query = pages.allowed(request.query_params.dict(), ("from", "to"))
        found = feed_by_key(viewer_of_request(request), feed)
        deliveries = deliveries_visible_to(viewer_of_request(request)).filter(feed=found)
        since, until = moment(query, "from"), moment(query, "to")
        if since:
            deliveries = deliveries.filter(received_at__gte=since)
        if until:
            deliveries = deliveries.filter(received_at__lt=until)
        page = pages.newest_first(
            deliveries,
            column="received_at",
            cursor=query.get("cursor"),
            limit=pages.read_limit(query.get("limit")),
        )
        url = request.build_absolute_uri()
        return Response(pages.answer(page, url=url, query=query, show=delivery_object))


def _refuse_forms(request: Request) -> None:
    """A form's bytes hold the delivery's somewhere inside: they are never the delivery."""
    if request._request.content_type == "multipart/form-data":
        message = N_(
            "Send the delivery's bytes as the body itself, not as a file of a form"
            " (curl: --data-binary @file)."
        )
        raise BadInput("unsupported_type", message, status=422)


def body_of(request: HttpRequest, most: int) -> bytes:
    """The bytes of the request, read in pieces and never many more than ``most``."""
    pieces: list[bytes] = []
    room = most + 1
    # Django's own limit is meant for forms; ours is the feed's.
    while room > 0 and (piece := request.read(min(_PIECE, room))):
        pieces.append(piece)
        room -= len(piece)
    return b"".join(pieces)


class DeliveryView(APIView):
    """One delivery."""

    permission_classes = [IsOfficerOrPartner]

    @extend_schema(operation_id="delivery", responses=DeliveryShape)
    def get(self, request: Request, id: str) -> Response:  # noqa: A002 - the address says id
        """What became of a delivery."""
        return Response(delivery_object(_delivery(viewer_of_request(request), id)))


class ProblemsView(APIView):
    """The problems of one delivery."""

    permission_classes = [IsOfficerOrPartner]

    @extend_schema(
        operation_id="problems",
        parameters=[
            OpenApiParameter(
                "format", str, enum=("json", *PROBLEM_FILES), description="A page, or all as a file"
            )
        ],
        responses={
            (200, "application/json"): ProblemShape(many=True),
            **{(200, one): OpenApiTypes.BINARY for one in PROBLEM_FILES.values()},
        },
    )
    def get(
        self,
        request: Request,
        id: str,  # noqa: A002 - the address says id
    ) -> HttpResponseBase:
        """Every problem by line: in pages, or whole as a table to work through."""
        viewer = viewer_of_request(request)
        query = pages.allowed(request.query_params.dict(), ("format",))
        delivery = _delivery(viewer, id)
        form = query.get("format", "json")
        if form != "json":
            file = problems_file(delivery, form)
            name = f"problems-{delivery.feed.key}-{delivery.id}.{form}"
            return download(file, name=name, media_type=PROBLEM_FILES[form])
        limit = pages.read_limit(query.get("limit"))
        problems = problems_visible_to(viewer).filter(delivery=delivery).order_by("line", "id")
        if "cursor" in query:
            line, last = pages.decode(query["cursor"], [int, str])
            problems = problems.filter(line__gte=line).exclude(line=line, id__lte=object_id(last))
        found = list(problems[: limit + 1])
        shown, more = found[:limit], len(found) > limit
        cursor = pages.encode([shown[-1].line, str(shown[-1].id)]) if more else None
        page: pages.Page[Problem] = pages.Page(shown, cursor)
        url = request.build_absolute_uri()
        return Response(pages.answer(page, url=url, query=query, show=problem_object))


def _delivery(viewer: Viewer, text: str) -> Delivery:
    delivery = deliveries_visible_to(viewer).filter(id=object_id(text)).first()
    if delivery is None:
        raise NotFound("not_found", N_("There is no such object, or you may not see it."))
    return delivery


class HeartbeatView(APIView):
    """A sign of life."""

    permission_classes = [IsOfficerOrPartner]

    @extend_schema(operation_id="heartbeat", request=None, responses={200: dict[str, Any]})
    def post(self, request: Request, feed: str) -> Response:
        """Say that the sender of a feed lives though it has nothing to send."""
        found: Feed = feed_to_send(viewer_of_request(request), feed)
        at = services.heartbeat(feed_key=found.key)
        return Response({"feed": found.key, "last_contact_at": instant(at)})
