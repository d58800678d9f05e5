import threading
from datetime import UTC, datetime, timedelta, timezone

import pytest

from core import clock

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)


def test_now_is_aware_utc_and_close_to_the_system_clock() -> None:
    instant = clock.now()

    assert instant.tzinfo is UTC
    assert abs(datetime.now(UTC) - instant) < timedelta(seconds=5)


def test_a_fixed_clock_stands_until_it_is_moved_and_is_gone_after_the_block() -> None:
    with clock.fixed(NOON) as hands:
        assert clock.now() == clock.now() == NOON
        hands.advance(timedelta(minutes=5))
        assert clock.now() == NOON + timedelta(minutes=5)
        hands.set(NOON)
        assert clock.now() == NOON
    assert clock.now() != NOON


def test_fixed_clocks_nest_and_end_even_after_an_error() -> None:
    with clock.fixed(NOON):
        with pytest.raises(KeyError), clock.fixed(NOON + timedelta(days=1)):
            raise KeyError
        assert clock.now() == NOON


def test_another_thread_keeps_the_system_clock() -> None:
    seen: list[datetime] = []
    with clock.fixed(NOON):
        other = threading.Thread(target=lambda: seen.append(clock.now()))
        other.start()
        other.join()
    assert seen[0] != NOON


def test_instants_of_other_zones_become_utc() -> None:
    eight = datetime(2026, 11, 20, 20, tzinfo=timezone(timedelta(hours=8)))
    with clock.fixed(eight):
        assert clock.now() == NOON
        assert clock.now().tzinfo is UTC


def test_a_naive_instant_is_refused() -> None:
    naive = datetime(2026, 11, 20, 12)  # noqa: DTZ001 - the fault under test
    with pytest.raises(ValueError, match="naive"), clock.fixed(naive):
        pass
    with clock.fixed(NOON) as hands, pytest.raises(ValueError, match="naive"):
        hands.set(naive)
