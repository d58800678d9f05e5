"""The recorded day of a demo city: ``day/manifest.json`` and the deliveries it names."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from city.domain.faults import Node
from core.words import N_

__all__ = ["MANIFEST", "RecordedDelivery", "Recording", "read_recording"]

MANIFEST = "day/manifest.json"
_LONGEST_HOURS = 31 * 24
_UNKNOWN = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class RecordedDelivery:
    """One delivery: ``file`` relative to ``day/``, due so many minutes after the base."""

    feed: str
    file: str
    at_minutes: int


@dataclass(frozen=True, slots=True)
class Recording:
    """``base`` is the recorded midnight; on play times are moved by the city's anchor less it."""

    base: datetime
    hours: int
    deliveries: tuple[RecordedDelivery, ...]


def read_recording(root: Node, folder: Path, feeds: Collection[object]) -> Recording:
    """The recording of a city folder; ``feeds`` are the keys it may name."""
    root.known("base", "hours", "deliveries")
    hours = int(root.child("hours").number(1, _LONGEST_HOURS))
    deliveries = [
        _delivery(row, folder / "day", feeds, hours) for row in root.child("deliveries").rows()
    ]
    return Recording(_base(root.child("base")), hours, tuple(deliveries))


def _base(node: Node) -> datetime:
    text = node.text(longest=40)
    try:
        instant = datetime.fromisoformat(text)
    except ValueError:
        instant = None
    if instant is None or instant.tzinfo is None:
        node.fault(
            "bad_time", N_("must be a time with its zone, such as 2026-01-05T00:00:00+08:00")
        )
        return _UNKNOWN
    return instant


def _delivery(row: Node, day: Path, feeds: Collection[object], hours: int) -> RecordedDelivery:
    row.known("feed", "file", "at_minutes")
    feed, file = row.child("feed").text(), row.child("file").text(longest=200)
    if feed and feed not in feeds:
        row.child("feed").fault("unknown_feed", N_("there is no feed %(key)s"), key=feed)
    if ".." in Path(file).parts or Path(file).is_absolute():
        row.child("file").fault("outside_folder", N_("must lie inside the folder"))
    elif file and not (day / file).is_file():
        row.child("file").fault("missing_file", N_("the file is missing"))
    return RecordedDelivery(feed, file, int(row.child("at_minutes").number(0, hours * 60)))
