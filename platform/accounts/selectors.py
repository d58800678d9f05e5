"""Reads about officers and credentials."""

from collections.abc import Iterable
from uuid import UUID

from django.conf import settings
from django.db import connection
from django.db.models import Q, QuerySet

from accounts.domain import Viewer
from accounts.domain.secrets import digest
from accounts.domain.viewer import TERRITORIAL_ROLES
from accounts.models import Membership, Officer, OfficerToken, PartnerKey, Role
from city.selectors import name
from core.clock import now


def memberships_of(officer: Officer) -> QuerySet[Membership]:
    """The memberships an officer holds now."""
    instant = now()
    return officer.memberships.filter(
        Q(until=None) | Q(until__gt=instant), since__lte=instant
    ).select_related("organisation__area")


def viewer_of(officer: Officer) -> Viewer:
    """The viewer an officer is now: two queries."""
    held = list(memberships_of(officer))
    acting = frozenset(one.organisation_id for one in held)
    territory = [one.organisation.area for one in held if one.role in TERRITORIAL_ROLES]
    below, categories = _reach(acting)
    return Viewer(
        kind="officer",
        id=str(officer.id),
        label=officer.username,
        acting=acting,
        organisations=below,
        roles=frozenset(one.role for one in held),
        categories=categories,
        everything=any(area.level == "city" for area in territory),
        districts=frozenset(area.code for area in territory if area.level == "district"),
    )


def _reach(acting: frozenset[UUID]) -> tuple[frozenset[UUID], frozenset[str]]:
    """Organisations below in their line, and the categories the acting ones may see."""
    if not acting:
        return frozenset(), frozenset()
    with connection.cursor() as cursor:
        cursor.execute(
            """
            WITH RECURSIVE line(id) AS (
                SELECT unnest(%(ids)s::uuid[])
                UNION SELECT o.id FROM city_organisation o JOIN line ON o.line_parent_id = line.id
            )
            SELECT (SELECT array_agg(id) FROM line),
                   (SELECT array_agg(DISTINCT category_id) FROM city_maysee
                    WHERE organisation_id = ANY(%(ids)s::uuid[]))
            """,
            {"ids": [str(one) for one in acting]},
        )
        organisations, categories = cursor.fetchone()
    return frozenset(UUID(str(one)) for one in organisations), frozenset(categories or ())


def officer_names(ids: Iterable[UUID]) -> dict[str, str]:
    """Names of officers by id, in the active language; one query, none for no id."""
    wanted = set(ids)
    officers = Officer.objects.filter(pk__in=wanted) if wanted else ()
    return {str(one.pk): name(one) for one in officers}


def names_by_username(usernames: Iterable[str]) -> dict[str, str]:
    """Names of officers by user name, in the active language; one query, none for no name."""
    wanted = set(usernames)
    officers = Officer.objects.filter(username__in=wanted) if wanted else ()
    return {one.username: name(one) for one in officers}


def demo_roster(*, of_role: int) -> dict[str, list[Membership]]:
    """Some demo accounts of each role, spread over the organisations; none outside the demo."""
    if not settings.DEMO:
        return {}
    held = (
        Membership.objects.filter(officer__demo=True, officer__is_active=True, until=None)
        .select_related("officer", "organisation")
        .order_by("officer_id", "id")
    )
    found: dict[str, list[Membership]] = {role.value: [] for role in Role}
    for one in held:
        found[one.role].append(one)
    return {role: _spread(rows, of_role) for role, rows in found.items() if rows}


def _spread(rows: list[Membership], most: int) -> list[Membership]:
    """At most so many of them, at even distances."""
    step = max(1.0, len(rows) / most)
    return [rows[int(step * place)] for place in range(min(most, len(rows)))]


def may_sign_in(officer: Officer) -> bool:
    """Demo accounts exist only while the demo runs."""
    return officer.is_active and (settings.DEMO or not officer.demo)


def officer_by_token(secret: str) -> Officer | None:
    """The officer whose token this is, if it still opens anything."""
    token = (
        OfficerToken.objects.filter(digest=digest(secret), revoked_at=None)
        .select_related("officer")
        .first()
    )
    return token.officer if token and may_sign_in(token.officer) else None


def partner_by_key(secret: str) -> PartnerKey | None:
    """The partner key this secret opens, if it was not revoked."""
    return PartnerKey.objects.filter(digest=digest(secret), revoked_at=None).first()
