from django.db import models

from core.ids import uuid7


class PullScheme(models.TextChoices):
    HTTPS = "https", "https"
    HTTP = "http", "http"
    POSTGRESQL = "postgresql", "postgresql"


class PullTarget(models.Model):
    """A host that may be pulled from, by leave of a security administrator; never deleted."""

    id = models.UUIDField(primary_key=True, default=uuid7)
    scheme = models.CharField(max_length=10, choices=PullScheme.choices)
    host = models.CharField(max_length=255)
    port = models.PositiveIntegerField()
    private = models.BooleanField(default=False)  # addresses of our own networks are meant
    reason = models.CharField(max_length=200, blank=True)
    added_by = models.CharField(max_length=120)
    created_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["scheme", "host", "port"],
                condition=models.Q(revoked_at=None),
                name="pull_target_once",
            )
        ]

    def __str__(self) -> str:
        return f"{self.scheme}://{self.host}:{self.port}"


class PullKind(models.TextChoices):
    HTTP = "http"
    FOLDER = "folder"
    DATABASE = "database"


class PullSource(models.Model):
    """Where the rows of one feed are fetched from, how often, and how far we are.

    ``settings``: see ``domain.pulling.settings``. ``cursor``: what the next pull goes on from; it
    is written in the transaction of the delivery that it belongs to. ``lease``: who pulls just now.
    """

    id = models.UUIDField(primary_key=True, default=uuid7)
    feed = models.OneToOneField("integration.Feed", models.PROTECT, related_name="pull_source")
    kind = models.CharField(max_length=10, choices=PullKind.choices)
    settings = models.JSONField()
    sealed_secret = models.BinaryField(null=True)
    every_seconds = models.PositiveIntegerField()
    active = models.BooleanField(default=True)
    cursor = models.JSONField(default=dict)
    next_at = models.DateTimeField()
    # In a row, since the last pull that got through; their beginning.
    failures = models.PositiveIntegerField(default=0)
    failing_since = models.DateTimeField(null=True)
    lease = models.UUIDField(null=True)
    leased_until = models.DateTimeField(null=True)
    changed_by = models.CharField(max_length=120)
    changed_at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(
                fields=["next_at"], condition=models.Q(active=True), name="pull_source_due"
            )
        ]

    def __str__(self) -> str:
        return str(self.feed_id)


class PulledItem(models.Model):
    """An entry of an index whose message was fetched: once for each of its updates."""

    id = models.UUIDField(primary_key=True, default=uuid7)
    source = models.ForeignKey(
        PullSource, models.CASCADE, related_name="items", db_index=False
    )  # the unique key below begins with it
    item = models.CharField(max_length=500)
    mark = models.CharField(max_length=100, blank=True)  # when it was updated, as the index says
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["source", "item"], name="pulled_item_once")]

    def __str__(self) -> str:
        return self.item


class PullOutcome(models.TextChoices):
    RECEIVED = "received"  # at least one delivery that was not known
    NOTHING_NEW = "nothing_new"  # contact, and nothing or only what was known
    REFUSED = "refused"  # something came that could not be used as a whole
    FAILED = "failed"  # no contact, or an answer that is none


class PullAttempt(models.Model):
    """One pull: when, by whom, what came of it. The newest are kept."""

    id = models.UUIDField(primary_key=True, default=uuid7)
    source = models.ForeignKey(
        PullSource, models.CASCADE, related_name="attempts", db_index=False
    )  # the index below begins with it
    at = models.DateTimeField()
    by = models.CharField(max_length=120, blank=True)  # who asked for it; nobody: the schedule
    outcome = models.CharField(max_length=12, choices=PullOutcome.choices)
    status = models.PositiveSmallIntegerField(null=True)  # the last answer's, of HTTP
    requests = models.PositiveIntegerField(default=0)  # pages, messages or files
    bytes = models.BigIntegerField(default=0)
    rows = models.PositiveIntegerField(default=0)
    deliveries = models.PositiveIntegerField(default=0)  # that were not known
    delivery = models.ForeignKey(
        "integration.Delivery",
        models.SET_NULL,
        null=True,
        related_name="+",
        db_index=False,
        db_constraint=False,
    )  # the last of them
    code = models.CharField(max_length=40, blank=True)
    message = models.TextField(blank=True)  # an English msgid; filled and translated when shown
    detail = models.JSONField(default=dict)
    seconds = models.FloatField(default=0)

    class Meta:
        indexes = [models.Index(fields=["source", "-at", "-id"], name="pull_attempt_newest")]

    def __str__(self) -> str:
        return f"{self.source_id} {self.at:%Y-%m-%d %H:%M} {self.outcome}"


class DeviceContact(models.Model):
    """When a device of a feed was last heard of, where the feed's profile names its devices."""

    id = models.UUIDField(primary_key=True, default=uuid7)
    feed = models.ForeignKey(
        "integration.Feed", models.CASCADE, related_name="devices", db_index=False
    )  # the unique key below begins with it
    device = models.CharField(max_length=200)
    last_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["feed", "device"], name="device_once_per_feed")
        ]

    def __str__(self) -> str:
        return self.device
