"""The command that loads a whole folder: feeds, rules, duties and officers with the city."""

import json
import shutil
from collections.abc import Callable
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from accounts.models import Officer
from audit.models import AuditEntry
from city import selectors
from departments.models import Duty
from integration.models import Feed, FeedProfile
from risk.models import Ruleset
from tests.city.tables import dump
from tests.city.tiny import Files, tiny, write

BINHAI = Path(__file__).resolve().parents[2] / "fixtures" / "binhai"
Edit = Callable[[str, Callable[[Any], None]], None]


def _load(folder: Path) -> dict[str, Any]:
    out = StringIO()
    call_command("load_city", str(folder), json=True, stdout=out, stderr=StringIO())
    answer: dict[str, Any] = json.loads(out.getvalue().splitlines()[-1])
    return answer


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the demo city to break."""
    return shutil.copytree(BINHAI, tmp_path / "city")


@pytest.fixture
def edit(folder: Path) -> Edit:
    def change(name: str, act: Callable[[Any], None]) -> None:
        path = folder / name
        document = json.loads(path.read_text("utf-8"))
        act(document)
        path.write_text(json.dumps(document), "utf-8")

    return change


@pytest.mark.django_db
def test_the_demo_city_again_changes_nothing() -> None:
    before, entries = dump(), AuditEntry.objects.count()

    answer = _load(BINHAI)

    assert answer == {
        "city": "binhai",
        "organisations": len(json.loads((BINHAI / "organisations.json").read_text("utf-8"))),
        "areas": 1 + 6 + 500,
        "duties": Duty.objects.filter(active=True).count(),
        "feeds": len(list((BINHAI / "feeds").glob("*.json"))),
        "rulesets": len(list((BINHAI / "rulesets").glob("*.json"))),
    }
    assert dump() == before
    assert AuditEntry.objects.count() == entries


@pytest.mark.usefixtures("no_city")
def test_every_part_is_there_from_an_empty_start() -> None:
    answer = _load(BINHAI)

    assert Feed.objects.count() == answer["feeds"] > 0
    assert Duty.objects.count() == answer["duties"] > 0
    assert Ruleset.objects.filter(active=True).count() == 1
    assert Officer.objects.filter(demo=True).count() == Officer.objects.count() > 0


@pytest.mark.django_db
def test_every_error_of_every_part_is_told_and_nothing_is_loaded(folder: Path, edit: Edit) -> None:
    edit("city.json", lambda one: one.update(timezone="Mars"))
    edit("officers.json", lambda rows: rows[0].update(role="king"))
    edit("duties.json", lambda rows: rows[0].update(lead="NOBODY"))
    edit("feeds/police110.json", lambda one: one["position"].pop("crs"))
    edit("feeds/market.json", lambda one: one["severity"]["codes"].update(D=9))
    edit("feeds/health.json", lambda one: one["category"]["codes"].update(X="dragons"))
    edit("feeds/health.json", lambda one: one.update(kind="rumour", organisation="NOBODY"))
    edit("rulesets/general.json", lambda one: one["factors"][0].update(weight=31))
    edit("day/manifest.json", lambda one: one["deliveries"][0].update(feed="ghost"))
    before = dump()

    with pytest.raises(CommandError) as refused:
        _load(folder)

    lines = str(refused.value).splitlines()
    for file in (
        "city.json: timezone",
        "officers.json: [0].role",
        "duties.json: [0].lead",
        "feeds/police110.json: position",
        "feeds/market.json: severity.codes.D",
        "feeds/health.json: category.codes.X",
        "feeds/health.json: kind",
        "feeds/health.json: organisation",
        "rulesets/general.json",
        "day/manifest.json: deliveries[0].feed",
    ):
        assert any(line.startswith(file) for line in lines), (file, lines)
    assert "nothing was loaded" in lines[-1]
    assert dump() == before


@pytest.mark.django_db
def test_a_part_that_fails_late_takes_the_others_with_it(folder: Path, edit: Edit) -> None:
    # A frozen ruleset with another content is only found out at the table.
    edit("rulesets/general.json", lambda one: one["levels"].update(major=71))
    edit("categories.json", lambda one: one["categories"][0].update(weight=0.99))
    before = dump()

    with pytest.raises(CommandError, match="ruleset_frozen"):
        _load(folder)

    assert dump() == before


@pytest.mark.django_db
def test_a_changed_profile_is_the_next_version(folder: Path, edit: Edit) -> None:
    edit("feeds/police110.json", lambda one: one.update(silent_after_minutes=999))

    _load(folder)
    _load(folder)

    versions = FeedProfile.objects.filter(feed__key="police110").values_list("version", flat=True)
    assert sorted(versions) == [1, 2]


def _other_city() -> Files:
    """A city of one district that has no grids, no recorded day, no officers."""
    profile = json.loads((BINHAI / "feeds" / "police110.json").read_text("utf-8"))
    profile |= {
        "key": "calls",
        "organisation": "FIRE",
        "category": {"path": "BJLBDM", "codes": {"020100": "blaze"}},
    }
    duty = {
        "key": "any",
        "name_zh": "一般",
        "name_en": "Any",
        "families": [],
        "categories": [],
        "levels": [],
        "areas": ["*"],
        "hours": "always",
        "lead": "FIRE",
        "supporting": ["GOV"],
        "by_district": True,
        "limits": {
            "sign_for": {"amount": 30, "unit": "minute"},
            "handle": {"amount": 4, "unit": "hour"},
        },
        "escalation": [],
    }
    ruleset = json.loads((BINHAI / "rulesets" / "general.json").read_text("utf-8"))
    ruleset["association"]["families"] = {}
    return tiny() | {
        "feeds/calls.json": profile,
        "duties.json": [duty],
        "rulesets/general.json": ruleset,
    }


@pytest.mark.usefixtures("no_city")
def test_another_city_with_less_in_its_folder_is_a_city_too(tmp_path: Path) -> None:
    answer = _load(write(tmp_path, _other_city()))

    assert answer == {
        "city": "harbour",
        "organisations": 2,
        "areas": 2,
        "duties": 1,
        "feeds": 1,
        "rulesets": 1,
    }
    assert selectors.areas_geojson("grid") == {"type": "FeatureCollection", "features": []}
    assert Officer.objects.count() == 0


@pytest.mark.django_db
def test_a_city_beside_the_loaded_one_is_refused(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="other_city"):
        _load(write(tmp_path, _other_city()))
