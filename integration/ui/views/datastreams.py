"""The page of a feed's datastreams."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from city.selectors import name
from integration.selectors import feed_of_business
from integration.ui.datastreams import datastream_list
from web.access import business_page, viewer_of

_SHOWN = 50


@require_safe
@business_page
def datastreams(request: HttpRequest, key: str) -> HttpResponse:
    """Every datastream of a feed by its key, page by page."""
    viewer = viewer_of(request)
    feed = feed_of_business(viewer, key)
    cursor = request.GET.get("cursor")
    context = {
        "feed": feed,
        "name": name(feed),
        "organisation": name(feed.organisation),
        "datastreams": datastream_list(viewer, feed, limit=_SHOWN, cursor=cursor),
        "paged": bool(cursor),
    }
    return render(request, "integration/datastreams.html", context)
