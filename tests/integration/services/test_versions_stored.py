import random
from itertools import pairwise

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from integration.domain import formats
from integration.models import (
    Delivery,
    DeliveryBody,
    Problem,
    Record,
    RecordKey,
    RecordVersion,
)
from integration.services import storing
from tests.integration.services.conftest import call, push

pytestmark = pytest.mark.django_db


def _versions(source_id: str) -> list[tuple[int, int, bool]]:
    """(version, severity, current) of a record, by version."""
    record = Record.objects.get(source_id=source_id)
    history = RecordVersion.objects.filter(key_id=record.key_id)
    found = [(record.version, record.severity, True)]
    found += [(one.version, one.severity, False) for one in history]
    return sorted(found)


def test_versions_inside_one_delivery_are_kept_in_order():
    answer = push(call(JQDJ="4"), call(JQDJ="3"), call(JQDJ="4"), call(JQDJ="2"))
    assert (answer.body["accepted"], answer.body["updated"]) == (1, 2)
    assert answer.body["duplicates"] == 1
    assert _versions("J1") == [(1, 4, False), (2, 3, False), (3, 2, True)]


def test_a_resend_of_any_stored_version_never_reverts():
    push(call(JQDJ="4"))
    push(call(JQDJ="3"))
    answer = push(call(JQDJ="4"), call("J2"))
    assert answer.body["duplicates"] == 1
    assert _versions("J1") == [(1, 4, False), (2, 3, True)]


def test_the_key_follows_the_current_version():
    push(call(JQDJ="4"))
    push(call(JQDJ="3"))
    key = RecordKey.objects.get(source_id="J1")
    record = Record.objects.get(source_id="J1")
    assert key.current_version == record.version == 2
    assert bytes(key.digest) == bytes(record.digest)


def test_a_late_older_version_counts_as_updated_and_never_becomes_current(feed):
    feed("marked", version={"rule": "path", "path": "VER"}, ignored=[])
    push(call(VER=5, JQDJ="2"), feed_key="marked")
    answer = push(call(VER=3, JQDJ="4"), feed_key="marked")
    assert answer.body["updated"] == 1
    assert _versions("J1") == [(1, 2, True), (2, 4, False)]
    push(call(VER=10, JQDJ="1"), feed_key="marked")  # 10 is newer than 5, as a number
    assert _versions("J1") == [(1, 2, False), (2, 4, False), (3, 1, True)]


def test_the_same_mark_with_other_content_is_a_conflict(feed):
    feed("marked", version={"rule": "path", "path": "VER"}, ignored=[])
    push(call(VER=5), call("J2", VER=1), feed_key="marked")
    answer = push(call(VER=5, JQDJ="1"), call("J2", VER=2), feed_key="marked")
    assert (answer.body["quarantined"], answer.body["updated"]) == (1, 1)
    (problem,) = answer.body["problems"]
    assert (problem["line"], problem["code"], problem["source_id"]) == (0, "conflict", "J1")


def test_an_immutable_record_takes_no_other_content(feed):
    feed("fixed", version={"rule": "immutable"})
    push(call(), feed_key="fixed")
    answer = push(call(JQDJ="1"), call(), call("J2"), feed_key="fixed")
    body = answer.body
    assert (body["quarantined"], body["duplicates"], body["accepted"]) == (1, 1, 1)
    assert _versions("J1") == [(1, 2, True)]


_ROWS = [
    call(source_id, JQDJ=level)
    for source_id, level in [("A", "1"), ("A", "2"), ("A", "3"), ("B", "1"), ("B", "1"), ("C", "4")]
]


@pytest.fixture
def small_chunks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Chunks of two rows, so that versions fall into one and into several."""
    monkeypatch.setattr(formats, "CHUNK_ROWS", 2)


@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(seed=st.integers(0, 10_000), cuts=st.sets(st.integers(1, 5)))
def test_any_split_and_order_of_the_same_rows_stores_the_same_contents(small_chunks, seed, cuts):
    rows = list(_ROWS)
    random.Random(seed).shuffle(rows)
    # Each order begins with an empty city, which would know its bytes otherwise.
    for model in (RecordVersion, Record, RecordKey, Problem, DeliveryBody, Delivery):
        model.objects.all().delete()
    ends = [0, *sorted(cuts), len(rows)]
    counts = {"accepted": 0, "updated": 0, "duplicates": 0, "received": 0}
    for place, (start, end) in enumerate(pairwise(ends)):
        # Two equal parts would be the same delivery; a row of its own keeps them apart.
        marker = call(f"m{place}")
        body = push(*rows[start:end], marker).body
        for name in counts:
            counts[name] += body[name] - (name in ("received", "accepted"))
    stored = {(key, severity) for key in "ABC" for _, severity, _ in _versions(key)}
    assert stored == {("A", 1), ("A", 2), ("A", 3), ("B", 1), ("C", 4)}
    assert counts == {"received": 6, "accepted": 3, "updated": 2, "duplicates": 1}
    for key in "ABC":
        last = [row for row in rows if row["JJDBH"] == key][-1]
        current = Record.objects.get(source_id=key)
        assert current.severity == int(str(last["JQDJ"]))
        assert [version for version, _, _ in _versions(key)] == list(
            range(1, len(_versions(key)) + 1)
        )


def test_a_chunk_without_a_new_row_writes_nothing(monkeypatch: pytest.MonkeyPatch):
    push(call())
    written: list[object] = []
    monkeypatch.setattr(storing, "_apply", lambda versions, context: written.extend(versions))
    push(call(), call())
    assert written == []
