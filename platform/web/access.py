"""Who may open a page at all; what is shown on it is the selectors' question."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from accounts.domain.viewer import Viewer
from core.errors import NotAllowed
from core.words import N_

P = ParamSpec("P")
Page = Callable[Concatenate[HttpRequest, P], HttpResponseBase]


def viewer_of(request: HttpRequest) -> Viewer:
    """The signed-in officer's viewer; use it behind `business_page` or `login_required`."""
    viewer: Viewer = request.viewer  # type: ignore[attr-defined]
    return viewer


def business_page(view: Page[P]) -> Page[P]:
    """Signed-in officers with business data; others are sent to sign in, administrators refused."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        if not viewer_of(request).sees_business:
            raise NotAllowed(
                "no_business_data", N_("Administrators see no business data; use another account.")
            )
        return view(request, *args, **kwargs)

    return login_required(guarded)  # type: ignore[return-value]
