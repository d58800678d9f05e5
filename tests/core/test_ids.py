import multiprocessing
import threading
import time
from uuid import RFC_4122, UUID

import pytest

from core import ids


def _millisecond(made: UUID) -> int:
    return made.int >> 80


def test_the_layout_is_that_of_rfc_9562() -> None:
    before = time.time_ns() // 1_000_000
    made = ids.uuid7()
    after = time.time_ns() // 1_000_000

    assert (made.version, made.variant) == (7, RFC_4122)
    assert before <= _millisecond(made) <= after + 1


def test_a_batch_is_ascending_and_without_repeats() -> None:
    made = ids.uuid7_batch(20_000)

    assert made == sorted(set(made))
    assert all(one.version == 7 for one in made[::997])
    assert ids.uuid7() > made[-1]
    assert ids.uuid7_batch(0) == []


def test_a_negative_count_is_refused() -> None:
    with pytest.raises(ValueError, match="negative"):
        ids.uuid7_batch(-1)


def test_the_order_holds_when_the_system_clock_is_set_back(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    first = ids.uuid7()
    monkeypatch.setattr(time, "time_ns", lambda: 1_000_000)

    assert ids.uuid7() > first


def test_a_full_tail_carries_into_the_millisecond(monkeypatch: pytest.MonkeyPatch) -> None:
    sequence = ids._Sequence()
    monkeypatch.setattr(time, "time_ns", lambda: 5_000_000)
    first = UUID(int=sequence.take(1)[0])
    sequence._tail = (1 << 74) - 1

    second = UUID(int=sequence.take(1)[0])

    assert second > first
    assert (_millisecond(second), second.version, second.variant) == (6, 7, RFC_4122)


def test_texts_are_the_same_identifiers_without_hyphens() -> None:
    made = ids.uuid7_texts(1000)

    assert made == sorted(set(made))
    assert all(UUID(one).hex == one and UUID(one).version == 7 for one in made[::97])
    assert ids.uuid7().hex > made[-1]


def test_threads_never_get_the_same_identifier() -> None:
    made: list[UUID] = []
    threads = [
        threading.Thread(target=lambda: made.extend(ids.uuid7() for _ in range(2_000)))
        for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(set(made)) == 8_000


def _tail_of_child(pipe: "multiprocessing.connection.Connection") -> None:
    pipe.send(ids._sequence._tail)


def test_a_forked_worker_does_not_go_on_from_its_parent() -> None:
    ids.uuid7()
    context = multiprocessing.get_context("fork")
    here, there = context.Pipe()
    child = context.Process(target=_tail_of_child, args=(there,))
    child.start()
    child.join(10)

    assert ids._sequence._tail > 0
    assert here.recv() == 0
