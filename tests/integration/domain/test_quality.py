"""Indicators of quality: A, B and X of rows and their reasons."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from integration.domain.quality import DIMENSIONS, INDICATORS, UNRATED, Tally, rate
from integration.domain.reasons import MESSAGES
from tests.integration.domain.samples import ROW, lines, profile, sheets

_NONE = {"duplicates": 0, "quarantined": 0}


def tally(rows: int, *faults: tuple[int, str]) -> Tally:
    found = Tally(rows=rows)
    found.note(faults)
    return found


def test_every_reason_speaks_against_an_indicator() -> None:
    rated = {code for one in INDICATORS.values() for code in one.faults}
    assert set(MESSAGES) - rated == UNRATED
    assert rated <= set(MESSAGES)


def test_every_indicator_has_a_dimension() -> None:
    assert {one.dimension for one in INDICATORS.values()} == set(DIMENSIONS)


def test_a_row_fails_an_indicator_once_however_many_reasons_it_has() -> None:
    measures = tally(10, (3, "bad_time"), (3, "bad_number"), (4, "bad_number")).measures(
        profile(), _NONE
    )
    assert measures["0302"] == [8, 10]


def test_elements_are_counted_one_by_one_and_records_whole() -> None:
    used = profile()
    found = tally(4, (0, "no_coordinates"), (0, "missing_id"), (1, "no_coordinates"))
    measures = found.measures(used, _NONE)
    elements = 4 * sum(
        one is not None
        for one in (
            used.identity.path,
            used.occurred_at,
            used.reported_at,
            used.position,
        )
    )
    assert measures["0201"] == [elements - 3, elements]
    assert measures["0202"] == [2, 4]


def test_checked_personal_fields_are_assessed_as_well() -> None:
    phone = {"path": "tel", "kind": "phone", "check": "phone"}
    measures = tally(4, (1, "bad_identifier")).measures(profile(personal=[phone]), _NONE)
    assert measures["0105"] == [3, 4]


def test_unreadable_rows_have_no_elements_to_assess() -> None:
    found = tally(4, (0, "malformed_row"))
    found.unread = 1
    measures = found.measures(profile(), _NONE)
    assert measures["0201"][1] % 3 == 0
    assert measures["0202"] == [3, 4]


def test_rates_of_bad_things_count_what_is_bad() -> None:
    found = tally(8, (1, "duplicate"), (2, "bad_time"))
    measures = found.measures(profile(), {"duplicates": 1, "quarantined": 1})
    assert (measures["0303"], measures["0304"], measures["0305"]) == ([1, 8], [7, 8], [1, 8])


def test_what_a_profile_does_not_declare_is_not_assessed() -> None:
    bare = profile(
        kind="register", occurred_at=None, reported_at=None, position=None, attributes=()
    )
    measures = tally(3).measures(bare, _NONE)
    assert not {"0105", "0301", "0501", "0502", "0503"} & set(measures)
    assert not tally(0).measures(profile(), _NONE)


def test_a_record_is_timely_by_its_report_else_by_its_occurrence() -> None:
    used = profile(reported_at={"path": "seen", "form": "epoch_s"}, timely_minutes=60)
    noon = 1_795_000_000
    rows = [
        {**ROW, "at": "20261120120000", "seen": noon - 3600},  # just in time
        {**ROW, "at": "20261120120000", "seen": noon - 3601},
        {**ROW, "at": "20261120120000", "seen": "nonsense"},  # quarantined: no record came
    ]
    found = Tally()
    for sheet in sheets(lines(rows), used):
        found.add(sheet, [], noon)
    assert found.measures(used, _NONE)["0502"] == [1, 2]
    assert "0502" not in found.measures(profile(), _NONE)


@pytest.mark.parametrize(
    ("satisfied", "assessed", "percent"),
    [(911, 972, "93.72"), (737, 972, "75.82"), (1, 8, "12.50"), (1, 800, "0.13"), (0, 5, "0.00")],
)
def test_percent_is_rounded_half_up(satisfied: int, assessed: int, percent: str) -> None:
    assert rate(satisfied, assessed) == Decimal(percent)
    assert rate(satisfied, 0) is None


@given(st.lists(st.tuples(st.integers(0, 19), st.sampled_from(sorted(MESSAGES))), max_size=60))
def test_a_never_exceeds_b(faults: list[tuple[int, str]]) -> None:
    # A reason stands once for a field of a row; here each row has one field of each kind.
    one_each = tally(20, *set(faults))
    for satisfied, assessed in one_each.measures(profile(), _NONE).values():
        assert 0 <= satisfied <= assessed
