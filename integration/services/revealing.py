"""Showing the personal fields of a record in clear, on terms."""

from uuid import UUID

from accounts.domain import Viewer
from core.errors import NotAllowed, NotFound
from core.words import N_
from integration.selectors import records_visible_to
from integration.services.storing import place_of
from privacy.domain.bundle import PersonalField
from privacy.services import personal

__all__ = ["reveal"]


def reveal(*, viewer: Viewer, record_id: UUID, purpose: str, reason: str) -> list[PersonalField]:
    """The personal fields of a visible record; who, what and why stay in the audit log.

    Raises NotFound ``not_found``, NotAllowed ``not_allowed``, and as
    ``privacy.domain.terms.check_terms``.
    """
    record = (
        records_visible_to(viewer, exercise=None)
        .select_related("feed")
        .filter(key_id=record_id)
        .first()
    )
    if record is None:
        raise NotFound("not_found", N_("There is no such object, or you may not see it."))
    if not viewer.has_role("officer"):
        raise NotAllowed("not_allowed", N_("Only officers who handle matters may see this."))
    return personal.reveal(
        actor=viewer.actor,
        object_kind="record",
        object_id=record_id,
        purpose=purpose,
        reason=reason,
        sealed=None if record.personal is None else bytes(record.personal),
        place=place_of(record.feed.key, record.source_id, exercise=record.exercise),
    )
