"""What callers say of their body before it is read: a charset that is none is refused.

Django decodes by the charset of the Content-Type header, before any view, and fails on a name
that means no text encoding. Egret itself needs none: deliveries are read by their feed's profile,
JSON and forms in UTF-8.
"""

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.http import parse_header_parameters
from django.utils.translation import gettext

from restapi.errors import envelope

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

__all__ = ["CharsetMiddleware", "readable", "without_bad_charsets"]

_BAD = "egret.bad_content_type"
_ANY_BYTES = bytes(one for one in range(256) if one != 0x5C)  # no escapes to warn of


def readable(content_type: str) -> bool:
    """Whether the header can be parsed and its charset, if it names one, can read text."""
    try:
        _, parameters = parse_header_parameters(content_type)
        charset = parameters.get("charset")
        if charset is not None:
            _ANY_BYTES.decode(charset, "replace")
    except LookupError as error:
        # Django passes over a name that Python does not know, but not a codec of no text.
        return "unknown encoding" in str(error)
    except ValueError:
        return False
    return True


def without_bad_charsets(application: "WSGIApplication") -> "WSGIApplication":
    """The application, told of an unreadable Content-Type instead of being given it.

    Django makes its request object, and fails, before its first middleware runs.
    """

    def guarded(environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        if not readable(environ.get("CONTENT_TYPE", "")):
            environ = {**environ, "CONTENT_TYPE": "", _BAD: True}
        return application(environ, start_response)

    return guarded


class CharsetMiddleware:
    """Refuses requests whose Content-Type nothing can be read by: 400 ``bad_content_type``."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if _BAD not in request.META and readable(request.META.get("CONTENT_TYPE", "")):
            return self.get_response(request)
        message = gettext("The Content-Type header names no charset of text. Leave it out.")
        return JsonResponse(envelope("bad_content_type", message), status=400)
