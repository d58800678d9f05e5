"""Officers who can be given a part."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Q

from city.selectors import organisations_by_id
from core.errors import RuleBroken
from core.words import N_

__all__ = ["OfficerName", "officer_of", "officers_of"]


@dataclass(slots=True)
class OfficerName:
    """An officer as a list of choices shows one."""

    id: UUID
    username: str
    name_zh: str
    name_en: str


def officers_of(organisation_id: UUID, at: datetime) -> list[OfficerName]:
    """Who is an active officer of the organisation at the instant, by user name."""
    # Memberships belong to accounts; the organisation's relation to them is all that is used.
    held = organisations_by_id()[organisation_id].members.filter(
        Q(until=None) | Q(until__gt=at), role="officer", since__lte=at, officer__is_active=True
    )
    return [
        OfficerName(one.officer.id, one.officer.username, one.officer.name_zh, one.officer.name_en)
        for one in held.select_related("officer").order_by("officer__username")
    ]


def officer_of(organisation_id: UUID, username: str, at: datetime) -> OfficerName:
    """The officer of the organisation with this user name; RuleBroken `unknown_officer`."""
    for officer in officers_of(organisation_id, at):
        if officer.username == username:
            return officer
    message = N_("%(username)s is not an officer of this organisation.")
    raise RuleBroken("unknown_officer", message, username=username)
