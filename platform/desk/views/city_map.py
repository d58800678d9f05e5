"""The city map and the door of its points."""

import msgspec
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_safe

from core.errors import BadInput
from core.words import N_
from desk.counting import MOST_COUNTED
from desk.map_filter import MapFilter
from desk.map_page import map_page, points
from web.access import business_page, viewer_of


@require_safe
@business_page
def city_map(request: HttpRequest) -> HttpResponse:
    """The city at a look; what the filter cannot mean is told on the page."""
    form = MapFilter(request.GET)
    context = {"form": form, "filtered": bool(form.data), "most_counted": MOST_COUNTED}
    if not form.is_valid():
        return render(request, "desk/map.html", context, status=422)
    page = map_page(viewer_of(request), form, request.GET.get("cursor"))
    return render(request, "desk/map.html", {**context, "page": page, "filtered": form.query})


@require_safe
@business_page
@never_cache
@gzip_page
def map_points(request: HttpRequest) -> HttpResponse:
    """The layers of the map that `layers` names, for whoever is signed in."""
    form = MapFilter(request.GET)
    if not form.is_valid():
        raise BadInput("bad_filter", N_("This list cannot be filtered that way."))
    keys = dict.fromkeys(key for key in request.GET.get("layers", "").split(",") if key)
    found = points(viewer_of(request), form.scope, list(keys))
    return HttpResponse(msgspec.json.encode(found), content_type="application/json")
