import hashlib
import json
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class Actor:
    """Who acts: `kind` is officer, partner or system; `label` is what people read."""

    kind: str
    id: str
    label: str


SYSTEM = Actor("system", "system", "Egret")


@dataclass(frozen=True)
class EntryFacts:
    """All that an audit entry says; the HMAC covers every field."""

    id: str
    chain: str
    at: datetime
    actor_kind: str
    actor_id: str
    actor_label: str
    act: str
    object_kind: str
    object_id: str
    reason: str
    detail: dict[str, object]


def canonical(facts: EntryFacts) -> bytes:
    """The one byte form of an entry: JSON with sorted keys and no spaces, UTC microseconds."""
    fields = vars(facts) | {"at": facts.at.isoformat(timespec="microseconds")}
    return json.dumps(
        fields, sort_keys=True, ensure_ascii=False, separators=(",", ":"), default=str
    ).encode()


def next_digest(previous: bytes, mac: bytes) -> bytes:
    """The chain digest after an entry: SHA-256 over the digest before it and its HMAC."""
    return hashlib.sha256(previous + mac).digest()
