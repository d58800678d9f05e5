"""Loading feed profiles: a feed and its frozen, versioned documents."""

import hashlib
from datetime import timedelta

import msgspec
from django.db import transaction

from audit import services as audit
from audit.domain import Actor
from city.selectors import categories, organisation, organisations
from core.clock import now
from integration.domain.profile import Profile
from integration.domain.profile_document import validate
from integration.models import Feed, FeedProfile

__all__ = ["load_profile"]


@transaction.atomic
def load_profile(*, document: dict[str, object], actor: Actor) -> Feed:
    """The feed of a profile document, made or brought up to date.

    A document that differs from the feed's present one becomes its next version. Raises
    RuleBroken ``profile_invalid`` with every fault of the document; then nothing changes.
    """
    codes = set(organisations().values_list("code", flat=True))
    profile = validate(document, categories=categories().keys(), organisations=codes)
    feed = _feed(profile)
    digest = hashlib.sha256(msgspec.json.encode(document, order="sorted")).hexdigest()
    if feed.profile is None or feed.profile.digest != digest:
        _next_version(feed, document, digest, actor)
    return feed


def _feed(profile: Profile) -> Feed:
    silent = profile.silent_after_minutes
    feed, _ = Feed.objects.update_or_create(
        key=profile.key,
        defaults={
            "name_zh": profile.name_zh,
            "name_en": profile.name_en,
            "organisation": organisation(profile.organisation),
            "silent_after": None if silent is None else timedelta(minutes=silent),
        },
    )
    return feed


def _next_version(feed: Feed, document: dict[str, object], digest: str, actor: Actor) -> None:
    last = feed.profiles.order_by("-version").first()
    feed.profile = FeedProfile.objects.create(
        feed=feed,
        version=last.version + 1 if last else 1,
        document=document,
        digest=digest,
        created_at=now(),
    )
    feed.save(update_fields=["profile"])
    audit.record(
        actor=actor,
        act="load_profile",
        object_kind="feed",
        object_id=feed.id,
        detail={"feed": feed.key, "version": feed.profile.version, "digest": digest},
    )
