"""The feeds pages: how each feed is doing, how it is read, its deliveries, and what waits."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from accounts.domain import Viewer
from accounts.selectors import names_by_username
from city.selectors import name
from integration.domain.profile_document import trusted
from integration.models import Delivery, Feed
from integration.selectors import (
    FeedCounts,
    deliveries_visible_to,
    feed_by_key,
    feed_counts,
    open_problems_visible_to,
)
from integration.ui.contact_marks import Mark, marks
from integration.ui.datastreams import DatastreamList, datastream_list
from integration.ui.day_check import day_check
from integration.ui.feed_page import contact, grounds, profile_facts, replays
from integration.ui.moments import today_start
from integration.ui.profile_reading import readings
from integration.ui.quarantine_list import groups
from restapi.pages import newest_first
from web.access import business_page, viewer_of
from web.tables import Column, Table

OUTCOMES = (
    ("accepted", pgettext_lazy("rows", "Accepted")),
    ("updated", _("Updated")),
    ("duplicates", _("Duplicates")),
    ("quarantined", _("Quarantined")),
)
DELIVERY_COLUMNS = (
    Column(_("Received at")),
    Column(_("Sender")),
    Column(_("Rows"), numeric=True),
    Column(pgettext_lazy("rows", "Outcome")),
    Column(_("Quarantined"), numeric=True),
    Column(_("Flagged"), numeric=True),
)


@dataclass(frozen=True)
class Share:
    """One outcome of the rows received: `part` is its share of all in per cent."""

    key: str
    label: Any
    count: int
    part: str


@dataclass(frozen=True)
class FeedLine:
    """A feed as the list shows it."""

    feed: Feed
    name: str
    organisation: str
    counts: FeedCounts
    shares: list[Share]
    mark: Mark


@dataclass(frozen=True)
class DeliveryLine:
    """A delivery as the table shows it."""

    delivery: Delivery
    sender: str
    shares: list[Share]


def shares(rows: dict[str, int]) -> list[Share]:
    """The outcomes of some rows with their shares; empty when nothing came."""
    whole = rows["received"]
    if not whole:
        return []
    return [
        Share(key, label, rows[key], f"{100 * rows[key] / whole:.2f}") for key, label in OUTCOMES
    ]


@require_safe
@business_page
def feeds(request: HttpRequest) -> HttpResponse:
    """Every feed the officer answers for: last contact, what came today, what waits."""
    days = 7 if request.GET.get("days") == "7" else 1
    since = today_start(days_before=days - 1)
    counts = feed_counts(viewer_of(request), since=since)
    marked = marks(one.feed for one in counts)
    lines = [
        FeedLine(
            one.feed,
            name(one.feed),
            name(one.feed.organisation),
            one,
            shares(one.rows),
            marked[one.feed.id],
        )
        for one in counts
    ]
    return render(request, "integration/feeds.html", {"lines": lines, "days": days})


@require_safe
@business_page
def feed(request: HttpRequest, key: str) -> HttpResponse:
    """One feed: what waits, how it is read and on what grounds, and its deliveries."""
    viewer = viewer_of(request)
    found = feed_by_key(viewer, key)
    waiting = groups(open_problems_visible_to(viewer, feed=found.key))
    profile = found.profile and trusted(found.profile.document)
    form, told = day_check(found, request.GET)
    context = {
        "feed": found,
        "name": name(found),
        "organisation": name(found.organisation),
        "mark": marks([found])[found.id],
        "table": _deliveries(viewer, found, request.GET.get("cursor")),
        "groups": waiting,
        "waiting": sum(one.count for one in waiting),
        "contact": contact(found),
        "grounds": grounds(found),
        "profile": profile_facts(found),
        "readings": readings(profile) if profile else [],
        "replays": replays(viewer, found),
        "datastreams": _datastreams(viewer, found),
        "day_form": form,
        "told": told,
    }
    return render(request, "integration/feed.html", context, status=422 if form.errors else 200)


def _datastreams(viewer: Viewer, found: Feed) -> DatastreamList | None:
    """What a feed of observations measures; None for a feed of records."""
    if found.profile is None or found.profile.document["kind"] != "observation":
        return None
    return datastream_list(viewer, found, limit=10)


def _deliveries(viewer: Viewer, found: Feed, cursor: str | None) -> Table:
    page = newest_first(
        deliveries_visible_to(viewer).filter(feed=found),
        column="received_at",
        cursor=cursor,
        limit=10,
    )
    officers = names_by_username(
        one.sender_label for one in page.rows if one.sender_kind == "officer"
    )
    names = ("received", "accepted", "updated", "duplicates", "quarantined")
    lines = [
        DeliveryLine(
            one,
            _sender(one, officers, name(found.organisation)),
            shares({name: getattr(one, name) for name in names}),
        )
        for one in page.rows
    ]
    return Table(
        caption=_("Deliveries"),
        columns=DELIVERY_COLUMNS,
        rows=lines,
        row_template="integration/delivery_row.html",
        cursor=page.cursor,
        query={},
        empty=_("Nothing has been delivered yet."),
        paged=bool(cursor),
    )


def _sender(delivery: Delivery, officers: Mapping[str, str], partner: str) -> str:
    """Who delivered, in words: an officer, the organisation behind a key, or the system."""
    if delivery.sender_kind == "system":
        return gettext("The system")
    if delivery.sender_kind == "partner":
        return partner
    return officers.get(delivery.sender_label, delivery.sender_label)
