"""What is sent along with a step."""

import pytest

from core.errors import RuleBroken, Stale
from departments.domain.fields import read_fields
from departments.domain.versions import check_part, check_task


@pytest.mark.parametrize(
    ("names", "given", "expected"),
    [
        (("outcome",), {"outcome": "real"}, {"outcome": "real"}),
        (("outcome",), {}, {}),
        (("outcome",), {"outcome": ""}, {}),
        (("supporting",), {"supporting": ["A", "B", "A"]}, {"supporting": ("A", "B")}),
        (("supporting",), {"supporting": "A"}, {"supporting": ("A",)}),
        (("satisfied",), {"satisfied": False}, {"satisfied": "no"}),
        (("lead",), {"lead": " A "}, {"lead": "A"}),
    ],
)
def test_good_fields(
    names: tuple[str, ...], given: dict[str, object], expected: dict[str, object]
) -> None:
    assert read_fields(names, given) == expected


@pytest.mark.parametrize(
    ("names", "given", "code"),
    [
        ((), {"outcome": "real"}, "unknown_field"),
        (("decision",), {}, "field_missing"),
        (("officer",), {"officer": ""}, "field_missing"),
        (("outcome",), {"outcome": "perhaps"}, "field_invalid"),
        (("outcome",), {"outcome": ["real"]}, "field_invalid"),
        (("lead",), {"lead": 7}, "field_invalid"),
        (("lead",), {"lead": "A\x00"}, "field_invalid"),
        (("lead",), {"lead": "A" * 65}, "field_invalid"),
        (("supporting",), {"supporting": [["A"]]}, "field_invalid"),
        (("supporting",), {"supporting": [str(n) for n in range(51)]}, "field_invalid"),
    ],
)
def test_bad_fields(names: tuple[str, ...], given: dict[str, object], code: str) -> None:
    with pytest.raises(RuleBroken) as caught:
        read_fields(names, given)
    assert caught.value.code == code


def test_the_whole_needs_the_newest_version() -> None:
    check_task(None, 7)
    check_task(7, 7)
    for given in (6, 8):
        with pytest.raises(Stale) as caught:
            check_task(given, 7)
        assert caught.value.code == "stale_version"


def test_a_part_needs_to_be_newer_than_its_own_last_change() -> None:
    for given in (None, 4, 6, 7):
        check_part(given, 4, 7)
    for given in (3, 8):
        with pytest.raises(Stale):
            check_part(given, 4, 7)
