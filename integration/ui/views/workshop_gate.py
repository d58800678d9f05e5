"""The last steps of a draft: the grounds that the law asks for, and switching it on."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods

from accounts.domain import Viewer
from core.errors import DomainError
from integration.domain.gate import Gate
from integration.models import ProfileDraft
from integration.services import workshop
from integration.ui.views.drafting import GET_POST, draft_view, revision_of
from integration.ui.workshop.draft_page import draft_page, refused_softly
from integration.ui.workshop.gate_form import GateForm
from integration.ui.workshop.gate_page import gate_lines, next_version


def _gate(viewer: Viewer, draft: ProfileDraft) -> Gate:
    """The gate of a draft; grounds that were just written do not undo its try-out."""
    if draft.has_sample and not draft.tried_is_current:
        workshop.try_draft(viewer=viewer, draft_id=draft.pk)
    return workshop.gate_of(viewer=viewer, draft_id=draft.pk)


@require_http_methods(GET_POST)
@draft_view
def gate(request: HttpRequest, viewer: Viewer, draft: ProfileDraft) -> HttpResponse:
    """Legal basis, purpose, classes and assessment, beside what is still missing."""
    header = draft.document.get("header")
    before = header if isinstance(header, dict) else {}
    form = GateForm(request.POST or None, initial=GateForm.told(before))
    if request.method == "POST" and form.is_valid():
        try:
            workshop.change_section(
                viewer=viewer,
                draft_id=draft.pk,
                revision=revision_of(request),
                section="header",
                value=form.header(before),
            )
        except DomainError as error:
            form.add_error(None, refused_softly(error))
        else:
            messages.success(request, gettext("Saved."))
            return redirect("connect_gate", draft.pk)
    found = _gate(viewer, draft)
    context = {
        "page": draft_page(viewer, draft, "gate"),
        "form": form,
        "gate": found,
        "lines": gate_lines(found),
    }
    status = 422 if form.errors else 200
    return render(request, "integration/workshop/gate.html", context, status=status)


@require_http_methods(GET_POST)
@draft_view
def switch_on(request: HttpRequest, viewer: Viewer, draft: ProfileDraft) -> HttpResponse:
    """What will happen, asked once more; then it happens."""
    refusal, reason, status = "", request.POST.get("reason", ""), 200
    if request.method == "POST":
        try:
            feed = workshop.switch_on(
                viewer=viewer, draft_id=draft.pk, revision=revision_of(request), reason=reason
            )
        except DomainError as error:
            refusal, status = refused_softly(error), error.status
        else:
            messages.success(request, gettext("The feed is switched on."))
            return redirect("feed_versions", feed.key)
    found = _gate(viewer, draft)
    context = {
        "page": draft_page(viewer, draft, "on"),
        "gate": found,
        "lines": [one for one in gate_lines(found) if not one.met],
        "version": next_version(draft),
        "refusal": refusal,
        "reason": reason,
    }
    return render(request, "integration/workshop/switch_on.html", context, status=status)
