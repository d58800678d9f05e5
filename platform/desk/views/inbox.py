"""The inbox."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from core.clock import now
from departments.selectors import TaskFilter, task_rows
from desk.inbox_page import inbox_page
from desk.warning_lines import strip_of
from web.access import viewer_of

NEWEST = 6  # tasks that whoever watches over an area is shown besides


@require_safe
@login_required
def inbox(request: HttpRequest) -> HttpResponse:
    """What waits for the officer; administrators are told where their work is."""
    viewer = viewer_of(request)
    parts, tasks = request.GET.get("parts"), request.GET.get("tasks")
    overview = viewer.everything or bool(viewer.districts)
    at = now()
    context = {
        "newest": task_rows(viewer, TaskFilter(), limit=NEWEST).rows if overview else (),
        "page": inbox_page(viewer, parts, tasks),
        "paged": bool(parts or tasks),
        "today": at,
        "warnings": strip_of(viewer, at),
        "sees_business": viewer.sees_business,
        "may_report": viewer.sees_business,
    }
    return render(request, "desk/inbox.html", context)
