"""Records as files: what may be read, in forms that cannot act, on the record."""

import csv
import io
import json
import zipfile

import pytest

from audit.models import AuditEntry
from integration.services import exporting
from tests.integration.services.conftest import call, push

pytestmark = pytest.mark.django_db
_URL = "/api/v1/records/export"


def _file(cast, query: str = "", who: str = "feed_officer", url: str = _URL) -> bytes:
    answer = cast.client(who).get(f"{url}{query}")
    assert answer.status_code == 200, answer
    return b"".join(answer.streaming_content)


def _rows(body: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(body.decode("utf-8-sig"), newline="")))


def test_a_table_has_what_may_be_read_and_no_formula(cast):
    push(call("=1+1", BJNR="＝HYPERLINK(1) 电话13912345678"), call("B", XZB="", YZB=""))
    rows = {one["source_id"]: one for one in _rows(_file(cast))}
    assert set(rows) == {"'=1+1", "B"}
    assert rows["'=1+1"]["summary"].startswith("'＝HYPERLINK")
    assert "13912345678" not in rows["'=1+1"]["summary"]
    assert rows["B"]["quality"] == "no_coordinates"
    assert "赵某某" not in _file(cast).decode()


def test_a_map_layer_is_geojson(cast):
    push(call("A"), call("B", XZB="", YZB=""))
    layer = json.loads(_file(cast, "?format=geojson"))
    features = {one["properties"]["source_id"]: one for one in layer["features"]}
    assert features["A"]["geometry"]["type"] == "Point"
    assert features["B"]["geometry"] is None


def test_a_workbook_opens_and_has_no_formula(cast):
    push(call("A", BJNR="=cmd|' /C calc'!A0"))
    with zipfile.ZipFile(io.BytesIO(_file(cast, "?format=xlsx"))) as book:
        sheet = book.read("xl/worksheets/sheet1.xml").decode()
    assert "<f>" not in sheet
    assert "'=cmd|" in sheet


def test_filters_and_visibility_hold(cast):
    push(call("A", BJLBDM="020100"), call("B", BJLBDM="010500"))
    assert [one["source_id"] for one in _rows(_file(cast, "?category=fire"))] == ["A"]
    assert _rows(_file(cast, who="other_officer")) == []
    assert cast.client("stranger").get(_URL).status_code == 401
    told = cast.client("feed_officer").get(f"{_URL}?format=pdf")
    assert (told.status_code, told.json()["error"]["code"]) == (422, "unsupported_format")


def test_every_export_is_on_the_record_and_a_file_is_never_cut(cast, monkeypatch):
    push(call("A"), call("B"))
    before = AuditEntry.objects.filter(act="export").count()
    _file(cast, "?format=csv&category=fire")
    entry = AuditEntry.objects.filter(act="export").latest("id")
    assert entry.detail["rows"] == 2
    assert entry.detail["filters"]["category"] == "fire"
    monkeypatch.setattr(exporting, "MOST_EXPORTED", 1)
    refused = cast.client("feed_officer").get(_URL)
    assert (refused.status_code, refused.json()["error"]["code"]) == (422, "too_many_rows")
    assert AuditEntry.objects.filter(act="export").count() == before + 1


def test_the_list_offers_what_its_filters_leave(cast, client):
    push(call("A", BJLBDM="020100"), call("B", BJLBDM="010500"))
    client.force_login(cast.officer("feed_officer"))
    page = client.get("/records/?category=fire&period=all").content.decode()
    assert "/records/export/csv/?category=fire&amp;period=all" in page
    answer = client.get("/records/export/csv/?category=fire&period=all")
    assert "attachment" in answer["Content-Disposition"]
    rows = _rows(b"".join(answer.streaming_content))
    assert [one["source_id"] for one in rows] == ["A"]
