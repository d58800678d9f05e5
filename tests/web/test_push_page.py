"""How to push: the page for a partner's engineer, its sandbox, and reasons as a file."""

import csv
import io
import json
import zipfile

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from integration.models import Delivery
from integration.ui.push_page import python_text
from tests.cast import Cast
from tests.integration.domain.samples import lines
from tests.integration.services.conftest import call, push
from tests.web.pages import visitor

pytestmark = pytest.mark.django_db
URL = "/feeds/police110/push/"


def test_the_page_tells_the_exact_way_and_what_was_wrong(cast: Cast) -> None:
    push(call("A"), call("B", XZB="N/A"))
    html = visitor(cast, "feed_officer", "en").get(URL).content.decode()
    assert "curl --fail-with-body -X POST http://testserver/api/v1/feeds/police110" in html
    assert "Api-Key $EGRET_KEY" in html
    assert "JJDBH" in html  # the example
    assert "Not a number" in html or "bad_number" in html
    assert visitor(cast, "other_officer").get(URL).status_code == 404
    assert visitor(cast, "system_admin").get(URL).status_code == 403


def test_a_delivery_is_tried_and_nothing_is_stored(cast: Cast) -> None:
    client = visitor(cast, "feed_officer", "en")
    body = lines([call("A"), call("B", XZB="N/A"), call("C", BJLBDM="999999")]).decode()
    html = client.post(URL, {"text": body}).content.decode()
    assert "66.7%" in html
    for code in ("bad_number", "bad_code"):
        assert code in html
    assert not Delivery.objects.exists()


def test_a_file_that_cannot_be_read_is_told_with_its_code(cast: Cast) -> None:
    client = visitor(cast, "feed_officer", "en")
    archive = SimpleUploadedFile("x.zip", b"PK\x03\x04" + bytes(60))
    for given in ({}, {"text": "a\x00b"}, {"file": archive}):
        answer = client.post(URL, given)
        assert 400 <= answer.status_code < 500
        assert 'role="alert"' in answer.content.decode()


def test_a_huge_text_is_refused_and_not_a_failure(cast: Cast) -> None:
    answer = visitor(cast, "feed_officer", "en").post(URL, {"text": "x" * 5_000_000})
    assert 400 <= answer.status_code < 500


@pytest.mark.parametrize("who", ["partner", "feed_officer"])
def test_reasons_are_returned_as_a_file(cast: Cast, who: str) -> None:
    told = push(call("=A", XZB="N/A"), call("B", BJLBDM="999999"))
    url = f"/api/v1/deliveries/{told.body['id']}/problems"
    answer = cast.client(who).get(f"{url}?format=csv", HTTP_ACCEPT_LANGUAGE="zh-Hans")
    body = b"".join(answer.streaming_content).decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(body, newline="")))
    assert [(one["行号（从 0 起）"], one["来源编号"]) for one in rows] == [("0", "'=A"), ("1", "B")]
    assert "attachment" in answer["Content-Disposition"]
    book = cast.client(who).get(f"{url}?format=xlsx")
    with zipfile.ZipFile(io.BytesIO(b"".join(book.streaming_content))) as parts:
        assert "bad_number" in parts.read("xl/worksheets/sheet1.xml").decode()
    assert cast.client(who).get(f"{url}?format=pdf").status_code == 422
    assert cast.client("other_officer").get(f"{url}?format=csv").status_code == 404


def test_the_python_that_is_shown_runs(cast: Cast) -> None:
    compile(python_text("https://example.org/x?a='\"", "text/csv"), "shown", "exec")
    assert json.dumps("https://example.org") in python_text("https://example.org", "text/csv")
