"""The workshop: who may draft and switch profiles, and which drafts and versions they see."""

from uuid import UUID

from django.db.models import QuerySet

from accounts.domain import Viewer
from city.selectors import name, organisations
from core.errors import NotFound
from core.words import N_
from integration.models import FeedProfile, ProfileDraft, ProfileSwitch
from integration.selectors.feeds import feed_by_key

__all__ = [
    "draft_by_id",
    "drafts_visible_to",
    "feed_switches",
    "feed_versions",
    "may_draft",
    "may_draft_for",
    "may_switch",
    "organisations_to_draft_for",
    "sees_samples",
]


def may_draft(viewer: Viewer) -> bool:
    """Whether the viewer may draft profiles at all: configuration, and officers for their body."""
    return viewer.kind == "system" or viewer.has_role("system_admin", "officer")


def may_draft_for(viewer: Viewer, organisation_id: UUID) -> bool:
    """Whether the viewer may draft a profile for which an organisation answers."""
    if viewer.kind == "system" or viewer.has_role("system_admin"):
        return True
    return viewer.has_role("officer") and organisation_id in viewer.organisations


def may_switch(viewer: Viewer) -> bool:
    """Whether the viewer may say which profile reads a feed: system administrators alone."""
    return viewer.kind == "system" or viewer.has_role("system_admin")


def sees_samples(viewer: Viewer) -> bool:
    """Whether values of a sample are shown as they are; administrators see their shape only."""
    return viewer.sees_business


def drafts_visible_to(viewer: Viewer) -> QuerySet[ProfileDraft]:
    """The drafts the viewer may work on, also settled ones, the last changed first."""
    drafts = ProfileDraft.objects.select_related("feed", "organisation", "based_on", "sample")
    drafts = drafts.order_by("-changed_at", "-id")
    if viewer.kind == "system" or viewer.has_role("system_admin"):
        return drafts
    if not may_draft(viewer):
        return drafts.none()
    return drafts.filter(organisation_id__in=viewer.organisations)


def draft_by_id(viewer: Viewer, draft_id: UUID) -> ProfileDraft:
    """A visible draft; NotFound ``not_found``."""
    draft = drafts_visible_to(viewer).filter(id=draft_id).first()
    if draft is None:
        raise NotFound("not_found", N_("There is no such object, or you may not see it."))
    return draft


def feed_versions(viewer: Viewer, feed_key: str) -> list[FeedProfile]:
    """The versions of a visible feed's profile, the newest first; NotFound ``not_found``."""
    return list(feed_by_key(viewer, feed_key).profiles.order_by("-version"))


def feed_switches(viewer: Viewer, feed_key: str) -> list[ProfileSwitch]:
    """What was switched at a visible feed, the latest first; NotFound ``not_found``."""
    switches = feed_by_key(viewer, feed_key).switches
    found = switches.select_related("from_profile", "to_profile", "draft")
    return list(found.order_by("-at", "-id"))


def organisations_to_draft_for(viewer: Viewer) -> list[tuple[str, str]]:
    """Code and name of the open organisations for which the viewer may connect a department."""
    return [(one.code, name(one)) for one in organisations() if may_draft_for(viewer, one.id)]
