from django.db import models

from core.ids import uuid7


class Delivery(models.Model):
    """One push of one feed: what came, when, and what became of its rows."""

    id = models.UUIDField(primary_key=True, default=uuid7)
    feed = models.ForeignKey("integration.Feed", models.PROTECT, related_name="deliveries")
    profile = models.ForeignKey("integration.FeedProfile", models.PROTECT, related_name="+")
    received_at = models.DateTimeField()
    # Of the bytes; of a released row with the problem it settles, for two may be corrected alike.
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
    read_as = models.JSONField(default=dict)  # what was found out, e.g. encoding -> gb18030
    measures = models.JSONField(default=dict)  # indicator of quality -> [satisfied, assessed]
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


class DeliveryKey(models.Model):
    """A further Idempotency-Key of a delivery: with it the same bytes were sent again."""

    id = models.UUIDField(primary_key=True, default=uuid7)
    feed = models.ForeignKey("integration.Feed", models.CASCADE, related_name="+", db_index=False)
    key = models.CharField(max_length=200)
    delivery = models.ForeignKey(Delivery, models.CASCADE, related_name="further_keys")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["feed", "key"], name="delivery_once_per_further_key")
        ]

    def __str__(self) -> str:
        return self.key


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
    REPEATED = "repeated"  # the same bad row came before; the first one waits for a person


class Problem(models.Model):
    """One reason about one row of a delivery; a quarantined row is kept, sealed."""

    id = models.UUIDField(primary_key=True, default=uuid7)
    # The index below begins with it. No constraint, as of records: both are written together.
    delivery = models.ForeignKey(
        Delivery, models.CASCADE, related_name="problems", db_index=False, db_constraint=False
    )
    line = models.PositiveIntegerField()
    source_id = models.CharField(max_length=200, blank=True)
    code = models.CharField(max_length=40)
    field = models.CharField(max_length=120, blank=True)
    outcome = models.CharField(max_length=12, choices=Outcome.choices)
    message = models.TextField(blank=True)  # an English msgid, filled; translated when shown
    detail = models.JSONField(default=dict)  # e.g. the record that a conflict is with
    found_at = models.DateTimeField(null=True)  # when its delivery came
    # Of quarantined rows: the feed, and a keyed digest of the raw row, to know it again.
    feed = models.ForeignKey(
        "integration.Feed",
        models.PROTECT,
        null=True,
        related_name="+",
        db_index=False,
        db_constraint=False,
    )
    row_digest = models.BinaryField(max_length=16, null=True)
    sealed_row = models.BinaryField(null=True)
    settlement = models.CharField(max_length=10, choices=Settlement.choices, blank=True)
    settled_by = models.CharField(max_length=120, blank=True)
    settled_reason = models.TextField(blank=True)
    settled_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["delivery", "line"], name="problem_by_delivery"),
            models.Index(
                fields=["feed", "-found_at", "-id"],
                condition=models.Q(settlement="open"),
                name="problem_open_by_feed",
            ),
            models.Index(
                fields=["-found_at", "-id"],
                condition=models.Q(settlement="open"),
                name="problem_open_newest",
            ),
            models.Index(
                fields=["-settled_at", "-id"],
                condition=models.Q(settlement__in=["released", "discarded"]),
                name="problem_settled_newest",
            ),
            models.Index(
                fields=["feed", "row_digest"],
                condition=models.Q(row_digest__isnull=False),
                name="problem_by_row",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.delivery_id} {self.line} {self.code}"


class Restandardisation(models.Model):
    """One reading of a kept delivery under another version of the feed's profile."""

    id = models.UUIDField(primary_key=True, default=uuid7)
    delivery = models.ForeignKey(Delivery, models.CASCADE, related_name="restandardisations")
    profile = models.ForeignKey("integration.FeedProfile", models.PROTECT, related_name="+")
    done_at = models.DateTimeField()
    done_by = models.CharField(max_length=120)
    same = models.PositiveIntegerField(default=0)
    changed = models.PositiveIntegerField(default=0)
    released = models.PositiveIntegerField(default=0)  # formerly quarantined, now stored
    refused = models.PositiveIntegerField(default=0)  # stored rows that the profile would refuse

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["delivery", "profile"], name="restandardised_once_per_profile"
            )
        ]

    def __str__(self) -> str:
        return f"{self.delivery_id} {self.profile_id}"
