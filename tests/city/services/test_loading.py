"""Loading the city's own part of a folder."""

from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest

from audit.domain import SYSTEM
from audit.models import AuditEntry
from city import selectors
from city.models import Area, City, MaySee, Organisation
from city.services import FolderBroken, Loaded, load_city
from core.clock import fixed
from core.errors import BadInput, NotFound, Refused
from tests.city.tables import dump
from tests.city.tiny import Files, organisation, tiny, write

pytestmark = pytest.mark.usefixtures("no_city")


def _load(folder: Path, files: Files) -> Loaded:
    return load_city(folder=write(folder, files), actor=SYSTEM)


def test_a_city_of_one_district_without_grids_is_a_city(tmp_path: Path) -> None:
    loaded = _load(tmp_path, tiny())

    assert (loaded.city, loaded.organisations, loaded.areas) == ("harbour", 2, 2)
    city = selectors.current_city()
    assert (city.west, city.north) == (118.0, 25.0)
    districts, grids = selectors.locator().locate(np.array([118.15]), np.array([24.15]))
    assert (districts.tolist(), grids.tolist()) == (["101"], [""])
    assert set(selectors.categories()) == {"blaze", "smoke", "flood", "unmapped"}
    assert selectors.working_calendar().is_working(datetime(2026, 10, 10, 1, tzinfo=UTC))


def test_a_second_time_writes_nothing_and_audits_nothing(tmp_path: Path) -> None:
    _load(tmp_path, tiny())
    before, entries = dump(), AuditEntry.objects.count()

    assert _load(tmp_path, tiny()).written == 0

    assert dump() == before
    assert AuditEntry.objects.count() == entries


def test_only_what_differs_is_written_and_other_processes_are_told(tmp_path: Path) -> None:
    _load(tmp_path, tiny())
    assert selectors.categories()["blaze"].gravity == 0.5
    changed = tiny()
    changed["categories.json"]["categories"][0]["weight"] = 0.9
    changed["organisations.json"][1]["may_see"] = ["flood"]

    assert _load(tmp_path, changed).written == 1 + 2  # the category, two grants less

    assert selectors.categories()["blaze"].gravity == 0.9
    fire = MaySee.objects.filter(organisation__code="FIRE").values_list("category_id", flat=True)
    assert list(fire) == ["flood"]


def test_an_organisation_that_the_folder_no_longer_names_is_closed_and_may_return(
    tmp_path: Path,
) -> None:
    _load(tmp_path, tiny())
    smaller = tiny()
    del smaller["organisations.json"][1]

    _load(tmp_path, smaller)
    assert Organisation.objects.get(code="FIRE").until is not None
    assert [one.code for one in selectors.organisations()] == ["GOV"]

    _load(tmp_path, tiny())
    assert Organisation.objects.get(code="FIRE").until is None


def test_another_city_is_refused_with_what_to_do(tmp_path: Path) -> None:
    _load(tmp_path / "one", tiny())
    other = tiny()
    other["city.json"]["key"] = "inland"

    with pytest.raises(Refused) as refused:
        _load(tmp_path / "other", other)

    assert refused.value.code == "other_city"
    assert "harbour" in refused.value.text
    assert "reset" in refused.value.text
    assert City.objects.get().key == "harbour"


def test_a_broken_folder_loads_nothing_and_tells_everything(tmp_path: Path) -> None:
    files = tiny()
    files["city.json"]["timezone"] = "Mars"
    files["organisations.json"][1]["area"] = "999"

    with pytest.raises(FolderBroken) as broken:
        _load(tmp_path, files)

    assert [(one.file, one.code) for one in broken.value.faults] == [
        ("city.json", "unknown_timezone"),
        ("organisations.json", "unknown_area"),
    ]
    assert not City.objects.exists()
    with pytest.raises(NotFound, match="no_city"):
        selectors.current_city()


def test_a_folder_that_is_none(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="no_folder"):
        load_city(folder=tmp_path / "nowhere", actor=SYSTEM)


def test_the_anchor_is_a_local_midnight_a_whole_day_ago_and_stays(tmp_path: Path) -> None:
    with fixed(datetime(2026, 3, 5, 17, 30, tzinfo=UTC)):  # 01:30 on the 6th in the city
        _load(tmp_path, tiny())
    anchor = City.objects.get().anchor
    assert anchor == datetime(2026, 3, 4, 16, tzinfo=UTC)

    with fixed(datetime(2026, 4, 1, tzinfo=UTC)):
        _load(tmp_path, tiny())
    assert City.objects.get().anchor == anchor


def test_areas_carry_their_size_and_a_point_inside(tmp_path: Path) -> None:
    _load(tmp_path, tiny())

    district = Area.objects.get(code="101")

    # 0.1 degrees squared at 24.15° N: 10.17 km by 11.08 km.
    assert district.area_m2 == pytest.approx(112.6e6, rel=0.005)
    assert district.lon == pytest.approx(118.15, abs=0.05)
    assert district.parent is not None
    assert district.parent.code == "100"


def test_the_branch_of_a_bureau_in_a_district_is_found_by_line_and_area(tmp_path: Path) -> None:
    files = tiny()
    files["organisations.json"] += [
        organisation("FIRE-101", kind="branch", line_parent="FIRE", area="101"),
        organisation("TEAM", kind="team", line_parent="FIRE-101", area="101"),
    ]
    _load(tmp_path, files)
    fire, government = selectors.organisation("FIRE"), selectors.organisation("GOV")

    assert selectors.branch_of(fire.id, "101").code == "FIRE-101"
    assert selectors.branch_of(fire.id, "").code == "FIRE"
    assert selectors.branch_of(government.id, "101").code == "GOV"
    below = Organisation.objects.filter(id__in=selectors.line_below([fire.id]))
    assert {one.code for one in below} == {"FIRE", "FIRE-101", "TEAM"}
