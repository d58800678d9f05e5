"""Lists, page, steps and reporting of tasks."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.domain.viewer import Viewer
from city.selectors import districts, name
from core.errors import DomainError, Refused, RuleBroken, Stale
from departments.domain.labels import TASK_STATES
from departments.selectors import TaskFilter, task_detail, task_rows
from departments.services import act, report_task
from desk import acts, filters, task_page
from desk.forms import TaskForm
from restapi.errors import translated
from web.access import business_page, viewer_of
from web.levels import LEVELS
from web.maps import Map
from web.tables import Column, Table

COLUMNS = (
    Column(_("Task")),
    Column(_("Risk")),
    Column(_("State")),
    Column(_("Lead")),
    Column(_("District")),
    Column(_("Due")),
    Column(_("Opened"), numeric=True),
)
_REFUSALS = (Refused, RuleBroken, Stale)


@require_safe
@business_page
def task_list(request: HttpRequest) -> HttpResponse:
    """The tasks the viewer sees, newest first."""
    chosen = filters.read(request.GET.dict(), _filters())
    query = filters.in_force(chosen)
    wanted = TaskFilter(
        state=query.get("state", ""),
        risk_level=query.get("level", ""),
        district=query.get("district", ""),
        overdue=True if query.get("clock") == "overdue" else None,
    )
    cursor = request.GET.get("cursor")
    page = task_rows(viewer_of(request), wanted, cursor=cursor)
    table = Table(
        caption=_("Tasks"),
        columns=COLUMNS,
        rows=page.rows,
        row_template="desk/task_row.html",
        cursor=page.cursor,
        query=query,
        empty=_("No task fits."),
        paged=bool(cursor),
    )
    context = {"heading": _("Tasks"), "table": table, "filters": chosen, "filtered": bool(query)}
    return render(request, "desk/list.html", {**context, "may_report": True})


@require_safe
@business_page
def task(request: HttpRequest, task_id: UUID) -> HttpResponse:
    """One task: what happened, who does what until when, and what the viewer may do."""
    return _show(request, viewer_of(request), task_id)


@require_POST
@business_page
def task_act(request: HttpRequest, task_id: UUID) -> HttpResponse:
    """Take a step; a refusal is told on the same page, with what was typed still there."""
    viewer = viewer_of(request)
    typed = acts.read_typed(request.POST)
    version = request.POST.get("version", "")
    try:
        act(
            viewer=viewer,
            task_id=task_id,
            name=typed.name,
            note=typed.note,
            version=int(version) if version.isdecimal() else None,
            fields=acts.fields_to_send(typed),
        )
    except _REFUSALS as refusal:
        return _show(request, viewer, task_id, typed=typed, refusal=refusal)
    messages.success(request, gettext("Done. It is in the history."))
    return redirect("task", task_id)


@require_http_methods(["GET", "HEAD", "POST"])
@business_page
def task_new(request: HttpRequest) -> HttpResponse:
    """Report a task by hand."""
    form = TaskForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            task_id = report_task(
                viewer=viewer_of(request), origin_kind=given.pop("origin"), **given
            )
        except RuleBroken as refusal:
            form.add_error(None, translated(refusal))
        else:
            messages.success(request, gettext("The task has been reported to the command centre."))
            return redirect("task", task_id)
    spot = Map((), label=gettext("Map to choose the spot on"), pick=("lon", "lat"))
    status = 422 if form.errors else 200
    return render(request, "desk/task_new.html", {"form": form, "map": spot}, status=status)


def _show(
    request: HttpRequest,
    viewer: Viewer,
    task_id: UUID,
    *,
    typed: acts.Typed | None = None,
    refusal: DomainError | None = None,
) -> HttpResponse:
    found = task_detail(viewer, task_id)
    cause = task_page.cause_of(viewer, found)
    offered = acts.acts_of(found.offers, typed)
    kept = typed is None or not typed.note or any(one.open for one in offered)
    # The address of the step itself cannot be opened: a language switch comes back to the task.
    request.stay_at = task_page.address(found)  # type: ignore[attr-defined]
    context = {
        "task": found,
        "version": found.version,
        "parts": task_page.parts_of(found),
        "acts": offered,
        "action": reverse("task_act", args=[found.id]),
        "cause": cause,
        "map": task_page.map_of(found, cause),
        "facts": task_page.facts_of(found),
        "timeline": task_page.timeline_of(found),
        "problem": translated(refusal) if refusal else "",
        "lost_note": "" if typed is None or kept else typed.note,
    }
    return render(request, "desk/task.html", context, status=refusal.status if refusal else 200)


def _filters() -> list[filters.Filter]:
    choice = filters.Choice
    return [
        filters.Filter(
            "state", _("State"), [choice(str(k), gettext(v)) for k, v in TASK_STATES.items()]
        ),
        filters.Filter(
            "level", _("Risk level"), [choice(k, gettext(v.label)) for k, v in LEVELS.items()]
        ),
        filters.Filter("district", _("District"), [choice(d.code, name(d)) for d in districts()]),
        filters.Filter("clock", _("Clock"), [choice("overdue", gettext("Overdue"))]),
    ]
