"""The report pages."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from reports.selectors import collaboration_report
from web.access import business_page, viewer_of


@require_safe
@business_page
def collaboration(request: HttpRequest) -> HttpResponse:
    """The collaboration report of a period."""
    report = collaboration_report(
        viewer_of(request),
        first=request.GET.get("from", ""),
        last=request.GET.get("to", ""),
    )
    return render(request, "reports/collaboration.html", {"report": report})
