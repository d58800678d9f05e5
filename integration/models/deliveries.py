from django.db import models

from core.ids import uuid7


class Delivery(models.Model):
    """One push of one feed: what came, when, and what became of its rows."""

    id = models.UUIDField(primary_key=True, default=uuid7)
    feed = models.ForeignKey("integration.Feed", models.PROTECT, related_name="deliveries")
    profile = models.ForeignKey("integration.FeedProfile", models.PROTECT, related_name="+")
    received_at = models.DateTimeField()
    sha256 = models.CharField(max_length=64)
    size_bytes = models.BigIntegerField()
    idempotency_key = models.CharField(max_length=200, null=True)  # noqa: DJ001 - null: none given
    sender_kind = models.CharField(max_length=12)  # partner, officer, system
    sender_label = models.CharField(max_length=120)
    exercise = models.BooleanField(default=False)
    received = models.PositiveIntegerField(default=0)
    accepted = models.PositiveIntegerField(default=0)
    updated = models.PositiveIntegerField(default=0)
    duplicates = models.PositiveIntegerField(default=0)
    quarantined = models.PositiveIntegerField(default=0)
    flagged = models.PositiveIntegerField(default=0)
    codes = models.JSONField(default=dict)  # reason code -> number of rows
    answer = models.JSONField(default=dict)  # the body answered, for a replay
    seconds = models.FloatField(default=0)

    class Meta:
        verbose_name_plural = "deliveries"
        constraints = [
            models.UniqueConstraint(
                fields=["feed", "sha256", "exercise"], name="delivery_once_per_content"
            ),
            models.UniqueConstraint(
                fields=["feed", "idempotency_key"], name="delivery_once_per_key"
            ),
            models.CheckConstraint(
                condition=models.Q(
                    received=models.F("accepted")
                    + models.F("updated")
                    + models.F("duplicates")
                    + models.F("quarantined")
                ),
                name="delivery_rows_in_one_outcome",
            ),
        ]
        indexes = [
            models.Index(fields=["feed", "-received_at", "-id"], name="delivery_newest_by_feed")
        ]

    def __str__(self) -> str:
        return str(self.id)


class DeliveryBody(models.Model):
    """The bytes as they came, compressed and sealed with the delivery's own data key."""

    delivery = models.OneToOneField(Delivery, models.CASCADE, primary_key=True, related_name="body")
    wrapped_key = models.BinaryField()
    sealed = models.BinaryField()

    def __str__(self) -> str:
        return str(self.delivery_id)


class Outcome(models.TextChoices):
    QUARANTINED = "quarantined"
    FLAGGED = "flagged"
    DUPLICATE = "duplicate"


class Settlement(models.TextChoices):
    OPEN = "open"
    RELEASED = "released"
    DISCARDED = "discarded"


class Problem(models.Model):
    """One reason about one row of a delivery; a quarantined row is kept, sealed."""

    id = models.UUIDField(primary_key=True, default=uuid7)
    # The index below begins with it.
    delivery = models.ForeignKey(Delivery, models.CASCADE, related_name="problems", db_index=False)
    line = models.PositiveIntegerField()
    source_id = models.CharField(max_length=200, blank=True)
    code = models.CharField(max_length=40)
    field = models.CharField(max_length=120, blank=True)
    outcome = models.CharField(max_length=12, choices=Outcome.choices)
    message = models.TextField(blank=True)  # an English msgid, filled; translated when shown
    sealed_row = models.BinaryField(null=True)
    settlement = models.CharField(max_length=10, choices=Settlement.choices, blank=True)
    settled_by = models.CharField(max_length=120, blank=True)
    settled_reason = models.TextField(blank=True)
    settled_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["delivery", "line"], name="problem_by_delivery")]

    def __str__(self) -> str:
        return f"{self.delivery_id} {self.line} {self.code}"
