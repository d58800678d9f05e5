"""Tasks at the REST door: list, report, read, act."""

from typing import Any

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.api.authentication import viewer_of_request
from core.errors import BadInput
from core.words import N_
from departments import selectors, services
from departments.api.serializers import (
    ReportInput,
    TaskListOutput,
    TaskOutput,
    TaskRowOutput,
    TransitionInput,
)
from departments.domain.states import TaskState
from restapi import pages
from restapi.reading import flag, object_id

__all__ = ["TaskList", "TaskOne", "TaskTransitions"]

_FILTERS = (
    "state",
    "district",
    "organisation",
    "origin_kind",
    "risk_level",
    "overdue",
    "exercise",
)


class TaskList(APIView):
    """The tasks that the caller may see, newest first; and reporting one by hand.

    Exercises are left out unless they are asked for.
    """

    @extend_schema(
        operation_id="tasks_list",
        parameters=[
            *(OpenApiParameter(name, str) for name in _FILTERS),
            OpenApiParameter("limit", int),
            OpenApiParameter("cursor", str),
        ],
        responses=TaskListOutput,
    )
    def get(self, request: Request) -> Response:
        """A page of tasks."""
        query = pages.allowed(request.query_params.dict(), _FILTERS)
        page = selectors.task_rows(
            viewer_of_request(request),
            _filter(query),
            cursor=query.get("cursor"),
            limit=pages.read_limit(query.get("limit")),
        )
        return Response(
            pages.answer(
                page,
                url=request.build_absolute_uri(),
                query={name: value for name, value in query.items() if name != "cursor"},
                show=lambda row: dict(TaskRowOutput(row).data),
            )
        )

    @extend_schema(operation_id="tasks_report", request=ReportInput, responses={201: TaskOutput})
    def post(self, request: Request) -> Response:
        """Report a task by hand: a phone call, an instruction from above, seen on site."""
        given = ReportInput(data=request.data)
        given.is_valid(raise_exception=True)
        viewer = viewer_of_request(request)
        task_id = services.report_task(viewer=viewer, **given.validated_data)
        return Response(TaskOutput(selectors.task_detail(viewer, task_id)).data, status=201)


class TaskOne(APIView):
    """One task with its parts, its history and what the caller may do with it."""

    @extend_schema(operation_id="tasks_read", responses=TaskOutput)
    def get(self, request: Request, task_id: str) -> Response:
        """The task."""
        detail = selectors.task_detail(viewer_of_request(request), object_id(task_id))
        return Response(TaskOutput(detail).data)


class TaskTransitions(APIView):
    """The steps of a task and of its parts."""

    @extend_schema(operation_id="tasks_act", request=TransitionInput, responses=TaskOutput)
    def post(self, request: Request, task_id: str) -> Response:
        """Take a step; the acting part is the one of the caller's organisation."""
        viewer, key = viewer_of_request(request), object_id(task_id)
        given = TransitionInput(data=request.data)
        given.is_valid(raise_exception=True)
        fields: dict[str, Any] = dict(given.validated_data)
        acted = services.act(
            viewer=viewer,
            task_id=key,
            name=fields.pop("name"),
            note=fields.pop("note"),
            version=fields.pop("version"),
            fields=fields,
        )
        return Response(TaskOutput(selectors.detail_of(viewer, acted.task, acted.parts)).data)


def _filter(query: dict[str, str]) -> selectors.TaskFilter:
    if query.get("state") and query["state"] not in set(TaskState):
        raise BadInput("bad_filter", N_("The filter %(name)s is not valid."), name="state")
    return selectors.TaskFilter(
        state=query.get("state", ""),
        district=query.get("district", ""),
        organisation=query.get("organisation", ""),
        origin_kind=query.get("origin_kind", ""),
        risk_level=query.get("risk_level", ""),
        overdue=flag(query, "overdue"),
        exercise=bool(flag(query, "exercise")),
    )
