"""The records behind a case as its page shows them: contacts masked, grounds in words."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import prefetch_related_objects
from django.utils.translation import gettext

from city.selectors import name
from core.words import N_
from desk import labels
from integration.services.storing import place_of
from privacy.services import PersonalSeals
from risk.selectors.details import CaseDetail

# Why a record is in its incident: (field, level) as the association stores them.
GROUNDS = {
    ("place", "very_near"): N_("Very near"),
    ("place", "near"): N_("Near"),
    ("place", "in_reach"): N_("Within reach"),
    ("place", "first"): N_("First of the incident"),
    ("time", "very_near"): N_("Almost at the same time"),
    ("time", "near"): N_("Soon after"),
    ("time", "in_reach"): N_("Within the time window"),
    ("family", "same_category"): N_("Same category"),
    ("family", "same_family"): N_("Same hazard family"),
}


@dataclass(frozen=True)
class RecordLine:
    """One record; `contacts` are masked, `grounds` say why it is in its incident."""

    source_id: str
    feed: str
    organisation: str
    category: str
    severity: int | None
    summary: str
    address: str
    contacts: Sequence[str]
    grounds: str
    at: datetime


def record_lines(case: CaseDetail) -> list[RecordLine]:
    """The records of all incidents, newest first; a constant number of queries."""
    incidents = [one.incident for one in case.incidents]
    prefetch_related_objects(
        incidents, "links__record__record", "links__record__feed__organisation"
    )
    seals = PersonalSeals()
    lines = [_line(link, seals) for incident in incidents for link in incident.links.all()]
    return sorted(lines, key=lambda line: line.at, reverse=True)


def _line(link: Any, seals: PersonalSeals) -> RecordLine:
    key = link.record
    record, feed = key.record, key.feed
    place = place_of(feed.key, key.source_id, exercise=record.exercise)
    return RecordLine(
        source_id=key.source_id,
        feed=name(feed),
        organisation=name(feed.organisation),
        category=labels.category(record.category),
        severity=record.severity,
        summary=record.summary,
        address=record.address,
        contacts=[one.value for one in seals.masked(record.personal, place)],
        grounds=_grounds(link.grounds),
        at=record.listed_at,
    )


def _grounds(grounds: Sequence[Mapping[str, Any]]) -> str:
    """The grounds in words; a level without words of its own adds nothing."""
    keys = [(str(one["field"]), str(one["level"])) for one in grounds]
    return " · ".join(gettext(GROUNDS[key]) for key in keys if key in GROUNDS)
