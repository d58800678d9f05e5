"""Feeds, deliveries and the one checked record made of them."""

from integration.models.deliveries import (
    Delivery,
    DeliveryBody,
    DeliveryKey,
    Problem,
    Restandardisation,
)
from integration.models.feeds import Feed, FeedProfile
from integration.models.records import Record, RecordKey, RecordVersion

__all__ = [
    "Delivery",
    "DeliveryBody",
    "DeliveryKey",
    "Feed",
    "FeedProfile",
    "Problem",
    "Record",
    "RecordKey",
    "RecordVersion",
    "Restandardisation",
]
