"""The report pages."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from core.errors import BadInput
from integration.domain.quality import DIMENSIONS
from reports.selectors import collaboration_report, quality_report
from restapi.errors import translated
from web.access import business_page, viewer_of

Given = dict[str, str]


def _answer(
    request: HttpRequest, template: str, read: Callable[[Given], Any], **more: Any
) -> HttpResponse:
    """A report page of the days asked for; days that make no period stay, to be corrected."""
    given = {"first": request.GET.get("from", ""), "last": request.GET.get("to", "")}
    try:
        report = read(given)
    except BadInput as fault:
        told = {**given, "problem": translated(fault)}
        return render(request, template, told, status=fault.status)
    days = {"first": str(report.period.first), "last": str(report.period.last)}
    return render(request, template, {"report": report, **days, **more})


@require_safe
@business_page
def collaboration(request: HttpRequest) -> HttpResponse:
    """The collaboration report of a period."""
    viewer = viewer_of(request)
    return _answer(
        request, "reports/collaboration.html", lambda days: collaboration_report(viewer, **days)
    )


@require_safe
@business_page
def quality(request: HttpRequest) -> HttpResponse:
    """The quality of every feed of a period."""
    viewer = viewer_of(request)
    names = [gettext(one) for one in DIMENSIONS.values()]
    return _answer(
        request,
        "reports/quality.html",
        lambda days: quality_report(viewer, **days),
        dimensions=names,
    )
