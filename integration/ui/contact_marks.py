"""How it stands with feeds, as pages show it: a badge each, and when it was heard of."""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from django.utils.functional import Promise
from django.utils.translation import ngettext, pgettext_lazy

from core.clock import now
from integration.domain.contact import Contact
from integration.models import Feed
from integration.selectors import OfflineDevices, offline_devices, standings

__all__ = ["Mark", "marks"]

_WORDS: dict[Contact, tuple[Promise, str]] = {
    Contact.FINE: (pgettext_lazy("contact with a feed", "In contact"), "active"),
    Contact.OPEN: (pgettext_lazy("contact with a feed", "In contact"), "active"),
    Contact.SILENT: (pgettext_lazy("contact with a feed", "Nothing new"), "waiting"),
    Contact.LOST: (pgettext_lazy("contact with a feed", "No contact"), "waiting"),
    Contact.CLOSED: (pgettext_lazy("contact with a feed", "Switched off"), "ended"),
}


@dataclass(frozen=True)
class Mark:
    """A badge for a feed, and another where devices of it are away."""

    word: str
    tone: str
    contact: Contact
    offline: OfflineDevices | None = None

    @property
    def devices(self) -> str:
        """How many devices are away, in words; empty for none."""
        count = self.offline.count if self.offline else 0
        told = ngettext("%(count)s device offline", "%(count)s devices offline", count)
        return told % {"count": count} if count else ""


def marks(feeds: Iterable[Feed]) -> dict[UUID, Mark]:
    """The mark of each of some feeds."""
    chosen = list(feeds)
    at = now()
    devices = offline_devices(at, Feed.objects.filter(id__in=[one.id for one in chosen]))
    away = {one.feed.id: one for one in devices}
    return {
        key: Mark(str(_WORDS[one.contact][0]), _WORDS[one.contact][1], one.contact, away.get(key))
        for key, one in standings(chosen, at).items()
    }
