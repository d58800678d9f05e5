import pickle

import pytest

from core.errors import (
    BadInput,
    DomainError,
    NotAllowed,
    NotFound,
    Overloaded,
    Refused,
    RuleBroken,
    Stale,
    fill,
)


@pytest.mark.parametrize(
    ("kind", "status"),
    [
        (BadInput, 400),
        (NotAllowed, 403),
        (NotFound, 404),
        (Refused, 409),
        (Stale, 412),
        (RuleBroken, 422),
    ],
)
def test_each_kind_has_its_status(kind: type[DomainError], status: int) -> None:
    assert kind("some_code", "Text").status == status


def test_the_text_is_the_message_filled_with_the_detail() -> None:
    error = RuleBroken("too_long", "%(field)s has %(length)d characters", field="note", length=9)

    assert error.text == "note has 9 characters"
    assert str(error) == "too_long: note has 9 characters"
    assert error.detail == {"field": "note", "length": 9}


@pytest.mark.parametrize(
    ("message", "expected"),
    [
        ("%(missing)s is missing", "? is missing"),
        ("50 % of %(who)s", "50 % of all"),
        ("100%% of %(who)s", "100% of all"),
        ("%(who", "%(who"),
    ],
)
def test_a_clumsy_message_never_hides_the_error(message: str, expected: str) -> None:
    assert fill(message, {"who": "all"}) == expected


def test_detail_may_be_called_code_or_message() -> None:
    assert DomainError("a", "b", code=1, message=2).detail == {"code": 1, "message": 2}


def test_bad_input_may_carry_another_status_without_changing_the_kind() -> None:
    assert BadInput("too_large", "Too large", status=413).status == 413
    assert BadInput("malformed_file", "Malformed").status == 400


def test_overload_says_when_to_come_back_and_that_a_retry_can_help() -> None:
    error = Overloaded("busy", "Busy", retry_after=7)

    assert (error.status, error.retry_after, error.retryable) == (503, 7, True)
    assert not Refused("no", "No").retryable


@pytest.mark.parametrize(
    "error",
    [
        Refused("transition_refused", "No: %(reason)s", reason="x", allowed=["file"]),
        BadInput("too_large", "Too large", status=413, limit=5),
        Overloaded("busy", "Busy", retry_after=7),
    ],
)
def test_errors_survive_pickling_whole(error: DomainError) -> None:
    # Our own bytes: queues and worker processes hand errors over in this way.
    copy = pickle.loads(pickle.dumps(error))

    assert type(copy) is type(error)
    assert copy.__dict__ == error.__dict__
    assert (copy.status, copy.text, copy.args) == (error.status, error.text, error.args)
