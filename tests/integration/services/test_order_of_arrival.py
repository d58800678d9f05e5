"""Versions that arrive in any order: what is current in the end depends on the rule alone."""

from itertools import count, pairwise, permutations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from integration.models import Record, RecordKey, RecordVersion
from tests.integration.services.conftest import call, push

pytestmark = pytest.mark.django_db
_NUMBERS = count()
MARKS = ("2", "9", "10", "10.5")  # as numbers, not as texts


def _state(feed_key: str) -> dict[str, tuple[str, int | None]]:
    """Record → mark and severity of its current version."""
    records = Record.objects.filter(feed__key=feed_key)
    return {one.source_id: (one.version_mark, one.severity) for one in records}


def _stored(feed_key: str) -> set[tuple[str, int | None]]:
    """Record and severity of every version."""
    found = set(Record.objects.filter(feed__key=feed_key).values_list("source_id", "severity"))
    rows = RecordVersion.objects.filter(feed__key=feed_key)
    return found | set(rows.values_list("source_id", "severity"))


@pytest.fixture
def marked(feed) -> str:
    return feed("marked", version={"rule": "path", "path": "VER"})


@pytest.mark.parametrize("order", list(permutations(range(4)))[::3])
def test_by_marks_the_newest_is_current_whatever_came_last(marked, order):
    for place in order:
        answer = push(call("J1", VER=MARKS[place], JQDJ=str(place + 1)), feed_key=marked)
        assert answer.body["accepted"] + answer.body["updated"] == 1
    assert _state(marked)["J1"][1] == 4
    assert _stored(marked) == {("J1", severity) for severity in (1, 2, 3, 4)}


@settings(
    max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    rows=st.permutations([(key, place) for key in "AB" for place in range(4)]),
    cuts=st.sets(st.integers(1, 7), max_size=4),
    resent=st.lists(st.integers(0, 7), max_size=3),
)
def test_any_order_and_any_parts_with_resends_end_in_the_same_state(feed, rows, cuts, resent):
    marked = feed(f"marked_{next(_NUMBERS)}", version={"rule": "path", "path": "VER"})
    parts = [rows[start:end] for start, end in pairwise([0, *sorted(cuts), len(rows)])]
    parts += [[rows[place]] for place in resent]
    for number, part in enumerate(parts):
        sent = [call(key, VER=MARKS[place], JQDJ=str(place + 1)) for key, place in part]
        # A row of its own keeps equal parts from being the same delivery.
        body = push(*sent, call(f"m{number}", VER="1"), feed_key=marked).body
        assert body["quarantined"] == 0
    for key in "AB":
        assert _state(marked)[key][1] == 4
        record = RecordKey.objects.get(source_id=key, feed__key=marked)
        assert bytes(record.digest) == bytes(record.record.digest)
        versions = RecordVersion.objects.filter(key=record).values_list("version", flat=True)
        assert sorted([*versions, record.current_version]) == [1, 2, 3, 4]


def test_equal_marks_conflict_even_with_a_version_long_past(marked):
    push(call(VER="7", JQDJ="3"), feed_key=marked)
    push(call(VER="9", JQDJ="1"), feed_key=marked)
    late = push(call(VER="7", JQDJ="4"), feed_key=marked)
    assert (late.body["quarantined"], late.body["codes"]) == (1, {"conflict": 1})
    same = push(call(VER="7", JQDJ="3"), call("x", VER="1"), feed_key=marked)
    assert same.body["duplicates"] == 1
    assert _state(marked)["J1"][1] == 1


def test_a_late_version_is_counted_as_updated_and_an_old_content_never_reverts(marked):
    push(call(VER="5", JQDJ="2"), feed_key=marked)
    late = push(call(VER="4", JQDJ="3"), feed_key=marked)
    assert (late.body["updated"], late.body["quarantined"]) == (1, 0)
    assert _state(marked)["J1"][1] == 2
    again = push(call(VER="4", JQDJ="3"), call("x", VER="1"), feed_key=marked)
    assert again.body["duplicates"] == 1
    assert _state(marked)["J1"][1] == 2


def test_times_are_marks_that_sort(feed):
    key = feed("stamped", version={"rule": "path", "path": "UPD"})
    push(call(UPD="2026-11-02 08:00:00", JQDJ="1"), feed_key=key)
    push(call(UPD="2026-11-01 23:59:59", JQDJ="4"), feed_key=key)
    assert _state(key)["J1"][1] == 1


def test_immutable_keeps_the_first_in_any_order(feed):
    for number, order in enumerate(permutations("123")):
        key = feed(f"fixed{number}", version={"rule": "immutable"})
        for level in order:
            push(call(JQDJ=level), feed_key=key)
        assert _state(key)["J1"][1] == int(order[0])
        assert not RecordVersion.objects.filter(feed__key=key).exists()
