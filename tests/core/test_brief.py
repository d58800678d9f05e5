"""Values held for a moment: asked for once, anew when they may be old, never without bound."""

import time

import pytest

from core.brief import Brief, forget_everything


def _asker(answers: list[object]):
    return lambda: answers.pop(0)


def test_a_value_is_asked_for_once_in_a_moment():
    brief: Brief[str, int] = Brief(seconds=60, most=2)
    assert [brief.get("a", _asker([1, 2])) for _ in range(3)] == [1, 1, 1]


def test_it_is_asked_for_anew_afterwards(monkeypatch: pytest.MonkeyPatch):
    brief: Brief[str, int] = Brief(seconds=2, most=2)
    clock = [100.0]
    monkeypatch.setattr(time, "monotonic", lambda: clock[0])
    answers = [1, 2, 3]
    assert brief.get("a", _asker(answers)) == 1
    clock[0] += 1.9
    assert brief.get("a", _asker(answers)) == 1
    clock[0] += 0.1
    assert brief.get("a", _asker(answers)) == 2


def test_its_age_is_counted_from_the_asking(monkeypatch: pytest.MonkeyPatch):
    brief: Brief[str, int] = Brief(seconds=2, most=2)
    clock = [100.0]
    monkeypatch.setattr(time, "monotonic", lambda: clock[0])

    def slow() -> int:
        clock[0] += 5
        return 1

    brief.get("a", slow)
    assert brief.get("a", lambda: 2) == 2


def test_nothing_is_never_held():
    brief: Brief[str, int] = Brief(seconds=60, most=2)
    assert brief.get("a", lambda: None) is None
    assert brief.get("a", lambda: 1) == 1


def test_the_oldest_makes_room():
    brief: Brief[int, int] = Brief(seconds=60, most=2)
    for key in (1, 2, 3):
        brief.get(key, lambda given=key: given)
    assert brief.get(1, lambda: 10) == 10
    assert brief.get(3, lambda: 30) == 3


def test_all_can_be_forgotten():
    brief: Brief[str, int] = Brief(seconds=60, most=2)
    brief.get("a", lambda: 1)
    forget_everything()
    assert brief.get("a", lambda: 2) == 2
