"""Feeds, deliveries and the one checked record made of them."""

from integration.models.deliveries import (
    Delivery,
    DeliveryBody,
    DeliveryKey,
    Problem,
    Restandardisation,
)
from integration.models.feeds import Feed, FeedProfile
from integration.models.observations import Datastream, Observation
from integration.models.pulls import (
    DeviceContact,
    PullAttempt,
    PulledItem,
    PullSource,
    PullTarget,
)
from integration.models.records import Record, RecordKey, RecordVersion
from integration.models.workshop import DraftSample, ProfileDraft, ProfileSwitch

__all__ = [
    "Datastream",
    "Delivery",
    "DeliveryBody",
    "DeliveryKey",
    "DeviceContact",
    "DraftSample",
    "Feed",
    "FeedProfile",
    "Observation",
    "Problem",
    "ProfileDraft",
    "ProfileSwitch",
    "PullAttempt",
    "PullSource",
    "PullTarget",
    "PulledItem",
    "Record",
    "RecordKey",
    "RecordVersion",
    "Restandardisation",
]
