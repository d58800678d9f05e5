"""Hostile names of files wherever the product meets one: sent with a delivery, or on the disk."""

import io
import json
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.test import Client

from integration.models import Delivery
from tests.integration.hostile.feeds import make_feed
from tests.integration.hostile.reading import bare
from tests.shared import shared_path

pytestmark = [pytest.mark.django_db, pytest.mark.reference]


def _names() -> list[str]:
    try:
        return bare("filenames.json")["names"]
    except pytest.skip.Exception:
        return []


@pytest.fixture
def body() -> bytes:
    return shared_path("hostile", "control_ok.csv").read_bytes()


@pytest.mark.parametrize("name", _names(), ids=lambda name: ascii(name)[:24])
def test_a_form_with_a_named_file_is_refused_and_the_name_goes_nowhere(source, body, name):
    place = source("text/csv")
    quoted = name.replace('"', "%22").replace("\r\n", "%0D%0A").encode("utf-8", "replace")
    form = b'--b\r\nContent-Disposition: form-data; name="file"; filename="' + quoted
    form += b'"\r\nContent-Type: text/csv\r\n\r\n' + body + b"\r\n--b--\r\n"
    sent = place.send(form, media_type="multipart/form-data; boundary=b")
    assert (sent.status, sent.code) == (422, "unsupported_type")
    assert not Delivery.objects.exists()


@pytest.mark.parametrize("name", _names(), ids=lambda name: ascii(name)[:24])
def test_a_file_tried_on_the_page_is_read_whatever_its_name(area, cast, body, name):
    feed = make_feed("text/csv")
    client = Client(raise_request_exception=False)
    client.force_login(cast.officer("feed_officer"), backend="accounts.backends.OfficerBackend")
    file = SimpleUploadedFile("x", body, "text/csv")
    file._name = name  # past the class's own cleaning: as a client would write it
    answer = client.post(f"/feeds/{feed.key}/push/", {"file": file})
    assert answer.status_code in (200, 400, 422)
    assert "X-Evil" not in answer
    assert not Delivery.objects.exists()


@pytest.mark.parametrize("name", ["数据（最终版）.csv", "; rm -rf x.csv", "exe.\u202evsc", "é.csv"])
def test_a_file_on_the_disk_is_delivered_whatever_its_name(area, body, tmp_path, name):
    feed = make_feed("text/csv")
    file = tmp_path / name
    file.write_bytes(body)
    out = io.StringIO()
    before = sorted(tmp_path.iterdir())
    call_command("deliver", feed.key, str(file), "--json", stdout=out)
    (delivery,) = json.loads(out.getvalue().splitlines()[-1])["deliveries"]
    assert delivery["accepted"] == 3
    assert sorted(tmp_path.iterdir()) == before
    assert not [path for path in Path.cwd().iterdir() if path.name == name]


def test_a_download_has_a_name_of_our_own(source, body):
    place = source("text/csv")
    told = place.send(shared_path("hostile", "csv_ragged.csv").read_bytes()).body
    answer = place.client.get(f"{told['problems_url']}?format=csv")
    assert answer.status_code == 200
    disposition = answer["Content-Disposition"]
    assert disposition.startswith("attachment; filename=")
    assert disposition.isascii()
    assert "\n" not in disposition
