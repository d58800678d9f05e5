"""Showing the personal details of one record of a case in clear: asked for, on terms, once."""

from typing import Any
from uuid import UUID

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from core.errors import NotFound, Overloaded, RuleBroken
from core.words import N_
from desk import labels
from desk.case_page import case_address, record_of_case
from desk.forms import ask_for
from integration.services import reveal
from privacy.domain.terms import PURPOSE_LABELS
from restapi.errors import translated
from web.access import business_page, viewer_of


class RevealForm(forms.Form):
    """For what, and why now."""

    purpose = forms.ChoiceField(
        label=_("Purpose"),
        # Asked for each time: purposes are told in the language of the moment.
        choices=lambda: [(key.value, gettext(text)) for key, text in PURPOSE_LABELS.items()],
        widget=forms.RadioSelect(attrs={"class": "form-check-input"}),
    )
    reason = forms.CharField(
        label=_("Reason"),
        help_text=_("In one sentence; it stays in the audit log with your name."),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3, "class": "form-control"}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        ask_for(self)


@require_http_methods(["GET", "HEAD", "POST"])
@business_page
@never_cache
def reveal_record(request: HttpRequest, case_id: UUID, record_id: UUID) -> HttpResponse:
    """Ask for purpose and reason; the answer to them shows the details, and no other page does."""
    viewer = viewer_of(request)
    record = record_of_case(viewer, case_id, record_id)
    if not record.may_reveal:
        raise NotFound("not_found", N_("There is no such object, or you may not see it."))
    form = RevealForm(request.POST if request.method == "POST" else None)
    context = {"record": record, "back": case_address(case_id)}
    status = 200
    if request.method == "POST" and form.is_valid():
        try:
            found = reveal(viewer=viewer, record_id=record_id, **form.cleaned_data)
        except (RuleBroken, Overloaded) as refusal:
            form.add_error(None, translated(refusal))
            status = refusal.status
        else:
            shown = [(labels.personal_kind(one.kind), one.value) for one in found]
            return render(request, "desk/revealed.html", {**context, "shown": shown})
    elif request.method == "POST":
        status = RuleBroken.status
    return render(request, "desk/reveal.html", {**context, "form": form}, status=status)
