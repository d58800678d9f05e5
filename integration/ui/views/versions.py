"""The versions of a feed's profile: who changed what, when and why; and the way back."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.services import issue_partner_key
from city.selectors import name
from core.errors import DomainError, NotAllowed
from core.words import N_
from integration.domain.comparing import changes
from integration.models import Feed, FeedProfile
from integration.selectors import feed_by_key
from integration.selectors.workshop import feed_versions, may_draft_for, may_switch
from integration.services import workshop
from integration.ui.views.drafting import GET_POST
from integration.ui.workshop.compare_page import change_lines
from integration.ui.workshop.draft_page import refused_softly
from integration.ui.workshop.version_page import switch_lines, version_lines
from web.access import viewer_of


@require_safe
@login_required
def versions(request: HttpRequest, key: str) -> HttpResponse:
    """Every version of a feed's profile, what was switched when, and two of them compared."""
    viewer = viewer_of(request)
    feed = feed_by_key(viewer, key)
    found = feed_versions(viewer, key)
    context = {
        **_frame(request, feed),
        "versions": version_lines(feed, found),
        "switches": switch_lines(viewer, feed),
        "compared": _compared(request, found),
    }
    return render(request, "integration/workshop/versions.html", context)


def _frame(request: HttpRequest, feed: Feed) -> dict[str, object]:
    viewer = viewer_of(request)
    return {
        "feed": feed,
        "name": name(feed),
        "organisation": name(feed.organisation),
        "may_switch": may_switch(viewer),
        "may_draft": may_draft_for(viewer, feed.organisation_id),
        "sees_business": viewer.sees_business,
    }


def _compared(request: HttpRequest, found: list[FeedProfile]) -> dict[str, object] | None:
    """The two versions that were asked for, the older one first."""
    numbers = {str(one.version): one for one in found}
    chosen = [numbers.get(request.GET.get(key, "")) for key in ("from", "to")]
    older, newer = chosen
    if older is None or newer is None:
        return None
    lines = change_lines(changes(older.document, newer.document))
    return {"older": older.version, "newer": newer.version, "changes": lines}


@require_http_methods(GET_POST)
@login_required
def roll_back(request: HttpRequest, key: str, version: int) -> HttpResponse:
    """Put an earlier version in use again, with a reason; asked for on a page of its own."""
    viewer = viewer_of(request)
    feed = feed_by_key(viewer, key)
    if not may_switch(viewer):
        raise NotAllowed("not_allowed", N_("You may not do this."))
    refusal, status, reason = "", 200, request.POST.get("reason", "")
    if request.method == "POST":
        try:
            workshop.roll_back(viewer=viewer, feed_key=key, version=version, reason=reason)
        except DomainError as error:
            refusal, status = refused_softly(error), error.status
        else:
            done = gettext("Version %(version)s is in use again.")
            messages.success(request, done % {"version": version})
            return redirect("feed_versions", key)
    found = {one.version: one for one in feed_versions(viewer, key)}
    chosen = found.get(version)
    present = feed.profile
    told = changes(present.document, chosen.document) if present and chosen else ()
    context = {
        **_frame(request, feed),
        "version": version,
        "chosen": chosen,
        "changes": change_lines(told),
        "refusal": refusal,
        "reason": reason,
    }
    status = 404 if chosen is None else status
    return render(request, "integration/workshop/roll_back.html", context, status=status)


@require_POST
@login_required
def switch(request: HttpRequest, key: str) -> HttpResponse:
    """Take no more deliveries of a feed, or take them again; with a reason."""
    viewer = viewer_of(request)
    act = workshop.switch_off if request.POST.get("act") == "off" else workshop.open_again
    try:
        act(viewer=viewer, feed_key=key, reason=request.POST.get("reason", ""))
    except DomainError as error:
        messages.error(request, refused_softly(error))
    else:
        messages.success(request, gettext("Done."))
    return redirect("feed_versions", key)


@require_POST
@login_required
def partner_key(request: HttpRequest, key: str) -> HttpResponse:
    """A key with which the department delivers; this page is the only one that shows it."""
    viewer = viewer_of(request)
    feed = feed_by_key(viewer, key)
    if not may_switch(viewer):
        raise NotAllowed("not_allowed", N_("You may not do this."))
    # The address of this step cannot be opened: a language switch comes back to the versions.
    request.stay_at = f"/feeds/{feed.key}/versions/"  # type: ignore[attr-defined]
    secret = issue_partner_key(feed_key=feed.key, actor=viewer.actor)
    address = request.build_absolute_uri(f"/api/v1/feeds/{feed.key}/deliveries")
    context = {**_frame(request, feed), "secret": secret, "address": address}
    answer = render(request, "integration/workshop/key.html", context)
    answer["Cache-Control"] = "no-store"
    return answer
