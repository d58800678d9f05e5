from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from integration.domain.versions import Arrival, Decision, Stored, decide

_ROWS = st.lists(st.tuples(st.sampled_from("abc"), st.integers(0, 5)), max_size=30)


def _stored(*contents: int, marks: tuple[str, ...] = ()) -> Stored:
    return Stored(
        "key",
        max(1, len(contents)),
        max(marks, default=""),
        frozenset(bytes([one]) for one in contents),
        frozenset(marks),
    )


def _run(rule: str, rows: list[tuple[int, str]], stored: Stored) -> Decision:
    arrivals = [Arrival(line, "a", bytes([c]), mark) for line, (c, mark) in enumerate(rows)]
    return decide(rule, arrivals, {"a": stored})


def test_later_content_is_newer_and_a_resend_never_reverts():
    decision = _run("arrival", [(2, ""), (3, ""), (2, ""), (1, "")], _stored(1))
    assert [(one.line, one.version, one.current) for one in decision.versions] == [
        (0, 2, False),
        (1, 3, True),
    ]
    assert decision.duplicates == [2, 3]


def test_an_older_mark_is_kept_and_never_becomes_current():
    decision = _run("path", [(2, "5"), (3, "1"), (4, "7")], _stored(1, marks=("3",)))
    assert [(one.line, one.version, one.current) for one in decision.versions] == [
        (0, 2, False),
        (1, 3, False),
        (2, 4, True),
    ]


def test_no_version_of_a_chunk_is_current_when_all_are_older():
    decision = _run("path", [(2, "1"), (3, "2")], _stored(1, marks=("9",)))
    assert not any(one.current for one in decision.versions)


def test_the_same_mark_with_other_content_is_a_conflict():
    decision = _run("path", [(2, "3"), (1, "3"), (4, "4"), (5, "4")], _stored(1, marks=("3",)))
    assert decision.conflicts == [0, 3]
    assert decision.duplicates == [1]


def test_what_was_held_up_does_not_replace_what_came_after_it():
    ahead = replace(_stored(1), ahead=True)
    decision = _run("arrival", [(2, ""), (1, ""), (3, "")], ahead)
    assert [(one.line, one.version, one.current) for one in decision.versions] == [
        (0, 2, False),
        (2, 3, False),
    ]
    assert decision.duplicates == [1]
    # A mark says itself what is newer.
    decision = _run("path", [(2, "9")], replace(_stored(1, marks=("3",)), ahead=True))
    assert [one.current for one in decision.versions] == [True]


def test_immutable_records_take_nothing_else():
    decision = _run("immutable", [(1, ""), (2, ""), (2, "")], _stored(1))
    assert decision.duplicates == [0]
    assert decision.conflicts == [1, 2]
    assert decision.versions == []


@pytest.mark.parametrize("rule", ["arrival", "path", "immutable"])
@given(rows=_ROWS)
def test_every_row_has_one_outcome_and_numbers_grow_by_one(rule, rows):
    arrivals = [
        Arrival(line, source_id, bytes([content]), str(content // 2))
        for line, (source_id, content) in enumerate(rows)
    ]
    stored = {name: _stored(9, marks=("0",)) for name in "abc"}
    decision = decide(rule, arrivals, stored)
    outcomes = [one.line for one in decision.versions]
    outcomes += [*decision.duplicates, *decision.conflicts]
    assert sorted(outcomes) == list(range(len(rows)))
    for name in "abc":
        mine = [one for one in decision.versions if rows[one.line][0] == name]
        assert [one.version for one in mine] == list(range(2, 2 + len(mine)))
        assert sum(one.current for one in mine) <= 1
