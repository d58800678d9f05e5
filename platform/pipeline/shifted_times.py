"""One recorded time, moved: a reader and a writer for every form that a profile may name."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any

__all__ = ["Move", "Shift", "calendar_date", "iso", "mover"]

Shift = Callable[[Any], Any]
_ISO = re.compile(r"(\d{4})(-?)(\d\d)\2(\d\d)(?:([T ])(\d\d)(:?)(\d\d)(.*))?")


@dataclass(frozen=True, slots=True)
class Move:
    """From the recorded midnight `base` to the city's `anchor`; both are local midnights, aware."""

    base: datetime
    anchor: datetime

    @property
    def span(self) -> timedelta:
        """What an instant moves by."""
        # In UTC: datetimes of one zone would be subtracted as clock readings.
        return self.anchor.astimezone(UTC) - self.base.astimezone(UTC)

    @property
    def days(self) -> timedelta:
        """What a local clock reading moves by: a change of the clocks in between does not count."""
        return timedelta(days=round(self.span / timedelta(days=1)))


def mover(form: str, move: Move) -> Shift:
    """What moves a value of a time form; a value that is no such time comes back as it was.

    `form`: `epoch_s`, `epoch_ms`, `iso8601`, or a pattern of strptime (a day alone included).
    """
    if form == "epoch_s":
        return lambda value: _epoch(value, move, per_second=1)
    if form == "epoch_ms":
        return lambda value: _epoch(value, move, per_second=1000)
    if form == "iso8601":
        return lambda value: iso(value, move)
    return lambda value: _clock(value, form, move)


def calendar_date(form: str | None, move: Move) -> Shift:
    """What moves a date that is no occurrence, such as the founding of an enterprise.

    It is a fact about the thing and stays, unless it lay after the recorded day: what was in the
    future then is in the future whenever the day is played. `form` None: an ISO date.
    """
    shift = mover(form or "iso8601", move)

    def later(value: Any) -> Any:
        read = _date(value, form)
        return shift(value) if read and read > move.base.date() else value

    return later


def iso(value: Any, move: Move) -> Any:
    """An ISO 8601 text; its seconds, fraction and offset stay as they are written."""
    if not isinstance(value, str):
        return value
    text = value.strip()
    parts = _ISO.fullmatch(text)
    try:
        read = datetime.fromisoformat(text)
        moved = read + (move.span if read.tzinfo else move.days)
    except (ValueError, OverflowError):
        return value
    if not parts:  # a week date or an ordinal date
        return value
    _, dash, _, _, between, hour, colon, _, rest = parts.groups()
    written = moved.strftime(f"%Y{dash}%m{dash}%d")
    return written + (f"{between}{moved:%H}{colon}{moved:%M}{rest}" if hour else "")


def _epoch(value: Any, move: Move, *, per_second: int) -> Any:
    by = int(move.span.total_seconds()) * per_second
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return value
    if isinstance(value, int):
        return value + by
    try:
        # Decimal, so that no digit of a fraction changes.
        moved = Decimal(str(value)) + by
    except InvalidOperation:
        return value
    if not moved.is_finite():
        return value
    return float(moved) if isinstance(value, float) else str(moved)


def _clock(value: Any, form: str, move: Move) -> Any:
    read = _read(value, form)
    try:
        return (read + move.days).strftime(form) if read else value
    except OverflowError:
        return value


def _date(value: Any, form: str | None) -> date | None:
    if form:
        read = _read(value, form)
        return read.date() if read else None
    try:
        return date.fromisoformat(value.strip()) if isinstance(value, str) else None
    except ValueError:
        return None


def _read(value: Any, form: str) -> datetime | None:
    try:
        # Only moved by whole days and written again: no zone is needed.
        return datetime.strptime(value.strip(), form)  # noqa: DTZ007
    except (ValueError, TypeError, AttributeError):
        return None
