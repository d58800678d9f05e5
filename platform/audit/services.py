"""Writing the audit log, sealing it into chains, and proving that nobody touched it."""

import json
from dataclasses import dataclass

from django.db import connection, transaction

from audit.domain import Actor, EntryFacts, canonical, next_digest
from audit.keyring import ring
from audit.models import AuditEntry, AuditSeal
from core.clock import now
from core.crypto import mac, same
from core.ids import uuid7
from core.keys import Purpose
from core.writings import Writing

_START = bytes(32)
_SIGNED = tuple(EntryFacts.__dataclass_fields__)
_COLUMNS = (*_SIGNED, "key_id", "mac")
_INSERT = (
    f"INSERT INTO audit_auditentry ({', '.join(_COLUMNS)}) "  # noqa: S608 - names of this file
    f"VALUES ({', '.join(['%s'] * len(_COLUMNS))})"
)
_SEALER_LOCK = 0x45475245_41554454  # "EGREAUDT": one sealer at a time


def record(
    *,
    actor: Actor,
    act: str,
    object_kind: str,
    object_id: object,
    reason: str = "",
    detail: dict[str, object] | None = None,
) -> None:
    """Write one entry with its HMAC. Call it inside the act's own transaction.

    `detail` must be JSON; it never holds personal data. Without a key ring nothing is written
    and so nothing is done: KeyRingUnusable.
    """
    written = entry(
        actor=actor,
        act=act,
        object_kind=object_kind,
        object_id=object_id,
        reason=reason,
        detail=detail,
    )
    with connection.cursor() as cursor:
        cursor.execute(written.sql, written.parameters)


def entry(
    *,
    actor: Actor,
    act: str,
    object_kind: str,
    object_id: object,
    reason: str = "",
    detail: dict[str, object] | None = None,
) -> Writing:
    """What `record` writes, to be sent together with the act itself."""
    document = json.dumps(detail or {}, default=str)
    facts = EntryFacts(
        id=str(uuid7()),
        chain="main",
        at=now(),
        actor_kind=actor.kind,
        actor_id=actor.id,
        actor_label=actor.label,
        act=act,
        object_kind=object_kind,
        object_id=str(object_id),
        reason=reason,
        # What is signed is what the database will give back: JSON's own types.
        detail=json.loads(document),
    )
    key = ring().current(Purpose.AUDIT)
    values = {**vars(facts), "detail": document, "key_id": key.id}
    values["mac"] = mac(canonical(facts), key)
    return Writing(_INSERT, [values[name] for name in _COLUMNS])


@transaction.atomic
def seal(*, limit: int = 10_000) -> int:
    """Give every committed, unsealed entry its place in the chain; answers how many.

    One sealer works at a time (advisory lock), so that writers never wait for each other.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [_SEALER_LOCK])
        if not cursor.fetchone()[0]:
            return 0
    last = AuditSeal.objects.filter(chain="main").order_by("-position").first()
    position, digest = (last.position, bytes(last.digest)) if last else (0, _START)
    seals = []
    waiting = AuditEntry.objects.filter(seal=None).order_by("id").values_list("id", "mac")
    for entry_id, entry_mac in waiting[:limit]:
        position, digest = position + 1, next_digest(digest, bytes(entry_mac))
        seals.append(AuditSeal(entry_id=entry_id, chain="main", position=position, digest=digest))
    AuditSeal.objects.bulk_create(seals, batch_size=1000)
    return len(seals)


@dataclass(frozen=True)
class Verdict:
    """What a check of the whole log found; `first_bad` names the first bad position or entry."""

    ok: bool
    entries: int
    heads: dict[str, str]
    first_bad: str | None


def verify() -> Verdict:
    """Recompute every HMAC and the whole chain."""
    keys = ring()
    position, digest, count = 0, _START, 0
    rows = AuditEntry.objects.select_related("seal").order_by("seal__position", "id")
    for entry in rows.iterator(chunk_size=2000):
        count += 1
        facts = EntryFacts(**{name: getattr(entry, name) for name in _SIGNED})
        key = keys.keys.get(entry.key_id)  # one that we never had signed nothing of ours
        if key is None or not same(mac(canonical(facts), key), bytes(entry.mac)):
            return Verdict(False, count, {}, str(entry.id))
        seal_row = getattr(entry, "seal", None)
        if seal_row is None:
            continue  # committed less than a sealing interval ago
        position, digest = position + 1, next_digest(digest, bytes(entry.mac))
        if seal_row.position != position or bytes(seal_row.digest) != digest:
            return Verdict(False, count, {}, str(position))
    return Verdict(True, count, {"main": f"{position}:{digest.hex()}"}, None)
