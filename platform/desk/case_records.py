"""The records behind a case as its page shows them: contacts masked, grounds in words."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import prefetch_related_objects
from django.utils.translation import gettext

from accounts.domain.viewer import Viewer
from city.selectors import name
from core.words import N_
from desk import labels
from integration.selectors import may_send, records_visible_to
from integration.services.storing import place_of
from privacy.services import PersonalSeals
from risk.selectors.details import CaseDetail

# Why a record is in its incident: (field, level) as the association stores them.
GROUNDS = {
    ("place", "very_near"): N_("Very near"),
    ("place", "near"): N_("Near"),
    ("place", "in_reach"): N_("Within reach"),
    ("place", "same_house"): N_("Same house by the address"),
    ("place", "same_place"): N_("Same place by the address"),
    ("place", "first"): N_("First of the incident"),
    ("time", "very_near"): N_("Almost at the same time"),
    ("time", "near"): N_("Soon after"),
    ("time", "in_reach"): N_("Within the time window"),
    ("time", "same_day"): N_("On the same day"),
    ("kind", "same_category"): N_("Same category"),
    ("kind", "same_occurrence"): N_("Same kind of occurrence"),
    ("kind", "part_of_it"): N_("May be a part of it"),
}
# Whom to ask; texts and addresses among the personal fields are shown in their own places.
CONTACT_KINDS = frozenset({"name", "phone", "email"})


@dataclass(frozen=True)
class RecordLine:
    """One record; `contacts` are masked, `grounds` say why it is in its incident.

    `may_reveal`: the viewer is an officer of the feed's organisation and there is what to reveal.
    `has_page`: the viewer may see the record itself, not only as a part of the case.
    """

    id: UUID
    source_id: str
    feed: str
    organisation: str
    category: str
    severity: int | None
    summary: str
    address: str
    contacts: Sequence[str]
    may_reveal: bool
    grounds: str
    at: datetime
    has_page: bool


def record_lines(viewer: Viewer, case: CaseDetail) -> list[RecordLine]:
    """The records of all incidents, newest first; a constant number of queries."""
    incidents = [one.incident for one in case.incidents]
    prefetch_related_objects(
        incidents, "links__record__record", "links__record__feed__organisation"
    )
    seals = PersonalSeals()
    links = [link for incident in incidents for link in incident.links.all()]
    seen = _seen(viewer, [link.record_id for link in links])
    lines = [_line(viewer, link, seals, seen) for link in links]
    return sorted(lines, key=lambda line: line.at, reverse=True)


def _seen(viewer: Viewer, ids: Sequence[UUID]) -> set[UUID]:
    """Those of some records that the viewer may see beyond the case as well."""
    rows = records_visible_to(viewer, exercise=None).filter(key_id__in=ids)
    return set(rows.values_list("key_id", flat=True))


def _line(viewer: Viewer, link: Any, seals: PersonalSeals, seen: set[UUID]) -> RecordLine:
    key = link.record
    record, feed = key.record, key.feed
    place = place_of(feed.key, key.source_id, exercise=record.exercise)
    personal = seals.masked(record.personal, place)
    return RecordLine(
        id=key.id,
        source_id=key.source_id,
        feed=name(feed),
        organisation=name(feed.organisation),
        category=labels.category(record.category),
        severity=record.severity,
        summary=record.summary,
        address=record.address,
        contacts=[one.value for one in personal if one.kind in CONTACT_KINDS],
        may_reveal=bool(personal) and may_send(viewer, feed),
        grounds=grounds_in_words(link.grounds),
        at=record.listed_at,
        has_page=key.id in seen,
    )


def grounds_in_words(grounds: Sequence[Mapping[str, Any]]) -> str:
    """The grounds in words; a level without words of its own adds nothing."""
    keys = [(str(one["field"]), str(one["level"])) for one in grounds]
    return " · ".join(gettext(GROUNDS[key]) for key in keys if key in GROUNDS)
