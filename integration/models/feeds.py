from django.db import models

from core.ids import uuid7


class Feed(models.Model):
    """One stream of one organisation."""

    id = models.UUIDField(primary_key=True, default=uuid7)
    key = models.CharField(max_length=64, unique=True)
    name_zh = models.CharField(max_length=100)
    name_en = models.CharField(max_length=100)
    organisation = models.ForeignKey("city.Organisation", models.PROTECT, related_name="feeds")
    profile = models.ForeignKey(
        "integration.FeedProfile", models.PROTECT, null=True, related_name="+"
    )
    active = models.BooleanField(default=True)
    silent_after = models.DurationField(null=True)
    # How often new rows are expected of a sender in contact: none: as silent_after; 0: any time.
    rows_within = models.DurationField(null=True)
    last_contact_at = models.DateTimeField(null=True)  # a delivery, a heartbeat, an answered pull
    last_row_at = models.DateTimeField(null=True)  # something that had not come before
    devices_seen_until = models.DateTimeField(null=True)  # deliveries looked at for their devices

    def __str__(self) -> str:
        return self.key


class ProfileOrigin(models.TextChoices):
    FOLDER = "folder"
    WORKSHOP = "workshop"


class FeedProfile(models.Model):
    """How a feed's rows become records: a frozen, versioned document."""

    id = models.UUIDField(primary_key=True, default=uuid7)
    feed = models.ForeignKey(Feed, models.PROTECT, related_name="profiles")
    version = models.PositiveIntegerField()
    document = models.JSONField()
    digest = models.CharField(max_length=64)
    created_at = models.DateTimeField()
    # Who wrote it: the city folder (or a command), or somebody in the workshop.
    origin = models.CharField(max_length=10, choices=ProfileOrigin.choices, default="folder")
    made_by = models.CharField(max_length=120, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["feed", "version"], name="profile_once_per_version")
        ]

    def __str__(self) -> str:
        return f"{self.feed_id} v{self.version}"
