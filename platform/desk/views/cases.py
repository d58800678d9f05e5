"""List and page of risk cases."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from city.selectors import districts, name
from desk import filters
from desk.case_page import case_page
from desk.labels import CASE_STATES
from restapi.pages import LIMIT, newest_first
from risk.selectors import cases_listed_to, narrow
from web.access import business_page, viewer_of
from web.levels import LEVELS
from web.tables import Column, Table

COLUMNS = (
    Column(_("Risk case")),
    Column(_("Risk")),
    Column(_("State")),
    Column(_("Hazard family")),
    Column(_("District")),
    Column(_("Incidents"), numeric=True),
    Column(_("Records"), numeric=True),
    Column(_("Latest"), numeric=True),
)
_COLUMN_OF = {"state": "state", "level": "risk_level", "district": "district"}


@require_safe
@business_page
def case_list(request: HttpRequest) -> HttpResponse:
    """The risk cases the viewer sees, the newest incident first."""
    chosen = filters.read(request.GET.dict(), _filters())
    query = filters.in_force(chosen)
    cursor = request.GET.get("cursor")
    rows = cases_listed_to(viewer_of(request)).select_related("subject")
    page = newest_first(
        narrow(rows, query, columns=_COLUMN_OF), column="last_at", cursor=cursor, limit=LIMIT
    )
    table = Table(
        caption=_("Risk cases"),
        columns=COLUMNS,
        rows=page.rows,
        row_template="desk/case_row.html",
        cursor=page.cursor,
        query=query,
        empty=_("No risk case fits."),
        paged=bool(cursor),
    )
    context = {
        "heading": _("Risk cases"),
        "table": table,
        "filters": chosen,
        "filtered": bool(query),
    }
    return render(request, "desk/list.html", context)


@require_safe
@business_page
def case(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """One risk case: its score term by term, what it is made of, and what is done about it."""
    page = case_page(viewer_of(request), case_id)
    return render(request, "desk/case.html", {"page": page})


def _filters() -> list[filters.Filter]:
    choice = filters.Choice
    return [
        filters.Filter(
            "state", _("State"), [choice(k, gettext(v)) for k, v in CASE_STATES.items()]
        ),
        filters.Filter(
            "level", _("Risk level"), [choice(k, gettext(v.label)) for k, v in LEVELS.items()]
        ),
        filters.Filter("district", _("District"), [choice(d.code, name(d)) for d in districts()]),
    ]
