"""The page for the engineer of a sending department, and its sandbox."""

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from city.selectors import name
from core.errors import BadInput, DomainError
from core.words import N_
from integration.domain.profile import Profile
from integration.domain.profile_document import trusted
from integration.models import Feed
from integration.selectors import deliveries_visible_to, feed_of_business
from integration.services import receive
from integration.ui.push_page import (
    TryOut,
    curl_text,
    delivery_lines,
    example,
    python_text,
    try_out,
)
from restapi.errors import translated
from web.access import business_page, viewer_of

__all__ = ["push"]

_LATEST = 10
_MOST_TRIED = 8 << 20


class TryForm(forms.Form):
    """A delivery to try: as text, or as a file."""

    text = forms.CharField(
        label=_("Paste a delivery"),
        required=False,
        strip=False,
        widget=forms.Textarea(
            attrs={"class": "form-control eg-code-field", "rows": 8, "spellcheck": "false"}
        ),
    )
    file = forms.FileField(
        label=_("or choose a file"),
        required=False,
        allow_empty_file=True,
        widget=forms.FileInput(attrs={"class": "form-control"}),
    )

    def body(self) -> bytes:
        """The bytes to try; BadInput ``malformed_file``, ``empty_file``, ``too_large``."""
        if not self.is_valid():  # U+0000 in the text, or a file without a usable name
            message = N_("This cannot be sent as a form. Choose the file itself.")
            raise BadInput("malformed_file", message)
        file = self.cleaned_data["file"]
        if file and file.size > _MOST_TRIED:
            message = N_("A delivery to try may have %(most)s bytes.")
            raise BadInput("too_large", message, status=413, most=_MOST_TRIED)
        found: bytes = file.read() if file else self.cleaned_data["text"].encode()
        if not found:
            raise BadInput(
                "empty_file", N_("There is nothing to try. Paste rows or choose a file.")
            )
        return found


@require_http_methods(["GET", "HEAD", "POST"])
@business_page
def push(request: HttpRequest, key: str) -> HttpResponse:
    """How to push to a feed, its last deliveries, and a dry run."""
    viewer = viewer_of(request)
    feed = feed_of_business(viewer, key)
    profile = trusted(feed.profile.document) if feed.profile else None
    form = TryForm(request.POST, request.FILES) if request.method == "POST" else TryForm()
    context: dict[str, Any] = {"feed": feed, "name": name(feed), "form": form}
    status = 200
    if request.method == "POST":
        try:
            context["tried"] = _tried(form, feed, request)
        except DomainError as fault:
            context["refusal"], status = fault, fault.status
            context["refused"] = translated(fault)
    if profile is not None:
        context |= _how(request, feed, profile)
    latest = deliveries_visible_to(viewer).filter(feed=feed).order_by("-received_at", "-id")
    context["deliveries"] = delivery_lines(list(latest[:_LATEST]))
    return render(request, "integration/push.html", context, status=status)


def _tried(form: TryForm, feed: Feed, request: HttpRequest) -> TryOut:
    sender = viewer_of(request).actor
    return try_out(receive(feed_key=feed.key, body=form.body(), sender=sender, dry_run=True))


def _how(request: HttpRequest, feed: Feed, profile: Profile) -> dict[str, Any]:
    url = request.build_absolute_uri(f"/api/v1/feeds/{feed.key}/deliveries")
    text, media = example(profile)
    return {
        "url": url,
        "curl": curl_text(url, media),
        "python": python_text(url, media),
        "example": text,
        "limits": profile.limits,
        "layout": profile.format,
    }
