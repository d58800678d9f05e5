"""The list of places that may be pulled from."""

from uuid import UUID

from django.db import IntegrityError, transaction

from audit import services as audit
from audit.domain import Actor
from core.clock import now
from core.errors import NotFound, Refused
from core.words import N_
from integration.domain.pulling.targets import Entry, Place, check_entry
from integration.models import PullTarget

__all__ = ["allow_target", "allowed_entries", "revoke_target"]


def allow_target(
    *, scheme: str, host: str, port: int, private: bool, reason: str, actor: Actor
) -> PullTarget:
    """Put a place on the list.

    Raises RuleBroken ``bad_host``, ``bad_port``, ``address_refused``, Refused ``target_known``.
    """
    place = check_entry(scheme, host, port, private=private)
    try:
        with transaction.atomic():
            made = PullTarget.objects.create(
                scheme=place.scheme,
                host=place.host,
                port=place.port,
                private=private,
                reason=reason.strip()[:200],
                added_by=actor.label,
                created_at=now(),
            )
            _record(actor, "pull.allow", made)
    except IntegrityError:
        message = N_("%(place)s is on the list already. Revoke it first to change it.")
        raise Refused("target_known", message, place=str(place)) from None
    return made


@transaction.atomic
def revoke_target(*, target_id: UUID, actor: Actor) -> None:
    """Take a place off the list: from now on nothing is fetched from it.

    Raises NotFound ``not_found``, Refused ``target_revoked``.
    """
    target = PullTarget.objects.select_for_update().filter(id=target_id).first()
    if target is None:
        raise NotFound("not_found", N_("There is no such object, or you may not see it."))
    if target.revoked_at is not None:
        raise Refused("target_revoked", N_("It was revoked before."))
    target.revoked_at = now()
    target.save(update_fields=["revoked_at"])
    _record(actor, "pull.revoke", target)


def allowed_entries() -> list[Entry]:
    """The list as it is."""
    return [
        Entry(Place(one.scheme, one.host, one.port), one.private)
        for one in PullTarget.objects.filter(revoked_at=None)
    ]


def _record(actor: Actor, act: str, target: PullTarget) -> None:
    audit.record(
        actor=actor,
        act=act,
        object_kind="pull_target",
        object_id=target.id,
        reason=target.reason,
        detail={"place": str(target), "private": target.private},
    )
