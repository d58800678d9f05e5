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
from core.brief import Brief
from core.clock import now


def memberships_of(officer: Officer) -> QuerySet[Membership]:
    """The memberships an officer holds now."""
    instant = now()
    return officer.memberships.filter(
        Q(until=None) | Q(until__gt=instant), since__lte=instant
    ).select_related("organisation__area")


def viewer_of(officer: Officer) -> Viewer:
    """The viewer an officer is now: one query."""
    instant = now()
    with connection.cursor() as cursor:
        cursor.execute(_STANDING, {"officer": officer.id, "now": instant})
        held, below, categories = cursor.fetchone()
    roles = [
        (role, UUID(organisation), level, code) for role, organisation, level, code in held or ()
    ]
    territory = [(level, code) for role, _, level, code in roles if role in TERRITORIAL_ROLES]
    return Viewer(
        kind="officer",
        id=str(officer.id),
        label=officer.username,
        acting=frozenset(organisation for _, organisation, _, _ in roles),
        organisations=frozenset(UUID(str(one)) for one in below or ()),
        roles=frozenset(role for role, *_ in roles),
        categories=frozenset(categories or ()),
        everything=any(level == "city" for level, _ in territory),
        districts=frozenset(code for level, code in territory if level == "district"),
    )


# What an officer holds with the area of its organisation; the organisations below in their line;
# and the categories that the acting ones may see.
_STANDING = """
WITH RECURSIVE held AS (
    SELECT m.role, m.organisation_id, a.level, a.code
    FROM accounts_membership AS m
    JOIN city_organisation AS o ON o.id = m.organisation_id
    JOIN city_area AS a ON a.id = o.area_id
    WHERE m.officer_id = %(officer)s AND m.since <= %(now)s
      AND (m.until IS NULL OR m.until > %(now)s)
), line(id) AS (
    SELECT organisation_id FROM held
    UNION SELECT o.id FROM city_organisation AS o JOIN line ON o.line_parent_id = line.id
)
SELECT (SELECT array_agg(ARRAY[role, organisation_id::text, level, code]) FROM held),
       (SELECT array_agg(id) FROM line),
       (SELECT array_agg(DISTINCT category_id) FROM city_maysee
        WHERE organisation_id IN (SELECT organisation_id FROM held))
"""


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


_MOMENT = 2.0  # seconds
_partners: Brief[bytes, PartnerKey] = Brief(seconds=_MOMENT, most=1024)


def partner_by_key(secret: str) -> PartnerKey | None:
    """The partner key this secret opens, if it was not revoked.

    A good key is remembered for ``_MOMENT``, a wrong one never. Whoever revokes keys calls
    ``forget_partners``, so that it takes effect at once in the same process and within that moment
    in all others.
    """
    known = digest(secret)
    return _partners.get(
        known, lambda: PartnerKey.objects.filter(digest=known, revoked_at=None).first()
    )


def forget_partners() -> None:
    """Ask the database for every partner key anew."""
    _partners.forget()
