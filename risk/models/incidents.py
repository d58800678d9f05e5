from django.db import models

from core.ids import uuid7


class IncidentOrigin(models.TextChoices):
    MACHINE = "machine"
    HAND = "hand"


class Incident(models.Model):
    """One real-world occurrence, as far as its records tell."""

    id = models.UUIDField(primary_key=True, default=uuid7)
    number = models.CharField(max_length=24, unique=True)
    origin = models.CharField(max_length=8, choices=IncidentOrigin.choices)
    family = models.CharField(max_length=40)
    category = models.CharField(max_length=64)
    severity = models.PositiveSmallIntegerField(null=True)  # gravest of its records
    first_at = models.DateTimeField()
    last_at = models.DateTimeField()
    until_at = models.DateTimeField(null=True)  # latest end, where records tell only the day
    lon = models.FloatField(null=True)
    lat = models.FloatField(null=True)
    h3 = models.BigIntegerField(null=True)
    district = models.CharField(max_length=20, blank=True)
    grid = models.CharField(max_length=20, blank=True)
    address = models.CharField(max_length=500, blank=True)
    summary = models.TextField(blank=True)
    record_count = models.PositiveIntegerField(default=0)
    feed_count = models.PositiveIntegerField(default=0)
    # Decimals of degrees to which people are shown the place; none: as it is.
    shown_decimals = models.PositiveSmallIntegerField(null=True)
    exercise = models.BooleanField(default=False)
    # Of a report by hand: whose it is. Records tell it otherwise.
    organisation = models.ForeignKey(
        "city.Organisation", models.PROTECT, null=True, related_name="+"
    )
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(fields=["family", "h3", "last_at"], name="incident_by_cell_and_time"),
            # Few: known to the day only, and without a position.
            models.Index(
                fields=["family", "h3", "last_at"],
                condition=models.Q(until_at__isnull=False),
                name="incident_by_cell_and_day",
            ),
            models.Index(
                fields=["district", "last_at"],
                condition=models.Q(h3__isnull=True),
                name="incident_by_address",
            ),
            models.Index(fields=["-last_at", "-id"], name="incident_newest"),
            models.Index(fields=["district", "-last_at", "-id"], name="incident_newest_district"),
        ]

    def __str__(self) -> str:
        return self.number


class IncidentRecord(models.Model):
    """A record belongs to an incident, on these grounds."""

    id = models.UUIDField(primary_key=True, default=uuid7)
    incident = models.ForeignKey(Incident, models.CASCADE, related_name="links")
    record = models.OneToOneField("integration.RecordKey", models.PROTECT, related_name="+")
    grounds = models.JSONField()  # [{"field", "level", "weight"}]
    weight = models.FloatField()
    # Of the record, when it was last placed; one that has not changed since is left in peace. The
    # same version says something else once it was read again under another profile.
    version = models.PositiveIntegerField(default=0)
    profile_version = models.PositiveIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.incident_id} {self.record_id}"
