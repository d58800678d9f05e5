"""A Content-Type that nothing can be read by is a 400 in the envelope, wherever it is sent."""

import io
import json
import sys
from collections.abc import Iterator
from typing import Any

import pytest
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from django.test import Client

from config.wsgi import application
from restapi.media import readable

BAD = (
    "text/plain; charset=hex",
    "text/plain; charset=idna",
    "text/plain; charset=undefined",
    "text/plain; charset=punycode",
    "application/json; charset=rot13",
    "application/x-www-form-urlencoded; charset=base64",
    "multipart/form-data; boundary=x; charset=zip",
    "text/plain; charset*=nope''%41",
    "text/plain; charset*=utf-8''a%00b",
    "text/plain; charset=a\x00b",
)
GOOD = (
    "",
    "text/plain",
    "text/csv; charset=GB18030",
    "application/json; charset=utf-8",
    "application/json; charset=utf-16",
    "application/x-ndjson; charset=no-such-thing",
    "text/plain; charset=" + "x" * 5000,
    'text/plain; charset="',
    "x",
)


@pytest.fixture(autouse=True)
def no_connections() -> Iterator[None]:
    """Nothing here comes as far as the database."""
    signals = (request_started, request_finished)
    for signal in signals:
        signal.disconnect(close_old_connections)
    yield
    for signal in signals:
        signal.connect(close_old_connections)


def _ask(content_type: str, language: str = "en", method: str = "POST") -> tuple[str, Any]:
    """Status and body of a request to the server's own door."""
    environ = {
        "REQUEST_METHOD": method,
        "PATH_INFO": "/api/v1/feeds/police110/deliveries",
        "QUERY_STRING": "q=%E4%B8&x=1",
        "CONTENT_TYPE": content_type,
        "CONTENT_LENGTH": "3",
        "HTTP_ACCEPT_LANGUAGE": language,
        "HTTP_HOST": "localhost",
        "SERVER_NAME": "localhost",
        "SERVER_PORT": "80",
        "wsgi.input": io.BytesIO(b"a=1"),
        "wsgi.errors": sys.stderr,
        "wsgi.url_scheme": "http",
    }
    status: list[str] = []
    body = application(environ, lambda line, headers, error=None: status.append(line))
    return status[0], json.loads(b"".join(body))


@pytest.mark.parametrize("content_type", BAD, ids=lambda text: text[-20:])
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_charset_that_is_none_is_refused(content_type: str, method: str) -> None:
    status, body = _ask(content_type, method=method)
    assert status == "400 Bad Request"
    assert body["error"]["code"] == "bad_content_type"
    assert set(body["error"]) == {"code", "message", "detail"}


def test_the_refusal_speaks_the_callers_language() -> None:
    english, chinese = (_ask(BAD[0], language)[1] for language in ("en", "zh-Hans"))
    assert english["error"]["message"].startswith("The Content-Type")
    assert english["error"]["message"] != chinese["error"]["message"]


@pytest.mark.parametrize("content_type", GOOD, ids=lambda text: text[:40])
def test_others_come_to_the_door(content_type: str) -> None:
    assert readable(content_type)
    assert _ask(content_type)[0] == "401 Unauthorized"


def test_without_the_guard_the_middleware_refuses_what_django_can_parse() -> None:
    client = Client(raise_request_exception=False)
    answer = client.generic("POST", "/sign-in/", b"a=1", content_type="text/plain; charset=hex")
    assert answer.status_code == 400
