"""List and page of issued warnings."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from city.selectors import districts, name
from desk import filters
from desk.warning_page import phases, standing, table_of_others, table_of_standing, warning_page
from web.access import business_page, viewer_of
from web.levels import WARNING_LEVELS


@require_safe
@business_page
def warning_list(request: HttpRequest) -> HttpResponse:
    """The warnings the viewer sees: those in force, and page by page the others."""
    viewer = viewer_of(request)
    chosen = filters.read(request.GET.dict(), _filters())
    query = filters.in_force(chosen)
    cursor, state = request.GET.get("cursor"), query.get("state", "")
    first = None
    if state in ("", "in_force") and not cursor:
        first = table_of_standing(standing(viewer, query))
    others = table_of_others(viewer, query, cursor) if state != "in_force" else None
    context = {"filters": chosen, "filtered": bool(query), "first": first, "others": others}
    return render(request, "desk/warnings.html", context)


@require_safe
@business_page
def warning(request: HttpRequest, warning_id: UUID) -> HttpResponse:
    """One warning: what it says, where and until when, and what it replaces."""
    page = warning_page(viewer_of(request), warning_id)
    return render(request, "desk/warning.html", {"page": page})


def _filters() -> list[filters.Filter]:
    choice = filters.Choice
    return [
        filters.Filter("state", _("State"), [choice(k, v) for k, v in phases().items()]),
        filters.Filter(
            "level",
            _("Warning level"),
            [choice(k, gettext(mark.label)) for k, mark in WARNING_LEVELS.items()],
        ),
        filters.Filter("district", _("District"), [choice(d.code, name(d)) for d in districts()]),
    ]
