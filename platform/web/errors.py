"""The last handlers of Django: pages for officers, the error envelope for machines."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template.loader import render_to_string
from django.utils.translation import gettext
from django.views import defaults

from core.words import N_
from restapi import errors
from web.doors import is_machine_door


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """400: a request that Django itself refused."""
    if is_machine_door(request.path):
        return _envelope(400, "bad_request", N_("The request is not valid."))
    return HttpResponse(render_to_string("400.html"), status=400)


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    """403: not one of ours, those are shown by the middleware."""
    if is_machine_door(request.path):
        return _envelope(403, "not_allowed", N_("You may not do this."))
    return defaults.permission_denied(request, exception)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """404: the same whether an address is unknown or its object is another's."""
    if is_machine_door(request.path):
        return JsonResponse(errors.not_found(), status=404)
    return defaults.page_not_found(request, exception)


def server_error(request: HttpRequest) -> HttpResponse:
    """500: the failure itself is in the log; the page needs nothing that may fail."""
    if is_machine_door(request.path):
        return _envelope(500, "internal_error", N_("Something went wrong; it has been logged."))
    return defaults.server_error(request)


def _envelope(status: int, code: str, message: str) -> JsonResponse:
    return JsonResponse(errors.envelope(code, gettext(message)), status=status)
