"""Every file of the hostile corpus, thrown at the formats of the exchange standards."""

import time
import zlib

import pytest

from core.errors import BadInput
from integration.domain import formats
from integration.domain.profile import Format, Profile
from tests.integration.domain.cap.test_national import profile as warnings
from tests.integration.domain.samples import profile, sheets
from tests.integration.domain.test_open311 import REQUESTS
from tests.integration.domain.test_sensorthings import stations
from tests.shared import shared_path

pytestmark = pytest.mark.reference
_MOST = 64 << 20
_PROFILES = {"gbt35965": warnings, "open311": lambda: profile(REQUESTS), "sensorthings": stations}


def _bodies() -> list[tuple[str, bytes]]:
    found = []
    for file in sorted(shared_path("hostile").iterdir()):
        body = file.read_bytes()
        if file.suffix == ".gz":
            body = zlib.decompressobj(31).decompress(body, _MOST)
        found.append((file.name, body))
    return found


@pytest.mark.parametrize("name", _PROFILES)
def test_no_file_breaks_a_format_or_holds_it_up(name):
    used: Profile = _PROFILES[name]()
    bodies = _bodies()
    assert len(bodies) > 100
    for file, body in bodies:
        began = time.process_time()
        try:
            rows = sum(sheet.chunk.size for sheet in sheets(body, used))
        except BadInput as refused:
            assert refused.code in (
                "malformed_file", "empty_file", "bad_encoding", "unsupported_type", "too_large",
                "too_many_rows", "forbidden_xml", "bomb_suspected",
            ), file  # fmt: skip
        else:
            assert rows >= 0
        formats.recognised(body)
        try:
            formats.sample(body, Format(name=name), 5)
        except BadInput as refused:
            assert refused.status < 500
        assert time.process_time() - began < 5, file
