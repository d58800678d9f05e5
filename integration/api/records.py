"""Reading records, their versions, and on terms their personal fields."""

from collections.abc import Callable, Mapping
from typing import Any

from django.db.models import DecimalField, F, Func, Q, QuerySet
from django.db.models.functions import Cast
from django.db.models.lookups import GreaterThanOrEqual, LessThanOrEqual
from django.http import FileResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.api.authentication import viewer_of_request
from accounts.domain import Viewer
from core.errors import NotFound, RuleBroken
from core.words import N_
from integration import services
from integration.api.reading import box, moment
from integration.api.shapes import RecordShape, record_object
from integration.models import Record
from integration.selectors import records_visible_to, versions_of
from privacy.domain.terms import RevealPurpose
from restapi import pages
from restapi.downloads import download
from restapi.reading import flag, object_id

__all__ = ["RecordView", "RecordsExportView", "RecordsView", "RevealView", "VersionsView"]

_EXACT = {
    "feed": "feed__key",
    "source_id": "source_id",
    "category": "category",
    "district": "district",
    "kind": "kind",
}
_FILTERS = (*_EXACT, "since", "until", "bbox", "q", "exercise")
_PARAMETERS = [
    *(OpenApiParameter(name, str) for name in _EXACT),
    OpenApiParameter("since", OpenApiTypes.DATETIME, description="Occurred at or after"),
    OpenApiParameter("until", OpenApiTypes.DATETIME, description="Occurred before"),
    OpenApiParameter("bbox", str, description="west,south,east,north in degrees"),
    OpenApiParameter("q", str, description="Part of summary or address, two characters or more"),
    OpenApiParameter("exercise", OpenApiTypes.BOOL, description="Exercises instead of real ones"),
    OpenApiParameter("limit", int),
    OpenApiParameter("cursor", str),
]
_SHORTEST_SEARCH = 2


class RecordsView(APIView):
    """The current records."""

    @extend_schema(operation_id="records", parameters=_PARAMETERS, responses=RecordShape(many=True))
    def get(self, request: Request) -> Response:
        """Records that the caller may see, newest first."""
        query = pages.allowed(request.query_params.dict(), _FILTERS)
        limit = pages.read_limit(query.get("limit"))
        viewer = viewer_of_request(request)
        records = records_visible_to(viewer, exercise=bool(flag(query, "exercise")))
        page = pages.newest_first(
            _filtered(records, query),
            column="listed_at",
            cursor=query.get("cursor"),
            limit=limit,
        )
        url = request.build_absolute_uri()
        return Response(pages.answer(page, url=url, query=query, show=record_object))


class RecordsExportView(APIView):
    """The current records as a file."""

    @extend_schema(
        operation_id="export_records",
        parameters=[
            *_PARAMETERS[:-2],
            OpenApiParameter("format", str, enum=list(services.EXPORT_FORMS)),
        ],
        responses={(200, form): OpenApiTypes.BINARY for form in services.EXPORT_FORMS.values()},
    )
    def get(self, request: Request) -> FileResponse:
        """Records that the caller may see as a file, newest first, 50,000 at most; audited."""
        names = (*_FILTERS, "format")
        query = pages.allowed(request.query_params.dict(), names, paged=False)
        records = records_visible_to(
            viewer_of_request(request), exercise=bool(flag(query, "exercise"))
        )
        export = services.export_records(
            viewer=viewer_of_request(request),
            records=_filtered(records, query),
            form=query.get("format", "csv"),
            chosen=query,
            show=record_object,
        )
        return download(export.file, name=export.name, media_type=export.media_type)


def _filtered(records: QuerySet[Record], query: Mapping[str, str]) -> QuerySet[Record]:
    for name, column in _EXACT.items():
        if name in query:
            records = records.filter(**{column: query[name]})
    since, until = moment(query, "since"), moment(query, "until")
    if since:
        records = records.filter(listed_at__gte=since)
    if until:
        records = records.filter(listed_at__lt=until)
    for name, apply in _APPLIED.items():
        if name in query:
            records = records.filter(apply(query[name]))
    return records


def _inside(text: str) -> Q:
    """Records in a box, by the place that is shown: else small boxes would tell the exact one."""
    west, south, east, north = box(text)
    exact = Q(lon__gte=west, lon__lte=east, lat__gte=south, lat__lte=north)
    lon, lat = _rounded("lon"), _rounded("lat")
    coarse = (
        GreaterThanOrEqual(lon, west)
        & LessThanOrEqual(lon, east)
        & GreaterThanOrEqual(lat, south)
        & LessThanOrEqual(lat, north)
    )
    return Q(exact, shown_decimals=None) | Q(coarse, shown_decimals__isnull=False)


def _rounded(name: str) -> Func:
    """A coordinate rounded to the decimals of its record."""
    degrees = DecimalField(max_digits=12, decimal_places=9)
    return Func(Cast(name, degrees), F("shown_decimals"), function="ROUND", output_field=degrees)


def _says(text: str) -> Q:
    if len(text.strip()) < _SHORTEST_SEARCH:
        message = N_("Search for at least %(least)s characters.")
        raise RuleBroken("search_too_short", message, least=_SHORTEST_SEARCH)
    return Q(summary__icontains=text.strip()) | Q(address__icontains=text.strip())


_APPLIED: dict[str, Callable[[str], Q]] = {"bbox": _inside, "q": _says}


class RecordView(APIView):
    """One record."""

    @extend_schema(operation_id="record", responses=RecordShape)
    def get(self, request: Request, id: str) -> Response:  # noqa: A002 - the address says id
        """The current content of a record."""
        return Response(record_object(_record(viewer_of_request(request), id)))


class VersionsView(APIView):
    """All versions of one record."""

    @extend_schema(operation_id="record_versions", responses=RecordShape(many=True))
    def get(self, request: Request, id: str) -> Response:  # noqa: A002 - the address says id
        """Every stored content, the newest number first; ``current`` says which one holds."""
        pages.allowed(request.query_params.dict(), (), paged=False)
        record = _record(viewer_of_request(request), id)
        shown = [
            {**record_object(one), "current": one.version == record.version}
            for one in versions_of(record)
        ]
        return Response({"results": shown, "next": None})


def _record(viewer: Viewer, text: str) -> Record:
    record = records_visible_to(viewer, exercise=None).filter(key_id=object_id(text)).first()
    if record is None:
        raise NotFound("not_found", N_("There is no such object, or you may not see it."))
    return record


class _Terms(serializers.Serializer[Any]):
    purpose = serializers.ChoiceField([one.value for one in RevealPurpose])
    reason = serializers.CharField(max_length=500)


class _PersonalShape(serializers.Serializer[Any]):
    name = serializers.CharField()
    kind = serializers.CharField()
    value = serializers.CharField()


class RevealView(APIView):
    """Personal fields in clear."""

    @extend_schema(
        operation_id="reveal", request=_Terms, responses={200: _PersonalShape(many=True)}
    )
    def post(self, request: Request, id: str) -> Response:  # noqa: A002 - the address says id
        """Show the personal fields of a record; purpose and reason are kept in the audit log."""
        terms = _Terms(data=request.data)
        terms.is_valid(raise_exception=True)
        fields = services.reveal(
            viewer=viewer_of_request(request),
            record_id=object_id(id),
            purpose=terms.validated_data["purpose"],
            reason=terms.validated_data["reason"],
        )
        shown = [{"name": one.name, "kind": one.kind, "value": one.value} for one in fields]
        return Response({"personal": shown})
