"""The page of one record."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from desk.record_page import record_page
from web.access import business_page, viewer_of


@require_safe
@business_page
def record(request: HttpRequest, record_id: UUID) -> HttpResponse:
    """One record: what it says, what its source wrote, its flags, versions and where it belongs."""
    page = record_page(viewer_of(request), record_id)
    return render(request, "desk/record.html", {"page": page})
