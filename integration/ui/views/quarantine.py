"""The quarantine desk: rows that wait for a person, one of them at a time, and those settled."""

from uuid import UUID

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.domain import Viewer
from core.errors import DomainError
from integration.models import Problem
from integration.selectors import (
    feeds_visible_to,
    open_problems_visible_to,
    settled_problems_visible_to,
)
from integration.services import discard
from integration.ui.quarantine_list import groups, settled_lines, waiting_lines
from integration.ui.queue_filter import QueueFilter
from integration.ui.row_page import row_page, settle
from restapi.errors import translated
from restapi.pages import LIMIT, Page, newest_first
from web.access import business_page, viewer_of
from web.tables import Column, Table

SHOWN = 100  # so many may be settled at once
WAITING_COLUMNS = (
    Column(pgettext_lazy("rows", "Choose")),
    Column(_("Row")),
    Column(pgettext_lazy("rows", "Reason")),
    Column(_("Received at"), numeric=True),
)
SETTLED_COLUMNS = (
    Column(_("Settled at")),
    Column(_("Feed")),
    Column(_("Source id")),
    Column(pgettext_lazy("rows", "Reason")),
    Column(pgettext_lazy("rows", "Outcome")),
    Column(_("By")),
    Column(_("Why")),
)


@require_safe
@business_page
def waiting(request: HttpRequest) -> HttpResponse:
    """Quarantined rows of the feeds the viewer may know of, grouped by what is wrong with them."""
    viewer = viewer_of(request)
    form = QueueFilter(request.GET, feeds=feeds_visible_to(viewer))
    cursor = request.GET.get("cursor")
    fits = form.is_valid()
    rows = _waiting(viewer, form) if fits else Problem.objects.none()
    found = groups(rows)
    chosen = form.query.get("code", "")
    shown = rows.filter(code=chosen) if chosen else rows
    page: Page[Problem] = newest_first(shown, column="found_at", cursor=cursor, limit=SHOWN)
    lines = waiting_lines(viewer, page.rows)
    may_settle = any(one.may_settle for one in lines)
    table = Table(
        caption=_("Quarantined rows"),
        columns=WAITING_COLUMNS if may_settle else WAITING_COLUMNS[1:],
        rows=lines,
        row_template="integration/waiting_row.html",
        cursor=page.cursor,
        query=form.query,
        empty="",
        paged=bool(cursor),
    )
    context = {
        "form": form,
        "table": table,
        "groups": found,
        "total": sum(one.count for one in found),
        "chosen": chosen,
        "may_settle": may_settle,
    }
    return render(request, "integration/quarantine.html", context, status=200 if fits else 422)


def _waiting(viewer: Viewer, form: QueueFilter) -> QuerySet[Problem]:
    chosen = form.cleaned_data
    return open_problems_visible_to(
        viewer, feed=chosen["feed"] or None, exercise=bool(chosen["exercise"])
    )


@require_safe
@business_page
def settled(request: HttpRequest) -> HttpResponse:
    """Rows that were released or discarded: by whom, when and why, the latest first."""
    viewer = viewer_of(request)
    form = QueueFilter(request.GET, feeds=feeds_visible_to(viewer))
    cursor = request.GET.get("cursor")
    chosen = form.query.get("feed") if form.is_valid() else None
    rows = settled_problems_visible_to(viewer, feed=chosen)
    page = newest_first(rows, column="settled_at", cursor=cursor, limit=LIMIT)
    table = Table(
        caption=_("Settled rows"),
        columns=SETTLED_COLUMNS,
        rows=settled_lines(page.rows),
        row_template="integration/settled_row.html",
        cursor=page.cursor,
        query=form.query,
        empty=_("No row has been settled yet."),
        paged=bool(cursor),
    )
    return render(request, "integration/settled.html", {"form": form, "table": table})


@require_http_methods(["GET", "HEAD", "POST"])
@business_page
def row(request: HttpRequest, problem_id: UUID) -> HttpResponse:
    """One quarantined row as a form; a corrected one goes through the same door as any other."""
    viewer = viewer_of(request)
    form = QueueFilter(request.GET, feeds=feeds_visible_to(viewer))
    form.is_valid()
    page = row_page(viewer, problem_id)
    if request.method == "POST":
        page = settle(viewer, page, request.POST.dict())
        if page.done:
            messages.success(request, page.done)
            return redirect(form.address)
    context = {"page": page, "list": form}
    return render(request, "integration/row.html", context, status=page.status)


@require_POST
@business_page
def discard_row(request: HttpRequest, problem_id: UUID) -> HttpResponse:
    """Settle a quarantined row as of no use, with a reason."""
    viewer = viewer_of(request)
    form = QueueFilter(request.GET, feeds=feeds_visible_to(viewer))
    form.is_valid()
    try:
        discard(viewer=viewer, problem_id=problem_id, reason=request.POST.get("reason", ""))
    except DomainError as error:
        if error.status in (403, 404):
            raise
        messages.error(request, translated(error))
    else:
        messages.success(request, gettext("The row was discarded."))
    return redirect(form.address)
