from django.contrib.postgres.fields import ArrayField
from django.db import models

from core.ids import uuid7


class RecordKind(models.TextChoices):
    EVENT = "event"
    REGISTER = "register"  # describes what is there; no occurrence time
    ALARM = "alarm"
    WARNING = "warning"
    HAND = "hand"  # a report entered by an officer


class RecordKey(models.Model):
    """The identity of a record; the only target of foreign keys, never partitioned."""

    id = models.UUIDField(primary_key=True, default=uuid7)
    # The unique key below is the index; no constraint, as in RecordContent.
    feed = models.ForeignKey(
        "integration.Feed", models.PROTECT, related_name="+", db_index=False, db_constraint=False
    )
    source_id = models.CharField(max_length=200)
    # An exercise may use the ids of real records; the two never touch each other.
    exercise = models.BooleanField(default=False)
    current_version = models.PositiveIntegerField()
    digest = models.BinaryField(max_length=16)  # of the current content

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["feed", "source_id", "exercise"], name="record_once_per_feed"
            )
        ]

    def __str__(self) -> str:
        return self.source_id


class RecordContent(models.Model):
    """What a record says, in the city's own terms: WGS-84, UTC, own codes.

    Feed and delivery carry no database constraint of their own: the receiving service writes
    them in one transaction with the rows, and a check per row is what bulk pushes cannot spare.
    """

    feed = models.ForeignKey(
        "integration.Feed", models.PROTECT, related_name="+", db_index=False, db_constraint=False
    )
    source_id = models.CharField(max_length=200)
    kind = models.CharField(max_length=10, choices=RecordKind.choices)
    origin = models.CharField(max_length=12)  # reported, sensed, patrol, inspection
    version = models.PositiveIntegerField()
    version_mark = models.CharField(max_length=64, blank=True)
    digest = models.BinaryField(max_length=16)
    category = models.CharField(max_length=64)
    category_original = models.CharField(max_length=200, blank=True)
    severity = models.PositiveSmallIntegerField(null=True)  # 1 gravest .. 4
    severity_original = models.CharField(max_length=100, blank=True)
    severity_scale = models.CharField(max_length=64, blank=True)
    occurred_at = models.DateTimeField(null=True)
    occurred_original = models.CharField(max_length=100, blank=True)
    # Seconds within which it lies: 0 where told to the second, 86,400 where only the day is.
    occurred_span = models.PositiveIntegerField(default=0)
    reported_at = models.DateTimeField(null=True)
    received_at = models.DateTimeField()
    listed_at = models.DateTimeField()  # occurred, else reported, else received: lists' order
    lon = models.FloatField(null=True)
    lat = models.FloatField(null=True)
    x_original = models.CharField(max_length=64, blank=True)
    y_original = models.CharField(max_length=64, blank=True)
    crs_original = models.CharField(max_length=32, blank=True)
    geometry = models.JSONField(null=True)
    # Decimals of degrees to which people are shown the place; none: as it is.
    shown_decimals = models.PositiveSmallIntegerField(null=True)
    district = models.CharField(max_length=20, blank=True)
    grid = models.CharField(max_length=20, blank=True)
    h3 = models.BigIntegerField(null=True)  # resolution 9
    address = models.CharField(max_length=500, blank=True)
    summary = models.TextField(blank=True)  # personal patterns masked
    quality = ArrayField(models.CharField(max_length=40), default=list)
    upstream_state = models.CharField(max_length=20, blank=True)
    attributes = models.JSONField(default=dict)
    personal = models.BinaryField(null=True)  # sealed; never in a list
    exercise = models.BooleanField(default=False)
    operational = models.BooleanField(default=True)
    delivery = models.ForeignKey(
        "integration.Delivery",
        models.PROTECT,
        related_name="+",
        db_index=False,
        db_constraint=False,
    )
    line = models.PositiveIntegerField()
    profile_version = models.PositiveIntegerField(default=0)  # that the content was read by

    class Meta:
        abstract = True


class Record(RecordContent):
    """The current content of a record."""

    # Key and record are inserted by one statement, so nothing is left to check.
    key = models.OneToOneField(
        RecordKey,
        models.PROTECT,
        primary_key=True,
        related_name="record",
        db_column="id",
        db_constraint=False,
    )

    class Meta:
        indexes = [
            models.Index(fields=["-listed_at", "-key"], name="record_newest"),
            models.Index(fields=["district", "-listed_at", "-key"], name="record_newest_district"),
            models.Index(fields=["feed", "-listed_at", "-key"], name="record_newest_feed"),
            models.Index(fields=["h3", "occurred_at"], name="record_by_cell_and_time"),
            # What registers and inspections tell of places: few among many.
            models.Index(
                fields=["h3"],
                condition=models.Q(kind="register") | models.Q(origin="inspection"),
                name="record_about_places",
            ),
            models.Index(fields=["delivery"], name="record_by_delivery"),
        ]

    def __str__(self) -> str:
        return self.source_id


class RecordVersion(RecordContent):
    """A content that is not, or no longer, the current one."""

    id = models.UUIDField(primary_key=True, default=uuid7)
    # The unique keys below begin with it.
    key = models.ForeignKey(RecordKey, models.PROTECT, related_name="versions", db_index=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["key", "version"], name="record_version_once"),
            models.UniqueConstraint(fields=["key", "digest"], name="record_content_once"),
        ]
        indexes = [models.Index(fields=["delivery"], name="record_version_by_delivery")]

    def __str__(self) -> str:
        return f"{self.source_id} v{self.version}"
