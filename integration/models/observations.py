from django.contrib.postgres.indexes import BrinIndex
from django.db import models

from core.ids import uuid7


class Datastream(models.Model):
    """One series of measured values of one thing: what is measured, by what, in which unit.

    Named as in OGC SensorThings 1.1 (18-088); ``key`` is the sender's own id of it.
    """

    id = models.UUIDField(primary_key=True, default=uuid7)
    # The unique key below begins with it.
    feed = models.ForeignKey(
        "integration.Feed", models.PROTECT, related_name="datastreams", db_index=False
    )
    key = models.CharField(max_length=200)
    # What an exercise measures is another series; the two never touch each other.
    exercise = models.BooleanField(default=False)
    # False: nobody registered it, its first observation made it.
    registered = models.BooleanField(default=True)
    name = models.CharField(max_length=255, blank=True)
    description = models.TextField(blank=True)
    unit = models.CharField(max_length=32, blank=True)  # symbol: ppm, %LEL, °C
    unit_name = models.CharField(max_length=100, blank=True)
    observed_property = models.CharField(max_length=200, blank=True)
    observation_type = models.CharField(max_length=200, blank=True)
    thing = models.CharField(max_length=200, blank=True)
    sensor = models.CharField(max_length=200, blank=True)
    lon = models.FloatField(null=True)  # WGS-84
    lat = models.FloatField(null=True)
    properties = models.JSONField(default=dict)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["feed", "key", "exercise"], name="datastream_once_per_feed"
            )
        ]

    def __str__(self) -> str:
        return self.key


class Observation(models.Model):
    """What a datastream showed at an instant. Feeds write millions a day: one b-tree only.

    Series and instant are the key. ``number`` holds a measured number; ``text`` any other result,
    and a number that ``number`` cannot hold exactly. Feed and delivery carry no database
    constraint, as in ``RecordContent``.
    """

    pk = models.CompositePrimaryKey("datastream_id", "phenomenon_time")
    datastream = models.ForeignKey(
        Datastream,
        models.PROTECT,
        related_name="observations",
        db_index=False,
        db_constraint=False,
    )
    phenomenon_time = models.DateTimeField()
    phenomenon_end = models.DateTimeField(null=True)
    result_time = models.DateTimeField(null=True)
    received_at = models.DateTimeField()
    number = models.FloatField(null=True)
    delivery = models.ForeignKey(
        "integration.Delivery",
        models.PROTECT,
        related_name="+",
        db_index=False,
        db_constraint=False,
    )
    line = models.PositiveIntegerField()
    text = models.TextField(null=True)  # noqa: DJ001 - null: the result is a number
    quality = models.CharField(max_length=500, blank=True)
    parameters = models.JSONField(null=True)
    # Earlier results of the same instant, where the feed lets a later one take its place.
    replaced = models.JSONField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(number__isnull=False) | models.Q(text__isnull=False),
                name="observation_has_result",
            )
        ]
        # They are written in the order in which they come, so a few pages of it tell a delivery's.
        indexes = [BrinIndex(fields=["received_at"], name="observation_by_receipt")]

    def __str__(self) -> str:
        return f"{self.datastream_id} {self.phenomenon_time.isoformat()}"
