"""What a body that is no CAP 1.2 message seems to be, so that the refusal can say it."""

import re
from types import MappingProxyType
from typing import Final

from core.errors import BadInput
from core.words import N_

__all__ = ["CAP", "check_root", "check_xml"]

CAP: Final = "urn:oasis:names:tc:emergency:cap:1.2"

_WHITE = " \t\r\n"
_HEAD = 4096  # characters looked at
_GEOJSON = re.compile(r'"type"\s*:\s*"Feature')
_ROOTS: Final = MappingProxyType(
    {
        ("urn:oasis:names:tc:emergency:cap:1.1", "alert"): "CAP 1.1",
        ("http://www.incident.com/cap/1.0", "alert"): "CAP 1.0",
        ("http://www.w3.org/2005/Atom", "feed"): "Atom",
        ("", "rss"): "RSS",
        ("", "service_requests"): "Open311 GeoReport v2",
        ("", "services"): "Open311 GeoReport v2",
        ("", "html"): "HTML",
        ("http://www.w3.org/1999/xhtml", "html"): "HTML",
    }
)
_INDEXES = ("Atom", "RSS")


def check_xml(text: str) -> None:
    """Raise BadInput ``unsupported_type`` (415) for a text that cannot be XML."""
    begun = text[:_HEAD].lstrip(_WHITE)
    if begun.startswith("<"):
        return
    if begun.startswith(("{", "[")):
        raise _looks_like("GeoJSON" if _GEOJSON.search(begun) else "JSON", status=415)
    message = N_("The delivery is no XML document. This feed reads CAP 1.2 messages.")
    raise BadInput("unsupported_type", message, status=415)


def check_root(namespace: str, name: str) -> None:
    """Raise BadInput ``unsupported_type`` (422) for a root element other than CAP 1.2's alert."""
    if (namespace, name) == (CAP, "alert"):
        return
    kind = _ROOTS.get((namespace, name))
    if kind in _INDEXES:
        message = N_(
            "This looks like an index (%(kind)s), not a message. This feed reads CAP 1.2 messages:"
            " send each message that the index names."
        )
        raise BadInput("unsupported_type", message, status=422, kind=kind)
    if kind:
        raise _looks_like(kind, status=422)
    message = N_(
        "The document's root element is %(root)s in the namespace “%(namespace)s”. This feed reads"
        " CAP 1.2 messages: alert in “%(expected)s”."
    )
    raise BadInput(
        "unsupported_type",
        message,
        status=422,
        root=name[:80],
        namespace=namespace[:120],
        expected=CAP,
    )


def _looks_like(kind: str, *, status: int) -> BadInput:
    message = N_("This looks like %(kind)s. This feed reads CAP 1.2 messages.")
    return BadInput("unsupported_type", message, status=status, kind=kind)
