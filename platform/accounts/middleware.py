"""Puts the viewer on every request of a page."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.utils.functional import SimpleLazyObject

from accounts.domain import Viewer
from accounts.models import Officer
from accounts.selectors import viewer_of


class ViewerMiddleware:
    """`request.viewer`: the signed-in officer's viewer, or a lazy None; made on first use."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.viewer = SimpleLazyObject(lambda: _viewer(request))  # type: ignore[attr-defined]
        return self.get_response(request)


def _viewer(request: HttpRequest) -> Viewer | None:
    return viewer_of(request.user) if isinstance(request.user, Officer) else None
