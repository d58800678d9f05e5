"""The report pages."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from core.errors import BadInput
from reports.selectors import collaboration_report
from restapi.errors import translated
from web.access import business_page, viewer_of


@require_safe
@business_page
def collaboration(request: HttpRequest) -> HttpResponse:
    """The collaboration report of a period."""
    first, last = request.GET.get("from", ""), request.GET.get("to", "")
    try:
        report = collaboration_report(viewer_of(request), first=first, last=last)
    except BadInput as fault:
        # The days stay in the form, to be corrected there.
        told = {"problem": translated(fault), "first": first, "last": last}
        return render(request, "reports/collaboration.html", told, status=fault.status)
    period = report.period
    context = {"report": report, "first": str(period.first), "last": str(period.last)}
    return render(request, "reports/collaboration.html", context)
