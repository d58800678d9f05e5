"""The bench, the document itself, and the comparison with what reads the feed now."""

import json
from functools import partial

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.domain import Viewer
from core.errors import DomainError, RuleBroken
from core.words import N_
from integration.domain.proposing import Proposal
from integration.models import ProfileDraft
from integration.services import workshop
from integration.ui.views.drafting import GET_POST, draft_view, revision_of
from integration.ui.workshop.bench_page import bench_page, document_from, fault_lines
from integration.ui.workshop.compare_page import compare_page, moved
from integration.ui.workshop.draft_page import draft_page, refused_softly

_MOST_DOCUMENT = 1_000_000  # characters
_PLACES = frozenset(map(str, range(100)))


@require_http_methods(GET_POST)
@draft_view
def bench(request: HttpRequest, viewer: Viewer, draft: ProfileDraft) -> HttpResponse:
    """What the sample's fields become, the records and problems they make, and their places."""
    problems_only = request.GET.get("rows") == "problems"
    typed, status = None, 200
    if request.method == "POST":
        try:
            _change(request, viewer, draft)
        except DomainError as error:
            messages.error(request, refused_softly(error))
            if "field" in request.POST:  # what was typed stays in the form
                typed = document_from(draft, request.POST, _proposal(viewer, draft))
                status = error.status
        if typed is None:
            return redirect(request.get_full_path())
    context = {
        "page": draft_page(viewer, draft, "bench"),
        "bench": bench_page(viewer, draft, problems_only=problems_only, typed=typed),
    }
    return render(request, "integration/workshop/bench.html", context, status=status)


def _change(request: HttpRequest, viewer: Viewer, draft: ProfileDraft) -> None:
    """One act of the bench: take a suggestion, use a coordinate system, or keep the form."""
    sent, revision = request.POST, revision_of(request)
    take = partial(workshop.take_proposal, viewer=viewer, draft_id=draft.pk, revision=revision)
    if "take" in sent:
        section, _, place = sent["take"].partition(":")
        option = int(place) if place in _PLACES else 0
        take(sections=[section], choices={section: option})
    elif "take_all" in sent:
        take()
    else:
        document = _with_system(draft, sent["system"]) if "system" in sent else None
        workshop.change_draft(
            viewer=viewer,
            draft_id=draft.pk,
            revision=revision,
            document=document or document_from(draft, sent, _proposal(viewer, draft)),
        )


def _with_system(draft: ProfileDraft, crs: str) -> dict[str, object]:
    """The document with its position in another coordinate system."""
    position = draft.document.get("position")
    if not isinstance(position, dict):
        raise RuleBroken("no_position", N_("No field was chosen as the position."))
    return {**draft.document, "position": {**position, "crs": crs}}


def _proposal(viewer: Viewer, draft: ProfileDraft) -> Proposal | None:
    """What the sample suggests; nothing where there is none or it cannot be read."""
    if not draft.has_sample:
        return None
    try:
        return workshop.propose(viewer=viewer, draft_id=draft.pk)
    except DomainError:
        return None


@require_http_methods(GET_POST)
@draft_view
def document(request: HttpRequest, viewer: Viewer, draft: ProfileDraft) -> HttpResponse:
    """The profile document as it is written, for those who know its language."""
    text, refusal = json.dumps(draft.document, ensure_ascii=False, indent=2), ""
    if request.method == "POST":
        text = request.POST.get("document", "")
        try:
            workshop.change_draft(
                viewer=viewer,
                draft_id=draft.pk,
                revision=revision_of(request),
                document=_read(text),
            )
        except DomainError as error:
            refusal = refused_softly(error)
        else:
            messages.success(request, gettext("Saved."))
            return redirect("connect_document", draft.pk)
    faults = workshop.faults_of(viewer=viewer, draft_id=draft.pk)
    context = {
        "page": draft_page(viewer, draft, "bench"),
        "text": text,
        "refusal": refusal,
        "faults": fault_lines(faults),
        "lines": min(max(text.count("\n") + 2, 12), 40),
    }
    status = 422 if refusal else 200
    return render(request, "integration/workshop/document.html", context, status=status)


def _read(text: str) -> dict[str, object]:
    """The object that a text is; RuleBroken `bad_json` where it is none, with the line."""
    message = N_("Line %(line)s, column %(column)s: this is no JSON.")
    if len(text) > _MOST_DOCUMENT:
        raise RuleBroken("too_large", N_("The document is too large."))
    try:
        found = json.loads(text)
    except json.JSONDecodeError as error:
        raise RuleBroken("bad_json", message, line=error.lineno, column=error.colno) from error
    except RecursionError as error:
        raise RuleBroken("bad_json", message, line=1, column=1) from error
    if not isinstance(found, dict):
        raise RuleBroken("bad_json", N_("A profile is a JSON object: it begins with { ."))
    return found


@require_safe
@draft_view
def compare(request: HttpRequest, viewer: Viewer, draft: ProfileDraft) -> HttpResponse:
    """What the draft changes: settings, and rows of the sample that come out differently."""
    told = workshop.compare_draft(viewer=viewer, draft_id=draft.pk)
    context = {
        "page": draft_page(viewer, draft, "compare"),
        "told": compare_page(told),
        "moved": moved(draft),
    }
    return render(request, "integration/workshop/compare.html", context)


@require_POST
@draft_view
def follow(request: HttpRequest, viewer: Viewer, draft: ProfileDraft) -> HttpResponse:
    """Base the draft on what reads the feed now; its officer has compared the two."""
    try:
        workshop.follow_present(viewer=viewer, draft_id=draft.pk, revision=revision_of(request))
    except DomainError as error:
        messages.error(request, refused_softly(error))
    return redirect("connect_compare", draft.pk)
