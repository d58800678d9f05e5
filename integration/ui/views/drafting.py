"""Who may open the workshop's pages, and which draft a page is about."""

from collections.abc import Callable
from functools import wraps
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render

from accounts.domain import Viewer
from core.errors import NotAllowed
from core.words import N_
from integration.models import ProfileDraft
from integration.selectors.workshop import draft_by_id, may_draft
from integration.ui.workshop.draft_page import draft_page
from web.access import P, Page, viewer_of

__all__ = ["GET_POST", "DraftView", "draft_view", "drafting_page", "revision_of"]

DraftView = Callable[[HttpRequest, Viewer, ProfileDraft], HttpResponse]
GET_POST = ["GET", "HEAD", "POST"]
_MOST_DIGITS = 9


def drafting_page(view: Page[P]) -> Page[P]:
    """Officers, for their own organisations, and system administrators; others are refused."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        if not may_draft(viewer_of(request)):
            raise NotAllowed(
                "not_allowed", N_("Feeds are connected by officers and system administrators.")
            )
        return view(request, *args, **kwargs)

    return login_required(guarded)  # type: ignore[return-value]


def draft_view(view: DraftView) -> Callable[..., HttpResponseBase]:
    """A page about an open draft; a settled one says what became of it instead."""

    @drafting_page
    @wraps(view)
    def opened(request: HttpRequest, draft_id: UUID) -> HttpResponse:
        viewer = viewer_of(request)
        draft = draft_by_id(viewer, draft_id)
        page = draft_page(viewer, draft, "")
        if not page.open:
            return render(request, "integration/workshop/settled.html", {"page": page})
        return view(request, viewer, draft)

    return opened


def revision_of(request: HttpRequest) -> int:
    """The revision that a form was made from; -1, which is never current, for none."""
    sent = request.POST.get("revision", "")
    fits = sent.isascii() and sent.isdecimal() and len(sent) <= _MOST_DIGITS
    return int(sent) if fits else -1
