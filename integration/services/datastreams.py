"""Registering the datastreams of a feed: what its stations measure, in which unit, and where."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.db import transaction

from audit import services as audit
from audit.domain import Actor
from core.errors import RuleBroken
from core.words import N_
from integration.domain.register import Entry, entries
from integration.models import Datastream
from integration.services.frozen import lock_feed, open_feed

__all__ = ["Registered", "load_datastreams"]


@dataclass(frozen=True)
class Registered:
    """How many datastreams were new, told otherwise than before, or the same."""

    added: int
    changed: int
    same: int


@transaction.atomic
def load_datastreams(
    *, feed_key: str, rows: Sequence[Mapping[str, object]], actor: Actor
) -> Registered:
    """Register datastreams of an observation feed by their keys; those not named stay.

    Raises NotFound ``not_found``, RuleBroken ``not_observations`` for a feed of records and
    ``register_invalid`` with every fault; then nothing changes.
    """
    feed, profile = open_feed(feed_key)
    if profile.document.kind != "observation":
        message = N_("The feed %(feed)s brings records, not observations.")
        raise RuleBroken("not_observations", message, feed=feed_key)
    told = entries(rows)
    lock_feed(feed.id)  # deliveries make datastreams too
    known = {
        one.key: one
        for one in Datastream.objects.filter(
            feed=feed, exercise=False, key__in=[one.key for one in told]
        )
    }
    added = [Datastream(feed=feed, **_columns(one)) for one in told if one.key not in known]
    changed = [known[one.key] for one in told if one.key in known and _take(known[one.key], one)]
    Datastream.objects.bulk_create(added)
    names = [name for name in Entry.__struct_fields__ if name != "key"]
    Datastream.objects.bulk_update(changed, [*names, "registered"], batch_size=1000)
    done = Registered(len(added), len(changed), len(told) - len(added) - len(changed))
    if added or changed:
        audit.record(
            actor=actor,
            act="load_datastreams",
            object_kind="feed",
            object_id=feed.id,
            detail={"feed": feed_key, "added": done.added, "changed": done.changed},
        )
    return done


def _columns(entry: Entry) -> dict[str, object]:
    return {name: getattr(entry, name) for name in entry.__struct_fields__}


def _take(datastream: Datastream, entry: Entry) -> bool:
    """Let the datastream be what the entry says; whether that is anything new."""
    told = {**_columns(entry), "registered": True}
    before = {name: getattr(datastream, name) for name in told}
    for name, value in told.items():
        setattr(datastream, name, value)
    return before != told
