"""Which version reads a feed, and whether it takes deliveries: through the gate, and back."""

from uuid import UUID

from django.db import connection, transaction

from accounts.domain import Viewer
from audit import services as audit
from core.errors import NotAllowed, NotFound, Refused, RuleBroken
from core.words import N_
from integration.models import DraftSample, Feed, FeedProfile, ProfileDraft
from integration.models.feeds import ProfileOrigin
from integration.models.workshop import DraftState, SwitchAct
from integration.selectors.feeds import feed_by_key
from integration.selectors.workshop import may_switch
from integration.services.frozen import lock_feed
from integration.services.profiles import (
    add_version,
    named_feed,
    note_switch,
    put_in_use,
    validated,
)
from integration.services.workshop.drafts import opened, touch
from integration.services.workshop.trials import gate_for

__all__ = ["open_again", "roll_back", "switch_off", "switch_on"]


@transaction.atomic
def switch_on(*, viewer: Viewer, draft_id: UUID, revision: int, reason: str) -> Feed:
    """Freeze the draft as the feed's next version, in use for what comes from now on.

    A new department gets its feed. The sample is deleted. Raises RuleBroken ``reason_missing``,
    ``gate_closed`` (``missing`` names what the gate still asks for), Refused ``feed_moved`` when
    another version was put in use since the draft began, and as ``change_draft``.
    """
    because = _reason(reason)
    draft = opened(viewer, draft_id, revision)
    feed = _locked(draft.key)
    if (feed.profile_id if feed else None) != draft.based_on_id:
        message = N_("Another version was switched on since the draft began. Compare again.")
        raise Refused("feed_moved", message)
    gate = gate_for(viewer, draft)
    if not gate.open:
        raise RuleBroken(
            "gate_closed",
            N_("The gate asks for more: %(codes)s"),
            codes=", ".join(gate.missing),
            missing=list(gate.missing),
        )
    feed = named_feed(validated(draft.document))
    version = add_version(feed, draft.document, origin=ProfileOrigin.WORKSHOP, by=viewer.label)
    note_switch(
        feed, version, act=SwitchAct.SWITCHED_ON, by=viewer.label, reason=because, draft=draft
    )
    put_in_use(feed, version)
    _settle(viewer, draft, feed, version)
    _record(viewer, "profile.switch_on", feed, version, because)
    return feed


def _locked(key: str) -> Feed | None:
    """The feed of a key, locked; None where there is none, and then none is made meanwhile."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, hashtext(%s))", [_KEYS, key])
    feed = Feed.objects.filter(key=key).first()
    return lock_feed(feed.id) if feed else None


def _settle(viewer: Viewer, draft: ProfileDraft, feed: Feed, version: FeedProfile) -> None:
    draft.state, draft.feed, draft.became = DraftState.SWITCHED_ON, feed, version
    touch(viewer, draft, wrote=False)
    DraftSample.objects.filter(draft=draft).delete()


@transaction.atomic
def roll_back(*, viewer: Viewer, feed_key: str, version: int, reason: str) -> Feed:
    """Put another stored version in use, at once; what was read meanwhile stays as it is.

    ``restandardise`` reads it again, where that is wanted. Raises RuleBroken ``reason_missing``,
    ``profile_invalid`` (the city has changed since), NotFound ``not_found``, NotAllowed
    ``not_allowed``, Refused ``already_present``.
    """
    because = _reason(reason)
    feed = _to_switch(viewer, feed_key)
    chosen = feed.profiles.filter(version=version).first()
    if chosen is None:
        raise NotFound("not_found", N_("There is no such object, or you may not see it."))
    if feed.profile_id == chosen.id:
        raise Refused("already_present", N_("This version is in use already."))
    feed = named_feed(validated(chosen.document))
    note_switch(feed, chosen, act=SwitchAct.ROLLED_BACK, by=viewer.label, reason=because)
    put_in_use(feed, chosen)
    _record(viewer, "profile.roll_back", feed, chosen, because)
    return feed


@transaction.atomic
def switch_off(*, viewer: Viewer, feed_key: str, reason: str) -> Feed:
    """Take no more deliveries of a feed. Raises as ``roll_back``; Refused ``already_so``."""
    return _set_active(viewer, feed_key, reason, active=False)


@transaction.atomic
def open_again(*, viewer: Viewer, feed_key: str, reason: str) -> Feed:
    """Take deliveries of a feed again. Raises as ``switch_off``."""
    return _set_active(viewer, feed_key, reason, active=True)


def _set_active(viewer: Viewer, feed_key: str, reason: str, *, active: bool) -> Feed:
    because = _reason(reason)
    feed = _to_switch(viewer, feed_key)
    if feed.active == active:
        raise Refused("already_so", N_("The feed is in this state already."))
    act = SwitchAct.OPENED_AGAIN if active else SwitchAct.SWITCHED_OFF
    note_switch(feed, feed.profile, act=act, by=viewer.label, reason=because)
    feed.active = active
    feed.save(update_fields=["active"])
    _record(viewer, f"feed.{act.value}", feed, feed.profile, because)
    return feed


def _to_switch(viewer: Viewer, feed_key: str) -> Feed:
    """A visible feed, locked, if the viewer may switch it."""
    feed = feed_by_key(viewer, feed_key)
    if not may_switch(viewer):
        raise NotAllowed("not_allowed", N_("You may not do this."))
    return lock_feed(feed.id)


def _reason(reason: str) -> str:
    because = reason.strip()
    if not because or "\x00" in because:
        raise RuleBroken("reason_missing", N_("Say why."))
    return because[:_LONGEST_REASON]


def _record(viewer: Viewer, act: str, feed: Feed, version: FeedProfile | None, reason: str) -> None:
    audit.record(
        actor=viewer.actor,
        act=act,
        object_kind="feed",
        object_id=feed.id,
        reason=reason,
        detail={
            "feed": feed.key,
            "version": version.version if version else None,
            "digest": version.digest if version else None,
        },
    )


_KEYS = 0x45475245  # "EGRE": locks of keys that may have no feed yet
_LONGEST_REASON = 500
