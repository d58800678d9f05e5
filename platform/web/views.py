"""The shell's own addresses."""

import msgspec
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.templatetags.static import static
from django.views.decorators.cache import cache_control
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import conditional_page, require_safe

from city.selectors import areas_geojson


@require_safe
@cache_control(public=True, max_age=24 * 3600)
def favicon(request: HttpRequest) -> HttpResponse:
    """Where browsers look for an icon when a page names none."""
    return redirect(static("web/egret.svg"))


@require_safe
@login_required
@gzip_page
@conditional_page
def areas(request: HttpRequest) -> HttpResponse:
    """Districts and unit grids of the city as GeoJSON: what maps are drawn on without tiles."""
    body = {"districts": areas_geojson("district"), "grids": areas_geojson("grid")}
    answer = HttpResponse(msgspec.json.encode(body), content_type="application/json")
    answer["Cache-Control"] = "private, max-age=3600"
    return answer
