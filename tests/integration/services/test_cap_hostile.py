"""Every CAP file of the hostile corpus through the receiving service, as its manifest says."""

import gzip
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from audit.domain import SYSTEM
from core.errors import DomainError
from integration.domain.reasons import MESSAGES
from integration.models import Delivery, Problem, Record, RecordKey, RecordVersion
from integration.services import receive
from tests.shared import shared_path
from work.models import WorkItem

pytestmark = [pytest.mark.django_db, pytest.mark.reference]

# The manifest's words for why a whole message is refused, and the product's file codes.
_FILE_CODES = {
    "XML_DTD_FORBIDDEN": {"forbidden_xml"},
    "XML_INVALID": {"malformed_file"},
    "XML_TOO_DEEP": {"too_large"},
    "SCHEMA_INVALID": {"malformed_file", "unsupported_type"},
    "CAP_VERSION_UNSUPPORTED": {"unsupported_type"},
    "ENCODING_INVALID": {"bad_encoding"},
    "ENCODING_UNSUPPORTED": {"bad_encoding"},
    "TOO_MANY_RECORDS": {"too_many_rows"},
}
_COUNTED = (Delivery, Problem, Record, RecordKey, RecordVersion, WorkItem)


def _entries() -> list[dict[str, Any]]:
    try:
        folder = shared_path("hostile")
    except pytest.skip.Exception:
        return []
    entries = json.loads((folder / "manifest.json").read_text("utf-8"))["entries"]
    return [one for one in entries if one["media_type"] == "application/cap+xml"]


def _body(entry: dict[str, Any]) -> bytes:
    file: Path = shared_path("hostile", entry["file"])
    data = file.read_bytes()
    return gzip.decompress(data) if file.suffix == ".gz" else data


@dataclass
class _Result:
    """What became of one message; ``code``: of the file, or the first one of the row."""

    outcome: str
    status: int
    code: str = ""


def _send(body: bytes) -> _Result:
    try:
        answer = receive(feed_key="weather_cap", body=body, sender=SYSTEM)
    except DomainError as refused:
        return _Result("reject", refused.status, refused.code)
    told = answer.body
    assert told["received"] == 1
    assert sum(told[name] for name in ("accepted", "updated", "duplicates", "quarantined")) == 1
    (code, *_) = [one["code"] for one in told["problems"]] or [""]
    if told["quarantined"]:
        assert code in MESSAGES
        return _Result("conflict" if code == "conflict" else "quarantine", answer.status, code)
    record = Record.objects.get(delivery_id=told["id"])
    if not record.operational:
        return _Result("accept_non_operational", answer.status, code)
    outcome = "accept_flagged" if told["flagged"] else "accept"
    return _Result(outcome, answer.status, code)


def _holds(alternative: dict[str, Any], result: _Result) -> bool:
    """Whether one alternative of the manifest holds."""
    wished = (alternative.get("file") or alternative["outcome"]).split("_or_")
    if result.outcome == "reject":
        statuses = alternative.get("http") or alternative.get("http_if_rejected", [])
        codes = _FILE_CODES.get(alternative.get("reason", ""), {result.code})
        return "reject" in wished and result.status in statuses and result.code in codes
    if result.code == "nonstandard_time":  # where the manifest leaves the choice, it is noted
        wished = ["accept_flagged" if one == "accept" else one for one in wished]
    return result.outcome in wished


def _prepare(entry: dict[str, Any]) -> None:
    if "control_ok.cap.xml first" in entry.get("sequence", ""):
        assert _send(shared_path("hostile", "control_ok.cap.xml").read_bytes()).outcome == "accept"


def _stored() -> list[Any]:
    current = Record.objects.order_by("key").values_list("key", "version", "digest", "delivery")
    return [*(kind.objects.count() for kind in _COUNTED), list(current)]


@pytest.mark.parametrize("entry", _entries(), ids=lambda entry: entry["id"])
def test_it_ends_as_the_manifest_allows_and_a_second_time_changes_nothing(entry):
    _prepare(entry)
    body = _body(entry)
    result = _send(body)
    assert any(_holds(one, result) for one in entry["allowed"]), result
    assert 200 <= result.status < 500
    before = _stored()
    again = _send(body)
    assert again.outcome == result.outcome
    assert _stored() == before


def test_the_corpus_was_found():
    shared_path("hostile")
    assert len(_entries()) > 40
