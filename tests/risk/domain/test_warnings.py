"""Warnings: what replaces what whatever comes first, how long they stand, for which districts."""

from datetime import UTC, datetime, timedelta
from itertools import permutations
from typing import Any
from uuid import UUID, uuid5

import pytest
from hypothesis import given
from hypothesis import strategies as st

from risk.domain.warnings import (
    Message,
    Reference,
    Standing,
    Validity,
    named_districts,
    read,
    references,
    standings,
    validity,
)

AT = datetime(2026, 6, 1, 8, tzinfo=UTC)
OFFICE, OTHER = UUID(int=1), UUID(int=2)
HALF_A_DAY = timedelta(hours=12)
DISTRICTS = ("990102", "990103", "990107")


def message(
    name: str, minutes: int, kind: str = "Alert", *names: Message, **changes: Any
) -> Message:
    """A message that names others, told `minutes` after AT."""
    facts: dict[str, Any] = {
        "id": uuid5(OFFICE, name),
        "issuer": OFFICE,
        "exercise": False,
        "sender": "met@binhai",
        "identifier": name,
        "sent_at": AT + timedelta(minutes=minutes),
        "message_type": kind,
        "references": tuple(Reference(one.sender, one.identifier, one.sent_at) for one in names),
    }
    return Message(**facts | changes)


FIRST = message("first", 0)
UPDATE = message("update", 60, "Update", FIRST)
SECOND = message("second", 120, "Update", FIRST, UPDATE)
CANCEL = message("cancel", 180, "Cancel", SECOND)


@pytest.mark.parametrize("order", list(permutations([FIRST, UPDATE, SECOND, CANCEL])))
def test_the_order_of_arrival_changes_nothing(order: tuple[Message, ...]) -> None:
    found = standings(order)
    assert found == {
        FIRST.id: Standing("updated", SECOND.id),
        UPDATE.id: Standing("updated", SECOND.id),
        SECOND.id: Standing("cancelled", CANCEL.id),
        CANCEL.id: Standing("cancelled"),
    }


names = st.sampled_from("abcdef")


@given(
    rows=st.lists(
        st.tuples(names, st.integers(0, 9), st.sampled_from(["Alert", "Update", "Cancel"]),
                  st.lists(st.tuples(names, st.integers(0, 9)), max_size=3), st.booleans()),
        max_size=8, unique_by=lambda row: (row[0], row[1]),
    ),
    seed=st.randoms(),
)  # fmt: skip
def test_any_messages_stand_alike_in_any_order(rows: list[Any], seed: Any) -> None:
    messages = [
        message(name, minutes, kind,
                id=uuid5(OFFICE, f"{name}{minutes}"), withdrawn=withdrawn,
                references=tuple(Reference("met@binhai", one, AT + timedelta(minutes=at))
                                 for one, at in named))
        for name, minutes, kind, named, withdrawn in rows
    ]  # fmt: skip
    shuffled = list(messages)
    seed.shuffle(shuffled)
    found = standings(messages)
    assert found == standings(shuffled)
    for one in messages:
        standing = found[one.id]
        assert (standing.state == "withdrawn") is one.withdrawn
        assert standing.replaced_by != one.id
        if standing.state == "issued":
            assert one.message_type != "Cancel"


def test_nobody_replaces_what_is_anothers() -> None:
    theirs = message("theirs", 60, "Cancel", FIRST, issuer=OTHER)
    drill = message("drill", 60, "Cancel", FIRST, exercise=True)
    assert standings([FIRST, theirs, drill])[FIRST.id] == Standing("issued")


def test_what_is_replaced_must_be_named_exactly() -> None:
    wrong_time = message("u1", 60, "Update", message("first", 5))
    wrong_sender = message("u2", 60, "Update", message("first", 0, sender="sea@binhai"))
    earlier = message("u3", -60, "Cancel", FIRST)
    plain = message("u4", 60, "Alert", FIRST)
    found = standings([FIRST, wrong_time, wrong_sender, earlier, plain])
    assert found[FIRST.id] == Standing("issued")


def test_an_identifier_alone_names_a_message_of_the_same_body() -> None:
    update = message("u", 60, "Update", references=(Reference("", "first", None),))
    assert standings([FIRST, update])[FIRST.id] == Standing("updated", update.id)


def test_a_withdrawn_message_replaces_nothing() -> None:
    gone = message("update", 60, "Update", FIRST, withdrawn=True)
    found = standings([FIRST, gone])
    assert found == {FIRST.id: Standing("issued"), gone.id: Standing("withdrawn")}


@pytest.mark.parametrize(
    ("kind", "start", "end", "expected"),
    [
        ("Alert", None, None, (0, 12, True)),
        ("Alert", 2, None, (2, 14, True)),
        ("Alert", None, 6, (0, 6, False)),
        ("Alert", 2, 6, (2, 6, False)),
        ("Update", -3, 6, (-3, 6, False)),
        ("Alert", 8, 6, (0, 6, False)),  # an end before the start counts from the sending
        ("Alert", None, -6, (0, 12, True)),  # an end before everything is none
        ("Alert", 2, 2, (0, 2, False)),
        ("Cancel", 2, 6, (0, 0, False)),  # a Cancel stands at no time
    ],
)
def test_how_long_a_message_stands(
    kind: str, start: int | None, end: int | None, expected: tuple[int, int, bool]
) -> None:
    hour = timedelta(hours=1)
    told = [None if one is None else AT + one * hour for one in (start, end)]
    begins, ends, assumed = expected
    found = validity(kind, AT, told[0], told[1], HALF_A_DAY)
    assert found == Validity(AT + begins * hour, AT + ends * hour, assumed)


def test_a_validity_has_a_beginning_and_an_end() -> None:
    with pytest.raises(ValueError, match="end"):
        Validity(AT, AT - timedelta(seconds=1))


def test_references_are_read_in_both_forms() -> None:
    text = "met@binhai,A1,2026-06-01T16:00:00+08:00"
    exact = Reference("met@binhai", "A1", AT)
    assert references([text, text, " 35040041600001_20200421123203 ", "", 7]) == [
        exact,
        Reference("", "35040041600001_20200421123203", None),
    ]
    assert references(text) == [exact]
    assert references(["a,b", "a,b,nonsense", None]) == [Reference("a", "b", None)]
    assert references(None) == references({"a": 1}) == []


@pytest.mark.parametrize(
    ("codes", "expected"),
    [
        (["990102"], {"990102"}),
        (["990102003004"], {"990102"}),  # a street of it
        (["990100"], set(DISTRICTS)),  # the city in the national form
        (["990000"], set(DISTRICTS)),  # its province
        (["BH"], set(DISTRICTS)),  # the city's own code
        (["350200", "990200", "989900", "x", "", "99010"], set()),
        (["350200", "990107"], {"990107"}),
    ],
)
def test_official_codes_name_districts(codes: list[str], expected: set[str]) -> None:
    assert named_districts(codes, DISTRICTS, "BH") == expected


def _read(**attributes: Any) -> Any:
    return read(attributes, source_id="W1", sent_at=AT, summary="雨", default=HALF_A_DAY)


def test_a_warning_that_tells_little_is_read_all_the_same() -> None:
    told = _read()
    assert (told.identifier, told.message_type, told.scope, told.level) == (
        "W1", "Alert", "Public", "",
    )  # fmt: skip
    assert told.texts == [
        {"language": "", "event": "", "headline": "", "description": "雨", "instruction": "",
         "area": ""},
    ]  # fmt: skip
    assert told.validity.end_assumed


def test_nonsense_in_a_warning_is_left_empty() -> None:
    told = _read(
        level="purple", starts_at="tomorrow", ends_at="9999-12-31T23:59:59+08:00", texts=[1, {}],
        districts={"a": 1}, references=7, sender=["x"], identifier=7, severity=None,
    )  # fmt: skip
    assert (told.level, told.sender, told.identifier, told.severity) == ("", "", "W1", "")
    assert (told.districts, told.references) == ((), ())
    assert told.validity == Validity(AT, AT + HALF_A_DAY, end_assumed=True)


@pytest.mark.parametrize("kind", ["Ack", "Error"])
def test_an_answer_to_a_message_is_no_warning(kind: str) -> None:
    assert _read(message_type=kind) is None


@pytest.mark.parametrize(
    ("scope", "expected"),
    [("Public", "Public"), ("Restricted", "Restricted"), ("", "Public"), ("public?", "Private")],
)
def test_a_scope_that_nobody_knows_is_the_narrowest(scope: str, expected: str) -> None:
    assert _read(scope=scope).scope == expected
