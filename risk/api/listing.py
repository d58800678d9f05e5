"""Lists by keyset and single objects, as every address of this app answers them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar, TypeVar
from uuid import UUID

from django.db.models import QuerySet
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.api.authentication import viewer_of_request
from accounts.domain.viewer import Viewer
from restapi import pages
from restapi.reading import flag, object_id
from risk.selectors import narrow

OBJECT = OpenApiTypes.OBJECT
Method = TypeVar("Method", bound=Callable[..., Any])
Rows = QuerySet[Any]
_TIMES = ("since", "until")


@dataclass(frozen=True)
class Listing:
    """A list: its rows for a viewer, their order column, filters (name → column) and shape.

    `more`: filters that are no column, by name: rows and query in, rows out.
    """

    rows: Callable[[Viewer, bool], Rows]
    time: str
    filters: Mapping[str, str]
    show: Callable[[Any], dict[str, Any]]
    more: Mapping[str, Callable[[Rows, Mapping[str, str]], Rows]] = field(default_factory=dict)

    @property
    def names(self) -> tuple[str, ...]:
        """The filters of the list, those of pages left out."""
        return (*self.filters, *self.more, *_TIMES, "exercise")

    def answer(self, request: Request) -> Response:
        """One page."""
        query = pages.allowed(request.query_params.dict(), self.names)
        rows = self.rows(viewer_of_request(request), bool(flag(query, "exercise")))
        rows = narrow(rows, query, columns=self.filters, time=self.time)
        for name, narrowing in self.more.items():
            rows = narrowing(rows, query) if name in query else rows
        page = pages.newest_first(
            rows,
            column=self.time,
            cursor=query.get("cursor"),
            limit=pages.read_limit(query.get("limit")),
        )
        kept = {name: value for name, value in query.items() if name != "cursor"}
        url = request.build_absolute_uri(request.path)
        return Response(pages.answer(page, url=url, query=kept, show=self.show))


def documented(name: str, listing: Listing) -> Callable[[Method], Method]:
    """The parameters of a list as OpenAPI tells them, under a name of its own."""
    found: Callable[[Method], Method] = extend_schema(
        operation_id=f"{name}_list",
        parameters=[OpenApiParameter(one, str) for one in (*listing.names, "limit", "cursor")],
        responses={200: OBJECT},
    )
    return found


@dataclass(frozen=True)
class Reading:
    """How one object is read for a viewer, and shown."""

    read: Callable[[Viewer, UUID], Any]
    show: Callable[[Any], dict[str, Any]]


class OneView(APIView):
    """One object with all that belongs to it."""

    reading: ClassVar[Reading]

    @extend_schema(responses={200: OBJECT})
    def get(self, request: Request, key: str) -> Response:
        found = self.reading.read(viewer_of_request(request), object_id(key))
        return Response(self.reading.show(found))
