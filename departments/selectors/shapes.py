"""A task as pages and the REST door show it: texts in the active language."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

__all__ = ["EntryLine", "FieldLine", "OfferLine", "PartLine", "TaskDetail"]


@dataclass(frozen=True, slots=True, kw_only=True)
class PartLine:
    """One organisation's part; `organisation` is its code, `limit` of handling as data.

    `mine`: the viewer acts for that organisation.
    """

    id: UUID
    organisation: str
    organisation_name: str
    role: str
    role_label: str
    state: str
    state_label: str
    officer: str | None
    officer_name: str
    limit: Mapping[str, object]
    dispatched_at: datetime
    sign_due: datetime
    due: datetime
    signed_at: datetime | None
    started_at: datetime | None
    fed_back_at: datetime | None
    feedback: str
    overdue: bool
    return_count: int
    rework_count: int
    urge_count: int
    version: int
    mine: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryLine:
    """One line of the history. `organisation` acted; `part` is whose part moved, if one did.

    `facts` are the frozen facts worth reading, as (label, value) in the active language.
    """

    id: UUID
    at: datetime
    name: str
    label: str
    actor: str
    actor_kind: str
    organisation: str
    organisation_name: str
    part: str
    part_name: str
    from_state: str
    from_label: str
    to_state: str
    to_label: str
    note: str
    version: int
    facts: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldLine:
    """A field that a step asks for; `choices` as (value, label), empty for free organisations."""

    name: str
    label: str
    kind: str
    required: bool
    choices: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferLine:
    """A step that the viewer's role has: allowed now, or not yet and why.

    `organisation` is the code to send along for a step of the viewer's own part, else empty.
    """

    name: str
    label: str
    allowed: bool
    reason: str
    needs_note: bool
    organisation: str
    organisation_name: str
    fields: tuple[FieldLine, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskDetail:
    """A task with its parts, its history (oldest first) and what the viewer may do."""

    id: UUID
    number: str
    title: str
    description: str
    origin_kind: str
    origin_label: str
    origin_id: str
    round: int
    state: str
    state_label: str
    version: int
    family: str
    family_name: str
    category: str
    category_name: str
    risk_level: str
    district: str
    district_name: str
    grid: str
    lon: float | None
    lat: float | None
    address: str
    case_id: UUID | None
    incident_id: UUID | None
    organisation: str
    organisation_name: str
    duty: str
    duty_name: str
    duty_reason: str
    exercise: bool
    created_at: datetime
    dispatched_at: datetime | None
    due: datetime | None
    overdue: bool
    merged_at: datetime | None
    closed_at: datetime | None
    outcome: str
    outcome_label: str
    rework_count: int
    parts: tuple[PartLine, ...]
    timeline: tuple[EntryLine, ...]
    offers: tuple[OfferLine, ...]

    @property
    def allowed(self) -> list[str]:
        """The names of the steps that the viewer may take now."""
        return list(dict.fromkeys(offer.name for offer in self.offers if offer.allowed))

    @property
    def refused(self) -> list[OfferLine]:
        """The steps that the viewer's role has but that have to wait."""
        return [offer for offer in self.offers if not offer.allowed]
