from django.db import models

from core.ids import uuid7


class WarningLevel(models.TextChoices):
    """Issued by an authority; never computed, never a risk level."""

    RED = "red"  # 一级 特别严重
    ORANGE = "orange"  # 二级 严重
    YELLOW = "yellow"  # 三级 较重
    BLUE = "blue"  # 四级 一般


class WarningState(models.TextChoices):
    ISSUED = "issued"
    UPDATED = "updated"  # a later message took its place
    CANCELLED = "cancelled"
    WITHDRAWN = "withdrawn"  # its record turned out to be no warning: a test, a draft


class IssuedWarning(models.Model):
    """A warning (预警) as an authority issued it; one message each, with its validity and area."""

    id = models.UUIDField(primary_key=True, default=uuid7)
    record = models.OneToOneField("integration.RecordKey", models.PROTECT, related_name="+")
    organisation = models.ForeignKey("city.Organisation", models.PROTECT, related_name="+")
    feed = models.CharField(max_length=64)
    # The key of a message is its sender, identifier and time (CAP 1.2, 3.2.1).
    sender = models.CharField(max_length=200, blank=True)
    identifier = models.CharField(max_length=200)
    sent_at = models.DateTimeField()
    issuer = models.CharField(max_length=200, blank=True)  # who signs it, in words
    message_type = models.CharField(max_length=8)  # Alert, Update, Cancel
    scope = models.CharField(max_length=12, default="Public")
    category = models.CharField(max_length=64)
    level = models.CharField(max_length=8, choices=WarningLevel.choices, blank=True)
    severity = models.CharField(max_length=12, blank=True)
    urgency = models.CharField(max_length=12, blank=True)
    certainty = models.CharField(max_length=12, blank=True)
    # [{"language", "event", "headline", "description", "instruction", "area"}], as issued
    texts = models.JSONField(default=list)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    end_assumed = models.BooleanField(default=False)  # the message told none
    geometry = models.JSONField(null=True)  # GeoJSON, WGS-84
    lon = models.FloatField(null=True)
    lat = models.FloatField(null=True)
    state = models.CharField(
        max_length=10, choices=WarningState.choices, default=WarningState.ISSUED
    )
    replaced_by = models.ForeignKey("self", models.PROTECT, null=True, related_name="replaces")
    exercise = models.BooleanField(default=False)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(fields=["-sent_at", "-id"], name="warning_newest"),
            models.Index(fields=["state", "ends_at"], name="warning_in_force"),
            models.Index(fields=["identifier", "sender"], name="warning_by_identifier"),
        ]

    def __str__(self) -> str:
        return self.identifier


class WarningDistrict(models.Model):
    """A district that a warning is for."""

    id = models.UUIDField(primary_key=True, default=uuid7)
    warning = models.ForeignKey(IssuedWarning, models.CASCADE, related_name="districts")
    district = models.CharField(max_length=20)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["warning", "district"], name="warning_district_once")
        ]
        indexes = [models.Index(fields=["district"], name="warning_by_district")]

    def __str__(self) -> str:
        return f"{self.warning_id} {self.district}"


class WarningReference(models.Model):
    """A message names another one that it replaces, which may not have come yet."""

    id = models.UUIDField(primary_key=True, default=uuid7)
    warning = models.ForeignKey(IssuedWarning, models.CASCADE, related_name="references")
    sender = models.CharField(max_length=200, blank=True)
    identifier = models.CharField(max_length=200)
    sent_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["warning", "identifier", "sender", "sent_at"],
                nulls_distinct=False,
                name="warning_reference_once",
            )
        ]
        indexes = [models.Index(fields=["identifier"], name="reference_by_identifier")]

    def __str__(self) -> str:
        return f"{self.warning_id} {self.identifier}"
