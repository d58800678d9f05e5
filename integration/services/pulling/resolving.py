"""From a name to the addresses it has just now."""

import socket
from collections.abc import Callable

from core.errors import DomainError
from core.words import N_
from integration.domain.pulling.addresses import is_literal, refused
from integration.domain.pulling.targets import Entry

__all__ = ["PullFailed", "Resolve", "checked_address", "resolve"]

Resolve = Callable[[str, int], list[str]]
"""Host and port to addresses, the preferred first; OSError where there is none."""


class PullFailed(DomainError):
    """A source cannot be reached or does not answer as one; a later pull may succeed."""

    status = 502
    retryable = True

    def __init__(
        self,
        code: str,
        message: str,
        /,
        *,
        http_status: int | None = None,
        wait: float | None = None,
        **detail: object,
    ) -> None:
        super().__init__(code, message, **detail)
        self.http_status = http_status
        self.wait = wait


def resolve(host: str, port: int) -> list[str]:
    """What the system's resolver says."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(one[4][0]) for one in found))


def checked_address(entry: Entry, resolver: Resolve) -> str:
    """The one address to connect to, asked for once.

    Every address of the name is checked: one that is refused among good ones is a trap, not a
    choice. PullFailed ``name_unknown``, ``address_refused``.
    """
    place = entry.place
    try:
        found = [place.host] if is_literal(place.host) else resolver(place.host, place.port)
    except (OSError, UnicodeError):
        found = []
    if not found:
        raise PullFailed("name_unknown", N_("There is no host %(host)s."), host=place.host)
    for address in found:
        if refused(address, private=entry.private):
            message = N_(
                "%(host)s has the address %(address)s, which may not be connected to. If it is"
                " meant, a security administrator can say so on the list."
            )
            raise PullFailed("address_refused", message, host=place.host, address=address)
    return found[0]
