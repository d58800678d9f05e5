"""Officers, their roles and the posts they hold."""

from collections.abc import Sequence
from datetime import UTC, datetime
from uuid import UUID

from django.contrib.auth.hashers import make_password
from django.db import transaction

from accounts.domain.grants import check_grant, check_not_own
from accounts.domain.roster import OfficerFacts, check_username
from accounts.models import Membership, Officer, PostHolding
from accounts.services.credentials import check_password_strength
from audit.domain import Actor
from audit.services import record
from city.selectors import organisation as organisation_by_code
from city.selectors import organisations_by_id
from core.clock import now
from core.errors import NotFound, Refused
from core.words import N_

__all__ = [
    "create_officer",
    "end_membership",
    "end_post",
    "grant_role",
    "hold_post",
    "load_officers",
    "set_active",
]

# A roster does not tell since when: what it grants holds for all of the demo city's records.
_EVER = datetime(2000, 1, 1, tzinfo=UTC)


@transaction.atomic
def create_officer(*, facts: OfficerFacts, actor: Actor) -> Officer:
    """A new officer with one role and, if named, one post.

    Raises NotFound for an unknown organisation, RuleBroken ``role_unknown``, ``password_weak`` or
    ``username_malformed``, Refused ``username_taken``.
    """
    check_username(facts.username)
    organisation = organisation_by_code(facts.organisation)
    check_grant(facts.role, ())
    if Officer.objects.filter(username=facts.username).exists():
        raise Refused(
            "username_taken",
            N_("The user name %(username)s is taken."),
            username=facts.username,
        )
    officer = Officer(
        username=facts.username,
        name_zh=facts.name_zh,
        name_en=facts.name_en,
        organisation_id=organisation.id,
        language=facts.language,
    )
    if facts.password is not None:
        check_password_strength(facts.password, officer)
    officer.password = make_password(facts.password)
    officer.save()
    _join(officer, organisation.id, facts, now())
    record(
        actor=actor,
        act="officer.create",
        object_kind="officer",
        object_id=officer.id,
        detail={"username": facts.username, "organisation": organisation.code, "role": facts.role},
    )
    return officer


@transaction.atomic
def load_officers(*, officers: Sequence[OfficerFacts], actor: Actor) -> int:
    """Create the demo officers that are not there yet; gives how many were created.

    They are marked as demo accounts, which only sign in while the demo runs. Those who exist keep
    what they have: their password may have been changed.
    """
    held = set(Officer.objects.values_list("username", flat=True))
    new = [facts for facts in officers if facts.username not in held]
    ids = {one.code: one.id for one in organisations_by_id().values()}
    # One slow hash for each password and not for each officer: these passwords are published.
    hashes = {password: make_password(password) for password in {one.password for one in new}}
    for facts in new:
        officer = Officer.objects.create(
            username=facts.username,
            name_zh=facts.name_zh,
            name_en=facts.name_en,
            organisation_id=ids[facts.organisation],
            language=facts.language,
            password=hashes[facts.password],
            demo=True,
        )
        _join(officer, officer.organisation_id, facts, _EVER)
    if new:
        detail: dict[str, object] = {"officers": len(new)}
        record(actor=actor, act="officers.load", object_kind="city", object_id="", detail=detail)
    return len(new)


def _join(officer: Officer, organisation_id: UUID, facts: OfficerFacts, since: datetime) -> None:
    Membership.objects.create(
        officer=officer, organisation_id=organisation_id, role=facts.role, since=since
    )
    if facts.post_zh or facts.post_en:
        PostHolding.objects.create(
            officer=officer,
            organisation_id=organisation_id,
            post_zh=facts.post_zh or facts.post_en,
            post_en=facts.post_en or facts.post_zh,
            since=since,
        )


@transaction.atomic
def grant_role(*, officer_id: UUID, organisation: str, role: str, actor: Actor) -> Membership:
    """Give a role in an organisation (code) from now on; one that is held already stays.

    Raises NotFound, NotAllowed ``own_grant``, RuleBroken ``role_unknown`` or ``roles_conflict``.
    """
    officer = _locked(officer_id)
    check_not_own(actor.id, str(officer.id))
    body = organisation_by_code(organisation)
    held = list(officer.memberships.filter(until=None))
    check_grant(role, {one.role for one in held})
    same = [one for one in held if one.role == role and one.organisation_id == body.id]
    if same:
        return same[0]
    granted = Membership.objects.create(
        officer=officer, organisation_id=body.id, role=role, since=now()
    )
    _note(actor, "role.grant", officer, {"organisation": body.code, "role": role})
    return granted


@transaction.atomic
def end_membership(*, membership_id: UUID, actor: Actor) -> None:
    """End a role from now on; the row stays as history. NotFound, NotAllowed ``own_grant``."""
    held = Membership.objects.filter(pk=membership_id, until=None).first()
    if held is None:
        raise NotFound("not_found", N_("There is no such open membership."))
    officer = _locked(held.officer_id)
    check_not_own(actor.id, str(officer.id))
    Membership.objects.filter(pk=held.pk, until=None).update(until=now())
    organisation = organisations_by_id()[held.organisation_id].code
    _note(actor, "role.end", officer, {"organisation": organisation, "role": held.role})


@transaction.atomic
def hold_post(
    *, officer_id: UUID, organisation: str, post_zh: str, post_en: str, actor: Actor
) -> PostHolding:
    """Let an officer hold a post from now on; the officer's former post there ends.

    Raises NotFound, NotAllowed ``own_grant``.
    """
    officer = _locked(officer_id)
    check_not_own(actor.id, str(officer.id))
    body = organisation_by_code(organisation)
    instant = now()
    former = officer.posts.filter(organisation_id=body.id, until=None)
    same = former.filter(post_zh=post_zh, post_en=post_en).first()
    if same is not None:
        return same
    former.update(until=instant)
    holding = PostHolding.objects.create(
        officer=officer, organisation_id=body.id, post_zh=post_zh, post_en=post_en, since=instant
    )
    _note(actor, "post.hold", officer, {"organisation": body.code, "post": post_en or post_zh})
    return holding


@transaction.atomic
def end_post(*, holding_id: UUID, actor: Actor) -> None:
    """End the holding of a post from now on; the row stays as history."""
    held = PostHolding.objects.filter(pk=holding_id, until=None).first()
    if held is None:
        raise NotFound("not_found", N_("There is no such open holding of a post."))
    officer = _locked(held.officer_id)
    check_not_own(actor.id, str(officer.id))
    PostHolding.objects.filter(pk=held.pk, until=None).update(until=now())
    _note(actor, "post.end", officer, {"post": held.post_en})


@transaction.atomic
def set_active(*, officer_id: UUID, active: bool, actor: Actor) -> None:
    """Let an officer sign in, or no longer; sessions and tokens stop at once."""
    officer = _locked(officer_id)
    check_not_own(actor.id, str(officer.id))
    if officer.is_active == active:
        return
    officer.is_active = active
    officer.save(update_fields=["is_active"])
    _note(actor, "officer.activate" if active else "officer.deactivate", officer, {})


def _locked(officer_id: UUID) -> Officer:
    officer = Officer.objects.select_for_update().filter(pk=officer_id).first()
    if officer is None:
        raise NotFound("not_found", N_("There is no such officer."))
    return officer


def _note(actor: Actor, act: str, officer: Officer, detail: dict[str, object]) -> None:
    record(
        actor=actor,
        act=act,
        object_kind="officer",
        object_id=officer.id,
        detail={"username": officer.username, **detail},
    )
