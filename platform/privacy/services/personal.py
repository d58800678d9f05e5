"""Sealing the personal fields of records, and showing them on terms."""

from collections.abc import Sequence

from django.db import transaction

from audit.domain import Actor
from audit.selectors import count_acts
from audit.services import record
from core.clock import now
from core.crypto import Sealer
from privacy.domain.bundle import PersonalField, pack, unpack
from privacy.domain.masks import mask
from privacy.domain.terms import SPAN, check_terms
from privacy.keyring import ring

__all__ = ["PersonalSeals", "reveal"]

_ACT = "personal.reveal"


class PersonalSeals:
    """Seals and opens bundles of personal fields; make one for a whole delivery or page.

    ``place`` names what a bundle belongs to, such as ``record:<id>``: a bundle moved to another
    place does not open.
    """

    def __init__(self) -> None:
        self._sealer = Sealer(ring())

    def seal(self, fields: Sequence[PersonalField], place: str) -> bytes | None:
        """The sealed bundle; None where there is nothing to seal."""
        return self._sealer.seal(pack(fields), place.encode()) if fields else None

    def seal_all(
        self, bundles: Sequence[Sequence[PersonalField] | None], places: Sequence[str]
    ) -> list[bytes | None]:
        """``seal`` for every bundle of a column; None where there is none."""
        chosen = [at for at, fields in enumerate(bundles) if fields]
        packed = [pack(bundles[at] or ()) for at in chosen]
        sealed = self._sealer.seal_all(packed, [places[at].encode() for at in chosen])
        if len(sealed) == len(bundles):
            return [*sealed]
        found: list[bytes | None] = [None] * len(bundles)
        for at, one in zip(chosen, sealed, strict=True):
            found[at] = one
        return found

    def open(self, sealed: bytes | None, place: str) -> list[PersonalField]:
        """The fields in clear, for our own use only; people see ``masked`` or ``reveal``."""
        return unpack(self._sealer.unseal(bytes(sealed), place.encode())) if sealed else []

    def masked(self, sealed: bytes | None, place: str) -> list[PersonalField]:
        """The fields as they are shown by default."""
        return [
            PersonalField(one.name, one.kind, mask(one.kind, one.value))
            for one in self.open(sealed, place)
        ]


@transaction.atomic
def reveal(
    *,
    actor: Actor,
    object_kind: str,
    object_id: object,
    purpose: str,
    reason: str,
    sealed: bytes | None,
    place: str,
) -> list[PersonalField]:
    """The personal fields of one object in clear; the audit log keeps who, what and why.

    The caller has checked that the officer may see the object. Raises as ``check_terms``.
    """
    lately = count_acts(act=_ACT, actor_id=actor.id, since=now() - SPAN)
    chosen = check_terms(actor_kind=actor.kind, purpose=purpose, reason=reason, lately=lately)
    fields = PersonalSeals().open(sealed, place)
    record(
        actor=actor,
        act=_ACT,
        object_kind=object_kind,
        object_id=object_id,
        reason=reason.strip(),
        detail={"purpose": chosen.value, "fields": [one.name for one in fields]},
    )
    return fields
