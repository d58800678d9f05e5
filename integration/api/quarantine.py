"""Quarantined rows: reading those that wait, and settling them one by one or many at once."""

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.api.authentication import viewer_of_request
from core.errors import fill
from integration import services
from integration.api.shapes import DeliveryShape, answer_object, instant
from integration.selectors import WaitingRow, open_problems_visible_to, with_reasons
from integration.wording import in_language
from restapi import pages
from restapi.permissions import IsOfficerOrPartner
from restapi.reading import flag, object_id

__all__ = [
    "DiscardManyView",
    "DiscardView",
    "QuarantineView",
    "RawRowView",
    "ReleaseManyView",
    "ReleaseView",
]

_FILTERS = ("feed", "code", "exercise")
_PARAMETERS = [
    OpenApiParameter("feed", str, description="Key of the feed"),
    OpenApiParameter("code", str, description="Rows that have this reason"),
    OpenApiParameter("exercise", bool, description="Exercises instead of real ones"),
    OpenApiParameter("limit", int),
    OpenApiParameter("cursor", str),
]


class _ReasonShape(serializers.Serializer[Any]):
    code = serializers.CharField()
    field = serializers.CharField()
    message = serializers.CharField()
    detail = serializers.DictField()


class _WaitingShape(serializers.Serializer[Any]):
    id = serializers.CharField()
    feed = serializers.CharField()
    delivery = serializers.CharField()
    line = serializers.IntegerField(help_text="0-based ordinal of the row in its delivery")
    source_id = serializers.CharField()
    found_at = serializers.DateTimeField()
    reasons = _ReasonShape(many=True)


class _RawShape(serializers.Serializer[Any]):
    id = serializers.CharField()
    # The answer calls it so; a serializer's own `fields` is made from what is declared.
    fields = serializers.DictField(  # type: ignore[assignment]
        allow_null=True, help_text="Path of a declared field and its value; null: not readable"
    )
    masked = serializers.ListField(child=serializers.CharField())
    withheld = serializers.ListField(child=serializers.CharField())
    text = serializers.CharField()


class _Reason(serializers.Serializer[Any]):
    reason = serializers.CharField(max_length=1000)


class _Correction(serializers.Serializer[Any]):
    row = serializers.DictField(
        required=False, help_text="The whole corrected row: the feed's own fields"
    )
    changes = serializers.DictField(
        required=False, help_text="Instead: new values by path, the rest as it was quarantined"
    )


class _Ids(serializers.Serializer[Any]):
    ids = serializers.ListField(
        child=serializers.UUIDField(), allow_empty=False, max_length=services.MOST_AT_ONCE
    )


class _ReasonForMany(_Ids, _Reason):
    pass


class _ChangesOfMany(_Ids):
    changes = serializers.DictField(required=False, help_text="New values by path; none: as it was")


class _ErrorShape(serializers.Serializer[Any]):
    code = serializers.CharField()
    message = serializers.CharField()
    detail = serializers.DictField()


class _SettledShape(serializers.Serializer[Any]):
    id = serializers.CharField()
    outcome = serializers.ChoiceField(["released", "discarded", "still_wrong", "refused"])
    delivery = serializers.CharField(allow_null=True)
    error = _ErrorShape(allow_null=True)
    problems = serializers.ListField(child=serializers.DictField())


class QuarantineView(APIView):
    """The rows that wait."""

    permission_classes = [IsOfficerOrPartner]

    @extend_schema(
        operation_id="quarantine", parameters=_PARAMETERS, responses=_WaitingShape(many=True)
    )
    def get(self, request: Request) -> Response:
        """The quarantined rows that wait for a person, newest first, each with all its reasons."""
        query = pages.allowed(request.query_params.dict(), _FILTERS)
        limit = pages.read_limit(query.get("limit"))
        waiting = open_problems_visible_to(
            viewer_of_request(request),
            feed=query.get("feed"),
            code=query.get("code"),
            exercise=bool(flag(query, "exercise")),
        )
        page = pages.newest_first(
            waiting, column="found_at", cursor=query.get("cursor"), limit=limit
        )
        rows = pages.Page(with_reasons(page.rows), page.cursor)
        url = request.build_absolute_uri()
        return Response(pages.answer(rows, url=url, query=query, show=_waiting_object))


def _waiting_object(row: WaitingRow) -> dict[str, Any]:
    problem = row.problem
    return {
        "id": str(problem.id),
        "feed": problem.feed.key if problem.feed else "",
        "delivery": str(problem.delivery_id),
        "line": problem.line,
        "source_id": problem.source_id,
        "found_at": instant(problem.found_at),
        "reasons": [
            {
                "code": one.code,
                "field": one.field,
                "message": in_language(one.code, one.field),
                "detail": one.detail,
            }
            for one in row.reasons
        ],
    }


class RawRowView(APIView):
    """What is in a quarantined row."""

    permission_classes = [IsOfficerOrPartner]

    @extend_schema(operation_id="quarantined_row", responses=_RawShape)
    def get(self, request: Request, id: str) -> Response:  # noqa: A002 - the address says id
        """The declared fields as they came, personal ones masked, undeclared ones withheld."""
        row = services.raw_row(viewer=viewer_of_request(request), problem_id=object_id(id))
        return Response(
            {
                "id": id,
                "fields": row.fields,
                "masked": sorted(row.masked),
                "withheld": row.withheld,
                "text": row.text,
            }
        )


class DiscardView(APIView):
    """A quarantined row of no use."""

    @extend_schema(operation_id="discard", request=_Reason, responses={204: None})
    def post(self, request: Request, id: str) -> Response:  # noqa: A002 - the address says id
        """Settle a quarantined row without storing it."""
        given = _Reason(data=request.data)
        given.is_valid(raise_exception=True)
        services.discard(
            viewer=viewer_of_request(request),
            problem_id=object_id(id),
            reason=given.validated_data["reason"],
        )
        return Response(status=204)


class ReleaseView(APIView):
    """A quarantined row in corrected form."""

    @extend_schema(
        operation_id="release",
        request=_Correction,
        responses={200: DeliveryShape, 201: DeliveryShape},
    )
    def post(self, request: Request, id: str) -> Response:  # noqa: A002 - the address says id
        """Receive the corrected row as a small delivery of its own, through the same door.

        201: it was stored and the quarantined row is settled. 200 without an id: it would be
        quarantined again, `problems` say why; nothing was stored and the row waits as before.
        """
        given = _Correction(data=request.data)
        given.is_valid(raise_exception=True)
        answer = services.release(
            viewer=viewer_of_request(request),
            problem_id=object_id(id),
            row=given.validated_data.get("row"),
            changes=given.validated_data.get("changes"),
        )
        return Response(answer_object(answer.body), answer.status)


class DiscardManyView(APIView):
    """Quarantined rows of no use."""

    @extend_schema(
        operation_id="discard_many",
        request=_ReasonForMany,
        responses={200: _SettledShape(many=True)},
    )
    def post(self, request: Request) -> Response:
        """Settle up to 200 quarantined rows without storing them; tells what became of each."""
        given = _ReasonForMany(data=request.data)
        given.is_valid(raise_exception=True)
        done = services.discard_many(
            viewer=viewer_of_request(request),
            problem_ids=given.validated_data["ids"],
            reason=given.validated_data["reason"],
        )
        return _settled(done)


class ReleaseManyView(APIView):
    """Quarantined rows in corrected form."""

    @extend_schema(
        operation_id="release_many",
        request=_ChangesOfMany,
        responses={200: _SettledShape(many=True)},
    )
    def post(self, request: Request) -> Response:
        """Release up to 200 rows, each with the same changes; tells what became of each."""
        given = _ChangesOfMany(data=request.data)
        given.is_valid(raise_exception=True)
        done = services.release_many(
            viewer=viewer_of_request(request),
            problem_ids=given.validated_data["ids"],
            changes=given.validated_data.get("changes"),
        )
        return _settled(done)


def _settled(done: Sequence[services.Settled]) -> Response:
    return Response({"results": [_settled_object(one) for one in done], "next": None})


def _settled_object(one: services.Settled) -> dict[str, Any]:
    error = {
        "code": one.code,
        "message": fill(gettext(one.message), one.detail),
        "detail": one.detail,
    }
    problems = [
        {**problem, "message": in_language(problem["code"], problem["field"])}
        for problem in one.problems
    ]
    return {
        "id": str(one.problem_id),
        "outcome": one.outcome,
        "delivery": one.delivery,
        "error": error if one.code else None,
        "problems": problems,
    }
