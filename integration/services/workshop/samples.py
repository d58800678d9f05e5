"""Samples of drafts: compressed, sealed with a key of their own, and gone after two weeks."""

import zlib
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction

from accounts.domain import Viewer
from audit import services as audit
from audit.domain import SYSTEM
from core.clock import now
from core.crypto import Sealer, new_data_key, seal, unseal, unwrap, wrap
from core.errors import BadInput, RuleBroken
from core.text import clean_text, truncate
from core.words import N_
from integration.models import DraftSample, ProfileDraft
from integration.services.workshop.drafts import opened, touch
from privacy.keyring import ring

__all__ = ["MOST_SAMPLE", "SAMPLE_LIFE", "delete_old_samples", "give_sample", "sample_of"]

MOST_SAMPLE = 8 * 1024 * 1024  # bytes
SAMPLE_LIFE = timedelta(days=14)

_LONGEST_NAME = 200


@transaction.atomic
def give_sample(
    *, viewer: Viewer, draft_id: UUID, revision: int, body: bytes, name: str = ""
) -> ProfileDraft:
    """Keep a sample with the draft, in the place of an earlier one.

    Raises BadInput ``empty_file``, ``too_large`` (413), and as ``change_draft``.
    """
    if not body.strip():
        raise BadInput("empty_file", N_("The sample is empty. Give at least one row."))
    if len(body) > MOST_SAMPLE:
        message = N_("A sample may have %(most)s bytes; some hundred rows are enough.")
        raise BadInput("too_large", message, status=413, most=MOST_SAMPLE)
    draft = opened(viewer, draft_id, revision)
    DraftSample.objects.filter(draft=draft).delete()
    key = new_data_key()
    DraftSample.objects.create(
        draft=draft,
        name=truncate(clean_text(name)[0].replace("\n", " ").strip() or "-", _LONGEST_NAME),
        size_bytes=len(body),
        given_by=viewer.label,
        given_at=now(),
        wrapped_key=wrap(key, Sealer(ring()), _place(draft.id, "key")),
        sealed=seal(zlib.compress(body, 1), key, _place(draft.id, "body")),
    )
    draft.tried_digest, draft.tried = "", {}
    touch(viewer, draft)
    audit.record(
        actor=viewer.actor,
        act="workshop.sample",
        object_kind="profile_draft",
        object_id=draft.id,
        detail={"feed": draft.key, "revision": draft.revision, "bytes": len(body)},
    )
    return ProfileDraft.objects.select_related("sample").get(id=draft.id)


def sample_of(draft: ProfileDraft) -> bytes:
    """The bytes of a draft's sample; RuleBroken ``no_sample``."""
    kept = DraftSample.objects.filter(draft=draft).first()
    if kept is None:
        raise RuleBroken("no_sample", N_("Give the draft a sample first."))
    key = unwrap(bytes(kept.wrapped_key), Sealer(ring()), _place(draft.id, "key"))
    return zlib.decompress(unseal(bytes(kept.sealed), key, _place(draft.id, "body")))


@transaction.atomic
def delete_old_samples(*, at: datetime) -> int:
    """Delete the samples that have been kept for two weeks; how many there were."""
    old = DraftSample.objects.filter(given_at__lt=at - SAMPLE_LIFE)
    drafts = list(old.select_for_update().order_by("draft_id").values_list("draft_id", flat=True))
    DraftSample.objects.filter(draft_id__in=drafts).delete()
    for draft_id in drafts:
        audit.record(
            actor=SYSTEM,
            act="workshop.sample_gone",
            object_kind="profile_draft",
            object_id=draft_id,
        )
    return len(drafts)


def _place(draft_id: UUID, name: str) -> bytes:
    return f"draft:{draft_id}:{name}".encode()
