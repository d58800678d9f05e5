"""A second city with real data and no ids: all of Houston's offences, and nothing of Binhai."""

import gzip
import io
import json
from pathlib import Path
from typing import Any

from django.core.management import call_command
from django.test import Client

from accounts.models import Officer
from pipeline.worker import Tally, drain
from tests.conftest import BINHAI
from tests.shared import shared_path
from tests.story.houston import make_houston

ROWS = 86_066
PASSWORD = "a passphrase for one test"


def _answer(*command: str) -> dict[str, Any]:
    out = io.StringIO()
    call_command(*command, "--json", stdout=out)
    body: dict[str, Any] = json.loads(out.getvalue().splitlines()[-1])
    return body


def _officer(username: str, organisation: str, role: str) -> Client:
    _answer("create_officer", username, "--organisation", organisation, "--role", role)
    officer = Officer.objects.get(username=username)
    officer.set_password(PASSWORD)
    officer.save(update_fields=["password"])
    client = Client()
    client.force_login(officer, backend="accounts.backends.OfficerBackend")
    return client


def test_another_city_runs_from_its_folder_to_its_pages(bare_db: str, tmp_path: Path) -> None:
    packed = shared_path("reference", "hotspots", "hou_crime.csv.gz")
    body = gzip.decompress(packed.read_bytes())
    file = tmp_path / "offences.csv"
    file.write_bytes(body)
    general = json.loads((BINHAI / "rulesets" / "general.json").read_text("utf-8"))
    folder = make_houston(tmp_path / "houston", general)

    loaded = _answer("load_city", str(folder))
    assert loaded["city"] == "houston"
    problems = tmp_path / "problems.ndjson"
    (first,) = _answer("deliver", "offences", str(file), "--problems", str(problems))["deliveries"]
    assert (first["received"], first["accepted"]) == (ROWS, ROWS)
    assert (first["duplicates"], first["quarantined"]) == (0, 0)
    again = _answer("deliver", "offences", str(file))["deliveries"][0]
    assert again["id"] == first["id"]

    tally = Tally()
    drain(tally)
    steps = tally.report()
    assert steps["associate"]["done"] == 1
    assert steps["assess"]["done"] > 1000

    lines = body.decode().splitlines()[1:]
    records = tmp_path / "records.ndjson"
    call_command("records", "offences", "--out", str(records), stdout=io.StringIO())
    stored = [json.loads(line) for line in records.open(encoding="utf-8")]
    assert len(stored) == ROWS == len({one["source_id"] for one in stored})
    assert sorted((one["lon"], one["lat"], one["category"]) for one in stored) == sorted(
        (float(lon), float(lat), category)
        for lon, lat, _, category in (line.split(",") for line in lines)
    )

    supervisor = _officer("avery", "HOU", "supervisor")
    for address in ("/", "/cases/", "/tasks/", "/feeds/", "/reports/collaboration/"):
        for language in ("zh-hans", "en"):
            page = supervisor.get(address, headers={"accept-language": language})
            text = page.content.decode()
            assert page.status_code == 200
            assert "Binhai" not in text
            assert "滨海" not in text
    cases = supervisor.get("/cases/", headers={"accept-language": "en"}).content.decode()
    assert "Houston" in cases
