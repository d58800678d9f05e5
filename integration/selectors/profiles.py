"""The stored profiles that read deliveries."""

from dataclasses import dataclass
from functools import lru_cache
from uuid import UUID

from integration.domain.profile import Profile
from integration.domain.profile_document import trusted
from integration.models import FeedProfile

__all__ = ["FrozenProfile", "frozen"]


@dataclass(frozen=True)
class FrozenProfile:
    """One stored version of a feed's profile."""

    id: UUID
    version: int
    document: Profile


@lru_cache(maxsize=256)
def frozen(profile_id: UUID) -> FrozenProfile:
    """A stored profile, remembered by the process because it never changes."""
    stored = FeedProfile.objects.get(id=profile_id)
    return FrozenProfile(profile_id, stored.version, trusted(stored.document))
