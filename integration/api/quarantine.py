"""Settling quarantined rows."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.api.authentication import viewer_of_request
from integration import services
from integration.api.shapes import DeliveryShape, answer_object
from restapi.reading import object_id

__all__ = ["DiscardView", "ReleaseView"]


class _Reason(serializers.Serializer[Any]):
    reason = serializers.CharField(max_length=1000)


class _Row(serializers.Serializer[Any]):
    row = serializers.DictField(help_text="The corrected row: the feed's own fields")


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

    @extend_schema(operation_id="release", request=_Row, responses={200: DeliveryShape})
    def post(self, request: Request, id: str) -> Response:  # noqa: A002 - the address says id
        """Receive the corrected row as a small delivery of its own, through the same door."""
        given = _Row(data=request.data)
        given.is_valid(raise_exception=True)
        answer = services.release(
            viewer=viewer_of_request(request),
            problem_id=object_id(id),
            row=given.validated_data["row"],
        )
        return Response(answer_object(answer.body), answer.status)
