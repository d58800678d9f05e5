"""The list of records."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django.views.decorators.http import require_safe

from integration.models import Record
from integration.selectors import all_feeds, records_visible_to
from integration.ui.record_filter import RecordFilter, narrowed
from integration.ui.record_list import record_rows, shown_columns
from restapi.pages import LIMIT, Page, newest_first
from web.access import business_page, viewer_of
from web.tables import Column, Table

COLUMNS = (
    Column(_("Time")),
    Column(_("Department")),
    Column(_("What")),
    Column(_("Where")),
    Column(_("Severity")),
    Column(_("Quality flags")),
    Column(pgettext_lazy("of a record", "At the source")),
)


@require_safe
@business_page
def record_list(request: HttpRequest) -> HttpResponse:
    """The current records that the viewer may see, the latest first; exercises are left out."""
    feeds = all_feeds()
    form = RecordFilter(request.GET, feeds=feeds)
    found: Page[Record] = Page((), None)
    cursor = request.GET.get("cursor")
    if form.is_valid():
        seen = shown_columns(records_visible_to(viewer_of(request)))
        chosen = narrowed(seen, form.cleaned_data, feeds=feeds)
        found = newest_first(chosen, column="listed_at", cursor=cursor, limit=LIMIT)
    table = Table(
        caption=_("Records"),
        columns=COLUMNS,
        rows=record_rows(found.rows, feeds),
        row_template="integration/record_row.html",
        cursor=found.cursor,
        query=form.query,
        empty="",
        paged=bool(cursor),
    )
    status = 200 if form.is_valid() else 422
    return render(
        request, "integration/records.html", {"form": form, "table": table}, status=status
    )
