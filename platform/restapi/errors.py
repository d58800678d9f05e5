"""The one error envelope of the REST door.

`{"error": {"code": "snake_case", "message": "…", "detail": {…}}}`, in the caller's language.
"""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import InterfaceError, OperationalError
from django.http import Http404
from django.utils.translation import gettext
from rest_framework import exceptions
from rest_framework.response import Response

from core.errors import DomainError, Overloaded, fill
from core.words import N_

_KNOWN: dict[type[Exception], tuple[int, str, str]] = {
    exceptions.NotAuthenticated: (401, "not_signed_in", N_("Sign in first.")),
    exceptions.PermissionDenied: (403, "not_allowed", N_("You may not do this.")),
    PermissionDenied: (403, "not_allowed", N_("You may not do this.")),
    Http404: (404, "not_found", N_("There is no such object, or you may not see it.")),
    exceptions.NotFound: (404, "not_found", N_("There is no such object, or you may not see it.")),
    exceptions.MethodNotAllowed: (
        405,
        "method_not_allowed",
        N_("This address does not know that method."),
    ),
    exceptions.NotAcceptable: (406, "not_acceptable", N_("Only JSON is served here.")),
    exceptions.UnsupportedMediaType: (
        415,
        "unsupported_type",
        N_("This media type is not understood here."),
    ),
    exceptions.ParseError: (400, "malformed_body", N_("The body is not valid JSON.")),
}


def not_found() -> dict[str, Any]:
    """The body of every 404, the same for missing and for not visible."""
    _, code, message = _KNOWN[Http404]
    return envelope(code, gettext(message))


def envelope(code: str, message: str, detail: dict[str, Any] | None = None) -> dict[str, Any]:
    """The body of an error answer."""
    return {"error": {"code": code, "message": message, "detail": detail or {}}}


def translated(error: DomainError) -> str:
    """The error's message in the caller's language, its places filled."""
    return fill(gettext(error.message), error.detail)


def exception_handler(error: Exception, context: dict[str, Any]) -> Response | None:
    """Turn every foreseen exception into the envelope; None leaves a 500 to the last handler."""
    if isinstance(error, DomainError):
        return _domain(error)
    if isinstance(error, exceptions.ValidationError):
        message = gettext("Some fields are missing or not valid.")
        return Response(envelope("invalid_input", message, {"fields": error.detail}), 422)
    if isinstance(error, exceptions.AuthenticationFailed):
        answer = Response(envelope("bad_credentials", str(error.detail)), 401)
        answer["WWW-Authenticate"] = getattr(error, "auth_header", "Token")
        return answer
    if isinstance(error, OperationalError | InterfaceError):
        return _domain(
            Overloaded("overloaded", N_("The service is busy; try again."), retry_after=5)
        )
    for kind, (status, code, text) in _KNOWN.items():
        if isinstance(error, kind):
            answer = Response(envelope(code, gettext(text)), status)
            if status == 401:
                answer["WWW-Authenticate"] = getattr(error, "auth_header", "Token")
            return answer
    return None


def _domain(error: DomainError) -> Response:
    answer = Response(envelope(error.code, translated(error), error.detail), error.status)
    if isinstance(error, Overloaded):
        answer["Retry-After"] = str(error.retry_after)
    return answer
