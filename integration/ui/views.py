"""The feeds pages: how each feed is doing, its deliveries, and the rows that wait for a person."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language, gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST, require_safe

from accounts.selectors import names_by_username
from city.selectors import name, zone
from core.clock import now
from core.errors import DomainError
from integration.models import Delivery, Feed, Problem
from integration.models.deliveries import Settlement
from integration.selectors import (
    FeedCounts,
    deliveries_visible_to,
    feed_by_key,
    feed_counts,
    may_send,
    problems_visible_to,
)
from integration.services import discard
from integration.wording import in_language
from restapi.errors import translated
from restapi.pages import newest_first
from web.access import business_page, viewer_of
from web.tables import Column, Table

PROBLEMS_SHOWN = 100
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
    silent: bool


@dataclass(frozen=True)
class DeliveryLine:
    """A delivery as the table shows it."""

    delivery: Delivery
    sender: str
    shares: list[Share]


@dataclass(frozen=True)
class ProblemLine:
    """A quarantined row and its reason in the officer's language."""

    problem: Problem
    message: str


def shares(rows: dict[str, int]) -> list[Share]:
    """The outcomes of some rows with their shares; empty when nothing came."""
    whole = rows["received"]
    if not whole:
        return []
    return [
        Share(key, label, rows[key], f"{100 * rows[key] / whole:.2f}") for key, label in OUTCOMES
    ]


def _day_start() -> datetime:
    """Midnight on the city's clocks."""
    return now().astimezone(zone()).replace(hour=0, minute=0, second=0, microsecond=0)


def _silent(feed: Feed) -> bool:
    last = feed.last_contact_at
    return feed.silent_after is not None and (last is None or now() - last > feed.silent_after)


@require_safe
@business_page
def feeds(request: HttpRequest) -> HttpResponse:
    """Every feed the officer answers for: last contact, what came today, what waits."""
    days = 7 if request.GET.get("days") == "7" else 1
    since = _day_start() - timedelta(days=days - 1)
    lines = [
        FeedLine(
            one.feed,
            name(one.feed),
            name(one.feed.organisation),
            one,
            shares(one.rows),
            _silent(one.feed),
        )
        for one in feed_counts(viewer_of(request), since=since)
    ]
    return render(request, "integration/feeds.html", {"lines": lines, "days": days})


@require_safe
@business_page
def feed(request: HttpRequest, key: str) -> HttpResponse:
    """One feed: where it comes from and on what grounds, its deliveries, its quarantine."""
    viewer = viewer_of(request)
    found = feed_by_key(viewer, key)
    cursor = request.GET.get("cursor")
    page = newest_first(
        deliveries_visible_to(viewer).filter(feed=found),
        column="received_at",
        cursor=cursor,
        limit=20,
    )
    organisation = name(found.organisation)
    officers = names_by_username(
        one.sender_label for one in page.rows if one.sender_kind == "officer"
    )
    names = ("received", "accepted", "updated", "duplicates", "quarantined")
    lines = [
        DeliveryLine(
            one,
            _sender(one, officers, organisation),
            shares({name: getattr(one, name) for name in names}),
        )
        for one in page.rows
    ]
    table = Table(
        caption=_("Deliveries"),
        columns=DELIVERY_COLUMNS,
        rows=lines,
        row_template="integration/delivery_row.html",
        cursor=page.cursor,
        query={},
        empty=_("Nothing has been delivered yet."),
        paged=bool(cursor),
    )
    waiting = (
        problems_visible_to(viewer)
        .filter(delivery__feed=found, settlement=Settlement.OPEN)
        .select_related("delivery")
        .order_by("-delivery__received_at", "line")
    )
    count = waiting.count()
    context = {
        "feed": found,
        "name": name(found),
        "organisation": organisation,
        "silent": _silent(found),
        "header": _header(found),
        "table": table,
        "problems": [
            ProblemLine(one, in_language(one.code, one.field)) for one in waiting[:PROBLEMS_SHOWN]
        ],
        "waiting": count,
        "hidden": max(0, count - PROBLEMS_SHOWN),
        "may_settle": may_send(viewer, found),
    }
    return render(request, "integration/feed.html", context)


def _sender(delivery: Delivery, officers: Mapping[str, str], partner: str) -> str:
    """Who delivered, in words: an officer, the organisation behind a key, or the system."""
    if delivery.sender_kind == "system":
        return gettext("The system")
    if delivery.sender_kind == "partner":
        return partner
    return officers.get(delivery.sender_label, delivery.sender_label)


def _header(found: Feed) -> list[tuple[str, str]]:
    """Why the feed may be received at all: its profile's header in the active language."""
    if found.profile is None:
        return []
    header = found.profile.document["header"]
    suffix = "zh" if get_language() == "zh-hans" else "en"
    return [
        (gettext("Purpose"), header.get(f"purpose_{suffix}", "")),
        (gettext("Legal basis"), header.get(f"legal_basis_{suffix}", "")),
        (
            gettext("Kept for"),
            gettext("%(days)s days") % {"days": f"{header.get('retention_days', 0):,}"},
        ),
        (gettext("Profile version"), str(found.profile.version)),
    ]


@require_POST
@business_page
def discard_row(request: HttpRequest, key: str, problem_id: UUID) -> HttpResponse:
    """Settle a quarantined row as of no use, with a reason."""
    try:
        discard(
            viewer=viewer_of(request),
            problem_id=problem_id,
            reason=request.POST.get("reason", ""),
        )
    except DomainError as error:
        messages.error(request, translated(error))
    else:
        messages.success(request, gettext("The row was discarded."))
    return redirect("feed", key=key)
