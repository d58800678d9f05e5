"""Feeds and their frozen, versioned profile documents: loaded from a folder, or put in use."""

import hashlib
from collections.abc import Mapping
from datetime import timedelta

import msgspec
from django.db import transaction

from audit import services as audit
from audit.domain import Actor
from city.selectors import categories, organisation, organisations
from core.clock import now
from integration.domain.profile import Profile
from integration.domain.profile_document import validate
from integration.models import DeviceContact, Feed, FeedProfile, ProfileDraft, ProfileSwitch
from integration.models.feeds import ProfileOrigin
from integration.models.workshop import SwitchAct

__all__ = [
    "add_version",
    "digest_of",
    "in_use",
    "load_profile",
    "named_feed",
    "note_switch",
    "put_in_use",
    "validated",
]

_WORKSHOP_ACTS = (SwitchAct.SWITCHED_ON, SwitchAct.ROLLED_BACK)


@transaction.atomic
def load_profile(*, document: dict[str, object], actor: Actor) -> Feed:
    """The feed of a profile document, made or brought up to date.

    A document that differs from the feed's present one becomes its next version and is in use at
    once. Where the workshop decided last what reads the feed, it is only kept as a version: a
    folder that is loaded again must not undo what people switched on. Raises RuleBroken
    ``profile_invalid`` with every fault of the document; then nothing changes.
    """
    profile = validated(document)
    digest = digest_of(document)
    feed = Feed.objects.select_for_update(no_key=True).filter(key=profile.key).first()
    if feed is not None and _decided_in_workshop(feed):
        if not feed.profiles.filter(digest=digest).exists():
            kept = add_version(feed, document, origin=ProfileOrigin.FOLDER, by=actor.label)
            _record(actor, "keep_profile", feed, kept)
        return feed
    feed = named_feed(profile)
    if feed.profile is None or feed.profile.digest != digest:
        version = add_version(feed, document, origin=ProfileOrigin.FOLDER, by=actor.label)
        note_switch(feed, version, act=SwitchAct.LOADED, by=actor.label)
        put_in_use(feed, version)
        _record(actor, "load_profile", feed, version)
    return feed


def in_use(feed: Feed, document: Mapping[str, object]) -> bool:
    """Whether it is this document that reads the feed now."""
    return feed.profile is not None and feed.profile.digest == digest_of(document)


def validated(document: object) -> Profile:
    """The profile of a document, by the city as it is; RuleBroken ``profile_invalid``."""
    codes = set(organisations().values_list("code", flat=True))
    return validate(document, categories=categories().keys(), organisations=codes)


def digest_of(document: Mapping[str, object]) -> str:
    """The digest by which equal documents are known."""
    return hashlib.sha256(msgspec.json.encode(document, order="sorted")).hexdigest()


def named_feed(profile: Profile) -> Feed:
    """The feed with what its profile says of it: names, organisation, when it is silent."""
    silent, rows = (
        None if minutes is None else timedelta(minutes=minutes)
        for minutes in (profile.silent_after_minutes, profile.rows_within_minutes)
    )
    feed, _ = Feed.objects.update_or_create(
        key=profile.key,
        defaults={
            "name_zh": profile.name_zh,
            "name_en": profile.name_en,
            "organisation": organisation(profile.organisation),
            "silent_after": silent,
            "rows_within": rows,
        },
    )
    return feed


def add_version(feed: Feed, document: Mapping[str, object], *, origin: str, by: str) -> FeedProfile:
    """Freeze a document as the feed's next version."""
    last = feed.profiles.order_by("-version").first()
    return FeedProfile.objects.create(
        feed=feed,
        version=last.version + 1 if last else 1,
        document=document,
        digest=digest_of(document),
        created_at=now(),
        origin=origin,
        made_by=by,
    )


def put_in_use(feed: Feed, version: FeedProfile) -> None:
    """What comes from now on is read by this version.

    Where its devices are told by something else, those known so far would never be heard again.
    """
    if _device_of(feed.profile) != _device_of(version):
        DeviceContact.objects.filter(feed=feed).delete()
        feed.devices_seen_until = None
    feed.profile = version
    feed.save(update_fields=["profile", "devices_seen_until"])


def _device_of(version: FeedProfile | None) -> tuple[bool, str | None]:
    """Whether a version names devices, and by which attribute."""
    part = version.document.get("devices") if version else None
    return part is not None, part.get("attribute") if part else None


def note_switch(
    feed: Feed,
    to: FeedProfile | None,
    *,
    act: SwitchAct,
    by: str,
    reason: str = "",
    draft: ProfileDraft | None = None,
) -> None:
    """Write the history of the feed's profile; before it is put in use."""
    ProfileSwitch.objects.create(
        feed=feed,
        from_profile=feed.profile,
        to_profile=to,
        act=act,
        by=by,
        at=now(),
        reason=reason,
        draft=draft,
    )


def _decided_in_workshop(feed: Feed) -> bool:
    """Whether people chose what reads the feed now, and no folder since."""
    choices = feed.switches.filter(act__in=[SwitchAct.LOADED, *_WORKSHOP_ACTS])
    last = choices.order_by("-at", "-id").first()
    return last is not None and last.act in _WORKSHOP_ACTS


def _record(actor: Actor, act: str, feed: Feed, version: FeedProfile) -> None:
    audit.record(
        actor=actor,
        act=act,
        object_kind="feed",
        object_id=feed.id,
        detail={"feed": feed.key, "version": version.version, "digest": version.digest},
    )
