"""Drafts of profiles: begun, changed under an optimistic lock, discarded."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import cast
from uuid import UUID

import msgspec
from django.db import transaction

from accounts.domain import Viewer
from audit import services as audit
from city.selectors import organisations
from core.clock import now
from core.errors import DomainError, NotAllowed, NotFound, Refused, RuleBroken, Stale
from core.words import N_
from integration.domain.gate import retention_class
from integration.domain.profile import Profile
from integration.domain.profile_rules import KEY
from integration.models import DraftSample, Feed, FeedProfile, ProfileDraft
from integration.models.workshop import DraftState
from integration.selectors.feeds import feed_by_key
from integration.selectors.workshop import draft_by_id, may_draft, may_draft_for
from integration.services.profiles import digest_of

__all__ = [
    "NewFeed",
    "begin",
    "change_draft",
    "change_section",
    "discard_draft",
    "follow_present",
    "opened",
    "put",
    "start_draft",
    "start_from",
    "start_new",
    "touch",
]

_LARGEST = 256 * 1024  # bytes of a document
_FIXED = ("key",)
_PAGES = ("connect", "quarantine")
"""Keys that would hide pages: feeds stand beside them in addresses."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NewFeed:
    """What must be said of a department that is not connected yet; the sample tells the rest."""

    key: str
    name_zh: str
    name_en: str
    organisation: str
    kind: str = "event"
    origin: str = "reported"


@transaction.atomic
def start_draft(*, viewer: Viewer, feed_key: str) -> ProfileDraft:
    """A draft of the feed's present version.

    Raises NotFound ``not_found``, NotAllowed ``not_allowed``.
    """
    feed = feed_by_key(viewer, feed_key)
    if feed.profile is None:
        raise NotFound("not_found", N_("There is no such object, or you may not see it."))
    return _of_feed(viewer, feed, feed.profile)


@transaction.atomic
def start_from(*, viewer: Viewer, feed_key: str, version: int) -> ProfileDraft:
    """A draft of an earlier version; raises as ``start_draft``."""
    feed = feed_by_key(viewer, feed_key)
    chosen = feed.profiles.filter(version=version).first()
    if chosen is None:
        raise NotFound("not_found", N_("There is no such object, or you may not see it."))
    return _of_feed(viewer, feed, chosen)


def _of_feed(viewer: Viewer, feed: Feed, chosen: FeedProfile) -> ProfileDraft:
    if not may_draft_for(viewer, feed.organisation_id):
        raise _not_allowed()
    document = dict(chosen.document)
    header = dict(document.get("header") or {})
    # Profiles of a city folder say days alone; the class follows from them.
    header.setdefault("retention_class", retention_class(header.get("retention_days")))
    return begin(viewer, feed=feed, document={**document, "header": header})


@transaction.atomic
def start_new(*, viewer: Viewer, new: NewFeed) -> ProfileDraft:
    """A draft for a department that is not connected yet.

    Raises NotAllowed ``not_allowed``, RuleBroken ``bad_key``, ``unknown_organisation``, Refused
    ``feed_exists``.
    """
    if not may_draft(viewer):
        raise _not_allowed()
    if not KEY.fullmatch(new.key) or new.key in _PAGES:
        raise RuleBroken("bad_key", N_("A key holds small letters, digits and underscores only."))
    if Feed.objects.filter(key=new.key).exists():
        raise _feed_exists(new.key)
    document: dict[str, object] = {
        "key": new.key,
        "name_zh": new.name_zh.strip(),
        "name_en": new.name_en.strip(),
        "organisation": new.organisation,
        "kind": new.kind,
        "origin": new.origin,
        "header": {},
    }
    return begin(viewer, feed=None, document=document)


def begin(viewer: Viewer, *, feed: Feed | None, document: Mapping[str, object]) -> ProfileDraft:
    """Store a new draft and tell the audit log."""
    moment = now()
    plain = _sound(document)
    draft = ProfileDraft(
        key=str(plain["key"]),
        feed=feed,
        organisation_id=_organisation_id(viewer, plain.get("organisation")),
        document=plain,
        digest=digest_of(plain),
        based_on=feed.profile if feed else None,
        made_by=viewer.label,
        made_at=moment,
        changed_by=viewer.label,
        changed_at=moment,
        drafted_by=[viewer.label],
    )
    draft.save(force_insert=True)
    _note(viewer, draft, "workshop.start", {"based_on": draft.based_on_version})
    return draft


@transaction.atomic
def change_draft(
    *, viewer: Viewer, draft_id: UUID, revision: int, document: Mapping[str, object]
) -> ProfileDraft:
    """Put another document in the place of the draft's.

    Raises NotFound ``not_found``, NotAllowed ``not_allowed``, Stale ``draft_changed``, Refused
    ``draft_settled``, RuleBroken ``key_fixed``, ``document_too_large``, ``document_unusable``. A
    document with faults is kept: they are told by ``faults_of``.
    """
    return put(viewer, opened(viewer, draft_id, revision), document)


@transaction.atomic
def change_section(
    *, viewer: Viewer, draft_id: UUID, revision: int, section: str, value: object
) -> ProfileDraft:
    """Put a value in the place of one section; None takes it away.

    Raises as ``change_draft``, and RuleBroken ``no_such_section``.
    """
    if section not in Profile.__struct_fields__:
        message = N_("A profile has no section %(section)s.")
        raise RuleBroken("no_such_section", message, section=section)
    draft = opened(viewer, draft_id, revision)
    document = {name: one for name, one in draft.document.items() if name != section}
    if value is not None:
        document = {
            name: value if name == section else draft.document[name]
            for name in [*draft.document, *({section} - draft.document.keys())]
        }
    return put(viewer, draft, document)


@transaction.atomic
def follow_present(*, viewer: Viewer, draft_id: UUID, revision: int) -> ProfileDraft:
    """Base the draft on what reads the feed now, after another version was switched on.

    For whoever has looked at the comparison. Raises as ``change_draft``, Refused ``feed_exists``
    where the key has become the feed of an organisation for which the viewer may not draft.
    """
    draft = opened(viewer, draft_id, revision)
    feed = Feed.objects.filter(key=draft.key).first()
    if feed is not None and not may_draft_for(viewer, feed.organisation_id):
        raise _feed_exists(draft.key)
    draft.feed, draft.based_on = feed, feed.profile if feed else None
    touch(viewer, draft, wrote=False)
    _note(viewer, draft, "workshop.follow", {"based_on": draft.based_on_version})
    return draft


@transaction.atomic
def discard_draft(*, viewer: Viewer, draft_id: UUID, revision: int) -> ProfileDraft:
    """Give a draft up; its sample is deleted. Raises as ``change_draft``."""
    draft = opened(viewer, draft_id, revision)
    draft.state = DraftState.DISCARDED
    touch(viewer, draft, wrote=False)
    DraftSample.objects.filter(draft=draft).delete()
    _note(viewer, draft, "workshop.discard", {})
    return draft


def opened(viewer: Viewer, draft_id: UUID, revision: int | None) -> ProfileDraft:
    """The draft, locked, if it is open and as the viewer saw it."""
    draft_by_id(viewer, draft_id)
    draft = ProfileDraft.objects.select_for_update().get(id=draft_id)
    if not may_draft_for(viewer, draft.organisation_id):
        raise _not_allowed()
    if draft.state != DraftState.OPEN:
        raise Refused("draft_settled", N_("The draft is settled; begin another one."))
    if revision is not None and revision != draft.revision:
        message = N_("Somebody changed the draft meanwhile. Look at it again.")
        raise Stale("draft_changed", message, revision=draft.revision)
    return draft


def put(viewer: Viewer, draft: ProfileDraft, document: Mapping[str, object]) -> ProfileDraft:
    """Store another document of a locked draft."""
    plain = _sound(document)
    if any(plain.get(name) != draft.document.get(name) for name in _FIXED):
        raise RuleBroken("key_fixed", N_("The key of a feed never changes."))
    changed = [
        name
        for name in sorted({*plain, *draft.document})
        if plain.get(name) != draft.document.get(name)
    ]
    if not changed:
        return draft
    if "organisation" in changed:
        draft.organisation_id = _organisation_id(
            viewer, plain.get("organisation"), draft.organisation_id
        )
    draft.document, draft.digest = plain, digest_of(plain)
    touch(viewer, draft)
    _note(viewer, draft, "workshop.change", {"sections": changed})
    return draft


def touch(viewer: Viewer, draft: ProfileDraft, *, wrote: bool = True) -> None:
    """Save a locked draft as its next revision; who ``wrote`` in it is remembered."""
    draft.revision += 1
    draft.changed_by, draft.changed_at = viewer.label, now()
    if wrote and viewer.label not in draft.drafted_by:
        draft.drafted_by = [*draft.drafted_by, viewer.label]
    draft.save()


def _organisation_id(viewer: Viewer, code: object, present: UUID | None = None) -> UUID:
    """The organisation a document names, if the viewer may draft for it.

    A name that is none leaves the present one, if there is one: it is a fault of the document.
    """
    known: dict[object, UUID] = {one.code: one.id for one in organisations()}
    found = known.get(code) if isinstance(code, str) else None
    if found is None and present is not None:
        return present
    if found is None:
        message = N_("There is no organisation %(code)s.")
        raise RuleBroken("unknown_organisation", message, code=code)
    if not may_draft_for(viewer, found):
        raise _not_allowed()
    return found


def _sound(document: Mapping[str, object]) -> dict[str, object]:
    """A document that can be stored: plain JSON, bounded, without U+0000."""
    unusable = N_("This is no document that can be kept.")
    try:
        text = msgspec.json.encode(document)
        plain = msgspec.json.decode(text)
    except (msgspec.MsgspecError, UnicodeEncodeError, RecursionError, TypeError, ValueError):
        raise RuleBroken("document_unusable", unusable) from None
    if len(text) > _LARGEST:
        message = N_("A profile document may have %(most)s bytes.")
        raise RuleBroken("document_too_large", message, most=_LARGEST)
    if not isinstance(plain, dict) or b"\\u0000" in text:
        raise RuleBroken("document_unusable", unusable)
    return cast("dict[str, object]", plain)


def _note(viewer: Viewer, draft: ProfileDraft, act: str, detail: dict[str, object]) -> None:
    audit.record(
        actor=viewer.actor,
        act=act,
        object_kind="profile_draft",
        object_id=draft.id,
        detail={"feed": draft.key, "revision": draft.revision, "digest": draft.digest} | detail,
    )


def _feed_exists(key: str) -> DomainError:
    message = N_("There is a feed %(feed)s already; draft its next version.")
    return Refused("feed_exists", message, feed=key)


def _not_allowed() -> DomainError:
    return NotAllowed("not_allowed", N_("You may not do this."))
