"""Which devices of the feeds were heard of, kept beside the records that tell it."""

from datetime import datetime, timedelta

from django.db import connection, transaction

from integration.domain.profile import Devices
from integration.domain.profile_document import trusted
from integration.models import DeviceContact, Feed

__all__ = ["note_devices"]

# Deliveries are not committed in the order in which they came.
_OVERLAP = timedelta(minutes=30)

_OF_RECORDS = """
INSERT INTO integration_devicecontact (id, feed_id, device, last_at)
SELECT gen_random_uuid(), %(feed)s, left(told.device, 200), max(told.received_at)
FROM (
    SELECT one.attributes ->> %(attribute)s AS device, delivery.received_at
    FROM integration_delivery delivery
    JOIN integration_record one ON one.delivery_id = delivery.id
    WHERE delivery.feed_id = %(feed)s AND delivery.received_at >= %(since)s
      AND NOT delivery.exercise
    UNION ALL
    SELECT one.attributes ->> %(attribute)s, delivery.received_at
    FROM integration_delivery delivery
    JOIN integration_recordversion one ON one.delivery_id = delivery.id
    WHERE delivery.feed_id = %(feed)s AND delivery.received_at >= %(since)s
      AND NOT delivery.exercise
) told
WHERE told.device <> '' GROUP BY 3
ON CONFLICT (feed_id, device) DO UPDATE
SET last_at = greatest(integration_devicecontact.last_at, excluded.last_at)
"""
_OF_SERIES = """
INSERT INTO integration_devicecontact (id, feed_id, device, last_at)
SELECT gen_random_uuid(), %(feed)s, series.key, max(one.received_at)
FROM integration_observation one
JOIN integration_datastream series ON series.id = one.datastream_id
WHERE series.feed_id = %(feed)s AND NOT series.exercise AND one.received_at >= %(since)s
GROUP BY series.key
ON CONFLICT (feed_id, device) DO UPDATE
SET last_at = greatest(integration_devicecontact.last_at, excluded.last_at)
"""


def note_devices(*, at: datetime) -> int:
    """Note the devices of what came since it was looked at last; how many feeds have devices."""
    feeds = Feed.objects.filter(active=True, profile__document__has_key="devices")
    count = 0
    for feed in feeds.select_related("profile").order_by("key"):
        part = feed.profile and trusted(feed.profile.document).devices
        if part:
            _note(feed, part, at)
            count += 1
    return count


@transaction.atomic
def _note(feed: Feed, part: Devices, at: datetime) -> None:
    oldest = at - timedelta(days=part.forget_after_days)
    seen = feed.devices_seen_until
    since = oldest if seen is None else max(seen - _OVERLAP, oldest)
    statement = _OF_RECORDS if part.attribute else _OF_SERIES
    with connection.cursor() as cursor:
        facts = {"feed": str(feed.id), "attribute": part.attribute, "since": since}
        cursor.execute(statement, facts)
    DeviceContact.objects.filter(feed=feed, last_at__lt=oldest).delete()
    Feed.objects.filter(id=feed.id).update(devices_seen_until=at)
