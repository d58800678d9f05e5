"""The page of a feed's pulls, and the form that sets its source up."""

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.domain import Viewer
from city.selectors import name
from core.errors import DomainError, NotAllowed
from core.words import N_
from integration.models import Feed, PullSource
from integration.selectors import feed_by_key
from integration.selectors.pulls import may_pull, pull_targets, source_of
from integration.services.pulling import ask_now, set_up_source, switch_source
from integration.ui.contact_marks import marks
from integration.ui.pull_forms import FORMS, PullForm
from integration.ui.pull_page import attempt_lines, source_facts
from restapi.errors import translated
from web.access import viewer_of

_SOFT = (403, 404)
_SECONDS = 60


@require_safe
@login_required
def pull(request: HttpRequest, key: str) -> HttpResponse:
    """Where a feed is pulled from, and what came of the last pulls."""
    viewer = viewer_of(request)
    feed = feed_by_key(viewer, key)
    source = source_of(feed)
    context = {
        **_frame(viewer, feed),
        "source": source,
        "facts": source_facts(viewer, source) if source else [],
        "attempts": attempt_lines(source) if source else [],
        "may_pull": may_pull(viewer, feed),
    }
    return render(request, "integration/pull.html", context)


def _frame(viewer: Viewer, feed: Feed) -> dict[str, object]:
    return {
        "feed": feed,
        "name": name(feed),
        "organisation": name(feed.organisation),
        "mark": marks([feed])[feed.id],
        "may_set_up": viewer.has_role("system_admin"),
        "sees_business": viewer.sees_business,
    }


@require_POST
@login_required
def pull_now(request: HttpRequest, key: str) -> HttpResponse:
    """Have the feed pulled as soon as a worker is free."""
    try:
        ask_now(viewer=viewer_of(request), feed_key=key)
    except DomainError as error:
        _told(request, error)
    else:
        done = gettext("It will be pulled within a minute. Look at this page again then.")
        messages.success(request, done)
    return redirect("feed_pull", key)


@require_POST
@login_required
def pull_switch(request: HttpRequest, key: str) -> HttpResponse:
    """Switch pulling off or on again."""
    active = request.POST.get("act") == "on"
    try:
        switch_source(viewer=viewer_of(request), feed_key=key, active=active)
    except DomainError as error:
        _told(request, error)
    else:
        messages.success(request, gettext("Done."))
    return redirect("feed_pull", key)


def _told(request: HttpRequest, error: DomainError) -> None:
    if error.status in _SOFT:
        raise error
    messages.error(request, translated(error))


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def pull_set_up(request: HttpRequest, key: str) -> HttpResponse:
    """The form of a source; its kind is in the address."""
    viewer = viewer_of(request)
    feed = feed_by_key(viewer, key)
    if not viewer.has_role("system_admin"):
        message = N_("System administrators set up where feeds are pulled from.")
        raise NotAllowed("not_allowed", message)
    source = source_of(feed)
    kind = request.GET.get("kind", source.kind if source else "http")
    made = FORMS.get(kind, FORMS["http"])
    form = made(request.POST or None, source=source)
    if request.method == "POST" and form.is_valid() and _set_up(viewer, key, form):
        messages.success(request, gettext("The source is set up; its first pull comes at once."))
        return redirect("feed_pull", key)
    context = {
        **_frame(viewer, feed),
        "form": form,
        "kinds": _kinds(form.kind),
        "targets": _targets(form.kind),
    }
    status = 422 if form.errors else 200
    return render(request, "integration/pull_set_up.html", context, status=status)


def _set_up(viewer: Viewer, key: str, form: PullForm) -> PullSource | None:
    try:
        return set_up_source(
            viewer=viewer,
            feed_key=key,
            document=form.settings,
            every_seconds=form.cleaned_data["every_minutes"] * _SECONDS,
            secret=form.new_secret,
            keep_secret=form.keep_secret,
        )
    except DomainError as error:
        form.add_error(None, translated(error))
        return None


def _kinds(chosen: str) -> list[Mapping[str, Any]]:
    words = {
        "http": gettext("HTTP address"),
        "folder": gettext("Watched folder"),
        "database": gettext("View of a database"),
    }
    return [{"key": one, "label": words[one], "current": one == chosen} for one in FORMS]


def _targets(kind: str) -> list[str]:
    """The places on the list that this kind of source may use."""
    database = kind == "database"
    return (
        [str(one) for one in pull_targets() if (one.scheme == "postgresql") is database]
        if kind != "folder"
        else []
    )
