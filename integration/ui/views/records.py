"""The list of records."""

from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django.views.decorators.http import require_safe

from integration.models import Record
from integration.selectors import all_feeds, records_visible_to
from integration.services import export_records
from integration.showing import record_object
from integration.ui.record_filter import RecordFilter, narrowed
from integration.ui.record_list import record_rows, shown_columns
from restapi.downloads import download
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

FILES = (
    ("csv", _("Table (CSV)")),
    ("xlsx", _("Workbook (XLSX)")),
    ("geojson", _("Map layer (GeoJSON)")),
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
        request,
        "integration/records.html",
        {"form": form, "table": table, "files": FILES, "query": urlencode(form.query)},
        status=status,
    )


@require_safe
@business_page
def record_export(request: HttpRequest, form: str) -> HttpResponseBase:
    """The records that the list's filters leave, as a file."""
    feeds = all_feeds()
    chosen = RecordFilter(request.GET, feeds=feeds)
    if not chosen.is_valid():
        return redirect(f"{reverse('record_list')}?{urlencode(chosen.query)}")
    viewer = viewer_of(request)
    export = export_records(
        viewer=viewer,
        records=narrowed(records_visible_to(viewer), chosen.cleaned_data, feeds=feeds),
        form=form,
        chosen=chosen.query,
        show=record_object,
    )
    return download(export.file, name=export.name, media_type=export.media_type)
