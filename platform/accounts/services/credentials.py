"""Secrets of officers and machines: shown once, kept as digests, revocable."""

from uuid import UUID

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction

from accounts.domain.secrets import digest, new_secret
from accounts.models import Officer, OfficerToken, PartnerKey
from accounts.selectors import forget_partners
from audit.domain import Actor
from audit.services import record
from city.selectors import organisation_of_feed
from core.clock import now
from core.errors import NotFound, RuleBroken
from core.words import N_

__all__ = [
    "change_password",
    "check_password_strength",
    "issue_partner_key",
    "issue_token",
    "revoke_partner_key",
    "revoke_token",
]


@transaction.atomic
def issue_token(*, officer: Officer, actor: Actor) -> str:
    """A new token for REST calls; this is the only time it is seen."""
    secret = new_secret("et")
    token = OfficerToken.objects.create(officer=officer, digest=digest(secret))
    record(
        actor=actor,
        act="token.issue",
        object_kind="officer",
        object_id=officer.id,
        detail={"token": str(token.id), "username": officer.username},
    )
    return secret


@transaction.atomic
def issue_partner_key(*, feed_key: str, actor: Actor) -> str:
    """A new key for one feed of one partner; this is the only time it is seen.

    NotFound ``not_found`` for an unknown feed. Older keys stay valid until they are revoked, so
    that a partner can change over.
    """
    organisation = organisation_of_feed(feed_key)
    secret = new_secret("ek")
    key = PartnerKey.objects.create(
        feed_key=feed_key, organisation_id=organisation.id, digest=digest(secret)
    )
    record(
        actor=actor,
        act="partner_key.issue",
        object_kind="partner_key",
        object_id=key.id,
        detail={"feed": feed_key, "organisation": organisation.code},
    )
    return secret


@transaction.atomic
def revoke_token(*, token_id: UUID, actor: Actor) -> None:
    """End a token at once; a second time changes nothing. NotFound ``not_found``."""
    token = OfficerToken.objects.select_for_update().filter(pk=token_id).first()
    if token is None:
        raise NotFound("not_found", N_("There is no such token."))
    _revoke(token, actor, "token")


@transaction.atomic
def revoke_partner_key(*, key_id: UUID, actor: Actor) -> None:
    """End a partner key at once; a second time changes nothing. NotFound ``not_found``."""
    key = PartnerKey.objects.select_for_update().filter(pk=key_id).first()
    if key is None:
        raise NotFound("not_found", N_("There is no such key."))
    _revoke(key, actor, "partner_key")
    forget_partners()
    # And once more: until it is committed, another thread may have remembered the key anew.
    transaction.on_commit(forget_partners)


def _revoke(held: OfficerToken | PartnerKey, actor: Actor, kind: str) -> None:
    if held.revoked_at is not None:
        return
    held.revoked_at = now()
    held.save(update_fields=["revoked_at"])
    record(actor=actor, act=f"{kind}.revoke", object_kind=kind, object_id=held.id)


def check_password_strength(password: str, officer: Officer | None = None) -> None:
    """RuleBroken ``password_weak`` with every rule the password breaks."""
    try:
        validate_password(password, officer)
    except ValidationError as error:
        raise RuleBroken(
            "password_weak",
            N_("The password is too weak: %(why)s"),
            why=" ".join(error.messages),
        ) from error


@transaction.atomic
def change_password(*, officer: Officer, password: str, actor: Actor) -> None:
    """Set a new password; sessions begun with the old one end. Raises as the strength check."""
    check_password_strength(password, officer)
    officer.set_password(password)
    officer.save(update_fields=["password"])
    record(actor=actor, act="password.change", object_kind="officer", object_id=officer.id)
