"""Every code that a row can be given has words, in both languages."""

import pytest
from django.utils import translation

from integration import labels
from integration.domain import reasons
from integration.models.deliveries import Settlement
from integration.models.records import RecordKind


def test_every_reason_has_a_title_of_its_own() -> None:
    assert set(labels.TITLES) == set(reasons.MESSAGES)
    assert len(set(labels.TITLES.values())) == len(labels.TITLES)


def test_flags_are_reasons_with_a_meaning() -> None:
    assert set(labels.FLAGS) <= set(reasons.MESSAGES)


def test_kinds_and_settlements_have_words() -> None:
    assert set(labels.KINDS) == set(RecordKind.values)
    assert set(labels.SETTLEMENTS) == set(Settlement.values)


def test_titles_are_told_in_the_reader_s_language() -> None:
    with translation.override("zh-hans"):
        assert labels.title("bad_time") == "时间无法识别"
    with translation.override("en"):
        assert labels.title("bad_time") == "Time cannot be read"


def test_what_has_no_words_is_told_as_it_is() -> None:
    assert labels.title("brand_new") == "brand_new"
    assert labels.word(labels.KINDS, "brand_new") == "brand_new"
    with translation.override("en"):
        assert labels.attribute("water_level_cm") == "Water level cm"


@pytest.mark.parametrize("names", [["zz", "dead", "aa", "injured"]])
def test_well_known_fields_stand_first(names: list[str]) -> None:
    assert sorted(names, key=labels.attribute_order) == ["injured", "dead", "aa", "zz"]
