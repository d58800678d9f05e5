"""The rows of the list of records, in words."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import QuerySet
from django.db.models.fields.json import KT

from city.selectors import area_names, categories, name
from integration import labels
from integration.models import Feed, Record

__all__ = ["RecordRow", "record_rows", "shown_columns"]

_READ = (
    "feed_id",
    "source_id",
    "kind",
    "category",
    "category_original",
    "severity",
    "severity_original",
    "occurred_at",
    "occurred_span",
    "reported_at",
    "listed_at",
    "shown_decimals",
    "district",
    "address",
    "summary",
    "quality",
    "upstream_state",
    "operational",
)
"""All that a row shows; sealed and bulky columns stay where they are."""


@dataclass(frozen=True)
class RecordRow:
    """One record as the list shows it; `span` are the seconds within which `at` lies."""

    id: UUID
    at: datetime
    span: int
    occurred: bool  # else `at` tells when it was reported or received
    feed: str
    organisation: str
    category: str
    enterprise: str
    summary: str
    source_id: str
    district: str
    address: str
    severity: int | None
    severity_original: str
    flags: Sequence[str]
    upstream: str
    kind: str
    operational: bool


def shown_columns(records: QuerySet[Record]) -> QuerySet[Record]:
    """The records with what a row shows, the enterprise they are about among it."""
    # Feeds are known already: a join would only cost.
    plain = records.select_related(None).only(*_READ)
    return plain.annotate(enterprise=KT("attributes__enterprise"))


def record_rows(records: Iterable[Record], feeds: Iterable[Feed]) -> list[RecordRow]:
    """The rows of some records; asks the database nothing more."""
    senders = {one.id: one for one in feeds}
    areas = area_names()
    return [_row(one, senders[one.feed_id], areas) for one in records]


def _row(record: Record, feed: Feed, areas: Mapping[str, str]) -> RecordRow:
    category = categories().get(record.category)
    return RecordRow(
        id=record.key_id,
        at=record.listed_at,
        span=record.occurred_span if record.occurred_at else 0,
        occurred=record.occurred_at is not None,
        feed=name(feed),
        organisation=name(feed.organisation),
        category=name(category) if category else record.category,
        enterprise=getattr(record, "enterprise", None) or "",
        summary=record.summary,
        source_id=record.source_id,
        district=areas.get(record.district, record.district),
        # An address would tell what a coarse place does not.
        address=record.address if record.shown_decimals is None else "",
        severity=record.severity,
        severity_original=record.severity_original,
        flags=record.quality,
        upstream=labels.word(labels.UPSTREAM, record.upstream_state),
        kind=labels.word(labels.KINDS, record.kind),
        operational=record.operational,
    )
