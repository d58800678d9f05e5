"""Everything of one record in words: what it says, how its source wrote it, where it came from."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext

from accounts.domain.viewer import Viewer
from city.selectors import name
from desk import labels
from desk.case_records import grounds_in_words
from desk.record_values import address, attributes_of, place_of_record, standard_and_original, when
from desk.record_versions import VersionLine, version_lines
from integration.labels import KINDS, ORIGINS, UPSTREAM, word
from integration.selectors import (
    feeds_visible_to,
    flagged_fields,
    may_send,
    record_by_id,
    versions_of,
)
from integration.services.storing import place_of
from privacy.services import PersonalSeals
from risk.selectors import Belonging, belonging
from web.levels import warning_mark
from web.maps import Map, Point, Zone
from web.times import full

Facts = Sequence[tuple[str, object]]


@dataclass(frozen=True)
class Beside:
    """One value in the city's terms beside the source's own; `note` says what to know of it."""

    label: str
    standard: str
    original: str
    note: str = ""


@dataclass(frozen=True)
class Flag:
    """A quality flag; `field` is empty for those who may not know of the row."""

    code: str
    field: str


@dataclass(frozen=True)
class RecordPage:
    """The page of a record."""

    record: Any
    title: str
    kind: str
    upstream: str
    organisation: str
    values: Sequence[Beside]
    attributes: Facts
    flags: Sequence[Flag]
    versions: Sequence[VersionLine]
    belonging: Belonging
    grounds: str
    personal: Facts
    reveal_url: str
    may_reveal_in_case: bool
    source: Facts
    feed_url: str
    map: Map | None
    place: Facts
    coarse: bool


def record_page(viewer: Viewer, record_id: UUID) -> RecordPage:
    """The page of a record the viewer may see, else NotFound."""
    record = record_by_id(viewer, record_id)
    found = belonging(viewer, record_id)
    personal = _masked(record)
    may_ask = bool(personal) and may_send(viewer, record.feed)
    flags = flagged_fields(viewer, record) if record.quality else {}
    seen = feeds_visible_to(viewer).filter(pk=record.feed_id).exists()
    return RecordPage(
        record=record,
        title=labels.category(record.category),
        kind=word(KINDS, record.kind),
        upstream=word(UPSTREAM, record.upstream_state),
        organisation=name(record.feed.organisation),
        values=[Beside(*row) for row in standard_and_original(record)],
        attributes=attributes_of(record),
        flags=[Flag(code, flags.get(code, "")) for code in record.quality],
        versions=version_lines(versions_of(record), record.version),
        belonging=found,
        grounds=grounds_in_words(found.grounds) if found.incident else "",
        personal=personal,
        reveal_url=_reveal_url(found, record_id) if may_ask else "",
        may_reveal_in_case=may_ask,
        source=_source(record),
        feed_url=reverse("feed", args=[record.feed.key]) if seen else "",
        map=_map(record),
        place=_place(record),
        coarse=record.shown_decimals is not None,
    )


def _masked(record: Any) -> list[tuple[str, object]]:
    place = place_of(record.feed.key, record.source_id, exercise=record.exercise)
    fields = PersonalSeals().masked(record.personal, place)
    return [(labels.personal_kind(one.kind), one.value) for one in fields]


def _reveal_url(found: Belonging, record_id: UUID) -> str:
    """Where the details may be asked for: only a case gives the ground."""
    return reverse("reveal_record", args=[found.case.pk, record_id]) if found.case else ""


def _source(record: Any) -> list[tuple[str, object]]:
    return [
        (gettext("Sender"), name(record.feed.organisation)),
        (gettext("Source id"), record.source_id),
        (gettext("Kind"), word(KINDS, record.kind)),
        (gettext("How it became known"), word(ORIGINS, record.origin)),
        (gettext("Received at"), full(record.received_at)),
        (gettext("Delivery"), str(record.delivery_id)),
        (gettext("Line"), record.line),
        (gettext("Profile version"), record.profile_version or "—"),
        (gettext("Version"), record.version),
    ]


def _map(record: Any) -> Map | None:
    spot = place_of_record(record)
    if spot is None:
        return None
    zones = _zones(record)
    label = f"{labels.category(record.category)} · {when(record)}"
    # The spot of an area is only a point within it: the map shows the whole of it.
    points = [] if zones else [Point(*spot, label)]
    return Map(points, label=gettext("Map of the record's place"), quiet=True, zones=zones)


def _zones(record: Any) -> list[Zone]:
    """The area a record tells of, where people may be shown it as exactly as it is known."""
    shape = record.geometry
    if not shape or shape["type"] == "Point" or record.shown_decimals is not None:
        return []
    tone = warning_mark(str(record.attributes.get("level", ""))).tone
    return [Zone(tone, labels.category(record.category), geometry=shape)]


def _place(record: Any) -> list[tuple[str, object]]:
    return [
        (gettext("Address"), address(record)),
        (gettext("District"), labels.district(record.district)),
        (gettext("Unit grid"), record.grid),
    ]
