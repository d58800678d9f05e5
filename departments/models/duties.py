from django.db import models

from core.ids import uuid7


class Duty(models.Model):
    """One row of the duty table: which risks, where and when → lead, supporting, limits.

    Rows are tried by `position`, the first that fits wins.
    """

    id = models.UUIDField(primary_key=True, default=uuid7)
    key = models.CharField(max_length=64, unique=True)
    position = models.PositiveIntegerField()
    name_zh = models.CharField(max_length=100)
    name_en = models.CharField(max_length=100)
    families = models.JSONField(default=list)  # family keys; empty: all
    categories = models.JSONField(default=list)  # category keys; empty: all
    levels = models.JSONField(default=list)  # risk levels; empty: all
    areas = models.JSONField(default=list)  # area codes or "*"
    hours = models.CharField(max_length=8, default="always")  # always, working, off
    lead = models.ForeignKey("city.Organisation", models.PROTECT, related_name="+")
    supporting = models.ManyToManyField("city.Organisation", related_name="+")
    by_district = models.BooleanField(default=False)
    sign_for_amount = models.PositiveIntegerField()
    sign_for_unit = models.CharField(max_length=12)
    handle_amount = models.PositiveIntegerField()
    handle_unit = models.CharField(max_length=12)
    escalation = models.JSONField(default=list)
    active = models.BooleanField(default=True)

    class Meta:
        verbose_name_plural = "duties"
        constraints = [
            models.UniqueConstraint(
                fields=["position"],
                name="duty_position_once",
                deferrable=models.Deferrable.DEFERRED,
            )
        ]

    def __str__(self) -> str:
        return self.key
