"""The demo city on its feet: loaded, its recorded day delivered, the flow run until idle."""

import json
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.db.models import Sum

from accounts.domain.viewer import SYSTEM
from audit.services import seal
from city import selectors as city
from city.domain.faults import Faults, parse_json
from departments.selectors import tasks_visible_to
from integration.selectors import deliveries_visible_to, records_visible_to
from integration.services import receive
from pipeline.city_folder import load_folder
from pipeline.recording import MANIFEST, Recording, read_recording
from pipeline.schedules import ensure
from pipeline.shifting import shifted
from pipeline.waiting import drain_until_idle
from risk import selectors as risk
from risk.domain.rules import LEVELS

_OFFICERS = 4
Say = Callable[[str], None]
_ROWS = ("received", "accepted", "updated", "duplicates", "quarantined", "flagged")
COUNTERS = (*_ROWS, "records", "subjects", "incidents", "cases", "alerts", "tasks")
# A healthy day may have no duplicate and no problem, but something passes every stage.
STAGES = ("received", "accepted", "records", "subjects", "incidents", "cases", "alerts", "tasks")


@dataclass(frozen=True)
class DemoRun:
    """The city's totals, what this run added, and the seconds it took."""

    city: str
    totals: Mapping[str, int]
    new: Mapping[str, int]
    levels: Mapping[str, int]
    seconds: float

    @property
    def complete(self) -> bool:
        """Whether every stage holds something."""
        return all(self.totals[name] > 0 for name in STAGES)

    def report(self) -> dict[str, Any]:
        """The JSON object of `./dev up --once --json`."""
        return {
            "city": self.city,
            **self.totals,
            "seconds": round(self.seconds, 1),
            "new": dict(self.new),
        }


def stand_up(*, folder: Path, say: Say) -> DemoRun:
    """Load the city folder, play its day, run the flow; a second time nothing changes."""
    began = time.monotonic()
    say("Loading the demo city")
    load_folder(folder=folder, actor=SYSTEM.actor)
    ensure()
    before = totals()
    _play(folder, say)
    say("Associating, judging, dispatching")
    drain_until_idle(pulse=_progress(say))
    while seal():
        pass
    after = totals()
    return DemoRun(
        city=city.current_city().key,
        totals=after,
        new={name: after[name] - before[name] for name in COUNTERS},
        levels=_levels(),
        seconds=time.monotonic() - began,
    )


def totals() -> dict[str, int]:
    """The counters of every stage, of the whole city."""
    sums = deliveries_visible_to(SYSTEM).aggregate(**{name: Sum(name) for name in _ROWS})
    return {
        **{name: sums[name] or 0 for name in _ROWS},
        "records": records_visible_to(SYSTEM).count(),
        **risk.counts(),
        "tasks": tasks_visible_to(SYSTEM).filter(exercise=False).count(),
    }


def _levels() -> dict[str, int]:
    cases = risk.cases_visible_to(SYSTEM)
    return {level: cases.filter(risk_level=level).count() for level in LEVELS}


def _play(folder: Path, say: Say) -> None:
    """Deliver the recorded day in its order, moved to the city's anchor."""
    profiles = _profiles(folder)
    recording = _recording(folder, profiles)
    by = city.current_city().anchor - recording.base
    for place, one in enumerate(recording.deliveries, start=1):
        if place == 1 or place % 25 == 0 or place == len(recording.deliveries):
            say(f"Delivering the recorded day: {place} of {len(recording.deliveries)}")
        body = (folder / "day" / one.file).read_bytes()
        receive(
            feed_key=one.feed,
            body=shifted(body, profiles[one.feed], _whole_days(by)),
            sender=SYSTEM.actor,
        )


@dataclass(frozen=True)
class Account:
    """A demo account that a visitor may try."""

    username: str
    role: str
    password: str
    organisation: str


def accounts(folder: Path) -> list[Account]:
    """The first account of each role, and officers of the first organisations."""
    rows = json.loads((folder / "officers.json").read_bytes())
    found: dict[str, list[Account]] = {}
    for row in rows:
        held = found.setdefault(row["role"], [])
        if len(held) < (_OFFICERS if row["role"] == "officer" else 1):
            held.append(Account(row["username"], row["role"], row["password"], row["organisation"]))
    return [one for held in found.values() for one in held]


def _whole_days(by: timedelta) -> timedelta:
    """Both ends are local midnights; a change of the clocks between them does not count."""
    return timedelta(days=round(by / timedelta(days=1)))


def _profiles(folder: Path) -> dict[str, Any]:
    documents = [
        json.loads(path.read_bytes()) for path in sorted((folder / "feeds").glob("*.json"))
    ]
    return {str(one["key"]): one for one in documents}


def _recording(folder: Path, profiles: Mapping[str, Any]) -> Recording:
    faults = Faults()
    root = parse_json(MANIFEST, (folder / MANIFEST).read_bytes(), faults)
    assert root is not None  # noqa: S101 - the folder was checked as it was loaded
    return read_recording(root, folder, profiles)


def _progress(say: Say) -> Callable[[], None]:
    """A line now and then, so that long work is seen to move."""
    told = time.monotonic()

    def pulse() -> None:
        nonlocal told
        if time.monotonic() - told > 3:
            told = time.monotonic()
            say(" · ".join(f"{name} {count}" for name, count in risk.counts().items()))

    return pulse
