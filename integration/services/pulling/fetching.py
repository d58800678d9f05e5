"""One request over HTTP to an address that was checked, within bounds of bytes and time.

The connection goes to the checked address itself, whatever the name resolves to meanwhile; TLS
verifies the name. There are no redirects, no proxies of the environment, no kept connections.
"""

import socket
import ssl
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import HTTPError, SSLError
from urllib3.exceptions import TimeoutError as LateError

from core.clock import now
from core.errors import BadInput
from core.words import N_
from integration.domain.pulling.backoff import retry_after
from integration.domain.pulling.targets import Entry, Place, entry_for, place_of
from integration.services.bodies import unpacked
from integration.services.pulling.resolving import PullFailed, Resolve, checked_address, resolve

__all__ = ["Fetcher", "Reply"]

_PIECE = 1 << 16
_PORTS = {"http": 80, "https": 443}
_FINE, _NO_CONTENT, _UNCHANGED = 200, 204, 304
_REDIRECTS = range(300, 400)
_ASKED_TO_WAIT = (429, 503)


@dataclass(frozen=True)
class Reply:
    """An answer: 200 with its unpacked body, 204 or 304 without one."""

    status: int
    body: bytes
    headers: Mapping[str, str]
    size: int  # bytes on the wire

    @property
    def unchanged(self) -> bool:
        """Whether it is as we know it."""
        return self.status == _UNCHANGED

    def header(self, name: str) -> str:
        """A header, empty if there is none."""
        return self.headers.get(name.lower(), "")


class Fetcher:
    """Fetches from places on the list; ``resolver`` answers for names."""

    def __init__(self, entries: list[Entry], resolver: Resolve = resolve) -> None:
        self.entries, self.resolver = entries, resolver

    def get(self, url: str, headers: Mapping[str, str], *, seconds: float, most: int) -> Reply:
        """GET, at most ``most`` bytes packed and unpacked, all of it within ``seconds``.

        Raises RuleBroken ``bad_address``, ``place_not_allowed``, PullFailed
        ``name_unknown``, ``address_refused``, ``redirected``, ``timed_out``, ``not_reached``,
        ``tls_refused``, ``answer_refused``, and BadInput ``too_large``, ``bomb_suspected``,
        ``malformed_file``.
        """
        entry = entry_for(place_of(url), self.entries)
        address = checked_address(entry, self.resolver)
        with _Guarded(entry, address, seconds) as line:
            return line.get(url, {**_ALWAYS, **headers}, most)


_ALWAYS = {"User-Agent": "Egret", "Accept-Encoding": "gzip", "Connection": "close"}


class _Guarded:
    """A connection that is cut when its time is over, whatever it waits for then.

    Time-outs of sockets alone bound each single read: a server that sends a byte now and then
    would hold us for days.
    """

    def __init__(self, entry: Entry, address: str, seconds: float) -> None:
        self.place, self.seconds = entry.place, seconds
        self.until = time.monotonic() + seconds
        self.over = False
        self.taps: list[socket.socket] = []
        self.connection = self._connection(address)
        self.watch = threading.Timer(seconds, self._cut)
        self.watch.daemon = True

    def _connection(self, address: str) -> HTTPConnection:
        made: _Plain | _Secure
        if self.place.scheme == "http":
            made = _Plain(address, self.place.port, timeout=self.seconds)
        else:
            made = _Secure(
                address,
                self.place.port,
                timeout=self.seconds,
                ssl_context=ssl.create_default_context(cafile=settings.PULL_CA_FILE or None),
                server_hostname=self.place.host,  # what the certificate must be for
            )
        made.opened = self._tap
        return made

    def __enter__(self) -> "_Guarded":
        self.watch.start()
        return self

    def __exit__(self, *error: object) -> None:
        self.watch.cancel()
        self.connection.close()
        for tap in self.taps:
            tap.close()

    def _tap(self, opened: socket.socket) -> None:
        # TLS takes the socket for its own; a duplicate of it can still be shut from outside.
        self.taps.append(opened.dup())
        if self.over:
            self._cut()

    def _cut(self) -> None:
        self.over = True
        for tap in self.taps:
            try:
                tap.shutdown(socket.SHUT_RDWR)
            except OSError:
                continue  # it is closed already

    def get(self, url: str, headers: Mapping[str, str], most: int) -> Reply:
        try:
            return self._get(url, headers, most)
        except BadInput:
            raise
        except (ssl.SSLError, SSLError) as error:
            if self.over:
                raise self._late() from None
            message = N_("%(place)s does not prove who it is: %(why)s")
            why = str(error)[:200]
            raise PullFailed("tls_refused", message, place=str(self.place), why=why) from None
        except (HTTPError, OSError, ValueError) as error:
            if self.over or isinstance(error, TimeoutError | LateError):
                raise self._late() from None
            message = N_("%(place)s cannot be reached: %(why)s")
            why = type(error).__name__
            raise PullFailed("not_reached", message, place=str(self.place), why=why) from None

    def _get(self, url: str, headers: Mapping[str, str], most: int) -> Reply:
        parts = urlsplit(url)
        self.connection.request(
            "GET",
            f"{parts.path or '/'}{'?' if parts.query else ''}{parts.query}",
            headers={"Host": _host(self.place), **headers},
            preload_content=False,
            decode_content=False,
        )
        answer = self.connection.getresponse()
        told = {name.lower(): answer.headers[name] for name in answer.headers}
        if answer.status in (_UNCHANGED, _NO_CONTENT):
            return Reply(answer.status, b"", told, 0)
        _check(answer.status, told, str(self.place))
        raw = self._read(answer, most)
        body = unpacked(raw, told.get("content-encoding", ""), most=most)
        return Reply(answer.status, body, told, len(raw))

    def _read(self, answer: Any, most: int) -> bytes:
        pieces, size = [], 0
        while piece := answer.read1(_PIECE):
            pieces.append(piece)
            size += len(piece)
            if size > most:
                message = N_("The answer has more than the %(most)s bytes allowed.")
                raise BadInput("too_large", message, status=413, most=most)
        if self.over:  # cut off, which looks like the end of what has no length
            raise self._late()
        return b"".join(pieces)

    def _late(self) -> PullFailed:
        message = N_("%(place)s did not answer within %(seconds)s seconds.")
        return PullFailed("timed_out", message, place=str(self.place), seconds=int(self.seconds))


class _Told:
    """A connection that tells of its socket as soon as it is open."""

    opened: Callable[[socket.socket], None]

    def _new_conn(self) -> socket.socket:
        made: socket.socket = super()._new_conn()  # type: ignore[misc]
        self.opened(made)
        return made


class _Plain(_Told, HTTPConnection):
    pass


class _Secure(_Told, HTTPSConnection):
    pass


def _host(place: Place) -> str:
    name = f"[{place.host}]" if ":" in place.host else place.host
    return name if place.port == _PORTS[place.scheme] else f"{name}:{place.port}"


def _check(status: int, headers: Mapping[str, str], place: str) -> None:
    if status == _FINE:
        return
    if status in _REDIRECTS:
        message = N_(
            "%(place)s sends us on to %(where)s, which is not followed. Set the source up with"
            " the final address."
        )
        where = headers.get("location", "?")[:200]
        raise PullFailed("redirected", message, http_status=status, place=place, where=where)
    wait = None
    if status in _ASKED_TO_WAIT:
        wait = retry_after(headers.get("retry-after", ""), now())
    message = N_("%(place)s answers with status %(status)s.")
    raise PullFailed(
        "answer_refused", message, http_status=status, wait=wait, place=place, status=status
    )
