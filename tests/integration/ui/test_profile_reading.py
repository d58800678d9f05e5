"""How a feed is read, as its page tells: every feed of the demo city."""

import json

import pytest
from django.utils import translation

from integration.domain.profile_document import trusted
from integration.ui.profile_reading import Reading, meaning_of, readings
from tests.conftest import BINHAI

pytestmark = pytest.mark.django_db
FEEDS = sorted((BINHAI / "feeds").glob("*.json"))


def _readings(key: str) -> dict[str, Reading]:
    document = json.loads((BINHAI / "feeds" / f"{key}.json").read_text("utf-8"))
    with translation.override("en"):
        return {one.path: one for one in readings(trusted(document))}


@pytest.mark.parametrize("key", [path.stem for path in FEEDS])
def test_every_field_of_a_profile_is_told_once(key: str) -> None:
    profile = trusted(json.loads((BINHAI / "feeds" / f"{key}.json").read_text("utf-8")))
    told = [one.path for one in readings(profile)]
    assert sorted(told) == sorted({*profile.paths, *profile.ignored})
    assert all(one.meaning for one in readings(profile))


def test_codes_are_told_in_the_words_of_the_city() -> None:
    found = _readings("police110")
    assert ("020100", "Fire") in found["BJLBDM"].codes
    assert ("09", "Finished") in found["CJZT"].codes
    assert found["BJRXM"].personal
    assert not found["SJLY"].read


def test_measured_classes_are_told_with_their_unit() -> None:
    found = _readings("gas_iot")
    assert ("≥ 20000 ppm", "1") in found["m.v"].codes
    assert "latitude first" in found["pos"].how


def test_a_coarse_place_and_one_that_may_lie_anywhere_say_so() -> None:
    for key, words in (("health", "3 decimals"), ("weather_cap", "outside the city")):
        assert any(words in one.how for one in _readings(key).values())


def test_an_example_shows_how_a_time_is_written() -> None:
    found = _readings("police110")["BJSJ"].how
    assert "Asia/Shanghai" in found
    assert any(word.isdecimal() and len(word) == 14 for word in found.split())


def test_what_is_agreed_beyond_a_form_is_told() -> None:
    document = json.loads((BINHAI / "feeds" / "police110.json").read_text("utf-8"))
    document["identity"] |= {"case": "upper", "check": "organisation_code"}
    when = {"form": "%Y-%m-%d %H:%M", "zone": "Asia/Shanghai", "assumed_zone": "flagged"}
    document["occurred_at"] = {"path": "BJSJ", **when, "also": ["%Y/%m/%d"]}
    document["reported_at"] = {"path": "CJSJ", **when}
    document["window"]["late_days"] = 30
    document["personal"][1]["check"] = "phone"
    for language, words in (
        ("en", ("capital letters", "organisation code", "or 20", "no zone is told",
                "later than 30 days", "telephone number")),
        ("zh-hans", ("大写", "组织机构代码", "或20", "未注明时区", "30天", "电话号码")),
    ):  # fmt: skip
        with translation.override(language):
            found = {one.path: one.how for one in readings(trusted(document))}
        told = [found[path] for path in ("JJDBH", "JJDBH", "BJSJ", "BJSJ", "CJSJ", "BJRDH")]
        for how, word in zip(told, words, strict=True):
            assert word in how
        assert words[4] not in found["BJSJ"]


def test_a_part_of_a_field_has_the_meaning_of_the_whole() -> None:
    known = [Reading("pos", "Position"), Reading("cars[].plate", "Plates"), Reading("p", "No")]
    for path, meaning in (("pos[0]", "Position"), ("cars[2].plate", "Plates"), ("pos", "Position")):
        found = meaning_of(path, known)
        assert found and found.meaning == meaning
    assert meaning_of("position", known) is None
