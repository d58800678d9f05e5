"""The errors of the field: each names its code, its English message and the facts behind it.

``restapi`` and the pages turn them into answers in one place. Nothing here knows HTTP beyond the
number that belongs to each kind of refusal.
"""

import re
from collections.abc import Mapping
from typing import ClassVar

__all__ = [
    "BadInput",
    "DomainError",
    "NotAllowed",
    "NotFound",
    "Overloaded",
    "Refused",
    "RuleBroken",
    "Stale",
    "fill",
]

_PLACEHOLDER = re.compile(r"%\((?P<name>\w+)\)[sdi]|%%")


def fill(message: str, detail: Mapping[str, object]) -> str:
    """Put the values of ``detail`` into the ``%(name)s`` places of ``message``.

    Never fails: a missing value shows as ``?`` and a lone per cent sign stays as it is, because a
    clumsy message must not hide the error that it reports. ``%%`` becomes one per cent sign.
    """

    def value(match: re.Match[str]) -> str:
        name = match["name"]
        return "%" if name is None else str(detail.get(name, "?"))

    return _PLACEHOLDER.sub(value, message)


def _revive(
    kind: "type[DomainError]", args: tuple[object, ...], state: dict[str, object]
) -> "DomainError":
    error = kind.__new__(kind, *args)
    error.__dict__.update(state)
    return error


class DomainError(Exception):
    """A refusal with a stable ``code``, an English ``message`` (a msgid) and its ``detail``.

    ``message`` may hold ``%(name)s`` places for the keys of ``detail``; ``text`` is the filled
    English. ``status`` is the number a web answer carries. Errors survive pickling unchanged.
    """

    status: int = 400
    retryable: ClassVar[bool] = False

    def __init__(self, code: str, message: str, /, **detail: object) -> None:
        super().__init__(code, message)
        self.code = code
        self.message = message
        self.detail: dict[str, object] = detail

    @property
    def text(self) -> str:
        """The English message with its places filled."""
        return fill(self.message, self.detail)

    def __str__(self) -> str:
        return f"{self.code}: {self.text}"

    def __reduce__(self) -> tuple[object, ...]:
        # The default would call the class with ``args`` alone and lose every keyword.
        return _revive, (type(self), self.args, dict(self.__dict__))


class BadInput(DomainError):
    """What was sent cannot be read at all: 400, or 413, 415, 422 by ``status``."""

    def __init__(
        self, code: str, message: str, /, *, status: int | None = None, **detail: object
    ) -> None:
        super().__init__(code, message, **detail)
        if status is not None:
            self.status = status


class NotAllowed(DomainError):
    """The caller may know of the object but may not do this with it."""

    status = 403


class NotFound(DomainError):
    """Missing, or not visible to the caller: the two are never told apart."""

    status = 404


class Refused(DomainError):
    """The object's present state does not admit this act."""

    status = 409


class Stale(DomainError):
    """The caller acted on an older version of the object than the stored one."""

    status = 412


class RuleBroken(DomainError):
    """The input is well formed but breaks a rule of the field."""

    status = 422


class Overloaded(DomainError):
    """Nothing was done; the same call may succeed after ``retry_after`` seconds."""

    status = 503
    retryable = True

    def __init__(self, code: str, message: str, /, *, retry_after: int, **detail: object) -> None:
        super().__init__(code, message, **detail)
        self.retry_after = retry_after
