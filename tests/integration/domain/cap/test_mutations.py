"""Whatever bytes come, they are read or refused; and reading them stays cheap."""

import gzip
import json
import os
import resource
import time
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from core.errors import BadInput
from integration.domain import formats
from integration.domain.rows import Surroundings
from integration.domain.standardise import Ordinals, standardise
from tests.integration.domain.cap.alerts import alert, area, bare, element, info, pair, profile
from tests.integration.domain.samples import CATEGORIES, NOW, Square
from tests.shared import shared_path

_PROFILE = profile()
_AROUND = Surroundings(NOW.timestamp(), Square(), CATEGORIES)
_WHOLE = alert(
    info(area=area() + area(element("circle", "30.2,120.2 5"), pair("geocode", "GB/T 2260", "1"))),
    info(language="en"),
)
_BODIES = [
    _WHOLE.encode(),
    _WHOLE.encode("utf-16"),
    f'<?xml version="1.0" encoding="GBK"?>{_WHOLE}'.encode("gbk"),
    bare(msgType="Ack", references="a,b,2026-01-05T20:00:00Z").encode(),
]
_TOKENS = [
    b"<", b">", b"&", b"</", b"/>", b"<!--", b"-->", b"<![CDATA[", b"]]>", b"<!DOCTYPE x>",
    b"<?x?>", b"&#0;", b"&lt;", b"&x;", b"\x00", b"\xff", b"\xef\xbb\xbf", b"\xed\xa0\x80",
    b"\xf0\x9f\x98\x80", b'xmlns="', b"<alert>", b"<info>", b"</info>", b"-", b",", b" ", b"NaN",
    b"Z", b"+24:00", b"9999-12-31T23:59:59-14:00", b"0001-01-01T00:00:00+14:00", b"24:00:00",
    b"99999999999999999999",
]  # fmt: skip
_CUTS = st.lists(
    st.tuples(st.floats(0, 1), st.integers(0, 40), st.sampled_from([b"", *_TOKENS])), max_size=4
)


def _mutated(body: bytes, cuts: list[tuple[float, int, bytes]]) -> bytes:
    for place, length, token in cuts:
        at = int(place * len(body))
        body = body[:at] + token + body[at + length :]
    return body


def _read(body: bytes) -> None:
    """Read a body; nothing but BadInput may come out of it."""
    try:
        (chunk,) = formats.read(body, _PROFILE)
    except BadInput as error:
        assert 400 <= error.status < 500
        assert "%(" not in error.text
    else:
        assert chunk.raw(0) == body
        sheet = standardise(chunk, _PROFILE, _AROUND, secret=b"s" * 32, seen=Ordinals())
        assert len(sheet.record["source_id"]) == 1


@settings(max_examples=600, deadline=None)
@given(st.sampled_from(_BODIES), _CUTS)
@example(_WHOLE.replace("2026-01-05T20:00:00+08:00", "0001-01-01T00:00:00+14:00").encode(), [])
@example(_WHOLE.replace("2026-01-05T20:00:00+08:00", "9999-12-31T24:00:00-14:00").encode(), [])
def test_a_damaged_message_is_read_or_refused(body, cuts):
    _read(_mutated(body, cuts))


@settings(max_examples=300, deadline=None)
@given(st.binary(max_size=300))
def test_any_bytes_are_read_or_refused(body):
    _read(body)


@settings(max_examples=300, deadline=None)
@given(st.text(max_size=60), st.sampled_from(["identifier", "sent", "references", "addresses"]))
def test_any_text_in_an_element_is_read_or_refused(text, name):
    words = text.replace("&", "&amp;").replace("<", "&lt;")
    _read(alert(**{name: f"<{name}>{words}</{name}>"}).encode("utf-8", "surrogatepass"))


def _cost(body: bytes) -> tuple[float, int]:
    """Seconds of the processor and kilobytes above its parent that a child takes for a body."""
    come, go = os.pipe()
    child = os.fork()
    if child == 0:
        code = 1
        try:
            memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
            began = time.process_time()
            _read(body)
            seconds = time.process_time() - began
            more = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - memory
            os.write(go, json.dumps([seconds, more]).encode())
            code = 0
        finally:
            os._exit(code)
    os.close(go)
    with os.fdopen(come, "rb") as pipe:
        told = pipe.read()
    os.waitpid(child, 0)
    seconds, more = json.loads(told)
    return seconds, more


def _hostile() -> list[Path]:
    try:
        return sorted(shared_path("hostile").glob("cap_*"))
    except pytest.skip.Exception:
        return []


def _costly() -> list[bytes]:
    """Messages as large as the bounds allow."""
    circles = "".join(element("circle", f"30.2,120.{place:03d} 3") for place in range(300))
    ring = " ".join(f"{30 + place / 1e6:.6f},120.0" for place in range(19_000))
    return [
        alert(info(description="x" * 4_000_000)).encode(),
        alert(info(parameter=pair("parameter", "a", "b") * 16_000)).encode(),
        alert(info(area=area(circles))).encode(),
        alert(info(area=area(element("polygon", f"{ring} 30.000000,120.0")))).encode(),
        b"<!-- -->" * 400_000 + alert().encode(),
        alert(references="a,b,2026-01-05T20:00:00+08:00 " * 100_000).encode(),
        ("<alert " + " ".join(f'a{place}=""' for place in range(300_000)) + ">").encode(),
    ]


@pytest.mark.reference
@pytest.mark.parametrize("file", _hostile(), ids=lambda file: file.name)
def test_a_hostile_message_costs_less_than_a_second_and_50_megabytes(file):
    data = file.read_bytes()
    seconds, kilobytes = _cost(gzip.decompress(data) if file.suffix == ".gz" else data)
    assert seconds < 1
    assert kilobytes < 50 * 1024


@pytest.mark.parametrize("place", range(len(_costly())))
def test_a_message_at_the_bounds_stays_cheap(place):
    seconds, kilobytes = _cost(_costly()[place])
    assert seconds < 2
    assert kilobytes < 150 * 1024
