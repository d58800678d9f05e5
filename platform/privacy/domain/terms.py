"""On which terms personal data is shown in clear."""

from datetime import timedelta
from enum import StrEnum

from core.errors import NotAllowed, Overloaded, RuleBroken
from core.words import N_

__all__ = ["MOST_PER_SPAN", "PURPOSE_LABELS", "SPAN", "RevealPurpose", "check_terms"]

SPAN = timedelta(hours=1)
MOST_PER_SPAN = 30  # reveals of one officer in that time
_SHORTEST_REASON = 5


class RevealPurpose(StrEnum):
    """What personal data may be looked at for."""

    CONTACT = "contact"
    RESCUE = "rescue"
    LOCATE = "locate"
    CALL_BACK = "call_back"
    RIGHTS = "rights"


PURPOSE_LABELS = {
    RevealPurpose.CONTACT: N_("Contact the person to handle the matter"),
    RevealPurpose.RESCUE: N_("Rescue or immediate danger"),
    RevealPurpose.LOCATE: N_("Find the exact place"),
    RevealPurpose.CALL_BACK: N_("Call back after handling"),
    RevealPurpose.RIGHTS: N_("The person's own request to see or correct the data"),
}


def check_terms(*, actor_kind: str, purpose: str, reason: str, lately: int) -> RevealPurpose:
    """The purpose, if the terms are met.

    ``lately`` is how often this officer revealed something within ``SPAN``. Raises NotAllowed
    ``officers_only``, RuleBroken ``purpose_unknown`` or ``reason_too_short``, Overloaded
    ``too_many_reveals``.
    """
    if actor_kind != "officer":
        raise NotAllowed("officers_only", N_("Personal data is shown to officers only."))
    if purpose not in list(RevealPurpose):
        raise RuleBroken("purpose_unknown", N_("Choose a purpose from the list."))
    if len(reason.strip()) < _SHORTEST_REASON:
        raise RuleBroken(
            "reason_too_short",
            N_("Give a reason of at least %(shortest)s characters."),
            shortest=_SHORTEST_REASON,
        )
    if lately >= MOST_PER_SPAN:
        raise Overloaded(
            "too_many_reveals",
            N_("You have looked at personal data %(count)s times within an hour; wait a while."),
            retry_after=600,
            count=lately,
        )
    return RevealPurpose(purpose)
