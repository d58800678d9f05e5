"""Addresses of sources, and the list of places that may be pulled from."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import urljoin, urlsplit

from core.errors import RuleBroken
from core.words import N_
from integration.domain.pulling.addresses import is_literal, refused

__all__ = ["Entry", "Place", "check_entry", "entry_for", "joined", "place_of"]

_PORTS = {"http": 80, "https": 443}
_LONGEST = 2000
_PLAIN = re.compile(r"[!-\[\]-~]+")  # visible ASCII without the backslash
_LABEL = r"[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?"
# A name whose last label begins with a digit would be read as a number by some resolvers.
_NAME = re.compile(rf"(?:{_LABEL}\.)*(?![0-9]){_LABEL}")
_LONGEST_NAME = 253
_SOCKET = re.compile(r"/[A-Za-z0-9._/-]{1,200}")
_MOST_PORT = 65_535


@dataclass(frozen=True)
class Place:
    """Scheme, host (small letters, addresses without brackets) and port of an address."""

    scheme: str
    host: str
    port: int

    def __str__(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{self.scheme}://{host}:{self.port}"


@dataclass(frozen=True)
class Entry:
    """A place on the list; ``private``: addresses of own networks are meant."""

    place: Place
    private: bool


def place_of(url: str) -> Place:
    """Where an address of HTTP leads; RuleBroken ``bad_address`` for any that is not plain."""
    if len(url) > _LONGEST or not _PLAIN.fullmatch(url):
        raise _bad(url)
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        raise _bad(url) from None
    scheme = parts.scheme.lower()
    if scheme not in _PORTS or "@" in parts.netloc or "#" in url or parts.netloc.endswith(":"):
        raise _bad(url)
    if not _is_host(host) or (":" in host) != ("[" in parts.netloc):
        raise _bad(url)
    return Place(scheme, host, _PORTS[scheme] if port is None else port)


def joined(url: str, link: str) -> str:
    """Where a link leads that ``url`` answered with; one that leads nowhere as it came."""
    try:
        return urljoin(url, link)
    except ValueError:
        return link  # ``place_of`` refuses it


def check_entry(scheme: str, host: str, port: int, *, private: bool) -> Place:
    """The place of an entry to be made.

    Raises RuleBroken ``bad_host``, ``bad_port`` or ``address_refused``. Databases may be reached
    by the directory of a socket, which is private.
    """
    host = host.strip()
    if not 0 < port <= _MOST_PORT:
        raise RuleBroken("bad_port", N_("A port is a number from 1 to 65535."))
    if scheme == "postgresql" and _SOCKET.fullmatch(host):
        if not private:
            raise RuleBroken("bad_host", N_("A directory is a private place; mark it so."))
        return Place(scheme, host, port)
    host = host.lower()
    if not _is_host(host):
        message = N_("Write a name such as data.example.org, or an address in its usual form.")
        raise RuleBroken("bad_host", message)
    if is_literal(host) and refused(host, private=private):
        raise RuleBroken("address_refused", N_("The address %(host)s may not be used."), host=host)
    return Place(scheme, host, port)


def entry_for(place: Place, entries: Iterable[Entry]) -> Entry:
    """The entry that allows a place; RuleBroken ``place_not_allowed`` where there is none."""
    for one in entries:
        if one.place == place:
            return one
    message = N_(
        "%(place)s is not on the list of places that may be pulled from. A security administrator"
        " can put it there."
    )
    raise RuleBroken("place_not_allowed", message, place=str(place))


def _is_host(host: str) -> bool:
    if is_literal(host):
        return "%" not in host
    return len(host) <= _LONGEST_NAME and bool(_NAME.fullmatch(host))


def _bad(url: str) -> RuleBroken:
    message = N_(
        "This is no plain address such as https://data.example.org/rows.json: no user names,"
        " fragments, spaces or other letters than those of ASCII."
    )
    return RuleBroken("bad_address", message, address=url[:200])
