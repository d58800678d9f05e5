"""Between the views and the browser: refusals become pages, times are the city's."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from core.errors import DomainError, NotAllowed, NotFound, Overloaded
from restapi.errors import translated
from web.doors import is_machine_door
from web.times import city_zone

View = Callable[[HttpRequest], HttpResponse]


class DomainErrorMiddleware:
    """Shows a DomainError that a page's view let through as a page with its status.

    The machines' doors are left alone: they have an envelope of their own.
    """

    def __init__(self, get_response: View) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """The page of the refusal; None leaves any other exception to the next in line."""
        if not isinstance(error, DomainError) or is_machine_door(request.path):
            return None
        if isinstance(error, NotFound):
            # Missing and not visible look the same: nothing of the error is told.
            return render(request, "404.html", status=error.status)
        template = "403.html" if isinstance(error, NotAllowed) else "web/refused.html"
        context = {"message": translated(error), "status": error.status, "code": error.code}
        answer = render(request, template, context, status=error.status)
        if isinstance(error, Overloaded):
            answer["Retry-After"] = str(error.retry_after)
        return answer


class CityTimeMiddleware:
    """Dates of forms and of Django's own filters are the city's, as those of our filters are."""

    def __init__(self, get_response: View) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if is_machine_door(request.path):
            return self.get_response(request)
        with timezone.override(city_zone()):
            return self.get_response(request)
