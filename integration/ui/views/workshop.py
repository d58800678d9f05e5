"""The workshop's first pages: the drafts, a new connection, its sample and its names."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.domain import Viewer
from accounts.selectors import names_by_username
from city.selectors import name
from core.errors import DomainError
from integration.models import ProfileDraft
from integration.selectors import feeds_visible_to
from integration.selectors.workshop import (
    drafts_visible_to,
    may_draft_for,
)
from integration.services import workshop
from integration.ui.views.drafting import GET_POST, draft_view, drafting_page, revision_of
from integration.ui.workshop.draft_page import draft_name, draft_page, refused_softly
from integration.ui.workshop.start_form import NamesForm, SampleForm, StartForm
from web.access import viewer_of

SETTLED_SHOWN = 10
_NAMES = ("name_zh", "name_en", "kind", "origin", "silent_after_minutes")


@require_safe
@drafting_page
def drafts(request: HttpRequest) -> HttpResponse:
    """The drafts that are open, those lately settled, and the two ways to begin."""
    viewer = viewer_of(request)
    found = drafts_visible_to(viewer)
    settled = list(found.exclude(state="open")[:SETTLED_SHOWN])
    opened = list(found.filter(state="open"))
    people = names_by_username(one.changed_by for one in [*opened, *settled])
    context = {
        "open": [_line(one, people) for one in opened],
        "settled": [_line(one, people) for one in settled],
        "feeds": [
            (one.key, name(one), name(one.organisation))
            for one in feeds_visible_to(viewer)
            if one.profile and may_draft_for(viewer, one.organisation_id)
        ],
    }
    return render(request, "integration/workshop/drafts.html", context)


def _line(draft: ProfileDraft, people: dict[str, str]) -> dict[str, object]:
    return {
        "draft": draft,
        "name": draft_name(draft),
        "organisation": name(draft.organisation),
        "by": people.get(draft.changed_by, draft.changed_by),
    }


@require_http_methods(GET_POST)
@drafting_page
def new(request: HttpRequest) -> HttpResponse:
    """A department that was never connected: its sample, its name, what its rows are."""
    viewer = viewer_of(request)
    form = StartForm(request.POST or None, request.FILES or None, viewer=viewer)
    if request.method == "POST" and form.is_valid():
        try:
            draft = workshop.start_new(viewer=viewer, new=form.new)
        except DomainError as error:
            form.add_error(_field_of(error), refused_softly(error))
        else:
            return _with_sample(request, viewer, draft, form)
    status = 422 if form.errors else 200
    return render(request, "integration/workshop/new.html", {"form": form}, status=status)


def _field_of(error: DomainError) -> str | None:
    return "key" if error.code in ("feed_exists", "bad_key", "draft_exists") else None


def _with_sample(
    request: HttpRequest, viewer: Viewer, draft: ProfileDraft, form: SampleForm
) -> HttpResponse:
    """Give a draft its sample; a new one takes what the sample suggests at once."""
    fresh = draft.based_on_id is None and not draft.document.get("identity")
    try:
        draft = workshop.give_sample(
            viewer=viewer,
            draft_id=draft.pk,
            revision=draft.revision,
            body=form.body,
            name=form.name,
        )
        if fresh:
            workshop.take_proposal(viewer=viewer, draft_id=draft.pk, revision=draft.revision)
    except DomainError as error:
        messages.error(request, f"{refused_softly(error)} ({error.code})")
        return redirect("connect_sample", draft.pk)
    return redirect("connect_bench", draft.pk)


@require_POST
@drafting_page
def start(request: HttpRequest) -> HttpResponse:
    """A draft from what reads a feed now, or from an earlier version of it."""
    viewer = viewer_of(request)
    key, version = request.POST.get("feed", ""), request.POST.get("version", "")
    if version.isdecimal():
        draft = workshop.start_from(viewer=viewer, feed_key=key, version=int(version[:9]))
    else:
        draft = workshop.start_draft(viewer=viewer, feed_key=key)
    return redirect("connect_sample", draft.pk)


@require_http_methods(GET_POST)
@draft_view
def sample(request: HttpRequest, viewer: Viewer, draft: ProfileDraft) -> HttpResponse:
    """The sample of a draft, to be given or given anew, and what the feed is called."""
    given, names = SampleForm(), NamesForm(initial=_names(draft))
    if request.method == "POST" and "names" in request.POST:
        names = NamesForm(request.POST)
        if names.is_valid() and _keep_names(request, viewer, draft, names):
            return redirect("connect_sample", draft.pk)
    elif request.method == "POST":
        given = SampleForm(request.POST, request.FILES)
        if given.is_valid():
            return _with_sample(request, viewer, draft, given)
    context = {"page": draft_page(viewer, draft, "sample"), "given": given, "names": names}
    status = 422 if given.errors or names.errors else 200
    return render(request, "integration/workshop/sample.html", context, status=status)


def _names(draft: ProfileDraft) -> dict[str, object]:
    return {key: draft.document.get(key) for key in _NAMES}


def _keep_names(request: HttpRequest, viewer: Viewer, draft: ProfileDraft, form: NamesForm) -> bool:
    told = {key: form.cleaned_data[key] for key in _NAMES}
    document = {**draft.document, **told}
    document = {key: one for key, one in document.items() if one is not None or key not in told}
    try:
        workshop.change_draft(
            viewer=viewer,
            draft_id=draft.pk,
            revision=revision_of(request),
            document=document,
        )
    except DomainError as error:
        form.add_error(None, refused_softly(error))
        return False
    messages.success(request, gettext("Saved."))
    return True


@require_POST
@drafting_page
def discard(request: HttpRequest, draft_id: UUID) -> HttpResponse:
    """Give a draft up; its sample goes at once."""
    viewer = viewer_of(request)
    try:
        workshop.discard_draft(viewer=viewer, draft_id=draft_id, revision=revision_of(request))
    except DomainError as error:
        messages.error(request, refused_softly(error))
        return redirect("connect_sample", draft_id)
    messages.success(request, gettext("The draft was discarded, and its sample deleted."))
    return redirect("connect")
