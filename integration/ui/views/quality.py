"""The page of a feed's quality."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from city.selectors import name
from integration.selectors import deliveries_visible_to, feed_of_business
from integration.ui.quality_page import PeriodForm, quality_page
from web.access import business_page, viewer_of

__all__ = ["feed_quality"]


@require_safe
@business_page
def feed_quality(request: HttpRequest, key: str) -> HttpResponse:
    """How good what a feed sent was, indicator by indicator and day by day."""
    viewer = viewer_of(request)
    feed = feed_of_business(viewer, key)
    form = PeriodForm(request.GET)
    context = {"feed": feed, "name": name(feed), "form": form}
    if not form.is_valid():
        return render(request, "integration/feed_quality.html", context, status=422)
    first, last = form.cleaned_data["since"], form.cleaned_data["until"]
    page = quality_page(feed, deliveries_visible_to(viewer), first, last)
    # What was left out is shown with what it was taken for.
    shown = PeriodForm({"since": first.isoformat(), "until": last.isoformat()})
    context |= {"page": page, "first": first, "last": last, "form": shown}
    return render(request, "integration/feed_quality.html", context)
