"""The shell's own addresses."""

import msgspec
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import conditional_page, require_safe

from city.selectors import areas_geojson


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
