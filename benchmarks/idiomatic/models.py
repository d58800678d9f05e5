from django.db import models


class Record(models.Model):
    """The standard record: 21 columns, five indexes."""

    source = models.CharField(max_length=32)
    source_id = models.CharField(max_length=64)
    category = models.CharField(max_length=64)
    severity = models.PositiveSmallIntegerField()
    status = models.PositiveSmallIntegerField(default=0)
    occurred_at = models.DateTimeField()
    received_at = models.DateTimeField(auto_now_add=True)
    lon = models.FloatField()
    lat = models.FloatField()
    h3_9 = models.BigIntegerField()
    district = models.CharField(max_length=20)
    grid = models.CharField(max_length=20)
    jurisdiction = models.CharField(max_length=20)
    coord_sys = models.CharField(max_length=16)
    parties = models.PositiveIntegerField(default=0)
    risk_score = models.FloatField(default=0)
    address = models.CharField(max_length=500, blank=True)
    narrative = models.TextField(blank=True)
    attrs = models.JSONField(default=dict)
    raw_hash = models.BinaryField(max_length=32)

    objects: "models.Manager[Record]" = models.Manager()

    class Meta:
        app_label = "idiomatic"
        constraints = [
            models.UniqueConstraint(fields=["source", "source_id"], name="once_per_source")
        ]
        indexes = [
            models.Index(fields=["h3_9", "occurred_at"], name="by_cell"),
            models.Index(
                fields=["district", "status", "severity", "-occurred_at", "-id"], name="by_district"
            ),
            models.Index(fields=["-occurred_at", "-id"], name="newest"),
        ]

    def __str__(self) -> str:
        return self.source_id
