"""The demo city on its feet: loaded, its recorded day delivered, the flow run until idle."""

import json
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from accounts.domain.viewer import SYSTEM
from audit.services import seal
from city import selectors as city
from city.domain.faults import Faults, parse_json
from integration.services import receive
from pipeline.city_folder import load_folder
from pipeline.recording import MANIFEST, Recording, read_recording
from pipeline.schedules import ensure
from pipeline.shifting import Move, shifted
from pipeline.totals import COUNTERS, STAGES, levels, totals, totals_by_feed
from pipeline.waiting import drain_until_idle
from risk import selectors as risk

Say = Callable[[str], None]
_SAY_EVERY_S = 2.0


@dataclass(frozen=True)
class DemoRun:
    """The city's totals, those of each department's feed, what this run added, and its seconds.

    `recorded`: the feeds that the recorded day has deliveries of.
    """

    city: str
    totals: Mapping[str, int]
    new: Mapping[str, int]
    levels: Mapping[str, int]
    departments: Mapping[str, Mapping[str, int]]
    recorded: frozenset[str]
    seconds: float

    @property
    def empty_stages(self) -> list[str]:
        """The stages that hold nothing; none in a complete demo."""
        return [name for name in STAGES if not self.totals[name]]

    @property
    def missing_feeds(self) -> list[str]:
        """The feeds whose recorded rows did not arrive; none in a complete demo."""
        return sorted(key for key in self.recorded if not self.departments[key]["records"])

    def report(self) -> dict[str, Any]:
        """The JSON object of `./dev up --once --json`."""
        return {
            "city": self.city,
            **self.totals,
            "seconds": round(self.seconds, 1),
            "new": dict(self.new),
            "departments": {key: dict(counts) for key, counts in self.departments.items()},
        }


def stand_up(*, folder: Path, say: Say) -> DemoRun:
    """Load the city folder, play its day, run the flow; a second time nothing changes."""
    began = time.monotonic()
    say("Loading the demo city")
    load_folder(folder=folder, actor=SYSTEM.actor)
    ensure()
    before = totals()
    recorded = _play(folder, say)
    say("Associating, judging, dispatching")
    drain_until_idle(pulse=_progress(say))
    while seal():
        pass
    after = totals()
    return DemoRun(
        city=city.current_city().key,
        totals=after,
        new={name: after[name] - before[name] for name in COUNTERS},
        levels=levels(),
        departments=totals_by_feed(),
        recorded=recorded,
        seconds=time.monotonic() - began,
    )


def _play(folder: Path, say: Say) -> frozenset[str]:
    """Deliver the recorded day in its order, moved to the city's anchor; gives its feeds."""
    profiles = _profiles(folder)
    recording = _recording(folder, profiles)
    move = Move(recording.base, city.current_city().anchor)
    count, told = len(recording.deliveries), 0.0
    for place, one in enumerate(recording.deliveries, start=1):
        if place in (1, count) or time.monotonic() - told > _SAY_EVERY_S:
            told = time.monotonic()
            say(f"Delivering the recorded day: {place} of {count}, {one.feed}")
        body = (folder / "day" / one.file).read_bytes()
        receive(
            feed_key=one.feed,
            body=shifted(body, profiles[one.feed], move),
            sender=SYSTEM.actor,
        )
    return frozenset(one.feed for one in recording.deliveries)


@dataclass(frozen=True)
class Account:
    """A demo account that a visitor may try."""

    username: str
    role: str
    password: str
    organisation: str


def accounts(folder: Path) -> list[Account]:
    """The first account of each role, an officer of each department that sends, and of a branch."""
    senders = [one["organisation"] for one in _profiles(folder).values()]
    kinds = {one["code"]: one["kind"] for one in _rows(folder, "organisations")}
    found: dict[tuple[str, str], Account] = {}
    for row in _rows(folder, "officers"):
        role, organisation = row["role"], row["organisation"]
        if role != "officer":
            place = ""
        elif organisation in senders:
            place = organisation
        elif kinds[organisation] == "branch":
            place = "branch"
        else:
            continue
        shown = Account(row["username"], role, row["password"], organisation)
        found.setdefault((role, place), shown)
    return list(found.values())


def _rows(folder: Path, name: str) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = json.loads((folder / f"{name}.json").read_bytes())
    return rows


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
        if time.monotonic() - told > _SAY_EVERY_S:
            told = time.monotonic()
            say(" · ".join(f"{name} {count}" for name, count in risk.counts().items()))

    return pulse
