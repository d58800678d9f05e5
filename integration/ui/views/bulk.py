"""Settling many quarantined rows: asked for on one page, told row by row on the next."""

from collections import Counter
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_POST

from core.errors import RuleBroken
from integration.selectors import feeds_visible_to
from integration.ui.bulk import ACTS, Selection, Tried, Wanted, selection, settle_many
from integration.ui.queue_filter import QueueFilter
from restapi.errors import translated
from restapi.reading import object_id
from web.access import business_page, viewer_of

MOST_SHOWN = 200  # rows that one page can choose


@require_POST
@business_page
def many(request: HttpRequest) -> HttpResponse:
    """Ask how the chosen rows are to be settled, then settle them and tell of each."""
    viewer = viewer_of(request)
    form = QueueFilter(request.GET, feeds=feeds_visible_to(viewer))
    form.is_valid()
    # The address of the step itself cannot be opened: a language switch comes back to the desk.
    request.stay_at = form.address  # type: ignore[attr-defined]
    wanted = _wanted(request)
    chosen = selection(viewer, _ids(request), exercise=bool(form.query.get("exercise")))
    if wanted.act not in ACTS or not chosen.lines:
        messages.error(request, gettext("Choose rows that you may settle, and what to do."))
        return redirect(form.address)
    context = {"list": form, "chosen": chosen, "wanted": wanted}
    if "sure" not in request.POST:
        return render(request, "integration/bulk.html", context)
    try:
        tried = settle_many(viewer, chosen, wanted)
    except RuleBroken as refusal:
        context["refusal"] = translated(refusal)
        return render(request, "integration/bulk.html", context, status=refusal.status)
    return render(request, "integration/bulk_done.html", {**context, **_told(tried, chosen)})


def _wanted(request: HttpRequest) -> Wanted:
    sent = request.POST
    return Wanted(
        act=sent.get("act", ""),
        reason=sent.get("reason", ""),
        field=sent.get("field", ""),
        value=sent.get("value", ""),
    )


def _ids(request: HttpRequest) -> list[UUID]:
    return [object_id(one) for one in request.POST.getlist("row")[:MOST_SHOWN]]


def _told(tried: list[Tried], chosen: Selection) -> dict[str, Any]:
    counts = Counter(one.outcome for one in tried)
    return {
        "tried": sorted(tried, key=lambda one: one.outcome in ("released", "discarded")),
        "released": counts["released"],
        "discarded": counts["discarded"],
        "wrong": counts["still_wrong"],
        "refused": counts["refused"],
        "count": len(chosen.lines),
    }
