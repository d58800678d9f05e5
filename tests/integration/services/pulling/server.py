"""A source on this machine: a threaded HTTP server that answers as it is told."""

import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ssl import SSLContext
from urllib.parse import parse_qs, urlsplit

_SLOW = b"HTTP/1.1 200 OK\r\nX-Slow: yes\r\n" * 50


@dataclass
class Asked:
    """A request as it came."""

    path: str
    query: Mapping[str, list[str]]
    headers: Mapping[str, str]


@dataclass
class Reply:
    """What is answered; ``drip``: seconds between the bytes of the body, or of the headers."""

    body: bytes = b""
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    drip: float = 0
    drip_headers: float = 0


Answering = Callable[[Asked], Reply]


@dataclass
class Source:
    """A running server; ``answer`` may be exchanged, ``asked`` are its requests in order."""

    port: int
    answer: Answering
    asked: list[Asked] = field(default_factory=list)
    scheme: str = "http"
    host: str = "127.0.0.1"
    over: threading.Event = field(default_factory=threading.Event)

    def url(self, path: str = "/rows") -> str:
        return f"{self.scheme}://{self.host}:{self.port}{path}"


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    source: Source

    def do_GET(self) -> None:
        parts = urlsplit(self.path)
        headers = {name.lower(): value for name, value in self.headers.items()}
        asked = Asked(parts.path, parse_qs(parts.query), headers)
        self.source.asked.append(asked)
        try:
            self._tell(self.source.answer(asked))
        except OSError:  # the other side has had enough
            self.close_connection = True

    def _tell(self, told: Reply) -> None:
        if told.drip_headers:
            self._drip(_SLOW, told.drip_headers)
        self.send_response(told.status)
        for name, value in told.headers.items():
            self.send_header(name, value)
        if told.status not in (204, 304):
            self.send_header("Content-Length", str(len(told.body)))
        self.end_headers()
        if told.drip:
            self._drip(told.body, told.drip)
        else:
            self.wfile.write(told.body)

    def _drip(self, content: bytes, pause: float) -> None:
        for byte in content:
            self.wfile.write(bytes([byte]))
            self.wfile.flush()
            if self.source.over.wait(pause):
                raise OSError

    def log_message(self, *args: object) -> None:
        pass


@contextmanager
def running(answer: Answering, *, tls: SSLContext | None = None) -> Iterator[Source]:
    """A server on a free port of 127.0.0.1 until the end of the block."""
    source = Source(0, answer, scheme="https" if tls else "http")
    handler = type("Handler", (_Handler,), {"source": source})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    server.handle_error = lambda *told: None  # type: ignore[method-assign]
    if tls:
        server.socket = tls.wrap_socket(server.socket, server_side=True)
    source.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield source
    finally:
        source.over.set()
        server.shutdown()
        server.server_close()
        thread.join(5)
